"""The sets onto which a step of descent is projected: what an author says of one, and the function that projects."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.compare.reading import Unreadable, read_numbers
from autograder.errors import AuthorError
from autograder.mistakes import nearest

__all__ = ["SET_NUMBERS", "projection_function", "read_set", "shown_set"]

_SETS: dict[str, dict[str, Any]] = {
    "ball": {"radius": 1.0, "center": 0.0},
    "box": {"low": 0.0, "high": 1.0},
    "simplex": {"total": 1.0},
}
"""Kind of set → its numbers, with what they usually are."""
_VECTORS = ("center", "low", "high")
SET_NUMBERS = ("radius", "center", "low", "high", "total")


def read_set(options: dict[str, Any], n: int) -> dict[str, Any]:
    """What an author says of the set, taken out of the options: ``onto`` and its numbers, vectors of n as tuples.

    Raises:
        AuthorError: the set is unknown, or a number is not one of its, or out of range.
    """
    onto = options.pop("onto", None)
    if onto not in _SETS:
        raise AuthorError(f"onto={onto!r} must be one of {', '.join(map(repr, _SETS))}")
    usual = _SETS[onto]
    if foreign := [name for name in SET_NUMBERS if name in options and name not in usual]:
        raise AuthorError(f"{foreign[0]}= is no number of a {onto}, which has {', '.join(usual)}")
    read: dict[str, Any] = {"onto": onto}
    for name, value in usual.items():
        given = options.pop(name, value)
        if given is None and name in ("low", "high"):
            given = -np.inf if name == "low" else np.inf
        try:
            numbers = np.asarray(given, dtype=float)
            read[name] = tuple(np.broadcast_to(numbers, (n,)).tolist()) if name in _VECTORS else float(numbers)
        except (TypeError, ValueError):
            wanted = f"a number or {n} of them" if name in _VECTORS else "a number"
            raise AuthorError(f"{name}={given!r} must be {wanted}") from None
    if not all(read[name] > 0 for name in ("radius", "total") if name in read):
        raise AuthorError(f"{onto}: radius and total must be above 0")
    if onto == "box" and not all(low < high for low, high in zip(read["low"], read["high"], strict=True)):
        raise AuthorError(f"low={read['low']!r} must lie below high={read['high']!r} in every place")
    if onto == "simplex" and n < 2:
        raise AuthorError("a simplex has at least two coordinates")
    return read


def shown_set(settings: dict[str, Any]) -> str:
    """The set in words, for the prompt."""
    vectors = {name: f"({', '.join(f'{x:g}' for x in settings[name])})" for name in _VECTORS if name in settings}
    if settings["onto"] == "ball":
        return f"onto the ball of radius {settings['radius']:g} around {vectors['center']}"
    if settings["onto"] == "box":
        return f"onto the box from {vectors['low']} to {vectors['high']}"
    return f"onto the simplex of numbers that are not negative and have the sum {settings['total']:g}"


def projection_function(settings: dict[str, Any], n: int) -> Callable[[Any], Any]:
    """The projection of one vector of n, or of a number for n = 1; NaN of what is no such vector."""

    def project(point: Any) -> Any:
        try:
            vector = np.asarray(read_numbers(point).values, dtype=float).reshape(n)
            found = nearest(settings, vector) if np.all(np.isfinite(vector)) else np.full(n, np.nan)
        except (Unreadable, ValueError, TypeError):
            found = np.full(n, np.nan)
        return float(found[0]) if n == 1 and not isinstance(point, np.ndarray) else found

    return project
