"""The one door to Otter itself: imported when first needed, its own deprecation warnings left outside."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from autograder.modules import without_init

__all__ = ["upstream"]


@cache
def upstream(name: str) -> Any:
    """One of Otter's modules, such as ``otter.test_files``."""
    with warnings.catch_warnings(), _without("rfc3987_syntax"):
        warnings.simplefilter("ignore")
        if name.startswith("otter.test_files"):
            with without_init("otter"), without_init("IPython"):
                return import_module(name)
        return import_module(name)


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Let an optional module look absent meanwhile.

    jsonschema imports ``rfc3987_syntax`` where Jupyter has installed it, for a check of addresses that no notebook has;
    the module compiles a grammar on import, which costs more than the rest of Otter.
    """
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own sign for "cannot be imported"
    try:
        yield
    finally:
        if absent:
            sys.modules.pop(name, None)
