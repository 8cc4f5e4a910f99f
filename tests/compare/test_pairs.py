"""One pair of formulas at its points: which count, what is seen there, and when it is enough."""

import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from autograder.compare.criterion import Criterion
from autograder.compare.decision import Realm, decimals
from autograder.compare.decision.decide import Pair
from autograder.expressions.graph import Graph
from autograder.expressions.text.parser import read
from autograder.model import Certainty, Outcome, Reason

RIGHT, WRONG, UNDECIDED = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED
PROVED, SAMPLED = Certainty.PROVED, Certainty.SAMPLED
EQUAL, DIFFERENT = Reason.EQUAL, Reason.DIFFERENT


def pair(desired: str, answer: str, function: str | None = None, variables: str = "x", **more: Any) -> Pair:
    """With ``function`` as that of the question; ``floats``, ``only_mine`` and what a criterion holds by name."""
    graph, names = Graph(), ["x", "y"]
    nodes = [graph.add_tree(read(text, names)) for text in (desired, answer)]
    own = {name: more.pop(name) for name in ("floats", "only_mine") if name in more}
    criterion = Criterion(variables=list(variables), **more)
    counts = None
    if function is not None:
        counts = Realm(graph, [graph.add_tree(read(function, names))], criterion.domain, seed=0)
    return Pair(graph, *nodes, criterion, deadline=time.process_time() + 60, counts=counts, **own)


HUNDRED = {"x": (0.0, 100.0)}
NEAR_8 = "sqrt(1/10000 - (x - 8)**2)"
FLOATS = {"floats": True}


def given(*texts: str, **more: Any) -> Callable[[], Pair]:
    """A pair that a row is about, made where the row is tried."""
    return partial(pair, *texts, **more)


DECIDED: list[tuple[Callable[[], Pair], Outcome, Reason, Certainty | None, int, int]] = [
    # the pair, the outcome, its reason and certainty, points that count, points visited
    # the same formula needs no point; a proof needs four, and one without variables
    (given("x", "x"), RIGHT, EQUAL, PROVED, 0, 0), (given("x", "x", rtol=0.1), RIGHT, EQUAL, PROVED, 0, 0),
    (given("x", "x", **FLOATS), RIGHT, EQUAL, SAMPLED, 16, 16),
    (given("x*(x + 1)", "x**2 + x"), RIGHT, EQUAL, PROVED, 4, 4),
    (given("x*(x + 1)", "x**2 + x", prove=False), RIGHT, EQUAL, SAMPLED, 16, 16),
    (given("sqrt(2)**2 + 0*x", "2"), RIGHT, EQUAL, PROVED, 4, 4),
    (given("tan(1)*cos(1)", "sin(1)", variables=""), RIGHT, EQUAL, PROVED, 1, 1),
    (given("pi", "22/7", variables=""), WRONG, DIFFERENT, PROVED, 1, 1),
    # no value, on one side or on both
    (given("1", "sqrt(-2)", variables=""), WRONG, Reason.COMPLEX, SAMPLED, 1, 1),
    (given("sqrt(-2)", "1", variables=""), UNDECIDED, Reason.NO_POINTS, None, 0, 1),
    (given("2", "sqrt(-1 - x**2)"), WRONG, Reason.COMPLEX, SAMPLED, 1, 93),
    (given("sqrt(-1 - x**2)", "2*sqrt(-1 - x**2)"), UNDECIDED, Reason.NO_POINTS, None, 0, 100),
    (given("1", "sqrt(x)**2/x", domain={"x": (-5.0, -1.0)}), RIGHT, EQUAL, SAMPLED, 36, 93),
    (given("1", "sqrt(x)", domain={"x": (-5.0, 0.5)}), WRONG, DIFFERENT, PROVED, 1, 8),
    (given("2", "sqrt(-1 - x**2)", "sqrt(x)"), WRONG, Reason.COMPLEX, SAMPLED, 1, 93),
    (given("2", "sqrt(-1 - x**2)", "sqrt(-1 - x**2)"), WRONG, Reason.COMPLEX, SAMPLED, 1, 100),
    # whole numbers where no other point is real
    (given("(-1)**x", "(-1)**(x + 2)"), RIGHT, EQUAL, SAMPLED, 7, 187),
    (given("(-1)**x", "(-1)**(x + 1)"), WRONG, DIFFERENT, PROVED, 1, 91),
    # only points at which the function of the question is real count, if there are any
    (given("1/x", "1/Abs(x)"), WRONG, DIFFERENT, PROVED, 5, 5),
    (given("1/x", "1/Abs(x)", "log(x)"), RIGHT, EQUAL, SAMPLED, 10, 20),
    (given("1/x", "2/x", "log(x)"), WRONG, DIFFERENT, PROVED, 1, 1),
    (given("x", "x + 1", "sqrt(x - 3)"), WRONG, DIFFERENT, PROVED, 1, 2),
    (given("x", "Max(x, 71/10)", "sqrt(-1 - x**2)"), WRONG, DIFFERENT, PROVED, 1, 1),
    # and where no point that was drawn lies there, one is looked for, and others beside it
    (given("x", "Max(x, 71/10)", NEAR_8, domain=HUNDRED), RIGHT, EQUAL, SAMPLED, 10, 119),
    (given("x", "Max(x, 81/10)", NEAR_8, domain=HUNDRED), WRONG, DIFFERENT, PROVED, 1, 99),
    # decimals stand for what is near; a tolerance is asked as it is
    (given("1/7", "0.1428571428571", variables="", **FLOATS), RIGHT, EQUAL, SAMPLED, 1, 1),
    (given("1/7", "0.14285714", variables="", **FLOATS), WRONG, DIFFERENT, SAMPLED, 1, 1),
    (given("1/7", "0.1428", variables="", atol=1e-3, **FLOATS), RIGHT, EQUAL, SAMPLED, 1, 1),
    (given("x", "1.001*x", rtol=1e-2, **FLOATS), RIGHT, EQUAL, SAMPLED, 16, 16),
    (given("x", "1.001*x", rtol=1e-4, **FLOATS), WRONG, DIFFERENT, SAMPLED, 1, 1),
    (given("x - x", "33.3*3*x - 99.9*x", **FLOATS), RIGHT, EQUAL, SAMPLED, 16, 16),
    (given("0*x", "0.333333333*x/10**12", **FLOATS), WRONG, DIFFERENT, SAMPLED, 1, 1),
    (given("0*x", "0.333333333*x/10**20", **FLOATS), RIGHT, EQUAL, SAMPLED, 18, 18),
    # what mpmath estimates is not a proof, and a difference within its estimate is none
    (given("besselj(0, x)", "besselj(0, x) + 1"), WRONG, DIFFERENT, PROVED, 1, 1),
    (given("2*besselj(1, x)/x", "besselj(0, x) + besselj(2, x)"), RIGHT, EQUAL, SAMPLED, 16, 16),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "outcome", "reason", "certainty", "used", "tried"), DECIDED, ids=range(len(DECIDED)))
