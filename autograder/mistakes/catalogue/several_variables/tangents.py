"""Tangent lines and planes."""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from autograder.mistakes.calculus import add, mul, sub, substitute, var
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.catalogue.several_variables.directional import F, Made

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


def _plane_not_flat(task: "Task") -> Iterator[Made]:
    if task.kind == "TangentPlane":
        place = task.place()
        rise = [mul(s, sub(var(by), place[by])) for s, by in zip(task.gradient(), task.wrt, strict=True)]
        yield (), [add(substitute(task.function, place), *rise)]
        if len(rise) == 1:
            yield (), task.gradient()


def _plane_not_shifted(task: "Task") -> Iterator[Made]:
    if task.kind == "TangentPlane":
        place = task.place()
        slopes = [substitute(s, place) for s in task.gradient()]
        height = substitute(task.function, place)
        linear = [mul(s, var(by)) for s, by in zip(slopes, task.wrt, strict=True)]
        yield (), [add(height, *linear)]
        yield (), [add(*linear)]
        for wrong in product((True, False), repeat=len(slopes)):
            each = zip(slopes, task.wrt, wrong, strict=True)
            shifted = [mul(s, (add if plus else sub)(var(by), place[by])) for s, by, plus in each]
            if any(wrong):
                yield (), [add(height, *shifted)]


def _plane_no_height(task: "Task") -> Iterator[Made]:
    if task.kind == "TangentPlane":
        place = task.place()
        slopes = [substitute(s, place) for s in task.gradient()]
        yield (), [add(*(mul(s, sub(var(by), place[by])) for s, by in zip(slopes, task.wrt, strict=True)))]


PLANE = Example(function=F, variables=("x", "y"), kind="TangentPlane", at=(1.0, 2.5))

ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="plane_unevaluated",
        code="D9",
        title="slopes of the tangent plane left as functions",
        applies="a tangent plane",
        transformation="→ f(a) + ∇f(x)·(x − a), f'(x)",
        question="Is your answer straight or flat everywhere, as a tangent is?",
        attempt="Count in which powers the variables occur in your answer.",
        example=PLANE,
        rank=14,
        whole=_plane_not_flat,
    ),
    Mistake(
        id="plane_no_shift",
        code="D10",
        title="tangent plane not moved to the point",
        applies="a tangent plane",
        transformation="→ f(a) + ∇f(a)·x, ∇f(a)·x, f(a) + ∇f(a)·(x + a), also in one variable only",
        question="Does your tangent touch at the point?",
        attempt="Put the point into your tangent and into the function.",
        example=PLANE,
        rank=14,
        whole=_plane_not_shifted,
    ),
    Mistake(
        id="plane_no_height",
        code="D10",
        title="height of the tangent plane left out",
        applies="a tangent plane",
        transformation="→ ∇f(a)·(x − a)",
        question="Does your tangent touch at the point?",
        attempt="Put the point into your tangent and into the function.",
        example=PLANE,
        rank=14,
        whole=_plane_no_height,
    ),
)
