"""Exceptions that cross the line.

One is raised again on the other side as an instance of the built-in type that it had, so that ``except ValueError``
means there what it means in one process.
"""

import builtins
import functools
from typing import TypeVar

import numpy as np

__all__ = ["bases_of", "type_of"]

_Family = TypeVar("_Family", bound=Exception)
_TOP = (Exception, BaseException, object)


def bases_of(kind: type[BaseException]) -> tuple[str, ...]:
    """Built-in exceptions that a class of somebody's own derives from, nearest first; none for a built-in one.

    >>> class Mine(ValueError): ...
    >>> bases_of(Mine), bases_of(ValueError)
    (('ValueError',), ())
    """
    if kind.__module__ == "builtins":
        return ()
    return tuple(base.__name__ for base in kind.__mro__[1:] if base.__module__ == "builtins" and base not in _TOP)


@functools.lru_cache(maxsize=200)
def type_of(family: type[_Family], name: str, bases: tuple[str, ...]) -> type[_Family]:
    """A subclass of ``family`` of this name that is also the built-in exception meant by it, or by the nearest base."""
    base = next((found for found in map(_built_in, (name, *bases)) if found is not None), None)
    own = base is not None and base.__name__ == name
    kinds = (family,) if base is None else (family, base)
    made: type[_Family] = type(
        name if name.isidentifier() else family.__name__,
        kinds,
        {"__module__": base.__module__ if base is not None and own else "__main__"},
    )
    return made


def _built_in(name: str) -> type[BaseException] | None:
    found = getattr(np.linalg, name, None) if name == "LinAlgError" else getattr(builtins, name, None)
    # A KeyboardInterrupt of a student must not end the judge.
    fits = isinstance(found, type) and (issubclass(found, Exception) or found is SystemExit)
    return found if fits else None
