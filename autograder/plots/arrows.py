"""Questions about figures of a field in the plane: arrows and stream lines, of a gradient or of any field."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import parse
from autograder.plots.base import Floats, FunctionPlot, finite, nearest, numeric
from autograder.plots.data import Arrows, AxesData

__all__ = ["QuiverPlot", "StreamPlot"]

SHORT = 1e-3
"""Pieces of a stream line that are shorter than this share of the picture have no direction to speak of."""
LEAST_LENGTH = 5.0
"""How long all stream lines together must be, in widths of the picture: ``ax.streamplot`` draws more than twenty."""
WEAK = 0.02
"""Where a field is weaker than this share of its strongest, a grid does not tell its direction."""


class FieldPlot(FunctionPlot):
    r"""Base of the questions about a field in the plane.

    Args:
        field: its two components, ``["-y", "x"]``, ``"[-y, x]"`` or a Matrix; or one function, whose gradient is meant.
        wrt: the two variables, that of the horizontal axis first.
        downhill: whether :math:`-\nabla f` is meant; of a function only.
        degrees: how far a direction may be off.
        **options: as for :class:`autograder.plots.base.FunctionPlot`.

    Raises:
        AuthorError: not two variables or not two components, or as for the base.
    """

    def __init__(
        self, field: Any, wrt: str | Sequence[str], *, downhill: bool = False, degrees: float = 2.0, **options: Any
    ) -> None:
        super().__init__(field, wrt, **options)
        if len(self.wrt) != 2:
            raise AuthorError("arrows in the plane need a function of two variables")
        if self.is_field and downhill:
            raise AuthorError("downhill= is of a function, whose gradient is meant; of a field give the components")
        self.downhill = downhill
        self.degrees = degrees

    def _expression_of(self, function: Any) -> Any:
        """One formula; of a field a tuple of its components."""
        if isinstance(function, sp.MatrixBase):
            function = list(function)
        if isinstance(function, list | tuple):
            self.text = f"[{', '.join(map(str, function))}]"
            function = self.text
        try:
            parsed = parse(str(function), self.wrt)
        except ExpressionError as error:
            raise AuthorError(f"field={function!r}: {error}") from error
        if isinstance(parsed, sp.Expr):
            return parsed
        components = list(parsed)
        if len(components) != 2 or not all(isinstance(each, sp.Expr) for each in components):
            raise AuthorError(f"field={function!r}: a field in the plane has two components")
        return sp.Tuple(*components)

    @property
    def is_field(self) -> bool:
        """Whether the field itself was given, and not a function whose gradient is meant."""
        return isinstance(self.expression, sp.Tuple)

    @property
    def in_words(self) -> str:
        """The field in words, for the prompt."""
        return (
            f"the field {self.text}"
            if self.is_field
            else f"the {'negative ' if self.downhill else ''}gradient of {self.text}"
        )

    @cached_property
    def components(self) -> tuple[Callable[..., Floats], Callable[..., Floats]]:
        """Both components, functions of arrays of x and of y."""
        sign = -1 if self.downhill else 1
        parts = (
            self.expression if self.is_field else [sp.diff(self.expression, symbol) * sign for symbol in self.symbols]
        )
        first, second = (numeric(self.symbols, part) for part in parts)
        return first, second

    def across(self, x: Floats, y: Floats, u: Floats, v: Floats) -> tuple[Floats, Floats, Floats]:
        """Cosine and size of the sine of the angle to the field, and how strong it is there; all of shape (M,)."""
        return _angle(u, v, *(component(x, y) for component in self.components))

    def instead(self, x: Floats, y: Floats, u: Floats, v: Floats) -> str:
        """What directions, (M,) each, show that are not those of a given field."""
        if self.is_field:
            p, q = self.components
            others = {
                "plot_components": (q(x, y), p(x, y)),
                "plot_transposed": (p(y, x), q(y, x)),
                "plot_component_sign": (-p(x, y), q(x, y)),
                "plot_turned": (-q(x, y), p(x, y)),
            }
            for problem, (other_u, other_v) in others.items():
                along, sine, strong = _angle(u, v, other_u, other_v)
                clear = strong > WEAK
                if clear.any() and (sine[clear] <= np.sin(np.radians(3 * self.degrees))).mean() >= 0.9:
                    if problem == "plot_components" and not (along[clear] > 0).mean() >= 0.9:
                        continue
                    return problem
        return "plot_direction"


class QuiverPlot(FieldPlot):
    r"""Arrows along a field, or along :math:`\nabla f`: each is parallel to it and points the same way.

    Args:
        function: one function, whose gradient is meant, or the two components of a field, ``["-y", "x"]``.
        wrt, downhill, degrees, **options: as for :class:`FieldPlot`.
        least: how many arrows there must be.

    Raises:
        AuthorError: not two variables, or as for the base.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x, y = np.meshgrid(np.linspace(-2, 2, 6), np.linspace(-1, 1, 5))
    >>> figure = Figure()
    >>> _ = figure.subplots().quiver(x, y, 2 * x * y, x**2, angles="xy")
    >>> QuiverPlot("x**2*y", wrt=("x", "y")).judge(figure).outcome.value
    'CORRECT'
    >>> figure = Figure()
    >>> _ = figure.subplots().quiver(x, y, -y, x, angles="xy")
    >>> QuiverPlot(["-y", "x"], wrt=("x", "y")).judge(figure).outcome.value
    'CORRECT'
    """

    def __init__(self, function: Any, wrt: str | Sequence[str], *, least: int = 9, **options: Any) -> None:
        super().__init__(function, wrt, **options)
        self.least = least

    @property
    def prompt(self) -> str:
        return f"arrows of {self.in_words}"

    def problem(self, axes: AxesData) -> str:
        # a loop may have drawn each arrow by a call of its own
        kinds = {drawn.angles for drawn in axes.arrows} if len(axes.arrows) > 1 else ()
        joined = [_together([drawn for drawn in axes.arrows if drawn.angles == angles]) for angles in sorted(kinds)]
        found = nearest(["plot_no_arrows", *(self._of_arrows(drawn, axes) for drawn in [*axes.arrows, *joined])])
        return "plot_streams" if found and _streams(axes) else found

    def _of_arrows(self, drawn: Arrows, axes: AxesData) -> str:
        x, y, u, v = finite(drawn.x, drawn.y, drawn.u, drawn.v)
        gx, gy = (component(x, y) for component in self.components)
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
        # differences between the points of a grid are less exact at its edges
        straight = across <= np.sin(np.radians(3 * self.degrees))
        if not (straight.mean() >= 0.98 and (across <= np.sin(np.radians(self.degrees))).mean() >= 0.9):
            if _is_counted(x) and _is_counted(y):
                return "plot_no_places"
            return self.instead(x[clear], y[clear], u[clear], v[clear])
        if not (along[straight] > 0).mean() >= 0.98:
            return "plot_sign"
        backwards = axes.xlim[0] > axes.xlim[1] or axes.ylim[0] > axes.ylim[1]
        if drawn.angles != "xy" and (backwards or not axes.equal_aspect):
            return "plot_angles"
        return ""


class StreamPlot(FieldPlot):
    r"""Stream lines of a field, or of :math:`\nabla f`: every piece runs along it, and the heads say which way.

    Args:
        function: one function, whose gradient is meant, or the two components of a field, ``["-y", "x"]``.
        wrt, downhill, **options: as for :class:`FieldPlot`.
        degrees: how far a piece of a line may be off: those of ``ax.streamplot`` are straight, and the field is bent.

    Raises:
        AuthorError: not two variables, or as for the base.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x, y = np.meshgrid(np.linspace(-2, 2, 25), np.linspace(-2, 2, 25))
    >>> figure = Figure()
    >>> _ = figure.subplots().streamplot(x, y, -y, x)
    >>> StreamPlot(["-y", "x"], wrt=("x", "y")).judge(figure).outcome.value
    'CORRECT'
    >>> StreamPlot(["y", "-x"], wrt=("x", "y")).judge(figure).details["problem"]
    'plot_sign'
    """

    def __init__(self, function: Any, wrt: str | Sequence[str], *, degrees: float = 4.0, **options: Any) -> None:
        super().__init__(function, wrt, degrees=degrees, **options)

    @property
    def prompt(self) -> str:
        return f"stream lines of {self.in_words}"

    def problem(self, axes: AxesData) -> str:
        width, height = (abs(high - low) or 1.0 for low, high in (axes.xlim, axes.ylim))
        pieces = [_pieces(line.x, line.y) for line in axes.lines if line.z is None and line.drawn and len(line.x) > 1]
        if not pieces:
            return "plot_no_streams"
        x, y, u, v = np.concatenate(pieces, axis=1)
        length = np.hypot(u / width, v / height)
        if length.sum() < LEAST_LENGTH:
            return "plot_no_streams"
        _, sine, strong = self.across(x, y, u, v)
        clear = (length > SHORT) & (strong > WEAK)
        if not clear.any():
            return "plot_no_streams"
        off = np.average(sine[clear] > np.sin(np.radians(self.degrees)), weights=length[clear])
        far = np.average(sine[clear] > np.sin(np.radians(3 * self.degrees)), weights=length[clear])
        if off > 0.1 or far > 0.03:
            return self.instead(x[clear], y[clear], u[clear], v[clear])
        heads = [finite(drawn.x, drawn.y, drawn.u, drawn.v) for drawn in axes.arrows]
        along, _, strong = self.across(*np.concatenate(heads, axis=1)) if heads else (np.zeros(0),) * 3
        if not (strong > WEAK).any():
            return "plot_no_heads"
        if not (along[strong > WEAK] > 0).mean() >= 0.95:
            return "plot_sign"
        covered = all(self.covers(name, values) for name, values in zip(self.wrt, (x, y), strict=True))
        return "" if covered else "plot_domain"


def _angle(u: Floats, v: Floats, other_u: Floats, other_v: Floats) -> tuple[Floats, Floats, Floats]:
    """Cosine and size of the sine of the angle between two fields, and how strong the other one is; all of shape (M,).

    The strength is a share of the strongest; 0 where the other field has no value.
    """
    size = np.hypot(other_u, other_v)
    strong = np.where(np.isfinite(size), size, 0.0)
    with np.errstate(all="ignore"):
        scale = np.hypot(u, v) * size
        along, sine = (u * other_u + v * other_v) / scale, np.abs(u * other_v - v * other_u) / scale
        return along, sine, strong / max(float(strong.max(initial=0.0)), 1e-300)


def _pieces(x: Sequence[float], y: Sequence[float]) -> Floats:
    """The straight pieces of a line of M points: middles and differences, shape (4, fewer than M)."""
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    rows = np.array([(xs[1:] + xs[:-1]) / 2, (ys[1:] + ys[:-1]) / 2, np.diff(xs), np.diff(ys)])
    kept: Floats = rows[:, np.isfinite(rows).all(axis=0)]
    return kept


def _is_counted(places: Floats) -> bool:
    """Whether coordinates, shape (M,), are 0, 1, 2, …: where quiver puts arrows that it is told no places for."""
    found = np.unique(places)
    return bool(found.size > 2 and np.array_equal(found, np.arange(found.size)))


def _streams(axes: AxesData) -> bool:
    """Whether the arrows are the heads on long bent lines, as ``ax.streamplot`` draws them."""
    heads = sum(len(drawn.x) for drawn in axes.arrows)
    return heads > 0 and sum(len(line.x) for line in axes.lines) > 10 * heads


def _together(drawn: Sequence[Arrows]) -> Arrows:
    x, y, u, v = (
        tuple(value for arrows in drawn for value in getattr(arrows, column)) for column in ("x", "y", "u", "v")
    )
    return Arrows(x=x, y=y, u=u, v=v, angles=drawn[0].angles)
