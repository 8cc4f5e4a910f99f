"""One step of each update rule of optimisation, right or with one slip: what ``updates.py`` walks with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

__all__ = [
    "Problem", "Step", "Tie", "Vector", "adam", "bfgs", "descent", "line_search", "momentum", "nesterov", "newton",
    "rmsprop",
]  # fmt: skip

Vector = Any
"""A point or a gradient, shape (n,)."""
Step = Callable[[Vector], Vector]
"""A point, shape (n,) → the next one; what a rule remembers is inside."""

MOST_SHRINKS = 200
"""A line search that has not found a step after so many tries never will."""


class Tie(ValueError):
    """A step that rounding decides, or that does not exist: no iterate after it is the right one for everybody."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The function to be minimised, of vectors of shape (n,).

    Attributes:
        value: f.
        gradient: ∇f, shape (n,).
        hessian: its Hessian, shape (n, n).
    """

    value: Callable[[Vector], float]
    gradient: Callable[[Vector], Vector]
    hessian: Callable[[Vector], Any]


def descent(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Gradient descent."""
    lr = settings["step"]

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        if slip != "one-by-one":
            return x - lr * problem.gradient(x)
        x = x.copy()
        for k in range(len(x)):
            x[k] -= lr * problem.gradient(x)[k]
        return x

    return step


def _kept(beta: float, slip: str, which: str = "") -> tuple[float, bool]:
    """What is kept of the old average, and whether old and new weights have changed places."""
    if slip in (f"overwritten{which}", f"bare{which}"):
        return 0.0, False
    if slip in (f"decay{which}", f"sum{which}"):
        return 1.0, False
    return beta, slip in ("swapped", f"swapped{which}")


def _averaged(old: Any, new: Any, beta: float, slip: str, which: str = "") -> Any:
    r"""The running mean :math:`\beta\,old + (1 - \beta)\,new`, of any shape, or what a slip makes of it."""
    kept, swapped = _kept(beta, slip, which)
    if slip == f"bare{which}":
        return new
    if slip == f"sum{which}":
        return old + new
    return (1 - beta) * old + beta * new if swapped else kept * old + (1 - beta) * new


