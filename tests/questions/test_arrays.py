"""Questions about functions of arrays: what is refused without a shape, and what is right and wrong with one."""

from collections.abc import Callable
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from autograder.errors import AuthorError
from autograder.model import Outcome, Reason, Verdict
from autograder.questions import Derivative, DirectionalDerivative, Gradient, Hessian, Jacobian, SteepestRate

INPUTS = np.array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]])
TARGETS = np.array([1.0, 0.0, -1.0])


def spread(u: Any) -> Any:
    return jnp.sum((u - jnp.mean(u)) ** 2)


def soft(u: Any) -> Any:
    return jax.scipy.special.logsumexp(u)


def cubes(u: Any) -> Any:
    return jnp.mean(u**3) * jnp.sum(u)


def pairs(M: Any) -> Any:
    return jnp.sum((M @ M) * M)


def loss(W: Any, b: Any) -> Any:
    return jnp.mean((jnp.tanh(INPUTS @ W) @ jnp.ones(2) + b - TARGETS) ** 2)


def plain(u: Any) -> Any:
    return np.sum(u**2) * u[1]


REDUCTIONS: list[Callable[..., Any]] = [
    lambda u: jnp.sum(jnp.exp(u)),
    lambda u: jnp.sqrt(u @ u),
    lambda u: jnp.linalg.norm(u),
    lambda u: jnp.prod(u),
    lambda u: jnp.max(u),
    lambda u: np.sum(u**2),
    lambda u: u[0] * u[1],
    lambda u: sum(u),
    lambda u: jnp.mean(u) * 3,
    lambda u: jnp.stack([jnp.sum(u), jnp.sum(u**2)]),
]
NUMBERS: list[Callable[..., Any]] = [
    lambda u: jnp.exp(u) * u,
    lambda u: 7.0,
    lambda u: u**2 if u > 0 else -u,
    lambda u: jnp.sum(jnp.arange(1.0, 6.0) * jnp.cos(u * jnp.arange(1.0, 6.0))),
    lambda u: jnp.polyval(jnp.array([1.0, 2.0, 3.0]), u),
    lambda u: float(u) ** 2,
]


@pytest.mark.parametrize("function", REDUCTIONS)
def test_a_function_that_makes_one_number_of_an_array_is_refused_with_what_to_write(
    function: Callable[..., Any],
) -> None:
    with pytest.raises(AuthorError, match=r'give its shape, as in shape=\{"u": 3\}'):
        Jacobian(function, wrt="u")


@pytest.mark.parametrize("function", NUMBERS[:-1])
def test_a_function_of_numbers_is_not(function: Callable[..., Any]) -> None:
    assert Derivative(function, wrt="u", domain={"u": (0.5, 2)}).shape == ()


def test_any_of_several_arguments_may_be_the_array() -> None:
    with pytest.raises(AuthorError, match="and w is a number here"):
        Gradient(lambda t, w: t * jnp.sum(w**2), wrt=("t", "w"))


def test_an_argument_may_be_declared_a_number() -> None:
    question = Gradient(lambda u: jnp.sqrt(jnp.sum(u**2)), wrt="u", shape={"u": ()})
    assert question.judge(np.sign).outcome is Outcome.CORRECT


# Made when they are first asked, and not in each process that lists the tests: JAX traces all of them.
SPREAD = cache(lambda: Gradient(spread, wrt="u", shape={"u": 3}))
SOFT = cache(lambda: Gradient(soft, wrt="u", shape={"u": 4}, domain={"u": (-2, 2)}))
CUBES = cache(lambda: Gradient(cubes, wrt="u", shape={"u": 3}, domain={"u": (0.5, 2)}))
PAIRS = cache(lambda: Gradient(pairs, wrt="M", shape={"M": (2, 2)}, domain={"M": (-2, 2)}))
WIDE = cache(lambda: Gradient(lambda M: jnp.sum(jnp.sin(M) * M), wrt="M", shape={"M": (2, 3)}, domain={"M": (-2, 2)}))
LOSS = cache(lambda: Gradient(loss, wrt=("W", "b"), shape={"W": (2, 2), "b": 3}, domain={"W": (-1, 1), "b": (-1, 1)}))
BIAS = cache(lambda: Gradient(loss, wrt="b", shape={"W": (2, 2), "b": 3}, domain={"W": (-1, 1), "b": (-1, 1)}))
PLAIN = cache(lambda: Gradient(plain, wrt="u", shape={"u": 3}))
HERE = cache(lambda: Gradient(spread, wrt="u", shape={"u": 3}, at=[1, 2, 6]))
PLACE = cache(lambda: Gradient(pairs, wrt="M", shape={"M": (2, 2)}, at={"M": [[1, 2], [3, 4]]}))
BENT = cache(lambda: Hessian(soft, wrt="u", shape={"u": 3}, domain={"u": (-1, 1)}))
ROWS = cache(lambda: Jacobian(lambda u: jnp.cumsum(u**2), wrt="u", shape={"u": 3}, outputs=3))
LAYER = cache(lambda: Jacobian(lambda M: jnp.tanh(M @ jnp.array([1.0, -0.5])), wrt="M", shape={"M": (2, 2)}, outputs=2))
CLOCK = cache(
    lambda: Derivative(
        lambda t, u: jnp.sum(jnp.sin(t * u)), wrt="t", shape={"u": 3}, domain={"t": (0, 1), "u": (-2, 2)}
    )
)
ALONG = cache(lambda: DirectionalDerivative(spread, (1, 0, -1), wrt="u", shape={"u": 3}, unit=False))

