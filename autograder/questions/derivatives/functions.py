"""A question about a function: what is asked, its derivative by both references, and where they are compared."""

from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.leeway import Leeway
from autograder.compare.numeric import is_coarse, may_be_beside
from autograder.compare.reading import Numbers
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import to_tree
from autograder.expressions.context import Context, context_of
from autograder.model import Evidence, Reason, Verdict
from autograder.questions.answers import Answer, Arrays, floats, read_domain, read_point
from autograder.questions.base import Question
from autograder.questions.derivatives.second import Second
from autograder.questions.record import known_references
from autograder.reference import (
    Domain,
    Function,
    Operator,
    Reference,
    Samples,
    largest_value,
    point_text,
    read_function,
    reference_of,
)

__all__ = ["FunctionQuestion", "samples_at"]


class FunctionQuestion(Question):
    """Base of the questions about a function: what is asked of it, and what both references say.

    :class:`~autograder.questions.derivatives.fields.Field` decides on answers.

    Args:
        function: text in SymPy syntax, a SymPy expression (a list or Matrix where several outputs make sense), or a
            Python function that JAX can differentiate.
        wrt: the variable(s) of differentiation.
        variables: all variables in the order of a function's arguments; found in the function when not given.
        python: the same function in Python, where the formula has one; both must agree.
        shape: for a Python function of arrays: argument → its shape, ``{"v": 3}``, ``{"W": (2, 3), "b": 2}``. The
            variables are then their parts, ``v0``, ``v1``, ``v2``; an answer has the shape of the array.
        at: None asks for a formula or function; a point asks for the value there.
        domain: variable → (low, high); None in a place means unbounded.
        points: extra points at which functions are compared besides the random ones.
        data: matrices and vectors that the task is about, under the names of the catalogue's file
            ``algebra.py`` (``{"A": A}`` for the gradient of xᵀAx), so that mistakes made with them are named.
        vectorised: whether a function must also take arrays, one per variable, and give one value per place; a
            formula is then no answer.
        slips: wrong answer that the author foresees → a sentence for who gives it, or pairs of them. In hidden tests
            only, because wrong answers say much about the right one; and the sentence must not tell it.

    Source: formulas are compared in ball arithmetic (F. Johansson, "Arb: efficient arbitrary-precision midpoint-radius
    interval arithmetic", IEEE Transactions on Computers 66, 2017), functions and numbers as NumPy's ``assert_allclose``
    does; ``docs/verdicts.md`` has the details.
    """

    is_derivative = False
    """Whether the answer is the array of derivatives itself: then the function may take arrays (``shape=``)."""
    reference_is_answer = True
    """Whether the right answer is the reference's own value; else it is a place, a path or a method."""
    sides_by_wrt = False
    """Whether each component of the answer is a derivative by one variable, as a left side such as ``f_x =`` says."""

    def __init__(
        self,
        function: Any,
        *,
        operator_wrt: Sequence[str],
        variables: Sequence[str] | None = None,
        python: Any = None,
        shape: Mapping[str, Any] | None = None,
        at: Any = None,
        domain: Domain | None = None,
        points: Sequence[Any] = (),
        data: Mapping[str, Any] | None = None,
        vectorised: bool = False,
        slips: Mapping[Any, str] | Iterable[tuple[Any, str]] = (),
        **common: Any,
    ) -> None:
        # Twelve, and no record: each is a keyword that an author writes in the one call that makes a question, most of
        # them in no question at all; Gradient("x*y", Given(at=(1, 2))) would be one word more for every author.
        super().__init__(**common)
        self.slips = tuple(slips.items() if isinstance(slips, Mapping) else slips)
        for _, hint in self.slips:
            if not isinstance(hint, str):
                raise AuthorError(f"slips= must give a sentence for each wrong answer, not {hint!r}")
        self.data = dict(data or {})
        self.vectorised = vectorised
        if vectorised and shape:
            raise AuthorError(
                "vectorised=True and shape= exclude each other: what takes arrays gives no value per place"
            )
        self.function: Function = read_function(
            function, variables=variables, wrt=operator_wrt, python=python, shapes=shape
        )
        self.variables = self.function.variables
        layout = self.function.layout
        if layout is not None and not self.is_derivative:
            raise AuthorError(f"{self.kind} asks about functions of numbers; shape= is for Gradient, Jacobian, Hessian")
        self.named = tuple(operator_wrt) or (layout.names if layout else self.variables)
        self.arrays = Arrays(layout=layout, named=self.named) if layout else None
        self.wrt = layout.expanded(self.named) if layout else self.named
        self.domain = read_domain(self.arrays.by_parts(domain) if self.arrays else domain, self.variables)
        self.at = None if at is None else self._read_point(at)
        self.points = tuple(
            {name: Fraction(float(value)) for name, value in self._read_point(p, label="points").items()}
            for p in points
        )

    def _read_point(self, value: Any, *, label: str = "at") -> dict[str, sp.Expr]:
        flat = self.arrays.layout.point(value, label=label) if self.arrays else value
        return read_point(flat, self.variables, label=label)

    @property
    def _side(self) -> tuple[int, ...]:
        """The shape of what is differentiated by."""
        return self.arrays.side if self.arrays else (len(self.wrt),)

    def _asked_for(self) -> Operator:
        """Which partial derivatives, as an array."""
        raise NotImplementedError

    def _settle(self) -> None:
        """Build the reference, at the end of a subclass's constructor, and what can be refused without sampling.

        Raises:
            AuthorError: the function cannot be differentiated, or formula and Python disagree.
        """
        reference = self.reference
        if reference.exprs is None:
            self.samples  # noqa: B018 — draws the points, which checks JAX's gradient by differences
        elif self.function.python is not None:
            reference.check_python(seed=self.seed, domain=self.domain, extra=self.points)
        if self.at is not None:
            self.desired_at  # noqa: B018 — refuses a point at which the derivative does not exist

    @cached_property
    def reference(self) -> Reference:
        """The function's derivatives by SymPy, which JAX's values confirm; made when it is first asked for."""
        return reference_of(self.function, self._asked_for())

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the right answer at one point."""
        return self.reference.operator.shape

    @cached_property
    def context(self) -> Context:
        """What the question tells about how an answer given as text is meant."""
        try:
            trees = [to_tree(expr) for expr in self.function.exprs or ()]
        except (
            ExpressionError
        ):  # a function that cannot be written as text is none that an answer could be mistaken for
            trees = []
        terms = [orders for _, orders in self.reference.operator.terms] if self.sides_by_wrt else []
        wrt = [self.variables[orders[0]] for orders in terms]
        size = self.shape[0] if len(self.shape) == 1 else 0 if self.shape == () else None
        return context_of(trees, wrt=wrt, order=len(terms[0]) if terms else 1, size=size)

    @cached_property
    def samples(self) -> Samples:
        """Where functions are compared; from the seed alone."""
        return self.reference.samples(
            seed=self.seed, domain=self.domain, extra=self.points, rtol=1e-6 if self.rtol is None else self.rtol
        )

    @cached_property
    def _single(self) -> Leeway:
        """What is allowed to a function in single precision: what the reference's own formula in it is off."""
        samples = self.samples
        found = (known_references() or {}).get(self._single_key or "")
        known = None if found is None or len(found) != samples.values.size else np.reshape(found, samples.values.shape)
        off = self.reference.in_single(samples, known)
        lost = ~np.all(np.isfinite(off.reshape(len(off), -1)), axis=1)
        moves = samples.moves + np.where(np.isfinite(off), off, 0.0)
        # where the formula has a value in single precision nowhere, what is given there is all that can be looked at
        left_out = frozenset() if lost.all() else frozenset(np.flatnonzero(lost).tolist())
        return Leeway(moves=moves, left_out=left_out, single=True, size=self._double.size)

    @cached_property
    def _double(self) -> Leeway:
        """What is allowed to a function in double precision."""
        return Leeway(moves=self.samples.moves, size=largest_value(self.function, self.samples))

    def _is_coarse(self, values: np.ndarray[Any, Any], verdict: Verdict) -> bool:
        """Whether a function answered in single precision; its values at all points, (N, *shape), may tell."""
        precision = verdict.details.get("dtype", "float64")
        return is_coarse(Numbers(values=values, precision=precision, integers=False))

    def _may_be_a_difference(self, verdict: Verdict) -> bool:
        """Whether numbers that are wrong by the tolerance may still be a one-sided difference quotient."""
        return verdict.reason is Reason.DIFFERENT and may_be_beside(self.rtol) and self.reference.operator.order == 1

    @cached_property
    def desired_at(self) -> np.ndarray[Any, Any]:
        """The right answer at the point that is asked about, an array of the answer's shape."""
        assert self.at is not None
        return self.reference.at(self.at)

    def certify(self) -> None:
        """Hold SymPy's derivative against JAX's gradient at this question's points; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree, or there is nothing to compare; the message names the point.
        """
        self.reference.certify(seed=self.seed, domain=self.domain, extra=self.points)
        if self.at is not None:
            self.reference.certify_at(self.at)
        if (second := self._again) is not None and (self.at is not None or second.samples is not self.samples):
            second.right(second.values())

    @cached_property
    def _asked_at(self) -> Samples:
        """Where numbers are compared: the question's own point, or the samples."""
        return self.samples if self.at is None else samples_at(self.at, self.reference.at(self.at))

    @cached_property
    def _again(self) -> Second | None:
        """What JAX computes anew; None where its gradient is the reference already."""
        return None if self.reference.exprs is None else Second(reference=self.reference, samples=self._asked_at)

    def second_values(self, known: Container[str] = ()) -> dict[str, list[float] | None]:
        """JAX's values where SymPy's derivative is the reference, by the key under which grading finds them.

        Where functions are compared also in single precision, in which answers of JAX's are.

        Args:
            known: keys of values that are there already: a question's tests ask for the same ones.
        """
        second = self._again
        if second is None or (key := second.key) is None:
            return {}
        found = {} if key in known else {key: second.values()}
        if (single := self._single_key) is not None and single not in known:
            found[single] = second.in_single()
        return found

    @property
    def _single_key(self) -> str | None:
        """Under which JAX's values in single precision are kept; None where they are not."""
        second = self._again
        asked = second is not None and second.reference is self.reference and second.samples is self.samples
        return second.single_key if second is not None and asked else None

    @cached_property
    def _by_jax(self) -> np.ndarray[Any, Any] | None:
        """The right values, (N, *shape), as JAX has them beside SymPy's, where the judge has them.

        Raises:
            AuthorError: they disagree; the message names the point.
        """
        table = known_references()
        if table is None or (second := self._again) is None:
            return None
        key = second.key
        return None if key is None else second.right(table.get(key))

    @property
    def _right(self) -> np.ndarray[Any, Any]:
        """The right values as the reference has them, a row for each point: (N, *shape)."""
        return self.samples.values if self.at is None else self.desired_at[None]

    def task(self) -> Evidence | None:
        """What is asked, with the right values in the answer's place: all wrong answers are generated from it."""
        at = self.at is not None
        return self._evidence(self.desired_at[None] if at else self.samples.values, rtol=1e-9, at=at)

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        """The task and the answer's values, (N, *its shape); None where there are none."""
        if self.arrays is not None and self.function.form is None:
            if self.kind != "Gradient":
                return None
            points = [{name: Fraction(float(x)) for name, x in self.at.items()}] if self.at else self.samples.points
            right = self.desired_at[None] if at else self.samples.values
            found = self.arrays.evidence(self.reference, values, right, points, rtol=rtol)
            return None if found is None else self._as_this_kind(found)
        if values is None or self.function.form is None or np.iscomplexobj(values):
            return None
        point = None if self.at is None else tuple(float(self.at[name]) for name in self.variables)
        form = self.function.form
        found = Evidence(
            kind=self.kind,
            function=form if isinstance(form, sp.Basic) else tuple(form),
            variables=self.variables,
            wrt=self.wrt,
            order=self.reference.operator.order,
            at=point,
            direction=self._direction(),
            points=(floats(self.at or {}),) if at else tuple(floats(p) for p in self.samples.points),
            actual=values,
            desired=self.desired_at[None] if at else self.samples.values,
            rtol=rtol,
            answer=None if answer is None or answer.kind != "formula" else list(answer.exprs),
            domain=self.domain or {},
            data=self.data,
        )
        return self._as_this_kind(found)

    def _as_this_kind(self, found: Evidence) -> Evidence | None:
        """With what a kind of question adds, from which its own mistakes are named; None where they cannot be."""
        return found

    def _direction(self) -> tuple[float, ...] | None:
        return None

    def _where(self) -> str:
        return "" if self.at is None else f" at {point_text(self.at)}"


def samples_at(point: Mapping[str, Any], values: np.ndarray[Any, Any]) -> Samples:
    """A question's own point as if it were the only one drawn; the right values there have the answer's shape."""
    place = {name: Fraction(float(value)) for name, value in point.items()}
    return Samples(points=(place,), values=values[None], moves=np.zeros_like(values[None]), tried=1)
