"""The gradient in the tangent space of constraints: which way f rises fastest without leaving them."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.model import Evidence, Verdict
from autograder.questions.answers import Answer, floats
from autograder.questions.derivatives import Field, Second, names_of
from autograder.reference import Domain, Operator, Reference, Samples, point_text, read_function, reference_of

__all__ = ["ProjectedGradient"]

_WANTED, _FEWEST, _STARTS, _ROUNDS = 12, 5, 200, 60


class ProjectedGradient(Field):
    r"""The gradient of f, projected onto the tangent space of constraints: :math:`\nabla f - J^T(JJ^T)^{-1}J\nabla f`.

    J has the gradients of the constraints as rows; for a single one this is
    :math:`\nabla f - \frac{\nabla f\cdot\nabla g}{|\nabla g|^2}\nabla g`.

    Args:
        function: f, as text or SymPy expression.
        on: equations that have to hold, ``"x**2 + y**2 = 1"`` or an expression that has to be 0; one or several.
        at: a point that meets them; without one the answer is a formula or a function, in any form that is right *on*
            the constraints.
        wrt: the variables in the order of the entries; in natural order when left out.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: (n,).

    Raises:
        AuthorError: something has no formula, the point does not meet the constraints, their gradients depend on each
            other there, or too few points that meet them are found in ``domain``.

    Source: J. Nocedal and S. Wright, *Numerical Optimization*, 2nd edition, section 16.2; P.-A. Absil et al.,
    *Optimization Algorithms on Matrix Manifolds*, section 3.6.

    >>> question = ProjectedGradient("x**2 + 3*y", on="x**2 + y**2 = 1")
    >>> question.judge("[2x - (2x^2 + 3y)x, 3 - (2x^2 + 3y)y]").outcome.value
    'CORRECT'
    >>> question.judge("[2x, 3]").mistakes
    ('tangent_not_projected',)
    >>> ProjectedGradient("x*y + 2*x", on="x**2 + 4*y**2 = 5", at=(1, 1)).judge([44/17, -11/17]).outcome.value
    'CORRECT'
    """

    asks_for_slope = False

    def __init__(
        self, function: Any, on: Any, at: Any = None, wrt: str | Sequence[str] | None = None, **options: Any
    ) -> None:
        self.constraints = [str(each) for each in on] if isinstance(on, list | tuple) else [str(on)]
        self.text = str(function)
        super().__init__([self.text, *map(_zero, self.constraints)], operator_wrt=names_of(wrt), at=at, **options)
        if {*self.wrt} != {*self.variables}:
            raise AuthorError(
                f"a tangent space needs all variables; wrt={self.wrt} leaves some of {self.variables} out"
            )
        if len(self.constraints) >= len(self.wrt):
            raise AuthorError(f"{len(self.constraints)} constraints leave no way to go in {len(self.wrt)} variables")
        if self.at is not None and not self._holds(self.at):
            raise AuthorError(f"the point {point_text(self.at)} does not meet {', '.join(self.constraints)}")
        self._settle()

    def _settle(self) -> None:
        super()._settle()
        if self.at is None:
            self.samples  # noqa: B018 — refuses constraints that too few points are found to meet

    def _asked_for(self) -> Operator:
        return Operator(shape=(len(self.wrt),), terms=tuple((k, ()) for k in range(len(self.wrt))))

    @cached_property
    def slopes(self) -> Reference:
        """The gradient of f and then of each constraint, row by row."""
        size, places = 1 + len(self.constraints), [self.variables.index(name) for name in self.wrt]
        terms = tuple((k, (i,)) for k in range(size) for i in places)
        return reference_of(self.function, Operator(shape=(size, len(places)), terms=terms))

    @cached_property
    def reference(self) -> Reference:
        assert self.slopes.exprs is not None
        n = len(self.wrt)
        rows = sp.Matrix(1 + len(self.constraints), n, list(self.slopes.exprs))
        slope, normals = rows[0, :].T, rows[1:, :]
        gram = normals * normals.T
        if sp.simplify(gram.det()) == 0:
            raise AuthorError(f"the gradients of {', '.join(self.constraints)} depend on each other everywhere")
        made = slope - normals.T * gram.LUsolve(normals * slope)
        function = read_function(list(made), variables=self.variables)
        # what is wrong with a question reaches results that students may read, and here the text is the answer
        return reference_of(replace(function, text="the expected answer"), self._asked_for())

    def _holds(self, point: Any) -> bool:
        """Whether the author's point meets the constraints."""
        assert self.function.exprs is not None
        place = {symbol: point[symbol.name] for symbol in self.function.symbols}
        return all(sp.Abs(g.subs(place)).evalf(30) < sp.Float("1e-9") for g in self.function.exprs[1:])

    @cached_property
    def samples(self) -> Samples:
        """Points that meet the constraints, to float64's last digits."""
        rows: list[tuple[dict[str, Fraction], np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []
        draw = np.random.default_rng(self.seed)
        ends = np.array([_ends(self.domain, name) for name in self.variables])
        for _ in range(_STARTS):
            place = self._met(draw.uniform(ends[:, 0], ends[:, 1]))
            if place is None or len(rows) == _WANTED:
                continue
            point = dict(zip(self.variables, map(Fraction, place.tolist()), strict=True))
            single = dict(
                zip(self.variables, map(Fraction, place.astype(np.float32).astype(float).tolist()), strict=True)
            )
            value, beside = self.reference.evaluate(point), self.reference.evaluate(single)
            if value is not None and beside is not None:
                rows.append((point, value, np.abs(beside - value)))
        if len(rows) < _FEWEST:
            raise AuthorError(
                f"too few points meet {', '.join(self.constraints)}: give a domain= in which they lie, as in "
                f'{{"{self.variables[0]}": (-1, 1)}}'
            )
        points, values, moves = zip(*rows, strict=True)
        return Samples(points=points, values=np.stack(values), moves=np.stack(moves), tried=len(rows))

    def _met(self, place: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
        """The point that meets the constraints to which Newton's method leads from a place, (n,) both; or None."""
        values, slopes = self._constrained
        with np.errstate(all="ignore"):
            for _ in range(_ROUNDS):
                off, rows = np.asarray(values(*place), dtype=float), np.asarray(slopes(*place), dtype=float)
                if not (np.isfinite(off).all() and np.isfinite(rows).all()):
                    return None
                moved = np.linalg.lstsq(rows, off.ravel(), rcond=1e-12)[0]
                place = place - moved
                if np.linalg.norm(moved) <= 1e-15 * (1 + np.linalg.norm(place)):
                    break
            off, rows = np.asarray(values(*place), dtype=float), np.asarray(slopes(*place), dtype=float)
        met = np.isfinite(place).all() and np.abs(off).max() <= 1e-12 * (1 + np.abs(place).max() ** 2)
        apart = np.linalg.matrix_rank(rows) == len(rows) if met else False
        ends = (_ends(self.domain, name) for name in self.variables if name in (self.domain or {}))
        inside = all(low <= x <= high for x, (low, high) in zip(self._bounded(place), ends, strict=True))
        return place if met and apart and inside else None

    def _bounded(self, place: np.ndarray[Any, Any]) -> list[float]:
        """The coordinates of a place, (n,), that have a domain."""
        return [float(x) for name, x in zip(self.variables, place, strict=True) if name in (self.domain or {})]

    @cached_property
    def _constrained(self) -> tuple[Any, Any]:
        """The constraints and their gradients as functions of the coordinates."""
        assert self.function.exprs is not None
        symbols, rows = list(self.function.symbols), sp.Matrix(self.function.exprs[1:])
        return sp.lambdify(symbols, rows, "numpy"), sp.lambdify(symbols, rows.jacobian(symbols), "numpy")

    @cached_property
    def _again(self) -> Second | None:
        """The gradients of f and of the constraints, of which the answer is made."""
        places = self._asked_at.points
        found = [self.slopes.evaluate(place) for place in places]
        if any(row is None for row in found):
            return None
        values = np.stack([row for row in found if row is not None]).reshape(len(places), *self.slopes.operator.shape)
        samples = Samples(points=places, values=values, moves=np.zeros_like(values), tried=len(places))
        return Second(reference=self.slopes, samples=samples, made=_projected)

    def certify(self) -> None:
        """Hold SymPy's gradients against JAX's, and what is made of both, where answers are compared.

        Raises:
            AuthorError: they disagree; the message names the point.
        """
        if self._again is not None and (second := self._again.right(self._again.values())) is not None:
            gap = np.abs(second - self._right).max(axis=1)
            if np.any(gap > 1e-6 * (1 + np.abs(self._right).max())):
                place = point_text(self._asked_at.points[int(np.argmax(gap))])
                raise AuthorError(f"{self.prompt}: the references disagree at {place}")
        self._certify_slips()

    def _compare_formula(self, read: Answer) -> Verdict:
        # on the constraints only: points there are known to float64's digits, so values are compared as numbers
        return self._compare_by_points(read)

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        # a formula is compared by its values: on the constraints alone, where two forms may be one
        found = super()._evidence(values, rtol=rtol, at=at, answer=None)
        if found is None:
            return None
        places = (floats(self.at),) if at and self.at else tuple(floats(point) for point in self.samples.points)
        return msgspec.structs.replace(found, points=places, order=1)

    @property
    def prompt(self) -> str:
        return (
            f"gradient of {self.text} in the tangent space of {', '.join(self.constraints)} "
            f"with respect to ({', '.join(self.wrt)}){self._where()}"
        )


def _projected(slopes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What is asked for, (N, n), of the gradients of f and of the constraints, (N, 1 + constraints, n)."""
    return np.stack([row[0] - row[1:].T @ np.linalg.lstsq(row[1:].T, row[0], rcond=None)[0] for row in slopes])


def _ends(domain: Domain | None, name: str) -> tuple[float, float]:
    low, high = (domain or {}).get(name, (None, None))
    return (-3.0 if low is None else low, 3.0 if high is None else high)


def _zero(text: str) -> str:
    left, *right = text.replace("==", "=").split("=")
    if len(right) > 1:
        raise AuthorError(f"on={text!r} has several equals signs: an equation has one, or none where it is 0")
    return f"({left}) - ({right[0]})" if right else left
