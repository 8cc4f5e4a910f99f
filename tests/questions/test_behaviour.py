"""What a question does around its verdict: fail a test with a sentence, leave a record, give credit, hold a seed."""

import jax
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import autograder
from autograder import feedback
from autograder.errors import AuthorError, StudentGone
from autograder.model import Opaque, Outcome, Raised, Reason, Returned
from autograder.questions import (
    CheckFailed,
    CheckUndecided,
    Derivative,
    DirectionalDerivative,
    Equal,
    Gradient,
    Jacobian,
    recording,
)
from autograder.questions.answers.source import forbidden_name
from autograder.questions.base import Question

x = sp.Symbol("x")
SLOPE = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}, name="dfdx")


def test_a_right_answer_passes_silently():
    assert SLOPE.check("6*x + 2") is None


def _forward(text, step):
    f = sp.lambdify(x, sp.sympify(text))
    return lambda t: (f(t + step) - f(t)) / step


@pytest.mark.parametrize("text", ["sin(x**2)", "x**10", "log(1 + x**2)", "x**5 - 100*x**3", "cos(20*x)"])
def test_a_one_sided_difference_quotient_is_right_with_a_small_step_only(text):
    question = Derivative(text)
    for step in (1e-6, -1e-6, 1e-7):
        assert question.judge(_forward(text, step)).outcome is Outcome.CORRECT
    crude = question.judge(_forward(text, 1e-5))
    assert (crude.outcome, crude.mistakes) == (Outcome.INCORRECT, ("forward_crude",))
    assert Derivative(text, rtol=1e-8).judge(_forward(text, 1e-6)).outcome is Outcome.INCORRECT
    assert Derivative(text, rtol=1e-4).judge(_forward(text, 1e-6)).outcome is Outcome.CORRECT


def test_a_difference_quotient_for_a_gradient_for_a_value_and_for_a_python_function():
    f = lambda v: v[0] ** 2 * v[1] + np.sin(v[0] * v[1])  # noqa: E731
    by_steps = lambda v: [(f(v + 1e-6 * e) - f(v)) / 1e-6 for e in np.eye(2)]  # noqa: E731
    assert Gradient("x**2*y + sin(x*y)").judge(by_steps).outcome is Outcome.CORRECT
    at = Derivative("sin(x)", at="3/2")
    assert at.judge((np.sin(1.5 + 1e-6) - np.sin(1.5)) / 1e-6).outcome is Outcome.CORRECT
    assert at.judge(np.cos(1.5 + 2e-6)).outcome is Outcome.INCORRECT
    cube = Derivative(lambda t: t**3, wrt="t")
    assert cube.judge(lambda t: ((t + 1e-6) ** 3 - t**3) / 1e-6).outcome is Outcome.CORRECT
    assert Derivative("x**3", order=2).judge(lambda t: 6 * t + 1e-5).outcome is Outcome.INCORRECT


def test_a_function_for_every_entry():
    entries = [[lambda a, b: 2 * a * b, lambda a, b: a**2], [lambda a, b: 5, lambda a, b: np.cos(b)]]
    question = Jacobian(["x**2*y", "5*x + sin(y)"])
    assert question.judge(entries).outcome is Outcome.CORRECT
    assert question.judge([entries[1], entries[0]]).outcome is Outcome.INCORRECT
    assert question.judge([entries[0], [entries[1][0], 1.0]]).outcome is Outcome.INVALID


def test_a_wrong_answer_fails_with_one_or_two_lines_and_no_value():
    with pytest.raises(CheckFailed) as caught:
        SLOPE.check(lambda t: 6 * t)
    message = str(caught.value)
    assert isinstance(caught.value, AssertionError)
    assert caught.value.verdict.outcome is Outcome.INCORRECT
    assert 1 <= len(message.splitlines()) <= 3
    assert "6" not in message
    assert "dfdx" in message


