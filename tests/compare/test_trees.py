"""What the room's door does before anything is decided: shapes, names, references, and which points count."""

from typing import Any

import msgspec
import numpy as np
import pytest
import sympy as sp

from autograder.compare import symbolic
from autograder.compare.arbiter import judging
from autograder.compare.arbiter.parent import verdict_of
from autograder.compare.arbiter.request import Reply, Request
from autograder.compare.criterion import Criterion
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions.graph import Graph, Unsupported
from autograder.expressions.text.parser import read
from autograder.model import Certainty, Outcome, Reason, Verdict

NAMES = ["x", "y"]
EQUAL = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL)


def told(verdict: Verdict) -> dict[str, str]:
    """The details beside the sentence of whatever raised."""
    return {key: text for key, text in verdict.details.items() if key not in ("error", "sentence")}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What would go to the child; every answer is right there."""
    found: list[Request] = []

    def ask(request: Request) -> Verdict:
        found.append(request)
        return EQUAL

    monkeypatch.setattr("autograder.compare.arbiter.ask", ask)
    return found


def test_what_is_asked_of_the_child(asked: list[Request]) -> None:
    domain = {"x": (0.0, None)}
    found = symbolic.expressions(
        ["x", "y"], "[x, y]", variables=NAMES, domain=domain, seed=3, rtol=0.5, atol=0.25, prove=False
    )
    assert found == EQUAL
    (request,) = asked
    assert request.criterion == Criterion(variables=NAMES, domain=domain, seed=3, rtol=0.5, atol=0.25, prove=False)
    assert request.actual == request.desired == [read("x", NAMES), read("y", NAMES)]
    assert (request.functions, request.terms, request.seconds) == ([], [], 3.0)
    symbolic.expressions("x", "x", variables=NAMES)
    assert asked[1].criterion == Criterion(variables=NAMES)
    assert (Reply(verdict=EQUAL).final, verdict_of(None).reason) == (True, Reason.TIMED_OUT)


def test_a_reference_is_made_of_the_function_or_checked_against_it(asked: list[Request]) -> None:
    criterion, functions = Criterion(variables=NAMES), [read("x**2*y", NAMES)]
    terms = [(0, ("x",)), (0, ("y",))]
    answer = ["List", read("x", NAMES), read("y", NAMES)]
    symbolic.compare_trees(answer, None, criterion, functions=functions, terms=terms, wanted_shape=(2,))
    symbolic.compare_trees(answer, answer, criterion, functions=functions, terms=terms)
    # of which variables a part of a gradient is the case does not say
    symbolic.compare_trees(answer, answer, criterion, functions=functions, terms=terms[:1])
    symbolic.compare_trees(answer, answer, criterion, functions=functions)
    told = [(one.desired is None, len(one.functions), one.terms) for one in asked]
    both = [(0, ["x"]), (0, ["y"])]
    assert told == [(True, 1, both), (False, 1, both), (False, 0, []), (False, 1, [])]
    wrong = symbolic.compare_trees(answer, None, criterion, functions=functions, terms=terms, wanted_shape=(3,))
    assert (wrong.reason, wrong.details) == (Reason.WRONG_SHAPE, {"expected": "(3,)", "got": "(2,)"})
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("answer", "reference", "functions", "got"),
    [
        ("x", "x", [], None), ("z", "x", [], "z"), ("z", "z", [], None), ("z", "x", ["z"], None),
        ("z + a", "x", ["z"], "a"),
        ("y", "x", [], None), ("z + a + b", "x", [], "a, b, z"),
    ],
)  # fmt: skip
def test_which_names_an_answer_may_hold(
    asked: list[Request], answer: str, reference: str, functions: list[str], got: str | None
) -> None:
    every = ["a", "b", "x", "y", "z"]
    found = symbolic.compare_trees(
        read(answer, every),
        read(reference, every),
        Criterion(variables=NAMES),
        functions=[read(f, every) for f in functions],
    )
    assert found.outcome is (Outcome.CORRECT if got is None else Outcome.INVALID)
    assert found.details == ({} if got is None else {"got": got, "expected": "x, y"})
    assert len(asked) == (got is None)


def test_names_that_the_child_finds_are_told_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for details, got in (({"got": "q"}, "q"), ({}, "")):
        verdict = Verdict(outcome=Outcome.INVALID, reason=Reason.WRONG_VARIABLES, details=details)
        monkeypatch.setattr("autograder.compare.arbiter.ask", lambda request, verdict=verdict: verdict)
        found = symbolic.expressions("x", "x", variables=NAMES)
        assert (found.reason, found.details) == (Reason.WRONG_VARIABLES, {"got": got, "expected": "x, y"})
    many = [f"q{n:03}" for n in range(80)]
    long = symbolic.compare_trees(["Add", *(["Symbol", name] for name in many)], 1, Criterion(variables=[*"abc"] * 80))
    assert {key: len(text) for key, text in long.details.items()} == {"got": 200, "expected": 200}


@pytest.mark.parametrize(
    ("desired", "domain", "said"),
    [
        ("x +", {}, "the reference cannot be used: "),
        (None, {}, "the reference cannot be used: there is no answer yet"),
        ("x", {"x": (2.0, 1.0)}, "the reference cannot be used: "),
    ],
)  # fmt: skip
def test_a_reference_that_cannot_be_used_is_the_authors(desired: Any, domain: dict[str, Any], said: str) -> None:
    with pytest.raises(AuthorError) as raised:
        symbolic.expressions("x", desired, variables=NAMES, domain=domain)
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("answer", "reason", "details"),
    [
        (True, Reason.WRONG_TYPE, {"got": "True or False", "expected": "a formula"}),
        (None, Reason.MISSING, {}), (len, Reason.FUNCTION_NOT_VALUE, {}),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_invalid(answer: Any, reason: Reason, details: dict[str, str]) -> None:
    found = symbolic.expressions(answer, "x", variables=NAMES)
    assert (found.outcome, found.reason, told(found)) == (Outcome.INVALID, reason, details)


def test_a_text_that_cannot_be_read_shows_where() -> None:
    found = symbolic.expressions("2*x +* 3", "x", variables=NAMES)
    assert found.outcome is Outcome.INVALID
    assert "2*x +* 3" in found.details["caret"]
    named = symbolic.invalid(ExpressionError("no", reason="wrong-variables", name="q"), NAMES)
    assert (named.reason, named.details) == (Reason.WRONG_VARIABLES, {"got": "q", "expected": "x, y"})
    bare = symbolic.invalid(ExpressionError("no", reason="wrong-variables"), NAMES)
    assert (bare.reason, told(bare)) == (Reason.WRONG_VARIABLES, {})


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        (np.array([1, 2]), ["List", 1, 2]), (np.float64(0.5), 0.5), (np.array(3), 3), ([], ["List"]),
        (sp.Matrix([[1, 2]]), ["Matrix", 1, 2, 1, 2]),
    ],
    ids=["array", "float", "scalar", "empty", "matrix"],
)  # fmt: skip
def test_arrays_become_trees(value: Any, tree: Any) -> None:
    found = symbolic.as_tree(value, NAMES)
    assert symbolic.components(found) == symbolic.components(symbolic.as_tree(tree, NAMES) if value is tree else found)
    assert symbolic.components(found)[0] == np.shape(value)


def test_shapes_as_they_are_told() -> None:
    assert [symbolic.shape_text(shape) for shape in ((), (2,), (2, 3), (-1,))] == [
        "() (a single expression)", "(2,)", "(2, 3)", "rows of different lengths",
    ]  # fmt: skip


# --- in the child -----------------------------------------------------------------------------------------------------


def request(answer: str, reference: str | None, *functions: str, terms: Any = (), **more: Any) -> Request:
    return Request(
        desired=None if reference is None else [read(text, NAMES) for text in reference.split(";")],
        actual=[read(text, NAMES) for text in answer.split(";")],
        criterion=Criterion(variables=NAMES, **more),
        functions=[read(text, NAMES) for text in functions],
        terms=[(output, list(names)) for output, names in terms],
    )


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        (request("x", "x"), False), (request("x", "x", "x**2"), True),
        (request("x", None, "x**2", terms=[(0, "x")]), True),
        # a reference of the author's own that is checked says itself where it is real
        (request("x", "x", "x**2", terms=[(0, "x")]), False),
    ],
    ids=range(4),
)  # fmt: skip
def test_whether_the_function_says_which_points_count(asked: Request, counts: bool) -> None:
    assert (judging._realm(Graph(), asked) is not None) is counts


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (["Float", "0.5"], True), (["Add", 1, ["Mul", ["Float", "2.5"], ["Symbol", "x"]]], True),
        (["Add", 1, 2], False),
        (1, False), ("Float", False), (["Piecewise", [["Float", "1.5"], True]], True), (["Symbol", "Float"], False),
    ],
    ids=range(7),
)  # fmt: skip
def test_whether_a_decimal_is_in_it(tree: Any, found: bool) -> None:
    assert judging._contains_float(tree) is found


def test_what_the_child_cannot_read_evaluate_or_make_is_told() -> None:
    invalid = judging._invalid(ExpressionError("no", reason="wrong-variables", name="q"))
    assert (invalid.outcome, invalid.reason, told(invalid)) == (
        Outcome.INVALID, Reason.WRONG_VARIABLES, {"got": "q"},
    )  # fmt: skip
    assert told(judging._invalid(ExpressionError("no", reason="too-large"))) == {}
    # no rule for a slope, and none that can be read
    assert judging._slopes(Graph(), request("x", None, "besselj(x, 1)", terms=[(0, "x")])) is None
    graph = Graph()
    (slope,) = judging._slopes(graph, request("x", None, "x**3", terms=[(0, "xx")])) or [-1]
    assert slope == graph.add_tree(read("6*x", NAMES))
    fault = judging.judged(request("x", "1/0", "x", terms=[(0, "x")]))
    assert (fault.outcome, fault.details["error"][:33]) == (Outcome.FAULT, "the reference cannot be used: the")
    invalid = judging.judged(request("1/0", "x"))
    assert (invalid.outcome, invalid.reason, told(invalid)) == (Outcome.INVALID, Reason.NOT_FINITE, {})


def test_a_function_that_nobody_can_evaluate_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> Verdict:
        raise Unsupported("nothing")

    monkeypatch.setattr(judging, "_all", nobody)
    found = judging.judged(request("x", "x"))
    assert (found.outcome, found.reason, found.details) == (Outcome.UNDECIDED, Reason.UNSUPPORTED, {"got": "nothing"})


@pytest.mark.parametrize(
    ("asked", "outcome", "details", "certainty"),
    [
        # the first that is wrong is told, and where there is one component nobody is told which
        (request("x + 1", "x"), Outcome.INCORRECT, {}, Certainty.PROVED),
        (request("x;y + 1;x + 1", "x;y;x"), Outcome.INCORRECT, {"component": "1"}, Certainty.PROVED),
        (request("0.5*x;y", "x/2;y"), Outcome.CORRECT, {}, Certainty.SAMPLED),
        (request("x;y", "x;y"), Outcome.CORRECT, {}, Certainty.PROVED),
        (request("sqrt(-2);log(-3)", "1;1"), Outcome.INCORRECT, {"component": "0"}, Certainty.SAMPLED),
        (request("1;2", "log(-3);sqrt(-2)"), Outcome.UNDECIDED, {"component": "0"}, None),
    ],
    ids=range(6),
)  # fmt: skip
def test_all_components_come_to_one_verdict(
    asked: Request, outcome: Outcome, details: dict[str, str], certainty: Certainty | None
) -> None:
    found = judging.judged(asked)
    assert (found.outcome, found.details, found.certainty) == (outcome, details, certainty)


@pytest.mark.parametrize(
    ("answer", "reference", "outcome"),
    [
        # decimals of the author's alone are what they are printed as; the student's stand for eight digits
        ("0.33333333*x", "x/3", Outcome.INCORRECT), ("0.333333333*x", "x/3", Outcome.CORRECT),
        ("x/3", "0.333333333*x", Outcome.INCORRECT), ("x/3", "0.3333333333333333*x", Outcome.CORRECT),
    ],
)  # fmt: skip
def test_whose_decimals_stand_for_what_is_near(answer: str, reference: str, outcome: Outcome) -> None:
    assert judging.judged(request(answer, reference)).outcome is outcome
    function = f"{reference.replace('*x', '')}*x**2/2" if "*x" in reference else "x**2/6"
    asked = request(answer, None, function, terms=[(0, "x")])
    assert judging.judged(asked).outcome is outcome


def test_sides_of_different_lengths_are_our_mistake_and_no_verdict() -> None:
    for asked in (request("x", "x;y"), request("x;y", "x")):
        (frame,) = judging.serve(msgspec.json.encode(asked))
        found = msgspec.json.decode(frame, type=Reply).verdict
        assert (found.outcome, found.details["error"][:10]) == (Outcome.FAULT, "ValueError")


@pytest.mark.parametrize(
    ("function", "evaluated", "outcome", "used"),
    [
        # of a function that nobody can evaluate all points count
        ("log(x)", True, Outcome.CORRECT, 10), ("log(x)", False, Outcome.INCORRECT, 5),
    ],
)  # fmt: skip
def test_which_points_count(
    monkeypatch: pytest.MonkeyPatch, function: str, evaluated: bool, outcome: Outcome, used: int
) -> None:
    def unsupported(*_: Any, **__: Any) -> None:
        raise Unsupported("nobody")

    if not evaluated:
        monkeypatch.setattr(judging, "Realm", unsupported)
    found = judging.judged(request("1/Abs(x)", "1/x", function))
    assert (found.outcome, found.points_used) == (outcome, used)
