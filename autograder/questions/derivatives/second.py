"""The second reference: JAX's values beside SymPy's, at the very points at which answers are compared.

An answer is compared with either. Where SymPy's and JAX's derivatives differ by more than rounding, or an answer is
right by one of them only, no answer is to blame: the question is a fault, and the message names the point.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import AuthorError, ExpressionError
from autograder.model import Compared
from autograder.reference import Reference, Samples, jax_in_single, point_text

__all__ = ["MOST_SHOWN", "Second", "columns", "key_of", "place_of", "same_verdict"]

MOST_SHOWN = 8
"""Points of one check that the results keep."""
_RTOL = 1e-6
_ROUNDING = 1e-9
"""What JAX's rounding may take of an answer's size; within it SymPy's value, which is rounded correctly, decides."""

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Second:
    """What JAX has to differentiate for a question, and what the right answer is made of it.

    Attributes:
        reference: the derivatives; its values at the samples are SymPy's.
        samples: where, with SymPy's values, (N, *operator.shape).
        made: JAX's values there, (N, *operator.shape) → the right values as answers are compared with them.
    """

    reference: Reference
    samples: Samples
    made: Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]] = lambda values: values

    @property
    def key(self) -> str | None:
        return key_of(self.reference, self.samples)

    def values(self) -> list[float] | None:
        """JAX's values, row by row; None where it lacks the function or has no number at one of the points."""
        try:
            values = self.reference.by_jax(self.samples)
        except AuthorError:
            return None
        return [float(value) for value in values.ravel()] if np.all(np.isfinite(values)) else None

    @property
    def single_key(self) -> str | None:
        """Under which JAX's values in single precision are kept."""
        return None if self.key is None else f"{self.key} single"

    def in_single(self) -> list[float] | None:
        """JAX's values in single precision, row by row; None where not all are numbers: those are asked for anew."""
        try:
            values = jax_in_single(self.reference.function, self.reference.operator, self.samples)
        except AuthorError:
            return None
        return [float(value) for value in values.ravel()] if np.all(np.isfinite(values)) else None

    def right(self, values: Sequence[float] | None) -> np.ndarray[Any, Any] | None:
        """The right values as JAX has them, from those of :meth:`values`; None where it has none.

        Args:
            values: N times the operator's entries, row by row.

        Returns:
            Shape (N, *that of one right answer).

        Raises:
            AuthorError: SymPy's derivative is another one; the message names the point.
        """
        if values is None or len(values) != self.samples.values.size:
            return None
        found = np.asarray(values, dtype=float).reshape(self.samples.values.shape)
        self.reference.hold(self.samples, found, "JAX's gradient", rtol=_RTOL)
        return self.made(found)


def same_verdict(
    right: np.ndarray[Any, Any],
    second: np.ndarray[Any, Any],
    points: Sequence[Mapping[str, Any]],
    text: str,
) -> None:
    """Called where an answer is right by one reference only: that is the references' fault unless it is rounding.

    Args:
        right: SymPy's values, (N, *shape).
        second: JAX's, likewise.
        points: N of them, or one for all.
        text: the question's function.

    Raises:
        AuthorError: they differ by more than rounding; the message names the point.
    """
    ours, theirs = right.reshape(len(right), -1), second.reshape(len(second), -1)
    size = np.max(np.abs(ours), axis=1, initial=0.0)
    gaps = np.max(np.abs(ours - theirs), axis=1, initial=0.0) / np.maximum(size, 1e-3)
    worst = int(np.argmax(gaps))
    if gaps[worst] <= _ROUNDING:
        return
    raise AuthorError(
        f"the references of {text} disagree at {point_text(points[min(worst, len(points) - 1)])} by more than the "
        f"tolerance allows: an answer is right by one of them only, JAX's gradient gives "
        f"{np.array2string(theirs[worst], precision=12)}, SymPy's {np.array2string(ours[worst], precision=12)}"
    )


def place_of(
    witness: Mapping[str, Any], points: Sequence[Mapping[str, Any]]
) -> tuple[int, tuple[int, ...] | None] | None:
    """Which of some points a verdict names, and which entry; None where it names none of them.

    >>> place_of({"x": 0.5, "entry": [1]}, [{"x": 2}, {"x": 0.5}])
    (1, (1,))
    """
    for i, point in enumerate(points):
        if all(witness.get(name) == float(value) for name, value in point.items()):
            return i, tuple(witness["entry"]) if "entry" in witness else None
    return None


def columns(
    points: Sequence[Mapping[str, Any]],
    actual: np.ndarray[Any, Any],
    symbolic: np.ndarray[Any, Any] | None,
    jax: np.ndarray[Any, Any] | None,
    *,
    worst: tuple[int, tuple[int, ...] | None] | None = None,
) -> tuple[Compared, ...]:
    """Answer, SymPy and JAX at the points of a check, the worst first; of an array the worst entry.

    The verdict measures by the tolerance and this by the reference's size, so the verdict's own place goes before.

    Args:
        points: N of them.
        actual: the answer's values, (N, *shape).
        symbolic: SymPy's, likewise; None where the function has no formula.
        jax: JAX's, likewise; None where it has none.
        worst: number of the point that the verdict names, and its entry where it names one.
    """
    right = symbolic if symbolic is not None else jax
    if right is None or actual.shape != right.shape or np.iscomplexobj(actual) or len(points) != len(right):
        return ()
    rows = []
    for i, point in enumerate(points):
        with np.errstate(all="ignore"):
            off = np.nan_to_num(np.abs(actual[i] - right[i]), nan=np.inf) / (1e-8 + np.abs(right[i]))
        place = tuple(int(n) for n in np.unravel_index(int(np.argmax(off)), off.shape)) if off.shape else ()
        named = worst is not None and worst[0] == i
        if named and worst is not None and worst[1] is not None and len(worst[1]) == off.ndim:
            place = worst[1]
        row = Compared(
            point={name: float(value) for name, value in point.items()},
            entry=place,
            answer=_number(actual[i][place]),
            symbolic=None if symbolic is None else _number(symbolic[i][place]),
            jax=None if jax is None else _number(jax[i][place]),
        )
        rows.append((np.inf if named else float(off[place]), row))
    rows.sort(key=lambda pair: -pair[0])
    return tuple(row for _, row in rows[:MOST_SHOWN])


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
