"""Values of formulas at a point, correctly rounded to float64, or nothing where something in them is not real."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import sympy as sp

__all__ = ["evaluator", "exact_value"]

_DIGITS = 60


def evaluator(
    exprs: Sequence[sp.Expr], guards: Sequence[sp.Expr], symbols: Sequence[sp.Symbol]
) -> Callable[[dict[str, Fraction]], "np.ndarray[Any, Any] | None"]:
    """A function from a point to the values of ``exprs``; None where one of them or of ``guards`` is not real."""
    compiled = sp.lambdify(list(symbols), [*exprs, *guards], modules="mpmath", cse=True)
    wanted = len(exprs)

    def evaluate(point: dict[str, Fraction]) -> "np.ndarray[Any, Any] | None":
        with mpmath.workdps(_DIGITS):
            try:
                values = compiled(*(mpmath.mpf(point[s.name].numerator) / point[s.name].denominator for s in symbols))
            except (ZeroDivisionError, ValueError, OverflowError, mpmath.libmp.NoConvergence):
                return None
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
    """A formula without variables as float64; None where it is not real and finite."""
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return None
    number = sp.N(expr, 40)
    if not number.is_Number:
        real, imaginary = number.as_real_imag()
        # sqrt(-2)**2 and the like: an imaginary part that is only rounding
        if not (imaginary.is_Number and real.is_Number and abs(imaginary) < sp.Float(10) ** -30):
            return None
        number = real
    value = float(number)
    return value if np.isfinite(value) else None
