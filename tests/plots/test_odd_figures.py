"""Figures as people really make them: by pyplot, in loops, in parts, with grids and arrows of their own."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

from autograder import ContourPlot, CrossSectionPlot, ErrorPlot, PathPlot, QuiverPlot, SurfacePlot, TangentPlot
from autograder.model import Outcome, Reason

F = "x**2*y + sin(y)"
LEVELS = [-2, -1, 0, 1, 2]
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


def f(x: Any, y: Any) -> Any:
    return x**2 * y + np.sin(y)


X, Y = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 37))
A, B = np.meshgrid(np.linspace(-2, 2, 8), np.linspace(-2, 2, 7))
U, V = 2 * A * B, A**2 + np.cos(B)
T = np.linspace(-2, 2, 50)
POINTS = [np.array([2.0, 1.0])]
for _ in range(12):
    POINTS.append(POINTS[-1] - 0.1 * np.array([2 * POINTS[-1][0] + POINTS[-1][1], POINTS[-1][0] + 4 * POINTS[-1][1]]))
STEPS = np.array(POINTS)


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


def pyplot_state() -> Any:
    plt.figure()
    plt.contour(X, Y, f(X, Y), LEVELS)
    return plt.gcf()


def several_in_one_cell() -> Any:
    plt.figure()
    plt.plot(T, T)
    wanted = plt.figure()
    plt.contour(X, Y, f(X, Y), LEVELS)
    plt.figure()
    plt.plot(T, -T)
    return wanted


def closed() -> Any:
    figure = pyplot_state()
    plt.close(figure)
    return figure


def one_level_a_call() -> Any:
    fig, ax = plt.subplots()
    for level in LEVELS:
        ax.contour(X, Y, f(X, Y), [level])
    return fig


def a_level_out_of_reach() -> Any:
    return plt.contour(X, Y, f(X, Y), [*LEVELS, 99]).axes.figure


def second_axes() -> Any:
    fig, (left, right) = plt.subplots(1, 2)
    left.plot(T, T)
    right.contour(X, Y, f(X, Y), LEVELS)
    return fig


def ij_grid() -> Any:
    x, y = np.meshgrid(np.linspace(-2, 2, 41), np.linspace(-2, 2, 41), indexing="ij")
    return plt.contour(x, y, f(x, y), LEVELS).axes.figure


def uneven_grid() -> Any:
    x, y = np.meshgrid(2 * np.sin(np.linspace(-1.5708, 1.5708, 60)), np.linspace(-2, 2, 50))
    return plt.contour(x, y, f(x, y), LEVELS).axes.figure


def triangles() -> Any:
    fig, ax = plt.subplots()
    ax.tricontour(X.ravel(), Y.ravel(), f(X, Y).ravel(), LEVELS)
    return fig


def rows_for_columns(kind: str) -> Any:
    x, y = np.linspace(-3, 3, 60), np.linspace(-1, 4, 60)
    heights = np.array([[a**2 - b for b in y] for a in x])
    if kind == "plot_surface":
        fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
        ax.plot_surface(*np.meshgrid(x, y), heights)
        return fig
    return getattr(plt, kind)(x, y, heights, 12).axes.figure


def with_colorbar() -> Any:
    fig, ax = plt.subplots()
    fig.colorbar(ax.contourf(X, Y, f(X, Y), 12))
    return fig


def with_a_hole() -> Any:
    fig, ax = plt.subplots()
    ax.contour(X, Y, np.where(X**2 + Y**2 < 0.1, np.nan, f(X, Y)), 12)
    return fig


def shared_labels() -> Any:
    fig, ax = plt.subplots()
    ax.contour(X, Y, f(X, Y), 12)
    fig.supxlabel("x")
    fig.supylabel("y")
    plt.axis("equal")
    return fig


def square_box() -> Any:
    fig, ax = plt.subplots()
    ax.contour(X, Y, f(X, Y), 12)
    ax.set(xlabel="x", ylabel="y", xlim=(-2, 2), ylim=(-2, 2), box_aspect=1)
    return fig


def unequal() -> Any:
    fig, ax = plt.subplots(figsize=(7, 3))
    ax.contour(X, Y, f(X, Y), 12)
    ax.set(xlabel="x", ylabel="y")
    return fig


def banana(n: int) -> Any:
    x, y = np.meshgrid(np.linspace(-1.6, 1.6, n), np.linspace(-0.6, 2, n))
    levels = [0.5, 1, 2, 4, 8, 16, 32]
    return plt.contour(x, y, (1 - x) ** 2 + 10 * (y - x**2) ** 2, levels).axes.figure


def rosenbrock(n: int, power: int = 2) -> Any:
    x, y = np.meshgrid(np.linspace(-2, 2, n), np.linspace(-1, 3, n))
    return plt.contour(x, y, 100 * (y - x**2) ** 2 + (1 - x) ** power, [1, 10, 100, 1000]).axes.figure


def in_space(kind: str, z: Any = f) -> Any:
    fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
    if kind == "plot_trisurf":
        ax.plot_trisurf(X.ravel(), Y.ravel(), z(X, Y).ravel())
    else:
        getattr(ax, kind)(X, Y, z(X, Y))
    return fig


def columns_at_once() -> Any:
    fig, ax = plt.subplots()
    ax.plot(T, np.column_stack([f(0, T), f(1, T)]))
    ax.set(xlabel="y", ylabel="f")
    return fig


def a_cut_per_axes() -> Any:
    fig, panels = plt.subplots(2, 1, sharex=True)
    for ax, held in zip(panels, (0, 1), strict=True):
        ax.plot(T, f(held, T))
        ax.set_ylabel("f")
    panels[1].set_xlabel("y")
    return fig


def cuts_at(*values: float) -> Any:
    fig, ax = plt.subplots()
    for held in values:
        ax.plot(T, f(held, T))
    ax.set(xlabel="y", ylabel="f")
    return fig


def dots() -> Any:
    fig, ax = plt.subplots()
    for held in (0, 1):
        ax.scatter(T, f(held, T))
    ax.set(xlabel="y", ylabel="f")
    return fig


def two_branches() -> Any:
    fig, ax = plt.subplots()
    for side in (-1, 1):
        s = side * np.linspace(0.05, 2, 40)
        ax.plot(s, 1 / s)
    return fig


def sines(x: Any, y: Any) -> Any:
    fig, ax = plt.subplots()
    ax.plot(x, y)
    ax.axhline(0)
    ax.axvline(3)
    return fig


def piece_by_piece(kind: str) -> Any:
    fig, ax = plt.subplots()
    t = np.linspace(0, 6, 500)
    points = np.column_stack([t, np.sin(t)])
    if kind == "dots":
        for x, y in points:
            ax.plot(x, y, "b.")
    elif kind == "calls":
        for x, y in zip(pairwise(t), pairwise(np.sin(t)), strict=True):
            ax.plot(x, y)
    else:
        # the recipes of Matplotlib's gallery: from point to point, or from middle to middle over each point
        middles = (points[1:] + points[:-1]) / 2
        over = np.stack([np.vstack([points[:1], middles]), points, np.vstack([middles, points[-1:]])], axis=1)
        ax.add_collection(LineCollection(list(pairwise(points)) if kind == "colours" else list(over)))
        ax.autoscale()
    ax.axhline(0)
    ax.axvline(3)
    return fig


def tangent(draw: Callable[[Any], Any]) -> Any:
    fig, ax = plt.subplots()
    s = np.linspace(-1, 3, 80)
    ax.plot(s, s**2)
    ax.axhline(0, color="gray")
    draw(ax)
    return fig


def bump_in_pieces(n: int, draw: Callable[[Any], Any] = lambda ax: None) -> Any:
    fig, ax = plt.subplots()
    t = np.linspace(-1, 4, n)
    ax.add_collection(LineCollection(list(pairwise(np.column_stack([t, t * np.exp(-t / 2)])))))
    ax.autoscale()
    draw(ax)
    return fig


def wave_and_level() -> Any:
    fig, ax = plt.subplots()
    t = np.linspace(0, 2 * np.pi, 80)
    ax.plot(t, np.cos(t))
    ax.plot([0, 2 * np.pi], [1, 1])
    return fig


def arrows(u: Any = U, v: Any = V, *, equal: bool = True, **options: Any) -> Any:
    fig, ax = plt.subplots()
    ax.quiver(A, B, u, v, **options)
    if equal:
        ax.set_aspect("equal")
    return fig


def arrow_by_arrow() -> Any:
    fig, ax = plt.subplots()
    for x, y, u, v in zip(A.flat, B.flat, U.flat, V.flat, strict=True):
        ax.quiver(x, y, u, v, angles="xy")
    ax.set_aspect("equal")
    return fig


BENDS = QuiverPlot("x**2 + 2*y**2", wrt=("x", "y"))


def one_arrow_each(style: str, sign: int = 1, kind: str = "annotate") -> Any:
    """Arrows from a grid along the gradient of x**2 + 2*y**2, the way the style makes them point."""
    fig, ax = plt.subplots()
    ax.set(xlim=(-2, 2), ylim=(-2, 2))
    for x, y in zip(A[::2].flat, B[::2].flat, strict=True):
        tip = (x + sign * 0.2 * x, y + sign * 0.4 * y)
        ends = ((x, y), tip) if style != "<-" else (tip, (x, y))
        if kind == "annotate":
            ax.annotate("", xytext=ends[0], xy=ends[1], arrowprops={"arrowstyle": style})
        else:
            ax.add_patch(FancyArrowPatch(*ends, arrowstyle=style, mutation_scale=9))
    return fig


def walked_in_arrows(style: str) -> Any:
    fig, ax = plt.subplots()
    for here, there in pairwise(STEPS):
        ends = (here, there) if style != "<-" else (there, here)
        ax.annotate("", xytext=ends[0], xy=ends[1], arrowprops={"arrowstyle": style})
    return fig


def quotients(h: Any) -> Any:
    fig, ax = plt.subplots()
    ax.loglog(h, (np.exp(1 + h) - np.exp(1)) / h)
    return fig


def errors(h: Any, scale: str = "after") -> Any:
    fig, ax = plt.subplots()
    one, two = (np.exp(1 + h) - np.exp(1)) / h, (np.exp(1 + h) - np.exp(1 - h)) / (2 * h)
    for slope in (one, two):
        error = np.abs(slope - np.exp(1))
        if scale == "logs":
            ax.plot(np.log10(h), np.log10(error))
        else:
            ax.plot(h, error, "o-")
    if scale == "after":
        ax.set_xscale("log")
        ax.set_yscale("log")
    return fig


def panels_of_errors() -> Any:
    h = np.logspace(-13, 0, 60)
    fig, (left, right) = plt.subplots(1, 2)
    left.loglog(h, np.abs((np.exp(1 + h) - np.exp(1)) / h - np.exp(1)))
    right.loglog(h, np.abs((np.exp(1 + h) - np.exp(1 - h)) / (2 * h) - np.exp(1)))
    return fig


def walked(draw: Callable[[Any], Any]) -> Any:
    fig, ax = plt.subplots()
    draw(ax)
    return fig


def in_segments(ax: Any) -> None:
    for here, there in pairwise(STEPS):
        ax.plot([here[0], there[0]], [here[1], there[1]], "k-")


def as_arrows(ax: Any, points: Any = STEPS) -> None:
    moved = np.diff(points, axis=0)
    ax.quiver(*points[:-1].T, *moved.T, angles="xy", scale_units="xy", scale=1)


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


def on_another_figure() -> Any:
    left_blank, _ = plt.subplots()
    plt.figure()
    plt.plot(T, T)
    return left_blank


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