def momentum(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Momentum: the way ``sum`` adds whole gradients to the velocity, ``mean`` a share."""
    lr, beta = settings["step"], settings["beta"]
    velocity: Any = 0.0

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal velocity
        old, slope = velocity, problem.gradient(x)
        if way == "mean":
            velocity = _averaged(old, slope, beta, slip)
        else:
            kept, swapped = _kept(beta, slip)
            velocity = ((1 - beta) if swapped else kept) * old + slope
        return x - lr * (old if slip == "late" else slope + velocity if slip == "twice" else velocity)

    return step


def nesterov(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Nesterov's: ``ahead`` and ``mean`` take the gradient ahead of x, ``shifted`` keeps the place ahead."""
    lr, beta = settings["step"], settings["beta"]
    velocity: Any = 0.0
    ahead = {"old-point": 0.0, "behind": -beta, "too-far": 1.0}.get(slip, beta)

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal velocity
        slope = problem.gradient(x if way == "shifted" else x - lr * ahead * velocity)
        if way == "mean":
            velocity = _averaged(velocity, slope, beta, slip)
        else:
            kept, swapped = _kept(beta, slip)
            velocity = ((1 - beta) if swapped else kept) * velocity + slope
        if way == "shifted":
            return x - lr * (velocity if slip == "old-point" else slope + ahead * velocity)
        return x - lr * velocity

    return step


def rmsprop(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """RMSprop: epsilon is added outside or inside of the root."""
    lr, rho, eps = settings["step"], settings["rho"], settings["eps"]
    squares: Any = 0.0

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal squares
        slope = problem.gradient(x)
        squares = _averaged(squares, slope**2, rho, slip)
        return x - lr * slope / _root(squares, eps, way, slip)

    return step


def _root(squares: Any, eps: float, way: str, slip: str) -> Any:
    """What a step is divided by, shape (n,), of the mean squares."""
    if slip == "no-root":
        return squares + eps
    return np.sqrt(squares + eps) if way == "inside" else np.sqrt(squares) + eps


def adam(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Adam: epsilon outside or inside of the root; ``short`` corrects the step length instead of both averages."""
    lr, one, two, eps = (settings[name] for name in ("step", "beta1", "beta2", "eps"))
    if slip == "exchanged":
        one, two = two, one
    mean: Any = 0.0
    squares: Any = 0.0
    time = 1 if slip == "late-count" else 0

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal mean, squares, time
        slope = problem.gradient(x)
        time = 1 if slip == "first-count" else time + 1
        mean = _averaged(mean, slope, one, slip, "-1")
        squares = _averaged(squares, slope**2, two, slip, "-2")
        first, second = 1 - one**time, 1 - two**time
        if slip in ("uncorrected", "uncorrected-1"):
            first = 1.0
        if slip in ("uncorrected", "uncorrected-2"):
            second = 1.0
        if way == "short" and slip != "corrected-kept":  # with the short formula nothing corrected can be kept
            return x - lr * np.sqrt(second) / first * mean / _root(squares, eps, "outside", slip)
        corrected, spread = mean / first, squares / second
        if slip == "corrected-kept":
            mean, squares = corrected, spread
        return x - lr * corrected / _root(spread, eps, way, slip)

    return step


def newton(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Newton's, damped by the step length."""
    lr = settings["step"]
    kept: list[Any] = []

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        slope, bends = problem.gradient(x), problem.hessian(x)
        if slip == "first-hessian":
            kept.append(bends)
            bends = kept[0]
        if slip == "not-inverted":
            return x - lr * bends @ slope
        if slip == "entrywise":
            return x - lr * (1 / bends) @ slope
        if slip == "diagonal":
            return x - lr * slope / np.diag(bends)
        try:
            return x - lr * np.linalg.solve(bends, slope)
        except np.linalg.LinAlgError:
            raise Tie("the Hessian cannot be inverted") from None

    return step


def bfgs(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """BFGS from the identity, with a fixed step length."""
    lr = settings["step"]
    inverse: Any = None

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal inverse
        if inverse is None:
            inverse = np.eye(len(x))
        slope = problem.gradient(x)
        new = x - lr * inverse @ slope
        moved, turned = new - x, problem.gradient(new) - slope
        along = float(moved @ turned)
        if not slip and np.isfinite(along) and along <= 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
            raise Tie("the slope does not grow along the step, so there is no BFGS update")
        inverse = _bfgs_update(inverse, moved, turned, slip)
        return new

    return step


def _bfgs_update(inverse: Any, moved: Vector, turned: Vector, slip: str) -> Any:
    """The next approximation of the inverse Hessian, (n, n) both, from the step and the change of slope, (n,) each."""
    if slip == "not-updated":
        return inverse
    if slip == "not-inverted":  # an approximation of the Hessian itself, used where its inverse belongs
        bent = inverse @ moved
        return inverse - np.outer(bent, bent) / (moved @ bent) + np.outer(turned, turned) / (turned @ moved)
    if slip == "exchanged":
        moved, turned = turned, moved
    if slip == "other-sign":
        turned = -turned
    rho = 1 / (turned @ moved)
    left = np.eye(len(moved)) - rho * np.outer(moved, turned)
    right = left if slip == "not-transposed" else left.T
    added = 0.0 if slip == "not-added" else rho * np.outer(moved, moved)
    return left @ inverse @ right + added


def line_search(problem: Problem, settings: Mapping[str, float], way: str, slip: str) -> Step:
    """Steepest descent that halves its step until it falls far enough (Armijo)."""
    first, enough, shrink = settings["step"], settings["slope"], settings["shrink"]
    kept = first

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal kept
        here, slope = problem.value(x), problem.gradient(x)
        fall = float(slope @ slope)
        if slip == "length":
            fall = float(np.sqrt(fall))
        if slip == "armijo-sign":
            fall = -fall
        length = kept if slip == "kept" else first
        for tries in range(MOST_SHRINKS):
            value, bound = problem.value(x - length * slope), here - enough * length * fall
            if not slip and not abs(value - bound) > 1e-10 * (abs(value) + abs(bound)) and fall:
                raise Tie("whether a step of the line search falls far enough is a tie, or f has no value there")
            if value <= bound or slip == "no-search" or (slip == "once" and tries == 1):
                break
            length *= shrink
        kept = length
        return x - length * slope

    return step
