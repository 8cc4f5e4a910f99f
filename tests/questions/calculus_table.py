"""Answers to questions of calculus, typed by hand before the kinds were finished: right ones in many forms, wrong ones.

A wrong answer stands beside the mistake that has to be among those named, or None where no name is expected.
"""

from typing import Any

import numpy as np
import sympy as sp

from autograder.questions import Antiderivative, Implicit, Integral, RelatedRate
from tests.questions import Later

x, y = sp.symbols("x y")

CIRCLE = Later(Implicit, "x**2 + y**2 = 25", of="y", by="x")
FOLIUM = Later(Implicit, "x**3 + y**3 = 6*x*y", of="y", by="x")
BENT = Later(Implicit, "x**2 + y**2 = 25", of="y", by="x", order=2)
UPPER = Later(Implicit, "x**2 + y**2 = 25", of="y", by="x", branch="y > 0")
TOUCHED = Later(Implicit, "x*y + y**3 = 10", of="y", by="x", at=(1, 2))
LADDER = Later(RelatedRate, "x**2 + y**2 = 25", of="y", rates={"x": "1/2"}, at={"x": 3, "y": 4}, unit="m/s")
BALLOON = Later(RelatedRate, "V = 4/3*pi*r**3", of="r", rates={"V": 100}, at={"V": "4/3*pi*125", "r": 5})
CONE = Later(
    RelatedRate, "V = pi*r**2*h/3", of="V", rates={"r": 2, "h": -1}, at={"r": 3, "h": 4, "V": "12*pi"}, unit="cm^3/s"
)

