"""Wrong answers to questions about update rules as students write them, typed by hand, and the mistake of each."""

from typing import Any

import numpy as np

from tests.questions.optimiser_answers import (
    ADAM,
    ADAM_STEP,
    BFGS,
    MEAN,
    MOMENTUM,
    NESTEROV,
    NEWTON,
    NEWTON1,
    RMSPROP,
    SEARCH,
    momentum_torch,
)


def _loop(update: Any) -> Any:
    """A student's loop around one line that updates x and what is kept."""

    def run(grad: Any, x: Any, lr: float, n: int) -> Any:
        kept: Any = np.zeros(2)
        for t in range(1, n + 1):
            x, kept = update(x, kept, grad, lr, t)
        return x

    return run


def _adam(update: Any) -> Any:
    def run(grad: Any, x: Any, lr: float, b1: float, b2: float, eps: float, n: int) -> Any:
        m, v = np.zeros(2), np.zeros(2)
        with np.errstate(all="ignore"):
            for t in range(n):
                x, m, v = update(x, m, v, grad(x), lr, b1, b2, eps, t)
        return x

    return run


def _newton(step: Any) -> Any:
    def run(grad: Any, hess: Any, x: Any, n: int) -> Any:
        for _ in range(n):
            x = x - step(hess(x), grad(x))
        return x

    return run


