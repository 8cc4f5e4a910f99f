"""``autograder review``: everything that waits for a person as one table, out to a file and back in."""

import codecs
import csv
import getpass
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cells import neutralise
from autograder.errors import UsageError
from autograder.model import QuestionResult, Run, Status, SubmissionResult

if TYPE_CHECKING:
    from autograder.batch.journal import Override
    from autograder.folder import Folder

TABLE = "review.csv"
COLUMNS = ("student", "name", "question", "possible", "reason", "answer", "points", "why")
OF_A_VERSION = ("version", "asked")
"""Two columns more where everybody has other numbers: which they are, from 1, and what this student was asked."""
IDEAS = "key ideas"
"""One column more where an author of a text said what to look for in it."""
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
@click.option(
    "--version", "number", type=click.IntRange(min=1), metavar="N", help="Only works with the numbers of this version."
)
@click.option("--accept", multiple=True, metavar="CASE", help="The case counts for all who pass it only inside.")
@click.option("--refuse", multiple=True, metavar="CASE", help="The case counts for none who pass it only inside.")
@click.option("--withdraw", multiple=True, metavar="CASE", help="Take back what was said of the case.")
@click.option("--why", default=None, help="The reason for --accept or --refuse, which the student reads.")
@click.option("--who", default=None, help="Whose decisions these are [default: your account's name].")
def review(
    folder: Path,
    filled: Path | None,
    number: int | None,
    accept: tuple[str, ...],
    refuse: tuple[str, ...],
    withdraw: tuple[str, ...],
    why: str | None,
    who: str | None,
) -> int:
    """Write what waits for a person in FOLDER as a table, or take the table back with --from.

    The table, review.csv, has a row for each undecided question with the student's answer. Fill in points and why in a
    spreadsheet; rows without points are left for later. All points are checked before the first one counts. Where
    everybody has other numbers it also has the version and what that student was asked, and of a text the key ideas
    that its author looks for.

    Cases that pass only inside the notebook's own process are listed one by one, with everybody who waits for them:
    --accept q3:2 or --refuse q3:2 decides the second case of q3 for all of them, now and in later runs.
    """
    from autograder.folder import Folder, read_run
    from autograder.report import write_atomically

    who = who or getpass.getuser()
    if accept or refuse or withdraw:
        if filled is not None:
            raise UsageError("give --from or cases to decide, not both: one after the other")
        return _rule(Folder(folder), {True: accept, False: refuse, None: withdraw}, why, who)
    if filled is None:
        run = read_run(folder)
        if number is not None and number > len(run.versions):
            raise UsageError(f"--version {number}: there are {len(run.versions)} here")
        rows = list(waiting(run, number))
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(columns(run))
        table.writerows(rows)
        # without the mark a spreadsheet takes UTF-8 for something else, and saves it so
        write_atomically(folder / TABLE, codecs.BOM_UTF8 + text.getvalue().encode())
        click.echo(f"{len(rows)} to decide: {folder / TABLE}")
        if rows:
            click.echo(f"next: fill in points and why, then autograder review {folder} --from {folder / TABLE}")
        for line in by_case(run, folder):
            click.echo(line)
        return 0
    opened = Folder(folder)
    decisions = list(decided(opened.run, filled, who))
    if not decisions:
        raise UsageError(f"{filled}: no row has points: fill in the column points and save it as CSV")
    from autograder.cli.commands.regrade import decide

    return decide(opened, decisions)


def by_case(run: Run, folder: Path) -> Iterator[str]:
    """The cases that pass only inside, each with its people, its likely reasons and the commands that decide it."""
    from autograder.report.names import display_name
    from autograder.report.pages import plain
    from autograder.report.statistics import open_cases, ruling

    for case in open_cases(run):
        hidden = ", hidden" if case.hidden else ""
        yield f"\n{case.label} {plain(case.name)} ({_points(case.possible)}{hidden}): passes only inside the notebook"
        names = [plain(display_name(result)) for result in case.works]
        yield f"  {len(names)} of {case.asked}: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}"
        yield from (f"  {plain(line)}" for line in case.lines())
        yield f"  for all: {ruling(str(folder), case, '--accept')}   or   --refuse {case.label}"


def _points(value: float) -> str:
    return f"{value:g} point{'' if value == 1 else 's'}"


def _rule(folder: "Folder", cases: dict[bool | None, tuple[str, ...]], why: str | None, who: str) -> int:
    from autograder.batch.journal import ACCEPTED, REFUSED, Ruling, case_named, now
    from autograder.cli.commands.regrade import decide

    said = {True: ACCEPTED, False: REFUSED, None: ""}
    rulings = []
    for accepted, labels in cases.items():
        for label in labels:
            question, place, name = case_named(folder.run, label)
            rulings.append(
                Ruling(
                    question=question,
                    place=place,
                    name=name,
                    accepted=accepted,
                    why=why or said[accepted],
                    who=who,
                    at=now(),
                )
            )
    if len({(ruling.question, ruling.place) for ruling in rulings}) < len(rulings):
        raise UsageError("a case is named twice: accept it, or refuse it, or withdraw what was said")
    return decide(folder, rulings=rulings)


