"""Points at which functions and numbers are compared, and the reference's values there.

Points come from the seed alone. Their coordinates have at most 20 binary digits, so that float64 *and* float32 hold
them exactly: a student's function in JAX's default precision is then asked at the very point at which the reference
was evaluated.
"""

import math
import random
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.points.survey import Survey
from autograder.reference.exact import Evaluate

__all__ = ["Design", "Domain", "Naive", "Samples", "candidates", "dyadic", "in_floats", "sample"]

Domain = Mapping[str, tuple[float | None, float | None]]
Point = dict[str, Fraction]

Naive = Callable[..., Any]
_Found = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
"""The reference at a point and how far a rounding of the point moves it, (k,) both."""
_BOXES = ((-3.0, 3.0), (-3.0, 3.0), (-1.0, 1.0), (1.0, 10.0), (-3.0, 3.0), (-10.0, -1.0), (-3.0, 3.0), (-0.4, 0.4))
"""Where there is no domain: mostly near the origin, where functions are gentle; also where a lost constant shows (near
0), where a lost leading term does (far out), and on both sides."""
_FARTHER = (*_BOXES, (10.0, 40.0), (0.2, 2.5), (-40.0, -10.0), (40.0, 400.0), (-2.5, -0.2), (-400.0, -40.0))
"""Where those gave too few points."""
_NEAR = 0.03
STEP = Fraction(1, 10**6)
"""Of the smallest one-sided difference quotient that is common; it gives the slope less than a step away."""
ULP64_OF_32 = 2.0**-29
"""float64's rounding in units of float32's."""
SIGHT = 18.0
"""Bits: what is hidden by more does not show in numbers that are compared to six digits."""
MOST_SURVEYED = 40
"""Points besides the random ones, in cells and where local terms live."""
MOST_BESIDE = 16
"""Of them close to a kink, on either side of it."""
WIDEST_GAP = 0.08
"""Share of a domain in which there is no point, at most: what is wrong in a tenth of it is seen."""
LARGEST = 1e100
"""Of a reference at the points that fill a domain: its square is still a float."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """From where points are drawn, and how many: a sampling design.

    Attributes:
        variables: n names, in the order of coordinates.
        domain: variable → (low, high); None for anywhere.
        seed: decides the points, with the others.
        count: how many are wanted besides the extra ones.
        extra: the author's own, which come first.
    """

    variables: Sequence[str]
    domain: Domain | None
    seed: int
    count: int
    extra: Sequence[Point] = ()


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Where answers are compared.

    Attributes:
        points: N points.
        values: the reference, correctly rounded; shape (N, *shape).
        moves: how far a float32 rounding of the input moves the reference; shape as ``values``.
        tried: how many points were looked at to find these, the surveyed ones among them.
    """

    points: tuple[Point, ...]
    values: np.ndarray[Any, Any]
    moves: np.ndarray[Any, Any]
    tried: int

    def arguments(self, variables: Sequence[str]) -> np.ndarray[Any, Any]:
        """Shape (N, n), float64, exact."""
        rows = [[float(p[name]) for name in variables] for p in self.points]
        return np.array(rows).reshape(len(self.points), len(variables))


def dyadic(value: float, width: float) -> Fraction:
    """The nearest number on a grid of powers of two, about 1/4096 of the interval's width wide.

    >>> dyadic(0.1, 1.0)
    Fraction(205, 2048)
    """
    step = Fraction(2) ** (math.frexp(width)[1] - 12)
    return round(Fraction(value) / step) * step


def candidates(domain: Domain | None, variables: Sequence[str], *, seed: int, count: int) -> Iterator[Point]:
    """Endless points, Latin-hypercube blocks of ``count`` in one box after the other, inside the domain."""
    generator = random.Random(f"autograder points {seed}")
    intervals = [(domain or {}).get(name, (None, None)) for name in variables]
    block = 0
    while True:
        boxes = _BOXES if block < 2 else _FARTHER
        columns = []
        for j, (low, high) in enumerate(intervals):
            column = []
            for i, cell in enumerate(generator.sample(range(count), count)):
                # Shifted from variable to variable, so that not all of them are near 0 at once.
                a, b = _bounds(low, high, boxes[(i + block * count + 3 * j) % len(boxes)])
                column.append(dyadic(a + (b - a) * (cell + 0.05 + 0.9 * generator.random()) / count, b - a))
            columns.append(column)
        for i in range(count):
            yield {name: column[i] for name, column in zip(variables, columns, strict=True)}
        block += 1


def _bounds(low: float | None, high: float | None, box: tuple[float, float]) -> tuple[float, float]:
    if low is not None and high is not None:
        return float(low), float(high)
    width = box[1] - box[0]
    if low is not None:
        return float(low), float(low) + width
    if high is not None:
        return float(high) - width, float(high)
    return box


