"""Which mistake gives these values? Wrong answers made once per question, compared with any kind of answer."""

from collections import OrderedDict
from typing import Any

import numpy as np

from autograder.mistakes import candidates, confirm, pairs
from autograder.mistakes.candidates import Candidate
from autograder.mistakes.catalogue import MISTAKES
from autograder.mistakes.formula import Complex
from autograder.mistakes.task import KINDS, Task
from autograder.model import Evidence, Record

MOST_IN_A_TIE = 8
"""More mistakes than this that fit say nothing about any of them."""
KEPT = 24
"""Questions whose wrong answers stay in memory."""


class Diagnosis(Record, frozen=True, kw_only=True):
    """What fits a wrong answer."""

    mistakes: tuple[str, ...] = ()
    """Ids that fit at every point, the likeliest first; empty when none does."""
    generated: str | None = None
    """The wrong answer that the first of them gives, as text; or the two mistakes that fit together. For the TA."""


NOTHING = Diagnosis()


class _Table:
    """The wrong answers to one question and their values at its points."""

    def __init__(self, evidence: Evidence) -> None:
        self.task = Task(evidence)
        memo: dict[int, Complex] = {}
        by_shape: dict[tuple[int, ...], list[tuple[Candidate, Complex]]] = {}
        with np.errstate(all="ignore"):
            self.right = Candidate("", self.task.shape, self.task.flat).values(self.task.points, memo)
            for candidate in candidates.every(self.task):
                # the memo goes by identity, which holds as long as the table keeps every candidate alive
                values = candidate.values(self.task.points, memo)
                by_shape.setdefault(candidate.shape, []).append((candidate, values))
        self.shapes = {
            shape: ([c for c, _ in rows], np.stack([v for _, v in rows])) for shape, rows in by_shape.items()
        }
        self.pairs: pairs.Pairs | None = None

    def fitting(self, actual: Complex, shape: tuple[int, ...], rtol: float) -> list[Candidate]:
        """Candidates of the answer's shape with the answer's values at every point."""
        found = self.shapes.get(shape)
        if found is None:
            return []
        made, values = found
        close = agree(values, actual[None], rtol)
        if shape == self.task.shape:
            close &= ~agree(values, self.right[None], 10 * rtol)
        return [made[k] for k in np.flatnonzero(close)]


def agree(values: Complex, actual: Complex, rtol: float) -> Any:
    """Per candidate: do all values agree, with NaN in the same places and enough real values to tell?

    Args:
        values: shape (candidates, points, entries).
        actual: shape (1, points, entries).
    """
    real = np.isfinite(values) & (np.abs(values.imag) <= 1e-9 * (np.abs(values.real) + 1e-300))
    there = np.isfinite(actual) & (np.abs(actual.imag) <= 1e-9 * (np.abs(actual.real) + 1e-300))
    size = np.where(real, np.abs(values), 0.0)
    scale = size.max(axis=(1, 2), keepdims=True)
    with np.errstate(all="ignore"):
        close = np.abs(values - actual) <= rtol * (size + 1e-3 * scale)
    same = np.where(real & there, close, real == there)
    enough = (real & there).all(axis=2).sum(axis=1) >= max(1, (values.shape[1] + 1) // 2)
    return same.all(axis=(1, 2)) & enough


_tables: OrderedDict[Any, _Table | None] = OrderedDict()


def _table(evidence: Evidence) -> _Table | None:
    key = (
        evidence.kind,
        str(evidence.function),
        evidence.variables,
        evidence.wrt,
        evidence.order,
        evidence.at,
        evidence.direction,
        evidence.start,
        evidence.step,
        evidence.count,
        repr(sorted(evidence.data.items())),
        tuple(tuple(sorted(point.items())) for point in evidence.points),
    )
    if key in _tables:
        _tables.move_to_end(key)
        return _tables[key]
    try:
        table: _Table | None = _Table(evidence)
    except (TypeError, ValueError):
        # a function that has no formula, or one too large: nothing can be said
        table = None
    _tables[key] = table
    while len(_tables) > KEPT:
        _tables.popitem(last=False)
    return table


def diagnose(evidence: Evidence) -> Diagnosis:
    """Name the mistake behind a wrong answer.

    Args:
        evidence: the task and the answer's values at the verdict's points. The caller has found the answer wrong.

    Returns:
        The ids of all mistakes whose wrong answer agrees with the student's at every point, likeliest first; nothing
        where none fits, where too many do, or where the values are those of the right answer. Two mistakes at once
        are named in ``generated`` only, and only if exactly one pair fits.

    A single value (a derivative at a point) is weak evidence: different mistakes often give the same number, and
    then all of them are named.
    """
    if evidence.kind not in KINDS or evidence.function is None or evidence.actual is None:
        return NOTHING
    table = _table(evidence)
    if table is None or not table.task.points:
        return NOTHING
    try:
        actual = np.asarray(evidence.actual, dtype=np.complex128)
    except (TypeError, ValueError):
        return NOTHING
    if actual.ndim == 0 or actual.shape[0] != len(next(iter(table.task.points.values()))):
        return NOTHING
    shape = actual.shape[1:]
    flat = actual.reshape(actual.shape[0], -1)
    with np.errstate(all="ignore"):
        if shape == table.task.shape and bool(agree(table.right[None], flat[None], evidence.rtol)[0]):
            return NOTHING
        found = table.fitting(flat, shape, evidence.rtol)
    if evidence.answer is not None:
        found = [candidate for candidate in found if confirm.equal(candidate, evidence)]
    ids = {candidate.id: candidate for candidate in reversed(found)}
    texts = {name: candidate.text() for name, candidate in ids.items()} if len(ids) == 1 else {}
    for mistake in MISTAKES.values():
        if mistake.fits is not None and mistake.id not in ids and mistake.fits(table.task, actual):
            ids[mistake.id] = None  # type: ignore[assignment]  # recognised, not generated
    if len(ids) > MOST_IN_A_TIE:
        return NOTHING
    if ids:
        ordered = sorted(ids, key=lambda name: MISTAKES[name].rank)
        first = ids[ordered[0]]
        return Diagnosis(
            mistakes=tuple(ordered), generated=texts.get(ordered[0]) or (first.text() if first is not None else None)
        )
    return Diagnosis(generated=_two(table, flat, shape, evidence))


def _two(table: _Table, actual: Complex, shape: tuple[int, ...], evidence: Evidence) -> str | None:
    if len(actual) < 3 or shape != table.task.shape:
        return None
    if table.pairs is None:
        table.pairs = pairs.Pairs(table.task)
    with np.errstate(all="ignore"):
        return table.pairs.only_match(actual, evidence.rtol, agree)
