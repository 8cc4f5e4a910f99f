"""Equality by algebra: both sides as fractions of polynomials in parts that are known to be independent enough.

Every part that is not ``+``, ``·`` or a whole power becomes a letter: ``sin(u)`` and ``cos(u)`` with
``sin² = 1 − cos²``, ``exp(u)`` for each term of an exponent, ``u^(1/q)`` with its q-th power ``u``, anything else by
itself; ``sinh`` and its like are a pair of their own, and in a second try made of ``exp``. If the cross-multiplied
difference reduces to the zero polynomial, the sides are equal wherever both are real and finite. The converse is not
claimed: what does not reduce is not proved.
"""

from fractions import Fraction
from math import gcd
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from autograder.expressions.graph import Graph, children

MAX_TERMS = 3000
MAX_POWER = 60
MAX_LETTERS = 24
MAX_WORK = 20_000
"""Products of two terms that one proof may cost. Counted, not timed: whether something is proved must not depend on
the machine, nor on what else it does."""


_HYPERBOLIC = frozenset(["sinh", "cosh", "tanh", "coth", "sech", "csch"])


class _TooMuch(Exception):
    """The polynomials grow beyond what a proof may cost."""


def equal_by_algebra(graph: Graph, first: int, second: int) -> bool:
    """Whether the two nodes are equal by algebra alone; False says nothing."""
    if first == second:
        return True
    algebra = _Algebra(graph)
    try:
        if algebra.equal(first, second):
            return True
        # (1 + tanh(u/2))/2 is 1/(1 + exp(-u)): not with sinh and cosh as letters of their own
        return bool(algebra.hyperbolic) and _Algebra(graph, by_exp=True).equal(first, second)
    except _TooMuch:
        return False


