"""What a student reads of a figure that is not what was asked for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from autograder import (
    ContourPlot,
    CrossSectionPlot,
    PathPlot,
    QuiverPlot,
    TangentPlot,
)
from autograder.feedback import student
from autograder.model import Outcome

Draw = Callable[[Any], object]


def _contours(points: int, *, filled: bool = False, off: float = 0.0) -> Draw:
    a, b = np.meshgrid(np.linspace(-2, 2, points), np.linspace(-2, 2, points))
    heights = np.exp(-(a**2) - b**2) * (b + off * a)
    return lambda axes: (axes.contourf if filled else axes.contour)(a, b, heights)


def _cuts(*values: float) -> Draw:
    along = np.linspace(-2, 2, 60)
    return lambda axes: [axes.plot(along, value**2 + along * value) for value in values]


LINES = ContourPlot("exp(-x**2 - y**2)*y", wrt=("x", "y"), filled=False)
BANDS = ContourPlot("exp(-x**2 - y**2)*y", wrt=("x", "y"), filled=True)
CUTS = CrossSectionPlot("x**2 + x*y", wrt=("x", "y"), fixed={"x": [0.5, 1, 2]})
PATH = PathPlot("x**2 + 3*y**2", wrt=("x", "y"), start=(1, 1), step=0.1, count=4)
ARROWS = QuiverPlot("x**2 - y**2", wrt=("x", "y"))
GRID = np.linspace(-2, 2, 12)
STEPS = np.column_stack([0.8 ** np.arange(5), 0.4 ** np.arange(5)])

FIGURES: list[tuple[Any, Draw, str]] = [
    (LINES, _contours(40), ""),
    (BANDS, _contours(40, filled=True), ""),
    (LINES, _contours(40, filled=True), "The contours are filled"),
    (BANDS, _contours(40), "The contours are lines"),
    (LINES, _contours(7), "The grid is too coarse"),
    (LINES, _contours(14, off=1.0), "What is drawn is not what the question asks for."),
    (LINES, _contours(40, off=0.3), "What is drawn is not what the question asks for."),
    (LINES, lambda axes: None, "Did the cell stop with an error before it drew"),
    (CUTS, _cuts(0.5, 1, 2), ""),
    (CUTS, _cuts(0.5, 2), "one of the curves that were asked for is not there"),
    (CUTS, _cuts(0.5, 2, 3), "another cross-section"),
    (PATH, lambda axes: axes.plot(*STEPS.T, "o-"), ""),
    (PATH, lambda axes: axes.plot(*STEPS.T, "o"), "no line joins them"),
    (PATH, lambda axes: axes.scatter(*STEPS.T), "no line joins them"),
    (PATH, lambda axes: axes.scatter(*(STEPS + 1).T), "No line passes through the points"),
    (ARROWS, lambda axes: axes.streamplot(GRID, GRID, *_gradient()), "These are stream lines"),
    (ARROWS, lambda axes: axes.quiver(GRID, GRID, *_gradient(), angles="xy"), ""),
    (ARROWS, lambda axes: axes.quiver(*_gradient()), "as they do when quiver is told none"),
    (ARROWS, lambda axes: axes.quiver(GRID, GRID, *_gradient()[::-1], angles="xy"), "The arrows do not point where"),
]


def _gradient() -> tuple[Any, Any]:
    a, b = np.meshgrid(GRID, GRID)
    return 2 * a, -2 * b


@pytest.mark.parametrize("scale", ["set_xscale", "set_yscale"])
def test_a_tangent_on_a_logarithmic_axis_is_no_straight_line(scale: str) -> None:
    axes = Figure().subplots()
    along = np.linspace(0.5, 4, 60)
    axes.plot(along, along**2)
    axes.plot(along, 2 * along - 1)
    question = TangentPlot("x**2", wrt="x", at=1)
    assert question.judge(axes.figure).outcome is Outcome.CORRECT
    getattr(axes, scale)("log")
    assert "there a tangent is no straight line" in student(question.judge(axes.figure), language="en")


@pytest.mark.parametrize(("question", "draw", "words"), FIGURES)
def test_a_figure_is_told_what_is_wrong_with_it(question: Any, draw: Draw, words: str) -> None:
    figure = Figure()
    draw(figure.subplots())
    verdict = question.judge(figure)
    assert (verdict.outcome is Outcome.CORRECT) is (words == "")
    assert words in student(verdict, language="en")
