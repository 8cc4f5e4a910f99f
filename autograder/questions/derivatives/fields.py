"""An answer to a question about a function, decided: a formula, a function, or a value at a point."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.calling import Trial, ask, judged
from autograder.compare.conventions import source_of
from autograder.compare.leeway import Leeway
from autograder.compare.numeric import fitted, shape_text, usual_size, verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe, read_numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Returned, Verdict
from autograder.questions.answers import (
    Answer,
    as_formula,
    by_name,
    constant_numbers,
    each_reply,
    entry_of,
    floats,
    has_shape,
    has_variable,
    library_name,
    precision_of,
    read_answer,
    wrong_shape,
)
from autograder.questions.derivatives.formulas import FormulaAnswers
from autograder.questions.derivatives.rounding import cut_short, same_values, written_as
from autograder.questions.derivatives.second import Second, columns, place_of, same_verdict
from autograder.questions.record import is_recording
from autograder.reference import Function, Operator

__all__ = ["Expected", "Field"]


class Field(FormulaAnswers):
    """Base of the questions whose right answer is an array of partial derivatives: how an answer is decided."""

    def _settle(self) -> None:
        super()._settle()
        self._slips  # noqa: B018 — refuses a foreseen answer that cannot be read

    def certify(self) -> None:
        """As of every question about a function; and what the author foresees is wrong, and could be an answer."""
        super().certify()
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

    def _in_order(self, answer: Any) -> Any:
        """A gradient's entries as a list: of a dictionary by the variables' names, of one array for each argument."""
        if self.shape != (len(self.wrt),):
            return answer
        several = self.arrays if self._takes_one_array_each else None
        given = by_name(answer, several.named if several else self.wrt)
        return several.joined(given) if several else given

    def _finished(self, verdict: Verdict) -> Verdict:
        finished = super()._finished(verdict)
        if self.arrays and self._takes_one_array_each and finished.details.get("expected") == shape_text(self.shape):
            return msgspec.structs.replace(finished, details={**finished.details, "expected": self.arrays.shapes()})
        return finished

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        try:
            read = read_answer(self._in_order(answer), self.variables, self.context)
        except Unreadable as unreadable:
            if self.at is None or unreadable.verdict.details.get("expected") != "a formula, a function or numbers":
                raise
            raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got=describe(answer)) from None
        verdict, evidence = self._decide_read(read)
        tupled = isinstance(read.value, sp.Tuple) and "," in str(answer)
        if verdict.reason is Reason.WRONG_SHAPE and self.shape == () and tupled:
            # Text with a comma outside of brackets: 0,5 is how many countries write a half.
            verdict = msgspec.structs.replace(verdict, details=verdict.details | {"comma": ","})
        return verdict, evidence

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

    def _with_columns(
        self, evidence: Evidence | None, values: np.ndarray[Any, Any] | None, verdict: Verdict | None = None
    ) -> Evidence | None:
        """With the answer beside both references, where somebody reads that.

        Args:
            evidence: what mistakes are named from.
            values: the answer's, (N, *its shape).
            verdict: on the answer; the place that it names stands first.
        """
        if values is None or not is_recording():
            return evidence
        first, second = (self._shown(values, right) for right in (self._right, self._by_jax))
        answer, right = first
        formula = self.reference.exprs is not None
        points = self._asked_at.points
        worst = place_of(verdict.witness, points) if verdict is not None and verdict.witness else None
        both = (right if formula else None, second[1] if formula else right)
        rows = columns(points, answer, *both, worst=worst)
        if not rows:
            return evidence
        return msgspec.structs.replace(evidence or Evidence(kind=self.kind, function=None, variables=()), compared=rows)

    def _shown(
        self, values: np.ndarray[Any, Any], right: np.ndarray[Any, Any] | None
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
        """The answer's and the right values as they stand beside each other, (N, *shape) both."""
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
        if read.kind == "function" and (tool := library_name(read.value)):
            raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", tool=tool)
        if read.kind == "function" or any(e.free_symbols for e in read.exprs):
            plain = {} if self.at else {"uncalled": describe(read.value)}
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(read.value), **plain)
        numbers = constant_numbers(read)
        verdict = self._held(lambda right: self._compare_at(numbers, right[0]))
        evidence = self._evidence(numbers.values[None], rtol=precision_of(numbers), at=True, answer=read)
        values = fitted(numbers.values, self.shape)
        return verdict, self._with_columns(evidence, None if values is None else values[None], verdict)

    def _compare_at(self, numbers: Numbers, right: np.ndarray[Any, Any]) -> Verdict:
        """The verdict on numbers for the question's own point, where the right ones have this shape."""
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
        if verdict.reason is Reason.DIFFERENT and (decimals := self._cut_short(read, found)) is not None:
            verdict = msgspec.structs.replace(verdict, details={**verdict.details, "rounded": str(decimals)})
        return verdict, self._with_columns(evidence, found, verdict)

    def _cut_short(self, read: Answer, values: np.ndarray[Any, Any] | None) -> int | None:
        """After how many decimals a formula's numbers were cut short, from its values, (N, *its shape); or None."""
        rows = _fitted_rows(values, self.shape)
        return None if rows is None else cut_short(read, rows, self._right, self._values_of)

    def _held_by_jax(self, read: Answer) -> np.ndarray[Any, Any] | None:
        """The values, (N, *shape), of a formula that equals SymPy's: they have to be JAX's as well.

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

    def _decide_function(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        samples = self.samples
        first: tuple[Verdict, Evidence | None] | None = None
        takes_nothing = False
        where = samples.arguments(self.variables)
        symbols, layout = self.function.symbols, self.function.layout
        for trial in ask(read.value, where, symbols=symbols, names=self.variables, layout=layout):
            trial = each_reply(trial, self._in_order)
            formula = self._returned_formula(trial)
            found = self._decide_formula(formula) if formula else self._decide_replies(trial)
            if found[0].outcome is Outcome.CORRECT:
                return self._decide_arrays(read) if self.vectorised else found
            first = first or found
            takes_nothing |= trial.convention.name == "nothing"
        assert first is not None
        if takes_nothing:
            raise Unreadable(
                Reason.WRONG_TYPE,
                expected="a function of the variables of the question",
                got="a function without arguments",
            )
        verdict, evidence = first
        if verdict.reason is Reason.DIFFERENT and evidence is not None and "rounded" not in verdict.details:
            written = written_as(source_of(read.value), self.variables, self.context)
            values = self._values_of(written) if written and written.kind == "formula" else None
            # a name in the formula may be the student's own
            same = written is not None and same_values(values, evidence.actual)
            if written and same and (decimals := self._cut_short(written, values)) is not None:
                verdict = msgspec.structs.replace(verdict, details={**verdict.details, "rounded": str(decimals)})
        return verdict, evidence

    def _decide_arrays(self, read: Answer) -> tuple[Verdict, Evidence | None]:
        """Whether a function that is right for numbers is right for arrays as well."""
        (trial,) = ask(read.value, self.samples.arguments(self.variables), names=self.variables, only=["arrays"])
        return self._decide_replies(each_reply(trial, self._in_order))

    def _returned_formula(self, trial: Trial) -> Answer | None:
        """The formula that a function returned instead of numbers, the same for every call."""
        if trial.raised is not None:
            return None
        values = [reply.value for reply in trial.replies if isinstance(reply, Returned)]
        symbolic = [v for v in values if has_variable(v)]
        if not symbolic or len(symbolic) < len(values):
            if trial.convention.name not in ("symbols", "nothing"):
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

    def _decide_replies(self, trial: Trial) -> tuple[Verdict, Evidence | None]:
        samples = self.samples
        given: list[np.ndarray[Any, Any] | None] = []

        def compare(right: np.ndarray[Any, Any]) -> Verdict:
            """The verdict on the replies by right values of shape (N, *shape)."""
            compare_all = partial(
                judged,
                trial,
                right,
                shape=self.shape,
                rtol=self.rtol,
                atol=self.atol,
                fixed=len(self.points) if self.domain is None else None,
            )
            verdict, values, index = compare_all(leeway=(leeway := Leeway(moves=samples.moves)))
            if verdict.outcome is Outcome.INCORRECT and values is not None:
                leeway = self._single if self._is_coarse(values, verdict) else self._double
                verdict, values, index = compare_all(leeway=leeway)
            if self._may_be_a_difference(verdict):
                leeway = replace(leeway, beside=self.reference.beside(samples.points))
                verdict, values, index = compare_all(leeway=leeway)
            given.append(values)
            witness = floats(samples.points[index]) if index is not None else None
            return msgspec.structs.replace(
                verdict, witness=witness, points_used=len(samples.points), points_tried=samples.tried
            )

        verdict = self._held(compare)
        if verdict.reason is Reason.WRONG_TYPE and self.name:
            verdict = msgspec.structs.replace(verdict, details={**verdict.details, "name": f"{self.name}(…)"})
        rtol = 1e-5 if verdict.details.get("dtype") == "float32" else 1e-9
        evidence = self._evidence(given[0], rtol=rtol)
        return verdict, self._with_columns(evidence, _fitted_rows(given[0], self.shape), verdict)

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
        return verdict, self._with_columns(evidence, _fitted_rows(many, self.shape), verdict)

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


def _fitted_rows(values: np.ndarray[Any, Any] | None, shape: tuple[int, ...]) -> np.ndarray[Any, Any] | None:
    """Values at several points as (N, *shape), the shape that was asked for; None where they do not fit."""
    if values is None or (len(values) and fitted(values[0], shape) is None):
        return None
    return values.reshape(len(values), *shape)


@lru_cache(maxsize=256)
def _unnamed(function: Function) -> Function:
    return replace(function, text="the expected answer")


def _numeric(expected: Any) -> np.ndarray[Any, Any] | None:
    """An array of plain numbers in its own shape; None for everything that may be a formula."""
    if not isinstance(expected, np.ndarray) or expected.dtype.kind not in "fiu":
        return None
    return expected.astype(float)
