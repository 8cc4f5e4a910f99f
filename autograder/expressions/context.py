"""What a question tells about its answers, so that a text that has two readings elsewhere has one here.

``asin(x)`` where ``a`` is a variable is the arc sine if the question has one in it; ``e^-x^2/2`` is doubtful where the
question has a fraction in an exponent, and plain precedence elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder.expressions.heads import words
from autograder.expressions.tree import Tree

__all__ = ["AUTHOR", "Context", "context_of", "has_symbol"]


@dataclass(frozen=True, kw_only=True)
class Context:
    """One question as far as reading its answers needs it.

    Attributes:
        heads: functions and constants in the question's function and in its derivative, by SymPy's names.
        certain: the text is SymPy's syntax, as authors write it: every name means what it means there.
        powers: a power of something else than e has a variable in its exponent, as in a^(2x).
        divided: an exponent has a fraction in it, as in √x or e^(−x²/2).
        logistic: there is a 1/(1 + e^(−u)) in it or in its slope, which everybody calls σ(u).
        wrt: the variables of differentiation, one for each component.
        order: how often is differentiated.
        size: components of the answer; 0 for a single formula, None where it is not known.
        point: variables whose values are asked for, so that ``x = 1, y = 0`` says what was asked.
    """

    heads: frozenset[str] = frozenset()
    certain: bool = False
    powers: bool = False
    divided: bool = False
    logistic: bool = False
    wrt: tuple[str, ...] = ()
    order: int = 1
    size: int | None = None
    point: tuple[str, ...] = ()


_WITH_ROOTS = frozenset(words("asin acos asec acsc asinh acosh asech acsch"))
"""Functions whose derivatives have a root in them."""

AUTHOR = Context(certain=True)


def context_of(trees: Iterable[Tree], *, wrt: Sequence[str] = (), order: int = 1, size: int | None = None) -> Context:
    """The context that a question's function and its derivative make.

    Example:
        >>> context_of([["Pow", ["Symbol", "x", "real"], ["Rational", 1, 2]]]).divided
        True
    """
    heads: set[str] = set()
    powers = divided = logistic = False
    for tree in trees:
        for node in _nodes(tree):
            heads.add(node[0])
            logistic = logistic or _is_logistic(node)
            exponent = node[2] if node[0] == "Pow" else node[1] if node[0] == "exp" else None
            if exponent is None:
                continue
            divided = divided or any(_divides(part) for part in _nodes(exponent))
            powers = powers or (node[0] == "Pow" and has_symbol(node[1]) and has_symbol(exponent))
    divided = divided or bool(heads & _WITH_ROOTS)
    return Context(
        heads=frozenset(heads),
        powers=powers,
        divided=divided,
        logistic=logistic,
        wrt=tuple(wrt),
        order=order,
        size=size,
    )


def has_symbol(tree: Tree) -> bool:
    """Whether a variable stands in a tree."""
    return any(node[0] in ("Symbol", "Dummy") for node in _nodes(tree))


def _is_logistic(node: Tree) -> bool:
    """Whether it is ``1 + exp(u)``: of 1/(1 + e^(−u)), of e^u/(1 + e^u), or of ln(1 + e^u), whose slope is one."""
    if node[0] != "Add" or len(node) != 3 or 1 not in node[1:]:
        return False
    return any(type(part) is list and (part[0] == "exp" or part[:2] == ["Pow", ["E"]]) for part in node[1:])


def _divides(node: Tree) -> bool:
    if node[0] == "Rational":
        return True
    return bool(node[0] == "Pow" and type(node[2]) is int and node[2] < 0)


def _nodes(tree: Tree) -> Iterator[Tree]:
    """Every list in a tree that has a head."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if type(part) is list and part:
            if type(part[0]) is str:
                yield part
            waiting.extend(part)
