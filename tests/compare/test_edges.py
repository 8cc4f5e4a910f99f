"""Numbers at the edge of what is allowed, of what is a number at all, and calls at the edge of what answers."""

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp

from autograder.compare import numbers
from autograder.compare.calling import Trial, _badness, _loose, _stacked, _unstacked, _without_gaps, raised_verdict
from autograder.compare.conventions import Convention, arity_of, by_name, conventions
from autograder.compare.criterion import Criterion
from autograder.compare.leeway import Leeway, gaps_of
from autograder.compare.numeric import (
    allowed,
    fitted,
    is_coarse,
    may_be_beside,
    rounded_to,
    usual_size,
    verdict_on,
)
from autograder.compare.reading import Numbers, Unreadable
from autograder.compare.tolerances import DEFAULT_RTOL
from autograder.model import Keywords, Outcome, Raised, Reason, Returned, Verdict

NAN, INF = math.nan, math.inf


def array(*values: Any) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=float)


ALLOWED = [
    # desired, precision, rtol, atol, scale, what is allowed at each entry
    ([2.0], "float64", None, None, None, [1e-8 + 2 * DEFAULT_RTOL["float64"]]),
    ([0.5], "exact", None, None, None, [0.5e-8 + 0.5 * DEFAULT_RTOL["float64"]]),
    ([0.0], "float64", None, None, None, [1e-8]), ([0.0], "float64", None, None, 0.25, [0.25e-8]),
    ([0.0], "float64", None, None, 4.0, [1e-8]), ([3.0, -5.0, 0.0], "float64", 0.1, 0.5, None, [0.8, 1.0, 0.5]),
    ([3.0], "float64", 0.0, 0.0, None, [0.0]), ([INF, 2.0], "float64", 0.5, 0.25, None, [0.25, 1.25]),
    ([NAN], "float64", 0.5, None, None, [1e-8]),
    ([20.0], "float32", 0.0, 0.0, None, [20e-5 + 20 * DEFAULT_RTOL["float32"]]),
    ([0.5], "float32", 0.0, 0.0, None, [0.5e-5 + 0.5 * DEFAULT_RTOL["float32"]]),
    ([1.0], "float16", 0.0, 0.0, None, [1e-3 + DEFAULT_RTOL["float16"]]), ([1.0], "float32", 0.5, 0.25, None, [0.75]),
    ([0.0], "float32", None, None, None, [1e-5]),
]  # fmt: skip


@pytest.mark.parametrize(("desired", "precision", "rtol", "atol", "scale", "most"), ALLOWED)
def test_how_large_an_error_may_be(
    desired: list[float], precision: str, rtol: float | None, atol: float | None, scale: float | None, most: list[float]
) -> None:
    np.testing.assert_allclose(allowed(array(*desired), precision, rtol, atol, scale), most, rtol=1e-12)


def test_an_error_of_just_what_is_allowed_is_right_and_a_little_more_is_wrong() -> None:
    for error, outcome in ((0.25, Outcome.CORRECT), (0.2500001, Outcome.INCORRECT)):
        assert numbers(1 + error, 1.0, rtol=0, atol=0.25).outcome is outcome
        assert numbers([1 - error, 1], [1.0, 1.0], rtol=0.25, atol=0).outcome is outcome
    found = numbers([1.0, 3.0, 2.5], [1.0, 2.0, 2.0], rtol=0.0, atol=0.5)
    assert (found.error, found.actual, found.desired) == (2.0, "3", "2")
    assert (numbers(1, 1.0).error, numbers([], []).error) == (0.0, 0.0)
    assert may_be_beside(None)
    assert may_be_beside(DEFAULT_RTOL["float64"])
    assert not may_be_beside(DEFAULT_RTOL["float64"] / 2)


@pytest.mark.parametrize(
    ("desired", "besides", "size"),
    [
        ([[1.0], [3.0], [2.0]], 0.0, 2.0), ([[1.0, -4.0], [2.0, 0.0]], 0.0, 3.0), ([[0.0], [0.0], [0.5]], 0.0, 0.5e-6),
        ([[0.0], [0.0], [50.0]], 0.0, 1e-6), ([[0.0], [0.0], [0.0]], 0.25, 0.25e-6),
        ([[INF], [NAN], [3.0]], 0.0, 3e-6 / 3),
        ([[0.0], [0.0], [0.0]], 0.0, 0.0),
    ],
)  # fmt: skip
def test_the_usual_size(desired: list[list[float]], besides: float, size: float) -> None:
    assert usual_size(np.array(desired), besides) == pytest.approx(size, rel=1e-12)
    if not besides:
        assert usual_size(np.array(desired)) == usual_size(np.array(desired), 0.0)


