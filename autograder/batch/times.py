"""What the solution takes, found out before a class is graded whose zip does not say it.

A zip that was certified has these times; one that was only assembled, or another author's, has none, and an endless
loop in it would hold its worker for the whole time of a cell.
"""

import fcntl
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.batch.digests import digest_of, versions
from autograder.batch.warm import mark_filled, this_machine
from autograder.model import Status
from autograder.origin import own_cache

if TYPE_CHECKING:
    from autograder.otter import Assignment
    from autograder.sandbox import Sandbox

_TRIES = 2


def times_file(solution: bytes, tests: str, package: str) -> Path | None:
    """Where the times of this solution are kept, or will be; None where nothing can be kept.

    Args:
        solution: the solved notebook.
        tests: digest of the assignment.
        package: digest of this package.
    """
    folder = own_cache("times")
    if folder is None:
        return None
    parts = {"solution": solution, "tests": tests.encode(), "package": package.encode(), "machine": this_machine()}
    return folder / f"{digest_of(parts | {name: number.encode() for name, number in versions().items()})[:24]}.json"


def with_times(
    assignment: "Assignment", solution: bytes, sandbox: "Sandbox", *, keep: Path, compiled: Path | None = None
) -> "Assignment":
    """The assignment with what its solution takes, found out here where its zip does not say it.

    The other processes of the class wait for it: what one of them lets run, none may cut off.

    Args:
        assignment: as it was loaded.
        solution: the solved notebook.
        sandbox: in which no submission has run yet.
        keep: from :func:`times_file`.
        compiled: from :func:`autograder.batch.warm.cache_folder`: the same run fills it.
    """
    from autograder.grading import HARMLESS
    from autograder.otter import read_times

    if assignment.usual is not None:
        return assignment
    with suppress(OSError), keep.with_suffix(".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not keep.exists() and lock.tell() < _TRIES:
            # Before the try, and on disk: a solution whose tests never end gets this process killed.
            lock.write(b".")
            lock.flush()
            with suppress(*HARMLESS):
                _find_out(assignment, solution, sandbox, keep, compiled)
    return replace(assignment, usual=read_times(keep))


def _find_out(assignment: "Assignment", solution: bytes, sandbox: "Sandbox", keep: Path, compiled: Path | None) -> None:
    from autograder.grading import grade_solution, keep_compiled, times_of
    from autograder.otter import write_times

    before = len(sandbox.measured)
    sandbox.measure = True
    try:
        if compiled is None:
            result = grade_solution(solution, assignment, sandbox)
        else:
            result = keep_compiled(compiled, solution, assignment, sandbox)
            mark_filled(compiled)
    finally:
        sandbox.measure = False
    if result.status is Status.FAILED:
        return  # it was cut short, and so would be the times
    write_times(keep, *times_of(solution, result, sandbox.measured[before]))
