"""What a test sees in the place of what stays in the jail: functions that are called there, objects that are asked."""

import itertools
import linecache
import operator
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from types import FunctionType
from typing import Any, Protocol

from autograder.driver import drive
from autograder.model import NOTHING, Opaque, Raised, Returned, for_questions
from autograder.sandbox.line import BETWEEN, describe, enter, leave, number_of, type_of, wire
from autograder.sandbox.outside.libraries import COMPARERS

_numbers = itertools.count()


class Place(Protocol):
    """Where stand-ins are asked: one submission."""

    def call(
        self,
        handle: int,
        calls: Sequence[tuple[Any, ...]],
        keywords: dict[str, Any],
        order: int | None,
        *,
        as_numpy: bool = False,
    ) -> list[Returned | Raised]:
        """See :meth:`autograder.sandbox.outside.student.Student.call`."""

    def read(self, value: wire.Value) -> Any:
        """The value of a record."""

    def note(self, error: Any) -> None:
        """Remember that something could not be looked into."""

    def forget_later(self, forget: Callable[[], Any]) -> None:
        """Call this when the submission is closed."""


class StudentError(Exception):
    """What a student's function raised, raised again on the judge's side.

    For a built-in exception it is an instance of that type as well, so that a test's ``except ValueError`` catches it.
    """

    raised: Raised
    message: str

    def __str__(self) -> str:
        return self.message


def error_of(raised: Raised) -> StudentError:
    """The exception to raise on the judge's side."""
    kind = type_of(StudentError, raised.type, raised.bases)
    make: Any = kind.__new__  # not __init__: UnicodeDecodeError and others want arguments of their own
    error: StudentError = make(kind)
    error.args = (raised.message,) if raised.message else ()
    error.raised = raised
    error.message = repr(raised.message) if raised.type == "KeyError" else raised.message
    return error


def _unpacked(result: Returned | Raised) -> Any:
    if isinstance(result, Raised):
        raise error_of(result)
    if result.printed:
        print(result.printed, end="")
    return result.value


def _for_questions(result: Returned | Raised) -> Returned | Raised:
    if isinstance(result, Returned) and issubclass(type(result.value), Opaque):
        return Returned(value=for_questions(result.value), printed=result.printed)
    return result


def stand_in(place: Place, record: wire.Function) -> Any:
    """A function of the judge's process that asks the jail.

    It is a real function with the student's name, docstring, signature and source (``inspect.getsource`` works), and
    has ``call_many`` and ``source`` besides (:class:`autograder.model.Batched`). What is called and is no function
    is an object that can be called.
    """

    def call(*arguments: Any, **keywords: Any) -> Any:
        if _traced((arguments, keywords)):
            # jax.grad calls with tracers, which cannot go into the jail: values and derivatives are asked for there
            from autograder.sandbox.line import differentiable

            def ask(values: tuple[Any, ...], order: int | None) -> Any:
                return _unpacked(place.call(record.handle, [values], {}, order)[0])

            return differentiable(ask, arguments)
        return _unpacked(place.call(record.handle, [arguments], keywords, None)[0])

    def call_many(arguments: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        return [_for_questions(one) for one in place.call(record.handle, arguments, {}, None, as_numpy=True)]

    name = record.name if record.name.isidentifier() or record.name == "<lambda>" else "function"
    filename = f"<student {next(_numbers)}>"
    function = FunctionType(
        call.__code__.replace(co_name=name, co_filename=filename, co_firstlineno=1),
        call.__globals__,
        name,
        None,
        call.__closure__,
    )
    function.__qualname__ = name
    function.__module__ = "__main__"
    describe(function, record, place.read, place.note)
    for attribute in COMPARERS & set(vars(function)):
        delattr(function, attribute)  # nothing of a student's compares for a test
    if record.source is not None:
        lines = record.source.splitlines(keepends=True)
        linecache.cache[filename] = (len(record.source), None, lines, filename)
        place.forget_later(lambda: linecache.cache.pop(filename, None))
    function.call_many = call_many  # type: ignore[attr-defined]
    function.source = record.source  # type: ignore[attr-defined]
    if record.type_name == "function":
        return function
    return RemoteFunction(place, record.handle, record.type_name, function)


def _traced(values: Any) -> bool:
    """Whether JAX is following these arguments through a function, to differentiate it."""
    jax = sys.modules.get("jax")
    return jax is not None and any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree_util.tree_leaves(values))


