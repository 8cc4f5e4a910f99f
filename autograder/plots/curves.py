"""Questions about curves in a figure: cross-sections, tangents, errors against step sizes, the path of a descent."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, PlotQuestion, finite, near, numeric
from autograder.plots.data import AxesData, Line

__all__ = ["CrossSectionPlot", "ErrorPlot", "PathPlot", "TangentPlot"]

LEAST_POINTS = 20
ON_CURVE = 1e-3
"""How far a point may be from its curve, as a share of the curve's height: what a student computed lies on it."""


class CrossSectionPlot(FunctionPlot):
    r"""A cross-section: with one variable held at a value a, points (t, f(a, t)); or the same curve in space.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`; a function of one variable
            has its graph as only cross-section.
        fixed: variable → the value at which it is held, or several values with a curve for each.
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

    def problem(self, axes: AxesData) -> str:
        lines = [line for line in axes.lines if len(line.x) > 2]
        if not lines:
            return "plot_no_curve"
        for value in next(iter(self.fixed.values()), (0.0,)):
            found = [self._of_line(line, value) for line in lines]
            if "" not in found:
                return next((each for each in found if each != "plot_function"), found[0])
        return ""

    def _of_line(self, line: Line, value: float) -> str:
        free, along, height = self._read(line, value)
        if not free.size:
            return "plot_function"
        if not self._fits(self.f, free, height, value):
            for problem, other in self.misread():
                if self._fits(other, free, height, value):
                    return "plot_other_section" if problem == "plot_transposed" else problem
            return "plot_function"
        if free.size < LEAST_POINTS:
            return "plot_rough"
        return "" if self.covers(self.free[0], along) else "plot_domain"

    def _read(self, line: Line, value: float) -> tuple[Floats, Floats, Floats]:
        """The free variable, the same again, and the height; empty where a curve in space holds something else."""
        if line.z is None:
            x, y = finite(line.x, line.y)
            return x, x, y
        x, y, z = finite(line.x, line.y, line.z)
        columns = dict(zip(self.wrt, (x, y), strict=False))
        held = next(iter(self.fixed), None)
        if held is not None and not np.allclose(columns[held], value):
            return x[:0], x[:0], x[:0]
        return columns[self.free[0]], columns[self.free[0]], z

    def _fits(self, f: Callable[..., Floats], free: Floats, height: Floats, value: float) -> bool:
        given = [np.full(free.shape, value) if name in self.fixed else free for name in self.wrt]
        desired = f(*given)
        return near(height, desired, ON_CURVE * max(np.ptp(height), 1e-9), 0.98)


class TangentPlot(FunctionPlot):
    r"""The graph of f and its tangent at a: a straight line through (a, f(a)) with slope f'(a).

    Args:
        function, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        wrt: the variable.
        at: a.
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
        if graph.problem(axes):
            return graph.problem(axes)
        curve = max(
            (np.ptp(finite(line.y)[0]) for line in axes.lines if len(line.y) > 2 and not graph._of_line(line, 0.0)),
            default=1.0,
        )
        found = [self._of_line(line, float(curve)) for line in axes.lines if len(line.x) > 1]
        found = [problem for problem in found if problem is not None]
        if "" in found:
            return ""
        return next((each for each in ("plot_tangent_slope", "plot_tangent_point") if each in found), "plot_no_tangent")

    def _of_line(self, line: Line, height: float) -> str | None:
        """What is wrong with a line as the tangent; None where it is not straight, or upright."""
        x, y = finite(line.x, line.y)
        if x.size < 2 or np.ptp(x) == 0:
            return None
        slope, offset = np.polyfit(x - self.at, y, 1)
        if not near(y, slope * (x - self.at) + offset, 1e-6 * max(np.ptp(y), height, 1e-9)):
            return None
        if abs(offset - self.value) > 0.01 * max(height, 1e-9):
            return "plot_tangent_point"
        return "" if abs(slope - self.slope) <= 0.01 * max(abs(self.slope), 0.1) else "plot_tangent_slope"


class ErrorPlot(PlotQuestion):
    """Errors of difference quotients against the step size, on logarithmic axes: a V with known slopes.

    The slope is measured where truncation rules: over steps ten times larger than the best one.

    Args:
        orders: how steeply each line has to rise, 1 for forward and 2 for central differences.
        tolerance: of a measured slope.
        **options: as for :class:`autograder.plots.base.PlotQuestion`.
    """

    def __init__(self, *, orders: Sequence[float] = (1, 2), tolerance: float = 0.2, **options: Any) -> None:
        super().__init__(**options)
        self.orders = tuple(map(float, orders))
        self.tolerance = float(tolerance)

    @property
    def prompt(self) -> str:
        return f"errors against the step size, of order {' and '.join(f'{order:g}' for order in self.orders)}"

    def problem(self, axes: AxesData) -> str:
        lines = [finite(line.x, line.y) for line in axes.lines if len(line.x) >= 5]
        lines += [finite(points.x, points.y) for points in axes.points if len(points.x) >= 5]
        if not lines:
            return "plot_no_curve"
        if (axes.xscale, axes.yscale) != ("log", "log"):
            return "plot_not_logarithmic"
        measured = [_order(h, error) for h, error in lines]
        if all(slope is None for slope in measured):
            return "plot_no_minimum"
        for order in self.orders:
            if not any(slope is not None and abs(slope - order) <= self.tolerance for slope in measured):
                return "plot_order"
        return ""


def _order(h: Floats, error: Floats) -> float | None:
    """Slope of the right branch of a V in logarithms; None where there is no V."""
    keep = (h > 0) & (error > 0)
    h, error = h[keep], error[keep]
    order = np.argsort(h)
    h, error = h[order], error[order]
    if h.size < 5:
        return None
    best = int(np.argmin(error))
    left, right = error[:best], h >= 10 * h[best]
    if not left.size or left.max() < 3 * error[best] or right.sum() < 3:
        return None
    slope: float = np.polyfit(np.log(h[right]), np.log(error[right]), 1)[0]
    return slope


class PathPlot(FunctionPlot):
    r"""The path of a descent, :math:`x_{k+1} = x_k - \eta\,\nabla f(x_k)`: a line through the iterates in order.

    Args:
        function, wrt, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        start: :math:`x_0`.
        step: :math:`\eta`.
        count: how many steps.
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
        lines = [finite(line.x, line.y) for line in axes.lines if line.drawn and len(line.x) > 1]
        if not lines:
            return "plot_no_curve"
        return "" if any(self._follows(np.column_stack(line)) for line in lines) else "plot_path"

    def _follows(self, drawn: Floats) -> bool:
        slack = 2e-3 * max(float(np.ptp(self.path, axis=0).max()), 1e-9)
        reached = 0
        for point in drawn:
            if reached < len(self.path) and np.abs(point - self.path[reached]).max() <= slack:
                reached += 1
            elif reached < len(self.path) and not np.abs(self.path - point).max(axis=1).min() <= slack:
                # a point that is none of the path's: another path
                return False
        return reached == len(self.path)
