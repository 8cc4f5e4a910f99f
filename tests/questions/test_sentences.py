"""What a student reads for answers that fail in everyday ways: a row has the answer and words that must be there."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np
import pytest
import sympy as sp

matplotlib.use("Agg")
from matplotlib.figure import Figure

from autograder import (
    ContourPlot,
    CrossSectionPlot,
    Derivative,
    Descent,
    Equal,
    Gradient,
    LevelSetTangent,
    Minimiser,
    Minimum,
    PathPlot,
    QuiverPlot,
    Root,
    SteepestAscent,
    StepSize,
    TangentLine,
    TangentPlane,
    TangentPlot,
)
from autograder.errors import AuthorError
from autograder.feedback import student
from autograder.model import Outcome, Reason
from autograder.questions import recording
from autograder.questions.answers import shown_argument

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


# --- a function that the check calls ---------------------------------------------------------------------------------


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


def test_a_print_in_a_function_does_not_stand_before_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def chatty(v: Any) -> Any:
        print("here")
        return 3 * v**2 - 4

    assert SLOPE.judge(chatty).outcome is Outcome.CORRECT
    assert capsys.readouterr().out == ""


# --- figures ---------------------------------------------------------------------------------------------------------

Draw = Callable[[Any], object]


def _contours(points: int, *, filled: bool = False, off: float = 0.0) -> Draw:
    a, b = np.meshgrid(np.linspace(-2, 2, points), np.linspace(-2, 2, points))
    heights = np.exp(-(a**2) - b**2) * (b + off * a)
    return lambda axes: (axes.contourf if filled else axes.contour)(a, b, heights)


def _cuts(*values: float) -> Draw:
    along = np.linspace(-2, 2, 60)
    return lambda axes: [axes.plot(along, value**2 + along * value) for value in values]


LINES = ContourPlot("exp(-x**2 - y**2)*y", wrt=("x", "y"), filled=False)
BANDS = ContourPlot("exp(-x**2 - y**2)*y", wrt=("x", "y"), filled=True)
CUTS = CrossSectionPlot("x**2 + x*y", wrt=("x", "y"), fixed={"x": [0.5, 1, 2]})
PATH = PathPlot("x**2 + 3*y**2", wrt=("x", "y"), start=(1, 1), step=0.1, count=4)
ARROWS = QuiverPlot("x**2 - y**2", wrt=("x", "y"))
GRID = np.linspace(-2, 2, 12)
STEPS = np.column_stack([0.8 ** np.arange(5), 0.4 ** np.arange(5)])

FIGURES: list[tuple[Any, Draw, str]] = [
    (LINES, _contours(40), ""),
    (BANDS, _contours(40, filled=True), ""),
    (LINES, _contours(40, filled=True), "The contours are filled"),
    (BANDS, _contours(40), "The contours are lines"),
    (LINES, _contours(7), "The grid is too coarse"),
    (LINES, _contours(14, off=1.0), "What is drawn is not what the question asks for."),
    (LINES, _contours(40, off=0.3), "What is drawn is not what the question asks for."),
    (LINES, lambda axes: None, "Did the cell stop with an error before it drew"),
    (CUTS, _cuts(0.5, 1, 2), ""),
    (CUTS, _cuts(0.5, 2), "one of the curves that were asked for is not there"),
    (CUTS, _cuts(0.5, 2, 3), "another cross-section"),
    (PATH, lambda axes: axes.plot(*STEPS.T, "o-"), ""),
    (PATH, lambda axes: axes.plot(*STEPS.T, "o"), "no line joins them"),
    (PATH, lambda axes: axes.scatter(*STEPS.T), "no line joins them"),
    (PATH, lambda axes: axes.scatter(*(STEPS + 1).T), "No line passes through the points"),
    (ARROWS, lambda axes: axes.streamplot(GRID, GRID, *_gradient()), "These are stream lines"),
    (ARROWS, lambda axes: axes.quiver(GRID, GRID, *_gradient(), angles="xy"), ""),
    (ARROWS, lambda axes: axes.quiver(*_gradient()), "as they do when quiver is told none"),
    (ARROWS, lambda axes: axes.quiver(GRID, GRID, *_gradient()[::-1], angles="xy"), "The arrows do not point where"),
]


def _gradient() -> tuple[Any, Any]:
    a, b = np.meshgrid(GRID, GRID)
    return 2 * a, -2 * b


@pytest.mark.parametrize("scale", ["set_xscale", "set_yscale"])
def test_a_tangent_on_a_logarithmic_axis_is_no_straight_line(scale: str) -> None:
    axes = Figure().subplots()
    along = np.linspace(0.5, 4, 60)
    axes.plot(along, along**2)
    axes.plot(along, 2 * along - 1)
    question = TangentPlot("x**2", wrt="x", at=1)
    assert question.judge(axes.figure).outcome is Outcome.CORRECT
    getattr(axes, scale)("log")
    assert "there a tangent is no straight line" in student(question.judge(axes.figure), language="en")


@pytest.mark.parametrize(("question", "draw", "words"), FIGURES)
def test_a_figure_is_told_what_is_wrong_with_it(question: Any, draw: Draw, words: str) -> None:
    figure = Figure()
    draw(figure.subplots())
    verdict = question.judge(figure)
    assert (verdict.outcome is Outcome.CORRECT) is (words == "")
    assert words in student(verdict, language="en")
