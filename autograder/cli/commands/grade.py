"""``autograder grade``: a class's notebooks in, grades out."""

import errno
import shlex
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from autograder.cli import NEEDS_A_PERSON
from autograder.errors import UsageError
from autograder.locale import available
from autograder.model import Progress, Refused, Status, Student, SubmissionResult

if TYPE_CHECKING:
    from autograder.batch.journal import Order
    from autograder.folder import Graded
    from autograder.lms import Written

INTERRUPTED = 130
_ENVIRONMENT = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE}
_MANY = 8
"""So many names stand in a line of the summary; the rest are counted."""


@click.command(short_help="Grade a class's notebooks.")
@click.argument("assignment")
@click.argument("submissions", nargs=-1, required=True, type=click.Path())
@click.option(
    "--roster",
    "rosters",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Class list as the LMS exported it; its file comes back with the grades filled in. Repeatable.",
)
@click.option(
    "--lms", multiple=True, metavar="NAME", help="Which LMS a --roster is from, where its columns do not tell."
)
@click.option("--id-column", metavar="TITLE", help="The roster's column of student ids, for a CSV of your own.")
@click.option("--name-column", metavar="TITLE", help="Its column of names; with --id-column.")
@click.option("--column", metavar="TITLE", help="Id or exact title of the LMS's column for this assignment.")
@click.option("--scale", is_flag=True, help="Scale the points to the LMS column's maximum.")
@click.option(
    "--missing",
    type=click.Choice(["blank", "zero"]),
    default="blank",
    show_default=True,
    help="What the LMS file gets for students without a submission.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The course's TOML file: due dates, late work, extensions, excused students.",
)
@click.option(
    "--groups",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who worked together, where the LMS does not say: a line a group, a member a cell.",
)
@click.option(
    "--replace",
    nargs=2,
    multiple=True,
    type=(str, click.Path(exists=True, path_type=Path)),
    metavar="STUDENT FILE",
    help="Take this file as the student's work, whatever else there is. Repeatable.",
)
@click.option(
    "--swap", nargs=2, multiple=True, metavar="STUDENT STUDENT", help="These two have each other's file. Repeatable."
)
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("grades"),
    show_default=True,
    help="Folder for everything; give the same command again to go on after a stop.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes [default: one a core, as memory allows].")
