"""What every question about a figure does: take the figure in, ask each of its axes, name what is wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError, ExpressionError, StudentGone
from autograder.expressions import parse
from autograder.model import Check, Evidence, Opaque, Outcome, Reason, Verdict, for_questions
from autograder.plots.data import AxesData, FigureData
from autograder.plots.describe import describe as describe_figure
from autograder.plots.describe import figure_of
from autograder.questions import Question

Floats = np.ndarray[Any, np.dtype[np.float64]]

TRIGONOMETRIC = (sp.sin, sp.cos, sp.tan)

# The less a problem says about how near the figure was, the earlier it stands: of several axes, or of several
# artists in one, the student reads about the one that comes nearest.
ORDER = (
    "plot_empty", "plot_no_contours", "plot_no_surface", "plot_no_curve", "plot_no_arrows", "plot_rough",
    "plot_no_streams", "plot_no_loss", "plot_filled", "plot_not_filled", "plot_few_levels",
    "plot_function", "plot_coarse",
    "plot_direction", "plot_no_places", "plot_no_heads",
    "plot_no_tangent", "plot_path", "plot_loss_rises", "plot_loss_flat", "plot_path_uphill", "plot_path_flat",
    "plot_path_off", "plot_path_step", "plot_path_start", "plot_path_end", "plot_not_joined", "plot_order",
    "plot_loss_gradient", "plot_loss_distance", "plot_loss_twice", "plot_loss_step", "plot_loss_backwards",
    "plot_loss_short", "plot_loss_linear",
    "plot_no_note", "plot_note_unnamed", "plot_note_place", "plot_note_sideways", "plot_note_height",
    "plot_note_kind", "plot_note_exchanged", "plot_note_missing", "plot_note_unmarked",
    "plot_not_logarithmic", "plot_scale", "plot_streams", "plot_no_minimum", "plot_no_error", "plot_curve_missing",
    "plot_other_section",
    "plot_transposed", "plot_components", "plot_component_sign", "plot_turned", "plot_sideways",
    "plot_degrees", "plot_sign", "plot_levels", "plot_tangent_point", "plot_tangent_slope", "plot_domain",
    "plot_angles", "plot_aspect", "plot_no_legend", "plot_legend", "plot_label", "",
)  # fmt: skip


class PlotQuestion(Question):
    """Base of the questions about figures.

    Args:
        labels: whether every axis must have a label.
        equal: whether one unit must be as long on both axes, as it must be where right angles are to be seen.
        name, credit: as in :class:`autograder.questions.base.Question`; the ids are those of ``feedback.figures``.
    """

    def __init__(
        self,
        *,
        labels: bool = False,
        equal: bool = False,
        name: str | None = None,
        credit: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(name=name, credit=credit)
        self.labels = labels
        self.equal = equal

    def problem(self, axes: AxesData) -> str:
        """The id of what is wrong with these axes, or nothing."""
        raise NotImplementedError

    def parts(self) -> Sequence[Callable[[AxesData], str]]:
        """What is asked, as things that may each stand on axes of its own; each is like :meth:`problem`."""
        return [self.problem]

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        figure = _figure(answer)
        each = [
            nearest(self._with_manners(part, axes) for axes in figure.axes) if figure.axes else "plot_empty"
            for part in self.parts()
        ]
        found = next((problem for problem in each if problem), "")
        if not found:
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), None
        return (
            Verdict(
                outcome=Outcome.INCORRECT,
                reason=Reason.FIGURE,
                mistakes=(found,),
                details={"problem": found},
            ),
            None,
        )

    def _with_manners(self, part: Callable[[AxesData], str], axes: AxesData) -> str:
        found = part(axes)
        if not found and self.equal and not axes.equal_aspect:
            return "plot_aspect"
        if not found and self.labels and not (axes.xlabel and axes.ylabel and (axes.zlabel or not axes.three_d)):
            return "plot_label"
        return found

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None = None) -> Check:
        drawn = ""
        try:
            figure = _figure(answer)
            shown, kind = summary(figure), "figure"
            if verdict.outcome is not Outcome.CORRECT and not figure.cut:
                drawn = sha256(msgspec.msgpack.encode(_rounded(msgspec.to_builtins(figure)))).hexdigest()
        except Unreadable:
            missing = answer is None or answer is Ellipsis
            shown, kind = ("", "missing") if missing else (describe(answer), "other")
        return Check(kind=self.kind, prompt=self.prompt, answer=shown, answer_kind=kind, verdict=verdict, drawn=drawn)


class FunctionPlot(PlotQuestion):
    """Base of the questions about a figure of a function.

    Args:
        function: text or SymPy expression.
        wrt: its variables, those of the horizontal and the vertical axis first.
        domain: variable → (low, high) that the plot has to cover; where it is left out, any region will do.
        **options: as for :class:`PlotQuestion`.

    Raises:
        AuthorError: the function cannot be read, or has other variables.
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        domain: Mapping[str, tuple[float, float]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.wrt = tuple(wrt.replace(",", " ").split()) if isinstance(wrt, str) else tuple(wrt)
        self.text = str(function)
        self.expression: Any = self._expression_of(function)
        self.domain = {name: (float(low), float(high)) for name, (low, high) in (domain or {}).items()}
        for name, (low, high) in self.domain.items():
            if name not in self.wrt or not low < high:
                raise AuthorError(f"domain of {name!r} must be (low, high) of one of {', '.join(self.wrt)}")

    def _expression_of(self, function: Any) -> Any:
        """The formula that is drawn."""
        try:
            expression: Any = None if isinstance(function, list | tuple) else parse(self.text, self.wrt)
        except ExpressionError as error:
            raise AuthorError(f"function={self.text!r}: {error}") from error
        if not isinstance(expression, sp.Expr):
            raise AuthorError(
                f"function={self.text}: a figure is asked for of one function; for several in one figure there is "
                "CurvesPlot"
            )
        return expression

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The variables as real SymPy symbols, in the order of ``wrt``."""
        return tuple(sp.Symbol(name, real=True) for name in self.wrt)

    @cached_property
    def f(self) -> Callable[..., Floats]:
        """The function on arrays."""
        return numeric(self.symbols, self.expression)

    @cached_property
    def f_degrees(self) -> Callable[..., Floats] | None:
        """The function with the angles in degrees; None where there are no angles."""
        if not self.expression.has(*TRIGONOMETRIC):
            return None
        degrees = self.expression.replace(
            lambda node: isinstance(node, TRIGONOMETRIC), lambda node: node.func(node.args[0] * sp.pi / 180)
        )
        return numeric(self.symbols, degrees)

    @cached_property
    def f_without(self) -> Callable[..., Floats]:
        """The function with 0 in place of each sine, cosine and tangent."""
        # a symbol for the 0: with SymPy's own, 1/sin(x) becomes zoo, which cannot be printed
        zero = sp.Dummy(real=True)
        without = self.expression.replace(lambda node: isinstance(node, TRIGONOMETRIC), lambda _: zero)
        f = numeric((*self.symbols, zero), without)
        return lambda *columns: f(*columns, np.zeros(np.shape(columns[0])))

    def misread(self, off: Callable[[Callable[..., Floats]], float]) -> Iterator[tuple[str, Callable[..., Floats]]]:
        """What a student may have drawn instead: the id of the problem and the function.

        Args:
            off: how far what was drawn is from a function.
        """
        if len(self.wrt) == 2:
            yield "plot_transposed", lambda a, b: self.f(b, a)
        # x**2*y + sin(y) with the angle in degrees is all but x**2*y, which is also drawn where the sine was forgotten
        if self.f_degrees is not None and not off(self.f_without) < off(self.f_degrees):
            yield "plot_degrees", self.f_degrees

    def covers(self, name: str, values: Floats) -> bool:
        """Whether the values, of any shape, reach both ends of a variable's domain, to a twentieth of its width."""
        if name not in self.domain or not values.size:
            return name not in self.domain
        low, high = self.domain[name]
        slack = 0.05 * (high - low)
        return bool(values.min() <= low + slack and values.max() >= high - slack)


def numeric(symbols: Sequence[sp.Symbol], expression: Any) -> Callable[..., Floats]:
    """The expression as a function of arrays that gives an array of their shape, NaN where it has no real value."""
    raw = sp.lambdify(tuple(symbols), expression, "numpy")

    def evaluate(*columns: Floats) -> Floats:
        """Real values, NaN where there are none; the columns and the result are of one shape."""
        with np.errstate(all="ignore"):
            made = np.asarray(raw(*(np.asarray(column, dtype=float) for column in columns)))
        if np.iscomplexobj(made):
            made = np.where(made.imag == 0, made.real, np.nan)
        return np.broadcast_to(made.astype(float), np.shape(columns[0]))

    return evaluate


def finite(*columns: Any) -> tuple[Floats, ...]:
    """The columns, of N numbers each, as arrays of shape (M,): without the rows in which anything is not finite."""
    table = np.array(columns, dtype=float).reshape(len(columns), -1)
    return tuple(table[:, np.isfinite(table).all(axis=0)])


def nearest(problems: Iterable[str]) -> str:
    """Of several problems the one whose figure, axes or artist comes nearest to what is asked."""
    return max(problems, key=ORDER.index)


def near(actual: Floats, desired: Floats, tolerance: float, share: float = 1.0) -> bool:
    """Whether at least this share of the values, both of one shape, differs by at most the tolerance."""
    if not actual.size:
        return False
    with np.errstate(invalid="ignore"):
        return bool(np.mean(np.abs(actual - desired) <= tolerance) >= share)


def summary(figure: FigureData) -> str:
    """A figure in a few words, for the TA."""
    words = []
    for axes in figure.axes:
        kinds = {
            "line": len(axes.lines),
            "scatter": len(axes.points),
            "contour plot": len(axes.contours),
            "quiver": len(axes.arrows),
            "surface": len(axes.surfaces),
        }
        drawn = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items() if count) or "nothing"
        named = ", ".join(label for label in (axes.xlabel, axes.ylabel, axes.zlabel) if label) or "none"
        words.append(f"{drawn}; labels: {named}")
    return " | ".join(words) or "an empty figure"


