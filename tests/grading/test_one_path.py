"""The same question and answer have the same verdict in a notebook, at grading and from ``autograder judge``."""

import math
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from autograder.cli.judge_cases import judge_case
from autograder.expressions import parse
from autograder.model import Outcome, Reason
from autograder.questions import Derivative, DirectionalDerivative, Gradient, Jacobian
from autograder.sandbox.line.copies.codec import Codec

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
ONE = ("x",)
TWO = ("x", "y")

# function, answer, variables, domain, outcome: where f is real decides
CLAIMS: list[tuple[str, str, tuple[str, ...], dict[str, tuple[float, float]] | None, Outcome]] = [
    ("log(x)*3", "3/|x|", ONE, None, RIGHT),
    ("log(x)*3", "3/x", ONE, None, RIGHT),
    ("log(x)*3", "-3/x", ONE, None, WRONG),
    ("log(x)*3", "-3/|x|", ONE, None, WRONG),
    ("log(x)*3", "1.5/x + 1.5/|x|", ONE, None, RIGHT),
    ("log(x)*3", "3/|x|", ONE, {"x": (-4, -1)}, WRONG),
    ("log(x)*3", "3/|x|", ONE, {"x": (-4, 4)}, RIGHT),
    ("log(x**2)", "2/|x|", ONE, None, WRONG),
    ("log(4 - x)", "-1/|x - 4|", ONE, None, RIGHT),
    ("log(x - 2000)", "1/|x - 2000|", ONE, None, RIGHT),
    ("atanh(x/2)", "2/|4 - x^2|", ONE, None, RIGHT),
    ("atanh(x/2)", "-2/|4 - x^2|", ONE, None, WRONG),
    ("log(log(x))", "1/abs(x*ln(abs(x)))", ONE, None, RIGHT),
    ("x*log(y)", "ln|y|", TWO, None, RIGHT),
    ("x**2 + log(y)", "2x", TWO, None, RIGHT),
    ("y*log(x)", "y/|x|", TWO, None, RIGHT),
    ("y*log(x)", "|y|/x", TWO, None, WRONG),
    ("x**3", "3*x**2*(-1)**x", ONE, None, WRONG),
    ("x**3", "3*x**2*(-1)**(2*x)", ONE, None, WRONG),
    ("x*abs(x)/2", "sqrt(x)**2", ONE, None, RIGHT),
    ("x*abs(x)/2", "x", ONE, None, WRONG),
    ("floor(3*x)*x", "floor(3x)", ONE, None, RIGHT),
    ("log(cos(2*x))", "-2*sin(2*x)/|cos(2*x)|", ONE, None, RIGHT),
    ("log(cos(2*x))", "-2*sin(2*x)/|cos(2*x)|*sign(x)", ONE, None, WRONG),
    ("sqrt(sin(x)) + x", "cos(x)/(2*sqrt(|sin(x)|)) + 1", ONE, None, RIGHT),
    # real on one narrow stretch, which no random point meets
    ("sqrt(x - 100)*sqrt(101 - x)", "(201 - 2x)/(2*sqrt(x - 100)*sqrt(101 - x))", ONE, None, RIGHT),
    ("sqrt(x - 100)*sqrt(101 - x)", "x", ONE, None, WRONG),
    ("acos(x - 3000)", "1/sqrt(1 - (x - 3000)**2)", ONE, None, WRONG),
]


def judged(function: str, answer: str, variables: tuple[str, ...], domain: Any) -> dict[str, Any]:
    kind = {"kind": "derivative", "vars": list(variables), "wrt": "x", "function": function, "answer": answer}
    return kind | ({} if domain is None else {"domain": {name: list(ends) for name, ends in domain.items()}})


@pytest.mark.parametrize(("function", "answer", "variables", "domain", "outcome"), CLAIMS)
def test_where_the_function_is_real_decides(
    function: str, answer: str, variables: tuple[str, ...], domain: Any, outcome: Outcome
) -> None:
    asked = Derivative(function, wrt="x", variables=variables, domain=domain)
    assert asked.judge(answer).outcome is outcome
    assert judge_case(judged(function, answer, variables, domain), mistakes=False).outcome is outcome


