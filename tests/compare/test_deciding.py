"""How many points a decision looks at, with how many digits, and what becomes of a worker that nobody waits for."""

import math
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction

import flint
import psutil
import pytest

from autograder.compare.criterion import Criterion
from autograder.compare.decision import decimals
from autograder.compare.decision.decide import Pair
from autograder.expressions.graph import Graph, Program, point_balls
from autograder.expressions.text.parser import read
from autograder.model import Outcome, Reason, Verdict

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
PI = math.pi
NAMES = ["x", "y"]


def decided(one: str, other: str, variables: tuple[str, ...]) -> Verdict:
    """By points alone, without a proof."""
    graph = Graph()
    first, second = (graph.add_tree(read(text, NAMES)) for text in (one, other))
    return Pair(
        graph, first, second, Criterion(variables=variables, prove=False), deadline=time.process_time() + 60
    ).decide()


TINY = "sin(x)**2 + cos(x)**2 - 1"
ROWS = [
    # one, other, variables, outcome, points that agree, points visited
    ("floor(sqrt(7))", "2", (), RIGHT, 1, 1),
    ("floor(sqrt(7))", "3", (), WRONG, 1, 1),
    ("sin(x)**2", "1 - cos(x)**2", ("x",), RIGHT, 16, 16),
    ("sin(x + y)", "sin(x)*cos(y) + cos(x)*sin(y)", ("x", "y"), RIGHT, 26, 26),
    ("sin(x + y)", "sin(x)*cos(y) - cos(x)*sin(y)", ("x", "y"), WRONG, 1, 1),
    # with the digits of the first look the denominator may be 0, with more of them it is not
    (f"1/({TINY} + 10**(-120))", "10**120", ("x",), RIGHT, 16, 16),
    (f"1/({TINY} + 10**(-120))", "10**120 + 1", ("x",), WRONG, 1, 1),
    (f"sqrt({TINY} + 10**(-240))", "10**(-120)", ("x",), RIGHT, 16, 16),
    (f"log({TINY} + 10**(-700))", "-700*log(10)", ("x",), RIGHT, 16, 16),
]


@pytest.mark.parametrize(("one", "other", "variables", "outcome", "used", "tried"), ROWS)
def test_points_are_visited_and_looked_at_with_more_digits(
    one: str, other: str, variables: tuple[str, ...], outcome: Outcome, used: int, tried: int
) -> None:
    found = decided(one, other, variables)
    assert (found.outcome, found.points_used, found.points_tried) == (outcome, used, tried)


def test_where_the_answer_alone_is_not_real_the_reference_is_told() -> None:
    found = decided("2", "sqrt(-1 - x**2)", ("x",))
    assert (found.outcome, found.reason, found.desired) == (WRONG, Reason.COMPLEX, "2.00000000000000")
    assert found.witness is not None


@pytest.mark.parametrize(
    ("texts", "moved", "places"),
    [
        (["2000000000000.5*x + 1"], ["x"], {0.0, -4.99999999999875e-13}),
        (["2000000000000.5*x + 1", "3*x + y"], ["x"], {0.0, -4.99999999999875e-13}),
        (["x + 1"], ["x"], set()),  # no decimal is in it
        (["0.5*x + 1"], ["x"], set()),  # nor one that stands for several numbers
        (["1000000000.5*x*y"], ["x", "y"], {0.0}),
    ],
)
def test_decimals_weigh_nothing_where_their_terms_are_0(texts: list[str], moved: list[str], places: set[float]) -> None:
    graph = Graph()
    roots = [graph.add_tree(read(text, NAMES)) for text in texts]
    base = {"x": Fraction(3), "y": Fraction(5)}
    found = list(decimals.light_places(graph, roots, moved, {}, base))
    seen = {float(point[name]) for point in found for name in moved if point[name] != base[name]}
    assert sorted(seen) == pytest.approx(sorted(places), rel=1e-9, abs=1e-30)
    assert all(set(point) == set(base) for point in found)


ROWS_OF_PLACES: list[tuple[str, list[str], list[tuple[float, float]]]] = [
    # the text, variables in the order in which they are moved, the places in their order, from (3, 5) on
    ("1.123456789*sin(x) + y", ["x", "y"],
     [(0, 5), (PI, 5), (-PI, 5), (2 * PI, 5), (0, 5), (3, -1.123456789 * math.sin(3)), (0, 0)]),
    ("1000000.123456789*x + 2000000.123456789*(x - y)", ["y", "x"],
     [(0, 5), (0, 5), (3, 4.5), (0, 0), (10 / 3, 5), (3, 3), (5, 5)]),
    (" + ".join(f"{n}.123456789*(x - {n})" for n in range(1, 20)) + " + y", ["x", "y"],
     [(1, 5), (1, 5), *((n, 5) for n in range(2, 13))]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "moved", "places"), ROWS_OF_PLACES, ids=["roots", "together", "terms"])
def test_how_many_places_there_are_of_a_term_and_in_which_order(
    text: str, moved: list[str], places: list[tuple[float, float]]
) -> None:
    graph = Graph()
    base = {"x": Fraction(3), "y": Fraction(5)}
    found = list(decimals.light_places(graph, [graph.add_tree(read(text, NAMES))], moved, {}, base))
    seen = [(float(point["x"]), float(point["y"])) for point in found]
    assert seen == [pytest.approx(place, rel=1e-6, abs=1e-12) for place in places]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234567891.5*x + 2*x - 1234567891.5*x", 6), ("1234567891.5*x + 3 + 1 - 1234567891.5*x", 4),
        ("y*(1234567891.5*x - 1234567891.5*x + 7)", 35), ("1234567891.5*x*2 - x*1234567891.5*2 - x/3", -1),
        ("sin(1234567891.5*x - 1234567891.5*x) + 1", 1),
    ],
)  # fmt: skip
def test_like_terms_are_put_together_where_decimals_are(text: str, value: int) -> None:
    graph = Graph()
    root = graph.add_tree(read(text, NAMES))
    program = Program(graph, [root, decimals.collected(graph, root)], float_bits=decimals.FLOAT_BITS)
    flint.ctx.prec = 320
    apart, together = program.run(point_balls({"x": Fraction(3), "y": Fraction(5)}))
    assert apart.rad() > 0.1
    assert together.rad() < 1e-60
    assert together.contains(value)
    # where there is none, nothing is rebuilt
    exact = graph.add_tree(read("x + 2*x*y - x + 0.5*y - 0.5*y", NAMES))
    assert decimals.collected(graph, exact) == exact


BUSY = """
import os, time
from autograder.compare.arbiter.child import Worker
from autograder.compare.arbiter.frames import write_frame

def serve(content):
    print(os.getpid(), flush=True)
    time.sleep(60)

write_frame(Worker(serve, 50.0).requests, b"{}")
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux alone tells a process of its parent's end")
def test_a_worker_that_computes_ends_with_its_arbiter() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) as arbiter:
        assert arbiter.stdout is not None
        worker = psutil.Process(int(arbiter.stdout.readline()))
        os.kill(arbiter.pid, signal.SIGKILL)
    for _ in range(1_000):
        if not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.02)
    else:
        worker.kill()
        raise AssertionError("it goes on alone")
