"""The order of convergence of a student's difference quotient: measured, whatever the formula and the precision."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from autograder import feedback
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import DifferenceQuotient

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def backward(f, x, h):
    return (f(x) - f(x - h)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def five(f, x, h):
    return (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)


def extrapolated(f, x, h):
    return (4 * central(f, x, h / 2) - central(f, x, h)) / 3


def complex_step(f, x, h):
    return f(x + 1j * h).imag / h


def in_single(f, x, h):
    return central(f, np.float32(x), np.float32(h))


def in_jax(f, x, h):
    return float(forward(f, jnp.float32(x), jnp.float32(h)))


FUNCTIONS = [
    ("sin(x)", None), ("exp(x)*sin(x)", {"x": (-2, 2)}), ("log(x)", {"x": (0.5, 5)}), ("sqrt(x)", {"x": (0, 4)}),
    ("1/(1 + x**2)", {"x": (-2, 2)}), ("exp(-x**2)", None), ("x**5 - 3*x", {"x": (1, 3)}),
]  # fmt: skip
METHODS = {1: (forward, backward, in_jax), 2: (central, complex_step, in_single), 4: (five, extrapolated)}


@pytest.mark.parametrize(("function", "domain"), FUNCTIONS)
@pytest.mark.parametrize("order", METHODS)
def test_every_formula_of_the_order_is_right_and_no_other(function, domain, order):
    question = DifferenceQuotient(function, order, domain=domain)
    question.certify()
    for found, methods in METHODS.items():
        for method in methods:
            verdict = question.judge(method)
            assert verdict.outcome is (RIGHT if found == order else WRONG), (method.__name__, verdict)
            if found != order:
                assert verdict.reason is Reason.ORDER
                assert abs(float(verdict.details["got"]) - found) <= 0.2


SINE = DifferenceQuotient("sin(x)", order=2, name="central")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda f, x, h: np.array([central(f, x, h)]), RIGHT),
        (lambda f, x, h: central(lambda t: f(np.array([t]))[0], x, h), RIGHT),
        (lambda f, x, h: math.cos(x), WRONG),
        (lambda f, x, h: central(f, x, h * h), WRONG),
        (lambda f, x, h: central(f, x, h) + 0.01, WRONG),
        (lambda f, x, h: f(x), WRONG),
        (lambda f, x, h: float("nan"), WRONG),
        (lambda f, x, h: None, INVALID),
        (lambda f, x, h: [1, 2], INVALID),
        (lambda f, x, h: 1j, INVALID),
        (lambda f, x, h: "no", INVALID),
        (lambda f, x: f(x), INVALID),
        (lambda f, x, h: f(x, h), INVALID),
        ("cos(x)", INVALID),
        (2.0, INVALID),
        (None, INVALID),
    ],
)
def test_claims(answer, outcome):
    verdict = SINE.judge(answer)
    assert verdict.outcome is outcome, verdict


def test_the_student_reads_both_orders():
    said = feedback.student(SINE.judge(forward), language="en")
    assert "order 1.0" in said
    assert "expected order: 2" in said
    assert "order" not in feedback.student(SINE.judge(lambda f, x, h: None), language="en")


def test_arguments_come_in_the_order_that_the_author_gives():
    question = DifferenceQuotient("exp(x)", order=1, arguments=("x", "h", "f"), domain={"x": (-1, 1)})
    assert question.judge(lambda x, h, f: forward(f, x, h)).outcome is RIGHT


def test_a_function_given_in_python():
    question = DifferenceQuotient(lambda t: jnp.sin(t) * t, order=2, domain={"x": (-1, 1)}, variables=("x",))
    assert question.judge(central).outcome is RIGHT
    assert question.judge(forward).outcome is WRONG


@pytest.mark.parametrize(
    "options",
    [
        {"function": "x*y", "order": 1},
        {"function": "sin(x)", "order": 0},
        {"function": "sin(x)", "order": 2, "at": 1},
        {"function": "sin(x)", "order": 2, "arguments": ("f", "x")},
    ],
)
def test_an_author_s_slip_is_refused(options):
    with pytest.raises(AuthorError):
        DifferenceQuotient(**options)


def test_a_function_on_which_the_order_does_not_show_is_refused():
    with pytest.raises(AuthorError, match="does not show"):
        DifferenceQuotient("x**2 + x", order=2).certify()
