"""Questions about figures of a function of two variables: contours and surfaces."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, finite, near, nearest
from autograder.plots.data import AxesData, Contours, Surface

__all__ = ["ContourPlot", "SurfacePlot"]

LEVEL_SHARE = 0.02
"""How far a vertex may be from its level, as a share of the range of the function in the picture: a grid of 15 points
a side interpolates to about a quarter of that, a transposed grid misses by the whole range."""
PLACE_SHARE = 0.01
"""How far beside its curve a vertex may be, as a share of the picture."""
COARSE = 0.06
"""How far apart the vertices of a coarse grid are at least, as a share of the picture: about ten points a side."""
COARSE_SLACK = 6.0
"""How many times as far as usual the vertices of a coarse grid may be off and still be recognised."""
STEP_SHARE = 0.25
"""The same, as a share of the distance between vertices, which is that of the grid: a fine grid hits the place."""


class ContourPlot(FunctionPlot):
    r"""Contours or filled contours: at every vertex of the curve of level c, :math:`f(x, y) = c`.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        levels: that must be drawn, and no others; None for any three or more.
        filled: True for ``contourf``, False for ``contour``, None for either.

    Raises:
        AuthorError: not two variables, or as for the base.

    >>> from matplotlib.figure import Figure
    >>> import numpy as np
    >>> x, y = np.meshgrid(np.linspace(-2, 2, 30), np.linspace(-1, 1, 20))
    >>> figure = Figure()
    >>> _ = figure.subplots().contour(x, y, x**2 * y)
    >>> ContourPlot("x**2*y", wrt=("x", "y")).judge(figure).outcome.value
    'CORRECT'
    >>> ContourPlot("x*y**2", wrt=("x", "y")).judge(figure).details["problem"]
    'plot_transposed'
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        levels: Sequence[float] | None = None,
        filled: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 2:
            raise AuthorError("contours need a function of two variables")
        self.levels = None if levels is None else tuple(sorted(float(level) for level in levels))
        self.filled = filled

    @property
    def prompt(self) -> str:
        kind = {None: "contours", True: "filled contours", False: "contour lines"}[self.filled]
        levels = "" if self.levels is None else f" at the levels {', '.join(f'{level:g}' for level in self.levels)}"
        return f"{kind} of {self.text}{levels}"

    def problem(self, axes: AxesData) -> str:
        sets = [drawn for drawn in axes.contours if self.filled is None or drawn.filled == self.filled]
        if not sets:
            if not axes.contours:
                return "plot_no_contours"
            return "plot_not_filled" if self.filled else "plot_filled"
        lines = [drawn for drawn in sets if not drawn.filled]
        if len(lines) > 1:
            sets.append(_joined(lines))
        return nearest(self._of_set(drawn, axes) for drawn in sets)

    def _of_set(self, drawn: Contours, axes: AxesData) -> str:
        visible = [part for part in drawn.parts if len(part.x) > 1]
        if not visible:
            return "plot_few_levels"
        if not self._on_level(drawn, self.f, axes):
            turned = ("plot_transposed", _turned(self.f, *_shown(drawn, axes)))
            points, lows, highs = _vertices(drawn)
            for problem, other in (*self.misread(lambda f: float(_missed(f(*points), lows, highs).sum())), turned):
                if self._on_level(drawn, other, axes):
                    return problem
            return "plot_coarse" if self._on_level(drawn, self.f, axes, slack=COARSE_SLACK) else "plot_function"
        if self.levels is not None:
            # a level that f does not reach shows nothing, so it may stand in the list
            bounds = [level for part in visible for level in (part.low, part.high) if np.isfinite(level)]
            if not (_among(self.levels, drawn.levels) and _among(bounds, self.levels)):
                return "plot_levels"
        elif len(visible) < 3:
            return "plot_few_levels"
        shown = dict(zip(self.wrt, _shown(drawn, axes), strict=True))
        if not all(self.covers(name, shown[name]) for name in self.wrt):
            return "plot_domain"
        return ""

    def _on_level(self, drawn: Contours, f: Callable[..., Floats], axes: AxesData, *, slack: float = 1.0) -> bool:
        """Whether the vertices lie where f has their levels.

        Args:
            drawn: the contours.
            axes: in which they are seen.
            f: of arrays.
            slack: how many times as far as usual a vertex may be off; more than once only on a coarse grid.
        """
        points, lows, highs = _vertices(drawn)
        values = f(*points)
        inside = np.isfinite(values)
        if inside.mean() < 0.9:
            return False
        values, lows, highs = values[inside], lows[inside], highs[inside]
        levels = np.unique(np.array(drawn.levels))
        x, y = np.meshgrid(np.linspace(*axes.xlim, 25), np.linspace(*axes.ylim, 25))
        (seen,) = finite(f(x, y).ravel())
        span = np.ptp(np.concatenate([values, levels, seen]))
        tolerance = LEVEL_SHARE * span
        if len(levels) > 1:
            tolerance = min(tolerance, 0.25 * np.diff(levels).min())
        missed = _missed(values, lows, highs)
        width, height = np.ptp(axes.xlim), np.ptp(axes.ylim)
        slope = _steepness(f, points[0][inside], points[1][inside], width, height)
        place = min(PLACE_SHARE, STEP_SHARE * _spacing(points[0] / width, points[1] / height))
        # where f is steep, as beside the valley of Rosenbrock's function, a grid misses the value and hits the place
        beside = np.isfinite(slope) & (missed <= place * slope)
        missed[beside] = np.minimum(missed[beside], tolerance)
        if slack > 1 and _spacing(points[0] / width, points[1] / height) < COARSE:
            return False
        return _mostly(missed, slack * tolerance)


