"""The step of a difference quotient: is it small enough for the formula and large enough for the computer?"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import fitted
from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import constant_numbers, read_answer, wrong_shape
from autograder.questions.derivatives import Field, names_of
from autograder.reference import Operator, exact_value

__all__ = ["StepSize"]

_QUOTIENTS: dict[str, Callable[[Callable[[Any], Any], Any, Any], Any]] = {
    "forward": lambda f, x, h: (f(x + h) - f(x)) / h,
    "central": lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
}
_TRIED = 2.0 ** -np.arange(0, 61)


class StepSize(Field):
    r"""A step h with which a difference quotient of f comes near enough to the derivative at a point.

    Right when :math:`|D_h f(a) - f'(a)| \le rtol\,|f'(a)|` with the quotient computed in the given precision. The
    error has two parts: that of the formula, :math:`D_h f(a)` without rounding minus :math:`f'(a)`, and rounding, the
    rest. A wrong step is too large where the first is the larger one, else too small.

    Args:
        function: f, text or SymPy expression of one variable.
        at: the point a; f'(a) must not be zero.
        wrt: the variable; may be left out.
        quotient: ``forward``, :math:`(f(a+h) - f(a))/h`, or ``central``, :math:`(f(a+h) - f(a-h))/2h`.
        single: whether it is computed in single precision (float32) instead of double.
        rtol: how near, relative to the derivative.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a positive number.

    Raises:
        AuthorError: no step comes that near, or as for :class:`autograder.Derivative`.

    Source: W. Press et al., *Numerical Recipes*, 3rd edition, section 5.7, has the two parts of the error.

    >>> question = StepSize("exp(x)", at=0, quotient="central", rtol=1e-9)
    >>> question.judge(1e-5).outcome.value
    'CORRECT'
    >>> question.judge(1e-3).mistakes, question.judge(1e-9).mistakes
    (('h_too_large',), ('h_too_small',))
    """

    reference_is_answer = False

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        at: Any,
        wrt: str | None = None,
        *,
        quotient: str = "forward",
        single: bool = False,
        rtol: float = 1e-6,
        **options: Any,
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), at=at, rtol=rtol, **options)
        if self.function.shape or len(self.variables) != 1 or self.function.exprs is None:
            raise AuthorError("a step size needs a formula of one variable with one output")
        if self.at is None:
            raise AuthorError("at= must give the point")
        if not self.rtol:
            raise AuthorError(f"rtol={self.rtol!r} must be above 0: how near the quotient has to come")
        if quotient not in _QUOTIENTS:
            raise AuthorError(f"quotient={quotient!r} must be {' or '.join(_QUOTIENTS)}")
        self.quotient = quotient
        self.single = single
        self._settle()
        if not self.desired_at:
            raise AuthorError(f"the derivative of {self.function.text} is zero at the point: nothing is near it")

    def _asked_for(self) -> Operator:
        return Operator(shape=(), terms=((0, (0,)),))

    def certify(self) -> None:
        """As :meth:`Field.certify`, and there is a step that is right."""
        super().certify()
        if not any(self._misses(h) <= 1 for h in _TRIED):
            raise AuthorError(f"no step brings the {self.quotient} quotient of {self.function.text} to {self.rtol:g}")

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        read = read_answer(answer, self.variables)
        if read.kind == "function" or any(e.free_symbols for e in read.exprs):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(answer))
        values = constant_numbers(read).values
        value = fitted(values, ())
        if value is None:
            return wrong_shape((), values.shape), None
        if np.iscomplexobj(value):
            raise Unreadable(Reason.COMPLEX)
        h = float(value)
        if not 0 < h < float("inf"):
            raise Unreadable(Reason.WRONG_TYPE, expected="a positive number", got="not one")
        self._by_jax  # noqa: B018 — where the references disagree, no answer is to blame
        error = self._misses(h)
        right = error <= 1
        return Verdict(
            outcome=Outcome.CORRECT if right else Outcome.INCORRECT,
            reason=Reason.EQUAL if right else Reason.DIFFERENT,
            witness={"step": h},
            actual=f"{self._computed(h):.12g}",
            desired=f"{float(self.desired_at):.12g}",
            error=error,
            mistakes=() if right else ("h_too_large" if self._formula_errs(h) else "h_too_small",),
            points_used=1,
            points_tried=1,
        ), None

    def _misses(self, h: float) -> float:
        """|error| over what is allowed; infinite where the quotient has no value."""
        assert self.rtol is not None
        slope = float(self.desired_at)
        error = abs(self._computed(h) - slope) / (self.rtol * abs(slope))
        return error if np.isfinite(error) else float("inf")

    def _computed(self, h: float) -> float:
        """The quotient as the computer finds it."""
        number = np.float32 if self.single else np.float64
        compiled = self._compiled
        with np.errstate(all="ignore"):
            found = _QUOTIENTS[self.quotient](lambda x: number(compiled(number(x))), number(self._place), number(h))
        return float(found)

    def _formula_errs(self, h: float) -> bool:
        """Whether the quotient's own error is larger than what rounding adds."""
        if h > 1 + abs(self._place):  # rounding is nothing beside that, and 2**x at 1e10 has billions of digits
            return True
        assert self.function.exprs is not None
        formula, (symbol,) = self.function.exprs[0], self.function.symbols
        quotient = _QUOTIENTS[self.quotient](
            lambda x: formula.subs(symbol, x), sp.Rational(self._place), sp.Rational(h)
        )
        unrounded = exact_value(quotient)
        if unrounded is None:  # so far away that f has no value there
            return True
        return abs(unrounded - float(self.desired_at)) >= abs(self._computed(h) - unrounded)

    @cached_property
    def _compiled(self) -> Callable[[Any], Any]:
        assert self.function.exprs is not None
        compiled: Callable[[Any], Any] = sp.lambdify(self.function.symbols, self.function.exprs[0], "numpy")
        return compiled

    @property
    def _place(self) -> float:
        assert self.at is not None
        return float(self.at[self.variables[0]])

    @property
    def prompt(self) -> str:
        precision = " in single precision" if self.single else ""
        return f"a step for the {self.quotient} quotient of {self.function.text}{self._where()}{precision}"
