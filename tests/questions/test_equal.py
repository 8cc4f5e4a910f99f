"""`Equal`: orders of magnitude, large arrays, texts among numbers, and what it refuses to ask for."""

from typing import Any

import numpy as np
import pytest
import sympy as sp

from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import (
    CheckFailed,
    Derivative,
    Equal,
)

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT


@pytest.mark.parametrize(
    "options", [{"expected": -1}, {"expected": 0}, {"expected": "x"}, {"expected": 1, "factor": 1}]
)
def test_an_order_of_magnitude_needs_a_positive_number(options):
    with pytest.raises(AuthorError):
        Equal(**{"factor": 10, **options})


def test_a_large_array_is_compared_at_once_and_nan_must_be_where_it_is():
    a, b = np.meshgrid(np.linspace(-2, 2, 201), np.linspace(-2, 2, 201))
    grid = np.where(a**2 + b**2 > 4, np.nan, np.exp(-(a**2) - b**2))
    question = Equal(grid)
    question.certify()
    assert question.judge(grid.copy()).outcome is RIGHT
    assert question.judge(np.exp(-(a**2) - b**2)).outcome is WRONG
    assert question.judge(grid[1:]).reason is Reason.WRONG_SHAPE
    assert question.judge(np.float32(grid)).details["dtype"] == "float32"


def test_advice_on_slopes_is_given_only_where_slopes_are_asked_for() -> None:
    with pytest.raises(CheckFailed, match="nudge the input"):
        Derivative("x**3", wrt="x", domain={"x": (1, 2)}).check("17*x**7 + 5")
    with pytest.raises(CheckFailed, match="putting it back into the question"):
        Equal(7.25, name="width").check(11.5)


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        (["x", "-y"], "[x, -y]", "[x, y]"),
        ([[1, 2], ["x", "x*y"]], "[[1, 2], [x, x*y]]", "[[1, 2], [x, y]]"),
        (("2*x", 0.5), ["2*x", 0.5], ["2*x", 2]),
    ],
)
def test_lists_of_text_are_taken_with_numbers_among_them(expected: Any, right: Any, wrong: Any) -> None:
    question = Equal(expected, variables=("x", "y"))
    assert [question.judge(answer).outcome for answer in (right, wrong)] == ["CORRECT", "INCORRECT"]


def test_what_is_nowhere_finite_is_refused_without_an_empty_place() -> None:
    with pytest.raises(AuthorError, match=r"not real and finite$"):
        Equal(sp.sqrt(-2))