softmax = jax.nn.softmax
loss_slopes = jax.grad(loss, argnums=(0, 1))
RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
u0, u1, u2 = sp.symbols("u0 u1 u2")

ROWS_OF_CLAIMS: list[tuple[Callable[[], Any], Any, Outcome, tuple[str, ...]]] = [
    (SPREAD, jax.grad(spread), RIGHT, ()),
    (SPREAD, lambda u: 2 * (u - np.mean(u)), RIGHT, ()),
    (SPREAD, lambda w: 2 * (w - sum(w) / 3), RIGHT, ()),
    (SPREAD, lambda *, u: 2 * (u - np.mean(u)), RIGHT, ()),
    (SPREAD, lambda a, b, c: [2 * (x - (a + b + c) / 3) for x in (a, b, c)], RIGHT, ()),
    (SPREAD, lambda u: np.reshape(2 * (u - np.mean(u)), (3, 1)), RIGHT, ()),
    (SPREAD, [2 * (x - (u0 + u1 + u2) / 3) for x in (u0, u1, u2)], RIGHT, ()),
    (SPREAD, "[2u0 - 2(u0+u1+u2)/3, 2u1 - 2(u0+u1+u2)/3, 2u2 - 2(u0+u1+u2)/3]", RIGHT, ()),
    (SPREAD, lambda u: -2 * (u - np.mean(u)), WRONG, ("neg",)),
    (SPREAD, lambda u: u - np.mean(u), WRONG, ("half",)),
    (SPREAD, lambda u: 0 * u, WRONG, ("arr_elementwise",)),
    (SPREAD, lambda u: 2 * (u - np.mean(u)) / 3, WRONG, ("arr_mean",)),
    (SPREAD, lambda u: 2 * u, WRONG, ()),
    (SPREAD, lambda u: np.sum(2 * (u - np.mean(u))), INVALID, ()),
    (SPREAD, "2*u", INVALID, ()),
    (SOFT, softmax, RIGHT, ()),
    (SOFT, lambda u: np.exp(u) / np.sum(np.exp(u)), RIGHT, ()),
    (SOFT, lambda u: np.exp(u), WRONG, ()),
    (SOFT, lambda u: np.ones(4), WRONG, ("arr_elementwise",)),
    (CUBES, jax.grad(cubes), RIGHT, ()),
    (CUBES, lambda u: 4 * u**3, WRONG, ("arr_elementwise",)),
    (PAIRS, jax.grad(pairs), RIGHT, ()),
    (PAIRS, lambda M: jax.grad(pairs)(M).T, WRONG, ("arr_transposed",)),
    (PAIRS, lambda M: 2 * np.asarray(jax.grad(pairs)(M)), WRONG, ("double",)),
    (WIDE, lambda M: np.sin(M) + M * np.cos(M), RIGHT, ()),
    (WIDE, lambda M: (np.sin(M) + M * np.cos(M)).T, INVALID, ()),
    (WIDE, lambda M: (np.sin(M) + M * np.cos(M)).ravel(), INVALID, ()),
    (LOSS, loss_slopes, RIGHT, ()),
    (LOSS, lambda b, W: loss_slopes(W, b), RIGHT, ()),
    (LOSS, lambda W, b: {"b": loss_slopes(W, b)[1], "W": loss_slopes(W, b)[0]}, RIGHT, ()),
    (LOSS, lambda W, b: [np.asarray(part).tolist() for part in loss_slopes(W, b)], RIGHT, ()),
    (LOSS, lambda W, b: loss_slopes(W, b)[::-1], INVALID, ()),
    (LOSS, lambda W, b: loss_slopes(W, b)[0], INVALID, ()),
    (LOSS, lambda W, b: (-loss_slopes(W, b)[0], -loss_slopes(W, b)[1]), WRONG, ("neg",)),
    (BIAS, jax.grad(loss, argnums=1), RIGHT, ()),
    (BIAS, jax.grad(loss), INVALID, ()),
    (PLAIN, lambda u: 2 * u * u[1] + np.array([0, np.sum(u**2), 0]), RIGHT, ()),
    (PLAIN, "[2u0 u1, u0^2 + 3u1^2 + u2^2, 2u1 u2]", RIGHT, ()),
    (PLAIN, lambda u: 2 * u * u[1], WRONG, ("prod_one_term",)),
    (HERE, np.array([-4.0, -2.0, 6.0]), RIGHT, ()),
    (HERE, [-4, -2, 6], RIGHT, ()),
    (HERE, [4, 2, -6], WRONG, ("neg",)),
    (HERE, [-4, -2], INVALID, ()),
    (PLACE, np.asarray(jax.grad(pairs)(jnp.array([[1.0, 2.0], [3.0, 4.0]]))), RIGHT, ()),
    (PLACE, np.asarray(jax.grad(pairs)(jnp.array([[1.0, 2.0], [3.0, 4.0]]))).T, WRONG, ("arr_transposed",)),
    (BENT, jax.hessian(soft), RIGHT, ()),
    (BENT, lambda u: np.diag(softmax(u)) - np.outer(softmax(u), softmax(u)), RIGHT, ()),
    (BENT, lambda u: np.diag(softmax(u)), WRONG, ()),
    (ROWS, jax.jacobian(lambda u: jnp.cumsum(u**2)), RIGHT, ()),
    (ROWS, lambda u: np.tril(np.ones((3, 3))) * 2 * u, RIGHT, ()),
    (ROWS, lambda u: (np.tril(np.ones((3, 3))) * 2 * u).T, WRONG, ()),
    (LAYER, jax.jacobian(lambda M: jnp.tanh(M @ jnp.array([1.0, -0.5]))), RIGHT, ()),
    (LAYER, jax.grad(lambda M: jnp.sum(jnp.tanh(M @ jnp.array([1.0, -0.5])))), INVALID, ()),
    (CLOCK, lambda t, u: np.sum(u * np.cos(t * u)), RIGHT, ()),
    (CLOCK, lambda t, u: np.sum(np.cos(t * u)), WRONG, ()),
    (ALONG, lambda u: 2 * (u[0] - u[2]), RIGHT, ()),
    (ALONG, lambda u: 2 * (u[2] - u[0]), WRONG, ()),
]