@pytest.mark.parametrize(("factor", "outcome"), [(1, RIGHT), (2, WRONG)])
def test_a_python_function_is_asked_on_a_narrow_stretch(factor: int, outcome: Outcome) -> None:
    asked = Derivative("sqrt(x - 100)*sqrt(101 - x)", wrt="x")
    assert asked.judge(lambda x: factor * (201 - 2 * x) / 2 / math.sqrt((x - 100) * (101 - x))).outcome is outcome


def test_a_reference_of_the_author_says_itself_where_it_is_real() -> None:
    case = judged("log(x)", "1/|x|", ONE, None)
    assert judge_case(case).outcome is RIGHT
    assert judge_case(case | {"reference": "1/x"}).outcome is WRONG


def test_an_answer_that_is_real_at_whole_numbers_only_is_complex() -> None:
    assert Derivative("x**3", wrt="x").judge("3*x**2*(-1)**x").reason is Reason.COMPLEX


def test_the_same_holds_for_several_components() -> None:
    assert Gradient("log(x)*y", wrt=TWO).judge("[y/|x|, ln|x|]").outcome is RIGHT
    assert Gradient("log(x)*y", wrt=TWO).judge("[y/|x|, -ln|x|]").outcome is WRONG
    assert Jacobian(["log(x)", "x*y"], wrt=TWO).judge([["1/|x|", "0"], ["y", "x"]]).outcome is RIGHT
    assert Jacobian(["log(x)", "x*y"], wrt=TWO).judge([["1/|x|", "0"], ["y", "-x"]]).outcome is WRONG
    along = DirectionalDerivative("log(x)*y", direction=(3, 4), wrt=TWO)
    assert along.judge("3y/(5|x|) + 4 ln(x)/5").outcome is RIGHT
    assert along.judge("3y/(5|x|) - 4 ln(x)/5").outcome is WRONG


LEAVES = st.sampled_from(["x", "y", "2", "3", "x + 1", "x - y", "x*y", "1/2"])
HEADS = st.sampled_from(
    ["log({})", "sqrt({})", "exp({})", "sin({})", "abs({})", "atan({})", "tanh({})", "asin({})", "1/({})", "({})**2"]
)
JOINS = st.sampled_from(["({}) + ({})", "({})*({})", "({}) - ({})", "({})/({})"])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda head, one: head.format(one), HEADS, inner),
        st.builds(lambda join, one, two: join.format(one, two), JOINS, inner, inner),
    ),
    max_leaves=4,
)
CHANGES = ("{}", "-({})", "abs({})", "({}) + 1e-3", "2*({})", "sqrt(({})**2)", "sqrt({})**2", "({})*(-1)**x")


def through_the_wire(value: Any) -> Any:
    codec = Codec(lambda function: None, lambda record: None)
    return codec.decode(codec.encode(value))


@settings(max_examples=60)
@given(function=FORMULAS, other=FORMULAS, change=st.sampled_from(CHANGES), right=st.booleans(), seed=st.integers(0, 9))
def test_any_question_and_any_answer_have_one_outcome_in_three_ways(
    function: str, other: str, change: str, right: bool, seed: int
) -> None:
    try:
        parsed = parse(function, TWO)
        answer = change.format(sp.diff(parsed, sp.Symbol("x", real=True)) if right else other)
        asked = Derivative(function, wrt="x", variables=TWO, seed=seed)
    except Exception:  # 1/(x - x) is no question, and neither is what SymPy cannot differentiate
        reject()
    here = asked.judge(answer)
    case = judged(function, answer, TWO, None)
    told = judge_case(case, seed=seed, mistakes=False)
    assert (here.outcome, here.reason) == (told.outcome, told.reason), (function, answer)
    formula = parse(answer, TWO) if here.reason is not Reason.NOT_PARSED else sp.Integer(1)
    there = asked.judge(through_the_wire(formula))
    live = asked.judge(formula)
    assert (there.outcome, there.reason) == (live.outcome, live.reason), (function, answer)