TABLE: list[tuple[Any, list[Any], list[tuple[Any, str | None]]]] = [
    (
        CIRCLE,
        [
            "-x/y",
            "y' = -x/y",
            -x / y,
            "x y/(x^2 - 25)",
            "(y^2 - 25)/(x y)",
            "-2x/(2y)",
            "-x/sqrt(25 - x^2)",
            "x/sqrt(25 - x^2)",
            lambda x, y: -x / y,
            lambda p: -p[0] / p[1],
            lambda x: -x / np.sqrt(25 - x**2),
            r"-\frac{x}{y}",
        ],
        [
            ("x/y", "implicit_sign"),
            ("-y/x", "implicit_upside_down"),
            ("(25 - 2x)/(2y)", "implicit_constant"),
            ("-2x/y", "pow_nocoef"),
            ("-x/(2y)", None),
            ("-2x/sqrt(25 - x^2)", "pow_nocoef"),
            (lambda x, y: x / y, "implicit_sign"),
            ("-abs(x)/sqrt(25 - x^2)", None),
            ("y/x", None),
            ("x^2 + y^2", None),
        ],
    ),
    (
        FOLIUM,
        [
            "(6y - 3x^2)/(3y^2 - 6x)",
            "(2y - x^2)/(y^2 - 2x)",
            "(x^2 - 2y)/(2x - y^2)",
            sp.idiff(x**3 + y**3 - 6 * x * y, y, x),
            "x (2y - x^2)/(x y^2 - 2x^2)",
            lambda x, y: (2 * y - x**2) / (y**2 - 2 * x),
            "y*(2*y - x**2)/(y**3 - 2*x*y)",
            "y*(2*y - x**2)/(4*x*y - x**3)",
            "(2y - x^2)/(y^2 - 2x) + (x^3 + y^3 - 6x y)",
            "-(x^2 - 2y)/(y^2 - 2x)",
        ],
        [
            ("(3x^2 - 6y)/(3y^2 - 6x)", "implicit_sign"),
            ("(3y^2 - 6x)/(6y - 3x^2)", "implicit_upside_down"),
            ("-3x^2/(3y^2 - 6x)", "implicit_product"),
            ("-3x^2/(3y^2 - 6)", "implicit_product"),
            ("(6x + 6y - 3x^2)/(3y^2)", "implicit_no_rate"),
            ("(6y - 3x^2 - 3y^2)/(-6x)", "implicit_no_rate"),
            ("(6y - 3x^2)/(-6x)", "implicit_held_still"),
            ("(6y - 3x^2)/(3y^2)", "implicit_product"),
            ("(6y - x^2)/(y^2 - 6x)", "pow_nocoef"),
            ("(6y - 3x^2)/(3y^2 + 6x)", None),
        ],
    ),
    (
        BENT,
        [
            "-25/y^3",
            "-(x^2 + y^2)/y^3",
            "-1/y - x^2/y^3",
            "-(1 + (x/y)^2)/y",
            "-25/(25 - x^2)^(3/2)",
            "25/(25 - x^2)^(3/2)",
            -25 / y**3,
            lambda x, y: -25 / y**3,
            "25/(y (x^2 - 25))",
            sp.idiff(x**2 + y**2 - 25, y, x, 2),
        ],
        [
            ("-1/y", "implicit_second_partial"),
            ("(x - y)/y^2", "implicit_second_partial"),
            ("-x/y", "implicit_first"),
            ("x^2/y^2", "implicit_first"),
            ("25/y^3", "implicit_sign"),
            ("-25/y^2", None),
            ("-1/y + x^2/y^3", None),
            (lambda x, y: -1 / y, "implicit_second_partial"),
            ("-2/(2y)", "implicit_second_partial"),
            ("0", None),
        ],
    ),
    (
        UPPER,
        ["-x/y", "-x/sqrt(25 - x^2)"],
        [("x/sqrt(25 - x^2)", "implicit_sign")],
    ),
    (
        TOUCHED,
        ["-2/13", sp.Rational(-2, 13), -2 / 13, "-0.153846153846", np.float64(-2 / 13)],
        [("2/13", "implicit_sign"), (-6.5, "implicit_upside_down"), ("-2/12", "implicit_product"), (-0.2, None)],
    ),
    (
        LADDER,
        [
            "-3/8 m/s",
            "-0.375 m/s",
            "-37.5 cm/s",
            "-375 mm/s",
            "-1.35 km/h",
            "-1.35 kmh",
            "-0.838851109 mph",
            "-22.5 m/min",
            "-3/8 m s^-1",
            "-3/8 meters per second",
            ("-3/8", "m/s"),
            (-37.5, "cm/s"),
            "-(3*0.5)/4 m/s",
        ],
        [
            ("3/8 m/s", "implicit_sign"),
            ("37.5 cm/s", "implicit_sign"),
            ("-2/3 m/s", "implicit_upside_down"),
            ("-3/4 m/s", "rate_lost"),
            ("-3/8", "unit_missing"),
            (-0.375, "unit_missing"),
            ("-3/8 m", "unit_wrong"),
            ("-3/8 s/m", "unit_wrong"),
            ("-37.5 m/s", "unit_scale"),
            ("-0.375 cm/s", "unit_scale"),
        ],
    ),
    (
        BALLOON,
        ["1/pi", "100/(4 pi*25)", 1 / np.pi, 0.31830988618, sp.pi**-1],
        [
            ("-1/pi", "implicit_sign"),
            ("1/(100 pi)", "rate_lost"),
            (100 * 100 * np.pi, "implicit_upside_down"),
            ("3/pi", None),
        ],
    ),
    (
        CONE,
        ["13 pi cm^3/s", "13*pi cm³/s", "40.8407044966673 cm^3/s", ("13*pi", "cm^3/s"), "13 pi ml/s", "0.78 pi l/min"],
        [
            ("16 pi cm^3/s", "rate_lost"),
            ("-3 pi cm^3/s", "rate_lost"),
            ("-13 pi cm^3/s", "implicit_sign"),
            ("13 pi cm^2/s", "unit_wrong"),
            ("13 pi", "unit_missing"),
            ("-4 pi cm^3/s", None),
        ],
    ),
    (
        Later(Antiderivative, "cos(2*x)"),
        [
            "sin(2x)/2",
            "sin(2x)/2 + C",
            "C_1 + sin(x)cos(x)",
            "sin(2x)/2 + 7",
            "0.5 sin(2x) + c",
            sp.sin(2 * x) / 2,
            sp.sin(2 * x) / 2 + sp.Symbol("K"),
            sp.integrate(sp.cos(2 * x), x),
            lambda x: np.sin(2 * x) / 2 + 3,
            "sin(x) cos(x) - 1 + const",
            r"\frac{1}{2}\sin(2x) + C",
        ],
        [
            ("sin(2x)", "int_inner_missing"),
            ("2sin(2x) + C", "int_inner_multiplied"),
            ("-2sin(2x)", "int_differentiated"),
            ("-sin(2x)/2", "int_sign"),
            ("cos(2x)", "int_not_done"),
            ("sin(2x)/2 + C x", None),
            ("sin(2x)/2 + sign(x)", "int_jump"),
            ("sin(x)/2", None),
            (lambda x: np.sin(2 * x), "int_inner_missing"),
            ("sin(2x)/2 + x", None),
        ],
    ),
    (
        Later(Antiderivative, "1/x"),
        [
            "ln(x)",
            "ln|x|",
            "log(abs(x)) + C",
            "ln(2x) + C",
            "ln(x^2)/2",
            "ln(C x)",
            sp.log(x),
            lambda x: np.log(np.abs(x)),
            "Piecewise((log(x), x > 0), (log(-x) + 3, True))",
            "ln(x) + sign(x)",
        ],
        [
            ("-1/x^2", "int_log"),
            ("x^0/0", None),
            ("1/x", "int_not_done"),
            ("x", "int_log"),
            ("ln(x) + sign(x - 1)", "int_jump"),
        ],
    ),
    (
        Later(Antiderivative, "3*x**2 + 4/x**3 - sin(x)"),
        ["x^3 - 2/x^2 + cos(x) + C", "x^3 - 2x^(-2) + cos(x)", lambda x: x**3 - 2 / x**2 + np.cos(x)],
        [
            ("x^3 - 2/x^2 - cos(x)", "int_sign"),
            ("x^3 + 4ln(x^3) + cos(x)", "int_log"),
            ("6x - 12/x^4 - cos(x)", "int_differentiated"),
            ("x^3/3 - 2/x^2 + cos(x)", "int_factor"),
            ("3x^3 - 2/x^2 + cos(x)", "int_power"),
            ("x^3 - 2/x^2", "int_term_lost"),
        ],
    ),
    (
        Later(Antiderivative, "x*exp(x)", constant=True),
        ["(x - 1)e^x + C", "x e^x - e^x + c"],
        [("x e^x + e^x + C", "int_parts"), ("x^2 e^x/2 + C", "int_product"), ("(x - 1)e^x", "int_no_constant")],
    ),
    (
        Later(Antiderivative, "1/(2 + cos(x))"),
        [sp.integrate(1 / (2 + sp.cos(x)), x)],
        [("2/sqrt(3)*atan(tan(x/2)/sqrt(3)) + C", "int_jump")],
    ),
    (Later(Antiderivative, "abs(x)"), ["x|x|/2", "x|x|/2 + C"], [("x^2/2", None), ("x^2", None)]),
    (
        Later(Integral, "x**2", "x", 1, 3),
        ["26/3", 26 / 3, sp.Rational(26, 3), "9 - 1/3", "8.66666666667", np.float64(26 / 3), "27/3 - 1/3"],
        [
            (-26 / 3, "int_bounds_swapped"),
            ("9", "int_lower"),
            ("1/3", "int_lower"),
            ("28/3", "int_lower"),
            ("8", "int_not_done"),
            ("26", "int_power"),
            ("4", "int_differentiated"),
            ("13", "int_power"),
            ("78", "int_power"),
            (8.6, None),
        ],
    ),
    (
        Later(Integral, "sin(3*x)", "x", 0, "pi"),
        ["2/3", 2 / 3],
        [
            ("2", "int_inner_missing"),
            ("6", "int_inner_multiplied"),
            ("-2/3", "int_bounds_swapped"),
            ("0", "int_not_done"),
            ("1/3", "int_lower"),
        ],
    ),
    (
        Later(Integral, "x - 1", "x", 0, 3),
        ["3/2", 1.5],
        [("5/2", "int_area"), ("-3/2", "int_bounds_swapped")],
    ),
    (
        Later(Integral, "exp(-x**2)", "x", "-oo", "oo"),
        ["sqrt(pi)", np.sqrt(np.pi)],
        [("pi", None), ("-sqrt(pi)", "int_bounds_swapped")],
    ),
]