@pytest.mark.parametrize(("question", "answer", "outcome", "mistakes"), ROWS_OF_CLAIMS)
def test_answers_about_arrays(
    question: Callable[[], Any], answer: Any, outcome: Outcome, mistakes: tuple[str, ...]
) -> None:
    verdict: Verdict = question().judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (outcome, mistakes), verdict


@pytest.mark.parametrize(
    ("question", "answer", "outcome"),
    [
        (lambda: Gradient("x**2*y", wrt=("x", "y")), {"y": "x**2", "x": "2*x*y"}, Outcome.CORRECT),
        (lambda: Gradient("x**2*y", wrt=("x", "y")), lambda x, y: {"y": x**2, "x": 2 * x * y}, Outcome.CORRECT),
        (lambda: Gradient("x**2*y", wrt=("x", "y")), lambda x, y: {"x": x**2, "y": 2 * x * y}, Outcome.INCORRECT),
        (lambda: Gradient("x**2*y", wrt=("x", "y")), lambda x, y: {"x": 2 * x * y, "z": x**2}, Outcome.INVALID),
        (lambda: Gradient("x**2*y", wrt=("x", "y"), at=(1, 2)), {"y": 1, "x": 4}, Outcome.CORRECT),
        (LOSS, lambda W, b: dict(zip("Wb", loss_slopes(W, b), strict=True)), Outcome.CORRECT),
        (LOSS, lambda W, b: dict(zip("bW", loss_slopes(W, b), strict=True)), Outcome.INVALID),
    ],
)
def test_a_gradient_may_be_a_dictionary_by_the_names(
    question: Callable[[], Gradient], answer: Any, outcome: Outcome
) -> None:
    assert question().judge(answer).outcome is outcome


def test_the_sentence_says_one_shape_for_each_array() -> None:
    verdict = LOSS().judge(lambda W, b: loss_slopes(W, b)[::-1])
    assert verdict.reason is Reason.WRONG_SHAPE
    assert (verdict.details["expected"], verdict.details["got"]) == ("(2, 2), (3,)", "(3,), (2, 2)")


