"""What is allowed at single points at which a function is asked, besides the tolerances."""

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Leeway", "gaps_of"]


@dataclass(frozen=True, kw_only=True)
class Leeway:
    r"""What is allowed at N points besides the tolerances.

    Attributes:
        moves: as in :func:`autograder.compare.numeric.verdict_on`, at each point: (N, \*shape), or None.
        beside: likewise.
        left_out: places of points at which any value will do.
        single: whether the answers are in single precision, though they may not say so.
        size: of what a slope is made of, which is off by rounding however small the slope is.
    """

    moves: np.ndarray[Any, Any] | None = None
    beside: np.ndarray[Any, Any] | None = None
    left_out: frozenset[int] = frozenset()
    single: bool = False
    size: float = 0.0


def gaps_of(values: np.ndarray[Any, Any], desired: np.ndarray[Any, Any], fixed: int) -> frozenset[int]:
    """Points at which the answer has no real value and need not have one; both are (N, *shape)."""
    inside = np.isfinite(values) & (np.imag(values) == 0)
    empty = [i for i in range(len(values)) if not np.all(inside[i] | ~np.isfinite(desired[i]))]
    if 2 * len(empty) > len(values) or (empty and empty[0] < fixed):
        return frozenset()
    return frozenset(empty)
