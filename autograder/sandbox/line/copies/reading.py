"""Wire records that hold no other records → values: numbers, arrays, expressions, names of libraries' own objects.

Everything here reads what a student's process may have written. What ``codec.py`` would not have
written is refused.
"""

import collections
import functools
import math
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from autograder.model import Keywords
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import WireError

MAX_KEYS = 5_000
"""Of a dict or set: keys with equal hashes make building it take the square of their number."""
MAX_RANGE = 1_000_000
MAX_SIDE = 1 << 24
"""Of an array, the empty ones too: a test may well broadcast it."""
MAX_EXPONENT = 100_000
"""Of a number of mpmath: a whole number of so many bits may come of it."""
MAX_BITS = 14_000
"""Of an integer: Python itself refuses to print more than 4,300 digits."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MPMATH = _words("pi e euler catalan phi degree ln2 ln10 khinchin glaisher apery")
ARRAY_KINDS = frozenset("biufcMmS")
SMALL = 2**53
JAX_ONLY = _words("bfloat16 float8_e4m3fn float8_e5m2 int4 uint4")


def read_array(record: wire.Array, *, as_numpy: bool = False) -> Any:
    """The array of its kind, of the shape that the record says.

    Args:
        record: as the codec of the other side wrote it.
        as_numpy: leave one of JAX's a NumPy array of the same numbers: nothing is imported for it.
    """
    if record.kind == "jax" and record.dtype in JAX_ONLY:
        import ml_dtypes

        dtype = np.dtype(getattr(ml_dtypes, record.dtype))
    else:
        dtype = np.dtype(record.dtype)
        if dtype.kind not in ARRAY_KINDS:
            raise WireError(f"an array of dtype {record.dtype[:20]} is not expected")
    if any(not 0 <= side <= MAX_SIDE for side in record.shape) or len(record.shape) > 32:
        raise WireError("an array of an unlikely shape")
    array = np.frombuffer(record.data, dtype=dtype).reshape(record.shape).copy()
    if record.kind == "jax" and not as_numpy:
        return _jax_array(array)
    if record.kind == "matrix":
        return np.asmatrix(array)
    return array[()] if record.kind == "scalar" and array.ndim == 0 else array


def _jax_array(array: Any) -> Any:
    import jax

    if array.dtype.itemsize >= 8 and array.dtype.kind in "iufc":
        with jax.enable_x64(True):  # the notebook had switched it on; our own setting stays as it is
            return jax.numpy.asarray(array)
    return jax.numpy.asarray(array)


def _read_expression(record: wire.Expression) -> Any:
    from autograder.expressions.tree import from_tree

    return from_tree(record.tree)


def _read_bigint(record: wire.BigInt) -> int:
    if len(record.hex) > MAX_BITS // 4 + 4:
        raise WireError("an integer that is too long")
    return int(record.hex, 16)


def _read_special(record: wire.Special) -> float:
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}.get(record.name, math.nan)


def _read_complex(record: wire.Complex) -> complex:
    return complex(float.fromhex(record.real[:40]), float.fromhex(record.imag[:40]))


def _read_multiprecision(record: wire.Multiprecision) -> Any:
    import mpmath

    if len(record.parts) not in (1, 2):
        raise WireError("a number of an unlikely kind")
    raw = [_raw(*part) for part in record.parts]
    return mpmath.mp.make_mpf(raw[0]) if len(raw) == 1 else mpmath.mp.make_mpc(tuple(raw))


def _raw(sign: int, mantissa: str, exponent: int) -> Any:
    """A number in the form that mpmath keeps it in; infinities and NaN have mantissa 0 and exponents of their own."""
    from mpmath import libmp

    if len(mantissa) > MAX_BITS // 4 + 4 or abs(exponent) > MAX_EXPONENT or sign not in (0, 1):
        raise WireError("a number of an unlikely size")
    size = int(mantissa, 16)
    if size == 0:
        special = {one[2]: one for one in (libmp.finf, libmp.fninf, libmp.fnan)}
        return special.get(exponent, libmp.fzero)
    return libmp.from_man_exp(-size if sign else size, exponent)


def encode_mpmath(value: Any) -> wire.Multiprecision | wire.Rebuilt | None:
    """The record of a number or a constant of mpmath; None for anything else, and for what is too large.

    mpmath is not imported for it: where nothing has imported it there is no such number.
    """
    library = sys.modules.get("mpmath")
    named = (name for name in _MPMATH if getattr(library, name, None) is value)
    if (name := next(named, None)) is not None:
        return wire.Rebuilt("mpmath.constant", [name])
    held: Any = getattr(value, "_mpc_", None) or (getattr(value, "_mpf_", None),)
    if any(part is None for part in held):
        return None
    parts = [(int(sign), hex(mantissa), int(exponent)) for sign, mantissa, exponent, _ in held]
    fits = all(len(mantissa) <= MAX_BITS // 4 + 2 and abs(exponent) <= MAX_EXPONENT for _, mantissa, exponent in parts)
    return wire.Multiprecision(parts) if fits else None


def mpmath_constant(name: Any) -> Any:
    """A constant of mpmath by its name."""
    import mpmath

    if name not in _MPMATH:
        raise WireError("a constant of an unlikely name")
    return getattr(mpmath, name)


def mpmath_matrix(rows: list[Any]) -> Any:
    """A matrix of mpmath's, of rows of numbers."""
    import mpmath

    width = {len(row) if type(row) is list else -1 for row in rows}
    numbers = all(isinstance(entry, int | float | complex | mpmath.mpf | mpmath.mpc) for row in rows for entry in row)
    if width != {max(width, default=-1)} or -1 in width or not numbers:
        raise WireError("a matrix of an unlikely kind")
    return mpmath.matrix(rows)


