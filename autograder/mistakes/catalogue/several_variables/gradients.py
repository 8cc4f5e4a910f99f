"""Gradients: which entries, in which order; what kind of thing they are is in ``shapes.py``."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import (
    ZERO,
    Node,
    add,
    derivative,
    div,
    mul,
    neg,
    norm,
    num,
    read,
    substitute,
    to_sympy,
    var,
)
from autograder.mistakes.catalogue.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


Made = tuple[tuple[int, ...], list[Node]]


def is_gradient(task: "Task") -> bool:
    """Whether a gradient of two variables or more is asked for."""
    return task.kind == "Gradient" and len(task.wrt) > 1


def _swapped(task: "Task") -> Iterator[Made]:
    if task.kind in ("Gradient", "SteepestAscent") and 1 < len(task.flat) <= 4:
        for order in permutations(range(len(task.flat))):
            if order != tuple(range(len(task.flat))):
                yield task.shape, [task.flat[k] for k in order]
    elif task.kind == "TangentPlane" and len(task.wrt) > 1:
        yield (), [task.plane(task.gradient()[::-1])]
    elif task.kind == "DirectionalDerivative" and task.direction is not None:
        yield task.shape, _along(task, task.gradient()[::-1])


def _along(task: "Task", slopes: list[Node]) -> list[Node]:
    way = task.way()
    return [div(add(*(mul(s, w) for s, w in zip(slopes, way, strict=True))), norm(way))]


def _rotated(task: "Task") -> Iterator[Made]:
    if task.kind in ("Gradient", "SteepestAscent") and len(task.flat) == 2:
        fx, fy = task.flat
        yield task.shape, [neg(fy), fx]
        yield task.shape, [fy, neg(fx)]


def _second(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        yield task.shape, [again(entry, by) for entry, by in zip(task.flat, task.wrt, strict=True)]


def again(node: Node, by: str) -> Node:
    """The derivative of what is a derivative already."""
    return derivative(read(to_sympy(node)), by)


def _repeated(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        for entry in task.flat:
            yield task.shape, [entry] * len(task.flat)


def _point_swapped(task: "Task") -> Iterator[Made]:
    if task.at is not None and len(task.variables) == 2:
        first, second = task.variables
        places = {first: num(task.at[1]), second: num(task.at[0])}
        if task.kind == "TangentPlane":
            yield (), [task.plane(task.gradient(), places)]
            return
        yield task.shape, [substitute(entry, places) for entry in task.flat]


def _doubled(task: "Task") -> Iterator[Made]:
    if is_gradient(task) or {"parts", "arrays"} & {*task.data}:
        yield task.shape, [mul(num(2), entry) for entry in task.flat]


def _halved(task: "Task") -> Iterator[Made]:
    if is_gradient(task) or {"parts", "arrays"} & {*task.data}:
        yield task.shape, [div(entry, num(2)) for entry in task.flat]


def _from_one(task: "Task") -> Iterator[Made]:
    """v[1] for x1, v[2] for x2: JAX takes the last entry for one beyond the end, so x_n becomes x_n again."""
    if is_gradient(task) and task.at is None:
        names = task.wrt
        further = dict(zip(names, map(var, (*names[1:], names[-1])), strict=True))
        moved = [substitute(entry, further) for entry in task.flat]
        yield task.shape, [ZERO, *moved[:-2], add(*moved[-2:])]


def _component_sign(task: "Task") -> Iterator[Made]:
    if task.kind in ("Gradient", "SteepestAscent") and len(task.flat) > 1:
        for k in range(len(task.flat)):
            yield task.shape, [neg(entry) if i == k else entry for i, entry in enumerate(task.flat)]


def _component_zero(task: "Task") -> Iterator[Made]:
    if is_gradient(task):
        for k in range(len(task.flat)):
            yield task.shape, [ZERO if i == k else entry for i, entry in enumerate(task.flat)]


F = "x*y**2 + 5*x + cos(y)"

PAIR = Example(function=F, variables=("x", "y"), kind="Gradient")


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="swap",
        themes=("order",),
        code="M2",
        title="components in another order",
        applies="a gradient, or a point",
        transformation="(fx, fy) → (fy, fx)",
        question="In which order does the question name the variables?",
        attempt="Write the letter of its variable under each entry of your answer.",
        example=PAIR,
        rank=14,
        whole=_swapped,
    ),
    Mistake(
        id="rot",
        themes=("sign",),
        code="M12",
        title="along the level set instead of across it",
        applies="a gradient in two variables",
        transformation="(fx, fy) → (−fy, fx)",
        question="Along that arrow, does the function change?",
        attempt="Step a little along your arrow from a point of your own: the function must change as fast as it can.",
        example=PAIR,
        rank=20,
        whole=_rotated,
    ),
    Mistake(
        id="second_each",
        themes=("order",),
        code="M14",
        title="second derivatives",
        applies="a gradient",
        transformation="∇f → (fxx, fyy)",
        question="How many derivatives does each component take?",
        attempt="Write above each entry by which letters you differentiated, and how often.",
        example=PAIR,
        rank=25,
        whole=_second,
    ),
    Mistake(
        id="repeat_first",
        themes=("order",),
        code="M15",
        title="the same component repeated",
        applies="a gradient",
        transformation="(fx, fy) → (fx, fx)",
        question="Does each entry have its own variable?",
        attempt="Write the letter of its variable under each entry of your answer.",
        example=PAIR,
        rank=18,
        whole=_repeated,
    ),
    Mistake(
        id="pt_swapped",
        themes=("order",),
        code="M16",
        title="coordinates of the point exchanged",
        applies="a value at a point with two coordinates",
        transformation="evaluated at (b, a)",
        question="Which coordinate is which?",
        attempt="Write the letter under each coordinate of the point before you put them in.",
        example=Example(function=F, variables=("x", "y"), kind="Gradient", at=(1.0, 2.5)),
        rank=18,
        whole=_point_swapped,
    ),
    Mistake(
        id="half",
        themes=("factor",),
        code="M18",
        title="half of the gradient",
        applies="a gradient",
        transformation="∇f → ∇f/2",
        question="How often does each variable occur in a squared term?",
        attempt="Expand one squared term and differentiate it again.",
        example=PAIR,
        rank=28,
        whole=_halved,
    ),
    Mistake(
        id="double",
        themes=("factor",),
        code="M18",
        title="twice the gradient",
        applies="a gradient",
        transformation="∇f → 2∇f",
        question="Has a factor been counted more than once?",
        attempt="Expand one squared term and differentiate it again.",
        example=PAIR,
        rank=28,
        whole=_doubled,
    ),
    Mistake(
        id="component_sign",
        themes=("sign",),
        code="M21",
        title="sign of one component",
        applies="a gradient",
        transformation="(fx, fy) → (fx, −fy)",
        question="Does the function rise along each axis where your answer says so?",
        attempt="Step a little along one axis after the other and look whether the function rises.",
        example=PAIR,
        source="project's own: G1 for one component",
        rank=46,
        whole=_component_sign,
    ),
    Mistake(
        id="component_zero",
        themes=("part",),
        code="M22",
        title="one component left at zero",
        applies="a gradient",
        transformation="(fx, fy) → (fx, 0)",
        question="Does the function really not notice one of its variables?",
        attempt="Step a little along one axis after the other and look whether the function changes.",
        example=PAIR,
        source="project's own",
        rank=40,
        whole=_component_zero,
    ),
    Mistake(
        id="index_from_one",
        themes=("order", "part"),
        code="M23",
        title="entries of the vector counted from 1",
        applies="a gradient as a function of one vector",
        transformation="f(v[0], v[1]) → f(v[1], v[2]), where JAX takes the last entry for v[2]",
        question="Which number has the first entry of an array?",
        attempt="Print the first entry of an array of your own, then look at the numbers in the brackets of your "
        "function.",
        example=PAIR,
        source="project's own; JAX 0.10.2 clamps an index beyond the end",
        rank=22,
        whole=_from_one,
    ),
)