class SurfacePlot(FunctionPlot):
    r"""A surface or a wireframe: at every corner of its faces, :math:`z = f(x, y)`.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.

    Raises:
        AuthorError: not two variables, or as for the base.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x, y = np.meshgrid(np.linspace(-2, 2, 30), np.linspace(-1, 1, 20))
    >>> figure = Figure()
    >>> _ = figure.add_subplot(projection="3d").plot_surface(x, y, x**2 * y)
    >>> SurfacePlot("x**2*y", wrt=("x", "y")).judge(figure).outcome.value
    'CORRECT'
    """

    def __init__(self, function: Any, wrt: str | Sequence[str], **options: Any) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 2:
            raise AuthorError("a surface needs a function of two variables")

    @property
    def prompt(self) -> str:
        return f"surface of {self.text}"

    def problem(self, axes: AxesData) -> str:
        return nearest(["plot_no_surface", *(self._of_surface(drawn) for drawn in axes.surfaces)])

    def _of_surface(self, drawn: Surface) -> str:
        x, y, z = finite(drawn.x, drawn.y, drawn.z)
        if x.size < 25:
            return "plot_no_surface"
        tolerance = 1e-3 * max(np.ptp(z), 1e-9)
        if not near(z, self.f(x, y), tolerance, 0.99):
            turned = ("plot_transposed", _turned(self.f, np.array([x.min(), x.max()]), np.array([y.min(), y.max()])))
            for problem, other in (*self.misread(lambda f: float(np.abs(z - f(x, y)).sum())), turned):
                if near(z, other(x, y), tolerance, 0.99):
                    return problem
            return "plot_function"
        if not (self.covers(self.wrt[0], x) and self.covers(self.wrt[1], y)):
            return "plot_domain"
        return ""


def _joined(sets: Sequence[Contours]) -> Contours:
    """Contours of one figure that were drawn by several calls, a level each for instance.

    They reach as far as the shortest of them: beyond that some level is missing.
    """
    levels = sorted({level for drawn in sets for level in drawn.levels})
    ends = [drawn.reach for drawn in sets if drawn.reach is not None]
    low_x, high_x, low_y, high_y = (np.array([[*x, *y] for x, y in ends]) if ends else np.zeros((0, 4))).T
    return Contours(
        filled=sets[0].filled,
        levels=tuple(levels),
        parts=tuple(part for drawn in sets for part in drawn.parts),
        reach=((low_x.max(), high_x.min()), (low_y.max(), high_y.min())) if ends else None,
    )


def _among(levels: Sequence[float], others: Sequence[float]) -> bool:
    """Whether each of the levels is one of the others."""
    span = max(np.ptp(others), np.abs(others).max(), 1e-9)
    return all(np.abs(np.array(others) - level).min() <= 1e-6 * span for level in levels)


def _shown(drawn: Contours, axes: AxesData) -> tuple[Floats, Floats]:
    """Ends in x and in y, shape (2,) each, of what is seen of the contours' grid: as far as the axes show it."""
    limits = np.sort([axes.xlim, axes.ylim], axis=1)
    if drawn.reach is None:
        return limits[0], limits[1]
    reach = np.array(drawn.reach)
    ends = np.column_stack([np.maximum(limits[:, 0], reach[:, 0]), np.minimum(limits[:, 1], reach[:, 1])])
    return ends[0], ends[1]


def _turned(f: Callable[..., Floats], x_ends: Floats, y_ends: Floats) -> Callable[..., Floats]:
    """What is seen where the rows of a table of heights are taken for its columns, on a region of any shape."""
    ratio = np.ptp(x_ends) / np.ptp(y_ends) if np.ptp(y_ends) else 1.0
    x0, y0 = x_ends.min(), y_ends.min()
    return lambda x, y: f(x0 + (y - y0) * ratio, y0 + (x - x0) / (ratio or 1.0))


def _steepness(f: Callable[..., Floats], x: Floats, y: Floats, width: float, height: float) -> Floats:
    """How much f changes over the picture: its gradient's length at points, of their shape, in the picture's units."""
    dx, dy = 1e-5 * width, 1e-5 * height
    across, up = (f(x + dx, y) - f(x - dx, y)) / 2e-5, (f(x, y + dy) - f(x, y - dy)) / 2e-5
    return np.hypot(across, up)


def _vertices(drawn: Contours) -> tuple[Floats, Floats, Floats]:
    """(2, n) vertices of contours, and the values between which the function has to lie at each."""
    vertices = [np.array(finite(part.x, part.y)) for part in drawn.parts]
    counts = [places.shape[1] for places in vertices]
    lows, highs = (np.repeat([getattr(part, end) for part in drawn.parts], counts) for end in ("low", "high"))
    return np.concatenate(vertices, axis=1), lows, highs


def _missed(values: Floats, lows: Floats, highs: Floats) -> Floats:
    """How far the values are outside of what lies between; all of one shape."""
    with np.errstate(invalid="ignore"):
        return np.maximum(np.maximum(lows - values, values - highs), 0.0)


def _spacing(x: Floats, y: Floats) -> float:
    """How far a vertex is from the next where they are far apart; x and y of shape (M,).

    An uneven grid errs where it is coarse.
    """
    steps = np.hypot(np.diff(x), np.diff(y))
    return float(np.quantile(steps, 0.95)) if steps.size else 0.0


def _mostly(missed: Floats, tolerance: float) -> bool:
    """Whether all misses, shape (M,), are within the tolerance but for few: a coarse grid cuts off peaks."""
    within = [float(np.mean(missed <= factor * tolerance)) for factor in (1, 2)]
    return within[0] >= 0.98 or (within[0] >= 0.9 and within[1] >= 0.98)
