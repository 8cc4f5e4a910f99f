"""What is allowed for decimal literals, and where that is little, so that nothing else hides in it.

``2e12*x + 1`` is within 1e-8 of ``2e12*x`` wherever x is not tiny, and its 1 shows beside x = 0 alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from autograder.expressions.graph import CONSTANT, Graph, children, is_short, names_in, terms_of
from autograder.points import Interval
from autograder.points.cells import Lines

__all__ = ["EXACT_FLOAT_BITS", "FLOAT_BITS", "FLOAT_NOISE", "LIGHT_NOISE", "collected", "light_places"]

Point = dict[str, Fraction]

FLOAT_BITS = 26.6
"""A decimal of more than seven digits stands for every number within 1e-8 of it, relatively: eight are asked for."""
EXACT_FLOAT_BITS = 46
"""The same where the author gives a tolerance, and for the author's own decimals when the answer has none: then only
what printing a float loses is forgiven."""
FLOAT_NOISE = 1e-14
LIGHT_NOISE = 1e-12
"""What an answer computed in floats may be off where its decimals weigh nothing: ``33.3*3 - 99.9`` is not 0."""

ROOT_WORK = 200
"""Evaluations for the roots of one term along one line."""
MOST_TERMS, MOST_ROOTS = 12, 4


def light_places(
    graph: Graph, roots: Sequence[int], variables: Sequence[str], domain: Mapping[str, Interval], base: Point
) -> Iterator[Point]:
    """Points at which a term with a decimal literal is 0, and some at which several are.

    Args:
        graph: that holds both sides.
        roots: of both sides.
        variables: in the order in which they are moved.
        domain: variable → (low, high); None for an end that is open.
        base: a point that counted, from which one variable after the other is moved.
    """
    lines = Lines(graph, domain)
    terms = _terms(graph, roots)
    together, moved = base, set[str]()
    for term in terms[:MOST_TERMS]:
        for name in variables:
            if name not in names_in(graph, term):
                continue
            for value in _roots(lines, term, name, base):
                yield {**base, name: value}
            # 2e12*x + 2e12*y + 1 needs both of them near 0
            if name not in moved and (values := _roots(lines, term, name, together)):
                together = {**together, name: values[0]}
                moved.add(name)
                yield together


def _terms(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Both sides and the terms of every sum in them, as far as decimals are in them; those of fewer variables first."""
    below = graph.below(roots)
    sums = (children(graph.nodes[node]) for node in below if graph.nodes[node][0] == "add")
    every = dict.fromkeys([*roots, *(term for terms in sums for term in terms)])
    found = [term for term in every if _is_loose(graph, term)]
    return sorted(found, key=lambda term: len(names_in(graph, term)))


def _is_loose(graph: Graph, root: int) -> bool:
    """Whether there is a decimal in it that stands for more than one number."""
    nodes = (graph.nodes[part] for part in graph.below([root]))
    return any(node[0] == "float" and not is_short(node[1]) for node in nodes)


def collected(graph: Graph, root: int) -> int:
    """The same with like terms together where there are decimals: whatever a literal stands for, less itself it is 0.

    ``1234567891.5*x + 2*x - 1234567891.5*x`` is ``2*x``, where the two balls of the large terms would hide it.
    """
    done: dict[int, int] = {}
    for index in graph.upwards(root, children, done):
        new = graph.rebuilt(index, [done[part] for part in children(graph.nodes[index])])
        if graph.nodes[new][0] == "add" and _is_loose(graph, new):
            terms = terms_of(graph, new)
            constant = terms.pop(CONSTANT, Fraction(0))
            like = [graph.mul([graph.number(factor), term]) for term, factor in terms.items()]
            new = graph.add([*like, graph.number(constant)])
        done[index] = new
    return done[root]


def _roots(lines: Lines, term: int, name: str, held: Point) -> list[Fraction]:
    others = {other: value for other, value in held.items() if other != name}
    found = lines.roots(term, name, others, most=ROOT_WORK)
    return sorted({(Fraction(low) + Fraction(high)) / 2 for low, high in found}, key=abs)[:MOST_ROOTS]
