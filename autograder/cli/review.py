"""``autograder review``: everything that waits for a person as one table, out to a file and back in."""

import csv
import getpass
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cells import neutralise
from autograder.errors import UsageError
from autograder.model import QuestionResult, Run, Status, SubmissionResult

if TYPE_CHECKING:
    from autograder.batch.overrides import Override

TABLE = "review.csv"
COLUMNS = ("student", "name", "question", "possible", "reason", "answer", "points", "why")
WHY = "scored by a person"
"""What the student reads where nobody wrote a reason."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("grades"))
@click.option(
    "--from",
    "filled",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The table with its points filled in: each becomes an override.",
)
@click.option("--who", default=None, help="Whose decisions these are [default: your account's name].")
def review(folder: Path, filled: Path | None, who: str | None) -> int:
    """Write what waits for a person in FOLDER as a table, or take the table back with --from.

    The table, review.csv, has a row for each undecided question with the student's answer. Fill in points and why in a
    spreadsheet; rows without points are left for later. All points are checked before the first one counts.
    """
    from autograder.cli.report import read_run
    from autograder.report import write_atomically

    run = read_run(folder)
    if filled is None:
        rows = list(waiting(run))
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(rows)
        write_atomically(folder / TABLE, text.getvalue().encode())
        click.echo(f"{len(rows)} to decide: {folder / TABLE}")
        if rows:
            click.echo(f"next: fill in points and why, then autograder review {folder} --from {folder / TABLE}")
        return 0
    decisions = list(decided(run, filled, who or getpass.getuser()))
    if not decisions:
        raise UsageError(f"{filled}: no row has points: fill in the column points and save it as CSV")
    from autograder.batch.journal import Journal
    from autograder.cli.regrade import again, remembered

    order = remembered(folder)
    with Journal(folder / "journal.db") as journal:
        for decision in decisions:
            journal.add_override(decision)
    return again(order, run)


def waiting(run: Run) -> Iterator[list[str]]:
    """A row, as in :data:`COLUMNS`, for each question without a score; one for a notebook that has none at all.

    No cell has control characters or is run by a spreadsheet.
    """
    from autograder.report.typeset import plain

    for row in _waiting(run):
        yield [neutralise(plain(cell)) for cell in row]


def _waiting(run: Run) -> Iterator[tuple[str, ...]]:
    from autograder.report import number

    for result in run.results:
        if result.status is Status.GRADED or result.submission.part_of is not None:
            continue
        names = ", ".join(student.name or student.id for student in result.submission.students)
        undecided = [question for question in result.questions if question.score is None]
        if not any(question.cases for question in result.questions):
            whole = number(sum(run.questions.values()))
            yield result.submission.key, names, "total", whole, result.reason or "", "", "", ""
            continue
        for question in undecided:
            reason = question.reason or result.reason or ""
            answer = _answer(question)
            yield result.submission.key, names, question.name, number(question.possible), reason, answer, "", ""


def _answer(question: QuestionResult) -> str:
    answers = (check.answer for case in question.cases for check in case.checks)
    return next((answer for answer in answers if answer), "")


def decided(run: Run, path: Path, who: str) -> Iterator["Override"]:
    """The decisions in a filled table, in its order; whatever a spreadsheet made of separators and encoding.

    Raises:
        UsageError: a row names nobody, no question, or points that are no number; the message says which line.
    """
    from autograder.batch.overrides import TOTAL, Override
    from autograder.lms import column_of, decimal_in, read_table
    from autograder.report.typeset import plain

    table = read_table(path)
    header = table.rows[0].cells
    places = {name: column_of(header, name) for name in ("student", "question", "points", "why")}
    if lacking := [name for name, place in places.items() if place is None]:
        raise UsageError(f"{path.name}: no column {lacking[0]!r}: write the table again with autograder review")
    known: dict[str, SubmissionResult] = {neutralise(plain(result.submission.key)): result for result in run.results}
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    for row in table.rows[1:]:
        student, question, points, why = (row.cell(place or 0).strip() for place in places.values())
        if not points:
            continue
        value = decimal_in(points)
        if student not in known:
            raise UsageError(f"{path.name}: line {row.line}: no submission has the key {student!r}")
        if question != TOTAL and question not in run.questions:
            raise UsageError(
                f"{path.name}: line {row.line}: no question {question!r}: there are {', '.join(run.questions)}"
            )
        if value is None or value < 0:
            raise UsageError(f"{path.name}: line {row.line}: {points!r} are no points: give a number, 0 or more")
        submission = known[student].submission
        yield Override(
            key=submission.part_of or submission.key,
            question=question,
            points=float(value),
            why=why or WHY,
            who=who,
            at=now,
        )