def test_a_pair_is_decided_at_so_many_points(
    asked: Callable[[], Pair], outcome: Outcome, reason: Reason, certainty: Certainty | None, used: int, tried: int
) -> None:
    found = asked().decide()
    assert (found.outcome, found.reason, found.certainty) == (outcome, reason, certainty)
    assert (found.points_used, found.points_tried) == (used, tried)


TWO = {"x": Fraction(2)}


def test_a_difference_is_told_with_its_size_and_as_many_digits_as_it_takes() -> None:
    found = pair("x", "x + 1/100").at(TWO)
    assert found is not None
    assert (found.actual, found.desired, found.witness) == ("2.01000000000000", "2.00000000000000", {"x": 2.0})
    assert found.error == pytest.approx(0.01 / (1e-8 * 2))
    for power, digits in ((14, 15), (15, 30), (29, 30), (30, 60), (59, 60), (60, 90)):
        found = pair("x", f"x + 10**(-{power})").at(TWO)
        assert found is not None
        assert len(str(found.desired).rstrip()) - 1 == digits, power
    nothing = pair("0*x", "x").at(TWO)
    assert nothing is not None
    assert (nothing.desired, nothing.error) == ("0", None)
    allowed = pair("x", "x + 1", atol=0.25).at(TWO)
    assert allowed is not None
    exact = pair("2*x", "x + 1 + 0.5*x", rtol=0.0625, atol=0.125, **FLOATS).at({"x": Fraction(8)})
    assert exact is not None
    assert exact.error == pytest.approx(3 / (0.125 + 0.0625 * 16))


