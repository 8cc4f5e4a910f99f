"""What is read of anything that a student can give: values, precision, and the words for what is no number."""

import inspect
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import flint
import mpmath
import numpy as np
import pytest
import sympy as sp

from autograder.compare import reading
from autograder.compare.numeric import fitted, may_be_beside, rounded_to, usual_size, verdict_on
from autograder.compare.reading import Numbers, Unreadable, describe, is_lazy, is_number, read_numbers, refuse_opaque
from autograder.model import Opaque, Outcome, Reason

x = sp.Symbol("x")
NAN, INF = math.nan, math.inf


def lazy() -> Any:
    yield 1


async def waited() -> int:
    return 1


DESCRIBED = [
    (3.5, "a number"), (1j, "a number"), (Fraction(1, 2), "a number"), (Decimal(1), "a number"),
    (sp.Integer(1), "a number"), (np.float32(1), "a number"), (mpmath.mpf(1), "a number"), (mpmath.pi, "a number"),
    (flint.fmpq(1, 2), "a number"), ("x", "text"), (None, "nothing"), (..., "nothing"), (True, "True or False"),
    (np.bool_(True), "True or False"), ([1], "a list"), ((1,), "a tuple"), ({}, "a dictionary"), ({1}, "a set"),
    (np.ones(2), "an array"), (mpmath.matrix([1]), "an array"), (sp.Matrix([1]), "a matrix of formulas"),
    (sp.Array([1]), "a matrix of formulas"), (x, "a formula"), (sp.Eq(x, 1), "a formula"), (print, "a function"),
    (sp.Function("f"), "a function"), (object(), "an object of type object"), (lazy(), "a generator"),
    (map(abs, []), "an iterator"), (Opaque("zip", "w"), "an iterator"), (Opaque("Foo", "w"), "an object of type Foo"),
    (Opaque("F" * 70, "w"), f"an object of type {'F' * 60}"), (range(3), "an object of type range"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), DESCRIBED, ids=map(str, range(len(DESCRIBED))))
def test_what_an_answer_is_in_words(value: Any, words: str) -> None:
    assert describe(value) == words


def test_what_is_lazy_is_pythons_own_or_was_there() -> None:
    class map_(list): ...  # noqa: N801

    map_.__name__ = "map"
    assert [is_lazy(value) for value in (lazy(), map(abs, []), zip(), Opaque("map", ""), Opaque("Foo", ""))] == [
        True, True, True, True, False,
    ]  # fmt: skip
    for module in ("a", "z"):
        map_.__module__ = module
        assert not is_lazy(map_())
    coroutine = waited()
    assert is_lazy(coroutine)
    assert inspect.iscoroutine(coroutine)
    coroutine.close()


def test_a_number_of_another_library_has_no_array() -> None:
    assert [is_number(value) for value in (mpmath.mpf(1), mpmath.mpc(1), mpmath.pi, flint.arb(1))] == [True] * 4
    assert [is_number(value) for value in (1.0, mpmath.matrix([1]), mpmath.quad, np.float64(1))] == [False] * 4


