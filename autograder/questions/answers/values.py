"""Numbers, shapes and places, as the kinds of questions compare and report them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import fitted, shape_text
from autograder.compare.reading import Numbers, read_numbers
from autograder.model import Outcome, Reason, Verdict
from autograder.questions.answers.reading import Answer

__all__ = ["constant_numbers", "entry_of", "floats", "has_shape", "has_variable", "precision_of", "wrong_shape"]


def constant_numbers(read: Answer) -> Numbers:
    """The numbers of an answer without variables, exact ones rounded once."""
    if read.kind == "formula":
        values = [read_numbers(e) for e in read.exprs]
        array = np.array([v.values for v in values]).reshape(read.shape)
        inexact = any(v.precision != "exact" for v in values)
        return Numbers(values=array, precision="float64" if inexact else "exact", integers=False)
    return read_numbers(read.value)


def precision_of(numbers: Numbers) -> float:
    """How far two of them may be apart, relatively, and still be meant as one."""
    return {"float32": 1e-5, "float16": 1e-2}.get(numbers.precision, 1e-9)


def has_shape(given: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of the ``given`` shape is one of the ``wanted``, as a column is a vector."""
    return given == wanted or fitted(np.zeros(given), wanted) is not None


def wrong_shape(wanted: tuple[int, ...], given: tuple[int, ...]) -> Verdict:
    """INVALID, with both shapes in words."""
    details = {"expected": shape_text(wanted), "got": shape_text(given)}
    return Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_SHAPE, details=details)


def has_variable(value: Any) -> bool:
    """Whether a letter stands in it, anywhere in its lists: a formula, and no number yet."""
    try:
        if isinstance(value, (sp.Basic, sp.MatrixBase, sp.NDimArray)):
            return bool(value.free_symbols)
    except Exception:  # a half-built SymPy object of the student's
        return False
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.ravel().tolist()
    return isinstance(value, (list, tuple)) and any(has_variable(item) for item in value[:1000])


def floats(point: Mapping[str, Any]) -> dict[str, float]:
    """A point with the numbers of any kind as Python's."""
    return {name: float(value) for name, value in point.items()}


def entry_of(where: tuple[int, ...] | None) -> dict[str, Any]:
    """Which entry of an array, for the TA."""
    return {"entry": list(where)} if where else {}
