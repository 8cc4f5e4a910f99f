"""The nearest point of a ball, a box or a simplex, the step that is projected onto one, and what goes wrong in it.

Source: the simplex by J. Duchi et al., "Efficient projections onto the l1-ball for learning in high dimensions", ICML
2008; the method by A. Goldstein, "Convex programming in Hilbert space", Bulletin of the AMS 70, 1964.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.formula import Node, div, dot, mul, sub
from autograder.mistakes.calculus.steps import Problem, Step, Tie, Vector
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
else:
    np = Later("numpy")

__all__ = ["PROJECTION_SLIPS", "nearest", "projected", "tangential"]

PROJECTION_SLIPS: dict[str, tuple[str, ...]] = {
    "projection_forgotten": ("none",),
    "projection_late": ("last",),
    "projection_of_step": ("of-step", "of-gradient"),
    "projection_before": ("before", "moved-before"),
    "projection_boundary": ("boundary",),
    "projection_half": ("half-0", "half-1"),
    "projection_size": ("unit-size", "squared-size", "size-of-square"),
    "projection_center": ("center",),
    "projection_rejected": ("rejected",),
    "projection_not_nearest": ("other-0", "other-1", "other-2"),
}


def nearest(settings: Mapping[str, Any], z: Vector) -> Vector:
    """The point of the set that is nearest to a point, shape (n,) both.

    >>> nearest({"onto": "simplex", "total": 1.0}, np.array([0.9, 0.5, -1.0])).round(3).tolist()
    [0.7, 0.3, 0.0]
    >>> nearest({"onto": "ball", "radius": 5.0, "center": 0.0}, np.array([6.0, 8.0])).tolist()
    [3.0, 4.0]
    """
    if settings["onto"] == "box":
        return np.minimum(np.maximum(z, settings["low"]), settings["high"])
    if settings["onto"] == "ball":
        away = z - settings["center"]
        length = float(np.linalg.norm(away))
        return z if length <= settings["radius"] else settings["center"] + away * (settings["radius"] / length)
    falling = np.sort(z)[::-1]
    shifts = (np.cumsum(falling) - settings["total"]) / np.arange(1, len(z) + 1)
    return np.maximum(z - shifts[np.flatnonzero(falling > shifts)[-1]], 0.0)


def tangential(vector: list[Node], normals: list[list[Node]]) -> list[Node]:
    """A vector without its parts along the normals, which need not stand at right angles to each other."""
    upright: list[list[Node]] = []
    for normal in [*normals, vector]:
        for other in upright:
            share = div(dot(normal, other), dot(other, other))
            normal = [sub(a, mul(share, b)) for a, b in zip(normal, other, strict=True)]
        upright.append(normal)
    return upright[-1]


def projected(problem: Problem, settings: Mapping[str, Any], way: str, slip: str) -> Step:
    """A step of descent, and from there to the nearest point of the set."""
    lr, count = settings["step"], 0
    place = _instead(settings, slip)

    def step(x: Vector) -> Vector:
        """The next point, shape (n,)."""
        nonlocal count
        count += 1
        if slip == "moved-before":
            x = nearest(settings, x)
            return x - lr * problem.gradient(x)
        slope = problem.gradient(x)
        if slip == "of-step":
            return x - nearest(settings, lr * slope)
        if slip == "of-gradient":
            return x - lr * nearest(settings, slope)
        if slip == "before":
            return nearest(settings, x) - lr * slope
        z = x + lr * slope if slip == "ascent" else x - lr * slope
        if slip == "none" or (slip == "last" and count < settings["count"]):
            return z
        if slip == "rejected":
            return z if np.allclose(nearest(settings, z), z, rtol=0, atol=1e-12) else x
        return place(z)

    return step


def _instead(settings: Mapping[str, Any], slip: str) -> Callable[[Vector], Vector]:
    """What is done to a point, shape (n,) before and after, in the place of the projection.

    Raises:
        Tie: nobody does that with this kind of set.
    """
    if slip.startswith(("half", "other", "boundary", "center")) or slip.endswith(("size", "square")):
        made = dict(_others(settings))
        if slip not in made:
            raise Tie(f"no {slip} on a {settings['onto']}")
        return made[slip]
    return lambda z: nearest(settings, z)


def _others(settings: Mapping[str, Any]) -> Iterator[tuple[str, Callable[[Vector], Vector]]]:
    """Slip → what it does with a point, shape (n,), for the slips that a kind of set has."""
    if settings["onto"] == "box":
        low, high = np.asarray(settings["low"]), np.asarray(settings["high"])
        yield "half-0", lambda z: np.maximum(z, low)
        yield "half-1", lambda z: np.minimum(z, high)
        yield "unit-size", lambda z: np.clip(z, 0.0, 1.0)
        yield "other-0", lambda z: low + np.abs(z - low)
        yield "other-1", lambda z: np.where((z < low) | (z > high), 0.0, z)
    elif settings["onto"] == "ball":
        radius, center = settings["radius"], np.asarray(settings["center"])
        yield "boundary", lambda z: center + (z - center) * radius / np.linalg.norm(z - center)
        yield "center", lambda z: nearest({**settings, "center": 0.0}, z)
        yield "unit-size", lambda z: nearest({**settings, "radius": 1.0}, z)
        yield "squared-size", lambda z: nearest({**settings, "radius": radius**2}, z)
        yield "size-of-square", lambda z: nearest({**settings, "radius": radius**0.5}, z)
        yield "other-0", lambda z: np.clip(z, center - radius, center + radius)
        yield "other-1", lambda z: center + (z - center) * min(1.0, radius / np.abs(z - center).sum())
        yield "other-2", lambda z: center + (z - center) * min(1.0, radius / np.abs(z - center).max())
    else:
        total = settings["total"]
        yield "half-0", lambda z: np.maximum(z, 0.0)
        yield "half-1", lambda z: z - (z.sum() - total) / len(z)
        yield "unit-size", lambda z: nearest({**settings, "total": 1.0}, z)
        yield "other-0", lambda z: total * np.maximum(z, 0.0) / np.maximum(z, 0.0).sum()
        yield "other-1", lambda z: total * np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        yield "other-2", lambda z: total * np.abs(z) / np.abs(z).sum()
