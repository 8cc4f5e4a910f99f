"""What the template does once so that no submission pays for it, and only for what the class uses.

JAX's devices and arrays stay untouched: JAX is multithreaded, and a process forked after its first computation would
hang.
"""

import gc
import glob
import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from autograder.modules import import_jax

KEPT_CONTEXTS = 32
"""About 1 MB each, shared with the forks; a notebook with a few gradients compiles 20 to 30 small functions."""


def uses(sources: Iterable[str]) -> frozenset[str]:
    """Which of :data:`WARM` these cells or tests speak of.

    >>> sorted(uses(["from scipy import stats", "sp.lambdify(x, f)"]))
    ['lambdify', 'scipy', 'scipy.stats']
    """
    text = "\n".join(sources)
    return frozenset(word for word in WARM if all(part in text for part in word.split(".")))


def prepare() -> Any:
    """Import what every notebook of a class needs, and return the shell."""
    import doctest  # noqa: F401 - imported here so that the fork has it: a plain test is asked inside with it

    from autograder.expressions import tree  # noqa: F401
    from autograder.sandbox import line  # noqa: F401
    from autograder.sandbox.inside import notebook, otter_stub  # noqa: F401
    from autograder.sandbox.inside.shell import make_shell

    shell: Any = make_shell()
    shell.run_cell("pass", store_history=False)
    return shell


def warm(words: Iterable[str], shell: Any) -> None:
    """Import and run once what notebooks with these words need."""
    for word in words:
        with suppress(ImportError):
            WARM[word](shell)
    # Only what is made from here on is looked through again by the collector, here and in the forks.
    gc.freeze()


def touched() -> bool:
    """Whether JAX has already started its devices, after which no fork may happen."""
    bridge = sys.modules.get("jax._src.xla_bridge")
    return bool(bridge is not None and getattr(bridge, "_backends", None))


def _importing(*names: str) -> Callable[[Any], None]:
    def bring(_: Any) -> None:
        for name in names:
            importlib.import_module(name)

    return bring


def _simplify(_: Any) -> None:
    import sympy

    x = sympy.Symbol("x")
    sympy.simplify((sympy.sin(x**2) * sympy.exp(-x) + 3 * x**2).diff(x))


def _lambdify(_: Any) -> None:
    import sympy

    x = sympy.Symbol("x")
    sympy.lambdify(x, sympy.sin(x))  # with the modules that SymPy takes by itself: SciPy is among them


def _figures(shell: Any) -> None:
    """Fonts, the text layout and the three-dimensional axes, on a figure that pyplot never hears of."""
    import contourpy  # noqa: F401 - imported here so that the fork has it
    import matplotlib

    _bring_fonts(matplotlib.get_cachedir())
    matplotlib.use("module://matplotlib_inline.backend_inline")
    from matplotlib import pyplot  # noqa: F401
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from autograder import plots  # noqa: F401

    shell.run_line_magic("matplotlib", "inline")
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.add_subplot(1, 2, 1).set_title("$x_1^2$")
    figure.add_subplot(1, 2, 2, projection="3d").set_zlabel("$z$")
    figure.tight_layout()
    figure.canvas.draw()


def _bring_fonts(own: str) -> None:
    """The list of fonts that an earlier jail made for its solution, so that none is looked for again."""
    folder = os.environ.get("JAX_COMPILATION_CACHE_DIR")
    for kept in glob.glob(f"{folder}/fontlist-*.json") if folder else ():
        shutil.copy(kept, own)


def _jax(_: Any) -> None:
    """What JAX computes once per process and needs no device for: traces of the common functions, compiler contexts."""
    import_jax()
    import jax
    import jax.numpy as jnp
    import jax.scipy
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
        from jaxlib.mlir.dialects import builtin  # noqa: F401 - imported here so that the fork has it

        make = mlir.make_ir_context
        kept = [make() for _ in range(KEPT_CONTEXTS)]
    except (ImportError, AttributeError, TypeError):  # JAX's own insides: another version may do it differently
        return
    mlir.make_ir_context = lambda: kept.pop() if kept else make()


WARM: dict[str, Callable[[Any], None]] = {
    "sympy": _importing("sympy"),
    "simplify": _simplify,
    "solve": _simplify,  # solve, solveset and dsolve simplify too
    "lambdify": _lambdify,
    "matplotlib": _figures,
    "jax": _jax,
    "pandas": _importing("pandas"),
    "scipy": _importing("scipy.optimize"),
    "scipy.stats": _importing("scipy.stats"),
    "scipy.signal": _importing("scipy.signal"),
}
"""A word of a notebook → what makes such notebooks fast. A word with a dot is there where its parts are."""
