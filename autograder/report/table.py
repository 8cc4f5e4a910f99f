"""``grades.csv`` and ``results.json``: the run as a table for people and as data for programs."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from autograder.cells import neutralise
from autograder.errors import UsageError
from autograder.model import Run, Status, Student, SubmissionResult

FIRST_COLUMNS = ("student_id", "name", "file", "status")
LAST_COLUMNS = ("score", "possible", "reason")
CHANGED_COLUMNS = ("raw_score", "changes")


def grades_csv(run: Run) -> str:
    """The table as text: a row a submission (one per student of a group), questions in the assignment's order.

    A score that is not decided is blank, never 0. Rows are sorted by student id, then by file; nothing in them
    depends on when or how fast they were graded. ``reason`` says why a row is not ``graded``. Where a policy or a
    person changed scores, two more columns have the score as graded and the changes in words.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    changed = CHANGED_COLUMNS if _changed(run) else ()
    table.writerow([*FIRST_COLUMNS, *run.questions, *LAST_COLUMNS, *changed])
    table.writerows(sorted(_rows(run)))
    return text.getvalue()


def _changed(run: Run) -> bool:
    return any(result.adjustments for result in run.results)


def _rows(run: Run) -> Iterator[list[str]]:
    possible = number(sum(run.questions.values()))
    for result in run.results:
        scores = {question.name: question.score for question in result.questions}
        cells = [number(scores.get(name)) for name in run.questions]
        file = result.submission.file
        changes = "; ".join(change.why for change in result.adjustments if change.why)
        after = [number(result.score), neutralise(changes)] if _changed(run) else []
        of = possible if result.final_possible is None else number(result.final_possible)
        for student in result.submission.students or (Student(id=result.submission.key),):
            yield [
                neutralise(student.id),
                neutralise(student.name),
                neutralise(file),
                str(result.status),
                *cells,
                number(total(result)),
                of,
                result.reason or "",
                *after,
            ]
    scaled = next((result.final_possible for result in run.results if result.final_possible is not None), None)
    for refused in run.refused:
        for student in refused.students or (Student(id=""),):
            blank = [""] * (len(run.questions) + 1)
            row = [
                neutralise(student.id),
                neutralise(student.name),
                neutralise(refused.file),
                "failed",
                *blank,
                possible if scaled is None else number(scaled),
            ]
            yield [*row, refused.reason, *([""] * len(CHANGED_COLUMNS) if _changed(run) else [])]


def total(result: SubmissionResult) -> float | None:
    """The score that counts: after policy and overrides where there were any; None when it is not decided."""
    if result.final is not None or result.adjustments:
        return result.final
    return result.score if result.status is Status.GRADED else None


def number(value: float | None) -> str:
    """A score as text: no trailing zeros, no more than six decimals, blank for None.

    Example:
        >>> number(2.0), number(0.1 + 0.2), number(None)
        ('2', '0.3', '')
    """
    if value is None:
        return ""
    # + 0.0 turns -0.0 into 0.0
    return f"{round(value, 6) + 0.0:.6f}".rstrip("0").rstrip(".")


def write_table(run: Run, path: Path) -> None:
    """Write :func:`grades_csv` to ``path``, unless it is there already.

    Raises:
        UsageError: the file cannot be written.
    """
    content = grades_csv(run).encode()
    if not (path.is_file() and path.read_bytes() == content):
        write_atomically(path, content, durable=True)


def write_results(run: Run, path: Path) -> None:
    """Write the whole run as JSON to ``path``.

    Raises:
        UsageError: the file cannot be written.
    """
    write_atomically(path, results_json(run, map(result_line, run.results)), durable=True)


def results_json(run: Run, lines: Iterable[bytes | memoryview]) -> bytes:
    """``results.json``: the run's facts, then a submission a line, so that one can be found and replaced.

    Args:
        run: its results are not looked at.
        lines: :func:`result_line` of each of them.
    """
    before, empty, after = msgspec.json.encode(msgspec.structs.replace(run, results=())).partition(b'"results":[]')
    # a class's results are tens of megabytes: each line is copied once
    parts = [part for line in lines for part in (b",\n", line)][1:]
    return b"".join((before, empty[:-1], b"\n", *parts, b"\n]", after, b"\n"))


def result_line(result: SubmissionResult) -> bytes:
    """One submission as it stands in ``results.json``."""
    return msgspec.json.encode(result)


def write_atomically(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write beside ``path``, then rename: a reader sees the old file or the new one, never half of one.

    Args:
        durable: wait until the disk has it, so that not even a power cut loses it; costs milliseconds a file.

    Raises:
        UsageError: the file cannot be written.
    """
    # A fixed name: what a killed run leaves is overwritten by the next one (the journal's lock keeps others out).
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise UsageError(
            f"{path}: cannot be written ({error.strerror}); make room or use another folder, then give the same"
            " command again: what was graded is kept"
        ) from error
