"""Derivations line by line: what is taken, which line is wrong, what it is called, what follows, what it is worth."""

from types import SimpleNamespace

import jax.numpy as jnp
import pytest
import sympy as sp

from autograder import Carried, Derivative, Equal, Steps, TangentLine, feedback, questions
from autograder.build.checks.asked import asked_findings
from autograder.errors import AuthorError
from autograder.feedback import leaks
from autograder.model import Outcome, Reason
from tests import row_name
from tests.questions.steps_table import CLAIMED, PRODUCT, SPOKEN, TABLE, TANGENT

RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
WRONG = [(question, *row) for question, _, wrong in TABLE for row in wrong]
x = sp.Symbol("x")
CHAIN_LEFT_OUT = [
    "f'(x) = (x^2)' sin(3x) + x^2 (sin(3x))'",
    "= 2x sin(3x) + x^2 cos(3x)",
    "= x(2 sin(3x) + x cos(3x))",
]


@pytest.mark.parametrize(("question", "answer"), [*RIGHT, *SPOKEN], ids=row_name)
def test_a_right_derivation_in_any_form(question, answer):
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())
    with questions.recording(references={}) as checks:  # as where it is graded
        question.check(answer)
    assert "✗" not in checks[0].answer


@pytest.mark.parametrize(("question", "answer", "line", "mistake"), WRONG, ids=row_name)
def test_the_first_wrong_line_and_what_is_said(question, answer, line, mistake):
    verdict = question.judge(answer)
    if verdict.outcome is Outcome.INVALID:
        assert (verdict.reason, verdict.details["in_line"]) == (Reason.NOT_PARSED, str(line))
    else:
        assert (verdict.outcome, verdict.reason, verdict.details["step"]) == (Outcome.INCORRECT, Reason.STEP, str(line))
    said = feedback.student(verdict, level=2, language="en")
    public = f"{question.prompt} {verdict.details['line_text']}"
    right = next(right[0] for asked, right, _ in TABLE if asked is question)
    assert leaks(said, right[-1], public=public, strict=True) == []
    with questions.recording(references={}) as checks, pytest.raises(questions.CheckFailed):
        question.check(answer)
    if verdict.outcome is Outcome.INCORRECT:
        assert checks[0].answer.splitlines()[line - 1].startswith(f"✗ {line}")


@pytest.mark.parametrize(("question", "answer", "line", "mistake"), CLAIMED, ids=row_name)
def test_what_is_said_of_a_part_is_judged_as_that(question, answer, line, mistake):
    verdict = question.judge(answer)
    assert (verdict.outcome, verdict.details["step"]) == (Outcome.INCORRECT, str(line))
    assert mistake in (*verdict.mistakes, None)
    assert "line before" not in feedback.student(verdict, level=1, language="en").splitlines()[0]


@pytest.mark.parametrize("line", ["snx", "xy", "banana 2x", "2x - rate", "6t", "product rule", "x e^(2x)'"])
def test_a_word_that_may_be_meant_as_a_formula_is_no_remark(line):
    assert PRODUCT.judge([line]).outcome is Outcome.INVALID


def test_a_function_s_own_derivative_has_no_reading_where_an_inner_one_may_be_meant():
    verdict = PRODUCT.judge(["2x sin(3x) + x^2 sin'(3x)"])
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, Reason.NOT_PARSED)
    assert TANGENT.judge(["(sin'(x) cos(x) - sin(x) cos'(x))/cos(x)^2", "= 1/sin^2(x)"]).outcome is Outcome.INCORRECT
    assert TANGENT.judge(["tan'(x)"]).reason is Reason.STEP


@pytest.mark.parametrize("line", ["2x sin(3x)", "x^2*3cos(3x)", "3x^2 cos(3x)"])
def test_a_term_that_is_left_out_where_two_derivatives_were_open_is_named_as_that(line):
    assert PRODUCT.judge(["(x^2)' sin(3x) + x^2 (sin(3x))'", line]).mistakes == ("prod_one_term",)


def test_the_rate_of_what_was_typed_before_the_kind_was_there():
    named = [(mistake, question.judge(answer).mistakes) for question, answer, _, mistake in WRONG]
    assert sum(bool(found) for _, found in named) >= 37
    assert sum(mistake in found for mistake, found in named if mistake) >= 32
    assert len(named) == 40


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=row_name)
def test_references_agree_and_an_author_is_told_of_no_error(question):
    question.certify()
    findings = asked_findings(SimpleNamespace(name="q"), [(SimpleNamespace(index=0), question)])
    assert [finding.message for finding in findings if finding.error] == []


