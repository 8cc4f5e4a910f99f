"""What a figure shows, as plain numbers and words: the records that leave the student's process."""

from autograder.model import Record

Numbers = tuple[float, ...]


class Line(Record, frozen=True, kw_only=True):
    """A polyline or a row of markers; ``z`` only in three dimensions. Gaps are NaN."""

    x: Numbers
    y: Numbers
    z: Numbers | None = None
    label: str = ""
    drawn: bool = True
    """False where no straight lines join the points: only markers, or stairs."""


class Points(Record, frozen=True, kw_only=True):
    """A scatter."""

    x: Numbers
    y: Numbers
    z: Numbers | None = None
    label: str = ""


class Level(Record, frozen=True, kw_only=True):
    """The curve of one contour level, or the outline of one band: the vertices of all its pieces in a row."""

    low: float
    high: float
    """Equal to ``low`` for a curve; ±inf for a band that ``extend`` leaves open."""
    x: Numbers
    y: Numbers


class Contours(Record, frozen=True, kw_only=True):
    """A ``contour`` (curves) or ``contourf`` (filled bands)."""

    filled: bool
    levels: Numbers
    parts: tuple[Level, ...]
    reach: tuple[tuple[float, float], tuple[float, float]] | None = None
    """Ends of the grid in x and in y; None where Matplotlib does not tell."""


class Arrows(Record, frozen=True, kw_only=True):
    """A ``quiver``, or arrows drawn one by one."""

    x: Numbers
    y: Numbers
    u: Numbers
    v: Numbers
    angles: str = "uv"
    """As Matplotlib's: ``uv`` keeps the direction on the screen, ``xy`` points from (x, y) to (x + u, y + v)."""
    scale: float | None = None
    """The arrow is as long as (u, v) divided by this; None where Matplotlib chooses a length that fits the window."""
    before: float = 0.0
    """Which share of the arrow lies before (x, y): 0 where it begins there, 1 where it ends there."""


class Surface(Record, frozen=True, kw_only=True):
    """Corners of the faces of a surface, or of the wires of a wireframe."""

    x: Numbers
    y: Numbers
    z: Numbers
    wire: bool = False


class Note(Record, frozen=True, kw_only=True):
    """A text in a figure, and the place that it is about."""

    text: str
    x: float
    y: float
    z: float | None = None
    tip: bool = False
    """Whether the place is the point that an ``annotate`` names; else it is where the text begins, beside its point."""


class AxesData(Record, frozen=True, kw_only=True):
    """One coordinate system."""

    xlabel: str = ""
    """Its own, or the one it shares with other axes or with the whole figure."""
    ylabel: str = ""
    zlabel: str = ""
    title: str = ""
    xscale: str = "linear"
    yscale: str = "linear"
    xlim: tuple[float, float] = (0.0, 1.0)
    ylim: tuple[float, float] = (0.0, 1.0)
    equal_aspect: bool = False
    three_d: bool = False
    legend: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    points: tuple[Points, ...] = ()
    contours: tuple[Contours, ...] = ()
    arrows: tuple[Arrows, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    notes: tuple[Note, ...] = ()
    others: tuple[str, ...] = ()
    """Kinds of what is drawn besides, such as ``QuadMesh``."""


class FigureData(Record, frozen=True, kw_only=True):
    """A whole figure; colour bars and empty axes are left out."""

    title: str = ""
    axes: tuple[AxesData, ...] = ()
    cut: bool = False
    """Whether something was thinned out because it had too many points, or left out because there was too much."""
