"""Several values, or points with values, of which the order does not matter."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import numbers
from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import read_answer
from autograder.questions.base import Question
from autograder.reference import exact_value

__all__ = ["Unordered"]

_MOST = 200
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")


class Unordered(Question):
    """Several values, or points with values, in any order: eigenvalues, roots, extrema.

    Args:
        expected: a list of numbers or of rows of numbers, each as often as it occurs; numbers may be text.
        multiplicity: False takes each once, however often it is given.
        **options: ``rtol``, ``atol``, ``seed``, ``name``, ``credit``, ``forbid``.

    The answer is a list, tuple, set or array of them, text (``"1, 1, 3"``), or a dictionary: of numbers, value → how
    often, as SymPy's ``eigenvals`` has it; of rows, point → value.

    Raises:
        AuthorError: ``expected`` is not numbers.

    >>> question = Unordered([3, 1, 1])
    >>> [question.judge(answer).outcome.value for answer in ([1, 3, 1], {1: 2, 3: 1}, "1, 1, 3", [3, 1])]
    ['CORRECT', 'CORRECT', 'CORRECT', 'INCORRECT']
    >>> question.judge([3, 1]).mistakes, question.judge([3, 1, 1, 2]).mistakes
    (('values_often',), ('values_extra',))
    >>> Unordered([((1, 2), 5), ((0, 0), -1)]).judge({(0, 0): -1, (1, 2): 5}).outcome.value
    'CORRECT'
    """

    asks_for_slope = False

    def __init__(self, expected: Any, *, multiplicity: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.multiplicity = multiplicity
        try:
            self.desired = _rows(expected)
        except Unreadable as unreadable:
            raise AuthorError(f"{expected!r} is not numbers: {unreadable.verdict.reason.value}") from None
        if len({len(row) for row in self.desired}) > 1:
            raise AuthorError(f"{expected!r} has rows of different length")
        if not multiplicity:
            self.desired = self._once(self.desired)

    def _close(self, row: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
        """Whether a row, (m,), is the right one, (m,)."""
        return numbers(row, other, rtol=self.rtol, atol=self.atol).outcome is Outcome.CORRECT

    def _once(self, rows: list[np.ndarray[Any, Any]]) -> list[np.ndarray[Any, Any]]:
        """The rows, each (m,), without those that came before."""
        kept: list[np.ndarray[Any, Any]] = []
        for row in rows:
            if not any(row.shape == other.shape and self._close(row, other) for other in kept):
                kept.append(row)
        return kept

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        given = _rows(answer, single=bool(self.desired) and len(self.desired[0]) == 1)
        if self.desired and any(len(row) != len(self.desired[0]) for row in given):
            raise Unreadable(
                Reason.WRONG_SHAPE, expected=f"rows of {len(self.desired[0])}", got=f"rows of {len(given[0])}"
            )
        given = given if self.multiplicity else self._once(given)
        missing, extra = self._unmatched(given)
        if not missing and not extra:
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=1, points_tried=1), None
        return Verdict(
            outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=self._mistakes(given, missing, extra),
            actual=_text(given), desired=_text(self.desired), points_used=1, points_tried=1,
        ), None  # fmt: skip

    def _unmatched(
        self, given: list[np.ndarray[Any, Any]]
    ) -> tuple[list[np.ndarray[Any, Any]], list[np.ndarray[Any, Any]]]:
        """Right rows that are not there, and rows that are none of them; each (m,)."""
        left, missing = list(range(len(given))), []
        for right in self.desired:
            found = next((k for k in left if self._close(given[k], right)), None)
            if found is None:
                missing.append(right)
            else:
                left.remove(found)
        return missing, [given[k] for k in left]

    def _mistakes(
        self, given: list[np.ndarray[Any, Any]], missing: list[np.ndarray[Any, Any]], extra: list[np.ndarray[Any, Any]]
    ) -> tuple[str, ...]:
        """What wrong rows, each (m,), have come from."""
        known = {tuple(row.tolist()) for row in self._once(self.desired)}
        rows = self._once(given)
        if not self._once_unmatched(rows):
            return ("values_often",)
        if not missing:
            return ("values_extra",)
        if not extra:
            return ("values_missing",)
        turned = [-row for row in given]
        return ("values_sign",) if not any(self._unmatched(turned)) and known else ()

    def _once_unmatched(self, rows: list[np.ndarray[Any, Any]]) -> bool:
        """Whether rows, each (m,), are other ones than the right rows, each taken once."""
        once = self._once(self.desired)
        return len(rows) != len(once) or not all(any(self._close(row, right) for right in once) for row in rows)

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        right = self.desired
        once = self._once(right)
        if self.multiplicity and len(once) < len(right):
            yield "values_often", _plain(once)
        if right:
            if left := [row for row in right if not self._close(row, right[-1])]:
                yield "values_missing", _plain(left)
            yield "values_extra", _plain([*right, np.max(right, axis=0) + 1])
        turned = [-row for row in right]
        if any(self._unmatched(turned)):
            yield "values_sign", _plain(turned)

    @property
    def prompt(self) -> str:
        return f"{self.name or 'the answer'}: values in any order"


def _rows(answer: Any, *, single: bool = True) -> list[np.ndarray[Any, Any]]:
    """The rows of an answer, each (m,).

    Args:
        answer: what was given.
        single: whether a dictionary says how often each number occurs.

    Raises:
        Unreadable: MISSING, WRONG_TYPE and what a number may be refused for.
    """
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    if isinstance(answer, str):
        text = answer.strip()
        if text.casefold() in ("none", "keine", "{}", "∅", "[]"):
            return []
        parts = [each for part in _parts(text) for each in _both(part)]
        answer = parts if single else [_nested(part) for part in parts]
    if isinstance(answer, Mapping):
        items = list(answer.items())
        if single and all(not isinstance(key, (tuple, sp.Tuple)) and _is_count(often) for key, often in items):
            return [_row(key) for key, often in items for _ in range(int(often))]
        answer = items
    if isinstance(answer, (np.ndarray, sp.MatrixBase, sp.NDimArray)) or hasattr(answer, "tolist"):
        answer = sp.flatten(answer.tolist()) if isinstance(answer, sp.MatrixBase) else answer.tolist()
    if isinstance(answer, (set, frozenset, sp.FiniteSet, sp.Tuple)):
        answer = sorted(answer, key=str)
    if not isinstance(answer, (list, tuple)):
        answer = [answer]
    both = [each for item in answer[:_MOST] for each in (_both(item) if isinstance(item, str) else [item])]
    return [_row(item) for item in both[:_MOST]]


def _parts(text: str) -> list[str]:
    """What stands between the commas outside of brackets; brackets around the whole are taken off."""
    found, depth = [""], 0
    for token in re.split(r"([,;()\[\]{}]|\b(?:and|und|or|oder)\b)", text.strip()):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token in (",", ";", "and", "und", "or", "oder"):
            found.append("")
        else:
            found[-1] += token
    only = found[0].strip().rstrip(".")
    inner = only[1:-1]
    if len(found) > 1 or only[:1] not in _OPENING or only[-1:] not in _CLOSING or not only:
        return found
    return _parts(inner) if _is_whole(inner) else found


def _both(text: str) -> list[str]:
    """``1 ± sqrt(2)`` as two values; where the sign stands twice, the upper ones belong together."""
    signs = re.compile(r"±|\\pm(?![A-Za-z])|\+\s*/\s*[-−]")
    return [signs.sub(sign, text) for sign in "+-"] if signs.search(text) else [text]


def _nested(text: str) -> Any:
    """A row of a point and a value as text, as lists in each other."""
    parts = _parts(text)
    return [_nested(part) for part in parts] if len(parts) > 1 else text


def _is_whole(text: str) -> bool:
    """Whether no bracket of a text is closed before it is opened."""
    depth = 0
    for letter in text:
        depth += (letter in _OPENING) - (letter in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _is_count(value: Any) -> bool:
    whole = isinstance(value, (int, np.integer, sp.Integer)) and not isinstance(value, bool)
    return bool(whole and 0 < value <= _MOST)


def _row(item: Any) -> np.ndarray[Any, Any]:
    """A number or a tuple of them, (m,)."""
    parts = sp.flatten(item, cls=(tuple, list, sp.Tuple)) if isinstance(item, (tuple, list, sp.Tuple)) else [item]
    found = []
    for part in parts:
        read = read_answer(part, ())
        if read.kind == "function":
            raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got="a function")
        value = exact_value(read.exprs[0]) if read.kind == "formula" else part
        if value is None:
            raise Unreadable(Reason.COMPLEX)
        try:
            number = complex(value)
        except (TypeError, ValueError):
            raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got=describe(part)) from None
        if abs(number.imag) > 1e-9 * (1 + abs(number)):
            raise Unreadable(Reason.COMPLEX)
        found.append(number.real)
    return np.array(found)


def _plain(rows: list[np.ndarray[Any, Any]]) -> list[Any]:
    """Rows, each (m,), as a student may give them: numbers, or tuples of more than one."""
    return [row.item() if row.size == 1 else tuple(row.tolist()) for row in rows]


def _text(rows: list[np.ndarray[Any, Any]]) -> str:
    """Rows, each (m,), for the TA."""
    return str([row.tolist() for row in rows])[:400]
