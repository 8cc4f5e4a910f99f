"""Values of libraries that are taken apart into plain parts on one side and put together again on the other.

What is put together may have been written by a student's process: constructors of a fixed list are called, and nothing
that a part names.
"""

import builtins
import collections
import datetime
import fractions
import functools
import pathlib
import random
import re
import types
import uuid
from decimal import Decimal
from typing import Any

import numpy as np

from autograder.errors import CannotShip
from autograder.sandbox.line.channel import WireError
from autograder.sandbox.line.copies.reading import MAX_KEYS, MAX_RANGE
from autograder.sandbox.line.copies.recipes import Parts, Recipe

__all__ = ["apart", "dtype_apart", "structured_apart", "sympy_apart", "together"]

MAX_TEXT = 100_000
"""Characters of a pattern: compiling one is work."""
_DECIMAL = re.compile(r"[+-]?(\d{1,2000}(\.\d{0,2000})?([eE][+-]?\d{1,4})?|Infinity|NaN)\Z")


def apart(value: Any) -> tuple[str, Parts] | None:
    """The name of the recipe and the parts; None where there is no recipe for this class.

    Raises:
        CannotShip: the parts would not be the whole.
    """
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    recipe = _recipe(name)
    if recipe is None:
        return None
    try:
        parts = recipe.apart(value)
        if recipe.whole is not None and not recipe.whole(value, recipe.together(*parts)):
            raise CannotShip("it holds more than can be copied", type=kind.__name__)
    except CannotShip:
        raise
    except Exception as error:  # a library that cannot read its own object
        raise CannotShip(f"it could not be taken apart ({type(error).__name__})", type=kind.__name__) from error
    return name, parts


def together(name: str, parts: Parts) -> Any:
    """The value of these parts.

    Raises:
        WireError: no such recipe, or parts that it does not make.
    """
    recipe = _recipe(name)
    if recipe is None:
        raise WireError("a value of a kind that is not on the list")
    try:
        return recipe.together(*parts)
    except WireError:
        raise
    except Exception as error:  # whatever a constructor says to parts that no recipe made
        raise WireError(f"a value that cannot be put together: {type(error).__name__}") from error


def _recipe(name: str) -> Recipe | None:
    recipe = _PLAIN.get(name)
    if recipe is None and name.startswith("pandas."):
        from autograder.sandbox.line.copies.tables import TABLES

        recipe = TABLES.get(name)
    if recipe is None and name.startswith("numpy."):
        recipe = _NUMPY.get(name)
    if recipe is None and name.startswith("sympy."):
        recipe = Recipe(lambda v: list(v.args), functools.partial(_sympy_together, name.removeprefix("sympy.")))
    if recipe is None and name.startswith("scipy.") and _RESULT.fullmatch(name):
        recipe = _scipy_result(name)
    return recipe


def _limited(text: Any, most: int = MAX_TEXT) -> str:
    if type(text) is not str or len(text) > most:
        raise WireError("a text of an unlikely length")
    return text


# Python's own


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.match(_limited(text)):
        raise WireError("not a decimal number")
    return Decimal(text)


def _range(start: int, stop: int, step: int) -> range:
    value = range(start, stop, step)
    if len(value) > MAX_RANGE:
        raise WireError("a range that is too long")
    return value


def _range_apart(value: range) -> Parts:
    if len(value) > MAX_RANGE:
        raise CannotShip(f"a range of {len(value):,} numbers", type="range", too_large=True)
    return [value.start, value.stop, value.step]


def _dict(keys: list[Any], values: list[Any]) -> dict[Any, Any]:
    if len(keys) > MAX_KEYS:
        raise WireError("a dict of an unlikely size")
    return dict(zip(keys, values, strict=True))


def _zone(zone: datetime.tzinfo | None) -> Any:
    if zone is None or zone is datetime.UTC:
        return None if zone is None else "UTC"
    if type(zone).__module__ == "zoneinfo":
        return str(zone)
    if type(zone) is datetime.timezone:
        return [zone.utcoffset(None).total_seconds(), zone.tzname(None)]
    raise CannotShip("a time zone of its own", type=type(zone).__name__)


