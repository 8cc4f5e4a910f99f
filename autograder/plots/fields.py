"""Questions about figures of a function of two variables: contours, surfaces, arrows of the gradient."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, FunctionPlot, finite, near, numeric
from autograder.plots.data import Arrows, AxesData, Contours, Surface

__all__ = ["ContourPlot", "QuiverPlot", "SurfacePlot"]

LEVEL_SHARE = 0.02
"""How far a vertex may be from its level, as a share of the range of the function in the picture: a grid of 15 points
a side interpolates to about a quarter of that, a transposed grid misses by the whole range."""


class ContourPlot(FunctionPlot):
    r"""Contours or filled contours: at every vertex of the curve of level c, :math:`f(x, y) = c`.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        levels: that must be drawn, and no others; None for any three or more.
        filled: True for ``contourf``, False for ``contour``, None for either.

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
            return "plot_no_contours"
        found = [self._of_set(drawn, axes) for drawn in sets]
        return "" if "" in found else found[-1]

    def _of_set(self, drawn: Contours, axes: AxesData) -> str:
        visible = [part for part in drawn.parts if len(part.x) > 1]
        if not visible:
            return "plot_few_levels"
        if not self._on_level(drawn, self.f, axes):
            for problem, other in self.misread():
                if self._on_level(drawn, other, axes):
                    return problem
            return "plot_function"
        if self.levels is not None:
            wanted = np.array(self.levels)
            span = max(np.ptp(wanted), abs(wanted).max(), 1e-9)
            if len(drawn.levels) != len(wanted) or not np.allclose(drawn.levels, wanted, rtol=0, atol=1e-6 * span):
                return "plot_levels"
        elif len(visible) < 3:
            return "plot_few_levels"
        limits = dict(zip(self.wrt, (axes.xlim, axes.ylim), strict=True))
        if not all(self.covers(name, np.array(limits[name])) for name in self.wrt):
            return "plot_domain"
        return ""

    def _on_level(self, drawn: Contours, f: Callable[..., Floats], axes: AxesData) -> bool:
        low, high, at = [], [], []
        for part in drawn.parts:
            x, y = finite(part.x, part.y)
            values = f(x, y)
            at.append(values)
            low.append(np.full(values.shape, part.low))
            high.append(np.full(values.shape, part.high))
        values, lows, highs = np.concatenate(at), np.concatenate(low), np.concatenate(high)
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
        missed = np.maximum(np.maximum(lows - values, values - highs), 0.0)
        return near(missed, np.zeros_like(missed), tolerance, 0.98)


class SurfacePlot(FunctionPlot):
    r"""A surface or a wireframe: at every corner of its faces, :math:`z = f(x, y)`.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`.
    """

    def __init__(self, function: Any, wrt: str | Sequence[str], **options: Any) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 2:
            raise AuthorError("a surface needs a function of two variables")

    @property
    def prompt(self) -> str:
        return f"surface of {self.text}"

    def problem(self, axes: AxesData) -> str:
        found = [self._of_surface(drawn) for drawn in axes.surfaces]
        return "plot_no_surface" if not found else "" if "" in found else found[-1]

    def _of_surface(self, drawn: Surface) -> str:
        x, y, z = finite(drawn.x, drawn.y, drawn.z)
        if x.size < 25:
            return "plot_no_surface"
        tolerance = 1e-3 * max(np.ptp(z), 1e-9)
        if not near(z, self.f(x, y), tolerance, 0.99):
            for problem, other in self.misread():
                if near(z, other(x, y), tolerance, 0.99):
                    return problem
            return "plot_function"
        if not (self.covers(self.wrt[0], x) and self.covers(self.wrt[1], y)):
            return "plot_domain"
        return ""


class QuiverPlot(FunctionPlot):
    r"""Arrows along the gradient: at every arrow, (u, v) is parallel to :math:`\nabla f` and points the same way.

    Args:
        function, wrt, **options: as for :class:`autograder.plots.base.FunctionPlot`.
        downhill: whether the arrows point along :math:`-\nabla f`.
        least: how many arrows there must be.
        degrees: how far an arrow may be off.
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        downhill: bool = False,
        least: int = 9,
        degrees: float = 2.0,
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) != 2:
            raise AuthorError("arrows in the plane need a function of two variables")
        self.downhill = downhill
        self.least = least
        self.degrees = degrees

    @property
    def prompt(self) -> str:
        return f"arrows of the {'negative ' if self.downhill else ''}gradient of {self.text}"

    @cached_property
    def partials(self) -> tuple[Callable[..., Floats], Callable[..., Floats]]:
        sign = -1 if self.downhill else 1
        by_x, by_y = (sp.diff(self.expression, symbol) * sign for symbol in self.symbols)
        return numeric(self.symbols, by_x), numeric(self.symbols, by_y)

    def problem(self, axes: AxesData) -> str:
        found = [self._of_arrows(drawn, axes) for drawn in axes.arrows]
        return "plot_no_arrows" if not found else "" if "" in found else found[-1]

    def _of_arrows(self, drawn: Arrows, axes: AxesData) -> str:
        x, y, u, v = finite(drawn.x, drawn.y, drawn.u, drawn.v)
        gx, gy = (partial(x, y) for partial in self.partials)
        length, steep = np.hypot(u, v), np.hypot(gx, gy)
        # where the gradient all but vanishes, an arrow has no direction to speak of
        if not steep.size or not np.isfinite(steep).any():
            return "plot_no_arrows"
        clear = (steep > 1e-6 * np.nanmax(steep)) & (length > 1e-9 * length.max(initial=0.0))
        if clear.sum() < self.least:
            return "plot_no_arrows"
        scale = length[clear] * steep[clear]
        along = (u * gx + v * gy)[clear] / scale
        across = np.abs((u * gy - v * gx)[clear]) / scale
        straight = across <= np.sin(np.radians(self.degrees))
        if not straight.mean() >= 0.98:
            return "plot_direction"
        if not (along[straight] > 0).mean() >= 0.98:
            return "plot_sign"
        if drawn.angles != "xy" and not axes.equal_aspect:
            return "plot_angles"
        return ""
