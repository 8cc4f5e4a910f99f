"""Which answers are one and the same: formulas as functions, functions and numbers by values, texts by words.

Formulas go to the engine that decides whether an answer is right, in the process in which it decides that: it is asked
whether one student's formula equals another's. What it cannot decide stays apart, and so two groups may be one answer,
but never one group two.
"""

import random
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from autograder.desk.texts import wording
from autograder.errors import AutograderError
from autograder.model import Check, Compared, Outcome, Reason, Verdict
from autograder.untrusted import guarded

Same = Callable[[Check, Check], bool]
Thing = TypeVar("Thing")

RTOL = 1e-6
"""For values of functions and for numbers, as at grading in double precision."""
NOISE = 1e-15
"""Beside 0 rounding is all that may differ."""
MOST_ASKED = 4_000
"""Pairs of formulas of one question about which the engine is asked, some milliseconds each; the rest stays apart."""
MOST_POINTS = 8
"""The worst points of a wrong function that are kept; of the others only a digest is."""
MOST_TEXT = 4_000
"""Characters of an answer that are kept: one that is longer is cut there, and may go on otherwise."""
_SHOWN = frozenset(
    {"plot_empty", "plot_label", "plot_aspect", "plot_transposed", "plot_sideways", "plot_degrees", "plot_sign"}
)
"""Of a wrong figure: after these it is known what is drawn. Two that do not show what was asked may show anything, and
are one where everything in them is the same."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\bnan\b|\binf\b")
TRIED = 64
"""Places at which it is looked whether a formula has a value."""
FAR = 4.0
"""How far from 0 they lie where nobody knows a domain."""
_NOT_KEPT = re.compile(r"(?:a formula|an object|a number|a list|a function|text)(?: of (?:type .*|\d+ operations))?")
"""What stands for an answer that was too large to be kept, or cannot be printed: two of them may be anything."""
_NAME = re.compile(r"[^\W\d]\w*(?!\w|\s*\()")
_VALUED = frozenset({"expression", "number", "array", "other"})
_CONSTANTS = frozenset({"E", "I", "pi", "oo", "zoo", "nan", "inf", "e", "np", "sp", "jnp", "sympy", "math"})


def classes(things: Sequence[Thing], same: Callable[[Thing, Thing], bool]) -> list[list[Thing]]:
    """The things sorted into classes: each is compared with the first of every class."""
    found: list[list[Thing]] = []
    for thing in things:
        home = next((one for one in found if same(one[0], thing)), None)
        if home is None:
            found.append([thing])
        else:
            home.append(thing)
    return found


def written(check: Check) -> Hashable:
    """What answers that are written alike have in common; of an answer that is not all there, nothing.

    Whether two functions of one source are the same hangs on what else the notebook defines: on their values.
    """
    if check.answer_kind == "figure" and not is_told(check.verdict):
        return check.drawn or object()
    if not _is_kept(check):
        return object()
    if check.answer_kind == "text":
        return wording(check.answer)
    if check.answer_kind == "function":
        if not check.compared and check.verdict.outcome is not Outcome.INVALID:
            return object()
        return check.answer, check.values, frozenset((_place(row), row.answer) for row in check.compared)
    return check.answer


def _is_kept(check: Check) -> bool:
    """Whether the answer is all there."""
    if len(check.answer) >= MOST_TEXT or (check.answer_kind == "array" and "..." in check.answer):
        return False
    stands_for_it = check.answer_kind in _VALUED and _NOT_KEPT.fullmatch(check.answer)
    return check.verdict.outcome is Outcome.INVALID or not stands_for_it


def is_told(verdict: Verdict) -> bool:
    """Whether the verdict says what a figure shows: what was asked for, one certain other thing, or no figure."""
    if verdict.outcome is Outcome.INCORRECT:
        return verdict.details.get("problem") in _SHOWN
    return verdict.outcome is Outcome.CORRECT or (
        verdict.outcome is Outcome.INVALID and verdict.reason is not Reason.TOO_LARGE
    )


class Equality:
    """Whether two answers to one question are the same answer.

    Args:
        variables: names that formulas of this question may hold.
    """

    def __init__(self, variables: Iterable[str]) -> None:
        self._variables = sorted(set(variables))
        self._answered: dict[frozenset[str], bool] = {}

    def __call__(self, one: Check, other: Check) -> bool:
        """Same kind, same verdict, and the same by what that kind is compared by."""
        if sort(one) != sort(other):
            return False
        if one.verdict.outcome is Outcome.CORRECT and one.answer_kind in ("expression", "function"):
            return True  # both equal the reference
        if written(one) == written(other):
            return True
        if not _is_kept(one) or one.answer_kind == "lines":
            return False  # of a derivation the values are those of one line alone
        by_values = _by_values(one, other)
        if one.answer_kind == "expression":
            return by_values is not False and self._formulas(one, other)
        if by_values is not None:
            return by_values
        return _KINDS.get(one.answer_kind, _by_text)(one, other)

    def _formulas(self, one: Check, other: Check) -> bool:
        pair = frozenset((one.answer, other.answer))
        if pair not in self._answered:
            if len(self._answered) >= MOST_ASKED:
                return False
            variables = self._variables or sorted({*names(one.answer), *names(other.answer)})
            self._answered[pair] = guarded(lambda: _are_one(one, other, variables), otherwise=lambda why: False)
        return self._answered[pair]


def _are_one(one: Check, other: Check, variables: Sequence[str]) -> bool:
    """Whether two formulas are equal, and have a value at the same places: the engine asks only where both have one."""
    if _engine(one.answer, other.answer, variables).outcome is not Outcome.CORRECT:
        return False
    return same_places(one.answer, other.answer, variables, [row.point for row in (*one.compared, *other.compared)])


def _engine(one: str, other: str, variables: Sequence[str]) -> Verdict:
    from autograder.compare import expressions

    try:
        return expressions(one, other, variables=variables)  # type: ignore[no-any-return]
    except AutograderError:  # the first is no formula in these variables; then it is only itself
        return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.NOT_PARSED)


def same_places(one: str, other: str, variables: Sequence[str], seen: Sequence[Mapping[str, float]]) -> bool:
    """Whether neither formula has a real value where the other has none, at places drawn from the question's domain.

    ``log(x)`` and ``log(Abs(x))`` are equal wherever both have one, and are two answers all the same.

    Args:
        one: a formula as text, in the variables.
        other: likewise.
        variables: their names.
        seen: points of the question, which tell how far its domain reaches; none where that is not known.

    >>> same_places("log(x)", "log(Abs(x))", ["x"], []), same_places("log(x**2)", "2*log(Abs(x))", ["x"], [])
    (False, True)
    >>> same_places("log(x)", "log(Abs(x))", ["x"], [{"x": 0.5}, {"x": 3.0}])
    True
    """
    import sympy as sp

    from autograder.expressions import parse

    mine, theirs = (set(_bounds(parse(text, list(variables), evaluate=False))) for text in (one, other))
    if mine == theirs:
        return True
    symbols = [sp.Symbol(name, real=True) for name in variables]
    draw = random.Random(0)
    for _ in range(TRIED):
        place = {symbol: draw.uniform(*_reach(symbol.name, seen)) for symbol in symbols}
        if _holds(mine, place) is not _holds(theirs, place):
            return False
    return True


def _reach(name: str, seen: Sequence[Mapping[str, float]]) -> tuple[float, float]:
    values = [point[name] for point in seen if name in point]
    return (min(values), max(values)) if values else (-FAR, FAR)


def _bounds(formula: Any) -> Iterator[tuple[Any, float, float]]:
    """The parts of a formula that have to lie between two numbers, with these: else it has no real value."""
    import sympy as sp

    for part in sp.preorder_traversal(formula):
        if isinstance(part, sp.log):
            yield part.args[0], 0.0, float("inf")
        elif isinstance(part, sp.Pow) and not part.exp.is_integer:
            yield part.base, 0.0, float("inf")
        elif isinstance(part, sp.asin | sp.acos | sp.atanh):
            yield part.args[0], -1.0, 1.0
        elif isinstance(part, sp.acosh):
            yield part.args[0], 1.0, float("inf")


def _holds(bounds: set[tuple[Any, float, float]], place: Mapping[Any, float]) -> bool:
    for part, low, high in bounds:
        value = complex(part.subs({symbol: place[symbol] for symbol in part.free_symbols & place.keys()}).evalf(15))
        if value.imag or not low <= value.real <= high:
            return False
    return True


def sort(check: Check) -> tuple[Hashable, ...]:
    """What answers have in common before they are compared: kind, verdict, and for errors and figures what was seen."""
    verdict = check.verdict
    seen: tuple[Hashable, ...] = ()
    if check.answer_kind == "figure":
        seen = (check.answer, *(verdict.details.get(name, "") for name in ("problem", "got")))
    elif verdict.outcome is Outcome.INVALID and check.answer_kind not in ("text", "choice"):
        seen = (*verdict.mistakes, *(verdict.details.get(name, "") for name in ("got", "expected")), _error(verdict))
    return (check.answer_kind, str(verdict.outcome), str(verdict.reason), *seen)


def _error(verdict: Verdict) -> str:
    """An exception without the student's own names and numbers: what kind of thing went wrong."""
    text = verdict.details.get("error", "")
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "…", text)


