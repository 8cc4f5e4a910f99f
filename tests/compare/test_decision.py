"""The decision in this process: what algebra proves, what the complex plane shows, what a request comes to."""

import time
from fractions import Fraction
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from autograder.compare import symbolic
from autograder.compare.arbiter.judging import derivatives, disagreement, judged, serve
from autograder.compare.arbiter.request import Reply, Request
from autograder.compare.criterion import Criterion
from autograder.compare.decision import Realm, elsewhere, plane
from autograder.compare.decision.decide import Pair
from autograder.compare.decision.prove import equal_by_algebra
from autograder.errors import ExpressionError
from autograder.expressions.graph import Graph
from autograder.expressions.text.parser import read
from autograder.model import Certainty, Outcome, Reason

NAMES = ["x", "y"]
RIGHT, WRONG, UNDECIDED, FAULT = Outcome.CORRECT, Outcome.INCORRECT, Outcome.UNDECIDED, Outcome.FAULT


def nodes(*texts: str) -> tuple[Graph, list[int]]:
    graph = Graph()
    return graph, [graph.add_tree(read(text, NAMES)) for text in texts]


PROVED = [
    ("x*(x + 1)", "x**2 + x"),
    ("(x**2 - y**2)/(x - y)", "x + y"),
    ("1/x + 1/y", "(x + y)/(x*y)"),
    ("x**-3", "1/x**3"),
    ("(x + y)**3", "x**3 + 3*x**2*y + 3*x*y**2 + y**3"),
    ("sin(x)**2 + cos(x)**2", "1"),
    ("sin(x)**4", "(1 - cos(x)**2)**2"),
    ("tan(x)", "sin(x)/cos(x)"),
    ("cot(x)*sin(x)", "cos(x)"),
    ("sec(x)**2", "1 + tan(x)**2"),
    ("csc(x)**2", "1 + cot(x)**2"),
    ("sin(-x)", "-sin(x)"),
    ("cos(-x*y)", "cos(x*y)"),
    ("cosh(x)**2 - sinh(x)**2", "1"),
    ("1 - tanh(x)**2", "sech(x)**2"),
    ("coth(x)*tanh(x)", "1"),
    ("csch(x)*sinh(x)", "1"),
    ("sinh(x)", "(exp(x) - exp(-x))/2"),
    ("cosh(x)", "(exp(x) + exp(-x))/2"),
    ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"),
    ("coth(x)", "(exp(2*x) + 1)/(exp(2*x) - 1)"),
    ("sech(x)", "2*exp(x)/(exp(2*x) + 1)"),
    ("csch(x)", "2*exp(x)/(exp(2*x) - 1)"),
    ("(1 + tanh(x/2))/2", "1/(1 + exp(-x))"),
    ("exp(x + y)", "exp(x)*exp(y)"),
    ("exp(3*x/2)", "exp(x/2)**3"),
    ("exp(x/2)*exp(x/3)", "exp(5*x/6)"),
    ("exp(x + 1)", "exp(1)*exp(x)"),
    ("exp(2*(x + y))", "exp(x)**2*exp(y)**2"),
    ("sqrt(x)**3", "x*sqrt(x)"),
    ("1/sqrt(x)", "sqrt(x)/x"),
    ("x**(2/3)*x**(1/3)", "x"),
    ("sqrt(1 + sqrt(x))**4", "1 + 2*sqrt(x) + x"),
    ("sqrt(x + 1)/(x + 1)", "1/sqrt(x + 1)"),
    ("sqrt(1/(x + 1))**2", "1/(x + 1)"),
    ("log(x)*2/log(x)", "2"),
    ("x**y*x**y", "(x**y)**2"),
]
NOT_PROVED = [
    ("x", "y"),
    ("x", "x + 1"),
    ("x/(x - x)", "x/(x - x) + 1"),
    ("sin(x)**2 + cos(y)**2", "1"),
    ("sin(x)**2 - cos(x)**2", "1"),
    ("cosh(x)**2 + sinh(x)**2", "1"),
    ("sech(x)**2", "1 + tanh(x)**2"),
    ("tan(x)", "cot(x)"),
    ("sec(x)", "csc(x)"),
    ("exp(x*y)", "exp(x)*exp(y)"),
    ("exp(x/2)", "exp(x/3)"),
    ("sqrt(x)", "-sqrt(x)"),
    ("x**(1/3)", "x**(1/2)"),
    ("sinh(x)", "(exp(x) + exp(-x))/2"),
    ("log(x*y)", "log(x) + log(y)"),
    ("gamma(x + 1)", "x*gamma(x)"),
    ("(x + y)**61", "(y + x)**60*(x - y + 2*y + 1)"),  # too much work for a proof
]


