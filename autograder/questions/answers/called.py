"""A student's function called by the question: with which arguments, what it gives, which entry of that is meant."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.calling import raised_verdict, send
from autograder.compare.conventions import is_batched
from autograder.compare.reading import Unreadable, describe
from autograder.model import Raised, Reason, Returned
from autograder.questions.answers.reading import is_function, shown_part
from autograder.untrusted import guarded

__all__ = ["Called", "counted_arguments", "returned", "shown_argument"]

_LONGEST = 120
"""Characters of an argument in a sentence."""


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
        self.first: tuple[Any, ...] = ()
        """The arguments of the first call, which stand for every call where none is the worst."""
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
        calls = [tuple(self._arguments(*point)) for point in points]
        self.first = self.first or calls[0]
        replies = send(self._function, [copy.deepcopy(call) for call in calls])
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
    expected = "a dictionary" if isinstance(entry, str) else "a list or an array"
    if value is None:
        asked = "a number or an array" if entry is None else expected
        raise Unreadable(Reason.WRONG_TYPE, expected=asked, got="nothing (is a return missing?)")
    if entry is None:
        return value
    if isinstance(value, Mapping):
        if entry not in value:
            raise Unreadable(Reason.NO_ENTRY, entry=repr(entry), got=_listed(value))
        return _filled(value[entry], entry)
    if isinstance(entry, int) and hasattr(type(value), "__array__"):  # JAX's as well
        if not np.ndim(value):
            raise Unreadable(Reason.WRONG_TYPE, expected=expected, got="a single number")
        value = np.asarray(value)
    if isinstance(entry, int) and isinstance(value, (list, tuple, np.ndarray)):
        if not -len(value) <= entry < len(value):
            raise Unreadable(Reason.NO_ENTRY, entry=repr(entry), got=str(len(value)))
        return _filled(value[entry], entry)
    raise Unreadable(Reason.WRONG_TYPE, expected=expected, got=describe(value))


def _filled(part: Any, entry: Any) -> Any:
    """A part that is there; ``{"W": None}`` has the entry and no answer in it."""
    if part is None or part is Ellipsis:
        raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got="nothing", part=repr(entry))
    return part


def _listed(value: Mapping[Any, Any]) -> str:
    keys = [repr(key)[:40] for key in list(value)[:6]]
    return ", ".join(keys) + ("" if len(value) <= 6 else ", …") or "nothing"


def counted_arguments(function: Any, arguments: Sequence[Any]) -> dict[str, str]:
    """How many arguments a function takes and got, as details of a verdict; empty where the numbers fit.

    >>> counted_arguments(lambda w, x, b=0: w * x + b, (1, 2, 3, 4))
    {'takes': '2–3', 'handed': '4'}
    >>> counted_arguments(max, (1, 2))
    {}
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except Exception:  # no signature, or a live object whose own __getattr__ raises
        return {}
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return {}
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least, most, handed = sum(p.default is p.empty for p in places), len(places), len(arguments)
    if least <= handed <= most:
        return {}
    return {"takes": str(most) if least == most else f"{least}–{most}", "handed": str(handed)}


def shown_argument(value: Any) -> str:
    """An argument in a sentence: short, without the words of a library around it, and as Python reads it.

    >>> shown_argument(np.array([[0.5, -0.25], [1.0, 2.0]])), shown_argument(0.25)
    ('[[0.5, -0.25], [1.0, 2.0]]', '0.25')
    >>> shown_argument(np.linspace(0, 1, 75).reshape(25, 3))
    'an array of shape (25, 3)'
    >>> power = 1.5
    >>> shown_argument(lambda h: 3 * h**power), shown_argument(np.exp)
    ('lambda h: 3*h**1.5', 'exp')
    """
    if callable(value):
        return _shown_function(value)
    if isinstance(value, (list, tuple)) and any(map(callable, value)):
        return f"[{', '.join(map(shown_argument, value))}]"
    text = repr(value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value)
    if len(text) > _LONGEST and isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"  # nobody types in again what is cut
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _shown_function(function: Any) -> str:
    """A function that a test hands over: what it makes of symbols, else its name, else what it takes."""
    named = shown_part(function)
    if type(function) is not FunctionType or is_batched(function):
        return named
    names = [p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    symbols = [sp.Symbol(name, real=True) for name in names]
    # NumPy knows no symbols, and a loop may need numbers
    formula = guarded(lambda: function(*symbols), otherwise=lambda why: None)
    if isinstance(formula, sp.Expr) and len(text := str(formula)) <= 60:
        return f"lambda {', '.join(names)}: {text}"
    return named if named != "<lambda>" else f"a function of {', '.join(names)}" if names else "a function"
