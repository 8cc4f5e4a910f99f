"""Answers that are formulas made of a function's derivatives: tangent lines and planes, the rate of steepest ascent."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.model import Evidence
from autograder.questions.answers import read_point
from autograder.questions.derivatives.fields import Field
from autograder.questions.derivatives.functions import samples_at
from autograder.questions.derivatives.kinds import names_of
from autograder.questions.derivatives.second import Second
from autograder.reference import Function, Operator, Reference, Samples, point_text, read_function, reference_of

__all__ = ["Made", "SteepestRate", "TangentLine", "TangentPlane"]


class Made(Field):
    """Base: the right answer is a formula in the function's partial derivatives.

    Raises:
        AuthorError: the function has no formula, several outputs, or its gradient and JAX's disagree.
    """

    def _formula(self) -> sp.Expr:
        """The right answer."""
        raise NotImplementedError

    def _settle(self) -> None:
        if self.function.exprs is None:
            raise AuthorError(f"{self.kind} needs the function as a formula; give Python with python=")
        if self.function.shape:
            raise AuthorError(f"the function has several outputs; {self.kind} needs one")
        if self.function.python is not None:
            self.slopes.check_python(seed=self.seed, domain=self.domain, extra=self.points)
        if self.at is not None:
            self.desired_at  # noqa: B018 — refuses a point at which the answer does not exist

    @cached_property
    def slopes(self) -> Reference:
        """The gradient by the variables of the question."""
        terms = tuple((0, (self.variables.index(name),)) for name in self.wrt)
        return reference_of(self.function, Operator(shape=(len(self.wrt),), terms=terms))

    @cached_property
    def reference(self) -> Reference:
        return reference_of(_made(self._formula(), self.variables), self._asked_for())

    def _asked_for(self) -> Operator:
        return Operator(shape=(), terms=((0, ()),))

    def certify(self) -> None:
        self.slopes.certify(seed=self.seed, domain=self.domain, extra=self.points)
        super().certify()


@lru_cache(maxsize=256)
def _made(formula: sp.Expr, variables: tuple[str, ...]) -> Function:
    """A right answer as a function; one a process, as a question is made anew for every check."""
    # what is wrong with a question reaches results that students may read, and here the text is the answer
    return replace(read_function(formula, variables=variables), text="the expected answer")


class TangentPlane(Made):
    r"""The tangent plane of the graph, :math:`f(a) + \nabla f(a)\cdot(x - a)`, as a formula or a function.

    Args:
        function: text or SymPy expression of one or several variables, one output.
        at: the point a where it touches.
        wrt: the variables in the order of ``at``; all variables in natural order when left out.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a single number at a point, in the variables of the function.

    Raises:
        AuthorError: the function has no formula, or is not differentiable at the point.

    >>> question = TangentPlane("x**2*y + 3*y", at=(1, 2))
    >>> question.judge("8 + 4(x - 1) + 4(y - 2)").outcome.value
    'CORRECT'
    >>> question.judge("4x + 4y").mistakes, question.judge("4(x - 1) + 4(y - 2)").mistakes
    (('plane_no_shift',), ('plane_no_height',))
    """

    asks_for_slope = False

    def __init__(self, function: Any, at: Any, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if {*self.wrt} != {*self.variables}:
            raise AuthorError(f"a tangent needs all variables; wrt={self.wrt} leaves some of {self.variables} out")
        self.touching = read_point(at, self.wrt)
        self._settle()

    def _settle(self) -> None:
        super()._settle()
        self.slopes.at(self.touching)  # refuses a point outside of the domain

    def _formula(self) -> sp.Expr:
        assert self.function.exprs is not None
        place = {symbol: self.touching[symbol.name] for symbol in self.function.symbols}
        steps = [sp.Symbol(name, real=True) - self.touching[name] for name in self.wrt]
        rises = [slope * step for slope, step in zip(self.slopes.exact_at(self.touching), steps, strict=True)]
        return sp.Add(self.function.exprs[0].subs(place), *rises)

    @cached_property
    def _again(self) -> Second | None:
        """The value of f and its gradient at the one point where the plane touches."""
        n = len(self.wrt)
        terms = ((0, ()), *((0, (self.variables.index(name),)) for name in self.wrt))
        touching = reference_of(self.function, Operator(shape=(1 + n,), terms=terms))
        steps = self.samples.arguments(self.wrt) - np.array([float(self.touching[name]) for name in self.wrt])
        samples = samples_at(self.touching, touching.at(self.touching))
        return Second(reference=touching, samples=samples, made=lambda v: v[0, 0] + steps @ v[0, 1:])

    def certify(self) -> None:
        super().certify()
        self.slopes.certify_at(self.touching)

    def _as_this_kind(self, found: Evidence) -> Evidence:
        place = tuple(float(self.touching[name]) for name in self.variables)
        return msgspec.structs.replace(found, kind="TangentPlane", at=place)

    @property
    def prompt(self) -> str:
        return f"tangent plane of the graph of {self.function.text} at {point_text(self.touching)}"


class TangentLine(TangentPlane):
    r"""The tangent of the graph of a function of one variable, :math:`f(a) + f'(a)(x - a)`.

    Args:
        function, at, **options: as for :class:`TangentPlane`.

    Raises:
        AuthorError: the function has several variables, or as for :class:`TangentPlane`.

    >>> question = TangentLine("x**3", at=2)
    >>> [question.judge(answer).outcome.value for answer in ("12x - 16", lambda x: 8 + 12*(x - 2), "12x")]
    ['CORRECT', 'CORRECT', 'INCORRECT']
    """

    def _settle(self) -> None:
        if len(self.variables) != 1:
            raise AuthorError("a tangent line needs a function of one variable; use TangentPlane")
        super()._settle()

    @property
    def prompt(self) -> str:
        return f"tangent line of the graph of {self.function.text} at {point_text(self.touching)}"


class SteepestRate(Made):
    r"""How fast f rises in the direction of steepest ascent: :math:`|\nabla f|`.

    Args:
        function: text or SymPy expression, one output.
        at: the point; without one the answer is a formula or a function.
        wrt: the variables of the gradient; all of them when left out.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a single number at a point.

    Raises:
        AuthorError: the function has no formula, or no gradient at the point.

    >>> question = SteepestRate("x**2*y + 3*y", at=(1, 2))
    >>> question.judge("4*sqrt(2)").outcome.value, question.judge([4, 4]).mistakes, question.judge(32).mistakes
    ('CORRECT', ('max_rate_vector',), ('no_sqrt',))
    """

    def __init__(self, function: Any, at: Any = None, wrt: str | Sequence[str] | None = None, **options: Any) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), at=at, **options)
        self._settle()

    @cached_property
    def _again(self) -> Second | None:
        """The gradient, where its length is compared."""
        points = self._asked_at.points
        values = [self.slopes.at(self.at)] if self.at is not None else [self.slopes.evaluate(p) for p in points]
        if any(value is None for value in values):
            return None
        rows = np.stack([value for value in values if value is not None])
        samples = Samples(points=points, values=rows, moves=np.zeros_like(rows), tried=len(points))
        return Second(reference=self.slopes, samples=samples, made=lambda v: np.linalg.norm(v, axis=1))

    def _formula(self) -> sp.Expr:
        assert self.slopes.exprs is not None
        return sp.sqrt(sp.Add(*(slope**2 for slope in self.slopes.exprs)))

    @property
    def prompt(self) -> str:
        return f"rate of steepest ascent of {self.function.text}{self._where()}"
