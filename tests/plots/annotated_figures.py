"""Loss curves, paths on surfaces and points with a text, drawn as people draw them: typed before the kinds were there.

A wrong figure stands beside the problem that has to be named, or None where no name is expected.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from autograder.plots import AnnotatedPlot, LossPlot, SurfacePathPlot

XY = ("x", "y")
F = "x**2 + 2*y**2"


def f(x: Any, y: Any) -> Any:
    return x**2 + 2 * y**2


def descent(eta: float = 0.1, count: int = 20, start: tuple[float, float] = (2.0, 1.0), sign: int = 1) -> Any:
    path = [np.array(start)]
    for _ in range(count):
        x, y = path[-1]
        path.append(path[-1] - sign * eta * np.array([2 * x, 4 * y]))
    return np.array(path)


PATH = descent()
LOSS = f(*PATH.T)
STEPS = np.arange(21)

LOSSES = LossPlot(F, XY, start=(2, 1), step=0.1, count=20)
PLAIN = LossPlot(F, XY, start=(2, 1), step=0.1, count=20, log=False)
ANY = LossPlot(falls=0.1, least=15)
TWO = LossPlot(curves={"slow": 0.02, "fast": 0.1}, function=F, wrt=XY, start=(2, 1), count=20)
NOISE = 1 + 0.2 * np.sin(np.arange(40) * 2.1)


def flat(draw: Callable[[Any], Any]) -> Callable[[], Any]:
    def made() -> Any:
        figure = Figure()
        draw(figure.subplots())
        return figure

    return made


def solid(draw: Callable[[Any], Any]) -> Callable[[], Any]:
    def made() -> Any:
        figure = Figure()
        draw(figure.add_subplot(projection="3d"))
        return figure

    return made


def _scaled(axes: Any, values: Any = LOSS) -> None:
    axes.plot(values, "o-", label="loss")
    axes.set_yscale("log")
    axes.set(xlabel="step", ylabel="loss")


def _two(axes: Any, etas: tuple[float, ...] = (0.02, 0.1)) -> None:
    for eta in etas:
        axes.semilogy(f(*descent(eta).T), label=f"eta={eta}")
    axes.legend()


def _beside(axes: Any) -> None:
    axes.semilogy(STEPS, LOSS)
    axes.axhline(1e-2, color="k", ls="--")


def _named(axes: Any, labels: dict[str, float]) -> None:
    for label, eta in labels.items():
        axes.semilogy(f(*descent(eta).T), label=label)
    axes.legend()


LOSS_RIGHT = [
    (LOSSES, flat(lambda ax: ax.semilogy(LOSS))),
    (LOSSES, flat(lambda ax: ax.semilogy(STEPS, LOSS, "o-"))),
    (LOSSES, flat(_scaled)),
    (LOSSES, flat(lambda ax: ax.semilogy(STEPS + 1, LOSS))),
    (LOSSES, flat(_beside)),
    (LOSSES, flat(lambda ax: (ax.scatter(STEPS, LOSS), ax.set_yscale("log")))),
    (LOSSES, flat(lambda ax: (ax.plot(STEPS, LOSS), ax.set_yscale("symlog", linthresh=1e-9)))),
    (LOSSES, flat(lambda ax: ax.loglog(STEPS[1:], LOSS[1:]))),
    (PLAIN, flat(lambda ax: ax.plot(LOSS))),
    (PLAIN, flat(lambda ax: ax.semilogy(LOSS))),
    (ANY, flat(lambda ax: ax.semilogy(3 * np.exp(-np.arange(40) / 8) * NOISE))),
    (ANY, flat(lambda ax: (ax.plot(1 / (1 + np.arange(30.0)) ** 2), ax.set_yscale("log")))),
    (TWO, flat(_two)),
    (TWO, flat(lambda ax: _two(ax, (0.1, 0.02)))),
    (LOSSES, flat(lambda ax: ax.semilogy(f(*descent(count=30).T)))),
    (LOSSES, flat(lambda ax: (ax.plot(np.log(LOSS)), ax.set_ylabel("ln f")))),
    (LOSSES, flat(lambda ax: (ax.plot(np.log10(LOSS), label="log10(f)"), ax.legend()))),
    (ANY, flat(lambda ax: (ax.plot(-np.arange(40) / 8), ax.set_ylabel(r"$\log$ loss")))),
]
LOSS_WRONG = [
    (TWO, flat(lambda ax: _named(ax, {"slow": 0.1, "fast": 0.02})), "plot_legend"),
    (ANY, flat(lambda ax: (ax.plot(np.exp(-np.arange(40) / 8)), ax.set_ylabel("loss"))), "plot_loss_linear"),
    (LOSSES, flat(lambda ax: ax.plot(LOSS)), "plot_loss_linear"),
    (LOSSES, flat(lambda ax: ax.semilogx(STEPS + 1, LOSS)), "plot_loss_linear"),
    (LOSSES, flat(lambda ax: ax.semilogy(f(*descent(sign=-1).T))), "plot_loss_rises"),
    (LOSSES, flat(lambda ax: ax.semilogy(LOSS[::-1])), "plot_loss_backwards"),
    (LOSSES, flat(lambda ax: ax.semilogy(f(*descent(0.05).T))), "plot_loss_step"),
    (LOSSES, flat(lambda ax: ax.semilogy(LOSS[:8])), "plot_loss_short"),
    (LOSSES, flat(lambda ax: ax.semilogy(np.hypot(2 * PATH[:, 0], 4 * PATH[:, 1]))), "plot_loss_gradient"),
    (LOSSES, flat(lambda ax: ax.semilogy(np.hypot(*PATH.T))), "plot_loss_distance"),
    (LOSSES, flat(lambda ax: ax.semilogy(np.abs(np.log(LOSS)))), "plot_loss_twice"),
    (LOSSES, flat(lambda ax: ax.plot(np.log10(LOSS))), "plot_loss_linear"),
    (LOSSES, flat(lambda ax: ax.set_yscale("log")), "plot_empty"),
    (LOSSES, flat(lambda ax: ax.plot(*PATH.T)), "plot_no_loss"),
    (ANY, flat(lambda ax: ax.semilogy(np.exp(np.arange(30) / 9))), "plot_loss_rises"),
    (ANY, flat(lambda ax: ax.semilogy(np.full(30, 2.0))), "plot_loss_flat"),
    (ANY, flat(lambda ax: ax.semilogy(3 * np.exp(-np.arange(6.0)))), "plot_loss_short"),
    (ANY, flat(lambda ax: ax.plot(3 * np.exp(-np.arange(40) / 8))), "plot_loss_linear"),
    (TWO, flat(lambda ax: _two(ax, (0.1,))), "plot_curve_missing"),
    (TWO, flat(lambda ax: _two(ax, (0.1, 0.05))), "plot_loss_step"),
]

X, Y = np.meshgrid(np.linspace(-2.5, 2.5, 30), np.linspace(-1.5, 1.5, 25))
WALK = SurfacePathPlot(F, XY, start=(2, 1), step=0.1, count=20)


def _on(draw: Callable[[Any], Any]) -> Callable[[], Any]:
    return solid(lambda ax: (ax.plot_surface(X, Y, f(X, Y), alpha=0.5), draw(ax)))


def _pieces(axes: Any) -> None:
    for k in range(20):
        axes.plot(*zip((*PATH[k], LOSS[k]), (*PATH[k + 1], LOSS[k + 1]), strict=True), "r-")


def _walk(axes: Any, path: Any = PATH, heights: Any = None, style: str = "ro-") -> None:
    axes.plot(path[:, 0], path[:, 1], f(*path.T) if heights is None else heights, style)


def _scatter(axes: Any) -> None:
    axes.scatter(*PATH.T, LOSS)


def _quiver(axes: Any) -> None:
    axes.quiver(*PATH[:-1].T, LOSS[:-1], *np.diff(PATH, axis=0).T, np.diff(LOSS))


OTHER = descent(start=(1.0, 1.5))


def _dense(axes: Any) -> None:
    t = np.linspace(0, 20, 401)
    x, y = (np.interp(t, STEPS, column) for column in PATH.T)
    axes.plot(x, y, f(x, y), "r")


WALK_RIGHT = [
    (WALK, _on(_dense)),
    (WALK, _on(_walk)),
    (WALK, _on(lambda ax: _walk(ax, style="k-"))),
    (WALK, _on(lambda ax: _walk(ax, PATH[::-1]))),
    (WALK, _on(_pieces)),
    (WALK, _on(lambda ax: (_walk(ax, style="r-"), _scatter(ax)))),
    (WALK, _on(lambda ax: _walk(ax, heights=LOSS + 0.1))),
    (WALK, solid(lambda ax: (ax.plot_wireframe(X, Y, f(X, Y)), _walk(ax)))),
    (WALK, solid(lambda ax: (ax.plot_trisurf(X.ravel(), Y.ravel(), f(X, Y).ravel()), _walk(ax)))),
    (WALK, solid(lambda ax: (_walk(ax), ax.plot_surface(X, Y, f(X, Y)), ax.set_xlabel("x")))),
    (WALK, _on(_quiver)),
    (WALK, _on(lambda ax: (_walk(ax), _walk(ax, heights=np.zeros(21), style="k--")))),
]
WALK_WRONG = [
    (WALK, _on(lambda ax: _walk(ax, heights=np.zeros(21))), "plot_path_flat"),
    (WALK, _on(lambda ax: ax.plot(*PATH.T)), "plot_path_flat"),
    (WALK, _on(lambda ax: _walk(ax, heights=LOSS + 3)), "plot_path_off"),
    (WALK, _on(lambda ax: _walk(ax, OTHER, f(*OTHER.T))), "plot_path"),
    (WALK, _on(lambda ax: _walk(ax, heights=STEPS / 20)), "plot_path_off"),
    (WALK, _on(lambda ax: _walk(ax, PATH[1:])), "plot_path_start"),
    (WALK, _on(lambda ax: _walk(ax, PATH[:-1])), "plot_path_end"),
    (WALK, _on(lambda ax: _walk(ax, PATH[:10])), "plot_path_end"),
    (WALK, _on(lambda ax: _walk(ax, descent(0.05))), "plot_path_step"),
    (WALK, _on(lambda ax: _walk(ax, descent(0.02, sign=-1))), "plot_path_uphill"),
    (WALK, _on(lambda ax: _walk(ax, descent(sign=-1)[:5])), "plot_path_uphill"),
    (WALK, _on(_scatter), "plot_not_joined"),
    (WALK, _on(lambda ax: None), "plot_no_curve"),
    (WALK, solid(_walk), "plot_no_surface"),
    (WALK, _on(lambda ax: _walk(ax, PATH[:, ::-1], LOSS)), "plot_path_off"),
    (WALK, flat(lambda ax: ax.plot(*PATH.T)), "plot_no_surface"),
    (WALK, _on(lambda ax: _walk(ax, PATH[[0, -1]])), "plot_path"),
]

T = np.linspace(-2.5, 2.5, 200)
CUBIC = AnnotatedPlot("x**3 - 3*x", "x", points={"maximum": -1, "minimum": 1})
SADDLE = AnnotatedPlot("x**2 - y**2 + x*y", XY, points={"saddle": (0, 0)})
WAVE = AnnotatedPlot("sin(x)", "x", points={"maximum": "pi/2", "inflection": 0}, words={"inflection": ["turn"]})
A, B = np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40))


def _graph(draw: Callable[[Any], Any], values: Any = None) -> Callable[[], Any]:
    return flat(lambda ax: (ax.plot(T, T**3 - 3 * T if values is None else values), draw(ax)))


def _map(draw: Callable[[Any], Any]) -> Callable[[], Any]:
    return flat(lambda ax: (ax.contour(A, B, A**2 - B**2 + A * B, 15), draw(ax)))


def _arrows(axes: Any, high: str = "maximum", low: str = "minimum") -> None:
    arrow = {"arrowstyle": "->"}
    axes.annotate(high, xy=(-1, 2), xytext=(-2, 5), arrowprops=arrow)
    axes.annotate(low, xy=(1, -2), xytext=(1.2, -5), arrowprops=arrow)


def _texts(axes: Any) -> None:
    axes.plot([-1, 1], [2, -2], "ro")
    axes.text(-1, 2.3, "max")
    axes.text(1.05, -2.4, "min")


def _legend(axes: Any) -> None:
    axes.plot(-1, 2, "r^", label="local maximum")
    axes.plot(1, -2, "bv", label="local minimum")
    axes.legend()


def _scattered(axes: Any) -> None:
    axes.scatter([-1], [2], color="r", label="max (-1, 2)")
    axes.scatter([1], [-2], color="g", label="min (1, -2)")
    axes.legend()


def _offset(axes: Any) -> None:
    axes.scatter([-1, 1], [2, -2])
    for name, x, y in (("Maximum", -1, 2), ("Minimum", 1, -2)):
        axes.annotate(name, (x, y), textcoords="offset points", xytext=(5, 5))


def _german(axes: Any) -> None:
    axes.annotate("Hochpunkt", (-1, 2))
    axes.annotate("Tiefpunkt", (1, -2))


def _swapped_texts(axes: Any) -> None:
    axes.plot([-1, 1], [2, -2], "ro")
    axes.text(-1, 2.3, "min")
    axes.text(1.05, -2.4, "max")


def _saddle_in_space(axes: Any) -> None:
    axes.plot_surface(A, B, A**2 - B**2 + A * B, alpha=0.4)
    axes.scatter([0], [0], [0], color="r", s=40)
    axes.text(0, 0, 0.3, "saddle point")


WORDS = [
    ("HP(-1|2)", "TP(1|-2)"),
    ("H(-1|2)", "T(1|-2)"),
    ("peak", "valley"),
    ("Gipfel", "Tal"),
    ("lok. Max.", "lok. Min."),
]


def _by_hand(axes: Any) -> None:
    axes.arrow(-2, 5, 0.97, -2.9)
    axes.text(-2.2, 5.2, "maximum")
    axes.annotate("", (1, -2), (1.5, -5), arrowprops={"arrowstyle": "->"})
    axes.text(1.5, -5.5, "minimum")


NOTE_RIGHT = [
    (CUBIC, _graph(_by_hand)),
    (CUBIC, _graph(lambda ax: (ax.text(-1, 2, "max"), ax.text(1, -2, "min")))),
    (CUBIC, _graph(lambda ax: _arrows(ax, "maximum, no minimum", "not a maximum, but a minimum"))),
    *((CUBIC, _graph(lambda ax, pair=pair: _arrows(ax, *pair))) for pair in WORDS),
    (SADDLE, _map(lambda ax: ax.annotate("SP (0|0)", (0, 0)))),
    (SADDLE, _map(lambda ax: ax.annotate("saddle: max along y, min along x", (0, 0)))),
    (CUBIC, _graph(_arrows)),
    (CUBIC, _graph(_texts)),
    (CUBIC, _graph(_legend)),
    (CUBIC, _graph(_scattered)),
    (CUBIC, _graph(_offset)),
    (CUBIC, _graph(_german)),
    (CUBIC, _graph(lambda ax: (_texts(ax), ax.set_title("a cubic"), ax.text(2, 0, "f(x)")))),
    (CUBIC, _graph(lambda ax: _arrows(ax, "max(-1, 2)", "local min.\n(1, -2)"))),
    (CUBIC, _graph(lambda ax: _arrows(ax, r"$\mathrm{max}$", r"$\min$"))),
    (SADDLE, _map(lambda ax: ax.annotate("saddle", (0, 0), xytext=(0.5, 1), arrowprops={"arrowstyle": "->"}))),
    (SADDLE, _map(lambda ax: (ax.plot(0, 0, "kx"), ax.text(0.1, 0.1, "saddle point")))),
    (SADDLE, _map(lambda ax: (ax.scatter(0, 0, label="Sattelpunkt"), ax.legend()))),
    (SADDLE, solid(_saddle_in_space)),
    (
        WAVE,
        flat(
            lambda ax: (
                ax.plot(T, np.sin(T)),
                ax.annotate("max", (np.pi / 2, 1)),
                ax.annotate("turn", (0, 0)),
            )
        ),
    ),
]
NOTE_WRONG = [
    (CUBIC, _graph(lambda ax: _arrows(ax, "maximum or minimum", "minimum or maximum")), "plot_note_exchanged"),
    (CUBIC, _graph(lambda ax: _arrows(ax, "not a maximum", "kein lokales Minimum")), "plot_note_unnamed"),
    (CUBIC, _graph(lambda ax: _arrows(ax, "turning point", "turning point")), "plot_note_unnamed"),
    (CUBIC, _graph(lambda ax: _arrows(ax, "minimum", "maximum")), "plot_note_exchanged"),
    (CUBIC, _graph(_swapped_texts), "plot_note_exchanged"),
    (CUBIC, _graph(lambda ax: None), "plot_no_note"),
    (CUBIC, _graph(lambda ax: ax.plot([-1, 1], [2, -2], "ro")), "plot_no_note"),
    (CUBIC, _graph(lambda ax: ax.annotate("maximum", (-1, 2))), "plot_note_missing"),
    (CUBIC, _graph(lambda ax: (ax.annotate("max", (-1, 2)), ax.annotate("min", (-2.5, -8)))), "plot_note_place"),
    (CUBIC, _graph(lambda ax: (ax.annotate("max", (2.5, 8)), ax.annotate("min", (1, -2)))), "plot_note_place"),
    (CUBIC, _graph(lambda ax: (ax.annotate("max", (-1, 0)), ax.annotate("min", (1, 0)))), "plot_note_height"),
    (CUBIC, _graph(lambda ax: (ax.annotate("max", (2, -1)), ax.annotate("min", (-2, 1)))), "plot_note_sideways"),
    (CUBIC, _graph(lambda ax: (ax.text(-1, 2.3, "max"), ax.text(1, -2.4, "min"))), "plot_note_unmarked"),
    (CUBIC, _graph(_arrows, T**3), "plot_function"),
    (CUBIC, _graph(lambda ax: (ax.annotate("A", (-1, 2)), ax.annotate("B", (1, -2)))), "plot_note_unnamed"),
    (SADDLE, _map(lambda ax: ax.annotate("minimum", (0, 0))), "plot_note_kind"),
    (SADDLE, _map(lambda ax: ax.annotate("maximum", (0, 0))), "plot_note_kind"),
    (SADDLE, _map(lambda ax: ax.annotate("saddle", (1, 1))), "plot_note_place"),
    (SADDLE, _map(lambda ax: ax.plot(0, 0, "kx", label="saddle")), "plot_no_note"),
]
