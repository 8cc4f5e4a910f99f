"""A class as it stands: what was graded, what people decided since, and what the policy makes of both."""

from pathlib import Path

import msgspec

from autograder import lms
from autograder.batch.journal import Journal, Override, Ruling, with_decisions
from autograder.errors import UsageError
from autograder.folder.kept import AsGraded, kept
from autograder.model import Record, Run


class Decisions(Record, frozen=True, kw_only=True):
    """What people decided about a folder's class, withdrawn decisions included, oldest first."""

    overrides: tuple[Override, ...] = ()
    rulings: tuple[Ruling, ...] = ()

    @property
    def count(self) -> int:
        return len(self.overrides) + len(self.rulings)


def decisions_in(journal: Journal) -> Decisions:
    """What the open journal holds."""
    return Decisions(overrides=tuple(journal.overrides()), rulings=tuple(journal.rulings()))


class Standing(Record, frozen=True, kw_only=True):
    """The class with everything in it that is known now."""

    run: Run
    unsettled: tuple[str, ...] = ()
    """What the policy could not settle; part of the run's warnings."""


def stands(graded: AsGraded, decisions: Decisions, *, folder: Path, missing: str = "blank") -> Standing:
    """The run with decisions and policy. Pure: the same arguments give the same run.

    Args:
        folder: as the call names it; commands to run next need it.
        missing: what the LMS's file gives to who handed in nothing, for the warning about it.
    """
    results, lost = with_decisions(graded.run.results, decisions.overrides, decisions.rulings)
    run = msgspec.structs.replace(
        graded.run,
        results=tuple(results),
        warnings=(*graded.run.warnings, *lost),
        decisions=decisions.count,
        facts=msgspec.structs.replace(graded.run.facts, folder=str(folder)),
    )
    unsettled: tuple[str, ...] = ()
    if graded.policy is not None:
        run, noted = lms.adjust(run, graded.policy)
        unsettled = (*graded.unsettled, *noted)
    warnings = (*run.warnings, *unsettled)
    run = msgspec.structs.replace(run, warnings=warnings)
    return Standing(
        run=msgspec.structs.replace(run, warnings=(*warnings, *lms.doubtful_zeros(run, missing))), unsettled=unsettled
    )


def read_run(folder: Path) -> Run:
    """The run that ``autograder grade`` wrote into ``folder``, or its results.json, with every decision since.

    Raises:
        UsageError: there is none, or a newer version of the package wrote it.
    """
    path = folder / "results.json" if folder.is_dir() else folder
    try:
        run = msgspec.json.decode(path.read_bytes(), type=Run)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read ({error.strerror}); give the folder that `autograder grade -o` wrote"
        ) from error
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path}: not the results of a run of this version ({error}); grade again into it") from error
    return _up_to_now(run, folder) if folder.is_dir() else run


def _up_to_now(run: Run, folder: Path) -> Run:
    """The run with what was decided and is not yet in the files: a decision counts from the moment it is kept."""
    if not (folder / "journal.db").is_file():
        return run
    try:
        with Journal(folder / "journal.db") as journal:
            if journal.decided() == run.decisions:
                return run
            decisions = decisions_in(journal)
    except UsageError:
        return run  # held by a run that is about to write the files
    held = kept(folder)
    if held is None:
        return run
    now = stands(held.graded, decisions, folder=Path(run.facts.folder)).run
    return msgspec.structs.replace(now, results=tuple(held.full(now.results)))


def changed(before: Run, after: Run) -> tuple[str, ...]:
    """Keys of the submissions whose results are not what they were."""
    earlier = {result.submission.key: result for result in before.results}
    return tuple(result.submission.key for result in after.results if earlier.get(result.submission.key) != result)
