"""Random points: seeded, stratified over the domain, exact fractions inside it.

Points are drawn here, from strata. ``survey.py`` says which places are still to be visited, with the stretches of
``cells.py`` between the roots of ``roots.py`` and the hidden parts of ``hidden.py`` and ``reveal.py``; ``boxes.py``
searches where nothing is real.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

Interval = tuple[float | None, float | None]
"""Lower and upper end of a variable's domain; None where it is open to infinity."""

# Where answers that agree on one stretch come apart: both signs, near 0, past the usual thresholds, large.
# The first two are mild, because most expressions with roots and logarithms are real there.
_STRATA: tuple[tuple[float, float], ...] = (
    (0.3, 1.6),
    (1.6, 4.0),
    (-3.0, -0.3),
    (0.02, 0.98),
    (4.0, 12.0),
    (-0.98, -0.02),
    (-12.0, -3.0),
    (12.0, 300.0),
    (1e-4, 1e-2),
    (-300.0, -12.0),
    (300.0, 30000.0),
    (-1e-2, -1e-4),
    (-30000.0, -300.0),
)
_MILD = 2


def stratified(domain: Mapping[str, Interval], variables: Sequence[str], *, seed: int) -> Iterator[dict[str, Fraction]]:
    """Endless points inside the domain, spread over its strata.

    Without bounds, a variable walks through both signs, values near 0, moderate, large and very large ones. With
    bounds, it walks through the parts of the interval, among them thin ones at both ends. The first points are mild
    in every variable; later ones vary one variable's stratum while the others stay mild, then all at once.

    Args:
        domain: variable → (low, high); None for an end that is open. A variable that is missing is unbounded.
        variables: the names that every point has.
        seed: the same seed gives the same points.

    Returns:
        An iterator of points, variable → exact fraction, strictly inside the domain.

    Raises:
        ValueError: an interval is empty.

    Example:
        >>> point = next(stratified({"x": (0, 1)}, ["x"], seed=1))
        >>> 0 < point["x"] < 1
        True
    """
    random_numbers = random.Random(seed)
    strata = {name: parts(domain.get(name, (None, None))) for name in variables}
    count = len(variables)
    index = 0
    while True:
        point = {}
        for place, name in enumerate(variables):
            mine = strata[name]
            if index < 2 * _MILD:
                stratum = mine[(index + place) % min(_MILD, len(mine))]
            elif count == 1:
                stratum = mine[(index - _MILD) % len(mine)]
            elif index % 2:
                # One variable visits its strata, the others stay where nearly everything is real.
                turn = index // 2 - _MILD
                visiting = place == turn % count
                stratum = mine[(_MILD + turn // count) % len(mine) if visiting else random_numbers.randrange(_MILD)]
            else:
                stratum = mine[random_numbers.randrange(len(mine))]
            point[name] = between(*stratum, random_numbers)
        yield point
        index += 1


def parts(interval: Interval) -> tuple[tuple[float, float], ...]:
    """The strata of one variable's interval, the mildest first; at least two.

    Raises:
        ValueError: the interval is empty.
    """
    low, high = interval
    low = None if low is None or low == -math.inf else float(low)
    high = None if high is None or high == math.inf else float(high)
    if low is None and high is None:
        return _STRATA
    if low is not None and high is not None:
        if not low < high:
            raise ValueError(f"the interval [{low}, {high}] is empty")
        width = high - low
        cuts = [low + width * share for share in (0, 1e-4, 0.03, 0.25, 0.5, 0.75, 0.97, 1 - 1e-4, 1)]
        spans = [*pairwise(cuts)]
        order = (3, 4, 2, 5, 1, 6, 0, 7)
        found = [spans[i] for i in order]
        if low < 0 < high:
            found += [(max(low, -1e-3 * width), 0.0), (0.0, min(high, 1e-3 * width))]
        return tuple(found)
    found = [(a if low is None else max(a, low), b if high is None else min(b, high)) for a, b in _STRATA]
    inside = [(a, b) for a, b in found if a < b]
    end = low if low is not None else -(high or 0.0)
    size = max(1.0, abs(end))
    from_end = [(end + a * size, end + b * size) for a, b in ((0.01, 1.0), (1.0, 10.0), (1e-6, 0.01), (10.0, 1000.0))]
    if low is None:
        from_end = [(-b, -a) for a, b in from_end]
    return (*from_end[:_MILD], *inside, *from_end[_MILD:])


def between(low: float, high: float, random_numbers: random.Random) -> Fraction:
    """A fraction strictly between two floats, exact in binary so that ball arithmetic holds it exactly."""
    for _ in range(8):
        value = low + (high - low) * random_numbers.random()
        if low < value < high:
            return Fraction(value)
    # Neighbouring floats have no float between them.
    return (Fraction(low) + Fraction(high)) / 2


def whole(interval: Interval | None, number: int, count: int) -> Fraction:
    """One of ``count`` whole numbers in a row, inside the interval where it holds any.

    >>> [int(whole((0.5, None), number, 7)) for number in range(3)]
    [1, 2, 3]
    """
    low, high = interval or (None, None)
    first = -2 if high is None else math.ceil(high) - count
    if low is not None:
        first = math.floor(low) + 1
    last = first + number
    return Fraction(last if high is None or last < high else first)
