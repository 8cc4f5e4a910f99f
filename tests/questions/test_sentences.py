"""What a student reads for answers that fail in everyday ways: a row has the answer and words that must be there."""

from typing import Any

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np
import pytest
import sympy as sp

from autograder import (
    Derivative,
    Descent,
    Equal,
    Gradient,
    LevelSetTangent,
    Minimiser,
    Minimum,
    Root,
    SteepestAscent,
    StepSize,
    TangentLine,
    TangentPlane,
)
from autograder.feedback import student
from autograder.model import Outcome, Reason
from autograder.questions import recording

matplotlib.use("Agg")

t, x, y = sp.symbols("t x y")
SLOPE = Derivative("t**3 - 4*t", wrt="t", domain={"t": (-2, 2)}, name="slope")
VALUE = Derivative("exp(t)", wrt="t", at=1, name="rate")
FIELD = Gradient("a**2*b + b", wrt=("a", "b"), domain={"a": (-2, 2), "b": (-2, 2)}, name="field")
UP = SteepestAscent("3*a - 2*b", at=(1, 1), wrt=("a", "b"), name="up")
ALONG = LevelSetTangent("3*a - 2*b", at=(1, 1), wrt=("a", "b"), name="along")
PAIR = Equal([2.2, 0.7], name="pair")
THIRDS = Derivative("x**2/3 + sin(x)", wrt="x", name="thirds")
PLANE = TangentPlane("x**2*y", at=(2, -1), wrt=("x", "y"), name="plane")

BOTTOM = Minimum("(a - 2)**2 + (b - 1)**2", name="bottom")
BEND = TangentLine("exp(x)", at=1, name="bend")
PATH_OF = Descent("x**2 + y**2", start=(1, 1), step=0.1, count=2, answer="path", name="path")
VALLEY = Minimiser("x**2 + y**2", start=(1, 1), calls=9, name="valley")
STEP = StepSize("sin(x)", at=1, rtol=1e-5, name="h")
LEVEL = Root("x**3 - 6*x**2 - 15*x", wrt="x", name="level")
LINE = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}, name="dfdx")
AT_TWO = Derivative("3*x**2 + 2*x + 10", wrt="x", at=2, rtol=0.01, name="slope_at_2")


def _written(v: float) -> Any:
    """One formula, as most write it."""
    return 0.667 * v + np.cos(v)


ROWS: list[tuple[Any, Any, str]] = [
    (SLOPE, sp.diff, "slope is the function diff itself"),
    (SLOPE, jax.grad, "slope is the function grad itself"),
    (SLOPE, "", "slope is an empty text"),
    (SLOPE, lambda v: 3 * v ^ 2 - 4, "How does Python write a power?"),
    (SLOPE, lambda v: round(3 * v**2 - 4, 3), "rounded (decimals: 3)"),
    (VALUE, 2.72, "rounded (decimals: 2)"),
    (VALUE, sp.Float("2.718"), "rounded (decimals: 3)"),
    (UP, [0.83, -0.55], "rounded (decimals: 2)"),
    (ALONG, [0.555, 0.832], "rounded (decimals: 3)"),
    (FIELD, jax.grad(lambda v: v[1] ** 2 * v[2] + v[2]), "Which number has the first entry of an array?"),
    (PLANE, "-4 - 4*(x - 2) + 4*(y - 1)", "Does your tangent touch at the point?"),
    (PAIR, "y=2.2x+0.7", "Numbers are asked for here, and your answer still contains x."),
    (PAIR, "[2.2*t, 0.7]", "Numbers are asked for here, and your answer still contains t."),
    (SLOPE, lambda: 3.0, "Expected a function of the variables of the question, but slope is a function without"),
    (SLOPE, lambda v: "3*t**2 - 4", "Expected a number, but slope(…) is text."),
    (SLOPE, lambda v: None, "slope(…) is nothing (is a return missing?)"),
    (SLOPE, 3 * sp.Symbol("\u0442") ** 2 - 4, "Your answer contains \u0442; expected only t"),  # т is no t
    (PLANE, sp.Symbol("\u0445") * 4, "a letter of another alphabet that only looks like x"),
    (THIRDS, "0.67x + cos(x)", "rounded (decimals: 2)"),
    (THIRDS, 0.667 * x + sp.cos(x), "rounded (decimals: 3)"),
    (Gradient("x**3/9 + y/7", wrt=("x", "y"), name="field"), "[0.33x^2, 0.14]", "rounded (decimals: 2)"),
    (FIELD, {"p": 1, "q": 2}, "but field is a dictionary"),
    (THIRDS, "e⁻³ˣ(x − 1,5x²) + 1/x", "a comma between two digits (1,5)"),
    (PAIR, "(2; 0,7)", "a comma between two digits (0,7)"),
    (PAIR, "2,5; 0,7", "a comma between two digits (2,5)"),
    (PAIR, {"a": 2.2}, "Expected a number or an array, but pair is a dictionary."),
    (PAIR, np.mean, "pair is the function mean itself. Call it: on what should it work?"),
    # what these say of themselves is another function's name, or no module: they are the student's own
    (VALUE, sp.lambdify(t, sp.exp(t)), "rate is still a function or a formula. Evaluate it at the point"),
    (VALUE, jax.grad(jnp.exp), "rate is still a function or a formula. Evaluate it at the point"),
    (VALUE, np.vectorize(lambda v: v), "rate is still a function or a formula. Evaluate it at the point"),
    (PAIR, lambda: [2.2, 0.7], "Expected a value, but pair is a function. Hand over what it gives."),
    (STEP, -1e-8, "Expected a positive number, but h is not one."),
    (LEVEL, [(-1, 13), (5, -95)], "Expected shape: one number for each point. Shape of your answer: (2, 2)."),
    (BOTTOM, "y=2.2x+0.7", "Numbers are asked for here, and your answer still contains x."),
    (BOTTOM, "[a, 1]", "Numbers are asked for here, and your answer still contains a."),
    (PLANE, (-4.02 - 4.02 * (x - 2) + 4.02 * (y + 1)).evalf(3), "Not yet: plane"),
    (BEND, (sp.exp(1) * (x - 1) + sp.exp(1)).evalf(3), "rounded (decimals: 2)"),
    (
        PATH_OF,
        lambda grad, start, eta: start,
        "path takes another number of arguments (3) than it was called with (4).",
    ),
    (PATH_OF, lambda grad, start, eta, n: [start], "Expected shape: (3, 2). Shape of path(…): (1, 2)."),
    (PATH_OF, lambda grad, start, eta, n: None, "but path(…) is nothing (is a return missing?)"),
    (PATH_OF, lambda grad, start, eta, n: [start] * 3, "It was called as path(grad, [1.0, 1.0], 0.1, 2)."),
    (VALLEY, lambda grad, start: None, "but valley(…) is nothing (is a return missing?)"),
    (VALLEY, lambda grad, start: [start], "It was called as valley(grad, [1.0, 1.0])."),
    (VALLEY, lambda grad, start: start(1), "Your code stopped with an error"),
    (LINE, "6x + 2x", "How does a straight line rise"),
    (LINE, lambda v: 6 * v + 2 * v, "How does a straight line rise"),
    (AT_TWO, 26, "Your answer is what the function itself gives."),
    (AT_TWO, "26.0", "Your answer is what the function itself gives."),
    (THIRDS, lambda v: 0.67 * v + np.cos(v), "rounded (decimals: 2)"),
    (THIRDS, _written, "rounded (decimals: 3)"),
]


