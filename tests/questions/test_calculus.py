"""Questions of calculus beyond the derivative: what is right in any form, and what wrong answers are called."""

import pytest

from autograder import feedback, questions
from autograder.errors import AuthorError
from autograder.feedback import leaks
from autograder.model import Outcome
from tests.questions.calculus_table import TABLE

RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
WRONG = [(question, answer, mistake) for question, _, wrong in TABLE for answer, mistake in wrong]


def _name(value: object) -> str:
    return repr(value)[:60]


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=_name)
def test_a_right_answer_in_any_form(question, answer):
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=_name)
def test_a_wrong_answer_and_its_name(question, answer, mistake):
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    assert mistake is None or mistake in verdict.mistakes


def test_most_wrong_answers_have_a_name():
    named = [bool(question.judge(answer).mistakes) for question, answer, _ in WRONG]
    assert sum(named) / len(named) >= 0.75


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=_name)
def test_the_references_of_each_agree(question):
    question.certify()


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=_name)
def test_no_sentence_holds_the_right_answer(question, answer, mistake):
    right = next(right[0] for asked, right, _ in TABLE if asked is question)
    said = feedback.student(question.judge(answer), level=2, language="en")
    assert leaks(said, right, public=question.prompt, strict=True) == []


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
