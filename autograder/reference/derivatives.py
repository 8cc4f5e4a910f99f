"""Derivatives of an author's function: SymPy's where there is a formula, JAX's where there is Python.

Every question kind asks for an array of partial derivatives. :class:`Operator` says which, entry by entry, so that
SymPy, JAX and finite differences are asked for the same thing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.expressions.differentiate import derivative
from autograder.reference.function import Function
from autograder.reference.programs import jax_values

__all__ = ["Operator", "along", "by_differences", "by_jax", "by_mpmath", "of_each_part", "symbolic", "x64"]

Term = tuple[int, tuple[int, ...]]
"""(which output, which variables one after the other): ``(0, (1, 1))`` is ∂²f₀/∂x₁²."""


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Which partial derivatives are asked for, as an array.

    Attributes:
        shape: of the answer at one point.
        terms: one per entry, row by row; with weights as many for each entry, one entry's after another's.
        weights: None, or one exact factor per term; then each entry is the weighted sum of its terms, as a curl's are.
    """

    shape: tuple[int, ...]
    terms: tuple[Term, ...]
    weights: tuple[sp.Expr, ...] | None = None

    @property
    def order(self) -> int:
        return max((len(wrt) for _, wrt in self.terms), default=0)

    @property
    def size(self) -> int:
        """How many entries the answer has."""
        return math.prod(self.shape)


def symbolic(function: Function, operator: Operator) -> tuple[sp.Expr, ...]:
    """SymPy's derivative, one expression per entry of the answer.

    Raises:
        AuthorError: SymPy cannot differentiate the formula (a ``Derivative`` is left in the result).
    """
    assert function.exprs is not None
    symbols = function.symbols
    found: dict[Term, sp.Expr] = {}
    for output, wrt in operator.terms:
        for k in range(len(wrt) + 1):
            if (output, wrt[:k]) not in found:
                before = found[output, wrt[: k - 1]] if k else function.exprs[output]
                found[output, wrt[:k]] = derivative(before, symbols[wrt[k - 1]]) if k else before
    values = tuple(found[term] for term in operator.terms)
    for value in values:
        if value.has(sp.Derivative, sp.Subs, sp.Integral):
            raise AuthorError(f"SymPy cannot differentiate {function.text}: it leaves {value}")
    if operator.weights is None:
        return values
    weighted = [w * v for w, v in zip(operator.weights, values, strict=True)]
    each = len(weighted) // operator.size
    return tuple(sp.Add(*weighted[k : k + each]) for k in range(0, len(weighted), each))


def _assembled(parts: np.ndarray[Any, Any], operator: Operator) -> np.ndarray[Any, Any]:
    """(N, terms) → (N, *shape)."""
    if operator.weights is not None:
        weighted = parts * np.array([float(w) for w in operator.weights])
        return np.asarray(weighted.reshape(len(parts), *operator.shape, -1).sum(axis=-1))
    return parts.reshape(len(parts), *operator.shape)


def by_jax(
    function: Function, operator: Operator, points: np.ndarray[Any, Any], *, single: bool = False
) -> np.ndarray[Any, Any]:
    r"""JAX's derivative in float64 at many points at once, without touching the process's x64 switch.

    Args:
        function: its Python function is used where it has one, else its formula through ``lambdify``.
        operator: what is asked for.
        points: shape (N, n).
        single: in float32 instead, JAX's usual precision.

    Returns:
        shape (N, \*operator.shape), float64.

    Raises:
        AuthorError: JAX cannot run or differentiate the function.
    """
    with nullcontext() if single else x64():
        try:
            parts = jax_values(function, operator, np.asarray(points, dtype=np.float32 if single else float))
        except AuthorError:
            raise
        except Exception as error:
            raise AuthorError(
                f"JAX cannot differentiate {function.text}: {type(error).__name__}: {str(error)[:300]}"
            ) from error
    return _assembled(parts.astype(float), operator)


