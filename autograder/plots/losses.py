"""Loss curves: the value of a function along a descent, or any loss that has to fall."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import Floats, PlotQuestion, finite, near, nearest, numeric
from autograder.plots.data import AxesData
from autograder.plots.lines import scattered
from autograder.questions import Descent

__all__ = ["LossPlot"]

_FEWEST = 4
"""Points in a row from which on a line may be a loss."""
_LOGARITHM = re.compile(r"log|\bl[ng]\b|dB", re.IGNORECASE)
"""What stands on an axis whose numbers are logarithms."""
_LONG = 400
"""Steps after which a descent that arrives has arrived."""


class LossPlot(PlotQuestion):
    r"""The loss over the steps of a descent, :math:`f(x_k)` over k: a curve that falls, on a logarithmic axis.

    Args:
        function: text or SymPy expression; without one the curve is any that falls as far as ``falls`` says.
        wrt: its variables, in the order of ``start``.
        start: :math:`x_0`.
        step: :math:`\eta`.
        count: how many steps.
        curves: name → step length, for a curve each on the same axes.
        log: whether the vertical axis must be logarithmic.
        falls: without a function: which share of the first loss may be left at the end.
        least: without a function: how many points there must be.
        **options: as for :class:`autograder.plots.base.PlotQuestion`.

    The start may be left out of the curve, as a logarithmic horizontal axis does; the curve may go on after the last
    step. Logarithms on a linear axis are as good as a logarithmic axis where a label says that they are.

    Raises:
        AuthorError: start, step or count is missing, or the loss is not above 0 everywhere on a logarithmic axis.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().subplots()
    >>> _ = axes.semilogy([18, 10.96, 6.8128, 4.287616])
    >>> question = LossPlot("x**2 + 2*y**2", ("x", "y"), start=(4, 1), step=0.1, count=3)
    >>> question.judge(axes).outcome.value
    'CORRECT'
    >>> axes.set_yscale("linear")
    >>> question.judge(axes).details["problem"]
    'plot_loss_linear'
    """

    def __init__(
        self,
        function: Any = None,
        wrt: str | Sequence[str] = (),
        *,
        start: Any = None,
        step: float | None = None,
        count: int | None = None,
        curves: Mapping[str, float] | None = None,
        log: bool = True,
        falls: float = 0.5,
        least: int = 10,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.log, self.falls, self.least = log, float(falls), int(least)
        self.walks: dict[str, Descent] = {}
        if function is None:
            if start is not None or step is not None or curves:
                raise AuthorError("start=, step= and curves= are of a descent on a function: give it as well")
            if not 0 < self.falls < 1 or self.least < _FEWEST:
                raise AuthorError(f"falls={falls!r} must lie between 0 and 1, and least={least!r} be {_FEWEST} or more")
            return
        steps: dict[str, float | None] = {**(curves or {})} or {"": step}
        if start is None or count is None or None in steps.values():
            raise AuthorError("a loss curve of a function needs start=, count=, and step= or curves={name: step}")
        self.walks = {name: Descent(function, start, each, count, wrt or None) for name, each in steps.items()}
        if log and any(np.any(values <= 0) for values in self.losses.values()):
            raise AuthorError("the loss is not above 0 everywhere: add a constant to the function, or say log=False")

    @property
    def prompt(self) -> str:
        axis = ", on a logarithmic axis" if self.log else ""
        if not self.walks:
            return f"loss that falls to {self.falls:g} of its first value{axis}"
        first, *_ = self.walks.values()
        lengths = ", ".join(f"{float(walk.step):g}" for walk in self.walks.values())
        return f"loss of {first.function.text} over {first.count} descent steps of length {lengths}{axis}"

    def certify(self) -> None:
        """Walk each descent by SymPy's gradient and by JAX's; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree.
        """
        for walk in self.walks.values():
            walk.certify()

    @cached_property
    def losses(self) -> dict[str, Floats]:
        """Name → the values along the path, of shape (count + 1,)."""
        return {name: self._values(walk.path) for name, walk in self.walks.items()}

    def _values(self, path: Floats) -> Floats:
        """The function at places, (M, n): (M,)."""
        return self._compiled[0](*path[:, self._order].T)

    def _slopes(self, path: Floats) -> Floats:
        """Its gradient at places, (M, n): (M, n)."""
        columns = path[:, self._order].T
        return np.column_stack([partial(*columns) for partial in self._compiled[1:]])

    @cached_property
    def _compiled(self) -> list[Callable[..., Floats]]:
        """The function and its partial derivatives, of arrays."""
        first, *_ = self.walks.values()
        assert first.function.exprs is not None
        symbols, expression = first.function.symbols, first.function.exprs[0]
        named = {symbol.name: symbol for symbol in symbols}
        return [
            numeric(symbols, each) for each in (expression, *(sp.diff(expression, named[name]) for name in first.wrt))
        ]

    @property
    def _order(self) -> list[int]:
        """Which coordinate of a path stands at each of the function's variables."""
        first, *_ = self.walks.values()
        return [first.wrt.index(name) for name in first.variables]

    def problem(self, axes: AxesData) -> str:
        drawn = [finite(each.x, each.y) for each in [*axes.lines, *scattered(axes)] if len(each.x) >= _FEWEST]
        rows = [y for x, y in drawn if _steady(x) and y.size >= _FEWEST]
        if not rows:
            return "plot_no_loss"
        if not self.log or axes.yscale in ("log", "symlog"):
            return self._of_rows(rows) or self._of_legend(axes)
        said = " ".join([axes.ylabel, axes.title, *axes.legend])
        bases = (np.e, 10.0, 2.0) if _LOGARITHM.search(said) else ()
        raised = [[base ** np.clip(y, -300, 300) for y in rows] for base in bases]
        if any(not self._of_rows(each) for each in raised):
            return ""
        return self._of_rows(rows) or "plot_loss_linear"

    def _of_rows(self, rows: Sequence[Floats]) -> str:
        """What is wrong with all curves together, (M,) each, whatever the axis is."""
        if not self.walks:
            found = nearest(self._of_any(y) for y in rows)
        else:
            each = {name: nearest(self._of_row(y, name) for y in rows) for name in self.walks}
            found = nearest(each.values()) if not any(not one for one in each.values()) else self._missing(each, rows)
        return found

    def _of_legend(self, axes: AxesData) -> str:
        """Whether a curve has another one's name in the legend."""
        for name in self.walks if len(self.walks) > 1 else ():
            for line in axes.lines:
                label = line.label.casefold() if line.label in axes.legend else ""
                others = [other for other in self.walks if other != name and other.casefold() in label]
                if others and name.casefold() not in label and _alike(np.array(line.y), self.losses[name]):
                    return "plot_legend"
        return ""

    def _missing(self, each: Mapping[str, str], rows: Sequence[Floats]) -> str:
        """What is wrong with rows, (M,) each, where one of the curves is there at least."""
        wrong = [name for name, problem in each.items() if problem]
        if not wrong:
            return ""
        rest = [y for y in rows if all(self._of_row(y, name) for name in self.walks)]
        return nearest(self._of_row(y, wrong[0]) for y in rest) if rest else "plot_curve_missing"

    def _of_any(self, y: Floats) -> str:
        """What is wrong with a row of losses, (M,), that need only fall."""
        few = max(len(y) // 10, 1)
        first, last = float(np.median(y[:few])), float(np.median(y[-few:]))
        if last > 1.05 * first:
            return "plot_loss_rises"
        if last > self.falls * first:
            return "plot_loss_flat"
        return "plot_loss_short" if len(y) < self.least else ""

    def _of_row(self, y: Floats, name: str) -> str:
        """What is wrong with a row of numbers, (M,), as the loss along one of the descents."""
        walk, right = self.walks[name], self.losses[name]
        if _alike(y, right):
            return ""
        if y.size <= right.size and _alike(y[::-1], right):
            return "plot_loss_backwards"
        if np.all(right > 0):
            for logs in (np.log(right), np.log10(right), np.log2(right)):
                if _alike(y, logs):
                    return "plot_loss_linear"
                if _alike(np.abs(y), np.abs(logs)):
                    return "plot_loss_twice"
        if _FEWEST <= len(y) < len(right) and near(y, right[: len(y)], 1e-3 * float(np.ptp(right))):
            return "plot_loss_short"
        slopes = np.linalg.norm(self._slopes(walk.path), axis=1)
        far = np.linalg.norm(walk.path - self._end(walk), axis=1)
        for problem, other in (("plot_loss_gradient", slopes), ("plot_loss_distance", far)):
            if _alike(y, other) or _alike(y, other**2):
                return problem
        step = self._step_of(y, walk)
        if step is not None:
            return "plot_loss_rises" if step < 0 else "plot_loss_step"
        return "plot_loss_rises" if y[-1] > y[0] else "plot_function"

    def _end(self, walk: Descent) -> Floats:
        """Where a descent goes, (n,)."""
        place: Floats = walk.path[-1]
        for _ in range(_LONG):
            moved = float(walk.step) * self._slopes(place[None])[0]
            place = place - moved
            if np.abs(moved).max() < 1e-7:
                break
        return place

    def _step_of(self, y: Floats, walk: Descent) -> float | None:
        """The step length, below 0 uphill, of the descent from the same start that has these losses, (M,); or None."""
        start, slope = walk.path[0], self._slopes(walk.path[:1])[0]
        sizes = np.geomspace(1e-4, 1e2, 400) * float(walk.step)
        tried = np.concatenate([-sizes[::-1], sizes])
        off = self._values(start - tried[:, None] * slope) - y[1]
        crossed = np.flatnonzero(np.sign(off[:-1]) * np.sign(off[1:]) <= 0)
        low, high, above = tried[crossed], tried[crossed + 1], off[crossed] > 0
        for _ in range(60 if crossed.size else 0):
            middle = (low + high) / 2
            same = (self._values(start - middle[:, None] * slope) - y[1] > 0) == above
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        for step in low:
            with np.errstate(all="ignore"):
                path = [start]
                for _ in range(min(len(y) - 1, 8)):
                    path.append(path[-1] - step * self._slopes(path[-1][None])[0])
                made = self._values(np.array(path))
            if near(y[: len(made)], made, 1e-3 * float(np.ptp(made))):
                return float(step)
        return None


def _steady(x: Floats) -> bool:
    """Whether these are the numbers of steps, (M,): each as much further right as the one before."""
    apart = np.diff(x)
    return bool(apart.size and np.all(apart > 0) and np.ptp(apart) <= 1e-6 * apart.max())


def _alike(y: Floats, desired: Floats) -> bool:
    """Whether a row, (M,), begins with another one, (K,), or with that without its first number."""
    rows = [row for row in (desired, desired[1:]) if row.size <= y.size]
    with np.errstate(all="ignore"):
        return any(bool(np.all(np.abs(y[: row.size] - row) <= 1e-3 * np.abs(row) + 1e-12)) for row in rows)
