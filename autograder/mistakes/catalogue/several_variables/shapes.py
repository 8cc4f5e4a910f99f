"""Gradients: an arrow, and no number, no matrix, no function and no arrow on the surface."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import (
    ONE,
    ZERO,
    add,
    div,
    norm,
    num,
)
from autograder.mistakes.catalogue.entry import Mistake
from autograder.mistakes.catalogue.several_variables.gradients import PAIR, Made, again, is_gradient

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


def _scalar_sum(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        yield (), [add(*task.flat)]
    elif task.kind == "SteepestRate" and len(task.wrt) > 1:
        yield (), [add(*task.gradient())]
        yield (), [add(*(norm([slope]) for slope in task.gradient()))]


def _length(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        yield (), [norm(task.flat)]


def _unit(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        length = norm(task.flat)
        yield task.shape, [div(entry, length) for entry in task.flat]
    elif task.kind == "SteepestRate" and len(task.wrt) > 1:
        yield (len(task.wrt),), [div(slope, task.flat[0]) for slope in task.gradient()]


def _third_component(task: "Task") -> Iterator[Made]:
    if task.kind in ("Gradient", "SteepestAscent") and len(task.flat) == 2:
        for height in (ONE, num(-1)):
            yield (3,), [*task.flat, height]
        yield (3,), [*task.flat, task.function]
        yield (3,), [*task.flat, ZERO]


def _mixed(task: "Task") -> Iterator[Made]:
    if is_gradient(task) and len(task.wrt) == 2:
        yield (), [again(task.flat[0], task.wrt[1])]


def _column(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        yield (len(task.flat), 1), task.flat
        yield (1, len(task.flat)), task.flat


def _hessian(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        n = len(task.wrt)
        yield (n, n), [again(entry, by) for entry in task.flat for by in task.wrt]


def _function(task: "Task") -> Iterator[Made]:
    if task.kind in ("Gradient", "DirectionalDerivative", "SteepestRate"):
        yield (), [task.function]


def _first_only(task: "Task") -> Iterator[Made]:
    if is_gradient(task) or (task.kind == "SteepestRate" and len(task.wrt) > 1):
        for entry in task.gradient():
            yield (), [entry]
            yield (1,), [entry]


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="scalar_sum",
        themes=("arrow",),
        code="M8",
        title="sum of the partial derivatives",
        applies="a gradient or a rate of ascent",
        transformation="(fx, fy) → fx + fy",
        question="Is a gradient a number or an arrow?",
        attempt="Count the entries of your answer and the variables of the question.",
        example=PAIR,
        rank=15,
        whole=_scalar_sum,
    ),
    Mistake(
        id="norm",
        themes=("arrow",),
        code="M9",
        title="length of the gradient",
        applies="a gradient",
        transformation="∇f → ‖∇f‖",
        question="Direction, size or both: what was asked for?",
        attempt="Count the entries of your answer and the variables of the question.",
        example=PAIR,
        rank=15,
        whole=_length,
    ),
    Mistake(
        id="unit",
        themes=("arrow",),
        code="M10",
        title="direction of the gradient only",
        applies="a gradient",
        transformation="∇f → ∇f/‖∇f‖",
        question="Direction, size or both: what was asked for?",
        attempt="Make the function twice as steep in your mind: must the answer notice?",
        example=PAIR,
        rank=15,
        whole=_unit,
    ),
    Mistake(
        id="extra_component",
        themes=("arrow",),
        code="M13",
        title="an arrow up the hill, with a height",
        applies="a gradient in two variables",
        transformation="(fx, fy) → (fx, fy, ±1)",
        question="Is the arrow on the map or on the surface?",
        attempt="Count the variables that you can choose when you walk on the map.",
        example=PAIR,
        rank=15,
        whole=_third_component,
    ),
    Mistake(
        id="mixed",
        themes=("arrow", "order"),
        code="M14",
        title="mixed second derivative",
        applies="a gradient in two variables",
        transformation="∇f → fxy",
        question="How many derivatives does each component take?",
        attempt="Write above each entry by which letters you differentiated, and how often.",
        example=PAIR,
        rank=25,
        whole=_mixed,
    ),
    Mistake(
        id="shape",
        themes=("arrow",),
        code="M17",
        title="a row or a column instead of a vector",
        applies="a gradient",
        transformation="reshaped to (n, 1) or (1, n)",
        question="Which shape was asked for?",
        attempt="Print the shape of your answer and count its axes.",
        example=PAIR,
        rank=15,
        whole=_column,
    ),
    Mistake(
        id="grad_of_grad",
        themes=("arrow",),
        code="M19",
        title="matrix of second derivatives instead of the gradient",
        applies="a gradient",
        transformation="∇f → ∇(∇f)",
        question="What goes into a gradient, and what comes out?",
        attempt="Print the shape of your answer, and count how often you differentiated.",
        example=PAIR,
        rank=20,
        whole=_hessian,
    ),
    Mistake(
        id="not_diff_scalar",
        themes=("operation",),
        code="M20",
        title="the function itself",
        applies="a gradient or a directional derivative",
        transformation="→ f",
        question="Which operation was asked for?",
        attempt="Compare your answer with the function of the question: what have you changed?",
        example=PAIR,
        source="project's own: G2 for several variables",
        rank=16,
        whole=_function,
    ),
    Mistake(
        id="no_argnums",
        themes=("arrow", "order"),
        code="X9",
        title="one partial derivative only, as grad gives without argnums",
        applies="a gradient of a function of several numbers",
        transformation="∇f → fx",
        question="How many partial derivatives came back?",
        attempt="Tell grad with argnums by which arguments to differentiate, and count what comes back.",
        example=PAIR,
        rank=12,
        whole=_first_only,
    ),
)
