"""Which sign a formula never has, by its form alone: ``x**2 - x*y + y**2`` is nowhere negative.

A sum of squares, roots and other parts of one sign has that sign; a polynomial of second degree in anything at all has
one where its matrix is semidefinite, which elimination shows in exact fractions.
"""

from fractions import Fraction

from autograder.expressions.graph.nodes import Graph

__all__ = ["one_sign"]

_ABOVE = frozenset(["exp", "cosh", "sech", "Abs"])
_MOST = 8
"""Letters of a polynomial of second degree."""

Terms = dict[tuple[int, ...], Fraction]
"""Monomial, as the letters that are multiplied, in order → coefficient."""


def one_sign(graph: Graph, index: int) -> int:
    """1 where a node is nowhere negative, -1 where it is nowhere positive, 0 where its form does not tell.

    >>> graph = Graph()
    >>> x, y = graph.node("var", "x"), graph.node("var", "y")
    >>> square = graph.integer_power(graph.add([x, y]), 2)
    >>> one_sign(graph, square), one_sign(graph, graph.add([x, y]))
    (1, 0)
    """
    node = graph.nodes[index]
    kind = node[0]
    if kind == "q":
        return -1 if node[1] < 0 else 1
    if (kind == "powi" and node[2] % 2 == 0) or (kind == "powq" and node[3] % 2 == 0):
        return 1
    if kind == "const" or (kind == "f" and node[1] in _ABOVE):
        return 1 if node[1] != "I" else 0
    if kind == "powi":
        return one_sign(graph, node[1])
    if kind == "mul":
        sign = 1
        for part in node[1:]:
            sign *= one_sign(graph, part)
        return sign
    if kind != "add":
        return 0
    signs = {one_sign(graph, part) for part in node[1:]}
    if len(signs) == 1 and 0 not in signs:
        return signs.pop()
    terms = _second_degree(graph, index)
    if terms is None:
        return 0
    if _is_semidefinite(terms):
        return 1
    return -1 if _is_semidefinite({letters: -factor for letters, factor in terms.items()}) else 0


def _second_degree(graph: Graph, index: int) -> Terms | None:
    node = graph.nodes[index]
    kind = node[0]
    if kind == "q":
        return {(): Fraction(node[1], node[2])}
    if kind == "add":
        total: Terms = {}
        for part in node[1:]:
            terms = _second_degree(graph, part)
            if terms is None:
                return None
            for letters, factor in terms.items():
                total[letters] = total.get(letters, Fraction(0)) + factor
        return total
    if kind == "mul" or (kind == "powi" and node[2] == 2):
        product: Terms = {(): Fraction(1)}
        for part in node[1:] if kind == "mul" else (node[1], node[1]):
            terms = _second_degree(graph, part)
            if terms is None:
                return None
            product = _times(product, terms)
            if len(product) > _MOST**2 or any(len(letters) > 2 for letters in product):
                return None
        return product
    return {(index,): Fraction(1)}


def _times(one: Terms, other: Terms) -> Terms:
    found: Terms = {}
    for left, factor in one.items():
        for right, more in other.items():
            letters = tuple(sorted((*left, *right)))
            found[letters] = found.get(letters, Fraction(0)) + factor * more
    return found


def _is_semidefinite(terms: Terms) -> bool:
    """Whether the matrix of a polynomial of second degree, with 1 as one more letter, has no negative direction."""
    letters = [*sorted({letter for monomial in terms for letter in monomial})]
    if len(letters) > _MOST or any(
        factor < 0 for monomial, factor in terms.items() if len({*monomial}) == 1 < len(monomial)
    ):
        return False
    place = {letter: number for number, letter in enumerate(letters)}
    last = len(letters)
    rows = [[Fraction(0)] * (last + 1) for _ in range(last + 1)]
    for monomial, factor in terms.items():
        i, j = (*(place[letter] for letter in monomial), *[last] * (2 - len(monomial)))
        rows[i][j] += factor / 2
        rows[j][i] += factor / 2
    for k in range(last + 1):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k][k + 1 :])):
            return False
        for i in range(k + 1, last + 1):
            if pivot and rows[i][k]:
                share = rows[i][k] / pivot
                rows[i] = [mine - share * theirs for mine, theirs in zip(rows[i], rows[k], strict=True)]
    return True
