"""One formula made of another with one slip of algebra in it: what goes wrong between two lines of a derivation."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.formula import (
    Node,
    add,
    div,
    evaluate,
    mul,
    neg,
    num,
    power,
    read,
    to_sympy,
)
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp
else:
    np = Later("numpy")
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

__all__ = [
    "Forms", "cancelled", "changed", "distributed", "exponent", "factor", "numbers", "power_split", "sign", "term",
]  # fmt: skip

Change = Callable[[Node], Iterator[Node]]
"""A formula → what a slip makes of it."""
MOST_TERMS = 40
"""Terms of a formula that is written out; of more nobody looks at each."""


class Forms:
    """A formula in the forms in which people go on with it: as it stands, and written out.

    Attributes:
        given: as it stands.
    """

    def __init__(self, given: Node) -> None:
        self.given = given

    @cached_property
    def out(self) -> Node | None:
        """Written out term by term, above one denominator if there was one; None where that says nothing new."""
        expr = to_sympy(self.given)
        above, below = sp.fraction(sp.together(expr)) if self._is_fraction else (expr, sp.S.One)
        terms = sp.Add.make_args(sp.expand(above))
        if not 1 < len(terms) <= MOST_TERMS:
            return None
        return div(Node("add", tuple(read(term) for term in terms)), read(below))

    @property
    def _is_fraction(self) -> bool:
        return any(node.op == "div" and node.args[1].free for node in self.given.walk())

    def all(self) -> list[Node]:
        """The different forms."""
        return [self.given] if self.out is None else [self.given, self.out]


def changed(node: Node, change: Change) -> Iterator[Node]:
    """The formula with a change at one of its places, one after the other."""
    yield from change(node)
    for k, arg in enumerate(node.args):
        for other in changed(arg, change):
            yield Node(node.op, (*node.args[:k], other, *node.args[k + 1 :]), node.value)


def without(args: tuple[Node, ...], k: int) -> tuple[Node, ...]:
    """All but one."""
    return (*args[:k], *args[k + 1 :])


def factors(node: Node) -> tuple[Node, ...]:
    """Of a product; anything else is its own one."""
    return tuple(f for arg in node.args for f in factors(arg)) if node.op == "mul" else (node,)


def sign(node: Node) -> Iterator[Node]:
    """The sign of a term."""
    if node.op == "add":
        for k, term in enumerate(node.args):
            yield Node("add", (*node.args[:k], neg(term), *node.args[k + 1 :]))


def term(node: Node) -> Iterator[Node]:
    """A term of a sum lost."""
    if node.op == "add":
        for k in range(len(node.args)):
            yield add(*without(node.args, k))


def factor(node: Node) -> Iterator[Node]:
    """A factor lost, or one of a term's own, or of the term beside it, there twice."""
    own = factors(node)
    if len(own) > 1:
        for k, each in enumerate(own):
            if each.free:
                yield mul(*without(own, k))
    if node.op == "add":
        near = [each for arg in node.args for each in factors(arg) if each.free]
        bases = [each.args[0] for each in near if each.op == "pow"]
        for k, arg in enumerate(node.args):
            for each in (*near, *bases):
                yield Node("add", (*node.args[:k], mul(each, arg), *node.args[k + 1 :]))


def exponent(node: Node) -> Iterator[Node]:
    """An exponent that is off by one, or multiplied where it is to be added."""
    if node.op == "pow" and node.args[0].free and isinstance(node.args[1].value, (int, Fraction)):
        for by in (-1, 1):
            yield power(node.args[0], num(node.args[1].value + by))
    if node.op == "mul":
        own = factors(node)
        raised = [(k, *_raised(each)) for k, each in enumerate(own) if each.free]
        for i, base, n in raised:
            for j, other, m in raised:
                if i < j and _same(base, other) and n * m != n + m:
                    rest = [each for k, each in enumerate(own) if k not in (i, j)]
                    yield mul(*rest, power(base, num(n * m)))


