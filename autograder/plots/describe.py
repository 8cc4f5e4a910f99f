"""From a Matplotlib figure to :class:`~autograder.plots.data.FigureData`; runs where the figure is.

What an artist says in public is used where it says enough. Matplotlib keeps the corners of surfaces, the ends of a
contour's grid and those of single arrows in private attributes. They may move, as the corners did (``_vec`` until 3.10,
``_faces`` from 3.11 on, so both are looked for), and a figure is then described without them.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.plots.data import (
    Arrows,
    AxesData,
    Contours,
    FigureData,
    Level,
    Line,
    Note,
    Points,
    Surface,
)
from autograder.plots.thinning import MAX_READ, Thin, few, floats

MAX_AXES = 30
MAX_TEXT = 300


def describe(figure: Any) -> FigureData:
    """What a figure shows.

    Args:
        figure: a Matplotlib ``Figure``, or anything that leads to one: ``Axes``, an artist or a contour set in it,
            a tuple such as ``(fig, ax)``.

    Raises:
        TypeError: no figure can be found there.

    Example:
        >>> from matplotlib.figure import Figure
        >>> figure = Figure()
        >>> _ = figure.subplots().plot([0, 1], [0, 2])
        >>> describe(figure).axes[0].lines[0].y
        (0.0, 2.0)
    """
    found = figure_of(figure)
    if found is None:
        raise TypeError(f"no figure in a {type(figure).__name__}")
    cut = False
    described = []
    for axes in _every_axes(found):
        # a colour bar is axes of its own, and labels there are not the plot's
        if getattr(axes, "_colorbar", None) is not None or axes.get_label() == "<colorbar>":
            continue
        # nothing was drawn there: subplots that were left over, or the other one of a twin
        if not axes.has_data() and not axes.texts:
            continue
        one, thinned = _axes(axes)
        described.append(one)
        cut = cut or thinned
    return FigureData(title=_text(getattr(found, "get_suptitle", str)()), axes=tuple(described), cut=cut)


def _every_axes(figure: Any) -> list[Any]:
    """The axes of a figure and those that are set into them."""
    from matplotlib.axes import Axes

    every = list(figure.axes)
    for axes in every:  # grows while it is walked through
        every += [inner for inner in axes.child_axes if isinstance(inner, Axes)][:MAX_AXES]
        if len(every) > MAX_AXES:
            break
    return every[:MAX_AXES]


def figure_of(value: Any) -> Any:
    """The Matplotlib figure that a value is or belongs to, or None."""
    from matplotlib.artist import Artist
    from matplotlib.container import Container
    from matplotlib.figure import Figure, SubFigure

    if isinstance(value, Figure):
        return value
    if isinstance(value, Artist | SubFigure):
        return value.get_figure(root=True)
    if type(value).__module__.startswith("sympy.plotting"):
        return _of_sympy(value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.ravel().tolist()
    if isinstance(value, list | tuple | Container):
        for item in list(value)[:20]:
            found = figure_of(item)
            if found is not None:
                return found
    return None


def _of_sympy(plot: Any) -> Any:
    """The figure of what ``sympy.plot`` returns, or None; with ``show=False`` there is none before it is asked for."""
    if getattr(plot, "fig", None) is None and hasattr(plot, "process_series"):
        plot.process_series()
        plot.close()  # or the notebook would show it below the check
    return getattr(plot, "fig", None)


def _axes(axes: Any) -> tuple[AxesData, bool]:
    thin = Thin()
    three_d = hasattr(axes, "get_zlim")
    kinds: dict[str, list[Any]] = {"lines": [], "points": [], "contours": [], "arrows": [], "surfaces": []}
    others: dict[str, None] = {}
    for line in thin.first(axes.get_lines(), MAX_READ):
        if line.get_visible():
            kinds["lines"].append(_line(line, thin, None if three_d else axes.transData))
    for artist in thin.first(axes.collections):
        if not artist.get_visible():
            continue
        kind, data = _collection(artist, thin)
        if kind:
            kinds[kind].extend(thin.first(data, MAX_READ - len(kinds[kind])))
        else:
            others[type(artist).__name__] = None
    shafts = [_single_arrow(artist, axes.transData) for artist in thin.first([*axes.patches, *axes.texts], MAX_READ)]
    headless = [shaft[:2] for shaft in shafts if shaft and not shaft[2]]
    kinds["lines"] += [Line(x=(x0, x1), y=(y0, y1)) for (x0, y0), (x1, y1) in headless]
    if single := [(*start, *np.subtract(end, start)) for start, end, head in filter(None, shafts) if head]:
        x, y, u, v = thin(*zip(*single, strict=True))
        kinds["arrows"].append(Arrows(x=x, y=y, u=u, v=v, angles="xy", scale=1.0))
    legend = axes.get_legend()
    return (
        AxesData(
            xlabel=_axis_label(axes, "x"),
            ylabel=_axis_label(axes, "y"),
            zlabel=_text(axes.get_zlabel()) if three_d else "",
            title=_text(axes.get_title() or axes.get_title(loc="left") or axes.get_title(loc="right")),
            xscale=axes.get_xscale(),
            yscale=axes.get_yscale(),
            xlim=_pair(axes.get_xlim()),
            ylim=_pair(axes.get_ylim()),
            equal_aspect=_equal_aspect(axes),
            three_d=three_d,
            legend=tuple(_text(text.get_text()) for text in legend.get_texts()) if legend else (),
            lines=tuple(few(kinds["lines"], thin)),
            points=tuple(kinds["points"]),
            contours=tuple(kinds["contours"]),
            arrows=tuple(kinds["arrows"]),
            surfaces=tuple(kinds["surfaces"]),
            notes=tuple(note for text in thin.first(axes.texts) if (note := _note(text, axes.transData))),
            others=tuple(others),
        ),
        thin.cut,
    )


def _line(line: Any, thin: Thin, data: Any) -> Line:
    drawn = line.get_linestyle() not in {"None", "none", " ", ""} and line.get_drawstyle() == "default"
    label = _label(line)
    if hasattr(line, "get_data_3d"):
        x, y, z = thin(*line.get_data_3d())
        return Line(x=x, y=y, z=z, label=label, drawn=drawn)
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    if data is not None and line.get_transform() != data:
        # axline and axhline know only where they meet the frame
        x, y = data.inverted().transform(line.get_transform().transform(np.column_stack([x, y]))).T
    x, y = thin(x, y)
    return Line(x=x, y=y, label=label, drawn=drawn)


def _collection(artist: Any, thin: Thin) -> tuple[str, list[Any]]:
    from matplotlib.collections import LineCollection, PathCollection
    from matplotlib.contour import ContourSet
    from matplotlib.quiver import Quiver

    if isinstance(artist, ContourSet):
        return "contours", [_contours(artist, thin)]
    if isinstance(artist, Quiver):
        return "arrows", [_arrows(artist, thin)]
    corners = _corners(artist)
    if corners is not None:
        wire = not hasattr(artist, "get_facecolor") or hasattr(artist, "_segments3d")
        x, y, z = thin(*corners)
        return "surfaces", [Surface(x=x, y=y, z=z, wire=wire)]
    label = _label(artist)
    if isinstance(artist, PathCollection):
        offsets = getattr(artist, "_offsets3d", None)
        flat: Any = np.ma.filled(np.ma.asarray(artist.get_offsets(), dtype=float), np.nan)
        columns = thin(*offsets) if offsets is not None else thin(*flat.T)
        return "points", [
            Points(x=columns[0], y=columns[1], z=columns[2] if offsets is not None else None, label=label)
        ]
    if isinstance(artist, LineCollection):
        lines = []
        for segment in thin.first(artist.get_segments(), MAX_READ):
            if len(segment):
                x, y = thin(*np.asarray(segment, dtype=float).T)
                lines.append(Line(x=x, y=y, label=label))
        return "lines", lines
    return "", []


def _corners(artist: Any) -> np.ndarray[Any, Any] | None:
    """(3, n) corners of what was drawn by plot_surface, plot_trisurf or plot_wireframe; None for anything else."""
    faces = getattr(artist, "_faces", None)
    if faces is not None and np.ndim(faces) == 3:
        corners: np.ndarray[Any, Any] = np.ma.filled(np.ma.asarray(faces, dtype=float), np.nan)
        hidden = getattr(artist, "_invalid_vertices", False)
        if np.shape(hidden) == corners.shape[:2]:
            corners = corners[~np.asarray(hidden)]
        columns: np.ndarray[Any, Any] = corners.reshape(-1, 3).T
        return columns
    vectors = getattr(artist, "_vec", None)
    if vectors is not None and np.ndim(vectors) == 2 and np.shape(vectors)[0] >= 3:
        return np.asarray(vectors, dtype=float)[:3]
    segments = getattr(artist, "_segments3d", None)
    if segments is not None and len(segments):
        return np.concatenate([np.asarray(segment, dtype=float).reshape(-1, 3) for segment in segments]).T
    return None


def _contours(artist: Any, thin: Thin) -> Contours:
    levels = floats(artist.levels)
    paths = artist.get_paths()
    if artist.filled:
        low, high = artist._get_lowers_and_uppers()
        bounds = list(zip(floats(low).tolist(), floats(high).tolist(), strict=False))
    else:
        bounds = [(level, level) for level in levels.tolist()]
    parts = []
    for (low_one, high_one), path in zip(thin.first(bounds), paths, strict=False):
        vertices = np.asarray(path.vertices, dtype=float)
        if path.codes is not None:
            vertices = vertices[path.codes != path.CLOSEPOLY]
        x, y = thin(vertices[:, 0], vertices[:, 1]) if len(vertices) else ((), ())
        parts.append(Level(low=low_one, high=high_one, x=x, y=y))
    return Contours(filled=bool(artist.filled), levels=tuple(levels.tolist()), parts=tuple(parts), reach=_reach(artist))


def _reach(artist: Any) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Ends of a contour's grid, which its vertices need not come near to."""
    try:
        (x0, y0), (x1, y1) = artist._mins, artist._maxs
        return (float(x0), float(x1)), (float(y0), float(y1))
    except (AttributeError, TypeError, ValueError):  # private, and it may move
        return None


