"""A function of arrays as one of many numbers: which arrays it takes, and which part of which each number is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import numpy as np

from autograder.errors import AuthorError

__all__ = ["Layout", "read_layout"]

MOST_PARTS = 64
"""What is right for three parts is right for three hundred, and those would only take longer."""


@dataclass(frozen=True)
class Layout:
    """The arguments of a function, arrays among them.

    Attributes:
        arguments: (name, shape) in the order of the function; ``()`` for a number.
    """

    arguments: tuple[tuple[str, tuple[int, ...]], ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.arguments)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """A name for every number: ``v0, v1, v2`` for v of shape (3,), ``W00, W01, …`` for a matrix W, row by row."""
        return tuple(part for name in self.names for part in self.parts(name))

    def shape_of(self, name: str) -> tuple[int, ...]:
        return dict(self.arguments)[name]

    def parts(self, name: str) -> tuple[str, ...]:
        """The names of an argument's numbers, row by row."""
        shape = self.shape_of(name)
        between = "_" if any(side > 10 for side in shape) and len(shape) > 1 else ""
        places = product(*(range(side) for side in shape))
        return tuple(f"{name}{between.join(map(str, place))}" for place in places)

    def expanded(self, names: Sequence[str]) -> tuple[str, ...]:
        """Names of arguments and of single parts → names of parts."""
        return tuple(part for name in names for part in (self.parts(name) if name in self.names else (name,)))

    def assembled(self, vector: Any) -> list[Any]:
        """The arguments made of all numbers in their order: of NumPy's or JAX's array, or of a tuple of symbols."""
        numbers = np.array(vector, dtype=object) if isinstance(vector, tuple) else vector
        found, start = [], 0
        for _, shape in self.arguments:
            size = prod(shape)
            found.append(numbers[start : start + size].reshape(shape) if shape else numbers[start])
            start += size
        return found

    def point(self, value: Any, *, label: str) -> Any:
        """A point given by arrays → one given by numbers: ``{"v": [1, 2, 3]}``, ``([[1, 2], [3, 4]], 5)``, ``[1, 2]``.

        Raises:
            AuthorError: an array has another shape.
        """
        if isinstance(value, Mapping):
            flat: dict[str, Any] = {}
            for name, given in value.items():
                if str(name) in self.names:
                    parts = self.parts(str(name))
                    flat |= dict(zip(parts, self._flat(str(name), given, label=label), strict=True))
                else:
                    flat[str(name)] = given
            return flat
        if len(self.names) == 1:
            return self._flat(self.names[0], value, label=label)
        if not isinstance(value, (list, tuple)) or len(value) != len(self.names):
            raise AuthorError(f"{label}={value!r} needs {len(self.names)} values, for {', '.join(self.names)}")
        rows = (self._flat(name, given, label=label) for name, given in zip(self.names, value, strict=True))
        return [number for row in rows for number in row]

    def _flat(self, name: str, given: Any, *, label: str) -> list[Any]:
        array = np.array(given, dtype=object)
        shape = self.shape_of(name)
        if array.shape != shape:
            raise AuthorError(f"{label}={given!r} has the shape {array.shape}, but {name} has {shape}")
        return list(array.ravel())


def read_layout(shapes: Mapping[str, Any], arguments: Sequence[str]) -> Layout | None:
    """The layout of a function with these arguments; None where all of them are numbers.

    Args:
        shapes: argument → its shape, 3 for (3,); an argument that is left out is a number.
        arguments: names in the order of the function.

    Raises:
        AuthorError: a name is no argument, a shape is none, or there are too many parts.
    """
    read: dict[str, tuple[int, ...]] = dict.fromkeys(arguments, ())
    for name, given in shapes.items():
        shape = given if isinstance(given, (tuple, list)) else (given,)
        if name not in read:
            raise AuthorError(f"shape names {name!r}, which is not among the arguments {', '.join(arguments)}")
        if not all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in shape):
            raise AuthorError(f'shape={{"{name}": {given!r}}} must be a length such as 3, or (2, 3) for a matrix')
        read[name] = tuple(shape)
    if not any(read.values()):
        return None
    layout = Layout(tuple(read.items()))
    count = sum(prod(shape) for shape in read.values())
    if count > MOST_PARTS:
        raise AuthorError(f"shape={dict(shapes)!r} makes {count} numbers, more than {MOST_PARTS}: give smaller arrays")
    if len({*layout.variables}) < count or any(read[name] and name in layout.variables for name in layout.names):
        raise AuthorError(f"the parts of the arrays would have equal names: {', '.join(layout.variables)}")
    return layout
