"""Which mistake gives these values? Wrong answers made once per question, compared with any kind of answer."""

from collections import OrderedDict
from typing import Any

import numpy as np
import sympy as sp

from autograder.mistakes.calculus import KINDS, Complex, Task
from autograder.mistakes.catalogue import MISTAKES, explain
from autograder.mistakes.diagnosis import candidates, confirm, pairs
from autograder.mistakes.diagnosis.candidates import Candidate
from autograder.model import Evidence, Raised, Reason, Record, Verdict

MOST_IN_A_TIE = 8
"""More mistakes than this that fit say nothing about any of them."""
KEPT = 24
"""Questions whose wrong answers stay in memory."""
DOUBLE = 1e-9
SINGLE = 1e-5
"""Relative precision of float32 values after a few operations."""
LINES = frozenset({"LevelSetTangent", "LevelSetNormal"})
"""Kinds for which every nonzero multiple of an answer is the same answer."""

PUT_TOGETHER = frozenset({"Taylor"})
"""Kinds whose answer is put together of derivatives: what goes wrong there says more than a rule of differentiation by
which the same comes out, as a last term of a polynomial that is nothing."""
UP_TO_CONSTANT = frozenset({"Antiderivative"})
"""Kinds for which an answer and the same shifted by a constant are one answer."""


class Diagnosis(Record, frozen=True, kw_only=True):
    """What fits a wrong answer."""

    mistakes: tuple[str, ...] = ()
    """Ids that fit at every point, the likeliest first; empty when none does."""
    generated: str | None = None
    """The wrong answer that the first of them gives, as text; or the two mistakes that fit together. For the TA."""


NOTHING = Diagnosis()
_ByShape = dict[tuple[int, ...], tuple[list[Candidate], Complex]]
"""Shape of an answer → the candidates of that shape and their values (candidates, points, entries)."""


class Table:
    """The wrong answers to one question and their values at its points.

    Attributes:
        task: the question.
        right: the right values, shape (points, entries).
    """

    def __init__(self, evidence: Evidence) -> None:
        self.task = Task(evidence)
        # The memo goes by identity, which holds as long as the table keeps every candidate alive.
        self._memo: dict[int, Complex] = {}
        self._made: dict[bool, _ByShape] = {}
        self._pairs: pairs.Pairs | None = None
        with np.errstate(all="ignore"):
            self.right = self._right()
            if not self._is_reference(evidence) and self.task.kind == "DirectionalDerivative":
                self.task.not_unit()
                self.right = self._right()
            if not self._is_reference(evidence):
                raise ValueError("the question asks for something else than its kind says")
        self.made(False)

    def _right(self) -> Complex:
        """The values, (points, entries), of what the task says is right."""
        return Candidate("", self.task.shape, self.task.flat).values(self.task, self._memo)

    def made(self, values_only: bool) -> "_ByShape":
        """One half of the wrong answers, when first asked for: a formula is not compared with what only values show."""
        if values_only not in self._made:
            rows: dict[tuple[int, ...], list[tuple[Candidate, Complex]]] = {}
            with np.errstate(all="ignore"):
                for candidate in candidates.all_wrong_answers(self.task, values_only=values_only):
                    rows.setdefault(candidate.shape, []).append((candidate, candidate.values(self.task, self._memo)))
            self._made[values_only] = {
                shape: ([c for c, _ in made], np.stack([values for _, values in made])) for shape, made in rows.items()
            }
        return self._made[values_only]

    def _is_reference(self, evidence: Evidence) -> bool:
        """Whether the right values are those that the question itself has."""
        if evidence.desired is None or self.task.kind in LINES or self.task.kind in ("Descent", "Optimiser"):
            return True
        desired = np.asarray(evidence.desired, dtype=np.complex128)
        if desired.shape != (self.task.size, *self.task.shape):
            return False
        return bool(self._alike(self.right[None], desired.reshape(self.right.shape)[None], 1e-7)[0])

    def fitting(self, actual: Complex, shape: tuple[int, ...], rtol: float, *, formula: bool) -> list[Candidate]:
        """Candidates of the answer's shape with the answer's values at every point."""
        found = []
        for values_only in (False,) if formula else (False, True):
            if shape in (made := self.made(values_only)):
                found += self._fitting(*made[shape], actual, shape, rtol)
        return found

    def _fitting(
        self, made: list[Candidate], values: Complex, actual: Complex, shape: tuple[int, ...], rtol: float
    ) -> list[Candidate]:
        """Those of the candidates whose values, (candidates, points, entries), are the answer's, (points, entries)."""
        close = self._alike(values, actual[None], rtol)
        if shape == self.task.shape:
            close &= ~self._alike(values, self.right[None], 10 * rtol)
            if self.task.kind == "SteepestAscent" and not close.any():
                close = self._pointing(made, values, actual, rtol)
        return [made[k] for k in np.flatnonzero(close)]

    def _pointing(self, made: list[Candidate], values: Complex, actual: Complex, rtol: float) -> Any:
        """Which candidates have the answer's direction, shape (candidates,); of a right one the wrong length."""
        right, given = _directions(self.right[None]), _directions(actual[None])
        if agree(right, given, rtol)[0]:
            return np.array([candidate.id == "not_unit" for candidate in made])
        directions = _directions(values)
        return agree(directions, given, rtol) & ~agree(directions, right, 10 * rtol)

    def is_right(self, actual: Complex, shape: tuple[int, ...], rtol: float) -> bool:
        """Whether the answer's values, (points, entries), of an answer of this shape, are right."""
        return shape == self.task.shape and bool(self._alike(self.right[None], actual[None], rtol)[0])

    def _alike(self, values: Complex, actual: Complex, rtol: float) -> Any:
        """Per candidate: do the values, (candidates, points, entries), agree, or for lines their directions?"""
        if self.task.kind in UP_TO_CONSTANT:
            return agree(values - values[:, :1], actual - actual[:, :1], rtol)
        if self.task.kind not in LINES:
            return agree(values, actual, rtol)
        values, actual = _directions(values), _directions(actual)
        return agree(values, actual, rtol) | agree(values, -actual, rtol)

    def two(self, actual: Complex, shape: tuple[int, ...], rtol: float) -> str | None:
        """Two mistakes at once, if exactly one pair fits the answer, (points, entries), at three points or more."""
        if len(actual) < 3 or shape != self.task.shape:
            return None
        if self._pairs is None:
            self._pairs = pairs.Pairs(self.task)
        return self._pairs.only_match(actual, rtol, agree)


