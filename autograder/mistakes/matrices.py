"""Jacobians and Hessians."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.mistakes.entry import Example, Mistake
from autograder.mistakes.formula import ZERO, Node, add, mul

if TYPE_CHECKING:
    from autograder.mistakes.task import Task


Made = tuple[tuple[int, ...], list[Node]]


def _transposed(task: "Task") -> Iterator[Made]:
    if task.kind == "Jacobian":
        rows, columns = task.shape
        yield (columns, rows), [task.flat[i * columns + j] for j in range(columns) for i in range(rows)]


def _diagonal(task: "Task") -> Iterator[Made]:
    if task.kind == "Hessian":
        n = task.shape[0]
        yield (n,), [task.flat[i * n + i] for i in range(n)]
        yield (n, n), [entry if k // n == k % n else ZERO for k, entry in enumerate(task.flat)]


def _gradient_for_hessian(task: "Task") -> Iterator[Made]:
    if task.kind == "Hessian":
        yield (len(task.wrt),), task.gradient()


def _laplacian(task: "Task") -> Iterator[Made]:
    if task.kind == "Hessian":
        n = task.shape[0]
        yield (), [add(*(task.flat[i * n + i] for i in range(n)))]


def _outer_of_gradient(task: "Task") -> Iterator[Made]:
    if task.kind == "Hessian":
        slopes = task.gradient()
        n = len(slopes)
        yield (n, n), [mul(a, b) for a in slopes for b in slopes]


def _rows_exchanged(task: "Task") -> Iterator[Made]:
    if task.kind == "Jacobian" and task.shape[0] > 1:
        rows, columns = task.shape
        turned = [task.flat[i * columns + j] for i in reversed(range(rows)) for j in range(columns)]
        yield task.shape, turned
        yield task.shape, [task.flat[i * columns + j] for i in range(rows) for j in reversed(range(columns))]


THREE = ("x*y", "x + y**2", "sin(x)")

MAP = Example(function=THREE, variables=("x", "y"), kind="Jacobian")

SURFACE = Example(function="x**3*y + y**2", variables=("x", "y"), kind="Hessian")


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="transposed",
        themes=("order",),
        code="J1",
        title="Jacobian transposed",
        applies="a Jacobian that is not square, or not symmetric",
        transformation="J → Jᵀ",
        question="Do the rows belong to the outputs or to the inputs?",
        attempt="Count outputs and inputs, and compare with the shape of your answer.",
        example=MAP,
        rank=10,
        whole=_transposed,
    ),
    Mistake(
        id="rows_exchanged",
        themes=("order",),
        code="J15",
        title="rows or columns of the Jacobian in another order",
        applies="a Jacobian",
        transformation="rows or columns reversed",
        question="In which order does the question name outputs and inputs?",
        attempt="Write the name of an output beside each row and the name of an input above each column.",
        example=MAP,
        source="project's own: M2 for matrices",
        rank=20,
        whole=_rows_exchanged,
    ),
    Mistake(
        id="hess_diag",
        code="J2",
        title="diagonal of the Hessian only",
        applies="a Hessian",
        transformation="H → diag(H)",
        question="Are there any mixed terms?",
        attempt="Change one variable and watch the slope in the direction of the other one.",
        example=SURFACE,
        rank=12,
        whole=_diagonal,
    ),
    Mistake(
        id="hess_gradient",
        themes=("operation",),
        code="J16",
        title="gradient instead of the Hessian",
        applies="a Hessian",
        transformation="H → ∇f",
        question="How many times is the function differentiated for a Hessian?",
        attempt="Compare the shape of your answer with the shape that a matrix of second derivatives has.",
        example=SURFACE,
        source="project's own: G5 for several variables",
        rank=12,
        whole=_gradient_for_hessian,
    ),
    Mistake(
        id="hess_trace",
        code="J16",
        title="sum of the pure second derivatives",
        applies="a Hessian",
        transformation="H → fxx + fyy",
        question="Is a Hessian a number or a matrix?",
        attempt="Count the pairs of variables: each has an entry of its own.",
        example=SURFACE,
        source="project's own: M8 for Hessians",
        rank=20,
        whole=_laplacian,
    ),
    Mistake(
        id="hess_outer",
        code="J16",
        title="products of first derivatives",
        applies="a Hessian",
        transformation="H → ∇f·∇fᵀ",
        question="Differentiated again, or multiplied?",
        attempt="Say in words what one entry of the Hessian measures, then do it in two steps.",
        example=SURFACE,
        source="project's own: G6 for several variables",
        rank=20,
        whole=_outer_of_gradient,
    ),
)
