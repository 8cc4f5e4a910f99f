"""Taylor polynomials, and bounds on what they leave out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import factorial
from typing import Any

import mpmath
import msgspec
import numpy as np
import sympy as sp

from autograder.compare.numeric import fitted
from autograder.compare.reading import Numbers
from autograder.errors import AuthorError
from autograder.expressions.context import Context
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import Answer, exact_number, read_point, wrong_shape
from autograder.questions.derivatives import Expected, Made, Second, TangentPlane, names_of
from autograder.reference import Operator, Samples, point_text, real_symbol, reference_of

__all__ = ["Linearisation", "RemainderBound", "Taylor"]

_REST = re.compile(r"\s*[+\-−]\s*(?:\\mathcal\s*\{?\s*O\s*\}?|\\?[Oo])\s*\((?:[^()]|\([^()]*\))*\)\s*$")
"""``+ O((x - 1)^3)`` at the end of text."""
_MOST = 10
_STEPS = 4000


class Taylor(Made):
    r"""The Taylor polynomial :math:`\sum_{k\le n} \frac{1}{k!}\,((x - a)\cdot\nabla)^k f\,(a)`.

    Args:
        function: text or SymPy expression of one or several variables, one output.
        at: the point a.
        order: n, up to which the polynomial goes.
        wrt: the variables in the order of ``at``; all variables in natural order when left out.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a single number at a point, in the variables of the function. ``+ O(…)`` at its end is taken
    off, as text and as SymPy's ``series`` leaves it.

    Raises:
        AuthorError: the function has no formula, or no derivatives up to the order at the point.

    >>> question = Taylor("exp(2*x)", at=0, order=2)
    >>> question.judge("1 + 2x + 2x^2 + O(x^3)").outcome.value
    'CORRECT'
    >>> question.judge(sp.exp(2 * sp.Symbol("x")).series(n=3)).outcome.value
    'CORRECT'
    >>> question.judge("1 + 2x + 4x^2").mistakes, question.judge("1 + 2x").mistakes
    (('taylor_factorial',), ('taylor_order',))
    """

    asks_for_slope = False

    def __init__(self, function: Any, at: Any, order: int, wrt: Any = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if isinstance(order, bool) or not isinstance(order, int) or not 0 <= order <= _MOST:
            raise AuthorError(f"order={order!r} must be a whole number from 0 to {_MOST}")
        if {*self.wrt} != {*self.variables}:
            raise AuthorError(f"a Taylor polynomial needs all variables; wrt={self.wrt} leaves some out")
        self.order = order
        self.touching = read_point(at, self.wrt)
        self._settle()

    def _settle(self) -> None:
        super()._settle()
        try:
            self.desired_parts  # noqa: B018 — refuses a point without derivatives
        except AuthorError as error:
            raise AuthorError(
                f"{self.function.text} has no polynomial at {point_text(self.touching)}: {error}"
            ) from None

    @cached_property
    def context(self) -> Context:
        """As of every question; but a polynomial has no fraction in an exponent, so ``x^2/64`` has one reading."""
        return replace(super().context, divided=False, powers=False)

    @cached_property
    def _terms(self) -> tuple[tuple[int, ...], ...]:
        """By which variables, as their numbers, each derivative of the polynomial is taken; the lowest first."""
        index = [self.variables.index(name) for name in self.wrt]
        return tuple(orders for k in range(self.order + 1) for orders in product(index, repeat=k))

    @cached_property
    def _parts(self) -> Any:
        """All derivatives up to the order, one by one."""
        terms = tuple((0, orders) for orders in self._terms)
        return reference_of(self.function, Operator(shape=(len(terms),), terms=terms))

    @cached_property
    def desired_parts(self) -> np.ndarray[Any, Any]:
        """The derivatives at the point, (k,)."""
        values: np.ndarray[Any, Any] = self._parts.at(self.touching)
        return values

    def _steps(self) -> list[sp.Expr]:
        return [real_symbol(name) - self.touching[name] for name in self.variables]

    def _formula(self) -> sp.Expr:
        steps, values = self._steps(), self._parts.exact_at(self.touching)
        terms = [
            value * sp.Mul(*(steps[i] for i in orders)) / factorial(len(orders))
            for orders, value in zip(self._terms, values, strict=True)
        ]
        return sp.Add(*terms)

    @cached_property
    def _again(self) -> Second | None:
        """JAX's derivatives at the one point, where it can be asked for so many."""
        if self.order > 3:
            return None
        place = {name: Fraction(float(self.touching[name])) for name in self.variables}
        row = self._parts.evaluate(place)
        if row is None:
            return None
        samples = Samples(points=(place,), values=row[None], moves=np.zeros_like(row)[None], tried=1)
        steps = self.samples.arguments(self.variables) - np.array([float(self.touching[n]) for n in self.variables])

        def made(parts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            """The polynomial's values, (N,), of the derivatives at its point, (1, k)."""
            rows = [
                parts[0, k] * np.prod(steps[:, list(orders)], axis=1) / factorial(len(orders))
                for k, orders in enumerate(self._terms)
            ]
            return np.asarray(np.sum(rows, axis=0))

        return Second(reference=self._parts, samples=samples, made=made)

    def certify(self) -> None:
        """As of every question; and what the polynomial leaves out shrinks as it must when the point comes nearer.

        Raises:
            AuthorError: it shrinks more slowly.
        """
        super(Made, self).certify()
        self._parts.certify_at(self.touching)
        assert self.function.exprs is not None
        rest = self.function.exprs[0] - self._formula()
        compiled = sp.lambdify([real_symbol(name) for name in self.variables], rest, modules="mpmath")
        with mpmath.workdps(60):
            middle = [mpmath.mpf(str(sp.N(self.touching[name], 60))) for name in self.variables]
            for sign in (1, -1):
                try:
                    far, near = (
                        abs(compiled(*(x + sign * h * (1 + k / mpmath.mpf(3)) for k, x in enumerate(middle))))
                        for h in (mpmath.mpf(10) ** -4, mpmath.mpf(10) ** -5)
                    )
                except (ValueError, ArithmeticError, TypeError):
                    continue
                if near > far * mpmath.mpf(10) ** -(self.order + 1) * 3 + mpmath.mpf(10) ** -50:
                    raise AuthorError(f"{self._formula()} is not the polynomial of {self.function.text}")

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        return super()._decide(_without_rest(answer))

    def _as_this_kind(self, found: Evidence) -> Evidence:
        place = tuple(float(self.touching[name]) for name in self.variables)
        exact = {name: self.touching[name] for name in self.variables}
        return msgspec.structs.replace(found, kind="Taylor", order=self.order, at=place, data={"place": exact})

    @property
    def prompt(self) -> str:
        return f"Taylor polynomial of order {self.order} of {self.function.text} at {point_text(self.touching)}"


class Linearisation(TangentPlane):
    r"""The linear approximation :math:`f(a) + \nabla f(a)\cdot(x - a)`: a tangent line or plane by its other name.

    Args:
        function, at, wrt, **options: as for :class:`TangentPlane`.

    Raises:
        AuthorError: as for :class:`TangentPlane`.

    >>> question = Linearisation("sqrt(x)", at=4)
    >>> question.judge("2 + (x - 4)/4 + O((x - 4)^2)").outcome.value, question.judge("2 + x/4").mistakes
    ('CORRECT', ('plane_no_shift',))
    """

    @cached_property
    def context(self) -> Context:
        """As of every question; but a line has no fraction in an exponent."""
        return replace(super().context, divided=False, powers=False)

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        return super()._decide(_without_rest(answer))

    @property
    def prompt(self) -> str:
        return f"linear approximation of {self.function.text} at {point_text(self.touching)}"


class RemainderBound(Expected):
    r"""A number that the remainder of a Taylor polynomial does not exceed on an interval.

    Right is every B with :math:`\max |f - T_n| \le B`, so any way to a bound is as good as Lagrange's, and only that
    it holds is judged. ``within`` asks for no more than so many times Lagrange's own bound,
    :math:`\max|f^{(n+1)}|\,r^{n+1}/(n+1)!`.

    Args:
        function: text or SymPy expression in one variable.
        at: the point a.
        order: n.
        on: the interval (low, high); it holds a.
        within: how many times Lagrange's bound may be given; None for any number that bounds.
        **options: as for :class:`autograder.Equal`.

    Shape of the answer: a single number.

    Raises:
        AuthorError: the function has several variables, or is not smooth on the interval.

    >>> question = RemainderBound("exp(x)", at=0, order=2, on=(0, 1), within=1.2)
    >>> [question.judge(answer).outcome.value for answer in ("e/6", 0.5, 0.22, 0.2, 7)]
    ['CORRECT', 'CORRECT', 'CORRECT', 'INCORRECT', 'INCORRECT']
    """

    asks_for_slope = False

    def __init__(
        self, function: Any, at: Any, order: int, *, on: tuple[Any, Any], within: float | None = None, **options: Any
    ) -> None:
        self.polynomial = Taylor(function, at, order)
        if len(self.polynomial.variables) != 1:
            raise AuthorError("RemainderBound needs a function of one variable")
        if within is not None and not within >= 1:
            raise AuthorError(f"within={within!r} must be 1 or more, or Lagrange's own bound would be wrong")
        self.on = tuple(exact_number(end, label="on") for end in on)
        self.within = within
        self.least, self.lagrange = self._bounds()
        super().__init__(self.lagrange, **options)

    def _bounds(self) -> tuple[float, float]:
        """The largest remainder at many places of the interval, and Lagrange's bound for all of it."""
        name = self.polynomial.variables[0]
        symbol, place = real_symbol(name), self.polynomial.touching[name]
        assert self.polynomial.function.exprs is not None
        function = self.polynomial.function.exprs[0]
        low, high = (float(end) for end in self.on)
        if not low <= float(place) <= high:
            raise AuthorError(f"on={self.on} does not hold {name} = {place}")
        xs = np.linspace(low, high, _STEPS + 1)
        order = self.polynomial.order + 1
        rest = sp.lambdify([symbol], function - self.polynomial._formula(), "numpy")
        steepest = sp.lambdify([symbol], sp.diff(function, symbol, order), "numpy")
        with np.errstate(all="ignore"):
            left_out = np.broadcast_to(np.abs(rest(xs)), xs.shape)
            slopes = np.broadcast_to(np.abs(steepest(xs)), xs.shape)
        if not (np.all(np.isfinite(left_out)) and np.all(np.isfinite(slopes))):
            raise AuthorError(f"{self.polynomial.function.text} is not smooth on {self.on}")
        reach = max(abs(low - float(place)), abs(high - float(place)))
        return float(left_out.max()), float(slopes.max()) * reach**order / factorial(order)

    def _compare_at(self, numbers: Numbers, right: np.ndarray[Any, Any]) -> Verdict:
        values = fitted(numbers.values, ())
        if values is None:
            return wrong_shape((), numbers.values.shape)
        if np.iscomplexobj(values) or not np.isfinite(values):
            return Verdict(
                outcome=Outcome.INVALID if np.iscomplexobj(values) else Outcome.INCORRECT,
                reason=Reason.COMPLEX if np.iscomplexobj(values) else Reason.NOT_FINITE,
                details={} if np.iscomplexobj(values) else {"got": "nan" if np.isnan(values) else "infinity"},
            )
        given = float(values)
        most = np.inf if self.within is None else self.within * self.lagrange
        enough = given >= self.least * (1 - 1e-9)
        if enough and given <= most * (1 + 1e-9):
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=1, points_tried=1)
        mistake = "bound_too_small" if not enough else "bound_too_large"
        return Verdict(
            outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, actual=f"{given:.9g}",
            desired=f"{self.least:.9g} to {most:.9g}", mistakes=(mistake,), points_used=1, points_tried=1,
        )  # fmt: skip

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        if self.least:
            yield "bound_too_small", self.least / 2
        if self.within is not None:
            yield "bound_too_large", 2 * self.within * self.lagrange

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        return None  # any number that bounds is right: the question itself says what is wrong with one

    @property
    def prompt(self) -> str:
        low, high = self.on
        text, order = self.polynomial.function.text, self.polynomial.order
        place = point_text(self.polynomial.touching)
        return f"bound on the remainder of order {order} of {text} at {place} on [{low}, {high}]"


def _without_rest(answer: Any) -> Any:
    """A series without the O(…) at its end; anything else as it is."""
    if isinstance(answer, str):
        return _REST.sub("", answer)
    return answer.removeO() if isinstance(answer, sp.Expr) and answer.has(sp.Order) else answer
