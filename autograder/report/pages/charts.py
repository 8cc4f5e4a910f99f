"""The two drawings on the pages, as coordinates for the SVG templates; every one has a text equivalent beside it."""

from collections import Counter
from collections.abc import Sequence
from math import atan

from autograder.model import Record

WIDTH, HEIGHT, MARGIN = 360.0, 200.0, 12.0
STROKE = 14.0  # half the length of a slope stroke, in pixels
ALONG = 0.1  # radians on the picture; a stroke nearer to the curve's direction is seen as lying along it


class Slopes(Record, frozen=True, kw_only=True):
    """The graph of a public function with the student's slopes drawn on it."""

    graph: tuple[str, ...]
    """SVG ``points`` of one polyline per connected piece."""
    strokes: tuple[tuple[float, float, float, float], ...]
    """x1, y1, x2, y2 of each stroke."""
    along: int
    """Strokes that lie along the curve; the other three counts are what is seen of the rest."""
    steeper: int
    flatter: int
    against: int
    """Strokes that rise where the curve falls, or fall where it rises."""
    low: tuple[float, float]
    high: tuple[float, float]


def slopes(points: Sequence[tuple[float, float, float | None]]) -> Slopes | None:
    """Lay out (x, f(x), slope) as a graph with short strokes of the given slopes.

    Args:
        points: sorted by x, in the function's units; entries that are not finite split the graph; a slope of None
            belongs to the graph only.

    Returns:
        None with fewer than three finite points or a flat, zero-width picture.
    """
    finite = [p for p in points if all(v is None or abs(v) < 1e12 for v in p)]
    if len(finite) < 3 or all(slope is None for _, _, slope in finite):
        return None
    xs, ys = [p[0] for p in finite], [p[1] for p in finite]
    low, high = (min(xs), min(ys)), (max(xs), max(ys))
    if high[0] <= low[0]:
        return None
    across = (WIDTH - 2 * MARGIN) / (high[0] - low[0])
    up = (HEIGHT - 2 * MARGIN) / ((high[1] - low[1]) or 1.0)

    def place(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - low[0]) * across, HEIGHT - MARGIN - (y - low[1]) * up

    strokes = []
    seen: Counter[str] = Counter()
    known = [(at, x, y, slope) for at, (x, y, slope) in enumerate(finite) if slope is not None]
    for at, x, y, slope in known[:: max(1, len(known) // 9)]:
        before, after = finite[max(at - 1, 0)], finite[min(at + 1, len(finite) - 1)]
        curve = (after[1] - before[1]) / (after[0] - before[0]) if after[0] > before[0] else slope
        seen[_compared(slope * up / across, curve * up / across)] += 1
        px, py = place(x, y)
        dx, dy = 1.0, -slope * up / across
        length = (dx * dx + dy * dy) ** 0.5
        sx, sy = STROKE * dx / length, STROKE * dy / length
        strokes.append((round(px - sx, 1), round(py - sy, 1), round(px + sx, 1), round(py + sy, 1)))

    pieces: list[list[str]] = [[]]
    drawn = set(finite)
    for p in points:
        if p in drawn:
            px, py = place(p[0], p[1])
            pieces[-1].append(f"{px:.1f},{py:.1f}")
        elif pieces[-1]:
            pieces.append([])
    return Slopes(
        graph=tuple(" ".join(piece) for piece in pieces if len(piece) > 1),
        strokes=tuple(strokes),
        low=low,
        high=high,
        along=seen["along"],
        steeper=seen["steeper"],
        flatter=seen["flatter"],
        against=seen["against"],
    )


def _compared(stroke: float, curve: float) -> str:
    """How a stroke of this slope looks beside a curve of that slope, both as drawn."""
    if abs(atan(stroke) - atan(curve)) <= ALONG:
        return "along"
    if stroke * curve < 0 and min(abs(atan(stroke)), abs(atan(curve))) > ALONG:
        return "against"
    return "steeper" if abs(stroke) > abs(curve) else "flatter"


class Bar(Record, frozen=True, kw_only=True):
    """One bar of a histogram, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int


def bars(counts: Sequence[int], labels: Sequence[str]) -> tuple[Bar, ...]:
    """A histogram: one bar per count, scaled to the largest."""
    step = WIDTH / max(1, len(counts))
    room = HEIGHT - 40
    most = max([*counts, 1])
    return tuple(
        Bar(
            x=round(i * step + 2, 1),
            y=round(20 + room * (1 - count / most), 1),
            width=round(step - 4, 1),
            height=round(room * count / most, 1),
            label=label,
            count=count,
        )
        for i, (count, label) in enumerate(zip(counts, labels, strict=True))
    )
