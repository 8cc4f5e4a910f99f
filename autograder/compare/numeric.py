r"""Numbers and arrays: :math:`|actual - desired| \le atol + rtol\,|desired|`, scaled by the reference only.

Defaults by the precision of the answer, where ``s`` is the smaller of 1 and the reference's size: the largest
``|desired|`` of an array, and for a function the median of that over its points, but no less than a millionth of the
largest up to 1 (1 where the reference is all zeros):

=========  ======  ==========================  ===========================================================
precision  rtol    atol                        taken for
=========  ======  ==========================  ===========================================================
float64    1e-6    1e-8 · s                    floats, integers, fractions, exact SymPy numbers
float32    1e-4    1e-5 · max(s, max|desired|) JAX's default; also a ``float`` whose digits end where float32's do
float16    1e-2    1e-3 · max(s, max|desired|) half precision and bfloat16
=========  ======  ==========================  ===========================================================

An author's own tolerance replaces the float64 row; for a less precise answer the larger of both counts.

A one-sided difference quotient with a step of 1e-6 is the exact slope at a point less than 1e-6 away (mean value
theorem). Unless the author asks for more digits than the default, an answer is right if the reference has its value
that near.
"""

from typing import Any

import numpy as np

from autograder.compare.reading import Numbers, Unreadable, read_numbers
from autograder.compare.tolerances import DEFAULT_RTOL
from autograder.model import Outcome, Reason, Verdict

__all__ = [
    "allowed", "fitted", "is_coarse", "may_be_beside", "numbers", "rounded_to", "shape_text", "usual_size", "verdict_on"
]  # fmt: skip

_Found = tuple[Verdict, tuple[int, ...] | None]
_VANISHED = 1e-6
_DEFAULT_ATOL = {"float64": 1e-8, "float32": 1e-5, "float16": 1e-3}


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape in a student's words.

    >>> shape_text(()), shape_text((3,)), shape_text((2, 2))
    ('a single number', '(3,)', '(2, 2)')
    """
    return "a single number" if shape == () else str(shape)


def may_be_beside(rtol: float | None) -> bool:
    """Whether the author asks for no more digits than a one-sided difference quotient has."""
    return rtol is None or rtol >= DEFAULT_RTOL["float64"]


def allowed(
    desired: np.ndarray[Any, Any], precision: str, rtol: float | None, atol: float | None, scale: float | None = None
) -> np.ndarray[Any, Any]:
    """The largest error that still counts as right, of ``desired``'s shape; never smaller for a larger tolerance."""
    magnitude = np.abs(desired)
    largest = float(np.max(magnitude, initial=0.0, where=np.isfinite(magnitude)))
    small = min(1.0, scale or largest or 1.0)
    relative = DEFAULT_RTOL["float64"] if rtol is None else float(rtol)
    absolute = _DEFAULT_ATOL["float64"] * small if atol is None else float(atol)
    if precision in ("float32", "float16"):
        relative = max(relative, DEFAULT_RTOL[precision])
        absolute = max(absolute, _DEFAULT_ATOL[precision] * max(small, largest))
    return np.asarray(absolute + relative * np.where(np.isfinite(magnitude), magnitude, 0.0))


def usual_size(desired: np.ndarray[Any, Any], besides: float = 0.0) -> float:
    r"""The median over the points of the largest entry there; shape (N, \*shape).

    At least a millionth of the largest up to 1: where a slope of tanh has vanished, ``1 - tanh(x)**2`` is still off by
    the rounding of the 1.

    Args:
        desired: the values.
        besides: a size that counts for the largest as well.
    """
    magnitude = np.abs(desired).reshape(len(desired), -1)
    largest = np.max(np.where(np.isfinite(magnitude), magnitude, 0.0), axis=1, initial=0.0)
    return max(float(np.median(largest)), _VANISHED * min(1.0, max(besides, float(np.max(largest)))))


