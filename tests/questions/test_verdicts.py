"""What a verdict says besides right or wrong: the reason, the precision, where and what."""

import jax
import pytest
import sympy as sp

from autograder.model import Reason
from autograder.questions import (
    Derivative,
    Gradient,
)

x, y = sp.symbols("x y")
POLYNOMIAL = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)})
AT_TWO = Derivative("3*x**2 + 2*x + 10", wrt="x", at={"x": 2})
GRADIENT = Gradient(x**2 * y + 3 * x + sp.sin(y), wrt=("x", "y"))


def test_reasons_tell_a_value_from_a_function():
    assert POLYNOMIAL.judge(14).reason is Reason.VALUE_NOT_FUNCTION
    assert AT_TWO.judge(lambda t: 14).reason is Reason.FUNCTION_NOT_VALUE
    assert AT_TWO.judge(6 * x + 2).reason is Reason.FUNCTION_NOT_VALUE
    assert POLYNOMIAL.judge(6 * y).reason is Reason.WRONG_VARIABLES
    assert POLYNOMIAL.judge(sp.Derivative(x**2, x)).reason is Reason.UNEVALUATED
    assert GRADIENT.judge([2 * x * y]).reason is Reason.WRONG_SHAPE


def test_single_precision_is_said():
    assert POLYNOMIAL.judge(jax.grad(lambda t: 3 * t**2 + 2 * t)).details["dtype"] == "float32"


def test_a_verdict_tells_the_ta_where_and_what():
    verdict = POLYNOMIAL.judge(lambda t: 6 * t)
    assert set(verdict.witness) == {"x"}
    assert float(verdict.desired) - float(verdict.actual) == pytest.approx(2)
    assert verdict.points_used >= 8  # and those in the gaps that they leave in the domain
    assert verdict.error > 1
    assert AT_TWO.judge(26).desired == "14"
