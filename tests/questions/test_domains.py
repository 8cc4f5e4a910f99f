"""Where a question asks: its domain, extra points, gaps, arrays of points."""

import math

import numpy as np
import pytest
import sympy as sp

from autograder.model import Outcome, Reason
from autograder.questions import (
    Derivative,
    Gradient,
    recording,
)

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
x = sp.Symbol("x")


def test_a_formula_may_be_right_only_where_the_function_is_real():
    assert Derivative("log(x)", wrt="x").judge(1 / sp.Abs(x)).outcome is RIGHT
    assert Derivative("log(Abs(x))", wrt="x").judge(1 / sp.Abs(x)).outcome is WRONG


def test_a_function_that_is_right_on_half_of_the_domain_is_wrong():
    assert Derivative("Abs(x)**3", wrt="x", domain={"x": (-2, 2)}).judge(lambda t: 3 * t**2).outcome is WRONG


def test_narrow_and_far_domains_are_found():
    far = Derivative("sqrt(x - 1000)", wrt="x")
    assert far.judge(lambda t: 0.5 / math.sqrt(t - 1000)).outcome is RIGHT
    assert far.judge(lambda t: 0.25 / math.sqrt(t - 1000)).outcome is WRONG
    narrow = Derivative("sqrt(x - 1000)", wrt="x", domain={"x": (1000, 1000.001)})
    assert narrow.judge(lambda t: 0.5 / math.sqrt(t - 1000)).outcome is RIGHT
    assert Derivative("sqrt(x - 10)", wrt="x").judge(lambda t: 0.5 / math.sqrt(t - 10)).outcome is RIGHT


def test_extra_points_are_asked():
    question = Derivative("x**2", wrt="x", domain={"x": (0, 1)}, points=[-5])
    assert question.judge(lambda t: 2 * abs(t)).outcome is WRONG
    assert Derivative("x**2", wrt="x", domain={"x": (0, 1)}).judge(lambda t: 2 * abs(t)).outcome is RIGHT


def test_an_answer_may_have_gaps_only_where_no_domain_was_given():
    free, bounded = Derivative("m + k**2/2", wrt="k"), Derivative("m + k**2/2", wrt="k", domain={"k": (-2, 2)})
    with_gaps = lambda k, m: math.sqrt(k + 1.5) ** 2 - 1.5  # noqa: E731
    assert free.judge(with_gaps).outcome is RIGHT
    assert bounded.judge(with_gaps).reason is Reason.RAISED
    assert free.judge(lambda k, m: math.sqrt(k + 1.5) ** 2 - 1.4).outcome is WRONG
    assert free.judge(lambda k, m: float("nan")).outcome is WRONG


def test_a_function_that_is_real_nowhere_may_have_a_real_derivative():
    question = Derivative("2*sqrt(x + 1) + atanh(x**2 + 2)", wrt="x")
    assert question.judge(lambda t: 1 / math.sqrt(t + 1) + 2 * t / (1 - (t**2 + 2) ** 2)).outcome is RIGHT
    assert question.judge(lambda t: 1 / math.sqrt(t + 1) - 2 * t / (1 - (t**2 + 2) ** 2)).outcome is WRONG
    assert question.judge("1/sqrt(x + 1) + 2*x/(1 - (x**2 + 2)**2)").outcome is RIGHT
    assert question.judge("1/sqrt(x + 1) + 2*x/(1 - (x**2 + 2)**2) + x/10**9").outcome is WRONG


def test_a_task_may_ask_for_a_function_of_arrays():
    question = Derivative("x**2", wrt="x", vectorised=True)
    assert question.judge(lambda t: 2 * t).outcome is RIGHT
    assert question.judge(sp.lambdify(x, 2 * x)).outcome is RIGHT
    assert question.judge(lambda t: 2 * math.fabs(t) * math.copysign(1, t)).outcome is INVALID
    assert question.judge(lambda t: 2 * t if t > 0 else t + t).outcome is INVALID
    assert question.judge(2 * x).reason is Reason.WRONG_TYPE
    assert Gradient("x*y", vectorised=True).judge(lambda a, b: np.stack([b, a])).outcome is RIGHT


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_what_single_precision_leaves_of_a_slope_far_out_is_right(seed):
    import jax
    import jax.numpy as jnp

    question = Derivative("tanh(x - 300)", wrt="x", domain={"x": (250, 350)}, seed=seed)

    def slope(x):
        return jax.grad(lambda t: jnp.tanh(t - 300))(x)

    assert question.judge(slope).outcome is Outcome.CORRECT
    assert question.judge(lambda x: 1.2 * slope(x)).outcome is Outcome.INCORRECT


def test_what_single_precision_leaves_is_kept_with_an_assignment(monkeypatch):
    """JAX is asked when the assignment is built; at grading its import would take longer than the notebook."""

    def question():
        return Derivative("tanh(x - 300)", wrt="x", domain={"x": (250, 350)}, seed=4)

    def slope(t):
        return np.float32(1) - np.tanh(np.float32(t) - np.float32(300)) ** 2

    kept = question().second_values()
    monkeypatch.setattr("autograder.reference.single.by_jax", lambda *_, **__: pytest.fail("JAX was asked"))
    with recording((), references=kept):
        assert question().judge(slope).outcome is RIGHT
        assert question().judge(lambda t: np.float32(1.2) * slope(t)).outcome is WRONG
    with recording((), references={}), pytest.raises(pytest.fail.Exception, match="JAX was asked"):
        question().judge(slope)


def test_where_single_precision_has_no_value_of_the_formula_the_answer_is_looked_at_all_the_same():
    import jax

    question = Derivative("log(1 + exp(x - 200))", wrt="x", domain={"x": (290, 310)})

    assert question.judge(lambda x: jax.nn.sigmoid(x - 200)).outcome is Outcome.CORRECT
    assert question.judge(lambda x: 0 * jax.nn.sigmoid(x - 200)).outcome is Outcome.INCORRECT
