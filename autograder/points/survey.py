"""Which places are still to be visited: every cell between kinks, every branch, every local term.

Random points find what is wide. A survey takes note of those that counted and then asks for more: one in each cell of
a formula that has none, and some where parts are large that are hidden everywhere else (``exp(-(x - 50)**2)`` beside
``2*x``). What it asks for follows from the formulas alone, so a verdict does not depend on a seed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import flint
from flint import arb

from autograder.expressions.balls import Outside, Program, Wide, point_balls
from autograder.expressions.bends import edges, focuses, kinks
from autograder.expressions.graph import Graph
from autograder.points import Interval
from autograder.points.cells import Cell, Lines
from autograder.points.hidden import hidden, may_hide

__all__ = ["Survey"]

Point = dict[str, Fraction]

KINK_WORK, EDGE_WORK, FOCUS_WORK = 600, 160, 240
"""Evaluations for the roots of one node along one line."""
MOST_CELLS = 24
"""Of one line; where there are more, those with other signs than the rest."""
LOOKS = 4
"""Points of a cell at which it is looked what is hidden."""
IN_SIGHT = 100.0
"""Bits: a part that is hidden by fewer has been compared where 200 bits agree."""
MOST_BITS = 8_000
"""More are not spent on a part: it is said to be unseen."""
_BITS = 320


class Survey:
    """Of one set of formulas.

    Attributes:
        unseen: after :meth:`wanted` has ended, parts that are out of sight at every point that counted, each with the
            bits that hide it where it is hidden least.
    """

    def __init__(
        self, graph: Graph, roots: Sequence[int], variables: Sequence[str], domain: Mapping[str, Interval]
    ) -> None:
        self.graph = graph
        self.variables = list(variables)
        below = graph.below(roots)
        self.kinks = kinks(graph, roots)
        self.edges = edges(graph, roots)
        self.hides = may_hide(graph, below)
        self.roots = list(dict.fromkeys(roots))
        self.noted: list[Point] = []
        self.unseen: dict[int, float] = {}
        self._lines = Lines(graph, domain)
        self._program: Program | None = None

    def note(self, point: Point) -> None:
        """A point that counted."""
        self.noted.append(point)

    def wanted(self) -> Iterator[tuple[Point, int]]:
        """Points to visit; each is noted, if it counts, before the next is asked for.

        The number beside a point is how many bits hide there what it is visited for.
        """
        if len(self.variables) != 1:
            return
        (name,) = self.variables
        cells = [Cell(*self._lines.ends(name))]
        if self.kinks or self.edges:
            cells = self._cells(name)
            for cell in cells:
                yield from self._visits(cell, name)
        if self.hides:
            for cell in cells:
                yield from self._reveals(cell, name)

    # --- cells of one variable ---------------------------------------------------------------------------------------

    def _cells(self, name: str) -> list[Cell]:
        found, _ = self._lines.cells(self.kinks, name, {}, most=KINK_WORK)
        if self.edges:
            finer, _ = self._lines.cells([*self.kinks, *self.edges], name, {}, most=EDGE_WORK)
            found = finer if len(finer) <= MOST_CELLS else found
        if len(found) <= MOST_CELLS:
            return found
        chosen: list[Cell] = []
        counts: dict[tuple[int, ...], int] = {}
        for cell in sorted(found, key=lambda cell: min(abs(cell.low), abs(cell.high))):
            signs = self._signs({name: next(cell.places())})
            counts[signs] = counts.get(signs, 0) + 1
            if counts[signs] <= (2 if len(chosen) < MOST_CELLS else 1):
                chosen.append(cell)
        return chosen

    def _signs(self, point: Point) -> tuple[int, ...]:
        flint.ctx.prec = _BITS
        balls = point_balls(point)
        found = []
        for node in self.kinks:
            program = self._lines.program(node)
            try:
                value = program.run(balls)[0] if program is not None else arb(0)
            except (Outside, Wide):
                value = arb(0)
            found.append(1 if value > 0 else -1 if value < 0 else 0)
        return tuple(found)

    def _visits(self, cell: Cell, name: str) -> Iterator[tuple[Point, int]]:
        if any(point[name] in cell for point in self.noted):
            return
        before = len(self.noted)
        for value in cell.places():
            yield {name: value}, 0
            if len(self.noted) > before:
                return

    # --- what is hidden ----------------------------------------------------------------------------------------------

    def _reveals(self, cell: Cell, name: str) -> Iterator[tuple[Point, int]]:
        inside = [point for point in self.noted if point[name] in cell]
        if not inside:
            return
        best: dict[int, tuple[float, Point]] = {}
        for point in inside[:LOOKS]:
            self._look(point, best)
            if not self._far(best):
                return
        for node in sorted(self._far(best), reverse=True):
            if best[node][0] <= IN_SIGHT:
                continue
            for place in self._near_focuses(node, cell, name):
                yield from self._looked({name: place}, best)
                if best[node][0] <= IN_SIGHT / 4:
                    break
            if best[node][0] > IN_SIGHT:
                place = self._lowest(node, cell, name, best[node][1][name])
                yield from self._looked({name: place}, best)
        yield from self._deep(best)

    def _deep(self, best: dict[int, tuple[float, Point]]) -> Iterator[tuple[Point, int]]:
        """With more bits, what is hidden everywhere: each such part where it is hidden least."""
        for node in sorted(self._far(best), key=lambda node: -best[node][0]):
            bits, point = best[node]
            if bits > MOST_BITS:
                self.unseen[node] = max(self.unseen.get(node, 0.0), bits)
            elif bits > IN_SIGHT:
                yield point, math.ceil(bits)
                best |= {other: (IN_SIGHT, p) for other, (b, p) in best.items() if p == point and b <= bits}

    def _far(self, best: Mapping[int, tuple[float, Point]]) -> list[int]:
        return [node for node, (bits, _) in best.items() if bits > IN_SIGHT]

    def _looked(self, point: Point, best: dict[int, tuple[float, Point]]) -> Iterator[tuple[Point, int]]:
        before = len(self.noted)
        yield point, 0
        if len(self.noted) > before:
            self._look(point, best)

    def _look(self, point: Point, best: dict[int, tuple[float, Point]]) -> None:
        for node, bits in self._depths(point, _BITS).items():
            if node not in best or bits < best[node][0]:
                best[node] = (bits, point)

    def _depths(self, point: Point, precision: int) -> dict[int, float]:
        if self._program is None:
            self._program = Program(self.graph, self.roots)
        flint.ctx.prec = precision
        try:
            values = self._program.parts(point_balls(point))
        except (Outside, Wide):
            return {}
        return hidden(self.graph, self.roots, values)

    def _near_focuses(self, node: int, cell: Cell, name: str) -> Iterator[Fraction]:
        """Beside the roots, and the roots of the slope, of what the local terms in a part are functions of."""
        for focus in dict.fromkeys([node, *focuses(self.graph, [node])]):
            steep = self._lines.slope(focus, name)
            for place in [focus] if steep is None else [focus, steep]:
                for low, high in self._lines.roots(place, name, {}, most=FOCUS_WORK).found:
                    middle = Fraction(low + (high - low) / 2)
                    reach = self._reach(focus, name, middle)
                    for moved in (middle + reach, middle - reach, middle):
                        if moved in cell:
                            yield moved

    def _reach(self, focus: int, name: str, place: Fraction) -> Fraction:
        """How far from a place a function has changed by about 1."""
        program = self._lines.program(focus)
        flint.ctx.prec = 96
        assert program is not None

        def change(exponent: int) -> float:
            try:
                here = program.run(point_balls({name: place}))[0]
                there = program.run(point_balls({name: place + Fraction(2) ** exponent}))[0]
            except (Outside, Wide):
                return math.inf
            return float(abs(there - here).mid())

        low, high = -80, 40
        while low < high:
            half = (low + high) // 2
            if change(half) < 0.4:
                low = half + 1
            else:
                high = half
        return Fraction(2) ** low

    def _lowest(self, node: int, cell: Cell, name: str, start: Fraction) -> Fraction:
        """Where a part is hidden least, by golden sections over ever larger surroundings of a point."""

        def bits(value: float) -> float:
            return self._depths({name: Fraction(value)}, 64).get(node, math.inf)

        here = float(start)
        best = bits(here)
        step = 2.0**-10 * max(abs(here), 2.0**-10)
        for _ in range(60):
            moves = [(bits(x), x) for x in (here - step, here + step) if cell.low < x < cell.high]
            lower = min(moves, default=(math.inf, here))
            if lower[0] < best:
                best, here = lower
                step *= 2
            else:
                step /= 4
            if step < 2.0**-50 * max(abs(here), 2.0**-30):
                break
        return Fraction(here)
