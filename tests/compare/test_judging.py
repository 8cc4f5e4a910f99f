"""How a request is judged: whose slope is believed, what is checked against what, and what a crash comes to."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from autograder.compare.arbiter import judging
from autograder.compare.arbiter.request import Reply, Request
from autograder.compare.criterion import Criterion
from autograder.expressions.graph import Graph
from autograder.expressions.text.parser import read
from autograder.model import Outcome, Reason, Verdict

NAMES = ["x", "y"]


def asked(answer: str, function: str, *names: str) -> Request:
    return Request(
        desired=None,
        actual=[read(answer, NAMES)],
        criterion=Criterion(variables=NAMES),
        functions=[read(function, NAMES)],
        terms=[(0, list(names))],
    )


WITNESS = {"x": 1.25, "y": 0.75}


@pytest.mark.parametrize(
    ("function", "names", "slope", "answer", "confirmed"),
    [
        ("x**3*y", "x", "3*x**2*y", "x**2*y", True),
        ("x**3*y", "x", "3*x**2*y", "3*x**2*y + 10**-12", True),
        ("x**3*y", "xx", "6*x*y", "6*x", True),
        ("x**3*y", "xy", "3*x**2", "-3*x**2", True),
        ("sin(x*y)", "yy", "-x**2*sin(x*y)", "x**2*sin(x*y)", True),
        ("exp(x)", "xxx", "exp(x)", "exp(x)*(1 + 10**-6)", True),
        # a slope that is wrong condemns nobody, whether the answer is right or wrong as well
        ("x**3*y", "x", "x**2*y", "3*x**2*y", False),
        ("x**3*y", "x", "x**2*y", "2*x**2*y", False),
        ("x**3*y", "xx", "6*x", "6*x*y", False),
        # nor does a function that has no value beside the point, or whose digits are rounded
        ("sqrt(x - 5/4)", "x", "0", "1", False),
        ("log(y - x)", "x", "-1/(y - x)", "1", False),
        ("0.5*x", "x", "1/2", "1", False),
        # nor an answer whose size is unknown there: the witness is a zero of what it divides by
        ("x**2", "x", "2*x", "tan(2*pi*x/5)", False),
    ],
)
def test_the_functions_own_differences_say_whose_slope_is_right(
    function: str, names: str, slope: str, answer: str, confirmed: bool
) -> None:
    graph, request = Graph(), asked(answer, function, *names)
    slopes = [graph.add_tree(read(slope, NAMES))]
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness=WITNESS)
    assert judging._confirmed(graph, slopes, request, verdict) is confirmed


def test_of_several_components_the_one_that_is_wrong_is_confirmed() -> None:
    graph = Graph()
    request = Request(
        desired=None,
        actual=[read("2*x", NAMES), read("x", NAMES)],
        criterion=Criterion(variables=NAMES),
        functions=[read("x**2", NAMES), read("x*y", NAMES)],
        terms=[(0, ["x"]), (1, ["x"])],
    )
    slopes = [graph.add_tree(read(text, NAMES)) for text in ("2*x", "y")]
    for place, confirmed in (("0", False), ("1", True)):
        details = {"component": place}
        verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness=WITNESS, details=details)
        assert judging._confirmed(graph, slopes, request, verdict) is confirmed


def test_a_variable_that_the_witness_does_not_name_has_a_value_too() -> None:
    graph, request = Graph(), asked("3", "2*x + y**2", "x")
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, witness={"x": 1.0})
    assert judging._confirmed(graph, [graph.number(2)], request, verdict)


@pytest.mark.parametrize(
    ("reason", "witness", "slopes"),
    [
        (Reason.NOT_FINITE, WITNESS, True),
        (Reason.EQUAL, WITNESS, True),
        (Reason.DIFFERENT, None, True),
        (Reason.DIFFERENT, WITNESS, False),
    ],
)
def test_nothing_is_confirmed_without_a_difference_at_a_point(reason: Reason, witness: Any, slopes: bool) -> None:
    graph, request = Graph(), asked("x", "x**2", "x")
    made = [graph.add_tree(read("2*x", NAMES))] if slopes else None
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=reason, witness=witness)
    assert judging._confirmed(graph, made, request, verdict) is False


def test_where_the_graphs_slope_is_wrong_sympys_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "slope", lambda graph, node, name: graph.number(7))
    assert judging.judged(asked("2*x", "x**2", "x")).outcome is Outcome.CORRECT
    assert judging.judged(asked("3*x", "x**2", "x")).outcome is Outcome.INCORRECT


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_what_is_too_large_for_the_process_is_undecided(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(request: Request) -> Verdict:
        raise error

    monkeypatch.setattr(judging, "judged", too_large)
    (frame,) = judging.serve(msgspec.json.encode(asked("x", "x", "x")))
    verdict = msgspec.json.decode(frame, type=Reply).verdict
    assert (verdict.outcome, verdict.reason) == (Outcome.UNDECIDED, Reason.TOO_LARGE)


@pytest.mark.parametrize(
    ("texts", "mentioned"),
    [
        (("y + x",), ["x", "y"]),
        (("y", "x"), ["x", "y"]),
        (("y",), ["y"]),
        (("3",), []),
        (("z + x*a",), ["x", "a", "z"]),  # what the question does not name comes after what it does
    ],
)
def test_a_pair_has_the_variables_that_it_mentions(texts: tuple[str, ...], mentioned: list[str]) -> None:
    graph = Graph()
    roots = [graph.add_tree(read(text, [*NAMES, "a", "z"])) for text in texts]
    assert judging._mentioned(graph, roots, NAMES) == mentioned


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("x + x", "2*x", False),
        ("sin(2*x)", "2*sin(x)*cos(x)", False),
        ("x", "x + 10**-30", True),
        # the first points lie on both sides of 2
        ("Max(x, 2)", "2", True),
        ("Max(x, 2)", "x", True),
        ("log(-1 - x**2)", "x", False),  # nowhere are both real
        ("besselj(0, x)", "besselj(1, x)", True),
        ("besselj(0, x)", "besselj(0, x) + 10**-90*x", False),  # its bounds are estimates
    ],
)
def test_a_reference_differs_where_a_point_shows_it(one: str, other: str, differ: bool) -> None:
    graph = Graph()
    first, second = (graph.add_tree(read(text, NAMES)) for text in (one, other))
    point = judging._differs(graph, first, second, Criterion(variables=NAMES))
    assert (point is not None) is differ


@pytest.mark.parametrize(
    ("rtol", "outcome"),
    [
        # where the decimal weighs nothing, at 0, what stands beside it shows
        (None, Outcome.INCORRECT),
        # a tolerance is asked at points that are drawn, and at 0 nothing would be within it
        (1e-6, Outcome.CORRECT),
    ],
)
def test_places_at_which_decimals_weigh_nothing_are_visited_without_a_tolerance(
    rtol: float | None, outcome: Outcome
) -> None:
    request = Request(
        desired=[read("1234567.8912345*x", NAMES)],
        actual=[read("1234567.8912345*x + 10**-6", NAMES)],
        criterion=Criterion(variables=["x"], rtol=rtol),
    )
    found = judging.judged(request)
    assert found.outcome is outcome
    assert outcome is Outcome.CORRECT or found.witness == {"x": 0.0}


@pytest.mark.parametrize(
    ("real", "points"),
    [(12, 3), (3, 3), (2, 12), (0, 12)],  # where both are real, until three agree
)
def test_so_many_points_are_looked_at_for_a_reference(monkeypatch: pytest.MonkeyPatch, real: int, points: int) -> None:
    drawn: list[int] = []

    def stratified(domain: Any, variables: Any, *, seed: int) -> Any:
        assert (domain, variables, seed) == ({"x": (0.0, 1.0)}, NAMES, 3)
        for number in range(100):
            drawn.append(number)
            yield {"x": Fraction(1 if number < real else -1), "y": Fraction(1)}

    monkeypatch.setattr(judging.points, "stratified", stratified)
    graph = Graph()
    first, second = (graph.add_tree(read(text, NAMES)) for text in ("log(x)", "log(x**3)/3"))
    criterion = Criterion(variables=NAMES, domain={"x": (0.0, 1.0)}, seed=3)
    assert judging._differs(graph, first, second, criterion) is None
    assert len(drawn) == points


def checked(reference: str, functions: str, *terms: tuple[int, str]) -> Request:
    return Request(
        desired=[read(text, NAMES) for text in reference.split(";")],
        actual=[read(text, NAMES) for text in reference.split(";")],
        criterion=Criterion(variables=NAMES),
        functions=[read(text, NAMES) for text in functions.split(";")],
        terms=[(output, list(names)) for output, names in terms],
    )


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (checked("2*x;2*y", "x**2;y**2", (0, "x"), (1, "y")), False),
        # each component is checked, whatever is right or has no rule before it
        (checked("2*x;3*y", "x**2;y**2", (0, "x"), (1, "y")), True),
        (checked("3*x;2*y", "x**2;y**2", (0, "x"), (1, "y")), True),
        (checked("1;3*y", "besselj(x, 1);y**2", (0, "x"), (1, "y")), True),
        (checked("1;2*y", "besselj(x, 1);y**2", (0, "x"), (1, "y")), False),
        (checked("6*x*y", "x**3*y", (0, "xx")), False), (checked("3*x**2", "x**3*y", (0, "xx")), True),
    ],
    ids=range(7),
)  # fmt: skip
def test_every_component_of_a_reference_is_checked(asked: Request, fault: bool) -> None:
    graph = Graph()
    desired = [graph.add_tree(tree) for tree in asked.desired or []]
    assert (judging.disagreement(graph, desired, asked) is not None) is fault


def test_before_a_reference_is_a_fault_sympy_has_to_say_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    slope = judging.slope

    def wrong_by_x(graph: Graph, node: int, name: str) -> int:
        return graph.number(7) if name == "x" else slope(graph, node, name)

    monkeypatch.setattr(judging, "slope", wrong_by_x)
    for text, fault in (("2*x;2*y", False), ("2*x;3*y", True), ("3*x;2*y", True)):
        asked = checked(text, "x**2;y**2", (0, "x"), (1, "y"))
        graph = Graph()
        found = judging.disagreement(graph, [graph.add_tree(tree) for tree in asked.desired or []], asked)
        assert (found is not None) is fault
        assert found is None or found.outcome is Outcome.FAULT


def test_the_points_of_all_components_are_counted_and_the_fewest_are_used() -> None:
    asked = checked("sin(2*x);x", "x", (0, "x"))
    asked = msgspec.structs.replace(
        asked, actual=[read("2*sin(x)*cos(x)", NAMES), read("x", NAMES)], functions=[], terms=[]
    )
    found = judging.judged(asked)
    assert (found.points_used, found.points_tried) == (16, 16)
    both = msgspec.structs.replace(
        asked, desired=[*(asked.desired or [])[:1], read("Abs(y)*2", NAMES)],
        actual=[*asked.actual[:1], read("Abs(2*y)", NAMES)],
        criterion=Criterion(variables=NAMES, prove=False),
    )  # fmt: skip
    assert judging.judged(both).points_tried >= 32
