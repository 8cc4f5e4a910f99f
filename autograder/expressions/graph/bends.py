"""Where a formula bends: the nodes whose signs decide which formula holds, and where parts of it come and go.

A *kink* is what is inside ``Abs``, between the arguments of ``Max``, compared by a Piecewise: on either side of its
roots another formula holds. An *edge* is where a root, a logarithm or an arc function begins and ends to be real, or
what one of them is made of has a pole: two stretches apart may be two branches of what looks like one formula. A
*focus* is what a local term is a function of: ``exp(-u**2)`` lives where u or its slope is 0.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from autograder.expressions.graph.definite import one_sign
from autograder.expressions.graph.nodes import Graph, Node, children, conditions_of

__all__ = ["CONSTANT", "difference", "edges", "factors", "focuses", "key", "kinks", "names_in", "terms_of"]

_WHOLE = frozenset(["floor", "ceiling"])
_ARC = {"asin": (1, -1), "acos": (1, -1), "atanh": (1, -1), "acosh": (1,), "erfinv": (1, -1), "LambertW": ()}
_OVER = {"asec": (1, -1), "acsc": (1, -1), "acoth": (1, -1), "asech": (1, 0), "acot": (0,), "acsch": (0,)}
_POLES = {"tan": "cos", "sec": "cos", "cot": "sin", "csc": "sin"}
_LOCAL = frozenset(
    ["exp", "tanh", "coth", "sech", "csch", "cosh", "sinh", "erf", "erfc", "atan", "acot", "log", "gamma"]
)
_ZERO_AT_ZERO = frozenset(["Abs", "sign", "sinh", "tanh", "asinh", "atan", "erf", "erfi"])
"""Functions whose only root is 0."""
_MANY = 6
"""Arguments of ``Max`` of which every two are compared; of more only neighbours."""


def kinks(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Nodes at whose roots another formula begins, each once however it is scaled: ``5 - x`` is ``2*x - 10``.

    None that never changes its sign: ``Abs(x**2 + 1)`` bends nowhere.
    """
    found: dict[int, None] = {}
    for index in sorted(graph.below(roots)):
        for bend in _bends(graph, graph.nodes[index]):
            found.update(dict.fromkeys(factors(graph, bend)))
    return [node for node in found if not one_sign(graph, node)]


def _bends(graph: Graph, node: Node) -> Iterator[int]:
    if node[0] == "piecewise":
        for _, condition in node[1:]:
            yield from conditions_of(condition)
    elif node[0] == "powq":
        base = graph.nodes[node[1]]
        if base[0] == "powi" and base[2] % 2 == 0:
            yield base[1]
    elif node[0] == "f":
        name, parts = node[1], node[2:]
        if name in ("Abs", "sign", "Heaviside", "DiracDelta", "arg"):
            yield parts[0]
        elif name in ("Max", "Min"):
            for first, second in combinations(parts, 2) if len(parts) <= _MANY else pairwise(parts):
                yield difference(graph, first, second)
        elif name in ("SingularityFunction", "KroneckerDelta"):
            yield difference(graph, parts[0], parts[1])
        elif name in _WHOLE:
            # Its roots are the whole numbers.
            yield graph.node("f", "sin", graph.mul([graph.node("const", "pi"), parts[0]]))


def edges(graph: Graph, roots: Sequence[int]) -> list[int]:
    """Nodes at whose roots a formula may cease to be real, or go over to another branch.

    None where no part of the formula has branches: then it is the same analytic function on both sides of a pole.
    """
    below = sorted(graph.below(roots))
    if not any(_branches(graph.nodes[index]) for index in below):
        return []
    found: dict[int, None] = {}
    for index in below:
        for edge in _edges(graph, graph.nodes[index]):
            found.update(dict.fromkeys(factors(graph, edge)))
    return list(found)


def _branches(node: Node) -> bool:
    if node[0] in ("powq", "pow"):
        return True
    return node[0] == "f" and (node[1] in _ARC or node[1] in _OVER or node[1] in ("log", "atan", "atan2", "loggamma"))


def _edges(graph: Graph, node: Node) -> Iterator[int]:
    kind = node[0]
    if kind in ("powq", "pow") or (kind == "powi" and node[2] < 0):
        yield node[1]
    elif kind == "f":
        name, parts = node[1], node[2:]
        if name in ("log", "atan2", "loggamma", "li", "Ci", "Chi"):
            yield from parts
        for ends in (_ARC, _OVER):
            for end in ends.get(name, ()):
                yield graph.add([parts[0], graph.number(-end)])
        if name in _POLES:
            yield graph.node("f", _POLES[name], parts[0])


