"""A diagnosis is right, or there is none."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from autograder import (
    CriticalPoints,
    Derivative,
    Descent,
    DifferenceQuotient,
    DirectionalDerivative,
    Equal,
    Gradient,
    Hessian,
    Jacobian,
    LevelSetNormal,
    LevelSetTangent,
    Minimum,
    Root,
    SteepestAscent,
    SteepestRate,
    TangentLine,
    TangentPlane,
)
from autograder.errors import AuthorError
from autograder.mistakes import diagnose, diagnose_text
from autograder.mistakes.diagnosis import diagnosing
from autograder.model import Evidence, Outcome
from tests.mistakes.measure import cases, tally
from tests.mistakes.rewrites import rewritten

x, y = sp.symbols("x y", real=True)
WAVE = "x**2*y + 3*x + sin(y)"


def first(question, answer) -> str | None:
    return next(iter(question.judge(answer).mistakes), None)


def test_a_slice_of_the_wrong_answers_typed_by_hand() -> None:
    counts, missed = tally(cases()[::13])
    total = sum(counts.values())
    assert counts["first"] >= 0.95 * total, missed
    assert counts["wrong"] <= 0.01 * total, missed


def test_right_answers_in_other_forms_are_never_diagnosed() -> None:
    for kind, function, answer in rewritten(100, seed=1):
        names = ["x"] if kind == "Derivative" else ["x", "y"]
        domain = dict.fromkeys(names, (0.2, 1.9))
        found = diagnose_text(kind, function, answer, variables=names, wrt=names, domain=domain)
        assert not found.mistakes, (function, answer)
        assert found.generated is None


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ("6*x + 12", "const_kept"),
        ("6*x + 3", "const_one"),
        ("3*x + 2", "pow_nocoef"),
        (lambda t: 6 * t + 12, "const_kept"),
        (lambda t: np.floor(6 * t + 2), "int_trunc"),
        (lambda t: (3 * (t + 0.1) ** 2 + 2 * (t + 0.1) - 3 * t**2 - 2 * t) / 0.1, "forward_crude"),
        (jax.grad(lambda t: 3 * t**2 + 3 * t), "const_one"),
        ("x**3 + x**2 + 10*x + 4", "integrated"),
        ("3*x**2 + 2*x + 10", "not_diff"),
        ("6", "second"),
        (14, "value_not_function"),
        ("8*x - 1", None),
        ("6*x + 2", None),
    ],
)
def test_formulas_functions_and_numbers_alike(answer, mistake) -> None:
    assert first(Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}), answer) == mistake


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        ("[x**2 + cos(y), 2*x*y + 3]", "swap"),
        (sp.Matrix([-(2 * x * y + 3), -(x**2 + sp.cos(y))]), "neg"),
        (sp.Array([2 * x * y, 2 * x + 3]), None),
        ("2*x*y + 3", "no_argnums"),
        (jax.grad(lambda a, b: a**2 * b + 3 * a + jnp.sin(b)), "no_argnums"),
        (lambda a, b: np.array([2 * a * b + 3, a**2 - np.cos(b)]), "trig_sign"),
        ("[2*x*y + 3, x**2 + cos(y), -1]", "extra_component"),
        (sp.hessian(x**2 * y + 3 * x + sp.sin(y), (x, y)), "grad_of_grad"),
        ("x**2*y + 3*x + sin(y)", "not_diff_scalar"),
    ],
)
def test_gradients(answer, mistake) -> None:
    assert first(Gradient(WAVE, wrt=("x", "y")), answer) == mistake


@pytest.mark.parametrize(
    ("question", "answer", "mistake"),
    [
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2)), 16, "nonunit"),
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2)), 16 / 25, "norm_sq"),
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2)), [12, 4], "vector"),
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2)), math.sqrt(17), "norm_of_grad"),
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2), unit=False), 16 / 5, "made_unit"),
        (SteepestAscent("-x**2 - y**2/2", at=(-3, 4)), [6, -4], "not_unit"),
        (LevelSetTangent("x**2 + 3*y", at=(1, 2)), [4, 6], "normal_for_tangent"),
        (LevelSetTangent("x**2 + 3*y", at=(1, 2)), [3, 2], "tangent_no_minus"),
        (LevelSetTangent("x**2 + 3*y", at=(1, 2)), [-6, 4], None),
        (LevelSetNormal("x**2 + 3*y", at=(1, 2)), [-9, 6], "tangent_for_normal"),
        (Jacobian(["x*y", "x + y", "sin(x)"]), [["y", 1, "cos(x)"], ["x", 1, 0]], "transposed"),
        (Hessian("x**2*y + y**3"), ["2*y", "6*y"], "hess_diag"),
        (Hessian("x**2*y + y**3"), ["2*x*y", "x**2 + 3*y**2"], "hess_gradient"),
        (Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=2), [[4, 1], [4.8, 1.4], [5.76, 1.96]], "ascent_sign"),
        (Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=2), [3.2, 0.6], "off_by_one"),
        (Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=2), [[2.56, 0.36]] * 3, "path_aliased"),
        (Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=2), [2.4, 0.2], "start_slope"),
        (Gradient("x**2*y + 3*x"), "[y**2, 2*x*y + 3]", "letters_exchanged"),
        (Jacobian(["x**2*y", "x + sin(y)"]), [["y**2", "2*x*y"], ["cos(x)", 1]], "letters_exchanged"),
        (Hessian("x**2*y + y**3"), [["6*x", "2*y"], ["2*y", "2*x"]], "letters_exchanged"),
        (LevelSetTangent("x**2 + 3*y", at=(1, 2)), [0, 0], "zero_vector"),
        (Root("x**3 - 3*x + 2"), -2, "zero_of_f"),
        (Root("x**3 - 3*x**2 - 24*x", count=2), [1, 4], "zero_of_second"),
        (Root("x**3 - 3*x**2 - 24*x", count=2), [-4, 2], "point_sign"),
        (Root("x**3 - 3*x**2 - 24*x", count=2), [4, 4], "critical_missing"),
        (Root("x**3 - 3*x**2 - 24*x"), 7, "not_level"),
        (Root("x**3 - 3*x**2 - 24*x"), 4.01, "not_arrived"),
        (Minimum("100*(y - x**2)**2 + (1 - x)**2"), [0.999, 0.998], "not_arrived"),
        (Minimum("x**2 + y**2 - 2*x"), [0.9999, 0.0004], "not_arrived"),
        (Root("(x - 1)**2 + y**2"), [1.0005, 0], "not_arrived"),
        (Root("exp(-x**2 - y**2)"), [4, 4], "not_level"),
        (Root("1e-7*(x**2 - 4*x)"), 5, "not_level"),
        (Root("x**2 - 3"), 1.7321, "zero_of_f"),
        (CriticalPoints("x**2 + y**2 - 2*x - 2*y"), {(1, 1.001): "minimum"}, "not_arrived"),
        (Minimum("(x - 1)**2 + 2*(y - 3)**2"), [3, 1], "swap"),
        (Minimum("x**3 - 3*x + y**2"), [-1, 0], "class_wrong"),
        (Minimum("x**3 - 3*x"), -1, "extrema_swapped"),
        (Derivative("x**2*sin(x)", wrt="x", order=2), "2*x*sin(x) + x**2*cos(x)", "first_only"),
        (Derivative("x**2*sin(x)", wrt="x", at=3), 9 * math.sin(3), "not_diff"),
        (Derivative("x**3*y + 5*y", wrt="y", variables=("x", "y")), "3*x**2*y", "wrong_var"),
    ],
)
def test_other_kinds(question, answer, mistake) -> None:
    assert first(question, answer) == mistake


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Root("sin(x)", domain={"x": (0, 3)}), 3 * math.pi / 2),
        (Minimum("cos(x)", domain={"x": (0, 4)}), 3 * math.pi),
    ],
)
def test_a_level_point_outside_of_the_domain_is_not_called_steep(question, answer) -> None:
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.INCORRECT, ())


def test_a_point_given_twice_is_missing_only_where_a_number_is_asked_for() -> None:
    assert Root("x**3 - 3*x").judge([1, 1, -1]).outcome is Outcome.CORRECT
    assert Root("x**3 - 3*x", count=3).judge([1, 1, -1]).mistakes == ("critical_missing",)


PLANE = TangentPlane(WAVE, at=(1, 2))
RATE = SteepestRate(WAVE, at=(1, 2))


@pytest.mark.parametrize(
    ("question", "answer", "mistake"),
    [
        (PLANE, 5 + sp.sin(2) + (2 * x * y + 3) * (x - 1) + (x**2 + sp.cos(y)) * (y - 2), "plane_unevaluated"),
        (PLANE, lambda a, b: 5 + math.sin(2) + 7 * a + (1 + math.cos(2)) * b, "plane_no_shift"),
        (PLANE, 5 + sp.sin(2) + 7 * (x + 1) + (1 + sp.cos(2)) * (y + 2), "plane_no_shift"),
        (PLANE, 7 * x + (1 + sp.cos(2)) * y, "plane_no_shift"),
        (PLANE, 7 * (x - 1) + (1 + sp.cos(2)) * (y - 2), "plane_no_height"),
        (PLANE, 5 + sp.sin(2) + (1 + sp.cos(2)) * (x - 1) + 7 * (y - 2), "swap"),
        (PLANE, 5 + sp.sin(2) + 7 * (x - 1) + (1 - sp.cos(2)) * (y - 2), "trig_sign"),
        (PLANE, "3(x - 1)", None),
        (TangentLine("x**2*sin(x)", at=1), "2x*sin(x) + x^2*cos(x)", "plane_unevaluated"),
        (TangentLine("exp(3*x)", at=1), sp.exp(3) * x, "chain_drop"),
        (RATE, [7, 1 + sp.cos(2)], "max_rate_vector"),
        (RATE, 49 + (1 + sp.cos(2)) ** 2, "no_sqrt"),
        (RATE, -sp.sqrt(49 + (1 + sp.cos(2)) ** 2), "neg"),
        (RATE, 8 + math.cos(2), "scalar_sum"),
        (RATE, np.array([7, 1 + math.cos(2)]) / math.hypot(7, 1 + math.cos(2)), "unit"),
        (RATE, 7, "no_argnums"),
        (RATE, math.hypot(7, 1 - math.cos(2)), "trig_sign"),
        (RATE, 0.25, None),
    ],
)
def test_tangents_and_rates(question, answer, mistake) -> None:
    assert first(question, answer) == mistake


CENTRAL = DifferenceQuotient("exp(x)*sin(x)", order=2, domain={"x": (-2, 2)})


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda f, t, h: (f(t + h) - f(t)) / h, "forward_crude"),
        (lambda f, t, h: (f(t) - f(t - h)) / h, "forward_crude"),
        (lambda f, t, h: (f(t + h) - f(t - h)) / h, "central_no2"),
        (lambda f, t, h: (f(t + h) - f(t)) / (2 * h), "central_no2"),
        (lambda f, t, h: (f(t - h) - f(t + h)) / (2 * h), "backward_sign"),
        (lambda f, t, h: (f(t - h) - f(t)) / h, "backward_sign"),
        (lambda f, t, h: f(t + h) - f(t - h) / (2 * h), "no_brackets"),
        (lambda f, t, h: (f(t + h) - f(t - h)) / 2 * h, "no_brackets"),
        (lambda f, t, h: (f(t + 1e-6) - f(t - 1e-6)) / 2e-6, "step_ignored"),
        (lambda f, t, h: (f(t + h) - f(t - h)) / (2 * h), None),
        (lambda f, t, h: (8 * (f(t + h) - f(t - h)) - f(t + 2 * h) + f(t - 2 * h)) / (12 * h), None),
    ],
)
def test_difference_quotients(answer, mistake) -> None:
    assert first(CENTRAL, answer) == mistake


def test_ties_are_a_set_and_the_likelier_comes_first() -> None:
    found = Derivative("sin(x)/(x**2 + 1)").judge("(2*x*sin(x) - (x**2 + 1)*cos(x))/(x**2 + 1)**2")
    assert found.mistakes == ("quot_swap", "neg")
    assert found.generated


def test_two_mistakes_are_for_the_ta_and_only_if_no_other_pair_fits() -> None:
    question = Derivative("5*x**3*sin(x) - 2*x", wrt="x")
    verdict = question.judge("5*(3*x**2*cos(x)) + 2")
    assert verdict.mistakes == ()
    assert verdict.generated is not None
    assert verdict.generated.startswith("prod_fpgp and minus_lost: ")
    assert question.judge("cos(x)**3 + 7").generated is None


def test_a_match_of_floats_is_confirmed_to_many_digits() -> None:
    # differs from "constant kept" by less than floats show
    assert diagnose_text("Derivative", "3*x**2 + 7", "6*x + 7", variables=["x"], wrt=["x"]).mistakes == ("const_kept",)
    tiny = "6*x + 7 + x/10**14"
    assert diagnose_text("Derivative", "3*x**2 + 7", tiny, variables=["x"], wrt=["x"]).mistakes == ()


def test_single_precision() -> None:
    points = tuple({"x": v} for v in (0.4, 0.9, 1.3, 2.1))
    right = np.array([6 * p["x"] + 2 for p in points]).astype(np.float32)
    evidence = Evidence(kind="Derivative", function=3 * x**2 + 2 * x, variables=("x",), points=points, actual=right)
    assert diagnose(evidence).mistakes == ("float32",)


def test_a_step_too_small() -> None:
    # (sin(x + h) - sin(x))/h in float32 is a whole number of spacings over h, near the slope but not at it
    at = np.linspace(0.4, 1.4, 7)
    values = np.sin(at).astype(np.float32)
    spacing = np.spacing(values).astype(float)
    slope = np.round(np.cos(at) * 1e-6 / spacing) * spacing / 1e-6
    points = tuple({"x": float(v)} for v in at)
    evidence = Evidence(kind="Derivative", function=sp.sin(x), variables=("x",), points=points, actual=slope)
    assert diagnose(evidence).mistakes == ("h_too_small",)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "Root"},
        {"function": None},
        {"actual": None},
        {"actual": np.array([1.0, 2.0])},
        {"actual": [["a"], ["b"], ["c"]]},
        {"actual": np.array([np.nan, np.nan, np.nan])},
        {"desired": np.array([1.0, 2.0, 3.0]), "actual": np.array([6.0, 5.0, 4.0])},
    ],
)
def test_evidence_that_says_nothing(change) -> None:
    given = {
        "kind": "Derivative",
        "function": x**3,
        "variables": ("x",),
        "points": ({"x": 0.3}, {"x": 1.4}, {"x": 0.8}),
        "actual": np.array([0.3, 1.4, 0.8]),
    }
    assert diagnose(Evidence(**{**given, **change})) == diagnosing.NOTHING


def test_wrong_answers_are_kept_for_some_questions_only() -> None:
    for k in range(40):
        diagnose_text("Derivative", f"x**{k + 2}", "x", variables=["x"], wrt=["x"])
    assert 0 < diagnosing.kept() <= diagnosing.KEPT
    diagnosing.forget()
    assert diagnosing.kept() == 0


FORM = Gradient("2*x**2 + 3*x*y + 5*y**2", wrt=("x", "y"), data={"A": [[2, 1], [2, 5]]})
A, b = np.array([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]]), np.array([1.0, 0.0, 2.0])
SQUARES = Gradient("(x + 2*y - 1)**2 + (3*x + y)**2 + (y - 2)**2", wrt=("x", "y"), data={"A": A, "b": b})
HALF_FORM = Gradient("(2*x**2 + 3*x*y + 5*y**2)/2", wrt=("x", "y"), data={"A": [[2, 1], [2, 5]]})
C, d = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0]]), np.array([2.0, 1.0, 4.0, 5.0])
LOSS = "((b - 2)**2 + (a + b - 1)**2 + (2*a + b - 4)**2 + (3*a + b - 5)**2)/4"
MEAN = Gradient(LOSS, wrt=("a", "b"), data={"A": C, "b": d})
SOFTMAX = Equal([0.2, -0.5, 0.3], data={"p": [0.2, 0.5, 0.3], "y": [0, 1, 0]})
OUTER = Equal([[3.0, 4.0, 5.0], [6.0, 8.0, 10.0]], data={"delta": [1, 2], "x": [3, 4, 5]})


@pytest.mark.parametrize(
    ("question", "answer", "mistake"),
    [
        (FORM, ["2*x + y", "2*x + 5*y"], "Ax"),
        (FORM, ["4*x + 2*y", "4*x + 10*y"], "2Ax"),
        (FORM, ["2*x + 2*y", "x + 5*y"], "ATx"),
        (SQUARES, lambda v: A.T @ (A @ v - b), "ls_no2"),
        (SQUARES, lambda v: 2 * A.T @ (b - A @ v), "ls_sign"),
        (SQUARES, lambda v: 2 * A.T @ (A @ v - b) / 3, "ls_mean"),
        (SQUARES, lambda v: 2 * (A @ v - b), "ls_no_AT"),
        (SQUARES, lambda v: 2 * A.T @ A @ v, "ls_rhs"),
        (SQUARES, lambda v: 2 * A.T @ (A @ v + b), "ls_rhs"),
        (SQUARES, lambda v: 2 * A.T @ (A @ v - b), None),
        (HALF_FORM, ["2*x + y", "2*x + 5*y"], "2Ax"),
        (MEAN, lambda v: C.T @ (C @ v - d) / 4, "ls_no2"),
        (MEAN, lambda v: 2 * C.T @ (C @ v - d), "ls_mean"),
        (MEAN, lambda v: 2 * C.T @ (d - C @ v) / 4, "ls_sign"),
        (MEAN, lambda v: (2 * C.T @ (C @ v - d) / 4)[::-1], "swap"),
        (MEAN, lambda v: 2 * C.T @ (C @ v - d) / 4, None),
        (SOFTMAX, [-0.2, 0.5, -0.3], "softmax_sign"),
        (OUTER, np.outer([3, 4, 5], [1, 2]), "outer_swapped"),
        (OUTER, np.zeros((2, 3)), None),
    ],
)
def test_matrix_tasks(question, answer, mistake) -> None:
    assert first(question, answer) == mistake


def test_matrices_of_another_function_are_refused() -> None:
    for question in (FORM, SQUARES, HALF_FORM, MEAN):
        question.certify()
    for data in ({"A": [[2, 1], [1, 5]]}, {"A": [2, 1]}, {"A": [[2, 1], [2, 5]], "b": [1, 0]}):
        with pytest.raises(AuthorError, match="no multiple"):
            Gradient("2*x**2 + 3*x*y + 5*y**2", wrt=("x", "y"), data=data).certify()


@pytest.mark.parametrize(
    ("function", "answer", "wanted"),
    [
        # The constant is nothing beside exp(243), and something near 0.
        ("exp(x**5) + log(pi)/log(2)", "5*x**4*exp(x**5) + log(pi)/log(2)", "const_kept"),
        # A factor under the bar does not hide the power.
        ("5/(2*(x**2 + 1)**3)", "-15/(2*(x**2 + 1)**4)", "chain_drop"),
        ("3/(4*sqrt(x))", "3/4*x**(-3/2)", "sqrt_nohalf"),
        ("3/(4*sqrt(x))", "-3/4*x**(-3/2)", "sqrt_nohalf"),
        # Exponents that are parameters.
        ("a*x**n", "a*n*x**n", "pow_nolower"),
        ("a*x**n", "a*x**(n - 1)", "pow_nocoef"),
        ("a*x**n", "a*n*x**(n + 1)", "pow_up"),
        ("a*x**n + x", "a*x**(n + 1)/(n + 1) + 1", "pow_int"),
        # Complex noise of a large power is no reason to have no point.
        ("asinh(a*x)**(n + 1)/(a*(n + 1))", "asinh(a*x)**(n + 1)/(a*(n + 1))", "not_diff"),
    ],
)
def test_powers_and_sizes(function, answer, wanted):
    found = diagnose_text("Derivative", function, answer, variables=["a", "n", "x"], wrt=["x"])
    assert found.mistakes[:1] == (wanted,)


def test_a_function_with_jumps_has_wrong_answers_and_no_fault() -> None:
    question = Derivative("floor(x) + x**2", wrt="x", domain={"x": (-2, 2)})
    assert question.judge("2*x").outcome is Outcome.CORRECT
    for wrong in ("3*x", lambda x: 3 * x):
        assert question.judge(wrong).outcome is Outcome.INCORRECT
