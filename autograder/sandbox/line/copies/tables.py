"""pandas' tables, columns and indexes, whole: names, kinds of index, dtypes, missing values, categories, time zones.

Used by ``rebuilding.py``. What is put together again is compared with the original by pandas'
own tests for equality before it is sent; what differs in anything has no copy.
"""

from typing import Any

import numpy as np

from autograder.errors import CannotShip
from autograder.sandbox.line.channel import WireError
from autograder.sandbox.line.copies.recipes import Parts, Recipe

__all__ = ["TABLES"]

_UNITS = ("s", "ms", "us", "ns")


def _pd() -> Any:
    import pandas  # type: ignore[import-untyped,unused-ignore]  # has no types of its own

    return pandas


# One column.


def _column_apart(array: Any) -> Parts:
    """(kind, …) of what a Series or an Index holds."""
    pd = _pd()
    kind = type(array).__name__
    if isinstance(array, np.ndarray):
        return ["numpy", array]
    if kind == "NumpyExtensionArray":
        return ["numpy", array.to_numpy()]
    if kind == "Categorical":
        return ["category", np.asarray(array.codes), array.categories, bool(array.ordered)]
    if kind in ("IntegerArray", "FloatingArray", "BooleanArray"):
        return ["masked", array._data, array._mask]
    if kind in ("StringArray", "ArrowStringArray", "ArrowStringArrayNumpySemantics"):
        texts = [None if missing else text for text, missing in zip(array.tolist(), pd.isna(array), strict=True)]
        return ["text", texts, str(array.dtype.storage), array.dtype.na_value is pd.NA]
    if kind == "DatetimeArray":
        return ["moments", array.asi8, array.unit, None if array.tz is None else str(array.tz)]
    if kind == "TimedeltaArray":
        return ["spans", array.asi8, array.unit]
    if kind == "PeriodArray":
        return ["periods", array.asi8, str(array.dtype)]
    raise CannotShip(f"a column of {kind}", type=kind)


def _freq(index: Any) -> str | None:
    freq = getattr(index, "freq", None)
    return None if freq is None or "Period" in type(index).__name__ else str(freq.freqstr)


def _column(kind: str, *parts: Any) -> Any:
    pd = _pd()
    if kind == "numpy":
        return parts[0]
    if kind == "category":
        return pd.Categorical.from_codes(parts[0], categories=parts[1], ordered=parts[2])
    if kind == "masked":
        made = {"b": pd.arrays.BooleanArray, "f": pd.arrays.FloatingArray}.get(
            parts[0].dtype.kind, pd.arrays.IntegerArray
        )
        return made(parts[0], parts[1])
    if kind == "text":
        dtype = pd.StringDtype(storage=parts[1], na_value=pd.NA if parts[2] else np.nan)
        return pd.array(parts[0], dtype=dtype)
    if kind == "moments":
        if parts[1] not in _UNITS:
            raise WireError("times of an unlikely unit")
        index = pd.DatetimeIndex(parts[0].view(f"M8[{parts[1]}]"))
        if parts[2] is not None:
            index = index.tz_localize("UTC").tz_convert(parts[2])
        return index.array
    if kind == "spans":
        if parts[1] not in _UNITS:
            raise WireError("times of an unlikely unit")
        return pd.TimedeltaIndex(parts[0].view(f"m8[{parts[1]}]")).array
    if kind == "periods":
        return pd.arrays.PeriodArray(parts[0], dtype=pd.PeriodDtype(parts[1].removeprefix("period[")[:-1]))
    raise WireError("a column of an unlikely kind")


# Indexes, columns, tables.


def _index(parts: Parts, name: Any, freq: str | None) -> Any:
    made = _pd().Index(_column(*parts), name=name, copy=False)
    if freq is not None:
        made.freq = freq
    return made


def _multi(levels: list[Any], codes: list[Any], names: list[Any]) -> Any:
    return _pd().MultiIndex(levels=levels, codes=codes, names=names)


def _series(parts: Parts, index: Any, name: Any, attrs: dict[str, Any]) -> Any:
    made = _pd().Series(_column(*parts), index=index, name=name)
    made.attrs.update(attrs)
    return made


def _frame(columns: list[Parts], index: Any, names: Any, attrs: dict[str, Any]) -> Any:
    pd = _pd()
    made = pd.DataFrame({place: _column(*parts) for place, parts in enumerate(columns)}, index=index)
    made.columns = names
    made.attrs.update(attrs)
    return made


def _same_frame(one: Any, other: Any) -> bool:
    return _agree(_pd().testing.assert_frame_equal, one, other, check_column_type=True)


