"""A table of claims: no cell between kinks, no local term and no step is missed, whatever the domain and the seed."""

import math

import pytest

from autograder import Derivative, Gradient, compare
from autograder.cli.judge_cases import judge_case
from autograder.model import Outcome, Reason
from tests.benchmarks.bending import pair

TOUCHING = [
    # function, a right and a wrong form of its derivative: what bends is 0 without a change of sign, or to a high order
    ("Max(x, exp(x) - 1)", "exp(x)", "1"),
    ("Max(x**2, x**3)", "Piecewise((2*x, x < 1), (3*x**2, True))", "3*x**2"),
    ("Max(x, sin(x))", "Piecewise((1, x > 0), (cos(x), True))", "Piecewise((1, x > -1/100), (cos(x), True))"),
    ("Abs(sin(x) - x)", "Piecewise((1 - cos(x), x > 0), (cos(x) - 1, True))", "1 - cos(x)"),
    ("Min(1, cos(x))", "-sin(x)", "0"),
    ("Max(1 - x**2/2, cos(x))", "-sin(x)", "-x"),
    ("Max(x - x**3/6, sin(x))", "Piecewise((cos(x), x > 0), (1 - x**2/2, True))", "cos(x)"),
    ("Max(0, x - log(1 + x))", "1 - 1/(1 + x)", "0"),
    ("Max(tanh(x), x)", "Piecewise((1, x > 0), (1 - tanh(x)**2, True))", "1 - tanh(x)**2"),
    ("Abs(x**3 - 3*x + 2)", "Piecewise((3*x**2 - 3, x > -2), (3 - 3*x**2, True))", "3*x**2 - 3"),
    ("Max(x**2, sin(x)**2)", "2*x", "sin(2*x)"),
    ("Max(x - sqrt(2), sin(x - sqrt(2)))", "Piecewise((1, x > sqrt(2)), (cos(x - sqrt(2)), True))", "1"),
    ("Max(exp(x), E*x)", "exp(x)", "E"),
    ("Max(sin(x)**2, sin(x))", "Piecewise((cos(x), sin(x) > 0), (sin(2*x), True))", "cos(x)"),
    ("Max(cosh(x), 1 + x**2/2)", "sinh(x)", "x"),
    ("Max(exp(x), 1 + x + x**2/2)", "Piecewise((1 + x, x < 0), (exp(x), True))", "exp(x)"),
    ("Abs(2 - 2*cos(3*x))", "6*sin(3*x)", "-6*sin(3*x)"),
]

DIFFERENT = [
    # answer, reference, domain: wrong on one cell, or in one local term
    ("0", "Piecewise((0, x < 7), (1, x < 8), (0, True))", {"x": (-20, 20)}),
    ("2*x", "Piecewise((2*x, x < 400), (3*x**2, x < 401), (2*x, True))", None),
    ("0", "Heaviside(x - 30)*Heaviside(31 - x)", None),
    ("2*x - 1401", "sign((x - 700)*(x - 701))*(2*x - 1401)", None),
    ("2*x - 7", "Piecewise((2*x - 7, x**2 - 7*x + 12 > 0), (7 - 2*x, True))", {"x": (0, 1e6)}),
    ("1", "1 + Piecewise((cos(x), Abs(x - 90) < 1/2), (0, True))", {"x": (0, 1000)}),
    ("x", "x + Max(0, 1 - (x - 77)**2)", None),
    ("1", "1 + 2*exp(-(x + 35)**2)", None),
    ("1", "1 - (x - 820)*exp(-(x - 820)**2/18)", None),
    ("3", "3 + 1 - tanh(x - 640)**2", None),
    ("3", "3 + 700*(1 - tanh(700*(x - 4))**2)", {"x": (-10, 10)}),
    ("0", "exp(-(x - 1/3)**2*10**7)*x", {"x": (0, 1)}),
    ("5", "5 + sech(x - 2000)**2", {"x": (0, 1e6)}),
    ("x", "x + exp(-Abs(x - 444))", None),
    ("1/2", "1/2 + exp(x - 900)/(1 + exp(x - 900))**2", None),
    ("x**2 - 1", "x**2 + erf(x - 52)", {"x": (-10, 20)}),
    ("x", "x + log(1 + exp(-(x - 61)**2))", None),
    ("cos(x)", "cos(x + exp(-(x - 53)**2))", None),
    ("sech(500*x - 950)*tanh(500*x - 950)", "sech(500*x - 950)", {"x": (0, 4)}),
    ("0", "Heaviside(log(x) - 4)*Heaviside(401/100 - log(x))", None),
    ("0", "Max(0, x**x - 20)*Max(0, 22 - x**x)", None),
    ("exp(x**2)", "exp(x**2) + x*Heaviside(x - 55)", None),
    ("0", "tanh(x - 901)**2 - tanh(x - 900)**2", None),
    ("sign(x - 2700)", "sinh(x - 2700)/cosh(x - 2700)", {"x": (0, None)}),
    ("2*x*Mod(x, 1) + x**2", "2*x*Mod(x, 1) + x**2 + Heaviside(x - 3)", None),
    ("Mod(3*x, 2) + 3*x", "Mod(3*x, 2) + 3*x - 2*(x - 50)*exp(-(x - 50)**2)", None),
    ("5 - sign(x + 4100)", "5 - sinh(x + 4100)*sech(x + 4100)", {"x": (None, 30)}),
]

