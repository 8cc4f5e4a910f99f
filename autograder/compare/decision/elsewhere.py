"""The formulas that hold in a cell in which no point was found, or in which no point shows enough."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import flint

from autograder.expressions.graph import Graph, Outside, Program, Unsupported, Wide, branch, factors, point_balls

__all__ = ["branches", "may_be_real"]

_BITS = 320


def branches(
    graph: Graph, sides: tuple[int, int], point: dict[str, Fraction], kinks: Sequence[int], signs: Sequence[int]
) -> tuple[int, int]:
    """Both sides' formulas where the kinks have these signs.

    Args:
        graph: that holds both sides.
        sides: their nodes.
        point: at which everything is real; what decides a branch has its sign there, turned for each kink whose sign
            is another one.
        kinks: nodes at whose roots another formula begins.
        signs: of ``kinks``, in their order; 0 leaves a sign as it is at the point.
    """
    sign = _signs_there(graph, point, kinks, signs)

    def floor(node: int) -> Fraction:
        flint.ctx.prec = _BITS
        return Fraction(math.floor(float(Program(graph, [node]).run(point_balls(point))[0].mid())))

    one, other = (branch(graph, side, sign, floor) for side in sides)
    return one, other


def may_be_real(
    graph: Graph, roots: Sequence[int], point: dict[str, Fraction], kinks: Sequence[int], signs: Sequence[int]
) -> bool:
    """Whether no root and no logarithm of something negative is in these formulas where the kinks have these signs.

    Args:
        graph: that holds the formulas.
        roots: their nodes.
        point: as for :func:`branches`, as the next two.
        kinks: nodes at whose roots another formula begins.
        signs: of ``kinks``, in their order.
    """
    sign = _signs_there(graph, point, kinks, signs)
    for index in graph.below(roots):
        node = graph.nodes[index]
        inner = node[1] if node[0] == "powq" else node[2] if node[0] == "f" and node[1] == "log" else None
        if inner is not None and set(factors(graph, inner, odd=True)) <= set(kinks) and sign(inner) < 0:
            return False
    return True


def _signs_there(
    graph: Graph, point: dict[str, Fraction], kinks: Sequence[int], signs: Sequence[int]
) -> Callable[[int], int]:
    """A node's sign at the point, turned for each kink whose sign is another one."""
    turned = {kink for kink, sign in zip(kinks, signs, strict=True) if sign and sign != _sign(graph, kink, point)}

    def sign(node: int) -> int:
        turns = sum(factor in turned for factor in factors(graph, node, odd=True))
        return _sign(graph, node, point) * (-1 if turns % 2 else 1)

    return sign


def _sign(graph: Graph, node: int, point: dict[str, Fraction]) -> int:
    flint.ctx.prec = _BITS
    try:
        value = Program(graph, [node]).run(point_balls(point))[0]
    except (Outside, Wide, Unsupported):
        return 1
    return -1 if value < 0 else 1
