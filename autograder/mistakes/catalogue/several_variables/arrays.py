"""Gradients by arrays of functions that have no formula: the wrong answers are made of numbers.

The question hands over the right values at all of its points as one array, and in its data ``parts`` (how many numbers
the array of the question has), ``elementwise`` (the slopes of the function of one number, at each part; left out where
it takes no single number) and, for a square matrix, ``transposed``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, Task, div, mul, num
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

Made = tuple[tuple[int, ...], list[Node]]


def _held(task: Task, name: str) -> Iterator[Made]:
    if "parts" in task.data and name in task.data:
        values = np.asarray(task.data[name], dtype=float).ravel()
        if np.all(np.isfinite(values)):
            yield task.shape, [num(float(value)) for value in values]


def _elementwise(task: Task) -> Iterator[Any]:
    yield from _held(task, "elementwise")
    if (arrays := task.data.get("arrays")) is not None:
        yield from arrays.more.get("elementwise", ())


def _transposed(task: Task) -> Iterator[Any]:
    yield from _held(task, "transposed")
    arrays = task.data.get("arrays")
    if arrays is not None and arrays.right.ndim >= 2:
        yield np.swapaxes(arrays.right, -1, -2)
        yield arrays.right.T


def _mean(task: Task) -> Iterator[Any]:
    if (arrays := task.data.get("arrays")) is not None:
        for count in arrays.lengths():
            yield arrays.right * count
            yield arrays.right / count
    if "parts" in task.data:
        count = num(int(task.data["parts"]))
        yield task.shape, [mul(count, entry) for entry in task.flat]
        yield task.shape, [div(entry, count) for entry in task.flat]


def _example(right: list[float], **data: Any) -> Example:
    return Example(kind="Array", data={"parts": 3, **data, "right": right}, variables=())


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="arr_elementwise",
        themes=("part",),
        code="J15",
        title="each entry differentiated as if it were alone",
        applies="a function that makes one number of an array, such as (Σ tanh vᵢ)²",
        transformation="∂f/∂vᵢ of the whole array → the slope of f(vᵢ)",
        question="When one entry moves, which of the others does the function still look at?",
        attempt="Write the function out for two entries, and differentiate it by the first of them.",
        example=_example([2.0, 3.0, 4.0], elementwise=[0.5, 1.0, 2.0]),
        source="project's own",
        rank=10,
        whole=_elementwise,
    ),
    Mistake(
        id="arr_mean",
        themes=("factor",),
        code="J15",
        title="a mean for a sum, or a sum for a mean",
        applies="a function that makes one number of an array",
        transformation="∇f → n·∇f or ∇f/n",
        question="A sum or a mean: which was asked for?",
        attempt="Repeat every entry once more in your mind: must the answer change?",
        example=_example([2.0, 3.0, 4.0]),
        source="project's own",
        instead_of=("half", "double"),
        rank=24,
        whole=_mean,
    ),
    Mistake(
        id="arr_transposed",
        themes=("order",),
        code="J15",
        title="gradient by a matrix transposed",
        applies="a function of a square matrix",
        transformation="∂f/∂Wᵢⱼ → ∂f/∂Wⱼᵢ",
        question="Which entry of the matrix belongs to which entry of your answer?",
        attempt="Change one entry of the matrix that is not on its diagonal, and see where your answer says so.",
        example=_example([2.0, 3.0, 4.0, 5.0], transposed=[2.0, 4.0, 3.0, 5.0]),
        source="project's own",
        rank=14,
        whole=_transposed,
    ),
)