SEVERAL = [
    ("-z/sqrt(1 - y**2)", "-z/sqrt(1 - y**2) + Max(0, x - 34)", None),
    ("y", "y + Max(0, 1 - (x - 6)**2 - (y - 11)**2)", None),
    ("y", "y - 4*x*Max(0, 1 - 900*(x - 41)**2 - (y + 9)**2)", {"x": (0, 100)}),
    ("2*y", "2*y + (x - 8)*exp(-500*((x - 8)**2 + (y - 5)**2))", None),
    ("x", "x + exp(-300*(x - y + 70)**2)", None),
    ("x", "x + Heaviside(x - 20)*Heaviside(21 - x)*Heaviside(y - 70)*Heaviside(71 - y)", {"y": (0, 90)}),
    ("z", "z + (1 - tanh(200*(x + y - 30))**2)", {"x": (-5, 5)}),
    ("y", "y + log(1 + exp(60*(x*y - 800))) - Max(0, 60*(x*y - 800))", None),
    ("sqrt(x - 150)*y", "sqrt(x - 150)*y + sqrt(151 - x)*Max(0, y - 60)", None),
    ("x*y", "x*y + Piecewise((1, (x > 12) & (x < 13) & (y > x)), (0, True))", None),
    # the line on which a narrow strip is sought begins where it does not meet it
    ("y", "y + Max(0, u*(1 - 50*u))".replace("u", "(x + y + 17)"), {"x": (-9, 9), "y": (-9, 9)}),
    ("y", "y + Max(0, u*(7 - 2*u))".replace("u", "(x - y - z - 1200)"), dict.fromkeys("xyz", (-500, 500))),
]

EQUAL = [
    ("Piecewise((1, x - floor(x) > 1/2), (0, True))", "Heaviside(Mod(x, 1) - 1/2)", None),
    ("x**2*(frac(400*x) + 3)", "x**2*(400*x + 3 - floor(400*x))", None),
    ("(1 + tanh((x - 900)/2))/2", "exp(x - 900)/(1 + exp(x - 900))", None),
    ("Heaviside(x - 7)*Heaviside(8 - x)", "Piecewise((0, x < 7), (1, x < 8), (0, True))", {"x": (-20, 20)}),
    ("2*x*sign(x**2 - 90000)", "Piecewise((2*x, x > 300), (-2*x, x > -300), (2*x, True))", None),
    ("sin(x)*cos(x)/Abs(sin(x))", "sign(sin(x))*cos(x)", None),
    ("x - x*(x - 50)*exp(-(x - 50)**2)", "x*(1 - (x - 50)*exp(-x**2 + 100*x - 2500))", None),
    ("4*exp(2*x - 1000)/(exp(2*x - 1000) + 1)**2", "1 - tanh(x - 500)**2", None),
    ("1/(1 + exp(-700*x))", "exp(700*x)/(1 + exp(700*x))", {"x": (-1e6, 1e6)}),
]


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize(("actual", "desired", "domain"), DIFFERENT, ids=[d[:50] for _, d, _ in DIFFERENT])
def test_a_difference_on_one_cell_is_seen(actual, desired, domain, seed):
    found = compare.expressions(actual, desired, variables=["x"], domain=domain, seed=seed)
    assert found.outcome is Outcome.INCORRECT, found


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize(("actual", "desired", "domain"), SEVERAL, ids=[d[:50] for _, d, _ in SEVERAL])
def test_so_it_is_in_several_variables(actual, desired, domain, seed):
    found = compare.expressions(actual, desired, variables=["x", "y", "z"], domain=domain, seed=seed)
    assert found.outcome is Outcome.INCORRECT, found


