"""Where is the function of a question real? At other points answers to it are not compared."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import islice

import flint

from autograder import points
from autograder.expressions.graph import Graph, Outside, Program, Wide, point_balls
from autograder.points import Interval, boxes

MOST_BOXES = 150
"""Looked through for one point at which the function is real."""
TRIED_BESIDE = 12
"""Values of the variables that only the function has: a derivative by x may hold no y where the function does."""
BITS = 320

Point = dict[str, Fraction]


class Realm:
    """Where the function of a question is real: at other points an answer is not compared.

    Attributes:
        roots: nodes of the function's outputs.
        variables: that they hold.
        seen: whether a point was met at which all of them are real.
    """

    def __init__(self, graph: Graph, roots: Sequence[int], domain: Mapping[str, Interval], *, seed: int) -> None:
        self.roots = list(roots)
        self.variables = sorted({graph.nodes[i][1] for i in graph.below(self.roots) if graph.nodes[i][0] == "var"})
        self.seen = False
        self._program = Program(graph, self.roots)
        self._domain, self._seed = domain, seed

    @cached_property
    def _others(self) -> list[Point]:
        """Values of all variables: at the first of them the function is real, if that is so anywhere."""
        found, _ = boxes.search(
            self._program, self.variables, self._domain, seed=self._seed, most=MOST_BOXES, deadline=math.inf
        )
        drawn = islice(points.stratified(self._domain, self.variables, seed=self._seed), TRIED_BESIDE)
        return [*([found] if found else []), *drawn]

    def has(self, point: Point) -> bool:
        """Whether the function is not certainly without a value there, for some values of the variables left out."""
        flint.ctx.prec = BITS
        known = {name: value for name, value in point.items() if name in self.variables}
        for other in self._others if len(known) < len(self.variables) else self._others[:1]:
            try:
                self._program.run(point_balls(other | known))
            except Outside:
                continue
            except Wide:
                pass
            self.seen = True
            return True
        return False
