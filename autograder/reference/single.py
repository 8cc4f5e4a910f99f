"""What floats leave of a reference: the digits that single precision keeps, and the size of what a slope is made of."""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from autograder.reference.derivatives import Operator, by_jax
from autograder.reference.function import Function
from autograder.reference.sampling import Naive, Samples, in_floats

__all__ = ["in_single", "jax_in_single", "largest_value"]

_STEPS = (0, -2, -1, 1, 2)
_OTHER_LIBRARY = 2.0
"""Another library's functions round by an ulp otherwise than NumPy's."""


def in_single(
    function: Function,
    operator: Operator,
    samples: Samples,
    naive: Naive | None,
    known: np.ndarray[Any, Any] | None = None,
) -> np.ndarray[Any, Any]:
    r"""How far it is off there, (N, \*shape): infinite where it has no value, 0 where that cannot be tried.

    Args:
        function: the author's.
        operator: which derivatives are asked for.
        samples: the N points, with the reference there.
        naive: the derivative's formula in plain floats; None where NumPy lacks one of its functions.
        known: what JAX has there in single precision, (N, \*shape), where that was found before; None: it is asked.
    """
    values = samples.values
    plain = jax_in_single(function, operator, samples) if known is None else known
    off = np.abs(plain - values)
    if function.exprs is not None:
        # JAX has no value where an exponential overflows, and somebody else's formula has one
        ours = np.zeros(values.shape) if naive is None else _about(naive, samples)
        off = np.fmax(off, ours) if naive is None else np.where(np.isfinite(off), np.maximum(off, ours), ours)
    return np.where(np.isfinite(off), _OTHER_LIBRARY * off, np.inf)


def jax_in_single(function: Function, operator: Operator, samples: Samples) -> np.ndarray[Any, Any]:
    r"""JAX's values in its usual precision at the N points of the samples, (N, \*shape)."""
    found = by_jax(function, operator, samples.arguments(function.variables), single=True)
    return found.reshape(samples.values.shape)


def _about(naive: Naive, samples: Samples) -> np.ndarray[Any, Any]:
    r"""How far a formula is off in single precision at the points and a step of its floats beside them, (N, \*shape).

    At one point alone its rounding may be small by chance: of ``1 - tanh(x - 300)**2`` at 292.2
    NumPy is off by 1e-8 and JAX, whose ``tanh`` is another, by 1e-7.
    """
    values = samples.values
    none = np.full(values[0].size, np.nan)
    off = np.zeros(values.shape)
    for step in _STEPS:
        for at, point in enumerate(samples.points):
            beside = {name: _stepped(x, step) for name, x in point.items()}
            single, double = (in_floats(naive, beside, kind) for kind in (np.float32, float))
            exact = values[at] if step == 0 else none if double is None else double.reshape(values[at].shape)
            gap = np.abs((none if single is None else single).reshape(values[at].shape) - exact)
            # beside the point there may be no value: only the point itself says that there is none
            off[at] = np.maximum(off[at], gap if step == 0 else np.where(np.isfinite(gap), gap, 0.0))
    return np.where(np.isfinite(off), off, np.inf)


def _stepped(x: Fraction, steps: int) -> Fraction:
    """The single that lies so many singles above x."""
    if steps == 0:
        return x
    single = np.float32(float(x))
    for _ in range(abs(steps)):
        single = np.nextafter(single, np.float32(np.copysign(np.inf, steps)))
    return Fraction(float(single))


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