def momentum_no_memory(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = grad(x)
    return x - lr * v, v


def momentum_up(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v - lr * grad(x)
    return x - v, v


def momentum_lr_twice(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v + lr * grad(x)
    return x - lr * v, v


def momentum_swapped(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = (1 - 0.8) * v + 0.8 * grad(x)
    return x - lr * v, v


def momentum_sum(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = v + grad(x)
    return x - lr * v, v


def momentum_late(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    return x - lr * v, 0.8 * v + grad(x)


def momentum_both(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    g = grad(x)
    v = 0.8 * v - lr * g
    x = x - lr * g
    x += v
    return x, v


def momentum_no_lr(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v + grad(x)
    return x - v, v


def momentum_plain_sum(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v + grad(x)
    return x - lr * v, v


def one_too_many(grad: Any, x: Any, lr: float, n: int) -> Any:
    return momentum_torch(grad, x, lr, n + 1)[-1]


def same_array(grad: Any, x: Any, lr: float, n: int) -> Any:
    path, v = [x], np.zeros(2)
    for _ in range(n):
        v = 0.8 * v + grad(x)
        x -= lr * v
        path.append(x)
    return path


def nesterov_here(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v - lr * grad(x)
    return x + v, v


def nesterov_behind(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = 0.8 * v - lr * grad(x - 0.8 * v)
    return x + v, v


def nesterov_no_memory(x: Any, v: Any, grad: Any, lr: float, t: int) -> Any:
    v = -lr * grad(x + 0.8 * v)
    return x + v, v


def rms_sum(x: Any, s: Any, grad: Any, lr: float, t: int) -> Any:
    g = grad(x)
    s = s + g**2
    return x - lr * g / (np.sqrt(s) + 1e-8), s


def rms_swapped(x: Any, s: Any, grad: Any, lr: float, t: int) -> Any:
    g = grad(x)
    s = 0.3 * s + 0.7 * g**2
    return x - lr * g / np.sqrt(s + 1e-8), s


def rms_no_root(x: Any, s: Any, grad: Any, lr: float, t: int) -> Any:
    g = grad(x)
    s = 0.7 * s + 0.3 * g**2
    return x - lr * g / (s + 1e-8), s


def rms_no_memory(x: Any, s: Any, grad: Any, lr: float, t: int) -> Any:
    g = grad(x)
    s = (1 - 0.7) * g**2
    return x - lr * g / (np.sqrt(s) + 1e-8), s


def adam_no_correction(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return x - lr * m / (np.sqrt(v) + eps), m, v


def adam_half_corrected(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return x - lr * m / (1 - b1 ** (t + 1)) / (np.sqrt(v) + eps), m, v


def adam_from_zero(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return x - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def adam_kept(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = (b1 * m + (1 - b1) * g) / (1 - b1 ** (t + 1))
    v = (b2 * v + (1 - b2) * g**2) / (1 - b2 ** (t + 1))
    return x - lr * m / (np.sqrt(v) + eps), m, v


def adam_fixed_time(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return x - lr * m / (1 - b1) / (np.sqrt(v / (1 - b2)) + eps), m, v


def adam_swapped(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = (1 - b1) * m + b1 * g
    v = b2 * v + (1 - b2) * g**2
    return x - lr * m / (1 - b1 ** (t + 1)) / (np.sqrt(v / (1 - b2 ** (t + 1))) + eps), m, v


def adam_exchanged(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b2 * m + (1 - b2) * g
    v = b1 * v + (1 - b1) * g**2
    return x - lr * m / (1 - b2 ** (t + 1)) / (np.sqrt(v / (1 - b1 ** (t + 1))) + eps), m, v


def adam_up(x: Any, m: Any, v: Any, g: Any, lr: float, b1: float, b2: float, eps: float, t: int) -> Any:
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return x + lr * m / (1 - b1 ** (t + 1)) / (np.sqrt(v / (1 - b2 ** (t + 1))) + eps), m, v


def adam_step_without_memory(x: Any, g: Any, m: Any, v: Any, t: int) -> Any:
    m = 0.2 * g
    v = 0.95 * v + 0.05 * g**2
    return x - 0.07 * m / (1 - 0.8**t) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8), m, v


def newton_kept_hessian(grad: Any, hess: Any, x: Any, n: int) -> Any:
    inverse = np.linalg.inv(hess(x))
    for _ in range(n):
        x = x - inverse @ grad(x)
    return x


def bfgs_exchanged(grad: Any, x: Any, lr: float, n: int) -> Any:
    matrix = np.eye(2)
    for _ in range(n):
        g = grad(x)
        y = -lr * matrix @ g
        x = x + y
        s = grad(x) - g
        left = np.eye(2) - np.outer(s, y) / (y @ s)
        matrix = left @ matrix @ left.T + np.outer(s, s) / (y @ s)
    return x


def bfgs_never(grad: Any, x: Any, lr: float, n: int) -> Any:
    matrix = np.eye(2)
    for _ in range(n):
        x = x - lr * matrix @ grad(x)
    return x


def bfgs_not_transposed(grad: Any, x: Any, lr: float, n: int) -> Any:
    matrix = np.eye(2)
    for _ in range(n):
        g = grad(x)
        s = -lr * matrix @ g
        x = x + s
        y = grad(x) - g
        left = np.eye(2) - np.outer(s, y) / (y @ s)
        matrix = left @ matrix @ left + np.outer(s, s) / (y @ s)
    return x


def _search(t: float, condition: Any, *, again: bool = True, reset: bool = True) -> Any:
    def run(f: Any, grad: Any, x: Any, n: int) -> Any:
        length = t
        for _ in range(n):
            g = grad(x)
            length = t if reset else length
            while condition(f, x, length, g):
                length /= 2
                if not again:
                    break
            x = x - length * g
        return x

    return run


WRONG = [
    (MOMENTUM, _loop(momentum_no_memory), "velocity_overwritten"),
    (MOMENTUM, _loop(momentum_up), "ascent_sign"),
    (MOMENTUM, _loop(momentum_lr_twice), "lr_squared"),
    (MOMENTUM, _loop(momentum_swapped), "beta_swapped"),
    (MOMENTUM, _loop(momentum_sum), "decay_forgotten"),
    (MOMENTUM, _loop(momentum_late), "velocity_late"),
    (MOMENTUM, _loop(momentum_both), "gradient_twice"),
    (MOMENTUM, _loop(momentum_no_lr), "lr_missing"),
    (MOMENTUM, one_too_many, "off_by_one"),
    (MOMENTUM, same_array, "path_aliased"),
    (MEAN, _loop(momentum_plain_sum), "other_convention"),
    (NESTEROV, _loop(nesterov_here), "gradient_old_point"),
    (NESTEROV, _loop(nesterov_behind), "look_ahead_wrong"),
    (NESTEROV, _loop(nesterov_no_memory), "velocity_overwritten"),
    (RMSPROP, _loop(rms_sum), "decay_forgotten"),
    (RMSPROP, _loop(rms_swapped), "beta_swapped"),
    (RMSPROP, _loop(rms_no_root), "root_missing"),
    (RMSPROP, _loop(rms_no_memory), "velocity_overwritten"),
    (ADAM, _adam(adam_no_correction), "bias_forgotten"),
    (ADAM, _adam(adam_half_corrected), "bias_forgotten"),
    (ADAM, _adam(adam_from_zero), "bias_zero"),
    (ADAM, _adam(adam_kept), "bias_kept"),
    (ADAM, _adam(adam_fixed_time), "bias_step"),
    (ADAM, _adam(adam_swapped), "beta_swapped"),
    (ADAM, _adam(adam_exchanged), "betas_exchanged"),
    (ADAM, _adam(adam_up), "ascent_sign"),
    (ADAM_STEP, adam_step_without_memory, "velocity_overwritten"),
    (NEWTON, _newton(lambda hessian, g: hessian @ g), "hessian_not_inverted"),
    (NEWTON, _newton(lambda hessian, g: (1 / hessian) @ g), "hessian_not_inverted"),
    (NEWTON, _newton(lambda hessian, g: g / np.diag(hessian)), "hessian_diagonal"),
    (NEWTON, _newton(lambda hessian, g: -np.linalg.solve(hessian, g)), "ascent_sign"),
    (NEWTON, newton_kept_hessian, "hessian_start"),
    (NEWTON1, _newton(lambda hessian, g: hessian * g), "hessian_not_inverted"),
    (BFGS, bfgs_exchanged, "bfgs_exchanged"),
    (BFGS, bfgs_never, "bfgs_not_updated"),
    (BFGS, bfgs_not_transposed, "bfgs_terms"),
    (SEARCH, _search(1.0, lambda f, x, t, g: f(x - t * g) > f(x) + 0.1 * t * g @ g), "armijo_sign"),
    (SEARCH, _search(1.0, lambda f, x, t, g: f(x - t * g) > f(x) - 0.1 * t * np.linalg.norm(g)), "armijo_length"),
    (SEARCH, _search(1.0, lambda f, x, t, g: f(x - t * g) > f(x) - 0.1 * t * g @ g, again=False), "search_once"),
    (SEARCH, _search(1.0, lambda f, x, t, g: f(x - t * g) > f(x) - 0.1 * t * g @ g, reset=False), "step_kept"),
    (SEARCH, _search(1.0, lambda f, x, t, g: False), "search_missing"),
]
"""(question, answer, mistake that is named first): every one is wrong."""
