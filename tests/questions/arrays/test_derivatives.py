"""Gradients, Jacobians and Hessians of functions of arrays: answers written by hand, right and wrong."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from autograder.errors import AuthorError
from autograder.model import Outcome
from autograder.questions import Gradient, Hessian, Jacobian

SHAPES = {"W": (4, 3), "b": 4, "x": 3, "y": ()}
SOFTMAX = cache(
    lambda: Gradient(
        "-sum(log(softmax(W x + b))[y])", wrt=("W", "b"), shape=SHAPES, domain={"y": range(4)}, shares=True, name="g"
    )
)
SQUARES = cache(lambda: Gradient("mean((X w - t)^2)", wrt="w", shape={"X": (5, 3), "w": 3, "t": 5}))
FORM = cache(lambda: Gradient("x^T A x", wrt="x", shape={"A": (3, 3), "x": 3}))
BATCH = cache(
    lambda: Gradient(
        lambda W, b, X, y: -jnp.mean(jax.nn.log_softmax(X @ W + b)[jnp.arange(64), y]),
        wrt=("W", "b"), shape={"W": (32, 5), "b": 5, "X": (64, 32), "y": 64}, domain={"y": range(5)}, value=True,
    )
)  # fmt: skip
LAYER = cache(lambda: Jacobian("tanh(W x)", wrt="x", shape={"W": (2, 3), "x": 3}))
BEND = cache(lambda: Hessian("logsumexp(x)", wrt="x", shape={"x": 4}))
NORM = cache(lambda: Gradient("norm(x)", shape={"x": 4}))


def soft(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def slopes(W: Any, b: Any, x: Any, y: Any) -> Any:
    p = soft(W @ x + b) - np.eye(4)[y]
    return np.outer(p, x), p


def batch(W: Any, b: Any, X: Any, y: Any) -> Any:
    p = soft(X @ W + b)
    loss = -np.mean(np.log(p[np.arange(64), y]))
    d = (p - np.eye(5)[y]) / 64
    return loss, X.T @ d, d.sum(axis=0)


RIGHT: list[tuple[Callable[[], Any], Any]] = [
    (SOFTMAX, slopes),
    (SOFTMAX, {"W": "(softmax(W x + b) - onehot(y, 4)) x^T", "b": "softmax(W x + b) - onehot(y, 4)"}),
    (SOFTMAX, jax.grad(lambda W, b, x, y: -jax.nn.log_softmax(W @ x + b)[y], argnums=(0, 1))),
    (SOFTMAX, lambda x, y, W, b: {"db": slopes(W, b, x, y)[1].tolist(), "dW": slopes(W, b, x, y)[0].tolist()}),
    (SQUARES, "2/5 X^T (X w - t)"),
    (SQUARES, lambda X, w, t: 2 * X.T @ (X @ w - t) / len(t)),
    (FORM, "A x + A^T x"),
    (FORM, lambda A, x: [[value] for value in (A + A.T) @ x]),
    (BATCH, batch),
    (BATCH, lambda W, b, X, y: {"value": batch(W, b, X, y)[0], "W": batch(W, b, X, y)[1], "b": batch(W, b, X, y)[2]}),
    (LAYER, "diag(1 - tanh(W x)^2) W"),
    (LAYER, jax.jacobian(lambda W, x: jnp.tanh(W @ x), argnums=1)),
    (BEND, "diag(softmax(x)) - softmax(x) softmax(x)^T"),
    (BEND, jax.hessian(jax.nn.logsumexp)),
    (NORM, "x/norm(x)"),
    (NORM, lambda x: x / np.linalg.norm(x)),
]

WRONG: list[tuple[Callable[[], Any], Any, str]] = [
    (SOFTMAX, lambda *given: [-part for part in slopes(*given)], "softmax_sign"),
    (SOFTMAX, lambda *given: (slopes(*given)[0].T, slopes(*given)[1]), "outer_swapped"),
    (SOFTMAX, {"W": "softmax(W x + b) x^T", "b": "softmax(W x + b) - onehot(y, 4)"}, "overwritten"),
    (SOFTMAX, lambda W, b, x, y: (slopes(W, b, x, y)[0], -np.eye(4)[y]), "softmax_jacobian"),
    (SQUARES, "2 X^T (X w - t)", "mean_dropped"),
    (SQUARES, "X^T (X w - t)/5", "square_no2"),
    (SQUARES, "2/5 X^T (t - X w)", "residual_sign"),
    (FORM, "A x", "overwritten"),
    (FORM, "2 A x", ""),
    (BATCH, lambda *given: (batch(*given)[0], batch(*given)[1] * 64, batch(*given)[2]), "mean_dropped"),
    (BATCH, lambda *given: (batch(*given)[0], batch(*given)[1], batch(*given)[2] / 64), "bias_nosum"),
    (LAYER, "(diag(1 - tanh(W x)^2) W)^T", "outer_swapped"),
    (LAYER, "diag(1 - tanh(W x)) W", "tanh_nosq"),
    (LAYER, "W", "activation_dropped"),
    (BEND, lambda x: np.diag(soft(x) * (1 - soft(x))), "hess_diag"),
    (BEND, lambda x: soft(x), "hess_gradient"),
    (BEND, lambda x: np.outer(soft(x), soft(x)), "hess_outer"),
    (NORM, "2 x/norm(x)", "double"),
    (NORM, lambda x: x, ""),
]


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_a_right_derivative_is_taken_and_no_mistake_seen_in_it(question: Callable[[], Any], answer: Any) -> None:
    verdict = question().judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ()), verdict


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG)
def test_a_wrong_derivative_is_refused_and_its_mistake_named(
    question: Callable[[], Any], answer: Any, mistake: str
) -> None:
    verdict = question().judge(answer)
    assert verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID), verdict
    assert mistake in verdict.mistakes if mistake else not verdict.mistakes, verdict
    assert len(verdict.mistakes) <= 2


def test_each_part_that_is_right_has_its_share() -> None:
    verdict = SOFTMAX().judge(lambda *given: (slopes(*given)[0], 2 * slopes(*given)[1]))
    assert verdict.credit == 0.5
    assert verdict.details["name"] == "g(…)['b']"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Gradient("W x", wrt="x", shape={"W": (2, 3), "x": 3}), "not one output; use Jacobian"),
        (lambda: Gradient("sum(q(x))", shape={"x": 3}), "has q, which shape= does not name"),
        (lambda: Gradient("sum(x)", shape={"x": 3, "z": 2}), "shape names 'z', which is not in sum"),
        (lambda: Gradient("sum(A x)", shape={"A": (2, 3), "x": 2}), "cannot be computed"),
        (lambda: Jacobian("W x", wrt="x", outputs=3, shape={"W": (2, 3), "x": 3}), "outputs=3, but W x has 2"),
        (lambda: Hessian("sum(a*b)", shape={"a": 2, "b": 2}), "a Hessian is by one argument"),
        (lambda: Gradient("sum(x^2)", shape={"x": 3}, domain={"x": 3}), "must be \\(low, high\\)"),
        (lambda: Gradient("sum(A^2)", shape={"A": (2, 2)}), "read in two ways"),
    ],
)
def test_an_authors_slip_is_one_line(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(AuthorError, match=said):
        make()


def test_an_array_that_the_student_uses_as_well_stays_as_it_is() -> None:
    inputs = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]])

    def loss(w: Any) -> Any:
        return jnp.mean(jnp.tanh(inputs @ w))

    question = Gradient(loss, shape={"w": 2}, shares=True)
    assert question.judge(lambda w: w).outcome is Outcome.INCORRECT
    assert jax.grad(loss)(np.ones(2)).dtype == jnp.float32
    assert question.judge(jax.grad(loss)).outcome is Outcome.CORRECT
