"""NumPy's names only, where no wheel of it can be had for Pyodide: nothing in it computes, and what needs it stops."""

import math
from typing import Any

pi, e, inf, nan = math.pi, math.e, math.inf, math.nan
newaxis = None
__version__ = "0"
__path__: list[str] = []


def _absent(self: Any, *_: Any) -> Any:
    raise NotImplementedError(f"numpy.{type(self).__name__} is a name only")


class _Names(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _named(name)

    def __call__(cls, *_: Any, **__: Any) -> Any:
        return super().__call__()  # made while a module is imported; whoever looks into it is stopped

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


def _named(name: str) -> Any:
    looks = dict.fromkeys(("__bool__", "__iter__", "__len__", "__getitem__", "__eq__", "__array__"), _absent)
    same = {"__neg__": lambda self: self, "__rpow__": lambda self, other: self}
    return _Names(name, (), {**looks, **same, "__class_getitem__": classmethod(lambda cls, item: cls)})


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    found = globals()[name] = _named(name)
    return found
