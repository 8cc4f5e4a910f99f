"""Fields, stream lines and several curves in one figure: what is right however it was drawn, and what is wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from autograder import CurvesPlot, QuiverPlot, StreamPlot
from autograder.errors import AuthorError
from autograder.feedback import student
from autograder.model import Outcome

XY = ("x", "y")
X, Y = np.meshgrid(np.linspace(-2, 2, 21), np.linspace(-2, 2, 19))
T = np.linspace(-1, 2, 60)
WHIRL = QuiverPlot(["-y", "x"], XY)
STREAMS = StreamPlot(["-y", "x"], XY)
BENT = StreamPlot(["x + 1", "-y*x"], XY, domain={"x": (-2, 2), "y": (-2, 2)})
CURVES = CurvesPlot(
    {"f": "x**3", "f'": "3*x**2", "tangent": "3*x - 2"}, "x", words={"f'": ["derivative"]}, domain={"x": (-1, 2)}
)


def drawn(draw: Callable[[Any], Any]) -> Figure:
    figure = Figure()
    draw(figure.subplots())
    return figure


def arrows(u: Any, v: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda axes: axes.quiver(X, Y, u, v, **{"angles": "xy"} | options)


def streams(u: Any, v: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda axes: axes.streamplot(X, Y, u, v, **options)


def lines(*named: tuple[Any, str], legend: Any = True, **options: Any) -> Callable[[Any], Any]:
    def draw(axes: Any) -> None:
        for values, label in named:
            axes.plot(T, values, label=label, **options)
        if legend is True:
            axes.legend()
        elif legend:
            axes.legend(legend)

    return draw


def dots(axes: Any) -> None:
    for values, label in ((T**3, "f"), (3 * T**2, "f'"), (3 * T - 2, "tangent")):
        axes.scatter(T, values, label=label)
    axes.legend()


def two_axes() -> Figure:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot(T, T)
    lines(*ALL)(right)
    return figure


ALL = ((T**3, "f"), (3 * T**2, "f'"), (3 * T - 2, "tangent"))
SPEED = np.hypot(X, Y)
COARSE = np.meshgrid(np.linspace(-2, 2, 8), np.linspace(-2, 2, 8))

RIGHT = [
    (WHIRL, arrows(-Y, X)),
    (WHIRL, arrows(-Y / (SPEED + 1e-9), X / (SPEED + 1e-9))),
    (WHIRL, arrows(-3 * Y, 3 * X, scale=50, pivot="mid")),
    (WHIRL, lambda axes: (axes.quiver(X, Y, -Y, X, SPEED), axes.set_aspect("equal"))),
    (QuiverPlot("[-y, x]", XY), arrows(-Y, X)),
    (QuiverPlot(["y", "-sin(x)"], XY), arrows(Y, -np.sin(X))),
    (STREAMS, streams(-Y, X)),
    (STREAMS, streams(-Y, X, density=0.6)),
    (STREAMS, streams(-Y, X, color=SPEED, linewidth=1 + SPEED)),
    (STREAMS, streams(-Y, X, arrowstyle="->", broken_streamlines=False)),
    (STREAMS, lambda axes: axes.streamplot(*COARSE, -COARSE[1], COARSE[0])),
    (BENT, streams(X + 1, -Y * X)),
    (BENT, streams(X + 1, -Y * X, density=2)),
    (StreamPlot("x**2 + 2*y**2", XY, downhill=True), streams(-2 * X, -4 * Y)),
    (StreamPlot("x*y", XY), streams(Y, X)),
    (CURVES, lines(*ALL)),
    (CURVES, lines(*ALL[::-1])),
    (CURVES, lines((T**3, "$f(x)$"), (3 * T**2, "$f'(x)$"), (3 * T - 2, "Tangent at 1"))),
    (CURVES, lines((T**3, "$x^3$"), (3 * T**2, "derivative"), (3 * T - 2, "y = 3x - 2"))),
    (CURVES, lines((T**3, "f(x) = x**3"), (3 * T**2, r"$f^{\prime}(x)$"), (3 * T - 2, "t"))),
    (CURVES, lines((T**3, ""), (3 * T**2, ""), (3 * T - 2, ""), legend=["f", "f'", "tangent"])),
    (CURVES, dots),
    (CURVES, lambda axes: (axes.axhline(0, color="k"), lines(*ALL)(axes))),
    (CURVES, lambda axes: (axes.plot(T, T**2, label="another"), lines(*ALL)(axes))),
    (CurvesPlot({"f": "x**3", "f'": "3*x**2"}, "x", legend=False), lines(*ALL[:2], legend=False)),
]

WRONG = [
    (WHIRL, arrows(Y, -X), "plot_sign"),
    (WHIRL, arrows(X, Y), "plot_turned"),
    (QuiverPlot(["y**2", "x"], XY), arrows(X, Y**2), "plot_components"),
    (QuiverPlot(["y**2", "x"], XY), arrows(-(Y**2), X), "plot_component_sign"),
    (QuiverPlot(["x**2", "x + y"], XY), arrows(Y**2, X + Y), "plot_transposed"),
    (WHIRL, arrows(np.ones_like(X), Y), "plot_direction"),
    (WHIRL, lambda axes: axes.quiver(-Y, X), "plot_no_places"),
    (WHIRL, streams(-Y, X), "plot_streams"),
    (WHIRL, lambda axes: axes.quiver(X, Y, -Y, X), "plot_angles"),
    (STREAMS, streams(Y, -X), "plot_sign"),
    (STREAMS, streams(X, Y), "plot_turned"),
    (BENT, streams(-Y * X, X + 1), "plot_components"),
    (BENT, streams(X + 1, Y * X), "plot_component_sign"),
    (BENT, streams(X + 1, -Y), "plot_direction"),
    (STREAMS, arrows(-Y, X), "plot_no_streams"),
    (STREAMS, streams(-Y, X, arrowsize=1, density=1, arrowstyle="-"), "plot_no_heads"),
    (BENT, lambda axes: axes.streamplot(X[:, :12], Y[:, :12], X[:, :12] + 1, -Y[:, :12] * X[:, :12]), "plot_domain"),
    (StreamPlot("x**2 + 2*y**2", XY, downhill=True), streams(2 * X, 4 * Y), "plot_sign"),
    (CURVES, lines(*ALL, legend=False), "plot_no_legend"),
    (CURVES, lines(*ALL[:2]), "plot_curve_missing"),
    (CURVES, lines((T**3, "f'"), (3 * T**2, "f"), (3 * T - 2, "tangent")), "plot_legend"),
    (CURVES, lines((T**3, "f"), (3 * T**2, "f'"), (3 * T - 2, "x**3")), "plot_legend"),
    (CURVES, lines((T**3, ""), (3 * T**2, ""), (3 * T - 2, ""), legend=["f'", "f", "tangent"]), "plot_legend"),
    (CURVES, lines((T**3, "f"), (2 * T**2, "f'"), (3 * T - 2, "tangent")), "plot_function"),
    (CURVES, lines((T**3, "f"), (3 * T**2, "f'"), (3 * T, "tangent")), "plot_function"),
    (CURVES, lines((T**3, "f"), (3 * T**2, "f'"), (3 * T - 2, "_hidden")), "plot_no_legend"),
    (CURVES, lambda axes: axes.set_title("f and its slope"), "plot_empty"),
]


@pytest.mark.parametrize(("question", "draw"), RIGHT)
def test_a_right_figure_however_it_was_drawn(question: Any, draw: Callable[[Any], Any]) -> None:
    verdict = question.judge(drawn(draw))
    assert (verdict.outcome, verdict.details.get("problem")) == (Outcome.CORRECT, None)


def test_the_curves_may_stand_beside_other_axes() -> None:
    assert CURVES.judge(two_axes()).outcome is Outcome.CORRECT


@pytest.mark.parametrize(("question", "draw", "problem"), WRONG)
def test_a_wrong_figure_and_what_is_said_of_it(question: Any, draw: Callable[[Any], Any], problem: str) -> None:
    verdict = question.judge(drawn(draw))
    assert (verdict.outcome, verdict.details.get("problem")) == (Outcome.INCORRECT, problem)
    assert student(verdict, level=2, language="de") != student(verdict, level=2, language="en")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: QuiverPlot(["x", "y", "x"], XY), "two components"),
        (lambda: StreamPlot(["x"], XY), "two components"),
        (lambda: StreamPlot(["-y", "x +"], XY), "field="),
        (lambda: QuiverPlot(["-y", "x"], XY, downhill=True), "downhill="),
        (lambda: StreamPlot("x**2", "x"), "two variables"),
        (lambda: CurvesPlot({"f": "x"}, "x"), "at least two"),
        (lambda: CurvesPlot({"f": "x", "g": "x**2"}, "x", words={"h": ["g"]}), "words= names h"),
        (lambda: CurvesPlot({"f": "x*y", "g": "x**2"}, "x"), "function="),
    ],
)
def test_an_author_is_told(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(AuthorError, match=says):
        make()