class RemoteObject(Opaque):
    """An object that stays in the jail and is asked there: its attributes and methods, its items, its text.

    An answer is data, as a function's is. What compares, counts or reckons with it is refused, because there the
    object itself would decide what the test wants to know.
    """

    __slots__ = ("place",)

    def __init__(
        self, place: Place, handle: int, type_name: str, why: str = "it stays where it is", **more: Any
    ) -> None:
        super().__init__(type_name, why, handle=handle, note=place.note, **more)
        self.place = place

    def _ask(self, operation: Callable[..., Any], *arguments: Any) -> Any:
        place: Place = object.__getattribute__(self, "place")
        return _unpacked(place.call(number_of(operation), [(self, *arguments)], {}, None)[0])

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            return object.__getattribute__(self, name)
        if name.startswith("_repr_") or name in COMPARERS:
            raise Opaque._used(self, copied=False)
        return RemoteObject._ask(self, getattr, name)

    def __getattr__(self, name: str) -> Any:
        """Python comes here where the other said that there is none."""
        if name.startswith("__") and name.endswith("__"):
            Opaque._used(self, copied=True)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)

    def __iter__(self) -> Any:
        return RemoteObject._ask(self, iter)

    def __next__(self) -> Any:
        return RemoteObject._ask(self, next)

    def __len__(self) -> int:
        return int(RemoteObject._ask(self, len))

    def __getitem__(self, place: Any) -> Any:
        return RemoteObject._ask(self, operator.getitem, place)

    def __setitem__(self, place: Any, value: Any) -> None:
        RemoteObject._ask(self, operator.setitem, place, value)

    def __repr__(self) -> str:
        return str(RemoteObject._ask(self, repr))

    def __str__(self) -> str:
        return str(RemoteObject._ask(self, str))

    def __format__(self, how: str) -> str:
        return str(RemoteObject._ask(self, format, how))

    def __round__(self, *digits: Any) -> Any:
        return RemoteObject._ask(self, round, *digits)

    def __enter__(self) -> Any:
        return RemoteObject._ask(self, enter)

    def __exit__(self, *raised: Any) -> Any:
        return RemoteObject._ask(self, leave, *(None if one is None else str(one) for one in raised))


def _between(operation: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Reckoning between two objects of the notebook's.

    With a value of the test's it is refused, because an object whose ``-`` always gives nothing would be equal to
    everything.
    """

    def ask(self: RemoteObject, other: Any) -> Any:
        if not issubclass(type(other), RemoteObject):
            raise Opaque._used(self, copied=False)
        return RemoteObject._ask(self, operation, other)

    return ask


for _operation in BETWEEN:
    setattr(RemoteObject, f"__{_operation.__name__.rstrip('_')}__", _between(_operation))


@lru_cache(maxsize=200)
def remote_type(name: str) -> type[RemoteObject]:
    """The class of objects that are asked, called as theirs."""
    return type(name if name.isidentifier() else "object", (RemoteObject,), {"__module__": "__main__", "__slots__": ()})


class RemoteFunction(RemoteObject):
    """An object that can be called: a ``partial``, a function that JAX compiled, a class of the notebook's own."""

    def __init__(self, place: Place, handle: int, type_name: str, function: Any) -> None:
        is_class = type_name == "type"
        super().__init__(
            place,
            handle,
            type_name,
            plain=NOTHING if is_class else function,
            drive=partial(_driven, place, handle, type_name) if is_class else None,
        )
        seen = {"__call__": function, "__name__": function.__name__, "__doc__": function.__doc__}
        if (signature := getattr(function, "__signature__", None)) is not None:
            seen["__signature__"] = signature
        object.__getattribute__(self, "__dict__").update(seen)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # what libraries look for in a function
        return super().__getattr__(name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return object.__getattribute__(self, "__dict__")["__call__"](*arguments, **keywords)


def _driven(place: Place, handle: int, type_name: str, *arguments: Any) -> Returned | Raised:
    """Run programs on the objects of a class in the jail; what comes back is worth what the student's process is."""
    (reply,) = place.call(number_of(drive), [(Opaque(type_name, "a class", handle=handle), *arguments)], {}, None)
    return _for_questions(reply)


class Names(Mapping[str, Any]):
    """The notebook's names as they are now, as plain copies and stand-ins.

    Raises:
        StudentGone: from any read, when the student's process is not there any more.
        KeyError: no such name.
    """

    def __init__(self, look: Callable[[], dict[str, Any]]) -> None:
        self._look = look

    def __getitem__(self, name: str) -> Any:
        return self._look()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._look())

    def __len__(self) -> int:
        return len(self._look())
