"""A differentiator whose rules can be swapped, one kind of site at a time.

``D(f)`` follows the structure of ``f`` as it was written. A wrong rule looks at one node and says what a student who
makes this mistake writes for it; everything else is differentiated correctly. The rule acts at every site or at one.

Source of the method: structural "buggy rules" as in STACK's CR_Diff and Numbas' malrules, generated here instead of
being written out.
"""

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.formula import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    div,
    fn,
    mul,
    neg,
    num,
    power,
    read,
    sqrt,
    sub,
    to_sympy,
)
from autograder.modules import Later

if TYPE_CHECKING:
    import sympy as sp
else:
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

Rule = Callable[[Node, "Calculus"], Iterable[Node]]
"""A wrong rule: what students write for the derivative of this node; nothing where it does not apply."""


class Layer:
    """A function of something: ``F(u)``.

    Attributes:
        inner: u.
        outer: t ↦ F(t), a formula.
        slope: t ↦ F'(t).
        exponent: n, where F is a power with a number n.
        grade: n as a formula, where F is any power; it may hold parameters, as in ``x**n``.
        times: a constant factor in front, as in ``3/u**2``; it is not part of F.
    """

    def __init__(
        self,
        inner: Node,
        outer: Callable[[Node], Node],
        slope: Callable[[Node], Node],
        exponent: Any = None,
        times: Node = ONE,
        grade: Node | None = None,
    ) -> None:
        self.inner = inner
        self.outer = outer
        self.slope = slope
        self.exponent = exponent
        self.times = times
        self.grade = grade


SLOPES: dict[str, Callable[[Node], Node]] = {
    "sin": lambda t: fn("cos", t),
    "cos": lambda t: neg(fn("sin", t)),
    "tan": lambda t: power(fn("cos", t), -2),
    "cot": lambda t: neg(power(fn("sin", t), -2)),
    "sec": lambda t: mul(fn("sec", t), fn("tan", t)),
    "csc": lambda t: neg(mul(fn("csc", t), fn("cot", t))),
    "asin": lambda t: div(ONE, sqrt(sub(ONE, power(t, 2)))),
    "acos": lambda t: neg(div(ONE, sqrt(sub(ONE, power(t, 2))))),
    "atan": lambda t: div(ONE, add(ONE, power(t, 2))),
    "sinh": lambda t: fn("cosh", t),
    "cosh": lambda t: fn("sinh", t),
    "tanh": lambda t: sub(ONE, power(fn("tanh", t), 2)),
    "coth": lambda t: neg(power(fn("csch", t), 2)),
    "sech": lambda t: neg(mul(fn("sech", t), fn("tanh", t))),
    "csch": lambda t: neg(mul(fn("csch", t), fn("coth", t))),
    "asinh": lambda t: div(ONE, sqrt(add(power(t, 2), ONE))),
    "acosh": lambda t: div(ONE, sqrt(sub(power(t, 2), ONE))),
    "atanh": lambda t: div(ONE, sub(ONE, power(t, 2))),
    "exp": lambda t: fn("exp", t),
    "log": lambda t: div(ONE, t),
    "abs": lambda t: fn("sign", t),
    "sign": lambda t: ZERO,
    "step": lambda t: ZERO,
}


