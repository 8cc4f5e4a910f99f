"""How many bits hide a part: what ``exp(-(x - 50)**2)`` is beside ``2*x`` at x = 1, and tanh beside its limit.

Two formulas that agree at a point to 200 bits agree in each part that is not hidden by more than that. Every part has
to be in sight at one point at least before its formula counts as compared.
"""

import math
from collections.abc import Mapping, Sequence

from autograder.expressions.graph import Ball, Graph, Node
from autograder.expressions.heads import words

__all__ = ["hidden", "may_hide"]

_FLAT = frozenset(
    words(
        "exp tanh coth sech csch cosh sinh erf erfc erfi gamma factorial loggamma acoth asech airyai besselk expint "
        "uppergamma Ei zeta"
    )
)
_FEW = 8
"""Good bits with which a ball says how large its value is."""
_HIGH = 12
"""A power that still shows beside lower ones at moderate points."""
_LARGE = 10**9
_SMALLEST = 1e-300
"""Below, floats lose digits."""


def may_hide(graph: Graph, below: set[int]) -> bool:
    """Whether some part may be out of sight at moderate points: exponentials, high powers, very large numbers."""
    for index in below:
        node = graph.nodes[index]
        kind = node[0]
        if kind == "q":
            if abs(node[1]) > _LARGE or node[2] > _LARGE:
                return True
        elif (kind == "powi" and abs(node[2]) > _HIGH) or kind == "pow" or (kind == "f" and node[1] in _FLAT):
            return True
    return False


def hidden(graph: Graph, roots: Sequence[int], values: Mapping[int, Ball], *, usual: float = 0.0) -> dict[int, float]:
    """For each part how many bits of its root's value it takes to see it, at the point of these values.

    Parts that no precision shows there (a factor of 0, the argument of ``sign``) are left out.

    Args:
        graph: that holds the formulas.
        roots: their nodes.
        values: node → its value at the point.
        usual: the size of which a root has to be, where numbers are compared that have an absolute tolerance.
    """
    least = math.log2(usual) if usual else -math.inf
    depth = {root: max(0.0, least - _size(values[root])) for root in roots}
    # A node is made after the nodes that it is made of.
    for index in sorted(values, reverse=True):
        if index not in depth:
            continue
        node, here = graph.nodes[index], depth[index]
        for part, more in _inside(graph, node, index, values):
            depth[part] = min(depth.get(part, math.inf), here + more)
    return depth


def _inside(graph: Graph, node: Node, index: int, values: Mapping[int, Ball]) -> list[tuple[int, float]]:
    kind = node[0]
    if kind == "add":
        sizes = [(part, _most(values[part])) for part in node[1:]]
        # Where terms cancel, the largest counts; so it does where a ball is too wide to say how large the sum is.
        good = values[index].rel_accuracy_bits() > _FEW
        whole = _size(values[index]) if good else max(size for _, size in sizes)
        return [(part, max(0.0, whole - size)) for part, size in sizes if size > -math.inf]
    if kind == "mul":
        return [(part, 0.0) for part in node[1:]]
    if kind in ("powi", "powq"):
        return [(node[1], 0.0)]
    if kind == "pow":
        return [(part, max(0.0, -_size(values[part]))) for part in node[1:]]
    if kind == "piecewise":
        return [(value, 0.0) for value, _ in node[1:] if value in values and values[value].overlaps(values[index])]
    if kind != "f":
        return []
    name = node[1]
    if name in ("Max", "Min"):
        return [(part, 0.0) for part in node[2:] if values[part].overlaps(values[index])]
    if name in ("sign", "Heaviside", "floor", "ceiling", "DiracDelta", "im", "arg"):
        return []
    return [(part, _flatness(name, values[part])) for part in node[2:]]


def _flatness(name: str, value: Ball) -> float:
    """How many bits a function is away from a constant at this argument."""
    size = _size(value)
    if size == -math.inf:
        return math.inf
    large = float(2.0 ** min(size, 500.0))
    if name in ("tanh", "coth"):
        return max(0.0, 2.88 * large - 4)
    if name == "erf" or (name == "erfc" and value < 0):
        return max(0.0, 1.44 * large * large - 4)
    if name in ("exp", "gamma", "factorial"):
        return max(0.0, -size)
    if name in ("sinh", "cosh", "sech", "csch"):
        # far out one of their two exponentials hides the other, and sinh/cosh is 1
        return max(0.0, 2.88 * large - 4, -2 * size if name in ("cosh", "sech") else 0.0)
    if name in ("cos", "sec", "sinc"):
        return max(0.0, -2 * size)
    if name in ("atan", "acot"):
        return max(0.0, size)
    return 0.0


def _most(value: Ball) -> float:
    """As :func:`_size`; of a ball that says little, how large its value may be at most: ``log(1 + exp(-10**6))``."""
    return _size(value if value.rel_accuracy_bits() > _FEW else value.abs_upper())


def _size(value: Ball) -> float:
    """The binary logarithm of a ball's size; −∞ for 0."""
    near = abs(float(value))
    if _SMALLEST < near < math.inf:
        return math.log2(near)
    whole, exponent = value.mid().man_exp()
    digits = abs(int(whole))
    if not digits:
        return -math.inf
    longer = max(0, digits.bit_length() - 60)
    return math.log2(digits >> longer) + longer + int(exponent)
