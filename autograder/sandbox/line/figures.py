"""A student's figure on the judge's side: data for our own questions, nothing to conclude from for other tests."""

from collections.abc import Callable
from typing import Any

import msgspec

from autograder.errors import CannotShip
from autograder.plots import FigureData

__all__ = ["Shipped", "shipped"]


class Shipped(FigureData, frozen=True, kw_only=True, dict=True):
    """What a figure shows, which tells when somebody looks at it.

    Another author's test asks the figure itself, ``isinstance(fig, Figure)`` or ``fig.axes[0].get_xlabel()``, and gets
    the answers of plain data. Whatever it concludes from them is no verdict; that the figure is there, is one.
    """

    def __getattribute__(self, name: str) -> Any:
        note = object.__getattribute__(self, "__dict__").get("note")
        if note is not None:
            note(CannotShip("described as data", type="Figure", copied=True))
        return super().__getattribute__(name)


def shipped(data: bytes, note: Callable[[CannotShip], None] | None) -> Shipped:
    """A figure as it came over the wire.

    Args:
        data: MessagePack of a :class:`autograder.plots.FigureData`.
        note: told whenever something of the figure is looked at.
    """
    figure = msgspec.msgpack.decode(data, type=Shipped)
    object.__getattribute__(figure, "__dict__")["note"] = note
    return figure
