"""Formulas of one part alone: ``exp(x*y) - 1 - x*y`` is a function of ``x*y``, and so of one number."""

from collections.abc import Mapping
from fractions import Fraction

from autograder.expressions.graph.bends import CONSTANT, names_in, terms_of
from autograder.expressions.graph.nodes import Graph, children

__all__ = ["LETTER", "of_one_part"]

LETTER = "_"
"""The variable that stands for the part; none that somebody writes."""
_MOST = 8
"""Parts that are tried."""


def of_one_part(graph: Graph, root: int) -> int | None:
    """The same formula with the part that holds all of its variables as a variable; None where there is no such part.

    >>> graph = Graph()
    >>> both = graph.mul([graph.node("var", "x"), graph.node("var", "y")])
    >>> whole = graph.add([graph.function("exp", [both]), both])
    >>> names_in(graph, of_one_part(graph, whole))
    {'_'}
    """
    names = names_in(graph, root)
    tried = 0
    for index in sorted(graph.below([root]), reverse=True):
        node = graph.nodes[index]
        for part in children(node) if node[0] in ("f", "powi", "powq", "pow") else ():
            if graph.nodes[part][0] == "var" or names_in(graph, part) != names:
                continue
            tried += 1
            found = _with(graph, root, part)
            if found is not None:
                return found
            if tried == _MOST:
                return None
    return None


def _with(graph: Graph, root: int, part: int) -> int | None:
    """The root with a letter for a part; None where a variable is left."""
    letter = graph.node("var", LETTER)
    done: dict[int, int | None] = {part: letter}
    wanted = terms_of(graph, part)
    for index in graph.upwards(root, children, done):
        node = graph.nodes[index]
        below = [done[child] for child in children(node)]
        if node[0] in ("var", "piecewise"):
            done[index] = None
        elif None in below:
            done[index] = _linear(graph, index, letter, wanted, done)
        else:
            done[index] = graph.rebuilt(index, [child for child in below if child is not None])
    return done[root]


def _linear(
    graph: Graph, index: int, letter: int, wanted: dict[int, Fraction], done: Mapping[int, int | None]
) -> int | None:
    """``3*x + 3*y + f(x + y)`` as ``3*letter + f(letter)``; None where a variable is left."""
    terms = terms_of(graph, index)
    lead = next(term for term in wanted if term != CONSTANT)
    if lead not in terms:
        return None
    share = terms[lead] / wanted[lead]
    for term, factor in wanted.items():
        terms[term] = terms.get(term, Fraction(0)) - share * factor
    parts = [graph.mul([graph.number(share), letter]), graph.number(terms.pop(CONSTANT, Fraction(0)))]
    for term, factor in terms.items():
        rest = done.get(term, None if names_in(graph, term) else term)
        if factor and rest is None:
            return None
        if factor and rest is not None:
            parts.append(graph.mul([graph.number(factor), rest]))
    return graph.add(parts)
