"""Values ⇄ wire records, on both sides: what arrives is a plain copy of the type that was sent.

A subclass is copied as its plain base, read with the base's own methods, so an object that lies about its value, its
class or equality arrives as the data it holds. What cannot be copied becomes
:class:`autograder.sandbox.line.wire.Kept`.
"""

import datetime
import fractions
import math
import sys
from collections.abc import Callable
from decimal import Decimal
from types import EllipsisType, ModuleType
from typing import Any

import msgspec
import numpy as np

from autograder.errors import CannotShip, ExpressionError, StudentGone
from autograder.model import Opaque
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import WireError
from autograder.sandbox.line.reading import (
    ARRAY_KINDS,
    JAX_ONLY,
    MAX_BITS,
    MAX_KEYS,
    MAX_RANGE,
    MODULES,
    PUBLIC,
    READERS,
    SMALL,
    dict_kind,
    encode_mpmath,
    is_reduced,
    kind_of_dict,
    mpmath_matrix,
    named_tuple,
    tuple_kind,
)

MAX_DEPTH = 60
MAX_NODES = 100_000
MAX_BYTES = 16 << 20
"""Of one array or text."""


class Codec:
    """Copies values out and in; functions go through the two hooks.

    Args:
        function_out: makes the record that stands for a function of this side.
        function_in: makes the stand-in for a function of the other side, or finds ours again.
        note: told of every :class:`CannotShip` that an opaque answer raises.
    """

    def __init__(
        self,
        function_out: Callable[[Any], wire.Value],
        function_in: Callable[[wire.Function | wire.Yours], Any],
        note: Callable[[CannotShip], None] | None = None,
    ) -> None:
        self._function_out = function_out
        self._function_in = function_in
        self._note = note

    # --- out ---------------------------------------------------------------------------------------------------------

    def encode(self, value: Any) -> wire.Value:
        """The record of a value.

        Raises:
            CannotShip: there is no plain form, or it is too large, too deep or circular.
        """
        left = MAX_NODES

        def walk(value: Any, depth: int) -> wire.Value:
            nonlocal left
            left -= 1
            if left < 0 or depth > MAX_DEPTH:
                raise CannotShip(
                    f"more than {MAX_NODES:,} values" if left < 0 else "nested too deeply or inside itself",
                    type=type(value).__name__,
                    too_large=True,
                )
            record = self._encode(value, lambda inner: walk(inner, depth + 1))
            if not is_reduced(value, record):
                return record
            if self._note is not None:
                self._note(CannotShip("copied as its plain base", type=type(value).__name__, copied=True))
            return wire.Reduced(type(value).__name__[:100], record)

        return walk(value, 0)

    def encode_or_keep(self, value: Any) -> wire.Value:
        """As :meth:`encode`; what cannot be copied becomes :class:`autograder.sandbox.line.wire.Kept`."""
        try:
            return self.encode(value)
        except CannotShip as error:
            return wire.Kept(type(value).__name__[:100], str(error)[:300], error.too_large)
        except Exception as error:  # an object whose own methods raise while it is read
            return wire.Kept(type(value).__name__[:100], f"reading it raised {type(error).__name__}"[:300])

    def _encode(self, value: Any, walk: Callable[[Any], wire.Value]) -> wire.Value:
        kind = type(value)
        if value is None or kind is bool:
            return value  # type: ignore[no-any-return]
        if issubclass(kind, np.ndarray | np.generic):
            return self._encode_numpy(value, walk)
        if issubclass(kind, int):
            return _encode_int(int.__index__(value))
        if issubclass(kind, float):
            return _encode_float(float.__float__(value))
        if issubclass(kind, str):
            text = str.__str__(value)
            if len(text) > MAX_BYTES // 4:
                raise CannotShip("a text of more than 4 million characters", type=kind.__name__, too_large=True)
            return text.encode("utf-8", "replace").decode()
        if issubclass(kind, complex):
            plain = complex.__complex__(value)
            return wire.Complex(plain.real.hex(), plain.imag.hex())
        if issubclass(kind, list):
            return wire.Items("list", [walk(item) for item in list.__iter__(value)])
        if issubclass(kind, tuple):
            return wire.Items(tuple_kind(kind), [walk(item) for item in tuple.__iter__(value)])
        if issubclass(kind, set | frozenset):
            base = set if issubclass(kind, set) else frozenset
            return wire.Items(base.__name__, [walk(item) for item in base.__iter__(value)])
        if issubclass(kind, dict):
            keys = list(dict.keys(value))
            return wire.Pairs(
                [walk(key) for key in keys], [walk(dict.__getitem__(value, key)) for key in keys], dict_kind(value)
            )
        if kind is EllipsisType:
            return wire.Dots()
        return self._encode_rare(value, kind, walk)

    def _encode_rare(self, value: Any, kind: type, walk: Callable[[Any], wire.Value]) -> wire.Value:
        if kind is Elsewhere:
            return wire.Yours(value.handle)
        if issubclass(kind, bytes):
            if len(value) > MAX_BYTES:
                raise CannotShip("too many bytes", type=kind.__name__, too_large=True)
            return wire.Bytes(bytes.__getitem__(value, slice(None)))
        if issubclass(kind, fractions.Fraction):
            return wire.Ratio(walk(value.numerator), walk(value.denominator))
        if issubclass(kind, Decimal):
            return wire.Decimals(Decimal.__str__(value))
        if kind is range:
            if len(value) > MAX_RANGE:
                raise CannotShip(f"a range of {len(value):,} numbers", type="range", too_large=True)
            return wire.Span(value.start, value.stop, value.step)
        if kind is ModuleType or issubclass(kind, ModuleType):
            name = getattr(value, "__name__", "")
            if name in MODULES:
                return wire.Module(name)
            raise CannotShip(f"the module {name!s:.60}", type="module")
        figure = _figure_of(value, kind)
        if figure is not None:
            from autograder import plots

            return wire.Figure(msgspec.msgpack.encode(plots.describe(figure)))
        if _is_sympy(kind):
            from autograder.expressions.tree import to_tree

            try:
                return wire.Expression(to_tree(value))
            except ExpressionError as error:
                if callable(value) and not hasattr(value, "free_symbols"):
                    return self._function_out(value)
                raise CannotShip(str(error), type=kind.__name__, too_large=error.reason == "too-large") from error
            except RecursionError as error:
                raise CannotShip("an expression nested too deeply", type=kind.__name__, too_large=True) from error
        if _is_jax(kind):
            return _encode_jax(value)
        package = kind.__module__.partition(".")[0]
        if package == "mpmath" and (number := encode_mpmath(value)) is not None:
            return number
        if package == "mpmath" and kind.__name__ == "matrix":
            return wire.Items("mpmath.matrix", [walk(row) for row in value.tolist()])
        if package == "pandas" and kind.__name__ in ("DataFrame", "Series"):
            return _encode_table(value, kind.__name__, walk)
        if isinstance(value, datetime.date | datetime.timedelta):
            raise CannotShip("a date", type=kind.__name__)
        public = _public_name(value)
        if public is not None:
            return public
        if callable(value) and not isinstance(value, type):
            return self._function_out(value)
        raise CannotShip("an object of this type cannot be copied", type=kind.__name__)

    def _encode_numpy(self, value: Any, walk: Callable[[Any], wire.Value]) -> wire.Value:
        if issubclass(type(value), np.ma.MaskedArray):
            raise CannotShip("a masked array", type="MaskedArray")
        scalar = issubclass(type(value), np.generic)
        plain = np.asarray(value) if scalar else np.ndarray.view(value, np.ndarray)
        dtype = plain.dtype
        if plain.nbytes > MAX_BYTES:
            raise CannotShip(f"an array of {plain.nbytes:,} bytes", type="ndarray", too_large=True)
        if dtype.kind in ARRAY_KINDS:
            kind = "scalar" if scalar else "matrix" if type(value) is np.matrix else "numpy"
            return wire.Array(kind, dtype.str, list(plain.shape), plain.tobytes())
        if dtype.kind == "U":
            texts = wire.Items("list", [walk(item) for item in plain.ravel().tolist()])
            return wire.Objects([-2] if scalar else [-1, *plain.shape], texts.items)
        if dtype.kind == "O":
            return wire.Objects(list(plain.shape), [walk(item) for item in plain.ravel().tolist()])
        raise CannotShip(f"an array of dtype {dtype}", type="ndarray")

    # --- in ----------------------------------------------------------------------------------------------------------

    def decode(self, record: wire.Value) -> Any:
        """The value of a record that came over the wire.

        Raises:
            WireError: a record that :meth:`encode` does not write.
        """
        try:
            return self._decode(record)
        except (WireError, CannotShip, StudentGone):
            raise
        except Exception as error:  # NumPy, pandas and SymPy are handed what the jail would not have written
            raise WireError(f"not a value: {str(error)[:200]}") from error

    def _decode(self, record: Any) -> Any:
        if not isinstance(record, wire.Packed):
            return record
        read = READERS.get(type(record))
        if read is not None:
            return read(record)
        match record:
            case wire.Items():
                if len(record.kind) > 2000 or ("set" in record.kind and len(record.items) > MAX_KEYS):
                    raise WireError("a collection of an unlikely kind or size")
                items = [self._decode(item) for item in record.items]
                if record.kind.startswith("namedtuple "):
                    return named_tuple(record.kind)(*items)
                make: Any = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}.get(record.kind)
                if record.kind == "mpmath.matrix":
                    make = mpmath_matrix
                if make is None:
                    raise WireError("an unknown kind of list")
                return make(items)
            case wire.Pairs():
                if len(record.kind) > 2000 or len(record.keys) > MAX_KEYS:
                    raise WireError("a dict of an unlikely kind or size")
                pairs = {
                    self._decode(key): self._decode(value)
                    for key, value in zip(record.keys, record.values, strict=True)
                }
                return pairs if record.kind == "dict" else kind_of_dict(record.kind, pairs)
            case wire.Objects():
                return self._decode_objects(record)
            case wire.Ratio():
                return fractions.Fraction(self._decode(record.numerator), self._decode(record.denominator) or 1)
            case wire.Table():
                return self._decode_table(record)
            case wire.Function() | wire.Yours():
                return self._function_in(record)
            case wire.Reduced():
                if self._note is not None:
                    self._note(CannotShip("copied as its plain base", type=record.type_name, copied=True))
                return self._decode(record.value)
            case wire.Figure():
                from autograder.sandbox.line.figures import shipped

                return shipped(record.data, self._note)
            case wire.Elsewhere():
                return Elsewhere(record)
            case wire.Kept():
                return Opaque(record.type_name, record.why, too_large=record.too_large, note=self._note)
        raise WireError(f"a value of kind {type(record).__name__} is not expected here")

    def _decode_objects(self, record: wire.Objects) -> Any:
        items = [self._decode(item) for item in record.items]
        if record.shape == [-2]:
            return np.str_(items[0])
        if record.shape and record.shape[0] == -1:
            # Every text of such an array takes the room of its longest.
            if (
                not all(isinstance(item, str) for item in items)
                or len(items) * max(map(len, items), default=0) > MAX_BYTES
            ):
                raise WireError("texts of an unlikely size")
            return np.array(items, dtype=str).reshape(record.shape[1:])
        array = np.empty(len(items), dtype=object)
        for place, item in enumerate(items):
            array[place] = item
        return array.reshape(record.shape)

    def _decode_table(self, record: wire.Table) -> Any:
        import pandas as pd  # type: ignore[import-untyped,unused-ignore] # has no types of its own

        columns = [self._decode(column) for column in record.columns]
        index = self._decode(record.index)
        if record.kind == "Series":
            return pd.Series(columns[0], index=index, name=self._decode(record.names[0]))
        table = pd.DataFrame(dict(enumerate(columns)), index=index)
        table.columns = [self._decode(name) for name in record.names]
        return table


