"""The one door to Otter itself: imported when first needed, its own deprecation warnings left outside."""

import warnings
from functools import cache
from importlib import import_module
from typing import Any

from autograder.modules import SLOW, without, without_init

__all__ = ["upstream"]


@cache
def upstream(name: str) -> Any:
    """One of Otter's modules, such as ``otter.test_files``."""
    with warnings.catch_warnings(), without(*SLOW):
        warnings.simplefilter("ignore")
        if name.startswith("otter.test_files"):
            with without_init("otter"), without_init("IPython"):
                return import_module(name)
        return import_module(name)
