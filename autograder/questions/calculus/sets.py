"""Where does a condition hold? Sets of numbers."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from sympy.solvers.inequalities import solve_univariate_inequality

from autograder.compare.calling import send
from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Returned, Verdict
from autograder.questions.answers import exact_number, is_function
from autograder.questions.base import Question
from autograder.questions.calculus.regions import Region, probes, read_region, region_of
from autograder.questions.derivatives import names_of
from autograder.reference import read_function, real_symbol

__all__ = ["Sets", "Where"]

_WORDS = {"rises": "f' > 0", "falls": "f' < 0", "convex": "f'' > 0", "concave": "f'' < 0", "positive": "f > 0",
          "negative": "f < 0"}  # fmt: skip
_CONDITION = re.compile(r"\s*f\s*('*)\s*(<=|>=|<|>)\s*(.+?)\s*")
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MOST = 200


class Sets(Question):
    """A set of numbers: intervals, an inequality, single points, none or all.

    Args:
        expected: text as students give it, ``"1 < x <= 3 or x > 5"``, ``"(-oo, 0) U (1, oo)"``, ``"none"``, ``"all"``;
            or a SymPy set.
        wrt: the variable's name.
        ends: ``"exact"``: each end must belong to the set or not, as in ``expected``; ``"any"``: whether an end
            belongs to it is not asked, nor whether single points do.
        domain: (low, high) outside of which nothing counts.
        **options: ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``.

    The answer is text (``x > 1``, ``(1, oo)``, ``]1, 3]``, ``x != 0``, ``R without {0}``), a SymPy set, a condition
    such as ``x > 1``, a list of pairs (open intervals), or a function that is true in the set.

    Raises:
        AuthorError: ``expected`` cannot be read.

    >>> question = Sets("1 < x <= 3 or x > 5")
    >>> [question.judge(answer).outcome.value for answer in ("(1, 3] U (5, oo)", "]1, 3], ]5, oo[", "x > 1")]
    ['CORRECT', 'CORRECT', 'INCORRECT']
    >>> question.judge("(1, 3) U (5, oo)").mistakes, question.judge("x > 5").mistakes
    (('set_ends',), ('set_part',))
    """

    asks_for_slope = False

    def __init__(
        self,
        expected: Any,
        wrt: str = "x",
        *,
        ends: str = "exact",
        domain: tuple[Any, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if ends not in ("exact", "any"):
            raise AuthorError(f"ends={ends!r} must be 'exact' or 'any'")
        self.by, self.ends = str(wrt), ends
        low, high = (None, None) if domain is None else domain
        self.around = sp.Interval(*(
            sign * sp.oo if end is None else exact_number(end, label="domain") for sign, end in ((-1, low), (1, high))
        ))  # fmt: skip
        self.expected = expected
        self.desired  # noqa: B018 — refuses what cannot be read

    @cached_property
    def desired(self) -> Region:
        """The right set."""
        try:
            return self._region(read_region(self.expected, self.by))
        except Unreadable as unreadable:
            raise AuthorError(f"{self.expected!r} is no set of numbers: {unreadable.verdict.details}") from None

    def _region(self, found: sp.Set) -> Region:
        """A set inside the domain.

        Raises:
            Unreadable: WRONG_TYPE, where it is not made of finitely many intervals.
        """
        region = region_of(sp.Intersection(found, self.around))
        if region is None:
            raise Unreadable(Reason.WRONG_TYPE, expected="an interval or an inequality", got="something else")
        return region

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        if is_function(answer):
            return self._decide_function(answer), None
        given = self._region(read_region(answer, self.by))
        if self._same(given, self.desired):
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=1, points_tried=1), None
        return Verdict(
            outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=self._mistakes(given, answer)[:3],
            actual=str(given.ends), desired=str(self.desired.ends), points_used=1, points_tried=1,
        ), None  # fmt: skip

    def _same(self, given: Region, desired: Region) -> bool:
        if self.ends == "any":
            given, desired = given.inside, desired.inside
        return given.same(desired, rtol=self.rtol, atol=self.atol)

    def _decide_function(self, function: Any) -> Verdict:
        """A condition as a function, asked between the ends and a little beside them."""
        low, high = float(self.around.start), float(self.around.end)
        places = [x for x in probes([self.desired]) if low < x < high]
        if self.ends == "exact":
            places += sorted(
                {x for pair in self.desired.ends for x in pair if low <= x <= high and float(x).is_integer()}
            )
        for x, reply in zip(places, send(function, [(x,) for x in places]), strict=True):
            if not isinstance(reply, Returned):
                return Verdict(
                    outcome=Outcome.INVALID, reason=Reason.RAISED, details={"type": reply.type, "error": reply.message}
                )
            array = isinstance(reply.value, np.ndarray) or type(reply.value).__module__.startswith("jax")
            holds = np.asarray(reply.value) if array else reply.value
            if isinstance(holds, np.ndarray) and holds.size == 1:
                holds = holds.reshape(-1)[0]
            if not isinstance(holds, (bool, np.bool_)):
                raise Unreadable(Reason.WRONG_TYPE, expected="True or False", got=describe(reply.value))
            if bool(holds) != self.desired.holds(x):
                return Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness={self.by: x})
        return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=len(places), points_tried=len(places))

    def _mistakes(self, given: Region, answer: Any) -> tuple[str, ...]:
        """What a wrong set is instead."""
        found = [mistake for mistake, other in self._others if self._same(given, other)]
        inside = self.desired.inside
        if inside.ends and given.inside.same(inside, rtol=self.rtol, atol=self.atol):
            found.insert(0, "set_ends")
        if isinstance(answer, str) and re.search(r"\b(?:and|und)\b|&", answer):
            joined = read_region(re.sub(r"\b(?:and|und)\b|&", " or ", answer), self.by)
            if self._same(self._region(joined), self.desired):
                found.insert(0, "set_and")
        if given.ends and all(low == high for low, high in given.ends) and any(a != b for a, b in self.desired.ends):
            found.append("set_points")
        elif not found and given.ends and len(given.ends) < len(self.desired.ends) and given.within(self.desired):
            found.append("set_part")
        return tuple(dict.fromkeys(found))

    @cached_property
    def _others(self) -> list[tuple[str, Region]]:
        """(mistake, the set that it gives)."""
        try:
            whole = read_region(self.expected, self.by)
            return [("set_other_way", self._region(sp.Complement(sp.S.Reals, whole)))]
        except (Unreadable, AuthorError):
            return []

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        right, made = self.desired, list(self._others)
        if self.ends == "exact":
            made.insert(0, ("set_ends", right.turned))
        made.append(("set_points", right.border))
        whole = right if self.ends == "exact" else right.inside
        if len(whole.ends) > 1:
            made.append(("set_part", Region(ends=whole.ends[:1], closed=whole.closed[:1])))
        for mistake, region in made:
            if region.ends and not self._same(region, right):
                yield mistake, region.text

    @property
    def prompt(self) -> str:
        ends = "" if self.ends == "exact" else "; whether ends belong to it is not asked"
        return f"{self.name or 'the answer'}: a set of numbers {self.by}{ends}"


class Where(Sets):
    """Where a function rises, falls, bends up or down, or is above or below a number.

    Args:
        function: text or SymPy expression in one variable.
        condition: on f and its derivatives, ``"f' > 0"``, ``"f'' <= 0"``, ``"f < 1"``; or ``"rises"``, ``"falls"``,
            ``"convex"``, ``"concave"``, ``"positive"``, ``"negative"``.
        wrt: the variable; may be left out.
        ends: ``"any"`` by default: where a function rises, books differ on whether the ends belong to it.
        domain: (low, high), None for an open end; a function of sines needs one.
        expected: the set, where SymPy does not find it.
        **options: as for :class:`Sets`.

    The answer: as for :class:`Sets`.

    Raises:
        AuthorError: the condition is none, or SymPy cannot solve it.

    >>> question = Where("x**3 - 3*x", "rises")
    >>> [question.judge(answer).outcome.value for answer in ("x < -1 or x > 1", "(-oo, -1] U [1, oo)", "-1 < x < 1")]
    ['CORRECT', 'CORRECT', 'INCORRECT']
    >>> question.judge("-1 < x < 1").mistakes, question.judge("x > 0").mistakes, question.judge("x > 1").mistakes
    (('set_other_way',), ('set_order',), ('set_part',))
    """

    def __init__(
        self,
        function: Any,
        condition: str,
        wrt: str | None = None,
        *,
        ends: str = "any",
        expected: Any = None,
        **options: Any,
    ) -> None:
        self.formula = read_function(function, wrt=names_of(wrt))
        if self.formula.exprs is None or self.formula.shape or len(self.formula.variables) != 1:
            raise AuthorError(f"Where needs a formula in one variable, not {self.formula.text}")
        found = _CONDITION.fullmatch(_WORDS.get(condition, condition).replace("≤", "<=").replace("≥", ">="))
        if found is None:
            raise AuthorError(f"""condition={condition!r} must be as "f' > 0", or one of {", ".join(_WORDS)}""")
        self.condition = condition
        self.asked = len(found[1]), found[2], sp.sympify(found[3], rational=True)
        super().__init__(expected, self.formula.variables[0], ends=ends, **options)

    @cached_property
    def desired(self) -> Region:
        if self.expected is not None:
            return super().desired
        found = self._solved(*self.asked)
        if found is None:
            raise AuthorError(
                f"SymPy cannot say where {self.condition} holds for {self.formula.text}; give expected= or a domain="
            )
        return found

    def _expr(self, order: int) -> sp.Expr:
        assert self.formula.exprs is not None
        return sp.diff(self.formula.exprs[0], real_symbol(self.by), order)

    def _solved(self, order: int, sign: str, bound: sp.Expr) -> Region | None:
        """Where a derivative stands so to a number; None where SymPy cannot say."""
        symbol = real_symbol(self.by)
        relation = sp.Rel(self._expr(order), bound, sign)
        if relation in (sp.true, sp.false):
            return self._region(sp.S.Reals if relation == sp.true else sp.S.EmptySet)
        try:
            return region_of(solve_univariate_inequality(relation, symbol, relational=False, domain=self.around))
        except (NotImplementedError, ValueError, TypeError):
            return None

    def certify(self) -> None:
        """The condition holds inside the set and not outside, by values at many points.

        Raises:
            AuthorError: it does not.
        """
        order, sign, bound = self.asked
        compiled = sp.lambdify([real_symbol(self.by)], self._expr(order) - bound, "mpmath")
        low, high = max(float(self.around.start), -50.0), min(float(self.around.end), 50.0)
        places = [*np.linspace(low, high, _MOST)[1:-1], *(x for x in probes([self.desired]) if low < x < high)]
        for x in places:
            try:
                value = complex(compiled(float(x)))
            except (ArithmeticError, ValueError, TypeError):
                continue
            if abs(value.imag) > 1e-12 or abs(value.real) < 1e-9:
                continue
            if (value.real > 0) != (">" in sign) and self.desired.holds(float(x)):
                raise AuthorError(f"{self.condition} does not hold for {self.formula.text} at {self.by} = {x:.6g}")
            if (value.real > 0) == (">" in sign) and not self.desired.inside.holds(float(x)):
                raise AuthorError(f"{self.condition} holds for {self.formula.text} at {self.by} = {x:.6g} as well")

    @cached_property
    def _others(self) -> list[tuple[str, Region]]:
        order, sign, bound = self.asked
        made = [("set_other_way", (order, _FLIPPED[sign], bound))]
        for other in (order - 1, order + 1):
            if other >= 0:
                made += [("set_order", (other, sign, bound)), ("set_order", (other, _FLIPPED[sign], bound))]
        return [(mistake, found) for mistake, task in made if (found := self._solved(*task)) is not None]

    @property
    def prompt(self) -> str:
        ends = "" if self.ends == "exact" else "; whether ends belong to it is not asked"
        inside = "" if self.around == sp.Interval(-sp.oo, sp.oo) else f" on [{self.around.start}, {self.around.end}]"
        return f"where {self.condition} holds for f = {self.formula.text}{inside}{ends}"
