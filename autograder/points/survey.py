"""Which places are still to be visited: every cell between kinks, every branch, every local term.

Random points find what is wide. A survey takes note of those that counted and then asks for more: one in each cell of
a formula that has none, and some where parts are large that are hidden everywhere else. In one variable the cells are
the stretches between roots; in several, each combination of the kinks' signs that is met on lines along the
variables, and each sign that one kink has anywhere.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice, product

import flint
from flint import arb

from autograder.expressions.graph import (
    Ball,
    Graph,
    Outside,
    Program,
    Unsupported,
    Wide,
    edges,
    kinks,
    names_in,
    period,
    point_balls,
)
from autograder.points import Interval, boxes
from autograder.points.cells import Cell, Lines
from autograder.points.hidden import may_hide
from autograder.points.reveal import IN_SIGHT, Point, Revealer, Wanted

__all__ = ["Survey"]

KINK_WORK, EDGE_WORK = 600, 60
"""Evaluations for the roots of one node along one line."""
MOST_CELLS = 24
"""Of one line; where there are more, those with other signs than the rest."""
MOST_ALIKE = 3
"""Cells with the same signs in which hidden parts are looked for, until one shows them all."""
MOST_LINES = 60
"""Along which combinations of signs are looked for."""
MOST_GROUPS = 16
"""Combinations of signs in which hidden parts are looked for."""
MOST_BOXES = 400
"""Searched for a point where random ones were not real."""
_BITS = 320

Signs = tuple[int, ...]
Settled = Callable[[Point, Signs], bool]


class Survey:
    """Of one set of formulas.

    Attributes:
        kinks: their nodes at whose roots another formula begins.
        noted: points that counted.
        missing: after :meth:`wanted` has ended, (kink, sign) that no point that counted has, in several variables.
        beyond: combinations of the kinks' signs that may be met where the roots of one variable were not isolated.
    """

    def __init__(
        self,
        graph: Graph,
        roots: Sequence[int],
        variables: Sequence[str],
        domain: Mapping[str, Interval],
        *,
        sight: float = IN_SIGHT,
    ) -> None:
        """Find the kinks; no point is looked at yet.

        Args:
            graph: that holds the formulas.
            roots: their nodes.
            variables: the names that every point has.
            domain: variable → (low, high); None for an end that is open.
            sight: bits by which a part may be hidden and still be in sight: fewer for numbers than for formulas.
        """
        self.graph = graph
        self.variables = list(variables)
        self.kinks = kinks(graph, roots)
        self._roots = list(roots)
        self.noted: list[Point] = []
        self.missing: list[tuple[int, int]] = []
        self.beyond: list[Signs] = []
        self._edges = edges(graph, roots)
        self._lines = Lines(graph, domain)
        self._revealer: Revealer | None = None
        if sight < IN_SIGHT or may_hide(graph, graph.below(roots)):
            with suppress(Unsupported):  # what cannot be evaluated is not looked into
                self._revealer = Revealer(graph, list(dict.fromkeys(roots)), self._lines, self.noted, sight=sight)
        self._groups: dict[Signs, list[Point]] = {}
        self._settled: Settled | None = None

    @property
    def unseen(self) -> list[Point]:
        """After :meth:`wanted` has ended, a point of each cell in which some part is out of sight everywhere."""
        return self._revealer.unseen if self._revealer is not None else []

    def note(self, point: Point) -> None:
        """A point that counted."""
        self.noted.append(point)

    def wanted(self, *, usual: float = 0.0, settled: Settled | None = None) -> Iterator[Wanted]:
        """Points to visit; each is noted, if it counts, before the next is asked for.

        The number beside a point is how many bits hide there what it is visited for.

        Args:
            usual: the formulas' usual size, where numbers are compared that have an absolute tolerance.
            settled: whether nothing hidden has to be looked for in the cell of a point, at which the kinks have these
                signs.
        """
        self._settled = settled
        if self._revealer is not None:
            self._revealer.usual = usual
        if len(self.variables) == 1:
            yield from self._along(self.variables[0])
        elif self.variables:
            yield from self._around()

    def entries(self, base: Point) -> Iterator[Point]:
        """Points that differ from one in one variable each, where formulas may begin to be real."""
        for name in self.variables:
            held = {other: value for other, value in base.items() if other != name}
            nodes = [node for node in self._edges if name in names_in(self.graph, node)]
            if nodes:
                for cell in self._lines.cells(nodes, name, held, most=EDGE_WORK)[:MOST_CELLS]:
                    yield {**base, name: next(cell.places())}

    def beside(self) -> Iterator[Point]:
        """After :meth:`wanted` has ended, points close to each kink: a function that bends near it differs there."""
        if not self.kinks:
            return
        bases = [self.noted[0]] if len(self.variables) == 1 else [group[0] for group in self._groups.values()]
        for base in bases:
            for name in self.variables:
                nodes = [node for node in self.kinks if name in names_in(self.graph, node)]
                held = {other: value for other, value in base.items() if other != name}
                for cell in sorted(self._lines.cells(nodes, name, held, most=KINK_WORK), key=_distance)[:MOST_CELLS]:
                    yield from ({**base, name: value} for value in cell.banks(self._lines.ends(name)))

    def inside(self, *, seed: int, count: int) -> Iterator[Point]:
        """Points at which all formulas are real, where that is so on a narrow stretch; none where none is found."""
        try:
            program = Program(self.graph, self._roots)
        except Unsupported:
            return
        domain = self._lines.domain
        found, _ = boxes.search(program, self.variables, domain, seed=seed, most=MOST_BOXES, deadline=math.inf)
        for number in range(count if found is not None else 0):
            yield boxes.beside(found, number, domain, seed) if number else found  # type: ignore[arg-type, misc]

    def _along(self, name: str) -> Iterator[Wanted]:
        cells = [Cell(*self._lines.ends(name))]
        if self.kinks:
            cells = self._chosen(self._lines.cells(self.kinks, name, {}, most=KINK_WORK), name)
        finer = cells
        if self._edges:
            finer = self._lines.cells(self.kinks, name, {}, most=KINK_WORK, edges=self._edges, less=EDGE_WORK)
            finer = finer if len(finer) <= MOST_CELLS else cells
        for cell in finer if self.kinks or self._edges else ():
            if not any(point[name] in cell for point in self.noted):
                yield from self._one_of({name: value} for value in cell.places())
        self._look_beyond(name)
        if self._revealer is not None:
            yield from self._reveal_in(cells, name, self._revealer)

    def _chosen(self, cells: list[Cell], name: str) -> list[Cell]:
        """All cells, or of very many those that differ in their signs, the nearest first."""
        if len(cells) <= MOST_CELLS:
            return cells
        chosen: list[Cell] = []
        counts: dict[Signs, int] = {}
        for cell in sorted(cells, key=_distance):
            signs = self.signs({name: next(cell.places())})
            counts[signs] = counts.get(signs, 0) + 1
            if counts[signs] <= (2 if len(chosen) < MOST_CELLS else 1):
                chosen.append(cell)
        return chosen

    def _reveal_in(self, cells: Sequence[Cell], name: str, revealer: Revealer) -> Iterator[Wanted]:
        """One cell of each combination of signs in which every part comes in sight: its formula holds in the others."""
        done: dict[Signs, int] = {}
        for cell in sorted(cells, key=_distance):
            inside = [point for point in self.noted if point[name] in cell]
            signs = self.signs(inside[0]) if inside else ()
            tries = done.get(signs, 0)
            if not inside or tries < 0 or tries >= MOST_ALIKE:
                continue
            if self._is_settled(inside[0], signs):
                done[signs] = -1
                continue
            before = len(revealer.unseen)
            ends = [{name: value} for value in cell.brinks()]
            yield from revealer.reveal(inside, lambda point, cell=cell: point[name] in cell, ends)  # type: ignore[misc]
            done[signs] = tries + 1
            if len(revealer.unseen) == before:
                done[signs] = -1
                revealer.unseen = [point for point in revealer.unseen if self.signs(point) != signs]

    def _is_settled(self, point: Point, signs: Signs) -> bool:
        return self._settled is not None and bool(signs) and self._settled(point, signs)

    def _look_beyond(self, name: str) -> None:
        """Where there were too many roots: which signs may meet there that meet nowhere else?"""
        left = [span for kink in self.kinks for span in self._lines.left(kink, name, most=KINK_WORK)]
        if not left or self._repeats(name, left):
            return
        met = {self.signs(point) for point in self.noted}
        for low, high in _merged(left):
            flint.ctx.prec = _BITS
            ball = {name: arb(low).union(arb(high))}
            each = [self._possible(kink, ball) for kink in self.kinks]
            for signs in islice(product(*each), MOST_GROUPS):
                if signs not in met and signs not in self.beyond:
                    self.beyond.append(signs)

    def _repeats(self, name: str, left: Sequence[tuple[float, float]]) -> bool:
        """Whether every combination of signs that there is was met on one period of all kinks, outside of ``left``."""
        length = period(self.graph, self.kinks, name)
        low, high = self._lines.ends(name)
        edges = [low, *(end for span in _merged(left) for end in span), high]
        longest = max(last - first for first, last in zip(edges[::2], edges[1::2], strict=True))
        return length is not None and longest > length

    def _possible(self, kink: int, ball: Mapping[str, Ball]) -> tuple[int, ...]:
        program = self._lines.program(kink)
        try:
            value = program.run(ball)[0] if program is not None else arb(0)
        except (Outside, Wide):
            return (1, -1)
        return (1,) if value > 0 else (-1,) if value < 0 else (1, -1)

    def _one_of(self, places: Iterator[Point]) -> Iterator[Wanted]:
        before = len(self.noted)
        for point in places:
            yield point, 0
            if len(self.noted) > before:
                return

    def signs(self, point: Point) -> Signs:
        """Of the kinks at a point; 0 where that cannot be told."""
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

    def _around(self) -> Iterator[Wanted]:
        if self.kinks:
            self._sort(0)
            yield from self._combine()
            for place, kink in enumerate(self.kinks):
                for sign in (1, -1):
                    if not self._has(place, sign):
                        yield from self._seek(place, sign)
                        if self._has(place, sign):
                            yield from self._combine()
                        elif not self._lines.never(kink, sign, most=KINK_WORK):
                            self.missing.append((kink, sign))
        else:
            self._groups[()] = self.noted
        if self._revealer is not None:
            for signs, inside in list(self._groups.items())[:MOST_GROUPS]:
                if self._is_settled(inside[0], signs):
                    continue
                yield from self._revealer.reveal(
                    inside,
                    lambda point, signs=signs: not self.kinks or self.signs(point) == signs,  # type: ignore[misc]
                    into=lambda point, name, signs=signs: self._into(point, name, signs),  # type: ignore[misc]
                )

    def _into(self, point: Point, moved: str, signs: Signs) -> Point | None:
        """A point at which the kinks have these signs, along another variable than the one that was moved."""
        for name in self.variables:
            held = {other: value for other, value in point.items() if other != name}
            for cell in self._lines.cells(self.kinks, name, held, most=KINK_WORK)[:MOST_CELLS] if name != moved else ():
                there = {**point, name: next(cell.places())}
                if self.signs(there) == signs:
                    return there
        return None

    def _has(self, place: int, sign: int) -> bool:
        return any(signs[place] == sign for signs in self._groups)

    def _sort(self, first: int) -> None:
        for point in self.noted[first:]:
            self._groups.setdefault(self.signs(point), []).append(point)

    def _visited(self, places: Iterator[Point]) -> Iterator[Wanted]:
        before = len(self.noted)
        yield from self._one_of(places)
        self._sort(before)

    def _combine(self) -> Iterator[Wanted]:
        """Combinations of signs on the lines through points that counted, and from the new ones on."""
        lines = 0
        done: set[Signs] = set()
        while lines < MOST_LINES:
            signs = next((signs for signs in self._groups if signs not in done), None)
            if signs is None:
                return
            done.add(signs)
            base = self._groups[signs][0]
            for name in self.variables:
                bending = [node for node in self.kinks if name in names_in(self.graph, node)]
                if not bending:
                    continue
                lines += 1
                yield from self._cross(bending, name, base)

    def _cross(self, nodes: Sequence[int], name: str, base: Point) -> Iterator[Wanted]:
        held = {other: value for other, value in base.items() if other != name}
        for cell in self._lines.cells(nodes, name, held, most=KINK_WORK)[:MOST_CELLS]:
            places = [{**base, name: value} for value in cell.places()]
            signs = self.signs(places[0])
            if 0 not in signs and signs not in self._groups:
                yield from self._visited(iter(places))

    def _seek(self, place: int, sign: int) -> Iterator[Wanted]:
        """A point where one kink has a sign, by turns along each variable: to where it has it, or has it nearly."""
        kink = self.kinks[place]
        for group in list(self._groups.values())[:3]:
            here = group[0]
            for _ in range(2):
                for name in self.variables:
                    if name not in names_in(self.graph, kink):
                        continue
                    held = {other: value for other, value in here.items() if other != name}
                    steep = self._lines.slope(kink, name)
                    turns = self._lines.roots(steep, name, held, most=KINK_WORK) if steep is not None else []
                    cells = self._lines.cells([kink], name, held, most=KINK_WORK)
                    places = [value for cell in cells[:MOST_CELLS] for value in cell.places()]
                    tried = [{**here, name: value} for value in places]
                    tried = [point for point in tried if self.signs(point)[place] == sign]
                    if tried:
                        yield from self._visited(iter([*self._apart(tried[0], kink), *tried[:8]]))
                        if self._has(place, sign):
                            return
                    # The turn may lie outside the domain where another variable is held: its near end is then a step.
                    steps = [*(Fraction(low) for low, _ in turns), *Cell(*self._lines.ends(name)).brinks()]
                    best = max((self._height(kink, sign, {**here, name: step}), step) for step in steps)
                    if best[0] > self._height(kink, sign, here):
                        here = {**here, name: best[1]}

    def _apart(self, point: Point, kink: int) -> Iterator[Point]:
        """The point moved off the turns by which it was found, where a slope may be 0 that is not so elsewhere."""
        for name in self.variables:
            held = {other: value for other, value in point.items() if other != name}
            for cell in self._lines.cells([kink], name, held, most=KINK_WORK):
                if point[name] in cell:
                    point = {**point, name: next(cell.places())}
                    break
        yield point

    def _height(self, kink: int, sign: int, point: Point) -> float:
        flint.ctx.prec = _BITS
        program = self._lines.program(kink)
        try:
            return sign * float(program.run(point_balls(point))[0].mid()) if program is not None else 0.0
        except (Outside, Wide):
            return float("-inf")


def _distance(cell: Cell) -> float:
    return 0.0 if cell.low <= 0.0 <= cell.high else min(abs(cell.low), abs(cell.high))


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches that touch as one, so that a kink's sign is looked at over few."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found
