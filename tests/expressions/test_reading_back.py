"""What SymPy prints of a right answer is read back as it: ``str``, ``latex``, ``srepr``, ``pretty`` on one line."""

from functools import cache

import pytest
import sympy as sp

from autograder import Gradient
from autograder.compare.symbolic import expressions
from autograder.errors import ParseError
from autograder.expressions import parse, to_tree
from autograder.expressions.context import context_of
from autograder.model import Outcome

NAMES = ("x", "y", "a")
x, y, a = (sp.Symbol(name, real=True) for name in NAMES)

FUNCTIONS = [
    "x**3 - 4*x*y + 7", "(x**2 + y)**5", "1/(x**2 + 1)", "x/(y + 2)**3", "(x + 1)/(x - 1)", "sqrt(x**2 + y**2)",
    "x**(3/2)*y", "cbrt(x)/5", "x**a", "a**(2*x)", "2**x*3**y", "x**x", "x**(y/x)", "exp(-x**2/2)", "y*exp(x*y)",
    "exp(2)*x**2", "exp(x)/x", "exp(sin(x)) + exp(-x)", "E**(a*x)*x", "exp(x)*2**y", "log(x)/x", "log(x*y)**2",
    "log(x, 2) + log(y, 10)", "x*log(log(x))", "sin(3*x)*cos(y)", "sin(x)**4*y", "1/sin(x)**2", "sin(x)**(3/2)",
    "sin(x)**a", "tan(x*y) + cot(x)", "sec(x)*csc(y)", "x*sin(1/x)", "sin(cos(tan(x)))", "cos(pi*x/4)", "sinc(x)",
    "asin(x/3)", "x*acos(x)", "a*atan(x) + atan(a*x)", "asec(x) + acsc(x)", "acot(x)", "atan2(y, x)*x",
    "sinh(x)*cosh(y)", "tanh(x)**2", "sech(x) + csch(x)*coth(x)", "asinh(x)*acosh(y)", "atanh(x/a)",
    "acoth(x) + asech(y)",
    "Abs(x)*y", "Abs(x - 1)**3", "sign(x)*x", "Max(x, y)**2", "Min(x, 3, y)", "floor(x)*x", "ceiling(x)*y",
    "frac(x)*y",
    "Heaviside(x)*x**2", "Heaviside(x - 1, 1/2)*y*x", "Piecewise((x**2, x < 0), (x, True))",
    "Piecewise((sin(x), x < -1), (x*y, x <= 1), (log(x), True))", "Piecewise((x, (x > 0) & (x < 1)), (x**2, True))*y",
    "Piecewise((x**3, Ne(x, 0)), (0, True))", "Piecewise((x**2, (x < 0) | (x > 2)), (1, True))", "gamma(x)",
    "gamma(x + 1)/gamma(y)", "loggamma(x)", "factorial(x)*y", "digamma(x)", "polygamma(2, x)", "beta(x, y)",
    "erf(x)*x", "erfc(x/2)", "erfi(x)", "erfinv(x)", "besselj(0, x)", "besselj(1, 2*x)*y", "bessely(0, x)",
    "besseli(1, x)", "besselk(0, x)", "airyai(x)", "airybi(x)**2", "LambertW(x)", "zeta(x)", "Ei(x) + li(x)",
    "Si(x)*Ci(y)", "Shi(x) + Chi(x)", "fresnels(x)", "fresnelc(x)", "elliptic_k(x)", "expint(2, x)", "legendre(3, x)*y",
    "chebyshevt(4, x)", "hermite(3, x)", "laguerre(2, x)", "uppergamma(2, x)", "lowergamma(a, x)", "polylog(2, x)",
    "Mod(x, 3)*y", "pi*x**2", "EulerGamma*x", "GoldenRatio*x**2 + Catalan*x", "x*Rational(7, 3) - y/9", "0.25*x**3",
    "1.5e-7*x**2", "12345678901234567890*x**2", "x**2*y**2/(2*a**3)", "-x", "5", "sqrt(2)*x/2", "sqrt(17)", "pi/4",
    "x*(x + 1)*(x + 2)", "(x + y)**2*(x - y)", "2*(x + 1)**-3", "x**-2", "y/sqrt(x)", "exp(-x)*sin(2*pi*y)",
    "log(2)*2**x", "x*y*log(3)", "exp(exp(x))", "sqrt(sqrt(x) + 1)", "Abs(sin(x))*cos(x)", "factorial2(x)",
    "subfactorial(x)",
    "binomial(x, 2)", "harmonic(x)", "log(1 + exp(x))", "x**100", "-(x - 1)**2/8",
]  # fmt: skip
"""The functions; the right answers are these and their derivatives by x."""


@cache
def right_answers():
    return list(_right_answers())


def _right_answers():
    for text in FUNCTIONS:
        function = sp.sympify(text, locals={"x": x, "y": y, "a": a})
        slope = function.diff(x)
        for formula in dict.fromkeys((function, slope)):
            try:
                to_tree(formula)
            except Exception:
                continue
            if not formula.has(sp.Subs, sp.Derivative, sp.zoo, sp.DiracDelta):
                yield text, function, formula


FORMS = {"str": str, "latex": sp.latex, "srepr": sp.srepr, "pretty": lambda e: sp.pretty(e, wrap_line=False)}


def test_few_derivatives_are_left_out():
    assert len(right_answers()) > 200


@pytest.mark.parametrize("form", FORMS)
def test_what_sympy_prints_is_read_back(form):
    refused, wrong, count = [], [], 0
    for text, function, formula in right_answers():
        printed = FORMS[form](formula)
        context = context_of([to_tree(function)], size=0)
        if "\n" in printed:
            with pytest.raises(ParseError, match=r"next line|two ways|cannot stand|meaning|never"):
                parse(printed, NAMES, context=context)
            continue
        count += 1
        try:
            back = parse(printed, NAMES, context=context)
        except ParseError as error:
            refused.append((text, printed, str(error)))
            continue
        if back == formula or back.doit() == formula:
            continue
        if expressions(back, formula, variables=NAMES, prove=False).outcome is not Outcome.CORRECT:
            wrong.append((text, printed, back))
    assert not wrong
    assert not refused
    assert count > (40 if form == "pretty" else 200)


VECTORS = [(2 * x * y, x**2), (sp.exp(x) / 2, -sp.sin(y)), (1 / sp.sqrt(17), 4 / sp.sqrt(17)), (sp.Integer(0), y)]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_vectors_are_read_back_in_the_notebook(vector):
    question = Gradient(f"s*({vector[0]}) + t*({vector[1]})", wrt=("s", "t"), variables=("x", "y", "s", "t"))
    column, array = sp.Matrix(vector), sp.Array(vector)
    things = [column, column.T, array, sp.ImmutableMatrix(vector), sp.Tuple(*vector), list(vector)]
    for thing in things:
        for printed in (str(thing), sp.latex(thing), sp.srepr(thing)):
            assert question.judge(printed).outcome is Outcome.CORRECT, printed
