"""The form of a last line, as it is written: multiplied out, a product, one fraction."""

from autograder.expressions import Tree
from autograder.expressions.context import has_symbol

__all__ = ["FORMS", "has_form"]

FORMS = ("expanded", "factored", "one fraction")
"""What may be asked of the last line."""


def has_form(tree: Tree, form: str) -> bool:
    """Whether a formula stands in a form of :data:`FORMS`.

    >>> x = ["Symbol", "x", "real"]
    >>> has_form(["Mul", 2, ["Add", x, 1]], "factored"), has_form(["Mul", 2, ["Add", x, 1]], "expanded")
    (True, False)
    """
    if form == "expanded":
        return _is_expanded(tree)
    if form == "factored":
        return _head(tree) != "Add"
    terms = tree[1:] if _head(tree) == "Add" else []
    return not any(_divides(term) for term in terms) and not _has_nested(tree)


def _head(tree: Tree) -> str:
    return str(tree[0]) if type(tree) is list and tree else ""


def _is_under(tree: Tree) -> bool:
    """Whether it stands below a fraction's bar."""
    return _head(tree) == "Pow" and (
        (type(tree[2]) is int and tree[2] < 0)
        or (_head(tree[2]) == "Mul" and tree[2][1] == -1)
        or (_head(tree[2]) == "Rational" and tree[2][1] < 0)
    )


def _divides(tree: Tree) -> bool:
    """Whether a term is divided by something with a variable in it."""
    parts = tree[1:] if _head(tree) == "Mul" else [tree]
    return any(_is_under(part) and has_symbol(part[1]) for part in parts)


def _has_nested(tree: Tree) -> bool:
    """Whether a part of a product, above or below the bar, is itself a sum with fractions."""
    parts = tree[1:] if _head(tree) == "Mul" else [tree]
    inner = [part[1] if _head(part) == "Pow" else part for part in parts]
    return any(_head(part) == "Add" and any(_divides(term) for term in part[1:]) for part in inner)


def _is_expanded(tree: Tree) -> bool:
    head = _head(tree)
    if head == "Add":
        return all(_is_expanded(term) for term in tree[1:])
    if head == "Mul":
        above = [part for part in tree[1:] if not _is_under(part)]
        sums = [part for part in above if _head(part) in ("Add", "Mul") and has_symbol(part)]
        if any(_head(part) == "Add" for part in sums) and len(above) > 1:
            return False
        return all(_is_expanded(part) for part in above)
    if head == "Pow":
        return not (_head(tree[1]) == "Add" and has_symbol(tree[1]) and type(tree[2]) is int and tree[2] > 1)
    return True
