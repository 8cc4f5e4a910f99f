"""Which answers are one and the same: formulas as functions, functions and numbers by values, texts by words.

Formulas go to the engine that decides whether an answer is right, in the process in which it decides that: it is asked
whether one student's formula equals another's. What it cannot decide stays apart, and so two groups may be one answer,
but never one group two.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from autograder.desk.texts import wording
from autograder.errors import AutograderError
from autograder.model import Check, Compared, Outcome, Verdict
from autograder.untrusted import guarded

Same = Callable[[Check, Check], bool]
Thing = TypeVar("Thing")

RTOL = 1e-6
"""For values of functions and for numbers, as at grading in double precision."""
NOISE = 1e-15
"""Beside 0 rounding is all that may differ."""
MOST_ASKED = 4_000
"""Pairs of formulas of one question about which the engine is asked, some milliseconds each; the rest stays apart."""
MOST_TEXT = 4_000
"""Characters of an answer that are kept: one that is longer is cut there, and may go on otherwise."""
_SHOWN = frozenset(
    {"plot_empty", "plot_label", "plot_aspect", "plot_transposed", "plot_sideways", "plot_degrees", "plot_sign"}
)
"""Of a wrong figure: after these it is known what is drawn. Two that do not show what was asked may show anything, and
are one where everything in them is the same."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf")
_NAME = re.compile(r"[^\W\d]\w*(?!\w|\s*\()")
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
    if len(check.answer) >= MOST_TEXT or (check.answer_kind == "array" and "..." in check.answer):
        return object()
    if check.answer_kind == "text":
        return wording(check.answer)
    if check.answer_kind == "function":
        if not check.compared and check.verdict.outcome is not Outcome.INVALID:
            return object()
        return check.answer, frozenset((_place(row), row.answer) for row in check.compared)
    return check.answer


def is_told(verdict: Verdict) -> bool:
    """Whether the verdict says what a figure shows: what was asked for, or one certain other thing."""
    return verdict.outcome is not Outcome.INCORRECT or verdict.details.get("problem") in _SHOWN


class Equality:
    """Whether two answers to one question are the same answer.

    Args:
        variables: names that formulas of this question may hold.
    """

    def __init__(self, variables: Iterable[str]) -> None:
        self._variables = sorted(set(variables))
        self._asked = 0

    def __call__(self, one: Check, other: Check) -> bool:
        """Same kind, same verdict, and the same by what that kind is compared by."""
        if sort(one) != sort(other):
            return False
        if one.verdict.outcome is Outcome.CORRECT and one.answer_kind in ("expression", "function"):
            return True  # both equal the reference
        if written(one) == written(other):
            return True
        by_values = _by_values(one.compared, other.compared)
        if one.answer_kind == "expression":
            return by_values is not False and self._formulas(one.answer, other.answer)
        if by_values is not None:
            return by_values
        return _KINDS.get(one.answer_kind, _by_text)(one, other)

    def _formulas(self, one: str, other: str) -> bool:
        if self._asked >= MOST_ASKED:
            return False
        self._asked += 1
        variables = self._variables or sorted({*names(one), *names(other)})
        return guarded(lambda: _engine(one, other, variables).outcome is Outcome.CORRECT, otherwise=lambda why: False)


def _engine(one: str, other: str, variables: Sequence[str]) -> Verdict:
    from autograder.compare import expressions

    try:
        return expressions(one, other, variables=variables)  # type: ignore[no-any-return]
    except AutograderError:  # the first is no formula in these variables; then it is only itself
        from autograder.model import Reason

        return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.NOT_PARSED)


def sort(check: Check) -> tuple[Hashable, ...]:
    """What answers have in common before they are compared: kind, verdict, and for errors and figures what was seen."""
    verdict = check.verdict
    seen: tuple[Hashable, ...] = ()
    if check.answer_kind == "figure":
        seen = (check.answer, verdict.details.get("problem", ""))
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


def _by_values(one: Sequence[Compared], other: Sequence[Compared]) -> bool | None:
    """Whether two functions have the same values at the points at which both were seen; None: not enough of them.

    No value may be infinite, of either sign, or none at all. Of an array only the worst entry is seen: that tells two
    answers apart, and never shows that the others are the same.
    """
    mine = {_place(row): row.answer for row in one}
    theirs = {_place(row): row.answer for row in other}
    common = mine.keys() & theirs.keys()
    if any((mine[place] is None) is not (theirs[place] is None) for place in common):
        return False
    valued = [place for place in common if mine[place] is not None]
    if not all(_near(mine[place], theirs[place]) for place in valued):
        return False
    if len(valued) < len(common) or any(row.entry for row in (*one, *other)):
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
    mine, theirs = (tuple(map(float, _NUMBER.findall(check.answer))) for check in (one, other))
    if "..." in one.answer or len(mine) != len(theirs) or not mine:
        return False
    return all(_near(*pair) for pair in zip(mine, theirs, strict=True))


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
    return len(one.answer) < MOST_TEXT and mine == theirs


_KINDS: dict[str, Same] = {
    "number": _by_numbers,
    "array": _by_numbers,
    "text": _never,
    "function": _never,
    "choice": _by_choice,
    "figure": _by_figure,
    "missing": _by_sort,
}
