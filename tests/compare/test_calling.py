"""What is made of a function's replies: stacked, compared point by point, and told where they are none."""

import math
import sys
from typing import Any

import numpy as np
import pytest

from autograder.compare.calling import Trial, ask, functions, judged, raised_verdict, send
from autograder.compare.conventions import Convention
from autograder.compare.leeway import Leeway
from autograder.model import Outcome, Raised, Reason, Returned, Verdict

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
LINE = np.array([[0.5], [1.5], [-2.25], [4.0]])
ONES = np.ones(4)


def replied(*values: Any, name: str = "numbers", again: Any = None) -> Trial:
    """What a function answered: these values, or exceptions."""
    replies = tuple(value if isinstance(value, Raised) else Returned(value=value) for value in values)
    last = replies[0] if again is None else again if isinstance(again, Raised) else Returned(value=again)
    return Trial(convention=Convention(name=name, calls=()), replies=replies, again=last)


def verdict(asked: Trial, desired: Any, *, shape: tuple[int, ...] = (), **more: Any) -> tuple[Verdict, Any, int | None]:
    return judged(asked, np.asarray(desired, dtype=float), shape=shape, **more)


RAISED = Raised(type="TypeError", message="no", line=3, source="  return no  ")


@pytest.mark.parametrize(
    ("asked", "desired", "shape", "reason", "details"),
    [
        (replied(None), [1.0], (), Reason.WRONG_TYPE,
         {"expected": "a number", "got": "nothing (is a return missing?)"}),
        (replied(print), [1.0], (), Reason.WRONG_TYPE,
         {"expected": "a function that returns numbers", "got": "a function that returns a function"}),
        (replied(zip()), [1.0], (), Reason.WRONG_TYPE,
         {"expected": "a function that returns numbers",
          "got": "a function that gives a generator or an iterator (return a number, a list or an array)"}),
        (replied("text"), [1.0], (), Reason.WRONG_TYPE, {"expected": "a number", "got": "text"}),
        (replied(1.0, [1.0, 2.0]), [1.0, 1.0], (), Reason.WRONG_SHAPE, {"expected": "a single number", "got": "(2,)"}),
        (replied([1.0, 2.0], name="arrays"), [1.0, 1.0, 1.0], (), Reason.WRONG_SHAPE,
         {"expected": "(3,)", "got": "(2,)"}),
        (replied(np.ones((3, 3)), name="rows"), np.ones((3, 2)), (2,), Reason.WRONG_SHAPE,
         {"expected": "(2, 3)", "got": "(3, 3)"}),
        (replied(1.0, RAISED), [1.0, 1.0], (), Reason.RAISED,
         {"type": "TypeError", "error": "no", "line": "3", "source": "return no"}),
    ],
)  # fmt: skip
def test_replies_that_are_no_numbers(
    asked: Trial, desired: Any, shape: tuple[int, ...], reason: Reason, details: dict[str, str]
) -> None:
    found, _, index = verdict(asked, desired, shape=shape)
    assert (found.outcome, found.reason, found.details) == (INVALID, reason, details)
    assert index == (1 if reason is Reason.RAISED else None)


def test_of_a_wrong_shape_the_values_are_kept_where_they_are_numbers_of_one_shape() -> None:
    values = verdict(replied([1.0, 2.0], [3.0, 4.0]), [1.0, 1.0])[1]
    assert values.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert verdict(replied([1.0, 2.0], [3.0]), [1.0, 1.0])[1] is None
    assert verdict(replied([1.0, 2.0], None), [1.0, 1.0])[1] is None


