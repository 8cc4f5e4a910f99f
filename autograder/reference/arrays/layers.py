"""Forward passes that are known by their names, as JAX can run them, with shapes to try them at."""

from collections.abc import Callable
from typing import Any, NamedTuple

from autograder.errors import AuthorError

__all__ = ["LAYERS", "Layer", "layer"]


class Layer(NamedTuple):
    """A forward pass.

    Attributes:
        forward: of arrays, as JAX can run it.
        shapes: argument → shape.
        domain: argument → where it is drawn, where that is not the usual.
        text: what it computes.
    """

    forward: Callable[..., Any]
    shapes: dict[str, Any]
    domain: dict[str, Any]
    text: str


def _jnp() -> Any:
    import jax.numpy as jnp

    return jnp


def _softmax(scores: Any) -> Any:
    import jax

    return jax.nn.softmax(scores, axis=-1)


def linear(x: Any, W: Any, b: Any) -> Any:
    """x: (N, n), W: (n, m), b: (m,) → (N, m)."""
    return x @ W + b


def relu(x: Any) -> Any:
    """X of any shape → the same."""
    return _jnp().maximum(x, 0.0)


def sigmoid(x: Any) -> Any:
    """X of any shape → the same."""
    import jax

    return jax.nn.sigmoid(x)


def tanh(x: Any) -> Any:
    """X of any shape → the same."""
    return _jnp().tanh(x)


def softmax_cross_entropy(x: Any, y: Any) -> Any:
    """x: scores, (N, C), y: labels, (N,) → the mean loss, a number."""
    jnp = _jnp()
    chosen = _softmax(x)[jnp.arange(x.shape[0]), y]
    return -jnp.mean(jnp.log(chosen))


def batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    """x: (N, n), gamma and beta: (n,) → (N, n), with ε = 1e-5 under the root."""
    jnp = _jnp()
    centred = x - jnp.mean(x, axis=0)
    spread = jnp.mean(centred**2, axis=0)
    return gamma * (centred / jnp.sqrt(spread + 1e-5)) + beta


def conv1d(x: Any, w: Any, b: Any) -> Any:
    """x: (N, C, L), w: (F, C, K), b: (F,) → (N, F, L − K + 1), the kernel not flipped, without padding."""
    import jax

    out = jax.lax.conv_general_dilated(x, w, window_strides=(1,), padding="VALID")
    return out + b[None, :, None]


def attention_scores(Q: Any, K: Any) -> Any:
    """Q: (N, d), K: (M, d) → softmax(Q Kᵀ/√d) row by row, (N, M)."""
    return _softmax(Q @ K.T / _jnp().sqrt(Q.shape[-1] * 1.0))


def attention(Q: Any, K: Any, V: Any) -> Any:
    """Q: (N, d), K: (M, d), V: (M, e) → (N, e)."""
    return attention_scores(Q, K) @ V


LAYERS: dict[str, Layer] = {
    "linear": Layer(linear, {"x": (4, 3), "W": (3, 2), "b": 2}, {}, "x W + b"),
    "relu": Layer(relu, {"x": (4, 3)}, {}, "max(x, 0)"),
    "sigmoid": Layer(sigmoid, {"x": (4, 3)}, {}, "1/(1 + exp(-x))"),
    "tanh": Layer(tanh, {"x": (4, 3)}, {}, "tanh(x)"),
    "softmax cross-entropy": Layer(
        softmax_cross_entropy, {"x": (4, 3), "y": 4}, {"y": range(3)}, "the mean of -log(softmax(x)[y])"
    ),
    "batch norm": Layer(batch_norm, {"x": (5, 3), "gamma": 3, "beta": 3}, {}, "gamma (x - mean)/sqrt(var) + beta"),
    "conv1d": Layer(conv1d, {"x": (2, 3, 6), "w": (2, 3, 3), "b": 2}, {}, "x * w + b, the kernel slid along x"),
    "attention scores": Layer(attention_scores, {"Q": (4, 3), "K": (5, 3)}, {}, "softmax(Q K^T/sqrt(d))"),
    "attention": Layer(
        attention, {"Q": (4, 3), "K": (5, 3), "V": (5, 2)}, {}, "softmax(Q K^T/sqrt(d)) V"
    ),
}  # fmt: skip
"""Name → forward pass."""


def layer(name: str) -> Layer:
    """The forward pass of this name.

    Raises:
        AuthorError: there is none.
    """
    if name not in LAYERS:
        raise AuthorError(f"there is no layer {name!r}; there is {', '.join(LAYERS)}, or give a function of your own")
    return LAYERS[name]
