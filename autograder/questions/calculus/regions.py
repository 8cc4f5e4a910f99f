"""Sets of numbers: text, SymPy sets and conditions read as intervals, and two of them held against each other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe
from autograder.compare.symbolic import invalid
from autograder.errors import ExpressionError
from autograder.expressions import parse
from autograder.model import Outcome, Reason
from autograder.reference import real_symbol, renamed

__all__ = ["Region", "probes", "read_region", "region_of"]

_ALL = frozenset(
    [
        "all",
        "everywhere",
        "always",
        "r",
        "ℝ",
        "reals",
        "allreals",
        "allrealnumbers",
        "allx",
        "realnumbers",
        "überall",
        "immer",
        "alle",
    ]
)
_NONE = frozenset(
    [
        "none",
        "nowhere",
        "never",
        "empty",
        "∅",
        "{}",
        "emptyset",
        "theemptyset",
        "nox",
        "no",
        "nirgends",
        "nie",
        "leer",
        "keine",
        "\\emptyset",
        "\\varnothing",
    ]
)
_OR = re.compile(r"\s+(?:or|oder|U|union|vereinigt)\s+|∪|\\cup|;|\\lor|∨|\|\||(?<=\))\s*\|\s*(?=\()")
_AND = re.compile(r"\s+(?:and|und)\s+|&|∧|\\land")
_INTERVAL = re.compile(r"([\[\](])\s*(.+?)\s*[,|]\s*(.+?)\s*([\])\[])")
_POINTS = re.compile(r"\{(.*)\}")
_SIGNS = {"≤": "<=", "≥": ">=", "≠": "!=", "\\leq": "<=", "\\geq": ">=", "\\le": "<=", "\\ge": ">=", "\\neq": "!=",
          "\\infty": "oo", "∞": "oo", "−": "-", "=<": "<=", "=>": ">=", "<>": "!="}  # fmt: skip
_LONGEST, _HIGHEST = 1000, 8
"""Characters of text, and the degree of a polynomial in a condition."""
_END = re.compile(r"([+-]?)\s*(?:oo|inf|infinity|unendlich)")


@dataclass(frozen=True, kw_only=True)
class Region:
    """A set of real numbers as intervals, from below; a point is an interval of no length.

    Attributes:
        ends: low and high end of each.
        closed: whether each end belongs to it.
    """

    ends: tuple[tuple[float, float], ...]
    closed: tuple[tuple[bool, bool], ...]

    @property
    def inside(self) -> "Region":
        """Without its ends and points; what only a point parted is one again, so that x ≠ 0 is everything."""
        ends: list[tuple[float, float]] = []
        for low, high in self.ends:
            if low == high:
                continue
            if ends and abs(ends[-1][1] - low) <= 1e-9 * (1 + abs(low)):
                ends[-1] = (ends[-1][0], high)
            else:
                ends.append((low, high))
        return Region(ends=tuple(ends), closed=((False, False),) * len(ends))

    @property
    def turned(self) -> "Region":
        """Each finite end of an interval belongs to it where it did not, and the other way round."""
        closed = [
            (first != np.isfinite(low), last != np.isfinite(high)) if low < high else (first, last)
            for (low, high), (first, last) in zip(self.ends, self.closed, strict=True)
        ]
        return Region(ends=self.ends, closed=tuple((bool(first), bool(last)) for first, last in closed))

    @property
    def border(self) -> "Region":
        """Its finite ends as points."""
        ends = sorted({end for pair in self.ends for end in pair if np.isfinite(end)})
        return Region(ends=tuple((end, end) for end in ends), closed=((True, True),) * len(ends))

    @property
    def text(self) -> str:
        """As a student may write it, ``(-oo, 1] U {3}``."""
        parts = []
        for (low, high), (first, last) in zip(self.ends, self.closed, strict=True):
            ends = [f"{end:.12g}".replace("inf", "oo") for end in (low, high)]
            inside = ends[0] if low == high else ", ".join(ends)
            parts.append(f"{{{inside}}}" if low == high else f"{'(['[first]}{inside}{')]'[last]}")
        return " U ".join(parts) or "none"

    def same(self, other: "Region", *, rtol: float | None, atol: float | None) -> bool:
        """Whether it is another set, by the tolerance that numbers have; the other one is the reference."""
        if len(self.ends) != len(other.ends) or self.closed != other.closed:
            return False
        mine, theirs = (np.array(each.ends, dtype=float) for each in (self, other))
        infinite = np.isinf(theirs)
        if np.any(np.isinf(mine) != infinite) or np.any(mine[infinite] != theirs[infinite]):
            return False
        given = Numbers(values=mine[~infinite], precision="float64", integers=False)
        verdict, _ = verdict_on(given, theirs[~infinite], rtol=rtol, atol=atol)
        return verdict.outcome is Outcome.CORRECT

    def holds(self, x: float) -> bool:
        """Whether a number is in it; at an end, whether that belongs to it."""
        return any(
            low < x < high or (x == low and first) or (x == high and last)
            for (low, high), (first, last) in zip(self.ends, self.closed, strict=True)
        )

    def within(self, other: "Region") -> bool:
        """Whether every interval is one of the other's."""
        return all(any(np.allclose(pair, each) for each in other.ends) for pair in self.ends)


