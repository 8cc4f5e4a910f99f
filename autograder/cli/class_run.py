"""One class, from the paths that a TA gave to the files that a TA gets."""

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder import __version__, lms
from autograder.batch import Batch, Conditions
from autograder.batch.journal import Order, order_as_kept
from autograder.cli.solved import refuse_no_solution, solution_note
from autograder.compare.tolerances import DEFAULT_RTOL
from autograder.errors import UsageError
from autograder.lms import Intake, Match, Matched, Roster
from autograder.locale import chosen
from autograder.model import (
    Progress,
    Record,
    Run,
    RunFacts,
    SubmissionResult,
)
from autograder.untrusted import whole

if TYPE_CHECKING:
    from autograder.folder import Graded

WARN_NONE = (
    "--sandbox none: the notebooks ran without a jail, with your rights and your network;"
    " their results can be forged, and they could have read or changed your files"
)


WARN_AS_OTTER = (
    "--as-otter: plain tests were decided inside the notebooks' own processes, as Otter does; a notebook can forge what"
    " they say"
)
SWAPS = "swaps"
"""Under this name the journal keeps whose files were exchanged by ``autograder swap``, whatever the call says."""


class Found(Record, frozen=True, kw_only=True):
    """An assignment, as far as it is at hand."""

    path: Path
    """Its autograder.zip, or a folder."""
    prompts: dict[str, str] = msgspec.field(default_factory=dict)
    versions: tuple[dict[str, str], ...] = ()
    """Where everybody has other numbers: the prompts of each version."""
    solution: Path | None = None
    starter: tuple[str, ...] = ()


def grade_class(order: Order, *, progress: Progress | None = None, workers: Executor | None = None) -> "Graded":
    """Collect, grade, write.

    Args:
        order: what is to be graded, and how.
        progress: called after each submission.
        workers: which stay for the next call; None for what ``order`` says.

    Raises:
        UsageError: nothing could be graded because of the call itself.
        SandboxError: the jail cannot be built on this machine.
        KeyboardInterrupt: stopped; the journal holds what was done.
    """
    if str(order.out) != whole(str(order.out)):
        raise UsageError(f"{whole(str(order.out))}: the bytes of this name are no text: give another folder with -o")
    found = find_assignment(order.assignment)
    rosters = _read_rosters(order)
    for given in order.submissions:
        if not Path(given).exists():
            raise UsageError(f"{given}: no such file or folder")
    with _batch(order, found, workers) as batch:
        batch.start()
        # while the workers import what they need
        from autograder.folder import decisions_in, keep, write_class

        name = batch.facts.name
        if order.solution is not None:
            refuse_no_solution(order.solution, name, zipped=found.path)
        for roster in rosters:
            # Before the grading, not after: a column that cannot be told is known now.
            lms.choose_column(roster, order.column, name)
        policy = None if order.policy is None else lms.read_policy(order.policy).of(name)
        intake = _collect(order, name, rosters)
        everybody = lms.who_is_who(rosters, intake.submissions) if rosters else None
        matched = _match(intake, everybody)
        matched = lms.corrected(
            matched,
            everybody,
            lms.Corrections(groups=order.groups, replace=order.replace, swap=(*_swaps(batch), *order.swap)),
            workdir=order.out / "submissions",
            assignment=name,
        )
        batch.journal.set_fact(*order_as_kept(order))
        results = batch.grade(matched.submissions, progress=progress, force=order.force, only=order.only)
        solved = batch.graded_solution() if order.solution is not None and results else None
        batch.release()
        listed = None if everybody is None else [entry.student for entry in everybody.students]
        results = lms.whose_numbers(results, listed, found.starter)
        run = Run(
            facts=RunFacts(
                assignment=name,
                assignment_digest=batch.digest,
                package_version=__version__,
                versions=batch.facts.versions,
                sandbox=order.sandbox,
                seed=order.seed,
                jobs=batch.jobs,
                started=batch.remember("started", datetime.now(UTC).isoformat(timespec="seconds")),
                # From the journal, not from a clock: a run that was interrupted and went on took what its parts took.
                seconds=round(sum(result.seconds for result in results), 3),
                command=whole(order.command),
                folder=str(order.out),
                language=chosen(order.language or course_language(order.assignment)),
                tolerances={name: value for name, value in DEFAULT_RTOL.items() if name != "exact"},
            ),
            questions=batch.facts.questions,
            prompts={question: text for question, text in found.prompts.items() if question in batch.facts.questions},
            versions=found.versions,
            starter=found.starter,
            results=tuple(_inside(result, order.out) for result in results),
            refused=matched.refused,
            missing=matched.match.missing,
            unknown=matched.match.unknown if rosters else (),
            doubtful=matched.match.doubtful,
            warnings=(*_warnings(order, intake, matched, rosters, solved), *_noted(results)),
        )
        run = lms.timed(run, rosters)
        unsettled: tuple[str, ...] = ()
        if policy is not None:
            policy, unsettled = lms.fitted(policy, run, rosters)
        form = None if everybody is None else everybody.layout.form
        held = keep(run, order.out, policy=policy, unsettled=unsettled, matched=form, dry_run=order.dry_run)
        return write_class(held, decisions_in(batch.journal), order, rosters, recognised=intake.recognised)


def make_ready(order: Order, workers: Executor) -> None:
    """Let workers that stay load the assignment before there is anything to grade.

    Raises:
        UsageError: as :func:`grade_class`.
    """
    with _batch(order, find_assignment(order.assignment), workers) as batch:
        batch.start(ahead=True)