@pytest.mark.parametrize(
    ("by", "options", "agrees"),
    [
        # 2 is asked to 0.25 + 2·0.25, to the last digit, and to eight digits
        ("0.75", {"atol": 0.25, "rtol": 0.25}, True), ("0.7500001", {"atol": 0.25, "rtol": 0.25}, False),
        ("-0.75", {"atol": 0.25, "rtol": 0.25}, True), ("0.5", {"rtol": 0.25}, True), ("0.25", {"atol": 0.25}, True),
        ("0.0", {}, True), ("0.5*10**-7", {}, False),
    ],
)  # fmt: skip
def test_with_decimals_what_is_allowed_agrees_and_no_more(by: str, options: dict[str, Any], agrees: bool) -> None:
    asked = pair("x", f"x + {by}", **FLOATS, **options)
    assert (asked.at(TWO) is None) is agrees
    assert (asked.agreed, asked.unclear) == ([TWO] if agrees else [], 0)


def test_points_at_which_the_answer_alone_has_no_value_are_kept_until_one_agrees() -> None:
    asked = pair("x", "sqrt(x)**2")
    for value in (-2, 2, -3):
        assert asked.at({"x": Fraction(value)}) is None
    assert (asked.reference_only, asked.agreed, asked.tried) == ([{"x": Fraction(-2)}], [{"x": Fraction(2)}], 3)
    # where the reference has none either it says nothing
    nowhere = pair("sqrt(x)", "log(x)")
    assert nowhere.at({"x": Fraction(-2)}) is None
    assert (nowhere.reference_only, nowhere.reference_beyond) == ([], [])
    # and beyond the function of the question it is another matter
    beyond = pair("x", "sqrt(x)**2", "sqrt(x + 3)")
    for value in (-2, -4):
        beyond.at({"x": Fraction(value)})
    assert (beyond.reference_only, beyond.reference_beyond) == ([{"x": Fraction(-2)}], [{"x": Fraction(-4)}])


def test_a_difference_beyond_the_function_is_kept_and_what_agreed_there_counts_no_more() -> None:
    asked = pair("x", "Abs(x)", "sqrt(x - 3)")
    points = [{"x": Fraction(value)} for value in (1, 4, -2, 2, 5, -3)]
    for point in points[:2]:
        assert asked.at(point) is None
    assert (asked.agreed, asked.beyond) == (points[:2], None)
    assert asked.at(points[2]) is None
    assert asked.beyond is not None
    assert (asked.agreed, asked.beyond.witness) == ([points[1]], {"x": -2.0})
    for point in points[3:]:
        assert asked.at(point) is None
    assert (asked.agreed, asked.beyond.witness) == ([points[1], points[4]], {"x": -2.0})
    assert pair("x", "Abs(x)", "sqrt(x + 3)").at(points[2]) is not None
    assert pair("x", "Abs(x)").at(points[2]) is not None


def test_what_needs_more_digits_than_there_is_time_for_is_unclear() -> None:
    asked = pair("1", "1/(sin(x)**2 + cos(x)**2 - 1 + 10**(-4000))")
    asked.deadline = 0.0
    assert asked.at(TWO) is None
    assert (asked.unclear, asked.agreed) == (1, [])


@pytest.mark.parametrize(
    ("options", "bits"),
    [
        ({}, None), ({"floats": True}, decimals.FLOAT_BITS), ({"floats": True, "only_mine": True}, 46),
        ({"floats": True, "rtol": 0.1}, decimals.EXACT_FLOAT_BITS), ({"floats": True, "atol": 0.1}, 46),
    ],
)  # fmt: skip
def test_how_many_bits_of_a_decimal_are_believed(options: dict[str, Any], bits: float | None) -> None:
    # 0.123456789 stands for what is within 1e-8 of it, or for itself as far as a float is printed
    asked = pair("0.123456789*x", "0.123456789*x + x/10**10", **options)
    agrees = asked.at(TWO) is None
    assert agrees is (bits == decimals.FLOAT_BITS or bool(asked.tolerance))
    assert (decimals.FLOAT_BITS, decimals.EXACT_FLOAT_BITS) == (26.6, 46)


def test_a_pair_begins_with_nothing() -> None:
    asked = pair("x", "y", variables="xy", domain={"x": (0.0, 1.0)}, seed=3, prove=False)
    assert (asked.tried, asked.unclear, asked.agreed, asked.reference_only, asked.reference_beyond) == (
        0,
        0,
        [],
        [],
        [],
    )
    assert (asked.variables, asked.domain, asked.seed, asked.tolerance) == (["x", "y"], {"x": (0.0, 1.0)}, 3, None)
    assert (asked.same, asked.beyond, asked.proved, asked.counts) == (False, None, False, None)
    assert (pair("x", "y").proved, pair("x", "x + 0.5", floats=True).proved) == (None, False)
    assert (pair("x", "x").same, pair("x", "x", **FLOATS).same) == (True, False)
