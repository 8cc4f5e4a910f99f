"""Numerical differentiation and number types. These are recognised from values, for functions, numbers and arrays."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, div, evaluate, mul, neg, num, sub, var
from autograder.mistakes.catalogue.entry import Example, Mistake, seen_by_the_question
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np

    from autograder.mistakes.calculus import Task
else:
    np = Later("numpy")

STEPS = tuple(Fraction(text) for text in ("1", "0.5", "0.1", "0.05", "0.01", "0.005", "0.001", "0.0001", "0.00001"))
FEWEST = 3
"""Points below which a recogniser keeps still: two values fit too much."""


def _ready(task: "Task") -> bool:
    return task.kind == "Derivative" and task.order == 1 and len(task.wrt) == 1


def _steps(task: "Task") -> Iterator[Node]:
    """The steps that may have been taken: usual ones, or the one that the student's function is given."""
    if task.kind == "DifferenceQuotient":
        yield var(task.variables[-1])
    elif _ready(task):
        yield from (num(h) for h in STEPS)


def _two(h: Node) -> Node:
    return mul(num(2), h)


def _forward(task: "Task") -> Iterator[list[Node]]:
    for h in _steps(task):
        yield [div(sub(task.shifted(h), task.function), h)]
        if task.kind == "DifferenceQuotient":
            yield [div(sub(task.function, task.shifted(neg(h))), h)]


def _other_width(task: "Task") -> Iterator[list[Node]]:
    for h in _steps(task):
        yield [div(sub(task.shifted(h), task.shifted(neg(h))), h)]
        if task.kind == "DifferenceQuotient":
            yield [div(sub(task.shifted(h), task.function), _two(h))]
            yield [div(sub(task.function, task.shifted(neg(h))), _two(h))]


def _both_sides(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "DifferenceQuotient" and task.order == 1:
        h = var(task.variables[-1])
        yield [div(sub(task.shifted(h), task.shifted(neg(h))), _two(h))]


def _backward_sign(task: "Task") -> Iterator[list[Node]]:
    for h in _steps(task):
        yield [div(sub(task.shifted(neg(h)), task.function), h)]
        if task.kind == "DifferenceQuotient":
            yield [div(sub(task.function, task.shifted(h)), h)]
            yield [div(sub(task.shifted(neg(h)), task.shifted(h)), _two(h))]


def _no_brackets(task: "Task") -> Iterator[list[Node]]:
    if task.kind == "DifferenceQuotient":
        h = var(task.variables[-1])
        ahead, behind = task.shifted(h), task.shifted(neg(h))
        yield [sub(ahead, div(task.function, h))]
        yield [sub(ahead, div(behind, _two(h)))]
        yield [mul(div(sub(ahead, behind), num(2)), h)]
        yield [mul(sub(ahead, div(behind, num(2))), h)]
        yield [sub(ahead, mul(div(behind, num(2)), h))]


def _step_ignored(task: "Task", actual: Any) -> bool:
    """Whether a quotient's values at one place are the same for all steps."""
    if task.kind != "DifferenceQuotient" or actual.ndim != 1 or not np.all(np.isfinite(actual)):
        return False
    places = task.points[task.variables[0]]
    rows = [actual.real[places == place] for place in np.unique(places)]
    return all(len(row) > 1 and np.ptp(row) <= 1e-12 * (1 + np.abs(row).max()) for row in rows)


def _values(task: "Task") -> tuple[Any, Any] | None:
    """Values of f and f' at the points, shape (N,) each, real; None where this is no function of one variable."""
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
QUOTIENT = Example(function="sin(x)*x", variables=("x", "h"), wrt=("x",), kind="DifferenceQuotient", order=2)

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
        title="divided by another length than the distance of the two places",
        applies="a derivative computed from differences",
        transformation="→ (f(x+h) − f(x−h))/h, (f(x+h) − f(x))/(2h)",
        question="How wide is your interval?",
        attempt="Mark both places on the axis and measure the distance between them.",
        example=WAVE,
        rank=14,
        whole=_other_width,
    ),
    Mistake(
        id="both_sides",
        values_only=True,
        code="F12",
        title="a step to both sides where one side was asked for",
        applies="a one-sided difference quotient",
        transformation="(f(x+h) − f(x))/h → (f(x+h) − f(x−h))/(2h)",
        question="To how many sides does your quotient step?",
        attempt="Mark all the places at which your formula asks for the function, and compare with the question.",
        example=Example(function="sin(x)*x", variables=("x", "h"), wrt=("x",), kind="DifferenceQuotient", order=1),
        source="project's own",
        rank=14,
        whole=_both_sides,
    ),
    Mistake(
        id="backward_sign",
        values_only=True,
        instead_of=("neg",),
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
        id="no_brackets",
        values_only=True,
        code="F9",
        title="brackets of the quotient missing",
        applies="a function that computes a difference quotient",
        transformation="→ f(x+h) − f(x)/h, (f(x+h) − f(x−h))/2·h",
        question="What is divided, and by what, as the computer reads your formula?",
        attempt="Put brackets around all that stands above the bar, and around all that stands below it.",
        example=QUOTIENT,
        source="project's own",
        rank=14,
        whole=_no_brackets,
    ),
    Mistake(
        id="step_ignored",
        values_only=True,
        code="F10",
        title="another step than the one that was given",
        applies="a function that computes a difference quotient",
        transformation="the same value for every step",
        question="Does your function use the step that it is given?",
        attempt="Call your function at one place with two different steps and compare.",
        example=Example(function="sin(x)*x", shown="(f(x + 1e-6) - f(x))/1e-6 for every h"),
        source="project's own",
        rank=12,
        fits=_step_ignored,
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
        id="h_too_large",
        code="F11",
        title="step too large",
        applies="a step size",
        transformation="the error is the formula's own, not rounding",
        question="How does the error change when you halve the step?",
        attempt="Halve the step again and again, and print the error each time.",
        example=Example(function="sin(x)*x", kind="StepSize", shown="0.1"),
        source="project's own: the mirror image of F4",
        rank=14,
        fits=seen_by_the_question,
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
