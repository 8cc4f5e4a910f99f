"""Divergence and curl: what is right in any form, and what wrong answers are called."""

import pytest
from jax import numpy as jnp

from autograder import feedback, questions
from autograder.errors import AuthorError
from autograder.feedback import leaks
from autograder.model import Outcome
from tests import row_name
from tests.questions.fields_table import TABLE

RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
WRONG = [(question, answer, mistake) for question, _, wrong in TABLE for answer, mistake in wrong]


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=row_name)
def test_a_right_answer_in_any_form(question, answer):
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=row_name)
def test_a_wrong_answer_and_its_name(question, answer, mistake):
    verdict = question.judge(answer)
    assert verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID)
    assert mistake is None or mistake in verdict.mistakes


def test_most_wrong_answers_have_a_name():
    named = [bool(question.judge(answer).mistakes) for question, answer, _ in WRONG]
    assert sum(named) / len(named) >= 0.8


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=row_name)
def test_the_references_of_each_agree(question):
    question.certify()


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=row_name)
def test_no_sentence_holds_the_right_answer(question, answer, mistake):
    right = next(right[0] for asked, right, _ in TABLE if asked is question)
    said = feedback.student(question.judge(answer), level=2, language="en")
    assert leaks(said, right, public=question.prompt, strict=True) == []


def test_a_field_given_as_python():
    whirl = questions.Curl(lambda x, y, z: jnp.array([y * z, x**2, x * y]), wrt=("x", "y", "z"))
    assert whirl.judge("[x, 0, 2x - z]").outcome is Outcome.CORRECT
    assert whirl.judge("[x, 0, 2x + z]").outcome is Outcome.INCORRECT
    flow = questions.Divergence(lambda x, y: jnp.array([jnp.sin(x), x * y]), wrt=("x", "y"))
    assert flow.judge("cos(x) + x").outcome is Outcome.CORRECT


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: questions.Divergence(["x", "y", "x"], wrt=("x", "y")), "as many components as variables"),
        (lambda: questions.Divergence("x*y"), "as many components as variables"),
        (lambda: questions.Curl(["w", "x", "y", "z"], wrt=("w", "x", "y", "z")), "two or three variables"),
    ],
)
def test_an_author_is_told(make, says):
    with pytest.raises(AuthorError, match=says):
        make()


def test_a_reference_that_is_wrong_is_not_certified(monkeypatch):
    question = questions.Curl(["-y*x", "x*y**2"], wrt=("x", "y"))
    monkeypatch.setattr("autograder.reference.by_jax", lambda *_: question.samples.values + 0.25)
    with pytest.raises(AuthorError, match="disagree"):
        question.certify()
