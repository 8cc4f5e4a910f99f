"""Anything a student can give as a number or an array → a float64 array and what it was.

Only classes that are known are opened: in the student's own kernel an answer is a live object whose ``__float__``,
``__array__`` or ``__eq__`` may do anything.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from autograder.model import Opaque, Outcome, Reason, Verdict

__all__ = ["Numbers", "Unreadable", "describe", "is_lazy", "is_number", "read_numbers", "refuse_opaque"]

_FOREIGN = frozenset(
    {"jax", "jaxlib", "torch", "tensorflow", "pandas", "autograd", "mpmath", "flint", "gmpy2", "ml_dtypes"}
)
"""Packages whose objects are asked for their values through ``__array__`` or ``__float__``."""
_ELSEWHERE = frozenset({"Tensor", "EagerTensor", "Series", "DataFrame", "Index", "ArrayBox"})
"""Classes of those packages that the sandbox does not copy."""
_LARGEST = 1_000_000
"""Entries of an array that are still read."""
_LAZY = {
    "generator": "a generator",
    "async_generator": "a generator",
    "coroutine": "a coroutine",
    **dict.fromkeys(("map", "filter", "zip", "reversed", "enumerate"), "an iterator"),
}
"""Classes of things that hold no numbers yet: type name → how it is called."""


class Unreadable(Exception):
    """The answer is not a number or an array of numbers; ``verdict`` says why."""

    def __init__(self, reason: Reason, **details: str) -> None:
        super().__init__(reason)
        self.verdict = Verdict(outcome=Outcome.INVALID, reason=reason, details=details)


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """An answer's numbers.

    Attributes:
        values: float64 (or complex128 where an imaginary part is not zero), in the answer's own shape.
        precision: ``float64``, ``float32``, ``float16`` or ``exact`` (integers, fractions, exact SymPy numbers).
        integers: whether everything was a machine integer, as in an array that cuts off fractions.
    """

    values: np.ndarray[Any, Any]
    precision: str
    integers: bool


def describe(value: Any) -> str:
    """What kind of thing an answer is, in a student's words.

    >>> describe(3.5), describe("x"), describe([1, 2]), describe(print)
    ('a number', 'text', 'a list', 'a function')
    """
    cls = type(value)
    if cls is Opaque:
        return _object(value.type_name)
    if value is None or value is Ellipsis:
        return "nothing"
    if issubclass(cls, (bool, np.bool_)):
        return "True or False"
    if issubclass(cls, str):
        return "text"
    if issubclass(cls, (int, float, complex, np.number, Fraction, Decimal, sp.Number)):
        return "a number"
    for base, name in ((list, "a list"), (tuple, "a tuple"), (dict, "a dictionary"), (set, "a set")):
        if issubclass(cls, base):
            return name
    if is_number(value):
        return "a number"
    if issubclass(cls, np.ndarray) or _is_array(value):
        return "an array"
    if issubclass(cls, (sp.MatrixBase, sp.NDimArray)):
        return "a matrix of formulas"
    if issubclass(cls, sp.Basic):
        return "a formula"
    if callable(value):
        return "a function"
    return _object(cls.__name__)


def _object(type_name: str) -> str:
    """An object by its class's name: the same words in the notebook and at grading."""
    return _LAZY.get(type_name, f"an object of type {type_name[:60]}")


def is_lazy(value: Any) -> bool:
    """Whether a function returned something that gives its numbers only when it is gone through."""
    name = value.type_name if type(value) is Opaque else type(value).__name__
    return name in _LAZY and (type(value) is Opaque or type(value).__module__ == "builtins")


def _is_array(value: Any) -> bool:
    cls = type(value)
    return _package(cls) in _FOREIGN and (hasattr(cls, "__array__") or _is_mpmath_matrix(cls))


def _is_mpmath_matrix(cls: type) -> bool:
    return _package(cls) == "mpmath" and hasattr(cls, "rows") and hasattr(cls, "tolist")