def region_of(found: sp.Set) -> Region | None:
    """A SymPy set as intervals; None where it is none of finitely many."""
    parts: list[tuple[float, float, bool, bool]] = []
    for each in found.args if isinstance(found, sp.Union) else (found,):
        if isinstance(each, sp.Interval):
            parts.append((float(each.start), float(each.end), not each.left_open, not each.right_open))
        elif each is sp.S.Reals:
            parts.append((-np.inf, np.inf, False, False))
        elif isinstance(each, sp.FiniteSet) and all(member.is_real for member in each):
            parts += [(float(member), float(member), True, True) for member in each]
        elif each is not sp.S.EmptySet:
            return None
    merged: list[tuple[float, float, bool, bool]] = []
    for low, high, first, last in sorted(parts):
        if merged and (low < merged[-1][1] or (low == merged[-1][1] and (first or merged[-1][3]))):
            before = merged[-1]
            end = max((before[1], before[3]), (high, last))
            merged[-1] = (before[0], end[0], before[2] or (low == before[0] and first), end[1])
        else:
            merged.append((low, high, first, last))
    return Region(ends=tuple((low, high) for low, high, _, _ in merged), closed=tuple((a, b) for _, _, a, b in merged))


def read_region(answer: Any, name: str) -> sp.Set:
    """A student's set: text, a SymPy set or condition, True or False, or a list of pairs.

    Args:
        answer: what was given.
        name: of the variable.

    Raises:
        Unreadable: MISSING, NOT_PARSED or WRONG_TYPE.
    """
    if answer is None or answer is Ellipsis or (isinstance(answer, str) and answer.strip() in ("", "...", "…")):
        raise Unreadable(Reason.MISSING)
    if isinstance(answer, str):
        return _from_text(answer, name)
    if isinstance(answer, sp.Set):
        return answer
    if isinstance(answer, (set, frozenset)):
        return sp.FiniteSet(*map(_end_of, answer))
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if isinstance(answer, (bool, np.bool_)) or answer is sp.true or answer is sp.false:
        return sp.S.Reals if answer else sp.S.EmptySet
    if isinstance(answer, (sp.logic.boolalg.Boolean, sp.Rel)):
        return _solved(answer, name)
    if isinstance(answer, tuple) and len(answer) == 2 and not isinstance(answer[0], (tuple, list, sp.Set)):
        answer = [answer]
    if isinstance(answer, (list, tuple)) and all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in answer):
        return sp.Union(*(sp.Interval.open(*map(_end_of, pair)) for pair in answer))
    raise Unreadable(Reason.WRONG_TYPE, expected="an interval or an inequality", got=describe(answer))


def _end_of(value: Any) -> sp.Expr:
    if isinstance(value, str):
        return _end(value)
    try:
        number = sp.sympify(value, strict=True)
    except (sp.SympifyError, TypeError):
        number = None
    if not isinstance(number, sp.Expr) or number.is_extended_real is not True:
        raise Unreadable(Reason.WRONG_TYPE, expected="an interval or an inequality", got=describe(value))
    return number


def _solved(condition: Any, name: str) -> sp.Set:
    """A condition as a set.

    Raises:
        Unreadable: WRONG_VARIABLES, or WRONG_TYPE where SymPy cannot solve it.
    """
    condition = renamed(condition)
    if unknown := sorted({symbol.name for symbol in condition.free_symbols} - {name}):
        raise Unreadable(Reason.WRONG_VARIABLES, got=", ".join(unknown), expected=name)
    if not all(_is_simple(each, real_symbol(name)) for each in condition.atoms(sp.core.relational.Relational)):
        raise Unreadable(
            Reason.WRONG_TYPE, expected="an interval or an inequality", got="a condition that is not solved"
        )
    try:
        found: sp.Set = condition.as_set()
    except (NotImplementedError, TypeError, ValueError, AttributeError):
        raise Unreadable(
            Reason.WRONG_TYPE, expected="an interval or an inequality", got="a condition that is not solved"
        ) from None
    return found


def _is_simple(relation: Any, symbol: sp.Symbol) -> bool:
    """Whether SymPy solves a comparison at once: of polynomials, and of absolute values of them.

    ``sin(x**5 + exp(x)) > cos(x)`` would keep it for hours.
    """
    difference = relation.lhs - relation.rhs
    plain = difference.replace(sp.Abs, lambda inside: inside**2)
    return bool(plain.is_polynomial(symbol) and sp.degree(plain, symbol) <= _HIGHEST) or not plain.has(symbol)