class Elsewhere(Opaque):
    """Stands in the notebook for an object of the judge's that a test bound to a name and that cannot be copied."""

    __slots__ = ("handle",)

    def __init__(self, record: wire.Elsewhere) -> None:
        super().__init__(record.type_name, "it belongs to the test")
        self.handle = record.handle


def _encode_int(value: int) -> wire.Value:
    if -SMALL < value < SMALL:
        return value
    if value.bit_length() > MAX_BITS:
        raise CannotShip(
            f"an integer of about {int(value.bit_length() * 0.30103):,} digits", type="int", too_large=True
        )
    return wire.BigInt(hex(value))


def _encode_float(value: float) -> wire.Value:
    return value if math.isfinite(value) else wire.Special(str(value))


def _is_sympy(kind: type) -> bool:
    sympy = sys.modules.get("sympy")
    return sympy is not None and issubclass(
        kind, sympy.Basic | sympy.MatrixBase | sympy.NDimArray | sympy.core.function.FunctionClass
    )


def _is_jax(kind: type) -> bool:
    jax = sys.modules.get("jax")
    return jax is not None and issubclass(kind, jax.Array)


def _encode_jax(value: Any) -> wire.Value:
    import jax

    if isinstance(value, jax.core.Tracer):
        raise CannotShip("a value that JAX is tracing", type="Tracer")
    plain = np.asarray(value)
    if plain.nbytes > MAX_BYTES:
        raise CannotShip(f"an array of {plain.nbytes:,} bytes", type="Array", too_large=True)
    name = plain.dtype.name if plain.dtype.name in JAX_ONLY else plain.dtype.str
    return wire.Array("jax", name, list(plain.shape), plain.tobytes())


def _figure_of(value: Any, kind: type) -> Any:
    """The figure, if the value is one or is something in one: axes, contours, what ``sympy.plot`` returns."""
    drawn = ("matplotlib.", "mpl_toolkits.", "sympy.plotting.")
    if "matplotlib.figure" not in sys.modules or not kind.__module__.startswith(drawn):
        return None
    from autograder.plots import figure_of

    return figure_of(value)


def _encode_table(value: Any, kind: str, walk: Callable[[Any], wire.Value]) -> wire.Value:
    if kind == "Series":
        return wire.Table(kind, walk(value.index.tolist()), [walk(value.name)], [walk(value.to_numpy())])
    columns = [walk(value.iloc[:, place].to_numpy()) for place in range(value.shape[1])]
    return wire.Table(kind, walk(value.index.tolist()), [walk(name) for name in value.columns.tolist()], columns)


def _public_name(value: Any) -> wire.Value | None:
    """The library's name for a function or class, if the library has it under that name."""
    name = getattr(value, "__name__", None)
    if not isinstance(name, str):
        return None
    for module, names in PUBLIC.items():
        if name in names and getattr(sys.modules.get(module), name, None) is value:
            return wire.Public(module, name)
    return None
