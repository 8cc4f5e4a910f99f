"""Points of a figure that a text names: the maximum, a saddle, an inflection point."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError
from autograder.plots.base import FunctionPlot, nearest
from autograder.plots.curves import CrossSectionPlot
from autograder.plots.data import AxesData
from autograder.plots.fields import ContourPlot, SurfacePlot
from autograder.plots.lines import scattered, shafts
from autograder.questions import Gradient, Hessian
from autograder.questions.answers import read_point

__all__ = ["AnnotatedPlot"]

_WORDS = {
    "maximum": r"max|maxim\w*|hochpunkt|gipfel|peak|highest|top|hp|h(?=\s*\()",
    "minimum": r"min|minim\w*|tiefpunkt|tal|valley|trough|lowest|bottom|tp|t(?=\s*\()",
    "saddle": r"saddle\w*|sattel\w*|pass|sp",
    "inflection": r"inflection|inflexion|wendepunkt|wendestelle|wp|w(?=\s*\()",
    "root": r"root|zero|nullstelle",
}
"""Kind of point → what people call it."""
_EXACT, _BESIDE, _UPON = 0.02, 0.25, 0.002
"""How far a mark may be from its point, a text from its mark, and one without a mark, as a share of the picture."""
_DENIED = re.compile(
    r"\b(?:no|not|nor|neither|kein\w*|nicht|weder|noch)\b(?:\s+(?:an?|the|ein\w*|lo[ck]al\w*))*\s+\w+", re.I
)
_OPPOSITE = {"maximum": "minimum", "minimum": "maximum"}

Place = tuple[float, float]


class AnnotatedPlot(FunctionPlot):
    """The graph, the contours or the surface of a function, with a text at each point that was asked for.

    A text is an ``annotate`` that points there, a text beside a mark, or a mark's entry in the legend.

    Args:
        function, wrt, domain, **options: as for :class:`autograder.plots.base.FunctionPlot`; one or two variables.
        points: name → place, ``{"maximum": -1, "saddle": (0, 0)}``; of ``maximum``, ``minimum``, ``saddle``,
            ``inflection`` and ``root`` it is checked that the function has one there.
        words: name → other names that a text may give it, besides the usual ones.
        graph: whether the function must be shown as well.

    Raises:
        AuthorError: a point is not what its name says, or as for the base.

    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> x, axes = np.linspace(-2, 2, 50), Figure().subplots()
    >>> _ = axes.plot(x, x**3 - 3*x), axes.annotate("max", (-1, 2)), axes.annotate("min", (1, -2))
    >>> AnnotatedPlot("x**3 - 3*x", "x", points={"maximum": -1, "minimum": 1}).judge(axes).outcome.value
    'CORRECT'
    """

    def __init__(
        self,
        function: Any,
        wrt: str | Sequence[str],
        *,
        points: Mapping[str, Any],
        words: Mapping[str, Sequence[str]] | None = None,
        graph: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(function, wrt, **options)
        if len(self.wrt) > 2 or not points:
            raise AuthorError("annotated are points of a function of one or two variables, one at least")
        if unknown := {*(words or {})} - {*points}:
            raise AuthorError(f"words= names {', '.join(sorted(unknown))}, and the points are {', '.join(points)}")
        self.graph = graph
        self.exact = {name: read_point(place, self.wrt, label=f"points[{name!r}]") for name, place in points.items()}
        self.names = {name: _pattern(name, (words or {}).get(name, ())) for name in dict.fromkeys((*points, *_WORDS))}
        for name in points:
            self._refuse(name)
        coordinates = {name: [float(value) for value in place.values()] for name, place in self.exact.items()}
        self.places: dict[str, Place] = {
            name: (at[0], float(self.f(np.array(at))[0])) if len(at) == 1 else (at[0], at[1])
            for name, at in coordinates.items()
        }

    @property
    def prompt(self) -> str:
        return f"{self.text} with a text at: {', '.join(self.places)}"

    def _refuse(self, name: str) -> None:
        place = {symbol: self.exact[name][symbol.name] for symbol in self.symbols}
        slopes = [sp.diff(self.expression, symbol) for symbol in self.symbols]
        bends = sp.Matrix([[sp.diff(slope, symbol) for symbol in self.symbols] for slope in slopes]).subs(place)
        signs = np.linalg.eigvalsh(np.array(bends.evalf().tolist(), dtype=float))
        level = all(abs(float(slope.subs(place).evalf())) < 1e-6 for slope in slopes)
        # where it does not bend, as x**4 does not at 0, nothing is said
        wrong = {
            "maximum": not level or signs.max() > 1e-9,
            "minimum": not level or signs.min() < -1e-9,
            "saddle": not level or (len(signs) > 1 and signs.min() * signs.max() > 1e-9),
            "inflection": bool(np.abs(signs).max() > 1e-6),
            "root": abs(float(self.expression.subs(place).evalf())) > 1e-6,
        }
        if wrong.get(name):
            raise AuthorError(f"points[{name!r}]: {self.text} has no {name} there")

    def certify(self) -> None:
        """Hold SymPy's first and second derivatives against JAX's at the points; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree.
        """
        for place in self.exact.values():
            Gradient(self.text, self.wrt, at=place).certify()
            Hessian(self.text, self.wrt, at=place).certify()

    def problem(self, axes: AxesData) -> str:
        if self.graph and (found := self._shown().get(self._kind_of(axes), "plot_no_contours")):
            shown = found if isinstance(found, str) else found.problem(axes)
            if shown:
                return shown
        notes = [*self._notes(axes)]
        if not notes:
            return "plot_no_note"
        return nearest_problem([self._of_point(name, notes, axes) for name in self.places])

    def _kind_of(self, axes: AxesData) -> str:
        return "curve" if len(self.wrt) == 1 else "surface" if axes.surfaces else "contours" if axes.contours else ""

    def _shown(self) -> dict[str, FunctionPlot]:
        """Kind of picture → the question whether it shows the function."""
        if len(self.wrt) == 1:
            return {"curve": CrossSectionPlot(self.text, self.wrt, domain=self.domain)}
        return {kind: each(self.text, self.wrt, domain=self.domain) for kind, each in _PICTURES.items()}

    def _notes(self, axes: AxesData) -> Iterator[tuple[str, Place, bool]]:
        """Every text with its place and whether that is the point itself."""
        arrows = shafts(axes)
        for note in axes.notes:
            yield note.text, (note.x, note.y), note.tip
            # a text at the end of an arrow that was drawn by itself is about the other end
            begun = [arrow for arrow in arrows if _near((note.x, note.y), (arrow.x[0], arrow.y[0]), axes, _BESIDE)]
            if begun and not note.tip and note.z is None:
                arrow = min(begun, key=lambda each: _apart((note.x, note.y), (each.x[0], each.y[0]), axes))
                yield note.text, (arrow.x[1], arrow.y[1]), True
        for x, y, label in self._marks(axes):
            if label and label in axes.legend:
                yield label, (x, y), True

    def _marks(self, axes: AxesData) -> Iterator[tuple[float, float, str]]:
        """Where marks stand, with their labels."""
        rows = [*scattered(axes), *(line for line in axes.lines if not line.drawn or len(line.x) == 1)]
        for row in rows:
            for x, y in zip(row.x, row.y, strict=True):
                yield x, y, row.label

    def _of_point(self, name: str, notes: Sequence[tuple[str, Place, bool]], axes: AxesData) -> str:
        place = self.places[name]
        said = [note for note in notes if self._names(name, note[0])]
        if any(self._at(note, place, axes) for note in said):
            return "" if any(self._settled(note, place, axes) for note in said) else "plot_note_unmarked"
        for other, elsewhere in self.places.items():
            if other != name and any(self._at(note, elsewhere, axes) for note in said):
                return "plot_note_exchanged"
        here = [note for note in notes if self._at(note, place, axes)]
        known = {kind for kind in self.names for note in here if self.names[kind].search(_plain(note[0]))}
        if known - {name}:
            return "plot_note_exchanged" if (known - {name}) & {*self.places} else "plot_note_kind"
        if not said:
            return "plot_note_unnamed" if here else "plot_note_missing"
        if any(self._at((text, at[::-1], tip), place, axes) for text, at, tip in said):
            return "plot_note_sideways"
        width = abs(axes.xlim[1] - axes.xlim[0])
        upright = len(self.wrt) == 1 and any(abs(at[0] - place[0]) <= _EXACT * width for _, at, _ in said)
        return "plot_note_height" if upright else "plot_note_place"

    def _names(self, name: str, text: str) -> bool:
        """Whether a text says that a point is of a kind, and does not leave open of which."""
        other = self.names.get(_OPPOSITE.get(name, ""))
        return bool(self.names[name].search(_plain(text))) and not (other and other.search(_plain(text)))

    def _at(self, note: tuple[str, Place, bool], place: Place, axes: AxesData) -> bool:
        """Whether a text belongs to a place: it points there, or begins beside it."""
        _, at, tip = note
        return _near(at, place, axes, _EXACT if tip else _BESIDE)

    def _settled(self, note: tuple[str, Place, bool], place: Place, axes: AxesData) -> bool:
        """Whether it is seen which point a text means: it points there, or a mark stands there."""
        if not self._at(note, place, axes):
            return False
        upon = note[2] or _near(note[1], place, axes, _UPON)
        return upon or any(_near((x, y), place, axes, _EXACT) for x, y, _ in self._marks(axes))


_PICTURES: dict[str, Any] = {"surface": SurfacePlot, "contours": ContourPlot}


def nearest_problem(problems: Sequence[str]) -> str:
    """Of several points the first problem, those that say the most first; nothing where there is none."""
    found = [problem for problem in problems if problem]
    if not found:
        return ""
    if len(found) == len(problems) and {*found} == {"plot_note_missing"}:
        return "plot_no_note"
    return nearest(found)


def _pattern(name: str, words: Sequence[str]) -> re.Pattern[str]:
    """What a text must hold that names a kind of point."""
    called = "|".join([_WORDS.get(name, re.escape(name)), *map(re.escape, words)])
    return re.compile(rf"(?<![^\W_])(?:{called})(?![^\W_])", re.IGNORECASE)


def _near(at: Place, place: Place, axes: AxesData, share: float) -> bool:
    width, height = (abs(high - low) for low, high in (axes.xlim, axes.ylim))
    return abs(at[0] - place[0]) <= share * width and abs(at[1] - place[1]) <= share * height


def _apart(at: Place, place: Place, axes: AxesData) -> float:
    """How far two places are from each other, as a share of the picture."""
    width, height = (abs(high - low) or 1.0 for low, high in (axes.xlim, axes.ylim))
    return abs(at[0] - place[0]) / width + abs(at[1] - place[1]) / height


def _plain(text: str) -> str:
    r"""A text without what LaTeX adds, and without what it denies: ``$\mathrm{max}$`` is max."""
    text = _DENIED.sub(" ", text)
    return re.sub(r"\\(?:mathrm|text|textbf|mathbf)|[$\\{}]", " ", text)