def of_each_part(function: Function, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """The slopes of a function of one array at each of its parts alone, as if it were a function of one number.

    Args:
        function: whose layout has one array.
        points: shape (N, n).

    Returns:
        shape (N, n), float64; None where it takes neither a number nor an array of one.
    """
    import jax
    import jax.numpy as jnp

    assert function.layout is not None
    assert function.python is not None
    python, (shape,) = function.python, [shape for _, shape in function.layout.arguments]
    for alone in ((), (1,) * len(shape)):

        def slope(number: Any, alone: tuple[int, ...] = alone) -> Any:
            return jax.jvp(lambda t: jnp.ravel(python(jnp.reshape(t, alone)))[0], (number,), (jnp.ones(()),))[1]

        with x64():
            try:
                return np.asarray(jax.jit(jax.vmap(jax.vmap(slope)))(jnp.asarray(points)), dtype=float)
            except Exception:  # the function wants more than one part: such a mistake cannot be made with it
                continue
    return None


def x64() -> Any:
    """x64 for our own computation only: plain Otter tests must see JAX as ``otter run`` does."""
    import jax

    # JAX before 0.8 keeps the context under jax.experimental.
    return (jax if hasattr(jax, "enable_x64") else import_module("jax.experimental")).enable_x64(True)


def by_differences(function: Function, operator: Operator, point: Sequence[float]) -> np.ndarray[Any, Any]:
    r"""The derivative of a Python function by central differences, extrapolated until it stands still.

    :math:`D(h) = \frac{f(x+h) - f(x-h)}{2h}`, improved by Richardson's table
    :math:`D_{j,k} = D_{j,k-1} + \frac{D_{j,k-1} - D_{j-1,k-1}}{4^k - 1}` with :math:`h` halved in each row; the
    entry whose two neighbours agree best is taken (Ridders 1982).

    Args:
        function: with a Python function; it is run in float64.
        operator: what is asked for.
        point: n numbers.

    Returns:
        shape ``operator.shape``. About 9 digits for first derivatives, 5 for second.
    """
    with x64():
        parts = [
            _ridders_nested(function, output, wrt, np.asarray(point, dtype=float)) for output, wrt in operator.terms
        ]
    return np.asarray(_assembled(np.array([parts]), operator)[0])


def along(
    function: Function, operator: Operator, point: Sequence[float], direction: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """How fast every output changes along a line, by differences: one number an output, of the operator's order.

    For a function of arrays: its hundreds of terms are held against the slopes along a few lines at once.

    Args:
        function: with a Python function; it is run in float64.
        operator: whose outputs and order are wanted.
        point: n numbers.
        direction: shape (n,).

    Returns:
        shape (outputs,).
    """
    where = np.asarray(point, dtype=float)
    outputs = sorted({output for output, _ in operator.terms})

    def slope(output: int, order: int, at: float) -> float:
        if order == 0:
            return _value(function, where + at * direction, output)
        return ridders(lambda h: slope(output, order - 1, at + h), scale=0.05)

    with x64():
        return np.array([slope(output, operator.order, 0.0) for output in outputs])


def _value(function: Function, point: np.ndarray[Any, Any], output: int) -> float:
    """One output of a function at a point, (n,)."""
    import jax.numpy as jnp

    # A loop of JAX takes entries of its own arrays only.
    whole = function.vector or function.layout is not None
    return float(np.asarray(function.call(jnp.asarray(point) if whole else point), dtype=float).ravel()[output])


def _ridders_nested(function: Function, output: int, wrt: tuple[int, ...], point: np.ndarray[Any, Any]) -> float:
    """The derivative of one output by these variables, one after another, at a point, (n,)."""
    if not wrt:
        return _value(function, point, output)
    *rest, i = wrt

    def along(h: float) -> float:
        moved = point.copy()
        moved[i] += h
        return _ridders_nested(function, output, tuple(rest), moved)

    return ridders(along, scale=0.1 * max(abs(point[i]), 0.1))


def ridders(f: Callable[[float], float], *, scale: float, rows: int = 7) -> float:
    best, smallest = float("nan"), float("inf")
    table: list[list[float]] = []
    h = scale
    for j in range(rows):
        row = [(f(h) - f(-h)) / (2 * h)]
        for k in range(1, j + 1):
            row.append(row[k - 1] + (row[k - 1] - table[j - 1][k - 1]) / (4.0**k - 1))
            error = max(abs(row[k] - row[k - 1]), abs(row[k] - table[j - 1][k - 1]))
            if error <= smallest:
                best, smallest = row[k], error
        table.append(row)
        h /= 2
    return best


def by_mpmath(function: Function, operator: Operator, points: Sequence[Mapping[str, Fraction]]) -> np.ndarray[Any, Any]:
    r"""Numerical derivatives of a formula at 40 digits: the check of SymPy's where JAX lacks a function.

    Args:
        function: with a formula.
        operator: what is asked for.
        points: N points.

    Returns:
        shape (N, \*operator.shape).

    Raises:
        AuthorError: mpmath lacks the function as well.
    """
    n = len(function.variables)
    bodies = [sp.lambdify(list(function.symbols), e, modules="mpmath") for e in function.exprs or ()]
    rows = []
    with mpmath.workdps(40):
        for point in points:
            x = [mpmath.mpf(point[name].numerator) / point[name].denominator for name in function.variables]
            try:
                row = [
                    mpmath.diff(bodies[output], tuple(x), tuple(wrt.count(i) for i in range(n)))
                    if wrt
                    else bodies[output](*x)
                    for output, wrt in operator.terms
                ]
            except (NameError, TypeError, ValueError) as error:
                raise AuthorError(f"{function.text} can be evaluated by neither JAX nor mpmath: {error}") from error
            rows.append([float(mpmath.re(value)) for value in row])
    return _assembled(np.array(rows), operator)