def _to_zone(zone: Any) -> datetime.tzinfo | None:
    if zone is None:
        return None
    if isinstance(zone, list):
        return datetime.timezone(datetime.timedelta(seconds=zone[0]), zone[1])
    import zoneinfo

    return datetime.UTC if zone == "UTC" else zoneinfo.ZoneInfo(_limited(zone, 60))


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


_PLAIN: dict[str, Recipe] = {
    "fractions.Fraction": Recipe(
        lambda v: [v.numerator, v.denominator], lambda top, bottom: fractions.Fraction(top, bottom)
    ),
    "decimal.Decimal": Recipe(lambda v: [str(v)], _decimal),
    "builtins.range": Recipe(_range_apart, _range),
    "builtins.slice": Recipe(lambda v: [v.start, v.stop, v.step], slice),
    "builtins.bytearray": Recipe(lambda v: [bytes(v)], bytearray),
    "builtins.dict_keys": Recipe(lambda v: [list(v)], lambda keys: _dict(keys, keys).keys()),
    "builtins.dict_values": Recipe(lambda v: [list(v)], lambda values: _dict([*range(len(values))], values).values()),
    "builtins.dict_items": Recipe(
        lambda v: [[k for k, _ in v], [w for _, w in v]], lambda keys, values: _dict(keys, values).items()
    ),
    "collections.deque": Recipe(lambda v: [list(v), v.maxlen], collections.deque),
    "datetime.date": Recipe(lambda v: [v.year, v.month, v.day], datetime.date),
    "datetime.time": Recipe(
        lambda v: [v.hour, v.minute, v.second, v.microsecond, _zone(v.tzinfo), v.fold],
        lambda h, m, s, us, zone, fold: datetime.time(h, m, s, us, _to_zone(zone), fold=fold),
    ),
    "datetime.datetime": Recipe(
        lambda v: [v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, _zone(v.tzinfo), v.fold],
        lambda y, mo, d, h, m, s, us, zone, fold: datetime.datetime(y, mo, d, h, m, s, us, _to_zone(zone), fold=fold),
    ),
    "datetime.timedelta": Recipe(lambda v: [v.days, v.seconds, v.microseconds], datetime.timedelta),
    "datetime.timezone": Recipe(lambda v: [_zone(v)], _to_zone),
    "zoneinfo.ZoneInfo": Recipe(lambda v: [_zone(v)], _to_zone),
    "uuid.UUID": Recipe(lambda v: [v.int], lambda number: uuid.UUID(int=number)),
    "pathlib.PosixPath": Recipe(lambda v: [str(v)], lambda text: pathlib.PosixPath(_limited(text))),
    "pathlib.PurePosixPath": Recipe(lambda v: [str(v)], lambda text: pathlib.PurePosixPath(_limited(text))),
    "re.Pattern": Recipe(lambda v: [v.pattern, v.flags], lambda text, flags: re.compile(_limited(text), flags), _equal),
    "types.SimpleNamespace": Recipe(
        lambda v: [list(vars(v)), list(vars(v).values())],
        lambda names, values: types.SimpleNamespace(**_dict(names, values)),
    ),
    "random.Random": Recipe(
        lambda v: [*v.getstate()], lambda version, state, gauss: _random(version, tuple(state), gauss)
    ),
    **{
        f"builtins.{kind.__name__}": Recipe(
            lambda v: [list(v.args)],
            lambda arguments, kind=kind: kind(*arguments),
            lambda one, other: _equal(one.args, other.args) and not vars(one) and one.__cause__ is None,
        )
        for kind in (Exception, ValueError, TypeError, ZeroDivisionError, ArithmeticError, RuntimeError, IndexError)
    },
    "builtins.KeyError": Recipe(lambda v: [list(v.args)], lambda arguments: KeyError(*arguments)),
}


def _random(version: int, state: tuple[int, ...], gauss: float | None) -> random.Random:
    made = random.Random(0)
    made.setstate((version, state, gauss))
    return made


# NumPy


def _structured(fields: list[Any], shape: list[int], data: bytes) -> Any:
    dtype = np.dtype([(name, code, tuple(inner)) for name, code, inner in _fields(fields)])
    return np.frombuffer(data, dtype=dtype).reshape(shape).copy()


