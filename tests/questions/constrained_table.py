"""As ``calculus_table.py``: answers to questions about the largest and smallest values under constraints."""

from typing import Any

import numpy as np
import sympy as sp

from autograder.questions import ConstrainedOptimum
from tests.questions import Later

x, y, l = sp.symbols("x y l")  # noqa: E741 — as students write the multiplier

CIRCLE = Later(ConstrainedOptimum, "x*y", on="x**2 + y**2 = 2", want="maximum")
NEAREST = Later(ConstrainedOptimum, "(x - 3)**2 + y**2", within="x + y <= 1")
INSIDE = Later(ConstrainedOptimum, "(x - 1)**2 + 2*y**2", within="x**2 + y**2 <= 4")
BOX = Later(
    ConstrainedOptimum, "x*y*z", on=["x + y + z = 6", "x - y = 0"], want="maximum", domain=dict.fromkeys("xyz", (1, 5))
)

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        CIRCLE,
        [
            "(1, 1), (-1, -1)",
            "[(-1, -1), (1, 1)]",
            [(1, 1), (-1, -1)],
            {(1, 1), (-1, -1)},
            np.array([[1.0, 1.0], [-1.0, -1.0]]),
            [(1, 1, 0.5), (-1, -1, 0.5)],
            [(1, 1, -0.5), (-1, -1, -0.5)],
            sp.Matrix([[1, 1], [-1, -1]]),
            [{x: 1, y: 1, l: sp.Rational(1, 2)}, {x: -1, y: -1, l: sp.Rational(1, 2)}],
            [(1.00001, 0.99999), (-1, -1)],
        ],
        [
            ([(1, 1)], "critical_missing"),
            ("(-1, -1)", "critical_missing"),
            ([(0, 0)], "constraint_ignored"),
            ([(1, -1), (-1, 1)], "extrema_swapped"),
            ([(1, 1), (-1, 1)], "extrema_swapped"),
            ([(2, 1)], "constraint_unmet"),
            ([(2, 2), (-2, -2)], "constraint_unmet"),
            ([(np.sqrt(2), 0)], "lagrange_not_parallel"),
            ([(1, 1, 2), (-1, -1, 2)], "multiplier_wrong"),
            ([(1, 1, 1), (-1, -1, 1)], "multiplier_wrong"),
        ],
    ),
    (
        NEAREST,
        [[2, -1], "(2, -1)", {x: 2, y: -1}, (2, -1, -2), (2, -1, 2), [[2.0], [-1.0]], sp.Matrix([2, -1])],
        [
            ([3, 0], "constraint_ignored"),
            ([-1, 2], "swap"),
            ([1, 0], "lagrange_not_parallel"),
            ([2, 1], "constraint_unmet"),
            ([2, -1, 0], "multiplier_wrong"),
            ([0, 0], None),
        ],
    ),
    (
        INSIDE,
        [[1, 0], "(1, 0)", (1, 0, 0), {x: 1, y: 0}, np.array([1.0, 0.0])],
        [
            ([2, 0], "lagrange_not_best"),
            ([-2, 0], "lagrange_not_best"),
            ([0, 1], "swap"),
            ([1, 0, 1], "multiplier_wrong"),
            ([3, 0], "constraint_unmet"),
        ],
    ),
    (
        BOX,
        [[2, 2, 2], "(2, 2, 2)", (2, 2, 2, 4, 0), (2, 2, 2, -4, 0), {"x": 2, "y": 2, "z": 2}],
        [
            ([1, 2, 3], "constraint_unmet"),
            ([1, 1, 4], "lagrange_not_parallel"),
            ([2, 2, 3], "constraint_unmet"),
            ([2, 2, 2, 2, 0], "multiplier_wrong"),
        ],
    ),
]
