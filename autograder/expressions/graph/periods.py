"""After how long formulas repeat: what holds on one period of ``Abs(sin(x))`` holds on all of the others."""

import math
from collections.abc import Sequence
from fractions import Fraction

from autograder.expressions.graph.bends import names_in
from autograder.expressions.graph.nodes import Graph, children
from autograder.expressions.graph.slopes import NoRule, slope

__all__ = ["period"]

_WAVES = frozenset(["sin", "cos", "tan", "cot", "sec", "csc"])


def period(graph: Graph, roots: Sequence[int], name: str) -> float | None:
    """A stretch of a variable after which all nodes' values repeat; None where they do not, or none is known.

    >>> graph = Graph()
    >>> x = graph.node("var", "x")
    >>> wave = graph.function("sin", [graph.mul([graph.number(2), x])])
    >>> period(graph, [wave], "x"), period(graph, [wave, x], "x")
    (3.141592653589793, None)
    """
    rates: set[Fraction] = set()
    kinds: set[bool] = set()
    waiting, seen = list(roots), set[int]()
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        node = graph.nodes[index]
        if node == ("var", name) or node[0] == "piecewise":
            return None
        if node[0] == "f" and node[1] in _WAVES and name in names_in(graph, node[2]):
            rate = _rate(graph, node[2], name)
            if rate is None:
                return None
            rates.add(abs(rate[0]))
            kinds.add(rate[1])
        else:
            waiting.extend(children(node))
    if len(kinds) != 1:
        return None
    bottom = math.lcm(*(rate.denominator for rate in rates))
    slowest = Fraction(math.gcd(*(int(rate * bottom) for rate in rates)), bottom)
    return float(2 / slowest) if kinds == {True} else 2 * math.pi / float(slowest)


def _rate(graph: Graph, index: int, name: str) -> tuple[Fraction, bool] | None:
    """By how much a straight line rises, and whether in units of pi; None where it is none."""
    try:
        node = graph.nodes[slope(graph, index, name)]
    except NoRule:
        return None
    pi = graph.node("const", "pi")
    if node == graph.nodes[pi]:
        return Fraction(1), True
    if node[0] == "q" and node[1]:
        return Fraction(node[1], node[2]), False
    if node[0] == "mul" and len(node) == 3 and pi in node[1:]:
        factor = graph.fraction(node[1] if node[2] == pi else node[2])
        return None if not factor else (factor, True)
    return None
