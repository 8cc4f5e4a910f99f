"""``autograder override`` and ``autograder regrade``: change a score by hand, or all of them after a fixed test."""

import csv
import getpass
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from autograder.cli import NEEDS_A_PERSON
from autograder.cli.commands.grade import run as grade_run
from autograder.errors import UsageError
from autograder.model import Record, Run, Status

if TYPE_CHECKING:
    from autograder.batch.journal import Order, Override, Ruling
    from autograder.folder import Folder, Graded

CHANGES = "changes.csv"
_OUT = click.option(
    "-o",
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("grades"),
    show_default=True,
    help="The folder that `autograder grade` wrote.",
)


class Changed(Record, frozen=True, kw_only=True):
    """One score before and after; None where there is none."""

    student: str
    name: str
    question: str
    """Its name, or ``total``."""
    old: float | None
    new: float | None


def changes(before: Run, after: Run) -> Iterator[Changed]:
    """What is different between two runs of the same class, student by student, questions first."""
    from autograder.batch.journal import TOTAL
    from autograder.report import total

    def marks(run: Run) -> dict[str, dict[str, float | None]]:
        return {
            result.submission.key: {question.name: question.score for question in result.questions}
            | {TOTAL: total(result)}
            for result in run.results
        }

    earlier = marks(before)
    for result in after.results:
        old = earlier.get(result.submission.key, {})
        names = ", ".join(student.name or student.id for student in result.submission.students)
        for question, new in marks(msgspec.structs.replace(after, results=(result,)))[result.submission.key].items():
            if old.get(question) != new:
                yield Changed(
                    student=result.submission.key, name=names, question=question, old=old.get(question), new=new
                )


@click.command()
@click.argument("assignment")
@click.argument("student")
@click.argument("question")
@click.argument("points", type=float, required=False)
@click.option("--why", required=True, help="The reason, which the student reads.")
@click.option("--who", default=None, help="Whose decision it is [default: your account's name].")
@click.option("--withdraw", is_flag=True, help="Take an earlier override back.")
@_OUT
def override(
    assignment: str,
    student: str,
    question: str,
    points: float | None,
    why: str,
    who: str | None,
    withdraw: bool,
    out: Path,
) -> int:
    """Set a score by hand: STUDENT (id, name or key), QUESTION (or "total"), POINTS.

    The decision goes into the journal with time, name and reason, and survives every later run and regrade. Nothing is
    graded for it: the student's page, the tables and the LMS's files are written with it, wherever the folder lies.
    """
    from autograder.batch.journal import find
    from autograder.folder import Folder

    if (points is None) is not withdraw:
        raise UsageError("give POINTS, or --withdraw to take an earlier override back")
    folder = Folder(out)
    _refuse_another(folder.run, assignment, out)
    result = find(folder.run.results, student)
    key = result.submission.key
    decision = folder.decision(key, question, points, why=why, who=who or getpass.getuser())
    if result.submission.part_of is not None or any(one.submission.part_of == key for one in folder.run.results):
        click.echo(f"note: this is group work: the points count for everybody in {student}'s group", err=True)
    return decide(folder, [decision])


def decide(folder: "Folder", overrides: "Sequence[Override]" = (), rulings: "Sequence[Ruling]" = ()) -> int:
    """Keep decisions, bring the folder's files up to them, say what changed; the exit status is that of ``grade``."""
    before = folder.run
    folder.decide(overrides, rulings)
    graded = folder.write()
    _say_changes(before, graded)
    waiting = sum(result.status is not Status.GRADED for result in graded.run.results)
    click.echo(f"written: {graded.out / 'grades.csv'}, results.json, the pages{_lms_files(graded)}")
    if waiting:
        click.echo(f"{waiting} still without a grade: autograder review {graded.out}")
    return NEEDS_A_PERSON if graded.needs_a_person else 0


def _lms_files(graded: "Graded") -> str:
    return "".join(f", {one.path}" for one in graded.written if one.path)


