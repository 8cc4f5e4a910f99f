"""Critical points with their kinds: a set, in any order, within a tolerance."""

import numpy as np
import pytest
import sympy as sp

from autograder import feedback
from autograder.errors import AuthorError
from autograder.model import Outcome, Reason
from autograder.questions import CriticalPoints, Minimum

RIGHT, WRONG, INVALID = Outcome.CORRECT, Outcome.INCORRECT, Outcome.INVALID
x, y = sp.symbols("x y")

CUBIC = CriticalPoints("x**3 - 3*x", count=2)
ANY = CriticalPoints("x**3 - 3*x")
MAP = CriticalPoints("x**4 + y**4 - 4*x*y", count=3)
TERRACE = CriticalPoints("x**4 - 4*x**3", count=2)
HALF = CriticalPoints("x**3 - 3*x", domain={"x": (0, 5)}, count=1)
IRRATIONAL = CriticalPoints("x**3 - 6*x", count=2)
WAVES = CriticalPoints("sin(x)*sin(y)", domain={"x": (-1, 2), "y": (-1, 2)}, count=2)

ROWS = [
    (CUBIC, {1: "minimum", -1: "maximum"}, RIGHT),
    (CUBIC, {-1.0: "Max", 1.00001: "min"}, RIGHT),
    (CUBIC, {"minimum": [1], "maximum": [-1]}, RIGHT),
    (CUBIC, {"minimum": 1, "maximum": -1}, RIGHT),
    (CUBIC, [(1, "minimum"), (-1, "maximum")], RIGHT),
    (CUBIC, [["maximum", -1], ["minimum", 1]], RIGHT),
    (CUBIC, {(1, "Tiefpunkt"), (-1, "Hochpunkt")}, RIGHT),
    (CUBIC, {sp.Integer(1): "local minimum", sp.Integer(-1): sp.Symbol("maximum")}, RIGHT),
    (CUBIC, {(1,): "minimum", (-1,): "maximum"}, RIGHT),
    (CUBIC, {1: "minimum", 1.0000001: "minimum", -1: "maximum"}, RIGHT),
    (CUBIC, {1: "maximum", -1: "minimum"}, WRONG),
    (CUBIC, {1: "minimum"}, WRONG),
    (CUBIC, {1: "minimum", -1: "saddle"}, WRONG),
    (CUBIC, {1: "minimum", -1: "maximum", 0: "saddle"}, WRONG),
    (CUBIC, {1: "minimum", -1.01: "maximum"}, WRONG),
    (CUBIC, {1: "lowest", -1: "maximum"}, INVALID),
    (CUBIC, [1, -1], INVALID),
    (CUBIC, "1 is a minimum", INVALID),
    (CUBIC, {(1, 0): "minimum"}, INVALID),
    (CUBIC, {x: "minimum"}, INVALID),
    (CUBIC, {float("nan"): "minimum"}, INVALID),
    (CUBIC, {1j: "minimum"}, INVALID),
    (CUBIC, {}, INVALID),
    (CUBIC, [], INVALID),
    (CUBIC, None, INVALID),
    (CUBIC, ..., INVALID),
    (CUBIC, 3, INVALID),
    (ANY, {1: "minimum"}, RIGHT),
    (ANY, {0: "saddle"}, WRONG),
    (MAP, {(0, 0): "saddle point", (1, 1): "minimum", (-1, -1): "minimum"}, RIGHT),
    (MAP, {"saddle": [(0, 0)], "minimum": [(1, 1), (-1, -1)]}, RIGHT),
    (MAP, {"saddle": {(0, 0)}, "minimum": {(1, 1), (-1, -1)}}, RIGHT),
    (MAP, {"saddle": (0, 0), "minimum": [(1, 1), (-1, -1)]}, RIGHT),
    (MAP, [(0, 0, "saddle"), (1, 1, "minimum"), (-1, -1, "min")], RIGHT),
    (MAP, [(np.array([0.0, 0.0]), "saddle"), ([1, 1], "minimum"), (sp.Matrix([-1, -1]), "min")], RIGHT),
    (MAP, {(0, 0): "maximum", (1, 1): "minimum", (-1, -1): "minimum"}, WRONG),
    (MAP, {(0, 0): "saddle", (1, 1): "minimum"}, WRONG),
    (TERRACE, {3: "minimum", 0: "neither"}, RIGHT),
    (TERRACE, {3: "minimum", 0: "inflection point"}, RIGHT),
    (TERRACE, {3: "minimum", 0: "maximum"}, WRONG),
    (HALF, {1: "minimum"}, RIGHT),
    (HALF, {1: "minimum", -1: "maximum"}, WRONG),
    (IRRATIONAL, {sp.sqrt(2): "minimum", -sp.sqrt(2): "maximum"}, RIGHT),
    (IRRATIONAL, {1.4142: "minimum", -1.4142: "maximum"}, RIGHT),
    (WAVES, {(0, 0): "saddle", (sp.pi / 2, sp.pi / 2): "maximum"}, RIGHT),
]


@pytest.mark.parametrize(("question", "answer", "outcome"), ROWS, ids=range(len(ROWS)))
def test_claims(question, answer, outcome):
    verdict = question.judge(answer)
    assert verdict.outcome is outcome, verdict


@pytest.mark.parametrize(
    ("question", "answer", "mistakes"),
    [
        (CUBIC, {1: "maximum", -1: "minimum"}, ("extrema_swapped",)),
        (CUBIC, {1: "minimum"}, ("critical_missing",)),
        (CUBIC, {1: "minimum", -1: "saddle"}, ("class_wrong",)),
        (MAP, {(0, 0): "minimum", (1, 1): "maximum", (-1, -1): "maximum"}, ("class_wrong",)),
        (CUBIC, {2: "minimum"}, ("not_level",)),
    ],
)
def test_what_is_wrong_is_named_and_the_answer_is_not(question, answer, mistakes):
    verdict = question.judge(answer)
    assert (verdict.reason, verdict.mistakes) == (Reason.DIFFERENT, mistakes)
    for level in (1, 2):
        said = feedback.student(verdict, level=level, language="en")
        assert not {"minimum", "maximum", "saddle", "1"} & {*said.replace(",", " ").replace(".", " ").split()}


def test_kinds_in_every_dimension():
    bowl = "(x - 1)**2 + 2*(y + 1)**2 + (z - 3)**2"
    assert CriticalPoints(bowl).judge({(1, -1, 3): "minimum"}).outcome is RIGHT
    assert CriticalPoints(f"-({bowl})").judge({(1, -1, 3): "maximum"}).outcome is RIGHT
    assert CriticalPoints("x**2 + y**2 - z**2").judge({(0, 0, 0): "saddle"}).outcome is RIGHT
    assert CriticalPoints("x**4 + y**4").judge({(0, 0): "minimum"}).outcome is RIGHT
    assert CriticalPoints("x**3 - 3*x*y**2").judge({(0, 0): "saddle"}).outcome is RIGHT
    assert Minimum("x**3 - 3*x*y**2").judge([0, 0]).outcome is WRONG


def test_the_number_of_points_is_checked_when_an_assignment_is_built():
    for question in (CUBIC, ANY, MAP, TERRACE, HALF, IRRATIONAL, WAVES):
        question.certify()
    with pytest.raises(AuthorError, match="3 critical points"):
        CriticalPoints("x**4 + y**4 - 4*x*y", count=2).certify()
