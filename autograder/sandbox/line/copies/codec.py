"""Values ⇄ wire records, on both sides: what arrives is a copy of the type that was sent, and whole.

A subclass is copied as its plain base, read with the base's own methods, so an object that lies about its value, its
class or equality arrives as the data it holds; the copy is marked, since it is not the whole. What cannot be copied
becomes :class:`autograder.sandbox.line.wire.Kept`.
"""

import math
import sys
from collections.abc import Callable
from types import EllipsisType, ModuleType
from typing import Any

import msgspec
import numpy as np

from autograder.errors import CannotShip, ExpressionError, StudentGone
from autograder.model import Opaque, handle_of
from autograder.sandbox.line import wire
from autograder.sandbox.line.channel import WireError
from autograder.sandbox.line.copies import rebuilding
from autograder.sandbox.line.copies.reading import (
    ARRAY_KINDS,
    JAX_ONLY,
    MAX_BITS,
    MAX_KEYS,
    READERS,
    SMALL,
    dict_kind,
    encode_mpmath,
    is_reduced,
    kind_of_dict,
    mpmath_constant,
    mpmath_matrix,
    named_tuple,
    read_array,
    tuple_kind,
)
from autograder.sandbox.line.named import name_of

_DRAWN_GRAPHS = frozenset({"networkx", "graphviz", "pydot"})
"""Libraries of which a graph is copied as its nodes and edges, the rest of it stays."""
MAX_DEPTH = 60
_DEEPEST = 3 * MAX_DEPTH
"""Of records in records: a value may take three. Python's own limit is another in each version."""
MAX_NODES = 100_000
MAX_BYTES = 16 << 20
"""Of one array or text."""
Left = wire.Kept | wire.Figure | wire.Reduced
"""What stays where it is, with a copy of a part of it or with none."""


