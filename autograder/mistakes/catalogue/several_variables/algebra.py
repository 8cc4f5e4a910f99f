"""Derivatives of matrix expressions.

A matrix task names its matrices in the question's data: ``A`` alone for the gradient of c·xᵀAx, ``A`` and ``b`` for
c·‖Ax − b‖² (c = 1/n for a mean), ``outer`` and ``inner`` for a product of Jacobians. Layers have a file of their own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import Node, Task, add, evaluate, mul, num, var
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.model import Evidence
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

Made = tuple[tuple[int, ...], list[Node]]

Vector = list[Node]


def _data(task: Task, *names: str) -> list[Any] | None:
    if not all(name in task.data for name in names):
        return None
    return [np.asarray(task.data[name], dtype=float) for name in names]


def _times(matrix: Any, vector: Vector) -> Vector:
    return [add(*(mul(num(float(a)), x) for a, x in zip(row, vector, strict=True))) for row in matrix]


def scale(task: Task) -> float | None:
    """The number c of a function c·xᵀAx or c·‖Ax − b‖² with the data's A and b; None for any other function."""
    found = _data(task, "A", "b") if "b" in task.data else _data(task, "A")
    if found is None or task.kind != "Gradient" or {*task.wrt} != {*task.variables}:
        return None
    A, *b = found
    if A.ndim != 2 or A.shape[1] != len(task.wrt) or (b and b[0].shape != A.shape[:1]):
        return None
    if not b and A.shape[0] != A.shape[1]:
        return None
    places = np.random.default_rng(0).uniform(0.5, 2.0, (4, len(task.wrt)))
    values = evaluate(task.function, {name: places[:, k].astype(complex) for k, name in enumerate(task.wrt)}, {}).real
    plain = ((places @ A.T - b[0]) ** 2).sum(axis=1) if b else ((places @ A) * places).sum(axis=1)
    with np.errstate(all="ignore"):
        ratio = np.broadcast_to(values, plain.shape) / plain
    return float(ratio[0]) if np.all(np.abs(ratio - ratio[0]) <= 1e-9 * abs(ratio[0])) else None


def fits_data(evidence: Evidence | None) -> bool:
    """Whether a question's function is the one that its matrices make; also where no formula can be compared."""
    try:
        return evidence is None or scale(Task(evidence)) is not None
    except ValueError:  # too large a formula, of which no mistake is named either
        return True


def _quadratic(task: Task, matrix: Any) -> Iterator[Made]:
    factor = None if "b" in task.data else scale(task)
    if factor is not None:
        A = np.asarray(task.data["A"], dtype=float)
        yield task.shape, _times(factor * matrix(A), [var(name) for name in task.wrt])


def _once(task: Task) -> Iterator[Made]:
    yield from _quadratic(task, lambda A: A)


def _symmetric(task: Task) -> Iterator[Made]:
    yield from _quadratic(task, lambda A: 2 * A)


def _other_side(task: Task) -> Iterator[Made]:
    yield from _quadratic(task, lambda A: A.T)
    yield from _quadratic(task, lambda A: 2 * A.T)
    yield from _quadratic(task, lambda A: (A + A.T) / 2)


def _residual(task: Task, side: float = -1.0) -> tuple[float, Any, Vector] | None:
    """c, A and Ax − b; ``side`` is what b is multiplied by."""
    factor = scale(task) if "b" in task.data else None
    if factor is None:
        return None
    A, b = (np.asarray(task.data[name], dtype=float) for name in ("A", "b"))
    product = _times(A, [var(name) for name in task.wrt])
    return factor, A, [add(entry, num(side * float(value))) for entry, value in zip(product, b, strict=True)]


def _no_transpose(task: Task) -> Iterator[Made]:
    if (found := _residual(task)) is not None:
        factor, A, residual = found
        for twice in (2 * factor, factor):
            yield (len(residual),), [mul(num(twice), entry) for entry in residual]
        if A.shape[0] == A.shape[1]:
            yield task.shape, _times(2 * factor * A, residual)


def _squares(task: Task, times: float, side: float = -1.0) -> Iterator[Made]:
    if (found := _residual(task, side)) is not None:
        factor, A, residual = found
        yield task.shape, _times(times * factor * A.T, residual)


def _no_two(task: Task) -> Iterator[Made]:
    yield from _squares(task, 1.0)


def _residual_sign(task: Task) -> Iterator[Made]:
    yield from _squares(task, -1.0)
    yield from _squares(task, -2.0)


def _other_side_lost(task: Task) -> Iterator[Made]:
    for times in (2.0, 1.0):
        yield from _squares(task, times, side=0.0)
        yield from _squares(task, times, side=1.0)


def _mean(task: Task) -> Iterator[Made]:
    if "b" not in task.data:
        return
    count = len(np.asarray(task.data["b"]))
    asked = scale(task)
    # a mean where a sum was asked for, and a sum where a mean was
    other = count if asked is not None and abs(asked * count - 1) < 1e-9 else 1 / count
    yield from _squares(task, 2.0 * other)
    yield from _squares(task, 1.0 * other)


