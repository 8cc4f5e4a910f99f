"""Questions about several curves in one figure, told apart by what they are: f, its derivative and a tangent."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from autograder.errors import AuthorError
from autograder.plots.base import PlotQuestion
from autograder.plots.curves import CrossSectionPlot
from autograder.plots.data import AxesData, Line
from autograder.plots.lines import curves

__all__ = ["CurvesPlot"]

_LEFT_OUT = re.compile(r"\\(?:mathrm|text|operatorname|left|right|cdot)|[\s$\\{}*·]")


class CurvesPlot(PlotQuestion):
    r"""Several graphs on the same axes, and a legend that tells which is which.

    Args:
        curves: name → function, as in ``{"f": "x**3", "f'": "3*x**2", "tangent": "3*x - 2"}``.
        wrt: the variable.
        domain: variable → (low, high) that each has to cover.
        legend: whether a legend must tell the curves apart.
        words: name → other names that a label may have; the name and the function's text are taken anyway.
        **options: as for :class:`autograder.plots.base.PlotQuestion`.

    A label that is none of these names says nothing wrong: ``"my curve"`` is taken, ``"f"`` on the derivative is not.

    Raises:
        AuthorError: fewer than two curves, or a function of other variables.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x = np.linspace(-1, 2, 60)
    >>> figure = Figure()
    >>> axes = figure.subplots()
    >>> _ = axes.plot(x, x**3, label="f(x)"), axes.plot(x, 3 * x**2, label="f'(x)"), axes.legend()
    >>> CurvesPlot({"f": "x**3", "f'": "3*x**2"}, "x").judge(figure).outcome.value
    'CORRECT'
    >>> CurvesPlot({"f": "3*x**2", "f'": "x**3"}, "x").judge(figure).details["problem"]
    'plot_legend'
    """

    def __init__(
        self,
        curves: Mapping[str, Any],
        wrt: str,
        *,
        domain: Mapping[str, tuple[float, float]] | None = None,
        legend: bool = True,
        words: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if len(curves) < 2:
            raise AuthorError("curves= names at least two functions; a single one is a CrossSectionPlot")
        if unknown := {*(words or {})} - {*curves}:
            raise AuthorError(f"words= names {', '.join(sorted(unknown))}, and the curves are {', '.join(curves)}")
        self.graphs = {name: CrossSectionPlot(function, wrt, domain=domain) for name, function in curves.items()}
        if any(len(graph.wrt) != 1 for graph in self.graphs.values()):
            raise AuthorError("several curves in one figure are graphs of functions of one variable")
        self.legend = legend
        self.names = {
            name: {_plain(word, graph.wrt[0]) for word in (name, graph.text, *(words or {}).get(name, ()))}
            for name, graph in self.graphs.items()
        }

    @property
    def prompt(self) -> str:
        listed = "; ".join(f"{name}: {graph.text}" for name, graph in self.graphs.items())
        return f"curves on the same axes ({listed})" + (", with a legend" if self.legend else "")

    def problem(self, axes: AxesData) -> str:
        lines = curves(axes, least=2)
        drawn = {name: graph.fitting(lines, 0.0) for name, graph in self.graphs.items()}
        others = tuple(line for line in axes.lines if not any(line in found for found in drawn.values()))
        for name, graph in self.graphs.items():
            if found := graph.problem(axes):
                if drawn[name] or not any(drawn.values()):
                    return found
                # what is another curve that was asked for is not a wrong one of this
                rest = msgspec.structs.replace(axes, lines=others)
                return "plot_curve_missing" if not curves(rest) else graph.problem(rest)
        return self._of_legend(axes, drawn) if self.legend else ""

    def _of_legend(self, axes: AxesData, drawn: Mapping[str, Sequence[Line]]) -> str:
        if len(axes.legend) < len(self.graphs):
            return "plot_no_legend"
        variable = next(iter(self.graphs.values())).wrt[0]
        for name, lines in drawn.items():
            labels = [label for line in lines if (label := _label_of(line, axes))]
            if not labels:
                return "plot_no_legend"
            said = {_plain(part, variable) for label in labels for part in [label, *label.split("=")]}
            others = {word for other, words in self.names.items() if other != name for word in words}
            if said & (others - self.names[name]) and not said & self.names[name]:
                return "plot_legend"
        return ""


def _label_of(line: Line, axes: AxesData) -> str:
    """The text of the legend that belongs to a line; where no line has a label, by their order."""
    labels = {*(drawn.label for drawn in axes.lines), *(drawn.label for drawn in axes.points)} - {""}
    if labels & {*axes.legend}:
        return line.label if line.label in axes.legend else ""
    place = axes.lines.index(line) if line in axes.lines else len(axes.legend)
    return axes.legend[place] if place < len(axes.legend) else ""


def _plain(label: str, variable: str) -> str:
    """A label without what does not tell curves apart: ``$f'(x)$``, ``f′`` and ``f'`` are one."""
    text = _LEFT_OUT.sub("", label.replace("′", "'").replace("^", "").replace("prime", "'")).casefold()
    return text.removesuffix(f"({variable})").removeprefix("y=")
