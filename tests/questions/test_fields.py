"""Divergence and curl: fields given as Python, and what authors are told. The answers are in ``test_tables.py``."""

import pytest
from jax import numpy as jnp

from autograder import questions
from autograder.errors import AuthorError
from autograder.model import Outcome


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