def _figure(answer: Any) -> FigureData:
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    found = _found(answer)
    if found is None and callable(answer) and not isinstance(answer, type) and _package_of(answer) != "matplotlib":
        # a function that draws and returns the figure; not plt.gcf, which out here would give a figure of ours
        try:
            found = _found(for_questions(answer()))
        except StudentGone:
            raise
        except Exception:  # it wants arguments, or fails: no figure either way
            found = None
    if found is not None:
        return found
    got = f"an object of type {answer.type_name[:60]}" if isinstance(answer, Opaque) else describe(answer)
    raise Unreadable(Reason.WRONG_TYPE, expected="a figure", got=got)


def _rounded(part: Any) -> Any:
    """A record's parts with numbers as they are seen: ``x*x`` and ``x**2`` differ in the last digit, on no picture."""
    if isinstance(part, float):
        return float(f"{part:.6g}")
    if isinstance(part, dict):
        return {name: _rounded(value) for name, value in part.items()}
    return [_rounded(value) for value in part] if isinstance(part, list | tuple) else part


def _found(answer: Any) -> FigureData | None:
    """The figure that an answer is or leads to; None where there is none."""
    if isinstance(answer, FigureData):
        return answer
    if isinstance(answer, list | tuple) or (isinstance(answer, np.ndarray) and answer.dtype == object):
        # (fig, ax) arrives as two descriptions of the same figure
        items = answer.ravel().tolist() if isinstance(answer, np.ndarray) else list(answer)
        shipped = next((item for item in items if isinstance(item, FigureData)), None)
        if shipped is not None:
            return shipped
    if _package_of(type(answer)) in {"matplotlib", "mpl_toolkits", "sympy", "builtins", "numpy"}:
        figure = figure_of(answer)
        return None if figure is None else describe_figure(figure)
    return None


def _package_of(value: Any) -> str:
    return str(getattr(value, "__module__", "")).partition(".")[0]
