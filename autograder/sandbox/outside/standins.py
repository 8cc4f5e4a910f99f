"""What a test sees in the place of a student's names: plain copies, and functions that are called in the jail."""

import itertools
import linecache
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FunctionType
from typing import TYPE_CHECKING, Any

from autograder.model import Raised, Returned
from autograder.sandbox.line import wire
from autograder.sandbox.line.described import callable_object, describe
from autograder.sandbox.line.raising import type_of

if TYPE_CHECKING:
    from autograder.sandbox.outside.agreement import Agreement
    from autograder.sandbox.outside.student import Student

_numbers = itertools.count()


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


def stand_in(student: "Student", record: wire.Function) -> Callable[..., Any]:
    """A function of the judge's process that asks the jail.

    It is a real function with the student's name, docstring, signature and source (``inspect.getsource`` works), and
    has ``call_many`` and ``source`` besides (:class:`autograder.model.Batched`).
    """

    def call(*arguments: Any, **keywords: Any) -> Any:
        if _traced((arguments, keywords)):
            from autograder.sandbox.line.remote_jax import differentiable

            def ask(values: tuple[Any, ...], order: int | None) -> Any:
                return unpack(student.call(record.handle, [values], {}, order)[0])

            return differentiable(ask, arguments)
        return unpack(student.call(record.handle, [arguments], keywords, None, follow=True)[0])

    def unpack(result: Returned | Raised) -> Any:
        if isinstance(result, Raised):
            raise error_of(result)
        if result.printed:
            print(result.printed, end="")
        return result.value

    def call_many(arguments: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        return student.call(record.handle, arguments, {}, None)

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
    describe(function, record, student.read, student.note)
    if record.source is not None:
        lines = record.source.splitlines(keepends=True)
        linecache.cache[filename] = (len(record.source), None, lines, filename)
        student.forget_later(lambda: linecache.cache.pop(filename, None))
    function.call_many = call_many  # type: ignore[attr-defined]
    function.source = record.source  # type: ignore[attr-defined]
    function.__autograder_handle__ = record.handle  # type: ignore[attr-defined]
    function.__autograder_student__ = student  # type: ignore[attr-defined]
    return function if record.type_name == "function" else callable_object(function, record.type_name, student.note)


def _traced(values: Any) -> bool:
    jax = sys.modules.get("jax")
    return jax is not None and any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree_util.tree_leaves(values))


class Names(Mapping[str, Any]):
    """The notebook's names as they are now: each read asks the jail and gives a plain copy or a stand-in.

    Raises:
        StudentGone: from any read, when the student's process is not there any more.
        KeyError: no such name.
    """

    def __init__(self, student: "Student") -> None:
        self._student = student

    def __getitem__(self, name: str) -> Any:
        found = self.fetch([name])
        if name not in found:
            raise KeyError(name)
        return found[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value, or ``default`` where there is no such name."""
        return self.fetch([name]).get(name, default)

    def fetch(self, names: Iterable[str]) -> dict[str, Any]:
        """Several names in one message; those that do not exist are left out."""
        return self._student.fetch(list(names))

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        """See :meth:`autograder.sandbox.outside.student.Student.run_inside`."""
        return self._student.run_inside(source, argument, seconds=seconds)

    def begin_test(self) -> None:
        """See :meth:`autograder.sandbox.outside.student.Student.begin_test`."""
        self._student.begin_test()

    def end_test(self) -> None:
        """See :meth:`autograder.sandbox.outside.student.Student.end_test`."""
        self._student.end_test()

    @property
    def agreement(self) -> "Agreement":
        """What the test shares with the notebook."""
        return self._student.agreement

    @property
    def followed(self) -> int:
        """How often a call changed one of the test's own objects in place."""
        return self._student.followed

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Within it, calls leave the test's own objects as they are."""
        self._student.following = False
        try:
            yield
        finally:
            self._student.following = True

    def bind(self, values: Mapping[str, Any], removed: Sequence[str] = ()) -> None:
        """See :meth:`autograder.sandbox.outside.student.Student.bind`."""
        self._student.bind(dict(values), removed)

    @property
    def calls(self) -> int:
        """How often the notebook's functions were called: copies that were read before may be out of date."""
        return self._student.calls

    def __contains__(self, name: object) -> bool:
        if isinstance(name, str) and name.startswith("__"):  # __name__ and its like are there and not listed
            return name in self.fetch([name])
        return isinstance(name, str) and name in self._student.list_names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._student.list_names())

    def __len__(self) -> int:
        return len(self._student.list_names())
