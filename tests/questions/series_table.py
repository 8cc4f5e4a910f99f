"""As ``calculus_table.py``: answers to questions about polynomials, limits, sets and values in any order."""

from typing import Any

import numpy as np
import sympy as sp

from autograder.questions import Limit, Linearisation, RemainderBound, Sets, Taylor, Unordered, Where
from tests.questions import Later

x = sp.Symbol("x")

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        Later(Taylor, "exp(2*x)", at=0, order=2),
        [
            "1 + 2x + 2x^2",
            "1 + 2x + 2x^2 + O(x^3)",
            "2x(x + 1) + 1",
            "1 + 2x + (2x)^2/2!",
            sp.exp(2 * x).series(x, 0, 3),
            sp.exp(2 * x).series(x, 0, 3).removeO(),
            2 * x**2 + 2 * x + 1,
            lambda x: 1 + 2 * x + 2 * x**2,
            "2(x + 1/2)^2 + 1/2",
            "1 + 2x + 2x^2 + o(x^2)",
        ],
        [
            ("1 + 2x + 4x^2", "taylor_factorial"),
            ("1 + 2x", "taylor_order"),
            ("1 + 2x + 2x^2 + 4x^3/3", "taylor_order"),
            ("2x + 2x^2", "taylor_constant"),
            ("exp(2x)", "taylor_function"),
            ("1 + 2x - 2x^2", "taylor_last_sign"),
            ("1 + x + x^2/2", "chain_drop"),
            ("1 + 2x + 2x", "taylor_powers"),
            (lambda x: 1 + 2 * x + 4 * x**2, "taylor_factorial"),
            ("1 + 2x + 3x^2", None),
        ],
    ),
    (
        Later(Taylor, "sin(x)*exp(y)", at=(0, 0), order=2),
        ["x + x y", "x(1 + y)", lambda x, y: x + x * y],
        [("x + 2x y", "taylor_factorial"), ("x", "taylor_order"), ("x + x y + x y^2/2 - x^3/6", "taylor_order")],
    ),
    (
        Later(Taylor, "sqrt(x)", at=4, order=2),
        ["2 + (x - 4)/4 - (x - 4)^2/64", "2 + (x-4)/4 - (x-4)**2/64 + O((x-4)**3)"],
        [
            ("2 + x/4 - x^2/64", "taylor_shift"),
            ("2 + (x + 4)/4 - (x + 4)^2/64", "taylor_shift"),
            ("2 + (x - 4)/4 - (x - 4)^2/32", "taylor_factorial"),
            ("1 + (x - 4)/2 - (x - 4)^2/8", "taylor_place"),
            ("sqrt(x) + (x - 4)/(2sqrt(x)) - (x - 4)^2/(8 x sqrt(x))", None),
        ],
    ),
    (
        Later(Linearisation, "sqrt(x)", at=4),
        ["2 + (x - 4)/4", "1 + x/4", "1 + x/4 + O((x - 4)^2)", lambda x: 1 + x / 4],
        [("2 + x/4", "plane_no_shift"), ("(x - 4)/4", "plane_no_height"), ("2 + (x - 4)/2", None)],
    ),
    (
        Later(RemainderBound, "exp(x)", at=0, order=2, on=(0, 1), within=1.2),
        ["e/6", 0.5, "0.4531", "1/4", 0.2183],
        [("1/6", "bound_too_small"), (0.2, "bound_too_small"), ("e", "bound_too_large"), (7, "bound_too_large")],
    ),
    (
        Later(Limit, "sin(3*x)/x", "x", 0),
        [3, "3", 3.0, sp.Integer(3), "6/2", np.float64(3)],
        [
            ("DNE", "limit_put_in"),
            ("oo", "limit_put_in"),
            (0, "limit_put_in"),
            (1, "limit_put_in"),
            (-3, "limit_sign"),
            ("1/3", "limit_upside_down"),
            ("9", None),
        ],
    ),
    (
        Later(Limit, "1/x", "x", 0),
        ["does not exist", "DNE", "dne", float("nan"), sp.nan, sp.zoo, "undefined", "none", "existiert nicht", np.nan],
        [("oo", "limit_one_side"), ("-oo", "limit_one_side"), (0, None), (np.inf, "limit_one_side")],
    ),
    (
        Later(Limit, "1/x**2", "x", 0),
        ["oo", "inf", np.inf, sp.oo, "∞", "+oo", "infinity", float("inf"), r"\infty", "unendlich"],
        [("DNE", "limit_only_none"), ("-oo", "limit_sign"), (0, "limit_upside_down"), (1, None)],
    ),
    (
        Later(Limit, "(x + 1)/(x + 2)", "x", 0),
        ["1/2", 0.5],
        [(1, "hopital_unfit"), ("1/4", "hopital_quotient"), (2, "limit_upside_down"), ("-1/2", "limit_sign")],
    ),
    (
        Later(Limit, "abs(x)/x", "x", 0, side="-"),
        ["-1", -1.0],
        [("1", "limit_other_side"), ("DNE", "limit_other_side")],
    ),
    (Later(Limit, "x*exp(-x)", "x", "oo"), ["0", 0, 0.0], [("oo", "limit_put_in"), ("1", "limit_put_in")]),
    (
        Later(Where, "x**3 - 3*x", "rises"),
        [
            "x < -1 or x > 1",
            "(-oo, -1) U (1, oo)",
            "(-oo, -1] ∪ [1, oo)",
            "]-oo, -1[ and ]1, oo[",
            "x < -1, x > 1",
            "|x| > 1",
            "x <= -1 oder x >= 1",
            "R without [-1, 1]",
            "x in (-oo, -1) or x in (1, oo)",
            "{x | x < -1 or x > 1}",
            "{x in R : |x| > 1}",
            sp.Or(x < -1, x > 1),
            sp.Union(sp.Interval(-sp.oo, -1), sp.Interval(1, sp.oo)),
            [(-sp.oo, -1), (1, np.inf)],
            lambda x: abs(x) > 1,
        ],
        [
            ("-1 < x < 1", "set_other_way"),
            ("(-1, 1)", "set_other_way"),
            ("x > 0", "set_order"),
            ("x < 0", "set_order"),
            ("x > 1", "set_part"),
            ("(-oo, -1)", "set_part"),
            ("x < -1 and x > 1", "set_and"),
            ("{-1, 1}", "set_points"),
            ("all", None),
            ("none", None),
            (lambda x: x > 1, None),
        ],
    ),
    (
        Later(Where, "x**3", "f' > 0"),
        ["all", "R", "x != 0", "(-oo, oo)", "everywhere", True],
        [("x > 0", "set_order"), ("none", None)],
    ),
    (
        Later(Where, "x**2 + 1", "f < 0"),
        ["none", "∅", "nowhere", "{}", r"\varnothing", set(), sp.EmptySet, False],
        [("all", "set_other_way")],
    ),
    (
        Later(Where, "sin(x)", "f' > 0", domain=(0, "2*pi")),
        ["0 < x < pi/2 or 3pi/2 < x < 2pi", "[0, pi/2) U (3pi/2, 2pi]"],
        [("pi/2 < x < 3pi/2", "set_other_way"), ("0 < x < pi", "set_order"), ("0 < x < pi/2", "set_part")],
    ),
    (
        Later(Sets, "1 < x <= 3 or x > 5"),
        [
            "(1, 3] U (5, oo)",
            "]1, 3], ]5, oo[",
            "1<x<=3 or 5<x",
            "(1, 3] or x > 5",
            sp.Union(sp.Interval.Lopen(1, 3), sp.Interval.open(5, sp.oo)),
        ],
        [
            ("(1, 3) U (5, oo)", "set_ends"),
            ("x > 5", "set_part"),
            ("x <= 1 or 3 < x <= 5", "set_other_way"),
            ("x > 1", None),
        ],
    ),
    (
        Later(Sets, "{-1, 2}"),
        ["{2, -1}", {2, -1}, "x = -1 or x = 2", "x ∈ {-1, 2}", sp.FiniteSet(-1, 2)],
        [("{1, 2}", None), ("{2}", "set_part"), ((-1, 2), None), ("x != -1", None)],
    ),
    (
        Later(Unordered, ["1 + sqrt(2)", "1 - sqrt(2)"]),
        [
            "1 ± sqrt(2)",
            r"x = 1 \pm \sqrt{2}",
            ["1 +/- √2"],
            "1 - sqrt(2) or 1 + sqrt(2)",
            (1 + sp.sqrt(2), "1-sqrt(2)"),
        ],
        [("1 + sqrt(2)", "values_missing"), ("-1 ± sqrt(2)", "values_sign"), ("1 ± sqrt(3)", None)],
    ),
    (
        Later(Unordered, [3, 1, 1]),
        [
            [1, 3, 1],
            (1, 1, 3),
            {1: 2, 3: 1},
            "1, 1, 3",
            "[3, 1, 1]",
            np.array([1.0, 1.0, 3.0]),
            sp.diag(1, 1, 3).eigenvals(),
            [1, 1.0000000001, 3],
            ["1", "sqrt(9)", 1],
            sp.Matrix([1, 3, 1]),
        ],
        [
            ([3, 1], "values_often"),
            ({1, 3}, "values_often"),
            ([3, 3, 1], "values_often"),
            ([3], "values_missing"),
            ([1, 1], "values_missing"),
            ([3, 1, 1, 2], "values_extra"),
            ([-3, -1, -1], "values_sign"),
            ([0, 0, 0], None),
            ([3, 1, 2], None),
            ("none", "values_missing"),
        ],
    ),
    (
        Later(Unordered, [((1, 2), 5), ((0, 0), -1)]),
        [{(0, 0): -1, (1, 2): 5}, [(1, 2, 5), (0, 0, -1)], [((0, 0), -1), ((1, 2), 5)]],
        [({(0, 0): 5, (1, 2): -1}, None), ([(1, 2, 5)], "values_missing")],
    ),
]
