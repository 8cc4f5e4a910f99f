"""What one submission may use, and what the sandbox is told about it and tells about it."""

import msgspec

from autograder.model import CellError, Record

_TIMES = 30.0
_LEAST_SECONDS = 5.0


class Limits(Record, frozen=True, kw_only=True):
    """What one submission may use. Each limit that is reached ends in a status of its own name."""

    cpu_seconds: float = 120.0
    """CPU time of all its processes together; status ``timeout``."""
    wall_seconds: float = 300.0
    """Time that we wait for it, all cells and calls together; status ``timeout``."""
    cell_seconds: float = 60.0
    """Wall time of one cell; the cell is interrupted and the next one runs. If it goes on, status ``timeout``."""
    cells_by_usual: bool = True
    """Whether less processor time is allowed to a cell where the solution's is known to need little
    (:func:`allowed_seconds`); False where a person gave ``cell_seconds``."""
    call_seconds: float = 10.0
    """Wall time of one call of an answer function; the call is interrupted and gives ``TimeoutError``. Where it is
    known what the solution's takes, processor time counts: :func:`allowed_seconds`."""
    grace_seconds: float = 1.0
    """How long an interrupted cell or call may take to stop before the process is killed."""
    memory_mb: int = 2048
    """Resident memory of all its processes, over what the warm process had; also the size of its private ``/tmp``."""
    processes: int = 64
    """Processes at one time; status ``processes``. Threads are limited to 1,024 together."""
    open_files: int = 256
    """File descriptors of one process."""
    file_mb: int = 64
    """Size of one file that it writes; the write fails."""
    output_mb: int = 100
    """Text printed by all cells together; status ``output``. The first 100,000 characters are kept."""


def cell_seconds_within(wall_seconds: float) -> float:
    """What one cell may take where a person gave the time of the whole notebook alone.

    A fifth, as by default, so that one endless loop costs its cell and not the notebook; but 5 s, in which a slow cell
    imports and compiles.

    >>> cell_seconds_within(600), cell_seconds_within(100), cell_seconds_within(10), cell_seconds_within(2)
    (60.0, 20.0, 5.0, 2)
    """
    return min(Limits().cell_seconds, max(5.0, wall_seconds / 5), wall_seconds)


def limits_of(timeout: float | None, cell_timeout: float | None, memory: int | None) -> Limits:
    """The limits from a command's options of these names; None where one was not given.

    >>> limits_of(100.0, None, None).cell_seconds, limits_of(None, 7.0, None).cells_by_usual
    (20.0, False)
    """
    usual = Limits()
    wall = timeout or usual.wall_seconds
    return Limits(
        wall_seconds=wall,
        # one process has no more processor time than there is on the clock: one option for both
        cpu_seconds=timeout or usual.cpu_seconds,
        cell_seconds=cell_timeout or cell_seconds_within(wall),
        cells_by_usual=cell_timeout is None,
        memory_mb=memory or usual.memory_mb,
    )


def allowed_seconds(usual: float) -> float:
    """Processor seconds that a cell or a call may take of which the solution's takes ``usual``.

    Thirty times that, for loops where the solution has arrays; and 5 s, in which whatever is short compiles.

    >>> allowed_seconds(0.02), allowed_seconds(0.5)
    (5.0, 15.0)
    """
    return max(_LEAST_SECONDS, _TIMES * usual)


class Cell(Record, frozen=True):
    """One code cell, as it is to be run."""

    source: str
    index: int
    """Place in the notebook, from 0, counting all cells: what error messages name."""
    checks: tuple[str, ...] = ()
    """Questions to check right after this cell (Otter's metadata tests)."""
    ours: int = 0
    """Lines at its head that are not the student's (Otter's seeding): line numbers do not count them."""
    usual: float | None = None
    """Processor seconds that the solution's cell takes; None where that is not known."""


class Program(Record, frozen=True):
    """What one submission runs."""

    cells: tuple[Cell, ...]
    files: dict[str, str] = msgspec.field(default_factory=dict)
    """Relative name in the student's folder → where the file lies on this machine (our path)."""
    calls: dict[str, float] = msgspec.field(default_factory=dict)
    """Question → processor seconds that a call of the solution's answer takes, where that is known."""


class CheckRequested(Record, frozen=True):
    """The notebook waits in a ``grader.check`` for its text."""

    question: str | None
    """None for ``check_all``."""
    cell: int


class Ended(Record, frozen=True, kw_only=True):
    """How a submission's process ended, and what it used."""

    status: str
    """``ok``, ``timeout``, ``memory``, ``processes``, ``output``, ``crashed``, ``protocol`` (it wrote nonsense to us)
    or ``sandbox`` (the warm process died)."""
    detail: str = ""
    """One line for the TA."""
    finished: bool = False
    """All cells were run (some may have raised); what happened later was in an answer function."""
    cell_errors: tuple[CellError, ...] = ()
    printed: str = ""
    """What the cells printed; cut after 100,000 characters."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    memory_mb: float = 0.0
    """Peak resident memory."""
