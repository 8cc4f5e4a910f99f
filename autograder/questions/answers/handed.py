"""What a student's function is handed: the question's function, its gradient and its Hessian, as Python functions."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable, read_numbers
from autograder.reference import Function, Reference

__all__ = ["gradient_function", "hessian_function", "value_function"]

_FARTHEST = 1e100


def hessian_function(reference: Reference, names: Sequence[str]) -> Callable[..., Any]:
    """The Hessian of one vector or of separate numbers, (n, n) (a number, for a number), as its entries row by row.

    Args:
        reference: of the second derivatives.
        names: of the coordinates, in their order.
    """
    entries = gradient_function(reference, names)

    def hess(*point: Any) -> Any:
        values = entries(*point)
        return values if isinstance(values, float) else values.reshape(len(names), len(names))

    return hess


def gradient_function(reference: Reference, names: Sequence[str]) -> Callable[..., Any]:
    """∇f of one vector or of separate numbers, an array (or a number, for a number).

    Where the gradient does not exist it is NaN: a wrong step may lead anywhere, and that is not the author's fault.

    Args:
        reference: of the gradient.
        names: of the coordinates, in their order.
    """

    def grad(*point: Any) -> Any:
        value = None
        try:
            vector = read_numbers(point[0] if len(point) == 1 else list(point)).values.reshape(-1)
            if np.all(np.isfinite(vector)) and np.max(np.abs(vector)) <= _FARTHEST:
                value = reference.evaluate(dict(zip(names, map(Fraction, vector.tolist()), strict=True)))
        except (Unreadable, ValueError, TypeError):
            value = None
        if value is None:
            value = np.full(len(reference.operator.terms), np.nan)
        return float(value[0]) if len(value) == 1 and not isinstance(point[0], np.ndarray) else value

    return grad


def value_function(function: Function) -> Callable[..., float]:
    """The function f of one vector or of separate numbers; NaN where it has no value."""
    compiled = (
        None if function.exprs is None else sp.lambdify(list(function.symbols), function.exprs[0], modules="numpy")
    )

    def f(*point: Any) -> float:
        with np.errstate(all="ignore"):
            try:
                vector = read_numbers(point[0] if len(point) == 1 else list(point)).values.reshape(-1)
                return float(function.call(vector) if compiled is None else compiled(*vector))
            except (Unreadable, ValueError, TypeError, ArithmeticError):
                return float("nan")

    return f
