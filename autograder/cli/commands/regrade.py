"""``autograder override`` and ``autograder regrade``: change a score by hand, or all of them after a fixed test."""

import csv
import getpass
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from autograder.cli import NEEDS_A_PERSON
from autograder.cli.commands.grade import run as grade_run
from autograder.cli.commands.report import read_run
from autograder.errors import UsageError
from autograder.model import Record, Run

if TYPE_CHECKING:
    from autograder.cli.class_run import Graded, Order

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

    The decision goes into the journal with time, name and reason. It survives every later run and regrade, and all
    files are written again with it.
    """
    from autograder.batch.journal import TOTAL, Journal, Override, find, whose

    run = read_run(out)
    if run.facts.assignment != assignment:
        raise UsageError(
            f"{out} holds the grades of {run.facts.assignment}, not of {assignment}: give its folder with -o"
        )
    if (points is None) is not withdraw:
        raise UsageError("give POINTS, or --withdraw to take an earlier override back")
    result = find(run.results, student)
    possible = run.questions | {TOTAL: sum(run.questions.values())}
    if question not in possible:
        raise UsageError(f"{assignment} has no question {question!r}: it has {', '.join(possible)}")
    if points is not None and not points >= 0:
        raise UsageError(f"{points:g} points: give a number that is not negative")
    if points is not None and points > possible[question]:
        click.echo(f"note: {points:g} is more than the {possible[question]:g} points of {question}", err=True)
    if result.submission.part_of is not None or any(
        other.submission.part_of == result.submission.key for other in run.results
    ):
        click.echo(f"note: this is group work: the points count for everybody in {student}'s group", err=True)
    decision = Override(
        # the work's own key: a member's row is made anew from it by the policy
        key=result.submission.part_of or result.submission.key,
        question=question,
        points=points,
        why=why,
        who=who or getpass.getuser(),
        at=datetime.now().astimezone().isoformat(timespec="seconds"),
        students=whose(result.submission.students),
    )
    order = remembered(out)
    with Journal(out / "journal.db") as journal:
        journal.add_override(decision)
    return again(order, run)


@click.command()
@click.argument("assignment", required=False)
@_OUT
@click.option("--dry-run", is_flag=True, help="Write no grade file: show what would change.")
def regrade(assignment: str | None, out: Path, dry_run: bool) -> int:
    """Grade again what `autograder grade` graded into this folder, after a test or a tolerance was fixed.

    Notebooks that answer the same questions at the same points are not run again: what they answered is in the
    journal. Overrides stay. What changed for whom is printed and written to changes.csv.
    """
    run = read_run(out)
    if assignment is not None and run.facts.assignment != assignment:
        raise UsageError(
            f"{out} holds the grades of {run.facts.assignment}, not of {assignment}: give its folder with -o"
        )
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
    from autograder.batch.journal import Journal, in_force
    from autograder.cli.class_run import SWAPS

    run = read_run(out)
    if run.facts.assignment != assignment:
        raise UsageError(
            f"{out} holds the grades of {run.facts.assignment}, not of {assignment}: give its folder with -o"
        )
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


def remembered(out: Path) -> "Order":
    """The call of ``autograder grade`` that wrote this folder.

    Raises:
        UsageError: there was none, or its files have moved.
    """
    order = order_of(out)
    if order is None:
        raise UsageError(f"{out} does not say how it was graded: give the command of `autograder grade` again")
    files = (*map(Path, order.submissions), *order.rosters, *(path for _, path in order.replace))
    gone = [path for path in (*files, *_given(order.policy), *_given(order.groups)) if not path.exists()]
    if gone:
        raise UsageError(
            f"{gone[0]} is not there any more: give the command of `autograder grade` again with its new place"
        )
    return msgspec.structs.replace(order, out=out)


def _given(path: Path | None) -> list[Path]:
    return [] if path is None else [path]


def order_of(out: Path) -> "Order | None":
    """The call that the journal of this folder holds; None without one."""
    from autograder.batch.journal import Journal
    from autograder.cli.class_run import ORDER, Order

    if not (out / "journal.db").is_file():
        return None
    with Journal(out / "journal.db") as journal:
        held = journal.fact(ORDER)
    return None if held is None else msgspec.json.decode(held, type=Order, dec_hook=_path)


def _path(kind: type, value: Any) -> Path:
    """Paths were written as text."""
    return Path(str(value))


def again(order: "Order", before: Run) -> int:
    """Run the order once more, print and write what changed; the exit status is that of ``grade``."""
    from autograder.report import number, write_atomically

    def show(graded: "Graded") -> None:
        found = list(changes(before, graded.run))
        for change in found:
            click.echo(f"{change.name} ({change.student}) {change.question}: {_mark(change.old)} → {_mark(change.new)}")
        if not found:
            click.echo("no score changed")
        if order.dry_run:
            return
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["student", "name", "question", "old", "new"])
        table.writerows([c.student, c.name, c.question, number(c.old), number(c.new)] for c in found)
        write_atomically(order.out / CHANGES, text.getvalue().encode())

    return grade_run(order, show=show)


def _mark(value: float | None) -> str:
    from autograder.report import number

    return number(value) or "none"
