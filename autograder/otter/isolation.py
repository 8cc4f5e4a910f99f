"""Keeps one submission's tests from reaching the next: the judge's process serves many."""

import io
import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from operator import is_
from types import ModuleType
from typing import Any

from autograder.sandbox.line import shared

__all__ = ["one_generator", "silence", "undisturbed"]

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
    """Run a test; put back after it: working directory, environment, warning filters, printing options, generators,
    JAX's precision and patched attributes of modules that all tests share. What the notebook should see of that it
    has been told by then.

    Args:
        folder: working directory of the test: the assignment's support files, which Otter puts beside the notebook.
        seed: Otter's own seed where the assignment has one, so that a test draws what it draws after
            ``grader.check`` in ``otter run``. Without one every test starts from the state that the caller set.
    """
    import numpy as np

    modules = {name: _attributes(module) for name in _WATCHED if (module := sys.modules.get(name)) is not None}
    python_state, numpy_state = random.getstate(), np.random.get_state()
    was_in, environ, limit = os.getcwd(), dict(os.environ), sys.getrecursionlimit()
    settings = shared.read_settings()
    if seed is not None:
        random.seed(seed)
        np.random.seed(seed)
    if folder is not None:
        os.chdir(folder)  # a test that opens "data.csv" has no other way to say where
        sys.path.append(folder)
    try:
        with warnings.catch_warnings(), np.errstate(), np.printoptions():
            vars(warnings)["filters"][:] = shared.DEFAULT_FILTERS
            yield
    finally:
        for name, attributes in modules.items():
            _restore(sys.modules[name], attributes)
        shared.apply_settings(settings)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        os.chdir(was_in)
        if folder is not None:
            sys.path.remove(folder)
            _forget_modules(folder)
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
def one_generator(names: object, source: str, *, seeded: bool) -> Iterator[None]:
    """After ``np.random.seed`` or ``random.seed`` test and notebook draw from one generator, as in Otter's one process.

    Args:
        names: the student's names; nothing is done where they share nothing.
        source: of the test; one that does not speak of seeds pays nothing.
        seeded: the assignment has a seed, so the test goes on where the notebook stands.
    """
    agreement = getattr(names, "agreement", None)
    if agreement is None or not (seeded or "seed(" in source):
        yield
        return
    import numpy as np

    def seeding(module: Any) -> Callable[..., None]:
        ours = module.seed

        def seed(*arguments: Any, **keywords: Any) -> None:
            ours(*arguments, **keywords)
            agreement.share_draws()

        return seed

    originals = {module: module.seed for module in (random, np.random)}
    for module in originals:
        vars(module)["seed"] = seeding(module)
    if seeded:
        agreement.share_draws(theirs=True)
    try:
        yield
    finally:
        agreement.share_draws(False)
        for module, original in originals.items():
            vars(module)["seed"] = original


def _forget_modules(folder: str) -> None:
    """Support files that a test imported: another assignment has another ``helpers.py``."""
    inside = os.path.join(folder, "")
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]
    sys.path_importer_cache.pop(folder, None)


def _attributes(module: ModuleType) -> dict[str, object]:
    return dict(vars(module))


def _restore(module: ModuleType, attributes: dict[str, object]) -> None:
    """What a test replaced or deleted comes back; what a library added by importing more of itself stays."""
    now = vars(module)
    if now.keys() == attributes.keys() and all(map(is_, now.values(), attributes.values())):
        return  # as almost always; the loop below takes longer than a test
    for name, value in attributes.items():
        if now.get(name, module) is not value and not name.startswith("__"):
            setattr(module, name, value)
