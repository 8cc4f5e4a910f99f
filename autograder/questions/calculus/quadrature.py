"""Integrals by quadrature, and the pieces on which a function is continuous: no antiderivative has to be found."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import mpmath
import sympy as sp
from flint import arb

from autograder.expressions import to_tree
from autograder.expressions.graph import Graph, Outside, Program, Unsupported, Wide
from autograder.reference import real_symbol

__all__ = ["integral", "pieces"]

_DIGITS = 30
_GOOD = mpmath.mpf(10) ** -16
_MOST_HALVINGS = 40
_MOST_BALLS = 4000
_BITS = 80


def integral(expr: sp.Expr, name: str, low: Any, high: Any) -> float:
    """The integral between two places, which may be infinite, by Gauss-Legendre rules halved until they agree.

    Args:
        expr: in the one variable.
        name: of the variable.
        low: a number of any kind, or −oo.
        high: likewise, or oo.
    """
    compiled = sp.lambdify([real_symbol(name)], expr, modules="mpmath")
    with mpmath.workdps(_DIGITS):
        ends = [_number(low), _number(high)]
        if any(mpmath.isinf(end) for end in ends):
            middle = [end for end in (-10, -1, 0, 1, 10) if min(ends) < end < max(ends)]
            whole = mpmath.quad(compiled, [ends[0], *(middle if ends[0] < ends[1] else middle[::-1]), ends[1]])
            return float(mpmath.re(whole))
        return float(mpmath.re(_halved(compiled, ends[0], ends[1], _MOST_HALVINGS)))


def _number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return (
        mpmath.mpf(str(sp.N(value, _DIGITS)))
        if sp.sympify(value).is_finite
        else mpmath.mpf(str(value).replace("oo", "inf"))
    )


def _halved(compiled: Any, low: Any, high: Any, left: int) -> Any:
    """Halved at kinks, where no rule is good on both sides at once."""
    found, error = mpmath.quad(compiled, [low, high], error=True, maxdegree=5)
    if left == 0 or error <= _GOOD * (1 + abs(found)) or abs(high - low) < _GOOD:
        return found
    middle = (low + high) / 2
    return _halved(compiled, low, middle, left - 1) + _halved(compiled, middle, high, left - 1)


def pieces(expr: sp.Expr, name: str, places: Sequence[Fraction]) -> list[int]:
    """For each place, in rising order, the number of the piece on which the function is finite that it lies in.

    Two neighbours lie in one piece when ball arithmetic shows that the function is finite all the way between them.
    """
    graph = Graph()
    try:
        program = Program(graph, [graph.add_tree(to_tree(expr))])
    except Unsupported:
        return [0] * len(places)  # nothing is known of where it stops
    found = [0]
    before = flint.ctx.prec
    flint.ctx.prec = _BITS
    try:
        for low, high in pairwise(places):
            found.append(found[-1] + (not _finite(program, name, low, high)))
    finally:
        flint.ctx.prec = before
    return found


def _finite(program: Program, name: str, low: Fraction, high: Fraction) -> bool:
    waiting = [(low, high)]
    for _ in range(_MOST_BALLS):
        if not waiting:
            return True
        a, b = waiting.pop()
        middle, half = (a + b) / 2, (b - a) / 2
        ball = arb(float(middle), float(half) * (1 + 2.0**-20))
        try:
            if program.run({name: ball})[0].is_finite():
                continue
        except Outside:
            return False
        except Wide:
            pass
        if half < (high - low) / 2**24:
            return False
        waiting += [(a, middle), (middle, b)]
    return False
