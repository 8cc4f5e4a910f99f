"""Two sides at one point, as balls of a size that the test says: when they agree, are apart, or are asked again."""

import time
from fractions import Fraction
from typing import Any

import flint
import pytest
from flint import arb

from autograder.compare.criterion import Criterion
from autograder.compare.decision.decide import Pair
from autograder.expressions.graph import Graph, Outside, Wide
from autograder.expressions.text.parser import read
from autograder.model import Certainty, Outcome, Reason

POINT = {"x": Fraction(2)}
LOOKS = [320, 960, 2880, 8640]


class Program:
    """Gives the same balls with every number of bits, from the ``wide``-th look on."""

    def __init__(
        self, desired: Any, actual: Any, *, wide: int = 0, rigorous: bool = True, outside: bool = False
    ) -> None:
        self.balls = desired, actual
        self.wide, self.rigorous, self.outside = wide, rigorous, outside
        self.looks: list[int] = []

    def run(self, balls: Any) -> Any:
        self.looks.append(flint.ctx.prec)
        if len(self.looks) <= self.wide:
            raise Wide
        if self.outside:
            raise Outside
        return self.balls

    def first(self, balls: Any) -> Any:
        return self.balls[0]


def seen(program: Program, *, hidden: int = 0, **more: Any) -> tuple[str, list[int]]:
    """What the point shows, and with how many bits it was looked at."""
    graph = Graph()
    nodes = [graph.add_tree(read(text, ["x"])) for text in ("x", "x + 1")]
    floats, noise = more.pop("floats", False), more.pop("noise", 0.0)
    pair = Pair(graph, *nodes, Criterion(variables=["x"], **more), deadline=time.process_time() + 60, floats=floats)
    pair.program, pair._noise = program, noise  # type: ignore[assignment]
    verdict = pair.at(POINT, hidden)
    assert pair.tried == 1
    assert len(pair.agreed) + pair.unclear + (verdict is not None) == 1
    return "apart" if verdict else "agree" if pair.agreed else "unclear", program.looks


def ball(middle: float, radius: float = 0.0, *, power: int = 0) -> Any:
    """With a radius of ``radius`` times a power of two."""
    return arb(middle, arb(radius) * arb(2) ** power)


@pytest.mark.parametrize(
    ("program", "hidden", "result", "looks"),
    [
        # to 200 bits of the size of both; with fewer, they are looked at again
        (Program(ball(1, 0.99, power=-200), ball(1, 0.99, power=-200)), 0, "agree", [320]),
        (Program(ball(1, 1.01, power=-200), ball(1, 1.01, power=-200)), 0, "unclear", LOOKS),
        (Program(ball(-1, 0.99, power=-200), ball(-1, 0.99, power=-200)), 0, "agree", [320]),
        (Program(ball(1), ball(1)), 0, "agree", [320]),
        (Program(ball(1, 1, power=-300), ball(1 + 2.0**-40)), 0, "apart", [320]),
        # beyond what hides a part: with more bits than that
        (Program(ball(1, 0.99, power=-300), ball(1, 0.99, power=-300)), 100, "agree", [320]),
        (Program(ball(1, 1.01, power=-300), ball(1, 1.01, power=-300)), 100, "unclear", [*LOOKS, 740]),
        (Program(ball(1, 1, power=-700), ball(1, 1, power=-700)), 1000, "unclear", [2880, 8640, 1640]),
        (Program(ball(1, 1, power=-9500), ball(1, 1, power=-9500)), 9000, "agree", [9640]),
        # nothing but noise around 0 is 0, where there are digits enough to say so
        (Program(ball(0, 0.49, power=-800), ball(0, 0.49, power=-800)), 0, "agree", [320, 960]),
        (Program(ball(0, 0.51, power=-800), ball(0, 0.51, power=-800)), 0, "unclear", LOOKS),
        (Program(ball(0, 1, power=-900), ball(0, 1, power=-900)), 1, "unclear", [*LOOKS, 641]),
        # a value that is not known yet is asked for with more bits, three times
        (Program(ball(1), ball(1), wide=1), 0, "agree", [320, 960]),
        (Program(ball(1), ball(1), wide=2), 0, "agree", [320, 960, 2880]),
        (Program(ball(1), ball(1), wide=3), 0, "unclear", [320, 960, 2880]),
    ],
    ids=range(15),
)  # fmt: skip
def test_when_two_balls_agree(program: Program, hidden: int, result: str, looks: list[int]) -> None:
    program.looks.clear()
    assert seen(program, hidden=hidden) == (result, looks)