def is_number(value: Any) -> bool:
    """Whether it is a number of another library: mpmath's ``mpf``, flint's ``fmpq``."""
    cls = type(value)
    if _package(cls) not in _FOREIGN or hasattr(cls, "__array__"):
        return False
    mpmath_number = hasattr(cls, "_mpf_") or hasattr(cls, "_mpc_")  # mpmath.pi can be called, and is a number
    return mpmath_number or (hasattr(cls, "__float__") and not callable(value))


def _package(cls: type) -> str:
    # SymPy's undefined functions are classes whose module is None.
    return str(cls.__module__).split(".")[0]


def read_numbers(value: Any) -> Numbers:
    """Read a number or a (nested) array of numbers.

    Args:
        value: int, float, complex, Fraction, Decimal, numpy and JAX scalars and arrays, SymPy numbers, matrices and
            arrays, lists and tuples of all these, and text that is one number.

    Raises:
        Unreadable: with the verdict that says why (a bool, a function, a free symbol, a ragged list, too many entries).
    """
    kinds: set[str] = set()
    try:
        nested = _plain(value, kinds, depth=0)
    except Unreadable:
        raise
    except Exception as error:  # an object of a known package whose conversion fails is the student's to mend
        raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array", got=describe(value)) from error
    try:
        array = np.asarray(nested, dtype=complex if "complex" in kinds else float)
    except (ValueError, OverflowError):
        raise Unreadable(Reason.WRONG_SHAPE, expected="rows of equal length", got="rows of different length") from None
    for name in ("float16", "float32", "float64"):
        if name in kinds:
            return Numbers(values=array, precision=name, integers=False)
    return Numbers(values=array, precision="exact", integers=bool(kinds) and kinds <= {"int"})


def refuse_opaque(value: Any) -> None:
    """Refuse what could not be copied out of the student's process.

    Raises:
        Unreadable: INVALID for what would be refused in the student's own notebook as well; UNDECIDED for an array of
            another library, which is taken there.
    """
    if type(value) is not Opaque:
        return
    if value.too_large:
        raise Unreadable(Reason.TOO_LARGE)
    unreadable = Unreadable(
        Reason.WRONG_TYPE, expected="a formula, a function or numbers", got=_object(value.type_name)
    )
    if value.type_name in _ELSEWHERE:
        unreadable.verdict = Verdict(
            outcome=Outcome.UNDECIDED, reason=Reason.UNSUPPORTED, details={"got": value.type_name, "error": value.why}
        )
    raise unreadable


def _plain(value: Any, kinds: set[str], *, depth: int) -> Any:
    """Nested lists of floats (or an array of them)."""
    cls = type(value)
    refuse_opaque(value)
    if depth > 32:
        raise Unreadable(Reason.TOO_LARGE)
    if value is None or value is Ellipsis:
        raise Unreadable(Reason.MISSING)
    if issubclass(cls, (bool, np.bool_, sp.logic.boolalg.BooleanAtom)):
        raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="True or False")
    if issubclass(cls, np.ndarray):
        return _array(np.ndarray.view(value, np.ndarray), kinds, depth=depth)
    if issubclass(cls, np.generic):
        return _array(np.asarray(value), kinds, depth=depth)
    if issubclass(cls, int):
        kinds.add("int")
        return _float_of(int.__int__(value))
    if issubclass(cls, float):
        kinds.add("float64")
        return float.__float__(value)
    if issubclass(cls, complex):
        return _complex(complex.__complex__(value), kinds)
    if issubclass(cls, (Fraction, Decimal)):
        kinds.add("fraction")
        return _float_of(value)
    if issubclass(cls, str):
        return _text(str.__str__(value), kinds)
    if issubclass(cls, (list, tuple)):
        items = list(list.__iter__(value)) if issubclass(cls, list) else list(tuple.__iter__(value))
        if len(items) > _LARGEST:
            raise Unreadable(Reason.TOO_LARGE)
        return [_plain(item, kinds, depth=depth + 1) for item in items]
    if issubclass(cls, range):
        return _plain(list(value[:_LARGEST]), kinds, depth=depth)
    if issubclass(cls, sp.MatrixBase):
        return [[_plain(value[i, j], kinds, depth=depth + 1) for j in range(value.cols)] for i in range(value.rows)]
    if issubclass(cls, sp.NDimArray):
        return _plain(value.tolist() if value.shape else value[()], kinds, depth=depth + 1)
    if issubclass(cls, sp.Tuple):
        return [_plain(item, kinds, depth=depth + 1) for item in value]
    if issubclass(cls, sp.Basic):
        return _symbolic(value, kinds)
    if _package(cls) in _FOREIGN:
        if _is_mpmath_matrix(cls):
            return [_plain(row, kinds, depth=depth + 1) for row in value.tolist()]
        if hasattr(cls, "_mpc_"):
            return _complex(complex(value), kinds)
        if hasattr(cls, "__array__"):
            return _array(np.asarray(value), kinds, depth=depth)
        if hasattr(cls, "__float__"):
            kinds.add("float64")
            return float(value)
    if callable(value):
        raise Unreadable(Reason.FUNCTION_NOT_VALUE, got="a function")
    raise Unreadable(Reason.WRONG_TYPE, expected="a number or an array of numbers", got=describe(value))


