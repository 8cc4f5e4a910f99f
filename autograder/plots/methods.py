"""Figures of numerical methods: the error over the step size, the path of a descent."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, PlotQuestion, finite, nearest, numeric
from autograder.plots.data import AxesData, Line
from autograder.plots.fields import SurfacePlot
from autograder.plots.lines import scattered, shafts
from autograder.questions import Descent

__all__ = ["ErrorPlot", "PathPlot", "SurfacePathPlot"]


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


_MOST_POINTS = 5000
"""Points of a line up to which it is looked for steps that are drawn by many points."""
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
    def _partials(self) -> list[Callable[..., Floats]]:
        """The partial derivatives as functions of arrays."""
        return [numeric(self.symbols, sp.diff(self.expression, symbol)) for symbol in self.symbols]

    @cached_property
    def path(self) -> Floats:
        """The iterates, shape (count + 1, 2)."""
        points = [np.array(self.start)]
        for _ in range(self.count):
            here = [np.array([value]) for value in points[-1]]
            points.append(points[-1] - self.step * np.array([partial(*here)[0] for partial in self._partials]))
        return np.array(points)

    def certify(self) -> None:
        """Walk the path by SymPy's gradient and by JAX's; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree.
        """
        Descent(self.text, self.start, self.step, self.count, self.wrt).certify()

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
        pieces = [self._thinned(piece, slack) for piece in pieces]
        starts, ends = (np.concatenate([piece[part] for piece in pieces]) for part in (slice(-1), slice(1, None)))
        return all(
            _beside(starts, ends, (here + there) / 2) <= slack
            if np.abs(here - there).max() <= slack
            else bool(
                np.any((np.abs(starts - here).max(axis=1) <= slack) & (np.abs(ends - there).max(axis=1) <= slack))
            )
            for here, there in zip(self.path[:-1], self.path[1:], strict=True)
        )

    def _thinned(self, piece: Floats, slack: float) -> Floats:
        """A line, (M, 2), without what lies straight between two iterates: a step may be drawn by many points."""
        if not len(self.path) < len(piece) <= _MOST_POINTS:
            return piece
        far = np.abs(piece[:, None, :] - self.path[None, :, :]).max(axis=2)
        kept = np.flatnonzero((far <= slack).any(axis=1) | (np.arange(len(piece)) % (len(piece) - 1) == 0))
        straight = [
            all(_beside(piece[[a]], piece[[b]], point) <= slack for point in piece[a + 1 : b])
            for a, b in pairwise(kept)
        ]
        return piece[kept] if all(straight) else piece


class SurfacePathPlot(PathPlot):
    r"""The path of a descent on the surface of its function: a line in space through :math:`(x_k, y_k, f(x_k, y_k))`.

    Args:
        function, wrt, start, step, count, **options: as for :class:`PathPlot`.

    The path may be lifted a little above the surface, so that it is seen.

    Raises:
        AuthorError: as for :class:`PathPlot`.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x, y = np.meshgrid(np.linspace(-5, 5, 30), np.linspace(-2, 2, 20))
    >>> axes = Figure().add_subplot(projection="3d")
    >>> _ = axes.plot_surface(x, y, x**2 + 2*y**2), axes.plot([4, 3.2, 2.56], [1, 0.6, 0.36], [18, 10.96, 6.8128])
    >>> question = SurfacePathPlot("x**2 + 2*y**2", wrt=("x", "y"), start=(4, 1), step=0.1, count=2)
    >>> question.judge(axes).outcome.value
    'CORRECT'
    """

    @property
    def prompt(self) -> str:
        return f"{super().prompt}, in space on its surface"

    def problem(self, axes: AxesData) -> str:
        if found := SurfacePlot(self.text, self.wrt, domain=self.domain).problem(axes):
            return found
        lines = [np.column_stack(finite(*_in_space(line))) for line in axes.lines if line.drawn and len(line.x) > 1]
        # arrows in space are segments in a row, as the wires of a surface are
        lines += [np.column_stack(finite(wire.x, wire.y, wire.z)) for wire in axes.surfaces if wire.wire]
        lines = [line for line in lines if len(line) > 1]
        height = float(np.ptp(np.concatenate([surface.z for surface in axes.surfaces])))
        if not lines:
            marks = [np.column_stack(finite(*_in_space(line))) for line in [*axes.lines, *scattered(axes)]]
            return (
                "plot_not_joined"
                if any(self._drawn([mark[:, :2]]) for mark in marks if len(mark) > 1)
                else "plot_no_curve"
            )
        lying = [line[:, :2] for line in lines if self._lies(line, height)]
        if lying and self._drawn([*lying, *(line[::-1] for line in lying)]):
            return ""
        flat = [line[:, :2] for line in lines if not self._lies(line, height)]
        if flat and self._drawn([*flat, *(line[::-1] for line in flat)]):
            return "plot_path_flat" if all(np.ptp(line[:, 2]) == 0 for line in lines) else "plot_path_off"
        return nearest(["plot_path", *map(self._of_walk, lying)]) if lying else "plot_path_off"

    def _lies(self, line: Floats, height: float) -> bool:
        """Whether a line, (M, 3), lies on the surface, or evenly a little above it."""
        above = line[:, 2] - self.f(line[:, 0], line[:, 1])
        lift = float(np.median(above))
        # arrows have heads, which hang in the air
        return abs(lift) <= 0.05 * height and bool(np.mean(np.abs(above - lift) <= 0.02 * height) >= 0.9)

    def _of_walk(self, walk: Floats) -> str:
        """What is wrong with a path on the surface, (M, 2)."""
        slack = 2e-3 * max(float(np.ptp(self.path, axis=0).max()), 1e-9)
        if walk.shape == self.path[1:].shape and np.abs(walk - self.path[1:]).max() <= slack:
            return "plot_path_start"
        if len(walk) < len(self.path) and np.abs(walk - self.path[: len(walk)]).max() <= slack:
            return "plot_path_end"
        if np.abs(walk[0] - self.path[0]).max() > slack:
            return "plot_path"  # of another start: nothing is said of its steps
        moved, slope = walk[1:] - walk[:-1], np.array([self._slope(place) for place in walk[:-1]])
        long = float((slope**2).sum())
        step = -float((moved * slope).sum()) / long if long else 0.0
        if step and np.abs(moved + step * slope).max() <= 0.01 * np.abs(moved).max():
            return "plot_path_uphill" if step < 0 else "plot_path_step"
        return "plot_path"

    def _slope(self, place: Floats) -> Floats:
        """The gradient at a place, (2,) both."""
        return np.array([float(partial(*(np.array([x]) for x in place))[0]) for partial in self._partials])


def _in_space(line: Line) -> tuple[Any, Any, Any]:
    """The columns of a line; 0 for the height of one in the plane."""
    return line.x, line.y, line.z if line.z is not None else (0.0,) * len(line.x)


def _beside(starts: Floats, ends: Floats, point: Floats) -> float:
    """How far a point, shape (2,), is from the nearest of the straight lines from starts to ends, shape (M, 2) each."""
    along, to = ends - starts, point - starts
    squared = np.maximum(along[:, 0] ** 2 + along[:, 1] ** 2, 1e-300)
    share = np.clip((to[:, 0] * along[:, 0] + to[:, 1] * along[:, 1]) / squared, 0.0, 1.0)
    return float(np.hypot(to[:, 0] - share * along[:, 0], to[:, 1] - share * along[:, 1]).min())
