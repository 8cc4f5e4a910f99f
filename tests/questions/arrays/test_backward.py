"""Backward passes: answers written by hand before the kind was finished, right and wrong, for every layer."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import Backward, recording
from autograder.reference.arrays import LAYERS

LINEAR = cache(lambda: Backward("linear", name="backward"))
RELU = cache(lambda: Backward("relu"))
SIGMOID = cache(lambda: Backward("sigmoid"))
TANH = cache(lambda: Backward("tanh"))
LOSS = cache(lambda: Backward("softmax cross-entropy"))
NORM = cache(lambda: Backward("batch norm"))
CONV = cache(lambda: Backward("conv1d"))
SCORES = cache(lambda: Backward("attention scores"))
ATTENTION = cache(lambda: Backward("attention"))
NET = cache(
    lambda: Backward(
        "tanh(x W + b) V", wrt="W, b, V", shape={"x": (4, 3), "W": (3, 5), "b": 5, "V": (5, 2)}, name="backward"
    )
)


ROOT = np.sqrt(3)


def sig(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def soft(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def hot(y: Any) -> Any:
    return np.eye(3)[y]


def norm_back(dout: Any, x: Any, gamma: Any, *, mean: bool = True, var: bool = True) -> Any:
    inv = 1 / np.sqrt(x.var(axis=0) + 1e-5)
    hat = (x - x.mean(axis=0)) * inv
    d = dout * gamma
    dx = d.copy()
    if mean:
        dx -= d.mean(axis=0)
    if var:
        dx -= hat * (d * hat).mean(axis=0)
    return dx * inv


def norm(dout: Any, x: Any, gamma: Any, beta: Any) -> Any:
    hat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return norm_back(dout, x, gamma), (dout * hat).sum(axis=0), dout.sum(axis=0)


def conv(dout: Any, x: Any, w: Any, b: Any) -> Any:
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(dout.shape[2]):
        dx[:, :, i : i + 3] += np.einsum("nf,fck->nck", dout[:, :, i], w)
        dw += np.einsum("nf,nck->fck", dout[:, :, i], x[:, :, i : i + 3])
    return dx, dw, dout.sum(axis=(0, 2))


def scores(dout: Any, Q: Any, K: Any) -> Any:
    p = soft(Q @ K.T / ROOT)
    ds = p * (dout - (dout * p).sum(axis=-1, keepdims=True)) / ROOT
    return ds @ K, ds.T @ Q


def attend(dout: Any, Q: Any, K: Any, V: Any) -> Any:
    return *scores(dout @ V.T, Q, K), soft(Q @ K.T / ROOT).T @ dout


def forward(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, (x, W)


def backward(dout: Any, cache: Any) -> Any:
    x, W = cache
    return {"dx": dout @ W.T, "dW": x.T @ dout, "db": dout.sum(0)}


def in_jax(dout: Any, x: Any, W: Any, b: Any) -> Any:
    return jax.vjp(lambda x, W, b: x @ W + b, x, W, b)[1](jnp.asarray(dout, dtype=jnp.float32))


def in_loops(dout: Any, x: Any, W: Any, b: Any) -> Any:
    dW = [[sum(x[n, i] * dout[n, j] for n in range(4)) for j in range(2)] for i in range(3)]
    return [dout @ W.T, dW, [sum(dout[:, 0]), sum(dout[:, 1])]]


def net(dout: Any, x: Any, W: Any, b: Any, V: Any) -> Any:
    h = np.tanh(x @ W + b)
    dz = dout @ V.T * (1 - h**2)
    return x.T @ dz, dz.sum(axis=0), h.T @ dout


RIGHT: list[tuple[Callable[[], Any], Any]] = [
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.sum(axis=0))),
    (LINEAR, in_loops),
    (LINEAR, in_jax),
    (LINEAR, (forward, backward)),
    (LINEAR, ["dout W^T", "x^T dout", "sum(dout, axis=0)"]),
    (LINEAR, {"b": "ones(4) dout", "W": "x' dout", "x": "dout @ W.T"}),
    (LINEAR, lambda x, W, b, dout: {"b": dout.sum(0, keepdims=True), "x": dout @ W.T, "W": x.T @ dout}),
    (LINEAR, lambda **given: (given["dout"] @ given["W"].T, given["x"].T @ given["dout"], given["dout"].sum(axis=0))),
    (RELU, lambda dout, x: dout * (x > 0)),
    (RELU, lambda dout, x: np.where(x > 0, dout, 0.0)),
    (RELU, "dout * (x > 0)"),
    (SIGMOID, lambda dout, x: (dout * sig(x) * (1 - sig(x)),)),
    (SIGMOID, "dout * sigmoid(x) * (1 - sigmoid(x))"),
    (TANH, lambda dout, x: {"dx": dout / np.cosh(x) ** 2}),
    (LOSS, lambda x, y: (soft(x) - hot(y)) / 4),
    (LOSS, "(softmax(x) - onehot(y, 3)) / 4"),
    (LOSS, lambda x, y: jax.grad(LAYERS["softmax cross-entropy"].forward)(x, y)),
    (NORM, norm),
    (CONV, conv),
    (SCORES, scores),
    (ATTENTION, attend),
    (NET, net),
    (NET, lambda *given: jax.vjp(lambda x, W, b, V: jnp.tanh(x @ W + b) @ V, *given[1:])[1](jnp.float32(given[0]))[1:]),
]

WRONG: list[tuple[Callable[[], Any], Any, str, str]] = [
    # question, answer, part that is named, mistake
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.mean(axis=0)), "b", "bias_nosum"),
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout), "b", "bias_nosum"),
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout[0]), "b", "bias_nosum"),
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, dout.T @ x, dout.sum(axis=0)), "W", "outer_swapped"),
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ dout / 4, dout.sum(axis=0)), "W", "arr_mean"),
    (LINEAR, lambda dout, x, W, b: (dout @ W.T, x.T @ np.ones_like(dout), dout.sum(axis=0)), "W", "upstream_ignored"),
    (LINEAR, lambda dout, x, W, b: (-(dout @ W.T), x.T @ dout, dout.sum(axis=0)), "x", "neg"),
    (RELU, lambda dout, x: dout, "", "activation_dropped"),
    (RELU, lambda dout, x: dout * (dout > 0), "", "relu_mask"),
    (RELU, lambda dout, x: dout * np.maximum(x, 0), "", "relu_self"),
    (RELU, lambda dout, x: (x > 0) * 1.0, "", "upstream_ignored"),
    (SIGMOID, lambda dout, x: dout * sig(x), "", "sigmoid_no_factor"),
    (SIGMOID, lambda dout, x: dout * sig(sig(x)) * (1 - sig(sig(x))), "", "local_at_output"),
    (TANH, lambda dout, x: dout * (1 - np.tanh(x)), "", "tanh_nosq"),
    (TANH, lambda dout, x: dout * (1 - np.tanh(np.tanh(x)) ** 2), "", "local_at_output"),
    (LOSS, lambda x, y: soft(x) - hot(y), "", "mean_dropped"),
    (LOSS, lambda x, y: (hot(y) - soft(x)) / 4, "", "softmax_sign"),
    (LOSS, lambda x, y: -hot(y) / 4, "", "softmax_jacobian"),
    (NORM, lambda dout, x, gamma, beta: (norm_back(dout, x, gamma, var=False), *norm(dout, x, gamma, beta)[1:]),
     "x", "statistic_still"),
    (NORM, lambda dout, x, gamma, beta: (norm_back(dout, x, gamma, mean=False, var=False),
                                         *norm(dout, x, gamma, beta)[1:]), "x", "statistic_still"),
    (NORM, lambda dout, x, gamma, beta: (norm(dout, x, gamma, beta)[0], dout.sum(axis=0) * 0 + 1, dout), "beta",
     "bias_nosum"),
    (CONV, lambda dout, x, w, b: (conv(dout, x, w[:, :, ::-1], b)[0], *conv(dout, x, w, b)[1:]), "x", "kernel_flip"),
    (CONV, lambda dout, x, w, b: (*conv(dout, x, w, b)[:2], dout.sum(axis=2)), "b", "bias_nosum"),
    (SCORES, lambda dout, Q, K: tuple(2 * part for part in scores(dout, Q, K)), "Q", "double"),
    (SCORES, lambda dout, Q, K: (soft(Q @ K.T / ROOT) * dout / ROOT @ K, scores(dout, Q, K)[1]),
     "Q", "softmax_jacobian"),
    (ATTENTION, lambda dout, Q, K, V: (*attend(dout, Q, K, V)[:2], np.ones((5, 4)) @ dout), "V", ""),
    (NET, lambda dout, x, W, b, V: (x.T @ (dout @ V.T), net(dout, x, W, b, V)[1], net(dout, x, W, b, V)[2]), "W",
     "activation_dropped"),
    (NET, lambda dout, x, W, b, V: (*net(dout, x, W, b, V)[:2], np.tanh(x @ W + b).T @ np.ones((4, 2))), "V",
     "upstream_ignored"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer"), RIGHT)
def test_a_right_backward_pass_is_taken_and_no_mistake_seen_in_it(question: Callable[[], Any], answer: Any) -> None:
    verdict = question().judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ()), verdict


@pytest.mark.parametrize(("question", "answer", "part", "mistake"), WRONG)
def test_a_wrong_one_is_told_which_argument_and_which_mistake(
    question: Callable[[], Any], answer: Any, part: str, mistake: str
) -> None:
    verdict = question().judge(answer)
    assert verdict.outcome in (Outcome.INCORRECT, Outcome.INVALID), verdict
    assert (verdict.witness or {}).get("part", "") == part, verdict
    assert verdict.mistakes == ((mistake,) if mistake else ()), verdict


def test_the_place_is_named() -> None:
    def answer(dout: Any, x: Any, W: Any, b: Any) -> Any:
        dx = dout @ W.T
        dx[2, 1] += 1
        return dx, x.T @ dout, dout.sum(axis=0)

    verdict = LINEAR().judge(answer)
    assert verdict.witness == {"part": "x", "entry": [2, 1]}
    assert (verdict.details["name"], verdict.details["where"]) == ("backward(…)['x']", "[2, 1]")


def test_each_argument_that_is_right_has_its_share() -> None:
    def answer(dout: Any, x: Any, W: Any, b: Any) -> Any:
        return dout @ W.T, x.T @ dout, dout

    assert Backward("linear", shares=True).judge(answer).credit == pytest.approx(2 / 3)
    assert Backward("linear", shares={"x": 1, "W": 2, "b": 1}).judge(answer).credit == 0.75
    assert Backward("linear").judge(answer).credit is None
    with pytest.raises(AuthorError, match="must name exactly x, W, b"):
        Backward("linear", shares={"W": 1})


@pytest.mark.parametrize(
    ("answer", "reason", "said"),
    [
        (None, Reason.MISSING, {}),
        (lambda dout, x, W, b: None, Reason.WRONG_TYPE, {"got": "nothing (is a return missing?)"}),
        (lambda dout, x, W, b: (dout, x), Reason.WRONG_SHAPE, {"expected": "(4, 3), (3, 2), (2,)"}),
        (lambda dout, x, W, b: {"dx": dout @ W.T, "W": x.T @ dout}, Reason.NO_ENTRY, {"entry": "'b'"}),
        (lambda dout, x: dout, Reason.RAISED, {}),
        (np.ones((3, 2)), Reason.VALUE_NOT_FUNCTION, {}),
        (lambda dout, x, W, b: (dout @ W.T, x.T @ dout, "b"), Reason.WRONG_TYPE, {}),
        (lambda dout, x, W, b: (dout @ W.T + np.random.rand(), x.T @ dout, dout), Reason.NOT_DETERMINISTIC, {}),
        ("dout W^T Q", Reason.WRONG_VARIABLES, {"got": "Q"}),
    ],
)
def test_what_is_no_backward_pass(answer: Any, reason: Reason, said: dict[str, str]) -> None:
    verdict = LINEAR().judge(answer)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, reason), verdict
    assert said.items() <= verdict.details.items()


def test_a_forward_pass_of_the_students_own_is_looked_at_as_well() -> None:
    verdict = LINEAR().judge((lambda x, W, b: (x @ W, (x, W)), backward))
    assert (verdict.outcome, verdict.details["name"]) == (Outcome.INCORRECT, "forward(…)[0]")


def test_nothing_of_the_references_values_reaches_the_student() -> None:
    with recording() as checks, pytest.raises(AssertionError) as caught:
        LINEAR().check(lambda dout, x, W, b: (dout @ W.T * 3, x.T @ dout, dout.sum(axis=0)))
    assert checks[0].verdict.desired is not None
    assert checks[0].verdict.desired not in str(caught.value)
    assert "backward(…)['x']" in str(caught.value)


def test_a_large_layer_takes_no_longer_than_a_second() -> None:
    from time import process_time

    shape = {"x": (64, 32), "W": (32, 16), "b": 16}
    began = process_time()
    question = Backward("linear", shape=shape)
    assert question.judge(lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.sum(axis=0))).outcome is Outcome.CORRECT
    verdict = question.judge(lambda dout, x, W, b: (dout @ W.T, x.T @ dout, dout.mean(axis=0)))
    assert verdict.mistakes == ("bias_nosum",)
    assert process_time() - began < 10


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Backward("lineer"), "there is no layer 'lineer'; there is linear, relu"),
        (lambda: Backward("linear", wrt="q"), "wrt='q' is not among the arguments"),
        (lambda: Backward("softmax cross-entropy", wrt="y"), "wrt='y' is not among"),
        (lambda: Backward("x W", shape={"x": (2, 3), "W": (2, 3)}), "cannot be computed"),
        (lambda: Backward("tanh(x W", shape={"x": (2, 3)}), "no formula of arrays"),
        (lambda: Backward("linear", arguments=("dout", "x")), "must name exactly x, W, b, dout"),
        (lambda: Backward(3), "a Python function or a formula"),
    ],
)
def test_an_authors_slip_is_one_line(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(AuthorError, match=said):
        make()


def test_a_wrong_rule_of_the_authors_is_found_by_differences() -> None:
    @jax.custom_jvp
    def halved(x: Any) -> Any:
        return x**2

    halved.defjvp(lambda primals, tangents: (halved(*primals), primals[0] * tangents[0]))
    with pytest.raises(AuthorError, match="difference quotient disagree"):
        Backward(lambda x: halved(x), shape={"x": (2, 2)})