def test_a_second_wrong_attempt_gets_another_hint_and_a_judge_s_first_stays_the_first():
    def sentence():
        with pytest.raises(CheckFailed) as caught:
            question.check("-3*x**2")
        return str(caught.value)

    question = Derivative("x**3", wrt="x", name="twice")
    with recording():
        assert sentence() == sentence()
    assert sentence() != sentence()


def test_what_cannot_be_decided_is_not_wrong():
    class Odd(Question):
        def _decide(self, answer):
            raise RuntimeError("a bug of ours")

        @property
        def prompt(self):
            return "odd"

    assert Odd().judge(1).outcome is Outcome.FAULT
    with pytest.raises(CheckUndecided) as caught:
        Odd().check(1)
    assert isinstance(caught.value, CheckFailed)


def test_an_author_s_fault_that_shows_late_is_not_the_student_s():
    empty = Derivative("sqrt(-1 - x**2)", wrt="x")
    assert empty.judge(lambda t: t).outcome is Outcome.FAULT


def test_a_student_s_process_that_is_gone_is_undecided():
    class Gone:
        source = None

        def __call__(self, *arguments):
            raise AssertionError("called one by one")

        def call_many(self, arguments):
            raise StudentGone("memory", "the process ended")

    assert SLOPE.judge(Gone()).outcome is Outcome.UNDECIDED


def test_what_could_not_be_copied():
    assert SLOPE.judge(Opaque("generator", "cannot be copied")).reason is Reason.WRONG_TYPE
    assert SLOPE.judge(Opaque("ndarray", "60 MB", too_large=True)).reason is Reason.TOO_LARGE
    assert SLOPE.judge(Opaque("Tensor", "cannot be copied")).outcome is Outcome.UNDECIDED
    assert SLOPE.judge(lambda t: Opaque("generator", "cannot be copied")).reason is Reason.WRONG_TYPE


def test_every_check_is_recorded_inside_a_recording_only():
    SLOPE.check("6*x + 2")
    with recording() as checks:
        SLOPE.check(6 * x + 2)
        with pytest.raises(CheckFailed):
            SLOPE.check(lambda t: 6 * t)
    formula, function = checks
    assert (formula.kind, formula.answer_kind, formula.answer, formula.answer_latex) == (
        "Derivative", "expression", "6*x + 2", "6 x + 2"
    )  # fmt: skip
    assert "3*x**2 + 2*x + 10" in formula.prompt
    assert function.answer_kind == "function"
    assert "6 * t" in function.answer
    assert function.verdict.outcome is Outcome.INCORRECT


def test_strokes_are_the_function_and_the_student_s_slopes():
    with recording() as checks:
        SLOPE.check(6 * x + 2)
        SLOPE.check(lambda t: 6 * t + 2)
    # eight points were drawn, and ten stand in the gaps that they leave in the domain
    for check, called in zip(checks, (41, 18), strict=True):
        assert 41 <= len(check.points) <= 59
        for at, value, slope in check.points:
            assert -3 <= at <= 3
            assert value == pytest.approx(3 * at**2 + 2 * at + 10)
            assert slope is None or slope == pytest.approx(6 * at + 2)
        assert sum(slope is not None for _, _, slope in check.points) == called


def test_recordings_nest():
    with recording() as outer:
        with recording() as inner:
            SLOPE.check("6*x + 2")
        SLOPE.check("6*x + 2")
    assert (len(outer), len(inner)) == (1, 1)


def test_credit_for_a_declared_mistake():
    question = Derivative("sin(3*x)*x", wrt="x", credit={"chain_drop": 0.5, "neg": 0.25})
    verdict = question.judge(-sp.diff(sp.sin(3 * x) * x, x))
    assert verdict.mistakes == ("neg",)
    assert verdict.credit == 0.25
    with pytest.raises(CheckFailed) as caught:
        question.check(-sp.diff(sp.sin(3 * x) * x, x))
    assert caught.value.credit == 0.25
    assert question.judge("x").credit is None


def test_an_exception_of_jax_is_named():
    verdict = SLOPE.judge(lambda t: jax.grad(3 * t**2)(t))
    assert verdict.reason is Reason.RAISED
    assert verdict.mistakes