def test_a_wrong_rule_for_the_gradient_is_found_by_differences() -> None:
    @jax.custom_jvp
    def halved(u: Any) -> Any:
        return jnp.sum(u**2)

    halved.defjvp(lambda primals, tangents: (halved(*primals), jnp.sum(primals[0] * tangents[0])))
    with pytest.raises(AuthorError, match="its difference quotient disagree at u0 ="):
        Gradient(halved, wrt="u", shape={"u": 3})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"wrt": "u", "shape": {"w": 3}}, "which is not among the arguments u"),
        ({"wrt": "u", "shape": {"u": 0}}, "must be a length such as 3"),
        ({"wrt": "u", "shape": {"u": True}}, "must be a length such as 3"),
        ({"wrt": "u", "shape": {"u": (200, 200)}}, "makes 40000 numbers, more than 20000"),
        ({"wrt": "w", "shape": {"u": 3}}, "wrt='w' is not among the variables"),
        ({"wrt": "u", "shape": {"u": 3}, "at": [1, 2]}, r"has the shape \(2,\), but u has \(3,\)"),
        ({"wrt": "u", "shape": {"u": 3}, "vectorised": True}, "exclude each other"),
        ({"wrt": "u", "shape": {"u": 3}, "domain": {"w": (0, 1)}}, "domain names 'w'"),
    ],
)
def test_a_shape_that_cannot_be_is_one_clear_line(options: dict[str, Any], said: str) -> None:
    with pytest.raises(AuthorError, match=said) as caught:
        Gradient(spread, **options)
    assert "\n" not in str(caught.value)


def test_shapes_belong_to_python_and_to_derivatives_by_arrays() -> None:
    with pytest.raises(AuthorError, match=r"has the shape \(3,\) and not one output; use Jacobian"):
        Gradient("u**2", wrt="u", shape={"u": 3})
    with pytest.raises(AuthorError, match="use Gradient for several and for arrays"):
        Derivative(spread, wrt="u", shape={"u": 3})
    with pytest.raises(AuthorError, match="SteepestRate asks about functions of numbers"):
        SteepestRate(spread, shape={"u": 3})
    with pytest.raises(AuthorError, match="equal names"):
        Gradient(lambda u, u0: jnp.sum(u) * u0, wrt="u", shape={"u": 2})


@pytest.mark.slow
@pytest.mark.parametrize(
    "function",
    [
        lambda u: jax.nn.logsumexp(3 * u),
        lambda u: jnp.median(u),
        lambda u: jax.lax.fori_loop(0, 3, lambda i, total: total * 0.5 + u[i] ** 3, 1.0),
    ],
)
def test_whatever_jax_computes_can_be_asked_about(function: Callable[..., Any]) -> None:
    question = Gradient(function, wrt="u", shape={"u": 3})
    assert question.judge(jax.grad(function)).outcome is Outcome.CORRECT
    assert question.judge(lambda u: jax.grad(function)(u) * 1.01).outcome is Outcome.INCORRECT


@pytest.mark.slow
def test_the_softest_maximum_is_asked_about_where_it_is_soft() -> None:
    question = Gradient(lambda u: jax.nn.logsumexp(400 * u) / 400, wrt="u", shape={"u": 2})
    assert question.judge(lambda u: jax.nn.softmax(400 * u)).outcome is Outcome.CORRECT
    assert question.judge(lambda u: (u == jnp.max(u)) * 1.0).outcome is Outcome.INCORRECT


@pytest.mark.parametrize(
    "make",
    [
        lambda: Jacobian(lambda u: jnp.cumsum(u), wrt="u", shape={"u": 2}),
        lambda: Jacobian(lambda u: jnp.cumsum(u), wrt="u", shape={"u": 2}, outputs=1),
        lambda: Derivative(lambda x: jnp.stack([jnp.sin(x), x]), wrt="x"),
        lambda: Hessian(lambda x, y: jnp.stack([jnp.sin(x), y]), wrt=("x", "y")),
    ],
)
def test_no_output_is_left_out_in_silence(make: Callable[[], Any]) -> None:
    with pytest.raises(AuthorError, match=r"makes 2 numbers, and 1 of them .* outputs=2"):
        make()


def test_outputs_that_a_formula_has_not_are_refused() -> None:
    with pytest.raises(AuthorError, match=r"outputs=3, but .* has 2"):
        Jacobian(lambda x, y: [x * y, x - y], wrt=("x", "y"), outputs=3)
