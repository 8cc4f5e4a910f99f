"""What a figure shows, and whether it shows what was asked.

:func:`describe` turns a figure into plain data where the figure is, in the student's process; the questions work on
that data alone, so that a figure is judged without Matplotlib and without anything of the student's.

``describe.py`` makes the records of ``data.py``, as much as ``thinning.py`` lets. Questions are in ``base.py``,
``curves.py``, ``several.py``, ``fields.py``, ``arrows.py``, ``methods.py``, ``losses.py`` and ``notes.py``; they read
lines by ``lines.py``. ``graphs/`` has computational graphs.
"""

from importlib import import_module
from typing import Any

from autograder.plots.data import AxesData, FigureData
from autograder.plots.describe import describe, figure_of
from autograder.plots.graphs import graph_data

_ROOM_OF = {
    "AnnotatedPlot": "notes",
    "ComputationalGraph": "graphs",
    "ContourPlot": "fields",
    "CrossSectionPlot": "curves",
    "CurvesPlot": "several",
    "ErrorPlot": "methods",
    "LossPlot": "losses",
    "PathPlot": "methods",
    "QuiverPlot": "arrows",
    "StreamPlot": "arrows",
    "SurfacePathPlot": "methods",
    "SurfacePlot": "fields",
    "TangentPlot": "curves",
}

__all__ = [*_ROOM_OF, "AxesData", "FigureData", "describe", "figure_of", "graph_data"]


def __getattr__(name: str) -> Any:
    """Import a question when it is used: the student's process needs :func:`describe` only."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'autograder.plots' has no attribute {name!r}")
    return getattr(import_module(f"autograder.plots.{_ROOM_OF[name]}"), name)
