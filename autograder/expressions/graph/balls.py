"""The value of an expression at a point, as a ball that is proved to contain it.

A :class:`Program` is a list of closures over one list of values, one per node of a
:class:`autograder.expressions.graph.nodes.Graph`; running it at a point takes microseconds a node. Only points at which
every part is real and finite have a value; everywhere else :class:`Outside` (certainly not) or :class:`Wide` (not at
this precision) is raised. The precision is the process's: ``flint.ctx.prec``; one thread at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq

from autograder.expressions.graph import functions
from autograder.expressions.graph.functions import Ball, Outside, Unsupported, Wide
from autograder.expressions.graph.nodes import Graph, Node, children
from autograder.expressions.tree import to_tree

__all__ = ["Outside", "Program", "Unsupported", "Wide", "evaluate", "is_short", "point_balls"]

_SHORT = 7
"""Digits; with eight, 0.33333333 is a hundred-millionth off 1/3."""
_CONSTANTS: dict[str, Callable[[], Ball]] = {
    "pi": arb.pi,
    "E": arb.const_e,
    "EulerGamma": arb.const_euler,
    "Catalan": arb.const_catalan,
    "GoldenRatio": lambda: (1 + arb(5).sqrt()) / 2,
}
_TESTS: dict[str, Callable[[Ball], bool]] = {
    "<": lambda d: d < 0,
    ">": lambda d: d > 0,
    "<=": lambda d: d <= 0,
    ">=": lambda d: d >= 0,
    "==": lambda d: bool(d.is_zero()),
    "!=": lambda d: not d.contains(0),
}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}


class Program:
    """The values of several nodes of a graph at one point after another.

    Attributes:
        rigorous: False when a function is evaluated by mpmath, whose error bound is not proved.
    """

    def __init__(self, graph: Graph, roots: Sequence[int], *, float_bits: float | None = None) -> None:
        """Compile the nodes into steps; nothing is evaluated yet.

        Args:
            graph: that holds the formulas.
            roots: nodes whose values are wanted; the parts of an earlier root are evaluated before a later one's.
            float_bits: None reads a decimal literal as exact; else one that is not short as a ball of that relative
                accuracy.
        """
        self.graph = graph
        self.rigorous = True
        self._float_bits = float_bits
        self._slots: dict[int, int] = {}
        self._steps: list[Callable[[list[Any], Mapping[str, Ball]], Ball]] = []
        self._ends: list[int] = []
        self._branches: dict[int, list[tuple[Callable[[Mapping[str, Ball]], bool], Program]]] = {}
        for root in roots:
            self._place(root)
            self._ends.append(len(self._steps))
        self._roots = [self._slots[root] for root in roots]

    def run(self, point: Mapping[str, Ball]) -> list[Ball]:
        """The roots' values.

        Raises:
            Outside: some part is certainly not real or not finite here.
            Wide: this cannot be told at the present precision.
        """
        values: list[Ball] = []
        push = values.append
        for step in self._steps:
            push(step(values, point))
        return [values[slot] for slot in self._roots]

    def first(self, point: Mapping[str, Ball]) -> Ball:
        """The first root's value alone; raises as :meth:`run` does."""
        values: list[Ball] = []
        for step in self._steps[: self._ends[0]]:
            values.append(step(values, point))
        return values[self._roots[0]]

    def parts(self, point: Mapping[str, Ball]) -> dict[int, Ball]:
        """The value of every part, of a Piecewise those of the branch that holds; raises as :meth:`run` does."""
        values: list[Ball] = []
        for step in self._steps:
            values.append(step(values, point))
        found = {index: values[slot] for index, slot in self._slots.items()}
        for branches in self._branches.values():
            branch = next((branch for holds, branch in branches if holds(point)), None)
            if branch is not None:
                found |= branch.parts(point)
        return found

    def _place(self, root: int) -> None:
        for index in self.graph.upwards(root, children, self._slots):
            step = self._step(self.graph.nodes[index])
            self._slots[index] = len(self._steps)
            self._steps.append(step)

    def _step(self, node: Node) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
        kind = node[0]
        if kind == "q":
            return _number(node[1], node[2])
        if kind == "var":
            name = node[1]
            return lambda v, p: p[name]
        if kind == "const":
            if node[1] == "I":
                return _imaginary
            constant = _CONSTANTS[node[1]]
            return lambda v, p: constant()
        if kind == "float":
            return self._float(node[1])
        if kind == "piecewise":
            return self._piecewise(node)
        slots = [self._slots[child] for child in children(node)]
        if kind == "add":
            return _sum(slots)
        if kind == "mul":
            return _product(slots)
        if not slots:  # nothing is known of it, not even what it is made of
            raise Unsupported(str(node[1]))
        i = slots[0]
        if kind == "powi":
            n = node[2]
            if n == 2:
                return lambda v, p: v[i] * v[i]
            if n == -1:
                reciprocal = functions.reciprocal
                return lambda v, p: reciprocal(v[i])
            integer_power = functions.integer_power
            return lambda v, p: integer_power(v[i], n)
        if kind == "powq":
            return _rational_power(i, node[2], node[3])
        if kind == "pow":
            j, power = slots[1], functions.power
            return lambda v, p: power(v[i], v[j])
        function = self._function(node[1], len(slots))
        if len(slots) == 1:
            return lambda v, p: function(v[i])
        return lambda v, p: function(*[v[slot] for slot in slots])

    def _function(self, name: str, count: int) -> Callable[..., Ball]:
        if name in ("Max", "Min"):
            pick = arb.max if name == "Max" else arb.min

            def extreme(first: Ball, *more: Ball) -> Ball:
                for ball in more:
                    first = pick(first, ball)
                return first

            return extreme
        if name == "zeta" and count == 2:
            return lambda s, a: functions.finite(s.zeta(a))
        function = functions.RIGOROUS.get(name)
        if function is None:
            function = functions.approximate(name)
            self.rigorous = False
        if function is None:
            raise Unsupported(name)
        return function

    def _float(self, text: str) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
        value = Fraction(text)
        exact = fmpq(value.numerator, value.denominator)
        if self._float_bits is None or is_short(text):
            return lambda v, p: arb(exact)
        radius = arb(abs(exact)) * 2.0**-self._float_bits
        return lambda v, p: arb(arb(exact), radius)

    def _piecewise(self, node: Node) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
        # Each branch is a program of its own: log(x) in a branch that is not taken must not be real.
        branches = [(self._condition(condition), self._part([value])) for value, condition in node[1:]]
        self._branches[self.graph.node(*node)] = branches

        def step(values: list[Any], point: Mapping[str, Ball]) -> Ball:
            for holds, branch in branches:
                if holds(point):
                    return branch.run(point)[0]
            raise Outside

        return step

    def _part(self, roots: list[int]) -> "Program":
        part = Program(self.graph, roots, float_bits=self._float_bits)
        self.rigorous = self.rigorous and part.rigorous
        return part

    def _condition(self, condition: Node) -> Callable[[Mapping[str, Ball]], bool]:
        kind = condition[0]
        if kind == "bool":
            return lambda point: bool(condition[1])
        if kind == "rel":
            difference = self._part([condition[2]])
            yes, no = _TESTS[condition[1]], _TESTS[_OPPOSITE[condition[1]]]

            def holds(point: Mapping[str, Ball]) -> bool:
                value = difference.run(point)[0]
                if yes(value):
                    return True
                if no(value):
                    return False
                raise Wide

            return holds
        parts = [self._condition(part) for part in condition[1:]]
        if kind == "not":
            return lambda point: not parts[0](point)
        if kind == "and":
            return lambda point: all(part(point) for part in parts)
        return lambda point: any(part(point) for part in parts)


