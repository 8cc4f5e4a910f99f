"""What the instructor's solution compiles, kept for every notebook of the class.

Half of a JAX notebook's time is compiling the same few functions. The solution is graded once, as the first work of a
fresh jail, with JAX's persistent cache in that jail's own scratch; what it wrote is read out and put where the
students' processes read it, and matplotlib's list of the fonts that the jail shows with it. Its entries are programs,
so no submission ever writes one, and they lie where only this user can.
"""

import base64
import fcntl
import platform
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.batch.digests import digest_of, versions
from autograder.errors import SandboxError, StudentGone
from autograder.model import Student, Submission, SubmissionResult
from autograder.origin import own_cache
from autograder.sandbox import StudentError
from autograder.sandbox.limits import Cell, Program

if TYPE_CHECKING:
    from autograder.grading import Sandbox, Session
    from autograder.otter import Assignment

_INTO = """
import jax, tempfile
jax.config.update("jax_compilation_cache_dir", tempfile.mkdtemp())
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
"""
_READ = """
import base64, json, jax, pathlib, sys
entries = [*pathlib.Path(jax.config.jax_compilation_cache_dir).iterdir()]
if "matplotlib" in sys.modules:
    entries += pathlib.Path(sys.modules["matplotlib"].get_cachedir()).glob("fontlist-*.json")
result = json.dumps({entry.name: base64.b64encode(entry.read_bytes()).decode() for entry in entries})
"""
_ENTRY = re.compile(r"[A-Za-z0-9_.-]+-cache|fontlist-[A-Za-z0-9_.-]+\.json")
_MARK = "filled, with fonts"
_TRIES = 2
HARMLESS = (OSError, StudentGone, StudentError, SandboxError, msgspec.MsgspecError)
"""What may go wrong while a solution is compiled: it costs time, never a grade."""


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


def keep_compiled(folder: Path, solution: bytes, assignment: "Assignment", sandbox: "Sandbox") -> SubmissionResult:
    """Grade the solution once, and put what it compiles where later notebooks of the sandbox find it.

    Args:
        folder: which the sandbox shows to its notebooks.
        solution: the solved notebook.
        assignment: whose tests call what is to be compiled.
        sandbox: where a list of fonts is wanted as well, one in which no submission has run yet.

    Raises:
        One of :data:`HARMLESS`.
    """
    watched = _Watched(sandbox)
    result = grade_solution(solution, assignment, watched)
    for name, data in watched.entries.items():
        if _ENTRY.fullmatch(name):
            # Renamed into its place: a notebook that runs meanwhile never finds half of an entry.
            beside = folder / f".{name}"
            beside.write_bytes(base64.b64decode(data))
            beside.replace(folder / name)
    return result


def grade_solution(solution: bytes, assignment: "Assignment", sandbox: "Sandbox") -> SubmissionResult:
    """Grade the solution as if somebody had handed it in."""
    from autograder.grading import grade

    with tempfile.TemporaryDirectory(prefix="solution-") as scratch:
        notebook = Path(scratch) / "solution.ipynb"
        notebook.write_bytes(solution)
        work = Submission(
            key="solution", students=(Student(id=""),), file=f"{assignment.name}.ipynb", path=str(notebook)
        )
        return grade(work, assignment, sandbox)


class _Watched:
    """A sandbox whose notebooks write JAX's cache into their own scratch, from where it is read at their end."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self.entries: dict[str, str] = {}

    @contextmanager
    def start(self, program: Program) -> Iterator["Session"]:
        first = Cell(f"exec({_INTO!r}, {{}})", 0)
        with self._sandbox.start(msgspec.structs.replace(program, cells=(first, *program.cells))) as session:
            yield session
            said = session.run_inside(_READ)
            # a later run's folders have been emptied: the list of fonts is in the first one's alone
            self.entries |= msgspec.json.decode(said, type=dict[str, str])


def this_machine() -> bytes:
    """What compiled code relies on, and its time: nodes of a cluster share a home folder, not a processor."""
    flags = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {flags}".encode()
