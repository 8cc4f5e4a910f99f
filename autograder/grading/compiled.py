"""What the instructor's solution compiles, what it takes, and the list of the jail's fonts, read out of a run of it.

The solution is graded as the first work of a fresh jail, with JAX's persistent cache in that jail's own scratch. Its
entries are programs, so no submission ever writes one; they are put where the notebooks after it read them.
"""

import base64
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder.errors import SandboxError, StudentGone
from autograder.grading.seam import Sandbox, Session
from autograder.grading.submission import grade
from autograder.model import CaseResult, Reason, Record, Student, Submission, SubmissionResult
from autograder.otter import Assignment, by_id
from autograder.sandbox import Measured, StudentError
from autograder.sandbox.limits import Cell, Program

__all__ = ["HARMLESS", "grade_solution", "keep_compiled", "times_of"]

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
HARMLESS = (OSError, StudentGone, StudentError, SandboxError, msgspec.MsgspecError)
"""What may go wrong while a solution is compiled: it costs time, never a grade."""


def keep_compiled(folder: Path, solution: bytes, assignment: Assignment, sandbox: Sandbox) -> SubmissionResult:
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


def grade_solution(solution: bytes, assignment: Assignment, sandbox: Sandbox) -> SubmissionResult:
    """Grade the solution as if somebody had handed it in."""
    with tempfile.TemporaryDirectory(prefix="solution-") as scratch:
        notebook = Path(scratch) / "solution.ipynb"
        notebook.write_bytes(solution)
        work = Submission(
            key="solution", students=(Student(id=""),), file=f"{assignment.name}.ipynb", path=str(notebook)
        )
        return grade(work, assignment, sandbox)


def times_of(
    solution: bytes, result: SubmissionResult, measured: Measured
) -> tuple[dict[str, float | None], dict[str, float]]:
    """What a run of the solution says of what its cells and calls take.

    A cell that was cut off or raised took what it took, and not what it takes: it has no time, as a call that was cut
    off has none.

    Args:
        solution: the solved notebook.
        result: what it came to.
        measured: of its first run.

    Returns:
        Id of a cell → processor seconds, or None; question → processor seconds of a call.
    """
    ids = {place: cell.id for place, cell in enumerate(msgspec.json.decode(solution, type=_Solved).cells)}
    stopped = {error.cell for error in result.cell_errors}
    endless = {question.name for question in result.questions if any(map(_has_no_end, question.cases))}
    cells = {place: None if place in stopped else seconds for place, seconds in measured.cells.items()}
    return by_id(ids, cells), {name: taken for name, taken in measured.calls.items() if name not in endless}


def _has_no_end(case: CaseResult) -> bool:
    if case.raised is not None and case.raised.type == "TimeoutError":
        return True
    return any(check.verdict.reason is Reason.TIMED_OUT for check in case.checks)


class _Cell(Record, frozen=True, kw_only=True):
    id: str | None = None


class _Solved(Record, frozen=True, kw_only=True):
    """The solved notebook, of which the cells' ids are wanted."""

    cells: tuple[_Cell, ...]


class _Watched:
    """A sandbox whose notebooks write JAX's cache into their own scratch, from where it is read at their end."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.entries: dict[str, str] = {}

    @contextmanager
    def start(self, program: Program) -> Iterator[Session]:
        first = Cell(f"exec({_INTO!r}, {{}})", -1)  # what it takes is no cell's of the notebook
        with self._sandbox.start(msgspec.structs.replace(program, cells=(first, *program.cells))) as session:
            yield session
            said = session.run_inside(_READ)
            # a later run's folders have been emptied: the list of fonts is in the first one's alone
            self.entries |= msgspec.json.decode(said, type=dict[str, str])
