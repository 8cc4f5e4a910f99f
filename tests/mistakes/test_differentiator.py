"""The differentiator without a wrong rule is right, and with one it acts where the author wrote it."""

import numpy as np
import pytest
import sympy as sp

from autograder.expressions import parse
from autograder.mistakes import MISTAKES
from autograder.mistakes.calculus import Task, derivative, evaluate, read, to_sympy
from autograder.mistakes.diagnosis import wrong_answers
from autograder.model import Evidence
from tests.mistakes import one_variable

FUNCTIONS = sorted({row[0] for row in one_variable.rows()})
MORE = [
    "sech(x)*coth(x)", "csc(2*x) + sec(x)", "acosh(x + 2)", "asinh(x)/x", "Abs(x - 1)*x", "Min(x, x**2)",
    "erf(x)*x", "log(x, 2)", "gamma(x + 1)", "sign(x)*x", "x**(1/3)", "pi**x", "E**(2*x)",
]  # fmt: skip


def made(mistake: str, function: str) -> set[str]:
    form = parse(function, ["x"], evaluate=False)
    task = Task(Evidence(kind="Derivative", function=form, variables=("x",)))
    return {str(sp.simplify(to_sympy(c.entries[0]))) for c in wrong_answers(MISTAKES[mistake], task)}


@pytest.mark.parametrize("function", [*FUNCTIONS, *MORE])
def test_right_rules_are_right(function: str) -> None:
    expr = parse(function, ["x"])
    xs = np.array([0.37, 0.71, 1.23])
    x = sp.Symbol("x", real=True)
    found = np.broadcast_to(
        evaluate(derivative(read(parse(function, ["x"], evaluate=False)), "x"), {"x": xs + 0j}, {}), 3
    )
    for value, at in zip(found, xs, strict=True):
        expected = complex(sp.diff(expr, x).subs(x, sp.Float(at, 30)).doit())
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_author_s_form_is_kept() -> None:
    # SymPy alone would write 1/((3*x + 1)*exp(x**2)), where the numerator is 1
    x = sp.Symbol("x", real=True)
    wrong = sp.diff(sp.exp(-(x**2)), x) / sp.diff(3 * x + 1, x)
    assert made("quot_ratio", "exp(-x**2)/(3*x + 1)") == {str(sp.simplify(wrong))}


def test_every_site_and_one_at_a_time() -> None:
    # both dropped: x*cos(..)…; "coefficient not lowered" at every site of sqrt(1 + x**2) cancels to the right answer
    assert made("chain_drop", "sin(2*x) + cos(3*x)") == {
        "-sin(3*x) + cos(2*x)",
        "-3*sin(3*x) + cos(2*x)",
        "-sin(3*x) + 2*cos(2*x)",
    }


def test_sums_and_products_are_flat() -> None:
    assert len(made("prod_one_term", "x*sin(x)*exp(x)")) == 6
    assert made("coef_drop", "2*3*x**2") == {"2*x"}


def test_too_large_a_function_is_refused() -> None:
    big = parse(" + ".join(f"x**{k}" for k in range(2, 900)), ["x"], evaluate=False)
    with pytest.raises(ValueError, match="too many parts"):
        Task(Evidence(kind="Derivative", function=big, variables=("x",)))
