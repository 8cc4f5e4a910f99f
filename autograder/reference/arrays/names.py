"""The functions that a formula of arrays may name, for NumPy, JAX and SymPy's arrays of expressions."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
import sympy as sp

__all__ = ["FUNCTIONS", "MOST_ENTRIES", "functions_of"]

MOST_ENTRIES = 1_000_000
"""Numbers that any array on the way may have: a student's formula must not fill the memory."""

_ELEMENTWISE = {
    "exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan, "tanh": sp.tanh,
    "sinh": sp.sinh, "cosh": sp.cosh, "abs": sp.Abs, "sign": sp.sign,
}  # fmt: skip
"""Name, the same in NumPy and JAX → SymPy's."""
FUNCTIONS = (
    *_ELEMENTWISE, "relu", "sigmoid", "softmax", "logsumexp", "logsoftmax", "sum", "mean", "var", "prod", "max", "norm",
    "trace", "det", "inv", "logdet", "diag", "transpose", "dot", "outer", "eye", "ones", "onehot", "maximum", "where",
)  # fmt: skip


def _of_numbers(xp: Any) -> dict[str, Callable[..., Any]]:
    def softmax(x: Any, axis: int = -1) -> Any:
        raised = xp.exp(x - _still(xp, xp.max(x, axis=axis, keepdims=True)))
        return raised / xp.sum(raised, axis=axis, keepdims=True)

    def logsumexp(x: Any, axis: int = -1) -> Any:
        top = _still(xp, xp.max(x, axis=axis, keepdims=True))
        return xp.squeeze(top, axis=axis) + xp.log(xp.sum(xp.exp(x - top), axis=axis))

    def logsoftmax(x: Any, axis: int = -1) -> Any:
        return x - xp.expand_dims(logsumexp(x, axis=axis), axis)

    def sigmoid(x: Any) -> Any:
        if xp is np:
            return 1 / (1 + np.exp(-x))
        import jax

        return jax.nn.sigmoid(x)

    named = {name: getattr(xp, name) for name in _ELEMENTWISE}
    return named | {
        "relu": lambda x: xp.maximum(x, 0.0),
        "sigmoid": sigmoid,
        "softmax": softmax,
        "logsumexp": logsumexp,
        "logsoftmax": logsoftmax,
        **{name: getattr(xp, name) for name in ("sum", "mean", "var", "prod", "max", "maximum", "where")},
        "norm": lambda x: xp.sqrt(xp.sum(x * x)),
        "trace": xp.trace,
        "det": xp.linalg.det,
        "inv": xp.linalg.inv,
        "logdet": lambda a: xp.linalg.slogdet(a)[1],
        "diag": xp.diag,
        "transpose": xp.transpose,
        "dot": xp.dot,
        "outer": xp.outer,
        "eye": lambda n: xp.eye(_size(n)),
        "ones": lambda *shape: xp.ones(tuple(map(_size, shape))),
        "onehot": lambda y, n: (xp.expand_dims(xp.asarray(y), -1) == xp.arange(_size(n))) * 1.0,
    }


def _still(xp: Any, value: Any) -> Any:
    """The value, which is not differentiated: it cancels."""
    if xp is np:
        return value
    import jax

    return jax.lax.stop_gradient(value)


def _size(n: Any) -> int:
    size = int(n)
    if not 0 <= size <= 1000:
        raise ValueError("a length must lie between 0 and 1000")
    return size


def _of_symbols() -> dict[str, Callable[..., Any]]:
    def each(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return np.vectorize(function, otypes=[object])

    def softmax(x: Any, axis: int = -1) -> Any:
        raised = each(sp.exp)(x)
        return raised / np.sum(raised, axis=axis, keepdims=True)

    def matrix(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda a: of(sp.Matrix(a.tolist()))

    def largest(x: Any, axis: int | None = None) -> Any:
        return sp.Max(*np.ravel(x)) if axis is None else np.apply_along_axis(lambda row: sp.Max(*row), axis, x)

    def mean(x: Any, axis: int | None = None) -> Any:
        total = np.sum(x, axis=axis)
        return total * sp.Rational(max(1, np.size(total)), max(1, np.size(x)))

    named: dict[str, Callable[..., Any]] = {name: each(function) for name, function in _ELEMENTWISE.items()}
    return named | {
        "relu": each(lambda x: sp.Max(x, 0)),
        "sigmoid": each(lambda x: 1 / (1 + sp.exp(-x))),
        "softmax": softmax,
        "logsumexp": lambda x, axis=-1: each(sp.log)(np.sum(each(sp.exp)(x), axis=axis)),
        "logsoftmax": lambda x, axis=-1: each(sp.log)(softmax(x, axis)),
        "sum": np.sum,
        "mean": mean,
        "prod": np.prod,
        "max": largest,
        "norm": lambda x: sp.sqrt(np.sum(x * x)),
        "trace": np.trace,
        "det": matrix(lambda a: a.det()),
        "inv": matrix(lambda a: np.array(a.inv().tolist(), dtype=object)),
        "logdet": matrix(lambda a: sp.log(sp.Abs(a.det()))),
        "diag": np.diag,
        "transpose": np.transpose,
        "dot": np.dot,
        "outer": np.outer,
        "eye": lambda n: np.eye(_size(n), dtype=object),
        "ones": lambda *shape: np.ones(tuple(map(_size, shape)), dtype=object),
        "onehot": lambda y, n: np.equal(np.expand_dims(np.asarray(y, dtype=int), -1), np.arange(_size(n))) * 1,
    }


def functions_of(library: str) -> dict[str, Callable[..., Any]]:
    """Name → function.

    Args:
        library: ``numpy``, ``jax`` or ``sympy``; SymPy lacks a few.
    """
    if library == "sympy":
        return _of_symbols()
    if library == "numpy":
        return {name: _bounded(function) for name, function in _of_numbers(np).items()}
    import jax.numpy as jnp

    return _of_numbers(jnp)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that refuses to make more numbers than :data:`MOST_ENTRIES` of two arrays."""

    def call(*values: Any, **more: Any) -> Any:
        if len(values) > 1 and prod(max(1, np.size(value)) for value in values[:2]) > MOST_ENTRIES:
            raise ValueError("the arrays become too large")
        return function(*values, **more)

    return call
