"""Figures of numerical methods: the error over the step size, the path of a descent."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, PlotQuestion, finite, numeric
from autograder.plots.data import AxesData
from autograder.plots.lines import scattered, shafts

__all__ = ["ErrorPlot", "PathPlot"]


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
            reaches = any(h.min() > 0 and h.max() / h.min() >= _FAR for h, _ in lines)
            return "plot_no_error" if reaches else "plot_no_minimum"
        found = any(slope is not None and abs(slope - order) <= self.tolerance for slope in measured)
        return "" if found else "plot_order"


_FAR = 1e10
"""Largest over smallest step, from which on the error of any method has risen again."""


def _order(h: Floats, error: Floats) -> float | None:
    """Slope of the right branch of a V in logarithms, from shape (M,) each; None where there is no V."""
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
        """The iterates, shape (count + 1, 2)."""
        partials = [numeric(self.symbols, sp.diff(self.expression, symbol)) for symbol in self.symbols]
        points = [np.array(self.start)]
        for _ in range(self.count):
            here = [np.array([value]) for value in points[-1]]
            points.append(points[-1] - self.step * np.array([partial(*here)[0] for partial in partials]))
        return np.array(points)

    def problem(self, axes: AxesData) -> str:
        lines = [np.column_stack(finite(line.x, line.y)) for line in axes.lines if line.drawn and len(line.x) > 1]
        arrows = [np.column_stack(finite(shaft.x, shaft.y)) for shaft in shafts(axes)]
        if not lines and not axes.arrows:
            marks = [line for line in [*axes.lines, *scattered(axes)] if len(line.x) > 1]
            marked = self._drawn([np.column_stack(finite(line.x, line.y)) for line in marks]) if marks else False
            return "plot_not_joined" if marked else "plot_path" if marks else "plot_no_curve"
        # a line drawn from its end to its start looks the same; an arrow does not
        drawn = [piece for piece in [*lines, *(line[::-1] for line in lines), *arrows] if len(piece) > 1]
        return "" if drawn and self._drawn(drawn) else "plot_path"

    def _drawn(self, pieces: Sequence[Floats]) -> bool:
        """Whether every step of the path is drawn, by one line, shape (M, 2), or by several.

        One that is too short to be seen has to lie on a line.
        """
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
    """How far a point, shape (2,), is from the nearest of the straight lines from starts to ends, shape (M, 2) each."""
    along, to = ends - starts, point - starts
    squared = np.maximum(along[:, 0] ** 2 + along[:, 1] ** 2, 1e-300)
    share = np.clip((to[:, 0] * along[:, 0] + to[:, 1] * along[:, 1]) / squared, 0.0, 1.0)
    return float(np.hypot(to[:, 0] - share * along[:, 0], to[:, 1] - share * along[:, 1]).min())
