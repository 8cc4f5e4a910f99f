"""The second reference: JAX's values beside SymPy's, at the very points at which answers are compared."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.errors import AuthorError, ExpressionError
from autograder.model import Compared, Evidence
from autograder.reference import Reference, Samples
from autograder.reference.derivatives import by_jax

__all__ = ["MOST_SHOWN", "columns", "jax_values", "key_of", "stored"]

MOST_SHOWN = 8
"""Points of one check that the results keep."""
_RTOL = 1e-6

_held: dict[int, tuple[Samples, str]] = {}


def key_of(reference: Reference, samples: Samples) -> str | None:
    """What a question's values are kept under: function, derivative and points; None where the formula has no tree."""
    known = _held.get(id(samples))
    if known is not None and known[0] is samples:
        return known[1]
    operator = reference.operator
    try:
        content = [
            list(reference.function.variables),
            list(reference.function.trees),
            [[output, list(wrt)] for output, wrt in operator.terms],
            [str(weight) for weight in operator.weights or ()],
            [[str(x) for x in point.values()] for point in samples.points],
        ]
    except ExpressionError:
        return None
    key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
    if len(_held) > 256:
        _held.clear()
    _held[id(samples)] = samples, key
    return key


def jax_values(reference: Reference, samples: Samples) -> list[float] | None:
    """JAX's values there, row by row; None where JAX lacks the function or has no number at one of the points."""
    try:
        values = by_jax(reference.function, reference.operator, samples.arguments(reference.function.variables))
    except AuthorError:
        return None
    return [float(value) for value in values.ravel()] if np.all(np.isfinite(values)) else None


def stored(reference: Reference, samples: Samples, values: Sequence[float] | None) -> np.ndarray[Any, Any] | None:
    """Kept values in the shape of the samples' own.

    Raises:
        AuthorError: they and SymPy's disagree; the message names the point.
    """
    if values is None or len(values) != samples.values.size:
        return None
    found = np.asarray(values, dtype=float).reshape(samples.values.shape)
    reference.hold(samples, found, "JAX's gradient", rtol=_RTOL)
    return found


def columns(evidence: Evidence, second: np.ndarray[Any, Any] | None, *, symbolic: bool) -> tuple[Compared, ...]:
    """Answer, SymPy and JAX at the points of a check, the worst first; of an array the worst entry.

    Args:
        second: JAX's values, (N, *shape).
        symbolic: whether the evidence's right values are SymPy's; else they are JAX's.
    """
    actual, desired = np.asarray(evidence.actual), np.asarray(evidence.desired, dtype=float)
    if actual.shape != desired.shape or np.iscomplexobj(actual) or len(evidence.points) != len(desired):
        return ()
    rows = []
    for i, point in enumerate(evidence.points):
        with np.errstate(all="ignore"):
            off = np.nan_to_num(np.abs(actual[i] - desired[i]), nan=np.inf) / (1e-8 + np.abs(desired[i]))
        place = tuple(int(n) for n in np.unravel_index(int(np.argmax(off)), off.shape)) if off.shape else ()
        jax = desired[i] if not symbolic else None if second is None else second[i]
        row = Compared(
            point=dict(point),
            entry=place,
            answer=_number(actual[i][place]),
            symbolic=_number(desired[i][place]) if symbolic else None,
            jax=None if jax is None else _number(jax[place]),
        )
        rows.append((float(off[place]) if off.shape else float(off), row))
    rows.sort(key=lambda pair: -pair[0])
    return tuple(row for _, row in rows[:MOST_SHOWN])


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
