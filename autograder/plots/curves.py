"""Questions about curves in a figure: cross-sections, tangents, errors against step sizes, the path of a descent."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, PlotQuestion, finite, near, nearest, numeric
from autograder.plots.data import Arrows, AxesData, Line

__all__ = ["CrossSectionPlot", "ErrorPlot", "PathPlot", "TangentPlot"]

LEAST_POINTS = 20
OTHER_VALUES = tuple(value / 10 for value in range(-100, 101))
"""Where a student may have held the variable instead."""
ON_CURVE = 1e-3
"""How far a point may be from its curve, as a share of the curve's height: what a student computed lies on it."""


class CrossSectionPlot(FunctionPlot):
    r"""A cross-section: with one variable held at a value a, points (t, f(a, t)); or the same curve in space.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`; a function of one variable
            has its graph as only cross-section.
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
        if len(self.free) != 1 or len(self.fixed) > 1 or len(self.free) + len(self.fixed) != len(self.wrt):
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
        """The free variable and the height; empty where a curve in space holds something else."""
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
        if not free.size:
            return False
        return near(height, self._section(f, free, value), ON_CURVE * max(np.ptp(height), 1e-9), 0.98)

    def _off(self, f: Callable[..., Floats], free: Floats, height: Floats, value: float) -> float:
        return float(np.abs(height - self._section(f, free, value)).sum())

    def _section(self, f: Callable[..., Floats], free: Floats, value: float) -> Floats:
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
        rows = [line for line in [*axes.lines, *_scattered(axes)] if line.drawn or len(line.x) >= LEAST_POINTS]
        each = [self._of_line(line, curve) for line in [*rows, *_shafts(axes)] if len(line.x) > 1]
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
        """Whether a straight line is a piece of the graph, or a chord close to it, while the graph itself bends."""
        if not near(y, self.f(x), 1e-5 * height):
            return False
        between = np.linspace(x.min(), x.max(), 25)
        gap = np.abs(self.f(between) - np.interp(between, np.sort(x), y[np.argsort(x)])).max()
        # the tangent of cos(x) at 0, drawn from 0 to 2*pi, begins and ends on the graph too, but is far from it between
        return bool(1e-12 * max(height, np.abs(y).max()) < gap <= 0.02 * height)


class ErrorPlot(PlotQuestion):
    """Errors of difference quotients against the step size, on logarithmic axes: a V with known slopes.

    The slope is measured where truncation rules: over steps ten times larger than the best one.

    Args:
        orders: how steeply each line has to rise, 1 for forward and 2 for central differences.
        tolerance: of a measured slope.
        **options: as for :class:`autograder.plots.base.PlotQuestion`.

    Raises:
        AuthorError: as for :class:`autograder.plots.base.PlotQuestion`.

    Source: W. Press et al., *Numerical Recipes*, 3rd edition, section 5.7.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> h = 10.0 ** -np.arange(0, 16)
    >>> figure = Figure()
    >>> axes = figure.subplots()
    >>> _ = axes.loglog(h, h + 1e-16 / h), axes.loglog(h, h**2 + 1e-16 / h)
    >>> ErrorPlot().judge(figure).outcome.value
    'CORRECT'
    """

    def __init__(self, *, orders: Sequence[float] = (1, 2), tolerance: float = 0.2, **options: Any) -> None:
        super().__init__(**options)
        self.orders = tuple(map(float, orders))
        self.tolerance = float(tolerance)

    @property
    def prompt(self) -> str:
        return f"errors against the step size, of order {' and '.join(f'{order:g}' for order in self.orders)}"

    def parts(self) -> Sequence[Callable[[AxesData], str]]:
        return [partial(self._of_order, order) for order in self.orders]

    def _of_order(self, order: float, axes: AxesData) -> str:
        lines = [finite(line.x, line.y) for line in axes.lines if len(line.x) >= 5]
        lines += [finite(points.x, points.y) for points in axes.points if len(points.x) >= 5]
        if not lines:
            return "plot_no_curve"
        if (axes.xscale, axes.yscale) != ("log", "log"):
            return "plot_not_logarithmic"
        measured = [_order(h, error) for h, error in lines]
        if all(slope is None for slope in measured):
            return "plot_no_minimum"
        found = any(slope is not None and abs(slope - order) <= self.tolerance for slope in measured)
        return "" if found else "plot_order"


def _order(h: Floats, error: Floats) -> float | None:
    """Slope of the right branch of a V in logarithms; None where there is no V."""
    keep = (h > 0) & (error > 0)
    h, error = h[keep], error[keep]
    order = np.argsort(h)
    h, error = h[order], error[order]
    if h.size < 5:
        return None
    # where rounding rules, an error is at times tiny by luck: it does not count without its neighbours
    steady = np.maximum(error, np.maximum(np.append(error[1:], 0), np.append(0, error[:-1])))
    best = int(np.argmin(steady))
    left, right = error[:best], h >= 10 * h[best]
    if not left.size or left.max() < 3 * error[best] or right.sum() < 3:
        return None
    # the median slope of all pairs: with a point per decade, one lucky error would turn a fitted line
    rise, run = (np.subtract.outer(logs, logs) for logs in (np.log(error[right]), np.log(h[right])))
    return float(np.median(rise[run > 0] / run[run > 0]))


class PathPlot(FunctionPlot):
    r"""The path of a descent, :math:`x_{k+1} = x_k - \eta\,\nabla f(x_k)`: a line through the iterates in order.

    Args:
        function, wrt, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        start: :math:`x_0`.
        step: :math:`\eta`.
        count: how many steps.

    Raises:
        AuthorError: not two variables, not two numbers to start from, or no step at all.

    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.subplots().plot([4, 3.2, 2.56], [1, 0.6, 0.36], "o-")
    >>> PathPlot("x**2 + 2*y**2", wrt=("x", "y"), start=(4, 1), step=0.1, count=2).judge(figure).outcome.value
    'CORRECT'
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        start: Sequence[float],
        step: float,
        count: int,
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 2 or len(start) != 2 or count < 1:
            raise AuthorError(
                "a path in the plane needs two variables, two numbers to start from and at least one step"
            )
        self.start, self.step, self.count = tuple(map(float, start)), float(step), int(count)

    @property
    def prompt(self) -> str:
        start = ", ".join(f"{value:g}" for value in self.start)
        return f"path of {self.count} descent steps on {self.text} from ({start})"

    @cached_property
    def path(self) -> Floats:
        """Shape (count + 1, 2)."""
        partials = [numeric(self.symbols, sp.diff(self.expression, symbol)) for symbol in self.symbols]
        points = [np.array(self.start)]
        for _ in range(self.count):
            here = [np.array([value]) for value in points[-1]]
            points.append(points[-1] - self.step * np.array([partial(*here)[0] for partial in partials]))
        return np.array(points)

    def problem(self, axes: AxesData) -> str:
        lines = [np.column_stack(finite(line.x, line.y)) for line in axes.lines if line.drawn and len(line.x) > 1]
        arrows = [np.column_stack(finite(shaft.x, shaft.y)) for shaft in _shafts(axes)]
        if not lines and not axes.arrows:
            marks = [line for line in [*axes.lines, *_scattered(axes)] if len(line.x) > 1]
            marked = self._drawn([np.column_stack(finite(line.x, line.y)) for line in marks]) if marks else False
            return "plot_not_joined" if marked else "plot_path" if marks else "plot_no_curve"
        # a line drawn from its end to its start looks the same; an arrow does not
        drawn = [piece for piece in [*lines, *(line[::-1] for line in lines), *arrows] if len(piece) > 1]
        return "" if drawn and self._drawn(drawn) else "plot_path"

    def _drawn(self, pieces: Sequence[Floats]) -> bool:
        """Whether every step of the path is drawn, by one line or by several; too short to be seen, it lies on one."""
        slack = 2e-3 * max(float(np.ptp(self.path, axis=0).max()), 1e-9)
        starts, ends = (np.concatenate([piece[part] for piece in pieces]) for part in (slice(-1), slice(1, None)))
        return all(
            _beside(starts, ends, (here + there) / 2) <= slack
            if np.abs(here - there).max() <= slack
            else bool(
                np.any((np.abs(starts - here).max(axis=1) <= slack) & (np.abs(ends - there).max(axis=1) <= slack))
            )
            for here, there in zip(self.path[:-1], self.path[1:], strict=True)
        )


