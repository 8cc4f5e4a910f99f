"""Largest and smallest values under constraints: answers typed by hand, right ones in many forms and wrong ones."""

from typing import Any

import numpy as np
import pytest
import sympy as sp

from autograder import feedback
from autograder.errors import AuthorError
from autograder.feedback import leaks
from autograder.model import Outcome
from autograder.questions import ConstrainedOptimum
from tests import row_name

x, y, l = sp.symbols("x y l")  # noqa: E741 — as students write the multiplier

CIRCLE = ConstrainedOptimum("x*y", on="x**2 + y**2 = 2", want="maximum")
NEAREST = ConstrainedOptimum("(x - 3)**2 + y**2", within="x + y <= 1")
INSIDE = ConstrainedOptimum("(x - 1)**2 + 2*y**2", within="x**2 + y**2 <= 4")
BOX = ConstrainedOptimum(
    "x*y*z", on=["x + y + z = 6", "x - y = 0"], want="maximum", domain=dict.fromkeys("xyz", (1, 5))
)

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        CIRCLE,
        [
            "(1, 1), (-1, -1)",
            "[(-1, -1), (1, 1)]",
            [(1, 1), (-1, -1)],
            {(1, 1), (-1, -1)},
            np.array([[1.0, 1.0], [-1.0, -1.0]]),
            [(1, 1, 0.5), (-1, -1, 0.5)],
            [(1, 1, -0.5), (-1, -1, -0.5)],
            sp.Matrix([[1, 1], [-1, -1]]),
            [{x: 1, y: 1, l: sp.Rational(1, 2)}, {x: -1, y: -1, l: sp.Rational(1, 2)}],
            [(1.00001, 0.99999), (-1, -1)],
        ],
        [
            ([(1, 1)], "critical_missing"),
            ("(-1, -1)", "critical_missing"),
            ([(0, 0)], "constraint_ignored"),
            ([(1, -1), (-1, 1)], "extrema_swapped"),
            ([(1, 1), (-1, 1)], "extrema_swapped"),
            ([(2, 1)], "constraint_unmet"),
            ([(2, 2), (-2, -2)], "constraint_unmet"),
            ([(np.sqrt(2), 0)], "lagrange_not_parallel"),
            ([(1, 1, 2), (-1, -1, 2)], "multiplier_wrong"),
            ([(1, 1, 1), (-1, -1, 1)], "multiplier_wrong"),
        ],
    ),
    (
        NEAREST,
        [[2, -1], "(2, -1)", {x: 2, y: -1}, (2, -1, -2), (2, -1, 2), [[2.0], [-1.0]], sp.Matrix([2, -1])],
        [
            ([3, 0], "constraint_ignored"),
            ([-1, 2], "swap"),
            ([1, 0], "lagrange_not_parallel"),
            ([2, 1], "constraint_unmet"),
            ([2, -1, 0], "multiplier_wrong"),
            ([0, 0], None),
        ],
    ),
    (
        INSIDE,
        [[1, 0], "(1, 0)", (1, 0, 0), {x: 1, y: 0}, np.array([1.0, 0.0])],
        [
            ([2, 0], "lagrange_not_best"),
            ([-2, 0], "lagrange_not_best"),
            ([0, 1], "swap"),
            ([1, 0, 1], "multiplier_wrong"),
            ([3, 0], "constraint_unmet"),
        ],
    ),
    (
        BOX,
        [[2, 2, 2], "(2, 2, 2)", (2, 2, 2, 4, 0), (2, 2, 2, -4, 0), {"x": 2, "y": 2, "z": 2}],
        [
            ([1, 2, 3], "constraint_unmet"),
            ([1, 1, 4], "lagrange_not_parallel"),
            ([2, 2, 3], "constraint_unmet"),
            ([2, 2, 2, 2, 0], "multiplier_wrong"),
        ],
    ),
]
RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
WRONG = [(question, answer, mistake) for question, _, wrong in TABLE for answer, mistake in wrong]


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=row_name)
def test_a_right_answer_in_any_form(question, answer):
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=row_name)
def test_a_wrong_answer_its_name_and_what_is_said(question, answer, mistake):
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    assert mistake is None or mistake in verdict.mistakes
    said = feedback.student(verdict, level=2, language="en")
    right = next(right[0] for asked, right, _ in TABLE if asked is question)
    assert leaks(said, right, public=[question.prompt, str(answer)], strict=True) == []


def test_most_wrong_answers_have_a_name():
    named = [bool(question.judge(answer).mistakes) for question, answer, _ in WRONG]
    assert sum(named) / len(named) >= 0.9


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=lambda value: value.prompt)
def test_the_points_of_each_are_found_from_elsewhere(question):
    question.certify()


def test_points_that_are_wrong_are_not_certified():
    question = ConstrainedOptimum("x*y", on="x**2 + y**2 = 2", want="maximum")
    question.__dict__["solutions"] = [np.array([1.0, 1.0])]
    with pytest.raises(AuthorError, match="other starts"):
        question.certify()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: ConstrainedOptimum("x*y"), "must give a constraint"),
        (lambda: ConstrainedOptimum("x*y", on="x = 1", want="best"), "must be"),
        (lambda: ConstrainedOptimum("x*y", within="x + y"), "inequality"),
        (lambda: ConstrainedOptimum("x + y", on="x**2 + y**2 = -1"), "no point"),
        (lambda: ConstrainedOptimum("x**2 + y**2", on="x**2 + y**2 = 1"), "more than"),
    ],
)
def test_an_author_is_told(make, says):
    with pytest.raises(AuthorError, match=says):
        make()
