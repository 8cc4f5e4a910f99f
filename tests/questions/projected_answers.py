"""Steps that are projected back onto a ball, a box or a simplex, as students write them: typed before the rule was."""

from typing import Any

import numpy as np

from autograder import Optimiser

BOWL = "(x - 3)**2 + 2*(y + 2)**2 + x*y"
BALL = Optimiser("projected gradient", BOWL, start=(0.5, 0), step=0.1, count=5, onto="ball", radius=1.5)
ASIDE = Optimiser("projected gradient", BOWL, start=(1, 1), step=0.1, count=5, onto="ball", radius=1, center=(1, 0.5))
BOX = Optimiser("projected gradient", BOWL, start=(0, 0), step=0.1, count=6, onto="box", low=(-1, -1), high=(1, 0.5))
HALF = Optimiser("projected gradient", BOWL, start=(1, 1), step=0.1, count=5, onto="box", low=0, high=None)
CUBE3 = "(x - 1)**2 + (y + 1)**2 + 2*(z - 0.5)**2 + x*y"
SIMPLEX = Optimiser(
    "projected gradient", CUBE3, start=(0.2, 0.5, 0.3), step=0.2, count=4, onto="simplex", wrt=("x", "y", "z")
)
LENT = Optimiser(
    "projected gradient", CUBE3, start=(0.2, 0.5, 0.3), step=0.2, count=4, onto="simplex", wrt=("x", "y", "z"),
    arguments=("grad", "project", "start", "step", "count"),
)  # fmt: skip
ONE = Optimiser(
    "projected gradient", BOWL, start=(0.5, 0), step=0.1, count=5, onto="ball", radius=1.5, arguments=("x", "g")
)
LINE = Optimiser("projected gradient", "(x - 4)**2", start=0, step=0.3, count=4, onto="box", low=-1, high=2)


def _shrunk(x: Any, r: float = 1.5) -> Any:
    n = np.linalg.norm(x)
    return x if n <= r else x / n * r


