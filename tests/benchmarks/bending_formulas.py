"""Formulas of nested tuples, made with Python's operators: SymPy's syntax, mpmath's values and floats of each."""

import math
from fractions import Fraction

import mpmath
import numpy as np

DIGITS = 60
F = Fraction


class E:
    """An expression of nested tuples, made with Python's operators."""

    def __init__(self, *tree):
        self.tree = tree

    def __add__(self, other):
        return E("+", self, of(other))

    def __radd__(self, other):
        return of(other) + self

    def __neg__(self):
        return E("*", of(-1), self)

    def __sub__(self, other):
        return self + -of(other)

    def __rsub__(self, other):
        return of(other) - self

    def __mul__(self, other):
        return E("*", self, of(other))

    def __rmul__(self, other):
        return of(other) * self

    def __truediv__(self, other):
        return E("*", self, of(other) ** -1)

    def __rtruediv__(self, other):
        return of(other) / self

    def __pow__(self, exponent):
        return E("^", self, F(exponent))

    def __str__(self):
        """In SymPy's syntax."""
        head, *parts = self.tree
        if head == "q":
            return f"({parts[0]})"
        if head == "var":
            return parts[0]
        if head in ("+", "*"):
            return f"({f' {head} '.join(map(str, parts))})"
        if head == "^":
            return f"({parts[0]})**({parts[1]})"
        if head == "pieces":
            branches = (f"({value}, {'True' if node is None else f'{node} < 0'})" for value, node in parts)
            return f"Piecewise({', '.join(branches)})"
        return f"{head}({', '.join(map(str, parts))})"

    def at(self, point, functions=None):
        """By mpmath at its present precision, or in floats with ``functions``."""
        head, *parts = self.tree
        if head == "q":
            return mpmath.mpf(parts[0].numerator) / parts[0].denominator if functions is None else float(parts[0])
        if head == "var":
            value = point[parts[0]]
            return mpmath.mpf(value.numerator) / value.denominator if functions is None else value
        if head == "pieces":
            holds = (value for value, node in parts if node is None or node.at(point, functions) < 0)
            return next(holds).at(point, functions)
        if head == "^":
            base, exponent = parts[0].at(point, functions), parts[1]
            if exponent.denominator == 1:
                return base ** int(exponent)
            return (base**0.5) ** exponent.numerator  # square roots are the only ones
        values = [part.at(point, functions) for part in parts]
        if head == "+":
            return sum(values)
        if head == "*":
            return math.prod(values)
        return (functions or BY_MPMATH)[head](*values)


def of(value):
    return value if isinstance(value, E) else E("q", F(value))


def pieces(*branches):
    """Of ``(value, node)`` the first whose node is negative; the last has None."""
    return E("pieces", *((of(value), node) for value, node in branches))


def _named(name):
    return lambda *parts: E(name, *map(of, parts))


Abs, Max, Min, exp, tanh, sech = map(_named, ("Abs", "Max", "Min", "exp", "tanh", "sech"))
erf, erfc, log, sin, cos, atan = map(_named, ("erf", "erfc", "log", "sin", "cos", "atan"))
cosh, sqrt, sign, step = map(_named, ("cosh", "sqrt", "sign", "Heaviside"))
X, Y = E("var", "x"), E("var", "y")
ROOT_PI = 2 * atan(1) ** F(1, 2)

BY_MPMATH = {
    "Abs": abs, "sign": mpmath.sign, "Max": max, "Min": min, "exp": mpmath.exp, "tanh": mpmath.tanh,
    "sech": mpmath.sech, "erf": mpmath.erf, "erfc": mpmath.erfc, "log": mpmath.log, "sin": mpmath.sin,
    "cos": mpmath.cos, "atan": mpmath.atan, "cosh": mpmath.cosh, "sqrt": mpmath.sqrt,
    "Heaviside": lambda value: (1 + mpmath.sign(value)) / 2,
}  # fmt: skip
IN_FLOATS = {
    "Abs": abs, "sign": np.sign, "Max": max, "Min": min, "exp": np.exp, "tanh": np.tanh,
    "sech": lambda value: 1 / np.cosh(value), "erf": math.erf, "erfc": math.erfc, "log": np.log, "sin": np.sin,
    "cos": np.cos, "atan": np.arctan, "cosh": np.cosh, "sqrt": np.sqrt, "Heaviside": lambda v: np.heaviside(v, 0.5),
}  # fmt: skip


def plain(expression, names):
    """A Python function of floats, as a student writes one."""

    def function(*arguments):
        with np.errstate(all="ignore"):
            point = dict(zip(names, (np.float64(value) for value in arguments), strict=True))
            return float(expression.at(point, IN_FLOATS))

    return function
