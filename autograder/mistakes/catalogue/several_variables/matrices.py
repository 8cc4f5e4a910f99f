"""Jacobians and Hessians."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import ZERO, Node, add, mul
from autograder.mistakes.catalogue.entry import Example, Mistake

if TYPE_CHECKING:
    from autograder.mistakes.calculus import Task


Made = tuple[tuple[int, ...], list[Node]]


def _transposed(task: "Task") -> Iterator[Made]:
    if task.kind == "Jacobian":
        rows, columns = task.shape
        yield (columns, rows), [task.flat[i * columns + j] for j in range(columns) for i in range(rows)]


def _of_arrays(task: "Task", name: str) -> Iterator[Any]:
    """Wrong answers that a question about arrays makes itself."""
    if (arrays := task.data.get("arrays")) is not None:
        yield from arrays.more.get(name, ())


def _diagonal(task: "Task") -> Iterator[Any]:
    yield from _of_arrays(task, "hess_diag")
    if task.kind == "Hessian":
        n = task.shape[0]
        yield (n,), [task.flat[i * n + i] for i in range(n)]
        yield (n, n), [entry if k // n == k % n else ZERO for k, entry in enumerate(task.flat)]


def _gradient_for_hessian(task: "Task") -> Iterator[Any]:
    yield from _of_arrays(task, "hess_gradient")
    if task.kind == "Hessian":
        yield (len(task.wrt),), task.gradient()


def _laplacian(task: "Task") -> Iterator[Made]:
    if task.kind == "Hessian":
        n = task.shape[0]
        yield (), [add(*(task.flat[i * n + i] for i in range(n)))]


def _outer_of_gradient(task: "Task") -> Iterator[Any]:
    yield from _of_arrays(task, "hess_outer")
    if task.kind == "Hessian":
        slopes = task.gradient()
        n = len(slopes)
        yield (n, n), [mul(a, b) for a in slopes for b in slopes]


def _rows_exchanged(task: "Task") -> Iterator[Made]:
    if task.kind == "Jacobian" and max(task.shape) <= 4:
        rows, columns = task.shape
        for order in list(permutations(range(rows)))[1:]:
            yield task.shape, [task.flat[i * columns + j] for i in order for j in range(columns)]
        for order in list(permutations(range(columns)))[1:]:
            yield task.shape, [task.flat[i * columns + j] for i in range(rows) for j in order]
    elif task.kind == "Hessian" and task.shape[0] <= 4:
        n = task.shape[0]
        for order in list(permutations(range(n)))[1:]:
            yield task.shape, [task.flat[i * n + j] for i in order for j in order]


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
        title="rows or columns of the matrix in another order",
        applies="a Jacobian or a Hessian",
        transformation="rows or columns exchanged; in a Hessian both",
        question="Which row and which column belong to what, in the order of the question?",
        attempt="Write beside each row and above each column the name of what it belongs to.",
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
