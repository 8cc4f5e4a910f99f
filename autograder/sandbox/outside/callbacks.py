"""The judge's own functions that a student's function is given as arguments: called back from the jail, as data.

They are lent for one test case. A notebook that keeps one could otherwise answer a later question with it, or read
values of a reference from it.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import StudentGone
from autograder.model import Raised
from autograder.sandbox.line import Codec, WireError, bases_of, described, name_of, wire

MAX_ORDER = 3
MAX_WORK = 64_000_000
"""Numbers that one derivative may make: JAX's forward mode pushes ``n ** order`` tangents of ``n`` numbers each."""


class Callbacks:
    """What was lent and not yet taken back."""

    def __init__(self) -> None:
        self._functions: dict[int, Any] = {}
        self.by_name: dict[str, Any] = {}
        """Functions of libraries that were lent, by their name."""
        self._numbers = itertools.count()
        self._describing: set[int] = set()
        self.error: BaseException | None = None
        """What one of our functions raised last; the student's function may have caught it."""

    def lend(self, function: Callable[..., Any], encode: Callable[[Any], wire.Value]) -> wire.Function:
        """The record that stands for one of our functions; its source stays here."""
        number = self._number(function)
        public = name_of(function)
        if public is not None:
            self.by_name[public] = function
            return wire.Function(number, public.rpartition(":")[2].rpartition(".")[2][:200], public=public)
        if number in self._describing:
            return wire.Function(number, "function")
        self._describing.add(number)
        try:
            return described(function, number, encode)
        finally:
            self._describing.remove(number)

    def _number(self, value: Any) -> int:
        number = next((number for number, known in self._functions.items() if known is value), None)
        if number is None:
            number = next(self._numbers)
            self._functions[number] = value
        return number

    def find(self, handle: int) -> Any:
        """Our function.

        Raises:
            WireError: it was never given, or was taken back.
        """
        if handle not in self._functions:
            raise WireError("a function that is not given any more")
        return self._functions[handle]

    def take_back(self) -> None:
        """A new test begins: what was lent before is not served any more."""
        self._functions.clear()
        self.by_name.clear()

    def serve(self, message: wire.Callback, read: Callable[[wire.Value], Any], codec: Codec) -> wire.CallbackDone:
        """Call one of our functions for the student's; what it raises is kept in :attr:`error` and told."""
        try:
            function = self.find(message.handle)
        except WireError as error:
            return wire.CallbackDone(wire.Bad(Raised(type="RuntimeError", message=str(error))))
        try:
            arguments = [read(value) for value in message.arguments]
            if message.order is None:
                value = function(*arguments, **{name: read(value) for name, value in message.keywords.items()})
            else:
                value = self._derivative(function, arguments, message.order)
            return wire.CallbackDone(wire.Good(codec.encode_or_keep(value)))
        except StudentGone:
            raise
        except Exception as error:  # whatever the test's function does is the student function's to see, as in Otter
            self.error = error
            return wire.CallbackDone(wire.Bad(_raised(error)))

    def _derivative(self, function: Callable[..., Any], arguments: list[Any], order: int) -> Any:
        from autograder.sandbox.line import derivative

        count = sum(np.size(argument) for argument in arguments)
        if not 0 <= order <= MAX_ORDER or (order and count ** (order + 1) > MAX_WORK):
            raise ValueError(f"a derivative of order {order} in {count} variables is too large to send")
        return derivative(function, arguments, order)


def _raised(error: Exception) -> Raised:
    # str(KeyError("x")) has the quotes of repr; the reader's KeyError puts its own
    message = error.args[0] if type(error) is KeyError and error.args else error
    return Raised(type=type(error).__name__[:100], message=str(message)[:2000], bases=bases_of(type(error)))
