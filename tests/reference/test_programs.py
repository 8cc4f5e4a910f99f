"""One program of JAX's for formulas that differ in their numbers alone gives each formula its own values."""

import numpy as np
import pytest
import sympy as sp

from autograder.reference import read_function
from autograder.reference.derivatives import Operator, by_jax, by_mpmath
from autograder.reference.programs import _of_formulas, parted

FIRST = Operator(shape=(), terms=((0, (0,)),))
SECOND = Operator(shape=(), terms=((0, (0, 0)),))
FAMILIES = [
    ["3*x**2 + 2*x", "7*x**2 - 4*x", "x**2/3 + 0.1*x"],
    ["5*exp(sin(2*x))", "-2*exp(sin(7*x))"],
    ["(2*x + 3)/(x**2 + 5)", "(9*x - 1)/(x**2 + 0.5)"],
    ["(2*x**2 + 1)**5", "(3*x**2 - 4)**5"],
    ["2*Abs(x - 5) + 9007199254740993*x", "3*Abs(x + 1) + 9007199254740993*x"],
    ["2**x + 4*sqrt(x + 10)", "2**x - 7*sqrt(x + 20)"],
    ["Piecewise((2*x**3, x < 0.6), (5*x + 1, True))"],
    ["log(3*x + 12)*cos(x/4)", "log(5*x + 40)*cos(x/3)"],
]


@pytest.mark.parametrize("operator", [FIRST, SECOND], ids=["first", "second"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_a_family_is_one_program_and_each_member_has_its_own_derivative(family: list[str], operator: Operator) -> None:
    points = np.array([[0.25 + k / 8] for k in range(19)])
    _of_formulas.cache_clear()
    for text in family:
        function = read_function(text)
        desired = by_mpmath(function, operator, [{"x": sp.Rational(float(x))} for (x,) in points])
        np.testing.assert_allclose(by_jax(function, operator, points), desired, rtol=1e-8, atol=1e-8)
        np.testing.assert_allclose(by_jax(function, operator, points, single=True), desired, rtol=2e-3, atol=2e-2)
    assert _of_formulas.cache_info().misses == 1


@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_as_many_values_come_as_there_are_points(count: int) -> None:
    points = np.linspace(1, 2, count).reshape(count, 1)

    np.testing.assert_allclose(by_jax(read_function("5*x**3"), FIRST, points), 15 * points[:, 0] ** 2)


def test_the_numbers_of_a_gradient_are_not_mixed_up() -> None:
    gradient = Operator(shape=(2,), terms=((0, (0,)), (0, (1,))))
    for a, b, k in ((2, 3, 5), (7, 4, 2)):
        found = by_jax(read_function(f"{a}*x**2*y + {b}*sin({k}*y)"), gradient, np.array([[1.5, 0.5]]))
        np.testing.assert_allclose(found, [[2 * a * 1.5 * 0.5, a * 1.5**2 + b * k * np.cos(k * 0.5)]])


@pytest.mark.parametrize(("one", "other"), [("x**3", "x**4"), ("2*x", "2*x + 1"), ("sin(2*x)", "cos(2*x)")])
def test_formulas_that_differ_in_more_are_two_programs(one: str, other: str) -> None:
    assert parted(read_function(one).exprs)[0] != parted(read_function(other).exprs)[0]
