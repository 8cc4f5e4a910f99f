"""Largest and smallest values under constraints: what authors are told. The answers are in ``test_tables.py``."""

import numpy as np
import pytest

from autograder.errors import AuthorError
from autograder.questions import ConstrainedOptimum


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