SHAPES = [
    # of the answer, what is asked, does it fit
    ((3,), (3,), True), ((3, 1), (3,), True), ((1, 3), (3,), True), ((1,), (), True), ((1, 1), (), True), ((),
    (1,), True),
    ((1, 1, 1), (), False), ((3,), (3, 1), True), ((3,), (1, 3), True), ((3, 1), (1, 3), False), ((1, 3),
    (3, 1), False),
    ((1, 1), (1, 1), True), ((1,), (1, 1), True), ((2, 3), (3, 2), False), ((6,), (2, 3), False), ((2,), (3,), False),
    ((1, 3, 1), (3,), False), ((1, 2, 3), (2, 3), True), ((1, 1, 2, 3), (2, 3), False), ((2, 1, 3), (2, 3), True),
    ((1, 1), (1,), True), ((1, 1, 1), (1,), False), ((1, 1, 1), (1, 1), True),
]  # fmt: skip


@pytest.mark.parametrize(("given", "asked", "fits"), SHAPES)
def test_which_shapes_fit(given: tuple[int, ...], asked: tuple[int, ...], fits: bool) -> None:
    found = fitted(np.zeros(given), asked)
    assert (found is not None) is fits
    assert found is None or found.shape == asked


ROUNDED = [
    ([0.83, 0.55], [0.83205, 0.5547], 2), ([0.8, 0.5], [0.83, 0.5547], None), ([0.8], [0.83], None), ([1.8], [1.83], 1),
    ([1.0], [1.3], None), ([0.12], [0.125], 2), ([0.13], [0.125], 2), ([0.14], [0.125], None), ([1.8], [1.86], None),
    ([1.23456789], [1.234567891], 8), ([1.234567891], [1.2345678912], 9), ([1.2345678912], [1.23456789123], None),
    ([NAN], [1.0], None), ([1.25, INF], [1.2501, INF], None), ([], [], None), ([0.1], [0.1], None), ([1.1], [1.1], 1),
    ([0.99], [0.9901], 2), ([0.09], [0.0901], None), ([0.10, 0.09], [0.1, 0.0901], 2),
    ([0.009], [0.00901], None), ([0.012], [0.01201], 3),
]  # fmt: skip


@pytest.mark.parametrize(("values", "desired", "decimals"), ROUNDED)
def test_after_how_many_decimals_numbers_were_cut(
    values: list[float], desired: list[float], decimals: int | None
) -> None:
    assert rounded_to(array(*values), array(*desired)) == decimals
    assert rounded_to(array(*values), array(*desired, 1.0)) is None


def of(values: Any, precision: str = "float64", integers: bool = False) -> Numbers:
    return Numbers(values=np.asarray(values), precision=precision, integers=integers)


@pytest.mark.parametrize(
    ("values", "precision", "coarse"),
    [
        ([0.5], "float64", False), ([0.1], "float64", False), ([float(np.float32(0.1))], "float64", True),
        ([float(np.float32(0.1)), 0.5, NAN], "float64", True), ([float(np.float32(0.1)), 0.1], "float64", False),
        ([1 + 2.0**-13], "float64", False), ([1 + 2.0**-14], "float64", True), ([NAN], "float64", False),
        ([3e38 * 1.01], "float64", False), ([float(np.float32(0.1)) + 0j], "float64", False), ([1.0], "float32", True),
        ([1.0], "float16", True), ([float(np.float32(0.1))], "exact", False),
        ([-float(np.float32(0.1))], "float64", True),
    ],
)  # fmt: skip
def test_numbers_in_single_precision_are_known(values: list[Any], precision: str, coarse: bool) -> None:
    assert is_coarse(of(values, precision)) is coarse


