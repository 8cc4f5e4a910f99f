"""Values of formulas at a point, correctly rounded to float64, or nothing where something in them is not real.

Evaluated in ball arithmetic (:mod:`~autograder.expressions.graph.balls`) with precision raised until the ball is
narrower than float64's last place; mpmath at 60 digits stands in for functions that are not known there.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint
import mpmath
import numpy as np
import sympy as sp

from autograder.errors import ExpressionError
from autograder.expressions.graph import Graph, Outside, Program, Unsupported, Wide, point_balls
from autograder.expressions.tree import to_tree

__all__ = ["Evaluate", "evaluator", "exact_value"]

Evaluate = Callable[[Mapping[str, Fraction]], "np.ndarray[Any, Any] | None"]
"""Values at a point, flat, or None where something in them is not real and finite."""

_PRECISIONS = (106, 320, 1280)
_DIGITS = 60


def evaluator(exprs: Sequence[sp.Expr], guards: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Evaluate:
    """A function from a point to the values of ``exprs``; None where one of them or of ``guards`` is not real.

    Args:
        exprs: formulas in ``symbols``.
        guards: formulas that must be real at the point as well: the function whose derivative ``exprs`` are.
        symbols: their names are the keys of a point.
    """
    graph = Graph()
    try:
        roots = [graph.add_tree(to_tree(e)) for e in (*exprs, *guards)]
        program = Program(graph, roots)
    except (Unsupported, ExpressionError, KeyError):  # KeyError: complex infinity
        return _by_mpmath(exprs, guards, symbols)
    wanted = len(exprs)

    def evaluate(point: Mapping[str, Fraction]) -> "np.ndarray[Any, Any] | None":
        """Shape (k,); precision grows until every entry is narrow."""
        before = flint.ctx.prec
        try:
            for precision in _PRECISIONS:
                flint.ctx.prec = precision
                try:
                    balls = program.run(point_balls(point))[:wanted]
                except Wide:
                    continue
                except (Outside, ZeroDivisionError, OverflowError):
                    return None
                if all(_narrow(ball) for ball in balls) or precision == _PRECISIONS[-1]:
                    values = np.array([float(ball.mid()) for ball in balls])
                    return values if np.all(np.isfinite(values)) else None
            return None
        finally:
            flint.ctx.prec = before

    return evaluate


def _narrow(ball: Any) -> bool:
    """Whether the midpoint rounds as the value does, all but certainly."""
    radius = ball.rad()
    return bool(radius == 0 or radius < abs(ball.mid()) * 2.0**-64)


def _by_mpmath(exprs: Sequence[sp.Expr], guards: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]) -> Evaluate:
    try:
        compiled = sp.lambdify(list(symbols), [*exprs, *guards], modules="mpmath", cse=True)
    except (NameError, TypeError, ValueError, SyntaxError, KeyError):  # KeyError: complex infinity, as of x**0/0
        return lambda point: None
    wanted = len(exprs)

    def evaluate(point: Mapping[str, Fraction]) -> "np.ndarray[Any, Any] | None":
        """Shape (k,)."""
        with mpmath.workdps(_DIGITS):
            try:
                values = compiled(*(mpmath.mpf(point[s.name].numerator) / point[s.name].denominator for s in symbols))
            except (ArithmeticError, ValueError, NameError, TypeError, mpmath.libmp.NoConvergence):
                return None  # NameError, TypeError: a function that mpmath lacks as well
            rounded = [_real(value) for value in values]
        if any(value is None for value in rounded):
            return None
        return np.array(rounded[:wanted], dtype=float)

    return evaluate


def _real(value: Any) -> float | None:
    if isinstance(value, mpmath.mpc):
        if value.imag != 0:
            return None
        value = value.real
    number = float(value)
    return number if np.isfinite(number) else None


def exact_value(expr: sp.Expr) -> float | None:
    """A formula without variables as float64; None where it is not real and finite.

    >>> exact_value(sp.sqrt(2)), exact_value(sp.sqrt(-2))
    (1.4142135623730951, None)
    """
    if expr.is_Rational:
        number = float(expr)
        return number if np.isfinite(number) else None
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return None
    value = evaluator([expr], (), ())({})
    return None if value is None else float(value[0])
