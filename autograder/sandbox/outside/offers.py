"""Whether a plain copy would offer a test functions of the student's to compare with: ``m.isclose`` of a namespace."""

from typing import Any

from autograder.sandbox.line import wire
from autograder.sandbox.outside.libraries import COMPARERS

__all__ = ["holds_functions", "offers_a_comparison"]


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