def tuple_kind(kind: type) -> str:
    """``tuple``, or ``namedtuple`` with the class's name and its fields."""
    fields = kind.__dict__.get("_fields")
    if type(fields) is tuple and fields and all(type(field) is str and field.isidentifier() for field in fields):
        return " ".join(("namedtuple", kind.__name__, *fields))[:2000]
    return "tuple"


@functools.lru_cache(maxsize=100)
def named_tuple(kind: str) -> Any:
    """The class of a named tuple, made anew from :func:`tuple_kind`'s word for it."""
    _, name, *fields = kind.split(" ")
    return collections.namedtuple(name, fields)


_PLAIN = (int, float, complex, str, bytes, list, tuple, set, frozenset, dict)
_NAMED = frozenset(dir(collections.namedtuple("_Any", "")))  # what every named tuple has


def is_reduced(value: Any, record: wire.Value) -> bool:
    """Whether the record holds less than the object: one of a subclass with methods of its own."""
    kind = type(value)
    if kind in _PLAIN or not issubclass(kind, (*_PLAIN, np.ndarray)) or issubclass(kind, np.generic):
        return False
    if isinstance(record, wire.Array | wire.Objects):
        return kind not in (np.ndarray, np.matrix)
    if isinstance(record, wire.Items) and record.kind.startswith("namedtuple"):
        return any(callable(own) and name not in _NAMED for name, own in vars(kind).items())
    return kind is not bool and not (isinstance(record, wire.Pairs) and record.kind != "dict")


def _keywords(pairs: dict[Any, Any]) -> Keywords:
    if not all(isinstance(name, str) for name in pairs):
        raise WireError("arguments by names that are none")
    return Keywords(pairs)


_FACTORIES: dict[str, Any] = {"int": int, "float": float, "list": list, "dict": dict, "set": set, "str": str}


def dict_kind(value: Any) -> str:
    """The word for a dictionary's class on the wire."""
    if type(value) is Keywords:
        return "keywords"
    if type(value) in (collections.OrderedDict, collections.Counter):
        return type(value).__name__
    if type(value).__module__.startswith("scipy.optimize") and type(value).__name__ == "OptimizeResult":
        return "OptimizeResult"
    if type(value) is collections.defaultdict:
        name = next((name for name, factory in _FACTORIES.items() if factory is value.default_factory), None)
        return f"defaultdict {name}" if name else "dict"
    return "dict"


def kind_of_dict(kind: str, pairs: dict[Any, Any]) -> Any:
    """The dictionary of the class that :func:`dict_kind` named."""
    if kind.startswith("defaultdict "):
        return collections.defaultdict(_FACTORIES.get(kind.partition(" ")[2]), pairs)
    if kind == "keywords":
        return _keywords(pairs)
    if kind == "OptimizeResult":
        result: dict[Any, Any] = import_module("scipy.optimize").OptimizeResult(pairs)
        return result
    made: dict[Any, Any] = {"OrderedDict": collections.OrderedDict, "Counter": collections.Counter}.get(kind, dict)(
        pairs
    )
    return made


READERS: dict[type, Callable[[Any], Any]] = {
    wire.Array: read_array,
    wire.Expression: _read_expression,
    wire.BigInt: _read_bigint,
    wire.Special: _read_special,
    wire.Complex: _read_complex,
    wire.Multiprecision: _read_multiprecision,
    wire.Bytes: lambda record: record.data,
    wire.Dots: lambda record: ...,
}