def _same_series(one: Any, other: Any) -> bool:
    return _agree(_pd().testing.assert_series_equal, one, other)


def _same_index(one: Any, other: Any) -> bool:
    pd = _pd()
    try:
        pd.testing.assert_index_equal(one, other, exact=True)
    except AssertionError:
        return False
    return getattr(one, "freq", None) == getattr(other, "freq", None)


def _agree(check: Any, one: Any, other: Any, **more: Any) -> bool:
    try:
        check(one, other, check_exact=True, check_index_type=True, check_names=True, check_freq=True, **more)
    except AssertionError:
        return False
    return bool(one.attrs == other.attrs) and _same_index(one.index, other.index)


_PLAIN_INDEX = Recipe(lambda v: [_column_apart(v.array), v.name, _freq(v)], _index, _same_index)
_FRAME = Recipe(
    lambda v: [[_column_apart(v.iloc[:, place].array) for place in range(v.shape[1])], v.index, v.columns, v.attrs],
    _frame,
    _same_frame,
)

_BY_NAME: dict[str, Recipe] = {
    "DataFrame": _FRAME,
    "Series": Recipe(lambda v: [_column_apart(v.array), v.index, v.name, v.attrs], _series, _same_series),
    "RangeIndex": Recipe(
        lambda v: [v.start, v.stop, v.step, v.name],
        lambda start, stop, step, name: _pd().RangeIndex(start, stop, step, name=name),
    ),
    "MultiIndex": Recipe(
        lambda v: [list(v.levels), [np.asarray(codes) for codes in v.codes], list(v.names)], _multi, _same_index
    ),
    **dict.fromkeys(("Index", "CategoricalIndex", "DatetimeIndex", "TimedeltaIndex", "PeriodIndex"), _PLAIN_INDEX),
    "FrozenList": Recipe(lambda v: [list(v)], lambda items: _pd().core.indexes.frozen.FrozenList(items)),
    "Categorical": Recipe(lambda v: [_column_apart(v)], lambda parts: _column(*parts), None),
    "Timestamp": Recipe(
        lambda v: [int(v._value), v.unit, None if v.tzinfo is None else str(v.tzinfo)],
        lambda number, unit, zone: _moment(number, unit, zone),
        lambda one, other: bool(one == other) and one.unit == other.unit and str(one.tzinfo) == str(other.tzinfo),
    ),
    "Timedelta": Recipe(
        lambda v: [int(v._value), v.unit],
        lambda number, unit: _pd().Timedelta(np.timedelta64(number, unit)).as_unit(unit),
        lambda one, other: bool(one == other),
    ),
    "Period": Recipe(
        lambda v: [int(v.ordinal), str(v.freqstr)], lambda number, freq: _pd().Period(ordinal=number, freq=freq)
    ),
    "NaTType": Recipe(lambda v: [], lambda: _pd().NaT),
    "NAType": Recipe(lambda v: [], lambda: _pd().NA),
    "CategoricalDtype": Recipe(
        lambda v: [v.categories, v.ordered], lambda names, ordered: _pd().CategoricalDtype(names, ordered)
    ),
    "StringDtype": Recipe(
        lambda v: [str(v.storage), v.na_value is _pd().NA],
        lambda storage, own: _pd().StringDtype(storage=storage, na_value=_pd().NA if own else np.nan),
    ),
    **{
        f"{name}Dtype": Recipe(lambda v: [], lambda name=name: getattr(_pd(), f"{name}Dtype")())
        for name in (
            *("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"),
            *("Float32", "Float64", "Boolean"),
        )
    },
    "DatetimeTZDtype": Recipe(
        lambda v: [v.unit, str(v.tz)], lambda unit, zone: _pd().DatetimeTZDtype(unit=unit, tz=zone)
    ),
    "PeriodDtype": Recipe(lambda v: [str(v.freq.freqstr)], lambda freq: _pd().PeriodDtype(freq)),
}


def _moment(number: int, unit: Any, zone: str | None) -> Any:
    if unit not in _UNITS:
        raise WireError("a time of an unlikely unit")
    made = _pd().Timestamp(np.datetime64(number, unit)).as_unit(unit)
    return made if zone is None else made.tz_localize("UTC").tz_convert(zone)


class _Tables(dict[str, Recipe]):
    """By the class's own name, in whatever module of pandas it lies in this version."""

    def get(self, name: str, default: Any = None) -> Any:
        return _BY_NAME.get(name.rpartition(".")[2], default)


TABLES = _Tables()
