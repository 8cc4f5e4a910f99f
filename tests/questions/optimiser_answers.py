"""Answers to questions about update rules as students write them, typed by hand: the right ones.

Each is a function of what the question hands over; nothing here was made by the rules that judge it.
"""

from typing import Any

import numpy as np

from autograder import Optimiser

BOWL = "x**2 + 3*y**2 + x*y"
BEND = "(1 - x)**2 + 2*(y - x**2)**2"
MOMENTUM = Optimiser("momentum", BOWL, start=(2, -1), step=0.05, count=4, beta=0.8)
MEAN = Optimiser("momentum", BOWL, start=(2, -1), step=0.05, count=4, beta=0.8, convention="mean")
NESTEROV = Optimiser("nesterov", BOWL, start=(2, -1), step=0.05, count=4, beta=0.8)
RMSPROP = Optimiser("rmsprop", BOWL, start=(2, -1), step=0.05, count=4, rho=0.7)
ADAM = Optimiser(
    "adam",
    BOWL,
    start=(2, -1),
    step=0.07,
    count=4,
    beta1=0.8,
    beta2=0.95,
    arguments=("grad", "start", "step", "beta1", "beta2", "eps", "count"),
)
ADAM_STEP = Optimiser(
    "adam",
    BOWL,
    start=(2, -1),
    step=0.07,
    count=4,
    beta1=0.8,
    beta2=0.95,
    arguments=("x", "g", "m", "v", "t"),
    state=("m", "v"),
)
MOMENTUM_STEP = Optimiser("momentum", BOWL, start=(2, -1), step=0.05, count=4, beta=0.8, arguments=("x", "g", "state"))
NEWTON = Optimiser("newton", BEND, start=(1.5, 1), count=3)
NEWTON1 = Optimiser("newton", "exp(x) - 2*x", start=2, count=4)
BFGS = Optimiser("bfgs step", BOWL, start=(2, -1), step=0.1, count=4)
SEARCH = Optimiser("line search", BEND, start=(-1, 2), count=5, slope=0.1)


def momentum_torch(grad: Any, x: Any, lr: float, n: int) -> Any:
    path, v = [x], np.zeros(2)
    for _ in range(n):
        v = 0.8 * v + grad(x)
        x = x - lr * v
        path.append(x)
    return path


def momentum_heavy_ball(grad: Any, x0: Any, lr: float, n: int) -> Any:
    previous, x = x0, x0
    for _ in range(n):
        x, previous = x - lr * grad(x) + 0.8 * (x - previous), x
    return x


