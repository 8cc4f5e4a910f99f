"""A match of floats is confirmed to many digits where the student gave a formula."""

from typing import Any

import sympy as sp

from autograder.mistakes.candidates import Candidate
from autograder.model import Evidence

DIGITS = 30
POINTS = 2


def equal(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the student's formula and the wrong answer agree to :data:`DIGITS` digits at the first points.

    A formula that holds decimals is as exact as its decimals: floats have to do for it.
    """
    entries = _entries(evidence.answer)
    if len(entries) != len(candidate.entries) or any(entry.has(sp.Float) for entry in entries):
        return True
    if any(len(str(entry)) > 2_000 for entry in entries):
        return True
    for point in evidence.points[:POINTS]:
        # a float is a dyadic rational: exactly this point, to as many digits as wanted
        place = {name: sp.Rational(value) for name, value in point.items()}
        for entry, wrong in zip(entries, candidate.expressions(), strict=True):
            if not _agree(entry, wrong, place):
                return False
    return True


def _agree(entry: Any, wrong: Any, place: dict[str, Any]) -> bool:
    left, right = (_value(side, place) for side in (entry, wrong))
    if left is None or right is None:
        return True
    return bool(abs(left - right) <= sp.Float(10) ** (5 - DIGITS) * (1 + abs(right)))


def _value(expr: Any, place: dict[str, Any]) -> Any:
    expr = sp.sympify(expr)
    value = expr.evalf(DIGITS, subs={symbol: place[symbol.name] for symbol in expr.free_symbols}, maxn=200)
    return value if value.is_number and value.is_finite else None


def _entries(answer: Any) -> list[Any]:
    if isinstance(answer, (sp.MatrixBase, sp.NDimArray)):
        return list(sp.flatten(answer.tolist()))
    if isinstance(answer, (list, tuple, sp.Tuple)):
        return [entry for item in answer for entry in _entries(item)]
    return [sp.sympify(answer)]