def test_a_task_by_hand_forbids_names():
    question = Derivative("x**2", wrt="x", forbid=("diff", "jax.grad"))
    assert question.judge(lambda t: sp.diff(t**2)).reason is Reason.FORBIDDEN
    assert question.judge(lambda t: 2 * t).outcome is Outcome.CORRECT
    assert forbidden_name("from sympy import diff as d", ("diff",)) == "diff"
    assert forbidden_name("# diff\ny = 'diff'", ("diff",)) is None
    assert forbidden_name("not python (", ("diff",)) is None


def test_a_forbidden_name_is_found_in_the_cell_that_makes_the_answer():
    question = Derivative("x**2", wrt="x", name="slope", forbid=("diff",))
    right = 2 * x
    with recording(cells=["%matplotlib inline\nf = x**2", "slope = sp.diff(f, x)"]):
        assert question.judge(right).reason is Reason.FORBIDDEN
    with recording(cells=["slope = sp.diff(f, x)", "slope = slope + 0"]):
        assert question.judge(right).reason is Reason.FORBIDDEN
    # the last run of the cell counts, not what stood in it before
    with recording(cells=["slope = sp.diff(f, x)", "slope = 2*x\nslope"]):
        assert question.judge(right).outcome is Outcome.CORRECT
    with recording(cells=["other = sp.diff(f, x)", "slope = 2*x", "def slope(:"]):
        assert question.judge(right).outcome is Outcome.CORRECT
    assert question.judge(right).outcome is Outcome.CORRECT


def test_the_prompt_of_a_plain_answer_does_not_tell_it():
    question = Equal("x**2 - 1", name="product")
    with recording() as checks, pytest.raises(CheckFailed):
        question.check("x")
    assert "x**2" not in checks[0].prompt + repr(question)
    nowhere = Equal("sqrt(-1 - x**2)").judge(lambda t: t)
    assert nowhere.outcome is Outcome.FAULT
    assert "x**2" not in str(nowhere.details)
    assert Equal("x**3 + 1").reference is Equal("x**3 + 1").reference


def test_one_message_decides_a_remote_function():
    class Remote:
        source = "lambda t: 6*t + 2"
        messages = 0

        def __call__(self, *arguments):
            raise AssertionError("called one by one")

        def call_many(self, arguments):
            self.messages += 1
            return [
                Returned(value=6 * a + 2) if isinstance(a, float) else Raised(type="E", message="")
                for (a,) in arguments
            ]

    remote = Remote()
    assert SLOPE.judge(remote).outcome is Outcome.CORRECT
    assert remote.messages == 1


def test_every_kind_can_be_imported_from_the_package():
    for name in autograder.__all__:
        assert getattr(autograder, name)


coefficient = st.integers(-5, 5)


@settings(max_examples=30, deadline=None)
@given(coefficient, coefficient, coefficient, st.floats(1e-12, 0.5), st.floats(1e-12, 0.5), st.floats(-1e-3, 1e-3))
def test_a_looser_tolerance_never_turns_right_into_wrong(a, b, c, tight, more, error):
    def verdict(rtol):
        question = Derivative(f"{a}*x**3 + {b}*x**2 + {c}*x", wrt="x", rtol=rtol, atol=0)
        return question.judge(lambda t: (3 * a * t**2 + 2 * b * t + c) * (1 + error)).outcome

    if verdict(tight) is Outcome.CORRECT:
        assert verdict(tight + more) is Outcome.CORRECT


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9))
def test_the_verdict_does_not_depend_on_the_seed(seed):
    question = Gradient("x**2*y + sin(x)", wrt=("x", "y"), seed=seed)
    right = (
        lambda a, b: (2 * a * b + np.cos(a), a**2),
        lambda v: np.array([2 * v[0] * v[1] + np.cos(v[0]), v[0] ** 2]),
    )
    wrong = (lambda a, b: (2 * a * b, a**2), lambda a, b: (a**2, 2 * a * b + np.cos(a)), lambda v: 2 * v)
    assert {question.judge(answer).outcome for answer in right} == {Outcome.CORRECT}
    assert {question.judge(answer).outcome for answer in wrong} == {Outcome.INCORRECT}


