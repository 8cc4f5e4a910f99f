"""The stretches of a line between the places where a formula bends."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from autograder.expressions.graph import (
    LETTER,
    Ball,
    Graph,
    NoRule,
    Outside,
    Program,
    Unsupported,
    Wide,
    factors,
    key,
    names_in,
    of_one_part,
    one_sign,
    point_balls,
    slope,
)
from autograder.points import Interval
from autograder.points.roots import FAR, MOST_ORDER, Function, Roots, isolate

__all__ = ["Cell", "Lines"]

_BITS = 96
_KEPT = 4096
MOST_NODES = 60
"""Of a derivative that is differentiated again."""
LADDER_WORK = 500
"""Where so many evaluations are allowed, places at which something touches 0 are worth its higher derivatives."""


def short(value: float | Fraction, width: float) -> Fraction:
    """The nearest number of few binary digits, about 1/64 of a width off at most.

    >>> short(0.1, 1.0)
    Fraction(3, 32)
    """
    step = Fraction(2) ** (math.frexp(width)[1] - 6)
    return round(Fraction(value) / step) * step


@dataclass(frozen=True)
class Cell:
    """An open stretch between two neighbouring places."""

    low: float
    high: float

    def __contains__(self, value: Fraction) -> bool:
        return self.low < value < self.high

    def places(self) -> Iterator[Fraction]:
        """A few values inside, mild ones first; the same at every call."""
        for share in (0.382, 0.691, 0.086, 0.955):
            value = short(self._at(share), min(self.high - self.low, max(1.0, abs(self._at(share)))))
            yield value if value in self else Fraction(self._at(share))

    def brinks(self) -> Iterator[Fraction]:
        """Values inside and close to both ends."""
        for end, inward in ((self.low, 1), (self.high, -1)):
            reach = min(self.high - self.low, max(1e-3, abs(end))) * 2.0**-24
            yield Fraction(end) + inward * Fraction(reach)

    def banks(self, outer: tuple[float, float]) -> Iterator[Fraction]:
        """Values beside both ends, unless an end is one of ``outer``, as near as a function in floats may be asked.

        Steps of a difference quotient stay on this side (0.001 is one that people take), float32 tells it from the end.
        """
        for end, inward in ((self.low, 1), (self.high, -1)):
            reach = min((self.high - self.low) / 64, max(2.0**-8, abs(end) * 2.0**-19))
            value = short(end + inward * reach, 8 * reach)
            if end not in outer and value in self:
                yield value

    def _at(self, share: float) -> float:
        low, high = self.low, self.high
        if low < 0 < high:
            # The half that reaches farther, up to a moderate size.
            near, far = (0.0, high) if high >= -low else (0.0, low)
        else:
            near, far = sorted((low, high), key=abs)
        size = abs(far - near)
        usual = 10.0 * max(1.0, abs(near))
        value = near + math.copysign(min(size, usual), far - near) * share
        return value if low < value < high else low + (high - low) / 2


class _Memory:
    """Roots that were isolated before: those of a question's reference are found once for a class."""

    def __init__(self) -> None:
        self._roots: OrderedDict[Any, Roots] = OrderedDict()

    def get(self, key: Any, make: Callable[[], Roots]) -> Roots:
        found = self._roots.get(key)
        if found is None:
            found = self._roots[key] = make()
            if len(self._roots) > _KEPT:
                self._roots.popitem(last=False)
        return found


_memory = _Memory()