@click.option(
    "--timeout", type=click.FloatRange(min=1), metavar="S", help="Seconds for a whole notebook [default: 300]."
)
@click.option(
    "--cell-timeout",
    type=click.FloatRange(min=0.1),
    metavar="S",
    help="Seconds for one cell [default: processor time, 30 times what the solution's takes and at least 5; and on the"
    " clock 60, a fifth of --timeout].",
)
@click.option("--memory", type=click.IntRange(min=64), metavar="MB", help="Memory for one notebook [default: 2048].")
@click.option(
    "--executor",
    default="local",
    show_default=True,
    metavar="local|ADDRESS",
    help="Where to run: this machine, or the scheduler of a Dask cluster (tcp://host:8786).",
)
@click.option(
    "--sandbox",
    type=click.Choice(["bwrap", "docker", "none"]),
    default="bwrap",
    show_default=True,
    help="The jail that notebooks run in.",
)
@click.option(
    "--solution",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The solved notebook of an autograder.zip: a test that needs the notebook's own process for it counts for all;"
    " and JAX notebooks are faster.",
)
@click.option(
    "--as-otter",
    is_flag=True,
    help="Decide every plain test inside the notebook's own process: Otter's scores, which a notebook can forge.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="For tests that draw random numbers.")
@click.option("--force", is_flag=True, help="Grade all again, also what has not changed.")
@click.option(
    "--only", multiple=True, metavar="STUDENT", help="Grade only this student (id, name or key), again. Repeatable."
)
@click.option("--no-similarity", is_flag=True, help="Leave the list of similar submissions out of the report.")
@click.option(
    "--language", metavar="|".join(available()), help="Of the pages; default: the course's, else AUTOGRADER_LANGUAGE."
)
@click.option(
    "--dry-run", is_flag=True, help="Grade, but write no grade file: show what would change in the LMS's file."
)
@click.option("--watch", is_flag=True, help="Go on: grade what arrives in the folders, until Ctrl-C.")
def grade(assignment: str, submissions: tuple[str, ...], watch: bool, **options: Any) -> int:
    """Grade SUBMISSIONS for ASSIGNMENT.

    ASSIGNMENT is a name under assignments/, or any Otter autograder.zip. SUBMISSIONS are notebooks, folders or zips:
    what the LMS gives as "download submissions" goes in as it is.

    Exit status: 0 all graded; 3 written, but some rows need a person; 2 the call was wrong; 1 our fault.
    """
    order = order_from(assignment, submissions, **options)
    if watch:
        from autograder.cli.watch import watch_folders

        return watch_folders(order, run)
    return run(order)


def order_from(assignment: str, submissions: tuple[str, ...], **options: Any) -> "Order":
    """The options of the command line as one record."""
    from autograder.batch.journal import Order
    from autograder.sandbox.limits import limits_of

    return Order(
        assignment=assignment,
        submissions=submissions,
        out=options["out"],
        rosters=options["rosters"],
        lms=options["lms"],
        id_column=options["id_column"],
        name_column=options["name_column"],
        column=options["column"],
        scale=options["scale"],
        missing=options["missing"],
        policy=options["policy"],
        groups=options["groups"],
        replace=options["replace"],
        swap=options["swap"],
        executor=options["executor"],
        jobs=options["jobs"],
        sandbox=options["sandbox"],
        limits=limits_of(options["timeout"], options["cell_timeout"], options["memory"]),
        seed=options["seed"],
        force=options["force"],
        only=options["only"],
        similarity=not options["no_similarity"],
        dry_run=options["dry_run"],
        solution=options["solution"],
        as_otter=options["as_otter"],
        language=options["language"],
        command=typed(assignment, submissions, options),
    )


_ONCE = ("force", "only", "dry_run", "watch")
"""Options that are about one call and not about the class."""


def typed(assignment: str, submissions: tuple[str, ...], options: Mapping[str, Any]) -> str:
    """The call as one would type it again: what was left at its default is left out."""
    words = ["autograder", "grade", assignment, *submissions]
    for option in grade.params:
        given = options.get(option.name or "")
        if option.name in _ONCE or option.name not in options or not given or given == option.default:
            continue
        for value in given if isinstance(given, tuple) else (given,):
            words.append(max(option.opts, key=len))
            for word in value if isinstance(value, tuple) else (value,):
                if word is not True:
                    words.append(f"{word:g}" if isinstance(word, float) else str(word))
    return shlex.join(words)


def run(order: "Order", *, show: Callable[["Graded"], None] | None = None, workers: Executor | None = None) -> int:
    """Grade with a progress bar, print the summary, return the exit status.

    Args:
        show: called before the summary is printed.
        workers: which stay for the next call.
    """
    from autograder.cli.class_run import grade_class

    # A plain kill is as good as Ctrl-C: stop cleanly, keep what is done.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    counts: Counter[str] = Counter()
    try:
        with _progress(counts) as progress:
            graded = grade_class(order, progress=progress, workers=workers)
    except KeyboardInterrupt:
        click.echo(
            f"\nstopped: {counts.total()} done and kept in {order.out / 'journal.db'}."
            " Give the same command again to go on",
            err=True,
        )
        sys.exit(INTERRUPTED)
    except OSError as error:
        if error.errno not in _ENVIRONMENT:
            raise
        where = f"{error.filename}: " if error.filename else ""
        raise UsageError(f"{where}{error.strerror}; what was graded is kept, give the same command again") from error
    finally:
        signal.signal(signal.SIGTERM, before)
    if show is not None:
        show(graded)
    for line in summary(graded, dry_run=order.dry_run):
        click.echo(line)
    return NEEDS_A_PERSON if graded.needs_a_person else 0


@contextmanager
def _progress(counts: Counter[str]) -> Iterator[Progress]:
    """A bar with counts and the time left on a terminal; elsewhere a line per submission."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(counts)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.fields[what]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, what="grading", counts="starting", left="")
        estimate = Estimate()

        def show(result: SubmissionResult, done: int, of: int, there: int) -> None:
            counts[result.status] += 1
            said = ", ".join(f"{counts[status]} {status}" for status in Status if counts[status])
            left = estimate.left(done, of, there, monotonic())
            what = "grading" if done < of else "writing tables and pages"
            bar.update(task, completed=done, total=of, counts=said, left=left, what=what)

        yield show


class Estimate:
    """The time left, from the submissions that this run graded itself; nothing before a few of them are done."""

    FEWEST = 4

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def left(self, done: int, of: int, there: int, now: float) -> str:
        """In words for the bar.

        Args:
            done: submissions, ``there`` of them in an earlier run.
            of: how many there are.
            now: any clock, in seconds.
        """
        if done <= there or done >= of:
            return ""
        if self._first is None:
            # what came before it was the start of the workers
            self._first = done, now
        first, at = self._first
        if done - first < self.FEWEST:
            return ""
        seconds = round((now - at) / (done - first) * (of - done))
        minutes, rest = divmod(seconds, 60)
        return f"about {minutes} min left" if minutes >= 2 else f"about {60 * minutes + rest} s left"


def _lines(counts: Counter[str]) -> Progress:
    def show(result: SubmissionResult, done: int, of: int, there: int) -> None:
        counts[result.status] += 1
        reason = f" ({result.reason})" if result.reason else ""
        if done > there:
            click.echo(f"[{done}/{of}] {_clean(_who(result))}: {result.status}{reason}", err=True)
        elif done == there:
            # one line for what an earlier run did: 300 of them hid what this one does
            click.echo(f"[{done}/{of}] graded earlier", err=True)
        if done == of:
            click.echo("writing tables and pages", err=True)

    return show


def summary(graded: "Graded", *, dry_run: bool = False) -> Iterator[str]:
    """What a TA needs to know, line by line; the details are in the files."""
    run = graded.run
    counts = Counter(result.status for result in run.results)
    counts[Status.FAILED] += len(run.refused)
    for line in graded.recognised:
        yield _clean(line)
    yield (
        f"{run.facts.assignment}: {counts[Status.GRADED]} graded, {counts[Status.NEEDS_REVIEW]} to review,"
        f" {counts[Status.FAILED]} failed"
    )
    yield from _rows("to review", (r for r in run.results if r.status is Status.NEEDS_REVIEW))
    yield from _rows("failed", [*(r for r in run.results if r.status is Status.FAILED), *run.refused])
    late = [student for r in run.results if r.submission.late for student in r.submission.students]
    yield from _names("marked LATE by the LMS", late)
    yield from _names("on the roster, nothing handed in", run.missing)
    yield from _names("handed in, not on the roster", run.unknown)
    yield from _names("on the roster, perhaps among those", run.doubtful)
    for warning in (*run.warnings, *graded.undrawn):
        yield f"note: {_clean(warning)}"
    for written in graded.written:
        if dry_run:
            yield f"{written.lms}, column {written.column!r}: {_cells(written)} would change"
            yield from (
                f"  {_clean(c.student.name or c.student.id)}: {c.old or 'blank'} → {c.new}" for c in written.changed
            )
    if dry_run:
        yield "dry run: no grade file was written"
        return
    yield f"grades: {graded.out / 'grades.csv'}"
    for written in graded.written:
        yield f"for {written.lms}: {written.path}, column {written.column!r}, {_cells(written)} changed"
    yield f"pages: {graded.out / 'report.html'}, {graded.out / 'feedback'}/"
    if graded.needs_a_person:
        yield f"next: autograder show {graded.out} STUDENT for those that need a person"
    else:
        yield f"next: open {graded.out / 'report.html'}"


def _rows(title: str, results: Iterable[SubmissionResult | Refused]) -> Iterator[str]:
    for number, result in enumerate(results):
        if number == 0:
            yield f"{title}:"
        yield f"  {_clean(_who(result))}: {result.reason}: {_clean(result.message)}"


def _cells(written: "Written") -> str:
    """How many cells change, and how many hold the grade already."""
    same = len(written.changes) - len(written.changed)
    count = f"{len(written.changed)} cell{'' if len(written.changed) == 1 else 's'}"
    return f"{count} ({same} as they are)" if same else count


def _who(result: SubmissionResult | Refused) -> str:
    """Who and which file: an LMS calls everybody's file hw01.ipynb."""
    students, file = (
        (result.students, result.file)
        if isinstance(result, Refused)
        else (result.submission.students, result.submission.file)
    )
    names = ", ".join(student.name or student.id for student in students)
    return f"{names} ({file})" if names else file


def _names(title: str, students: Sequence[Student]) -> Iterator[str]:
    if students:
        names = [_clean(student.name or student.id) for student in students[:_MANY]]
        more = f" and {len(students) - _MANY} more" if len(students) > _MANY else ""
        yield f"{title} ({len(students)}): {'; '.join(names)}{more}"


def _clean(text: str) -> str:
    """One line without control characters: file names come from students, and this goes to a terminal."""
    return "".join(character if character.isprintable() else " " for character in text).strip()