def is_short(text: str) -> bool:
    """Whether a decimal means the very number that is written: more digits it takes to be near another one.

    >>> is_short("1e10"), is_short("-0.250"), is_short("0.333333333")
    (True, True, False)
    """
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("+-0").rstrip("0")
    return len(digits) <= _SHORT


def _imaginary(values: list[Any], point: Mapping[str, Ball]) -> Ball:
    raise Outside


def _number(p: int, q: int) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
    if q == 1:
        return lambda values, point: arb(p)
    exact = fmpq(p, q)
    known: dict[int, Ball] = {}  # by precision: dividing takes longer than most of what is done with the number

    def step(values: list[Any], point: Mapping[str, Ball]) -> Ball:
        precision = flint.ctx.prec
        ball = known.get(precision)
        if ball is None:
            ball = known[precision] = arb(exact)
        return ball

    return step


def _sum(slots: list[int]) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
    if len(slots) == 2:
        i, j = slots
        return lambda v, p: v[i] + v[j]
    if len(slots) == 3:
        i, j, k = slots
        return lambda v, p: v[i] + v[j] + v[k]

    def step(values: list[Any], point: Mapping[str, Ball]) -> Ball:
        total = values[slots[0]]
        for slot in slots[1:]:
            total = total + values[slot]
        return total

    return step


def _product(slots: list[int]) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
    if len(slots) == 2:
        i, j = slots
        return lambda v, p: v[i] * v[j]
    if len(slots) == 3:
        i, j, k = slots
        return lambda v, p: v[i] * v[j] * v[k]

    def step(values: list[Any], point: Mapping[str, Ball]) -> Ball:
        total = values[slots[0]]
        for slot in slots[1:]:
            total = total * values[slot]
        return total

    return step


def _rational_power(i: int, p: int, q: int) -> Callable[[list[Any], Mapping[str, Ball]], Ball]:
    sqrt, reciprocal, rational_power = functions.sqrt, functions.reciprocal, functions.rational_power
    if q == 2 and p == 1:
        return lambda v, point: sqrt(v[i])
    if q == 2 and p == -1:
        return lambda v, point: reciprocal(sqrt(v[i]))
    if q == 2 and abs(p) < 1000:
        integer_power = functions.integer_power
        return lambda v, point: integer_power(sqrt(v[i]), p)
    return lambda v, point: rational_power(v[i], p, q)


def point_balls(point: Mapping[str, Fraction | int | float]) -> dict[str, Ball]:
    """A point's coordinates as balls at the present precision; a float counts as the exact number it is."""
    found = {}
    for name, value in point.items():
        exact = value if type(value) is Fraction else Fraction(value)
        found[name] = arb(fmpq(exact.numerator, exact.denominator))
    return found


def evaluate(expr: Any, point: Mapping[str, Fraction | int | float], prec: int = 256) -> Ball:
    """The value of a scalar SymPy expression at a point.

    Args:
        expr: an expression in the point's variables; every symbol counts as real.
        point: variable name → exact value.
        prec: bits of working precision; the ball's radius tells how many of them are good.

    Returns:
        A ``flint.arb`` that contains the value (by proof, unless a function is left to mpmath).

    Raises:
        Outside: not real or not finite there, in the value or in a part of the expression.
        Wide: the precision does not suffice to tell.
        Unsupported: a function that is not known here.
        ExpressionError: not a scalar expression.
        KeyError: a variable without a value.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x")
        >>> print(evaluate(sympy.sin(x) / x, {"x": 2}).str(10, radius=False))
        0.4546487134
    """
    graph = Graph()
    program = Program(graph, [graph.add_tree(to_tree(expr))])
    before = flint.ctx.prec
    flint.ctx.prec = prec
    try:
        return program.run(point_balls(point))[0]
    finally:
        flint.ctx.prec = before
