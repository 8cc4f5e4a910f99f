"""Figures as people really make them: by pyplot, in loops, in parts, with grids and arrows of their own."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

F = "x**2*y + sin(y)"
LEVELS = [-2, -1, 0, 1, 2]


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


def on_another_figure() -> Any:
    left_blank, _ = plt.subplots()
    plt.figure()
    plt.plot(T, T)
    return left_blank
