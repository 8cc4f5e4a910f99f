"""Related rates: several quantities change, an equation holds, how fast does the last of them change?"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

import mpmath
import msgspec
import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import exact_number
from autograder.questions.calculus.curves import Curve
from autograder.questions.calculus.implicit import Equation
from autograder.questions.calculus.units import conversion, known_unit, split
from autograder.questions.derivatives import Second
from autograder.reference import Operator, Samples, point_text, real_symbol, reference_of

__all__ = ["RelatedRate"]

_DIGITS = 60
_SCALES = tuple(f"{n}{way}" for n in ("10", "100", "1000", "10^6", "60", "3600", "18/5") for way in ("", ")^(-1"))
"""By what numbers in two common units of one kind differ, as factors in text."""


class RelatedRate(Equation):
    r"""How fast one quantity changes when others do: :math:`\dot y = -\sum_i F_{x_i}\dot x_i / F_y`.

    Args:
        equation: between the quantities, as for :class:`Implicit`: ``"x**2 + y**2 = 25"`` for a ladder.
        of: the quantity whose rate is asked for.
        rates: every other quantity → how fast it changes, 0 for one that does not.
        at: every quantity → its value at that moment; the equation must hold.
        unit: of the answer, as ``"m/s"``; the answer is then text with a unit, ``"-37.5 cm/s"``, or a pair of a number
            and a unit, and any unit of the same kind will do. None asks for a number without one.
        **options: as for :class:`autograder.Derivative`.

    Shape of the answer: a single number.

    Raises:
        AuthorError: a quantity has no rate or no value, the equation does not hold, the rate does not exist, or the
            unit is not known.

    >>> ladder = dict(of="y", rates={"x": "1/2"}, at={"x": 3, "y": 4})
    >>> RelatedRate("x**2 + y**2 = 25", **ladder).judge(-0.375).outcome.value
    'CORRECT'
    >>> question = RelatedRate("x**2 + y**2 = 25", unit="m/s", **ladder)
    >>> [question.judge(answer).outcome.value for answer in ("-3/8 m/s", "-37.5 cm/s", ("-22.5", "m/min"))]
    ['CORRECT', 'CORRECT', 'CORRECT']
    >>> [question.judge(answer).mistakes for answer in ("-3/8", "-3/8 m", "-37.5 m/s")]
    [('unit_missing',), ('unit_wrong',), ('unit_scale',)]
    """

    def __init__(
        self, equation: Any, *, of: str, rates: Mapping[str, Any], at: Mapping[str, Any], unit: str | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(equation, wrt=(*map(str, rates), str(of)), at=at, **options)
        self.of = str(of)
        self.rates = {str(name): exact_number(rate, label=f"rates[{name!r}]") for name, rate in rates.items()}
        self.unit = None if unit is None else known_unit(unit)
        self._settle()

    @cached_property
    def curve(self) -> Curve:
        """The equation, to check that it holds at the moment that is asked about."""
        return Curve(function=self.function, of=self.of, by=self.of, domain=None, seed=self.seed)

    def _settle(self) -> None:
        assert self.at is not None
        if not self.curve.holds(self.at):
            raise AuthorError(f"{self.equation} does not hold at {point_text(self.at)}")
        super()._settle()

    def _formula(self) -> sp.Expr:
        above = sp.Add(*(self._partial(name) * rate for name, rate in self.rates.items()))
        return -above / self._partial(self.of)

    @cached_property
    def _again(self) -> Second | None:
        """The partial derivatives of F, of which the rate is made."""
        names = self.wrt
        terms = tuple((0, (self.variables.index(name),)) for name in names)
        parts = reference_of(self.function, Operator(shape=(len(names),), terms=terms))
        places = self._asked_at.points
        row = parts.evaluate(places[0])
        if row is None:
            return None
        samples = Samples(points=places, values=row[None], moves=np.zeros_like(row)[None], tried=1)
        speeds = np.array([float(rate) for rate in self.rates.values()])
        return Second(reference=parts, samples=samples, made=lambda v: -(v[:, :-1] @ speeds) / v[:, -1])

    def certify(self) -> None:
        """As of every question; and the quantities moved on a little fulfil the equation at the rate asked for.

        Raises:
            AuthorError: they disagree.
        """
        right = float(self.desired_at)
        other = self._moved_on()
        if other is not None and abs(other - right) > 1e-6 * (1e-3 + abs(right)):
            raise AuthorError(f"{self.equation} moved on in time changes {self.of} by {other:.9g}, not {right:.9g}")
        if self._again is not None:
            self._again.right(self._again.values())
        self._certify_slips()

    def _moved_on(self) -> float | None:
        """The rate by differences in time, at 60 digits; None where no value of the quantity is found."""
        assert self.at is not None
        names = [*self.rates, self.of]
        compiled = sp.lambdify([real_symbol(name) for name in names], self.curve.formula, modules="mpmath")
        with mpmath.workdps(_DIGITS):
            start = {name: mpmath.mpf(str(sp.N(value, _DIGITS))) for name, value in self.at.items()}
            speeds = [mpmath.mpf(str(sp.N(rate, _DIGITS))) for rate in self.rates.values()]

            def value(time: Any) -> Any:
                others = [start[name] + speed * time for name, speed in zip(self.rates, speeds, strict=True)]
                return mpmath.findroot(lambda last: compiled(*others, last), start[self.of])

            try:
                return float(mpmath.diff(value, 0))
            except (ValueError, ArithmeticError, TypeError):
                return None

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        if self.unit is None:
            return super()._decide(answer)
        number, unit = self._with_unit(answer)
        if unit is None:
            verdict, evidence = super()._decide(number)
            return self._but(verdict, "unit_missing"), evidence
        factor = conversion(unit, self.unit)
        if factor is None:
            verdict, evidence = super()._decide(number)
            if verdict.outcome is Outcome.INVALID:
                return verdict, evidence
            wrong = msgspec.structs.replace(verdict, outcome=Outcome.CORRECT)  # whatever the number is
            return self._but(wrong, "unit_wrong"), None
        verdict, evidence = super()._decide(f"({number})*({factor})")
        if verdict.outcome is Outcome.INCORRECT:
            scaled = (super(RelatedRate, self)._decide(f"({number})*({factor})*({scale})")[0] for scale in _SCALES)
            if any(other.outcome is Outcome.CORRECT for other in scaled):
                return self._but(msgspec.structs.replace(verdict, outcome=Outcome.CORRECT), "unit_scale"), evidence
        return verdict, evidence

    def _with_unit(self, answer: Any) -> tuple[Any, str | None]:
        """The number and the unit of an answer.

        Raises:
            Unreadable: WRONG_TYPE, where the second of a pair is no text.
        """
        if isinstance(answer, (tuple, list)) and len(answer) == 2:
            number, unit = answer
            if not isinstance(unit, str):
                raise Unreadable(Reason.WRONG_TYPE, expected="a number with its unit")
            both = split(f"1 {unit}")
            return number, both[1] or unit
        return split(answer) if isinstance(answer, str) else (answer, None)

    def _but(self, verdict: Verdict, mistake: str) -> Verdict:
        """A number that is right, and wrong for its unit; any other verdict as it is."""
        if verdict.outcome is not Outcome.CORRECT:
            return verdict
        return msgspec.structs.replace(
            verdict, outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, error=None, mistakes=(mistake,)
        )

    def _as_this_kind(self, found: Evidence) -> Evidence:
        rates = {
            name: Fraction(rate.p, rate.q) if rate.is_Rational else float(rate) for name, rate in self.rates.items()
        }
        return msgspec.structs.replace(found, order=1, data={"rates": rates})

    @property
    def prompt(self) -> str:
        changing = ", ".join(f"d{name}/dt = {rate}" for name, rate in self.rates.items())
        unit = f", in {self.unit} or a unit of this kind" if self.unit else ""
        return f"d{self.of}/dt where {self.equation}, {changing}{self._where()}{unit}"
