"""Figures as people really make them are judged as they look: each is right, or wrong in a way that has a name."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from matplotlib.collections import LineCollection

from autograder import ContourPlot, CrossSectionPlot, ErrorPlot, PathPlot, QuiverPlot, SurfacePlot, TangentPlot
from autograder.model import Outcome, Reason
from tests.plots.odd_figures import (
    LEVELS,
    STEPS,
    A,
    B,
    F,
    T,
    U,
    V,
    X,
    Y,
    a_cut_per_axes,
    a_level_out_of_reach,
    arrow_by_arrow,
    arrows,
    as_arrows,
    banana,
    bump_in_pieces,
    closed,
    columns_at_once,
    cuts_at,
    dots,
    errors,
    f,
    ij_grid,
    in_segments,
    in_space,
    on_another_figure,
    one_arrow_each,
    one_level_a_call,
    panels_of_errors,
    piece_by_piece,
    pyplot_state,
    quotients,
    rosenbrock,
    rows_for_columns,
    second_axes,
    several_in_one_cell,
    shared_labels,
    sines,
    square_box,
    tangent,
    triangles,
    two_branches,
    unequal,
    uneven_grid,
    walked,
    walked_in_arrows,
    wave_and_level,
    with_a_hole,
    with_colorbar,
)

SQUARE = {"x": (-2, 2), "y": (-2, 2)}
MAP = ContourPlot(F, wrt=("x", "y"), levels=LEVELS, filled=False, domain=SQUARE)
ANY_MAP = ContourPlot(F, wrt=("x", "y"))
NEAT_MAP = ContourPlot(F, wrt=("x", "y"), labels=True, equal=True)
VALLEY = ContourPlot("(1 - x)**2 + 10*(y - x**2)**2", wrt=("x", "y"))
FLAT_SINE = ContourPlot("x**2*y + 3*x + sin(y)", wrt=("x", "y"))
STEEP_SINE = CrossSectionPlot("99*x**2 + 9*sin(x)", wrt="x")
STEEP_HILL = SurfacePlot("99*x*y + tan(x)", wrt=("x", "y"))
ROSENBROCK = ContourPlot("100*(y - x**2)**2 + (1 - x)**2", wrt=("x", "y"), levels=[1, 10, 100, 1000])
VALLEY_MAP = ContourPlot("x**2 - y", wrt=("x", "y"))
VALLEY_SURFACE = SurfacePlot("x**2 - y", wrt=("x", "y"))
HILLS = SurfacePlot(F, wrt=("x", "y"), domain=SQUARE)
CUTS = CrossSectionPlot(F, wrt=("x", "y"), fixed={"x": [0, 1]}, domain={"y": (-2, 2)}, labels=True)
HYPERBOLA = CrossSectionPlot("1/x", wrt="x", domain={"x": (-2, 2)})
SINE = CrossSectionPlot("sin(x)", wrt="x", domain={"x": (0, 6)})
STRAIGHT = CrossSectionPlot("2*x + 1", wrt="x", domain={"x": (-2, 2)})
DOUBLE = CrossSectionPlot("2*x", wrt="x", domain={"x": (-2, 2)})
CONSTANT = CrossSectionPlot("x*y", wrt=("x", "y"), fixed={"x": 0}, domain={"y": (-2, 2)})
KINK = CrossSectionPlot("Piecewise((0, x < 0), (x, True))", wrt="x", domain={"x": (-2, 2)})
ARROWS = QuiverPlot(F, wrt=("x", "y"), least=20)
TANGENT = TangentPlot("x**2", wrt="x", at=1, domain={"x": (-1, 3)})
ERRORS = ErrorPlot(orders=(1, 2))
BUMP = TangentPlot("x*exp(-x/2)", wrt="x", at=1, domain={"x": (-1, 4)})
WAVE = TangentPlot("cos(x)", wrt="x", at=0, domain={"x": (0, 6)})
PATH = PathPlot("x**2 + x*y + 2*y**2", wrt=("x", "y"), start=(2, 1), step=0.1, count=12)
SLOW = PathPlot("x**2 + 3*y**2", wrt=("x", "y"), start=(2, 1), step=0.0003, count=5000)
SLOW_STEPS = np.array([2, 1]) * (1 - 0.0003 * np.array([2, 6])) ** np.arange(5001)[:, None]


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


BENDS = QuiverPlot("x**2 + 2*y**2", wrt=("x", "y"))


RIGHT = [
    (MAP, pyplot_state),
    (MAP, several_in_one_cell),
    (MAP, closed),
    (MAP, lambda: plt.contour(X, Y, f(X, Y), LEVELS)),
    (MAP, lambda: plt.contour(X, Y, f(X, Y), LEVELS).axes),
    (MAP, lambda: (pyplot_state(), plt.gca())),
    (MAP, lambda: [plt.gca(), pyplot_state()][1:]),
    (MAP, lambda: pyplot_state),
    (MAP, one_level_a_call),
    (MAP, a_level_out_of_reach),
    (MAP, second_axes),
    (MAP, ij_grid),
    (MAP, uneven_grid),
    (MAP, triangles),
    (ANY_MAP, with_colorbar),
    (ANY_MAP, with_a_hole),
    (NEAT_MAP, shared_labels),
    (NEAT_MAP, square_box),
    (VALLEY, lambda: banana(120)),
    (VALLEY, lambda: banana(40)),
    *[(ROSENBROCK, lambda n=n: rosenbrock(n)) for n in (41, 81, 201)],
    (HILLS, lambda: in_space("plot_surface")),
    (HILLS, lambda: in_space("plot_wireframe")),
    (HILLS, lambda: in_space("plot_trisurf")),
    (CUTS, columns_at_once),
    (CUTS, a_cut_per_axes),
    (CUTS, dots),
    (CUTS, lambda: cuts_at(0, 1, 1.5)),
    (HYPERBOLA, two_branches),
    (SINE, lambda: sines(np.linspace(0, 6, 60), np.sin(np.linspace(0, 6, 60)))),
    (SINE, lambda: sp.plot(sp.sin(sp.Symbol("x")), (sp.Symbol("x"), 0, 6), show=False)),
    *[(SINE, lambda kind=kind: piece_by_piece(kind)) for kind in ("dots", "calls", "colours", "middles")],
    (STRAIGHT, lambda: walked(lambda ax: ax.plot([-2, 2], [-3, 5]))),
    (DOUBLE, lambda: walked(lambda ax: ax.plot([-2, 2], [-4, 4]))),
    (CONSTANT, lambda: walked(lambda ax: ax.plot([-2, 2], [0, 0]))),
    (KINK, lambda: walked(lambda ax: ax.plot(T, np.maximum(T, 0)))),
    (TANGENT, lambda: tangent(lambda ax: ax.axline((1, 1), slope=2))),
    (TANGENT, lambda: tangent(lambda ax: ax.axline((1, 1), (2, 3)))),
    (TANGENT, lambda: tangent(lambda ax: ax.plot([0, 2], [-1, 3]))),
    (TANGENT, lambda: tangent(lambda ax: ax.plot(T, 2 * T - 1, "r."))),
    (TANGENT, lambda: tangent(lambda ax: ax.scatter(T, 2 * T - 1))),
    (BUMP, lambda: bump_in_pieces(600, lambda ax: ax.plot([0, 2], np.exp(-0.5) * np.array([0.5, 1.5])))),
    (BUMP, lambda: bump_in_pieces(100, lambda ax: ax.axline((1, np.exp(-0.5)), slope=np.exp(-0.5) / 2))),
    (WAVE, wave_and_level),
    (ARROWS, arrows),
    (ARROWS, lambda: arrows(U / np.hypot(U, V), V / np.hypot(U, V))),
    (ARROWS, lambda: arrows(pivot="mid")),
    (ARROWS, lambda: arrows(equal=False, angles="xy", scale_units="xy", scale=20)),
    (ARROWS, lambda: arrows(np.ma.masked_where(A > 1, U), V)),
    (ARROWS, arrow_by_arrow),
    *[
        (BENDS, lambda style=style, kind=kind: one_arrow_each(style, kind=kind))
        for style in ("->", "<-", "-|>", "simple")
        for kind in ("annotate", "patch")
    ],
    (ERRORS, lambda: errors(np.logspace(-13, 0, 60))),
    (ERRORS, lambda: errors(10.0 ** -np.arange(0, 14))),
    (ERRORS, panels_of_errors),
    (PATH, lambda: walked(lambda ax: ax.plot(*STEPS.T, "o-"))),
    (PATH, lambda: walked(lambda ax: ax.plot(*STEPS[::-1].T))),
    (PATH, lambda: walked(in_segments)),
    (PATH, lambda: walked(as_arrows)),
    *[(PATH, lambda style=style: walked_in_arrows(style)) for style in ("->", "<-", "-")],
    (SLOW, lambda: walked(lambda ax: ax.plot(*SLOW_STEPS.T))),
    (SLOW, lambda: walked(lambda ax: ax.plot(*SLOW_STEPS[::50].T))),
    (SLOW, lambda: walked(lambda ax: ax.add_collection(LineCollection(list(pairwise(SLOW_STEPS)))))),
]

WRONG = [
    (MAP, lambda: plt.contour(X, Y, f(X, Y), 5), "plot_levels"),
    (MAP, lambda: plt.contour(Y, X, f(X, Y), LEVELS), "plot_transposed"),
    (MAP, lambda: plt.contour(X, Y, X + Y, LEVELS), "plot_function"),
    (MAP, lambda: plt.contour(X[:, :20], Y[:, :20], f(X, Y)[:, :20], LEVELS), "plot_domain"),
    (MAP, lambda: plt.contour(X, Y, X**2 * Y + np.sin(np.radians(Y)), LEVELS), "plot_degrees"),
    (FLAT_SINE, lambda: plt.contour(X, Y, X**2 * Y + 3 * X, 12), "plot_function"),
    (FLAT_SINE, lambda: plt.contourf(X, Y, X**2 * Y + 3 * X, 12), "plot_function"),
    (FLAT_SINE, lambda: plt.contour(X, Y, X**2 * Y + 3 * X + np.sin(np.radians(Y)), 12), "plot_degrees"),
    (FLAT_SINE, lambda: plt.contourf(X, Y, X**2 * Y + 3 * X + np.sin(np.radians(Y)), 12), "plot_degrees"),
    (ContourPlot("x/sin(y)", wrt=("x", "y")), lambda: plt.contour(X, Y, X * Y, 12), "plot_function"),
    (STEEP_SINE, lambda: plt.plot(T, 99 * T**2), "plot_function"),
    (STEEP_SINE, lambda: plt.plot(T, 99 * T**2 + 9 * np.sin(np.radians(T))), "plot_degrees"),
    (STEEP_HILL, lambda: in_space("plot_surface", lambda x, y: 99 * x * y), "plot_function"),
    (STEEP_HILL, lambda: in_space("plot_surface", lambda x, y: 99 * x * y + np.tan(np.radians(x))), "plot_degrees"),
    (ROSENBROCK, lambda: rosenbrock(201, power=1), "plot_function"),
    (VALLEY_MAP, lambda: rows_for_columns("contour"), "plot_transposed"),
    (VALLEY_MAP, lambda: rows_for_columns("contourf"), "plot_transposed"),
    (VALLEY_SURFACE, lambda: rows_for_columns("plot_surface"), "plot_transposed"),
    (NEAT_MAP, unequal, "plot_aspect"),
    (NEAT_MAP, with_a_hole, "plot_aspect"),
    (HILLS, lambda: in_space("plot_surface", lambda x, y: f(y, x)), "plot_transposed"),
    (HILLS, pyplot_state, "plot_no_surface"),
    (CUTS, lambda: cuts_at(0, 0.5), "plot_other_section"),
    (CUTS, lambda: cuts_at(0), "plot_curve_missing"),
    (SINE, lambda: sines(np.sin(np.linspace(0, 6, 60)), np.linspace(0, 6, 60)), "plot_sideways"),
    (SINE, lambda: sines(np.linspace(0, 6, 60), np.sin(np.radians(np.linspace(0, 6, 60)))), "plot_degrees"),
    (SINE, lambda: sines(np.linspace(0, 6, 6), np.sin(np.linspace(0, 6, 6))), "plot_rough"),
    (STRAIGHT, lambda: walked(lambda ax: ax.plot(T, (T - 1) / 2)), "plot_function"),
    (DOUBLE, lambda: walked(lambda ax: ax.plot([-2, 2], [-1, 1])), "plot_function"),
    (KINK, lambda: walked(lambda ax: ax.plot([-2, 2], [0, 2])), "plot_no_curve"),
    (TANGENT, lambda: tangent(lambda ax: None), "plot_no_tangent"),
    (TANGENT, lambda: tangent(lambda ax: ax.axline((1, 1), slope=1)), "plot_tangent_slope"),
    (TANGENT, lambda: tangent(lambda ax: ax.axline((1, 2), slope=2)), "plot_tangent_point"),
    (TANGENT, lambda: tangent(lambda ax: ax.scatter([0.9, 1.1], [0.81, 1.21])), "plot_no_tangent"),
    (TANGENT, lambda: tangent(lambda ax: ax.plot([0, 2], [-1, 3], "o")), "plot_no_tangent"),
    (TANGENT, lambda: tangent(lambda ax: ax.plot([0.9, 1.1], [0.81, 1.21])), "plot_no_tangent"),
    *[(BUMP, lambda n=n: bump_in_pieces(n), "plot_no_tangent") for n in (100, 200, 300, 600)],
    (ARROWS, lambda: arrows(-U, -V), "plot_sign"),
    (BENDS, lambda: one_arrow_each("<-", -1), "plot_sign"),
    (BENDS, lambda: one_arrow_each("<-", -1, "patch"), "plot_sign"),
    *[(BENDS, lambda style=style: one_arrow_each(style), "plot_no_arrows") for style in ("-", "<->", "|-|")],
    (ARROWS, lambda: arrows(V, U), "plot_direction"),
    (ARROWS, lambda: arrows(equal=False), "plot_angles"),
    (ARROWS, lambda: walked(lambda ax: ax.quiver(A[:2, :2], B[:2, :2], U[:2, :2], V[:2, :2])), "plot_no_arrows"),
    (ERRORS, lambda: errors(np.logspace(-13, 0, 60), "linear"), "plot_not_logarithmic"),
    (ERRORS, lambda: errors(np.logspace(-2, 0, 60)), "plot_no_minimum"),
    (ERRORS, lambda: quotients(np.logspace(-13, 0, 60)), "plot_no_error"),
    (PATH, lambda: walked(lambda ax: ax.plot(*STEPS.T, "o")), "plot_not_joined"),
    (MAP, lambda: on_another_figure(), "plot_empty"),
    (PATH, lambda: walked(lambda ax: ax.plot(*STEPS[::2].T)), "plot_path"),
    (PATH, lambda: walked(lambda ax: as_arrows(ax, STEPS[::-1])), "plot_path"),
    (SLOW, lambda: walked(lambda ax: ax.plot([0, 1], [5, 5])), "plot_path"),
    (SLOW, lambda: walked(lambda ax: ax.plot(*SLOW_STEPS[[0, -1]].T)), "plot_path"),
    (SLOW, lambda: walked(lambda ax: ax.plot(*SLOW_STEPS[:2000].T)), "plot_path"),
]


@pytest.mark.parametrize(("question", "draw"), RIGHT, ids=range(len(RIGHT)))
def test_honest_figures_are_right(question: Any, draw: Callable[[], Any]) -> None:
    verdict = question.judge(draw())
    assert verdict.outcome is Outcome.CORRECT, verdict


@pytest.mark.parametrize(("question", "draw", "problem"), WRONG, ids=[problem for _, _, problem in WRONG])
def test_wrong_figures_are_named(question: Any, draw: Callable[[], Any], problem: str) -> None:
    verdict = question.judge(draw())
    assert (verdict.outcome, verdict.mistakes) == (Outcome.INCORRECT, (problem,)), verdict


@pytest.mark.parametrize("answer", [3, "a figure", T, plt.gcf, lambda x: x, LineCollection, ValueError("no")])
def test_what_leads_to_no_figure(answer: Any) -> None:
    assert MAP.judge(answer).reason is Reason.WRONG_TYPE
