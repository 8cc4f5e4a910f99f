"""Wrong answers that an author foresees: questions take them, with a hint for each."""

import numpy as np
import pytest

from autograder import (
    Choice,
    CriticalPoints,
    Derivative,
    DifferenceQuotient,
    DirectionalDerivative,
    Equal,
    Gradient,
    Hessian,
    LevelSetTangent,
    Minimiser,
    Minimum,
    Root,
    TangentPlane,
)
from autograder.errors import AuthorError
from autograder.feedback import student
from autograder.model import Outcome

HINT = "What did you do there?"
CURVE = Derivative("x**3", wrt="x", domain={"x": (-2, 2)}, slips={"x**2": HINT})
FAST = Derivative("x**3", wrt="x", domain={"x": (-2, 2)}, vectorised=True, slips={"x**2": HINT})
SLOPE = Derivative("x**3", wrt="x", at=2, slips={"4": HINT, "x**4": HINT})
FIELD = Gradient("x**2*y", wrt=("x", "y"), slips={"[2*x, x]": HINT})
MATRIX = Hessian("x**2*y", wrt=("x", "y"), slips={"[[2*y, x], [x, 0]]": HINT})
ALONG = DirectionalDerivative("x**2*y", direction=(3, 4), at=(1, 2), slips={"7": HINT})
PLANE = TangentPlane("x**2*y", at=(1, 2), slips={"4*x + y": HINT})
LEVEL = LevelSetTangent("x**2*y", at=(1, 2), slips=[((1, 1), HINT)])
BOTTOM = Minimum("(x - 1)**2 + (y - 2)**2", slips=[((5, 5), HINT)])
BOTH = Root("x**2 - 4*x", slips={"3": HINT})
TWO = Root("x**3 - 3*x", count=2, slips=[((0, 1), HINT)])
FLAT = Gradient("3*x + 2*y", wrt=("x", "y"), slips=[(np.array([2.0, 3.0]), HINT)])
FORMULA = Equal("x**2 - 1", slips={"x**2 + 1": "Which sign?", "x - 1": HINT})
PAIR = Equal(np.array([7.0, 9.0]), slips=[(np.array([9.0, 7.0]), HINT)])
HOLE = Equal(np.array([np.nan, 2.0]), slips=[(np.array([0.0, 2.0]), HINT)])
SIZE = Equal(1e-8, factor=10, slips={1e-4: HINT})

FORESEEN = [
    (CURVE, "x*x"),
    (CURVE, lambda x: x**2),
    (FAST, lambda x: np.asarray(x) ** 2),
    (SLOPE, 4.0),
    (SLOPE, 16),
    (FIELD, ["2*x", "x"]),
    (FIELD, lambda v: np.array([2 * v[0], v[0]])),
    (MATRIX, [["2*y", "x"], ["x", 0]]),
    (ALONG, 7),
    (PLANE, "y + 4*x"),
    (LEVEL, [1, 1]),
    (BOTTOM, (5, 5)),
    (BOTH, 3),
    (BOTH, {3}),
    (BOTH, [{"x": 3}]),
    (TWO, [1, 0]),
    (TWO, {0, 1}),
    (FLAT, [2, 3]),
    (FLAT, lambda v: np.array([2.0, 3.0])),
    (FORMULA, lambda x: x - 1),
    (PAIR, [9, 7]),
    (HOLE, [0, 2]),
    (SIZE, 2e-4),
]


@pytest.mark.parametrize(("question", "answer"), FORESEEN, ids=range(len(FORESEEN)))
def test_a_foreseen_wrong_answer_gets_the_authors_hint(question, answer):
    question.certify()
    verdict = question.judge(answer)
    assert verdict.outcome is Outcome.INCORRECT
    assert verdict.details["hint"] == HINT
    assert HINT in student(verdict, language="en", hidden=True).split("\n")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (CURVE, "3*x**2"),
        (CURVE, "x"),
        (SLOPE, 12),
        (SLOPE, 5),
        (FIELD, "[2*x*y, x**2]"),
        (BOTTOM, (1, 2)),
        (PAIR, [7, 9]),
    ],
)
def test_every_other_answer_does_not(question, answer):
    assert "hint" not in question.judge(answer).details


@pytest.mark.parametrize(
    "question",
    [
        Equal("x**2 - 1", slips={"(x - 1)*(x + 1)": HINT}),
        Derivative("x**2", wrt="x", slips={"x + x": HINT}),
        Derivative("x**2", wrt="x", at=3, slips={"6": HINT}),
        LevelSetTangent("x**2*y", at=(1, 2), slips=[((1, -4), HINT)]),
        Root("x**2 - 4*x", slips={"2": HINT}),
        Equal(np.array([7.0, 9.0]), slips=[(np.array([7.0, 9.0]), HINT)]),
    ],
)
def test_a_slip_that_is_right_is_refused_by_the_build(question):
    with pytest.raises(AuthorError, match="is a right answer"):
        question.certify()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Derivative("x**2", wrt="x", slips={"x + (": HINT}),
        lambda: Equal("x**2", slips={"log(": HINT}),
        lambda: DifferenceQuotient("exp(x)", order=1, slips={"x": HINT}),
        lambda: CriticalPoints("x**2", slips=[({1: "minimum"}, HINT)]),
        lambda: Minimiser("x**2", start=1, slips=[(1, HINT)]),
        lambda: Root("x**3 - 3*x", count=2, slips=[((0,), HINT)]),
        lambda: Derivative("x**2", wrt="x", slips={"x": 3}),
        lambda: Choice("AB", key="A", hints={"B": 3}),
    ],
)
def test_a_slip_that_cannot_be_one_is_refused_at_once(make):
    with pytest.raises(AuthorError):
        make()


def test_a_slip_that_no_answer_can_be_is_refused_by_the_build():
    with pytest.raises(AuthorError, match=r"has the shape a single number, an answer has \(2,\)"):
        Gradient("x**2*y", wrt=("x", "y"), slips={"2*x*y + x**2": HINT}).certify()


def test_a_hint_does_not_replace_what_is_known_of_the_mistake():
    verdict = Derivative("x**3", wrt="x", slips={"x**2": HINT}, credit={"pow_nocoef": 0.5}).judge("x**2")
    assert (verdict.mistakes, verdict.credit, verdict.details["hint"]) == (("pow_nocoef",), 0.5, HINT)
