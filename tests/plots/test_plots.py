"""Questions about figures, held against real figures: right ones in any style, wrong ones with their name."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.pyplot as plt
import msgspec
import numpy as np
import pytest
import sympy as sp
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from autograder import (
    ContourPlot,
    CrossSectionPlot,
    ErrorPlot,
    PathPlot,
    QuiverPlot,
    SurfacePlot,
    TangentPlot,
    feedback,
)
from autograder.errors import AuthorError
from autograder.feedback.figures import FIGURES
from autograder.model import Outcome, Reason
from autograder.plots import FigureData, describe
from autograder.plots.base import ORDER
from autograder.questions import CheckFailed, recording

XY = ("x", "y")
F = "x**2*y + sin(y)"


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


def f(x: Any, y: Any) -> Any:
    return x**2 * y + np.sin(y)


def grid(n: int = 30, m: int = 25) -> tuple[Any, Any]:
    return np.meshgrid(np.linspace(-2, 2, n), np.linspace(-1.5, 1.5, m))


def axes(**options: Any) -> tuple[Any, Any]:
    figure = Figure()
    return figure, figure.subplots(subplot_kw=options) if options else figure.subplots()


def contour(z: Callable[..., Any] = f, *, n: int = 30, kind: str = "contour", **options: Any) -> Figure:
    x, y = grid(n, n + 3)
    figure, ax = axes()
    getattr(ax, kind)(x, y, z(x, y), **options)
    return figure


def surface(z: Callable[..., Any] = f, kind: str = "plot_surface", scale: float = 1.0, **options: Any) -> Figure:
    x, y = grid(60, 45)
    x, y = scale * x, scale * y
    figure, ax = axes(projection="3d")
    getattr(ax, kind)(x, y, z(x, y), **options)
    return figure


def curve(*pairs: tuple[Any, Any], **labels: str) -> Figure:
    figure, ax = axes()
    for x, y in pairs:
        ax.plot(x, y)
    ax.set(**labels)
    return figure


def quiver(u: Callable[..., Any], v: Callable[..., Any], *, equal: bool = True, **options: Any) -> Figure:
    x, y = grid(9, 7)
    figure, ax = axes()
    ax.quiver(x, y, u(x, y), v(x, y), **options)
    if equal:
        ax.set_aspect("equal")
    return figure


def fx(x: Any, y: Any) -> Any:
    return 2 * x * y


def fy(x: Any, y: Any) -> Any:
    return x**2 + np.cos(y)


def one_by_one() -> Figure:
    figure, ax = axes()
    for x in (-1.0, 0.5, 1.0):
        for y in (-1.0, 0.5, 1.0):
            ax.annotate("", xy=(x + 0.1 * fx(x, y), y + 0.1 * fy(x, y)), xytext=(x, y), arrowprops={"arrowstyle": "->"})
    return figure


def errors(*methods: str, low: float = -14, scale: str = "log") -> Figure:
    h = np.logspace(low, 0, 60)
    figure, ax = axes()
    for method in methods:
        forward = (np.exp(1 + h) - np.exp(1)) / h
        slope = forward if method == "forward" else (np.exp(1 + h) - np.exp(1 - h)) / (2 * h)
        ax.plot(h, np.abs(slope - np.exp(1)) + 1e-17)
    ax.set(xscale=scale, yscale=scale)
    return figure


def path(points: Any, **options: Any) -> Figure:
    figure, ax = axes()
    ax.plot(*np.transpose(points), **options)
    return figure


T = np.linspace(-1.5, 1.5, 50)
S = np.linspace(-2, 2, 37)
BOWL = [(2.0, 1.0)]
for _ in range(8):
    BOWL.append((BOWL[-1][0] * (1 - 2 * 0.1), BOWL[-1][1] * (1 - 4 * 0.1)))
DESCENT = PathPlot("x**2 + 2*y**2", XY, start=(2, 1), step=0.1, count=8)
WIDE = {"x": (-2, 2), "y": (-1.5, 1.5)}
CUBE = TangentPlot("x**3 - x", "x", at=1)


def cube(x: Any) -> Any:
    return x**3 - x


def two_axes() -> Figure:
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1])
    x, y = grid()
    drawn = right.contourf(x, y, f(x, y))
    figure.colorbar(drawn)
    return figure


CASES: list[tuple[Any, Callable[[], Any], str]] = [
    (ContourPlot(F, XY), contour, ""),
    (ContourPlot(F, XY), lambda: contour(n=15, colors="k", linestyles="dashed"), ""),
    (ContourPlot(F, XY), lambda: contour(kind="contourf", cmap="gray", levels=20, extend="both"), ""),
    (ContourPlot(F, XY), two_axes, ""),
    (ContourPlot(F, XY, levels=[-1, 0, 1]), lambda: contour(levels=[-1, 0, 1]), ""),
    (ContourPlot(F, XY, domain=WIDE), contour, ""),
    (ContourPlot(F, XY), lambda: contour(lambda x, y: f(y, x)), "plot_transposed"),
    (ContourPlot(F, XY), lambda: contour(lambda x, y: x**2 * y - np.sin(y)), "plot_function"),
    (ContourPlot(F, XY), lambda: contour(lambda x, y: x**2 * y + np.sin(np.radians(y))), "plot_degrees"),
    (ContourPlot(F, XY), lambda: contour(kind="contourf", z=lambda x, y: x * y), "plot_function"),
    (ContourPlot(F, XY, levels=[-1, 0, 1]), lambda: contour(levels=[-1, 0, 2]), "plot_levels"),
    (ContourPlot(F, XY, filled=True), contour, "plot_not_filled"),
    (ContourPlot(F, XY), lambda: contour(levels=[0.3]), "plot_few_levels"),
    (ContourPlot(F, XY, domain={"x": (-4, 4)}), contour, "plot_domain"),
    (ContourPlot(F, XY, labels=True), contour, "plot_label"),
    (ContourPlot(F, XY, equal=True), contour, "plot_aspect"),
    (ContourPlot(F, XY), Figure, "plot_empty"),
    (SurfacePlot(F, XY), surface, ""),
    (SurfacePlot(F, XY), lambda: surface(kind="plot_wireframe", rcount=15, ccount=12), ""),
    (SurfacePlot(F, XY, domain=WIDE), lambda: surface(rstride=2, cstride=2, cmap="viridis"), ""),
    (SurfacePlot(F, XY), lambda: surface(lambda x, y: f(y, x)), "plot_transposed"),
    (SurfacePlot(F, XY), lambda: surface(lambda x, y: f(x, y) + 0.1 * x), "plot_function"),
    (SurfacePlot(F, XY), lambda: surface(lambda x, y: x**2 * y + np.sin(np.radians(y))), "plot_degrees"),
    (SurfacePlot(F, XY, domain=WIDE), lambda: surface(scale=0.5), "plot_domain"),
    (SurfacePlot(F, XY), contour, "plot_no_surface"),
    (SurfacePlot(F, XY, labels=True), surface, "plot_label"),
    (CrossSectionPlot(F, XY, fixed={"x": 1}), lambda: curve((T, f(1, T))), ""),
    (CrossSectionPlot(F, XY, fixed={"x": [1, 2]}), lambda: curve((T, f(2, T)), (T, f(1, T)), (S, S)), ""),
    (CrossSectionPlot(F, XY, fixed={"y": 1}), lambda: curve((S[::-1], f(S[::-1], 1))), ""),
    (CrossSectionPlot("x**2", "x", domain={"x": (-2, 2)}), lambda: curve((S, S**2)), ""),
    (CrossSectionPlot(F, XY, fixed={"x": [1, 2]}), lambda: curve((T, f(1, T))), "plot_curve_missing"),
    (CrossSectionPlot(F, XY, fixed={"x": 1}), lambda: curve((S, f(S, 1))), "plot_other_section"),
    (CrossSectionPlot(F, XY, fixed={"x": 1}), lambda: curve((T, T + np.sin(np.radians(T)))), "plot_degrees"),
    (CrossSectionPlot(F, XY, fixed={"x": 1}), lambda: curve((T[::6], f(1, T[::6]))), "plot_rough"),
    (CrossSectionPlot(F, XY, fixed={"x": 1}), lambda: curve(([0, 1], [0, 1])), "plot_no_curve"),
    (CrossSectionPlot("x**2", "x", domain={"x": (-4, 4)}), lambda: curve((S, S**2)), "plot_domain"),
    (QuiverPlot(F, XY), lambda: quiver(fx, fy), ""),
    (QuiverPlot(F, XY), lambda: quiver(fx, fy, equal=False, angles="xy", scale=30), ""),
    (QuiverPlot(F, XY), one_by_one, ""),
    (QuiverPlot(F, XY, downhill=True), lambda: quiver(lambda *p: -fx(*p), lambda *p: -fy(*p)), ""),
    (QuiverPlot(F, XY), lambda: quiver(lambda *p: fx(*p) / 9, lambda *p: fy(*p) / 9), ""),
    (QuiverPlot(F, XY), lambda: quiver(lambda *p: -fx(*p), lambda *p: -fy(*p)), "plot_sign"),
    (QuiverPlot(F, XY), lambda: quiver(fy, fx), "plot_direction"),
    (QuiverPlot(F, XY), lambda: quiver(fx, fy, equal=False), "plot_angles"),
    (QuiverPlot(F, XY), contour, "plot_no_arrows"),
    (CUBE, lambda: curve((S, cube(S)), (S, 2 * (S - 1))), ""),
    (CUBE, lambda: curve(([0.5, 1.5], [-1, 1]), (S, cube(S))), ""),
    (CUBE, lambda: curve((S, cube(S)), (S, 2 * (S - 1)), ([1, 1], [-5, 5]), (S, 0 * S)), ""),
    (CUBE, lambda: curve((S, cube(S)), (S, S - 1)), "plot_tangent_slope"),
    (CUBE, lambda: curve((S, cube(S)), (S, 2 * S)), "plot_tangent_point"),
    (CUBE, lambda: curve((S, cube(S))), "plot_no_tangent"),
    (CUBE, lambda: curve((S, S**3), (S, 2 * (S - 1))), "plot_function"),
    (ErrorPlot(orders=(1, 2)), lambda: errors("forward", "central"), ""),
    (ErrorPlot(orders=(2,)), lambda: errors("central", low=-12), ""),
    (ErrorPlot(orders=(1,)), lambda: errors("forward", "central"), ""),
    (ErrorPlot(orders=(1, 2)), lambda: errors("forward"), "plot_order"),
    (ErrorPlot(orders=(1, 2)), lambda: errors("forward", "central", scale="linear"), "plot_not_logarithmic"),
    (ErrorPlot(orders=(1,)), lambda: errors("forward", low=-3), "plot_no_minimum"),
    (DESCENT, lambda: path(BOWL), ""),
    (DESCENT, lambda: path(BOWL, marker="o", color="r", drawstyle="default"), ""),
    (DESCENT, lambda: curve(([-2, 2], [0, 0]), tuple(np.transpose(BOWL))), ""),
    (DESCENT, lambda: path(BOWL[:5]), "plot_path"),
    (DESCENT, lambda: path(BOWL[1:]), "plot_path"),
    (DESCENT, lambda: path([*BOWL[:3], BOWL[4], BOWL[3], *BOWL[5:]]), "plot_path"),
    (DESCENT, lambda: path([(y, x) for x, y in BOWL]), "plot_path"),
    (DESCENT, lambda: path(BOWL, linestyle="", marker="o"), "plot_not_joined"),
]


@pytest.mark.parametrize(("question", "draw", "problem"), CASES)
def test_a_figure_is_judged_by_what_it_shows(question: Any, draw: Callable[[], Any], problem: str) -> None:
    figure = draw()
    verdict = question.judge(figure)
    assert verdict.details.get("problem", "") == problem
    assert verdict.outcome is (Outcome.INCORRECT if problem else Outcome.CORRECT)
    shipped = msgspec.msgpack.decode(msgspec.msgpack.encode(describe(figure)), type=FigureData)
    assert question.judge(shipped) == verdict
    if problem:
        assert feedback.student(verdict, language="en") == "\n".join(FIGURES[problem])


@pytest.mark.parametrize("answer", [None, ..., 3, "figure", [1, 2], np.zeros(3), plt.plot, {"fig": 1}])
def test_what_is_no_figure_is_invalid(answer: Any) -> None:
    verdict = ContourPlot(F, XY, name="fig").judge(answer)
    missing = answer is None or answer is ...
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reason is (Reason.MISSING if missing else Reason.WRONG_TYPE)


def test_a_figure_is_found_from_anything_that_belongs_to_it() -> None:
    x, y = grid()
    fig, ax = plt.subplots()
    drawn = ax.contour(x, y, f(x, y))
    question = ContourPlot(F, XY)
    for answer in (fig, ax, drawn, (fig, ax), [ax], np.array([ax], dtype=object), plt.gcf(), describe(fig)):
        assert question.judge(answer).outcome is Outcome.CORRECT
    plt.close(fig)
    assert question.judge(fig).outcome is Outcome.CORRECT, "the inline backend closes figures after each cell"


def test_labels_and_equal_scales_are_seen_however_they_were_set() -> None:
    figure = contour()
    ax = figure.axes[0]
    ax.set_xlabel("x")
    ax.set_ylabel("y")
    ax.axis("equal")
    assert ContourPlot(F, XY, labels=True, equal=True).judge(figure).outcome is Outcome.CORRECT
    ax.set_aspect(2.0)
    assert ContourPlot(F, XY, equal=True).judge(figure).details["problem"] == "plot_aspect"


def test_every_problem_has_its_sentence_and_its_place_in_the_order() -> None:
    assert set(ORDER) - {""} == set(FIGURES)


def test_a_check_of_a_figure_is_recorded_in_words() -> None:
    question = ContourPlot(F, XY, name="fig_f")
    with recording() as checks, pytest.raises(CheckFailed, match="two variables have changed places"):
        question.check(contour(lambda x, y: f(y, x)))
    with recording() as more, pytest.raises(CheckFailed, match="fig_f is not defined"):
        question.check(None)
    assert (checks[0].answer, checks[0].answer_kind) == ("1 contour plot; labels: none", "figure")
    assert (more[0].answer, more[0].answer_kind) == ("", "missing")


def test_huge_figures_are_thinned_out_and_stay_right() -> None:
    x, y = grid(400, 300)
    figure, ax = axes(projection="3d")
    ax.plot_surface(x, y, f(x, y), rcount=400, ccount=300)
    described = describe(figure)
    assert described.cut
    assert len(msgspec.msgpack.encode(described)) < 200_000
    assert SurfacePlot(F, XY).judge(described).outcome is Outcome.CORRECT


def test_a_figure_of_too_many_pieces_says_so_and_keeps_its_long_lines() -> None:
    figure, ax = axes()
    ax.add_collection(LineCollection([[(0, k), (1, k)] for k in range(3000)]))
    ax.plot(S, S**2)
    ax.scatter(S, S)
    described = describe(figure)
    assert described.cut
    assert len(described.axes[0].lines) == 400
    assert CrossSectionPlot("x**2", "x").judge(described).outcome is Outcome.CORRECT
    assert not describe(curve(*[([0, 1], [k, k]) for k in range(400)])).cut


def test_gaps_and_masked_values_do_not_count() -> None:
    x, y = grid()
    z = np.ma.masked_where(x > 1.5, np.sqrt(x + 2) * y)
    figure, ax = axes()
    ax.contour(x, y, z)
    assert ContourPlot("sqrt(x + 2)*y", XY).judge(figure).outcome is Outcome.CORRECT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        roots = np.sqrt(S)
    assert CrossSectionPlot("sqrt(x)", "x").judge(curve((S, roots))).details == {"problem": "plot_rough"}


@pytest.mark.parametrize(
    "make",
    [
        lambda: ContourPlot("x**2", "x"),
        lambda: ContourPlot("x*z", XY),
        lambda: ContourPlot(F, XY, domain={"x": (2, -2)}),
        lambda: CrossSectionPlot(F, XY),
        lambda: CrossSectionPlot(F, XY, fixed={"x": 1, "y": 2}),
        lambda: TangentPlot("1/x", "x", at=0),
        lambda: PathPlot(F, XY, start=(1,), step=0.1, count=3),
    ],
)
def test_a_question_that_makes_no_sense_is_the_authors_error(make: Callable[[], Any]) -> None:
    with pytest.raises(AuthorError):
        make()


@pytest.mark.parametrize("function", [["x", "-y"], ("x*y",), sp.Matrix(sp.symbols("x y"))])
def test_a_figure_is_asked_for_of_one_function(function: object) -> None:
    for kind in (SurfacePlot, ContourPlot):
        with pytest.raises(AuthorError, match="of one function; for several in one figure there is CurvesPlot"):
            kind(function, wrt=("x", "y"))
    with pytest.raises(AuthorError, match="must leave one of x, y free and hold the others"):
        CrossSectionPlot("x*y", wrt=("x", "y"), fixed={"y": []})


def test_a_function_and_its_derivative_in_one_figure_are_two_questions() -> None:
    t = np.linspace(-2, 2, 60)
    figure = Figure()
    axes = figure.subplots()
    axes.plot(t, t**3)
    both = [CrossSectionPlot(text, wrt="x") for text in ("x**3", "3*x**2")]
    assert [question.judge(figure).outcome for question in both] == [Outcome.CORRECT, Outcome.INCORRECT]
    axes.plot(t, 3 * t**2)
    assert [question.judge(figure).outcome for question in both] == [Outcome.CORRECT, Outcome.CORRECT]
