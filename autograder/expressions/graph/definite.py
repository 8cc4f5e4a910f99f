"""Which sign a formula never has, by its form alone: ``x**2 - x*y + y**2`` is nowhere negative.

A formula has values between bounds that are put together from those of its parts (``1 - cos(x)`` lies between 0 and
2); a polynomial of second degree in anything at all has one sign where its matrix is semidefinite, which elimination
shows in exact fractions.
"""

from fractions import Fraction

from autograder.expressions.graph.nodes import Graph, Node, children

__all__ = ["one_sign"]

Bounds = tuple[Fraction | None, Fraction | None]
"""Lower and upper; None where there is none."""

_NONE, _ABOVE = (None, None), (Fraction(0), None)
_ONE = (Fraction(-1), Fraction(1))
_WITHIN: dict[str, Bounds] = {
    **dict.fromkeys(("sin", "cos", "tanh", "erf", "sign"), _ONE),
    **dict.fromkeys(("exp", "Abs", "acosh", "asech"), _ABOVE),
    **dict.fromkeys(("sech", "Heaviside"), (Fraction(0), Fraction(1))),
    **dict.fromkeys(("atan", "asin"), (Fraction(-8, 5), Fraction(8, 5))),
    "cosh": (Fraction(1), None),
    "erfc": (Fraction(0), Fraction(2)),
    "acos": (Fraction(0), Fraction(16, 5)),
    "pi": (Fraction(314, 100), Fraction(315, 100)),
    "E": (Fraction(271, 100), Fraction(272, 100)),
    "EulerGamma": (Fraction(57, 100), Fraction(58, 100)),
    "GoldenRatio": (Fraction(161, 100), Fraction(162, 100)),
    "Catalan": (Fraction(91, 100), Fraction(92, 100)),
}
"""Of functions and constants."""
_MOST_POWER = 16
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
    >>> one_sign(graph, graph.add([graph.function("cos", [x]), graph.number(-1)]))
    -1
    """
    low, high = bounds(graph, index)
    if low is not None and low >= 0:
        return 1
    if high is not None and high <= 0:
        return -1
    if graph.nodes[index][0] != "add":
        return 0
    terms = _second_degree(graph, index)
    if terms is None:
        return 0
    if _is_semidefinite(terms):
        return 1
    return -1 if _is_semidefinite({letters: -factor for letters, factor in terms.items()}) else 0


def bounds(graph: Graph, root: int) -> Bounds:
    """Between which numbers a node's values lie wherever it has any, as far as its form tells."""
    found: dict[int, Bounds] = {}
    for index in graph.upwards(root, children, found):
        node = graph.nodes[index]
        found[index] = _bounds(graph, node, [found[part] for part in children(node)])
    return found[root]


def _bounds(graph: Graph, node: Node, parts: list[Bounds]) -> Bounds:
    kind = node[0]
    if kind == "q":
        value = Fraction(node[1], node[2])
        return value, value
    if kind == "const" or kind == "f":
        return _WITHIN.get(node[1], _NONE)
    if kind == "add":
        lows, highs = zip(*parts, strict=True)
        return (
            None if None in lows else sum(lows, Fraction(0)),
            None if None in highs else sum(highs, Fraction(0)),
        )
    if kind == "mul":
        product = parts[0]
        for part in parts[1:]:
            product = _product(product, part)
        return product
    if kind == "powi":
        return _power(parts[0], node[2])
    return _ABOVE if kind == "powq" and node[3] % 2 == 0 else _NONE


def _product(one: Bounds, other: Bounds) -> Bounds:
    """Bounds without an end stand for infinity, of which 0 times is 0."""
    if None not in one and None not in other:
        ends = [a * b for a in one for b in other if a is not None and b is not None]
        return min(ends), max(ends)
    signs = [_sign_of(one), _sign_of(other)]
    if 0 in signs:
        return _NONE
    near = Fraction(1)
    for low, high in (one, other):
        ends = [abs(end) for end in (low, high) if end is not None]
        near *= min(ends)
    return (near, None) if signs[0] == signs[1] else (None, -near)


def _sign_of(one: Bounds) -> int:
    low, high = one
    return 1 if low is not None and low >= 0 else -1 if high is not None and high <= 0 else 0


def _power(base: Bounds, n: int) -> Bounds:
    sign = _sign_of(base)
    if abs(n) > _MOST_POWER or n < 0:
        return _ABOVE if n % 2 == 0 or sign > 0 else (None, Fraction(0)) if sign < 0 else _NONE
    low, high = (None if end is None else end**n for end in base)
    if n % 2 or sign > 0:
        return low, high
    if sign < 0:
        return high, low
    return Fraction(0), None if low is None or high is None else max(low, high)


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