STACKED = [
    # reply to all points at once, shape of one answer, what it is point by point
    (5.0, (), [5.0, 5.0, 5.0]),
    ([1.0, 2.0, 3.0], (), [1.0, 2.0, 3.0]),
    ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], (2,), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
    ([[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]], (2,), [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
    ([7.0, 8.0], (2,), [[7.0, 8.0]] * 3),
    ([[1.0], [2.0], [3.0]], (), [1.0, 2.0, 3.0]),
]


@pytest.mark.parametrize(("reply", "shape", "each"), STACKED)
def test_an_answer_to_all_points_at_once_is_taken_apart(reply: Any, shape: tuple[int, ...], each: Any) -> None:
    found, values, _ = verdict(replied(reply, name="arrays"), each, shape=shape)
    assert (found.outcome, values.tolist()) == (RIGHT, each)


def test_one_reply_without_arguments_stands_for_all_points() -> None:
    found, values, index = verdict(replied(2.0, name="nothing"), [2.0, 2.0, 3.0])
    assert (found.outcome, values.tolist(), index) == (WRONG, [2.0, 2.0, 2.0], 2)


def test_the_worst_point_is_told_and_what_is_no_number_is_worse_than_any() -> None:
    assert verdict(replied(1.1, 1.3, 1.2), [1.0, 1.0, 1.0])[2] == 1
    assert verdict(replied(1.1, math.nan, 1.2), [1.0, 1.0, 1.0])[2] == 1
    assert verdict(replied(1.1, 1.3, math.inf), [1.0, 1.0, 1.0])[0].reason is Reason.NOT_FINITE
    assert verdict(replied(1.0, 1.0 + 1e-9), [1.0, 1.0])[2] == 1
    assert verdict(replied(1.0, 1.0), [1.0, 1.0])[2] == 0
    assert verdict(replied(1, 2, 3), [1.5, 2.5, 3.5])[0].reason is Reason.INTEGER
    assert verdict(replied(1, 2.0, 3), [1.5, 2.5, 3.5])[0].reason is Reason.DIFFERENT


def test_the_least_precise_reply_says_how_precise_the_function_is() -> None:
    mixed = verdict(replied(1.0, np.float32(1 + 5e-5)), [1.0, 1.0])[0]
    assert (mixed.outcome, mixed.details) == (RIGHT, {"dtype": "float32"})
    half = verdict(replied(np.float16(1.004), np.float32(1.0)), [1.0, 1.0])[0]
    assert (half.outcome, half.details) == (RIGHT, {"dtype": "float16"})


def test_single_precision_shows_over_all_points_together() -> None:
    values = [float(np.float32(value)) for value in (0.5, 1 / 3)]
    wrong_by = [0.5 * (1 + 2e-5), 1 / 3]
    found = verdict(replied(*values), wrong_by)[0]
    assert (found.outcome, found.details) == (RIGHT, {"dtype": "float32"})
    # a point without a value is no sign of it
    assert verdict(replied(*values, math.nan), [*wrong_by, 1.0], fixed=0)[0].outcome is WRONG


def test_numbers_that_were_cut_short_are_so_at_every_point() -> None:
    assert verdict(replied(0.33, 0.67), [1 / 3, 2 / 3])[0].details == {"rounded": "2"}
    assert verdict(replied(0.33, 0.6), [1 / 3, 2 / 3])[0].details == {}
    assert verdict(replied(0.33, 0.5), [1 / 3, 0.5 + 1e-3])[0].details.get("rounded") == "2"


@pytest.mark.parametrize(
    ("again", "changes"),
    [
        (1.0, False), (1.0 + 1e-9, False), (1.1, True), ([1.0, 2.0], True), (None, False), ("text", True),
        ([1.0], False), (1j, True), (RAISED, True),
    ],
)  # fmt: skip
def test_the_first_call_asked_again(again: Any, changes: bool) -> None:
    found = verdict(replied(1.0, 1.0, again=again), [1.0, 1.0])[0]
    assert (found.outcome is not RIGHT) is changes
    if not isinstance(again, Raised) and changes:
        assert found.reason is Reason.NOT_DETERMINISTIC
    at_once = verdict(replied([1.0, 1.0], name="arrays", again=[9.0, 9.0]), [1.0, 1.0])[0]
    assert at_once.outcome is RIGHT


def test_complex_replies_that_stay_are_complex_and_those_that_change_are_none() -> None:
    assert verdict(replied(1j, 1j), ONES[:2])[0].reason is Reason.COMPLEX
    assert verdict(replied(1j, 1j, again=2j), ONES[:2])[0].reason is Reason.NOT_DETERMINISTIC


GAPS = [
    # replies, desired, points that the author chose, outcome
    ([1.0, 1.0, math.nan, 1.0], ONES, 0, RIGHT),
    ([1.0, 1.0, 1j, 1.0], ONES, 0, RIGHT),
    ([1.0, 1.0, math.inf, 1.0], ONES, 2, RIGHT),
    ([math.nan, 1.0, 1.0, 1.0], ONES, 1, WRONG),
    ([1.0, math.nan, math.nan, math.nan], ONES, 0, WRONG),
    ([1.0, math.nan, 1.0, 2.0], ONES, 0, WRONG),
    ([math.nan, 1.0, 1.0, 1.0], [math.nan, 1.0, 1.0, 1.0], 1, RIGHT),
]


@pytest.mark.parametrize(("values", "desired", "fixed", "outcome"), GAPS)
def test_a_point_without_a_value(values: list[Any], desired: Any, fixed: int, outcome: Outcome) -> None:
    assert verdict(replied(*values), desired, fixed=fixed)[0].outcome is outcome


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("ValueError", RIGHT), ("ZeroDivisionError", RIGHT), ("OverflowError", RIGHT), ("FloatingPointError", RIGHT),
     ("TypeError", INVALID), ("TimeoutError", INVALID)],
)  # fmt: skip
def test_what_is_raised_where_there_is_no_value(kind: str, outcome: Outcome) -> None:
    off = Raised(type=kind, message="math domain error")
    assert verdict(replied(1.0, 1.0, off, 1.0), ONES, fixed=0)[0].outcome is outcome
    assert verdict(replied(off, 1.0, 1.0, 1.0), ONES, fixed=0)[0].outcome is outcome
    assert verdict(replied(off, 1.0, RAISED, 1.0), ONES, fixed=0)[0].outcome is INVALID
    assert verdict(replied(1.0, off, off, 1.0), ONES, fixed=0)[0].outcome is outcome
    assert verdict(replied(off, off, off, 1.0), ONES, fixed=0)[0].outcome is INVALID
    assert verdict(replied(off, 1.0, 1.0, 1.0), ONES, fixed=1)[0].outcome is INVALID
    vector = verdict(replied([1.0, 1.0], off, [1.0, 1.0]), np.ones((3, 2)), shape=(2,), fixed=0)[0]
    assert vector.outcome is outcome


