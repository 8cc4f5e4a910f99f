"""Every kind of question: right answers in many forms, wrong ones, what is no answer. One table, a row per claim."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from autograder.model import Outcome
from autograder.questions import (
    Derivative,
    Descent,
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

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
x, y = sp.symbols("x y")
xr, yr = sp.symbols("x y", real=True)
xp = sp.Symbol("x", positive=True)
f = x**2 * y + 3 * x + sp.sin(y)


def central(function, h=1e-5):
    return lambda t: (function(t + h) - function(t - h)) / (2 * h)


def descend(gradient, start, step, count):
    path = [np.atleast_1d(np.asarray(start, dtype=float))]
    for _ in range(count):
        path.append(path[-1] - step * gradient(path[-1]))
    return path


POLYNOMIAL = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)})
AT_TWO = Derivative("3*x**2 + 2*x + 10", wrt="x", at={"x": 2})
PRODUCT = Derivative("x**2*sin(3*x)", wrt="x", domain={"x": (-2, 2)})
CONSTANT = Derivative("5*x + 1", wrt="x")
PARTIAL = Derivative("x**2*y + y**3", wrt="y")
SECOND = Derivative("sin(2*x)", wrt="x", order=2)
GRADIENT = Gradient(f, wrt=("x", "y"))
GRADIENT_AT = Gradient("-x1**2 - x2**2/2", wrt=("x1", "x2"), at=(2, 1))
JACOBIAN = Jacobian(["x*y", "x + y**2", "sin(x)"], wrt=("x", "y"))
HESSIAN = Hessian("x**2*y + y**3", wrt=("x", "y"))
DIRECTIONAL = DirectionalDerivative("-x1**2 - x2**2/2", wrt=("x1", "x2"), at={"x1": 2, "x2": 1}, direction=(3, 4))
ALONG = DirectionalDerivative("x**2*y", direction=(3, 4), unit=False)
ASCENT = SteepestAscent("-x**2 - y**2/2", at=(-3, 4))
UPHILL = SteepestAscent("-x**2 - y**2/2", at=(-3, 4), multiple=True)
TANGENT = LevelSetTangent("x**2 + 3*y", at=(1, 2))
NORMAL = LevelSetNormal("x**2 + 3*y", at=(1, 2))
NORMAL3 = LevelSetTangent("x**2 + y**2 + z", at=(1, 2, 0))
PLANE = TangentPlane("x**2*y + 3*y + sin(x)", at=(0, 2))
LINE = TangentLine("x**3 + 2*x", at=1)
LINE_DOMAIN = TangentLine("log(x)", at=1, domain={"x": (0.1, 5)})
RATE = SteepestRate("x**2*y + 3*y", at=(1, 2))
RATE_ANYWHERE = SteepestRate("x**2*y + 3*y")
DESCENT = Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=3)
DESCENT1 = Descent("x**2", start=1, step=0.25, count=3)
LAST = Descent("x**2 + 2*y**2", start=(4, 1), step=0.1, count=3, answer="final")
ROOT = Root("x**3 - 3*x")
ROOTS = Root("x**3 - 3*x", count=2)
CRITICAL = Root("x**4 + y**4 - 4*x*y", count=3)
MINIMUM = Minimum("x**3 - 3*x")
FLAT = Minimum("(x - 1)**4")
EQUAL = Equal("x**2 - 1")
NUMBER = Equal("sqrt(2)")
DECADE = Equal(1e-8, factor=10)
DECADES = Equal([1e-8, 1e-4], factor=10)
MATRIX = Equal([[1, 2], [3, 4]])

path = np.array(descend(lambda v: np.array([2 * v[0], 4 * v[1]]), [4, 1], 0.1, 3))
h = sp.Function("h")

ROWS = [
    (POLYNOMIAL, 6 * x + 2, RIGHT),
    (POLYNOMIAL, 6 * xp + 2, RIGHT),
    (POLYNOMIAL, 6 * sp.Dummy("x") + 2, RIGHT),
    (POLYNOMIAL, sp.diff(3 * xr**2 + 2 * xr + 10, xr), RIGHT),
    (POLYNOMIAL, "2(3x + 1)", RIGHT),
    (POLYNOMIAL, sp.Poly(6 * x + 2, x), RIGHT),
    (POLYNOMIAL, sp.Lambda(x, 6 * x + 2), RIGHT),
    (POLYNOMIAL, sp.Lambda(y, 6 * y + 2), RIGHT),
    (POLYNOMIAL, sp.Poly(6 * x + 3, x), WRONG),
    (POLYNOMIAL, sp.PurePoly(6 * x + 2, x), RIGHT),
    (POLYNOMIAL, [sp.Poly(6 * x + 2, x)], RIGHT),
    (POLYNOMIAL, sp.Eq(y, 6 * x + 2), RIGHT),
    (POLYNOMIAL, sp.Eq(6 * x + 2, sp.Symbol("slope")), RIGHT),
    (POLYNOMIAL, sp.Eq(y, 6 * x), WRONG),
    (POLYNOMIAL, sp.Eq(y, 6 * x + 2 + y), INVALID),
    (POLYNOMIAL, sp.Derivative(3 * x**2 + 2 * x + 10, x), INVALID),
    (POLYNOMIAL, sp.Subs(sp.Derivative(3 * x**2 + 2 * x + 10, x), x, y), INVALID),
    (POLYNOMIAL, sp.UnevaluatedExpr(6 * x + 2), RIGHT),
    (POLYNOMIAL, 6 * x + 2 + sp.Order(x**2), INVALID),
    (POLYNOMIAL, sp.Matrix([6 * x + 2]), RIGHT),
    (POLYNOMIAL, [6 * x + 2], RIGHT),
    (POLYNOMIAL, lambda t: 6 * t + 2, RIGHT),
    (POLYNOMIAL, sp.lambdify(x, 6 * x + 2), RIGHT),
    (POLYNOMIAL, central(lambda t: 3 * t**2 + 2 * t + 10), RIGHT),
    (POLYNOMIAL, lambda t: sp.diff(3 * t**2 + 2 * t + 10, t), RIGHT),
    (POLYNOMIAL, lambda: 6 * x + 2, RIGHT),
    (POLYNOMIAL, lambda a: 6 * x + 2, RIGHT),
    (POLYNOMIAL, "6*x + 2.0", RIGHT),
    (POLYNOMIAL, "6*x", WRONG),
    (POLYNOMIAL, 6 * x + sp.Rational(2000001, 1000000), WRONG),
    (POLYNOMIAL, lambda t: 6 * t, WRONG),
    (POLYNOMIAL, 14, INVALID),
    (POLYNOMIAL, np.float64(14), INVALID),
    (POLYNOMIAL, sp.Integer(14), WRONG),
    (POLYNOMIAL, None, INVALID),
    (POLYNOMIAL, ..., INVALID),
    (POLYNOMIAL, "", INVALID),
    (POLYNOMIAL, "6*x +", INVALID),
    (POLYNOMIAL, 6 * y + 2, INVALID),
    (POLYNOMIAL, sp.Derivative(x**2, x), INVALID),
    (POLYNOMIAL, sp.Eq(x, 2), INVALID),
    (POLYNOMIAL, h(x), INVALID),
    (POLYNOMIAL, [6 * x, 2], INVALID),
    (POLYNOMIAL, {x: 6}, INVALID),
    (POLYNOMIAL, True, INVALID),
    (POLYNOMIAL, (i for i in [1]), INVALID),
    (POLYNOMIAL, lambda t: print, INVALID),
    (AT_TWO, 14, RIGHT),
    (AT_TWO, 14.0, RIGHT),
    (AT_TWO, sp.Integer(14), RIGHT),
    (AT_TWO, jnp.float32(14), RIGHT),
    (AT_TWO, np.array([14]), RIGHT),
    (AT_TWO, "14", RIGHT),
    (AT_TWO, "6*2 + 2", RIGHT),
    (AT_TWO, sp.Poly(14, x), RIGHT),
    (AT_TWO, sp.Subs(sp.Derivative(3 * x**2 + 2 * x + 10, x), x, 2), INVALID),
    (AT_TWO, sp.Poly(6 * x + 2, x), INVALID),
    (AT_TWO, sp.Lambda(x, 6 * x + 2), INVALID),
    (AT_TWO, sp.Eq(y, 14), RIGHT),
    (AT_TWO, 26, WRONG),
    (AT_TWO, 6 * x + 2, INVALID),
    (AT_TWO, lambda t: 14, INVALID),
    (AT_TWO, [14, 14], INVALID),
    (PRODUCT, lambda t: 2 * t * math.sin(3 * t) + 3 * t**2 * math.cos(3 * t), RIGHT),
    (PRODUCT, lambda t: 2 * t * np.cos(3 * t), WRONG),
    (CONSTANT, 5, RIGHT),
    (CONSTANT, 5.0, RIGHT),
    (CONSTANT, sp.Integer(5), RIGHT),
    (CONSTANT, "5", RIGHT),
    (CONSTANT, sp.lambdify(x, sp.Integer(5)), RIGHT),
    (CONSTANT, lambda t: np.full_like(t, 5), RIGHT),
    (CONSTANT, 1, WRONG),
    (PARTIAL, x**2 + 3 * y**2, RIGHT),
    (PARTIAL, lambda a, b: a**2 + 3 * b**2, RIGHT),
    (PARTIAL, lambda v: v[0] ** 2 + 3 * v[1] ** 2, RIGHT),
    (PARTIAL, 2 * x * y, WRONG),
    (SECOND, "-4*sin(2*x)", RIGHT),
    (SECOND, "2*cos(2*x)", WRONG),
    (PLANE, 6 + x + 3 * (y - 2), RIGHT),
    (PLANE, "x + 3y", RIGHT),
    (PLANE, lambda a, b: a + 3 * b, RIGHT),
    (PLANE, lambda v: v[0] + 3 * v[1], RIGHT),
    (PLANE, sp.lambdify((x, y), x + 3 * y), RIGHT),
    (PLANE, "x + 3.0y", RIGHT),
    (PLANE, x + 3 * y + 6, WRONG),
    (PLANE, x + 3 * (y - 2), WRONG),
    (PLANE, 6 + x * (2 * x * y + sp.cos(x)) + (x**2 + 3) * (y - 2), WRONG),
    (PLANE, lambda a, b: 3 * a + b, WRONG),
    (PLANE, 6, INVALID),
    (PLANE, [1, 3], INVALID),
    (PLANE, "x + 3y - z", INVALID),
    (LINE, "5x - 2", RIGHT),
    (LINE, lambda t: 3 + 5 * (t - 1), RIGHT),
    (LINE, "3 + (3x^2 + 2)(x - 1)", WRONG),
    (LINE, "5x", WRONG),
    (LINE, 5, INVALID),
    (LINE_DOMAIN, x - 1, RIGHT),
    (LINE_DOMAIN, lambda t: t - 1, RIGHT),
    (LINE_DOMAIN, sp.log(x), WRONG),
    (RATE, 4 * sp.sqrt(2), RIGHT),
    (RATE, 5.656854249, RIGHT),
    (RATE, np.linalg.norm([4, 4]), RIGHT),
    (RATE, "sqrt(32)", RIGHT),
    (RATE, 32, WRONG),
    (RATE, 8, WRONG),
    (RATE, -4 * sp.sqrt(2), WRONG),
    (RATE, [4, 4], INVALID),
    (RATE, "sqrt(4x^2 + 9)", INVALID),
    (RATE_ANYWHERE, sp.sqrt(4 * x**2 * y**2 + (x**2 + 3) ** 2), RIGHT),
    (RATE_ANYWHERE, lambda a, b: math.hypot(2 * a * b, a**2 + 3), RIGHT),
    (RATE_ANYWHERE, "4x^2y^2 + (x^2 + 3)^2", WRONG),
    (GRADIENT, [2 * x * y + 3, x**2 + sp.cos(y)], RIGHT),
    (DECADE, 1e-8, RIGHT),
    (DECADE, 1e-9, RIGHT),
    (DECADE, 1e-7, RIGHT),
    (DECADE, "10^-8", RIGHT),
    (DECADE, np.float32(5e-9), RIGHT),
    (DECADE, 9e-10, WRONG),
    (DECADE, 2e-7, WRONG),
    (DECADE, 0, WRONG),
    (DECADE, -1e-8, WRONG),
    (DECADE, float("nan"), WRONG),
    (DECADE, [1e-8, 1e-8], INVALID),
    (DECADE, "h", INVALID),
    (DECADES, [5e-8, 5e-4], RIGHT),
    (DECADES, [5e-8, 5e-3], WRONG),
    (GRADIENT, sp.Lambda((x, y), (2 * x * y + 3, x**2 + sp.cos(y))), RIGHT),
    (GRADIENT, sp.Lambda((xr, yr), sp.Matrix([2 * xr * yr + 3, xr**2 + sp.cos(yr)])), RIGHT),
    (GRADIENT, [sp.Lambda((x, y), 2 * x * y + 3), sp.Lambda(y, x**2 + sp.cos(y))], RIGHT),
    (GRADIENT, [sp.Poly(2 * x * y + 3, x, y), x**2 + sp.cos(y)], RIGHT),
    (GRADIENT, sp.ImmutableSparseNDimArray([2 * x * y + 3, x**2 + sp.cos(y)]), RIGHT),
    (GRADIENT, sp.SparseMatrix([2 * x * y + 3, x**2 + sp.cos(y)]), RIGHT),
    (GRADIENT, sp.MatAdd(sp.ImmutableMatrix([2 * x * y, x**2]), sp.ImmutableMatrix([3, 0])), INVALID),
    (GRADIENT, (2 * xr * yr + 3, xr**2 + sp.cos(yr)), RIGHT),
    (GRADIENT, sp.derive_by_array(f, (x, y)), RIGHT),
    (GRADIENT, sp.Matrix([f]).jacobian([x, y]), RIGHT),
    (GRADIENT, sp.Matrix([2 * x * y + 3, x**2 + sp.cos(y)]), RIGHT),
    (GRADIENT, "[2xy + 3, x^2 + cos(y)]", RIGHT),
    (GRADIENT, ["2*x*y + 3", "x**2 + cos(y)"], RIGHT),
    (GRADIENT, np.array([2 * x * y + 3, x**2 + sp.cos(y)]), RIGHT),
    (GRADIENT, lambda a, b: (2 * a * b + 3, a**2 + np.cos(b)), RIGHT),
    (GRADIENT, lambda v: jnp.array([2 * v[0] * v[1] + 3, v[0] ** 2 + jnp.cos(v[1])]), RIGHT),
    (GRADIENT, [lambda a, b: 2 * a * b + 3, lambda a, b: a**2 + np.cos(b)], RIGHT),
    (GRADIENT, [x**2 + sp.cos(y), 2 * x * y + 3], WRONG),
    (GRADIENT, lambda a, b: (a**2 + np.cos(b), 2 * a * b + 3), WRONG),
    (GRADIENT, [2 * x * y + 3], INVALID),
    (GRADIENT, 2 * x * y + 3, INVALID),
    (GRADIENT, [1.0, 2.0], INVALID),
    (GRADIENT_AT, [-4, -1], RIGHT),
    (GRADIENT_AT, jnp.array([-4.0, -1.0]), RIGHT),
    (GRADIENT_AT, np.array([[-4], [-1]]), RIGHT),
    (GRADIENT_AT, sp.Array([-4, -1]), RIGHT),
    (GRADIENT_AT, (jnp.float32(-4), jnp.float32(-1)), RIGHT),
    (GRADIENT_AT, [-1, -4], WRONG),
    (GRADIENT_AT, [-4, -1, -1], INVALID),
    (JACOBIAN, sp.Matrix([x * y, x + y**2, sp.sin(x)]).jacobian([x, y]), RIGHT),
    (JACOBIAN, [["y", "x"], ["1", "2*y"], ["cos(x)", "0"]], RIGHT),
    (JACOBIAN, sp.Matrix([x * y, x + y**2, sp.sin(x)]).jacobian([x, y]).T, INVALID),
    (JACOBIAN, sp.Matrix([[y, x], [1, 2 * y], [sp.cos(x), 1]]), WRONG),
    (HESSIAN, sp.hessian(x**2 * y + y**3, (x, y)), RIGHT),
    (HESSIAN, lambda a, b: [[2 * b, 2 * a], [2 * a, 6 * b]], RIGHT),
    (HESSIAN, [[2 * y, 0], [0, 6 * y]], WRONG),
    (HESSIAN, [2 * y, 6 * y], INVALID),
    (DIRECTIONAL, -16 / 5, RIGHT),
    (DIRECTIONAL, sp.Rational(-16, 5), RIGHT),
    (DIRECTIONAL, jnp.dot(jnp.array([-4.0, -1.0]), jnp.array([0.6, 0.8])), RIGHT),
    (DIRECTIONAL, -16, WRONG),
    (DIRECTIONAL, [-12 / 5, -4 / 5], INVALID),
    (ALONG, 6 * x * y + 4 * x**2, RIGHT),
    (ALONG, lambda a, b: 6 * a * b + 4 * a**2, RIGHT),
    (ALONG, (6 * x * y + 4 * x**2) / 5, WRONG),
    (ASCENT, [6 / 52**0.5, -4 / 52**0.5], RIGHT),
    (ASCENT, sp.Matrix([6, -4]) / sp.sqrt(52), RIGHT),
    (ASCENT, np.float32([6 / 52**0.5, -4 / 52**0.5]), RIGHT),
    (ASCENT, [6, -4], WRONG),
    (ASCENT, [-6 / 52**0.5, 4 / 52**0.5], WRONG),
    (ASCENT, [0.83], INVALID),
    (ASCENT, [x, y], INVALID),
    (UPHILL, [3, -2], RIGHT),
    (UPHILL, [-3, 2], WRONG),
    (UPHILL, [0, 0], WRONG),
    (TANGENT, [3, -2], RIGHT),
    (TANGENT, [-1.5, 1], RIGHT),
    (TANGENT, sp.Matrix([[3, -2]]), RIGHT),
    (TANGENT, [2, 3], WRONG),
    (TANGENT, [3, -2.001], WRONG),
    (TANGENT, [0, 0], WRONG),
    (TANGENT, [float("nan"), 1], WRONG),
    (TANGENT, [3, -2, 0], INVALID),
    (NORMAL, [2, 3], RIGHT),
    (NORMAL, [-4, -6], RIGHT),
    (NORMAL, [3, -2], WRONG),
    (NORMAL3, [1, 0, -2], RIGHT),
    (NORMAL3, [2, -1, 0], RIGHT),
    (NORMAL3, [2, 4, 1], WRONG),
    (DESCENT, path, RIGHT),
    (DESCENT, path.tolist(), RIGHT),
    (DESCENT, path[-1], RIGHT),
    (DESCENT, descend, RIGHT),
    (DESCENT, lambda g, s, step, n: descend(g, s, step, n)[-1], RIGHT),
    (DESCENT, np.float32(path), RIGHT),
    (DESCENT, path[1:], INVALID),
    (DESCENT, path[-2], WRONG),
    (DESCENT, lambda g, s, step, n: descend(lambda v: -g(v), s, step, n), WRONG),
    (DESCENT, lambda g, s, step, n: None, INVALID),
    (DESCENT, lambda g: None, INVALID),
    (DESCENT, [x, y], INVALID),
    (DESCENT, None, INVALID),
    (DESCENT1, [1, 0.5, 0.25, 0.125], RIGHT),
    (DESCENT1, 0.125, RIGHT),
    (DESCENT1, [[1], [0.5], [0.25], [0.125]], RIGHT),
    (DESCENT1, [1, 0.5, 0.25, 0.25], WRONG),
    (LAST, path[-1], RIGHT),
    (LAST, path, INVALID),
    (ROOT, 1, RIGHT),
    (ROOT, -1.00001, RIGHT),
    (ROOT, [1, -1], RIGHT),
    (ROOT, 0, WRONG),
    (ROOT, 1.1, WRONG),
    (ROOT, x, INVALID),
    (ROOTS, sp.solve(3 * x**2 - 3, x), RIGHT),
    (ROOTS, {1, -1}, RIGHT),
    (ROOTS, sp.FiniteSet(1, -1), RIGHT),
    (ROOTS, [1, 1], WRONG),
    (ROOTS, [1], INVALID),
    (ROOTS, None, INVALID),
    (CRITICAL, [(0, 0), (1, 1), (-1, -1)], RIGHT),
    (CRITICAL, [{x: 0, y: 0}, {x: 1, y: 1}, {x: -1, y: -1}], RIGHT),
    (CRITICAL, [(0, 0), (1, 1), (1, -1)], WRONG),
    (MINIMUM, 1, RIGHT),
    (MINIMUM, -1, WRONG),
    (FLAT, 1, RIGHT),
    (FLAT, 1.1, WRONG),
    (EQUAL, (x - 1) * (x + 1), RIGHT),
    (EQUAL, lambda t: t * t - 1, RIGHT),
    (EQUAL, x**2, WRONG),
    (NUMBER, 2**0.5, RIGHT),
    (NUMBER, "sqrt(2)", RIGHT),
    (NUMBER, sp.sqrt(2), RIGHT),
    (NUMBER, 1.41, WRONG),
    (NUMBER, "hello", INVALID),
    (MATRIX, np.array([[1, 2], [3, 4]]), RIGHT),
    (MATRIX, sp.Matrix([[1, 2], [3, 4]]), RIGHT),
    (MATRIX, [[1, 2], [3, 5]], WRONG),
    (MATRIX, [1, 2, 3, 4], INVALID),
]

JAX_ROWS = [
    (POLYNOMIAL, sp.lambdify(x, 6 * x + 2, "jax"), RIGHT),
    (POLYNOMIAL, jax.grad(lambda t: 3 * t**2 + 2 * t + 10), RIGHT),
    (POLYNOMIAL, jax.jit(jax.grad(lambda t: 3 * t**2 + 2 * t + 10)), RIGHT),
    (POLYNOMIAL, jax.vmap(jax.grad(lambda t: 3 * t**2 + 2 * t + 10)), RIGHT),
    (PARTIAL, jax.grad(lambda a, b: a**2 * b + b**3, argnums=1), RIGHT),
    (SECOND, jax.grad(jax.grad(lambda t: jnp.sin(2 * t))), RIGHT),
    (GRADIENT, jax.grad(lambda v: v[0] ** 2 * v[1] + 3 * v[0] + jnp.sin(v[1])), RIGHT),
    (GRADIENT, jax.grad(lambda a, b: a**2 * b + 3 * a + jnp.sin(b), argnums=(0, 1)), RIGHT),
    (GRADIENT, jax.grad(lambda a, b: a**2 * b), INVALID),
    (JACOBIAN, jax.jacobian(lambda v: jnp.array([v[0] * v[1], v[0] + v[1] ** 2, jnp.sin(v[0])])), RIGHT),
    (HESSIAN, jax.hessian(lambda v: v[0] ** 2 * v[1] + v[1] ** 3), RIGHT),
    (PRODUCT, lambda t: 2 * t * jnp.sin(3 * t) + 3 * t**2 * jnp.cos(3 * t), RIGHT),
]


@pytest.mark.parametrize(
    ("question", "answer", "outcome"), ROWS, ids=[f"{i}-{q.kind}" for i, (q, _, _) in enumerate(ROWS)]
)
def test_claims(question, answer, outcome):
    verdict = question.judge(answer)
    assert verdict.outcome is outcome, verdict


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answer", "outcome"), JAX_ROWS, ids=[f"{i}-{q.kind}" for i, (q, _, _) in enumerate(JAX_ROWS)]
)
def test_claims_about_jax(question, answer, outcome):
    verdict = question.judge(answer)
    assert verdict.outcome is outcome, verdict
