"""What a student reads of a function that a check calls with arguments of its own."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from autograder import (
    Equal,
)
from autograder.errors import AuthorError
from autograder.feedback import student
from autograder.model import Outcome, Reason
from autograder.questions.answers import shown_argument


def _backward(w: Any, v: Any) -> dict[str, Any]:
    return {"w": v * 2.0, "v": w}


CALL = (np.array([1.0, 2.0]), np.array([0.5, -1.0]))
CALLED: list[tuple[Any, Any, str]] = [
    (_backward, "v", ""),
    (_backward, "w", "Look at its entry [1] first."),
    (_backward, "W", "should have an entry 'W', but has 'w', 'v'"),
    (lambda w, v: None, "w", "but backward(…) is nothing (is a return missing?)"),
    (lambda w, v: [w, v], "w", "Expected a dictionary, but backward(…) is a list."),
    (lambda w, v: {"w": {}}, "w", "but backward(…)['w'] is a dictionary"),
    (lambda w, v: {"w": None}, "w", "but backward(…)['w'] is nothing"),
    (lambda w, v: {"w": w[:, None] * v}, "w", "Shape of backward(…)['w']: (2, 2)."),
    (lambda w, v: {"w": w + 1j}, "w", "or for a real or imaginary part that was not taken"),
    (lambda w, v: {"w": w / w - 1}, "w", "Try: call it yourself with these arguments"),
    (lambda w, v: [w, v], 0, ""),
    (lambda w, v: [w], 3, "should have an entry 3, but has 1"),
    (lambda w, v: w.sum(), 0, "Expected a list or an array, but backward(…) is a single number."),
    (lambda w, v: np.array(5.0), 0, "Expected a list or an array, but backward(…) is a single number."),
    (lambda w, v: jnp.sum(w), 0, "Expected a list or an array, but backward(…) is a single number."),
    (lambda w, v: w @ np.ones(3), "w", "Your code stopped with an error"),
    (lambda w: w, "w", "backward takes another number of arguments (1) than it was called with (2)."),
    (lambda w, v, x, y=0: w, "w", "backward takes another number of arguments (3–4) than it was called with (2)."),
    (lambda w, v: v(w), "w", "What do the round brackets mean to Python here"),
    (lambda w, v: np.exp * 2, "w", "Is there a function in this line where a number is needed?"),
    ({"w": 1}, "w", "Expected a function"),
    (None, "w", "There is no answer yet"),
    (..., "w", "There is no answer yet"),
]


@pytest.mark.parametrize(("function", "entry", "words"), CALLED)
def test_a_call_is_told_with_its_entry_and_arguments_and_never_with_the_tests_lines(
    function: Any, entry: Any, words: str
) -> None:
    question = Equal(np.array([1.0, 2.0]), name="backward")
    verdict = question.judge(function, call=CALL, entry=entry)
    assert (verdict.outcome is Outcome.CORRECT) is (words == "")
    text = student(verdict, language="en")
    assert words in text
    assert not any(line in text for line in ("question.judge", "np.array", "CALL"))
    assert ("It was called as backward([1.0, 2.0], [0.5, -1.0])." in text) is (words != "" and callable(function))
    assert "variable" not in text
    assert "0.5, -1.0" not in student(verdict, language="en", hidden=True)


def _cube(t: float) -> float:
    return t**3


QUOTIENT = Equal("((x + 1/4)**3 - x**3)/(1/4)", domain={"x": (-3, 3)}, name="forward")
ROWS_OF = Equal("x + 2*y", variables=("x", "y"), domain={"x": (-2, 2), "y": (-2, 2)}, name="heights")


def _at(x: float) -> tuple[Any, ...]:
    return _cube, x, 0.25


def _rows(x: float, y: float) -> tuple[Any, ...]:
    return (np.array([[x, y], [0.0, 1.0]]),)


FORWARD = "It was called as forward(lambda t: t**3, "
CALLED_AT_POINTS: list[tuple[Any, Any, Any, Any, str, str]] = [
    (QUOTIENT, _at, None, lambda f, v, h: (f(v + h) - f(v)) / h, "", ""),
    (QUOTIENT, _at, None, lambda f, v, h: f(v + h) - f(v), "Not yet: forward(…) and what", FORWARD),
    (QUOTIENT, _at, None, lambda f, v, h: f(v, h), "Your code stopped with an error", FORWARD),
    (QUOTIENT, _at, None, lambda f, v: 1, "another number of arguments (2) than it was called with (3)", FORWARD),
    (QUOTIENT, _at, None, lambda f, v, h: None, "but forward(…) is nothing (is a return missing?)", FORWARD),
    (QUOTIENT, _at, None, lambda f, v, h: f, "but forward(…) is a function that returns a function", FORWARD),
    (QUOTIENT, _at, None, lambda f, v, h: (v, h), "Shape of forward(…): (2,).", FORWARD),
    (QUOTIENT, _at, None, ..., "There is no answer yet", ""),
    (QUOTIENT, _at, None, 3.0, "Expected a function, but forward is a value", ""),
    (ROWS_OF, _rows, 0, lambda v: v @ np.array([1, 2]), "", ""),
    (ROWS_OF, _rows, 0, lambda v: v @ np.array([2, 1]), "Not yet: heights(…)[0] and what", "heights([["),
    (ROWS_OF, _rows, 0, lambda v: float(np.sum(v)), "but heights(…) is a number", "heights([["),
    (ROWS_OF, _rows, 0, lambda v: [v[0], 1], "Shape of heights(…)[0]: (2,).", "heights([["),
    (ROWS_OF, _rows, 0, lambda v: v @ np.ones(3), "Your code stopped with an error", "heights([["),
    (ROWS_OF, _rows, 5, lambda v: v @ np.ones(2), "heights(…) should have an entry 5, but has 2", "heights([["),
]


@pytest.mark.parametrize(("question", "call", "entry", "function", "words", "called"), CALLED_AT_POINTS)
def test_a_call_at_points_is_told_with_the_arguments_of_the_worst(
    question: Any, call: Any, entry: Any, function: Any, words: str, called: str
) -> None:
    verdict = question.judge(function, call=call, entry=entry)
    assert (verdict.outcome is Outcome.CORRECT) is (words == "")
    text = student(verdict, language="en")
    assert words in text
    assert called in text
    assert ("It was called as" in text) is bool(called)
    assert not any(line in text for line in ("np.array", "return _cube"))
    assert "called as" not in student(verdict, language="en", hidden=True)


def test_a_function_that_a_call_hands_over_is_shown_as_python_reads_it() -> None:
    shown = {
        "lambda t: t**3": _cube,
        "lambda h: 3*h**1.5": lambda h: 3 * h**1.5,
        "exp": np.exp,
        "a function of z": lambda z: np.exp(z),
        "a function": lambda *z: z,
        "_at": _at,
    }
    assert [shown_argument(function) for function in shown.values()] == [*shown]


def test_an_error_in_a_functions_that_the_test_hands_over_has_the_students_line() -> None:
    scope: dict[str, Any] = {}
    exec(compile("def given(v):\n    pass\n    raise ValueError('no')", "tests/q1.py", "exec"), scope)
    details = QUOTIENT.judge(lambda f, v, h: f(v), call=lambda x: (scope["given"], x, 0.25)).details
    assert details["source"].startswith("details = QUOTIENT.judge(lambda f, v, h: f(v)")


def test_a_call_at_points_needs_points() -> None:
    assert Equal(np.array(1.0), name="one").judge(lambda v: v, call=_at).outcome is Outcome.FAULT


def test_the_students_function_gets_copies() -> None:
    def spoils(v: Any) -> Any:
        v[:] = 0
        return np.array([1.0, 2.0])

    argument = np.array([5.0])
    assert Equal(np.array([1.0, 2.0])).judge(spoils, call=(argument,)).outcome is Outcome.CORRECT
    assert argument[0] == 5.0


def test_a_slip_is_found_in_what_the_call_returns() -> None:
    question = Equal(np.array([1.0, 2.0]), slips=[(np.array([2.0, 1.0]), "Which comes first?")], name="f")
    assert question.judge(lambda v: v[::-1], call=(np.array([1.0, 2.0]),)).details["hint"] == "Which comes first?"


def test_a_number_can_be_tried_out_without_standing_in_the_test() -> None:
    question = Equal(np.array(9.0), through=lambda root: root**2, name="root")
    assert [question.judge(answer).outcome.value for answer in (3, "sqrt(9)", -3.0, 4)] == [
        "CORRECT", "CORRECT", "CORRECT", "INCORRECT"
    ]  # fmt: skip
    assert "Shape of your answer: (2,)" in student(question.judge([0, 1]), language="en")
    with pytest.raises(AuthorError, match="through="):
        Equal("t**2", through=abs)


def test_of_an_array_too_what_it_gives_is_compared_and_foreseen() -> None:
    """As of weights that somebody has trained: the loss that they give."""
    foreseen = {2.0: "Did anything change?"}
    question = Equal(np.array(0.0), through=lambda v: min(v @ v, 9.0), takes=2, atol=0.1, slips=foreseen, name="w")
    question.certify()
    assert [question.judge(v).outcome for v in ([0.1, 0], [[0.0, 0.2]], "[0.1, 0.1]")] == [Outcome.CORRECT] * 3
    assert question.judge([1, -1]).details["hint"] == "Did anything change?"
    assert "hint" not in question.judge([3, 3]).details
    assert question.judge(lambda v: [v[0], v[0]], call=([1.0],)).details["hint"] == "Did anything change?"
    assert [question.judge(v).reason for v in (1.0, [1, 2, 3], [1j, 0])] == [
        Reason.WRONG_SHAPE,
        Reason.WRONG_SHAPE,
        Reason.COMPLEX,
    ]
    with pytest.raises(AuthorError, match="is a right answer"):
        Equal(np.array(0.0), through=lambda v: v @ v, takes=2, atol=0.1, slips={0.05: "Wrong?"}).certify()
    with pytest.raises(AuthorError, match="takes="):
        Equal(np.array(0.0), takes=2)
