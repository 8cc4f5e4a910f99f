"""Every check of every submission as a flat table, for pandas and for people who count things."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from autograder.cells import neutralise
from autograder.errors import UsageError
from autograder.model import Record, Run
from autograder.origin import install_line
from autograder.report.statistics import assignment as statistics
from autograder.report.table import write_atomically


class Row(Record, frozen=True, kw_only=True):
    """One check of one student's answer; the fields are the table's columns."""

    student_id: str
    question: str
    case: str
    hidden: bool
    kind: str
    outcome: str
    certainty: str | None
    reason: str
    mistakes: tuple[str, ...]
    """Ids of the catalogue; several are a tie."""
    named: str | None
    """What the pages count it as: an id, the author's words for what they foresaw, ``<name>: <option>`` of a choice."""
    points_used: int
    answer: str


COLUMNS = Row.__struct_fields__


def answer_rows(run: Run) -> Iterator[Row]:
    """A row a check, in the order of the run; group work has its rows for each member."""
    for result in run.results:
        for student in result.submission.students:
            for question in result.questions:
                for case in question.cases:
                    for check in case.checks:
                        verdict = check.verdict
                        yield Row(
                            student_id=student.id,
                            question=question.name,
                            case=case.name,
                            hidden=case.hidden,
                            kind=check.kind,
                            outcome=str(verdict.outcome),
                            certainty=None if verdict.certainty is None else str(verdict.certainty),
                            reason=str(verdict.reason),
                            mistakes=verdict.mistakes,
                            named=statistics.named(question, check),
                            points_used=verdict.points_used,
                            answer=check.answer,
                        )


def answers_csv(run: Run) -> str:
    """``answers.csv``: a row a check, in the order of the run; text that a spreadsheet would run is neutralised.

    Read it with ``pandas.read_csv("grades/answers.csv", dtype={"student_id": str})``.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutralise(_cell(getattr(row, name))) for name in COLUMNS] for row in answer_rows(run))
    return text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def write_answers_parquet(run: Run, path: Path) -> None:
    """The same table as Parquet, with types: ``mistakes`` is a list, and no text is changed.

    Read it with ``pandas.read_parquet("answers.parquet")``.

    Raises:
        UsageError: pyarrow is not installed, or the file cannot be written.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError(
            f"Parquet needs pyarrow, which is not installed: {install_line('parquet')}, or take the CSV of --answers"
        ) from error
    types = {"hidden": pa.bool_(), "points_used": pa.int64(), "mistakes": pa.list_(pa.string())}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in answer_rows(run)]
    written = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), written)
    write_atomically(path, written.getvalue())
