"""Whether a wrong formula is right but for decimals that were cut short: 0.67x for 2x/3."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp
from mpmath.libmp import prec_to_dps

from autograder.compare.numeric import usual_size
from autograder.compare.reading import Unreadable
from autograder.expressions.context import Context
from autograder.questions.answers import Answer, formula_of, read_answer

__all__ = ["cut_short", "same_values", "written_as"]

Values = np.ndarray[Any, Any]


def cut_short(read: Answer, values: Values, right: Values, values_of: Callable[[Answer], Values | None]) -> int | None:
    """After how many decimals the numbers in a formula were cut short that would be right with all of them.

    Each may be off by half a unit of its last decimal, and all that they can move together has to reach the right
    value at each point.

    Args:
        read: the formula.
        values: its values, (N, *shape).
        right: the right ones.
        values_of: a formula → its values at the same points.
    """
    decimals = _decimals(read.exprs)
    if not decimals:
        return None
    room = np.zeros(values.shape)
    for number, places in decimals.items():
        moved = number + sp.Rational(1, 2 * 10**places)
        exprs = tuple(expr.xreplace({number: moved}) for expr in read.exprs)
        other = values_of(Answer(kind="formula", value=None, shape=read.shape, exprs=exprs))
        if other is None:
            return None
        room += np.abs(other.reshape(values.shape) - values)
    miss = np.abs(values - right)
    # so few digits reach anything: what is off by a twentieth is another answer
    small = miss <= 0.05 * np.maximum(np.abs(right), usual_size(right))
    return min(decimals.values()) if bool(np.all(small & (miss <= 1.01 * room + 1e-12 * np.abs(values)))) else None


def written_as(source: str | None, variables: Sequence[str], context: Context | None) -> Answer | None:
    """The formula that a function returns, read from its source; None where it is not one formula with decimals."""
    text = formula_of(source, variables)
    if text is None or "." not in text:
        return None
    try:
        return read_answer(text, variables, context)
    except Unreadable:
        return None


def same_values(one: Values | None, other: Values | None) -> bool:
    """Whether both are there and agree as far as single precision goes; of one size, whatever their shapes."""
    if one is None or other is None or np.size(one) != np.size(other) or np.iscomplexobj(other):
        return False
    return bool(np.allclose(np.ravel(one), np.ravel(other), rtol=1e-4, atol=1e-6))


def _decimals(exprs: Sequence[sp.Expr]) -> dict[sp.Float, int]:
    """The decimal numbers in formulas → how many decimals each has; none where one has six or more."""
    found = {}
    for number in {each for expr in exprs for each in expr.atoms(sp.Float)}:
        places = next((k for k in range(1, 6) if round(float(number), k) == float(number)), None)
        digits = prec_to_dps(number._prec)
        if places is None and digits < 15 and number:  # evalf(3)
            places = digits - 1 - math.floor(math.log10(abs(float(number))))
        if places is None or places < 1:
            return {}
        found[number] = places
    return found
