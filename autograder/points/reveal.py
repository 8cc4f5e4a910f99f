"""Where a part of a formula is out of sight at the points that were visited, and where it is not.

``exp(-(x - 50)**2)`` beside ``2*x`` is 2⁻³⁰⁰⁰ of the sum at x = 1. Its exponent, or the exponent's slope, is 0 where it
is large; those roots are isolated along one variable after the other, and what has none is followed downhill.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import flint

from autograder.expressions.graph import Graph, Outside, Program, Wide, focuses, names_in, point_balls
from autograder.points.cells import Lines, short
from autograder.points.hidden import hidden

__all__ = ["IN_SIGHT", "Revealer"]

Point = dict[str, Fraction]
Wanted = tuple[Point, int]
"""A point to visit, and the bits that hide there what it is visited for."""
Within = Callable[[Point], bool]
Into = Callable[[Point, str], Point | None]
"""A point outside of a cell, and the variable by which it got there → one in the cell that differs in another one."""

IN_SIGHT = 100.0
"""Bits: a part that is hidden by fewer has been compared where 200 bits agree."""
LARGE = 25.0
"""Bits: a part that is hidden by fewer is worth no further step."""
MOST_BITS = 8_000
"""More are not spent on a part: it is said to be unseen."""
TWICE = 4.1
"""So that products of hidden parts are compared as well: ``(1 + e)*(1 - e)`` is not 1."""
CHEAP = 900.0
"""Bits: what is hidden by fewer is compared with more bits where it is."""
MOST_SEARCHES = 6
FOCUS_WORK = 240
"""Evaluations for the roots of one node along one line."""
LOOKS = 4
"""Points at which it is looked what is hidden."""
ROUNDS = 2
"""How often each variable is moved in search of one part."""
_BITS, _FEW_BITS = 320, 64
_SHARES = (Fraction(21, 32), Fraction(-27, 32), Fraction(5, 32))
"""Of a reach: halfway between two steps of the same height, where they cancel, lie halves and quarters."""

Depths = dict[int, tuple[float, Point]]
"""Part → the fewest bits that hide it, and where."""


class Revealer:
    """Of one set of formulas.

    Attributes:
        usual: size that a root has to have for its parts to be in sight; 0 where formulas are compared.
        unseen: a point of each cell in which some part is out of sight at every point that counted.
    """

    def __init__(
        self, graph: Graph, roots: Sequence[int], lines: Lines, noted: list[Point], *, sight: float = IN_SIGHT
    ) -> None:
        """Look at nothing yet.

        Args:
            graph: that holds the formulas.
            roots: their nodes.
            lines: the domain along each variable.
            noted: points that counted; whoever visits what is asked for adds to it.
            sight: bits by which a part may be hidden and still be in sight.
        """
        self.graph = graph
        self.roots = list(roots)
        self.usual = 0.0
        self.unseen: list[Point] = []
        self._sight = sight
        self._large = min(LARGE, sight / 2)
        # A few more bits cost less than a search.
        self._cheap = max(sight, CHEAP) if sight >= IN_SIGHT else sight
        self._lines = lines
        self._noted = noted
        self._program = Program(graph, self.roots)

    def reveal(
        self, inside: Sequence[Point], within: Within, ends: Sequence[Point] = (), into: Into | None = None
    ) -> Iterator[Wanted]:
        """Points of one cell at which parts are in sight that are not at ``inside``, points of it that counted.

        Args:
            inside: points of the cell that counted.
            within: whether a point belongs to the cell.
            ends: points of it close to where it ends.
            into: back into the cell along another variable; None where there is none.
        """
        best: Depths = {}
        for point in inside[:LOOKS]:
            self._look(point, best)
            if not self._far(best):
                return
        vain: list[float] = []
        searches = 0
        for node in sorted(self._far(best), reverse=True):
            bits = best[node][0]
            # Parts of one term are hidden by nearly the same bits: what did not help one does not help the other.
            if bits <= self._cheap or any(abs(bits - before) <= 0.01 * before + 8 for before in vain):
                continue
            yield from self._search(node, within, ends, into, best)
            searches += 1
            if best[node][0] > self._cheap:
                vain.append(bits)
            if searches == MOST_SEARCHES:
                break
        for node in sorted(self._far(best), key=lambda node: -best[node][0]):
            bits, point = best[node]
            if bits > MOST_BITS or self.usual:
                if inside[0] not in self.unseen:
                    self.unseen.append(inside[0])
            elif bits > self._sight:
                yield point, min(math.ceil(bits * TWICE), MOST_BITS)
                best |= {other: (self._sight, p) for other, (b, p) in best.items() if p == point and b <= bits}

    def _search(
        self, node: int, within: Within, ends: Sequence[Point], into: Into | None, best: Depths
    ) -> Iterator[Wanted]:
        bits, here = best[node]
        own = names_in(self.graph, node)
        # A number is hidden by what stands beside it: the 1 in ``log(1 + exp(u))``.
        names = [name for name in here if not own or name in own]
        parts = [node] if own else self.roots
        for end in ends:
            if (there := self._bits(node, end)) < bits:
                bits, here = there, end
        for _ in range(ROUNDS if len(names) > 1 else 1):
            before = bits
            for name in names:
                for place in self._near_focuses(parts, name, here):
                    moved: Point | None = {**here, name: place}
                    if moved is not None and not within(moved):
                        moved = None if into is None else into(moved, name)
                    if moved is not None and (there := self._bits(node, moved)) < bits:
                        bits, here = there, moved
                    if bits <= self._large:
                        break
            if bits <= self._large or bits >= before:
                break
        if bits * TWICE > MOST_BITS and not ends:
            for name in names:
                bits, here = self._downhill(node, name, here, bits, within)
        if here == best[node][1]:
            return
        before_noted = len(self._noted)
        yield here, 0
        if len(self._noted) > before_noted:
            self._look(here, best)

    def _look(self, point: Point, best: Depths) -> None:
        for node, bits in self._depths(point, _BITS).items():
            if node not in best or bits < best[node][0]:
                best[node] = (bits, point)

    def _bits(self, node: int, point: Point) -> float:
        return self._depths(point, _FEW_BITS).get(node, math.inf)

    def _depths(self, point: Point, precision: int) -> dict[int, float]:
        flint.ctx.prec = precision
        try:
            values = self._program.parts(point_balls(point))
        except (Outside, Wide):
            return {}
        return hidden(self.graph, self.roots, values, usual=self.usual)

    def _near_focuses(self, parts: Sequence[int], name: str, here: Point) -> Iterator[Fraction]:
        """Beside the roots, and the roots of the slope, of what the local terms in a part are functions of."""
        held = {other: value for other, value in here.items() if other != name}
        for focus, node in self._turning(parts, name):
            for low, high in self._lines.roots(node, name, held, most=FOCUS_WORK):
                middle = Fraction(low + (high - low) / 2)
                reach = self._reach(focus, name, held, middle)
                yield from (short(middle + share * reach, float(reach)) for share in _SHARES)

    def _turning(self, parts: Sequence[int], name: str) -> list[tuple[int, int]]:
        """(focus, the node of which the roots are wanted), straight lines first: a division each; the parts last."""
        lines: list[tuple[int, int]] = []
        others: list[tuple[int, int]] = []
        for focus in dict.fromkeys([*focuses(self.graph, parts), *parts]):
            if name not in names_in(self.graph, focus):
                continue
            steep = self._lines.slope(focus, name)
            for node in [focus] if steep is None else [focus, steep]:
                (lines if self._lines.is_straight(node, name) else others).append((focus, node))
        return [*lines, *others]

    def _reach(self, focus: int, name: str, held: Mapping[str, Fraction], place: Fraction) -> Fraction:
        """How far from a place a function has changed by about 1."""
        program = self._lines.program(focus)
        flint.ctx.prec = _FEW_BITS
        if program is None:
            return Fraction(0)

        try:
            here = program.run(point_balls({**held, name: place}))[0]
        except (Outside, Wide):
            return Fraction(1, 2**80)

        def change(exponent: int) -> float:
            try:
                there = program.run(point_balls({**held, name: place + Fraction(2) ** exponent}))[0]
            except (Outside, Wide):
                return math.inf
            return abs(float(there - here))

        low, high = -80, 40
        while low < high:
            half = (low + high) // 2
            if change(half) < 0.4:
                low = half + 1
            else:
                high = half
        return Fraction(2) ** low

    def _downhill(self, node: int, name: str, here: Point, bits: float, within: Within) -> tuple[float, Point]:
        """Where a part is hidden least along a line, by steps that grow while they help."""
        low, high = self._lines.ends(name)
        place = float(here[name])
        step = 2.0**-10 * max(abs(place), 2.0**-10)
        for _ in range(24):
            for moved in (place - step, place + step):
                there = {**here, name: Fraction(moved)}
                if low < moved < high and within(there) and (less := self._bits(node, there)) < bits:
                    bits, here, place = less, there, moved
                    step *= 2
                    break
            else:
                step /= 4
            if step < 2.0**-50 * max(abs(place), 2.0**-30) or bits <= self._large:
                break
        return bits, here

    def _far(self, best: Depths) -> list[int]:
        return [node for node, (bits, _) in best.items() if bits > self._sight]
