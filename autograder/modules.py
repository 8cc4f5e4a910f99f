"""Imports of other people's packages without what they load for everybody."""

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any

__all__ = ["without_init"]


def without_init(name: str) -> None:
    """Let modules of a package be imported alone: its ``__init__`` runs when something in it is asked for.

    Otter's imports pandas, nbconvert and widgets, of which its test files need nothing; copydetect's imports pyplot. A
    package that is loaded already, or is not installed, stays as it is.

    >>> without_init("wsgiref")
    >>> import wsgiref
    >>> wsgiref.headers.Headers().items()
    []
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        return
    loader, package = spec.loader, module_from_spec(spec)

    def load(attribute: str) -> Any:
        vars(package).pop("__getattr__", None)
        loader.exec_module(package)
        return getattr(package, attribute)

    vars(package)["__getattr__"] = load
    sys.modules[name] = package