def agree(values: Complex, actual: Complex, rtol: float) -> Any:
    """Per candidate: do all values agree, with NaN in the same places and enough real values to tell?

    Args:
        values: shape (candidates, points, entries).
        actual: shape (1, points, entries), or as ``values``.
    """
    real = np.isfinite(values) & (np.abs(values.imag) <= 1e-9 * (np.abs(values.real) + 1e-300))
    there = np.isfinite(actual) & (np.abs(actual.imag) <= 1e-9 * (np.abs(actual.real) + 1e-300))
    with np.errstate(all="ignore"):
        size = np.where(real, np.abs(values), 0.0)
        # The usual size: exp(x**5) at 3 must not hide what differs at 1.
        scale = np.median(size.max(axis=2), axis=1)[:, None, None]
        close = np.abs(values - actual) <= rtol * (size + 1e-3 * scale)
    same = np.where(real & there, close, real == there)
    enough = (real & there).all(axis=2).sum(axis=1) >= (values.shape[1] + 1) // 2
    return same.all(axis=(1, 2)) & enough


def _directions(values: Complex) -> Complex:
    """Vectors of length 1, shape (candidates, points, entries) as given."""
    with np.errstate(all="ignore"):
        return np.asarray(values / np.sqrt((np.abs(values) ** 2).sum(axis=2, keepdims=True)))


_tables: OrderedDict[Any, Table | None] = OrderedDict()


