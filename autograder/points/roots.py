"""The roots of one function of one variable, isolated in ball arithmetic.

An interval on which the ball of the value excludes 0 has no root, one on which the slope's ball excludes 0 has one at
most, which Newton's interval step then narrows; any other is halved. What is left when it cannot be halved further
(a double root, a jump, the edge of where the function is real) counts as one. The work is counted, never timed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from flint import arb

from autograder.expressions.graph import Ball, Outside, Wide

__all__ = ["FAR", "Roots", "isolate", "middle"]

FAR = 1e12
"""How far out an open end is searched."""
_CUTS = (-FAR, -1e6, -1e3, -10.0, -1.0, 0.0, 1.0, 10.0, 1e3, 1e6, FAR)
_FINE = 2.0**-44
_COARSE = 2.0**20
"""So many times less narrow is what cannot be evaluated: the edge of where a function is real."""

Function = Callable[[Ball], Ball]
"""From a ball of the variable to a ball of the value; raises :class:`Outside` and :class:`Wide`."""


@dataclass
class Roots:
    """What was found.

    Attributes:
        found: narrow intervals, in order, that hold all roots in what was searched.
        left: wider ones that the work allowed did not reach.
        spent: how often a function was evaluated.
    """

    found: list[tuple[float, float]] = field(default_factory=list)
    left: list[tuple[float, float]] = field(default_factory=list)
    spent: int = 0


def isolate(
    value: Function, slope: Function | None, low: float, high: float, *, most: int, steady: bool = False
) -> Roots:
    """The roots of ``value`` in [low, high], those near 0, or near the nearer end, first.

    Args:
        value: gives the ball of the function over a ball.
        slope: the derivative; None where there is none, and then only signs tell.
        low: where the search begins.
        high: where it ends.
        most: how many evaluations are allowed.
        steady: whether the slope is known never to change its sign: no ball of ``exp`` over [1000, 2000] says so.
    """
    roots = Roots()
    finest = 1e-16 * min(1.0, high - low)
    ends = [low, *(cut for cut in _CUTS if low < cut < high), high]
    waiting: list[tuple[bool, float, float, float]] = []

    def push(a: float, b: float, unclear: bool = False) -> None:
        """What cannot be evaluated as a whole (``x**x`` at negative numbers) comes last."""
        if a < b:
            heappush(waiting, (unclear, min(abs(a), abs(b)) if a * b > 0 else 0.0, a, b))

    for a, b in pairwise(ends):
        push(a, b)
    while waiting:
        if roots.spent >= most:
            roots.left = sorted((a, b) for _, _, a, b in waiting)
            break
        _, _, a, b = heappop(waiting)
        ball = arb(a).union(arb(b))
        roots.spent += 1
        try:
            here = value(ball)
            if not here.contains(0):
                continue
        except Outside:
            continue
        except Wide:
            here = None
        if b - a <= (1.0 if here is not None else _COARSE) * max(finest, _FINE * max(abs(a), abs(b))):
            roots.found.append((a, b))
            continue
        if slope is not None and here is not None:
            roots.spent += 1
            rising = _or_none(slope, ball)
            if rising is not None and not rising.contains(0):
                _single(value, slope, rising, a, b, finest, roots)
                continue
            if steady and rising is not None:
                roots.spent += 2
                left, right = (_or_none(value, arb(end)) for end in (a, b))
                if left is not None and right is not None and left * right > 0:
                    continue  # it is continuous there, as its slope has a value
        half = middle(a, b)
        if not a < half < b:
            roots.found.append((a, b))
            continue
        push(a, half, here is None)
        push(half, b, here is None)
    roots.found = _merged(roots.found)
    return roots


def _or_none(function: Function, ball: Ball) -> Ball | None:
    try:
        return function(ball)
    except (Outside, Wide):
        return None


def _single(value: Function, slope: Function, rising: Ball, a: float, b: float, finest: float, roots: Roots) -> None:
    """The one root, if there is one, of a function that rises or falls all the way from a to b."""

    def side(x: float) -> int:
        roots.spent += 1
        there = _or_none(value, arb(x))
        return 0 if there is None or there.contains(0) else 1 if there > 0 else -1

    left, right = side(a), side(b)
    if left and left == right:
        return
    for _ in range(100):
        if b - a <= max(finest, _FINE * max(abs(a), abs(b))):
            break
        half = middle(a, b)
        roots.spent += 2
        there = _or_none(value, arb(half))
        if there is None:
            break
        step = arb(half) - there / rising
        low, high = float(step.lower()), float(step.upper())
        if high < a or low > b:
            return
        before = b - a
        a, b = max(a, math.nextafter(low, -math.inf)), min(b, math.nextafter(high, math.inf))
        if b - a > before / 2 and left and a < half < b:
            # Newton's step does not help where the slope varies much; signs do.
            if there.contains(0):
                break
            a, b = (half, b) if (there > 0) == (left > 0) else (a, half)
        closer = _or_none(slope, arb(a).union(arb(b)))
        if closer is not None and not closer.contains(0):
            rising = closer
    roots.found.append((a, b))


def _merged(found: list[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for a, b in sorted(found):
        if merged and a <= merged[-1][1] + 1e-15 * max(abs(a), abs(b)):
            merged[-1] = (merged[-1][0], max(merged[-1][1], b))
        else:
            merged.append((a, b))
    return merged


def middle(low: float, high: float) -> float:
    """Between two floats, by size where they differ much in it: 8 between 1 and 64."""
    if low * high < 0:
        return 0.0
    near, far = sorted((abs(low), abs(high)))
    if far > 16 * near and far > 1e-3:
        half = max(near * 4, far / 64)
        return half if high > 0 else -half
    return low + (high - low) / 2
