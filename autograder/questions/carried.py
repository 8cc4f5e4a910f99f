"""An answer that is right for the student's own earlier one, which was wrong: *error carried forward*."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.conventions import source_of
from autograder.compare.reading import Unreadable, read_numbers
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason, Verdict, for_questions
from autograder.questions.answers import formula_of, read_answer
from autograder.questions.record import alone, is_deciding

__all__ = ["Carried", "is_tame"]

_LARGEST = 120
"""Operations of an answer that is gone on with: what grows beyond that was not worked out by hand."""
_DIGITS = 10**12
_HIGHEST = 64
"""Exponents of an answer that is reckoned with here: ``(x + 1)**5000`` written out takes the day."""

_log = logging.getLogger("autograder")


@dataclass(frozen=True)
class Carried:
    """What a question goes on with: the student's answer to another one.

    The answer crosses the line as every answer does, as a formula or numbers; ``question`` makes of it, in the judge,
    the question that the student went on with. Where the real question's answer is wrong and this one's right, the
    mistake was made before: the verdict says so, and gives ``share`` of the points. An answer with which nothing is
    left to do, a number where a formula goes on, is not gone on with.

    Args:
        answer: what stands under the other name.
        question: of a formula (a SymPy expression, a list of them) or numbers, the question that it makes.
        name: the other answer's name, for the student's sentence.
        share: of the points.

    Raises:
        AuthorError: a share outside of 0 to 1, or ``question`` is no function.

    >>> from autograder import Derivative
    >>> question = Derivative("x**3 + sin(2*x)", "x", order=2, name="d2f")
    >>> own = "3*x**2 + cos(2*x)"
    >>> verdict = question.judge("6*x - 2*sin(2*x)", carried=Carried(own, lambda df: Derivative(df, "x"), name="df"))
    >>> verdict.outcome.value, verdict.mistakes, verdict.credit
    ('INCORRECT', ('carried_forward',), 1.0)
    """

    answer: Any
    question: Callable[[Any], Any]
    name: str = ""
    share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= float(self.share) <= 1:
            raise AuthorError(f"share={self.share!r} must lie between 0 and 1")
        if not callable(self.question):
            raise AuthorError("question= must be a function of the earlier answer, as lambda df: Derivative(df, 'x')")

    def seen(self, question: Any, answer: Any, verdict: Verdict) -> Verdict:
        """A verdict on a wrong answer, or that it is a consequence.

        Args:
            question: the one that was asked.
            answer: what was judged.
            verdict: on it.
        """
        if is_deciding():
            return verdict
        own = self.asked(getattr(question, "variables", ()))
        if own is None or not hasattr(own, "judge") or self._leaves_nothing(question, own):
            return verdict
        with alone():
            if own.judge(answer).outcome is not Outcome.CORRECT:
                return verdict
        kept = {name: text for name, text in verdict.details.items() if name == "marks"}
        return msgspec.structs.replace(
            verdict,
            reason=Reason.DIFFERENT,
            mistakes=("carried_forward",),
            generated=None,
            credit=self.share or None,
            details={"carried": self.name or "…", **kept},
        )

    def _leaves_nothing(self, question: Any, own: Any) -> bool:
        """Whether the own question is answered by a number where the real one has a formula as its answer."""
        real, made = (getattr(getattr(each, "reference", None), "constant", False) for each in (question, own))
        return bool(made and not real and getattr(question, "at", None) is None)

    def asked(self, variables: Sequence[str]) -> Any | None:
        """The question that the student went on with; None where the earlier answer makes none."""
        value = self._value(variables)
        if value is None:
            return None
        try:
            return self.question(value)
        except (AuthorError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # a wrong answer may be a function of which nothing can be asked: then nothing is carried
            _log.debug("nothing is carried from %s: %s", self.name, error)
            return None

    def _value(self, variables: Sequence[str]) -> Any | None:
        """The earlier answer as plain data of the judge's own: a formula, a list of them, or numbers."""
        given = for_questions(self.answer)
        text = formula_of(source_of(given), variables) if callable(given) and not isinstance(given, sp.Basic) else None
        try:
            read = read_answer(given if text is None else text, variables)
            if read.kind == "numbers":
                values = read_numbers(read.value).values
                return float(values) if values.shape == () else np.array(values, dtype=float)
        except (Unreadable, TypeError, ValueError):
            return None
        if read.kind != "formula" or any(not _is_small(expr) for expr in read.exprs):
            return None
        if len(read.shape) > 1:
            return sp.Matrix(*read.shape, list(read.exprs)) if len(read.shape) == 2 else None
        return read.exprs[0] if read.shape == () else list(read.exprs)


def _is_small(expr: sp.Expr) -> bool:
    numbers = expr.atoms(sp.Rational)
    return is_tame(expr, _LARGEST) and all(abs(n.p) < _DIGITS and n.q < _DIGITS for n in numbers)


def is_tame(expr: sp.Expr, most: int) -> bool:
    """Whether an answer can be differentiated and multiplied out here, in a process that nobody ends.

    >>> is_tame(sp.sympify("(x + 1)**3"), 10), is_tame(sp.sympify("(x + 1)**5000"), 10)
    (True, False)
    """
    raised = (part.args[1] for part in expr.atoms(sp.Pow))
    return bool(expr.count_ops() <= most) and all(abs(n) <= _HIGHEST for n in raised if n.is_Rational)
