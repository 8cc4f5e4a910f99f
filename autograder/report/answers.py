"""Every check of every submission as a flat table, for pandas and for people who count things."""

import csv
from io import StringIO

from autograder.cells import neutralise
from autograder.model import Run

COLUMNS = (
    "student_id",
    "question",
    "case",
    "hidden",
    "kind",
    "outcome",
    "certainty",
    "reason",
    "mistakes",
    "points_used",
    "answer",
)


def answers_csv(run: Run) -> str:
    """``answers.csv``: a row a check, in the order of the run; text that a spreadsheet would run is neutralised.

    Read it with ``pandas.read_csv("grades/answers.csv", dtype={"student_id": str})``.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in run.results:
        for student in result.submission.students:
            for question in result.questions:
                for case in question.cases:
                    for check in case.checks:
                        verdict = check.verdict
                        row = (
                            student.id,
                            question.name,
                            case.name,
                            str(case.hidden).lower(),
                            check.kind,
                            verdict.outcome,
                            verdict.certainty or "",
                            verdict.reason,
                            " ".join(verdict.mistakes),
                            str(verdict.points_used),
                            check.answer,
                        )
                        writer.writerow([neutralise(cell) for cell in row])
    return text.getvalue()