@pytest.mark.parametrize(("function", "right", "wrong"), TOUCHING, ids=[function for function, _, _ in TOUCHING])
def test_what_touches_is_decided(function, right, wrong):
    case = {"id": "1", "kind": "derivative", "vars": ["x"], "wrt": "x", "function": function}
    for seed in range(2):
        outcomes = [
            judge_case(case | {"answer": answer}, seed=seed, mistakes=False).outcome for answer in (right, wrong)
        ]
        assert outcomes == [Outcome.CORRECT, Outcome.INCORRECT]


def test_decimals_in_a_branch_make_an_answer_numeric():
    import sympy

    x = sympy.Symbol("x")
    taxed = sympy.Piecewise((0.1, x < 1000), (0.25, True))
    for desired in ("Piecewise((1/10, x < 1000), (1/4, True))", "Piecewise((0.1, x < 1000), (0.25, True))"):
        assert compare.expressions(taxed, desired, variables=["x"]).outcome is Outcome.CORRECT
        assert compare.expressions(taxed * 1.001, desired, variables=["x"]).outcome is Outcome.INCORRECT
    assert compare.expressions("Piecewise((t, x < 1), (0, True))", "x", variables=["x"]).outcome is Outcome.INVALID


@pytest.mark.parametrize(
    ("actual", "desired"),
    [
        ("2*x - y", "sign(x**2 - x*y + y**2)*(2*x - y)"),
        ("2*x", "2*Max(x**2 + y**2, 2*x*y)*x/(x**2 + y**2)"),
        ("exp(x + y)", "Piecewise((1, x + y > exp(x + y) - 1), (exp(x + y), True))"),
        ("y*exp(x*y)", "Piecewise((y, x*y > exp(x*y) - 1), (y*exp(x*y), True))"),
        ("1", "Piecewise((1, x - y > log(1 + x - y)), (1/(1 + x - y), True))"),
        ("(x - y)/sqrt((x - y)**2 + y**2)", "(x - y)/Abs(sqrt(x**2 - 2*x*y + 2*y**2))"),
    ],
)
def test_what_never_changes_its_sign_has_no_other_side(actual, desired):
    assert compare.expressions(actual, desired, variables=["x", "y"]).outcome is Outcome.CORRECT


@pytest.mark.parametrize(("actual", "desired", "domain"), EQUAL, ids=[d[:50] for _, d, _ in EQUAL])
def test_the_same_in_another_form_stays_right(actual, desired, domain):
    for seed in range(3):
        found = compare.expressions(actual, desired, variables=["x"], domain=domain, seed=seed)
        assert found.outcome is Outcome.CORRECT, found


FUNCTIONS = [
    # question, a right and a wrong Python function
    (("Max(0, Min(1, x - 41))", {}), lambda x: float(41 < x < 42), lambda x: 0.0),
    (("Min(Max(x, 3), 4)", {"x": (-90, 90)}), lambda x: float(3 < x < 4), lambda x: 0 * x),
    (("3*x + 8*exp(-(x - 64)**2)", {}), lambda x: 3 - 16 * (x - 64) * exp(-((x - 64) ** 2)), lambda x: 3 + 0 * x),
    (("x**2 + tanh(300*(x - 2))", {"x": (-5, 5)}), lambda x: 2 * x + 300 / cosh(300 * (x - 2)) ** 2, lambda x: 2 * x),
    # wrong by where it bends: a hundredth beside
    (("Max(0, x - 3) + x**2", {}), lambda x: (x > 3) + 2 * x, lambda x: (x > 3.01) + 2 * x),
    (("Abs(x - 660)", {}), lambda x: 1 - 2 * (x < 660), lambda x: 1 - 2 * (x < 659.99)),
    (("Max(0, Min(1, x/4))", {"x": (-9, 9)}), lambda x: 0.25 * (0 < x < 4), lambda x: 0.25 * (-0.01 < x < 4)),
    # nothing but a bump, whose slope is 0 in floats wherever points are drawn
    (("exp(-1000*(x - 3)**2)", {}), lambda x: -2000 * (x - 3) * exp(-1000 * (x - 3) ** 2), lambda x: 0.0),
    (
        ("exp(-9*(x - 80)**2)", {}),
        lambda x: -18 * (x - 80) * exp(-9 * (x - 80) ** 2),
        lambda x: -18 * exp(-9 * (x - 80) ** 2),
    ),
    # wrong in a tenth of a wide domain: where values are largest, where they should vanish, and in the middle
    (("exp(x)", {"x": (-50, 50)}), lambda x: exp(x), lambda x: exp(x) * (1 + (x > 40))),
    (("exp(x)", {"x": (-50, 50)}), lambda x: exp(x), lambda x: exp(x) + (x < -40)),
    (("exp(x)", {"x": (-200, 200)}), lambda x: exp(x), lambda x: exp(x) * (1 + (x > 160))),
    (
        ("sin(x/50)", {"x": (-500, 500)}),
        lambda x: math.cos(x / 50) / 50,
        lambda x: math.cos(x / 50) / 50 * (1 - (-5 < x / 10 < 5)),
    ),
    # the rounding of the 1 is no mistake where slopes have vanished
    (
        ("1/(1 + exp(-x))", {"x": (-500, 500)}),
        lambda x: (1 - math.tanh(x / 2) ** 2) / 4,
        lambda x: (1 - math.tanh(x / 2) ** 2) / 4 + 1e-9 * (x > 400),
    ),
    (("x/2 + 9/(1 + (x - 700)**2)", {}), lambda x: 0.5 - 18 * (x - 700) / (1 + (x - 700) ** 2) ** 2, lambda x: 0.5),
]