def _frozen(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def table_of(evidence: Evidence) -> Table | None:
    """The wrong answers to a question, made once; None where there is nothing to make any of."""
    key = (
        evidence.kind,
        evidence.function if isinstance(evidence.function, (sp.Basic, tuple)) else str(evidence.function),
        evidence.variables,
        evidence.wrt,
        evidence.order,
        evidence.at,
        evidence.direction,
        evidence.start,
        evidence.step,
        evidence.count,
        evidence.rtol,
        None if evidence.desired is None else np.asarray(evidence.desired).tobytes(),
        repr(sorted((name, _frozen(value)) for name, value in evidence.data.items())),
        tuple(tuple(sorted(point.items())) for point in evidence.points),
    )
    if key in _tables:
        _tables.move_to_end(key)
        return _tables[key]
    try:
        table: Table | None = Table(evidence)
    except (TypeError, ValueError, ArithmeticError, RecursionError):
        # a function without a formula, one too large, or one that has no values here: nothing can be said
        table = None
    _tables[key] = table
    while len(_tables) > KEPT:
        _tables.popitem(last=False)
    return table


def diagnose(evidence: Evidence, *, two: bool = True) -> Diagnosis:
    """Name the mistake behind a wrong answer.

    Args:
        evidence: the task and the answer's values at the verdict's points. The caller has found the answer wrong.
        two: also look for two mistakes at once, which takes longer than everything else.

    Returns:
        The ids of all mistakes whose wrong answer agrees with the student's at every point, likeliest first; nothing
        where none fits, where more than :data:`MOST_IN_A_TIE` do, or where the values are those of the right answer.
        Two mistakes at once are named in ``generated`` only, and only if exactly one pair fits.

    A single value (a derivative at a point) is weak evidence: different mistakes often give the same number, and
    then all of them are named.
    """
    if evidence.kind not in KINDS or evidence.actual is None:
        return NOTHING
    if evidence.function is None and evidence.kind != "Array":
        return NOTHING
    try:
        actual = np.asarray(evidence.actual, dtype=np.complex128)
    except (TypeError, ValueError):
        return NOTHING
    table = table_of(evidence)
    if table is None or actual.ndim == 0 or actual.shape[0] != table.task.size:
        return NOTHING
    shape, rtol = actual.shape[1:], _precision(evidence, actual)
    flat = actual.reshape(actual.shape[0], -1)
    with np.errstate(all="ignore"):
        if _without_ones(shape) == _without_ones(table.task.shape) and not table.is_right(flat, table.task.shape, rtol):
            # a row or a column is taken for a vector everywhere
            shape = table.task.shape
        if table.is_right(flat, shape, rtol):
            return NOTHING if table.is_right(flat, shape, DOUBLE) else _single_precision(table, actual)
        formula = confirm.is_formula(evidence)
        first: dict[str, Candidate | None] = {}
        for candidate in table.fitting(flat, shape, rtol, formula=formula):
            if candidate.id in first:
                continue
            if evidence.answer is None or confirm.equal(candidate, evidence):
                first[candidate.id] = candidate
        for mistake in MISTAKES.values():
            if mistake.fits is None or (mistake.values_only and formula):
                continue
            if mistake.id not in first and mistake.fits(table.task, actual):
                first[mistake.id] = None
        for less in {less for name in first for less in MISTAKES[name].instead_of}:
            first.pop(less, None)
        if table.task.kind in PUT_TOGETHER and any(MISTAKES[name].whole for name in first):
            first = {name: made for name, made in first.items() if MISTAKES[name].rule is None}
        if len(first) > MOST_IN_A_TIE:
            return NOTHING
        if not first:
            return Diagnosis(generated=table.two(flat, shape, rtol) if two else None)
    ids = sorted(first, key=lambda name: MISTAKES[name].rank)
    best = first[ids[0]]
    return Diagnosis(mistakes=tuple(ids), generated=best.text() if best is not None else None)


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _precision(evidence: Evidence, actual: Complex) -> float:
    """The verdict's; that of single precision where a function's values, of any shape, are kept in it, as by JAX."""
    if evidence.answer is None and actual.size >= 3:
        with np.errstate(over="ignore"):  # a descent that went uphill leaves what float32 can hold
            stored = actual.real.astype(np.float32).astype(float) == actual.real
        if np.all(stored | ~np.isfinite(actual.real)):
            return max(evidence.rtol, SINGLE)
    return evidence.rtol


def _single_precision(table: Table, actual: Complex) -> Diagnosis:
    """Right values, (points, entries), that were refused can only be too coarse."""
    entry = MISTAKES["float32"]
    if entry.fits is not None and entry.fits(table.task, actual):
        return Diagnosis(mistakes=(entry.id,))
    return NOTHING


_BY_REASON = {
    Reason.VALUE_NOT_FUNCTION: "value_not_function",
    Reason.FUNCTION_NOT_VALUE: "function_not_value",
}


def from_verdict(verdict: Verdict) -> tuple[str, ...]:
    """Ids that the verdict has from its question, or gives away by itself: an exception, an answer of the wrong kind.

    >>> from autograder.model import Outcome
    >>> details = {"type": "TypeError", "error": "Expected a callable value, got 9.0"}
    >>> from_verdict(Verdict(outcome=Outcome.INVALID, reason=Reason.RAISED, details=details))
    ('grad_value',)
    """
    if verdict.mistakes:
        return verdict.mistakes
    if verdict.reason is Reason.RAISED:
        details = verdict.details
        entry = explain(
            Raised(type=details.get("type", ""), message=details.get("error", ""), source=details.get("source"))
        )
        return (entry.id,) if entry else ()
    # where no point is asked about there is no variable to depend on
    found = None if "uncalled" in verdict.details else _BY_REASON.get(verdict.reason)
    return (found,) if found else ()


def forget() -> None:
    """Drop every question's wrong answers, as between two assignments in one process."""
    _tables.clear()


def kept() -> int:
    """How many questions' wrong answers are in memory."""
    return len(_tables)
