"""Slopes of curves that are given by an equation, and rates that hang together by one."""

import copy
import inspect
import re
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import parse
from autograder.expressions.context import AUTHOR
from autograder.model import Evidence, Outcome, Verdict
from autograder.questions.answers import Answer
from autograder.questions.calculus.curves import Curve
from autograder.questions.derivatives import Made, Second
from autograder.reference import Function, Operator, Reference, Samples, point_text, real_symbol, reference_of

__all__ = ["Equation", "Implicit", "as_zero"]

_FOUND_LATER = ("samples", "_again", "_by_jax", "_asked_at", "_single", "_double", "_branches")
"""What depends on the points at which answers are compared."""


def as_zero(equation: Any) -> tuple[Any, str]:
    """An author's equation as a function that is 0 where it holds, and how to show it.

    >>> as_zero("x**2 + y**2 = 25")
    ('x**2 + y**2 - (25)', 'x**2 + y**2 = 25')

    Raises:
        AuthorError: there are several ``=`` in it.
    """
    if isinstance(equation, sp.Eq):
        return equation.lhs - equation.rhs, f"{equation.lhs} = {equation.rhs}"
    if not isinstance(equation, str):
        return equation, f"{equation} = 0"
    left, *right = equation.replace("==", "=").split("=")
    if len(right) > 1:
        raise AuthorError(f"{equation!r} has several equals signs: an equation has one, or none where it is 0")
    if not right:
        return equation, f"{equation.strip()} = 0"
    zero = left.strip() if right[0].strip() in ("0", "0.0") else f"{left.strip()} - ({right[0].strip()})"
    return zero, f"{left.strip()} = {right[0].strip()}"


class Equation(Made):
    """Base of the questions about an equation between variables.

    Raises:
        AuthorError: the equation is none, or has no formula.
    """

    asks_for_slope = False

    def __init__(self, equation: Any, *, wrt: tuple[str, ...], **options: Any) -> None:
        zero, self.equation = as_zero(equation)
        super().__init__(zero, operator_wrt=wrt, **options)
        if len({*wrt}) != len(wrt) or {*wrt} != {*self.variables}:
            raise AuthorError(f"{self.kind} is about {', '.join(self.variables)}; {', '.join(wrt)} was named")

    def _partial(self, *names: str) -> sp.Expr:
        """A partial derivative of the function that is 0."""
        assert self.function.exprs is not None
        return sp.diff(self.function.exprs[0], *map(real_symbol, names))


@lru_cache(maxsize=256)
def _points(
    slopes: Reference,
    function: Function,
    names: tuple[str, str],
    domain: tuple[tuple[str, float | None, float | None], ...],
    seed: int,
    condition: sp.Expr | None,
) -> tuple[Samples, tuple[Samples, ...]]:
    """What :meth:`Curve.samples` finds: a question is made anew for every check, and this takes a tenth of a second."""
    within = {name: (low, high) for name, low, high in domain} or None
    by, of = names
    return Curve(function=function, of=of, by=by, domain=within, seed=seed, condition=condition).samples(slopes)


