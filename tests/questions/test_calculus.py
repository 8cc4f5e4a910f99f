"""Questions of calculus beyond the derivative: what authors are told, and what is no answer.

The answers are in ``test_tables.py``.
"""

import pytest

from autograder import feedback, questions
from autograder.errors import AuthorError
from autograder.model import Outcome
from tests import row_name


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: questions.Implicit("x**2 + y**2 = 25 = 5"), "several equals signs"),
        (lambda: questions.Implicit("x**2 + y**2 + z = 25"), "x, y, z"),
        (lambda: questions.Implicit("x**2 + y**2 = 25", at=(3, 5)), "not on the curve"),
        (lambda: questions.Implicit("x**2 + y**2 = 25", at=(5, 0)), "not real and finite"),
        (lambda: questions.Implicit("x**2 + y**2 = -1"), "too few points"),
        (lambda: questions.Implicit("x**2 + y**2 = 25", branch="up"), "must be a condition"),
        (lambda: questions.Implicit("x**2 + y**2 = 25", order=3), "must be 1 or 2"),
        (lambda: questions.RelatedRate("x = y**2", of="y", rates={"x": 1}, at={"x": 1, "y": 2}), "does not hold"),
        (lambda: questions.RelatedRate("x = y**2", of="y", rates={}, at={"x": 4, "y": 2}), "was named"),
        (
            lambda: questions.RelatedRate("x = y**2", of="y", rates={"x": 1}, at={"x": 4, "y": 2}, unit="furlong"),
            "is not known",
        ),
        (lambda: questions.Antiderivative("x*y"), "one variable"),
        (lambda: questions.Antiderivative("sin(x)**x"), "finds no antiderivative"),
        (lambda: questions.Antiderivative("cos(x)", antiderivative="cos(x)").certify(), "is no antiderivative"),
        (lambda: questions.Antiderivative("cos(x)", at=1), "no meaning"),
        (lambda: questions.Integral("x**2", "x", 1, 3, value=9).certify(), "by quadrature"),
        (lambda: questions.Integral("x*y", "x", 1, 3), "one variable"),
        (lambda: questions.Taylor("abs(x)", at=0, order=1).certify(), "disagree"),
        (lambda: questions.Taylor("exp(x)", at=0, order=-1), "whole number"),
        (lambda: questions.RemainderBound("exp(x)", at=2, order=1, on=(0, 1)), "does not hold"),
        (lambda: questions.Limit("1/x", "x", 0, side="up"), "must be"),
        (lambda: questions.Limit("1/x", "x", 1, value=2).certify(), "tends to"),
        (lambda: questions.Limit("sin(x)/x", "x", 0, value="DNE").certify(), "tends to"),
        (lambda: questions.Where("x**2", "f is large"), "must be as"),
        (lambda: questions.Where("x**2", "rises", expected="x < 0").certify(), "does not hold"),
        (lambda: questions.Where("x**2", "rises", expected="x > 1").certify(), "as well"),
        (lambda: questions.Sets("cos(x) > y"), "no set of numbers"),
        (lambda: questions.Unordered(["a"]), "is not numbers"),
    ],
)
def test_an_author_is_told(make, says):
    with pytest.raises(AuthorError, match=says):
        make()


def test_a_reference_that_is_wrong_is_not_certified(monkeypatch):
    question = questions.Implicit("x**2 + y**2 = 25")
    monkeypatch.setattr(type(question.curve), "followed", lambda self, point, order: 3.25)
    with pytest.raises(AuthorError, match="has the slope"):
        question.certify()


@pytest.mark.parametrize("answer", ["x^3/3", "x^3/3 + C"])
def test_bounds_that_are_not_put_in(answer):
    verdict = questions.Integral("x**2", "x", 1, 3).judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.INVALID, ("int_bounds_open",))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (questions.Where("x**2", "rises"), "x^2 + 1"),
        (questions.Where("x**2", "rises"), "x >"),
        (questions.Where("x**2", "rises"), "y > 1"),
        (questions.Where("x**2", "rises"), None),
        (questions.Where("x**2", "rises"), "sin(x**5 + exp(x)) > cos(x)"),
        (questions.Where("x**2", "rises"), "x > 0 or " * 500 + "x > 0"),
        (questions.Where("x**2", "rises"), 5),
        (questions.Where("x**2", "rises"), lambda x: 3),
        (questions.Limit("1/x", "x", 1), None),
        (questions.Limit("1/x", "x", 1), "x"),
        (questions.Limit("1/x", "x", 1), [1, 2]),
        (questions.Unordered([1, 2]), None),
        (questions.Unordered([1, 2]), "a, b"),
        (questions.Unordered([((1, 2), 3)]), [1, 2]),
        (questions.Antiderivative("cos(x)"), "sin(t)"),
    ],
    ids=row_name,
)
def test_what_is_no_answer(question, answer):
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INVALID
    assert "{" not in feedback.student(verdict, language="en")


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (questions.Implicit, {"curve": "x**2 + x*y + y**2 = 7", "domain": {"x": (-2, 2)}}),
        (questions.Implicit, {"curve": "x**2 + y**2 = 25", "branch": "y > 0", "order": 2}),
        (questions.TangentPlane, {"function": "x**2*y + exp(y)", "at": (1, 2)}),
        (questions.SteepestRate, {"function": "x**2*y + exp(y)"}),
    ],
)
def test_points_are_drawn_once_however_often_a_question_is_made(kind, given):
    assert kind(**given).samples is kind(**given).samples
    other = kind(**given, seed=1).samples
    assert other.points != kind(**given).samples.points


def test_another_part_of_a_curve_has_other_points():
    above, below = (questions.Implicit("x**2 + y**2 = 25", branch=f"y {sign} 0").samples for sign in "><")
    assert {point["y"] > 0 for point in above.points} == {True}
    assert {point["y"] > 0 for point in below.points} == {False}
    whole = questions.Implicit("x**2 + y**2 = 25").samples
    assert {point["y"] > 0 for point in whole.points} == {True, False}