def _refuse_another(run: Run, assignment: str | None, out: Path) -> None:
    if assignment is not None and run.facts.assignment != assignment and not _is_of(out, Path(assignment)):
        raise UsageError(
            f"{out} holds the grades of {run.facts.assignment}, not of {assignment}: give its folder with -o"
        )


def _is_of(out: Path, assignment: Path) -> bool:
    """Whether a folder was graded with the assignment that lies there."""
    from autograder.batch.journal import order_of
    from autograder.build import in_course

    order = order_of(out)
    if order is None or not assignment.exists():
        return False
    named = in_course(assignment)
    return order.assignment == str(assignment.resolve()) or (named is not None and named[1] == order.assignment)


@click.command()
@click.argument("assignment", required=False)
@_OUT
@click.option("--dry-run", is_flag=True, help="Write no grade file: show what would change.")
def regrade(assignment: str | None, out: Path, dry_run: bool) -> int:
    """Grade again what `autograder grade` graded into this folder, after a test or a tolerance was fixed.

    Notebooks that answer the same questions at the same points are not run again: what they answered is in the
    journal. Overrides stay. What changed for whom is printed and written to changes.csv.
    """
    from autograder.batch.journal import remembered
    from autograder.folder import read_run

    run = read_run(out)
    _refuse_another(run, assignment, out)
    return again(msgspec.structs.replace(remembered(out), dry_run=dry_run), run)


@click.command()
@click.argument("assignment")
@click.argument("one")
@click.argument("other")
@_OUT
def swap(assignment: str, one: str, other: str, out: Path) -> int:
    """Give two students each other's file: ONE and OTHER (id, name or key) handed in the wrong one.

    Their own times, lateness and places in the LMS stay. The same command again takes it back. All files are written
    again, and what changed is printed as after a regrade. The folder remembers it in every later run.
    """
    from autograder.batch.journal import Journal, in_force, remembered
    from autograder.cli.class_run import SWAPS
    from autograder.folder import read_run

    run = read_run(out)
    _refuse_another(run, assignment, out)
    order = remembered(out)
    with Journal(out / "journal.db") as journal:
        held = journal.fact(SWAPS)
        before = [] if held is None else msgspec.json.decode(held, type=list[tuple[str, str]])
        left = [pair for pair in before if set(pair) != {one, other}]
        after = left if len(left) < len(before) else [*before, (one, other)]
        journal.set_fact(SWAPS, msgspec.json.encode(after).decode())
        decided = in_force(journal.overrides())
    try:
        status = again(order, run)
    except UsageError:
        # somebody is not known, or has nothing: it did not happen
        with Journal(out / "journal.db") as journal:
            journal.set_fact(SWAPS, msgspec.json.encode(before).decode())
        raise
    files = {result.submission.key: result.submission.path for result in run.results}
    for result in read_run(out).results:
        work = result.submission
        if files.get(work.key) == work.path:
            continue
        for question in decided.get(work.key, ()):
            click.echo(
                f"note: the points that were given {work.key} by hand for {question} stay, and the answers are another "
                f"file's now: look at them again (autograder override {assignment} {work.key} {question} --withdraw)",
                err=True,
            )
            status = NEEDS_A_PERSON
    return status


def again(order: "Order", before: Run) -> int:
    """Run the order once more, print and write what changed; the exit status is that of ``grade``."""
    return grade_run(order, show=lambda graded: _say_changes(before, graded, dry_run=order.dry_run))


def _say_changes(before: Run, graded: "Graded", *, dry_run: bool = False) -> None:
    """Print what changed for whom and, but for a dry run, write it to changes.csv."""
    from autograder.report import number, write_atomically

    found = list(changes(before, graded.run))
    for change in found:
        click.echo(f"{change.name} ({change.student}) {change.question}: {_mark(change.old)} → {_mark(change.new)}")
    if not found:
        click.echo("no score changed")
    if dry_run:
        return
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["student", "name", "question", "old", "new"])
    table.writerows([c.student, c.name, c.question, number(c.old), number(c.new)] for c in found)
    write_atomically(graded.out / CHANGES, text.getvalue().encode())


def _mark(value: float | None) -> str:
    from autograder.report import number

    return number(value) or "none"