SAID = [
    # lines, what stands in the sentence
    (["2x sin(3x) +"], "Line 1: 2x sin(3x) +\nThis cannot be read as a formula: the expression ends too early\n"),
    (["2x sin(3x) + 3x^2 cos(3x)", "5"], "Line 2 is a number, and no variable is left in it: 5"),
    (["f(x) = x^2 sin(2x)", "f'(x) = 2x sin(2x)"], "Line 1 is not the function of the question: f(x) = x^2 sin(2x)"),
    (["f'(x) = 2x sin(3x)"], "Line 1 is not what differentiating gives: f'(x) = 2x sin(3x)"),
    (["d/dx(x^2) sin(3x) + x^2 d/dx(sin(3x))"], "line 1 still has a derivative in it"),
    (["d/dx(x^2 sin(3x))"], "line 1 still has a derivative in it"),
    (["f(x) = x^2 sin(3x)"], "Go on after line 1."),
    (["d/dx(x^2) sin(3x) + x^2 d/dx(sin(3x))"], "Carry it out."),
    (["2t"], "Line 1: 2t\nYour answer contains t; expected only x."),
    ([[1, 2]], "Expected a formula, but [1, 2] is a list."),
    (["2x sin(3x) = "], "Line 1: 2x sin(3x) ="),
    ([], "There is no answer yet"),
    (["", None, "..."], "There is no answer yet"),
    (5, "Expected a list of lines, but your answer is a number."),
    (["x"] * 61, "too long to be checked"),
]


@pytest.mark.parametrize(("answer", "said"), SAID, ids=row_name)
def test_what_is_no_whole_derivation_has_its_sentence(answer, said):
    assert said in feedback.student(PRODUCT.judge(answer), language="en")


def test_what_follows_from_a_wrong_line_is_a_consequence():
    verdict = PRODUCT.judge([*CHAIN_LEFT_OUT, "= 7x"])
    assert verdict.details["follow"] == "3"
    assert verdict.details["marks"] == "✓✗↳✗"
    back = PRODUCT.judge(["2x sin(3x) + x^2 cos(3x)", "2x sin(3x) + 3x^2 cos(3x)"])
    assert back.details["back"] == "2"
    assert "Line 2 is right again" in feedback.student(back, language="en")


@pytest.mark.parametrize(
    ("options", "answer", "credit"),
    [
        ({}, CHAIN_LEFT_OUT, None),
        ({"shares": True}, CHAIN_LEFT_OUT, 1 / 3),
        ({"carried_forward": True}, CHAIN_LEFT_OUT, 2 / 3),
        ({"carried_forward": True}, ["2x sin(3x)"], None),
        ({"shares": True, "least": 4}, CHAIN_LEFT_OUT, 1 / 4),
        # what repeats or rearranges a line above is worth nothing
        ({"shares": True}, ["d/dx(x^2 sin(3x))"] * 5 + CHAIN_LEFT_OUT[:2], 1 / 2),
        ({"shares": True}, [CHAIN_LEFT_OUT[0], CHAIN_LEFT_OUT[0], "x^2 (sin(3x))' + (x^2)' sin(3x)", "7x"], 1 / 2),
        ({"shares": True, "least": 3}, ["2x sin(3x) + 3x^2 cos(3x)"] * 3, 1 / 3),
        ({"shares": True, "form": "factored"}, ["2x sin(3x) + 3x^2 cos(3x)"], 1 / 2),
    ],
    ids=row_name,
)
def test_what_lines_are_worth(options, answer, credit):
    verdict = Steps("x**2*sin(3*x)", "x", **options).judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    assert verdict.credit == (None if credit is None else pytest.approx(credit))


@pytest.mark.parametrize(
    ("form", "last", "fits"),
    [
        ("factored", "x(2 sin(3x) + 3x cos(3x))", True),
        ("factored", "2x sin(3x) + 3x^2 cos(3x)", False),
        ("expanded", "2x sin(3x) + 3x^2 cos(3x)", True),
        ("expanded", "x(2 sin(3x) + 3x cos(3x))", False),
        ("one fraction", "x(2 sin(3x) + 3x cos(3x))", True),
        ("one fraction", "2x sin(3x) + 3x^3 cos(3x)/x", False),
    ],
)
def test_the_form_of_the_last_line(form, last, fits):
    verdict = Steps("x**2*sin(3*x)", "x", form=form).judge([last])
    assert (verdict.outcome is Outcome.CORRECT) == fits
    assert fits or verdict.details["form"] == form


def test_a_second_derivative_goes_through_the_first():
    question = Steps("x**3*exp(x)", order=2)
    assert question.judge(["f' = 3x^2 e^x + x^3 e^x", "f'' = 6x e^x + 6x^2 e^x + x^3 e^x"]).outcome is Outcome.CORRECT
    verdict = question.judge(["f'(x) = 3x^2 e^x", "f''(x) = 6x e^x + 3x^2 e^x"])
    assert (verdict.details["step"], verdict.details["follow"]) == ("1", "2")
    assert "prod_one_term" in verdict.mistakes


def test_an_author_is_told_what_cannot_be_asked():
    for options in ({"at": 1}, {"least": 0}, {"form": "nice"}, {"vectorised": True}):
        with pytest.raises(AuthorError):
            Steps("x**2", **options)
    with pytest.raises(AuthorError, match="formula"):
        Steps(lambda x: jnp.exp(x), "x")


