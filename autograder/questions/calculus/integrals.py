"""Definite integrals."""

from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import Answer, exact_number, read_answer
from autograder.questions.calculus.quadrature import constants_in, definite, integral, integrated
from autograder.questions.derivatives import Expected, names_of
from autograder.reference import read_function, real_symbol

__all__ = ["Integral"]


class Integral(Expected):
    r"""A definite integral, :math:`\int_a^b f(x)\,dx`.

    Args:
        function: text or SymPy expression in one variable.
        wrt: the variable; None where there is only one.
        low, high: the bounds: numbers, text such as ``"pi/2"``, ``"oo"`` or ``"-oo"``.
        value: what it is, where SymPy does not find it; else quadrature's number stands.
        **options: as for :class:`autograder.Equal`.

    Shape of the answer: a single number.

    Raises:
        AuthorError: the function has another number of variables, or its integral is not finite.

    >>> question = Integral("x**2", "x", 0, 3)
    >>> question.judge(9).outcome.value, question.judge("3^3/3").outcome.value
    ('CORRECT', 'CORRECT')
    >>> question.judge("x^3/3").mistakes, question.judge(-9).mistakes, question.judge(27).mistakes
    (('int_bounds_open',), ('int_bounds_swapped',), ('int_power',))
    """

    asks_for_slope = False

    def __init__(
        self, function: Any, wrt: str | None, low: Any, high: Any, *, value: Any = None, **options: Any
    ) -> None:
        self.integrand = read_function(function, wrt=names_of(wrt))
        if self.integrand.exprs is None or self.integrand.shape or len(self.integrand.variables) != 1:
            raise AuthorError(f"Integral needs a formula in one variable, not {self.integrand.text}")
        self.by = self.integrand.variables[0]
        self.bounds = _bound(low, "low"), _bound(high, "high")
        try:
            self.number = integral(self.integrand.exprs[0], self.by, *self.bounds)
        except (ArithmeticError, ValueError, TypeError) as error:
            raise AuthorError(f"the integral of {self.integrand.text} cannot be found: {error}") from None
        found = value if value is not None else definite(self.integrand.exprs[0], self.by, *self.bounds)
        if not np.isfinite(self.number):
            raise AuthorError(f"the integral of {self.integrand.text} from {low} to {high} is not finite")
        super().__init__(self.number if found is None else found, **options)

    def certify(self) -> None:
        """As of every question; and SymPy's value is that of quadrature.

        Raises:
            AuthorError: they disagree.
        """
        super().certify()
        right = float(self.desired_at)
        if abs(self.number - right) > 1e-7 * (1e-3 + abs(right)):
            raise AuthorError(
                f"the integral of {self.integrand.text} is {self.number:.9g} by quadrature, not {right:.9g}"
            )

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        open_bounds = Verdict(
            outcome=Outcome.INVALID, reason=Reason.FUNCTION_NOT_VALUE, mistakes=("int_bounds_open",),
            details={"got": "a formula that still holds a variable"},
        )  # fmt: skip
        try:
            read = read_answer(answer, (self.by, *constants_in(answer, (self.by,))))
        except Unreadable:
            return super()._decide(answer)  # which says why
        if read.kind == "formula" and any(real_symbol(self.by) in e.free_symbols for e in read.exprs):
            return open_bounds, None
        return super()._decide(answer)

    def _evidence(
        self, values: np.ndarray[Any, Any] | None, *, rtol: float, at: bool = False, answer: Answer | None = None
    ) -> Evidence | None:
        if values is None or np.iscomplexobj(values):
            return None
        assert self.integrand.exprs is not None
        terms = integrated(self.integrand.exprs[0], self.by)
        finite = all(bound.is_finite for bound in self.bounds)
        data: dict[str, Any] = {"right": float(self.desired_at)}
        if terms is not None and finite:
            data |= {"terms": terms, "bounds": self.bounds}
            area = integral(sp.Abs(self.integrand.exprs[0]), self.by, *self.bounds)
            data |= {"area": area}
        return Evidence(
            kind="Integral",
            function=self.integrand.form,
            variables=(self.by,),
            wrt=(self.by,),
            actual=values,
            desired=np.asarray(self.desired_at, dtype=float)[None],
            rtol=rtol,
            answer=None,
            data=data,
        )

    @property
    def prompt(self) -> str:
        low, high = self.bounds
        return f"integral of {self.integrand.text} from {self.by} = {low} to {high}"


def _bound(value: Any, label: str) -> sp.Expr:
    if str(value).strip() in ("oo", "inf", "+oo", "infinity"):
        return sp.oo
    return -sp.oo if str(value).strip() in ("-oo", "-inf", "-infinity") else exact_number(value, label=label)
