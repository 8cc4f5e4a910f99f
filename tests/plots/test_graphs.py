"""Computational graphs: answers typed before the kind was there, libraries' graphs, what is no graph."""

from typing import Any

import pytest

from autograder import ComputationalGraph, feedback, questions
from autograder.errors import AuthorError
from autograder.model import Outcome
from autograder.plots import graph_data
from tests import row_name
from tests.plots.graphs_table import PAIRS, SUM, TABLE

RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
WRONG = [(question, *row) for question, _, wrong in TABLE for row in wrong]


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=row_name)
def test_any_graph_that_computes_the_function_is_right(question: Any, answer: Any) -> None:
    with questions.recording(references={}) as checks:
        question.check(answer)
    assert checks[0].verdict.mistakes == ()


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=row_name)
def test_a_wrong_graph_and_its_mistake(question: Any, answer: Any, mistake: str | None) -> None:
    verdict = question.judge(answer)
    named = (mistake or "").startswith("graph_")
    assert verdict.outcome is (
        Outcome.INCORRECT if named or not isinstance(mistake or answer, str) else Outcome.INVALID
    )
    assert verdict.mistakes == ((mistake,) if named else ())
    assert named or mistake is None or mistake in feedback.student(verdict, level=1)
    assert feedback.student(verdict, level=2, language="de") != feedback.student(verdict, level=2, language="en")


def library(name: str, **parts: Any) -> Any:
    """An object of a class that says it is of a library: the judge has none of them."""
    return type("Digraph", (), {"__module__": f"{name}.graphs", **parts})()


def test_graphs_of_libraries_are_read_where_they_are() -> None:
    nodes = [("x", {}), ("y", {}), ("m", {"label": "*"}), ("s", {"op": "sin"}), ("p", {"label": "+"})]
    edges = [("x", "m"), ("y", "m"), ("x", "s"), ("m", "p"), ("s", "p")]
    networkx = library("networkx", nodes=lambda self, data: nodes, edges=lambda self: edges)
    dot = "digraph { x -> mul; y -> mul; x -> sin; mul -> add; sin -> add }"
    for graph in (networkx, library("graphviz", source=dot), library("pydot", to_string=lambda self: dot)):
        assert SUM.judge(graph).outcome is Outcome.CORRECT
        assert SUM.judge(graph_data(graph)).outcome is Outcome.CORRECT


NO_GRAPHS = [None, 3, "x", [], {}, [("x",)], [1, 2], "digraph { }", lambda x: x, [(f"a{k}", "b") for k in range(999)]]


@pytest.mark.parametrize("answer", NO_GRAPHS, ids=range(len(NO_GRAPHS)))
def test_what_is_no_graph_is_told_so(answer: Any) -> None:
    verdict = SUM.judge(answer)
    assert verdict.outcome is Outcome.INVALID
    assert feedback.student(verdict)


def test_labels_that_say_nothing_are_named() -> None:
    verdict = SUM.judge([tuple("foo" if each == "*" else each for each in pair) for pair in PAIRS])
    assert verdict.details["node"] == "foo"
    assert "foo" in feedback.student(verdict)


def test_the_references_agree_and_an_author_is_told() -> None:
    for question, _, _ in TABLE:
        question.certify()
    for make, says in (
        (lambda: ComputationalGraph(["x", "y"]), "one formula"),
        (lambda: ComputationalGraph("x*y", edges="up"), "must be"),
        (lambda: ComputationalGraph("sqrt(-1 - x**2)"), "hardly anywhere"),
    ):
        with pytest.raises(AuthorError, match=says):
            make()


GREAT: list[Any] = [
    {
        "nodes": {f"s{k}": "+" for k in range(98)} | {"x": "x"},
        "edges": [(f"s{k}", f"s{k + 1}") for k in range(97)] + [("x", f"s{k}") for k in range(98)],
    },
    {
        "nodes": dict(zip("xymspabcdtuvif", ("x", "y", "*", "sin", "+", *"9999^^^", "inv", "+"), strict=True)),
        "edges": ["xm", "ym", "xs", "mp", "sp", "ct", "dt", "bu", "tu", "av", "uv", "vi", "if", "pf"],
    },
    "digraph {" + "{" * 9000 + " x -> y",
    'digraph { x -> "' + "\\" * 9001,
    "digraph { x -> m [label=" + "<" * 9000,
    [("x", "sin(" * 40 + "x" + ")" * 40), ("y", "*")],
]


@pytest.mark.parametrize("answer", GREAT, ids=range(len(GREAT)))
def test_a_graph_made_to_take_long_is_refused(answer: Any) -> None:
    assert SUM.judge(answer).outcome in (Outcome.INCORRECT, Outcome.INVALID)
