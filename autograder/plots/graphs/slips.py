"""Which single change makes a wrong graph right: that is the mistake."""

from collections.abc import Callable, Iterator, Sequence

from autograder.plots.graphs.labels import number
from autograder.plots.graphs.meaning import FUNCTIONS, Node, label_of
from autograder.plots.graphs.reading import Drawing

__all__ = ["named"]

Right = Callable[[Drawing], bool]
Change = tuple[str, str, Drawing]
"""The mistake, what of the graph is meant, and the graph without it."""

_WORK = 15_000
"""Nodes that may be read to find a mistake: seconds. A larger graph that is wrong is only said to be wrong."""


def named(
    drawing: Drawing,
    nodes: dict[str, Node],
    right: Right,
    *,
    variables: Sequence[str],
    numbers: Sequence[str],
    cyclic: bool,
) -> tuple[str, str]:
    """The id of the mistake and the node or edge that is meant, or nothing.

    Args:
        drawing: the student's, with edges from what feeds to what is fed.
        nodes: what its nodes compute.
        right: whether a changed drawing computes the function.
        variables: the inputs.
        numbers: that stand in the function, as text.
        cyclic: whether the drawing has a cycle.
    """
    several = next((name for name, node in nodes.items() if node.wrong == "split"), None)
    if several is not None:
        return "graph_not_split", label_of(drawing, several)
    for tried, (mistake, place, changed) in enumerate(_changes(drawing, nodes, variables, numbers)):
        if tried * len(nodes) > _WORK:
            break
        if right(changed):
            return ("graph_cycle" if cyclic and mistake == "graph_edge_extra" else mistake), place
    if cyclic:
        return "graph_cycle", ""
    starved = next((name for name, node in nodes.items() if node.wrong == "few"), None)
    return ("graph_edge_missing", label_of(drawing, starved)) if starved is not None else ("", "")


def _changes(
    drawing: Drawing, nodes: dict[str, Node], variables: Sequence[str], numbers: Sequence[str]
) -> Iterator[Change]:
    labels, edges = drawing.labels, drawing.edges
    yield "graph_reversed", "", drawing.turned()
    for k, (a, b) in enumerate(edges):
        yield "graph_edge_reversed", _edge(drawing, a, b), Drawing(labels, (*edges[:k], (b, a), *edges[k + 1 :]))
    yield from _of_numbers(drawing, nodes, numbers)
    yield from _missing(drawing, nodes, variables)
    for name, node in nodes.items():
        if node.op in ("input", "number"):
            continue
        for op in (*"+-*/^", *FUNCTIONS):
            if op != node.op:
                yield "graph_operation", label_of(drawing, name), Drawing({**labels, name: op}, edges)
    for k, (a, b) in enumerate(edges):
        rest = (*edges[:k], *edges[k + 1 :])
        used = {name for edge in rest for name in edge}
        kept = {name: label for name, label in labels.items() if name in used or name not in (a, b)}
        yield "graph_edge_extra", _edge(drawing, a, b), Drawing(kept, rest)
    for k, (a, b) in enumerate(edges):
        for other in labels:
            if other not in (a, b):
                moved = Drawing(labels, (*edges[:k], (other, b), *edges[k + 1 :]))
                yield "graph_edge_moved", label_of(drawing, b), moved
    ends = [name for name in labels if not drawing.feeds(name)]
    for op in FUNCTIONS:
        added = {**labels, "a step": op}
        for k, (a, b) in enumerate(edges):
            longer = (*edges[:k], (a, "a step"), ("a step", b), *edges[k + 1 :])
            yield "graph_step_missing", _edge(drawing, a, b), Drawing(added, longer)
        for end in ends[:1]:
            yield "graph_step_missing", label_of(drawing, end), Drawing(added, (*edges, (end, "a step")))


def _of_numbers(drawing: Drawing, nodes: dict[str, Node], numbers: Sequence[str]) -> Iterator[Change]:
    for name, node in nodes.items():
        constant = next((str(each) for each in node.operands if not isinstance(each, str)), None)
        if constant is None or constant not in drawing.labels[name]:
            continue
        for other in numbers:
            if number(other) is not None:
                label = drawing.labels[name].replace(constant, other, 1)
                yield "graph_number", label_of(drawing, name), Drawing({**drawing.labels, name: label}, drawing.edges)


def _missing(drawing: Drawing, nodes: dict[str, Node], variables: Sequence[str]) -> Iterator[Change]:
    labels, edges = drawing.labels, drawing.edges
    for origin in labels:
        for other, node in nodes.items():
            # a second edge where there is one stands for x*x, and is tried where an operand is missing
            twice = (origin, other) in edges and node.wrong != "few"
            if origin != other and node.op not in ("input", "number") and not twice:
                mistake = "graph_fan_out" if drawing.feeds(origin) else "graph_edge_missing"
                place = origin if mistake == "graph_fan_out" else other
                yield mistake, label_of(drawing, place), Drawing(labels, (*edges, (origin, other)))
        for name in variables:
            if name not in labels and nodes[origin].op not in ("input", "number"):
                added = Drawing({**labels, name: name}, (*edges, (name, origin)))
                yield "graph_edge_missing", label_of(drawing, origin), added


def _edge(drawing: Drawing, a: str, b: str) -> str:
    return f"{label_of(drawing, a)} → {label_of(drawing, b)}"