@settings(max_examples=25, deadline=None)
@given(coefficient, coefficient, st.integers(-9, 9), st.integers(1, 9))
def test_forms_of_one_answer_get_one_verdict(a, b, at, direction):
    slope = 3 * a * at**2 + b
    question = Derivative(f"{a}*x**3 + {b}*x", wrt="x", at=at)
    for form in (slope, float(slope), np.float32(slope), [slope], sp.Integer(slope), str(slope)):
        assert question.judge(form).outcome is Outcome.CORRECT
    along = DirectionalDerivative(f"{a}*x**3 + {b}*x + y", direction=(direction, 0), wrt=("x", "y"), at=(at, 0))
    assert along.judge(slope).outcome is Outcome.CORRECT


def test_starter_code_is_no_answer_yet():
    def blank(x): ...

    def documented(x):
        """What it is to return."""
        ...  # noqa: PIE790  # as in the starter code

    def forgotten(x):
        return None

    for answer in (blank, documented, lambda x: blank(x) + 1, lambda x: float(documented(x))):
        assert Equal("x**2").judge(answer).reason is Reason.MISSING
    assert Equal("x**2").judge(forgotten).reason is Reason.WRONG_TYPE


def test_a_function_that_lost_a_name_raises_as_any_other():
    def unbound():
        def square(x):
            return factor * x

        if square is None:
            factor = 1
        return square

    assert Equal("x**2").judge(unbound()).reason is Reason.RAISED


def test_a_series_with_its_remainder_is_told_how_to_take_it_off() -> None:
    x = sp.Symbol("x")
    question = Equal("1 + x + x**2/2", name="p")
    series = sp.series(sp.exp(x), x, 0, 3)
    assert "series that ends in O(…), which .removeO() takes off" in feedback.student(
        question.judge(series), language="en"
    )
    assert "has no value" in feedback.student(question.judge(str(series)), language="en")
    assert question.judge(series.removeO()).outcome is Outcome.CORRECT


@pytest.mark.parametrize("expected", [sp.oo, float("inf"), [1, sp.oo], -sp.oo])
def test_infinity_is_asked_for_otherwise(expected: object) -> None:
    with pytest.raises(AuthorError, match=r"infinity is expected, and no number: ask for it with Limit"):
        Equal(expected)


@pytest.mark.parametrize(
    "source",
    [
        "def f(w):\n    w = Value(w)\n    (w * w).backward()\n    return w.grad",
        "class V:\n    def __init__(self):\n        self.grad = 0.0\n\n    def f(self, u):\n        self.grad += u",
        "def f(x):\n    grad = 2 * x\n    return grad",
        "def f(x, grad):\n    return x - 0.1 * grad",
        "def grad(x):\n    return 2 * x\n\ndef f(x):\n    return grad(x)",
    ],
    ids=["attribute", "class", "variable", "argument", "function"],
)
def test_what_a_student_calls_by_a_forbidden_name_is_their_own(source: str) -> None:
    assert forbidden_name(source, ("grad",)) is None


@pytest.mark.parametrize(
    "source",
    [
        "f = jax.grad(lambda x: x**2)",
        "f = list(map(jax.grad, functions))",
        "grad = jax.grad\nf = grad(h)",
        "import jax as j\ng = j.grad",
        "from jax import grad\nf = grad(h)",
        "f = grad(h)",
        "g = loss.grad\nf = g(x)",
        "f = loss.grad(x)",
    ],
    ids=["called", "handed on", "kept", "renamed", "imported", "bare", "method kept", "method"],
)
def test_a_forbidden_name_is_found_however_it_is_reached(source: str) -> None:
    assert forbidden_name(source, ("jax.grad",)) == "grad"