class Calculus:
    """Differentiation by one variable, with at most one wrong rule.

    Args:
        by: the variable.
        variables: all variables of the question; what is none of them is a parameter.
        rule: the wrong rule, or None to differentiate correctly.
        sites: identities of the nodes at which the rule acts; None for all.
        version: which of the rule's versions to take (the last one where a site has fewer).
        touched: identities of the nodes that hold a site; all others are differentiated correctly, without looking
            further. None looks everywhere.
        known: correct derivatives by this variable, by the node's identity; shared between calls, so that wrong
            answers share the parts that are right.
    """

    def __init__(
        self,
        by: str,
        variables: Iterable[str] = (),
        rule: Rule | None = None,
        sites: frozenset[int] | None = None,
        version: int = 0,
        *,
        touched: frozenset[int] | None = None,
        known: dict[int, tuple[Node, Node]] | None = None,
    ) -> None:
        self.by = by
        self.variables = frozenset(variables) | {by}
        self.rule = rule
        self.sites = sites
        self.version = version
        self.touched = touched
        self.known = known

    def constant(self, node: Node) -> bool:
        return self.by not in node.free

    def bare(self, node: Node) -> bool:
        """Whether the node is the variable itself."""
        return node.op == "var" and node.value == self.by

    def d(self, node: Node) -> Node:
        """The derivative, by the wrong rule where it applies."""
        if self.by not in node.free:
            return ZERO
        if self.rule is None or (self.touched is not None and id(node) not in self.touched):
            return self._correct(node)
        if self.sites is None or id(node) in self.sites:
            versions = list(self.rule(node, self))
            if versions:
                return versions[min(self.version, len(versions) - 1)]
        return self.right(node)

    def _correct(self, node: Node) -> Node:
        known = self.known
        if known is None:
            return self.right(node) if self.rule is None else Calculus(self.by).d(node)
        found = known.get(id(node))
        if found is None:
            calculus = self if self.rule is None else Calculus(self.by, known=known)
            # the node is kept with its derivative, or its identity could be given to another one
            found = known[id(node)] = (node, calculus.right(node))
        return found[1]

    def right(self, node: Node) -> Node:
        """One correct step; the parts are given to :meth:`d`."""
        if node.op == "var":
            return ONE
        if node.op == "add":
            return add(*(self.d(term) for term in node.args))
        if node.op == "mul":
            constant, factors = self.split(node)
            terms = [mul(*(self.d(f) if i == k else f for i, f in enumerate(factors))) for k in range(len(factors))]
            return mul(constant, add(*terms))
        if node.op == "div":
            return self._quotient(*node.args)
        if node.op == "opaque":
            return read(sp.diff(node.value, sp.Symbol(self.by, real=True)))
        if node.op == "fn" and node.value in ("max", "min"):
            return self._extreme(node)
        found = self.layer(node)
        if found is not None:
            return mul(found.times, found.slope(found.inner), self.d(found.inner))
        base, exponent = node.args
        rate = add(mul(self.d(exponent), fn("log", base)), div(mul(exponent, self.d(base)), base))
        return mul(node, rate)

    def _quotient(self, above: Node, below: Node) -> Node:
        if self.constant(below):
            return div(self.d(above), below)
        if self.constant(above):
            return neg(div(mul(above, self.d(below)), power(below, 2)))
        return div(sub(mul(self.d(above), below), mul(above, self.d(below))), power(below, 2))

    def _extreme(self, node: Node) -> Node:
        first, rest = node.args[0], node.args[1:]
        if not rest:
            return self.d(first)
        other = fn(node.value, *rest)
        gap = sub(first, other) if node.value == "max" else sub(other, first)
        return add(mul(fn("step", gap), self.d(first)), mul(fn("step", neg(gap)), self.d(other)))

    def split(self, node: Node) -> tuple[Node, list[Node]]:
        """The constant factor of a product, and the factors that change."""
        constant = [factor for factor in node.args if self.constant(factor)]
        return mul(*constant), [factor for factor in node.args if not self.constant(factor)]

    def layer(self, node: Node) -> Layer | None:
        """The node as a function of something, where it is one: F(u), u**n, a**u, c/u**n."""
        found = next(self.layers(node), None)
        return found if node.op in ("fn", "pow") else None

    def layers(self, node: Node) -> Iterator[Layer]:
        """Every way to see the node as ``c·F(u)`` with u changing; ``c/u**2`` is a power of u and of u**2."""
        if self.constant(node):
            return
        if node.op == "fn" and node.value in SLOPES:
            name = node.value
            yield Layer(node.args[0], lambda t: fn(name, t), SLOPES[name])
        elif node.op == "pow":
            base, exponent = node.args
            if self.constant(exponent):
                yield _power_layer(base, exponent)
            elif self.constant(base):
                rate = fn("log", base)
                yield Layer(exponent, lambda t: power(base, t), lambda t: mul(power(base, t), rate))
        elif node.op == "div" and self.constant(node.args[0]):
            above, below = node.args
            if below.op == "mul":
                # 3/(4*sqrt(u)) is three quarters of a power of u.
                constant, changing = self.split(below)
                if len(changing) == 1 and not constant.is_number(1):
                    yield from self.layers(div(div(above, constant), changing[0]))
            if below.op == "pow" and self.constant(below.args[1]):
                yield _power_layer(below.args[0], neg(below.args[1]), above)
            if not (below.op == "pow" and self.constant(below.args[1]) and self.bare(below.args[0])):
                yield _power_layer(below, MINUS_ONE, above)


def _power_layer(base: Node, exponent: Node, times: Node = ONE) -> Layer:
    lowered = num(exponent.value - 1) if exponent.op == "num" else sub(exponent, ONE)
    value = exponent.value if exponent.op == "num" and isinstance(exponent.value, (int, Fraction)) else None
    return Layer(base, lambda t: power(t, exponent), lambda t: mul(exponent, power(t, lowered)), value, times, exponent)


def derivative(node: Node, by: str, *, order: int = 1) -> Node:
    """The correct derivative; a second one is taken of SymPy's form of the first, as a student simplifies first."""
    result = Calculus(by).d(node)
    for _ in range(order - 1):
        result = Calculus(by).d(read(to_sympy(result)))
    return result


def sites(node: Node, by: str, variables: Iterable[str], rule: Rule) -> tuple[list[Node], int]:
    """The nodes at which the rule applies, from the outside in, and how many versions of it there are at most."""
    calculus = Calculus(by, variables, known={})
    found = []
    most = 0
    for place in node.walk():
        if by in place.free:
            count = sum(1 for _ in rule(place, calculus))
            if count:
                found.append(place)
                most = max(most, count)
    return found, most


def above(node: Node) -> dict[int, list[int]]:
    """Identity of each node of a formula → those of the nodes that it is an argument of."""
    found: dict[int, list[int]] = {}
    for place in node.walk():
        for arg in place.args:
            found.setdefault(id(arg), []).append(id(place))
    return found


def holders(parents: dict[int, list[int]], places: Iterable[Node]) -> frozenset[int]:
    """Identities of the places and of every node above them; ``parents`` from :func:`above`."""
    waiting = [id(place) for place in places]
    found: set[int] = set()
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += parents.get(here, ())
    return frozenset(found)


__all__ = ["Calculus", "Layer", "Rule", "above", "derivative", "holders", "sites"]