@pytest.mark.parametrize(
    ("values", "desired", "integers", "reason", "details"),
    [
        ([1.0, NAN], [1.0, NAN], False, Reason.EQUAL, {}), ([1.0, INF], [1.0, INF], False, Reason.EQUAL, {}),
        ([1.0, INF], [1.0, -INF], False, Reason.NOT_FINITE, {"got": "infinity"}),
        ([NAN, 1.0], [1.0, 1.0], False, Reason.NOT_FINITE, {"got": "nan"}),
        ([1.0, 1.0], [1.0, INF], False, Reason.DIFFERENT, {}), ([1.0, 1.0], [NAN, 1.0], False, Reason.DIFFERENT, {}),
        ([1, 2], [1.5, 2.5], True, Reason.INTEGER, {}), ([1, 2], [1.5, 2.5], False, Reason.DIFFERENT, {}),
        ([0, 0], [0.5, 0.3], True, Reason.DIFFERENT, {}), ([1, 3], [1.5, 2.0], True, Reason.DIFFERENT, {}),
        ([-2, 1], [-1.5, 1.0], True, Reason.INTEGER, {}), ([1, 0], [1.0, 0.25], True, Reason.DIFFERENT, {}),
        ([1.8, 2.5], [1.83, 2.5], False, Reason.DIFFERENT, {"rounded": "1"}),
    ],
)  # fmt: skip
def test_what_a_wrong_number_is_called(
    values: list[float], desired: list[float], integers: bool, reason: Reason, details: dict[str, str]
) -> None:
    found, _ = verdict_on(of(array(*values), "exact" if integers else "float64", integers), array(*desired))
    assert (found.reason, found.details) == (reason, details)


def test_the_worst_entry_is_pointed_at() -> None:
    desired = np.ones((2, 2))
    found, at = verdict_on(of([[1.0, 1.0], [3.0, 2.0]]), desired, atol=0.5, rtol=0.0)
    assert (at, found.error, found.actual, found.desired) == ((1, 0), 4.0, "3", "1")
    found, at = verdict_on(of([[1.0, 1.0], [1.0, 1 + 2j]]), desired)
    assert (at, found.outcome, found.reason) == ((1, 1), Outcome.INVALID, Reason.COMPLEX)
    assert verdict_on(of([[1, 1], [1, 1 + 1e-12j]]), desired)[0].outcome is Outcome.CORRECT
    found, at = verdict_on(of([[1.0, NAN], [1.0, 1.0]]), desired)
    assert (at, found.error) == ((0, 1), None)
    # a float32 answer may be off by four roundings of the input, a double by a part of one
    moves = np.full((2, 2), 0.25)
    wrong = of(desired + 1.2, "float32")
    assert verdict_on(wrong, desired, moves=moves)[0].outcome is Outcome.INCORRECT
    assert verdict_on(of(desired + 1.0, "float32"), desired, moves=moves)[0].outcome is Outcome.CORRECT
    assert verdict_on(of(desired + 0.25, "float64"), desired, moves=moves)[0].outcome is Outcome.INCORRECT
    assert verdict_on(of(desired + 2.0**-28), desired, moves=np.ones((2, 2)), atol=0.0, rtol=0.0)[0].error == 0.5
    assert verdict_on(of(desired + 0.25), desired, beside=moves)[0].outcome is Outcome.CORRECT
    assert verdict_on(of(desired + 0.5), desired, beside=moves)[0].outcome is Outcome.INCORRECT
    assert verdict_on(wrong, desired)[0].details == {"dtype": "float32"}


X = sp.Symbol("x")


def made(*values: Any, name: str = "numbers", again: Any = None) -> Trial:
    replies = tuple(one if isinstance(one, Raised) else Returned(value=one) for one in values)
    calls = ((),) * len(values)
    return Trial(convention=Convention(name=name, calls=calls), replies=replies, again=again or replies[0])


