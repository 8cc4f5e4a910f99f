"""Numerical differentiation and number types. These are recognised from values, for functions, numbers and arrays."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.mistakes.entry import Example, Mistake
from autograder.mistakes.formula import Node, add, div, evaluate, num, sub, substitute, var

if TYPE_CHECKING:
    from autograder.mistakes.task import Task

STEPS = tuple(Fraction(text) for text in ("1", "0.5", "0.1", "0.05", "0.01", "0.005", "0.001", "0.0001", "0.00001"))
FEWEST = 3
"""Points below which a recogniser keeps still: two values fit too much."""


def _ready(task: "Task") -> bool:
    return task.kind == "Derivative" and task.order == 1 and len(task.wrt) == 1


def _shifted(task: "Task", step: Fraction) -> Node:
    name = task.wrt[0]
    return substitute(task.function, {name: add(var(name), num(step))})


def _forward(task: "Task") -> Iterator[list[Node]]:
    if _ready(task):
        for h in STEPS:
            yield [div(sub(_shifted(task, h), task.function), num(h))]


def _central_undivided(task: "Task") -> Iterator[list[Node]]:
    if _ready(task):
        for h in STEPS:
            yield [div(sub(_shifted(task, h), _shifted(task, -h)), num(h))]


def _backward_sign(task: "Task") -> Iterator[list[Node]]:
    if _ready(task):
        for h in STEPS:
            yield [div(sub(_shifted(task, -h), task.function), num(h))]


def _values(task: "Task") -> tuple[Any, Any] | None:
    """f and f' at the points, real, or None where this is no function of one variable."""
    if not _ready(task) or task.at is not None or not task.points:
        return None
    f, slope = (
        np.broadcast_to(evaluate(node, task.points, {}), (task.size,)) for node in (task.function, task.flat[0])
    )
    return f.real, slope.real


def _quantised(task: "Task", actual: Any) -> bool:
    """Whether the values are small multiples of the spacing of f's values divided by a power of ten."""
    found = _values(task)
    if found is None or actual.ndim != 1 or len(actual) < FEWEST:
        return False
    f, slope = found
    values = actual.real
    if not np.all(np.isfinite(values)) or not np.any(values):
        return False
    for precision, exponents in ((np.float32, range(3, 9)), (np.float64, range(11, 17))):
        spacing = np.spacing(np.abs(f).astype(precision)).astype(float) / 2
        for exponent in exponents:
            for width in (1.0, 2.0):
                counts = values * 10.0**-exponent * width / spacing
                whole = np.abs(counts - np.round(counts)) < 1e-3
                near = np.abs(values - slope) <= 8 * spacing * 10.0**exponent
                if np.all(whole) and np.all(near) and np.all(np.abs(counts) < 4096):
                    return True
    return False


def _truncated(task: "Task", actual: Any) -> bool:
    """Whether the values are the right ones with their fractions cut off."""
    right = np.stack([np.broadcast_to(evaluate(e, task.points, {}), (task.size,)).real for e in task.flat], axis=1)
    values = actual.real.reshape(len(actual), -1)
    if right.shape != values.shape or right.size < FEWEST or not np.all(np.isfinite(values)):
        return False
    if np.any(values != np.round(values)) or np.all(np.abs(right - np.round(right)) < 1e-9):
        return False
    return any(bool(np.all(values == cut(right))) for cut in (np.floor, np.trunc, np.round))


def _single(task: "Task", actual: Any) -> bool:
    """Whether the values are right to single precision, are float32 numbers, and nothing better."""
    if not task.flat or actual.size < FEWEST:
        return False
    right = np.stack([np.broadcast_to(evaluate(e, task.points, {}), (task.size,)).real for e in task.flat], axis=1)
    values = actual.real.reshape(len(actual), -1)
    if right.shape != values.shape or not np.all(np.isfinite(values)):
        return False
    stored = values.astype(np.float32).astype(float) == values
    return bool(np.all(stored) and np.all(np.abs(values - right) <= 1e-5 * (1 + np.abs(right))))


