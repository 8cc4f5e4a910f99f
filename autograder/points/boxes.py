"""Where is an expression real? Boxes of points, bisected until a point is found or none can exist.

Ball arithmetic over a box either proves that no point of it is real (or on the wanted side of a kink), and the box
is dropped, or it is halved. ``sqrt(x - 100)*sqrt(101 - x)`` is found so among all the numbers in a dozen halvings.
"""

import random
import time
from collections import deque
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product

import flint
from flint import arb

from autograder import points
from autograder.expressions.graph import Outside, Program, Wide, point_balls
from autograder.points import Interval

_BITS = 64
_TEST_BITS = 192
_FAR = 1e12
_OPEN = 1 - 2.0**-20
"""A ball has a radius of thirty bits only."""
_CUTS = (-_FAR, -1e6, -1e3, -10.0, -1.0, 0.0, 1.0, 10.0, 1e3, 1e6, _FAR)

Box = dict[str, tuple[float, float]]


def search(
    program: Program,
    variables: Sequence[str],
    domain: Mapping[str, Interval],
    *,
    seed: int,
    most: int,
    deadline: float,
    side: tuple[Program, int] | None = None,
) -> tuple[dict[str, Fraction] | None, bool]:
    """A point at which every part of ``program`` is real and finite.

    Args:
        program: of all that has to be real.
        variables: the names that the point has.
        domain: variable → (low, high); None for an end that is open.
        seed: the same seed gives the same point.
        most: how many boxes may be looked at.
        deadline: of ``time.process_time``, after which the search gives up.
        side: a program and the sign that its value must have at the point.

    Returns:
        The point, or None where none was found, and whether there certainly is none between ±10¹².
    """
    random_numbers = random.Random(seed)
    waiting = deque(_start(variables, domain))
    for _ in range(most):
        if not waiting:
            return None, True
        if time.process_time() > deadline:
            break
        box = waiting.popleft()
        if not _possible(program, box, side):
            continue
        point = {name: points.between(low, high, random_numbers) for name, (low, high) in box.items()}
        if _real(program, point, side):
            return point, False
        waiting.extend(_halves(box))
    return None, False


def beside(
    point: Mapping[str, Fraction], number: int, domain: Mapping[str, Interval], seed: int
) -> dict[str, Fraction]:
    """A point near another one, nearer as ``number`` grows, within the domain."""
    random_numbers = random.Random(seed * 1_000_003 + number)
    found = {}
    for name, value in point.items():
        size = abs(value) if value else Fraction(1)
        reach = size * Fraction(1, 4 << (2 * (number % 8)))
        moved = value + reach * Fraction(random_numbers.randrange(-(2**20), 2**20), 2**20)
        low, high = domain.get(name, (None, None))
        inside = (low is None or moved > low) and (high is None or moved < high)
        found[name] = moved if inside else value
    return found


def _start(variables: Sequence[str], domain: Mapping[str, Interval]) -> list[Box]:
    spans: list[list[tuple[float, float]]] = []
    for name in variables:
        low, high = domain.get(name, (None, None))
        cuts = [cut for cut in _CUTS if (low is None or cut > low) and (high is None or cut < high)]
        ends = [*([] if low is None else [float(low)]), *cuts, *([] if high is None else [float(high)])]
        if len(ends) < 2:
            ends = [ends[0], ends[0] + _FAR] if high is None else [ends[0] - _FAR, ends[0]]
        if len(variables) > 1:
            middle = min(range(len(ends)), key=lambda i: abs(ends[i]))
            ends = sorted({ends[0], ends[middle], ends[-1]})
        spans.append(list(pairwise(ends)))
    boxes = [dict(zip(variables, box, strict=True)) for box in product(*spans[:5])] if len(variables) <= 5 else []
    if len(variables) > 5:
        boxes = [{name: (spans[i][0][0], spans[i][-1][1]) for i, name in enumerate(variables)}]
    return boxes


def _possible(program: Program, box: Box, side: tuple[Program, int] | None) -> bool:
    flint.ctx.prec = _BITS
    # Without its ends: on [-1, 0] a logarithm may have a value as long as 0 belongs to it, however often it is halved.
    balls = {name: arb((low + high) / 2, (high - low) / 2 * _OPEN) for name, (low, high) in box.items()}
    try:
        program.run(balls)
    except Outside:
        return False
    except Wide:
        pass
    if side is None:
        return True
    try:
        value = side[0].run(balls)[0]
    except Outside:
        return False
    except Wide:
        return True
    return not (value <= 0 if side[1] > 0 else value >= 0)


def _real(program: Program, point: Mapping[str, Fraction], side: tuple[Program, int] | None) -> bool:
    flint.ctx.prec = _TEST_BITS
    balls = point_balls(point)
    try:
        if side is not None:
            value = side[0].run(balls)[0]
            if not (value > 0 if side[1] > 0 else value < 0):
                return False
        program.run(balls)
    except (Outside, Wide):
        return False
    return True


def _halves(box: Box) -> list[Box]:
    widest = max(box, key=lambda name: _spread(*box[name]))
    low, high = box[widest]
    middle = _middle(low, high)
    if not low < middle < high:
        return []
    return [{**box, widest: (low, middle)}, {**box, widest: (middle, high)}]


def _spread(low: float, high: float) -> float:
    """Width against distance from 0: [1, 10] and [100, 1000] are equally wide."""
    return (high - low) / (1e-3 + min(abs(low), abs(high))) if low * high >= 0 else 1e9 * (high - low)


def _middle(low: float, high: float) -> float:
    if low * high < 0:
        return 0.0
    near, far = sorted((abs(low), abs(high)))
    if far > 16 * near and far > 0.1:
        middle = max(near * 4, far / 64)
        return middle if high > 0 else -middle
    return (low + high) / 2
