"""Strokes beside a crooked curve: each is held against the secant through its neighbours, computed here once more."""

import random
from math import atan, hypot, tan

import pytest

from autograder.report.pages.charts import ALONG, HEIGHT, MARGIN, STROKE, WIDTH, bars, slopes


def a_curve(seed: int) -> list[tuple[float, float]]:
    """Nine points at uneven distances, whose neighbours lie high and low."""
    draw, xs = random.Random(seed), [0.0]
    for _ in range(8):
        xs.append(xs[-1] + draw.uniform(0.5, 2.0))
    return [(x, draw.uniform(-3, 3)) for x in xs]


def scales(curve: list[tuple[float, float]]) -> tuple[float, float]:
    """Pixels a unit, across and up."""
    xs, ys = zip(*curve, strict=True)
    return (WIDTH - 2 * MARGIN) / (max(xs) - min(xs)), (HEIGHT - 2 * MARGIN) / (max(ys) - min(ys))


@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("turned", [-1.05, -0.95, 0.0, 0.95, 1.05])
def test_a_stroke_lies_along_the_curve_within_a_tenth_of_a_radian(seed: int, at: int, turned: float) -> None:
    curve = a_curve(seed)
    across, up = scales(curve)
    (x0, y0), (x1, y1) = curve[max(at - 1, 0)], curve[min(at + 1, 8)]
    direction = atan((y1 - y0) / (x1 - x0) * up / across) + turned * ALONG
    slope = tan(direction) * across / up
    drawn = slopes([(x, y, slope if place == at else None) for place, (x, y) in enumerate(curve)])
    assert drawn is not None
    assert (drawn.along == 1) is (abs(turned) < 1)
    assert drawn.along + drawn.steeper + drawn.flatter + drawn.against == 1
    ((left, start, right, end),) = drawn.strokes
    # in the middle at the point, of that slope, and as long as every other
    middle = (MARGIN + (curve[at][0] - min(x for x, _ in curve)) * across,
              HEIGHT - MARGIN - (curve[at][1] - min(y for _, y in curve)) * up)  # fmt: skip
    assert ((left + right) / 2, (start + end) / 2) == pytest.approx(middle, abs=0.11)
    assert hypot(right - left, end - start) == pytest.approx(2 * STROKE, abs=0.2)
    assert right > left
    assert (start - end) / (right - left) == pytest.approx(slope * up / across, rel=0.05, abs=0.02)


@pytest.mark.parametrize(
    ("rises", "stroke", "seen"),
    [
        (1.0, 3.0, "steeper"), (1.0, 0.3, "flatter"), (1.0, -1.0, "against"), (-1.0, 1.0, "against"),
        (-1.0, -3.0, "steeper"), (-1.0, -0.3, "flatter"), (1.0, 0.0, "flatter"),
        # nearly level, whichever way it leans: nobody sees that it falls
        (1.0, -0.1, "flatter"), (1.0, -0.3, "against"), (0.1, -1.0, "steeper"), (0.3, -1.0, "against"),
    ],
)  # fmt: skip
def test_what_a_stroke_looks_like_beside_a_line(rises: float, stroke: float, seen: str) -> None:
    """A line from corner to corner rises by 27.6 degrees; other slopes are measured with it."""
    line = [(0.0, 0.0), (1.0, rises), (2.0, 2 * rises), (3.0, 2.0), (4.0, -2.0), (5.0, 2.0)]
    drawn = slopes([(x, y, stroke if x == 1.0 else None) for x, y in line])
    assert drawn is not None
    assert {name for name in ("along", "steeper", "flatter", "against") if getattr(drawn, name)} == {seen}


@pytest.mark.parametrize(
    ("holes", "pieces"),
    [((), [6]), ((2,), [2, 3]), ((0,), [5]), ((5,), [5]), ((1,), [4]), ((1, 2), [3]), ((2, 3), [2, 2]), ((1, 4), [2])],
)
def test_a_hole_splits_the_curve(holes: tuple[int, ...], pieces: list[int]) -> None:
    drawn = slopes([(float(x), float("nan") if x in holes else float(x * x), 1.0) for x in range(6)])
    assert drawn is not None
    assert [len(piece.split()) for piece in drawn.graph] == pieces


def test_bars_share_the_width_and_leave_four_pixels_between() -> None:
    made = bars([3, 0, 6], ["a", "b", "c"])
    assert [(bar.x, bar.width) for bar in made] == [(2.0, 116.0), (122.0, 116.0), (242.0, 116.0)]
    assert [(bar.y, bar.height, bar.count) for bar in made] == [(100.0, 80.0, 3), (180.0, 0.0, 0), (20.0, 160.0, 6)]
    with pytest.raises(ValueError, match="shorter"):
        bars([1, 2], ["a"])