def _batch(order: Order, found: Found, workers: Executor | None) -> Batch:
    return Batch(
        found.path,
        order.out,
        executor=workers or order.executor,
        jobs=1 if _single(order) else order.jobs,
        conditions=Conditions(limits=order.limits, sandbox=order.sandbox, seed=order.seed, as_otter=order.as_otter),
        solution=order.solution or found.solution,
    )


def find_assignment(given: str) -> Found:
    """The autograder.zip (or folder) that ``given`` means, with prompts and solution where the source is at hand.

    What a course has under ``solutions/`` or ``assignments/`` is that course's assignment, with its hidden tests: in
    what students get there are the public ones alone. Any other path wins over a name, which is looked up in the
    nearest folder above that holds ``solutions/``.

    Raises:
        UsageError: neither a file, nor a folder with tests, nor an assignment of this course.
    """
    path = Path(given)
    if path.is_file() and path.suffix != ".ipynb":
        return Found(path=path)
    from autograder import build

    if build.in_course(path) is None and (path.is_file() or (path.is_dir() and _holds_tests(path))):
        return Found(path=path)
    root, name = build.assignment_meant(given, example=True)
    if not (root / "solutions" / name).is_dir():
        raise UsageError(
            f"{given}: neither an autograder.zip nor an assignment of the course in {root}:"
            " give the path of a zip, or call this inside the course's folder"
        )
    shown = build.shown_of(root, name)
    return Found(
        path=build.autograder_zip(root, name),
        prompts=shown.prompts,
        versions=shown.versions,
        solution=build.solution_notebook(root, name),
        starter=shown.starter,
    )


def course_language(given: str) -> str | None:
    """What ``course.toml`` says that students of this assignment read; None for a zip, or where it says nothing."""
    from autograder import build

    if Path(given).exists() and build.in_course(Path(given)) is None:
        return None
    root, name = build.assignment_meant(given, example=True)
    return build.course_settings(root, name).language


def _single(order: Order) -> bool:
    """Whether there is one notebook: a second worker would only cost its start."""
    return len(order.submissions) == 1 and Path(order.submissions[0]).suffix == ".ipynb"


def _holds_tests(folder: Path) -> bool:
    return (folder / "tests").is_dir() or any(folder.glob("**/*autograder*.zip")) or any(folder.glob("*.py"))


def _read_rosters(order: Order) -> list[Roster]:
    kinds: Sequence[str | None] = order.lms or (None,) * len(order.rosters)
    if order.lms and not order.rosters:
        raise UsageError(f"--lms {order.lms[0]} needs the class list that {order.lms[0]} exported: --roster FILE")
    if order.name_column is not None and order.id_column is None:
        raise UsageError("--name-column is for a CSV of your own: name its column of ids too, with --id-column")
    if len(kinds) != len(order.rosters):
        raise UsageError(
            f"{len(order.rosters)} --roster and {len(order.lms)} --lms: give one --lms for each --roster, in order"
        )
    return [
        lms.read_roster(path, kind=kind, id_column=order.id_column, name_column=order.name_column)
        for path, kind in zip(order.rosters, kinds, strict=True)
    ]


def _collect(order: Order, name: str, rosters: list[Roster]) -> Intake:
    work = order.out / "submissions"
    if inside := [given for given in order.submissions if Path(given).resolve().is_relative_to(work.resolve())]:
        raise UsageError(f"{inside[0]} lies in {work}, which every run empties: copy it elsewhere, or use another -o")
    try:
        # Afresh: what an earlier run unpacked there may have been withdrawn.
        shutil.rmtree(work, ignore_errors=True)
        people = [entry.student for roster in rosters for entry in roster.students]
        return lms.collect(order.submissions, workdir=work, assignment=name, people=people)
    except OSError as error:
        raise UsageError(f"{error.filename or work}: {error.strerror}; free the path or use another -o") from error


def _swaps(batch: Batch) -> tuple[tuple[str, str], ...]:
    kept = batch.journal.fact(SWAPS)
    return () if kept is None else msgspec.json.decode(kept, type=tuple[tuple[str, str], ...])


def _match(intake: Intake, everybody: Roster | None) -> Matched:
    if everybody is None:
        return Matched(submissions=intake.submissions, match=Match(rows={}), refused=intake.refused)
    return lms.match_submissions(everybody, intake.submissions, intake.refused)


def _warnings(
    order: Order, intake: Intake, matched: Matched, rosters: list[Roster], solved: SubmissionResult | None
) -> tuple[str, ...]:
    first = ((WARN_NONE,) if order.sandbox == "none" else ()) + ((WARN_AS_OTTER,) if order.as_otter else ())
    if order.solution is not None and solved is not None:
        first += tuple(solution_note(order.solution, solved))
    listed = tuple(warning for roster in rosters for warning in roster.warnings)
    return (*first, *intake.warnings, *listed, *matched.match.warnings, *matched.match.group_notes)


def _noted(results: Sequence[SubmissionResult]) -> Iterator[str]:
    """What was left out while the notebooks were graded, with whose."""
    for result in results:
        students = ", ".join(student.name or student.id for student in result.submission.students)
        yield from (f"{students}: {note}" for note in result.notes)


def _inside(result: SubmissionResult, out: Path) -> SubmissionResult:
    """Paths below the output folder become relative to it, so that the folder can be moved or sent."""
    root = out.resolve()

    def moved(path: str) -> str:
        full = Path(path).resolve()
        return full.relative_to(root).as_posix() if full.is_relative_to(root) else path

    submission = result.submission
    files = {name: moved(path) for name, path in submission.files.items()}
    return msgspec.structs.replace(
        result, submission=msgspec.structs.replace(submission, path=moved(submission.path), files=files)
    )