def _clipped(x):
    import jax.numpy as jnp

    return jnp.clip(2 * x - 60, 0, 1)


def _peak(x):
    import jax.numpy as jnp

    return 3 * x + 7 * jnp.exp(-((x - 44) ** 2) / 3)


def _branches(x):
    return x**2 if x < 58 else (x**3 if x < 59 else x**2)


def _computed(x):
    """A branch on a value that is computed, 0.02 wide in x."""
    import jax.numpy as jnp

    y = jnp.exp(x / 10) + x
    if y > 80:
        y = y - 1
    if y > 30 and y < 30.05:
        return x**3
    return jnp.sin(x) if x < y else x**2


def _layer(v):
    import jax
    import jax.numpy as jnp

    weights, shift = jnp.array([[1.0, -1.0], [2.0, 1.0]]), jnp.array([21.0, 17.0])
    return jnp.sum(jax.nn.relu(weights @ v - shift))


TRACED = [
    (_clipped, lambda x: 2.0 * (30 < x < 30.5), lambda x: 0.0),
    (_peak, lambda x: 3 - 14 * (x - 44) / 3 * exp(-((x - 44) ** 2) / 3), lambda x: 3.0),
    (_computed, lambda x: 3 * x**2 if 30 < exp(x / 10) + x < 30.05 else math.cos(x), lambda x: math.cos(x)),
    (_branches, lambda x: 3 * x**2 if 58 < x < 59 else 2 * x, lambda x: 2 * x),
]


WRITTEN = {_branches: "2*x", _computed: "cos(x)"}


@pytest.mark.slow
@pytest.mark.parametrize(("function", "right", "wrong"), TRACED, ids=[function.__name__ for function, _, _ in TRACED])
def test_a_function_in_python_is_traced_for_its_bends(function, right, wrong):
    for seed in range(2):
        question = Derivative(function, wrt="x", seed=seed)
        assert question.judge(right).outcome is Outcome.CORRECT
        assert question.judge(wrong).outcome is Outcome.INCORRECT
        assert question.judge(WRITTEN.get(function) or f"{wrong(1.0):g}").outcome is Outcome.INCORRECT


@pytest.mark.slow
def test_a_layer_is_asked_in_each_combination_of_its_units():
    question = Gradient(_layer, wrt=("x", "y"))
    first, second = (lambda x, y: float(x - y > 21)), (lambda x, y: float(2 * x + y > 17))
    right = question.judge(lambda x, y: (first(x, y) + 2 * second(x, y), second(x, y) - first(x, y)))
    wrong = question.judge(lambda x, y: (max(first(x, y), 2 * second(x, y)), second(x, y) - first(x, y)))
    assert (right.outcome, wrong.outcome) == (Outcome.CORRECT, Outcome.INCORRECT)


def exp(value):
    return math.exp(max(value, -700.0))


def cosh(value):
    return math.cosh(min(abs(value), 350.0))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("asked", "right", "wrong"), FUNCTIONS, ids=[asked[0] for asked, _, _ in FUNCTIONS])