def ball_if(grad: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = x - lr * grad(x)
        if np.sqrt(x[0] ** 2 + x[1] ** 2) > 1.5:
            x = 1.5 * x / np.sqrt(x[0] ** 2 + x[1] ** 2)
    return x


def ball_min(grad: Any, x: Any, lr: float, n: int) -> Any:
    path = [x]
    for _ in range(n):
        z = path[-1] - lr * grad(path[-1])
        path.append(z * min(1, 1.5 / np.linalg.norm(z)))
    return path


def ball_max(grad: Any, x: Any, lr: float, n: int) -> Any:
    rows = [list(x)]
    for _ in range(n):
        z = np.array(rows[-1]) - lr * grad(np.array(rows[-1]))
        rows.append((z / max(1.0, np.linalg.norm(z) / 1.5)).tolist())
    return rows


def aside(grad: Any, x: Any, lr: float, n: int) -> Any:
    c, path = np.array([1, 0.5]), [x]
    for _ in range(n):
        x = c + _shrunk(x - lr * grad(x) - c, 1)
        path.append(x)
    return np.array(path)


def box_clip(grad: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = np.clip(x - lr * grad(x), [-1, -1], [1, 0.5])
    return x


def box_by_hand(grad: Any, x: Any, lr: float, n: int) -> Any:
    low, high, path = (-1, -1), (1, 0.5), [tuple(x)]
    for _ in range(n):
        g = grad(np.array(path[-1]))
        path.append(tuple(min(max(a - lr * s, b), h) for a, s, b, h in zip(path[-1], g, low, high, strict=True)))
    return path


def half_max(grad: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = np.maximum(0, x - lr * grad(x))
    return x


def _sorted(v: Any) -> Any:
    u = np.sort(v)[::-1]
    css = np.cumsum(u)
    rho = np.nonzero(u * np.arange(1, len(u) + 1) > css - 1)[0][-1]
    return np.maximum(v - (css[rho] - 1) / (rho + 1), 0)


def simplex_sorted(grad: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = _sorted(x - lr * grad(x))
    return x


def simplex_bisection(grad: Any, x: Any, lr: float, n: int) -> Any:
    path = [x]
    for _ in range(n):
        z = path[-1] - lr * grad(path[-1])
        low, high = z.min() - 1, z.max()
        for _ in range(200):
            t = (low + high) / 2
            low, high = (t, high) if np.maximum(z - t, 0).sum() > 1 else (low, t)
        path.append(np.maximum(z - low, 0))
    return path


def lent(grad: Any, project: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = project(x - lr * grad(x))
    return x


def one_step(x: Any, g: Any) -> Any:
    return _shrunk(x - 0.1 * g)


def line(grad: Any, x: float, lr: float, n: int) -> Any:
    for _ in range(n):
        x = min(2, max(-1, x - lr * grad(x)))
    return x


RIGHT = [
    (BALL, ball_if),
    (BALL, ball_min),
    (BALL, ball_max),
    (ASIDE, aside),
    (BOX, box_clip),
    (BOX, box_by_hand),
    (HALF, half_max),
    (SIMPLEX, simplex_sorted),
    (SIMPLEX, simplex_bisection),
    (LENT, lent),
    (ONE, one_step),
    (LINE, line),
]
"""(question, answer): every one is right."""


def _loop(step: Any) -> Any:
    def walk(grad: Any, x: Any, lr: float, n: int) -> Any:
        for k in range(n):
            x = step(grad, x, lr, k == n - 1)
        return x

    return walk


def _first_projected(grad: Any, x: Any, lr: float, last: bool) -> Any:
    z = _shrunk(x)
    return z - lr * grad(z)


def lent_gradient(grad: Any, project: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = x - lr * project(grad(x))
    return x


def lent_unused(grad: Any, project: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = x - lr * grad(x)
    return x


def lent_end(grad: Any, project: Any, x: Any, lr: float, n: int) -> Any:
    for _ in range(n):
        x = x - lr * grad(x)
    return project(x)


def _softmax(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum()


def _one_sided(grad: Any, x: Any, lr: float, last: bool) -> Any:
    return np.minimum(x - lr * grad(x), [1, 0.5])


def _rejecting(grad: Any, x: Any, lr: float, last: bool) -> Any:
    z = x - lr * grad(x)
    return z if np.linalg.norm(z) <= 1.5 else x


WRONG = [
    (BALL, _loop(lambda g, x, lr, last: x - lr * g(x)), "projection_forgotten"),
    (BALL, _loop(lambda g, x, lr, last: _shrunk(x - lr * g(x)) if last else x - lr * g(x)), "projection_late"),
    (BALL, _loop(lambda g, x, lr, last: x - _shrunk(lr * g(x))), "projection_forgotten"),
    (BALL, _loop(lambda g, x, lr, last: x - lr * _shrunk(g(x))), "projection_of_step"),
    (BALL, _loop(_first_projected), "projection_before"),
    (BALL, _loop(lambda g, x, lr, last: 1.5 * (x - lr * g(x)) / np.linalg.norm(x - lr * g(x))), "projection_boundary"),
    (BALL, _loop(lambda g, x, lr, last: np.clip(x - lr * g(x), -1.5, 1.5)), "projection_not_nearest"),
    (BALL, _loop(lambda g, x, lr, last: _shrunk(x - lr * g(x), 1)), "projection_size"),
    (BALL, _loop(_rejecting), "projection_rejected"),
    (BALL, _loop(lambda g, x, lr, last: _shrunk(x + lr * g(x))), "ascent_sign"),
    (BOX, _loop(_one_sided), "projection_half"),
    (BOX, _loop(lambda g, x, lr, last: x - lr * g(x)), "projection_forgotten"),
    (HALF, _loop(lambda g, x, lr, last: np.abs(x - lr * g(x))), "projection_not_nearest"),
    (SIMPLEX, _loop(lambda g, x, lr, last: np.maximum(x - lr * g(x), 0)), "projection_half"),
    (SIMPLEX, _loop(lambda g, x, lr, last: (x - lr * g(x)) - ((x - lr * g(x)).sum() - 1) / 3), "projection_half"),
    (
        SIMPLEX,
        _loop(lambda g, x, lr, last: np.maximum(x - lr * g(x), 0) / np.maximum(x - lr * g(x), 0).sum()),
        "projection_not_nearest",
    ),
    (SIMPLEX, _loop(lambda g, x, lr, last: _softmax(x - lr * g(x))), "projection_not_nearest"),
    (LENT, lent_gradient, "projection_of_step"),
    (LENT, lent_unused, "projection_forgotten"),
    (LENT, lent_end, "projection_late"),
    (ONE, lambda x, g: x - 0.1 * g, "projection_forgotten"),
    (ASIDE, lambda grad, x, lr, n: [x, *(x := _shrunk(x - lr * grad(x), 1) for _ in range(n))], "projection_center"),
    (LINE, lambda grad, x, lr, n: [x, *(x := min(2, x - lr * grad(x)) + 0.01 for _ in range(n))], None),
]
"""(question, answer, mistake or None where no name is expected)."""