def columns(run: Run) -> tuple[str, ...]:
    """What a table of this class has: :data:`COLUMNS`, :data:`OF_A_VERSION` and :data:`IDEAS` where there are any."""
    has_ideas = any(_ideas(question) for result in run.results for question in result.questions)
    return *COLUMNS, *(OF_A_VERSION if run.versions else ()), *((IDEAS,) if has_ideas else ())


def waiting(run: Run, version: int | None = None) -> Iterator[list[str]]:
    """A row, as in :func:`columns`, for each question without a score; one for a notebook that waits as a whole.

    No cell has control characters or is run by a spreadsheet.

    Args:
        run: the class.
        version: only works with the numbers of this one, from 1.
    """
    from autograder.report.names import version as version_of_work
    from autograder.report.pages import plain

    has_ideas = IDEAS in columns(run)
    for result in run.results:
        number = version_of_work(result)
        if version is not None and number != version - 1:
            continue
        for row in _waiting(run, result):
            more = [str(number + 1) if number is not None else "", _asked(run, result, row[2])] if run.versions else []
            if has_ideas:
                asked = next((each for each in result.questions if each.name == row[2]), None)
                more.append("\n".join(_ideas(asked)) if asked else "")
            yield [neutralise(plain(cell)) for cell in (*row, *more)]


def _asked(run: Run, result: SubmissionResult, question: str) -> str:
    from autograder.report.names import prompt_of

    return prompt_of(run, result, question)


def _waiting(run: Run, result: SubmissionResult) -> Iterator[tuple[str, ...]]:
    from autograder.report import number

    if result.status is Status.GRADED or result.submission.part_of is not None:
        return
    names = _names(result)
    if result.waits_whole or not any(question.cases for question in result.questions):
        whole = number(sum(run.questions.values()))
        said = result.message if result.waits_whole else ""
        yield result.submission.key, names, "total", whole, result.reason or "", said, "", ""
        return
    for question in (question for question in result.questions if question.score is None):
        reason = question.reason or result.reason or ""
        answer = _answer(question)
        yield result.submission.key, names, question.name, number(question.possible), reason, answer, "", ""


def _names(result: SubmissionResult) -> str:
    return ", ".join(student.name or student.id for student in result.submission.students)


def _answer(question: QuestionResult) -> str:
    """Every answer to it, each once."""
    answers = (check.answer for case in question.cases for check in case.checks)
    return "\n".join(dict.fromkeys(answer for answer in answers if answer))


def _ideas(question: QuestionResult) -> list[str]:
    """What its author looks for in a text, each once."""
    checks = (check for case in question.cases for check in case.checks)
    return list(dict.fromkeys(idea.said for check in checks for idea in check.ideas))


def decided(run: Run, path: Path, who: str) -> Iterator["Override"]:
    """The decisions in a filled table, in its order; whatever a spreadsheet made of separators and encoding.

    Raises:
        UsageError: a row names nobody, no question, or points that are no number or too many; the message says which
            line.
    """
    from autograder.batch.journal import Override, check_points, now, whose
    from autograder.lms import column_of, decimal_in, read_table
    from autograder.report.pages import plain

    table = read_table(path)
    header = table.rows[0].cells
    places = {name: column_of(header, name) for name in ("student", "question", "points", "why")}
    name_place = column_of(header, "name")
    if lacking := [name for name, place in places.items() if place is None]:
        raise UsageError(f"{path.name}: no column {lacking[0]!r}: write the table again with autograder review")
    known: dict[str, SubmissionResult] = {neutralise(plain(result.submission.key)): result for result in run.results}
    at = now()
    seen: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for row in table.rows[1:]:
        student, question, points, why = (row.cell(place or 0).strip() for place in places.values())
        if not points:
            continue
        value = decimal_in(points)
        name = "" if name_place is None else row.cell(name_place).strip()
        student = _student(student, name, known, f"{path.name}: line {row.line}")
        if value is None or value < 0:
            raise UsageError(f"{path.name}: line {row.line}: {points!r} are no points: give a number, 0 or more")
        try:
            check_points(run.questions, question, float(value))
        except UsageError as error:
            raise UsageError(f"{path.name}: line {row.line}: {error}") from error
        submission = known[student].submission
        line, earlier = seen.setdefault((student, question), (row.line, value))
        if earlier != value:
            raise UsageError(
                f"{path.name}: lines {line} and {row.line} give {student} different points for {question}: leave one"
            )
        yield Override(
            key=submission.part_of or submission.key,
            question=question,
            points=float(value),
            why=why or WHY,
            who=who,
            at=at,
            students=whose(submission.students),
        )


def _student(cell: str, name: str, known: Mapping[str, SubmissionResult], where: str) -> str:
    """The key that a cell means, also where a spreadsheet took it for a number: ``12`` for ``0012``.

    Raises:
        UsageError: nobody's, or more than one; ``where`` says which line.
    """
    from autograder.lms import genuine

    fits = genuine(cell, known)
    if len(fits) > 1:
        by_name = [key for key in fits if name and name == neutralise(_names(known[key]))]
        fits = by_name if len(by_name) == 1 else fits
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(
            f"{where}: {cell!r} may be {' or '.join(fits)}, since a spreadsheet changed it: write the right one there"
        )
    raise UsageError(f"{where}: no submission has the key {cell!r}: copy the key from grades.csv, as text")