def variables_of(checks: Iterable[Check]) -> set[str]:
    """Names of the question's variables, as the points of its checks have them."""
    found: set[str] = set()
    for check in checks:
        for row in check.compared:
            found.update(row.point)
        if check.answer_kind == "expression" and check.verdict.witness:
            found.update(name for name in check.verdict.witness if name.isidentifier() and name != "entry")
    return found


def names(text: str) -> set[str]:
    """Names in a formula that are neither called nor constants.

    >>> sorted(names("x**2*sin(y) + pi*alpha_1"))
    ['alpha_1', 'x', 'y']
    """
    return set(_NAME.findall(text[:10_000])) - _CONSTANTS


def _by_values(one: Check, other: Check) -> bool | None:
    """Whether two functions have the same values at the points at which both were seen; None: not enough of them.

    No value may be infinite, of either sign, or none at all. Of an array only the worst entry is seen: that tells two
    answers apart, and never shows that the others are the same; nor do the worst points, where there are more.
    """
    if one.values and other.values:
        return one.values == other.values
    mine = {_place(row): row.answer for row in one.compared}
    theirs = {_place(row): row.answer for row in other.compared}
    common = mine.keys() & theirs.keys()
    if any((mine[place] is None) is not (theirs[place] is None) for place in common):
        return False
    valued = [place for place in common if mine[place] is not None]
    if not all(_near(mine[place], theirs[place]) for place in valued):
        return False
    if len(valued) < len(common) or any(row.entry for row in (*one.compared, *other.compared)):
        return None
    if max(len(mine), len(theirs)) >= MOST_POINTS:
        return None
    return True if 2 * len(common) >= max(len(mine), len(theirs), 1) else None


