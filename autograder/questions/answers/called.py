"""A student's function called by the question: with which arguments, what it gives, which entry of that is meant."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.compare.calling import raised_verdict, send
from autograder.compare.reading import Unreadable, describe
from autograder.model import Raised, Reason, Returned
from autograder.questions.answers.reading import is_function, shown_part

__all__ = ["Called", "returned", "shown_argument"]


class Called:
    """A student's function as a function of the question's variables: the test says what it is called with at a point.

    Args:
        function: live, or a stand-in for one in another process.
        arguments: the point's numbers → the arguments of the call.
        entry: as for :func:`returned`.
        names: of the variables.

    Raises:
        Unreadable: MISSING or VALUE_NOT_FUNCTION; later, when it is called, WRONG_TYPE or NO_ENTRY.

    >>> call = Called(lambda f, x: [f(x), 0], lambda x: (abs, x), 0, ["x"])
    >>> [reply.value for reply in call.call_many([(-2.0,), (3.0,)])]
    [2.0, 3.0]
    """

    source = None

    def __init__(
        self, function: Any, arguments: Callable[..., Sequence[Any]], entry: Any, names: Sequence[str]
    ) -> None:
        self._function = _callable(function)
        self._arguments = arguments
        self._entry = entry
        self.entered = False
        """Whether the function has returned something that has the entry."""
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names])

    def __call__(self, *point: Any) -> Any:
        (reply,) = self.call_many([point])
        if isinstance(reply, Raised):
            raise TypeError(reply.message)
        return reply.value

    def call_many(self, points: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        if not all(isinstance(number, float) for point in points for number in point):
            return [Raised(type="TypeError", message="the point is handed over as numbers") for _ in points]
        replies = send(self._function, [copy.deepcopy(tuple(self._arguments(*point))) for point in points])
        return [reply if isinstance(reply, Raised) else Returned(value=self._part(reply.value)) for reply in replies]

    def _part(self, value: Any) -> Any:
        part = _entry_of(value, self._entry)
        self.entered = True
        return part


def returned(function: Any, arguments: Sequence[Any], entry: Any = None) -> Any:
    """What a student's function gives for some arguments, which it gets as copies, or one entry of that.

    Args:
        function: live, or a stand-in for one in another process.
        arguments: as many as the function takes.
        entry: key of a dictionary, place in a list or tuple; None for all of it.

    Raises:
        Unreadable: MISSING, VALUE_NOT_FUNCTION, RAISED, TIMED_OUT, WRONG_TYPE or NO_ENTRY.
    """
    (reply,) = send(_callable(function), [copy.deepcopy(tuple(arguments))])
    if isinstance(reply, Raised):
        verdict = raised_verdict(reply)
        raise Unreadable(verdict.reason, **verdict.details)
    return _entry_of(reply.value, entry)


def _callable(function: Any) -> Any:
    if function is None or function is Ellipsis:
        raise Unreadable(Reason.MISSING)
    if not is_function(function):
        raise Unreadable(Reason.VALUE_NOT_FUNCTION, got=describe(function))
    return function


def _entry_of(value: Any, entry: Any) -> Any:
    if value is None:
        expected = "a number or an array" if entry is None else "a dictionary" if isinstance(entry, str) else "a list"
        raise Unreadable(Reason.WRONG_TYPE, expected=expected, got="nothing (is a return missing?)")
    if entry is None:
        return value
    if isinstance(value, Mapping):
        if entry not in value:
            raise Unreadable(Reason.NO_ENTRY, entry=repr(entry), got=_listed(value))
        return value[entry]
    if isinstance(entry, int) and hasattr(type(value), "__array__"):  # JAX's as well
        value = np.asarray(value) if np.ndim(value) else value
    if isinstance(entry, int) and isinstance(value, (list, tuple, np.ndarray)):
        if not -len(value) <= entry < len(value):
            raise Unreadable(Reason.NO_ENTRY, entry=repr(entry), got=str(len(value)))
        return value[entry]
    expected = "a list" if isinstance(entry, int) else "a dictionary"
    raise Unreadable(Reason.WRONG_TYPE, expected=expected, got=describe(value))


def _listed(value: Mapping[Any, Any]) -> str:
    keys = [repr(key)[:40] for key in list(value)[:6]]
    return ", ".join(keys) + ("" if len(value) <= 6 else ", …") or "nothing"


def shown_argument(value: Any) -> str:
    """An argument in a sentence: short, without the words of a library around it.

    >>> shown_argument(np.array([[0.5, -0.25], [1.0, 2.0]])), shown_argument(0.25)
    ('[[0.5, -0.25], [1.0, 2.0]]', '0.25')
    """
    if callable(value):
        shown = shown_part(value)
        return "a function" if shown == "<lambda>" else shown
    if isinstance(value, (list, tuple)) and any(map(callable, value)):
        return f"[{', '.join(map(shown_argument, value))}]"
    text = repr(value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value)
    return text if len(text) <= 120 else f"{text[:119]}…"
