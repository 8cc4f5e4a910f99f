"""The one door to Otter itself: imported when first needed (1.2 s), its own deprecation warnings left outside."""

import warnings
from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["upstream"]


@cache
def upstream(name: str) -> Any:
    """One of Otter's modules, such as ``otter.test_files``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module(name)