READ = [
    # value, its numbers, precision, whether all were machine integers
    (mpmath.mpf("0.5"), 0.5, "float64", False),
    (mpmath.mpc(1, 2), 1 + 2j, "float64", False),
    (mpmath.mpc(1, 0), 1.0, "float64", False),
    (mpmath.matrix([[1, 2]]), [[1.0, 2.0]], "float64", False),
    (flint.fmpq(1, 2), 0.5, "float64", False),
    (mpmath.pi, math.pi, "float64", False),
    (Decimal("sNaN"), NAN, "exact", False),
    (Decimal("-Infinity"), -INF, "exact", False),
    (10**400, INF, "exact", True),
    (-(10**400), -INF, "exact", True),
    (Fraction(-(10**400), 3), -INF, "exact", False),
    (np.complex64(1 + 0j), 1.0, "float32", False),
    (np.array([1 + 1j]), [1 + 1j], "float64", False),
    (np.array([1 + 0j, 2 + 1j]), [1 + 0j, 2 + 1j], "float64", False),
    (np.array([1 + 0j]), [1.0], "float64", False),
    (2 + 0j, 2.0, "float64", False),
    ("1e3", 1000.0, "float64", False),
    ("1E3", 1000.0, "float64", False),
    ("0.5", 0.5, "float64", False),
    ("1/3", 1 / 3, "exact", False),
    (" 2 ", 2.0, "exact", False),
    (sp.nan, NAN, "exact", False),
    (sp.zoo, NAN, "exact", False),
    (sp.oo, INF, "exact", False),
    (-sp.oo, -INF, "exact", False),
    (2 * sp.I, 2j, "float64", False),
    (sp.sqrt(2), math.sqrt(2), "exact", False),
    (2.0 * sp.pi, 2 * math.pi, "float64", False),
    (sp.Float("0.25"), 0.25, "float64", False),
    (sp.Rational(1, 3), 1 / 3, "exact", False),
    (sp.Rational(10**400, 3), INF, "exact", False),
    (np.float16(1), 1.0, "float16", False),
    (np.array([1, 2], dtype="uint8"), [1.0, 2.0], "exact", True),
    ([1, 2], [1.0, 2.0], "exact", True),
    ([1, Fraction(2)], [1.0, 2.0], "exact", False),
    ([1, 2.0], [1.0, 2.0], "float64", False),
    ([1.0, np.float32(2)], [1.0, 2.0], "float32", False),
    ([np.float32(1), np.float16(2)], [1.0, 2.0], "float16", False),
    ([], [], "exact", False),
    (range(3), [0.0, 1.0, 2.0], "exact", True),
    (sp.Array(3), 3.0, "exact", False),
    (sp.Matrix([[1, 2], [3, 4]]), [[1.0, 2.0], [3.0, 4.0]], "exact", False),
    ([[1], (2,)], [[1.0], [2.0]], "exact", True),
    (np.longdouble(1), 1.0, "float64", False),
]


@pytest.mark.parametrize(("value", "numbers", "precision", "integers"), READ, ids=map(str, range(len(READ))))
def test_numbers_are_read(value: Any, numbers: Any, precision: str, integers: bool) -> None:
    found = read_numbers(value)
    np.testing.assert_array_equal(found.values, numbers)
    assert found.values.dtype.kind == ("c" if np.iscomplexobj(numbers) else "f")
    assert (found.precision, found.integers) == (precision, integers)


UNREAD = [
    ("0x1", Reason.WRONG_TYPE, {"expected": "a number", "got": "text"}),
    ("1/0", Reason.WRONG_TYPE, {"expected": "a number", "got": "text"}),
    ("1e400", Reason.WRONG_TYPE, {"expected": "a number", "got": "text"}),
    ("nan", Reason.WRONG_TYPE, {"expected": "a number", "got": "text"}),
    (sp.Eq(sp.Integer(1), 1, evaluate=False), Reason.WRONG_TYPE, {"expected": "a number", "got": "a formula"}),
    (sp.Integral(sp.Integer(1), (x, 0, 1)), Reason.UNEVALUATED, {"got": "Integral"}),
    (sp.Sum(sp.Integer(1), (x, 0, 1)), Reason.UNEVALUATED, {"got": "Sum"}),
    (x, Reason.FUNCTION_NOT_VALUE, {"got": "a formula that still holds a variable"}),
    (print, Reason.FUNCTION_NOT_VALUE, {"got": "a function"}),
    (np.datetime64("2020-01-01"), Reason.WRONG_TYPE, {"expected": "numbers", "got": "an array of datetime64[D]"}),
    (np.array([True]), Reason.WRONG_TYPE, {"expected": "numbers", "got": "True and False"}),
    (np.array([None]), Reason.MISSING, {}),
    ([[1], [1, 2]], Reason.WRONG_SHAPE, {"expected": "rows of equal length", "got": "rows of different length"}),
    ({1: 2}, Reason.WRONG_TYPE, {"expected": "a number or an array of numbers", "got": "a dictionary"}),
    (
        Opaque("Foo", "w"),
        Reason.WRONG_TYPE,
        {"expected": "a formula, a function or numbers", "got": "an object of type Foo"},
    ),
    (Opaque("int", "60 MB", too_large=True), Reason.TOO_LARGE, {}),
]


@pytest.mark.parametrize(("value", "reason", "details"), UNREAD, ids=map(str, range(len(UNREAD))))
def test_what_is_no_number_says_why(value: Any, reason: Reason, details: dict[str, str]) -> None:
    with pytest.raises(Unreadable) as refused:
        read_numbers(value)
    verdict = refused.value.verdict
    assert (verdict.outcome, verdict.reason, verdict.details) == (Outcome.INVALID, reason, details)


