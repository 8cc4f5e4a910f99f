"""A function of JAX's is traced once for many points, and what it gives is what it would have given, bit for bit."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.traced import Traced
from tests.sandbox.jail_samples import needs_jail, program

POINTS = [float(x) for x in np.random.default_rng(7).uniform(-3, 3, 12)]
Turns = Iterator[int]
"""Counts how often a function's Python runs; its number comes out of no operation that a record would lack."""


def cube(turns: Turns) -> Callable[[Any], Any]:
    return jax.grad(lambda x: x**3 + 0 * next(turns))


def of_two(turns: Turns) -> Callable[[Any], Any]:
    both = jax.grad(lambda x, y: x * jnp.sin(y) + 0 * next(turns), argnums=(0, 1))
    return lambda x: both(x, x)


def by_descriptors(turns: Turns) -> Callable[[Any], Any]:
    return jax.grad(lambda x: x ** len(str.strip(" 3.")) * float.fromhex("2") + 0 * next(turns))


def of_a_vector(turns: Turns) -> Callable[[Any], Any]:
    slope = jax.grad(lambda v: -(v[0] ** 2) - v[1] ** 2 / 2 + 0 * next(turns))
    return lambda x: slope(jnp.array([x, 1.0]))


def with_corners(turns: Turns) -> Callable[[Any], Any]:
    return jax.grad(lambda x: jnp.where(x > 0, x**2, jnp.abs(x)) + 0 * next(turns))


def second(turns: Turns) -> Callable[[Any], Any]:
    return jax.grad(jax.grad(lambda x: jnp.exp(-(x**2) / 2) + 0 * next(turns)))


def named_parts(turns: Turns) -> Callable[[Any], Any]:
    weights = {"w": jnp.array([1.0, 2.0]), "b": jnp.array(0.5)}
    loss = jax.grad(lambda p, x: jnp.sum(p["w"] * x + p["b"]) ** 2 + 0 * next(turns))
    return lambda x: loss(weights, jnp.asarray(x))


def branching(turns: Turns) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        return x**2 + 0 * next(turns) if x > 0 else -x + 0 * next(turns)

    return jax.grad(f)


def remembering(turns: Turns) -> Callable[[Any], Any]:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append(next(turns))
        return x**3

    return jax.grad(f)


def counting(turns: Turns) -> Callable[[Any], Any]:
    calls = 0

    def f(x: Any) -> Any:
        nonlocal calls
        calls = next(turns)
        return x**3

    return jax.grad(f)


def filling(turns: Turns) -> Callable[[Any], Any]:
    table: dict[str, int] = {}

    def f(x: Any) -> Any:
        table["calls"] = next(turns)
        return x**3

    return jax.grad(f)


def printing(turns: Turns) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        print(next(turns))
        return x**3

    return jax.grad(f)


def telling(turns: Turns) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        jax.debug.print("{}", next(turns))
        return x**3

    return jax.grad(f)


def catching(turns: Turns) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        try:
            return x**3 if next(turns) > float(x) else x
        except jax.errors.JAXTypeError:
            return x**2

    return jax.grad(f)


def drawing(turns: Turns) -> Callable[[Any], Any]:
    draws = np.random.default_rng(3)
    return jax.grad(lambda x: x**3 * draws.normal() + 0 * next(turns))


def of_kind(turns: Turns) -> Callable[[Any], Any]:
    slope = jax.grad(lambda x: x**3)
    return lambda x: slope(x) + 0 * next(turns) if isinstance(x, float) else slope(x) + 1


def scaled_by_python(turns: Turns) -> Callable[[Any], Any]:
    """Which multiplies in double precision what a record would multiply in single."""
    slope = jax.grad(lambda x: x**3 + 0 * next(turns))
    return lambda x: 2 * x * slope(x)


def scaled_part_by_part(turns: Turns) -> Callable[[Any], Any]:
    slope = jax.grad(lambda v: v**3 + 0 * next(turns))
    return lambda x: slope(jnp.asarray([part * 2 for part in (x,)])[0])


def as_a_number(turns: Turns) -> Callable[[Any], Any]:
    slope = jax.grad(lambda x: x**3 + 0 * next(turns))
    return lambda x: float(slope(x))


