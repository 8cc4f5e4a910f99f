"""Right answers in forms that libraries and courses have, wrong ones beside them, and what stops no question."""

from decimal import Decimal

import numpy as np
import pytest
import sympy as sp

from autograder.mistakes.certifying import certify
from autograder.questions import (
    Antiderivative,
    Implicit,
    Limit,
    RelatedRate,
    RemainderBound,
    Sets,
    Taylor,
    Unordered,
    Where,
)

x = sp.Symbol("x")
y = sp.Function("y")(x)

NO_LIMIT = Limit("1/x", "x", 0)
ENDLESS = Limit("1/x**2", "x", 0)
RISES = Where("x**3 - 3*x", "rises")
ENDS = Sets("1 < x <= 3 or x > 5")
ROOTS = Unordered(["1 + sqrt(2)", "1 - sqrt(2)"])
VALUES = Unordered([3, 1, 1])
PLACES = Unordered([((1, 2), 5), ((0, 0), -1)])
LADDER = RelatedRate("x**2 + y**2 = 25", of="y", rates={"x": "1/2"}, at={"x": 3, "y": 4}, unit="m/s")
CURVE = Implicit("x**2 + x*y + y**2 = 7")
BOUND = RemainderBound("exp(x)", at=0, order=2, on=(0, 1))

RIGHT = [
    (NO_LIMIT, np.array(np.nan)),
    (NO_LIMIT, "The limit does not exist."),
    (NO_LIMIT, "it doesn’t exist"),
    (NO_LIMIT, "D.N.E."),
    (NO_LIMIT, "diverges"),
    (NO_LIMIT, "Der Grenzwert existiert nicht"),
    (ENDLESS, np.array([np.inf])),
    (ENDLESS, Decimal("Infinity")),
    (ENDLESS, "jnp.inf"),
    (ENDLESS, "plus infinity"),
    (RISES, "]-oo; -1[ U ]1; oo["),
    (RISES, r"(-\infty,-1)\cup(1,\infty)"),
    (RISES, r"\left(-\infty,-1\right)\cup\left(1,\infty\right)"),
    (RISES, r"x < -1 \text{ or } x > 1"),
    (RISES, "x < -1 || x > 1"),
    (RISES, "(x < -1) | (x > 1)"),
    (RISES, np.array([[-np.inf, -1], [1, np.inf]])),
    (RISES, lambda x: np.array(abs(x) > 1)),
    (ENDS, lambda x: 1 < x <= 3 or x > 5),
    (ROOTS, "1 + sqrt(2), 1 - sqrt(2)"),
    (ROOTS, "(1 - sqrt(2), 1 + sqrt(2))"),
    (VALUES, {1: np.int64(2), 3: np.int64(1)}),
    (VALUES, "1, 1 and 3."),
    (PLACES, "(0, 0, -1), (1, 2, 5)"),
    (PLACES, "[((0, 0), -1), ((1, 2), 5)]"),
    (LADDER, "-0.375 (m/s)"),
    (LADDER, "-3/8 [m/s]"),
    (LADDER, r"$-0.375\,\mathrm{m/s}$"),
    (LADDER, r"-0.375 \frac{m}{s}"),
    (LADDER, "-37.5 cm s^{-1}"),
    (CURVE, sp.solve(sp.diff(x**2 + x * y + y**2 - 7, x), sp.diff(y, x))[0]),
    (CURVE, "-(2x + y(x))/(x + 2y(x))"),
]
WRONG = [
    (NO_LIMIT, np.array([np.inf])),
    (ENDLESS, "minus infinity"),
    (ENDLESS, np.array(np.nan)),
    (RISES, r"(-\infty,-1]\cup(2,\infty)"),
    (RISES, "]-1; 1["),
    (RISES, np.array([[-1, 1]])),
    (ENDS, lambda x: 1 < x < 3 or x > 5),
    (ENDS, lambda x: 1 <= x <= 3 or x > 5),
    (ROOTS, "sqrt(2), -sqrt(2)"),
    (ROOTS, "1 + sqrt(2)"),
    (VALUES, {1: np.int64(1), 3: np.int64(1)}),
    (PLACES, "(0, 0, 5), (1, 2, -1)"),
    (LADDER, "0.375 (m/s)"),
    (LADDER, "-0.375 [m]"),
    (CURVE, "(2x + y(x))/(x + 2y(x))"),
    (BOUND, np.inf),
    (BOUND, np.nan),
]
NO_ANSWER = [
    (Antiderivative("cos(2*x)"), lambda x: None),
    (RISES, (x < -1, x > 1)),
    (RISES, np.array([1, 2])),
    (RISES, [(1, 1j)]),
    (BOUND, 1 + 1j),
]


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        *((*row, "CORRECT") for row in RIGHT),
        *((*row, "INCORRECT") for row in WRONG),
        *((*row, "INVALID") for row in NO_ANSWER),
    ],
)
def test_a_strange_form(question, answer, outcome):
    assert question.judge(answer).outcome.value == outcome


def test_a_polynomial_at_zero_has_no_mistake_that_is_right():
    assert certify(Taylor("exp(4*x)", at=0, order=3)) == []


def test_an_array_that_stays_where_it_is_is_asked_nothing():
    class Far:
        """As a stand-in for an array that is too large to be copied."""

        dtype = np.dtype(float)

        def __array__(self, *arguments, **options):
            raise RuntimeError("an array of 32,000,000 bytes")

    for question in (NO_LIMIT, RISES):
        assert question.judge(Far()).outcome.value == "INVALID"
