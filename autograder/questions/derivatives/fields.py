"""Questions about a derivative of a function: its formula or function, or its value at a point."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.calling import Asked, ask, judged
from autograder.compare.numeric import fitted, may_be_beside, shape_text, usual_size, verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe, read_numbers
from autograder.compare.symbolic import compare_trees
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import to_tree
from autograder.expressions.context import Context, context_of
from autograder.expressions.tree import Tree
from autograder.model import Evidence, Outcome, Reason, Returned, Verdict
from autograder.questions.answers import (
    Answer,
    Arrays,
    as_formula,
    constant_numbers,
    entry_of,
    floats,
    has_shape,
    has_variable,
    precision_of,
    read_answer,
    read_domain,
    read_point,
    wrong_shape,
)
from autograder.questions.base import Question
from autograder.questions.derivatives.second import Second, columns, same_verdict
from autograder.questions.record import is_recording, known_references
from autograder.reference import (
    Domain,
    Function,
    Operator,
    Reference,
    Samples,
    read_function,
    reference_of,
    shown,
)
from autograder.reference.exact import evaluator

__all__ = ["Expected", "Field", "samples_at"]


class Field(Question):
    """Base of the questions whose right answer is an array of partial derivatives.

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
        self._slips  # noqa: B018 — refuses a foreseen answer that cannot be read

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
        self._certify_slips()

    def _certify_slips(self) -> None:
        for wrong, hint in self.slips:
            verdict = self.judge(wrong)
            if verdict.outcome is Outcome.CORRECT:
                raise AuthorError(f"the slip with the hint {hint!r} is a right answer")
            if verdict.reason is Reason.WRONG_SHAPE and not self.vectorised:
                expected, got = verdict.details["expected"], verdict.details["got"]
                raise AuthorError(f"the slip with the hint {hint!r} has the shape {got}, an answer has {expected}")

    @property
    def _takes_one_array_each(self) -> bool:
        return self.arrays is not None and self.arrays.several and self.shape == (len(self.wrt),)

    def _finished(self, verdict: Verdict) -> Verdict:
        finished = super()._finished(verdict)
        if self.arrays and self._takes_one_array_each and finished.details.get("expected") == shape_text(self.shape):
            return msgspec.structs.replace(finished, details={**finished.details, "expected": self.arrays.shapes()})
        return finished

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        several = self.arrays if self._takes_one_array_each else None
        read = read_answer(several.joined(answer) if several else answer, self.variables, self.context)
        verdict, evidence = self._decide_read(read)
        if verdict.reason is Reason.WRONG_SHAPE and self.shape == () and isinstance(read.value, sp.Tuple):
            # Text with a comma outside of brackets: 0,5 is how many countries write a half.
            verdict = msgspec.structs.replace(verdict, details=verdict.details | {"comma": ","})
        return verdict, evidence

    @cached_property
    def _asked_at(self) -> Samples:
        """Where numbers are compared: the question's own point, or the samples."""
        return self.samples if self.at is None else samples_at(self.at, self.reference.at(self.at))

    @cached_property
    def _again(self) -> Second | None:
        """What JAX computes anew; None where its gradient is the reference already."""
        return None if self.reference.exprs is None else Second(reference=self.reference, samples=self._asked_at)

    def second_values(self) -> dict[str, list[float] | None]:
        """JAX's values where SymPy's derivative is the reference, by the key under which grading finds them."""
        second = self._again
        return {} if second is None or (key := second.key) is None else {key: second.values()}

    @cached_property
    def _by_jax(self) -> np.ndarray[Any, Any] | None:
        """The right values as JAX has them beside SymPy's, where the judge has them.

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

    def _held(self, compare: Callable[[np.ndarray[Any, Any]], Verdict]) -> Verdict:
        """The verdict by the reference's values, if it is the same by JAX's.

        Args:
            compare: the right values, (N, *shape) → the verdict.

        Raises:
            AuthorError: the references disagree; no answer is to blame for that.
        """
        second, verdict = self._by_jax, compare(self._right)
        if second is not None and compare(second).outcome is not verdict.outcome:
            same_verdict(self._right, second, self._asked_at.points, self.function.text)
        return verdict

    def _with_columns(self, evidence: Evidence | None, values: np.ndarray[Any, Any] | None) -> Evidence | None:
        """With the answer beside both references, where somebody reads that.

        Args:
            evidence: what mistakes are named from.
            values: the answer's, (N, *its shape).
        """
        if values is None or not is_recording():
            return evidence
        first, second = (self._shown(values, right) for right in (self._right, self._by_jax))
        answer, right = first
        formula = self.reference.exprs is not None
        rows = columns(self._asked_at.points, answer, right if formula else None, second[1] if formula else right)
        if not rows:
            return evidence
        return msgspec.structs.replace(evidence or Evidence(kind=self.kind, function=None, variables=()), compared=rows)

    def _shown(
        self, values: np.ndarray[Any, Any], right: np.ndarray[Any, Any] | None
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        """The answer's and the right values as they stand beside each other."""
        return values, right

    def _decide_read(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        if self.at is not None:
            return self._decide_value(read)
        if read.kind == "formula" and self.vectorised:
            raise Unreadable(Reason.WRONG_TYPE, expected="a function that takes arrays", got=describe(read.value))
        if read.kind == "formula":
            return self._decide_formula(read)
        if read.kind == "function":
            return self._decide_function(read)
        return self._decide_constant(read)

    def _decide_value(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        if read.kind == "function" or any(e.free_symbols for e in read.exprs):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(read.value))
        numbers = constant_numbers(read)
        verdict = self._held(lambda right: self._compare_at(numbers, right[0]))
        evidence = self._evidence(numbers.values[None], rtol=precision_of(numbers), at=True, answer=read)
        values = fitted(numbers.values, self.shape)
        return verdict, self._with_columns(evidence, None if values is None else values[None])

    def _compare_at(self, numbers: Numbers, right: np.ndarray[Any, Any]) -> Verdict:
        values = fitted(numbers.values, self.shape)
        if values is None:
            return wrong_shape(self.shape, numbers.values.shape)
        placed = Numbers(values=values, precision=numbers.precision, integers=numbers.integers)
        assert self.at is not None
        compare_all = partial(verdict_on, placed, right, rtol=self.rtol, atol=self.atol)
        verdict, where = compare_all()
        if self._may_be_a_difference(verdict):
            point = {name: Fraction(float(value)) for name, value in self.at.items()}
            verdict, where = compare_all(beside=self.reference.beside([point])[0])
        witness = {**floats(self.at), **entry_of(where)}
        return msgspec.structs.replace(verdict, witness=witness, points_used=1, points_tried=1)

    def _decide_formula(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        values = has_shape(read.shape, self.shape)
        if not values:
            verdict = wrong_shape(self.shape, read.shape)
        elif self.reference.exprs is None:
            verdict = self._compare_by_points(read)
        else:
            verdict = self._compare_formula(read)
        if verdict.outcome is not Outcome.INCORRECT and verdict.reason is not Reason.WRONG_SHAPE:
            if verdict.outcome is not Outcome.CORRECT or not is_recording():
                return verdict, None
            return verdict, self._with_columns(None, self._held_by_jax(read))
        found = self._values_of(read)
        evidence = self._evidence(found, rtol=1e-9, answer=read)
        return verdict, self._with_columns(evidence, found)

    def _held_by_jax(self, read: Answer) -> np.ndarray[Any, Any] | None:
        """The values of a formula that equals SymPy's, which have to be JAX's as well, within the tolerance of numbers.

        Raises:
            AuthorError: they are not, by more than rounding.
        """
        found, second = self._values_of(read), self._by_jax
        values = None if found is None else _fitted_rows(found, self.shape)
        if values is not None and second is not None:
            scale = usual_size(second)
            for row, right in zip(values, second, strict=True):
                numbers = Numbers(values=row, precision="exact", integers=False)
                verdict, _ = verdict_on(numbers, right, rtol=self.rtol, atol=self.atol, scale=scale)
                if verdict.outcome is not Outcome.CORRECT:
                    same_verdict(self._right, second, self._asked_at.points, self.function.text)
        return values

    def _compare_formula(self, read: Answer) -> Verdict:
        """As ``autograder judge`` compares: the child makes the derivative, and looks where the function is real."""
        reference, operator = self.reference, self.reference.operator
        assert reference.exprs is not None
        functions = list(self.function.trees) if operator.order else []
        made = operator.order > 0 and operator.weights is None
        terms = [(output, [self.variables[i] for i in wrt]) for output, wrt in operator.terms] if made else []
        one = self.shape == () and len(read.trees) == 1
        return compare_trees(
            read.trees[0] if one else ["List", *read.trees],
            None if made else _listed(reference.exprs, one),
            variables=self.variables,
            domain=self.domain,
            seed=self.seed,
            rtol=self.rtol,
            atol=self.atol,
            functions=functions,
            terms=terms,
            wanted_shape=() if one else (len(operator.terms),),
        )

    def _values_of(self, read: Answer) -> np.ndarray[Any, Any] | None:
        """The student's formula at the sampled points, in the student's shape; None where one is not real."""
        evaluate = evaluator(read.exprs, (), self.function.symbols)
        rows = [evaluate(point) for point in self.samples.points]
        if any(row is None for row in rows):
            return None
        return np.stack([row for row in rows if row is not None]).reshape(len(rows), *read.shape)

    def _compare_by_points(self, read: Answer) -> Verdict:
        """A formula against a function that has none."""
        samples = self.samples
        evaluate = evaluator(read.exprs, (), self.function.symbols)
        rtol, atol, scale = self.rtol, self.atol, usual_size(samples.values)
        worst: Verdict | None = None
        for i, point in enumerate(samples.points):
            row = evaluate(point)
            if row is None:
                return Verdict(
                    outcome=Outcome.INCORRECT, reason=Reason.NOT_FINITE, witness=floats(point), details={"got": "nan"}
                )
            numbers = Numbers(values=row.reshape(self.shape), precision="float64", integers=False)
            verdict, where = verdict_on(
                numbers, samples.values[i], rtol=rtol, atol=atol, moves=samples.moves[i], scale=scale
            )
            verdict = msgspec.structs.replace(verdict, witness={**floats(point), **entry_of(where)})
            if worst is None or (verdict.error or 0) > (worst.error or 0):
                worst = verdict
        assert worst is not None
        return msgspec.structs.replace(worst, points_used=len(samples.points), points_tried=samples.tried)

    def _decide_function(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        samples = self.samples
        first: tuple[Verdict, Evidence | None] | None = None
        where = samples.arguments(self.variables)
        symbols, layout = self.function.symbols, self.function.layout
        for asked in ask(read.value, where, symbols=symbols, names=self.variables, layout=layout):
            if self.arrays and self._takes_one_array_each:
                asked = self.arrays.each_joined(asked)
            formula = self._returned_formula(asked)
            found = self._decide_formula(formula) if formula else self._decide_replies(asked)
            if found[0].outcome is Outcome.CORRECT:
                return self._decide_arrays(read) if self.vectorised else found
            first = first or found
        assert first is not None
        return first

    def _decide_arrays(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        """Whether a function that is right for numbers is right for arrays as well."""
        (asked,) = ask(read.value, self.samples.arguments(self.variables), names=self.variables, only=["arrays"])
        return self._decide_replies(asked)

    def _returned_formula(self, asked: Asked) -> Answer | None:
        """The formula that a function returned instead of numbers, the same for every call."""
        if asked.raised is not None:
            return None
        values = [reply.value for reply in asked.replies if isinstance(reply, Returned)]
        symbolic = [v for v in values if has_variable(v)]
        if not symbolic or len(symbolic) < len(values):
            if asked.convention.name not in ("symbols", "nothing"):
                return None
            return self._formula_from(values[0])
        formulas = [self._formula_from(value) for value in values]
        assert formulas[0] is not None
        if any(f is None or f.exprs != formulas[0].exprs for f in formulas):
            raise Unreadable(Reason.WRONG_TYPE, expected="a function that returns numbers", got="formulas that differ")
        return formulas[0]

    def _formula_from(self, value: Any) -> Answer | None:
        read = read_answer(value, self.variables, self.context)
        if read.kind == "numbers":
            return as_formula(read_numbers(value).values, self.variables)
        return read if read.kind == "formula" else None

    def _decide_replies(self, asked: Asked) -> tuple[Verdict, Evidence | None]:
        samples = self.samples
        given: list[np.ndarray[Any, Any] | None] = []

        def compare(right: np.ndarray[Any, Any]) -> Verdict:
            compare_all = partial(
                judged,
                asked,
                right,
                shape=self.shape,
                rtol=self.rtol,
                atol=self.atol,
                moves=samples.moves,
                fixed=len(self.points) if self.domain is None else None,
            )
            verdict, values, index = compare_all()
            if self._may_be_a_difference(verdict):
                verdict, values, index = compare_all(beside=self.reference.beside(samples.points))
            given.append(values)
            witness = floats(samples.points[index]) if index is not None else None
            return msgspec.structs.replace(
                verdict, witness=witness, points_used=len(samples.points), points_tried=samples.tried
            )

        verdict = self._held(compare)
        rtol = 1e-5 if verdict.details.get("dtype") == "float32" else 1e-9
        evidence = self._evidence(given[0], rtol=rtol)
        return verdict, self._with_columns(evidence, _fitted_rows(given[0], self.shape))

    def _may_be_a_difference(self, verdict: Verdict) -> bool:
        """Whether numbers that are wrong by the tolerance may still be a one-sided difference quotient."""
        return verdict.reason is Reason.DIFFERENT and may_be_beside(self.rtol) and self.reference.operator.order == 1

    def _decide_constant(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        numbers = read_numbers(read.value)
        if not self.reference.constant:
            raise Unreadable(Reason.VALUE_NOT_FUNCTION, got=describe(read.value))
        values = fitted(numbers.values, self.shape)
        if values is None:
            return wrong_shape(self.shape, numbers.values.shape), None
        placed = Numbers(values=values, precision=numbers.precision, integers=numbers.integers)
        verdict = self._held(lambda right: verdict_on(placed, right[0], rtol=self.rtol, atol=self.atol)[0])
        many = np.broadcast_to(numbers.values, (len(self.samples.points), *numbers.values.shape))
        evidence = self._evidence(many, rtol=precision_of(numbers))
        return verdict, self._with_columns(evidence, _fitted_rows(many, self.shape))

    @cached_property
    def _slips(self) -> tuple[tuple["Expected", str], ...]:
        return tuple((self._asking_for(wrong), hint) for wrong, hint in self.slips)

    def _asking_for(self, wrong: Any) -> "Expected":
        """The question to which a wrong answer of this one is the right answer.

        Raises:
            AuthorError: the wrong answer cannot be read.
        """
        return Expected(
            wrong,
            variables=self.variables,
            at=self.at,
            domain=self.domain,
            rtol=self.rtol,
            atol=self.atol,
            seed=self.seed,
            vectorised=self.vectorised,
        )

    def _foreseen(self, answer: Any) -> str | None:
        return next((hint for slip, hint in self._slips if slip.judge(answer).outcome is Outcome.CORRECT), None)

    def task(self) -> Evidence | None:
        """What is asked, with the right values in the answer's place: all wrong answers are generated from it."""
        at = self.at is not None
        return self._evidence(self.desired_at[None] if at else self.samples.values, rtol=1e-9, at=at)

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        """The task and the answer's values; None where there are none."""
        if self.arrays is not None and self.function.form is None:
            if self.kind != "Gradient":
                return None
            points = [{name: Fraction(float(x)) for name, x in self.at.items()}] if self.at else self.samples.points
            right = self.desired_at[None] if at else self.samples.values
            return self.arrays.evidence(self.reference, values, right, points, rtol=rtol)
        if values is None or self.function.form is None or np.iscomplexobj(values):
            return None
        point = None if self.at is None else tuple(float(self.at[name]) for name in self.variables)
        form = self.function.form
        return Evidence(
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

    def _direction(self) -> tuple[float, ...] | None:
        return None

    def _where(self) -> str:
        return "" if self.at is None else f" at {shown(self.at)}"


class Expected(Field):
    """A formula, a number or an array as it was written; nothing is differentiated."""

    def __init__(self, expected: Any, *, variables: Sequence[str] | None = None, **options: Any) -> None:
        # where variables are free, an array is a formula that does not depend on them
        self._array = None if variables and options.get("at") is None else _numeric(expected)
        if isinstance(expected, (np.ndarray, np.generic)):
            expected = 0 if self._array is not None else expected.tolist()
        super().__init__(expected, operator_wrt=(), variables=variables, **options)
        # What is wrong with a question reaches results that students may read, and here the text is the answer.
        self.function = _unnamed(self.function)
        if not self.variables and self.at is None:
            self.at = {}
        self._settle()

    def _asked_for(self) -> Operator:
        size = int(np.prod(self.function.shape, dtype=int))
        return Operator(shape=self.function.shape, terms=tuple((k, ()) for k in range(size)))

    @cached_property
    def _again(self) -> Second | None:
        """As of every question; numbers of an array stand for themselves."""
        return None if self._array is not None else super()._again

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is expected."""
        return super().shape if self._array is None else self._array.shape

    @cached_property
    def desired_at(self) -> np.ndarray[Any, Any]:
        assert self.at is not None
        return self.reference.at(self.at) if self._array is None else self._array


def samples_at(point: Mapping[str, Any], values: np.ndarray[Any, Any]) -> Samples:
    """A question's own point as if it were the only one drawn."""
    place = {name: Fraction(float(value)) for name, value in point.items()}
    return Samples(points=(place,), values=values[None], moves=np.zeros_like(values[None]), tried=1)


def _fitted_rows(values: np.ndarray[Any, Any] | None, shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """Values at several points in the shape that was asked for; None where they do not fit."""
    if values is None or (len(values) and fitted(values[0], shape) is None):
        return None
    return values.reshape(len(values), *shape)


def _listed(exprs: Sequence[sp.Expr], one: bool) -> Tree:
    trees = [to_tree(e) for e in exprs]
    return trees[0] if one else ["List", *trees]


@lru_cache(maxsize=256)
def _unnamed(function: Function) -> Function:
    return replace(function, text="the expected answer")


def _numeric(expected: Any) -> np.ndarray[Any, Any] | None:
    """An array of plain numbers as it is; None for everything that may be a formula."""
    if not isinstance(expected, np.ndarray) or expected.dtype.kind not in "fiu":
        return None
    return expected.astype(float)