def _arrows(quiver: Any, thin: Thin) -> Arrows:
    u, v = (np.broadcast_to(floats(each), (quiver.N,)) for each in (quiver.U, quiver.V))
    masked = np.ma.getmaskarray(np.ma.masked_array(u, quiver.Umask)) | ~np.isfinite(u * v)
    angles = quiver.angles
    if not isinstance(angles, str):
        # the direction is the one that was given, whatever u and v are
        turned = np.radians(np.broadcast_to(floats(angles), u.shape))
        u, v = np.hypot(u, v) * np.cos(turned), np.hypot(u, v) * np.sin(turned)
        angles = "given"
    # Quiver itself puts a 1 in the place of what is masked
    u, v = np.where(masked, np.nan, u), np.where(masked, np.nan, v)
    x, y, u_kept, v_kept = thin(quiver.XY[:, 0], quiver.XY[:, 1], u, v)
    fixed = angles == "xy" and quiver.scale_units == "xy" and quiver.scale
    return Arrows(
        x=x,
        y=y,
        u=u_kept,
        v=v_kept,
        angles=angles,
        scale=float(quiver.scale) if fixed else None,
        before={"tip": 1.0, "middle": 0.5, "mid": 0.5}.get(quiver.pivot, 0.0),
    )


def _note(text: Any, data: Any) -> Note | None:
    """A text that is seen, at its place in data coordinates; None where it has none."""
    from matplotlib.text import Annotation

    said = _text(text.get_text())
    if not said or not text.get_visible():
        return None
    if hasattr(text, "get_position_3d"):
        x, y, z = map(float, text.get_position_3d())
        return Note(text=said, x=x, y=y, z=z)
    try:
        if isinstance(text, Annotation):
            return (
                Note(text=said, x=float(text.xy[0]), y=float(text.xy[1]), tip=True) if text.xycoords == "data" else None
            )
        x, y = data.inverted().transform(text.get_transform().transform(text.get_position()))
        return Note(text=said, x=float(x), y=float(y))
    except (TypeError, ValueError):  # a date or a category is no place of a function
        return None


