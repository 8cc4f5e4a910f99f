"""Limits: a number, infinity of either sign, or none at all."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from autograder.compare.numeric import fitted, verdict_on
from autograder.compare.reading import Numbers, Unreadable
from autograder.errors import AuthorError
from autograder.mistakes import limit_at, wrong_limits
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import constant_numbers, exact_number, read_answer, wrong_shape
from autograder.questions.base import Question
from autograder.questions.derivatives import names_of
from autograder.reference import exact_value, read_function, real_symbol

__all__ = ["Limit"]

_NONE = frozenset(
    [
        "dne",
        "doesnotexist",
        "doesn'texist",
        "d.n.e",
        "divergent",
        "diverges",
        "notdefined",
        "nichtdefiniert",
        "doesnotexists",
        "notexisting",
        "nolimit",
        "undefined",
        "none",
        "nan",
        "indeterminate",
        "existiertnicht",
        "keingrenzwert",
        "gibtesnicht",
        "undefiniert",
    ]
)
_INFINITE = frozenset(
    [
        "oo",
        "inf",
        "infinity",
        "infty",
        "\\infty",
        "∞",
        "unendlich",
        "sp.oo",
        "np.inf",
        "jnp.inf",
        "numpy.inf",
        "sympy.oo",
        "math.inf",
    ]
)
_SIDES = {None: None, "+": "+", "-": "-", "right": "+", "left": "-"}
_SLOW = 0.05


class Limit(Question):
    r"""A limit :math:`\lim_{x\to a} f(x)`, from one side or from both.

    Args:
        function: text or SymPy expression in one variable.
        wrt: the variable; None where there is only one.
        to: where the variable goes: a number, ``"oo"`` or ``"-oo"``.
        side: ``"+"`` (from the right), ``"-"``; None for both.
        value: what it is, where SymPy does not find it: a number, ``"oo"``, ``"-oo"`` or ``"does not exist"``.
        **options: ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``.

    The answer is a number, ``"oo"``, ``"-oo"`` (``inf``, ``sp.oo``, ``np.inf``) or ``"does not exist"`` (``"DNE"``,
    ``"none"``, nan). Where f grows beyond all bounds to one sign, that infinity is asked for; ``"does not exist"`` is
    then told so. Python's ``None`` is what a name without an answer holds, and no answer.

    Raises:
        AuthorError: the function has another number of variables, or SymPy finds no limit.

    >>> question = Limit("sin(3*x)/x", "x", 0)
    >>> question.judge(3).outcome.value, question.judge("oo").mistakes, question.judge(1).mistakes
    ('CORRECT', ('limit_put_in',), ('limit_put_in',))
    >>> Limit("1/x", "x", 0).judge("does not exist").outcome.value
    'CORRECT'
    >>> Limit("1/x", "x", 0, side="+").judge("oo").outcome.value
    'CORRECT'
    """

    asks_for_slope = False

    def __init__(
        self, function: Any, wrt: str | None, to: Any, *, side: str | None = None, value: Any = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.formula = read_function(function, wrt=names_of(wrt))
        if self.formula.exprs is None or self.formula.shape or len(self.formula.variables) != 1:
            raise AuthorError(f"Limit needs a formula in one variable, not {self.formula.text}")
        if side not in _SIDES:
            raise AuthorError(f"side={side!r} must be '+', '-' or None")
        self.by = self.formula.variables[0]
        self.side = _SIDES[side]
        word = _word(to)
        self.to = word if word is not None and word is not sp.nan else exact_number(to, label="to")
        self.given = None if value is None else _word(value)
        if value is not None and self.given is None:
            self.given = exact_number(value, label="value")
        self.desired  # noqa: B018 — refuses what SymPy does not find

    @cached_property
    def desired(self) -> sp.Expr:
        """The limit: a number, ±oo, or nan where there is none."""
        if self.given is not None:
            return self.given
        assert self.formula.exprs is not None
        found = limit_at(self.formula.exprs[0], real_symbol(self.by), self.to, self.side)
        if found is None:
            raise AuthorError(f"SymPy finds no limit of {self.formula.text}; give it with value=")
        return found

    def certify(self) -> None:
        """Values of the function nearer and nearer agree with the limit.

        Raises:
            AuthorError: they do not.
        """
        sides = [self.side] if self.side else ["+"] if self.to == -sp.oo else ["-"] if self.to == sp.oo else ["+", "-"]
        seen = [self._tends(side) for side in sides]
        right = self.desired
        if right is sp.nan:
            agree = any(each is None for each in seen) or len({str(each) for each in seen}) > 1
        elif right.is_infinite:
            agree = all(each == right for each in seen)
        else:
            number = exact_value(right)
            agree = number is not None and all(
                each is not None and abs(each) != sp.oo and abs(each - number) <= _SLOW * (1 + abs(number))
                for each in seen
            )
        if not agree:
            raise AuthorError(f"near {self.to} {self.formula.text} tends to {seen}, not to {right}")

    def _tends(self, side: str) -> Any:
        """Where the function goes on one side, by its values: a number, ±oo, None where it settles nowhere."""
        assert self.formula.exprs is not None
        compiled = sp.lambdify([real_symbol(self.by)], self.formula.exprs[0], modules="mpmath")
        values = []
        with mpmath.workdps(120):
            for k in range(2, 40, 3):
                # steps that are no round numbers: sin(pi/x) is 0 at all of those
                step = mpmath.mpf(10) ** -k * mpmath.mpf("1.2345678") * (1 + mpmath.sqrt(k) / 9)
                sign = 1 if side == "+" else -1
                place = -sign / step if self.to.is_infinite else mpmath.mpf(str(sp.N(self.to, 120))) + sign * step
                try:
                    value = compiled(place)
                except (ArithmeticError, ValueError, TypeError):
                    return None
                if abs(mpmath.im(value)) > 1e-20:
                    return None
                values.append(mpmath.re(value))
            last = values[-4:]
            if all(abs(b) > abs(a) for a, b in pairwise(last)) and abs(last[-1]) > 20:
                return sp.oo if last[-1] > 0 else -sp.oo
            spread = max(last) - min(last)
            return float(last[-1]) if spread <= _SLOW * (1 + abs(last[-1])) else None

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        given = _word(answer)
        if given is None:
            given_numbers = self._numbers(answer)
            if self.desired.is_finite:
                right = np.asarray(exact_value(self.desired), dtype=float)
                verdict, _ = verdict_on(given_numbers, right, rtol=self.rtol, atol=self.atol)
                if verdict.outcome is not Outcome.INCORRECT or "rounded" in verdict.details:
                    return verdict, None
            return self._wrong(sp.Float(float(np.real(given_numbers.values)))), None
        if given == self.desired or (given is sp.nan and self.desired is sp.nan):
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=1, points_tried=1), None
        return self._wrong(given), None

    def _numbers(self, answer: Any) -> Numbers:
        """A single number.

        Raises:
            Unreadable: the answer is none.
        """
        read = read_answer(answer, ())
        if read.kind == "function":
            raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="a function")
        numbers = constant_numbers(read)
        values = fitted(numbers.values, ())
        if values is None:
            raise Unreadable(Reason.WRONG_SHAPE, **wrong_shape((), numbers.values.shape).details)
        if np.iscomplexobj(values):
            raise Unreadable(Reason.COMPLEX)
        return Numbers(values=values, precision=numbers.precision, integers=numbers.integers)

    def _wrong(self, given: sp.Expr) -> Verdict:
        found = [mistake for mistake, wrong in self._others() if _same(wrong, given)]
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.DIFFERENT,
            actual=_shown(given),
            desired=_shown(self.desired),
            mistakes=tuple(dict.fromkeys(found))[:3],
            points_used=1,
            points_tried=1,
        )

    def _others(self) -> Iterator[tuple[str, sp.Expr]]:
        """(mistake, the limit that it gives)."""
        assert self.formula.exprs is not None
        return wrong_limits(self.formula.exprs[0], real_symbol(self.by), self.to, self.side, self.desired)

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        seen = [self.desired]
        for mistake, wrong in self._others():
            if not any(_same(wrong, other) for other in seen):
                seen.append(wrong)
                yield mistake, _shown(wrong)

    @property
    def prompt(self) -> str:
        side = {"+": " from the right", "-": " from the left", None: ""}[self.side]
        return f"limit of {self.formula.text} for {self.by} to {self.to}{side}: a number, oo, -oo or 'does not exist'"


def _word(value: Any) -> sp.Expr | None:
    """±oo, or nan for a limit that does not exist; None for everything else."""
    if isinstance(value, str):
        text = "".join(value.casefold().replace("’", "'").split()).rstrip(".!").replace("$", "")
        text = re.sub(r"^(?:the|it|der)?(?:limit|grenzwert)?(?=does|existiert|isun|istun|is(?:not)?def)", "", text)
        text = re.sub(r"^(?:is|ist)(?=un)", "", text)
        text = re.sub(r"^(?:plus|positive)(?=inf|un)", "", text)
        text = re.sub(r"^(?:minus|negative)(?=inf|un)", "-", text)
        sign, bare = (-1, text[1:]) if text[:1] in "-−" else (1, text.removeprefix("+"))
        if bare in _INFINITE:
            return sp.oo * sign
        return sp.nan if text.replace("_", "").replace("-", "") in _NONE else None
    if isinstance(value, (float, np.floating, Decimal)) or (_is_array(value) and np.size(value) == 1):
        try:
            number = float(np.asarray(value).reshape(-1)[0])
        except (TypeError, ValueError):
            return None
        return None if np.isfinite(number) else sp.nan if np.isnan(number) else sp.oo if number > 0 else -sp.oo
    if isinstance(value, sp.Expr) and value in (sp.oo, -sp.oo):
        return value
    none = isinstance(value, sp.Basic) and (value in (sp.nan, sp.zoo) or isinstance(value, sp.AccumBounds))
    return sp.nan if none else None


def _is_array(value: Any) -> bool:
    """Whether it is an array here; one too large to be copied stays where it is, and is asked nothing."""
    return isinstance(value, (np.ndarray, np.generic)) or type(value).__module__.startswith("jax")


def _same(wrong: sp.Expr, given: sp.Expr) -> bool:
    if not (wrong.is_finite and given.is_finite):
        return bool(wrong is given or wrong == given)
    one, other = exact_value(wrong), exact_value(given)
    return one is not None and other is not None and abs(one - other) <= 1e-6 * (abs(one) + 1e-9)


def _shown(value: sp.Expr) -> str:
    return "does not exist" if value is sp.nan else str(value)
