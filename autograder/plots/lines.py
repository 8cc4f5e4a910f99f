"""The lines, marks and arrows of a figure, read as the lines that they stand for."""

from autograder.plots.base import finite
from autograder.plots.data import Arrows, AxesData, Line

__all__ = ["curves", "scattered", "shafts"]


def curves(axes: AxesData, *, least: int = 3) -> list[Line]:
    """What may be the graph of a function: lines, scatters, and short lines or single points as one graph together."""
    short = [line for line in axes.lines if len(line.x) < 3 and line.z is None]
    columns = ([value for line in short for value in line.x], [value for line in short for value in line.y])
    joined = Line(x=tuple(columns[0]), y=tuple(columns[1]), drawn=False)
    lines = [line for line in axes.lines if len(line.x) >= least]
    return [line for line in [*lines, *scattered(axes), joined] if len(line.x) >= least]


def scattered(axes: AxesData) -> list[Line]:
    """Marks, each set of them as a line that is not drawn."""
    return [Line(x=points.x, y=points.y, z=points.z, label=points.label, drawn=False) for points in axes.points]


def shafts(axes: AxesData) -> list[Line]:
    """Arrows whose length is that of the axes, each as the line from its start to its tip."""
    return [shaft for drawn in axes.arrows for shaft in _shafts_of(drawn)]


def _shafts_of(drawn: Arrows) -> list[Line]:
    if drawn.angles != "xy" or not drawn.scale:
        return []
    shafts = []
    for x, y, u, v in zip(*finite(drawn.x, drawn.y, drawn.u, drawn.v), strict=True):
        along, up = u / drawn.scale, v / drawn.scale
        x0, y0 = x - drawn.before * along, y - drawn.before * up
        shafts.append(Line(x=(x0, x0 + along), y=(y0, y0 + up)))
    return shafts
