"""The two references: SymPy's derivative and JAX's gradient agree, or the question cannot be built."""

import subprocess
import sys
from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import AuthorError
from autograder.questions import Derivative, DirectionalDerivative, Equal, Gradient, Hessian, Jacobian
from autograder.reference import Operator, read_function, reference_of
from autograder.reference.derivatives import by_differences, by_jax, by_mpmath
from autograder.reference.exact import evaluator, exact_value
from autograder.reference.sampling import dyadic

FIRST = Operator(shape=(), terms=((0, (0,)),))


FUNCTIONS = [
    "3*x**2 + 2*x + 10",
    "x**2*sin(3*x)",
    "exp(-x**2)/(3*x + 1)",
    "sqrt(1 + x**2)",
    "log(x)**2",
    "2**x + x**x",
    "atan(x)*asin(x/4)",
    "tanh(x) + 1/(1 + exp(-x))",
    "Abs(x)**3",
    "Max(x, x**2)",
    "erf(x)",
    "besselj(0, x)",
    "Si(x)",
]


@pytest.mark.slow
@pytest.mark.parametrize("text", FUNCTIONS)
def test_sympy_and_jax_or_mpmath_agree(text):
    Derivative(text, wrt="x").certify()


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        Gradient("x**2*y + 3*x + sin(y)", wrt=("x", "y")),
        Gradient("x*y*z", wrt=("x", "z"), at=(1, 2, 3)),
        Jacobian(["x*y", "x + y**2", "sin(x)"], wrt=("x", "y")),
        Hessian("x**2*y + exp(x*y)", wrt=("x", "y")),
        DirectionalDerivative("x**2*y", direction=("sqrt(3)/2", "1/2")),
        Derivative("sin(2*x)*y", wrt="x", order=3),
        Equal("[x, x**2]"),
    ],
    ids=lambda q: q.kind,
)
def test_every_kind_certifies(question):
    question.certify()


def test_a_formula_and_a_python_function_must_agree():
    Derivative("x**2*sin(x)", wrt="x", python=lambda x: x**2 * jnp.sin(x))
    Gradient("x**2*y", wrt=("x", "y"), python=lambda v: v[0] ** 2 * v[1])
    with pytest.raises(AuthorError, match=r"disagree at x = "):
        Derivative("x**2*sin(x)", wrt="x", python=lambda x: x**2 * jnp.cos(x))


@pytest.mark.slow
def test_jax_alone_is_checked_by_differences():
    good = Derivative(lambda x: jnp.exp(-(x**2)) * jnp.sin(x), wrt="x")
    assert good.judge("exp(-x**2)*(cos(x) - 2*x*sin(x))").outcome.value == "CORRECT"
    assert good.judge("exp(-x**2)*(cos(x) + 2*x*sin(x))").outcome.value == "INCORRECT"

    @jax.custom_jvp
    def lies(x):
        return jnp.sin(x)

    lies.defjvp(lambda primals, tangents: (jnp.sin(primals[0]), jnp.sin(primals[0]) * tangents[0]))
    with pytest.raises(AuthorError, match=r"disagree at x = .*difference quotient"):
        Derivative(lies, wrt="x")


def test_a_python_function_that_takes_symbols_has_a_formula():
    question = Gradient(lambda x, y: x**2 * y + 3 * x, wrt=("x", "y"))
    assert question.reference.exprs is not None
    assert question.judge("[2*x*y + 3, x**2]").certainty is not None


@pytest.mark.slow
def test_python_functions_with_control_flow_and_vectors():
    def relu_like(x):
        return x**2 if x > 0 else 0 * x

    assert Derivative(relu_like, wrt="x").judge(lambda t: 2 * max(t, 0)).outcome.value == "CORRECT"
    question = Gradient(lambda v: jnp.sum(jnp.sin(v) * v[0]), variables=("a", "b"))
    assert question.judge(["sin(a) + sin(b) + a*cos(a)", "a*cos(b)"]).outcome.value == "CORRECT"


def test_a_question_certifies_in_the_quick_tests_too():
    Gradient("x**2*y", wrt=("x", "y")).certify()


