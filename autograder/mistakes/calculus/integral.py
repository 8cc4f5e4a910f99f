"""Are these the values of an antiderivative? Told by quadrature: no integral has to be found."""

from functools import cache
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.formula import evaluate
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np

    from autograder.mistakes.calculus.task import Task
else:
    np = Later("numpy")

PIECES = 4


@cache
def _rule(order: int) -> Any:
    # on first use: every notebook imports this module, few answers need it
    return np.polynomial.legendre.leggauss(order)


def is_integral(task: "Task", actual: Any) -> bool:
    """Whether the values are those of an antiderivative: their differences are integrals of f.

    Gauss-Legendre with 24 nodes between neighbouring points, halved where it is not exact; one further variable or
    more is held at each point's own value, and the constant is then taken at zero.
    """
    if task.kind != "Derivative" or task.order != 1 or actual.ndim != 1 or task.at is not None or len(actual) < 3:
        return False
    by = task.wrt[0]
    order = np.argsort(task.points[by].real)
    ends = task.points[by].real[order]
    if len(task.variables) > 1:
        pieces = _between(task, by, np.zeros_like(ends), ends, {n: v[order] for n, v in task.points.items()})
        return _same(pieces, actual[order], task.rtol)
    pieces = _between(task, by, ends[:-1], ends[1:], {})
    return _same(pieces, np.diff(actual[order]), task.rtol)


def _between(task: "Task", by: str, left: Any, right: Any, others: dict[str, Any]) -> Any:
    steps = np.arange(PIECES)[:, None, None]
    width = (right - left) / PIECES
    nodes, weights = _rule(24)
    places = left + width * (steps + (nodes[None, :, None] + 1) / 2)
    point = {name: np.broadcast_to(values, places.shape).ravel() for name, values in others.items()}
    values = evaluate(task.function, {**point, by: places.ravel() + 0j}, {})
    return (np.broadcast_to(values, places.size).reshape(places.shape) * weights[None, :, None]).sum((0, 1)) * width / 2


def _same(found: Any, actual: Any, rtol: float) -> bool:
    size = np.max(np.abs(actual)) if len(actual) else 0.0
    close = np.abs(found - actual) <= 100 * rtol * (np.abs(actual) + 0.01 * size)
    return bool(np.all(np.isfinite(found)) and size > 0 and np.all(close))
