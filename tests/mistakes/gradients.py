"""Functions of two variables with partial derivatives typed by hand, and the wrong gradients that follow as text."""

from collections.abc import Iterator
from typing import NamedTuple


class Plane(NamedTuple):
    """A function of x and y."""

    f: str
    fx: str
    fy: str
    only_x: str = ""
    """The sum of its terms in x alone."""
    only_y: str = ""
    fx_at_zero: str = ""
    """∂f/∂x with y = 0, where it is worth asking."""
    fy_at_zero: str = ""
    fxy: str = ""
    fxx: str = ""
    fyy: str = ""


PLANES = [
    Plane(
        "x**2*y + 3*x + sin(y)", "2*x*y + 3", "x**2 + cos(y)", "3*x", "sin(y)", "3", "cos(y)", "2*x", "2*y", "-sin(y)"
    ),
    Plane("x*y**3 + x**2 + 4*y", "y**3 + 2*x", "3*x*y**2 + 4", "x**2", "4*y", "2*x", "4", "3*y**2", "2", "6*x*y"),
    Plane("exp(x)*y + y**2 + 5*x", "exp(x)*y + 5", "exp(x) + 2*y", "5*x", "y**2", "5", "1 + 2*y", "exp(x)"),
    Plane("x**3*y**2 + x - y**3", "3*x**2*y**2 + 1", "2*x**3*y - 3*y**2", "x", "-y**3", "1", "-3*y**2", "6*x**2*y"),
    Plane("sin(x)*y**2 + x**3 + y", "cos(x)*y**2 + 3*x**2", "2*sin(x)*y + 1", "x**3", "y", "3*x**2", "1", "2*cos(x)*y"),
    Plane("x*exp(2*y) + x**2", "exp(2*y) + 2*x", "2*x*exp(2*y)", "x**2", "", "1 + 2*x", "", "2*exp(2*y)"),
    Plane("log(x)*y + x**2 + cos(y)", "y/x + 2*x", "log(x) - sin(y)", "x**2", "cos(y)", "2*x", "", "1/x"),
    Plane("x**2*y**3 + 2*x + 7*y", "2*x*y**3 + 2", "3*x**2*y**2 + 7", "2*x", "7*y", "2", "7", "6*x*y**2"),
    Plane(
        "y*cos(x) + x**4 + y**2", "-y*sin(x) + 4*x**3", "cos(x) + 2*y", "x**4", "y**2", "4*x**3", "1 + 2*y", "-sin(x)"
    ),
    Plane("x*y + x**3 + exp(y)", "y + 3*x**2", "x + exp(y)", "x**3", "exp(y)", "3*x**2", "exp(y)"),
    Plane("x**2*exp(y) + 6*x + y**3", "2*x*exp(y) + 6", "x**2*exp(y) + 3*y**2", "6*x", "y**3", "2*x + 6", "3*y**2"),
    Plane("x*sin(y) + x**2 + y", "sin(y) + 2*x", "x*cos(y) + 1", "x**2", "y", "2*x", "1", "cos(y)"),
    Plane("x**4*y + x + y**4", "4*x**3*y + 1", "x**4 + 4*y**3", "x", "y**4", "1", "4*y**3", "4*x**3"),
    Plane("y**2*log(x) + 3*x + y", "y**2/x + 3", "2*y*log(x) + 1", "3*x", "y", "3", "", "2*y/x"),
    Plane("x**3*cos(y) + x**2 - y", "3*x**2*cos(y) + 2*x", "-x**3*sin(y) - 1", "x**2", "-y", "3*x**2 + 2*x", "-1"),
    Plane("x*y**2 + 4*x**3 + log(y)", "y**2 + 12*x**2", "2*x*y + 1/y", "4*x**3", "log(y)"),
    Plane("exp(3*x)*y**2 + x + y", "3*exp(3*x)*y**2 + 1", "2*exp(3*x)*y + 1", "x", "y", "1", "", "6*exp(3*x)*y"),
    Plane("x**2*atan(y) + 5*x + y**2", "2*x*atan(y) + 5", "x**2/(1 + y**2) + 2*y", "5*x", "y**2", "5", "2*y"),
    Plane("sqrt(x)*y + x**2 + y**3", "y/(2*sqrt(x)) + 2*x", "sqrt(x) + 3*y**2", "x**2", "y**3", "2*x", "3*y**2"),
    Plane("x**2*y + y**2*x + x", "2*x*y + y**2 + 1", "x**2 + 2*x*y", "x", "", "1", ""),
]