def _single_arrow(artist: Any, data: Any) -> tuple[tuple[float, float], tuple[float, float], bool] | None:
    """Start, end and whether the head is at the end, of a ``FancyArrowPatch``, an ``Axes.arrow`` or an ``annotate``.

    What has no head, or one at either end, points nowhere. None for what is not given in data coordinates.
    """
    from matplotlib.patches import FancyArrow, FancyArrowPatch
    from matplotlib.text import Annotation

    try:
        if not artist.get_visible():
            return None
        if isinstance(artist, FancyArrow):
            drawn: Any = artist
            x, y = float(drawn._x), float(drawn._y)
            return (x, y), (x + float(drawn._dx), y + float(drawn._dy)), True
        if type(artist) is FancyArrowPatch and artist.get_transform() == data:  # a ConnectionPatch is one of its own
            patch, (start, end) = artist, artist._posA_posB  # type: ignore[attr-defined]
        elif isinstance(artist, Annotation) and artist.arrow_patch and artist.xycoords == artist.anncoords == "data":
            patch, start, end = artist.arrow_patch, artist.get_position(), artist.xy
        else:
            return None
        (x0, y0), (x1, y1) = map(float, start), map(float, end)
    except (AttributeError, TypeError, ValueError):  # a private attribute moved, or a date: not an arrow for us
        return None
    # "<-", "-|>", "]-[" and the like; "simple" and "fancy" have no such sign and their head at the end
    sign = str(getattr(patch.get_arrowstyle(), "arrow", "->"))
    if sign.startswith("<") and not sign.endswith(">"):
        return (x1, y1), (x0, y0), True
    return (x0, y0), (x1, y1), sign.endswith(">") and not sign.startswith("<")


