"""A plain expected answer: a formula, a number or an array."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from autograder.compare.numeric import fitted
from autograder.compare.reading import Numbers
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import Answer, wrong_shape
from autograder.questions.derivatives import Expected

__all__ = ["Equal"]


class Equal(Expected):
    r"""An answer that equals what the author wrote.

    Args:
        expected: text, SymPy expression, Matrix or Array, number, list or numpy array; or a Python function that JAX
            can run. With variables in it a formula or function is asked for, without any a number or an array. An
            array of numbers may hold NaN, where the answer must have NaN as well.
        variables: in the order of a function's arguments; those of ``expected`` in natural order when left out.
        factor: for an order of magnitude: a positive number is right from ``expected/factor`` to ``expected*factor``.
        through: a function of the student's number: compared is what it gives. So a public test can try out an answer
            without holding it, and of weights that somebody has trained the loss can be judged. Slips are then what it
            gives, too.
        takes: the shape of what ``through`` takes where that is an array, ``75`` or ``(3, 2)``.
        **options: ``at``, ``domain``, ``points``, ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``,
            ``slips``; ``data`` names the arrays that the answer is made of, as for a gradient.

    Shape of the answer: the shape of ``expected``; columns and rows are taken for vectors.

    Raises:
        AuthorError: ``expected`` or a slip cannot be read or is not real and finite anywhere.

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
    >>> Equal(np.array(2.0), through=lambda root: root**2).judge("sqrt(2)").outcome.value
    'CORRECT'
    >>> question = Equal(np.array(25.0), through=lambda v: v @ v, takes=2, slips={5.0: "Is that its square?"})
    >>> question.judge([3, -4]).outcome.value, question.judge([1, 2]).details["hint"]
    ('CORRECT', 'Is that its square?')
    """

    asks_for_slope = False

    def __init__(
        self,
        expected: Any,
        *,
        variables: Sequence[str] | None = None,
        factor: float | None = None,
        through: Callable[[Any], Any] | None = None,
        takes: int | Sequence[int] = (),
        **options: Any,
    ) -> None:
        self.factor = factor
        self.through = through
        self.takes = (takes,) if isinstance(takes, int) else tuple(takes)
        super().__init__(expected, variables=variables, **options)
        if factor is not None and not (factor > 1 and self.at is not None and np.all(self.desired_at > 0)):
            raise AuthorError(f"factor={factor!r} must be above 1, and what is expected positive numbers")
        if through is not None and self.at is None:
            raise AuthorError("through= takes numbers, and a formula is asked for here")
        if self.takes and through is None:
            raise AuthorError("takes= is the shape of what through= takes: give that function as well")

    def _asking_for(self, wrong: Any) -> Expected:
        if self.through is not None:
            return Equal(wrong, through=self.through, takes=self.takes, rtol=self.rtol, atol=self.atol)
        return super()._asking_for(wrong) if self.factor is None else Equal(wrong, factor=self.factor)

    def _compare_at(self, numbers: Numbers, right: np.ndarray[Any, Any]) -> Verdict:
        if self.through is not None:
            taken = fitted(numbers.values, self.takes)
            if taken is None:
                return wrong_shape(self.takes, numbers.values.shape)
            if np.iscomplexobj(taken):
                return Verdict(outcome=Outcome.INVALID, reason=Reason.COMPLEX)
            given = np.asarray(self.through(taken.astype(float) if self.takes else float(taken)), dtype=float)
            numbers = Numbers(values=given, precision="float64", integers=False)
        verdict = super()._compare_at(numbers, right)
        values = fitted(numbers.values, self.shape)
        if self.factor is None or verdict.outcome is not Outcome.INCORRECT or values is None or not np.all(values > 0):
            return verdict
        error = float(np.max(np.abs(np.log(values / right)))) / float(np.log(self.factor))
        if error > 1 + 1e-9:
            return msgspec.structs.replace(verdict, error=error)
        return msgspec.structs.replace(verdict, outcome=Outcome.CORRECT, reason=Reason.EQUAL, error=error)

    def _with_columns(
        self, evidence: Evidence | None, values: np.ndarray[Any, Any] | None, verdict: Verdict | None = None
    ) -> Evidence | None:
        # what is expected is not the student's number but what it gives
        return evidence if self.through is not None else super()._with_columns(evidence, values, verdict)

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
        """As :meth:`Field.certify`; numbers need no second reference."""
        if self._array is None:
            super().certify()
        else:
            self._certify_slips()

    def _certify_slips(self) -> None:
        if self.through is None:
            super()._certify_slips()
            return
        plain = Equal(np.asarray(self.desired_at, dtype=float), rtol=self.rtol, atol=self.atol, slips=self.slips)
        plain._certify_slips()

    @property
    def prompt(self) -> str:
        # What is expected is the answer itself and must not stand in a page that a student sees.
        kind = "a function of " + ", ".join(self.variables) if self.variables else "a value"
        return f"{self.name or 'the answer'}: {kind}{self._where()}"