def _fields(fields: list[Any]) -> list[Any]:
    if len(fields) > 200 or any(len(field) != 3 or np.dtype(_limited(field[1], 20)).kind == "O" for field in fields):
        raise WireError("an array of an unlikely dtype")
    return fields


def _described(dtype: Any) -> list[Any]:
    """(name, code, shape) of each field; nothing nested, nothing padded."""
    found: list[Any] = []
    for name in dtype.names:
        inner = dtype.fields[name][0]
        base, shape = inner.subdtype if inner.subdtype is not None else (inner, ())
        if base.names is not None or base.kind == "O":
            raise CannotShip("an array with fields of objects or fields", type="ndarray")
        found.append([name, base.str, list(shape)])
    if np.dtype([(name, code, tuple(shape)) for name, code, shape in found]) != dtype:
        raise CannotShip(f"an array of dtype {dtype}", type="ndarray")
    return found


def structured_apart(value: Any) -> Parts:
    """The parts of an array with named fields, for the recipe ``numpy.structured``."""
    return [_described(value.dtype), list(value.shape), value.tobytes()]


def _generator(kind: str, state: Any) -> Any:
    bits: Any = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937, "PCG64DXSM": np.random.PCG64DXSM}[kind](0)
    bits.state = state
    return bits


def _series(kind: str) -> Recipe:
    def again(coef: Any, domain: Any, window: Any, symbol: str) -> Any:
        return getattr(np.polynomial, kind)(coef, domain, window, symbol=_limited(symbol, 100))

    return Recipe(lambda v: [v.coef, v.domain, v.window, v.symbol], again, _equal)


_NUMPY: dict[str, Recipe] = {
    "numpy.structured": Recipe(structured_apart, _structured),
    "numpy.ma.MaskedArray": Recipe(
        lambda v: [np.asarray(v.data), np.ma.getmaskarray(v), v.fill_value],
        lambda data, mask, fill: np.ma.MaskedArray(data, mask=mask, fill_value=fill),
        lambda one, other: one.dtype == other.dtype and not one.hardmask and one.shape == other.shape,
    ),
    "numpy.poly1d": Recipe(
        lambda v: [v.coeffs, v.variable], lambda c, name: np.poly1d(c, variable=_limited(name, 100)), _equal
    ),
    "numpy.random._generator.Generator": Recipe(
        lambda v: [type(v.bit_generator).__name__, v.bit_generator.state],
        lambda kind, state: np.random.Generator(_generator(kind, state)),
    ),
    "numpy.random.mtrand.RandomState": Recipe(
        lambda v: [v.get_state(legacy=False)], lambda state: _random_state(state)
    ),
    **{
        f"numpy.polynomial.{module}.{kind}": _series(kind)
        for module, kind in (
            ("polynomial", "Polynomial"),
            ("chebyshev", "Chebyshev"),
            ("legendre", "Legendre"),
            ("hermite", "Hermite"),
            ("hermite_e", "HermiteE"),
            ("laguerre", "Laguerre"),
        )
    },
}


def _random_state(state: dict[str, Any]) -> Any:
    made = np.random.RandomState(0)
    made.set_state(state)
    return made


def dtype_apart(value: Any) -> tuple[str, Parts]:
    """A NumPy dtype, whose class depends on what it is."""
    if value.names is not None:
        return "numpy.fields", [_described(value)]
    if value.kind == "O":
        return "numpy.dtype", ["O"]
    return "numpy.dtype", [value.str]


_NUMPY["numpy.dtype"] = Recipe(lambda v: [v.str], lambda code: np.dtype(_limited(code, 20)))
_NUMPY["numpy.fields"] = Recipe(
    lambda v: [_described(v)],
    lambda fields: np.dtype([(name, code, tuple(shape)) for name, code, shape in _fields(fields)]),
)

# SymPy: what is no expression, and what the expressions' own tree does not know