@pytest.mark.parametrize(("one", "other"), PROVED, ids=[a for a, _ in PROVED])
def test_algebra_proves(one: str, other: str) -> None:
    graph, (first, second) = nodes(one, other)
    assert equal_by_algebra(graph, first, second)
    assert equal_by_algebra(graph, second, first)


@pytest.mark.parametrize(("one", "other"), NOT_PROVED, ids=[a for a, _ in NOT_PROVED])
def test_algebra_does_not_prove(one: str, other: str) -> None:
    graph, (first, second) = nodes(one, other)
    assert not equal_by_algebra(graph, first, second)


def test_a_proof_ends_whatever_it_is_about() -> None:
    before = time.process_time()
    for text in ("(x + y + 1)**60", "((x + y)**8 + 1)**8*((x - y)**8 + 1)**8", "(sqrt(x) + sqrt(y) + 1)**40"):
        graph, (first, second) = nodes(text, f"{text}*(x - y)/(x - y + 1 - 1) + 1 - 1")
        equal_by_algebra(graph, first, second)
    assert time.process_time() - before < 10


IN_THE_PLANE = [
    # both at x = -2: equal, different, or without a value
    ("sqrt(x)**2", "x", (1, 0)),
    ("sqrt(x)", "I*sqrt(-x)", (1, 0)),
    ("log(x)", "log(-x) + I*pi", (1, 0)),
    ("log(x)", "log(-x)", (0, 1)),
    ("x**(1/3)*x**(2/3)", "x", (1, 0)),
    ("x**(3/2)", "x*sqrt(x)", (1, 0)),
    ("x**x", "exp(x*log(x))", (1, 0)),
    ("asin(x)", "pi/2 - acos(x)", (1, 0)),
    ("acot(x)", "atan(1/x)", (1, 0)),
    ("asec(x)", "acos(1/x)", (1, 0)),
    ("acsc(x)", "asin(1/x)", (1, 0)),
    ("acoth(x)", "atanh(1/x)", (1, 0)),
    ("asech(x)", "acosh(1/x)", (1, 0)),
    ("acsch(x)", "asinh(1/x)", (1, 0)),
    ("Abs(3 + 4*I)", "5", (1, 0)),
    ("re(3 + 4*I) + im(3 + 4*I)", "7", (1, 0)),
    ("conjugate(3 + I)*(3 + I)", "10", (1, 0)),
    ("factorial(x + 5)", "6", (1, 0)),
    ("E**x", "exp(x)", (1, 0)),
    ("GoldenRatio**2", "GoldenRatio + 1", (1, 0)),
    ("EulerGamma", "577/1000", (0, 1)),
    ("Catalan", "915/1000", (0, 1)),
    ("0.5*x", "x/2", (1, 0)),
    ("x + x*x", "2", (1, 0)),
    ("1/(x + 2)", "1", (0, 0)),
    ("floor(x)", "x", (0, 0)),
]


@pytest.mark.parametrize(("one", "other", "seen"), IN_THE_PLANE, ids=[a for a, _, _ in IN_THE_PLANE])
def test_values_in_the_complex_plane(one: str, other: str, seen: tuple[int, int]) -> None:
    graph, (first, second) = nodes(one, other)
    found = plane.compare(graph, first, second, [{"x": Fraction(-2)}])
    assert (found.equal, found.different) == seen


def request(actual: str, desired: str | None = None, **more: Any) -> Request:
    functions = [read(text, NAMES) for text in more.pop("functions", ())]
    criterion = Criterion(variables=more.pop("variables", NAMES), **more.pop("criterion", {}))
    reference = None if desired is None else [read(text, NAMES) for text in desired.split(";")]
    answer = [read(text, NAMES) for text in actual.split(";")]
    return Request(desired=reference, actual=answer, criterion=criterion, functions=functions, **more)


X = [(0, ["x"])]