def test_numpy_inside_a_python_function_is_told_to_the_author():
    import math

    with pytest.raises(AuthorError, match="JAX cannot differentiate"):
        Derivative(lambda x: math.sin(x), wrt="x")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Derivative("3*x**", wrt="x"), "cannot be read"),
        (lambda: Derivative("x*y"), "wrt="),
        (lambda: Derivative("x", wrt=("x", "y")), "one variable"),
        (lambda: Derivative("x", wrt="x", order=0), "order="),
        (lambda: Derivative("x", wrt="x", domain={"x": (1, 1)}), "empty"),
        (lambda: Derivative("x", wrt="x", domain={"t": (0, 1)}), "not among"),
        (lambda: Derivative("x", wrt="x", rtol=-1), "rtol"),
        (lambda: Derivative("x", wrt="x", credit={"neg": 2}), "credit"),
        (lambda: Derivative("1/x", wrt="x", at=0), "not real and finite at x = 0"),
        (lambda: Derivative("x", wrt="x", at="hello"), "not a number"),
        (lambda: Gradient("x*y", wrt=("x", "y"), at=(1,)), "needs 2 numbers"),
        (lambda: Gradient("x*y", wrt=("x", "y"), at={"x": 1}), "must name exactly"),
        (lambda: Gradient("x*y", wrt=("x", "y"), variables=("x",)), "not a variable"),
        (lambda: Gradient("[x, y]", wrt=("x", "y")), "use Jacobian"),
        (lambda: DirectionalDerivative("x*y", direction=(0, 0)), "zero"),
        (lambda: DirectionalDerivative("x*y", direction=(1,)), "needs 2 numbers"),
    ],
)
def test_an_author_s_mistake_is_refused_with_a_sentence(build, message):
    with pytest.raises(AuthorError, match=message):
        build()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Derivative("sqrt(-1 - x**2)", wrt="x"), "no points"),
        (Derivative("Abs(x)", wrt="x", at=0), "jumps at x = 0"),
        (Gradient("Max(x, y)", wrt=("x", "y"), at=(1, 1)), "jumps"),
    ],
)
def test_what_is_found_when_a_question_is_certified(question, message):
    with pytest.raises(AuthorError, match=message):
        question.certify()


@pytest.mark.slow
def test_jax_s_own_precision_is_left_alone():
    before = jax.config.jax_enable_x64
    assert by_jax(read_function("x**3"), FIRST, np.array([[2.0]])).dtype == np.float64
    assert jax.config.jax_enable_x64 is before
    assert jnp.zeros(1).dtype == jnp.float32


@pytest.mark.slow
def test_differences_and_mpmath_are_good_to_many_digits():
    function = read_function(lambda x: jnp.sin(x) * jnp.exp(x))
    slope = np.exp(0.75) * (np.sin(0.75) + np.cos(0.75))
    assert by_differences(function, FIRST, [0.75]) == pytest.approx(slope, rel=1e-9)
    formula = read_function("sin(x)*exp(x)")
    assert by_mpmath(formula, FIRST, [{"x": Fraction(3, 4)}])[0] == pytest.approx(slope, rel=1e-14)


def test_values_are_correctly_rounded_where_floats_cancel():
    x = sp.Symbol("x", real=True)
    value = evaluator([(1 - sp.cos(x)) / x**2], [], [x])({"x": Fraction(1, 2**30)})
    assert value[0] == 0.5
    assert exact_value(sp.sin(sp.pi)) == 0.0


def test_points_outside_the_reals_are_no_points():
    x = sp.Symbol("x", real=True)
    evaluate = evaluator([1 / x], [sp.log(x)], [x])
    assert evaluate({"x": Fraction(-1)}) is None
    assert evaluate({"x": Fraction(0)}) is None
    assert evaluate({"x": Fraction(2)})[0] == 0.5


def test_the_same_text_is_one_reference():
    first, second = (Derivative("x**2*cos(x)", wrt="x", seed=7) for _ in range(2))
    assert first.reference is second.reference
    assert first.samples is second.samples
    assert first.reference is reference_of(first.function, first.reference.operator)


@pytest.mark.parametrize("text", ["x**2", "Abs(x - 1) + Abs(x + 2)", "exp(-(x - 50)**2) + x**2"])
def test_no_more_points_are_used_than_were_looked_at(text):
    samples = reference_of(read_function(text), FIRST).samples(seed=3, domain=None)
    assert samples.tried >= len(samples.points) >= 8


def test_points_depend_on_the_seed_alone():
    def points(seed):
        return Gradient("x*y", wrt=("x", "y"), seed=seed).samples.points

    assert points(1) == points(1)
    assert points(1) != points(2)


@settings(max_examples=50, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(0, 1000))
def test_points_lie_inside_the_domain_and_in_float32(low, width, seed):
    question = Derivative("x**2", wrt="x", domain={"x": (low, low + width)}, seed=seed)
    for point in question.samples.points:
        assert low <= point["x"] <= low + width
    if width > abs(low) / 100:
        assert all(float(np.float32(float(p["x"]))) == p["x"] for p in question.samples.points)


def test_a_dyadic_number_is_near():
    assert abs(dyadic(0.1, 1.0) - Fraction(1, 10)) < Fraction(1, 4096)
    assert abs(dyadic(1000.00037, 1e-3) - Fraction(1000.00037)) < Fraction(1, 10**6)


@pytest.mark.slow
def test_text_questions_do_not_import_jax():
    code = (
        "import sys; from autograder import Derivative\n"
        "q = Derivative('3*x**2 + 2*x', wrt='x'); assert q.judge(lambda x: 6*x + 2).outcome == 'CORRECT'\n"
        "assert q.judge('6*x + 2').outcome == 'CORRECT'; assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
