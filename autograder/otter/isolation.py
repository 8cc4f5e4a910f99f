"""Keeps one submission's tests from reaching the next: the judge's process serves many."""

import os
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

__all__ = ["undisturbed"]

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
def undisturbed(seed: int | None = None) -> Iterator[None]:
    """Run a test: global generators seeded before it; working directory, environment, warning filters, printing
    options, generators and patched module attributes put back after it.

    Args:
        seed: Otter's own seed where the assignment has one, so that a test draws what it draws after
            ``grader.check`` in ``otter run``; 0 where it has none, so that a run can be repeated.
    """
    import numpy as np

    modules = {name: _attributes(module) for name in _WATCHED if (module := sys.modules.get(name)) is not None}
    python_state, numpy_state = random.getstate(), np.random.get_state()
    folder, environ, limit = os.getcwd(), dict(os.environ), sys.getrecursionlimit()
    random.seed(seed or 0)
    np.random.seed(seed or 0)
    try:
        with warnings.catch_warnings(), np.errstate(), np.printoptions():
            yield
    finally:
        for name, attributes in modules.items():
            _restore(sys.modules[name], attributes)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        if os.getcwd() != folder:
            os.chdir(folder)
        if dict(os.environ) != environ:
            os.environ.clear()
            os.environ.update(environ)
        sys.setrecursionlimit(limit)


def _attributes(module: ModuleType) -> dict[str, object]:
    return dict(vars(module))


def _restore(module: ModuleType, attributes: dict[str, object]) -> None:
    """What a test replaced or deleted comes back; what a library added by importing more of itself stays."""
    now = vars(module)
    for name, value in attributes.items():
        if now.get(name, module) is not value and not name.startswith("__"):
            setattr(module, name, value)