RECORDED = [cube, by_descriptors, of_two, of_a_vector, with_corners, second, named_parts]
CALLED = [
    branching,
    remembering,
    counting,
    filling,
    printing,
    telling,
    catching,
    drawing,
    of_kind,
    scaled_by_python,
    scaled_part_by_part,
    as_a_number,
]


def same(one: Any, other: Any) -> bool:
    ones, others = jax.tree_util.tree_leaves(one), jax.tree_util.tree_leaves(other)
    told = [
        [(type(leaf), np.asarray(leaf).dtype, np.asarray(leaf).tobytes()) for leaf in each] for each in (ones, others)
    ]
    return told[0] == told[1] and jax.tree_util.tree_structure(one) == jax.tree_util.tree_structure(other)


@pytest.mark.parametrize("make", [*RECORDED, *CALLED])
def test_what_only_computes_is_traced_a_few_times_and_nobody_sees_a_difference(make: Callable[[Turns], Any]) -> None:
    turns = count()
    function, traced = make(count()), Traced(make(turns)).expecting(len(POINTS))
    for x in POINTS:
        assert same(traced(x), function(x))
    times = next(turns)
    assert times < len(POINTS) // 2 if make in RECORDED else times == len(POINTS)


def test_a_few_calls_are_called() -> None:
    turns = count()
    traced = Traced(cube(turns)).expecting(4)
    for x in POINTS[:4]:
        traced(x)
    assert next(turns) == 4


def test_who_is_asked_again_is_asked_itself() -> None:
    """So a function that gives something else the second time is found out."""
    box = {"factor": 1.0}
    traced = Traced(jax.grad(lambda x: box["factor"] * x**3)).expecting(len(POINTS) + 1)
    values = [float(traced(x)) for x in POINTS]
    box["factor"] = 2.0
    assert float(traced(POINTS[0])) == 2 * values[0]


def test_an_error_is_the_functions_own() -> None:
    traced = Traced(jax.grad(lambda x: x**2)).expecting(len(POINTS) + 2)
    for x in POINTS:
        traced(x)
    with pytest.raises(TypeError, match="str"):
        traced("3")
    with pytest.raises(TypeError, match="positional argument"):
        traced(3.0, 1.0)


def test_numpy_calculates_in_double_precision_as_well() -> None:
    turns = count()
    slope = jax.grad(lambda v: v[0] ** 3 + 0 * next(turns))
    traced = Traced(lambda v: v * slope(v)).expecting(len(POINTS))
    for x in POINTS:
        traced(np.array([x, 1.0]))
    assert next(turns) == len(POINTS)


def test_other_kinds_of_arguments_are_another_record() -> None:
    traced = Traced(jax.grad(lambda x: jnp.sum(x**2))).expecting(len(POINTS))
    assert [float(traced(x)) for x in POINTS] == pytest.approx([2 * x for x in POINTS])
    assert [float(traced(np.array([x, 1.0]))[0]) for x in POINTS] == pytest.approx([2 * x for x in POINTS])


@given(st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=5), st.integers(1, 4))
@settings(max_examples=4)
def test_any_polynomial_of_sines(numbers: list[float], power: int) -> None:
    def f(x: Any) -> Any:
        return sum(number * jnp.sin(x) ** (power + k) * x**k for k, number in enumerate(numbers))

    slope = jax.grad(f)
    traced = Traced(slope).expecting(len(POINTS))
    assert all(same(traced(x), slope(x)) for x in POINTS)


@needs_jail
def test_in_the_jail_a_name_that_is_bound_anew_counts_at_once(small_jail: Any) -> None:
    cells = program(
        "import jax, otter\ngrader = otter.Notebook()\nk = 1.0\ndf = jax.grad(lambda x: k * x**3)\ngrader.check('q1')",
        "k = 2.0\ngrader.check('q1')",
    )
    found = []
    with small_jail.start(cells) as student:
        for asked in student.run():
            found.append([float(reply.value) for reply in student.names["df"].call_many([(x,) for x in POINTS])])
            student.answer(asked, "checked")
    assert found[1] == [2 * value for value in found[0]]
