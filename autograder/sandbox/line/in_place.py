"""Objects that a call changes in place: what was copied across follows, so that a test sees what it would see in Otter.

``x0`` in ``descend(grad, x0, 0.1, 50)`` is a copy in the jail. A student who writes ``x0 -= …`` changes the caller's
array in one process; here the changed copy comes back with the result and its content is put into the caller's object.
"""

from typing import Any

import numpy as np

from autograder.sandbox.line import wire

__all__ = ["can_change", "put_content"]

_LARGEST, _LONGEST = 1 << 20, 2_000
"""Bytes of an array and items of a list, above which it is not compared after every call."""


def can_change(record: wire.Value) -> bool:
    """Whether the object that this record copies can be changed in place."""
    if isinstance(record, wire.Array):
        return record.kind == "numpy" and len(record.data) <= _LARGEST
    if isinstance(record, wire.Items):
        return record.kind in ("list", "set") and len(record.items) <= _LONGEST
    if isinstance(record, wire.Pairs):
        return len(record.keys) <= _LONGEST
    return isinstance(record, wire.Objects) and len(record.items) <= _LONGEST


def put_content(into: Any, new: Any) -> bool:
    """Give a list, dict, set or NumPy array the content of another of its kind; False where that cannot be.

    >>> x0 = [1.0, 2.0]
    >>> put_content(x0, [0.5, 1.0]), x0
    (True, [0.5, 1.0])
    """
    if isinstance(into, list) and isinstance(new, list):
        into[:] = new
    elif (isinstance(into, dict) and isinstance(new, dict)) or (isinstance(into, set) and isinstance(new, set)):
        into.clear()
        into.update(new)
    elif isinstance(into, np.ndarray) and isinstance(new, np.ndarray):
        if into.shape != new.shape or into.dtype != new.dtype or not into.flags.writeable:
            return False
        into[...] = new
    else:
        return False
    return True
