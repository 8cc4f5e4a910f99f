"""Claim: a ball contains the value that SymPy computes, and says so where there is none."""

from fractions import Fraction

import pytest
import sympy

from autograder.expressions import heads
from autograder.expressions.context import AUTHOR
from autograder.expressions.graph.balls import Outside, Unsupported, Wide, evaluate
from autograder.expressions.graph.nodes import Graph
from autograder.expressions.graph.slopes import NoRule, slope
from autograder.expressions.text.parser import read

POINTS = [Fraction(1, 3), Fraction(7, 5), Fraction(-2, 5), Fraction(-9, 4), Fraction(31, 10)]
FIRST = {"besselj": 2, "bessely": 1, "besseli": 1, "besselk": 1, "polygamma": 2, "expint": 2, "legendre": 3,
         "chebyshevt": 4, "chebyshevu": 3, "hermite": 3, "laguerre": 3, "polylog": 2}  # fmt: skip
OTHERS = {"gegenbauer": (3, Fraction(3, 2)), "assoc_laguerre": (3, 1), "jacobi": (3, Fraction(1, 2), Fraction(1, 3))}
# mpmath needs seconds for some points of these, and SymPy has no numbers for the others.
LEFT_OUT = {"assoc_legendre", "lerchphi", "factorial2", "erfcinv", "erf2", "elliptic_pi", "subfactorial"}


def _arguments(name, count, point):
    if name in OTHERS:
        return [*OTHERS[name], point]
    if name in FIRST and count > 1:
        return [Fraction(FIRST[name]), point]
    if name == "SingularityFunction":
        return [point, Fraction(1, 2), Fraction(2)]
    if name == "LambertW" and count == 2:
        return [point, Fraction(-1)]
    if name in ("elliptic_f", "elliptic_e") and count == 2:
        return [point, Fraction(1, 5)]
    if name == "DiracDelta" and count == 2:
        return [point, Fraction(1)]
    return [point, *(Fraction(6, 5) + Fraction(i, 7) for i in range(count - 1))]


@pytest.mark.parametrize("name", sorted(heads.FUNCTIONS.keys() - LEFT_OUT))
def test_function_agrees_with_sympy(name):
    low, high = heads.FUNCTIONS[name]
    seen = 0
    for count in range(low, min(high, 3 if low < 3 else low) + 1):
        for point in POINTS:
            arguments = [Fraction(value) for value in _arguments(name, count, point)]
            symbols = sympy.symbols(f"t0:{len(arguments)}", real=True)
            expr = getattr(sympy, name)(*symbols, evaluate=False)
            values = [sympy.Rational(value.numerator, value.denominator) for value in arguments]
            try:
                expected = sympy.N(getattr(sympy, name)(*values), 25)
            except ValueError:
                # mpmath's word for "outside the domain".
                expected = sympy.nan
            is_real = bool(expected.is_real and expected.is_finite)
            try:
                ball = evaluate(expr, {s.name: a for s, a in zip(symbols, arguments, strict=True)}, 200)
            except (Outside, Wide):
                assert not is_real, f"{name}{arguments} is {expected}"
                continue
            assert is_real, f"{name}{arguments} is {expected}, not {ball}"
            assert abs(float(ball.mid()) - float(expected)) <= 1e-12 * (1 + abs(float(expected)))
            assert ball.rel_accuracy_bits() > 100 or ball.contains(0)
            seen += 1
    assert seen


SAME_RULES = heads.words(
    "sin cos tan cot sec csc sinh cosh tanh coth sech csch exp log asin acos atan acot asinh acosh atanh acoth Abs erf "
    "erfc erfi gamma loggamma digamma Ei Si Ci Shi Chi li asec acsc asech acsch sinc LambertW"
)


@pytest.mark.parametrize("name", SAME_RULES)
def test_slope_agrees_with_sympy(name):
    from autograder.compare.arbiter.judging import _differs
    from autograder.compare.criterion import Criterion

    criterion = Criterion(variables=["x"], domain={"x": (-5, 5)}, seed=1)

    graph = Graph()
    tree = read(f"x**2*{name}(x/2 + 1)", ["x"], context=AUTHOR)
    mine = slope(graph, graph.add_tree(tree), "x")
    x = sympy.Symbol("x", real=True)
    from autograder.expressions import parse, to_tree

    theirs = graph.add_tree(to_tree(sympy.diff(parse(f"x**2*{name}(x/2 + 1)", ["x"], context=AUTHOR), x)))
    assert _differs(graph, mine, theirs, criterion) is None
    other = graph.add([theirs, graph.mul([graph.number(Fraction(1, 10**9)), graph.node("var", "x")])])
    assert _differs(graph, mine, other, criterion) is not None


def test_a_slope_without_a_rule_says_so():
    graph = Graph()
    with pytest.raises(NoRule):
        slope(graph, graph.add_tree(read("besselj(1, x)", ["x"])), "x")


x = sympy.Symbol("x", real=True)


@pytest.mark.parametrize(
    "expr",
    [sympy.sqrt(x), sympy.log(x), sympy.asin(3 + x**2), (-1 - x**2) ** sympy.Rational(1, 3), 1 / (x + 2), sympy.I * x],
    ids=str,
)
def test_not_real(expr):
    with pytest.raises(Outside):
        evaluate(expr, {"x": -2})


def test_a_branch_that_is_not_taken_need_not_be_real():
    expr = sympy.Piecewise((sympy.log(x), x > 0), (x, True))
    assert float(evaluate(expr, {"x": -2}).mid()) == -2


def test_an_unknown_function_says_so():
    graph = Graph()
    from autograder.expressions.graph.balls import Program

    with pytest.raises(Unsupported):
        Program(graph, [graph.node("f", "nothing", graph.number(1))])
