"""The formula that holds on one side of every kink: ``Abs(u)`` is ``u`` or ``-u`` there.

A branch is analytic, so two branches that are equal anywhere are equal wherever both are real, in cells that no point
was found in as well.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from autograder.expressions.graph.bends import difference
from autograder.expressions.graph.nodes import Graph, Node, children

__all__ = ["branch"]

SignOf = Callable[[int], int]
"""The sign of a node in the cell: 1 or −1."""
FloorOf = Callable[[int], Fraction]
"""The whole number below a node at a point of the cell."""

_HOLDS = {"<": (-1,), "<=": (-1,), ">": (1,), ">=": (1,), "==": (), "!=": (1, -1)}


def branch(graph: Graph, root: int, sign: SignOf, floor: FloorOf) -> int:
    """The node of the formula that holds where the nodes have these signs."""
    done: dict[int, int] = {}

    def parts(node: Node) -> Sequence[int]:
        if node[0] != "piecewise":
            return children(node)
        return [value for value, condition in node[1:] if _holds(condition, sign)][:1]

    for index in graph.upwards(root, parts, done):
        node = graph.nodes[index]
        below = [done[part] for part in parts(node)]
        if node[0] == "piecewise":
            done[index] = below[0] if below else index
        else:
            done[index] = _rebuilt(graph, index, below, sign, floor)
    return done[root]


def _holds(condition: Node, sign: SignOf) -> bool:
    kind = condition[0]
    if kind == "bool":
        return bool(condition[1])
    if kind == "rel":
        return sign(condition[2]) in _HOLDS[condition[1]]
    if kind == "not":
        return not _holds(condition[1], sign)
    parts = (_holds(part, sign) for part in condition[1:])
    return all(parts) if kind == "and" else any(parts)


def _rebuilt(graph: Graph, index: int, parts: list[int], sign: SignOf, floor: FloorOf) -> int:
    node = graph.nodes[index]
    if node[0] == "powq":
        return _root(graph, node, parts[0], sign)
    if node[0] == "f":
        return _function(graph, node, parts, sign, floor)
    return graph.rebuilt(index, parts)


def _root(graph: Graph, node: Node, base: int, sign: SignOf) -> int:
    """``sqrt(u**2)`` is ``u`` or ``-u``."""
    power = Fraction(node[2], node[3])
    inside = graph.nodes[node[1]]
    if inside[0] != "powi" or inside[2] % 2:
        return graph.pow(base, graph.number(power))
    u = graph.nodes[base][1] if graph.nodes[base][0] == "powi" else None
    if u is None:
        return graph.pow(base, graph.number(power))
    size = u if sign(inside[1]) > 0 else graph.mul([graph.number(-1), u])
    return graph.pow(size, graph.number(inside[2] * power))


def _function(graph: Graph, node: Node, parts: list[int], sign: SignOf, floor: FloorOf) -> int:
    name, first = node[1], node[2]
    if name == "Abs":
        return graph.mul([graph.number(sign(first)), parts[0]])
    if name == "sign":
        return graph.number(sign(first))
    if name == "Heaviside":
        return graph.number(1 if sign(first) > 0 else 0)
    if name in ("DiracDelta", "KroneckerDelta"):
        return graph.number(0)
    if name in ("Max", "Min"):
        wanted = 1 if name == "Max" else -1
        best = 0
        for place in range(1, len(parts)):
            if sign(difference(graph, node[2 + place], node[2 + best])) == wanted:
                best = place
        return parts[best]
    if name == "floor":
        return graph.number(floor(first))
    if name == "ceiling":
        return graph.number(floor(first) + 1)
    return graph.node("f", name, *parts)