@pytest.mark.parametrize(
    ("asked", "outcome", "reason", "component"),
    [
        (request("2*x", functions=["x**2"], terms=X), RIGHT, Reason.EQUAL, None),
        (request("2*x + 1", functions=["x**2"], terms=X), WRONG, Reason.DIFFERENT, None),
        (request("x", functions=["x*y"], terms=[(0, ["y"])]), RIGHT, Reason.EQUAL, None),
        (request("1", functions=["x*y"], terms=[(0, ["x", "y"])]), RIGHT, Reason.EQUAL, None),
        (request("6*x;2*y", functions=["3*x**2", "y**2"], terms=[(0, ["x"]), (1, ["y"])]), RIGHT, Reason.EQUAL, None),
        (request("6*x;y", functions=["3*x**2", "y**2"], terms=[(0, ["x"]), (1, ["y"])]), WRONG, Reason.DIFFERENT, "1"),
        (request("x;y;x", "x;y;y"), WRONG, Reason.DIFFERENT, "2"),
        (request("x + 1;y + 1", "x;y"), WRONG, Reason.DIFFERENT, "0"),
        # what is undecided waits for what is wrong
        (request("log(-1 - x**2) + 1;y + 1", "log(-1 - x**2);y"), WRONG, Reason.DIFFERENT, "1"),
        (request("log(-1 - x**2) + 1;y", "log(-1 - x**2);y"), UNDECIDED, Reason.NO_POINTS, "0"),
        # a reference of the author's that is not the derivative is the author's
        (request("2*x", "3*x", functions=["x**2"], terms=X), FAULT, Reason.INTERNAL, None),
        (request("2*x", "x + x", functions=["x**2"], terms=X), RIGHT, Reason.EQUAL, None),
        # points at which the function is not real do not count
        (request("1/sqrt(x)**2", "1/x", functions=["log(x)"]), RIGHT, Reason.EQUAL, None),
        (request("1/x", functions=["log(x)"], terms=X), RIGHT, Reason.EQUAL, None),
        (request("1/Abs(x)", functions=["log(x)"], terms=X), RIGHT, Reason.EQUAL, None),
        (request("1/Abs(x)", "1/x"), WRONG, Reason.DIFFERENT, None),
        # of what the graph has no slope SymPy has one
        (request("-besselj(1, x)", functions=["besselj(0, x)"], terms=X), RIGHT, Reason.EQUAL, None),
        (request("besselj(1, x)", functions=["besselj(0, x)"], terms=X), WRONG, Reason.DIFFERENT, None),
        (request("-besselj(1, x)", "-besselj(1, x)", functions=["besselj(0, x)"], terms=X), RIGHT, Reason.EQUAL, None),
    ],
)
def test_a_request_comes_to(asked: Request, outcome: Outcome, reason: Reason, component: str | None) -> None:
    found = judged(asked)
    assert (found.outcome, found.reason, found.details.get("component")) == (outcome, reason, component)
    (frame,) = serve(msgspec.json.encode(asked))
    reply = msgspec.json.decode(frame, type=Reply)
    assert (reply.final, reply.verdict.outcome) == (True, outcome)


def test_a_fault_names_the_point() -> None:
    found = judged(request("2*x", "3*x", functions=["x**2"], terms=X))
    assert found.witness is not None
    where = ", ".join(f"{name} = {value:.6g}" for name, value in found.witness.items())
    assert found.details["error"] == f"the reference is not the derivative of the function at {where}"
    graph, (reference,) = nodes("2*x")
    assert disagreement(graph, [reference], request("x", functions=["x**2"], terms=X)) is None


def test_several_components_are_proved_together_and_count_the_least_of_points() -> None:
    proved = judged(request("x*(x + 1);y", "x**2 + x;y"))
    assert (proved.certainty, proved.points_used, proved.points_tried) == (Certainty.PROVED, 4, 4)
    sampled = judged(request("x*(x + 1);sin(2*y)", "x**2 + x;2*sin(y)*cos(y)"))
    assert (sampled.certainty, sampled.points_used) == (Certainty.SAMPLED, 4)
    same = judged(request("x;y", "x;y"))
    assert (same.certainty, same.points_used, same.points_tried) == (Certainty.PROVED, 0, 0)


def test_what_is_no_request_is_ours_and_leaves_the_process_alive() -> None:
    (frame,) = serve(b"no JSON")
    verdict = msgspec.json.decode(frame, type=Reply).verdict
    assert (verdict.outcome, verdict.reason) == (FAULT, Reason.INTERNAL)
    assert verdict.details["error"].startswith("DecodeError: ")


def test_derivatives_by_several_variables_in_their_order() -> None:
    trees = derivatives([read("x**3*y**2", NAMES), read("x", NAMES)], [(0, ["x", "y"]), (1, ["y"])])
    graph = Graph()
    (expected,) = [graph.add_tree(read("6*x**2*y", NAMES))]
    assert (graph.add_tree(trees[0]), graph.add_tree(trees[1])) == (expected, graph.number(0))