def test_answers_at_all_points_become_one_array() -> None:
    found = _stacked(made(1, 2.0), (), 2)
    assert (found.values.tolist(), found.precision, found.integers) == ([1.0, 2.0], "float64", False)
    found = _stacked(made(np.float16(1), 2.0), (), 2)
    assert found.precision == "float16"
    found = _stacked(made(3, name="nothing"), (), 4)
    assert (found.values.tolist(), found.precision, found.integers) == ([3.0] * 4, "exact", True)
    assert _stacked(made([[1], [2]], [[3], [4]]), (2,), 2).values.tolist() == [[1, 2], [3, 4]]
    for trial, reason in (
        (made(1, None), Reason.WRONG_TYPE), (made(1, [1, 2]), Reason.WRONG_SHAPE),
        (made(1, map(abs, ())), Reason.WRONG_TYPE),
        (made(1, print), Reason.WRONG_TYPE), (made(1, X), Reason.FUNCTION_NOT_VALUE),
    ):  # fmt: skip
        with pytest.raises(Unreadable) as raised:
            _stacked(trial, (), 2)
        assert raised.value.verdict.reason is reason
    numbers_of = np.arange(6.0)
    assert _unstacked(array(1, 2), (2,), 3).tolist() == [[1, 2]] * 3
    assert _unstacked(numbers_of.reshape(2, 3), (2,), 3).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert _unstacked(numbers_of.reshape(3, 2), (2,), 3).tolist() == [[0, 1], [2, 3], [4, 5]]
    assert _unstacked(numbers_of.reshape(3, 2, 1), (2,), 3).shape == (3, 2)
    for wrong in (numbers_of, np.zeros((2, 3, 1)), np.zeros((3, 3))):
        with pytest.raises(Unreadable):
            _unstacked(wrong, (2,), 3)
    loose = _loose(made([1, 2], [3, 4]))
    assert loose is not None
    assert loose.tolist() == [[1, 2], [3, 4]]
    assert _loose(made([1, 2], [3])) is None
    assert _loose(made("x", 1)) is None


OFF = Raised(type="ValueError", message="math domain error", line=None, source=None)
BUG = Raised(type="NameError", message="", line=3, source=" " + "s" * 300)


@pytest.mark.parametrize(
    ("values", "fixed", "gaps"),
    [
        ((1.0, OFF), 0, [1]), ((1.0, OFF), 1, [1]), ((1.0, OFF), 2, []), ((OFF, 1.0), 0, [0]), ((OFF, 1.0), 1, []),
        ((1.0, OFF, OFF), 0, []), ((1.0, 1.0, OFF, OFF), 0, [2, 3]), ((1.0, BUG), 0, []),
        ((1.0, 1.0, 1.0, OFF, BUG), 0, []),
        ((1.0, 2.0), 0, []),
    ],
)  # fmt: skip
def test_a_few_points_may_have_no_value(values: tuple[Any, ...], fixed: int, gaps: list[int]) -> None:
    found = _without_gaps(made(*values), (2,), fixed)
    without = [
        at for at, reply in enumerate(found.replies) if isinstance(reply, Returned) and np.shape(reply.value) == (2,)
    ]
    assert without == gaps
    assert (np.shape(getattr(found.again, "value", 0)) == (2,)) is (0 in gaps)


@pytest.mark.parametrize(
    ("values", "desired", "fixed", "gaps"),
    [
        ([1, NAN], [1, 1], 0, {1}), ([1, NAN], [1, 1], 1, {1}), ([1, NAN], [1, 1], 2, set()),
        ([NAN, NAN, 1], [1, 1, 1], 0, set()),
        ([1, NAN], [1, NAN], 0, set()), ([1, 1j], [1, 1], 0, {1}), ([1, INF], [1, 1], 0, {1}),
        ([1, 1], [1, 1], 0, set()),
        ([NAN, 1, NAN, 1], [1, 1, 1, 1], 0, {0, 2}), ([NAN, 1], [1, 1], 1, set()),
    ],
)  # fmt: skip
def test_gaps_are_where_the_answer_has_no_real_value(
    values: list[Any], desired: list[float], fixed: int, gaps: set[int]
) -> None:
    assert gaps_of(np.array(values), np.array(desired, dtype=float), fixed) == gaps


def test_an_exception_and_the_worse_of_two_verdicts() -> None:
    verdict = raised_verdict(BUG)
    assert (verdict.reason, verdict.details) == (
        Reason.RAISED, {"type": "NameError", "error": "NameError", "line": "3", "source": "s" * 200},
    )  # fmt: skip
    assert raised_verdict(OFF).details == {"type": "ValueError", "error": "math domain error"}
    assert raised_verdict(Raised(type="TimeoutError", message="")).reason is Reason.TIMED_OUT
    found = [
        Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, error=error) for error in (None, 0.5)
    ] + [Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, error=error) for error in (1.5, None)]  # fmt: skip
    assert [*map(_badness, found)] == [0.0, 0.5, 2.5, INF]


def test_what_is_allowed_besides_is_nothing() -> None:
    bare = Leeway()
    assert (bare.moves, bare.beside, bare.left_out, bare.single, bare.size) == (None, None, frozenset(), False, 0.0)
    criterion = Criterion(variables=["x"])
    assert (criterion.domain, criterion.seed, criterion.rtol, criterion.atol, criterion.prove) == (
        {},
        0,
        None,
        None,
        True,
    )
    assert criterion.tolerance is None
    assert Criterion(variables=[], rtol=0.5).tolerance == (0.0, 0.5)
    assert Criterion(variables=[], atol=0.25).tolerance == (0.25, 0.0)