class Codec:
    """Copies values out and in; what is no plain data goes through the hooks.

    Args:
        function_out: makes the record that stands for a function of this side.
        function_in: makes the stand-in for a function of the other side, or finds ours again.
        keep: gives the handle under which an object of this side may be asked for; -1 for none.
        opaque: makes what stands for an object of the other side, beside the copy of what could be copied.
        module: finds a module by its name.
    """

    def __init__(
        self,
        function_out: Callable[[Any], wire.Value],
        function_in: Callable[[wire.Function | wire.Yours], Any],
        *,
        keep: Callable[[Any], int] = lambda value: -1,
        opaque: Callable[..., Any] | None = None,
        module: Callable[[str], Any] | None = None,
    ) -> None:
        self._function_out = function_out
        self._function_in = function_in
        self._keep = keep
        self._opaque = opaque or _plain_opaque
        self._module = module
        self._part = False
        self._inside = 0
        self._as_numpy = False
        self.figures = True
        """Whether figures are described; that takes a while."""

    def encode(self, value: Any) -> wire.Value:
        """The record of a value.

        Raises:
            CannotShip: there is no plain form, or it is too large, too deep or circular.
        """
        left = MAX_NODES

        def walk(value: Any, depth: int) -> wire.Value:
            nonlocal left
            left -= 1
            # a list that is too long is not walked to the limit first, in vain and again at every look
            too_many = left < (list.__len__(value) if issubclass(type(value), list) else 0)
            if too_many or depth > MAX_DEPTH:
                raise CannotShip(
                    f"more than {MAX_NODES:,} values" if too_many else "nested too deeply or inside itself",
                    type=type(value).__name__,
                    too_large=True,
                )
            record = self._encode(value, lambda inner: walk(inner, depth + 1))
            if not is_reduced(value, record):
                return record
            return wire.Reduced(type(value).__name__[:100], record, self._keep(value))

        return walk(value, 0)

    def encode_or_keep(self, value: Any) -> wire.Value:
        """As :meth:`encode`; what cannot be copied becomes :class:`autograder.sandbox.line.wire.Kept`."""
        try:
            return self.encode(value)
        except CannotShip as error:
            return self.kept(value, str(error), too_large=error.too_large)
        except Exception as error:  # an object whose own methods raise while it is read
            return self.kept(value, f"reading it raised {type(error).__name__}")

    def kept(self, value: Any, why: str, *, too_large: bool = False) -> wire.Kept:
        """The record of what stays here."""
        return wire.Kept(type(value).__name__[:100], why[:300], too_large, self._keep(value))

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
        if issubclass(kind, Opaque):
            if (handle := handle_of(value)) < 0:
                raise CannotShip("what stands for an object that stayed where it is", type="object")
            return wire.Yours(handle)
        if issubclass(kind, bytes):
            if len(value) > MAX_BYTES:
                raise CannotShip("too many bytes", type=kind.__name__, too_large=True)
            return wire.Bytes(bytes.__getitem__(value, slice(None)))
        if issubclass(kind, ModuleType):
            return wire.Module(str(getattr(value, "__name__", ""))[:200])
        figure = _figure_of(value, kind)
        if figure is not None:
            if not self.figures:
                return wire.Figure(b"", self._keep(value), kind.__name__[:100])
            from autograder import plots

            described = msgspec.msgpack.encode(plots.describe(figure))
            return wire.Figure(described, self._keep(value), kind.__name__[:100])
        if kind.__module__.partition(".")[0] in _DRAWN_GRAPHS:
            from autograder import plots

            if (graph := plots.graph_data(value)) is not None:
                return wire.Reduced(kind.__name__[:100], walk(graph), self._keep(value))
        if callable(value) and name_of(value) is not None:
            return self._function_out(value)
        if _is_sympy(kind):
            return _encode_sympy(value, kind, walk)
        if _is_jax(kind):
            return _encode_jax(value)
        package = kind.__module__.partition(".")[0]
        if package == "mpmath" and (number := encode_mpmath(value)) is not None:
            return number
        if package == "mpmath" and kind.__name__ == "matrix":
            return wire.Items("mpmath.matrix", [walk(row) for row in value.tolist()])
        if isinstance(value, np.dtype):
            name, parts = rebuilding.dtype_apart(value)
            return wire.Rebuilt(name, [walk(part) for part in parts])
        if (taken := rebuilding.apart(value)) is not None:
            return wire.Rebuilt(taken[0], [walk(part) for part in taken[1]])
        if callable(value):
            return self._function_out(value)
        raise CannotShip("an object of this type cannot be copied", type=kind.__name__)

    def _encode_numpy(self, value: Any, walk: Callable[[Any], wire.Value]) -> wire.Value:
        if type(value) is np.ma.MaskedArray:
            parts = rebuilding.apart(value)
            assert parts is not None
            return wire.Rebuilt(parts[0], [walk(part) for part in parts[1]])
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
        if dtype.names is not None and type(value) is np.ndarray:
            return wire.Rebuilt("numpy.structured", [walk(part) for part in rebuilding.structured_apart(value)])
        raise CannotShip(f"an array of dtype {dtype}", type="ndarray")

    def decode(self, record: wire.Value, *, as_numpy: bool = False) -> Any:
        """The value of a record that came over the wire; where a part of it is not whole, what stands for all of it.

        With ``as_numpy`` arrays of JAX's are left NumPy's: our own questions want their numbers, and JAX takes longer
        to import than to judge a notebook.

        Raises:
            WireError: a record that :meth:`encode` does not write.
        """
        self._part, self._inside, self._as_numpy = False, 0, as_numpy
        try:
            if isinstance(record, wire.Reduced | wire.Figure):
                return self._opaque(record, self._part_of(record))
            value = self._decode(record)
        except (WireError, CannotShip, StudentGone):
            raise
        except Exception as error:  # NumPy, pandas and SymPy are handed what the jail would not have written
            raise WireError(f"not a value: {str(error)[:200]}") from error
        return self._opaque(wire.Reduced(type(value).__name__[:100], None), value) if self._part else value

    def _decode(self, record: Any) -> Any:
        if not isinstance(record, wire.Packed):
            return record
        if self._inside > _DEEPEST:
            raise WireError("nested deeper than anything that is sent")
        self._inside += 1
        try:
            return self._unpacked(record)
        finally:
            self._inside -= 1

    def _unpacked(self, record: Any) -> Any:
        if self._as_numpy and isinstance(record, wire.Array):
            return read_array(record, as_numpy=True)
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
            case wire.Rebuilt():
                parts = [self._decode(part) for part in record.parts]
                if record.kind == "mpmath.constant":
                    return mpmath_constant(*parts)
                return rebuilding.together(record.kind, parts)
            case wire.Module():
                if self._module is None:
                    raise WireError("a module is not expected here")
                return self._module(record.name)
            case wire.Function() | wire.Yours():
                return self._function_in(record)
            case wire.Kept():
                return self._opaque(record)
            case wire.Reduced() | wire.Figure():
                self._part = True
                return self._part_of(record)
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

    def _part_of(self, record: wire.Reduced | wire.Figure) -> Any:
        if isinstance(record, wire.Reduced):
            return self._decode(record.value)
        from autograder.plots import FigureData

        return msgspec.msgpack.decode(record.data, type=FigureData) if record.data else None


def _plain_opaque(record: Left, *_: Any) -> Opaque:
    why = record.why if isinstance(record, wire.Kept) else "it stays where it is"
    return Opaque(record.type_name, why)


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


def _encode_sympy(value: Any, kind: type, walk: Callable[[Any], wire.Value]) -> wire.Value:
    from autograder.expressions.tree import to_tree

    try:
        return wire.Expression(to_tree(value))
    except ExpressionError as error:
        if error.reason == "too-large":
            raise CannotShip(str(error), type=kind.__name__, too_large=True) from error
        name, parts = rebuilding.sympy_apart(value)
        return wire.Rebuilt(name, [walk(part) for part in parts])
    except RecursionError as error:
        raise CannotShip("an expression nested too deeply", type=kind.__name__, too_large=True) from error


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
