"""Functions and classes of libraries by the name under which a library has them: ``numpy.linalg:norm``."""

import sys
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

__all__ = ["find", "name_of", "of_a_library"]

_LIBRARIES = ("numpy", "scipy", "sympy", "jax", "pandas", "random", "matplotlib", "datetime", "math")
_index: dict[int, str] = {}
_indexed = 0


def name_of(value: Any) -> str | None:
    """``module:name``, where that module is loaded and has this very object under that name.

    >>> from fractions import Fraction
    >>> name_of(Fraction), name_of(len), name_of(lambda: 0)
    ('fractions:Fraction', 'builtins:len', None)
    """
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if type(module) is str and not of_a_library(module):
        return None
    if type(module) is str and type(name) is str and "<" not in name:
        found: Any = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return f"{module}:{name}"
    if type(value) is FunctionType:  # those of libraries know where they are
        return None
    return _by_identity(value)


def of_a_library(module: str) -> bool:
    """Whether a module belongs to Python or to an installed library, and so is the same on both sides.

    >>> of_a_library("numpy.linalg"), of_a_library("__main__")
    (True, False)
    """
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return True
    place = str(getattr(sys.modules.get(top), "__file__", None) or "")
    return top not in ("autograder", "__main__") and ("site-packages" in place or "dist-packages" in place)


def _by_identity(value: Any) -> str | None:
    """For bound methods such as ``random.randint``, compiled functions and objects such as ``scipy.stats.norm``."""
    global _indexed
    if len(sys.modules) != _indexed:
        _indexed = len(sys.modules)
        _index.clear()
        for module_name, module in list(sys.modules.items()):
            top = module_name.partition(".")[0]
            if top in _LIBRARIES and "._" not in module_name and isinstance(module, ModuleType):
                for name, one in list(vars(module).items()):
                    if not name.startswith("_") and (callable(one) or isinstance(one, BuiltinFunctionType)):
                        _index.setdefault(id(one), f"{module_name}:{name}")
    return _index.get(id(value))


def find(public: str) -> Any:
    """What stands under such a name here.

    Raises:
        ValueError: nothing does.
    """
    module, _, name = public.partition(":")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"there is no {public}") from error
    return found
