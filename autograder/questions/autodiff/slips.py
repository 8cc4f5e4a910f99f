"""Automatic differentiation that goes wrong on demand: the same programs, walked with one slip."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.questions.autodiff.programs import Trial

__all__ = ["SLIPS", "Slip", "piled", "walked"]

Local = Callable[..., tuple[float, ...]]
"""(arguments, result) → the partial derivative by each argument."""

_VALUES: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "neg": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda a: max(a, 0.0),
    "sin": math.sin,
    "cos": math.cos,
    "sqrt": math.sqrt,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
}
_SLOPES: dict[str, Local] = {
    "+": lambda a, b, out: (1.0, 1.0),
    "-": lambda a, b, out: (1.0, -1.0),
    "*": lambda a, b, out: (b, a),
    "/": lambda a, b, out: (1 / b, -a / b**2),
    "**": lambda a, b, out: (b * a ** (b - 1), 0.0),
    "neg": lambda a, out: (-1.0,),
    "exp": lambda a, out: (out,),
    "log": lambda a, out: (1 / a,),
    "tanh": lambda a, out: (1 - out**2,),
    "relu": lambda a, out: (float(a > 0),),
    "sin": lambda a, out: (math.cos(a),),
    "cos": lambda a, out: (-math.sin(a),),
    "sqrt": lambda a, out: (0.5 / out,),
    "sigmoid": lambda a, out: (out * (1 - out),),
}


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What goes wrong.

    Attributes:
        slopes: operator → wrong partial derivatives; with an ``r`` before it where a plain number comes first.
        adds: whether slopes add up where an object is used twice.
        order: ``reverse``, ``forward``, ``breadth`` or ``first-come``: in which order objects pass their slope on.
        seed: the slope that the result begins with.
        chained: whether a partial derivative is multiplied with the slope that comes from outside (or inside).
        only: the one operator of which that holds; empty for all.
        swapped: whether a number before the operator is taken for one behind it.
        number: the slope that a plain number has, going forward.
        product: whether slopes are multiplied in a product, going forward.
    """

    slopes: Mapping[str, Local] = field(default_factory=dict)
    adds: bool = True
    order: str = "reverse"
    seed: float = 1.0
    chained: bool = True
    only: str = ""
    swapped: bool = False
    number: float = 0.0
    product: bool = False

    def forgets(self, op: str) -> bool:
        """Whether an operator does not multiply with the slope that comes to it."""
        return not self.chained and self.only in ("", op)


def _rules(**slopes: Local) -> tuple[Slip, ...]:
    return tuple(Slip(slopes={name: rule}) for name, rule in slopes.items())


SLIPS: dict[str, tuple[Slip, ...]] = {
    "grad_overwritten": (Slip(adds=False),),
    "graph_order": (Slip(order="forward"), Slip(order="breadth"), Slip(order="first-come")),
    "seed_missing": (Slip(seed=0.0),),
    "upstream_forgotten": (Slip(chained=False),),
    "power_rule": (
        Slip(slopes={"**": lambda a, b, out: (b * out, 0.0)}),
        Slip(slopes={"**": lambda a, b, out: (a ** (b - 1), 0.0)}),
        Slip(slopes={"**": lambda a, b, out: (b * a, 0.0)}),
        Slip(slopes={"**": lambda a, b, out: (b * out ** (b - 1), 0.0)}),
    ),
    "own_factor": (Slip(slopes={"*": lambda a, b, out: (a, b)}),),
    "minus_forgotten": (
        Slip(slopes={"-": lambda a, b, out: (1.0, 1.0)}),
        Slip(slopes={"r-": lambda a, b, out: (1.0, 1.0)}),
        Slip(slopes={"r/": lambda a, b, out: (1 / b, a / b**2)}),
        Slip(slopes={"neg": lambda a, out: (1.0,)}),
        Slip(slopes={"/": lambda a, b, out: (1 / b, a / b**2)}),
        Slip(slopes={"cos": lambda a, out: (math.sin(a),)}),
    ),
    "quotient_rule": (
        Slip(slopes={"/": lambda a, b, out: (1 / b, -a / b)}),
        Slip(slopes={"/": lambda a, b, out: (1 / b, 1 / a)}),
        Slip(slopes={"/": lambda a, b, out: (1 / b, -1 / b**2)}),
    ),
    "reflected_order": (Slip(swapped=True),),
    "local_rule": _rules(
        exp=lambda a, out: (a,),
        log=lambda a, out: (1 / out,),
        relu=lambda a, out: (1.0,),
        sin=lambda a, out: (-math.cos(a),),
        sqrt=lambda a, out: (0.5 / a,),
        sigmoid=lambda a, out: (a * (1 - a),),
        tanh=lambda a, out: (1 - a**2,),
    )
    + _rules(
        exp=lambda a, out: (1.0,),
        tanh=lambda a, out: (1 - out,),
        relu=lambda a, out: (out,),
        sigmoid=lambda a, out: (1 - out,),
    ),
    "number_slope": (Slip(number=1.0),),
    "product_of_slopes": (Slip(product=True),),
}
"""Id in the catalogue → what it may be."""


