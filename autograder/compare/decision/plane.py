"""The last resort: values in the complex plane, where no point has every part real.

``sqrt(-x**2 - 1)**2`` is real everywhere while its root never is. Equal values prove nothing less there than on the
line; different ones may be two branches of one function, so that a difference of complex values decides nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
from flint import acb, arb, fmpq

from autograder.expressions.graph import Graph, children

_BITS = 512
_AGREE = 200


@dataclass
class Seen:
    """How many points gave equal and how many gave different complex values."""

    equal: int = 0
    different: int = 0


_METHODS = {
    name: getattr(acb, name)
    for name in (
        *("sin", "cos", "tan", "cot", "sec", "csc", "sinc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asin"),
        *("acos", "atan", "asinh", "acosh", "atanh", "exp", "log", "erf", "erfc", "erfi", "gamma", "digamma", "zeta"),
    )
}
_OTHERS: dict[str, Callable[[Any], Any]] = {
    "acot": lambda z: (1 / z).atan(),
    "asec": lambda z: (1 / z).acos(),
    "acsc": lambda z: (1 / z).asin(),
    "acoth": lambda z: (1 / z).atanh(),
    "asech": lambda z: (1 / z).acosh(),
    "acsch": lambda z: (1 / z).asinh(),
    "Abs": lambda z: acb(abs(z)),
    "re": lambda z: acb(z.real),
    "im": lambda z: acb(z.imag),
    "conjugate": lambda z: z.conjugate(),
    "factorial": lambda z: (z + 1).gamma(),
    "UnevaluatedExpr": lambda z: z,
}
_CONSTANTS = {
    "pi": lambda: acb(arb.pi()),
    "E": lambda: acb(arb.const_e()),
    "I": lambda: acb(0, 1),
    "EulerGamma": lambda: acb(arb.const_euler()),
    "Catalan": lambda: acb(arb.const_catalan()),
    "GoldenRatio": lambda: acb((1 + arb(5).sqrt()) / 2),
}


def compare(graph: Graph, desired: int, actual: int, points: Sequence[Mapping[str, Fraction]]) -> Seen:
    """Compare two nodes' complex values; points where either has none are left out."""
    seen = Seen()
    flint.ctx.prec = _BITS
    for point in points:
        try:
            values: dict[int, Any] = {}
            difference = _value(graph, actual, point, values) - _value(graph, desired, point, values)
        except (KeyError, ZeroDivisionError):
            continue
        if not difference.is_finite():
            continue
        if not difference.contains(0):
            seen.different += 1
        elif difference.abs_upper() < arb(2) ** -_AGREE:
            seen.equal += 1
    return seen


def _value(graph: Graph, root: int, point: Mapping[str, Fraction], values: dict[int, Any]) -> Any:
    waiting = [(root, False)]
    while waiting:
        index, ready = waiting.pop()
        if index in values:
            continue
        node = graph.nodes[index]
        if not ready:
            waiting.append((index, True))
            waiting.extend((child, False) for child in children(node))
            continue
        parts = [values[child] for child in children(node)]
        values[index] = _apply(node, parts, point)
    return values[root]


def _apply(node: tuple[Any, ...], parts: list[Any], point: Mapping[str, Fraction]) -> Any:
    kind = node[0]
    if kind == "q":
        return acb(fmpq(node[1], node[2]))
    if kind == "float":
        exact = Fraction(node[1])
        return acb(fmpq(exact.numerator, exact.denominator))
    if kind == "var":
        exact = point[node[1]]
        return acb(fmpq(exact.numerator, exact.denominator))
    if kind == "const":
        return _CONSTANTS[node[1]]()
    if kind == "add":
        return sum(parts[1:], parts[0])
    if kind == "mul":
        total = parts[0]
        for part in parts[1:]:
            total = total * part
        return total
    if kind == "powi":
        return parts[0] ** node[2]
    if kind == "powq":
        return parts[0].sqrt() ** node[2] if node[3] == 2 else parts[0] ** acb(fmpq(node[2], node[3]))
    if kind == "pow":
        return parts[0] ** parts[1]
    if kind == "f":
        return (_METHODS.get(node[1]) or _OTHERS[node[1]])(*parts)
    raise KeyError(kind)
