"""Answer × reference → :class:`autograder.model.Verdict`.

``symbolic.py`` compares formulas, by a child (``arbiter/``) that decides in ball arithmetic (``decision/``) after a
``criterion.py``; ``numeric.py`` compares numbers and arrays as ``reading.py`` reads them, within ``tolerances.py``;
and ``calling.py`` functions, called as ``conventions.py`` says, with the ``leeway.py`` that single points have.
"""

from typing import Any

__all__ = ["expressions", "functions", "numbers"]

_ROOM_OF = {"expressions": "symbolic", "numbers": "numeric", "functions": "calling"}


def __getattr__(name: str) -> Any:
    """Load the comparison on first use and put it in the place of the module of the same name."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'autograder.compare' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"autograder.compare.{_ROOM_OF[name]}"), name)
    globals()[name] = found
    return found
