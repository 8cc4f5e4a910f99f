"""Where single precision, JAX's usual one, keeps the digits of a reference."""

from typing import Any

import numpy as np

from autograder.reference.derivatives import Operator, by_jax
from autograder.reference.function import Function
from autograder.reference.sampling import Naive, Samples, in_floats

__all__ = ["in_single"]


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
