"""Answers to questions about divergence and curl, typed by hand before the kinds were finished.

A wrong answer stands beside the mistake that has to be among those named, or None where no name is expected.
"""

from typing import Any

import numpy as np
import sympy as sp

from autograder.questions import Curl, Divergence
from tests.questions import Later

x, y, z = sp.symbols("x y z")

FLOW = Later(Divergence, ["x**2*y + 3*y", "x**3 + sin(y)"], wrt=("x", "y"))
SPACE = Later(Divergence, ["x*y", "y*z**2", "exp(z) + x"], wrt=("x", "y", "z"))
SOURCE = Later(Divergence, ["x**2*y", "x*y**2"], wrt=("x", "y"), at=(2, 3))
WHIRL = Later(Curl, ["x**2*y + 3*y", "x**3 + sin(y)"], wrt=("x", "y"))
TURN = Later(Curl, ["y*z**2", "x**3 + z", "x*y**2 + x"], wrt=("x", "y", "z"))

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        FLOW,
        [
            "2xy + cos(y)",
            "div F = 2xy + cos(y)",
            2 * x * y + sp.cos(y),
            "cos(y) + 2*y*x",
            lambda x, y: 2 * x * y + np.cos(y),
            lambda p: 2 * p[0] * p[1] + np.cos(p[1]),
            r"\nabla \cdot F = 2xy + \cos(y)",
            "∇·F = 2xy + cos(y)",
            sp.Matrix(["x**2*y + 3*y", "x**3 + sin(y)"]).jacobian(["x", "y"]).trace(),
            "sin(y + pi/2) + 2xy",
            lambda y, x: 2 * x * y + np.cos(y),
        ],
        [
            ("[2xy, cos(y)]", "div_not_added"),
            ("x^2 + 3 + 3x^2", "div_other_variable"),
            ("2xy + x^2 + 3 + 3x^2 + cos(y)", "div_every_entry"),
            ("2xy - cos(y)", "div_sign"),
            ("2xy", "div_component_lost"),
            ("[[2xy, x^2 + 3], [3x^2, cos(y)]]", "field_gradient"),
            ("[2xy + 3x^2, x^2 + 3 + cos(y)]", "field_gradient"),
            ("2x^2 - 3", "curl_for_div"),
            ("2x y - cos(y) + 1", None),
            (lambda x, y: 2 * x * y + np.sin(y), None),
        ],
    ),
    (
        SPACE,
        ["y + z^2 + exp(z)", lambda x, y, z: y + z**2 + np.exp(z), "e^z + z^2 + y", y + z**2 + sp.exp(z)],
        [
            ("[y, z^2, exp(z)]", "div_not_added"),
            ("y + z^2", "div_component_lost"),
            ("y + z^2 - exp(z)", "div_sign"),
            ("[-2yz, -1, -x]", "curl_for_div"),
            ("y + z^2 + z", None),
            ("x + 2yz + 1", "div_other_variable"),
        ],
    ),
    (SOURCE, [24, "24", 24.0, "4*2*3"], [(13, "div_other_variable"), ([12, 12], "div_not_added"), (0, None)]),
    (
        WHIRL,
        [
            "2x^2 - 3",
            2 * x**2 - 3,
            "3x^2 - (x^2 + 3)",
            "[0, 0, 2x^2 - 3]",
            [0, 0, 2 * x**2 - 3],
            sp.Matrix([0, 0, 2 * x**2 - 3]),
            lambda x, y: 2 * x**2 - 3,
            lambda x, y: np.array([0, 0, 2 * x**2 - 3]),
            lambda x, y: (0, 0, 2 * x**2 - 3),
            "curl F = x^2 + x^2 - 3",
            "∇×F = 2x^2 - 3",
        ],
        [
            ("3 - 2x^2", "curl_sign"),
            ("4x^2 + 3", "curl_added"),
            ("2xy + cos(y)", "div_for_curl"),
            ("2xy - cos(y)", "div_other_variable"),
            ("3x^2", "curl_half"),
            ("-x^2 - 3", "curl_half"),
            ("[2xy + 3x^2, x^2 + 3 + cos(y)]", "field_gradient"),
            ("[0, 0, 3 - 2x^2]", "curl_sign"),
            (lambda x, y: 3 - 2 * x**2, "curl_sign"),
            ("[0, 2x^2 - 3, 0]", None),
        ],
    ),
    (
        TURN,
        [
            "[2xy - 1, 2yz - y^2 - 1, 3x^2 - z^2]",
            ["2xy - 1", "2y z - (y^2 + 1)", "3x^2 - z^2"],
            lambda x, y, z: [2 * x * y - 1, 2 * y * z - y**2 - 1, 3 * x**2 - z**2],
            lambda v: np.array([2 * v[0] * v[1] - 1, 2 * v[1] * v[2] - v[1] ** 2 - 1, 3 * v[0] ** 2 - v[2] ** 2]),
            sp.Matrix([2 * x * y - 1, 2 * y * z - y**2 - 1, 3 * x**2 - z**2]),
            (2 * x * y - 1, 2 * y * z - y**2 - 1, 3 * x**2 - z**2),
        ],
        [
            ("[1 - 2xy, y^2 + 1 - 2yz, z^2 - 3x^2]", "curl_sign"),
            ("[2xy - 1, y^2 + 1 - 2yz, 3x^2 - z^2]", "curl_component_sign"),
            ("[2xy + 1, 2yz + y^2 + 1, 3x^2 + z^2]", "curl_added"),
            ("[3x^2 - z^2, 2xy - 1, 2yz - y^2 - 1]", "curl_order"),
            ("[2xy, 2yz, 3x^2]", "curl_half"),
            ("0", "div_for_curl"),
            ("2xy - 1 + 2yz - y^2 - 1 + 3x^2 - z^2", "curl_one_number"),
            ("[2xy - 1, 2yz - y^2, 3x^2 - z^2]", None),
        ],
    ),
]
