"""An author's function of arrays: its arguments, their shapes, and points drawn for them."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from types import CellType, FunctionType
from typing import Any

import numpy as np

from autograder.errors import AuthorError
from autograder.reference.arrays.formula import ArrayFormula, FormulaError, read_formula

__all__ = ["ArrayFunction", "Shape", "read_array_function", "read_shapes"]

Shape = tuple[int, ...]
MOST_NUMBERS = 20_000
"""That all arguments together may have: what is right for these is right for more."""
_LOW, _HIGH = -1.5, 1.5
_GRAIN = 128
"""Drawn numbers are odd multiples of one part of so many: single precision holds them, and a bend at 0 is not met."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ArrayFunction:
    """What the author gave, read once.

    Attributes:
        arguments: name → shape, in the order of the function; ``()`` for a number.
        call: the function, as JAX can run it, of one array an argument.
        text: how to show it to a person.
        formula: where it was given as one.
        domain: name → (low, high), or the whole numbers that it may be (``range(3)`` for labels).
        constants: name → array that the formula holds besides.
    """

    arguments: Mapping[str, Shape]
    call: Callable[..., Any]
    text: str
    formula: ArrayFormula | None = None
    domain: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, np.ndarray[Any, Any]] = field(default_factory=dict)

    @property
    def value(self) -> Callable[..., Any]:
        """The function to be called at many points: a formula by NumPy, which starts faster than JAX by far."""
        return self.call if self.formula is None else _called(self.formula, [*self.arguments], self.constants, "numpy")

    @property
    def continuous(self) -> tuple[str, ...]:
        """The arguments that can be differentiated by: all but whole numbers."""
        return tuple(name for name in self.arguments if not isinstance(self.domain.get(name), range))

    def draw(self, rng: np.random.Generator) -> dict[str, np.ndarray[Any, Any]]:
        """One point: name → array of its shape."""
        return {name: draw(rng, shape, self.domain.get(name)) for name, shape in self.arguments.items()}


def draw(rng: np.random.Generator, shape: Shape, ends: Any = None) -> np.ndarray[Any, Any]:
    """An array of this shape, with few binary digits.

    Args:
        rng: from which.
        shape: of the array.
        ends: (low, high), a range of whole numbers, or None for the usual.
    """
    if isinstance(ends, range):
        return rng.integers(ends.start, ends.stop, size=shape)
    low, high = (_LOW, _HIGH) if ends is None else ends
    low, high = float(_LOW if low is None else low), float(_HIGH if high is None else high)
    numbers = rng.uniform(low, high, size=shape)
    rounded = (2 * np.floor(numbers * _GRAIN / 2) + 1) / _GRAIN
    return np.where((rounded > low) & (rounded < high), rounded, numbers)


def read_shapes(shapes: Mapping[str, Any], names: Sequence[str]) -> dict[str, Shape]:
    """Name → shape, in the order of the names; what is left out is a number.

    Raises:
        AuthorError: a name is no argument, a shape is none, or there are too many numbers.
    """
    read: dict[str, Shape] = dict.fromkeys(names, ())
    for name, given in shapes.items():
        shape = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        if name not in read:
            raise AuthorError(f"shape names {name!r}, which is not among the arguments {', '.join(names)}")
        if not all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in shape):
            raise AuthorError(f'shape={{"{name}": {given!r}}} must be a length such as 3, or (2, 3) for a matrix')
        read[name] = shape
    total = sum(map(prod, read.values()))
    if total > MOST_NUMBERS:
        raise AuthorError(f"shape={dict(shapes)!r} makes {total} numbers, more than {MOST_NUMBERS}: give less")
    return read


def read_array_function(
    source: Any,
    shapes: Mapping[str, Any],
    *,
    domain: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> ArrayFunction:
    """Read a function of arrays from Python or from a formula.

    Args:
        source: a function as JAX can run it, or text such as ``"sum((A x - b)^2)"``.
        shapes: argument → its shape, 3 for (3,); an argument that is left out is a number. Of a formula they give the
            order of the arguments as well.
        domain: argument → (low, high), or ``range(3)`` for labels.
        data: name → array that a formula holds and that is no argument.

    Raises:
        AuthorError: it cannot be read, or a name is unknown.
    """
    constants = {name: np.asarray(value) for name, value in (data or {}).items()}
    formula = None
    if isinstance(source, str):
        try:
            formula = read_formula(source)
        except FormulaError as error:
            raise AuthorError(f"the function cannot be read: {error}") from None
        names = [*shapes]
        if unknown := [name for name in formula.names if name not in shapes and name not in constants]:
            raise AuthorError(f"{source} has {unknown[0]}, which shape= does not name: give () for a number")
        if unused := [name for name in shapes if name not in formula.names]:
            raise AuthorError(f"shape names {unused[0]!r}, which is not in {source}")
        call, text = _called(formula, names, constants), source
    elif callable(source):
        names = _parameters(source)
        shown = getattr(source, "__name__", "f")
        call, text = _with_own_arrays(source), f"{shown if shown.isidentifier() else 'f'}({', '.join(names)})"
    else:
        raise AuthorError(f"a function of arrays is a Python function or a formula, not {type(source).__name__}")
    arguments = read_shapes(shapes, names)
    for name, ends in (domain or {}).items():
        if name not in arguments:
            raise AuthorError(f"domain names {name!r}, which is not among the arguments {', '.join(arguments)}")
        if not isinstance(ends, range) and (not isinstance(ends, (tuple, list)) or len(ends) != 2):
            raise AuthorError(f"domain[{name!r}] = {ends!r} must be (low, high), or range(3) for labels")
    return ArrayFunction(
        arguments=arguments, call=call, text=text, formula=formula, domain=dict(domain or {}), constants=constants
    )


def _called(
    formula: ArrayFormula, names: Sequence[str], constants: Mapping[str, Any], library: str = "jax"
) -> Callable[..., Any]:
    def call(*values: Any) -> Any:
        given = dict(zip(names, values, strict=True))
        return formula.compute({**constants, **given}, library)

    return call


def _with_own_arrays(source: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with copies of the notebook's arrays that it looks up.

    JAX remembers an array of NumPy's in the precision in which it met it first: after a reference in double precision
    a student's own ``jax.grad`` with the same array would stop with *RuntimeProgramInputMismatch*.
    """
    if type(source) is not FunctionType:
        return source
    names = {name for name in source.__code__.co_names if isinstance(source.__globals__.get(name), np.ndarray)}
    cells = source.__closure__ or ()
    if not names and not any(_is_array(cell) for cell in cells):
        return source
    made = FunctionType(
        source.__code__,
        {**source.__globals__, **{name: source.__globals__[name].copy() for name in names}},
        source.__name__,
        source.__defaults__,
        tuple(CellType(cell.cell_contents.copy()) if _is_array(cell) else cell for cell in cells),
    )
    made.__kwdefaults__ = source.__kwdefaults__
    return made


def _is_array(cell: CellType) -> bool:
    try:
        return isinstance(cell.cell_contents, np.ndarray)
    except ValueError:  # a name that is bound later
        return False


def _parameters(source: Callable[..., Any]) -> list[str]:
    try:
        parameters = inspect.signature(source).parameters.values()
    except (TypeError, ValueError):
        raise AuthorError("the function's arguments cannot be found: give one made with def or lambda") from None
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in parameters if p.kind in kinds and p.default is p.empty]
    if not names:
        raise AuthorError("the function takes no arguments")
    return names
