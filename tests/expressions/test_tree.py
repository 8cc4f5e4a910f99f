"""Claim: a SymPy object crosses as plain lists and comes back as it was; nothing else crosses."""

import json

import pytest
import sympy
from sympy import Abs, Derivative, Float, Function, Heaviside, Integral, Matrix, Max, Piecewise, Rational, Symbol

from autograder.errors import ExpressionError
from autograder.expressions import from_tree, to_tree

x, y = sympy.symbols("x y", real=True)
p = Symbol("p", positive=True, integer=True)
plain = Symbol("x")

SAME = [
    2 * sympy.sin(x) / 3 + sympy.sqrt(p),
    Float("0.333333"),
    0.1 * x,
    x**-2,
    Matrix([x, y]),
    sympy.ImmutableMatrix([[1, x], [y, 2]]),
    sympy.derive_by_array(x * y, (x, y)),
    sympy.MutableDenseNDimArray([[x, y], [1, 2]]),
    Piecewise((x, x > 0), (1, True)),
    Abs(plain).diff(plain),
    Heaviside(x),
    10**400 * x,
    -sympy.oo,
    sympy.And(x > 0, y < 1),
    sympy.Eq(x, y),
    Max(x, 1, y),
    sympy.log(x, 10),
    sympy.besselj(1, x),
    sympy.UnevaluatedExpr(x + x),
    Integral(x, (x, 0, 1)),
    Derivative(x**2, x),
    sympy.Tuple(x, 1),
    sympy.Dummy("k"),
    sympy.Add(x, x, evaluate=False),
    sympy.Mul(2, 3, evaluate=False),
    sympy.pi + sympy.E + sympy.I,
    sympy.Poly(6 * x + 2, x),
    sympy.Poly(x * y**2 - 0.5, x, y),
    sympy.Poly(0, x),
    sympy.Lambda(x, 6 * x + 2),
    sympy.Lambda((x, y), (x, y**2)),
    sympy.FiniteSet(1, (x, 2)),
]


@pytest.mark.parametrize("expr", SAME, ids=str)
def test_round_trip_is_exact(expr):
    back = from_tree(json.loads(json.dumps(to_tree(expr))))
    assert back == expr
    assert type(back) is type(expr)


def test_assumptions_cross():
    back = from_tree(to_tree(p))
    assert back.is_positive
    assert back.is_integer
    assert from_tree(to_tree(plain)).is_real is None


def test_python_lists_and_numbers():
    assert from_tree(to_tree([x, 1, 2.5])) == [x, 1, Float(2.5)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Function("f")(x), "wrong-variables"),
        (object(), "wrong-type"),
        ("text", "wrong-type"),
        (sympy.Lambda(((x, y),), x), "wrong-type"),
        (sympy.ImageSet(sympy.Lambda(x, x**2), sympy.S.Naturals), "wrong-type"),
        (sympy.Interval(0, 1), "wrong-type"),
        (10**30_000 * x, "too-large"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_allowed_is_named(value, reason):
    with pytest.raises(ExpressionError) as caught:
        to_tree(value)
    assert caught.value.reason == reason


def test_node_and_depth_limits():
    with pytest.raises(ExpressionError, match="more than 100 parts"):
        to_tree(sum(Symbol(f"a{i}") for i in range(200)), max_nodes=100)
    deep = x
    for _ in range(400):
        deep = sympy.sin(deep, evaluate=False)
    with pytest.raises(ExpressionError, match="deep"):
        to_tree(deep)


@pytest.mark.parametrize(
    "tree",
    [
        None,
        1.5,
        "x",
        [],
        ["eval", "1"],
        ["__class__", 1],
        ["sin"],
        ["sin", 1, 2],
        ["Symbol", "x", "nonsense"],
        ["Symbol", "x", "real", "imaginary", "!zero"],
        ["Symbol", 3],
        ["Rational", 1, 0],
        ["Integer", "ff" * 20_000],
        ["Integer", "__import__('os')"],
        ["Float", "1)", 53],
        ["Float", "1.5", 10**9],
        ["Matrix", 2, 2, 1],
        ["Array", [2], 1],
        ["Array", [-1], 1],
        ["Piecewise", [1]],
        ["Dummy", "k", "x"],
        ["Derivative", 1, 2],
        ["Add", True],
        ["Poly"],
        ["Poly", []],
        ["Poly", [2], [[1], 1]],
        ["Poly", [["Symbol", "x"]], [[1], ["Symbol", "x"]]],
        ["Poly", [["Symbol", "x"]], [[1, 2], 1]],
        ["Poly", [["Symbol", "x"]], [[-1], 1]],
        ["Poly", [["Symbol", "x"]], [[10**9], 1]],
        ["Poly", [["Symbol", "x"], ["Symbol", "y"]], [[1000, 1000], 1]],
        ["Lambda", [["Symbol", "x"]]],
        ["Lambda", [["sin", 1]], 2],
        ["Lambda", [["Symbol", "x"], ["Symbol", "x"]], 2],
        {"a": 1},
    ],
    ids=str,
)
def test_a_forged_tree_is_refused(tree):
    with pytest.raises(ExpressionError):
        from_tree(tree)


def test_nothing_is_evaluated_on_the_way():
    power = ["Pow", 9, ["Pow", 9, ["Pow", 9, 9]]]
    assert to_tree(from_tree(power)) == power
    assert from_tree(["Rational", 1, 3]) == Rational(1, 3)


def test_a_polynomial_that_is_none_over_the_numbers_crosses_as_a_formula():
    for poly in (sympy.Poly(x * y, x), sympy.Poly(sympy.sqrt(2) * x, x), sympy.Poly(sympy.sin(x), sympy.sin(x))):
        assert from_tree(to_tree(poly)) == poly.as_expr()
    assert from_tree(to_tree(sympy.PurePoly(6 * x + 2))).as_expr().subs(x, 1) == 8
