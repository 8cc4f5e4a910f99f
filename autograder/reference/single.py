"""What floats leave of a reference: the digits that single precision keeps, and the size of what a slope is made of."""

from typing import Any

import numpy as np
import sympy as sp

from autograder.reference.derivatives import Operator, by_jax
from autograder.reference.function import Function
from autograder.reference.sampling import Naive, Samples, in_floats

__all__ = ["in_single", "largest_value"]


def in_single(function: Function, operator: Operator, samples: Samples, naive: Naive | None) -> np.ndarray[Any, Any]:
    r"""How far it is off there, (N, \*shape): infinite where it has no value, 0 where that cannot be tried.

    Args:
        function: the author's.
        operator: which derivatives are asked for.
        samples: the N points, with the reference there.
        naive: the derivative's formula in plain floats; None where NumPy lacks one of its functions.
    """
    values = samples.values
    if function.exprs is None:
        plain = by_jax(function, operator, samples.arguments(function.variables), single=True).reshape(values.shape)
    elif naive is None:
        return np.zeros(values.shape)
    else:
        rows = [in_floats(naive, point, np.float32) for point in samples.points]
        none = np.full(values[0].size, np.nan)
        plain = np.array([none if row is None else row for row in rows]).reshape(values.shape)
    off = np.abs(plain - values)
    return np.where(np.isfinite(off), off, np.inf)


def largest_value(function: Function, samples: Samples) -> float:
    """Of the function itself at the points, in plain floats; 0 where there is no formula or no value.

    What a slope is off by where it has vanished is a rounding of the function: ``1 - tanh(x)**2`` is made of it.
    """
    if function.exprs is None:
        return 0.0
    plain = sp.lambdify(list(function.symbols), list(function.exprs), modules="numpy")
    rows = [in_floats(plain, point, float) for point in samples.points]
    sizes = [float(np.max(np.abs(row))) for row in rows if row is not None and np.all(np.isfinite(row))]
    return max(sizes, default=0.0)
