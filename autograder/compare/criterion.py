"""What makes two expressions count as equal."""

import msgspec

from autograder.model import Record
from autograder.points import Interval

__all__ = ["Criterion"]


class Criterion(Record, frozen=True, kw_only=True):
    """In which variables two expressions are compared, where, and how closely."""

    variables: list[str]
    domain: dict[str, Interval] = msgspec.field(default_factory=dict)
    """Variable → (low, high), None for an end that is open; a variable that is not named is real."""
    seed: int = 0
    """Of the points."""
    rtol: float | None = None
    """For answers with decimal numbers, relative to the reference; None, with ``atol``, for eight digits."""
    atol: float | None = None
    """Likewise, absolute."""
    prove: bool = True
    """False leaves an equality "sampled"."""

    @property
    def tolerance(self) -> tuple[float, float] | None:
        """``(atol, rtol)`` where the author gives one of them."""
        return None if self.rtol is None and self.atol is None else (self.atol or 0.0, self.rtol or 0.0)
