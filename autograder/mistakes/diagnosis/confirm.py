"""A match of floats is confirmed in ball arithmetic where the student gave a formula."""

from fractions import Fraction
from typing import Any

import sympy as sp

from autograder.errors import ExpressionError
from autograder.expressions.graph import evaluate
from autograder.mistakes.diagnosis.candidates import Candidate
from autograder.model import Evidence

BITS = 160
POINTS = 2
LONGEST = 400


def equal(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether the student's formula and the wrong answer cannot be told apart at :data:`BITS` bits.

    A formula that holds decimals is as exact as its decimals, and one of more than :data:`LONGEST` operations
    costs too much: floats have to do for these, and for a wrong answer made at a point such as (√2, π).
    """
    entries = flat(evidence.answer)
    if len(entries) != len(candidate.entries):
        return True
    if any(entry.has(sp.Float) or entry.count_ops() > LONGEST for entry in entries):
        return True
    if any(wrong.has(sp.Float) for wrong in candidate.expressions()):
        return True
    for point in evidence.points[:POINTS]:
        place = {name: Fraction(value) for name, value in point.items()}
        for entry, wrong in zip(entries, candidate.expressions(), strict=True):
            if not _overlap(entry, wrong, place):
                return False
    return True


def _overlap(entry: Any, wrong: Any, place: dict[str, Fraction]) -> bool:
    try:
        return bool(evaluate(entry, place, BITS).overlaps(evaluate(wrong, place, BITS)))
    except (ExpressionError, ArithmeticError, ValueError, KeyError):
        # a part that is complex there, or a function that balls do not know: the floats agreed
        return True


def is_formula(evidence: Evidence) -> bool:
    """Whether the student wrote a formula where one was asked for, not a function or numbers."""
    return evidence.answer is not None and evidence.at is None


def flat(answer: Any) -> list[Any]:
    """The entries of an answer, row by row."""
    if isinstance(answer, (sp.MatrixBase, sp.NDimArray)):
        return list(sp.flatten(answer.tolist()))
    if isinstance(answer, (list, tuple, sp.Tuple)):
        return [entry for item in answer for entry in flat(item)]
    return [sp.sympify(answer, strict=True)]  # strict: text would be evaluated
