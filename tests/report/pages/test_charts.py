"""The drawings on the pages, point by point: 360 × 200 pixels, of which 12 are margin; y grows downwards."""

import pytest

from autograder.report.pages.charts import Bar, bars, slopes

INF = float("inf")
PICTURES = [
    # (x, f(x), slope) → the graph's pieces, the strokes, how many lie (along, steeper, flatter, against)
    (
        [(0.0, 0.0, 1.0), (1.0, 1.0, 1.0), (2.0, 2.0, 0.0)],
        ("12.0,188.0 180.0,100.0 348.0,12.0",),
        ((-0.4, 194.5, 24.4, 181.5), (167.6, 106.5, 192.4, 93.5), (334.0, 12.0, 362.0, 12.0)),
        (2, 0, 1, 0),
    ),
    # a constant is drawn, at the lower margin
    (
        [(0.0, 5.0, 0.0), (1.0, 5.0, 0.0), (2.0, 5.0, 1.0)],
        ("12.0,188.0 180.0,188.0 348.0,188.0",),
        ((-2.0, 188.0, 26.0, 188.0), (166.0, 188.0, 194.0, 188.0), (338.3, 198.1, 357.7, 177.9)),
        (2, 1, 0, 0),
    ),
    # what is not finite, or too large to be drawn, splits the graph; a piece of one point is none
    (
        [(0.0, 0.0, 1.0), (1.0, 1.0, None), (2.0, INF, None), (3.0, 3.0, 1.0), (4.0, -1e12, 1.0), (5.0, 5.0, -1.0)],
        ("12.0,188.0 79.2,152.8",),
        ((-0.4, 194.5, 24.4, 181.5), (201.2, 88.9, 226.0, 75.9), (335.6, 5.5, 360.4, 18.5)),
        (2, 0, 0, 1),
    ),
]


@pytest.mark.parametrize(("points", "graph", "strokes", "counts"), PICTURES)
def test_a_picture_has_these_coordinates(points, graph, strokes, counts):
    drawn = slopes(points)
    assert (drawn.graph, drawn.strokes) == (graph, strokes)
    assert (drawn.along, drawn.steeper, drawn.flatter, drawn.against) == counts
    xs, ys = zip(*[point[:2] for point in points if abs(point[1]) < 1e12], strict=True)
    assert (drawn.low, drawn.high) == ((min(xs), min(ys)), (max(xs), max(ys)))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(0.0, 0.0, 1.0), (1.0, 1.0, 1.0)],
        [(0.0, 0.0, None), (1.0, 1.0, None), (2.0, 2.0, None)],
        [(1.0, 0.0, 1.0), (1.0, 1.0, 1.0), (1.0, 2.0, 1.0)],
        [(0.0, 0.0, 1.0), (1.0, 1.0, 1.0), (2.0, 2.0, 1e12)],
    ],
)
def test_what_shows_nothing_is_not_drawn(points):
    assert slopes(points) is None


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_stroke_at_an_end_is_compared_with_the_curve_too(at):
    drawn = slopes([(float(x), float(x), -1.0 if x == at else None) for x in range(3)])
    assert (drawn.along, drawn.against) == (0, 1)


@pytest.mark.parametrize(("points", "strokes"), [(3, 3), (9, 9), (17, 17), (18, 9), (27, 9), (90, 9)])
def test_few_strokes_are_readable(points, strokes):
    assert len(slopes([(float(x), 2.0 * x, 2.0) for x in range(points)]).strokes) == strokes


@pytest.mark.parametrize(
    ("slope", "seen"),
    [
        (1.0, "along"),
        (1.2, "along"),
        (1.3, "steeper"),
        (0.9, "along"),
        (0.7, "flatter"),
        (-0.05, "flatter"),
        (-0.2, "against"),
    ],
)
def test_a_stroke_beside_the_diagonal_is(slope, seen):
    # the picture stretches x by 168 and y by 88, the curve rises by 27.6 degrees in it
    drawn = slopes([(0.0, 0.0, None), (1.0, 1.0, slope), (2.0, 2.0, None)])
    assert {name for name in ("along", "steeper", "flatter", "against") if getattr(drawn, name)} == {seen}


def test_bars_stand_on_one_line_and_the_largest_is_160_high():
    assert bars([1, 4], ["a", "b"]) == (
        Bar(x=2.0, y=140.0, width=176.0, height=40.0, label="a", count=1),
        Bar(x=182.0, y=20.0, width=176.0, height=160.0, label="b", count=4),
    )
    assert bars([0], ["z"]) == (Bar(x=2.0, y=180.0, width=356.0, height=0.0, label="z", count=0),)
    assert bars([], []) == ()
