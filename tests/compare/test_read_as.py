"""What numbers are read as, and what is no number: one row a claim."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import sympy as sp

from autograder.compare.reading import Unreadable, describe, is_lazy, is_number, read_numbers
from autograder.model import Opaque, Outcome, Reason

NAN, INF = math.nan, math.inf


class Undecided:
    pass


def nested(depth: int, value: Any = 1.0) -> Any:
    for _ in range(depth):
        value = [value]
    return value


READ: list[tuple[Any, Any, str, bool]] = [
    (3, 3.0, "exact", True), ([1, 2], [1, 2], "exact", True), ([1, 2.0], [1, 2], "float64", False),
    ([], [], "exact", False),
    (Fraction(1, 3), 1 / 3, "exact", False), ([1, Fraction(1, 2)], [1, 0.5], "exact", False),
    ("1/4", 0.25, "exact", False),
    ("0.25", 0.25, "float64", False), ("1e2", 100.0, "float64", False), ("1E2", 100.0, "float64", False),
    ("7", 7.0, "exact", False),
    (3 + 0j, 3.0, "float64", False), (3 + 1j, 3 + 1j, "float64", False), (np.float16(0.5), 0.5, "float16", False),
    (np.float32(0.5), 0.5, "float32", False), (np.longdouble(0.5), 0.5, "float64", False),
    (np.int8(3), 3.0, "exact", True),
    (np.uint8(3), 3.0, "exact", True), (np.complex64(2), 2.0, "float32", False),
    (np.complex128(2), 2.0, "float64", False),
    (np.array([1, 2 + 1j]), [1, 2 + 1j], "float64", False), (np.array(["1", "2"]), [1.0, 2.0], "exact", False),
    ([np.float16(1), np.float32(1)], [1, 1], "float16", False), ([np.float32(1), 2.0], [1, 2], "float32", False),
    (10**400, INF, "exact", True), (-(10**400), -INF, "exact", True), (Decimal("sNaN"), NAN, "exact", False),
    (sp.Rational(1, 4), 0.25, "exact", False), (sp.Float(0.25), 0.25, "float64", False), (sp.oo, INF, "exact", False),
    (-sp.oo, -INF, "exact", False), (sp.zoo, NAN, "exact", False), (sp.nan, NAN, "exact", False),
    (sp.sqrt(-4), 2j, "float64", False), (sp.I**2, -1.0, "exact", False),
    (sp.pi * sp.Float(1), math.pi, "float64", False),
    (sp.Matrix([[1, 2], [3, 4]]), [[1, 2], [3, 4]], "exact", False), (range(3), [0, 1, 2], "exact", True),
    (sp.Array(3), 3.0, "exact", False), (sp.Array([[1], [2]]), [[1], [2]], "exact", False),
    (nested(32), None, "float64", False),
    (nested(31, range(1)), None, "exact", True), (np.clongdouble(1), 1.0, "float64", False),
    (np.array(0.5, dtype=ml_dtypes.bfloat16), 0.5, "float16", False), (ml_dtypes.bfloat16(2), 2.0, "float16", False),
    (np.array(0.5, dtype=ml_dtypes.float8_e5m2), 0.5, "float16", False),
    ((1, [2])[0], 1.0, "exact", True), (sp.Tuple(1, 2), [1, 2], "exact", False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "values", "precision", "integers"), READ)
def test_what_numbers_are_read_as(value: Any, values: Any, precision: str, integers: bool) -> None:
    found = read_numbers(value)
    assert (found.precision, found.integers) == (precision, integers)
    if values is None:
        assert found.values.shape == (1,) * 32
    else:
        np.testing.assert_array_equal(found.values, values)
        assert found.values.shape == np.shape(values)


X = sp.Symbol("x")
UNREADABLE = [
    (nested(33), Reason.TOO_LARGE), (nested(31, sp.Array([1])), Reason.TOO_LARGE),
    (nested(33, range(2)), Reason.TOO_LARGE), (nested(32, range(2)), Reason.TOO_LARGE),
    (nested(31, np.array([1, X])), Reason.TOO_LARGE), (nested(32, sp.Matrix([1])), Reason.TOO_LARGE),
    (nested(32, sp.Tuple(1)), Reason.TOO_LARGE), ((None,), Reason.MISSING),
    (None, Reason.MISSING), (..., Reason.MISSING), (True, Reason.WRONG_TYPE),
    (np.True_, Reason.WRONG_TYPE), (sp.true, Reason.WRONG_TYPE), (np.array([True]), Reason.WRONG_TYPE),
    ([[1], [1, 2]], Reason.WRONG_SHAPE), (print, Reason.FUNCTION_NOT_VALUE), (X, Reason.FUNCTION_NOT_VALUE),
    (sp.Derivative(sp.Integer(2) * X, X).subs(X, 3), Reason.UNEVALUATED), ("x", Reason.WRONG_TYPE),
    ("1/0", Reason.WRONG_TYPE),
    ("", Reason.WRONG_TYPE), (Undecided(), Reason.WRONG_TYPE), ({}, Reason.WRONG_TYPE),
    (sp.Integer(1) < X, Reason.FUNCTION_NOT_VALUE),
    (np.array(["2020-01-01"], dtype="datetime64[D]"), Reason.WRONG_TYPE),
    (Opaque(type_name="A", why=""), Reason.WRONG_TYPE),
    (Opaque(type_name="Tensor", why="x"), Reason.UNSUPPORTED), (np.zeros(1_000_001), Reason.TOO_LARGE),
    (range(1_000_001), None), (range(1_000_000), None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "reason"), UNREADABLE, ids=lambda value: str(value)[:30])
def test_what_is_no_number_says_why(value: Any, reason: Reason | None) -> None:
    if reason is None:
        assert read_numbers(value).values.shape == (1_000_000,)
        return
    with pytest.raises(Unreadable) as raised:
        read_numbers(value)
    assert raised.value.verdict.reason is reason
    undecided = reason is Reason.UNSUPPORTED
    assert raised.value.verdict.outcome is (Outcome.UNDECIDED if undecided else Outcome.INVALID)


def test_what_things_are_called() -> None:
    called = {
        "nothing": [None, ...], "True or False": [True, np.True_], "text": ["x"], "a list": [[]], "a tuple": [()],
        "a number": [1, 1.5, 1j, np.int8(1), Fraction(1), Decimal(1), sp.Integer(1), sp.Rational(1, 2)],
        "a dictionary": [{}], "a set": [set()], "an array": [np.zeros(2)], "a matrix of formulas": [sp.Matrix([X]),
        sp.Array([X])],
        "a formula": [X, sp.sin(X)], "a function": [print, lambda: 0], "an object of type Undecided": [Undecided()],
        "a generator": [(x for x in ())], "an iterator": [map(abs, ()), zip(), reversed("ab")],
        f"an object of type {'A' * 60}": [Opaque(type_name="A" * 61, why="")],
    }  # fmt: skip
    assert {name: {describe(one) for one in those} for name, those in called.items()} == {
        name: {name} for name in called
    }
    assert [is_lazy(one) for one in (iter(()), map(abs, ()), [], Opaque(type_name="map", why=""))] == [
        False,
        True,
        False,
        True,
    ]
    assert not is_number(1.5)
    assert not is_number(np.float32(1))
