"""Every row of the table of readings, through the command's judge and through the notebook's question alike."""

import pytest
import sympy

from autograder import (
    Derivative,
    DirectionalDerivative,
    Gradient,
    Hessian,
    Jacobian,
    Root,
    SteepestAscent,
    TangentLine,
    TangentPlane,
    feedback,
)
from autograder.cli.judge_cases import judge_case
from autograder.errors import ParseError
from autograder.expressions import parse
from autograder.expressions.context import AUTHOR, context_of
from autograder.expressions.text.parser import read
from autograder.model import Outcome, Reason
from tests.expressions import reading_table
from tests.expressions.reading_table import PARTS, SIDES

MORE = ("t1", "t2")
"""Variables that no row has: the derivative of t·(meaning) by t is the meaning."""


def verdicts(kind, function, variables, wrt, typed):
    """The verdict of ``autograder judge``, and that of the question in a notebook."""
    case = {"kind": kind, "vars": list(variables), "function": function, "answer": typed}
    case["wrt"] = list(wrt) if kind == "gradient" else wrt[0]
    if kind == "gradient":
        asked = Gradient(function, wrt=wrt, variables=variables)
    else:
        asked = Derivative(function, wrt=wrt[0], variables=variables, order=2 if kind == "derivative2" else 1)
    return judge_case(case, prove=False, mistakes=False), asked.judge(typed)


def of_meaning(meaning, variables):
    """A question whose right answer is ``meaning``."""
    if meaning.startswith("["):
        first, second = meaning[1:-1].split(", ")
        return "gradient", f"t1*({first}) + t2*({second})", (*variables, *MORE), MORE
    return "derivative", f"t1*({meaning})", (*variables, "t1"), ("t1",)


READ = [(part, typed, meaning) for part in PARTS for typed, meaning in part.read.items()]
DOUBTFUL = [(part, typed, ways) for part in PARTS for typed, ways in part.doubtful.items()]
REFUSED = [(part, typed, said) for part in PARTS for typed, said in part.refused.items()]


def test_there_are_enough_rows():
    assert len(READ) + len(DOUBTFUL) + len(REFUSED) + sum(len(s.read) + len(s.refused) for s in SIDES) > 400


@pytest.mark.parametrize(("part", "typed", "meaning"), READ, ids=[typed for _, typed, _ in READ])
def test_what_is_certain_is_read(part, typed, meaning):
    for verdict in verdicts(*of_meaning(meaning, part.variables), typed):
        assert verdict.outcome is Outcome.CORRECT, feedback.student(verdict, language="en")


@pytest.mark.parametrize(("part", "typed", "ways"), DOUBTFUL, ids=[typed for _, typed, _ in DOUBTFUL])
def test_what_has_two_readings_is_refused_with_both(part, typed, ways):
    wrt = (part.variables[0],)
    for verdict in verdicts("derivative", part.function, part.variables, wrt, typed):
        assert verdict.outcome is Outcome.INVALID, verdict
        assert verdict.reason is Reason.NOT_PARSED
        assert (verdict.details["what"], verdict.details["other"]) == ways
        sentence = feedback.student(verdict, language="en")
        assert f"write {ways[0]} or {ways[1]}" in sentence
        text, caret = verdict.details["caret"].split("\n")
        assert caret.strip() == "^"
        assert len(caret) <= len(text)


@pytest.mark.parametrize(("part", "typed", "ways"), DOUBTFUL, ids=[typed for _, typed, _ in DOUBTFUL])
def test_each_way_that_is_offered_has_one_reading_and_they_differ(part, typed, ways):
    names = (*part.variables, *{"x", "b"} - {*part.variables})
    context = context_of([read(part.function, names, context=AUTHOR)])
    one, other = (parse(way.replace("…", "x"), names, context=context) for way in ways)
    assert one != other
    assert sympy.simplify(one - other) != 0