@pytest.mark.parametrize("name", ["Tensor", "DataFrame", "Series", "ArrayBox"])
def test_an_array_that_the_notebook_takes_is_left_to_a_person(name: str) -> None:
    refuse_opaque(1.0)
    with pytest.raises(Unreadable) as refused:
        refuse_opaque(Opaque(name, "why"))
    assert refused.value.verdict.outcome is Outcome.UNDECIDED
    assert refused.value.verdict.details == {"got": name, "error": "why"}


def test_an_array_a_list_and_a_nesting_may_be_so_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 3)
    assert read_numbers([1, 2, 3]).values.size == 3
    assert read_numbers(np.ones(3)).values.size == 3
    assert read_numbers(range(9)).values.tolist() == [0.0, 1.0, 2.0]
    for value in ([1, 2, 3, 4], np.ones(4), np.ones((2, 2))):
        with pytest.raises(Unreadable) as refused:
            read_numbers(value)
        assert refused.value.verdict.reason is Reason.TOO_LARGE
    monkeypatch.undo()
    nested: Any = 1.0
    for _ in range(32):
        nested = [nested]
    assert read_numbers(nested).values.ndim == 32
    with pytest.raises(Unreadable):
        read_numbers([nested])


FITS = [
    ((2,), (2,), True), ((2, 1), (2,), True), ((1, 2), (2,), True), ((1, 2, 1), (2,), False), ((1, 1, 2), (2,), False),
    ((1,), (), True), ((1, 1), (), True), ((1, 1, 1), (), False), ((), (1,), True), ((2, 3), (3, 2), False),
    ((4,), (2, 2), False), ((1, 3), (3, 1), False), ((3, 1), (1, 3), False), ((3,), (3, 1), True), ((3,), (1, 3), True),
    ((1, 1), (1, 1), True), ((1,), (1, 1), True), ((2, 2, 1), (2, 2), True), ((1, 2, 2), (2, 2), True),
    ((1, 3, 1), (3, 1), True), ((1, 1, 1), (1, 1), True), ((2,), (), False), ((0,), (0,), True),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted", "fits"), FITS)
def test_a_shape_fits(given: tuple[int, ...], wanted: tuple[int, ...], fits: bool) -> None:
    values = np.arange(float(np.prod(given, dtype=int))).reshape(given)
    found = fitted(values, wanted)
    assert (found is not None) is fits
    assert found is None or (found.shape == wanted and found.ravel().tolist() == values.ravel().tolist())


@pytest.mark.parametrize(
    ("values", "desired", "decimals"),
    [
        ([0.83, 0.55], [0.83205, 0.5547], 2),
        ([0.3], [1 / 3], None),  # one digit may be chance
        ([0.33], [1 / 3], 2),
        ([3.1], [math.pi], 1),
        ([3.2], [math.pi], None),
        ([3.0], [math.pi], None),  # a whole number
        ([0.12], [0.125], 2),
        ([0.13], [0.125], 2),
        ([1.234567891], [1.2345678912], 9),
        ([1.2345678911], [1.23456789112], None),
        ([12.5, 0.0], [12.49, 0.01], 1),
        ([12.5, 0.1], [12.49, 0.01], None),
        ([NAN], [1.0], None),
        ([0.33], [INF], None),
        ([], [], None),
        ([0.33], [1 / 3, 2.0], None),
    ],
)
def test_numbers_that_were_cut_short(values: list[float], desired: list[float], decimals: int | None) -> None:
    assert rounded_to(np.array(values), np.array(desired)) == decimals


@pytest.mark.parametrize(
    ("desired", "size"),
    [
        ([1.0, 2.0, 9.0], 2.0),
        ([[1.0, -5.0], [2.0, 3.0]], 4.0),
        ([INF, 2.0, -4.0], 2.0),
        ([[NAN, 3.0]], 3.0),
        (np.zeros((2, 0)), 0.0),
    ],
)
def test_a_functions_usual_size_is_the_median_of_its_largest_entries(desired: Any, size: float) -> None:
    assert usual_size(np.asarray(desired)) == size


def test_a_one_sided_quotient_has_as_many_digits_as_are_asked_for_by_default() -> None:
    assert [may_be_beside(rtol) for rtol in (None, 1e-6, 1e-3, 0.9e-6, 0.0)] == [True, True, True, False, False]


def on(value: Any, desired: Any, **more: Any) -> tuple[Outcome, Reason, tuple[int, ...] | None]:
    verdict, where = verdict_on(read_numbers(value), np.asarray(desired, dtype=float), **more)
    return verdict.outcome, verdict.reason, where


WRONG, RIGHT, INVALID = Outcome.INCORRECT, Outcome.CORRECT, Outcome.INVALID


def test_the_place_that_is_told_is_that_of_the_worst_entry() -> None:
    assert on([[1.0, 2.1], [3.0, 5.0]], [[1.0, 2.0], [3.0, 4.0]]) == (WRONG, Reason.DIFFERENT, (1, 1))
    assert on([1.0, 2.0], [1.0, 2.0]) == (RIGHT, Reason.EQUAL, (0,))
    assert on([], []) == (RIGHT, Reason.EQUAL, None)
    assert on([1 + 1j, 2.0, 3 + 5j], [1.0, 2.0, 3.0]) == (INVALID, Reason.COMPLEX, (0,))
    assert on([1.0, NAN, INF], [1.0, 2.0, 3.0]) == (WRONG, Reason.NOT_FINITE, (1,))
    assert on([1.0, 2.0], [1.0, INF]) == (WRONG, Reason.DIFFERENT, (1,))
    assert on([1e-12j, 1.0], [0.0, 1.0]) == (RIGHT, Reason.EQUAL, (0,))
    assert on([NAN, INF, -INF], [NAN, INF, -INF]) == (RIGHT, Reason.EQUAL, (0,))
    for value, said in ((NAN, "nan"), (-INF, "infinity")):
        verdict, _ = verdict_on(read_numbers([0.0, value]), np.zeros(2))
        assert (verdict.details["got"], verdict.actual, verdict.desired, verdict.error) == (said, f"{value}", "0", None)


def test_what_is_allowed_besides_is_what_moves_the_reference() -> None:
    single, half, double = (Numbers(values=np.array([v]), precision=p, integers=False) for v, p in
                            ((1.05, "float32"), (1.05, "float16"), (1.05, "float64")))  # fmt: skip
    ones = np.array([1.0])

    def error(answer: Numbers, **more: Any) -> float:
        found = verdict_on(answer, ones, rtol=0.0, atol=0.0, **more)[0].error
        assert found is not None
        return found

    moved = np.array([0.02])
    assert error(single, moves=moved) == pytest.approx(0.05 / (1e-4 + 1e-5 + 4 * 0.02))
    assert error(half, moves=moved) == pytest.approx(0.05 / (1e-2 + 1e-3 + 2**15 * 0.02))
    assert error(double, moves=moved) == pytest.approx(0.05 / (0.02 * 2.0**-27))
    assert error(single, moves=np.array([NAN])) == error(single)
    assert error(double, beside=np.array([0.2])) == pytest.approx(0.25)
    assert verdict_on(double, ones, rtol=0.0, atol=0.0)[0].error == INF


@pytest.mark.parametrize(
    ("values", "desired", "reason"),
    [
        ([2, 3], [2.7, 3.2], Reason.INTEGER),
        ([-2, 3], [-2.7, 3.2], Reason.INTEGER),
        ([-3, 3], [-2.7, 3.2], Reason.INTEGER),
        ([3, 3], [2.7, 3.2], Reason.INTEGER),
        ([4, 3], [2.7, 3.2], Reason.DIFFERENT),
        ([0, 3], [0.7, 3.0], Reason.DIFFERENT),
        ([1, 0], [1.5, 0.5], Reason.INTEGER),
        ([2.0, 3], [2.7, 3.2], Reason.DIFFERENT),  # no machine integers
    ],
)
def test_integers_that_cut_off_fractions(values: list[float], desired: list[float], reason: Reason) -> None:
    assert on(values, desired)[1] is reason


@pytest.mark.parametrize(
    ("value", "single"),
    [
        (float(np.float32(1 / 3)), True),
        (float(np.float32(1 / 3)) + 1e-12, False),
        (0.5, False),
        (1 + 2.0**-13, False),  # 14 digits say nothing
        (1 + 2.0**-14, True),  # the fifteenth is one by accident
        (1e39, False),
        (INF, False),
    ],
)
def test_a_float_whose_digits_end_where_float32s_do_is_one(value: float, single: bool) -> None:
    desired = value * (1 + 3e-5) if math.isfinite(value) else value
    verdict, _ = verdict_on(read_numbers(value), np.asarray(desired))
    assert verdict.details.get("dtype") == ("float32" if single else None)
    assert (verdict.outcome is RIGHT) is (single or value == INF)