def test_a_python_function_is_asked_in_every_cell(asked, right, wrong, seed):
    formula, domain = asked
    question = Derivative(formula, wrt="x", domain=domain or None, seed=seed)
    assert question.judge(right).outcome is Outcome.CORRECT
    assert question.judge(wrong).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("centre", "factor"), [(300, 1), (40, 2), (4, 700)])
def test_single_precision_is_judged_by_what_it_can_tell(centre, factor, seed):
    """As a slope by JAX is without x64: far out ``1 - tanh(u)**2`` has lost its digits, the reference's own as well."""
    import numpy as np

    question = Derivative(f"tanh({factor}*(x - {centre}))", wrt="x", seed=seed)

    def slope(x):
        u = np.float32(factor) * (np.float32(x) - np.float32(centre))
        return np.float32(factor) * (np.float32(1) - np.tanh(u) ** 2)

    assert question.judge(slope).outcome is Outcome.CORRECT
    assert question.judge(lambda x: float(slope(x))).outcome is Outcome.CORRECT
    assert question.judge(lambda x: slope(x) * np.float32(1.5)).outcome is Outcome.INCORRECT
    assert question.judge(lambda x: np.float32(0) * np.float32(x)).outcome is Outcome.INCORRECT


def test_a_python_gradient_is_asked_where_a_bump_lives():
    question = Gradient("x*y + exp(-40*((x - 6)**2 + (y + 9)**2))", wrt=("x", "y"), domain={"x": (0, 50)})
    assert question.judge(lambda x, y: (y, x)).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_pairs_whose_truth_is_known(first):
    """Random ones with kinks and local terms in half of them; many more with ``-m bench``."""
    for number in range(first, first + 30):
        made = pair(number)
        outcomes = {judge_case(made.case, seed=seed, mistakes=False).outcome for seed in (0, 1)} if made else set()
        assert outcomes <= {Outcome.CORRECT if made and made.expected else Outcome.INCORRECT}, number


def test_what_no_point_can_show_is_not_called_right():
    """A term of 2 to the power of −290,000 at best; and a side of a kink that is there for no point that is tried."""
    step = compare.expressions("x", "x*tanh(100000 + x**2)", variables=["x"])
    assert (step.outcome, step.reason) == (Outcome.UNDECIDED, Reason.UNVISITED)
    edge = compare.expressions("x**2 - 2*x*y + y**2", "sqrt((x**2 - 2*x*y + y**2)**2)", variables=["x", "y"])
    assert edge.outcome is not Outcome.INCORRECT


@pytest.mark.parametrize(
    ("actual", "desired"),
    [
        # the side that is not there has the same formula
        ("x*Abs(x**2 + x*y + y**2 + 1)", "x*sqrt((x**2 + x*y + y**2 + 1)**2)"),
        ("Abs(cos(x))*sign(cos(x))*sign(x - 9)", "cos(x)*sign(x - 9)"),
        ("floor(3*x) + Abs(sin(x))", "-ceiling(-3*x) + sqrt(sin(x)**2)"),
        ("Abs(x*cos(x) - 2)", "Max(x*cos(x) - 2, 2 - x*cos(x))"),
        # a bump far from a kink, hidden in the cell beyond it
        ("5*(x - 32)/Abs(x - 32) + (x + 180)*exp(-(x + 180)**2)", "5*sign(x - 32) + (180 + x)/exp((x + 180)**2)"),
        # the side on which an exponent is 0
        ("exp((x - Abs(x))/2)", "Piecewise((1, x > 0), (exp(x), True))"),
        ("exp(-(Abs(x - 2) + x - 2)/2)", "Piecewise((exp(2 - x), x > 2), (1, True))"),
        # a bend that is left by exponentials
        ("Min(1, exp(x))", "Piecewise((1, x > 0), (exp(x), True))"),
        ("Max(exp(-3*x), 1)*x", "Piecewise((x, x > 0), (x*exp(-3*x), True))"),
        # algebra shows it wherever the points are
        ("x*tanh(100000 + x**2) + x - x", "tanh(100000 + x**2)*x"),
    ],
)
def test_what_the_formulas_show_needs_no_point(actual, desired):
    assert compare.expressions(actual, desired, variables=["x", "y"]).outcome is Outcome.CORRECT


def test_what_is_far_below_any_sum_is_still_a_difference():
    for actual, desired in (
        ("0", "tanh(900 + x**2)"),
        ("0", "x - x*tanh(700 + x**2)**2"),
        ("2", "2 + exp(-x**2 - 5000)"),
    ):
        assert compare.expressions(actual, desired, variables=["x"]).outcome is Outcome.INCORRECT
