"""How much of a figure is described: long arrays are thinned out, very many lines joined, and the rest is left out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.plots.data import Line, Numbers

MAX_POINTS = 4_000
"""Per artist; more are thinned out evenly. A judge needs a few dozen."""
MAX_ARTISTS = 400
MAX_READ = 10_000
"""Lines and arrows that are looked at: a curve may have been drawn piece by piece."""


class Thin:
    """Turns arrays into tuples of at most :data:`MAX_POINTS` numbers and remembers whether anything was left out."""

    def __init__(self) -> None:
        self.cut = False

    def __call__(self, *columns: Any) -> tuple[Numbers, ...]:
        flat = [floats(column) for column in columns]
        length = min(len(column) for column in flat)
        pick = np.arange(length)
        if length > MAX_POINTS:
            self.cut = True
            pick = np.unique(np.linspace(0, length - 1, MAX_POINTS).astype(int))
        return tuple(tuple(column[pick].tolist()) for column in flat)

    def first(self, items: Sequence[Any], most: int = MAX_ARTISTS) -> list[Any]:
        """The first items, as many as are read."""
        self.cut = self.cut or len(items) > most
        return list(items)[:most]


def floats(values: Any) -> np.ndarray[Any, Any]:
    """Numbers in a row, shape (M,), NaN for what is masked or none."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(float), np.nan)
    try:
        return np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError):  # categories and dates are not what a derivative is plotted over
        return np.full(np.size(values), np.nan)


def few(lines: Sequence[Line], thin: Thin) -> list[Line]:
    """At most :data:`MAX_ARTISTS` lines; of more, those that continue each other become one, and so do single dots."""
    if len(lines) <= MAX_ARTISTS:
        return list(lines)
    rows: list[list[Line]] = []
    dots = [line for line in lines if len(line.x) == 1 and line.z is None]
    for line in (line for line in lines if len(line.x) > 1 or line.z is not None):
        if rows and _continues(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    joined = [_in_a_row(row, thin) if len(row) > 1 else row[0] for row in [*rows, dots] if row]
    return thin.first(sorted(joined, key=lambda line: -len(line.x)))


def _continues(before: Line, line: Line) -> bool:
    flat = before.z is None and line.z is None and before.drawn == line.drawn
    return flat and (before.x[-1:], before.y[-1:]) == (line.x[:1], line.y[:1])


def _in_a_row(lines: Sequence[Line], thin: Thin) -> Line:
    """Lines as one, without the points at which they meet; dots stay dots."""
    drawn = len(lines[0].x) > 1 and lines[0].drawn
    skip = int(len(lines[0].x) > 1)
    x, y = (
        [*getattr(lines[0], column), *(value for line in lines[1:] for value in getattr(line, column)[skip:])]
        for column in ("x", "y")
    )
    x_kept, y_kept = thin(x, y)
    return Line(x=x_kept, y=y_kept, label=lines[0].label, drawn=drawn)
