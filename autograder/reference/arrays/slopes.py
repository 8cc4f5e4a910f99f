"""What JAX says at drawn points, in float64, and whether differences along lines and SymPy say the same."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.reference.arrays.formula import ArrayFormula, FormulaError
from autograder.reference.derivatives import ridders, x64

__all__ = ["agree_along", "by_sympy", "run"]

_SCALES = (0.05, 1e-3, 1e-5)
"""Longest steps of the differences: across a kink of relu only the shortest say what the slope is."""
_RTOL = 1e-5
MOST_SYMBOLIC = 120
"""Numbers of a formula that SymPy puts together and differentiates along a line."""
Array = np.ndarray[Any, Any]


def run(
    function: Callable[..., Any], points: Sequence[Sequence[Any]], *, text: str, single: bool = False
) -> list[list[Array]]:
    """A function's outputs at some points, without touching the process's x64 switch.

    Args:
        function: of arrays, as JAX can run it; it gives an array, or a tuple or list of them.
        points: for each an array an argument.
        text: of the function, for a message.
        single: in float32 instead, JAX's usual precision.

    Returns:
        For each point its outputs, float64 arrays of their own shapes.

    Raises:
        AuthorError: JAX cannot run or differentiate the function.
    """
    import jax

    def outputs(*given: Any) -> list[Any]:
        found = function(*given)
        return list(found) if isinstance(found, (tuple, list)) else [found]

    with nullcontext() if single else x64():
        try:
            compiled = jax.jit(outputs)
            rows = []
            for point in points:
                given = [_in(value, single) for value in point]
                try:
                    found = compiled(*given)
                except (jax.errors.ConcretizationTypeError, jax.errors.TracerArrayConversionError):
                    found = outputs(*given)  # a Python `if` in the author's function runs, but not when it is traced
                rows.append([np.asarray(value, dtype=float) for value in found])
            return rows
        except AuthorError:
            raise
        except Exception as error:  # whatever JAX or the author's function says
            raise AuthorError(f"JAX cannot differentiate {text}: {type(error).__name__}: {str(error)[:300]}") from error


def _in(value: Any, single: bool) -> Array:
    """An array of any shape in the precision that is wanted; whole numbers stay whole."""
    array = np.asarray(value)
    return array.astype(np.float32 if single else float) if array.dtype.kind == "f" else array


def agree_along(
    function: Callable[..., Any], point: Sequence[Array], directions: Mapping[int, Array], slope: Array, *, text: str
) -> None:
    """Hold a slope along a line against differences of the function.

    Args:
        function: of arrays, as JAX can run it; one output.
        point: an array an argument.
        directions: number of an argument → how fast it moves, of its shape.
        slope: of every entry of the output, as derivatives have it, of its shape.
        text: of the function, for the message.

    Raises:
        AuthorError: they differ by more than rounding.
    """
    weights = np.random.default_rng(len(point)).uniform(0.5, 1.5, np.shape(slope))
    claimed = float(np.sum(weights * slope))

    def value(step: float) -> float:
        moved = [np.asarray(x) + step * directions[k] if k in directions else x for k, x in enumerate(point)]
        return float(np.sum(weights * np.asarray(function(*moved), dtype=float)))

    with x64():
        size = max(1.0, abs(claimed), float(np.sum(np.abs(weights * slope))), abs(value(0.0)))
        for scale in _SCALES:
            found = ridders(value, scale=scale)
            if abs(found - claimed) <= _RTOL * size:
                return
    raise AuthorError(
        f"JAX's derivative of {text} and its difference quotient disagree: {claimed:.9g} and {found:.9g} along a line"
    )


def by_sympy(formula: ArrayFormula, arrays: Mapping[str, Array], directions: Mapping[str, Array]) -> Array | None:
    """How fast a formula changes along a line, by SymPy: of the formula's shape.

    Args:
        formula: of arrays.
        arrays: name → array, the point.
        directions: name → how fast it moves, of its shape.

    Returns:
        None where the formula is too large for that, or has a function that SymPy's arrays lack.
    """
    import sympy as sp

    if sum(np.size(value) for value in arrays.values()) > MOST_SYMBOLIC:
        return None
    t = sp.Symbol("t", real=True)
    exact = np.vectorize(lambda x: sp.Rational(str(float(x))), otypes=[object])
    line: dict[str, Any] = {}
    for name, value in arrays.items():
        if np.asarray(value).dtype.kind in "iu":
            line[name] = np.asarray(value)
            continue
        way = directions.get(name)
        line[name] = exact(value) + (t * exact(way) if way is not None else 0)
        line[name] = line[name] if np.ndim(value) else np.asarray(line[name], dtype=object).item()
    try:
        along = formula.compute(line, "sympy")
    except FormulaError:
        return None
    values = np.asarray(along, dtype=object)
    return np.array([float(sp.diff(entry, t).subs(t, 0).evalf(20)) for entry in values.ravel()]).reshape(values.shape)
