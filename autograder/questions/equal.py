"""A plain expected answer: a formula, a number or an array."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import msgspec
import numpy as np

from autograder.compare.numeric import fitted
from autograder.compare.reading import Numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import Answer
from autograder.questions.fields import Field
from autograder.reference import Function, Operator

__all__ = ["Equal"]


class Equal(Field):
    r"""An answer that equals what the author wrote.

    Args:
        expected: text, SymPy expression, Matrix or Array, number, list or numpy array; or a Python function that JAX
            can run. With variables in it a formula or function is asked for, without any a number or an array. An
            array of numbers may hold NaN, where the answer must have NaN as well.
        variables: in the order of a function's arguments; those of ``expected`` in natural order when left out.
        slips: wrong answer that the author foresees → a sentence for who gives it, or pairs of them. In hidden tests
            only, because wrong answers say much about the right one; and the sentence must not tell it.
        factor: for an order of magnitude: a positive number is right from ``expected/factor`` to ``expected*factor``.
        **options: ``at``, ``domain``, ``points``, ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``;
            ``data`` names the arrays that the answer is made of (:mod:`autograder.mistakes.algebra`).

    Shape of the answer: the shape of ``expected``; columns and rows are taken for vectors.

    Raises:
        AuthorError: ``expected`` or a slip cannot be read or is not real and finite anywhere; when built, also that
            a slip is right.

    >>> Equal("x**2 - 1").judge("(x - 1)*(x + 1)").outcome.value
    'CORRECT'
    >>> Equal([0.5, 0.25]).judge([[1 / 2], [1 / 4]]).outcome.value
    'CORRECT'
    >>> Equal("sqrt(2)").judge(1.41).outcome.value
    'INCORRECT'
    >>> question = Equal("(x - 1)*(x + 1)", slips={"x**2 + 1": "Which sign has the product of the two numbers?"})
    >>> question.judge("1 + x**2").details["hint"]
    'Which sign has the product of the two numbers?'
    >>> [Equal(1e-8, factor=10).judge(h).outcome.value for h in (1e-9, 5e-8, 1e-6)]
    ['CORRECT', 'CORRECT', 'INCORRECT']
    """

    def __init__(
        self,
        expected: Any,
        *,
        variables: Sequence[str] | None = None,
        factor: float | None = None,
        slips: Mapping[Any, str] | Iterable[tuple[Any, str]] = (),
        **options: Any,
    ) -> None:
        self._expected = expected
        self._array = _numeric(expected)
        if isinstance(expected, (np.ndarray, np.generic)):
            expected = 0 if self._array is not None else expected.tolist()
        super().__init__(expected, operator_wrt=(), variables=variables, **options)
        # What is wrong with a question reaches results that students may read, and here the text is the answer.
        self.function = _unnamed(self.function)
        if not self.variables and self.at is None:
            self.at = {}
        if self._array is None:
            self._settle()
        self.factor = factor
        if factor is not None and not (factor > 1 and self.at is not None and np.all(self.desired_at > 0)):
            raise AuthorError(f"factor={factor!r} must be above 1, and what is expected positive numbers")
        foreseen = slips.items() if isinstance(slips, Mapping) else slips
        again = {**options, "variables": self.variables or variables, "factor": factor}
        self._slips = tuple((Equal(wrong, **again), hint) for wrong, hint in foreseen)

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        verdict, evidence = super()._decide(answer)
        if verdict.outcome is not Outcome.INCORRECT:
            return verdict, evidence
        hint = next((text for slip, text in self._slips if slip.judge(answer).outcome is Outcome.CORRECT), None)
        details = verdict.details if hint is None else {**verdict.details, "hint": hint}
        return msgspec.structs.replace(verdict, details=details), evidence

    def _compare_at(self, numbers: Numbers) -> Verdict:
        verdict = super()._compare_at(numbers)
        values = fitted(numbers.values, self.shape)
        if self.factor is None or verdict.outcome is not Outcome.INCORRECT or values is None or not np.all(values > 0):
            return verdict
        error = float(np.max(np.abs(np.log(values / self.desired_at)))) / float(np.log(self.factor))
        if error > 1 + 1e-9:
            return msgspec.structs.replace(verdict, error=error)
        return msgspec.structs.replace(verdict, outcome=Outcome.CORRECT, reason=Reason.EQUAL, error=error)

    def _finished(self, verdict: Verdict) -> Verdict:
        finished = super()._finished(verdict)
        if finished.reason is not Reason.DIFFERENT:
            return finished
        # what helps against a wrong slope does not help here
        return msgspec.structs.replace(finished, details={**finished.details, "asked": "value"})

    @property
    def shape(self) -> tuple[int, ...]:
        """Of ``expected``."""
        return super().shape if self._array is None else self._array.shape

    @cached_property
    def desired_at(self) -> np.ndarray[Any, Any]:
        assert self.at is not None
        return self.reference.at(self.at) if self._array is None else self._array

    def _asked_for(self) -> Operator:
        size = int(np.prod(self.function.shape, dtype=int))
        return Operator(shape=self.function.shape, terms=tuple((k, ()) for k in range(size)))

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        # Nothing was differentiated, so no rule of differentiation can have gone wrong; only matrices can be mixed up.
        if not self.data or not at or values is None or np.iscomplexobj(values):
            return None
        right = np.asarray(self.desired_at, dtype=float)
        return Evidence(
            kind="Array",
            function=None,
            variables=(),
            actual=values,
            desired=right[None],
            rtol=rtol,
            data={**self.data, "right": right},
        )

    def certify(self) -> None:
        """As :meth:`Field.certify`; numbers need no second reference. No slip is right."""
        for slip, hint in self._slips:
            if slip.judge(self._expected).outcome is Outcome.CORRECT:
                raise AuthorError(f"the slip with the hint {hint!r} is the right answer")
        if self._array is None:
            super().certify()

    @property
    def prompt(self) -> str:
        # What is expected is the answer itself and must not stand in a page that a student sees.
        kind = "a function of " + ", ".join(self.variables) if self.variables else "a value"
        return f"{self.name or 'the answer'}: {kind}{self._where()}"


@lru_cache(maxsize=256)
def _unnamed(function: Function) -> Function:
    return replace(function, text="the expected answer")


def _numeric(expected: Any) -> np.ndarray[Any, Any] | None:
    """An array of plain numbers as it is; None for everything that may be a formula."""
    if not isinstance(expected, np.ndarray) or expected.dtype.kind not in "fiu":
        return None
    return expected.astype(float)
