"""A call of a function on the other side: its arguments, and what came back."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from autograder.model.record import Record


class Raised(Record, frozen=True, kw_only=True):
    """What a student's function did instead of returning."""

    type: str
    """The exception's class name, such as ``TypeError``; ``TimeoutError`` for a call that was cut off."""
    message: str
    """At most 2,000 characters."""
    line: int | None = None
    """Line in the student's own code, counted from 1 in its cell or function."""
    source: str | None = None
    """That line's text."""
    cell: int | None = None
    """Index of the notebook cell, from 0."""
    bases: tuple[str, ...] = ()
    """Built-in exceptions that a class of the student's or a library's derives from, nearest first."""


class Returned(Record, frozen=True, kw_only=True):
    """What a student's function returned, decoded."""

    value: Any
    printed: str = ""


class Keywords(dict[str, Any]):
    """Arguments given by name: last in the tuple of a call that has any."""


@runtime_checkable
class Batched(Protocol):
    """A function that answers many calls in one message: what the sandbox puts in a student's function's place."""

    def call_many(self, arguments: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        """Call once per tuple of arguments (:class:`Keywords` may be last); the list has the same length and order."""
        ...

    @property
    def source(self) -> str | None:
        """The function's source, where Python could find it."""
        ...
