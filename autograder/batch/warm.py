"""What the instructor's solution compiles, kept for every notebook of the class.

Half of a JAX notebook's time is compiling the same few functions. The solution is run once in the sandbox with JAX's
persistent cache writable; the students' processes then read it. Its entries are programs, so no submission ever writes
one, and it lies where only this user can.
"""

import fcntl
import os
import platform
import shutil
import tempfile
from pathlib import Path

from autograder.batch.digests import digest_of, versions
from autograder.grading import grade
from autograder.model import Student, Submission
from autograder.otter import Assignment
from autograder.sandbox import Limits, open_sandbox


def compiled(solution: bytes, assignment: Assignment, sandbox: str, limits: Limits) -> Path | None:
    """The folder of compiled functions for this solution, filled now if it was not; None where none can be kept."""
    try:
        root = _cache()
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if root.stat().st_uid != os.getuid() or root.stat().st_mode & 0o022:
            return None
        parts = {
            "solution": solution,
            "tests": assignment.digest.encode(),
            "machine": _machine(),
            "in": sandbox.encode(),
        }
        folder = root / digest_of(parts | {name: number.encode() for name, number in versions().items()})[:24]
        with (root / "lock").open("wb") as lock:
            # The other workers wait: two that fill at once would only do the same work twice.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _fill(folder, solution, assignment, sandbox, limits)
    except OSError:
        # A home folder that cannot be written costs time, never a grade.
        return None
    return folder


def _fill(folder: Path, solution: bytes, assignment: Assignment, sandbox: str, limits: Limits) -> None:
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        notebook = scratch / "solution.ipynb"
        notebook.write_bytes(solution)
        filled = scratch / "filled"
        work = Submission(
            key="solution", students=(Student(id=""),), file=f"{assignment.name}.ipynb", path=str(notebook)
        )
        with open_sandbox(sandbox, limits=limits, warm=filled, fill=True) as opened:
            grade(work, assignment, opened)
        filled.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "autograder" / "jax"


def _machine() -> bytes:
    """What the compiled code relies on: nodes of a cluster share a home folder, not a processor."""
    flags = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith(("flags", "Features"))), "")
    return f"{platform.machine()} {flags}".encode()