def _place(row: Compared) -> tuple[Hashable, ...]:
    return (*sorted(row.point.items()), row.entry)


def _near(one: float | None, other: float | None) -> bool:
    """By their own size: 0, 1e-9 and 5e-9 may be answers of three kinds, as step sizes or errors are."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= RTOL * min(abs(one), abs(other)) + NOISE


def _by_numbers(one: Check, other: Check) -> bool:
    """The same numbers in the same places: ``sqrt(2)`` is not 2, and ``[[1], [2]]`` is not ``[1, 2]``."""
    mine, theirs = (tuple(map(float, _NUMBER.findall(check.answer))) for check in (one, other))
    if not mine or _around(one.answer) != _around(other.answer):
        return False
    return all(_near(*pair) for pair in zip(mine, theirs, strict=True))


def _around(answer: str) -> str:
    """What stands around the numbers of an answer, however it is spaced."""
    return re.sub(r"(?<=[\[(]) | (?=[\])])", "", " ".join(_NUMBER.sub("#", answer).replace(",", " ").split()))


def _by_choice(one: Check, other: Check) -> bool:
    return one.answer.casefold().split() == other.answer.casefold().split()


def _never(one: Check, other: Check) -> bool:
    return False


def _by_sort(one: Check, other: Check) -> bool:
    return True


def _by_figure(one: Check, other: Check) -> bool:
    return is_told(one.verdict) and is_told(other.verdict)


def _by_text(one: Check, other: Check) -> bool:
    # the line and its indentation say something in code, and "1 2" is not 12
    mine, theirs = ([" ".join(re.split(r"(?<=\S)\s+", line.rstrip())) for line in check.answer.splitlines()]
                    for check in (one, other))  # fmt: skip
    return mine == theirs


_KINDS: dict[str, Same] = {
    "number": _by_numbers,
    "array": _by_numbers,
    "text": _never,
    "function": _never,
    "choice": _by_choice,
    "figure": _by_figure,
    "missing": _by_sort,
}