@pytest.mark.parametrize("function", ["1/(1 + exp(-x))", "y*exp(x)/(1 + exp(x))", "log(1 + exp(x))"])
def test_sigma_is_the_logistic_function_where_the_question_has_one(function):
    right = {"1/(1 + exp(-x))": "σ(x)(1 - σ(x))", "log(1 + exp(x))": "\\sigma\\left(x\\right)"}.get(
        function, "y*σ(x)(1-σ(x))"
    )
    wrong = f"{right} + 1"
    for typed, outcome in ((right, Outcome.CORRECT), (wrong, Outcome.INCORRECT)):
        for verdict in verdicts("derivative", function, ("x", "y"), ("x",), typed):
            assert verdict.outcome is outcome, verdict


@pytest.mark.parametrize(("part", "typed", "said"), REFUSED, ids=[typed for _, typed, _ in REFUSED])
def test_what_cannot_be_read_says_what_to_write(part, typed, said):
    vector = said.startswith(("a vector", "Expected shape"))
    wrt = part.variables if vector else (part.variables[0],)
    for verdict in verdicts("gradient" if vector else "derivative", part.function, part.variables, wrt, typed):
        assert verdict.outcome is Outcome.INVALID
        assert said in feedback.student(verdict, language="en")


RIGHT_SIDES = [(sides, typed) for sides in SIDES for typed in sides.read]
WRONG_SIDES = [(sides, typed, said) for sides in SIDES for typed, said in sides.refused.items()]


@pytest.mark.parametrize(("sides", "typed"), RIGHT_SIDES, ids=[typed for _, typed in RIGHT_SIDES])
def test_a_left_side_that_says_what_was_asked_is_left_out(sides, typed):
    for verdict in verdicts(sides.kind, sides.function, sides.variables, sides.wrt, typed):
        assert verdict.outcome is Outcome.CORRECT, feedback.student(verdict, language="en")


@pytest.mark.parametrize(("sides", "typed", "said"), WRONG_SIDES, ids=[typed for _, typed, _ in WRONG_SIDES])
def test_another_left_side_is_refused(sides, typed, said):
    for verdict in verdicts(sides.kind, sides.function, sides.variables, sides.wrt, typed):
        assert verdict.outcome is Outcome.INVALID
        assert said in feedback.student(verdict, language="en")


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        (Derivative("x**3", wrt="x", at=2), "f'(2) = 12"),
        (Derivative("x**3", wrt="x", at=2), "\\left.\\frac{dy}{dx}\\right|_{x=2} = 12"),
        (Gradient("x**2*y", wrt=("x", "y"), at=(1, 2)), "∇f(1, 2) = (4, 1)"),
        (Gradient("x**2*y", wrt=("x", "y"), at=(1, 2)), "[4. 1.]"),
        (SteepestAscent("x**2*y", at=(1, 2)), "u = 4/√17 i + 1/√17 j"),
        (DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2)), "D_u f(1, 2) = 16/5"),
        (TangentPlane("x**2*y", at=(1, 2)), "z = 4x + y - 4"),
        (TangentPlane("x**2*y", at=(1, 2)), "z - 2 = 4(x-1) + (y-2)"),
        (TangentLine("x**2", at=1), "y = 2x - 1"),
        (TangentLine("x**2", at=1), "y - 1 = 2(x - 1)"),
        (Root("x**2 - 2*x + y**2"), "x = 1, y = 0"),
        (Root("x**2 - 2*x + y**2"), "(x, y) = (1, 0)"),
        (Hessian("x**2*y", wrt=("x", "y")), "H = [2y, 2x; 2x, 0]"),
        (Jacobian(["x*y", "x + y"], wrt=("x", "y")), "J = \\begin{bmatrix}y & x\\\\1 & 1\\end{bmatrix}"),
    ],
    ids=lambda part: part if isinstance(part, str) else type(part).__name__,
)
def test_each_kind_of_question_takes_the_side_that_names_it(question, typed):
    verdict = question.judge(typed)
    assert verdict.outcome is Outcome.CORRECT, feedback.student(verdict, language="en")


def test_authors_write_sympy():
    assert parse("asin(x)", ["a", "x"], context=AUTHOR) == sympy.asin(sympy.Symbol("x", real=True))
    with pytest.raises(ParseError):
        parse("asin(x)", ["a", "x"])


def test_the_page_is_the_table():
    assert reading_table.PAGE.read_text(encoding="utf-8") == reading_table.page()