class Lines:
    """Roots of nodes along one variable, the others held."""

    def __init__(self, graph: Graph, domain: Mapping[str, Interval]) -> None:
        self.graph = graph
        self.domain = domain
        self._programs: dict[int, Program | None] = {}
        self._slopes: dict[tuple[int, str], int | None] = {}

    def ends(self, name: str) -> tuple[float, float]:
        """What of a variable's domain is searched."""
        low, high = self.domain.get(name, (None, None))
        first = -FAR if low is None or low == -math.inf else float(low)
        last = FAR if high is None or high == math.inf else float(high)
        # An open end beyond what is searched anywhere.
        return (first, last) if first < last else (first, 2 * first) if high is None else (2 * last, last)

    def slope(self, node: int, name: str) -> int | None:
        """The node of the derivative, or None where there is no rule for it."""
        if (node, name) not in self._slopes:
            try:
                self._slopes[node, name] = slope(self.graph, node, name)
            except NoRule:
                self._slopes[node, name] = None
        return self._slopes[node, name]

    def is_straight(self, node: int, name: str) -> bool:
        """Whether a node's roots along a variable are those of straight lines."""
        steep = [self.slope(part, name) for part in factors(self.graph, node)]
        return all(node is not None and self.graph.nodes[node][0] == "q" for node in steep)

    def program(self, node: int) -> Program | None:
        """What evaluates a node in balls; None where it holds a function that balls do not know."""
        if node not in self._programs:
            try:
                self._programs[node] = Program(self.graph, [node])
            except Unsupported:
                self._programs[node] = None
        return self._programs[node]

    def roots(self, node: int, name: str, held: Mapping[str, Fraction], *, most: int) -> list[tuple[float, float]]:
        """The roots of a node along a variable within its domain, as narrow intervals."""
        found = []
        for part in factors(self.graph, node):
            if name in names_in(self.graph, part):
                found += self._roots(part, name, held, most).found
        return found

    def left(self, node: int, name: str, *, most: int) -> list[tuple[float, float]]:
        """Where the roots of a node of one variable were not isolated within the work allowed."""
        return [span for part in factors(self.graph, node) for span in self._roots(part, name, {}, most).left]

    def never(self, node: int, sign: int, *, most: int) -> bool:
        """Whether a node of several variables is known never to have a sign: as a function of one part of it."""
        inner = of_one_part(self.graph, node)
        program = None if inner is None else self.program(inner)
        if inner is None or program is None or not program.rigorous or self.left(inner, LETTER, most=most):
            return False
        flint.ctx.prec = _BITS
        value = _along(program, LETTER, {})
        for cell in self.cells([inner], LETTER, {}, most=most):
            try:
                there = value(point_balls({LETTER: next(cell.places())})[LETTER])
            except Outside:
                continue
            except Wide:
                return False
            if not (there < 0 if sign > 0 else there > 0):
                return False
        return True

    def _roots(self, node: int, name: str, held: Mapping[str, Fraction], most: int) -> Roots:
        low, high = self.ends(name)
        place = (key(self.graph, node), name, low, high, tuple(held.items()), most)
        return _memory.get(place, lambda: self._isolated(node, name, held, low, high, most))

    def _isolated(
        self, node: int, name: str, held: Mapping[str, Fraction], low: float, high: float, most: int
    ) -> Roots:
        program, steep = self.program(node), self.slope(node, name)
        if program is None or not program.rigorous:
            return Roots()
        flint.ctx.prec = _BITS
        others = point_balls(held)
        value = _along(program, name, others)
        rise = None if steep is None else self.graph.fraction(steep)
        if rise is not None:
            # A straight line: its root by one division.
            try:
                start = value(flint.arb(0))
            except (Outside, Wide):
                return Roots(spent=1)
            root = float((-start / flint.arb(flint.fmpq(rise.numerator, rise.denominator))).mid()) if rise else low
            return Roots(found=[(root, root)] if low < root < high else [], spent=1)
        return isolate(
            _Along(self, node, name, others), low, high, most=most, highest=1 if most < LADDER_WORK else MOST_ORDER
        )

    def cells(
        self,
        nodes: Sequence[int],
        name: str,
        held: Mapping[str, Fraction],
        *,
        most: int,
        edges: Sequence[int] = (),
        less: int = 0,
    ) -> list[Cell]:
        """The stretches between the roots of all nodes.

        Args:
            nodes: whose roots end a stretch.
            name: of the variable along which is looked.
            held: the others' values.
            most: evaluations for the roots of one node.
            edges: more nodes, of less weight.
            less: evaluations for the roots of one of those.
        """
        low, high = self.ends(name)
        breaks = [root for node in nodes for root in self.roots(node, name, held, most=most)]
        breaks += [root for node in edges for root in self.roots(node, name, held, most=less)]
        found, last = [], low
        for first, after in sorted(breaks):
            if last < first:
                found.append(Cell(last, first))
            last = max(last, after)
        if last < high:
            found.append(Cell(last, high))
        return found


class _Along:
    """A node along a variable, and its derivatives, made when they are asked for."""

    def __init__(self, lines: Lines, node: int, name: str, others: Mapping[str, Ball]) -> None:
        self._lines, self._name, self._others = lines, name, others
        self._nodes: list[int | None] = [node]

    def _node(self, order: int) -> int | None:
        graph = self._lines.graph
        while len(self._nodes) <= order:
            last = self._nodes[-1]
            if last is None or (len(self._nodes) > 1 and len(graph.below([last])) > MOST_NODES):
                self._nodes.append(None)
            else:
                self._nodes.append(self._lines.slope(last, self._name))
        return self._nodes[order]

    def function(self, order: int) -> Function | None:
        node = self._node(order)
        program = None if node is None else self._lines.program(node)
        return None if program is None or not program.rigorous else _along(program, self._name, self._others)

    def one_sign(self, order: int) -> bool:
        node = self._node(order)
        return node is not None and one_sign(self._lines.graph, node) != 0


def _along(program: Program, name: str, others: Mapping[str, Ball]) -> Function:
    def value(ball: Ball) -> Ball:
        return program.run({**others, name: ball})[0]

    return value