OTHERS = [
    Plane("x**2 + x*y + 3*y**2 + 2*x", "2*x + y + 2", "x + 6*y", "x**2 + 2*x", "3*y**2", "2*x + 2", "6*y"),
    Plane("x*y**4 + sin(x) + y**2", "y**4 + cos(x)", "4*x*y**3 + 2*y", "sin(x)", "y**2", "cos(x)", "2*y", "4*y**3"),
    Plane("exp(x)*sin(y) + x**2", "exp(x)*sin(y) + 2*x", "exp(x)*cos(y)", "x**2", "", "2*x"),
    Plane("x**5*y + 8*y + x", "5*x**4*y + 1", "x**5 + 8", "x", "8*y", "1", "8", "5*x**4", "20*x**3*y"),
    Plane("tan(x)*y + x**2 + y**2", "y/cos(x)**2 + 2*x", "tan(x) + 2*y", "x**2", "y**2", "2*x", "2*y"),
    Plane("x**2*y**4 + 9*x + exp(y)", "2*x*y**4 + 9", "4*x**2*y**3 + exp(y)", "9*x", "exp(y)", "9", "exp(y)"),
    Plane("y*exp(-x) + x**3 + 2*y**2", "-y*exp(-x) + 3*x**2", "exp(-x) + 4*y", "x**3", "2*y**2", "3*x**2", "1 + 4*y"),
    Plane("x*log(y) + x**2 + y**3", "log(y) + 2*x", "x/y + 3*y**2", "x**2", "y**3"),
    Plane(
        "x**3*y + 2*x**2 + cos(y)", "3*x**2*y + 4*x", "x**3 - sin(y)", "2*x**2", "cos(y)", "4*x", "-sin(y)", "3*x**2"
    ),
    Plane("x*y**5 + x**4 + 3*y", "y**5 + 4*x**3", "5*x*y**4 + 3", "x**4", "3*y", "4*x**3", "3", "5*y**4"),
    Plane("sinh(x)*y + y**3 + x", "cosh(x)*y + 1", "sinh(x) + 3*y**2", "x", "y**3", "1", "3*y**2", "cosh(x)"),
    Plane("x**2*sin(y) + 4*x + y**2", "2*x*sin(y) + 4", "x**2*cos(y) + 2*y", "4*x", "y**2", "4", "2*y", "2*x*cos(y)"),
    Plane("x**4*y**2 + 3*y + x**2", "4*x**3*y**2 + 2*x", "2*x**4*y + 3", "x**2", "3*y", "2*x", "3", "8*x**3*y"),
    Plane("x*cos(y) + 5*x**2 + y**4", "cos(y) + 10*x", "-x*sin(y) + 4*y**3", "5*x**2", "y**4", "1 + 10*x", "4*y**3"),
    Plane("x**3*exp(y) + x + 6*y", "3*x**2*exp(y) + 1", "x**3*exp(y) + 6", "x", "6*y", "3*x**2 + 1", "6"),
    Plane("y**3*sin(x) + x**2 + y", "y**3*cos(x) + 2*x", "3*y**2*sin(x) + 1", "x**2", "y", "2*x", "1"),
    Plane("x**2*y + 7*x + y**5", "2*x*y + 7", "x**2 + 5*y**4", "7*x", "y**5", "7", "5*y**4", "2*x", "2*y", "20*y**3"),
    Plane("log(x)*y**2 + 4*x + y**3", "y**2/x + 4", "2*y*log(x) + 3*y**2", "4*x", "y**3", "4"),
    Plane("x**6*y + x + sin(y)", "6*x**5*y + 1", "x**6 + cos(y)", "x", "sin(y)", "1", "cos(y)", "6*x**5"),
    Plane("x*y**2 + exp(x) + 9*y", "y**2 + exp(x)", "2*x*y + 9", "exp(x)", "9*y", "exp(x)", "9", "2*y"),
]

Row = tuple[str, list[str], str, list[str] | str]
"""(function, right gradient, mistake id, wrong answer)"""


def rows() -> Iterator[Row]:
    """Every wrong gradient, with the function and its right gradient."""
    for plane in [*PLANES, *OTHERS]:
        f, fx, fy = plane.f, plane.fx, plane.fy
        right = [fx, fy]
        yield f, right, "swap", [fy, fx]
        yield f, right, "neg", [f"-({fx})", f"-({fy})"]
        yield f, right, "scalar_sum", f"{fx} + {fy}"
        yield f, right, "norm", f"sqrt(({fx})**2 + ({fy})**2)"
        length = f"sqrt(({fx})**2 + ({fy})**2)"
        yield f, right, "unit", [f"({fx})/{length}", f"({fy})/{length}"]
        yield f, right, "rot", [f"-({fy})", fx]
        yield f, right, "rot", [fy, f"-({fx})"]
        yield f, right, "extra_component", [fx, fy, "-1"]
        yield f, right, "repeat_first", [fx, fx]
        yield f, right, "total", [f"{fx} + {fy}", f"{fx} + {fy}"]
        yield f, right, "half", [f"({fx})/2", f"({fy})/2"]
        yield f, right, "double", [f"2*({fx})", f"2*({fy})"]
        yield f, right, "no_argnums", fx
        yield f, right, "component_zero", [fx, "0"]
        if plane.only_x and plane.only_y:
            yield f, right, "other_kept", [f"{fx} + ({plane.only_y})", f"{fy} + ({plane.only_x})"]
        if plane.fx_at_zero and plane.fy_at_zero:
            yield f, right, "other_zero", [plane.fx_at_zero, plane.fy_at_zero]
        if plane.fxy:
            yield f, right, "mixed", plane.fxy
        if plane.fxx and plane.fyy:
            yield f, right, "second_each", [plane.fxx, plane.fyy]
