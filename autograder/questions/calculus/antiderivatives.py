"""Antiderivatives, which are right up to a constant."""

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.calling import Trial
from autograder.compare.criterion import Criterion
from autograder.compare.numeric import verdict_on
from autograder.compare.reading import Numbers
from autograder.compare.symbolic import compare_trees
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import to_tree
from autograder.model import Evidence, Outcome, Reason, Returned, Verdict
from autograder.questions.answers import Answer, each_reply, floats, read_answer
from autograder.questions.calculus.quadrature import constants_in, integral, integrated, one_formula, pieces
from autograder.questions.derivatives import Made, Second, names_of
from autograder.reference import Operator, Reference, Samples, real_symbol, reference_of
from autograder.reference.exact import evaluator

__all__ = ["Antiderivative"]


class Antiderivative(Made):
    r"""An antiderivative: any F with :math:`F' = f`, with or without a constant.

    A formula is right when its derivative equals f, as ``autograder judge`` decides that two formulas are equal, and
    when it grows as f's integral from point to point: so it has one constant on every piece of the domain, and no jump
    where f has none. A function is right when it grows so. Where 1/x is asked for, ``ln(x)`` is as good as ``ln(|x|)``.

    Args:
        function: text or SymPy expression in one variable.
        wrt: the variable; may be left out.
        antiderivative: one of them, where SymPy finds none.
        constant: whether the answer must hold a constant such as ``+ C``.
        **options: as for :class:`autograder.Derivative`, without ``at``.

    Shape of the answer: a single number at a point.

    Raises:
        AuthorError: no antiderivative is found, or the one that is given has another derivative.

    >>> question = Antiderivative("cos(2*x)")
    >>> [question.judge(answer).outcome.value for answer in ("sin(2x)/2", "sin(x)cos(x) + C", "7 + sin(2x)/2")]
    ['CORRECT', 'CORRECT', 'CORRECT']
    >>> question.judge("sin(2x) + C").mistakes, question.judge("-2sin(2x)").mistakes
    (('int_inner_missing',), ('int_differentiated',))
    """

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        wrt: str | None = None,
        *,
        antiderivative: Any = None,
        constant: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(function, operator_wrt=names_of(wrt), **options)
        if len(self.variables) != 1:
            raise AuthorError(f"{self.kind} needs a function of one variable, not of {', '.join(self.variables)}")
        if self.at is not None:
            raise AuthorError("at= has no meaning here: an antiderivative is a function")
        self.constant = constant
        self.given = antiderivative
        self._settle()

    @property
    def _integrand(self) -> sp.Expr:
        assert self.function.exprs is not None
        return self.function.exprs[0]

    @cached_property
    def _terms(self) -> tuple[tuple[sp.Expr, sp.Expr], ...]:
        """Each term of f with its antiderivative."""
        if self.given is not None:
            return ((self._integrand, one_formula(self.given, self.variables)),)
        found = integrated(self._integrand, self.variables[0])
        if found is None:
            raise AuthorError(f"SymPy finds no antiderivative of {self.function.text}; give it with antiderivative=")
        return found

    def _formula(self) -> sp.Expr:
        return sp.Add(*(made for _, made in self._terms))

    def _settle(self) -> None:
        super()._settle()
        self._terms  # noqa: B018 — refuses a function without an antiderivative
        self.samples  # noqa: B018 — integrates f from point to point

    @cached_property
    def _plain(self) -> Reference:
        """The function itself."""
        return reference_of(self.function, Operator(shape=(), terms=((0, ()),)))

    @cached_property
    def _drawn(self) -> tuple[tuple[dict[str, Fraction], ...], list[int]]:
        """Where answers are compared, in rising order, and the piece of the domain that each place lies in."""
        name = self.variables[0]
        drawn = self._plain.samples(seed=self.seed, domain=self.domain, extra=self.points).points
        points = sorted(drawn, key=lambda point: point[name])
        return tuple(points), pieces(self._integrand, name, [point[name] for point in points])

    @cached_property
    def samples(self) -> Samples:
        """The integral of f from the first place of each piece on."""
        points, numbers = self._drawn
        name = self.variables[0]
        values = [0.0]
        for k in range(1, len(points)):
            step = numbers[k] == numbers[k - 1]
            grown = integral(self._integrand, name, points[k - 1][name], points[k][name]) if step else 0.0
            values.append(values[-1] + grown if step else 0.0)
        found = np.array(values)
        return Samples(points=points, values=found, moves=np.zeros_like(found), tried=len(points))

    @cached_property
    def _again(self) -> Second | None:
        """Nothing is differentiated: the second reference is quadrature, at build."""
        return None

    def certify(self) -> None:
        """The derivative of the antiderivative is f, and its differences are f's integrals by quadrature.

        Raises:
            AuthorError: they disagree.
        """
        self._plain.certify(seed=self.seed, domain=self.domain, extra=self.points)
        verdict = self._judged(self._formula())
        if verdict.outcome is not Outcome.CORRECT:
            raise AuthorError(f"{self._formula()} is no antiderivative of {self.function.text}: {verdict.reason.value}")
        self._certify_slips()

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        names = constants_in(answer, self.variables)
        if not names:
            verdict, evidence = super()._decide(answer)
            if self.constant and verdict.outcome is Outcome.CORRECT:
                missing = {"outcome": Outcome.INCORRECT, "reason": Reason.DIFFERENT, "mistakes": ("int_no_constant",)}
                return msgspec.structs.replace(verdict, **missing), None
            return verdict, evidence
        read = read_answer(answer, (*self.variables, *names), self.context)
        return self._decide_read(read)

    def _compare_formula(self, read: Answer) -> Verdict:
        slope = self._compare_slope(read)
        if slope is not None and slope.outcome is not Outcome.CORRECT:
            return slope
        grown = self._compare_growth(read)
        if slope is None or grown.outcome is Outcome.CORRECT:
            return slope or grown
        return msgspec.structs.replace(grown, mistakes=("int_jump",) if grown.reason is Reason.DIFFERENT else ())

    def _judged(self, expr: sp.Expr) -> Verdict:
        return self._compare_formula(Answer(kind="formula", value=expr, exprs=(expr,)))

    def _compare_slope(self, read: Answer) -> Verdict | None:
        """The derivative of a formula against f; None where it has none that can be written down."""
        names = sorted({symbol.name for symbol in read.exprs[0].free_symbols})
        try:
            slope = to_tree(_slope(read.exprs[0], real_symbol(self.variables[0])))
        except ExpressionError:
            return None
        criterion = Criterion(
            variables=[*self.variables, *(name for name in names if name not in self.variables)],
            domain=self.domain or {},
            seed=self.seed,
            rtol=self.rtol,
            atol=self.atol,
        )
        return compare_trees(slope, to_tree(self._integrand), criterion)

    def _compare_growth(self, read: Answer) -> Verdict:
        """The formula's growth from point to point, on every piece on which it is real."""
        values = self._values_of(read)
        kept = None if values is None else self._whole(values)
        if values is None or kept is None:
            return Verdict(outcome=Outcome.INCORRECT, reason=Reason.NOT_FINITE, details={"got": "nan"})
        given = Numbers(values=values[kept], precision="float64", integers=False)
        verdict, where = verdict_on(given, self.samples.values[kept], rtol=self.rtol, atol=self.atol)
        worst = kept[where[0]] if where else 0
        return msgspec.structs.replace(
            verdict, witness=floats(self.samples.points[worst]), points_used=len(kept), points_tried=len(values)
        )

    def _whole(self, values: np.ndarray[Any, Any]) -> list[int] | None:
        """Which of the values, (N,), count: all of every piece where all are real; None where a piece is half real."""
        _, numbers = self._drawn
        real = {n: [bool(np.isfinite(values[k])) for k, other in enumerate(numbers) if other == n] for n in numbers}
        if any(any(each) and not all(each) for each in real.values()):
            return None
        return [k for k, n in enumerate(numbers) if all(real[n])] or None

    def _values_of(self, read: Answer) -> np.ndarray[Any, Any] | None:
        """The formula's values at the points, (N,), from 0 at the first of each piece; NaN where it is not real."""
        if read.shape != ():
            return None
        constants = {symbol: 1 for symbol in read.exprs[0].free_symbols if symbol.name not in self.variables}
        evaluate = evaluator([read.exprs[0].subs(constants)], (), self.function.symbols)
        rows = [evaluate(point) for point in self.samples.points]
        return self._shifted(np.array([np.nan if row is None else float(row[0]) for row in rows]))

    def _offsets(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Of values, (N,), the first of the same piece, (N,)."""
        _, numbers = self._drawn
        return values[[numbers.index(n) for n in numbers]]

    def _shifted(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Values, (N,), from 0 at the first place of each piece."""
        return np.asarray(values - self._offsets(values))

    def _cut_short(self, read: Answer, values: np.ndarray[Any, Any] | None) -> int | None:
        return None  # what was cut short may be the constant

    def _decide_replies(self, trial: Trial) -> tuple[Verdict, Evidence | None]:
        return super()._decide_replies(self._without_constant(trial))

    def _without_constant(self, trial: Trial) -> Trial:
        """What a function answered, from 0 at the first place of each piece; as it is where that is no numbers."""
        replies = [reply.value for reply in trial.replies if isinstance(reply, Returned)]
        count = len(self.samples.points)
        try:
            values = np.asarray(replies[0] if len(trial.replies) == 1 else replies, dtype=float)
        except (TypeError, ValueError):
            return trial
        if values.shape != (count,) or len(replies) != len(trial.replies):
            return trial
        offsets = self._offsets(values)
        if len(replies) == 1:
            return each_reply(trial, lambda value: np.asarray(value) - offsets.astype(np.asarray(value).dtype))
        if any(value is None for value in replies):  # NumPy takes it for nan
            return trial
        shifted = [Returned(value=value - float(off)) for value, off in zip(replies, offsets, strict=True)]
        again = trial.again
        if isinstance(again, Returned):
            again = Returned(value=again.value - float(offsets[0]))
        return replace(trial, replies=tuple(shifted), again=again)

    def _as_this_kind(self, found: Evidence) -> Evidence | None:
        values = found.actual
        if values.shape != self.samples.values.shape:
            return None
        # one piece: each has a constant of its own
        _, numbers = self._drawn
        most = max({*numbers}, key=lambda n: (self._real(values, n), numbers.count(n)))
        kept = [k for k, n in enumerate(numbers) if n == most]
        return msgspec.structs.replace(
            found,
            answer=None,
            order=1,
            points=tuple(found.points[k] for k in kept),
            actual=values[kept],
            desired=self.samples.values[kept],
            data={"terms": self._terms},
        )

    def _real(self, values: np.ndarray[Any, Any], piece: int) -> bool:
        """Whether all values, (N,), of a piece are real."""
        _, numbers = self._drawn
        return all(np.isfinite(value) for value, n in zip(values, numbers, strict=True) if n == piece)

    @property
    def prompt(self) -> str:
        with_constant = " with its constant" if self.constant else ""
        return f"antiderivative of {self.function.text} with respect to {self.variables[0]}{with_constant}"


def _slope(expr: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """The derivative where nothing jumps: SymPy has none of ``floor``, with which it joins branches of an arctan."""
    steps = {part: sp.Dummy() for part in expr.atoms(sp.floor, sp.ceiling)}
    return sp.diff(expr.xreplace(steps), symbol).xreplace({dummy: part for part, dummy in steps.items()})