ARITIES: list[tuple[Any, tuple[int, float] | None]] = [
    (lambda: 0, (0, 0)), (lambda x: 0, (1, 1)), (lambda x, y=1: 0, (1, 2)), (lambda x, /, y: 0, (2, 2)),
    (lambda *a: 0, None),
    (lambda x, *, y: 0, (1, 1)), (lambda x, **more: 0, (1, 1)), (max, None), (3, None),
]  # fmt: skip


@pytest.mark.parametrize(("function", "arity"), ARITIES)
def test_how_many_arguments_a_function_takes(function: Any, arity: tuple[int, float] | None) -> None:
    assert arity_of(function) == arity


WAYS = [
    # function, points' coordinates, symbols, what is tried
    (lambda x: 0, 1, 1, ["numbers", "vector", "arrays", "symbols"]),
    (lambda x: 0, 1, 0, ["numbers", "vector", "arrays"]),
    (lambda x, y: 0, 2, 0, ["numbers", "arrays"]), (lambda v: 0, 2, 2, ["vector", "rows", "symbols"]),
    (lambda v: 0, 2, 0, ["vector", "rows"]), (lambda *a: 0, 2, 0, ["numbers", "vector", "arrays", "rows", "nothing"]),
    (lambda: 0, 1, 0, ["nothing"]), (lambda: 0, 0, 0, ["nothing"]), (lambda x, y, z: 0, 2, 0, ["numbers"]),
    (lambda x: 0, 0, 0, ["nothing"]), (lambda x=1: 0, 1, 0, ["numbers", "vector", "arrays", "nothing"]),
    (lambda x, y=1: 0, 2, 0, ["numbers", "vector", "arrays", "rows"]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "n", "symbols", "names"), WAYS)
def test_which_ways_of_calling_are_tried(function: Any, n: int, symbols: int, names: list[str]) -> None:
    points = np.arange(2.0 * n).reshape(2, n)
    found = conventions(function, points, sp.symbols("a b")[:symbols])
    assert [way.name for way in found] == names
    calls = {way.name: way.calls for way in found}
    if "numbers" in calls and n:
        assert calls["numbers"] == tuple(tuple(point) for point in points.tolist())
    if "vector" in calls:
        assert [call[0].tolist() for call in calls["vector"]] == points.tolist()
    if "arrays" in calls:
        assert [part.tolist() for part in calls["arrays"][0]] == points.T.tolist()
    if "rows" in calls:
        assert calls["rows"][0][0].tolist() == points.tolist()
    assert [way.at_once for way in found] == [name in ("arrays", "rows") for name in names]


BY_NAME: list[tuple[Any, list[str], Any]] = [
    (lambda x, y: 0, ["x", "y"], None), (lambda y, x: 0, ["x", "y"], (2, 1)), (lambda *, x: 0, ["x"], ({"x": 1},)),
    (lambda *, t: 0, ["x"], ({"t": 1},)), (lambda *, t: 0, ["x", "y"], None),
    (lambda x, *, y: 0, ["x", "y"], (1, {"y": 2})),
    (lambda **p: 0, ["x", "y"], ({"x": 1, "y": 2},)), (lambda a, b: 0, ["x", "y"], None),
    (lambda y, a=1: 0, ["x", "y"], None),
    (lambda *a: 0, ["x"], None), (lambda: 0, ["x"], None), (lambda x: 0, [], None),
    (lambda y, x, a=1: 0, ["x", "y"], (2, 1)),
    (lambda x, a=1, **p: 0, ["x", "y"], None), (lambda *, s, t: 0, ["x"], None),
    (lambda y, *, a=1, x: 0, ["x", "y"], (2, {"x": 1})),
]  # fmt: skip


@pytest.mark.parametrize(("function", "names", "arranged"), BY_NAME)
def test_arguments_by_their_names(function: Any, names: list[str], arranged: Any) -> None:
    arrange = by_name(function, names)
    assert (arrange is not None) is (arranged is not None)
    if arrange is not None:
        call = arrange(tuple(range(1, len(names) + 1)))
        assert tuple(dict(one) if isinstance(one, Keywords) else one for one in call) == arranged
