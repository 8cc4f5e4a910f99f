"""A student's own figures as pictures: the notebook runs once more in the jail, and what it drew comes out as pixels.

Only width, height and the bytes of the pixels leave the jail; the picture file is made out here, so that nothing that a
student's process wrote is ever parsed as a picture. Kept below the output folder, under the notebook's digest.
"""

import base64
import io
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from autograder.batch import digests
from autograder.errors import AutograderError
from autograder.folder.figures import notebook_path
from autograder.folder.kept import HIDDEN
from autograder.model import Record, Submission
from autograder.report import write_atomically
from autograder.sandbox.limits import Limits

FOLDER = "figures"
MOST = 6
"""Figures that are drawn of one question."""
WIDEST, HIGHEST = 1600, 1600
_VERSION = b"2"
"""Raised when pictures are drawn in another way."""

_LIST = """
import json, sys
kept = names.setdefault("__figures__", [])
found = []
if "matplotlib" in sys.modules:
    from autograder.plots import figure_of
    called = {}
    def add(value, name=None):
        try:
            figure = figure_of(value)
        except Exception:
            return
        if figure is None:
            return
        place = next((n for n, other in enumerate(kept) if other is figure), len(kept))
        if place == len(kept):
            kept.append(figure)
            found.append([place, [], True])
        if name is not None:
            called.setdefault(place, []).append(name)
    before = len(kept)
    for name, value in list(names.items()):
        if isinstance(name, str) and not name.startswith("_"):
            drawn = type(value).__module__.startswith(("matplotlib", "mpl_toolkits", "sympy.plotting"))
            if drawn or (isinstance(value, (tuple, list)) and len(value) < 20):
                add(value, name[:80])
    shell = names["get_ipython"]() if callable(names.get("get_ipython")) else None
    for value in list(getattr(shell, "figures", ())):
        add(value)
    if "matplotlib.pyplot" in sys.modules:
        for number in sys.modules["matplotlib.pyplot"].get_fignums():
            add(sys.modules["matplotlib.pyplot"].figure(number))
    found = [[place, called.get(place, [])[:20], place >= before] for place in range(len(kept))][:60]
result = json.dumps(found)
"""
"""Run among the student's objects: every figure there is, with the names that it has and whether it is new."""
_DRAW = """
import base64, io, json, zlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
order = json.loads(argument)
found = []
for place in order["places"]:
    figure = names["__figures__"][place]
    FigureCanvasAgg(figure)
    dpi = min(110.0, order["widest"] / figure.get_figwidth(), order["highest"] / figure.get_figheight())
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=dpi, bbox_inches="tight", facecolor="white")
    picture = Image.open(drawn).convert("RGBA")
    found.append([*picture.size, base64.b64encode(zlib.compress(picture.tobytes(), 6)).decode()])
result = json.dumps(found)
"""
"""The same: the pixels of some of them."""


class Drawn(Record, frozen=True, kw_only=True):
    """What came of one notebook."""

    figures: dict[str, int] = msgspec.field(default_factory=dict)
    """Question → how many pictures there are of it."""
    problem: str = ""
    """Why there are none, for the person who looks."""