def _array(array: np.ndarray[Any, Any], kinds: set[str], *, depth: int) -> Any:
    """The entries as float or complex, of the same shape; ``kinds`` learns what they were."""
    if array.size > _LARGEST:
        raise Unreadable(Reason.TOO_LARGE)
    kind = array.dtype.kind
    if kind in "iu":
        kinds.add("int")
        return array.astype(float)
    if kind == "f" or array.dtype.name in ("bfloat16", "float8_e5m2"):
        size = array.dtype.itemsize
        kinds.add("float64" if size >= 8 else "float32" if size == 4 else "float16")
        return array.astype(float)
    if kind == "c":
        precision = "float64" if array.dtype.itemsize >= 16 else "float32"
        kinds.add(precision)
        if np.all(array.imag == 0):
            return array.real.astype(float)
        kinds.add("complex")
        return array.astype(complex)
    if kind in "OU":
        return _plain(array.tolist(), kinds, depth=depth + 1)
    if kind == "b":
        raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got="True and False")
    raise Unreadable(Reason.WRONG_TYPE, expected="numbers", got=f"an array of {array.dtype.name}")


def _float_of(value: int | Fraction | Decimal) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a signalling NaN of Decimal
        return math.nan


def _complex(value: complex, kinds: set[str]) -> Any:
    kinds.add("float64")
    if value.imag == 0:
        return value.real
    kinds.add("complex")
    return value


def _text(text: str, kinds: set[str]) -> float:
    stripped = text.strip()[:400]
    try:
        number = float(Fraction(stripped))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="text") from None
    kinds.add("float64" if any(c in stripped for c in ".eE") else "fraction")
    return number


def _symbolic(value: sp.Basic, kinds: set[str]) -> Any:
    if value.free_symbols:
        raise Unreadable(Reason.FUNCTION_NOT_VALUE, got="a formula that still holds a variable")
    if not isinstance(value, sp.Expr):
        raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="a statement" if value.is_Boolean else "a formula")
    if value.has(sp.Derivative, sp.Integral, sp.Limit, sp.Sum, sp.Product, sp.Subs):
        raise Unreadable(Reason.UNEVALUATED, got=type(value).__name__)
    if value.is_Float:
        kinds.add("float64")
        return float(value)
    kinds.add("float64" if value.has(sp.Float) else "fraction")
    if value.is_Rational:
        return _float_of(Fraction(int(value.p), int(value.q)))
    if value in (sp.nan, sp.zoo):
        return math.nan
    if value in (sp.oo, -sp.oo):
        return math.inf if value is sp.oo else -math.inf
    number = sp.N(value, 30)
    if number.is_real:
        return float(number)
    parts = number.as_real_imag()
    if not all(part.is_number and part.is_real for part in parts):
        raise Unreadable(Reason.WRONG_TYPE, expected="a number", got="a formula")
    return _complex(complex(float(parts[0]), float(parts[1])), kinds)
