"""A curve F(x, y) = 0: points on it, branch by branch, and the curve followed a little further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import islice
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.reference import Domain, Function, Reference, Samples, real_symbol
from autograder.reference.sampling import candidates

__all__ = ["Curve"]

_COLUMNS = 48
_WANTED, _FEWEST, _HIGHEST = 16, 5, 8
"""Points of the curve; columns or points at least; points of a column at most, those nearest to 0."""
_STEEPEST = 1e3
"""Points at which the tangent is all but upright are left out: floats do not keep a slope's digits there."""
_DIGITS = 60


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """The curve on which a function of two variables is 0.

    Attributes:
        function: F.
        of: the variable that depends on the other one.
        by: the other one.
        domain: of both, as authors give it.
        seed: of the points.
        condition: a formula that is 1 on the part that is meant and 0 elsewhere; None for the whole curve.
    """

    function: Function
    of: str
    by: str
    domain: Domain | None
    seed: int
    condition: sp.Expr | None = None

    @cached_property
    def formula(self) -> sp.Expr:
        assert self.function.exprs is not None
        return self.function.exprs[0]

    def samples(self, slopes: Reference) -> tuple[Samples, tuple[Samples, ...]]:
        """Points of the curve with the slopes there, and those of each branch alone.

        A branch is what has the same place when the points above one x are counted from below; where their number
        changes, other branches begin.

        Args:
            slopes: what is asked for, as a function of both variables.

        Raises:
            AuthorError: there are too few points.
        """
        found: list[tuple[tuple[int, int], dict[str, Fraction], np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        visited = 0
        columns = islice(candidates(self.domain, [self.by], seed=self.seed, count=8), _COLUMNS)
        for column in columns:
            heights = self._heights(column[self.by])
            visited += bool(heights)
            for place, height in enumerate(heights):
                point = {name: column[self.by] if name == self.by else height for name in self.function.variables}
                value, moved = self._steady(slopes, point)
                if value is not None:
                    found.append(((len(heights), place), point, value, moved))
            if len(found) >= _WANTED and visited >= _FEWEST:
                break
        if len(found) < _FEWEST:
            raise AuthorError(
                f"too few points on the curve {self.function.text}: give a domain= in which it runs, as in "
                f'{{"{self.by}": (-1, 1)}}'
            )
        groups: dict[tuple[int, int], list[int]] = {}
        for i, (group, *_) in enumerate(found):
            groups.setdefault(group, []).append(i)
        rows = [(point, value, moved) for _, point, value, moved in found]
        counts = sorted({count for count, _ in groups})
        branches = [
            [i for count in counts for i in groups.get((count, min(place, count - 1)), [])]
            for place in range(max(counts))
        ]
        return _samples(rows), tuple(_samples([rows[i] for i in branch]) for branch in branches if len(branch) > 2)

    def _steady(
        self, slopes: Reference, point: dict[str, Fraction]
    ) -> tuple[np.ndarray[Any, Any] | None, np.ndarray[Any, Any]]:
        """The slope at a point and how far a rounding of float32 moves it, (1,) both; None where it is too steep."""
        if self.condition is not None and not self.condition.subs(_exactly(point)).equals(1):
            return None, np.zeros(1)
        value = slopes.evaluate(point)
        if value is None or np.any(np.abs(value) > _STEEPEST):
            return None, np.zeros(1)
        moved = np.zeros_like(value)
        for sign in (1, -1):
            other = slopes.evaluate({**point, self.of: point[self.of] * (1 + sign * Fraction(1, 2**24))})
            if other is None or np.any(np.abs(other - value) > 1e-3 * (np.abs(value) + 1e-3)):
                return None, np.zeros(1)
            moved = np.maximum(moved, np.abs(other - value))
        return value, moved

    def _heights(self, x: Fraction) -> list[Fraction]:
        """The points of the curve above a number, from below, to float64's last digits."""
        low, high = (self.domain or {}).get(self.of, (None, None))
        grid = _grid() if low is None or high is None else np.linspace(low, high, 2001)
        grid = grid[(grid >= (-np.inf if low is None else low)) & (grid <= (np.inf if high is None else high))]
        row = self.formula.subs(real_symbol(self.by), sp.Rational(x.numerator, x.denominator))
        compiled = sp.lambdify([real_symbol(self.of)], row, modules="numpy")
        with np.errstate(all="ignore"):
            values = np.broadcast_to(np.asarray(compiled(grid + 0j)), grid.shape)
            values = np.where(np.abs(values.imag) <= 1e-12 * (1 + np.abs(values.real)), values.real, np.nan)
            turns = np.flatnonzero(values[:-1] * values[1:] <= 0)
        found: list[Fraction] = []
        for k in turns:
            root = self._between(compiled, float(grid[k]), float(grid[k + 1]))
            if root is not None and not any(abs(root - other) <= 1e-9 * (1 + abs(root)) for other in found):
                found.append(root)
        return sorted(sorted(found, key=abs)[:_HIGHEST])

    def _between(self, compiled: Any, low: float, high: float) -> Fraction | None:
        """The root between two numbers at which the values have other signs; None at a pole."""
        left = float(np.real(compiled(low + 0j)))
        for _ in range(80):
            middle = (low + high) / 2
            with np.errstate(all="ignore"):
                value = float(np.real(compiled(middle + 0j)))
            if value == 0 or middle in (low, high):
                low = high = middle
                break
            if (value > 0) == (left > 0):
                low, left = middle, value
            else:
                high = middle
        with np.errstate(all="ignore"):
            beside = abs(complex(compiled(low + 1e-9 * (1 + abs(low)) + 0j)))
        return Fraction(low) if beside < 1 else None

    def holds(self, point: Mapping[str, sp.Expr]) -> bool:
        """Whether a point lies on the curve."""
        value = sp.Abs(self.formula.subs({real_symbol(name): number for name, number in point.items()})).evalf(30)
        return bool(value.is_number and value < sp.Float("1e-9"))

    def followed(self, point: Mapping[str, Fraction], order: int) -> float | None:
        """The derivative of the curve as it runs on from a point, by differences of points found on it.

        Independent of implicit differentiation: Newton's method finds the curve's own points at 60 digits. None where
        it finds none.
        """
        by, of = real_symbol(self.by), real_symbol(self.of)
        compiled = sp.lambdify([by, of], self.formula, modules="mpmath")
        with mpmath.workdps(_DIGITS):
            start = mpmath.mpf(point[self.of].numerator) / point[self.of].denominator

            def height(x: Any) -> Any:
                return mpmath.findroot(lambda y: compiled(x, y), start)

            try:
                here = mpmath.mpf(point[self.by].numerator) / point[self.by].denominator
                return float(mpmath.diff(height, here, order))
            except (ValueError, ArithmeticError, TypeError):
                return None


def _exactly(point: Mapping[str, Fraction]) -> dict[sp.Symbol, sp.Rational]:
    return {real_symbol(name): sp.Rational(number.numerator, number.denominator) for name, number in point.items()}


def _samples(rows: Sequence[tuple[dict[str, Fraction], np.ndarray[Any, Any], np.ndarray[Any, Any]]]) -> Samples:
    """Points with single values, which a curve's slopes are: (N,)."""
    return Samples(
        points=tuple(point for point, _, _ in rows),
        values=np.array([float(value[0]) for _, value, _ in rows]),
        moves=np.array([float(moved[0]) for _, _, moved in rows]),
        tried=len(rows),
    )


@cache
def _grid() -> Any:
    """Where roots are looked for, where no domain says it, (1999,): finely near 0, coarsely up to a thousand.

    Not made while this file is imported: a student's browser loads it for any question.
    """
    far = np.geomspace(1e-3, 1e3, 400)
    return np.unique(np.concatenate([np.linspace(-12, 12, 1201), far, -far]))