@pytest.mark.parametrize(
    ("raised", "reason", "details"),
    [
        (Raised(type="E", message=""), Reason.RAISED, {"type": "E", "error": "E"}),
        (Raised(type="E", message="m", line=0), Reason.RAISED, {"type": "E", "error": "m", "line": "0"}),
        (Raised(type="TimeoutError", message="m", source=""), Reason.TIMED_OUT, {"type": "TimeoutError", "error": "m"}),
        (
            Raised(type="E", message="m", source="x" * 300),
            Reason.RAISED,
            {"type": "E", "error": "m", "source": "x" * 200},
        ),
    ],
)
def test_an_exception_is_told(raised: Raised, reason: Reason, details: dict[str, str]) -> None:
    found = raised_verdict(raised)
    assert (found.outcome, found.reason, found.details) == (INVALID, reason, details)


class Unsayable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_a_call_here_is_quiet_and_keeps_of_an_exception_what_can_be_kept(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(x: float) -> float:
        print("loud")
        return np.float64(x) / np.float64(0)

    def unsayable(x: float) -> float:
        raise Unsayable

    def long(x: float) -> float:
        raise ValueError("m" * 3_000)

    async def later(x: float) -> float:
        return x

    assert send(loud, [(1.0,), (2.0,)]) == [Returned(value=np.inf)] * 2
    assert capsys.readouterr().out == ""
    (silent,) = send(unsayable, [(1.0,)])
    assert isinstance(silent, Raised)
    assert (silent.type, silent.message, silent.source) == ("Unsayable", "", "raise Unsayable")
    (cut,) = send(long, [(1.0,)])
    assert isinstance(cut, Raised)
    assert len(cut.message) == 2_000
    (coroutine,) = send(later, [(1.0,)])
    assert isinstance(coroutine, Returned)

    def interrupted(x: float) -> float:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send(interrupted, [(1.0,)])
    (built_in,) = send(math.sqrt, [(-1.0,)])
    assert isinstance(built_in, Raised)
    assert (built_in.line, built_in.source) == (None, None)


def test_a_function_that_changes_its_array_does_not_spoil_the_next_call() -> None:
    def spoils(v: Any) -> float:
        v[:] = v + 1
        return float(v[0]) - 1

    points = np.array([[0.5, 1.0], [1.5, 2.0]])
    found = ask(spoils, points, only=["vector"])[0]
    assert [reply.value for reply in found.replies if isinstance(reply, Returned)] == [0.5, 1.5]
    assert found.again == Returned(value=0.5)
    assert functions(spoils, points, [0.5, 1.5]).outcome is RIGHT


def test_what_moves_and_lies_beside_is_each_points_own() -> None:
    moves, beside = np.array([0.0, 0.1]), np.array([0.1, 0.0])
    assert verdict(replied(1.05, 1.0), [1.0, 1.0], leeway=Leeway(beside=beside))[0].outcome is RIGHT
    assert verdict(replied(1.0, 1.05), [1.0, 1.0], leeway=Leeway(beside=beside))[0].outcome is WRONG
    single = [np.float32(1.0), np.float32(1.05)]
    assert verdict(replied(*single), [1.0, 1.0], leeway=Leeway(moves=moves))[0].outcome is RIGHT
    assert verdict(replied(*single[::-1]), [1.0, 1.0], leeway=Leeway(moves=moves))[0].outcome is WRONG


def test_a_tolerance_of_the_authors_holds_at_each_point() -> None:
    assert verdict(replied(1.05, 100.0), [1.0, 100.0], rtol=0.1)[0].outcome is RIGHT
    assert verdict(replied(1.05, 100.0), [1.0, 100.0], rtol=0.01)[0].outcome is WRONG
    assert verdict(replied(1.05, 1.0, again=1.2), [1.0, 1.0], atol=0.1)[0].reason is Reason.NOT_DETERMINISTIC
    assert verdict(replied(1.05, 1.0, again=1.1), [1.0, 1.0], atol=0.1)[0].outcome is RIGHT


def made_in(name: str, source: str, **names: Any) -> Any:
    """The function ``f`` of a file of this name."""
    exec(compile(source, name, "exec"), names)
    return names["f"]


def test_the_line_of_an_exception_is_the_last_of_the_students_own() -> None:
    for elsewhere in (
        "tests/q1.py", "/opt/site-packages/sympy/core.py", f"{sys.base_prefix}/lib/json.py", "<frozen importlib>",
    ):  # fmt: skip
        theirs = made_in(elsewhere, "def f(x):\n    return 1/0")
        own = made_in("<ipython-input-1>", "\n\ndef f(x):\n    y = 2\n    return g(x)\n", g=theirs)
        (raised,) = send(own, [(1.0,)])
        assert isinstance(raised, Raised)
        assert (raised.type, raised.line) == ("ZeroDivisionError", 5)
        (raised,) = send(theirs, [(1.0,)])
        assert isinstance(raised, Raised)
        assert (raised.line, raised.source) == (None, None)
    inner = made_in("<ipython-input-2>", "def f(x):\n    return 1/0")
    outer = made_in("<ipython-input-1>", "def f(x):\n\n    return g(x)", g=inner)
    (raised,) = send(outer, [(1.0,)])
    assert isinstance(raised, Raised)
    assert raised.line == 2


def test_what_is_right_by_what_lies_beside_is_told_as_it_is() -> None:
    # single digits, which over all points together would pass for float32's
    values = [float(np.float32(value)) for value in (0.5, 1 / 3)]
    near = Leeway(beside=np.full(2, 1e-4))
    found = verdict(replied(*values), [0.5, 1 / 3 * (1 + 2e-5)], leeway=near)[0]
    assert (found.outcome, found.details) == (RIGHT, {})


def test_points_that_are_left_out_count_for_nothing() -> None:
    assert verdict(replied(1.0, 9.0, 1.0), np.ones(3), leeway=Leeway(left_out=frozenset({1})))[0].outcome is RIGHT
    assert verdict(replied(1.0, 9.0, 9.0), np.ones(3), leeway=Leeway(left_out=frozenset({1})))[2] == 2
    assert verdict(replied(9.0, 1.0, 9.5), np.ones(3), leeway=Leeway(left_out=frozenset({0})))[2] == 2


def test_what_is_in_single_precision_without_saying_so() -> None:
    wrong = 1.0 + 5e-5
    assert verdict(replied(wrong, 1.0), ONES[:2])[0].outcome is WRONG
    found = verdict(replied(wrong, 1.0), ONES[:2], leeway=Leeway(single=True))[0]
    assert (found.outcome, found.details) == (RIGHT, {"dtype": "float32"})
    half = verdict(replied(np.float16(1.004), 1.0), ONES[:2], leeway=Leeway(single=True))[0]
    assert (half.outcome, half.details) == (RIGHT, {"dtype": "float16"})


def test_what_a_slope_is_made_of_says_how_small_it_may_be() -> None:
    tiny = replied(1e-15, 2e-15)
    assert verdict(tiny, [0.0, 1e-20])[0].outcome is WRONG
    assert verdict(tiny, [0.0, 1e-20], leeway=Leeway(size=1.0))[0].outcome is RIGHT


def test_a_number_that_is_none_stays_so_when_it_is_asked_again() -> None:
    nothing = complex(math.nan, 1.0)
    assert verdict(replied(nothing, nothing, again=nothing), ONES[:2])[0].reason is not Reason.NOT_DETERMINISTIC


def test_where_there_is_one_way_to_ask_it_is_asked_once() -> None:
    asked: list[int] = []

    class Elsewhere:
        source = "def f(): ..."

        def __call__(self) -> None: ...

        def call_many(self, calls: Any) -> list[Any]:
            asked.append(len(calls))
            return [RAISED for _ in calls]

    (trial,) = ask(Elsewhere(), LINE)
    assert (trial.raised, asked) == (RAISED, [2])


def test_what_only_looks_like_rows_is_no_answer_to_them() -> None:
    points = np.array([[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]])
    for reply, understood in ((np.ones((3, 2)), True), (np.ones(2), False), (1.0, False), (np.ndarray, False)):

        def of_rows(v: Any, reply: Any = reply) -> Any:
            if np.ndim(v) != 2:
                raise TypeError("rows")
            return reply

        assert (ask(of_rows, points, only=["vector", "rows"])[0].raised is None) is understood
