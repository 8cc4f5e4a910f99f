"""What stands for an answer that was not copied whole."""

from collections.abc import Callable
from typing import Any

from autograder.errors import CannotShip


class _Nothing:
    """Stands where there is no value, not even None."""


NOTHING = _Nothing()


class Opaque:
    """Stands for an answer that was not copied whole out of the student's process.

    A generator, an object of a class of their own, a number of 60 MB. It has a type name and a reason. Using it in any
    way is noted, and most ways raise :class:`autograder.errors.CannotShip`: a test that used it has decided nothing.
    """

    __slots__ = ("drive", "handle", "note", "plain", "too_large", "type_name", "why")

    def __init__(
        self,
        type_name: str,
        why: str,
        *,
        too_large: bool = False,
        plain: Any = NOTHING,
        handle: int = -1,
        note: Callable[[CannotShip], None] | None = None,
        drive: Callable[..., Any] | None = None,
    ) -> None:
        self.type_name = type_name
        self.why = why
        self.too_large = too_large
        """Refused for its size: INVALID, where other kinds are undecided."""
        self.plain = plain
        """What of it is a plain copy: all that our own questions want. A figure's description, the numbers of an array
        of a class of its own."""
        self.handle = handle
        """Under which it goes back to where it came from, as an argument; -1 for none."""
        self.note = note
        self.drive = drive
        """Of a class: runs programs on its objects where it is, :func:`autograder.driver.drive`; None for the rest."""

    def _used(self, *, copied: bool) -> CannotShip:
        """Note that somebody looked; ``copied`` where nothing is raised."""
        type_name, why, large, note = _inner(self, "type_name", "why", "too_large", "note")
        error = CannotShip(f"{type_name}: {why}", type=type_name, too_large=large, copied=copied)
        if note is not None:
            note(error)
        return error

    def __repr__(self) -> str:
        Opaque._used(self, copied=True)
        type_name, why = _inner(self, "type_name", "why")
        return f"<{type_name}: {why}>"

    @property
    def __class__(self) -> Any:
        """What ``isinstance`` asks, where the type itself is not what it looks for."""
        Opaque._used(self, copied=True)
        return type(self)

    @__class__.setter
    def __class__(self, kind: Any) -> None:
        Opaque._refuse(self)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise Opaque._used(self, copied=False)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_repr_") or (name.startswith("__") and name.endswith("__")):
            Opaque._used(self, copied=True)
            raise AttributeError(name)  # protocols that Python and display ask about are simply not there
        return Opaque._refuse(self)

    __iter__ = __next__ = __len__ = __bool__ = __getitem__ = __setitem__ = __delitem__ = __contains__ = _refuse
    __reversed__ = __array__ = __enter__ = __exit__ = __format__ = __round__ = __reduce_ex__ = _refuse
    __float__ = __int__ = __complex__ = __index__ = __neg__ = __pos__ = __abs__ = __invert__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __divmod__ = __rdivmod__ = _refuse
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = _refuse
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _refuse
    __hash__ = object.__hash__


class OpaqueFunction(Opaque):
    """What can be called there and not here."""

    __slots__ = ()
    __call__ = Opaque._refuse


def _inner(value: Opaque, *names: str) -> tuple[Any, ...]:
    """What an opaque value knows of itself; its own attributes may be those of what it stands for."""
    return tuple(object.__getattribute__(value, name) for name in names)


def handle_of(value: Opaque) -> int:
    """Under which an opaque value goes back to where it came from; -1 for none."""
    handle: int = _inner(value, "handle")[0]
    return handle


def driver_of(value: Opaque) -> Callable[..., Any] | None:
    """What runs programs on the objects of a class that stays where it is; None where it is no class."""
    driver: Callable[..., Any] | None = _inner(value, "drive")[0]
    return driver


def for_questions(value: Any) -> Any:
    """What our own questions see of an answer: its plain copy where there is one, else only what it is called."""
    if not issubclass(type(value), Opaque):
        return value
    plain, type_name, why, large, drive = _inner(value, "plain", "type_name", "why", "too_large", "drive")
    return Opaque(type_name, why, too_large=large, drive=drive) if plain is NOTHING else plain
