"""Which single change makes a wrong graph right: that is the mistake."""

from collections.abc import Callable, Iterator, Sequence

from autograder.plots.graphs.meaning import FUNCTIONS, Node
from autograder.plots.graphs.reading import Drawing

__all__ = ["named"]

Right = Callable[[Drawing], bool]


def named(
    drawing: Drawing,
    nodes: dict[str, Node],
    right: Right,
    *,
    variables: Sequence[str],
    numbers: Sequence[str],
    cyclic: bool,
) -> tuple[str, ...]:
    """The id of the mistake, or nothing.

    Args:
        drawing: the student's, with edges from what feeds to what is fed.
        nodes: what its nodes compute.
        right: whether a changed drawing computes the function.
        variables: the inputs.
        numbers: that stand in the function, as text.
        cyclic: whether the drawing has a cycle.
    """
    if any(node.wrong == "split" for node in nodes.values()):
        return ("graph_not_split",)
    for mistake, changed in _changes(drawing, nodes, variables, numbers):
        if right(changed):
            return ("graph_cycle" if cyclic and mistake == "graph_edge_extra" else mistake,)
    if cyclic:
        return ("graph_cycle",)
    return ("graph_edge_missing",) if any(node.wrong == "few" for node in nodes.values()) else ()


def _changes(
    drawing: Drawing, nodes: dict[str, Node], variables: Sequence[str], numbers: Sequence[str]
) -> Iterator[tuple[str, Drawing]]:
    labels, edges = drawing.labels, drawing.edges
    yield "graph_reversed", drawing.turned()
    for k, (a, b) in enumerate(edges):
        yield "graph_edge_reversed", Drawing(labels, (*edges[:k], (b, a), *edges[k + 1 :]))
    for name, node in nodes.items():
        constant = next((f"{each:g}" for each in node.operands if isinstance(each, float)), None)
        if constant is not None and constant in labels[name]:
            for number in numbers:
                yield "graph_number", Drawing({**labels, name: labels[name].replace(constant, number, 1)}, edges)
    fans = {a for a, _ in edges}
    for origin in labels:
        for other in labels:
            if origin != other and nodes[other].op not in ("input", "number") and (origin, other) not in edges:
                yield (
                    "graph_fan_out" if origin in fans else "graph_edge_missing",
                    Drawing(labels, (*edges, (origin, other))),
                )
        for name in variables:
            if name not in labels and nodes[origin].op not in ("input", "number"):
                yield "graph_edge_missing", Drawing({**labels, name: name}, (*edges, (name, origin)))
    for name, node in nodes.items():
        if node.op in ("input", "number"):
            continue
        for op in (*"+-*/^", *FUNCTIONS):
            if op != node.op:
                yield "graph_operation", Drawing({**labels, name: op}, edges)
    for k in range(len(edges)):
        yield "graph_edge_extra", Drawing(labels, (*edges[:k], *edges[k + 1 :]))
    for k, (a, b) in enumerate(edges):
        for other in labels:
            if other not in (a, b):
                yield "graph_edge_moved", Drawing(labels, (*edges[:k], (other, b), *edges[k + 1 :]))
    ends = [name for name in labels if name not in fans]
    for op in FUNCTIONS:
        added = {**labels, "a step": op}
        for k, (a, b) in enumerate(edges):
            yield "graph_step_missing", Drawing(added, (*edges[:k], (a, "a step"), ("a step", b), *edges[k + 1 :]))
        for end in ends[:1]:
            yield "graph_step_missing", Drawing(added, (*edges, (end, "a step")))