def _edges(task: "Task", actual: Any) -> bool:
    """Whether the values are np.gradient's on an even grid, with or without its spacing."""
    found = _values(task)
    if found is None or actual.ndim != 1 or len(actual) < 5 or len(task.variables) != 1:
        return False
    places = task.points[task.variables[0]].real
    gaps = np.diff(places)
    if not np.allclose(gaps, gaps[0], rtol=1e-9, atol=0):
        return False
    f, _ = found
    return any(np.allclose(actual.real, np.gradient(f, spacing), rtol=1e-9, atol=1e-12) for spacing in (gaps[0], 1.0))


WAVE = Example(function="sin(x)*x")

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="forward_crude",
        values_only=True,
        code="F1",
        title="one-sided difference with a large step",
        applies="a derivative computed from differences",
        transformation="→ (f(x+h) − f(x))/h",
        question="How does the error change when you halve the step?",
        attempt="Halve the step and compare; then step to both sides instead of one.",
        example=WAVE,
        rank=14,
        whole=_forward,
    ),
    Mistake(
        id="central_no2",
        values_only=True,
        themes=("factor",),
        code="F2",
        title="central difference divided by one step",
        applies="a derivative computed from differences",
        transformation="→ (f(x+h) − f(x−h))/h",
        question="How wide is your interval?",
        attempt="Mark both places on the axis and measure the distance between them.",
        example=WAVE,
        rank=14,
        whole=_central_undivided,
    ),
    Mistake(
        id="backward_sign",
        values_only=True,
        themes=("sign",),
        code="F3",
        title="difference the wrong way round",
        applies="a derivative computed from differences",
        transformation="→ (f(x−h) − f(x))/h",
        question="In which order do you subtract?",
        attempt="Try your formula on a line that rises.",
        example=WAVE,
        rank=14,
        whole=_backward_sign,
    ),
    Mistake(
        id="h_too_small",
        values_only=True,
        code="F4",
        title="step too small for the number type",
        applies="a derivative computed from differences",
        transformation="values are multiples of the spacing of f's values over h",
        question="Can the computer tell the two places apart?",
        attempt="Print the difference of the two function values for smaller and smaller steps.",
        example=Example(function="sin(x)*x", shown="(f(x + 1e-8) - f(x))/1e-8 in float32"),
        rank=14,
        fits=_quantised,
    ),
    Mistake(
        id="int_trunc",
        values_only=True,
        code="F5",
        title="fractions cut off",
        applies="numbers and arrays",
        transformation="→ floor, trunc or round of the right values",
        question="What type are your numbers?",
        attempt="Print the dtype of your arrays, and look for // and int().",
        example=Example(function="sin(x)*x", shown="np.zeros(5, dtype=int)"),
        rank=12,
        fits=_truncated,
    ),
    Mistake(
        id="float32",
        values_only=True,
        code="F6",
        title="single precision",
        applies="numbers, arrays and functions",
        transformation="right to about seven digits only",
        question="Which precision do your numbers have?",
        attempt="Switch on double precision in JAX in the first cell of the notebook and run everything again.",
        example=Example(function="sin(x)*x", shown="jax.grad(f)(x) without jax_enable_x64"),
        rank=12,
        fits=_single,
    ),
    Mistake(
        id="np_gradient_edges",
        values_only=True,
        code="F7",
        title="np.gradient's ends or its spacing",
        applies="values on an even grid",
        transformation="one-sided at the ends; divided by one instead of the spacing",
        question="Did you pass the spacing, and what happens at the ends of the grid?",
        attempt="Try it on a straight line of which you know the slope, then look at the first and the last value.",
        example=Example(function="sin(x)*x", shown="np.gradient(f(x))"),
        rank=14,
        fits=_edges,
    ),
)
