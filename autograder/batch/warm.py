"""What the instructor's solution compiles, kept for every notebook of the class.

Half of a JAX notebook's time is compiling the same few functions. The solution is graded once, as the first work of a
fresh jail (:func:`autograder.grading.keep_compiled`), and what it compiled is put where the students' processes read
it. Its entries are programs, so no submission ever writes one, and they lie where only this user can.
"""

import fcntl
import platform
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.batch.digests import digest_of, versions
from autograder.origin import own_cache

if TYPE_CHECKING:
    from autograder.grading import Sandbox
    from autograder.otter import Assignment

_MARK = "filled, with fonts"
_TRIES = 2


def cache_folder(solution: bytes, tests: str, sandbox: str) -> Path | None:
    """Where the compiled functions of this solution are, or will be; None where there are none or none can be kept.

    Args:
        solution: the solved notebook.
        tests: digest of the assignment.
        sandbox: ``bwrap``, ``docker`` or ``none``.
    """
    if b"jax" not in solution:
        return None
    root = own_cache("jax")
    if root is None:
        return None
    try:
        parts = {"solution": solution, "tests": tests.encode(), "machine": this_machine(), "in": sandbox.encode()}
        folder = root / digest_of(parts | {name: number.encode() for name, number in versions().items()})[:24]
        folder.mkdir(exist_ok=True)
    except OSError:
        # A home folder that cannot be written costs time, never a grade.
        return None
    return folder


def references_file(tests: str, package: str) -> Path | None:
    """Where JAX's values of an assignment are kept whose zip has none; None where nothing can be kept.

    Args:
        tests: digest of the assignment.
        package: digest of this package.
    """
    folder = own_cache("references")
    if folder is None:
        return None
    parts = {"tests": tests.encode(), "package": package.encode()}
    return folder / f"{digest_of(parts | {name: number.encode() for name, number in versions().items()})[:24]}.json"


def fill(folder: Path, solution: bytes, assignment: "Assignment", sandbox: "Sandbox") -> None:
    """Fill the folder unless it is filled, or another worker is at it: that one's entries are found as they come.

    Args:
        folder: from :func:`cache_folder`; the sandbox shows it to its notebooks.
        solution: the solved notebook.
        assignment: whose tests call what is to be compiled.
        sandbox: in which no submission has run yet.
    """
    from autograder.grading import HARMLESS, keep_compiled

    with suppress(*HARMLESS), folder.with_suffix(".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if (folder / _MARK).exists() or lock.tell() >= _TRIES:
            return
        # Before the try, and on disk: a solution whose tests never end gets this process killed.
        lock.write(b".")
        lock.flush()
        keep_compiled(folder, solution, assignment, sandbox)
        mark_filled(folder)


def mark_filled(folder: Path) -> None:
    """Say that all of it is there: nobody fills it again."""
    (folder / _MARK).touch()


def this_machine() -> bytes:
    """What compiled code relies on, and its time: nodes of a cluster share a home folder, not a processor."""
    flags = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {flags}".encode()
