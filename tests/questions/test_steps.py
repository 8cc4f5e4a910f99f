"""Step sizes: too large for the formula, too small for the computer, or right."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import StepSize
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason

FORWARD = StepSize("sin(x)", at=1, rtol=1e-7)
CENTRAL = StepSize("sin(x)", at=1, quotient="central", rtol=1e-10)
SINGLE = StepSize("sin(x)", at=1, single=True, rtol=1e-3)
RIGHT, LARGE, SMALL = (), ("h_too_large",), ("h_too_small",)

ROWS = [
    (FORWARD, 1e-8, RIGHT),
    (FORWARD, "1e-8", RIGHT),
    (FORWARD, [1e-8], RIGHT),
    (FORWARD, np.float32(1e-8), RIGHT),
    (FORWARD, 0.1, LARGE),
    (FORWARD, 1e-5, LARGE),
    (FORWARD, 1e-12, SMALL),
    (FORWARD, 1e-300, SMALL),
    (FORWARD, 1e300, LARGE),
    (CENTRAL, 5e-6, RIGHT),
    (CENTRAL, 1e-3, LARGE),
    (CENTRAL, 1e-8, SMALL),
    (SINGLE, 1e-3, RIGHT),
    (SINGLE, 1e-8, SMALL),
    (SINGLE, 0.1, LARGE),
]


@pytest.mark.parametrize(("question", "answer", "mistakes"), ROWS, ids=range(len(ROWS)))
def test_claims(question, answer, mistakes):
    verdict = question.judge(answer)
    assert verdict.outcome is (Outcome.INCORRECT if mistakes else Outcome.CORRECT)
    assert verdict.mistakes == mistakes


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, Reason.MISSING),
        (0, Reason.WRONG_TYPE),
        (-1e-8, Reason.WRONG_TYPE),
        (float("nan"), Reason.WRONG_TYPE),
        ([1e-8, 1e-7], Reason.WRONG_SHAPE),
        (1e-8j, Reason.COMPLEX),
        (lambda f, x, h: h, Reason.FUNCTION_NOT_VALUE),
        ("small", Reason.WRONG_VARIABLES),
    ],
)
def test_what_is_no_step(answer, reason):
    verdict = FORWARD.judge(answer)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, reason)


@given(st.floats(1e-14, 1.0))
def test_a_step_is_right_exactly_when_its_quotient_is_near(h):
    near = abs((np.sin(1 + h) - np.sin(1)) / h - np.cos(1)) <= 1e-7 * np.cos(1)
    assert (FORWARD.judge(h).outcome is Outcome.CORRECT) == near


@given(st.floats(1e-14, 1.0), st.floats(1, 100))
def test_nothing_between_two_steps_that_are_too_large_is_too_small(h, factor):
    if FORWARD.judge(h).mistakes == LARGE:
        assert FORWARD.judge(h * factor).mistakes == LARGE


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"function": "sin(x)", "at": None}, "at= must give the point"),
        ({"function": "sin(x)", "at": 1, "quotient": "backward"}, "forward or central"),
        ({"function": "x**2", "at": 0}, "is zero at the point"),
        ({"function": "x**2", "at": 1, "rtol": 0}, "must be above 0"),
        ({"function": "x**2", "at": 1, "rtol": None}, "must be above 0"),
        ({"function": "x*y", "at": (1, 2), "wrt": "x"}, "one variable"),
        ({"function": lambda x: jnp.sin(x) * x, "at": 1, "variables": ("x",)}, "a formula"),
    ],
)
def test_what_an_author_gets_wrong(options, words):
    with pytest.raises(AuthorError, match=words):
        StepSize(**options)


def test_a_step_that_was_typed_without_its_minus_costs_nothing():
    assert StepSize("2**x", at=1).judge(1e12).mistakes == LARGE


def test_a_tolerance_that_no_step_reaches_is_refused_by_the_build():
    FORWARD.certify()
    with pytest.raises(AuthorError, match="no step brings"):
        StepSize("sin(x)", at=1, rtol=1e-12).certify()