def _fixed(values: Any) -> Made:
    array = np.asarray(values, dtype=float)
    return array.shape, [num(float(value)) for value in array.ravel()]


def _chain_order(task: Task) -> Iterator[Made]:
    found = _data(task, "outer", "inner")
    if found is not None and found[1].shape[-1] == found[0].shape[0]:
        yield _fixed(found[1] @ found[0])


FORM = Example(
    function="2*x**2 + 3*x*y + 5*y**2",
    variables=("x", "y"),
    kind="Gradient",
    data={"A": [[2.0, 1.0], [2.0, 5.0]]},
)

SQUARES = Example(
    function="(x + 2*y - 1)**2 + (3*x - 2)**2 + (y - 4)**2",
    variables=("x", "y"),
    kind="Gradient",
    data={"A": [[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]], "b": [1.0, 2.0, 4.0]},
)


def _array(data: dict[str, Any], right: Any) -> Example:
    return Example(kind="Array", data={**data, "right": right}, variables=())


ENTRIES: tuple[Mistake, ...] = (
    Mistake(
        id="Ax",
        code="J3",
        title="matrix times vector",
        applies="the gradient of xᵀAx",
        transformation="→ A·x",
        question="How often does the vector appear in the function?",
        attempt="Write the function out for two coordinates and differentiate it by hand.",
        example=FORM,
        rank=14,
        whole=_once,
    ),
    Mistake(
        id="2Ax",
        code="J4",
        title="matrix taken for symmetric",
        applies="the gradient of xᵀAx with A not symmetric",
        transformation="→ 2·A·x",
        question="What did you assume about the matrix?",
        attempt="Compare the matrix with its mirror image.",
        example=FORM,
        rank=12,
        whole=_symmetric,
    ),
    Mistake(
        id="ATx",
        instead_of=("half",),
        code="J5",
        title="one side of the quadratic form only",
        applies="the gradient of xᵀAx",
        transformation="→ Aᵀ·x, (A + Aᵀ)·x/2",
        question="How often does the vector appear in the function?",
        attempt="Write the function out for two coordinates and differentiate it by hand.",
        example=FORM,
        rank=16,
        whole=_other_side,
    ),
    Mistake(
        id="ls_no_AT",
        code="J6",
        title="transposed matrix left out",
        applies="the gradient of ‖Ax − b‖²",
        transformation="→ 2(Ax − b)",
        question="How many entries must a gradient have?",
        attempt="Print the shapes of everything in your formula, and of the answer.",
        example=SQUARES,
        rank=12,
        whole=_no_transpose,
    ),
    Mistake(
        id="ls_no2",
        instead_of=("half", "pow_nocoef"),
        themes=("factor",),
        code="J6",
        title="factor of the square left out",
        applies="the gradient of ‖Ax − b‖²",
        transformation="→ Aᵀ(Ax − b)",
        question="What does a square bring down?",
        attempt="Do it for one equation and one unknown first.",
        example=SQUARES,
        rank=14,
        whole=_no_two,
    ),
    Mistake(
        id="ls_sign",
        instead_of=("neg",),
        themes=("sign",),
        code="J6",
        title="residual the wrong way round",
        applies="the gradient of ‖Ax − b‖²",
        transformation="→ Aᵀ(b − Ax)",
        question="Which minus which?",
        attempt="Step a little against your gradient: the sum of squares must go down.",
        example=SQUARES,
        rank=14,
        whole=_residual_sign,
    ),
    Mistake(
        id="ls_mean",
        code="J6",
        title="a mean for a sum, or a sum for a mean",
        applies="the gradient of ‖Ax − b‖²",
        transformation="→ 2Aᵀ(Ax − b)/n, or without 1/n",
        question="A sum or a mean: which was asked for?",
        attempt="Repeat every equation once more in your mind: must the answer change?",
        instead_of=("half", "double", "coef_drop"),
        example=SQUARES,
        rank=16,
        whole=_mean,
    ),
    Mistake(
        id="ls_rhs",
        code="J6",
        title="right-hand side lost, or added",
        applies="the gradient of ‖Ax − b‖²",
        transformation="→ 2AᵀAx, 2Aᵀ(Ax + b)",
        question="What must the gradient be where all equations hold?",
        attempt="Look for the right-hand side of the equations in your formula, and at the sign in front of it.",
        example=SQUARES,
        source="project's own",
        rank=14,
        whole=_other_side_lost,
    ),
    Mistake(
        id="chain_order",
        code="J7",
        title="Jacobians multiplied in the other order",
        applies="the Jacobian of a composition; data outer, inner",
        transformation="Jg·Jf → Jf·Jg",
        question="Which map acts first?",
        attempt="Send one vector through: which matrix does it meet first?",
        example=_array(
            {"outer": [[1.0, 2.0], [0.0, 3.0]], "inner": [[2.0, 1.0], [1.0, 4.0]]}, [[4.0, 9.0], [3.0, 12.0]]
        ),
        rank=12,
        whole=_chain_order,
    ),
)