def momentum_cs231n(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = 0
    rows = np.zeros((n + 1, 2))
    rows[0] = x
    for k in range(n):
        v = 0.8 * v - lr * grad(x)
        x = x + v
        rows[k + 1] = x
    return rows


def momentum_mean(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = np.zeros_like(x)
    for _ in range(n):
        v *= 0.8
        v += 0.2 * grad(x)
        x = x - lr * v
    return x.tolist()


def momentum_in_place_of_the_start(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = np.zeros(2)
    for _ in range(n):
        v = 0.8 * v + grad(x)
        x -= lr * v
    return x


def nesterov_ahead(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = np.zeros(2)
    for _ in range(n):
        v = 0.8 * v - lr * grad(x + 0.8 * v)
        x = x + v
    return x


def nesterov_torch(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = np.zeros(2)
    out = [x]
    for _ in range(n):
        g = grad(x)
        v = 0.8 * v + g
        x = x - lr * (g + 0.8 * v)
        out.append(x)
    return np.vstack(out)


def nesterov_two_sequences(grad: Any, x0: Any, lr: float, n: int) -> Any:
    """As in Nesterov's own notation, with a constant weight."""
    x, y = x0, x0
    for _ in range(n):
        new = y - lr * grad(y)
        y = new + 0.8 * (new - x)
        x = new
    return x


def nesterov_cs231n(grad: Any, x: Any, lr: float, n: int) -> Any:
    v = np.zeros(2)
    for _ in range(n):
        previous = v
        v = 0.8 * v - lr * grad(x)
        x = x + -0.8 * previous + (1 + 0.8) * v
    return x


def rms_outside(grad: Any, x: Any, lr: float, n: int) -> Any:
    s = np.zeros(2)
    for _ in range(n):
        g = grad(x)
        s = 0.7 * s + 0.3 * g * g
        x = x - lr * g / (np.sqrt(s) + 1e-8)
    return x


def rms_inside(grad: Any, x: Any, lr: float, n: int) -> Any:
    s = [0.0, 0.0]
    x = list(x)
    for _ in range(n):
        g = grad(np.array(x))
        for i in range(2):
            s[i] = 0.7 * s[i] + (1 - 0.7) * g[i] ** 2
            x[i] -= lr * g[i] * (s[i] + 1e-8) ** -0.5
    return x


def adam_paper(grad: Any, x: Any, lr: float, b1: float, b2: float, eps: float, n: int) -> Any:
    m, v, t = 0, 0, 0
    while t < n:
        t += 1
        g = grad(x)
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        x = x - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return x


def adam_short(grad: Any, x: Any, lr: float, b1: float, b2: float, eps: float, n: int) -> Any:
    m = v = np.zeros(2)
    for t in range(1, n + 1):
        g = grad(x)
        m = m + (1 - b1) * (g - m)
        v = v + (1 - b2) * (g * g - v)
        x = x - lr * np.sqrt(1 - b2**t) / (1 - b1**t) * m / (np.sqrt(v) + eps)
    return x


def adam_inside(grad: Any, x: Any, lr: float, b1: float, b2: float, eps: float, n: int) -> Any:
    ms, vs, xs = [np.zeros(2)], [np.zeros(2)], [x]
    for t in range(n):
        g = grad(xs[-1])
        ms.append(b1 * ms[-1] + (1 - b1) * g)
        vs.append(b2 * vs[-1] + (1 - b2) * g**2)
        xs.append(xs[-1] - lr * ms[-1] / (1 - b1 ** (t + 1)) / np.sqrt(vs[-1] / (1 - b2 ** (t + 1)) + eps))
    return np.array(xs)


def adam_one_step(x: Any, g: Any, m: Any, v: Any, t: int) -> Any:
    m = 0.8 * m + 0.2 * g
    v = 0.95 * v + 0.05 * g**2
    return x - 0.07 * m / (1 - 0.8**t) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8), m, v


def momentum_one_step(x: Any, g: Any, state: Any) -> Any:
    v = g if state is None else 0.8 * state["v"] + g
    return x - 0.05 * v, {"v": v}


def newton_solve(grad: Any, hess: Any, x: Any, n: int) -> Any:
    for _ in range(n):
        x = x - np.linalg.solve(hess(x), grad(x))
    return x


def newton_inverse(grad: Any, hess: Any, x: Any, n: int) -> Any:
    path = [x]
    for _ in range(n):
        path.append(path[-1] - np.linalg.inv(hess(path[-1])).dot(grad(path[-1])))
    return path


def newton_scalar(grad: Any, hess: Any, x: float, n: int) -> Any:
    xs = [x]
    for _ in range(n):
        xs.append(xs[-1] - grad(xs[-1]) / hess(xs[-1]))
    return xs


def bfgs_inverse(grad: Any, x: Any, lr: float, n: int) -> Any:
    matrix, g = np.eye(2), grad(x)
    for _ in range(n):
        s = -lr * matrix @ g
        x = x + s
        y = grad(x) - g
        g = g + y
        sy = s @ y
        matrix = (
            matrix
            + (sy + y @ matrix @ y) / sy**2 * np.outer(s, s)
            - (np.outer(matrix @ y, s) + np.outer(s, y @ matrix)) / sy
        )
    return x


def bfgs_direct(grad: Any, x: Any, lr: float, n: int) -> Any:
    matrix, path = np.eye(2), [x]
    for _ in range(n):
        g = grad(x)
        s = lr * np.linalg.solve(matrix, -g)
        x = x + s
        y = grad(x) - g
        bs = matrix @ s
        matrix = matrix + np.outer(y, y) / (y @ s) - np.outer(bs, bs) / (s @ bs)
        path.append(x)
    return path


def search_while(f: Any, grad: Any, x: Any, n: int) -> Any:
    for _ in range(n):
        g, t = grad(x), 1.0
        while f(x - t * g) > f(x) - 0.1 * t * np.dot(g, g):
            t *= 0.5
        x = x - t * g
    return x


def search_for(f: Any, grad: Any, x: Any, n: int) -> Any:
    path = [x]
    for _ in range(n):
        d = -grad(x)
        for k in range(60):
            t = 2.0**-k
            if f(x + t * d) <= f(x) + 0.1 * t * (grad(x) @ d):
                break
        x = x + t * d
        path.append(x)
    return path


RIGHT = [
    (MOMENTUM, momentum_torch),
    (MOMENTUM, momentum_heavy_ball),
    (MOMENTUM, momentum_cs231n),
    (MOMENTUM, momentum_mean),
    (MOMENTUM, momentum_in_place_of_the_start),
    (MEAN, momentum_mean),
    (NESTEROV, nesterov_ahead),
    (NESTEROV, nesterov_torch),
    (NESTEROV, nesterov_two_sequences),
    (NESTEROV, nesterov_cs231n),
    (RMSPROP, rms_outside),
    (RMSPROP, rms_inside),
    (ADAM, adam_paper),
    (ADAM, adam_short),
    (ADAM, adam_inside),
    (ADAM_STEP, adam_one_step),
    (MOMENTUM_STEP, momentum_one_step),
    (NEWTON, newton_solve),
    (NEWTON, newton_inverse),
    (NEWTON1, newton_scalar),
    (BFGS, bfgs_inverse),
    (BFGS, bfgs_direct),
    (SEARCH, search_while),
    (SEARCH, search_for),
]
"""(question, answer): every one is right."""