def _raised(node: Node) -> tuple[Node, Any]:
    if node.op == "pow" and isinstance(node.args[1].value, (int, Fraction)):
        return node.args[0], node.args[1].value
    return node, 1


def _same(one: Node, two: Node) -> bool:
    return bool(to_sympy(one) == to_sympy(two))


def power_split(node: Node) -> Iterator[Node]:
    """A power, a root or a reciprocal of a sum taken term by term."""
    if node.op == "pow" and node.args[0].op == "add" and not node.args[1].free:
        terms = node.args[0].args
        yield add(*(power(each, node.args[1]) for each in terms))
        # (a − b)² → a² − b²
        yield add(
            *(
                neg(power(neg(each), node.args[1])) if _is_negative(each) else power(each, node.args[1])
                for each in terms
            )
        )
    if node.op == "div" and node.args[1].op == "add":
        yield add(*(div(node.args[0], each) for each in node.args[1].args))
    if node.op == "fn" and len(node.args) == 1 and node.args[0].op == "add":
        yield add(*(Node("fn", (each,), node.value) for each in node.args[0].args))


def _is_negative(node: Node) -> bool:
    first = factors(node)[0]
    return first.op == "num" and bool(to_sympy(first).is_negative)


def distributed(node: Node) -> Iterator[Node]:
    """A factor, a minus sign or a denominator that only the first terms of a bracket get."""
    own = factors(node)
    for k, each in enumerate(own):
        if each.op != "add" or len(own) < 2:
            continue
        others = without(own, k)
        for count in range(1, len(each.args)):
            yield add(*(mul(*others, arg) for arg in each.args[:count]), *each.args[count:])
            yield add(*each.args[:-count], *(mul(*others, arg) for arg in each.args[-count:]))
        if others[0].is_number(-1):
            for count in range(1, len(each.args)):
                # the other factors reach all terms, and the minus sign the first ones alone
                yield add(
                    *(mul(*others, arg) for arg in each.args[:count]),
                    *(mul(*others[1:], arg) for arg in each.args[count:]),
                )
    if node.op == "div" and node.args[0].op == "add":
        terms, below = node.args[0].args, node.args[1]
        for k, each in enumerate(terms):
            yield add(div(each, below), *without(terms, k))


def cancelled(node: Node) -> Iterator[Node]:
    """A factor cancelled from one term of a numerator."""
    if node.op != "div" or node.args[0].op != "add":
        return
    above, below = node.args
    for k, each in enumerate(above.args):
        for i, (base, n) in enumerate(map(_raised, factors(below))):
            own = factors(each)
            for j, (other, m) in enumerate(map(_raised, own)):
                if not base.free or not _same(base, other) or m < 1 or n < 1:
                    continue
                left = mul(*without(own, j), power(other, num(m - 1)))
                under = mul(*without(factors(below), i), power(base, num(n - 1)))
                yield div(Node("add", (*above.args[:k], left, *above.args[k + 1 :])), under)


def numbers(node: Node, point: Any, actual: Any) -> bool:
    """Whether one term with another number before it makes the values, (N,), at points, variable → (N,)."""
    for form in Forms(node).all():
        top, below = form.args if form.op == "div" else (form, num(1))
        terms = top.args if top.op == "add" else (top,)
        memo: dict[int, Any] = {}
        under = evaluate(below, point, memo)
        values = [np.broadcast_to(evaluate(each, point, memo) / under, actual.shape) for each in terms]
        whole = sum(values[1:], values[0])
        for each, value in zip(terms, values, strict=True):
            ratio = (actual - (whole - value)) / value
            size = np.abs(ratio)
            steady = bool(np.all(np.abs(ratio - ratio[0]) <= 1e-9 * (1 + size)))
            if each.free and len(ratio) > 2 and steady and min(abs(ratio[0] - k) for k in (0, 1, -1)) > 1e-9:
                return True
            offset = actual - whole
            if (
                not each.free
                and len(offset) > 2
                and bool(np.all(np.abs(offset - offset[0]) <= 1e-9 * (1 + np.abs(whole))))
            ):
                return bool(np.abs(offset[0]) > 1e-9)
    return False
