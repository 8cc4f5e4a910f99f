"""What may be asked of an object that stays in the jail: each is a call whose answer is data, as a function's is.

Comparing, arithmetic and truth are not among them: with those the object would decide what the test wants to know. What
runs programs on a class's objects is, for a question that says so of its points.
"""

import operator
from collections.abc import Callable
from typing import Any

from autograder.driver import drive

__all__ = ["BETWEEN", "OPERATIONS", "enter", "leave", "number_of"]


def enter(value: Any) -> Any:
    """What ``with`` does at its beginning."""
    return type(value).__enter__(value)


def leave(value: Any, *raised: Any) -> Any:
    """What ``with`` does at its end."""
    return type(value).__exit__(value, *raised)


BETWEEN: tuple[Callable[..., Any], ...] = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.matmul,
    operator.and_,
    operator.or_,
    operator.xor,
)
"""Only between two objects that both stay in the jail."""

OPERATIONS: tuple[Callable[..., Any], ...] = (
    getattr,
    iter,
    next,
    len,
    repr,
    str,
    format,
    operator.getitem,
    operator.setitem,
    operator.length_hint,
    enter,
    leave,
    dir,
    round,
    *BETWEEN,
    drive,
)
"""In a call the handle -1 stands for the first, -2 for the second, …"""


def number_of(operation: Callable[..., Any]) -> int:
    """The handle that stands for an operation.

    >>> number_of(iter)
    -2
    """
    return -1 - OPERATIONS.index(operation)
