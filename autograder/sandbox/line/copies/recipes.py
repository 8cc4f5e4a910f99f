"""How values of one class are taken apart into plain parts and put together again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Parts", "Recipe"]

Parts = list[Any]


@dataclass(frozen=True)
class Recipe:
    """How values of one exact class are taken apart and put together.

    Where the parts could hold less than the value, ``whole`` compares the two before anything is sent: a copy is whole,
    or there is none.
    """

    apart: Callable[[Any], Parts]
    together: Callable[..., Any]
    whole: Callable[[Any, Any], bool] | None = None
    """Whether the second, put together again, is the first; None where the parts are all that there is."""
