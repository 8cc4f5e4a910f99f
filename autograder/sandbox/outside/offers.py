"""What a name of the notebook is to a test, told from its record before anything is made of it.

Whether a plain copy would offer functions of the student's to compare with, as ``m.isclose`` of a namespace does; and
whether the copy is worth making, where JAX would be imported for it.
"""

from collections.abc import Collection
from typing import Any

from autograder.sandbox.line import wire
from autograder.sandbox.outside.libraries import COMPARERS

__all__ = ["holds_functions", "holds_jax", "offers_a_comparison", "unmentioned"]

_ANY_NAME = frozenset({"globals", "locals", "vars", "dir", "eval", "exec", "__dict__", "modules"})
"""A test with one of these words may reach names that it does not say."""


def unmentioned(name: str, words: Collection[str] | None) -> bool:
    """Whether a test of these words cannot see what the notebook has under this name.

    >>> unmentioned("points", {"slope", "check"}), unmentioned("slope", {"slope", "check"})
    (True, False)
    """
    return words is not None and name not in words and _ANY_NAME.isdisjoint(words)


def holds_jax(record: wire.Value) -> bool:
    """Whether an array of JAX's is in it."""
    return (isinstance(record, wire.Array) and record.kind == "jax") or any(map(holds_jax, _parts(record)))


def holds_functions(record: wire.Value) -> bool:
    """A named tuple or a namespace of functions is a module to a test that writes ``np.isclose``."""
    return isinstance(record, wire.Function) or any(map(holds_functions, _parts(record)))


def offers_a_comparison(record: wire.Value) -> bool:
    """Whether it has a function of the student's under a name by which tests compare: ``m.isclose``."""
    named = any(name in COMPARERS and holds_functions(part) for name, part in _named_parts(record))
    return named or any(map(offers_a_comparison, _parts(record)))


def _parts(record: wire.Value) -> list[Any]:
    """The records in a record; plain numbers and texts hold nothing."""
    items: list[Any] = []
    if isinstance(record, wire.Items | wire.Objects):
        items = record.items
    elif isinstance(record, wire.Pairs):
        items = record.values
    elif isinstance(record, wire.Rebuilt):
        items = record.parts
    return [item for item in items if isinstance(item, wire.Packed)]


def _named_parts(record: wire.Value) -> list[tuple[Any, Any]]:
    if isinstance(record, wire.Items) and record.kind.startswith("namedtuple "):
        return list(zip(record.kind.split(" ")[2:], record.items, strict=False))
    if isinstance(record, wire.Rebuilt) and record.kind == "types.SimpleNamespace" and len(record.parts) == 2:
        names, values = record.parts
        if isinstance(names, wire.Items) and isinstance(values, wire.Items):
            return list(zip(names.items, values.items, strict=False))
    return []