def focuses(graph: Graph, roots: Iterable[int]) -> list[int]:
    """What the local terms under these nodes are functions of, the exponents of powers and denominators among them."""
    found: dict[int, None] = {}
    for index in sorted(graph.below(roots)):
        node = graph.nodes[index]
        inner: int | None = None
        if (node[0] == "f" and node[1] in _LOCAL) or node[0] == "pow":
            inner = node[2]
        elif (node[0] == "powi" and node[2] < 0) or (node[0] == "powq" and node[2] < 0):
            inner = node[1]
        if inner is not None and graph.nodes[inner][0] not in ("q", "const", "float"):
            found[inner] = None
    return list(found)


def names_in(graph: Graph, index: int) -> set[str]:
    """The variables that a node is made of."""
    return {graph.nodes[part][1] for part in graph.below([index]) if graph.nodes[part][0] == "var"}


def key(graph: Graph, index: int) -> Any:
    """A node by value, the same in every graph."""
    node = graph.nodes[index]
    if node[0] == "piecewise":
        return ("piecewise", *((key(graph, value), _condition_key(graph, c)) for value, c in node[1:]))
    parts = tuple(key(graph, part) for part in children(node))
    if not parts:
        return node
    more = (node[1],) if node[0] == "f" else node[2:] if node[0] in ("powi", "powq") else ()
    return (node[0], *more, *parts)


def _condition_key(graph: Graph, condition: Node) -> Any:
    if condition[0] == "rel":
        return ("rel", condition[1], key(graph, condition[2]))
    if condition[0] == "bool":
        return condition
    return (condition[0], *(_condition_key(graph, part) for part in condition[1:]))


def difference(graph: Graph, first: int, second: int) -> int:
    """The node of one node minus another."""
    return graph.add([first, graph.mul([graph.number(-1), second])])


def factors(graph: Graph, index: int, *, odd: bool = False) -> Iterator[int]:
    """The factors whose roots are those of a node, without what has none.

    Args:
        odd: only those at whose roots the node's sign changes: the first of ``x*y**2``.
    """
    node = graph.nodes[index]
    kind = node[0]
    if kind in ("q", "const", "float"):
        return
    if kind == "mul":
        for part in node[1:]:
            yield from factors(graph, part, odd=odd)
    elif kind == "powi" and (node[2] > 0 or odd):
        if not odd or node[2] % 2:
            yield from factors(graph, node[1], odd=odd)
    elif kind == "f" and (node[1] in ("exp", "cosh", "sech") or (odd and node[1] == "Abs")):
        return
    elif kind == "f" and node[1] in _ZERO_AT_ZERO:
        yield from factors(graph, node[2], odd=odd)
    elif kind == "add":
        scaled = _scaled(graph, index)
        if scaled == index or graph.nodes[scaled][0] == "add":
            yield from () if graph.nodes[scaled][0] == "q" else (scaled,)
        else:
            yield from factors(graph, scaled, odd=odd)
    else:
        yield index


def _scaled(graph: Graph, index: int) -> int:
    """A sum with its like terms together, divided by the coefficient of the first."""
    terms = terms_of(graph, index)
    constant = terms.pop(CONSTANT, Fraction(0))
    kept = {rest: factor for rest, factor in sorted(terms.items()) if factor}
    lead = next(iter(kept.values()), Fraction(1))
    parts = [graph.mul([graph.number(factor / lead), rest]) for rest, factor in kept.items()]
    return graph.add([*parts, graph.number(constant / lead)])


CONSTANT = -1
"""The place of the constant among terms."""


def terms_of(graph: Graph, index: int) -> dict[int, Fraction]:
    """The terms of a sum, like ones together: each without its coefficient → the coefficient."""
    terms: dict[int, Fraction] = {}
    _collect(graph, index, Fraction(1), terms)
    return terms


def _collect(graph: Graph, index: int, factor: Fraction, terms: dict[int, Fraction]) -> None:
    node = graph.nodes[index]
    if node[0] == "q":
        terms[CONSTANT] = terms.get(CONSTANT, Fraction(0)) + factor * Fraction(node[1], node[2])
    elif node[0] == "add":
        for part in node[1:]:
            _collect(graph, part, factor, terms)
    elif node[0] == "mul" and any(graph.nodes[part][0] == "q" for part in node[1:]):
        number = next(part for part in node[1:] if graph.nodes[part][0] == "q")
        rest = graph.mul([part for part in node[1:] if part != number])
        _collect(graph, rest, factor * (graph.fraction(number) or 0), terms)
    else:
        terms[index] = terms.get(index, Fraction(0)) + factor