class Painter:
    """Draws notebooks one after another in a thread of its own, in which the jail lives and dies.

    Args:
        folder: the output folder.
        assignment: finds the autograder.zip or folder; None where it is not there any more.
        sandbox: as in the run.
        limits: likewise.
    """

    def __init__(self, folder: Path, assignment: Callable[[], Path | None], sandbox: str, limits: Limits) -> None:
        self._folder = folder
        self._assignment = assignment
        self._kind = sandbox
        self._limits = limits
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")
        self._waiting: dict[str, Future[Drawn]] = {}
        self._lock = threading.Lock()
        self._jail: Any = None
        self._loaded: Any = None
        self._closed = False

    def drawn(self, submission: Submission) -> "Future[Drawn]":
        """The pictures of one notebook, drawn unless they are there."""
        with self._lock:
            future = self._waiting.get(submission.key)
            if future is None:
                future = self._waiting[submission.key] = self._thread.submit(self._draw, submission)
            return future

    def picture(self, submission: Submission, question: str, number: int) -> bytes | None:
        """One PNG; None where there is none."""
        home = self._home(submission)
        if home is None:
            return None
        drawn = _read(home)
        if drawn is None or not 0 <= number < drawn.figures.get(question, 0):
            return None
        try:
            return (home / _file(list(drawn.figures).index(question), number)).read_bytes()
        except OSError:
            return None

    def close(self) -> None:
        """End the jail; what waits to be drawn is not drawn."""
        self._closed = True
        self._thread.submit(self._end)
        self._thread.shutdown(wait=True, cancel_futures=False)

    def _end(self) -> None:
        if self._jail is not None:
            self._jail.close()
            self._jail = None

    def _home(self, submission: Submission) -> Path | None:
        try:
            own = digests.file_digest(self._notebook(submission))
        except OSError:
            return None
        return (
            self._folder
            / HIDDEN
            / FOLDER
            / digests.digest_of({"notebook": own, "name": submission.file.encode(), "version": _VERSION})
        )

    def _notebook(self, submission: Submission) -> Path:
        return notebook_path(self._folder, submission)

    def _draw(self, submission: Submission) -> Drawn:
        if self._closed:
            return Drawn(problem="closed")
        home = self._home(submission)
        if home is None:
            return Drawn(problem="the notebook is not there any more")
        known = _read(home)
        if known is not None:
            return known
        try:
            pictures = dict(self._run(submission))
        except (AutograderError, OSError) as error:
            return Drawn(problem=str(error))
        drawn = Drawn(figures={question: len(own) for question, own in pictures.items()})
        for place, own in enumerate(pictures.values()):
            for number, png in enumerate(own):
                write_atomically(home / _file(place, number), png)
        write_atomically(home / "figures.json", msgspec.json.encode(drawn))
        return drawn

    def _run(self, submission: Submission) -> Iterator[tuple[str, list[bytes]]]:
        """Question → its pictures: what was drawn since the check before."""
        from autograder.otter import program, read_notebook
        from autograder.sandbox import open_sandbox

        assignment = self._load()
        if self._jail is None:
            self._jail = open_sandbox(self._kind, limits=self._limits)
        path = self._notebook(submission)
        notebook = read_notebook(str(path), name=submission.file.replace("\\", "/").split("/")[-1])
        files = {name: str(self._folder / where) for name, where in submission.files.items()}
        to_run = program(notebook, assignment, path=str(path), files=files)
        with self._jail.start(to_run) as session:
            checked = set()
            for asked in session.run():
                question = None if asked.question is None else assignment.by_file(asked.question)
                if question is not None:
                    checked.add(question.name)
                    yield question.name, _asked(session, question.source)
                session.answer(asked, "", known=question is not None or asked.question is None)
            for question in assignment.questions:
                if question.name not in checked and not session.gone:
                    yield question.name, _asked(session, question.source)

    def _load(self) -> Any:
        from autograder.otter import load

        if self._loaded is None:
            found = self._assignment()
            if found is None or not found.exists():
                raise AutograderError("the assignment is not where it was when this was graded")
            self._loaded = load(found)
        if self._loaded.workplace is not None:
            self._loaded.workplace.renew()
        return self._loaded


def _asked(session: Any, test: str) -> list[bytes]:
    """The figures that a test's names mean; where it names none, those that are new since the check before."""
    words = set(re.findall(r"\w+", test))
    try:
        listed = msgspec.json.decode(session.run_inside(_LIST, seconds=20.0), type=list[tuple[int, list[str], bool]])
        meant = [place for place, names, _ in listed if words.intersection(names)]
        places = (meant or [place for place, _, new in listed if new])[:MOST]
        if not places:
            return []
        order = msgspec.json.encode({"places": places, "widest": WIDEST, "highest": HIGHEST}).decode()
        told = session.run_inside(_DRAW, order, seconds=20.0)
        found = msgspec.json.decode(told, type=list[tuple[int, int, str]])
        return [png(width, height, packed) for width, height, packed in found[:MOST]]
    except Exception:  # what a student's process replaces may raise anything of its own
        return []


def png(width: int, height: int, packed: str) -> bytes:
    """A picture file from pixels that a student's process sent.

    Raises:
        ValueError: they are not as many as width and height say.
    """
    from PIL import Image

    if not (0 < width <= 2 * WIDEST and 0 < height <= 2 * HIGHEST):
        raise ValueError("no picture of this size")
    size = 4 * width * height
    unpacked = zlib.decompressobj()
    pixels = unpacked.decompress(base64.b64decode(packed, validate=True), size + 1)
    if len(pixels) != size:
        raise ValueError("more or fewer pixels than its size says")
    out = io.BytesIO()
    Image.frombytes("RGBA", (width, height), pixels).convert("RGB").save(out, "PNG")
    return out.getvalue()


def _file(place: int, number: int) -> str:
    return f"{place}-{number}.png"


def _read(home: Path) -> Drawn | None:
    try:
        return msgspec.json.decode((home / "figures.json").read_bytes(), type=Drawn)
    except (OSError, msgspec.MsgspecError):
        return None