def _from_text(text: str, name: str) -> sp.Set:
    if len(text) > _LONGEST:
        raise Unreadable(Reason.TOO_LARGE)
    plain = re.sub(r"\\(?:left|right)(?![A-Za-z])", "", text).strip().strip("$").rstrip(".")
    plain = re.sub(r"\\(?:text|mathrm|mathbb)\s*\{([^{}]*)\}", r" \1 ", plain).replace("\\{", "{").replace("\\}", "}")
    for sign, other in _SIGNS.items():
        plain = plain.replace(sign, other)
    plain = re.sub(r"^\s*(?:for|für|where|on|auf|in)\s+", "", plain)
    called = re.escape(name)
    plain = re.sub(rf"(?<![\w)\]]){called}\s*(?:∈|\\in|in|element of)(?=\W|\s)\s*", "", plain)
    # {x | x > 1}, {x in R : x > 1}
    if (built := re.fullmatch(rf"\{{\s*(?:{called}|R|ℝ)\s*(?:\||:|\\mid)\s*([^{{}}]*)\}}", plain.strip())) is not None:
        plain = built[1]
    plain = re.sub(r"([\[\](][^\[\]();]*);([^\[\]();]*[\])\[])", r"\1,\2", plain)  # ]1; 3[
    bare = "".join(plain.casefold().split())
    if bare in _ALL:
        return sp.S.Reals
    if bare in _NONE:
        return sp.S.EmptySet
    if (without := re.split(r"\\setminus|\\(?![a-z])|\s+without\s+|\s+ohne\s+", plain, maxsplit=1))[1:]:
        return sp.Complement(_from_text(without[0], name), _from_text(without[1].strip(), name))
    return sp.Union(*(_part(part.strip(), name) for part in _split(plain)))


def _split(text: str) -> list[str]:
    """What is joined by "or"; where all parts are intervals, by "and" or a comma as well."""
    parts = [part for part in _OR.split(text) if part.strip()]
    further = [
        each for part in parts for each in re.split(r"(?<=[\])\[])\s*(?:,|\band\b|\bund\b|\+)\s*(?=[\[\](])", part)
    ]
    if all(_INTERVAL.fullmatch(each.strip()) for each in further):
        return further
    if not any(_INTERVAL.fullmatch(part.strip()) or "{" in part for part in parts):
        return [each for part in parts for each in part.split(",")]
    return parts


def _part(text: str, name: str) -> sp.Set:
    if (found := _INTERVAL.fullmatch(text)) is not None:
        low, high = _end(found[2]), _end(found[3])
        return sp.Interval(low, high, found[1] != "[", found[4] != "]")
    if (points := _POINTS.fullmatch(text)) is not None:
        return sp.FiniteSet(*(_end(each) for each in points[1].split(",") if each.strip()))
    bare = "".join(text.casefold().split())
    if bare in _ALL:
        return sp.S.Reals
    if not re.search(r"[<>=]", text):
        raise Unreadable(Reason.WRONG_TYPE, expected="an interval or an inequality", got="a formula")
    condition = _AND.sub(" and ", re.sub(r"(?<![<>=!])=(?!=)", "==", text))
    condition = re.sub(r"[<>]=?\s*[+-]?\s*oo|[+-]?\s*oo\s*[<>]=?", "", condition).strip()  # -oo < x < 3
    if condition == name:
        return sp.S.Reals
    if re.match(r"\s*[<>=]", condition) or re.search(r"[<>=]\s*$", condition):
        raise _unread(ExpressionError("the expression ends too early"), name)
    try:
        made = parse(f"Piecewise((1, {condition}), (0, True))", (name,))
    except ExpressionError as error:
        raise _unread(error, name) from None
    if made.is_number:
        return sp.S.Reals if made == 1 else sp.S.EmptySet
    return _solved(made.args[0].cond, name)


def _end(text: str) -> sp.Expr:
    if (infinite := _END.fullmatch(text.strip())) is not None:
        return -sp.oo if infinite[1] == "-" else sp.oo
    try:
        number: sp.Expr = parse(text, ())
    except ExpressionError as error:
        raise _unread(error, "") from None
    return number


def _unread(error: ExpressionError, name: str) -> Unreadable:
    """Why text cannot be read; without the caret, which points into another text than the student's."""
    verdict = invalid(error, (name,) if name else ())
    return Unreadable(verdict.reason, **{key: text for key, text in verdict.details.items() if key != "caret"})


def probes(regions: Iterable[Region]) -> Sequence[float]:
    """Numbers between all ends of some sets, and a little beside each: where a condition as a function is asked."""
    ends = sorted({end for region in regions for pair in region.ends for end in pair if np.isfinite(end)}) or [0.0]
    middle = [(a + b) / 2 for a, b in pairwise(ends)]
    beside = [end + step for end in ends for step in (-1e-3, 1e-3)]
    return sorted({*middle, *beside, ends[0] - 1, ends[0] - 10, ends[-1] + 1, ends[-1] + 10})
