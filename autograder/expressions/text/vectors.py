"""Vectors in an answer: a factor beside one, its transpose, and sums along the axes such as ``2x i + 3 j``."""

from typing import Any

from autograder.errors import ExpressionError
from autograder.expressions.tree import Tree

__all__ = ["along_axes", "is_vector", "times", "transposed"]

_SKIPPED = {"List": 1, "Tuple": 1, "Matrix": 3}
"""Where the entries begin."""


def is_vector(tree: Tree) -> bool:
    """Whether a tree is a list, a tuple or an array of others."""
    return type(tree) is list and tree[0] in _SKIPPED


def times(factors: list[Tree]) -> Tree:
    """The product; of numbers and one vector the vector of the products, as in ``(4, 1)/sqrt(17)``."""
    places = [k for k, part in enumerate(factors) if is_vector(part)]
    if len(places) != 1 or (factors[places[0]][0] != "Matrix" and len(factors[places[0]]) < 3):
        return ["Mul", *factors]
    place = places[0]

    def scaled(part: Tree) -> Tree:
        if is_vector(part):
            start = _SKIPPED[part[0]]
            return [*part[:start], *(scaled(entry) for entry in part[start:])]
        return ["Mul", *factors[:place], part, *factors[place + 1 :]]

    return scaled(factors[place])


def transposed(tree: Tree) -> Tree:
    """Rows and columns changed; a plain list of numbers stays as it is."""
    if tree[0] == "Matrix":
        rows, columns, *entries = tree[1:]
        return ["Matrix", columns, rows, *(entries[r * columns + c] for c in range(columns) for r in range(rows))]
    inner = tree[1:]
    if inner and all(is_vector(row) and row[0] != "Matrix" for row in inner) and len({len(row) for row in inner}) == 1:
        return [tree[0], *([tree[0], *column] for column in zip(*(row[1:] for row in inner), strict=True))]
    return tree


def along_axes(tree: Tree, size: int) -> Tree:
    """A sum of multiples of unit vectors (``["Axis", 0]`` is the first) as the vector of its components.

    Raises:
        ExpressionError: an axis stands where a number is needed, or a number beside vectors.
    """
    if not _has_axis(tree):
        return tree
    components: list[list[Tree]] = [[] for _ in range(size)]
    for axis, value in _terms(tree):
        components[axis].append(value)
    return ["List", *(0 if not terms else terms[0] if len(terms) == 1 else ["Add", *terms] for terms in components)]


def _has_axis(tree: Tree) -> bool:
    waiting: list[Any] = [tree]
    while waiting:
        part = waiting.pop()
        if type(part) is list and part:
            if part[0] == "Axis":
                return True
            waiting.extend(part)
    return False


def _terms(tree: Tree) -> list[tuple[int, Tree]]:
    head = tree[0] if type(tree) is list else ""
    if head == "Axis":
        return [(tree[1], 1)]
    if head == "Add":
        return [term for part in tree[1:] for term in _terms(part)]
    if head == "Mul":
        places = [k for k, part in enumerate(tree[1:], 1) if _has_axis(part)]
        if len(places) == 1:
            others = [part for k, part in enumerate(tree[1:], 1) if k != places[0]]
            return [(axis, ["Mul", *others, value]) for axis, value in _terms(tree[places[0]])]
    raise ExpressionError("a vector and a number do not add; write the components as a list: [a, b]")