def walked(trial: Trial, style: str, slip: Slip) -> tuple[float, ...]:
    """The value and the slope by each leaf, as a class with this slip would report them."""
    values = _forward(trial, slip)
    if style == "reverse":
        slopes = _backward(trial, values, slip)
        return (values[-1], *slopes[: len(trial.values)])
    return (values[-1], *(_carried(trial, values, slip, leaf) for leaf in range(len(trial.values))))


def _numbers(step: Sequence[Any], values: Sequence[float], slip: Slip) -> list[float]:
    """The arguments of a step; where the slip has it, a number before the operator comes behind it."""
    found = [part[0] if isinstance(part, tuple) else values[part] for part in step[1:]]
    return found[::-1] if _turned(step, slip) else found


def _turned(step: Sequence[Any], slip: Slip) -> bool:
    return slip.swapped and len(step) == 3 and isinstance(step[1], tuple)


def _forward(trial: Trial, slip: Slip) -> list[float]:
    values: list[float] = []
    for step in trial.steps:
        values.append(step[1] if step[0] == "leaf" else _VALUES[step[0]](*_numbers(step, values, slip)))
    return values


def _partials(number: int, trial: Trial, values: Sequence[float], slip: Slip) -> list[tuple[Any, float]]:
    """The argument, an object's number or a tuple, and the partial derivative by it, of one step."""
    step = trial.steps[number]
    if step[0] == "leaf":
        return []
    reflected = "r" if isinstance(step[1], tuple) else ""
    rule = slip.slopes.get(f"{reflected}{step[0]}") or slip.slopes.get(step[0], _SLOPES[step[0]])
    arguments = list(step[1:])[::-1] if _turned(step, slip) else list(step[1:])
    return list(zip(arguments, rule(*_numbers(step, values, slip), values[number]), strict=True))


def _backward(trial: Trial, values: Sequence[float], slip: Slip) -> list[float]:
    """The slope of the result by every object."""
    slopes = [0.0] * len(values)
    slopes[trial.root] = slip.seed
    for number in _order(trial, slip.order):
        for argument, partial in _partials(number, trial, values, slip):
            if isinstance(argument, tuple):
                continue
            share = partial * (1.0 if slip.forgets(trial.steps[number][0]) else slopes[number])
            slopes[argument] = slopes[argument] + share if slip.adds else share
    return slopes


def piled(trial: Trial) -> tuple[float, ...]:
    """The value and the slopes after two backward passes between which no object forgets its slope."""
    slip = Slip()
    values = _forward(trial, slip)
    slopes = [0.0] * len(values)
    for _ in range(2):
        slopes[trial.root] = slip.seed
        for number in _order(trial, "reverse"):
            for argument, partial in _partials(number, trial, values, slip):
                if isinstance(argument, int):
                    slopes[argument] += partial * slopes[number]
    return (values[-1], *slopes[: len(trial.values)])


def _order(trial: Trial, order: str) -> list[int]:
    """In which order objects pass their slope on, each once."""
    if order in ("reverse", "forward"):
        return list(range(len(trial.steps)))[:: -1 if order == "reverse" else 1]
    waiting, seen = [trial.root], []
    while waiting:
        number = waiting.pop(0 if order == "breadth" else -1)
        if number in seen:
            continue
        seen.append(number)
        step = trial.steps[number]
        waiting += [part for part in step[1:] if step[0] != "leaf" and isinstance(part, int)]
    return seen


def _carried(trial: Trial, values: Sequence[float], slip: Slip, leaf: int) -> float:
    """The slope of the result by one leaf, going forward."""
    slopes: list[float] = []
    for number, step in enumerate(trial.steps):
        if step[0] == "leaf":
            slopes.append(slip.seed if number == leaf else 0.0)
            continue
        parts = _partials(number, trial, values, slip)
        inner = [slip.number if isinstance(part, tuple) else slopes[part] for part, _ in parts]
        if slip.product and step[0] == "*":
            slopes.append(math.prod(inner))
            continue
        if slip.forgets(step[0]) and len(parts) == 1:
            slopes.append(parts[0][1])
            continue
        slopes.append(sum(partial * slope for (_, partial), slope in zip(parts, inner, strict=True)))
    return slopes[-1]