@pytest.mark.parametrize(
    ("rtol", "atol", "answer", "outcome"),
    [
        (1e-3, None, "1.0009*x", RIGHT),
        (1e-3, None, "1.0011*x", WRONG),
        (None, 1e-3, "x + 0.0009", RIGHT),
        (None, 1e-3, "x + 0.0011", WRONG),
        (1e-3, 1e-3, "1.0009*x + 0.0009", RIGHT),
        (None, None, "1.000000009*x", RIGHT),
        (None, None, "1.00000001*x", WRONG),  # a decimal stands for what is within 1e-8 of it, just less
    ],
)
def test_a_tolerance_is_asked_at_every_point(
    rtol: float | None, atol: float | None, answer: str, outcome: Outcome
) -> None:
    found = judged(request(answer, "x", criterion={"rtol": rtol, "atol": atol, "domain": {"x": (1.0, 2.0)}}))
    assert found.outcome is outcome
    assert outcome is RIGHT or (rtol, atol) == (None, None) or (found.error or 0) > 1


def test_a_tolerance_is_a_pair_where_one_of_both_is_given() -> None:
    def of(**more: float) -> tuple[float, float] | None:
        return Criterion(variables=[], **more).tolerance

    assert [of(), of(rtol=0.5), of(atol=0.25), of(rtol=0.5, atol=0.25)] == [None, (0.0, 0.5), (0.25, 0.0), (0.25, 0.5)]


def test_a_function_is_real_where_it_is_for_some_values_of_what_the_answer_lacks() -> None:
    graph, (root,) = nodes("sqrt(x - 3) + 0*y")
    realm = Realm(graph, [root], {}, seed=0)
    assert (realm.has({"x": Fraction(2)}), realm.seen) == (False, False)
    assert (realm.has({"x": Fraction(4)}), realm.seen) == (True, True)
    graph, (root,) = nodes("sqrt(x - y)")
    realm = Realm(graph, [root], {}, seed=0)
    assert (realm.variables, realm.has({"x": Fraction(0), "z": Fraction(1)})) == (["x", "y"], True)
    assert not realm.has({"x": Fraction(0), "y": Fraction(1)})


def test_a_decision_that_has_no_time_is_undecided_and_counts_its_points() -> None:
    graph, (one, other) = nodes("sin(2*x)", "2*sin(x)*cos(x)")
    late = Pair(graph, one, other, Criterion(variables=["x"]), deadline=0.0).decide()
    assert (late.outcome, late.reason) == (UNDECIDED, Reason.TIMED_OUT)
    assert late.points_tried == 1
    found = Pair(graph, one, other, Criterion(variables=["x"]), deadline=time.process_time() + 60).decide()
    assert (found.outcome, found.points_used, found.points_tried) == (RIGHT, 16, 16)


@pytest.mark.parametrize(
    ("text", "signs", "there", "real"),
    [
        ("Abs(x)*y", (0, 0), "x*y", True),
        ("Abs(x)*y", (-1, 0), "-x*y", True),
        ("Abs(x)*y", (1, -1), "x*y", True),
        ("Abs(x*y)", (-1, -1), "x*y", True),
        ("Abs(x*y)", (-1, 0), "-x*y", True),
        ("Max(x, 0) + sign(y)", (-1, -1), "-1", True),
        ("sqrt(x)", (-1, 0), "sqrt(x)", False),
        ("sqrt(x*y)", (-1, -1), "sqrt(x*y)", True),
        ("log(y)", (0, -1), "log(y)", False),
        ("log(y)", (-1, 1), "log(y)", True),
        ("sqrt(x + y)", (-1, -1), "sqrt(x + y)", True),  # of x + y nothing is said
        ("sin(x)", (-1, -1), "sin(x)", True),
        ("floor(x) + x", (0, 0), "x + 2", True),
    ],
)
def test_the_formula_that_holds_where_the_kinks_have_these_signs(
    text: str, signs: tuple[int, int], there: str, real: bool
) -> None:
    graph, (root, expected, x, y) = nodes(text, there, "x", "y")
    point = {"x": Fraction(5, 2), "y": Fraction(3, 2)}
    assert elsewhere.branches(graph, (root, root), point, (x, y), signs) == (expected, expected)
    assert elsewhere.may_be_real(graph, [root], point, (x, y), signs) is real