def test_an_author_may_give_credit_for_a_slip_of_algebra_and_draw_the_function():
    question = Steps("x**2*sin(3*x)", credit={"step_sign": 0.5, "chain_drop": 0.25})
    findings = asked_findings(SimpleNamespace(name="q"), [(SimpleNamespace(index=0), question)])
    assert [finding.message for finding in findings if finding.error] == []
    assert question.judge(["2x sin(3x) + 3x^2 cos(3x)", "2x sin(3x) - 3x^2 cos(3x)"]).credit == 0.5
    drawn = Steps(4 * x**3 - 2 * x, "x")
    drawn.certify()
    assert drawn.judge(["d/dx(4x^3) - d/dx(2x)", "12x^2 - 2"]).outcome is Outcome.CORRECT


def test_a_slip_is_a_wrong_line():
    question = Steps("x**2*sin(3*x)", slips={"6*x*cos(3*x)": "Is it the product of the slopes?"})
    question.certify()
    assert question.judge(["(x^2)'(sin(3x))'", "6x cos(3x)"]).details.get("hint") == "Is it the product of the slopes?"


HOSTILE = [
    ["d^9/dx^9(tan(tan(tan(tan(x)))))"],
    ["d/dx(d/dx(d/dx(d/dx(tan(tan(tan(tan(x))))))))"],
    ["u = tan(tan(tan(tan(x))))", "u" + 9 * "'" + " = 1"],
    ["g = (x + 1)^5000", "2x sin(3x)"],
    ["d/dx((x + 1)^5000)"],
    ["2x sin(3x) + 3x^2 cos(3x) + sin((x+1)^5000) - sin((x^2+2x+1)^2500)", "7x"],
    ["(x + 1)^5000 * d/dx(x^2)", "(x + 1)^4999 * x"],
    ["9**9**9**9"],
    ["(" * 300],
    ["x => " * 180],
    ["aaaa " * 190 + ": x"],
    ["x," + " " * 900 + "yy1"],
    ["u = x^2"] + ["u = u^2"] * 30,
    ["foo " * 20000],
    "d/dx" * 2000,
    ["(x)'" * 200],
    [sp.Derivative(sp.tan(sp.tan(sp.tan(x))), (x, 12))],
]


@pytest.mark.parametrize("answer", HOSTILE, ids=row_name)
def test_a_line_that_would_take_the_day_is_refused_or_wrong(answer):
    assert PRODUCT.judge(answer).outcome in (Outcome.INVALID, Outcome.INCORRECT, Outcome.UNDECIDED)


SECOND = Derivative("x**3 + sin(2*x)", "x", order=2, name="d2f")


def slope(x):
    return 3 * x**2 + sp.cos(2 * x)


def onward(df):
    return Derivative(df[1] if isinstance(df, list) else df, "x")


@pytest.mark.parametrize(
    ("own", "answer", "credit"),
    [
        ("3*x**2 + cos(2*x)", "6*x - 2*sin(2*x)", 0.5),
        (3 * x**2 + sp.cos(2 * x), "6*x - 2*sin(2*x)", 0.5),
        (slope, "6*x - 2*sin(2*x)", 0.5),
        ("3*x**2 + cos(2*x)", "6*x", None),
        ("0", "0", None),  # nothing was left to do
        ("5*x", "5", None),
        (None, "6*x", None),
        ("3*x^", "6*x", None),
        ("x**(10**9)", "6*x", None),
        ("+".join(f"sin({k}*x)" for k in range(200)), "6*x", None),
        (lambda x, y: x, "6*x", None),
        (object(), "6*x", None),
        (["x"], "6*x", None),  # what the author's function looks for is not there
    ],
    ids=row_name,
)
def test_an_answer_that_goes_on_with_a_wrong_one_is_a_consequence(own, answer, credit):
    carried = Carried(own, onward, name="df", share=0.5)
    verdict = SECOND.judge(answer, carried=carried)
    assert (verdict.outcome, verdict.credit) == (Outcome.INCORRECT, credit)
    assert (verdict.mistakes == ("carried_forward",)) == (credit is not None)
    with questions.recording(references={}), pytest.raises(questions.CheckFailed) as failed:
        SECOND.check(answer, carried=carried)
    assert failed.value.credit == credit
    if credit:
        assert "right for your own df" in str(failed.value)


def test_a_right_answer_needs_nothing_carried_and_numbers_are_carried_too():
    assert SECOND.judge("6*x - 4*sin(2*x)", carried=Carried("0", onward)).outcome is Outcome.CORRECT
    line = TangentLine("x**2", at=1, name="line")
    carried = Carried(3, lambda m: Equal(f"{m}*(x - 1) + 1"), name="m")
    assert line.judge("3*(x - 1) + 1", carried=carried).credit == 1.0
    steps = Steps("x**3 + sin(2*x)", order=2)
    carried = Carried("3*x**2 + cos(2*x)", lambda df: Steps(df, "x"), name="df")
    assert steps.judge(["6x - sin(2x) * 2", "6x - 2 sin(2x)"], carried=carried).mistakes == ("carried_forward",)
    with pytest.raises(AuthorError):
        Carried("x", onward, share=2)
    with pytest.raises(AuthorError):
        Carried("x", "Derivative")