def fitted(values: np.ndarray[Any, Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """``values`` in the shape that was asked for, or None where they do not fit.

    A vector may come as a column or a row, a number as an array of one entry, a matrix with one row or one column as
    a vector. Nothing else is reshaped: a transposed Jacobian is a mistake.
    """
    if values.shape == shape:
        return values
    squeezed = tuple(n for n in values.shape if n != 1)
    if squeezed == tuple(n for n in shape if n != 1) and values.ndim <= max(2, len(shape) + 1):
        if len(shape) == values.ndim == 2:
            return None  # (1, n) for (n, 1): a transposed Jacobian
        return values.reshape(shape)
    return None


SHORT_BITS = 14
"""Binary digits that a number may have by choice: more of them, and they are what single precision left over."""
LARGEST_SINGLE = 3e38
"""About the largest float32: beyond it a conversion would overflow."""


def is_coarse(answer: Numbers) -> bool:
    """Whether numbers are in less than double precision, or were before they became floats."""
    return answer.precision in ("float32", "float16") or (
        answer.precision == "float64" and not np.iscomplexobj(answer.values) and _single_in_disguise(answer.values)
    )


def _single_in_disguise(values: np.ndarray[Any, Any]) -> bool:
    """Whether float64 numbers carry float32's digits, as ``float(jax_number)`` does.

    A short binary fraction such as 0.5 says nothing; at least one number must use more than ``SHORT_BITS`` digits.

    Args:
        values: of any shape.
    """
    finite = values[np.isfinite(values)]
    if not finite.size or np.any(np.abs(finite) > LARGEST_SINGLE):
        return False
    with np.errstate(under="ignore"):
        single = finite.astype(np.float32)
    if not np.array_equal(single.astype(float), finite):
        return False
    mantissa, _ = np.frexp(finite)
    # float32 has 24 binary digits; 0.3750 or 1/1024 need few of them and are the same in both precisions
    scaled = mantissa * 2.0**SHORT_BITS
    return bool(np.any(scaled != np.round(scaled)))


def _cut_off(values: np.ndarray[Any, Any], desired: np.ndarray[Any, Any]) -> bool:
    """Whether integers are what is left of the reference without its fractions; both of one shape.

    0 for 0.3 may mean anything.
    """
    near = (values == np.trunc(desired)) | (values == np.floor(desired)) | (values == np.round(desired))
    return bool(np.all(near) and np.any((desired != np.round(desired)) & (np.abs(desired) >= 1)))


def rounded_to(values: np.ndarray[Any, Any], desired: np.ndarray[Any, Any]) -> int | None:
    """After how many decimals numbers were cut short that are right so far; None where that is not what happened.

    Both of one shape. Every entry has to be the reference rounded there, and the largest one has to have two digits at
    least: by chance one number in a hundred would do.

    >>> rounded_to(np.array([0.83, 0.55]), np.array([0.83205, 0.5547]))
    2
    >>> rounded_to(np.array([0.83, 0.56]), np.array([0.83205, 0.5547])) is None
    True
    """
    if values.shape != desired.shape or not values.size or not np.all(np.isfinite(values) & np.isfinite(desired)):
        return None
    if np.array_equal(np.round(values), values):
        return None
    for decimals in range(1, 10):
        if np.array_equal(np.round(values, decimals), values):
            # half a unit either way: 0.125 is 0.12 to some and 0.13 to others
            near = np.abs(values - desired) <= 0.5 * 10.0**-decimals * (1 + 1e-9)
            return decimals if np.all(near) and np.max(np.abs(values)) >= 10.0 ** (1 - decimals) else None
    return None


def verdict_on(
    answer: Numbers,
    desired: np.ndarray[Any, Any],
    *,
    rtol: float | None = None,
    atol: float | None = None,
    moves: np.ndarray[Any, Any] | None = None,
    beside: np.ndarray[Any, Any] | None = None,
    scale: float | None = None,
) -> _Found:
    """Compare numbers that already have the reference's shape.

    Args:
        answer: from :func:`autograder.compare.reading.read_numbers`, fitted.
        desired: the reference, float64.
        rtol: the author's, relative to ``desired``; None for the default of the numbers' type.
        atol: likewise, absolute.
        moves: how far a float32 rounding of the input moves the reference; it is allowed to float32 answers.
        beside: how far the reference moves within a step of 1e-6; None where that is not to be allowed.
        scale: the reference's usual size, where ``desired`` is one of its values among many.

    Returns:
        The verdict, and the index of the worst entry (None where there is none to point at).
    """
    values = answer.values
    desired = np.asarray(desired, dtype=float)
    details = {} if answer.precision not in ("float32", "float16") else {"dtype": answer.precision}
    precision = answer.precision

    def verdict(outcome: Outcome, reason: Reason, where: tuple[int, ...] | None, error: float | None) -> _Found:
        return Verdict(
            outcome=outcome,
            reason=reason,
            error=error,
            details=details,
            actual=None if where is None else f"{values[where]:.12g}",
            desired=None if where is None else f"{desired[where]:.12g}",
        ), where

    if np.iscomplexobj(values):
        tiny = np.abs(values.imag) <= allowed(desired, precision, rtol, atol, scale)
        if not np.all(tiny | ~np.isfinite(values.imag)):
            where = np.unravel_index(int(np.argmin(tiny)), values.shape)
            return verdict(Outcome.INVALID, Reason.COMPLEX, tuple(map(int, where)), None)
        values = values.real
    unequal = (np.isnan(values) != np.isnan(desired)) | ((np.isinf(values) | np.isinf(desired)) & (values != desired))
    if np.any(unequal):
        at = tuple(map(int, np.unravel_index(int(np.argmax(unequal)), values.shape)))
        if not np.isfinite(values[at]):
            details = {**details, "got": "infinity" if np.isinf(values[at]) else "nan"}
            return verdict(Outcome.INCORRECT, Reason.NOT_FINITE, at, None)
        return verdict(Outcome.INCORRECT, Reason.DIFFERENT, at, None)

    finite = np.isfinite(desired)
    safe = np.where(finite, desired, 0.0)
    error = np.abs(np.where(finite, values, 0.0) - safe)

    def ratios(precision: str) -> np.ndarray[Any, Any]:
        """Each entry's error as a share of what is allowed, of the reference's shape."""
        limit = allowed(safe, precision, rtol, atol, scale)
        if moves is not None:
            known = np.where(np.isfinite(moves), moves, 0.0)
            limit = limit + known * {"float32": 4.0, "float16": 2.0**15}.get(precision, 2.0**-27)
        if beside is not None:
            limit = limit + beside
        with np.errstate(all="ignore"):
            return np.where(error == 0, 0.0, error / limit)

    ratio = ratios(precision)
    if np.any(ratio > 1) and precision == "float64" and _single_in_disguise(values):
        precision = "float32"
        details = {"dtype": "float32"}
        ratio = ratios(precision)
    if not ratio.size:
        return verdict(Outcome.CORRECT, Reason.EQUAL, None, 0.0)
    at = tuple(map(int, np.unravel_index(int(np.argmax(ratio)), ratio.shape)))
    worst = float(ratio[at])
    if worst <= 1:
        return verdict(Outcome.CORRECT, Reason.EQUAL, at, worst)
    reason = Reason.INTEGER if answer.integers and _cut_off(values, desired) else Reason.DIFFERENT
    if reason is Reason.DIFFERENT and (decimals := rounded_to(values, safe)) is not None:
        details = {**details, "rounded": str(decimals)}
    return verdict(Outcome.INCORRECT, reason, at, worst)


def numbers(
    actual: Any,
    desired: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    shape: tuple[int, ...] | None = None,
) -> Verdict:
    r"""Whether a number or an array equals the reference: :math:`|actual - desired| \le atol + rtol\,|desired|`.

    Shape, kind of number and the places of NaN and infinity are looked at before the values.

    Args:
        actual: anything a student can give: int, float, Fraction, numpy or JAX scalar or array, SymPy number or
            matrix, list, tuple, text of one number. A column or row is taken for a vector.
        desired: the correctly rounded reference, array-like of floats.
        rtol: relative tolerance; None for the default of the answer's precision (see the module).
        atol: absolute tolerance, likewise.
        shape: what the answer must have; the reference's own shape when None.

    Returns:
        CORRECT, INCORRECT or INVALID with the worst entry; ``error`` is the error in units of what is allowed.

    >>> numbers([[1], [2.0000001]], [1.0, 2.0]).outcome.value
    'CORRECT'
    >>> numbers(0.333, 1 / 3).reason.value
    'different'
    """
    reference = np.asarray(desired, dtype=float)
    wanted = reference.shape if shape is None else shape
    try:
        answer = read_numbers(actual)
    except Unreadable as unreadable:
        return unreadable.verdict
    values = fitted(answer.values, wanted)
    if values is None:
        details = {"expected": shape_text(wanted), "got": shape_text(answer.values.shape)}
        return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_SHAPE, details=details)
    verdict, _ = verdict_on(
        Numbers(values=values, precision=answer.precision, integers=answer.integers),
        reference.reshape(wanted),
        rtol=rtol,
        atol=atol,
    )
    return verdict
