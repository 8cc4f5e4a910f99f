"""Keeps one submission's tests from reaching the next: the judge's process serves many."""

import builtins
import io
import os
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from operator import is_
from types import ModuleType
from typing import Any

__all__ = ["as_main", "silence", "undisturbed"]

_SHOWN = ("precision", "max_rows", "min_rows", "max_columns", "max_colwidth", "width")
"""pandas' display options that tests set."""
_FILTERS: list[tuple[Any, ...]] = [
    ("default", None, DeprecationWarning, "__main__", 0),
    *(
        ("ignore", None, category, None, 0)
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
    ),
]
"""Python's own, as in a notebook's kernel."""

_WATCHED = (
    "builtins",
    "math",
    "random",
    "time",
    "os",
    "numpy",
    "numpy.random",
    "numpy.linalg",
    "numpy.testing",
    "sympy",
)


@contextmanager
def undisturbed(seed: int | None = None, folder: str | None = None) -> Iterator[None]:
    """Run a test, and put back after it what it changed.

    That is: working directory, environment, warning filters, printing options, generators, JAX's precision and patched
    attributes of modules that all tests share.

    Args:
        folder: working directory of the test: the assignment's support files, which Otter puts beside the notebook.
        seed: Otter's own seed where the assignment has one, so that a test draws what it draws after
            ``grader.check`` in ``otter run``. Without one every test starts from the state that the caller set.
    """
    import numpy as np

    python_state, numpy_state = random.getstate(), np.random.get_state()
    loaded = dict(sys.modules)
    was_in, environ, limit = os.getcwd(), dict(os.environ), sys.getrecursionlimit()
    if seed is not None:
        random.seed(seed)
        np.random.seed(seed)
    if folder is not None:
        os.chdir(folder)  # a test that opens "data.csv" has no other way to say where
        sys.path.append(folder)
    try:
        # attributes come back first: the others' ways back need len and np.errstate as they were
        with warnings.catch_warnings(), np.errstate(), np.printoptions(), _same_settings(), _same_attributes():
            vars(warnings)["filters"][:] = _FILTERS
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        os.chdir(was_in)
        if folder is not None:
            sys.path.remove(folder)
            _forget_modules(folder, loaded)
        if dict(os.environ) != environ:
            os.environ.clear()
            os.environ.update(environ)
        sys.setrecursionlimit(limit)


@contextmanager
def silence() -> Iterator[None]:
    """What a test prints, or a student's function that it calls, is for no one here."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


@contextmanager
def as_main(names: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Within it the notebook's names are those of ``__main__``: a real module with a real dict, as in a kernel.

    Yields:
        The dict: a test that reads it by ``eval``, ``globals()`` or ``import __main__`` finds the same.
    """
    module = ModuleType("__main__")
    vars(module).update(names, __name__="__main__", __builtins__=builtins)
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        yield vars(module)
    finally:
        sys.modules["__main__"] = before


@contextmanager
def _same_settings() -> Iterator[None]:
    """JAX's precision and pandas' display options are the process's, and no context of theirs is entered for them."""
    jax: Any = sys.modules.get("jax")
    pandas: Any = sys.modules.get("pandas")
    double = bool(jax.config.jax_enable_x64) if jax is not None else False
    shown = {name: pandas.get_option(f"display.{name}") for name in _SHOWN} if pandas is not None else {}
    try:
        yield
    finally:
        if (jax := sys.modules.get("jax")) is not None and bool(jax.config.jax_enable_x64) != double:
            jax.config.update("jax_enable_x64", double)
        for name, value in shown.items():
            if pandas.get_option(f"display.{name}") != value:
                pandas.set_option(f"display.{name}", value)


def _forget_modules(folder: str, before: dict[str, ModuleType]) -> None:
    """Support files that a test imported: another assignment has another ``helpers.py``."""
    inside = os.path.join(folder, "")
    for name, module in list(sys.modules.items()):
        # of the thousands that were there before none is looked at: that took as long as the test
        if before.get(name) is not module and str(getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]
    sys.path_importer_cache.pop(folder, None)


@contextmanager
def _same_attributes() -> Iterator[None]:
    modules = [(module, dict(vars(module))) for name in _WATCHED if (module := sys.modules.get(name)) is not None]
    try:
        yield
    finally:
        for module, attributes in modules:
            _restore(module, attributes)


def _restore(module: ModuleType, attributes: dict[str, object]) -> None:
    """What a test replaced or deleted comes back; what a library added by importing more of itself stays."""
    now = vars(module)
    if now.keys() == attributes.keys() and all(map(is_, now.values(), attributes.values())):
        return  # as almost always; the loop below takes longer than a test
    for name, value in attributes.items():
        if now.get(name, module) is not value and not name.startswith("__"):
            setattr(module, name, value)