def _beside(starts: Floats, ends: Floats, point: Floats) -> float:
    """How far a point is from the nearest of the straight lines from starts to ends."""
    along, to = ends - starts, point - starts
    squared = np.maximum(along[:, 0] ** 2 + along[:, 1] ** 2, 1e-300)
    share = np.clip((to[:, 0] * along[:, 0] + to[:, 1] * along[:, 1]) / squared, 0.0, 1.0)
    return float(np.hypot(to[:, 0] - share * along[:, 0], to[:, 1] - share * along[:, 1]).min())


def curves(axes: AxesData, *, least: int = 3) -> list[Line]:
    """What may be the graph of a function: lines, scatters, and short lines or single points as one graph together."""
    short = [line for line in axes.lines if len(line.x) < 3 and line.z is None]
    columns = ([value for line in short for value in line.x], [value for line in short for value in line.y])
    joined = Line(x=tuple(columns[0]), y=tuple(columns[1]), drawn=False)
    lines = [line for line in axes.lines if len(line.x) >= least]
    return [line for line in [*lines, *_scattered(axes), joined] if len(line.x) >= least]


def _scattered(axes: AxesData) -> list[Line]:
    return [Line(x=points.x, y=points.y, z=points.z, drawn=False) for points in axes.points]


def _shafts(axes: AxesData) -> list[Line]:
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