class Implicit(Equation):
    r"""The slope of a curve that an equation gives, :math:`dy/dx = -F_x/F_y`, or its second derivative.

    An answer is right when it has the slope's value at points of the curve, so every form is that is right *on* the
    curve. A formula or function of x alone is right when it is the slope along one branch: what has the same place
    when the points above one x are counted from below. Which one may be chosen, unless ``branch`` says it.

    Args:
        curve: ``"x**2 + y**2 = 25"``, a text or SymPy expression that is 0 on the curve, or an ``Eq``.
        of: the variable that depends on the other one, y.
        by: the other one, x.
        order: 1, or 2 for :math:`d^2y/dx^2`.
        branch: a condition such as ``"y > 0"``: only this part of the curve counts.
        **options: as for :class:`autograder.Derivative`; ``at`` is a point on the curve.

    Shape of the answer: a single number at a point.

    Raises:
        AuthorError: the equation has other variables than these two, the point is not on the curve or its tangent
            is upright there, or too few points of the curve are found in ``domain``.

    >>> question = Implicit("x**2 + y**2 = 25", of="y", by="x")
    >>> [question.judge(answer).outcome.value for answer in ("-x/y", "x y/(x^2 - 25)", "-x/sqrt(25 - x^2)", "x/y")]
    ['CORRECT', 'CORRECT', 'CORRECT', 'INCORRECT']
    >>> Implicit("x**2 + y**2 = 25", of="y", by="x", order=2).judge("-25/y^3").outcome.value
    'CORRECT'
    >>> Implicit("x*y + y**3 = 10", of="y", by="x", at=(1, 2)).judge("-2/13").outcome.value
    'CORRECT'
    """

    def __init__(
        self, curve: Any, *, of: str = "y", by: str = "x", order: int = 1, branch: str | None = None, **options: Any
    ) -> None:
        if order not in (1, 2):
            raise AuthorError(f"order={order!r} must be 1 or 2")
        super().__init__(curve, wrt=(str(by), str(of)), **options)
        self.order = order
        self.by, self.of = self.wrt
        self.branch = branch
        self._settle()

    @cached_property
    def curve(self) -> Curve:
        """Where answers are compared."""
        return Curve(
            function=self.function,
            of=self.of,
            by=self.by,
            domain=self.domain,
            seed=self.seed,
            condition=None if self.branch is None else self._condition(self.branch),
        )

    def _condition(self, text: str) -> sp.Expr:
        try:
            made: sp.Expr = parse(f"Piecewise((1, {text}), (0, True))", self.variables, context=AUTHOR)
        except ExpressionError as error:
            raise AuthorError(f"branch={text!r} must be a condition such as '{self.of} > 0': {error}") from None
        return made

    def _settle(self) -> None:
        if self._partial(self.of) == 0:
            raise AuthorError(f"{self.equation} does not depend on {self.of}")
        if self.at is not None and not self.curve.holds(self.at):
            raise AuthorError(f"the point {point_text(self.at)} is not on the curve {self.equation}")
        super()._settle()
        if self.at is None:
            self.samples  # noqa: B018 — refuses a curve of which too few points are found

    def _formula(self) -> sp.Expr:
        slope = -self._partial(self.by) / self._partial(self.of)
        if self.order == 1:
            return slope
        by, of = real_symbol(self.by), real_symbol(self.of)
        return sp.diff(slope, by) + sp.diff(slope, of) * slope

    @cached_property
    def samples(self) -> Samples:
        return self._on_curve[0]

    @cached_property
    def _on_curve(self) -> tuple[Samples, tuple[Samples, ...]]:
        curve = self.curve
        domain = tuple((name, *ends) for name, ends in (curve.domain or {}).items())
        return _points(self.reference, curve.function, (curve.by, curve.of), domain, curve.seed, curve.condition)

    @cached_property
    def _again(self) -> Second | None:
        """The partial derivatives of F, of which the slope is made."""
        x, y = self.function.variables.index(self.by), self.function.variables.index(self.of)
        terms = ((x,), (y,)) if self.order == 1 else ((x,), (y,), (x, x), (x, y), (y, y))
        parts = reference_of(self.function, Operator(shape=(len(terms),), terms=tuple((0, orders) for orders in terms)))
        places = self._asked_at.points
        rows = [parts.evaluate(place) for place in places]
        if any(row is None for row in rows):
            return None
        values = np.stack([row for row in rows if row is not None])
        return Second(
            reference=parts,
            samples=Samples(points=places, values=values, moves=np.zeros_like(values), tried=len(places)),
            made=self._slope_of,
        )

    def _slope_of(self, parts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """What is asked for, (N,), of the partial derivatives, (N, 2) or (N, 5)."""
        slope = -parts[:, 0] / parts[:, 1]
        if self.order == 1:
            return np.asarray(slope)
        return np.asarray(-(parts[:, 2] + 2 * parts[:, 3] * slope + parts[:, 4] * slope**2) / parts[:, 1])

    def certify(self) -> None:
        """As of every question; and the curve followed from point to point has the slope that is asked for.

        Raises:
            AuthorError: they disagree.
        """
        points = self._asked_at.points
        for point, right in zip(points, self._right, strict=True):
            other = self.curve.followed(point, self.order)
            if other is not None and abs(other - right) > 1e-5 * (1e-3 + abs(right)):
                raise AuthorError(
                    f"the curve {self.equation} followed from {point_text(point)} has the slope {other:.9g}, "
                    f"not {float(right):.9g}"
                )
        if self._again is not None:
            self._again.right(self._again.values())
        self._certify_slips()

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        plain = self._without_call(answer)
        if plain is not answer:
            verdict, evidence = super()._decide(plain)
            if verdict.outcome is Outcome.CORRECT or not isinstance(answer, str):
                return verdict, evidence
        return super()._decide(answer)

    def _without_call(self, answer: Any) -> Any:
        """``y(x)`` as y, which is how SymPy's own derivative of a curve has it; anything else as it is."""
        if isinstance(answer, str):
            called = rf"(?<![^\W\d]){re.escape(self.of)}\s*\(\s*{re.escape(self.by)}\s*\)"
            return re.sub(called, self.of, answer) if re.search(called, answer) else answer
        if not isinstance(answer, sp.Expr):
            return answer
        calls = {c: sp.Symbol(self.of) for c in answer.atoms(AppliedUndef) if str(c) == f"{self.of}({self.by})"}
        return answer.xreplace(calls) if calls else answer

    def _compare_formula(self, read: Answer) -> Verdict:
        # on the curve only: its points are known to float64's digits, so a formula's values are compared as numbers
        return self._compare_by_points(read)

    def _decide_read(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        whole = super()._decide_read(read) if not self._is_short(read) else None
        if whole is not None and (whole[0].outcome is Outcome.CORRECT or not self._is_solved(read)):
            return whole
        found = [self._along(branch)._decide_read(read) for branch in self._on_curve[1]]
        right = next((each for each in found if each[0].outcome is Outcome.CORRECT), None)
        # the upper branch is the one that people solve for
        return right or (found[-1] if found else super()._decide_read(read))

    def _is_solved(self, read: Answer) -> bool:
        """Whether an answer may be meant for one branch alone: it holds x and no y."""
        if self.at is not None or not self._on_curve[1] or self.variables == (self.by,):
            return False
        if read.kind == "formula":
            names = {symbol.name for e in read.exprs for symbol in e.free_symbols}
            return names == {self.by}
        return self._is_short(read)

    def _is_short(self, read: Answer) -> bool:
        """Whether it is a function of one number called as the other variable."""
        if read.kind != "function" or self.at is not None or len(self.variables) == 1:
            return False
        try:
            parameters = inspect.signature(read.value).parameters
        except (TypeError, ValueError):
            return False
        needed = [name for name, p in parameters.items() if p.default is p.empty]
        return needed == [self.by]

    def _along(self, branch: Samples) -> "Implicit":
        """This question on one branch, where the slope is a function of x alone."""
        one = copy.copy(self)
        one.__dict__ = {name: value for name, value in self.__dict__.items() if name not in _FOUND_LATER}
        one.__dict__["samples"] = branch
        one.variables = (self.by,)
        return one

    def _as_this_kind(self, found: Evidence) -> Evidence:
        return msgspec.structs.replace(found, answer=None, order=self.order, variables=self.function.variables)

    @property
    def prompt(self) -> str:
        marks = "" if self.order == 1 else "^2"
        part = f", {self.branch}" if self.branch else ""
        return f"d{marks}{self.of}/d{self.by}{marks} on the curve {self.equation}{part}{self._where()}"
