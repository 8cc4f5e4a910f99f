"""What the template does once so that no submission pays for it. JAX's devices and arrays stay untouched: JAX is
multithreaded, and a process forked after its first computation would hang."""

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Any

KEPT_CONTEXTS = 32
"""About 1 MB each, shared with the forks; a notebook with a few gradients compiles 20 to 30 small functions."""

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
    _warm_jax()
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


def _warm_jax() -> None:
    """What JAX computes once per process and needs no device for: traces of the common functions, compiler contexts."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    def of_number(x: Any) -> Any:
        waves = jnp.sin(x**2) * jnp.exp(-x) + jnp.cos(x) * jnp.tanh(x)
        return waves + jnp.log(x + 3) / jnp.sqrt(x + 2) - x**3 + 1 / x

    def of_vector(v: Any) -> Any:
        return (
            -(v[0] ** 2) - 0.5 * v[1] ** 2 + v[0] * v[1] + jnp.sum(v**2) + jnp.dot(v, v) + jnp.sin(v[0]) * jnp.exp(v[1])
        )

    shape_of: Any = jax.ShapeDtypeStruct
    number, vector = shape_of((), np.float32), shape_of((2,), np.float32)
    jax.make_jaxpr(jax.grad(of_number))(number)
    jax.make_jaxpr(jax.vmap(jax.grad(of_number)))(vector)
    jax.make_jaxpr(jax.grad(of_vector))(vector)
    jax.make_jaxpr(jax.hessian(of_vector))(vector)
    _keep_contexts()


def _keep_contexts() -> None:
    """Every compilation starts with an MLIR context, 2 ms of loading dialects; make some before the fork."""
    try:
        from jax._src.interpreters import mlir

        make = mlir.make_ir_context
        kept = [make() for _ in range(KEPT_CONTEXTS)]
    except (ImportError, AttributeError, TypeError):  # JAX's own insides: another version may do it differently
        return
    mlir.make_ir_context = lambda: kept.pop() if kept else make()


def touched() -> bool:
    """Whether JAX has already started its devices, after which no fork may happen."""
    bridge = sys.modules.get("jax._src.xla_bridge")
    return bool(bridge is not None and getattr(bridge, "_backends", None))