TREES: list[tuple[Any, tuple[int, ...], int]] = [
    (["Symbol", "x"], (), 1),
    (["List"], (0,), 0),
    (["List", 1, 2], (2,), 2),
    (["Tuple", ["List", 1, 2], ["List", 3, 4]], (2, 2), 4),
    (["List", ["List", 1], 2], (-1,), 0),
    (["Matrix", 2, 1, 1, 2], (2, 1), 2),
    (["Array", [2, 1], 1, 2], (2, 1), 2),
    (["List", ["Matrix", 1, 2, 3, 4], ["Matrix", 1, 2, 5, 6]], (2, 1, 2), 4),
]


@pytest.mark.parametrize(("tree", "shape", "count"), TREES, ids=[str(t[0])[:30] for t in TREES])
def test_a_tree_has_a_shape_and_entries(tree: Any, shape: tuple[int, ...], count: int) -> None:
    found, entries = symbolic.components(tree)
    assert (found, len(entries)) == (shape, count)


SHAPES = [
    ((), (), True), ((), (1,), True), ((), (1, 1), True), ((), (2,), False), ((1,), (), False), ((2,), (2, 1), True),
    ((1, 2), (2, 1), True), ((2, 1), (1, 2), True), ((2, 3), (2, 3), True), ((2, 3), (3, 2), False),
    ((3,), (2,), False), ((1, 2, 2), (2, 2), False), ((2, 2), (4,), False), ((-1,), (1,), False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted", "same"), SHAPES)
def test_a_shape_will_do(given: tuple[int, ...], wanted: tuple[int, ...], same: bool) -> None:
    assert symbolic.same_shape(given, wanted) is same


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        ("x + 1", read("x + 1", NAMES)),
        (Fraction(1, 3), ["Rational", 1, 3]),
        ([1, "x"], ["List", 1, read("x", NAMES)]),
        ((1,), ["List", 1]),
        ([0] * 500, ["List", *[0] * 401]),
    ],
    ids=str,
)
def test_an_answer_becomes_a_tree(value: Any, tree: Any) -> None:
    assert symbolic.as_tree(value, NAMES) == tree


@pytest.mark.parametrize(
    ("value", "reason"),
    [(None, "missing"), (..., "missing"), (True, "wrong-type"), (len, "function-not-value")],
    ids=str,
)
def test_what_is_no_formula_has_a_reason(value: Any, reason: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        symbolic.as_tree(value, NAMES)
    assert refused.value.reason == reason


def test_names_of_variables_are_found_wherever_they_stand() -> None:
    assert symbolic.symbols(read("Piecewise((x, y > 0), (sin(x*y), True))", NAMES)) == {"x", "y"}
    assert symbolic.symbols(["Add", ["Dummy", "t"], ["Symbol", "u"], 3, []]) == {"t", "u"}


def test_what_is_told_of_a_wrong_shape_and_of_unknown_names() -> None:
    comma = symbolic.expressions("x, y", "x", variables=NAMES)
    assert (comma.reason, comma.details) == (
        Reason.WRONG_SHAPE,
        {"expected": "() (a single expression)", "got": "(2,)", "comma": ","},
    )
    listed = symbolic.expressions(["x", "y"], "x", variables=NAMES)
    assert listed.details == {"expected": "() (a single expression)", "got": "(2,)"}
    ragged = symbolic.expressions([["x", "y"], ["x"]], "[x, y]", variables=NAMES)
    assert ragged.details["got"] == "rows of different lengths"
    unknown = symbolic.compare_trees(["Symbol", "q"], 1, Criterion(variables=[]))
    assert (unknown.reason, unknown.details) == (Reason.WRONG_VARIABLES, {"got": "q", "expected": "a number"})
    two = symbolic.compare_trees(["List", ["Symbol", "q"], ["Symbol", "p"]], ["List", 1, 2], Criterion(variables=NAMES))
    assert two.details == {"got": "p, q", "expected": "x, y"}
    most = ["List", *[1] * 400]
    assert symbolic.compare_trees(most, most, Criterion(variables=[])).outcome is RIGHT
    many = ["List", *[1] * 401]
    assert symbolic.compare_trees(many, many, Criterion(variables=[])).reason is Reason.TOO_LARGE


def test_a_witness_is_told_with_as_many_digits_as_it_takes() -> None:
    near = judged(request("x + 10**-25", "x"))
    assert near.actual is not None
    assert near.desired is not None
    assert near.actual != near.desired
    assert near.error is not None
    assert near.error < 1
    widths = [len(judged(request(f"1 + {by}", "1")).actual or "") for by in ("1/10", "1/10**20", "1/10**50")]
    assert all(one < other for one, other in pairwise(widths))
