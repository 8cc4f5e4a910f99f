"""What one cell or one call may take: processor time where it is known what the work needs, and the clock.

On a busy machine the clock runs on while the notebook waits for a processor, so a limit of the clock alone would give
another result there. Processor time is the same everywhere; the clock stays for what sleeps.
"""

import os
from math import inf

import msgspec

from autograder.model import Raised, Record, Returned
from autograder.sandbox.limits import Limits, allowed_seconds
from autograder.sandbox.line import wire

__all__ = ["Budget", "Measured", "Meter", "cut_off", "for_call", "for_cell"]

_PATIENCE = 3.0
"""A limit may grow by this many times itself while the student's process waits for a processor."""
_MORE_PATIENCE = 30.0
"""The same where processor time is limited too: who waits so long only waits."""
_FIRST_LOOK = 0.25
"""Seconds before it is asked for the first time what was spent: what is over by then costs no question, and what was
spent by then is a gift. There is one a cell: what speaks with the judge again and again is looked at each time."""
_SHORTEST_LOOK = 0.05
_CORES = os.cpu_count() or 1


class Budget:
    """What is left to the student for one cell or one call, and how often it had to be interrupted.

    Args:
        seconds: on the clock.
        cpu_seconds: of processor time, all its processes together; None where the clock alone decides.
    """

    def __init__(self, seconds: float, cpu_seconds: float | None = None) -> None:
        self.left = seconds
        self.spare = (_PATIENCE if cpu_seconds is None else _MORE_PATIENCE) * seconds
        """Seconds that may yet be added for a machine that is busy with something else."""
        self.interrupts = 0
        self.struck = ""
        """The limit that was reached, in words."""
        self._clock_words = f"{seconds:g} s"
        self.cpu_left = inf if cpu_seconds is None else cpu_seconds
        self._cpu_words = f"{self.cpu_left:g} s of processor time"
        self._until_look = min(_FIRST_LOOK, self.cpu_left / 2)
        self._first: float | None = None
        self._spent = 0.0

    @property
    def next_look(self) -> float:
        """Seconds after which it is worth asking again what was spent."""
        return inf if self.cpu_left == inf else max(0.0, self._until_look)

    def spends(self, cpu_seconds: float) -> bool:
        """Whether the processor time is used up.

        Args:
            cpu_seconds: what its processes have used since the notebook began.
        """
        if self._first is None:
            self._first = cpu_seconds
        self._spent = cpu_seconds - self._first
        self._until_look = max(_SHORTEST_LOOK, (self.cpu_left - self._spent) / _CORES)
        if self._spent < self.cpu_left:
            return False
        self.struck = self._cpu_words
        return True

    def times_out(self) -> None:
        """The clock's limit is reached."""
        self.struck = self._clock_words

    def goes_on(self, seconds: float) -> None:
        """A message came after this many seconds; what the judge does with it is not the student's time.

        The next look is as near as it was: a loop that speaks every tenth of a second was never looked at.
        """
        self.left -= seconds
        self._until_look -= seconds

    def interrupted(self, grace_seconds: float) -> None:
        """Only this is left to come to an end."""
        self.interrupts += 1
        self.left = grace_seconds
        if self.cpu_left < inf:
            self.cpu_left = min(self.cpu_left - self._spent, grace_seconds)
        self._first, self._spent, self._until_look = None, 0.0, 0.0


def for_cell(limits: Limits, usual: float | None) -> Budget:
    """What one cell may take.

    Args:
        limits: of the submission.
        usual: processor seconds of the solution's cell; None where that is not known.
    """
    if usual is None or not limits.cells_by_usual:
        return Budget(limits.cell_seconds)
    return Budget(limits.cell_seconds, min(allowed_seconds(usual), limits.cell_seconds))


def for_call(limits: Limits, usual: float | None) -> Budget:
    """What one call of an answer function may take: ``usual`` is what it takes with the solution's."""
    if usual is None:
        return Budget(limits.call_seconds)
    cpu_seconds = min(allowed_seconds(usual), limits.cell_seconds)
    return Budget(max(limits.call_seconds, min(2 * cpu_seconds, limits.cell_seconds)), cpu_seconds)


def cut_off(result: Returned | Raised, struck: str) -> Returned | Raised:
    """The result of a call; of one that was cut off, with the limit that did it."""
    if struck and isinstance(result, Raised) and (result.type, result.message) == ("TimeoutError", wire.TOO_LONG):
        return msgspec.structs.replace(result, message=f"the call was cut off after {struck}")
    return result


class Measured(Record, frozen=True, kw_only=True):
    """Processor seconds that one run of a notebook took."""

    cells: dict[int, float]
    """Place of a cell in the notebook → of that cell."""
    calls: dict[str, float]
    """Question → of that call of an answer function which took longest."""


class Meter:
    """Adds up what a run takes, cell by cell and call by call."""

    def __init__(self) -> None:
        self._cells: dict[int, float] = {}
        self._calls: dict[str, float] = {}
        self._before = 0.0

    def cell(self, index: int, cpu_seconds: float) -> None:
        """A cell is done; all its processes have used this much since the notebook began."""
        self._cells[index] = self._cells.get(index, 0.0) + self._since(cpu_seconds)

    def call(self, question: str, cpu_seconds: float) -> None:
        """A call is done; the same."""
        self._calls[question] = max(self._calls.get(question, 0.0), self._since(cpu_seconds))

    @property
    def measured(self) -> Measured:
        return Measured(cells=self._cells, calls=self._calls)

    def _since(self, cpu_seconds: float) -> float:
        spent, self._before = max(0.0, cpu_seconds - self._before), cpu_seconds
        return spent