@pytest.mark.parametrize(
    ("question", "answer", "words"), ROWS, ids=[f"{row[2][:30]}-{n}" for n, row in enumerate(ROWS)]
)
def test_the_sentence_says_what_was_seen(question: Any, answer: Any, words: str) -> None:
    verdict = question.judge(answer)
    assert verdict.outcome is not Outcome.CORRECT
    assert words in student(verdict, language="en")


def test_letters_that_cannot_be_told_apart_are_read_as_the_questions() -> None:
    assert THIRDS.judge("2\u0445/3 + \u0441\u043es(\u0445)").outcome is Outcome.CORRECT  # х, со
    russian = Derivative("\u0445**2", wrt="\u0445", name="d")
    assert russian.judge("2\u0445").outcome is Outcome.CORRECT
    assert russian.judge("2x").reason is Reason.WRONG_VARIABLES


@pytest.mark.parametrize("names", [("a", "b"), sp.symbols("a b")])
def test_a_gradient_may_be_a_dictionary_of_its_variables(names: Any) -> None:
    one, two = names
    assert FIELD.judge({two: "a^2 + 1", one: "2ab"}).outcome is Outcome.CORRECT
    assert FIELD.judge({one: "a^2 + 1", two: "2ab"}).outcome is Outcome.INCORRECT


def test_functions_in_a_list_are_shown_by_their_names() -> None:
    def outer(k: int) -> Any:
        def inner(v: float) -> float:
            return k * v

        return inner

    question = Gradient("x + y", wrt=("x", "y"), name="both")
    with recording() as checks, pytest.raises(AssertionError):
        question.check([outer(1), outer(2)])
    assert checks[0].answer == "[inner, inner]"


@pytest.mark.parametrize(
    ("question", "answer"),
    [(VALUE, 2.7), (VALUE, 3), (VALUE, 2.73), (UP, [0.84, -0.55]), (SLOPE, lambda v: round(3 * v**2 - 5, 3))],
)
def test_what_is_wrong_otherwise_is_not_called_rounded(question: Any, answer: Any) -> None:
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    found = "rounded" in verdict.details
    assert found is (answer == 2.7)  # e is 2.7 to one decimal


@pytest.mark.parametrize(
    ("cells", "value", "words"),
    [
        (["slope = print(3*t**2)"], None, "slope is None: print(…) shows a value"),
        (["Slope = 3*t**2"], None, "slope is not defined, but Slope is"),
        (["slo_pe = 3*t**2"], None, "slope is not defined, but slo_pe is"),
        (["slope = numbers.sort()"], None, "slope = numbers.sort()"),
        (["slope = None"], None, "slope is None, which is no answer yet."),
        (["slope = ..."], ..., "still holds the starter code"),
        (["other = 1"], None, "still holds the starter code"),
        (["%time 1", "slope = ("], None, "still holds the starter code"),
    ],
)
def test_why_there_is_no_answer(cells: list[str], value: Any, words: str) -> None:
    with recording(cells=cells):
        verdict = SLOPE.judge(value)
    assert verdict.reason is Reason.MISSING
    assert words in student(verdict, language="en")


@pytest.mark.parametrize("answer", [["2*x*y", None], [..., "x**2"], [2 * sp.Symbol("x"), None], [2.0, None]])
def test_a_list_with_a_gap_is_no_answer_yet(answer: Any) -> None:
    assert Gradient("x**2*y", wrt=("x", "y")).judge(answer).reason is Reason.MISSING


def test_a_print_in_a_function_does_not_stand_before_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def chatty(v: Any) -> Any:
        print("here")
        return 3 * v**2 - 4

    assert SLOPE.judge(chatty).outcome is Outcome.CORRECT
    assert capsys.readouterr().out == ""
