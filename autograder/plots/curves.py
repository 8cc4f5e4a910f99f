"""Questions about curves in a figure: cross-sections and tangents."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, finite, near, nearest, numeric
from autograder.plots.data import AxesData, Line
from autograder.plots.lines import curves, scattered, shafts

__all__ = ["CrossSectionPlot", "TangentPlot"]

LEAST_POINTS = 20
OTHER_VALUES = tuple(value / 10 for value in range(-100, 101))
"""Where a student may have held the variable instead."""
ON_CURVE = 1e-3
"""How far a point may be from its curve, as a share of the curve's height: what a student computed lies on it."""


class CrossSectionPlot(FunctionPlot):
    r"""A cross-section: with one variable held at a value a, points (t, f(a, t)); or the same curve in space.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`; a function of one variable
            has its graph as only cross-section. What else is drawn is not looked at: f and f' are two questions.
        fixed: variable → the value at which it is held, or several values with a curve for each.

    Raises:
        AuthorError: ``fixed`` does not leave just one variable free, or as for the base.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> t = np.linspace(-2, 2, 50)
    >>> figure = Figure()
    >>> _ = figure.subplots().plot(t, 9 * t)
    >>> CrossSectionPlot("x**2*y", wrt=("x", "y"), fixed={"x": 3}).judge(figure).outcome.value
    'CORRECT'
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        fixed: Mapping[str, float | Sequence[float]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **options)
        self.fixed = {
            name: tuple(map(float, values)) if isinstance(values, list | tuple) else (float(values),)  # type: ignore[arg-type]
            for name, values in (fixed or {}).items()
        }
        self.free = [name for name in self.wrt if name not in self.fixed]
        if len(self.free) != 1 or not len(self.wrt) - 1 == len(self.fixed) <= 1 or not all(self.fixed.values()):
            raise AuthorError(f"fixed={fixed!r} must leave one of {', '.join(self.wrt)} free and hold the others")

    @property
    def prompt(self) -> str:
        held = "; ".join(f"{name} = {', '.join(f'{v:g}' for v in values)}" for name, values in self.fixed.items())
        return f"graph of {self.text}" + (f" for {held}" if held else "")

    @property
    def values(self) -> tuple[float, ...]:
        """The values at which the variable is held; a single one, without a meaning, where none is."""
        return next(iter(self.fixed.values()), (0.0,))

    def parts(self) -> Sequence[Callable[[AxesData], str]]:
        return [partial(self._at, value) for value in self.values]

    def problem(self, axes: AxesData) -> str:
        return next((found for part in self.parts() if (found := part(axes))), "")

    def _at(self, value: float, axes: AxesData) -> str:
        lines = curves(axes, least=2 if self._straight(value) else 3)
        if not lines:
            return "plot_no_curve"
        drawn = self.fitting(lines, value)
        if drawn:
            # 1/x has two branches, so a graph may be several lines
            along = np.concatenate([self._read(line, value)[0] for line in drawn])
            if along.size < LEAST_POINTS and not self._straight(value):
                return "plot_rough"
            return "" if self.covers(self.free[0], along) else "plot_domain"
        others = [line for line in lines if not any(self.fitting([line], other) for other in self.values)]
        if not others:
            return "plot_curve_missing"
        return nearest(["plot_function", *(self._instead(line, value) for line in others)])

    def fitting(self, lines: Sequence[Line], value: float) -> list[Line]:
        """The lines whose points are points of the cross-section."""
        return [line for line in lines if self._fits(self.f, *self._read(line, value), value)]

    def _instead(self, line: Line, value: float) -> str:
        """What a line shows that is not the cross-section."""
        free, height = self._read(line, value)
        for problem, other in self.misread(lambda f: self._off(f, free, height, value)):
            if self._fits(other, free, height, value):
                return "plot_other_section" if problem == "plot_transposed" else problem
        if self.fixed and any(self._fits(self.f, *self._read(line, other), other) for other in OTHER_VALUES):
            return "plot_other_section"
        # x - 1 for x + 1 is not the same line on its side, but another one
        if line.z is None and not self._straight(value) and self._fits(self.f, height, free, value):
            return "plot_sideways"
        return "plot_function"

    def _straight(self, value: float) -> bool:
        """Whether the cross-section is a straight line, for which two points are enough."""
        held = {symbol: value for symbol in self.symbols if symbol.name in self.fixed}
        bent = sp.diff(self.expression.subs(held), sp.Symbol(self.free[0], real=True), 2)
        if bent != 0:
            return False
        # the second derivative of Piecewise((0, x < 0), (x, True)) is 0 as well
        free = np.linspace(*self.domain.get(self.free[0], (-10.0, 10.0)), 201)
        heights = self._section(self.f, free, value)
        return bool(np.abs(np.diff(heights, 2)).max() <= 1e-9 * max(np.abs(heights).max(), 1e-9))

    def _read(self, line: Line, value: float) -> tuple[Floats, Floats]:
        """The free variable and the height, shape (M,) each; empty where a curve in space holds something else."""
        if line.z is None:
            x, y = finite(line.x, line.y)
            return x, y
        x, y, z = finite(line.x, line.y, line.z)
        columns = dict(zip(self.wrt, (x, y), strict=False))
        held = next(iter(self.fixed), None)
        if held is not None and not np.allclose(columns[held], value):
            return x[:0], x[:0]
        return columns[self.free[0]], z

    def _fits(self, f: Callable[..., Floats], free: Floats, height: Floats, value: float) -> bool:
        """Whether all but a few points of a line, shape (M,) each, lie on the section of a function."""
        if not free.size:
            return False
        return near(height, self._section(f, free, value), ON_CURVE * max(np.ptp(height), 1e-9), 0.98)

    def _off(self, f: Callable[..., Floats], free: Floats, height: Floats, value: float) -> float:
        """How far a line, shape (M,) each, is from the section of a function, summed."""
        return float(np.abs(height - self._section(f, free, value)).sum())

    def _section(self, f: Callable[..., Floats], free: Floats, value: float) -> Floats:
        """A function along the free variable, shape (M,), with the other one held."""
        return f(*[np.full(free.shape, value) if name in self.fixed else free for name in self.wrt])


class TangentPlot(FunctionPlot):
    r"""The graph of f and its tangent at a: a straight line through (a, f(a)) with slope f'(a).

    Args:
        function, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        wrt: the variable.
        at: a.

    Raises:
        AuthorError: f has several variables, or no slope at a.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x = np.linspace(-1, 3, 80)
    >>> figure = Figure()
    >>> axes = figure.subplots()
    >>> _ = axes.plot(x, x**2), axes.plot(x, 1 + 2 * (x - 1))
    >>> TangentPlot("x**2", "x", at=1).judge(figure).outcome.value
    'CORRECT'
    >>> TangentPlot("x**2", "x", at=2).judge(figure).outcome.value
    'INCORRECT'
    """

    def __init__(self, function: Any, wrt: str, *, at: float, **options: Any) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 1:
            raise AuthorError("a tangent line needs a function of one variable")
        self.at = float(at)
        self.value = float(self.f(np.array([self.at]))[0])
        self.slope = float(numeric(self.symbols, sp.diff(self.expression, self.symbols[0]))(np.array([self.at]))[0])
        if not np.isfinite([self.value, self.slope]).all():
            raise AuthorError(f"{self.text} has no tangent at {at:g}")

    @property
    def prompt(self) -> str:
        return f"graph of {self.text} with its tangent at {self.wrt[0]} = {self.at:g}"

    def problem(self, axes: AxesData) -> str:
        graph = CrossSectionPlot(self.text, self.wrt, domain=self.domain)
        if found := graph.problem(axes):
            return found
        if (axes.xscale, axes.yscale) != ("linear", "linear"):
            return "plot_scale"
        drawn = graph.fitting(curves(axes), 0.0)
        curve = max((float(np.ptp(finite(line.y)[0])) for line in drawn), default=1.0)
        # two dots are no line; twenty look like one, as they do in a graph
        rows = [line for line in [*axes.lines, *scattered(axes)] if line.drawn or len(line.x) >= LEAST_POINTS]
        each = [self._of_line(line, curve) for line in [*rows, *shafts(axes)] if len(line.x) > 1]
        return nearest(["plot_no_tangent", *(problem for problem in each if problem is not None)])

    def _of_line(self, line: Line, height: float) -> str | None:
        """What is wrong with a line as the tangent; None where it is bent, upright, the axis or of the graph."""
        x, y = finite(line.x, line.y)
        if x.size < 2 or np.ptp(x) <= 1e-9 * np.abs(x).max():
            return None
        if self.slope and np.abs(y).max() <= 1e-9 * height:
            return None
        slope, offset = np.polyfit(x - self.at, y, 1)
        if not near(y, slope * (x - self.at) + offset, 1e-6 * max(np.ptp(y), height, 1e-9)):
            return None
        if self._of_graph(x, y, height):
            return None
        if abs(offset - self.value) > 0.01 * max(height, 1e-9):
            return "plot_tangent_point"
        return "" if abs(slope - self.slope) <= 0.01 * max(abs(self.slope), 0.1) else "plot_tangent_slope"

    def _of_graph(self, x: Floats, y: Floats, height: float) -> bool:
        """Whether a straight line, shape (M,) each, is a piece of the graph, or a close chord, while that bends."""
        if not near(y, self.f(x), 1e-5 * height):
            return False
        between = np.linspace(x.min(), x.max(), 25)
        gap = np.abs(self.f(between) - np.interp(between, np.sort(x), y[np.argsort(x)])).max()
        # the tangent of cos(x) at 0, drawn from 0 to 2*pi, begins and ends on the graph too, but is far from it between
        return bool(1e-12 * max(height, np.abs(y).max()) < gap <= 0.02 * height)