def sample(
    evaluate: Evaluate,
    design: Design,
    *,
    shape: tuple[int, ...],
    rtol: float,
    naive: Naive | None = None,
    survey: Survey | None = None,
    ahead: Callable[[Sequence[Point]], None] | None = None,
    describe: str = "the function",
) -> Samples:
    """Points at which the reference is real, finite and well conditioned; the author's extra points come first.

    Args:
        evaluate: the reference at a point, shape (k,), flat; None where it is not real and finite.
        design: variables, domain, seed, how many points, the author's extra ones.
        shape: of the reference; k entries.
        rtol: how far a value may move with the rounding of its point, relative to it.
        survey: of the reference's formula; what it asks for comes last.
        ahead: told of points at which the reference will be evaluated, where many at once are cheaper.
        naive: the reference's own formula in plain float64. Where that loses the digits (``atanh(tanh(20))``), a right
            answer may as well, and another point is taken.
        describe: what an error calls the function.

    Raises:
        AuthorError: fewer than two points were found, or an extra point is outside the function's domain.
    """
    points: list[Point] = []
    values: list[np.ndarray[Any, Any]] = []
    moves: list[np.ndarray[Any, Any]] = []
    variables, domain, seed, count = design.variables, design.domain, design.seed, design.count
    for point in design.extra:
        value = evaluate(point)
        if value is None:
            raise AuthorError(f"{describe} is not real and finite at the extra point {point_text(point)}")
        points.append(point)
        values.append(value)
        moves.append(_moves(evaluate, point, value))
    tried = len(points)
    wanted = count + len(points)
    reserve: list[tuple[Point, np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
    if not variables:
        count = wanted = 1
    drawn = islice(candidates(domain, variables, seed=seed, count=max(count, 1)), 40 * count)
    for point in chain(drawn, () if survey is None else survey.inside(seed=seed, count=4 * count)):
        if len(points) >= wanted or (
            tried >= 40 * count + len(design.extra) and len(points) + len(reserve) >= min(2, wanted)
        ):
            break
        tried += 1
        value = evaluate(point)
        if value is None or point in points:
            continue
        if domain is None and any(abs(x) < _NEAR for x in point.values()):
            continue  # a difference quotient steps 1e-4 or so, which must stay small beside x
        moved = _moves(evaluate, point, value)
        allowed = rtol * np.abs(value) + 1e-12
        if not np.all(np.isfinite(moved)) or np.any(moved * ULP64_OF_32 > allowed):
            continue
        if np.any(np.abs(value) > 1e30) or np.any((value != 0) & (np.abs(value) < 1e-30)):
            continue
        if naive is not None and not _keeps_digits(naive, point, value, float, min(1e-9, max(rtol / 8, 4e-15))):
            continue
        if naive is not None and not _keeps_digits(naive, point, value, np.float32, 3e-5):
            reserve.append((point, value, moved))
            continue
        if np.any(moved > 1e-5 * np.abs(value) + 1e-6 * max(1.0, float(np.max(np.abs(value), initial=0)))):
            reserve.append((point, value, moved))  # right for float64, too steep for float32
            continue
        points.append(point)
        values.append(value)
        moves.append(moved)
    for point, value, moved in reserve[: max(0, wanted - len(points))]:
        points.append(point)
        values.append(value)
        moves.append(moved)
    if not points or (variables and len(points) < min(2, wanted)):
        raise AuthorError(f"no points were found at which {describe} is real and finite: give it a domain=")
    if survey is not None:
        sizes = [float(np.max(np.abs(value), initial=0.0)) for value in values]
        # 0 everywhere: a slope of 0, or one that floats do not show wherever it was drawn (``exp(-1000*(x - 3)**2)``).
        usual = float(np.median(sizes)) or max(sizes) or 1.0
        for point, found in _surveyed(survey, points, evaluate, rtol, naive, usual, ahead):
            tried += 1
            if found is not None:
                points.append(point)
                values.append(found[0])
                moves.append(found[1])
    for point, found in _filling(points, design, evaluate, rtol, naive, ahead):
        tried += 1
        if found is not None:
            points.append(point)
            values.append(found[0])
            moves.append(found[1])
    array = np.array(values, dtype=float).reshape(len(points), *shape)
    return Samples(
        points=tuple(points), values=array, moves=np.array(moves, dtype=float).reshape(array.shape), tried=tried
    )


def _keeps_digits(naive: Naive, point: Point, value: np.ndarray[Any, Any], kind: Any, rtol: float) -> bool:
    """Whether the formula in plain floats of a kind has the reference's value, (k,)."""
    plain = in_floats(naive, point, kind)
    if plain is None or plain.shape != value.shape:
        return False
    # Near a zero no formula keeps its digits; it is avoided only where the author asks for very many.
    near_zero = 1e-2 * min(1.0, float(np.max(np.abs(value), initial=0.0))) if rtol >= 1e-9 else 0.0
    return bool(np.all(np.abs(plain - value) <= rtol * (np.abs(value) + near_zero)))


def in_floats(naive: Naive, point: Point, kind: Any) -> np.ndarray[Any, Any] | None:
    """The formula in plain floats of a kind, (k,), as float64; None where it has no value."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            plain = np.asarray(naive(*(kind(float(x)) for x in point.values()))).ravel()
        except (ArithmeticError, ValueError, TypeError, NameError):
            return None
    return plain.astype(float) if plain.dtype.kind in "fiu" else None


def _surveyed(
    survey: Survey,
    points: Sequence[Point],
    evaluate: Evaluate,
    rtol: float,
    naive: Naive | None,
    usual: float,
    ahead: Callable[[Sequence[Point]], None] | None,
) -> Iterator[tuple[Point, _Found | None]]:
    """One more point in each cell between kinks, and where parts are large that are too small to show elsewhere.

    Yields:
        A point that was looked at, with the reference there, (k,), and how far that is moved by a rounding of the
        point, (k,); with None where it is no point to compare at.
    """
    for point in points:
        survey.note(point)
    places = chain((point for point, _ in survey.wanted(usual=usual)), islice(survey.beside(), MOST_BESIDE))
    wanted: Iterator[Point] = ({name: Fraction(float(x)) for name, x in point.items()} for point in places)
    if ahead is not None:
        every = []
        for point in wanted:
            every.append(point)
            survey.note(point)
            if len(every) >= MOST_SURVEYED:
                break
        if every:
            ahead([place for point in every for place in (point, *_rounded(point, 24))])
        wanted = iter(every)
    found = 0
    for point in wanted:
        usable = _usable(point, evaluate, rtol, naive, cheap=ahead is None)
        yield point, usable
        if usable is None:
            continue
        survey.note(point)
        found += 1
        if found >= MOST_SURVEYED:
            return


def _filling(
    points: Sequence[Point],
    design: Design,
    evaluate: Evaluate,
    rtol: float,
    naive: Naive | None,
    ahead: Callable[[Sequence[Point]], None] | None,
) -> Iterator[tuple[Point, _Found | None]]:
    """As :func:`_surveyed`, with arrays of shape (k,), points in the gaps that the others leave in a bounded domain."""
    wanted = list(_in_gaps(points, design))
    if wanted and ahead is not None:
        ahead([place for point in wanted for place in (point, *_rounded(point, 24))])
    for point in wanted:
        yield point, _usable(point, evaluate, rtol, naive, cheap=ahead is None)


def _in_gaps(points: Sequence[Point], design: Design) -> Iterator[Point]:
    """Points that differ in one variable from one that is there, so that none of its gaps is wide."""
    generator = random.Random(f"autograder gaps {design.seed}")
    for name in design.variables:
        low, high = (design.domain or {}).get(name, (None, None))
        if low is None or high is None:
            continue
        width = float(high) - float(low)
        ends = float(low), float(high)
        for a, b in pairwise([ends[0], *sorted(float(point[name]) for point in points), ends[1]]):
            # a gap at an end is as wide as half of one between two points
            parts = math.ceil((b - a) / (WIDEST_GAP * width / (2 if a in ends or b in ends else 1)))
            for part in range(1, parts):
                place = a + (b - a) * (part + generator.uniform(-0.1, 0.1)) / parts
                yield {**generator.choice(points), name: dyadic(place, width)}


def _usable(point: Point, evaluate: Evaluate, rtol: float, naive: Naive | None, *, cheap: bool) -> _Found | None:
    """The reference at a point and how far a rounding moves it, both (k,); None where floats do not keep its digits."""
    value = evaluate(point)
    if value is None or np.any(np.abs(value) > LARGEST):
        return None
    moved = _moves(evaluate, point, value)
    # Where evaluating costs little, a rounding of float64 is tried; else what float32's moves is scaled.
    steep = _moves(evaluate, point, value, bits=51) if cheap else moved * ULP64_OF_32
    if np.any(steep > rtol * np.abs(value) + 1e-12):
        return None
    if naive is not None and not _keeps_digits(naive, point, value, float, min(1e-9, max(rtol / 8, 4e-15))):
        return None
    return value, moved


def _rounded(point: Point, bits: int) -> Iterator[Point]:
    """The point with each coordinate a rounding to so many bits larger, and smaller."""
    for sign in (1, -1):
        yield {name: x * (1 + sign * Fraction(1, 2**bits)) for name, x in point.items()}


def _moves(evaluate: Evaluate, point: Point, value: np.ndarray[Any, Any], *, bits: int = 24) -> np.ndarray[Any, Any]:
    """How far a rounding of the point moves each entry of the reference; (k,), as ``value``."""
    worst = np.zeros_like(value)
    for place in _rounded(point, bits):
        moved = evaluate(place)
        if moved is None:  # the edge of the domain is one rounding away
            return np.full_like(value, np.inf)
        worst = np.maximum(worst, np.abs(moved - value))
    return worst


def near(point: Point) -> Iterator[Point]:
    """The points one :data:`STEP` away along each variable, on both sides."""
    for name, x in point.items():
        for step in (STEP, -STEP):
            yield {**point, name: x + step}


def point_text(point: Mapping[str, Any]) -> str:
    """``x = 1.5, y = -2`` for messages to authors and TAs."""
    return ", ".join(f"{name} = {float(value):.6g}" for name, value in point.items())