@pytest.mark.parametrize(
    ("desired", "actual", "more", "result"),
    [
        # with decimals: apart by more than rounding, known to four digits, or unclear
        (ball(1), ball(1 + 0.9e-14), {}, "agree"), (ball(1), ball(1 + 1.2e-14), {}, "apart"),
        (ball(-1), ball(-1 + 1.2e-14), {}, "apart"), (ball(1), ball(1 + 1.2e-14), {"noise": 1e-14}, "agree"),
        (ball(1), ball(1 + 2.2e-14), {"noise": 1e-14}, "apart"),
        (ball(0), ball(0.9e-14), {}, "agree"), (ball(0), ball(1.1e-14), {}, "apart"),
        (ball(0), ball(-1.1e-14), {}, "apart"),
        (ball(1), ball(1, 0.99e-4), {}, "agree"), (ball(1), ball(1, 1.01e-4), {}, "unclear"),
        (ball(-4), ball(-4, 3.9e-4), {}, "agree"), (ball(-4), ball(-4, 4.1e-4), {}, "unclear"),
        (ball(0.9e-30), ball(0.9e-30, 0.9e-6), {}, "agree"), (ball(0.9e-30), ball(0.9e-30, 1.1e-6), {}, "unclear"),
        (ball(1.1e-30), ball(1.1e-30, 0.9e-6), {}, "unclear"),
        # with a tolerance: what is allowed is allowed, to the last digit
        (ball(2), ball(2.5), {"atol": 0.5}, "agree"), (ball(2), ball(2.51), {"atol": 0.5}, "apart"),
        (ball(2), ball(1.49), {"atol": 0.5}, "apart"), (ball(-2), ball(-3), {"rtol": 0.5}, "agree"),
        (ball(-2), ball(-3.01), {"rtol": 0.5}, "apart"), (ball(2), ball(3.5), {"rtol": 0.5, "atol": 0.5}, "agree"),
        (ball(2), ball(3.51), {"rtol": 0.5, "atol": 0.5}, "apart"),
        (ball(2), ball(2.5, 0.01), {"atol": 0.5}, "unclear"), (ball(2), ball(2.4, 0.05), {"atol": 0.5}, "agree"),
    ],
    ids=range(24),
)  # fmt: skip
def test_when_two_balls_agree_where_there_are_decimals(
    desired: Any, actual: Any, more: dict[str, float], result: str
) -> None:
    assert seen(Program(desired, actual), floats=True, **more) == (result, [320])


@pytest.mark.parametrize(
    ("program", "floats", "certainty"),
    [
        (Program(ball(1), ball(2, 1e-3)), False, Certainty.PROVED),
        (Program(ball(1), ball(2, 1e-3)), True, Certainty.SAMPLED),
        # what mpmath says of its error is no bound: a million times that, or nothing
        (Program(ball(1), ball(2, 0.9e-6), rigorous=False), False, Certainty.SAMPLED),
        (Program(ball(1), ball(2, 1.1e-6), rigorous=False), False, None),
        (Program(ball(1), ball(2, 1.1e-6), rigorous=False), True, None),
    ],
    ids=range(5),
)  # fmt: skip
def test_when_two_balls_are_apart(program: Program, floats: bool, certainty: Certainty | None) -> None:
    graph = Graph()
    nodes = [graph.add_tree(read(text, ["x"])) for text in ("x", "x + 1")]
    pair = Pair(graph, *nodes, Criterion(variables=["x"]), deadline=time.process_time() + 60, floats=floats)
    pair.program = program  # type: ignore[assignment]
    found = pair.at(POINT)
    assert (found and found.certainty, pair.unclear) == (certainty, certainty is None)
    if found is not None:
        assert (found.outcome, found.reason, found.witness) == (Outcome.INCORRECT, Reason.DIFFERENT, {"x": 2.0})
        assert found.error == pytest.approx(1e8, rel=2e-3)
        assert (found.points_used, found.points_tried) == (1, 1)


def test_how_large_a_difference_is_is_told_where_it_has_a_size() -> None:
    for desired, actual, error in ((ball(0), ball(1), None), (ball(4), ball(2), 0.5e8), (ball(-4), ball(2), 1.5e8)):
        graph = Graph()
        nodes = [graph.add_tree(read(text, ["x"])) for text in ("x", "x + 1")]
        pair = Pair(graph, *nodes, Criterion(variables=["x"]), deadline=time.process_time() + 60)
        pair.program = Program(desired, actual)  # type: ignore[assignment]
        found = pair.at(POINT)
        assert found is not None
        assert found.error == (None if error is None else pytest.approx(error))


def test_when_the_time_is_over_no_more_bits_are_asked_for() -> None:
    for program in (Program(ball(1), ball(1), wide=9), Program(ball(1, 1, power=-100), ball(1, 1, power=-100))):
        graph = Graph()
        nodes = [graph.add_tree(read(text, ["x"])) for text in ("x", "x + 1")]
        pair = Pair(graph, *nodes, Criterion(variables=["x"]), deadline=0.0)
        pair.program = program  # type: ignore[assignment]
        assert pair.at(POINT) is None
        assert (pair.unclear, program.looks) == (1, [320])


def test_a_point_without_a_value_is_neither_agreement_nor_doubt() -> None:
    graph = Graph()
    nodes = [graph.add_tree(read(text, ["x"])) for text in ("x", "x + 1")]
    pair = Pair(graph, *nodes, Criterion(variables=["x"]), deadline=time.process_time() + 60)
    pair.program = Program(ball(1), ball(1), outside=True)  # type: ignore[assignment]
    assert pair.at(POINT) is None
    assert (pair.unclear, pair.agreed, pair.reference_only) == (0, [], [POINT])