class _Algebra:
    def __init__(self, graph: Graph, *, by_exp: bool = False) -> None:
        self.graph = graph
        self.by_exp = by_exp
        self.work = 0
        self.letters: dict[Any, int] = {}
        self.context: Any = None
        self.squares: list[tuple[int, int]] = []
        """(letter of sin, letter of cos)."""
        self.hyperbolic: list[tuple[int, int]] = []
        self.roots: list[tuple[int, int, int]] = []
        """(letter, q, node whose q-th root it is)."""
        self.values: dict[int, tuple[Any, Any]] = {}
        self.units: dict[int, Fraction] = {}
        """Node → the share of it whose exponential is one letter; its coefficients are multiples of that."""

    def equal(self, first: int, second: int) -> bool:
        order = self._order([first, second])
        plans = {index: self._plan(index) for index in order}
        if len(self.letters) > MAX_LETTERS:
            raise _TooMuch
        names = tuple(f"t{i}" for i in range(max(1, len(self.letters))))
        self.context = fmpq_mpoly_ctx.get(names, Ordering.lex)
        self.generators = self.context.gens()
        for index in order:
            self.values[index] = self._value(index, plans[index])
        (a, b), (c, d) = self.values[first], self.values[second]
        if not b or not d:
            return False
        return bool(self._reduced(self._product(a, d) - self._product(c, b)) == 0)

    def _order(self, roots: list[int]) -> list[int]:
        done: dict[int, None] = {}
        waiting = [(root, False) for root in reversed(roots)]
        while waiting:
            index, ready = waiting.pop()
            if index in done:
                continue
            if ready:
                done[index] = None
            else:
                waiting.append((index, True))
                waiting.extend((child, False) for child in children(self.graph.nodes[index]))
        return list(done)

    def _letter(self, key: Any) -> int:
        return self.letters.setdefault(key, len(self.letters))

    def _plan(self, index: int) -> tuple[Any, ...]:
        node = self.graph.nodes[index]
        kind = node[0]
        if kind in ("q", "add", "mul", "powi"):
            return (kind,)
        if kind == "powq":
            base, p, q = node[1], node[2], node[3]
            letter = self._letter(("root", base, q))
            entry = (letter, q, base)
            if entry not in self.roots:
                self.roots.append(entry)
            return ("root", letter, p)
        if kind == "f" and len(node) == 3:
            name, u = node[1], node[2]
            if name in ("sin", "cos", "tan", "cot", "sec", "csc"):
                return ("trig", name, *self._pair(u, "sin", "cos", self.squares))
            if name in _HYPERBOLIC and self.by_exp:
                return ("hyperbolic", name, self._exponent(u))
            if name in _HYPERBOLIC:
                return ("trig", name.removesuffix("h"), *self._pair(u, "sinh", "cosh", self.hyperbolic))
            if name == "exp":
                return ("exp", self._exponent(u))
        if kind == "pow":
            return ("letter", self._letter(("node", index)))
        return ("letter", self._letter(("node", index)))

    def _pair(self, u: int, first: str, second: str, pairs: list[tuple[int, int]]) -> tuple[int, int, int]:
        sign = 1
        opposite = self.graph.mul([self.graph.number(-1), u])
        if (first, opposite) in self.letters and (first, u) not in self.letters:
            u, sign = opposite, -1
        pair = (self._letter((first, u)), self._letter((second, u)))
        if pair not in pairs:
            pairs.append(pair)
        return (*pair, sign)

    def _exponent(self, u: int) -> list[tuple[int, Fraction]]:
        """``exp(3x/2 + y)`` as powers of ``exp`` of each term without its coefficient; ``exp((x - x)/2)`` as none."""
        shares: dict[int, Fraction] = {}
        self._gather(u, Fraction(1), shares)
        found = [(rest, coefficient) for rest, coefficient in shares.items() if coefficient]
        for rest, coefficient in found:
            self._letter(("exp", rest))
            self.units[rest] = _common(self.units.get(rest, coefficient), coefficient)
        return found

    def _gather(self, u: int, factor: Fraction, shares: dict[int, Fraction]) -> None:
        """Adds the terms of ``factor*u`` to ``shares``: term without its coefficient → coefficient."""
        node = self.graph.nodes[u]
        if node[0] == "add":
            for term in node[1:]:
                self._gather(term, factor, shares)
            return
        if node[0] == "mul":
            numbers = [part for part in node[1:] if self.graph.nodes[part][0] == "q"]
            if numbers:
                value = self.graph.nodes[numbers[0]]
                rest = self.graph.mul([part for part in node[1:] if part != numbers[0]])
                self._gather(rest, factor * Fraction(value[1], value[2]), shares)
                return
        if node[0] == "q":
            u, factor = self.graph.number(1), factor * Fraction(node[1], node[2])
        shares[u] = shares.get(u, Fraction(0)) + factor

    def _value(self, index: int, plan: tuple[Any, ...]) -> tuple[Any, Any]:
        kind = plan[0]
        node = self.graph.nodes[index]
        one = self.context.constant(1)
        if kind == "q":
            return self.context.constant(fmpq(node[1], node[2])), one
        if kind == "letter":
            return self.generators[plan[1]], one
        if kind == "root":
            return self._power((self.generators[plan[1]], one), plan[2])
        if kind == "trig":
            return self._trig(plan, one)
        if kind == "exp":
            return self._exp(plan[1], one)
        if kind == "hyperbolic":
            return self._hyperbolic(plan[1], *self._exp(plan[2], one))
        if kind == "powi":
            return self._power(self.values[node[1]], node[2])
        parts = [self.values[child] for child in node[1:]]
        total = parts[0]
        for part in parts[1:]:
            total = self._times(total, part) if kind == "mul" else self._plus(total, part)
        return total

    def _exp(self, terms: list[tuple[int, Fraction]], one: Any) -> tuple[Any, Any]:
        value = (one, one)
        for rest, coefficient in terms:
            letter = self.generators[self.letters["exp", rest]]
            value = self._times(value, self._power((letter, one), int(coefficient / self.units[rest])))
        return value

    def _hyperbolic(self, name: str, top: Any, bottom: Any) -> tuple[Any, Any]:
        """With ``exp(u) = top/bottom``."""
        square, below = self._product(top, top), self._product(bottom, bottom)
        both = 2 * self._product(top, bottom)
        sinh, cosh = self._checked(square - below), self._checked(square + below)
        table = {"sinh": (sinh, both), "cosh": (cosh, both), "tanh": (sinh, cosh), "coth": (cosh, sinh)}
        return table.get(name) or ((both, cosh) if name == "sech" else (both, sinh))

    def _trig(self, plan: tuple[Any, ...], one: Any) -> tuple[Any, Any]:
        name, i, j, sign = plan[1:]
        sin, cos = self.generators[i] * sign, self.generators[j]
        table = {"sin": (sin, one), "cos": (cos, one), "tan": (sin, cos), "cot": (cos, sin), "sec": (one, cos)}
        # Hyperbolic names lose their last letter: "sec" is sech, "csc" is csch.
        return table.get(name, (one, sin))

    def _times(self, a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        return self._product(a[0], b[0]), self._product(a[1], b[1])

    def _plus(self, a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        if a[1] == b[1]:
            return self._checked(a[0] + b[0]), a[1]
        return self._checked(self._product(a[0], b[1]) + self._product(b[0], a[1])), self._product(a[1], b[1])

    def _power(self, value: tuple[Any, Any], n: int) -> tuple[Any, Any]:
        if abs(n) > MAX_POWER:
            raise _TooMuch
        top, bottom = value if n >= 0 else (value[1], value[0])
        if abs(n) > 1 and max(len(top), len(bottom)) ** min(abs(n), 8) > 10 * MAX_TERMS:
            raise _TooMuch
        return self._checked(top ** abs(n)), self._checked(bottom ** abs(n))

    def _product(self, a: Any, b: Any) -> Any:
        self._spend(len(a) * len(b))
        return self._checked(a * b)

    def _checked(self, polynomial: Any) -> Any:
        self._spend(len(polynomial))
        if len(polynomial) > MAX_TERMS:
            raise _TooMuch
        return polynomial

    def _spend(self, work: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise _TooMuch

    def _reduced(self, polynomial: Any) -> Any:
        """Modulo the relations between the letters, the outermost roots first."""
        for letter, q, base in sorted(self.roots, reverse=True):
            top, bottom = self.values[base]
            polynomial = self._lowered(polynomial, letter, q, top, bottom)
        for i, j in self.squares:
            polynomial = self._lowered(polynomial, i, 2, 1 - self.generators[j] ** 2, self.context.constant(1))
        for i, j in self.hyperbolic:
            polynomial = self._lowered(polynomial, i, 2, self.generators[j] ** 2 - 1, self.context.constant(1))
        return polynomial

    def _lowered(self, polynomial: Any, letter: int, q: int, top: Any, bottom: Any) -> Any:
        """Replace ``letter^q`` by ``top/bottom`` and multiply by the denominators that arise."""
        if not polynomial:
            return polynomial
        degree = polynomial.degrees()[letter]
        most = degree // q
        if most == 0:
            return polynomial
        by_power: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in polynomial.to_dict().items():
            times, left = divmod(exponents[letter], q)
            kept = (*exponents[:letter], left, *exponents[letter + 1 :])
            by_power.setdefault(times, {})[kept] = coefficient
        total = self.context.constant(0)
        for times, terms in by_power.items():
            part = self.context.from_dict(terms)
            raised = self._product(self._checked(top**times), self._checked(bottom ** (most - times)))
            total = self._checked(total + self._product(part, raised))
        return total


def _common(one: Fraction, other: Fraction) -> Fraction:
    """The largest number of which both are multiples: 1/6 for 1/2 and 1/3."""
    bottom = one.denominator * other.denominator
    return Fraction(gcd(one.numerator * other.denominator, other.numerator * one.denominator), bottom)