_SETS = "Interval Union Intersection Complement ProductSet FiniteSet Contains ConditionSet ImageSet Range"
_SINGLETONS = "Reals Integers Naturals Naturals0 Rationals Complexes EmptySet UniversalSet"
_OTHER_HEADS = "Order Lambda Piecewise Tuple Point2D Point3D"


@functools.cache
def _heads() -> frozenset[str]:
    from autograder.expressions import heads

    tables = (heads.ALGEBRA, heads.FUNCTIONS, heads.LOGIC, heads.UNEVALUATED, heads.RELATIONS)
    return frozenset(name for table in tables for name in table) | {*_SETS.split(), *_OTHER_HEADS.split()}


def sympy_apart(value: Any) -> tuple[str, Parts]:
    """The recipe and the parts of a SymPy object that the expressions' tree does not know.

    Raises:
        CannotShip: there is none, or the parts would not be the whole.
    """
    import sympy
    from sympy.core.function import AppliedUndef, UndefinedFunction

    kind: Any = type(value)
    if kind is UndefinedFunction:
        known = {word: truth for word, truth in (value._kwargs or {}).items() if truth is not None}
        name, parts = "sympy.undefined", [str(value.__name__), known]
    elif issubclass(kind, AppliedUndef):
        name, parts = "sympy.applied", [kind, *value.args]
    elif kind.__name__ in _SINGLETONS.split() or (kind.__name__ in _heads() and value.args):
        name, parts = f"sympy.{kind.__name__}", list(value.args)
    else:
        raise CannotShip(f"{kind.__name__} has no plain form", type=kind.__name__)
    try:
        again = together(name, parts)
    except WireError as error:
        raise CannotShip(str(error), type=kind.__name__) from error
    if type(again) is not type(value) or again != value or sympy.srepr(again) != sympy.srepr(value):
        raise CannotShip("it would be evaluated on its way", type=kind.__name__)
    return name, parts


def _sympy_together(name: str, *parts: Any) -> Any:
    import sympy
    from sympy.core.function import UndefinedFunction

    if name == "undefined":
        words = {word: True for word, value in parts[1].items() if value is True}
        if not _limited(parts[0], 200).isidentifier() or parts[0].startswith("_") or hasattr(builtins, parts[0]):
            raise WireError("a function of an unlikely name")  # lambdify writes it into code
        return sympy.Function(parts[0], **words)
    if name == "applied":
        if type(parts[0]) is not UndefinedFunction:
            raise WireError("a function of an unlikely kind")
        return parts[0](*parts[1:])
    if name in _SINGLETONS.split():
        return getattr(sympy.S, name)
    if name not in _heads() or not all(isinstance(part, sympy.Basic | int | str) for part in parts):
        raise WireError("an expression of an unlikely kind")
    relation = {"Equality": "Eq", "Unequality": "Ne", "StrictLessThan": "Lt", "LessThan": "Le"}
    relation |= {"StrictGreaterThan": "Gt", "GreaterThan": "Ge", "Point2D": "Point", "Point3D": "Point"}
    return getattr(sympy, relation.get(name, name))(*parts)


# SciPy: what its functions return

_RESULT = re.compile(r"scipy(\.\w+){1,5}Results?")


@functools.lru_cache(maxsize=100)
def _scipy_result(name: str) -> Recipe | None:
    """Its results are dicts or tuples with names, of classes without anything else of their own."""
    from importlib import import_module

    module, _, kind = name.rpartition(".")
    try:
        found = getattr(import_module(module), kind, None)
    except ImportError:
        return None
    if not isinstance(found, type):
        return None
    if issubclass(found, dict):
        return Recipe(lambda v: [list(dict.keys(v)), list(dict.values(v))], lambda k, w: _filled(found(), _dict(k, w)))
    if issubclass(found, tuple):
        return Recipe(
            lambda v: [list(tuple.__iter__(v)), dict(getattr(v, "__dict__", {}))],
            lambda items, more: _named(found, items, more),
        )
    return None


def _filled(made: Any, pairs: dict[Any, Any]) -> Any:
    dict.update(made, pairs)
    return made


def _named(kind: Any, items: list[Any], more: dict[str, Any]) -> Any:
    made = tuple.__new__(kind, items)
    if more:
        made.__dict__.update(more)
    return made
