"""What the template does once so that no submission pays for it. JAX's devices and arrays stay untouched: JAX is
multithreaded, and a process forked after its first computation would hang."""

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Any

MODULES = (
    "numpy",
    "sympy",
    "matplotlib",
    "mpl_toolkits.mplot3d",
    "matplotlib.pyplot",
    "jax",
    "jax.numpy",
    "jax.scipy",
    "autograder.expressions.tree",
)


def prepare(modules: Sequence[str]) -> Any:
    """Import, warm up, and return the shell."""
    import matplotlib

    matplotlib.use("module://matplotlib_inline.backend_inline")
    for name in (*MODULES, *modules):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    from autograder.sandbox import codec, remote_jax  # noqa: F401 - imported here so that the fork has it
    from autograder.sandbox.inside.shell import make_shell

    shell: Any = make_shell()
    shell.run_line_magic("matplotlib", "inline")
    shell.run_cell("pass", store_history=False)
    _warm_sympy()
    _warm_figures()
    gc.collect()
    gc.freeze()
    return shell


def _warm_sympy() -> None:
    import sympy

    x = sympy.Symbol("x")
    f = sympy.sin(x**2) * sympy.exp(-x) + 3 * x**2
    sympy.simplify(f.diff(x))
    sympy.lambdify(x, f, "numpy")


def _warm_figures() -> None:
    """Fonts, the text layout and the three-dimensional axes, on a figure that pyplot never hears of."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    figure.add_subplot(1, 2, 1).set_title("$x_1^2$")
    figure.add_subplot(1, 2, 2, projection="3d").set_zlabel("$z$")
    figure.tight_layout()
    figure.canvas.draw()


def touched() -> bool:
    """Whether JAX has already started its devices, after which no fork may happen."""
    bridge = sys.modules.get("jax._src.xla_bridge")
    return bool(bridge is not None and getattr(bridge, "_backends", None))