def _equal_aspect(axes: Any) -> bool:
    """Whether one unit is as long on both axes, as ``set_aspect("equal")`` and ``axis("equal")`` make it.

    A box whose sides are to each other as the limits are does the same.
    """
    aspect = axes.get_aspect()
    if aspect != "auto":
        return aspect == "equal" or (not isinstance(aspect, str) and abs(float(aspect) - 1.0) < 1e-9)
    if hasattr(axes, "get_zlim") or (axes.get_xscale(), axes.get_yscale()) != ("linear", "linear"):
        return False
    width, height = (abs(high - low) for low, high in (_pair(axes.get_xlim()), _pair(axes.get_ylim())))
    box = axes.get_box_aspect() or axes.bbox.height / axes.bbox.width
    return bool(width > 0 and abs(box * width / height - 1.0) < 1e-3)


def _axis_label(axes: Any, which: str) -> str:
    """The label of an axis; where it has none of its own, of axes that share it, or of the whole figure."""
    own: str = _text(getattr(axes, f"get_{which}label")())
    if own or hasattr(axes, "get_zlim"):
        return own
    sharing = getattr(axes, f"get_shared_{which}_axes")().get_siblings(axes)
    shared = [_text(getattr(other, f"get_{which}label")()) for other in sharing]
    figure = axes.get_figure(root=False)
    shared += [_text(getattr(of, f"get_sup{which}label")()) for of in (figure, axes.get_figure(root=True))]
    return next((label for label in shared if label), "")


def _pair(limits: Iterable[Any]) -> tuple[float, float]:
    low, high = limits
    return float(low), float(high)


def _label(artist: Any) -> str:
    """The artist's label, without those that Matplotlib makes up (``_child3``)."""
    label = _text(artist.get_label())
    return "" if label.startswith("_") else label


def _text(text: Any) -> str:
    return str(text).strip()[:MAX_TEXT]
