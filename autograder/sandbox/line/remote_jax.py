"""A function on the other side of the wire that JAX can differentiate, batch and compile on this side.

The derivative of order ``n`` of a remote function of flattened arguments ``v`` is asked for as numbers,

    D⁰f(v) = f(v),   Dⁿf(v)[..., i₁, …, iₙ] = ∂ⁿf(v) / ∂v_{i₁} … ∂v_{iₙ}

and the rule that JAX is given is the chain rule with it: ``d f(v) = Df(v) · dv``, which is linear in ``dv`` and so can
be transposed; ``Df`` is a remote function again. So ``grad``, ``jacfwd``, ``jacrev``, ``hessian``, ``vmap`` and ``jit``
all work from outside. The other side computes ``Dⁿ`` with JAX on the real function; where that fails, its exception is
what the caller sees, as it would have been on the other side.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Ask = Callable[[tuple[Any, ...], int | None], Any]
"""Asks the other side: (arguments, order) → the derivative's value, flattened output first."""


def derivative(function: Callable[..., Any], arguments: list[Any], order: int) -> Any:
    """The derivative of ``order`` of ``function`` at ``arguments``, with respect to all of them, flattened.

    Returns:
        A list of arrays, one per leaf of the function's result, of shape ``leaf.shape + (n,) * order`` where ``n`` is
        the number of numbers in the arguments; for order 0 together with how the leaves were arranged.
    """
    import jax
    from jax.flatten_util import ravel_pytree

    as_floats = jax.tree_util.tree_map(_inexact, tuple(arguments))
    flat, back = ravel_pytree(as_floats)

    def of_flat(v: Any) -> Any:
        return function(*back(v))

    for _ in range(order):
        of_flat = jax.jacfwd(of_flat)
    return jax.tree_util.tree_map(np.asarray, of_flat(flat))


def _inexact(leaf: Any) -> Any:
    import jax.numpy as jnp

    array = jnp.asarray(leaf)
    return array if jnp.issubdtype(array.dtype, jnp.inexact) else array.astype(float)


def differentiable(ask: Ask, arguments: tuple[Any, ...]) -> Any:
    """Call a remote function with arguments some of which JAX is tracing."""
    import jax
    from jax.flatten_util import ravel_pytree

    leaves, tree = jax.tree_util.tree_flatten(jax.tree_util.tree_map(_inexact, arguments))
    flat, _ = ravel_pytree(leaves)
    shapes = [leaf.shape for leaf in leaves]

    def numbers(v: Any, order: int) -> Any:
        # NumPy only: this runs inside JAX's callbacks, where a computation of JAX's own can wait for itself.
        parts = np.split(np.asarray(v), np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
        values = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        return ask(tuple(jax.tree_util.tree_unflatten(tree, values)), order)

    return _of_order(numbers, 0)(flat)


def _of_order(numbers: Callable[[Any, int], Any], order: int) -> Callable[[Any], Any]:
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def remote(v: Any) -> Any:
        if not isinstance(v, jax.core.Tracer):
            return jax.tree_util.tree_map(jnp.asarray, numbers(v, order))
        # The shape of the result is not known before it was asked for once: ask at ones, which no batching traces.
        shape_of: Any = jax.ShapeDtypeStruct  # which has no types
        sample = numbers(np.ones(v.shape, v.dtype), order)
        shapes = jax.tree_util.tree_map(lambda leaf: shape_of(leaf.shape, leaf.dtype), sample)
        return jax.pure_callback(
            lambda actual: jax.tree_util.tree_map(
                lambda leaf, shape: np.asarray(leaf, shape.dtype), numbers(actual, order), shapes
            ),
            shapes,
            v,
            vmap_method="sequential",
        )

    @remote.defjvp
    def _rule(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Any, Any]:
        (v,), (dv,) = primals, tangents
        slopes = _of_order(numbers, order + 1)(v)
        return remote(v), jax.tree_util.tree_map(lambda slope: slope @ dv, slopes)

    return remote
