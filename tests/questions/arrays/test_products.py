"""Products with derivatives and linear maps: answers written by hand before the kinds were finished."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import HVP, JVP, VJP, LinearMap

inv, det, T = np.linalg.inv, np.linalg.det, np.transpose
SQUARE = {"A": (3, 3)}
POSITIVE = {"A": (0, 2)}

INVERSE = cache(lambda: LinearMap("inv(A)", shape=SQUARE, domain=POSITIVE, name="change"))
DET = cache(lambda: LinearMap("det(A)", shape=SQUARE, domain=POSITIVE))
LOGDET = cache(lambda: LinearMap("logdet(A)", shape=SQUARE, domain=POSITIVE))
GRAM = cache(lambda: LinearMap("A^T A", shape={"A": (4, 3)}))
TRACE = cache(lambda: LinearMap("trace(A B A)", wrt="A", shape={"A": (3, 3), "B": (3, 3)}))
CUBE = cache(lambda: LinearMap(lambda A: A @ A @ A, shape=SQUARE))
LAYER = cache(lambda: JVP("tanh(W x + b)", wrt=("W", "x"), shape={"W": (2, 3), "x": 3, "b": 2}))
BACK = cache(lambda: VJP("tanh(W x + b)", wrt=("W", "x", "b"), shape={"W": (2, 3), "x": 3, "b": 2}))
FORM = cache(lambda: HVP("sum(exp(x)) + x^T A x", wrt="x", shape={"A": (4, 4), "x": 4}))
NET = cache(
    lambda: HVP(lambda W, b, x: jnp.sum(jnp.tanh(W @ x + b) ** 2), wrt=("W", "b"), shape={"W": (2, 3), "b": 2, "x": 3})
)


def net(W: Any, b: Any, x: Any) -> Any:
    return jnp.sum(jnp.tanh(W @ x + b) ** 2)


def net_hvp(W: Any, b: Any, x: Any, vW: Any, vb: Any) -> Any:
    return jax.jvp(lambda W, b: jax.grad(net, argnums=(0, 1))(W, b, x), (W, b), (vW, vb))[1]


def by_differences(x: Any, v: Any, A: Any) -> Any:
    def slope(x: Any) -> Any:
        return np.exp(x) + (A + A.T) @ x

    return (slope(x + 1e-5 * v) - slope(x - 1e-5 * v)) / 2e-5


RIGHT: list[tuple[Callable[[], Any], Any]] = [
    (INVERSE, "-inv(A) dA inv(A)"),
    (INVERSE, "-A^-1 dA A^-1"),
    (INVERSE, lambda A, dA: -inv(A) @ dA @ inv(A)),
    (INVERSE, lambda A, dA: -np.linalg.solve(A, dA @ inv(A))),
    (INVERSE, lambda A, dA: jax.jvp(jnp.linalg.inv, (A,), (dA,))[1]),
    (INVERSE, lambda dA, A: (-inv(A) @ dA @ inv(A)).tolist()),
    (DET, "det(A) trace(inv(A) dA)"),
    (DET, lambda A, dA: det(A) * np.sum(inv(A).T * dA)),
    (LOGDET, "trace(inv(A) dA)"),
    (LOGDET, lambda A, dA: float(np.trace(np.linalg.solve(A, dA)))),
    (GRAM, "dA^T A + A^T dA"),
    (GRAM, {"df": lambda A, dA: dA.T @ A + A.T @ dA}),
    (TRACE, "trace(dA B A) + trace(A B dA)"),
    (TRACE, lambda A, B, dA: np.sum((B @ A + A @ B).T * dA)),
    (CUBE, "dA A A + A dA A + A A dA"),
    (LAYER, lambda W, x, b, dW, dx: (1 - np.tanh(W @ x + b) ** 2) * (dW @ x + W @ dx)),
    (LAYER, "(1 - tanh(W x + b)^2) * (dW x + W dx)"),
    (BACK, lambda W, x, b, u: (np.outer(u / np.cosh(W @ x + b) ** 2, x), W.T @ (u / np.cosh(W @ x + b) ** 2),
                               u / np.cosh(W @ x + b) ** 2)),
    (BACK, lambda W, x, b, u: jax.vjp(lambda W, x, b: jnp.tanh(W @ x + b), W, x, b)[1](jnp.float32(u))),
    (FORM, lambda A, x, v: np.exp(x) * v + (A + A.T) @ v),
    (FORM, "exp(x) * v + A v + A^T v"),
    (FORM, lambda v, x, A: by_differences(x, v, A)),
    (NET, net_hvp),
    (NET, lambda **given: dict(zip(("W", "b"), net_hvp(**given), strict=True))),
]  # fmt: skip

WRONG: list[tuple[Callable[[], Any], Any, tuple[str, ...]]] = [
    (INVERSE, "inv(A) dA inv(A)", ("inverse_sign",)),
    (INVERSE, "-dA inv(A) inv(A)", ("map_order",)),
    (INVERSE, lambda A, dA: -inv(A) @ inv(A) @ dA, ("map_order",)),
    (INVERSE, "-inv(A)^T dA inv(A)^T", ("map_factor_transposed",)),
    (INVERSE, lambda A, dA: -dA / A**2, ("inverse_as_number",)),
    (INVERSE, lambda A, dA: -dA * inv(A) ** 2, ("inverse_as_number",)),
    (INVERSE, "-inv(A) dA", ("inverse_one_factor",)),
    (INVERSE, "inv(dA)", ("map_at_direction",)),
    (INVERSE, lambda A, dA: -inv(A) @ dA.T @ inv(A), ("map_transposed",)),
    (DET, "trace(inv(A) dA)", ("det_factor",)),
    (DET, "det(A) trace(A dA)", ("det_no_inverse",)),
    (DET, "trace(dA)", ("det_no_inverse",)),
    (DET, "det(dA)", ("map_at_direction",)),
    (DET, "det(A) trace(inv(A)^T dA)", ("map_factor_transposed",)),
    (LOGDET, "det(A) trace(inv(A) dA)", ("det_factor",)),
    (LOGDET, "trace(inv(A) dA)/det(A)", ("det_factor",)),
    (GRAM, "dA^T A", ("prod_one_term",)),
    (GRAM, "2 A^T dA", ()),
    (CUBE, "3 A A dA", ()),
    (TRACE, "trace(A B dA)", ("prod_one_term",)),
    (LAYER, "(1 - tanh(W x + b)^2) * (W dx)", ("prod_one_term",)),
    (LAYER, "dW x + W dx", ("activation_dropped",)),
    (LAYER, "(1 - tanh(W x + b)) * (dW x + W dx)", ("tanh_nosq",)),
    (BACK, lambda W, x, b, u: (np.outer(u, x), W.T @ u, u), ("activation_dropped",)),
    (FORM, lambda A, x, v: np.exp(x) * v + A @ v, ()),
    (FORM, lambda A, x, v: np.exp(x) * v + np.diag(A + A.T) * v, ("hvp_diagonal",)),
    (FORM, lambda A, x, v: (np.exp(x) + (A + A.T) @ x) * v, ("hvp_gradient",)),
    (FORM, lambda A, x, v: np.exp(x) * v + 2 * A @ v, ()),
    (NET, lambda **given: tuple(2 * np.asarray(part) for part in net_hvp(**given)), ("double",)),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_a_right_product_is_taken_and_no_mistake_seen_in_it(question: Callable[[], Any], answer: Any) -> None:
    verdict = question().judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ()), verdict


@pytest.mark.parametrize(("question", "answer", "mistakes"), WRONG)
def test_a_wrong_product_is_refused_and_its_mistake_named(
    question: Callable[[], Any], answer: Any, mistakes: tuple[str, ...]
) -> None:
    verdict = question().judge(answer)
    assert verdict.outcome is Outcome.INCORRECT, verdict
    assert {*mistakes} <= {*verdict.mistakes}, verdict
    assert len(verdict.mistakes) <= max(1, len(mistakes) + 1), verdict


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("-inv(A) dB inv(A)", Reason.WRONG_VARIABLES),
        ("-inv(A dA", Reason.NOT_PARSED),
        ("__import__('os')", Reason.NOT_PARSED),
        ("A[0] dA [5]", Reason.WRONG_SHAPE),
        ("eye(1000) eye(1000)", Reason.WRONG_SHAPE),
        ("trace(dA)", Reason.WRONG_SHAPE),
        ("", Reason.MISSING),
        (lambda A: A, Reason.RAISED),
        (lambda A, dA: "no", Reason.WRONG_TYPE),
    ],
)
def test_what_is_no_linear_map(answer: Any, reason: Reason) -> None:
    verdict = INVERSE().judge(answer)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, reason), verdict


def test_a_product_may_be_asked_for_at_a_point() -> None:
    at = {"A": [[1, 2], [3, 4]], "dA": [[1, 0], [0, 0]]}
    question = LinearMap("det(A)", shape={"A": (2, 2)}, at=at)
    assert [question.judge(answer).outcome for answer in (4, "8/2", 1, det)] == [
        Outcome.CORRECT, Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
    ]  # fmt: skip
    with pytest.raises(AuthorError, match="must name exactly A, dA"):
        LinearMap("det(A)", shape={"A": (2, 2)}, at={"A": [[1, 2], [3, 4]]})
    with pytest.raises(AuthorError, match=r"has the shape \(2,\), but A has \(2, 2\)"):
        LinearMap("det(A)", shape={"A": (2, 2)}, at={"A": [1, 2], "dA": [[1, 0], [0, 0]]})


def test_a_hessian_needs_one_number() -> None:
    with pytest.raises(AuthorError, match="a Hessian needs one number"):
        HVP("A x", wrt="x", shape={"A": (2, 2), "x": 2})


def test_a_formula_that_is_asked_about_again_has_its_references_from_the_first_time() -> None:
    options: dict[str, Any] = {"wrt": "W", "shape": {"W": (2, 3), "x": 3}}
    first, again = (VJP("sin(W x)", **options, seed=71, name=name) for name in ("f", "g"))
    assert again.desired is first.desired
    others = [
        VJP("sin(W x)", **options, seed=72),
        VJP("sin(W x)", wrt="x", shape=options["shape"], seed=71),
        VJP("sin(W x)", **options, seed=71, domain={"x": (0, 1)}),
        VJP("cos(W x)", **options, seed=71),
        VJP("sin(W x)", wrt="W", shape={"W": (3, 3), "x": 3}, seed=71),
        JVP("sin(W x)", **options, seed=71),
    ]
    for other in others:
        shapes = [np.shape(part) for part in other.desired[0]]
        assert shapes != [(2, 3)] or not np.allclose(other.desired[0][0], first.desired[0][0])
    answer = lambda W, x, u: np.outer(u * np.cos(W @ x), x)  # noqa: E731 # names of the formula
    assert [question.judge(answer).outcome for question in (first, again)] == [Outcome.CORRECT] * 2
    assert again.judge(lambda W, x, u: np.outer(np.cos(W @ x), x)).details["name"] == "g(…)"
