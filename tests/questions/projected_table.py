"""As ``calculus_table.py``: answers about gradients in a tangent space, typed before the kind was there."""

from typing import Any

import numpy as np
import sympy as sp

from autograder.questions import ProjectedGradient
from tests.questions import Later

x, y, z = sp.symbols("x y z")

CIRCLE = Later(ProjectedGradient, "x**2 + 3*y", on="x**2 + y**2 = 1", wrt=("x", "y"))
ELLIPSE = Later(ProjectedGradient, "x*y + 2*x", on="x**2 + 4*y**2 = 5", wrt=("x", "y"), at=(1, 1))
SPHERE = Later(ProjectedGradient, "x*y + z**2", on="x**2 + y**2 + z**2 = 9", wrt=("x", "y", "z"), at=(1, 2, 2))
PLANE = Later(ProjectedGradient, "x**2 + y**2 + 2*z**2", on="x + y + z = 1", wrt=("x", "y", "z"))
CURVE = Later(
    ProjectedGradient,
    "x + 2*y + 3*z",
    on=["x**2 + y**2 + z**2 = 3", "x - 2*y + z = 0"],
    wrt=("x", "y", "z"),
    at=(1, 1, 1),
)

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        CIRCLE,
        [
            "[2x - (2x^2 + 3y)x, 3 - (2x^2 + 3y)y]",
            "[2x - (2x^2 + 3y)x/(x^2 + y^2), 3 - (2x^2 + 3y)y/(x^2 + y^2)]",
            "[(2x y - 3x) y, -(2x y - 3x) x]",
            "[2x y^2 - 3 x y, 3x^2 - 2x^2 y]",
            [2 * x * y**2 - 3 * x * y, 3 * x**2 - 2 * x**2 * y],
            sp.Matrix([2 * x * y**2 - 3 * x * y, 3 * x**2 - 2 * x**2 * y]),
            lambda x, y: (2 * x * y**2 - 3 * x * y, 3 * x**2 - 2 * x**2 * y),
            lambda v: (np.eye(2) - np.outer(v, v)) @ np.array([2 * v[0], 3]),
            lambda v: np.array([2 * v[0], 3]) - np.dot([2 * v[0], 3], v) * np.asarray(v) / np.dot(v, v),
            {"x": "2x y^2 - 3x y", "y": "3x^2 - 2x^2 y"},
            "(2xy^2 - 3xy, 3x^2 - 2x^2 y)",
        ],
        [
            ("[2x, 3]", "tangent_not_projected"),
            ("[(2x^2 + 3y)x, (2x^2 + 3y)y]", "tangent_normal_part"),
            ("[2x - 4x(2x^2 + 3y), 3 - 4y(2x^2 + 3y)]", "tangent_not_unit"),
            ("[2x + (2x^2 + 3y)x, 3 + (2x^2 + 3y)y]", "tangent_added"),
            ("[3x y - 2x y^2, 2x^2 y - 3x^2]", "neg"),
            (lambda v: np.array([2 * v[0], 3]), "tangent_not_projected"),
            ("2x^2 + 3y", "tangent_coefficient"),
            ("[x - (x^2 + 3y)x, 3 - (x^2 + 3y)y]", "pow_nocoef"),
            ("[2x - 2x(2x^2 + 3y), 3 - 2y(2x^2 + 3y)]", "tangent_not_unit"),
            ("[0, 0]", None),
        ],
    ),
    (
        ELLIPSE,
        [
            [44 / 17, -11 / 17],
            "[44/17, -11/17]",
            (sp.Rational(44, 17), sp.Rational(-11, 17)),
            np.array([[44 / 17], [-11 / 17]]),
            {"x": "44/17", "y": "-11/17"},
        ],
        [
            ([3, 1], "tangent_not_projected"),
            ([7 / 17, 28 / 17], "tangent_normal_part"),
            ([3 - 28, 1 - 112], "tangent_not_unit"),
            ([3 - 14 * 2 / np.sqrt(68), 1 - 14 * 8 / np.sqrt(68)], "tangent_not_unit"),
            ([58 / 17, 45 / 17], "tangent_added"),
            ([1, -1], "tangent_position"),
            ([-44 / 17, 11 / 17], "neg"),
            ([2 - 42 / 10, 8 - 14 / 10], "tangent_exchanged"),
            ([44 / 17, 11 / 17], None),
            ([44, -11], None),
        ],
    ),
    (
        SPHERE,
        [
            [2 - 12 / 9, 1 - 24 / 9, 4 - 24 / 9],
            "[2/3, -5/3, 4/3]",
            sp.Matrix([2, -5, 4]) / 3,
            {x: sp.Rational(2, 3), y: sp.Rational(-5, 3), z: sp.Rational(4, 3)},
        ],
        [
            ([2, 1, 4], "tangent_not_projected"),
            ([12 / 9, 24 / 9, 24 / 9], "tangent_normal_part"),
            ([2 - 12, 1 - 24, 4 - 24], "tangent_not_unit"),
            ([2 - 12 / 3, 1 - 24 / 3, 4 - 24 / 3], "tangent_not_unit"),
            ([10 / 3, 11 / 3, 20 / 3], "tangent_added"),
            ([-2 / 3, 5 / 3, -4 / 3], "neg"),
            ([2, -5, 4], None),
        ],
    ),
    (
        PLANE,
        [
            "[2x - (2x + 2y + 4z)/3, 2y - (2x + 2y + 4z)/3, 4z - (2x + 2y + 4z)/3]",
            "[2x - (2 + 2z)/3, 2y - (2 + 2z)/3, 4z - (2 + 2z)/3]",
            lambda x, y, z: np.array([2 * x, 2 * y, 4 * z]) - np.mean([2 * x, 2 * y, 4 * z]),
            lambda v: (np.eye(3) - np.ones((3, 3)) / 3) @ (np.array([2, 2, 4]) * v),
        ],
        [
            ("[2x, 2y, 4z]", "tangent_not_projected"),
            ("[(2x + 2y + 4z)/3, (2x + 2y + 4z)/3, (2x + 2y + 4z)/3]", "tangent_normal_part"),
            ("[2x - (2x + 2y + 4z), 2y - (2x + 2y + 4z), 4z - (2x + 2y + 4z)]", "tangent_not_unit"),
            (lambda x, y, z: np.array([2 * x, 2 * y, 4 * z]) - 1 / 3, None),
        ],
    ),
    (
        CURVE,
        [
            [-1, 0, 1],
            "[-1, 0, 1]",
            sp.Matrix([-1, 0, 1]),
            [[-1.0], [0.0], [1.0]],
        ],
        [
            ([1, 2, 3], "tangent_not_projected"),
            ([2, 2, 2], "tangent_normal_part"),
            ([1, 0, -1], "neg"),
            ([0, 0, 0], None),
        ],
    ),
]
