"""The roots of one function of one variable, isolated in ball arithmetic.

An interval on which the ball of the value excludes 0 has no root, one on which the slope's ball excludes 0 has one at
most, which Newton's interval step then narrows; any other is halved. Where a function touches 0, a higher derivative
that excludes 0 tells where the lower ones rise and fall, and so that there is no other root beside. What is left when
it cannot be halved further (a jump, the edge of where the function is real) counts as one. The work is counted, never
timed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import Protocol

import flint
from flint import arb

from autograder.expressions.graph import Ball, Outside, Wide

__all__ = ["FAR", "MOST_ORDER", "Derivatives", "Function", "Roots", "isolate", "middle"]

FAR = 1e12
"""How far out an open end is searched."""
_CUTS = (-FAR, -1e6, -1e3, -10.0, -1.0, 0.0, 1.0, 10.0, 1e3, 1e6, FAR)
_FINE = 2.0**-44
_COARSE = 2.0**20
"""So many times less narrow is what cannot be evaluated: the edge of where a function is real."""
_DEEP, _BY_FORM = 3, 4
"""Halvings after which it is looked whether a derivative up to this order has one sign by its form."""
_EVERY, MOST_ORDER = 3, 6
"""Halvings between two looks at balls of the derivatives up to this order: ``x**2 - sin(x)**2`` needs the fourth."""
_LADDER_BITS = 400
"""``(2**-53)**6``, the height of a root of sixth order at its edge, and some more."""

Function = Callable[[Ball], Ball]
"""From a ball of the variable to a ball of the value; raises :class:`Outside` and :class:`Wide`."""


class Derivatives(Protocol):
    """A function of one variable and its derivatives, by their order; the function itself has the order 0."""

    def function(self, order: int) -> Function | None:
        """The derivative; None where there is no rule for it, or too long a one."""
        ...

    def one_sign(self, order: int) -> bool:
        """Whether its form shows that it never changes its sign."""
        ...


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


def isolate(of: Derivatives, low: float, high: float, *, most: int, highest: int = MOST_ORDER) -> Roots:
    """The roots of a function in [low, high], those near 0, or near the nearer end, first.

    Args:
        of: the function and its derivatives; without any, signs alone tell.
        low: where the search begins.
        high: where it ends.
        most: how many evaluations are allowed.
        highest: the highest derivative that is asked.
    """
    return _Search(of, 1e-16 * min(1.0, high - low), most, highest).over(low, high)


class _Lost(Exception):
    """A sign that cannot be told."""


class _Search:
    """One search for the roots of a function."""

    def __init__(self, of: Derivatives, finest: float, most: int, highest: int) -> None:
        self.of = of
        self.finest = finest
        self.most = most
        self.highest = highest
        self.roots = Roots()
        self._value = _known(of.function(0))
        self._ordered = 0
        """The lowest derivative whose form shows that it never changes its sign; 0 where none is known."""
        self._looked = 0

    def over(self, low: float, high: float) -> Roots:
        roots = self.roots
        ends = [low, *(cut for cut in _CUTS if low < cut < high), high]
        waiting: list[tuple[bool, float, float, float, int]] = []

        def push(a: float, b: float, depth: int, unclear: bool = False) -> None:
            """What cannot be evaluated as a whole (``x**x`` at negative numbers) comes last."""
            if a < b:
                heappush(waiting, (unclear, min(abs(a), abs(b)) if a * b > 0 else 0.0, a, b, depth))

        for a, b in pairwise(ends):
            push(a, b, 0)
        while waiting:
            if roots.spent >= self.most:
                roots.left = sorted((a, b) for _, _, a, b, _ in waiting)
                break
            _, _, a, b, depth = heappop(waiting)
            roots.spent += 1
            try:
                here = self._value(arb(a).union(arb(b)))
                if not here.contains(0):
                    continue
            except Outside:
                continue
            except Wide:
                here = None
            if b - a <= (1.0 if here is not None else _COARSE) * max(self.finest, _FINE * max(abs(a), abs(b))):
                roots.found.append((a, b))
                continue
            if here is not None:
                inside = self._by_slopes(a, b, depth)
                if inside is not None:
                    roots.found += inside
                    continue
            half = middle(a, b)
            if not a < half < b:
                roots.found.append((a, b))
                continue
            push(a, half, depth + 1, here is None)
            push(half, b, depth + 1, here is None)
        roots.found = _merged(roots.found)
        return roots

    def _by_slopes(self, a: float, b: float, depth: int) -> list[tuple[float, float]] | None:
        """The roots from a to b; None where no derivative tells enough about so wide a stretch."""
        slope = self.of.function(1)
        rising = None if slope is None else self._over(slope, a, b)
        if slope is None or rising is None:
            return None
        if not rising.contains(0):
            root = self._only(self._value, slope, a, b, rising)
            return [] if root is None else [root]
        for order in range(self._looked + 1, 1 + min(self.highest, 1 if depth < _DEEP else _BY_FORM)):
            self._looked = order
            if not self._ordered and self.of.one_sign(order):
                self._ordered = order
        if self._ordered:
            return self._ladder(self._ordered, a, b)
        if depth and depth % _EVERY == 0 and b - a <= max(1.0, abs(a) / 16):
            for order in range(2, self.highest + 1):
                higher = self.of.function(order)
                ball = None if higher is None else self._over(higher, a, b)
                if ball is None:
                    break
                if not ball.contains(0):
                    return self._ladder(order, a, b)
        return None

    def _ladder(self, order: int, a: float, b: float) -> list[tuple[float, float]] | None:
        """The roots where a derivative has one sign: between its roots, at most one, the next lower one has one each.

        So ``exp(x) - 1 - x`` is known to have no root but at 0, where it is not told from 0 by any ball around it.
        """
        before = flint.ctx.prec
        flint.ctx.prec = _LADDER_BITS
        try:
            breaks: list[tuple[float, float]] = []
            for level in reversed(range(order)):
                value, slope = _known(self.of.function(level)), self.of.function(level + 1)
                if slope is None or self._over(value, a, b) is None or self._over(slope, a, b) is None:
                    return None  # not smooth all the way
                edges = [a, *(edge for root in breaks for edge in root), b]
                pieces = [(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high]
                found = [self._only(value, slope, low, high) for low, high in pieces]
                kept = [root for root in breaks if (there := self._over(value, *root)) is None or there.contains(0)]
                breaks = _merged([*kept, *(root for root in found if root is not None)])
            return breaks
        except _Lost:
            return None
        finally:
            flint.ctx.prec = before

    def _over(self, function: Function, a: float, b: float) -> Ball | None:
        self.roots.spent += 1
        return _or_none(function, arb(a).union(arb(b)))

    def _only(
        self, value: Function, slope: Function, a: float, b: float, rising: Ball | None = None
    ) -> tuple[float, float] | None:
        """The one root, if there is one, of a function that rises or falls all the way from a to b.

        Args:
            rising: the slope's ball, if it excludes 0.

        Raises:
            _Lost: signs alone are to tell (no ``rising``), and do not.
        """

        def side(x: float) -> int:
            there = self._over(value, x, x)
            return _ZERO if there is None else _side(there)

        left, right = side(a), side(b)
        if _EXACT in (left, right):
            end = a if left == _EXACT else b
            return end, end
        if left and left == right:
            return None
        for _ in range(200):
            if b - a <= max(self.finest, _FINE * max(abs(a), abs(b))):
                break
            half = middle(a, b)
            there = self._over(value, half, half) if a < half < b else None
            if there is None:
                break
            here = _side(there)
            if here == _EXACT:
                return half, half
            if rising is None:
                if not here or not (left or right):
                    raise _Lost
                a, b = (half, b) if (here == left if left else here != right) else (a, half)
            else:
                step = arb(half) - there / rising
                low, high = float(step.lower()), float(step.upper())
                if high < a or low > b:
                    return None
                before = b - a
                a, b = max(a, math.nextafter(low, -math.inf)), min(b, math.nextafter(high, math.inf))
                if b - a > before / 2 and left and a < half < b:
                    # Newton's step does not help where the slope varies much; signs do.
                    if not here:
                        break
                    a, b = (half, b) if here == left else (a, half)
            closer = self._over(slope, a, b)
            if closer is not None and not closer.contains(0):
                rising = closer
        return a, b


_ZERO, _EXACT = 0, 2


def _side(ball: Ball) -> int:
    """1 or -1; :data:`_EXACT` for 0 itself, :data:`_ZERO` where it cannot be told."""
    return _EXACT if ball.is_zero() else _ZERO if ball.contains(0) else 1 if ball > 0 else -1


def _known(function: Function | None) -> Function:
    assert function is not None  # it was evaluated before, or is the function itself
    return function


def _or_none(function: Function, ball: Ball) -> Ball | None:
    try:
        return function(ball)
    except (Outside, Wide):
        return None


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
