"""A student's own figures as pictures: the notebook runs once more in the jail, and what it drew comes out as pixels.

Only width, height and the bytes of the pixels leave the jail; the picture file is made out here, so that nothing that a
student's process wrote is ever parsed as a picture. Kept below the output folder, under the notebook's digest.
"""

import base64
import io
import re
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from autograder.batch import digests
from autograder.errors import AutograderError, StudentGone
from autograder.folder.figures import notebook_path
from autograder.folder.kept import HIDDEN
from autograder.model import Record, Submission
from autograder.report import write_atomically
from autograder.sandbox.limits import Limits
from autograder.untrusted import one_line

FOLDER = "figures"
MOST = 6
"""Figures that are drawn of one question."""
WIDEST, HIGHEST = 1600, 1600
_VERSION = b"3"
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


SECONDS = 20.0
"""For looking for the figures of a question, and for drawing them."""


class Why(StrEnum):
    """Why there is no picture; ``pages.py`` words it."""

    NONE = "none"
    """The notebook made none when it ran again."""
    TIME = "time"
    RAISED = "raised"
    """Drawing it raised an error, or gave something that is no picture."""
    STOPPED = "stopped"
    """The notebook's process ended before."""
    NOTEBOOK = "notebook"
    """Its file is gone."""
    ASSIGNMENT = "assignment"
    """The assignment's is, or no jail can be built for it."""
    CLOSED = "closed"
    """The desk is being closed."""


class Problem(Record, frozen=True, kw_only=True):
    """Why a question has no picture, or fewer than it might."""

    why: Why
    detail: str = ""
    """The limit, or the error's own words."""


class Drawn(Record, frozen=True, kw_only=True):
    """What came of one notebook."""

    figures: dict[str, int] = msgspec.field(default_factory=dict)
    """Question → how many pictures there are of it."""
    problems: dict[str, Problem] = msgspec.field(default_factory=dict)
    """Question → why there is none."""
    problem: Problem | None = None
    """Why there is none of any question."""

    def why(self, question: str) -> Problem | None:
        """Why there is no picture of a question; None where there is one."""
        if self.figures.get(question):
            return None
        return self.problem or self.problems.get(question, Problem(why=Why.NONE))


class Painter:
    """Draws notebooks one after another in a thread of its own, in which the jail lives and dies.

    Args:
        folder: the output folder.
        assignment: finds the autograder.zip or folder; None where it is not there any more.
        sandbox: as in the run.
        limits: likewise.
        failed: is told in a line whose figures could not be drawn, and why; called in that thread.
    """

    def __init__(
        self,
        folder: Path,
        assignment: Callable[[], Path | None],
        sandbox: str,
        limits: Limits,
        *,
        failed: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._folder = folder
        self._assignment = assignment
        self._kind = sandbox
        self._limits = limits
        self._failed = failed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")
        self._waiting: dict[str, Future[Drawn]] = {}
        self._lock = threading.Lock()
        self._jail: Any = None
        self._loaded: Any = None
        self._some: dict[Path, Drawn] = {}
        """Pictures of notebooks of which some failed, by where they lie: only what is whole is there the next time."""
        self._closed = False

    def drawn(self, submission: Submission) -> "Future[Drawn]":
        """The pictures of one notebook, drawn unless they are there."""
        with self._lock:
            future = self._waiting.get(submission.key)
            # what was too slow once is tried again when somebody asks again
            if future is None or (future.done() and not future.exception() and future.result().problems):
                future = self._waiting[submission.key] = self._thread.submit(self._draw, submission)
            return future

    def picture(self, submission: Submission, question: str, number: int) -> bytes | None:
        """One PNG; None where there is none."""
        home = self._home(submission)
        if home is None:
            return None
        drawn = _read(home) or self._some.get(home)
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
        drawn = self._drawn_now(submission)
        whole = {} if drawn.problem is None else {"": drawn.problem}
        for question, problem in {**whole, **drawn.problems}.items():
            if problem.why not in (Why.NONE, Why.CLOSED):
                self._failed(f"{submission.key} {question}: no figure ({problem.why}) {problem.detail}".rstrip())
        return drawn

    def _drawn_now(self, submission: Submission) -> Drawn:
        if self._closed:
            return Drawn(problem=Problem(why=Why.CLOSED))
        home = self._home(submission)
        if home is None:
            return Drawn(problem=Problem(why=Why.NOTEBOOK))
        known = _read(home)
        if known is not None:
            return known
        try:
            found = self._run(submission)
        except (AutograderError, OSError) as error:
            return Drawn(problem=Problem(why=Why.ASSIGNMENT, detail=str(error)))
        for place, (pictures, _) in enumerate(found.values()):
            for number, png in enumerate(pictures):
                write_atomically(home / _file(place, number), png)
        drawn = Drawn(
            figures={question: len(pictures) for question, (pictures, _) in found.items()},
            problems={question: problem for question, (_, problem) in found.items() if problem is not None},
        )
        # time runs out on a busy machine: what failed is drawn again the next time
        if all(problem.why is Why.NONE for problem in drawn.problems.values()):
            write_atomically(home / "figures.json", msgspec.json.encode(drawn))
        else:
            self._some[home] = drawn
        return drawn

    def _run(self, submission: Submission) -> dict[str, "Found"]:
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
        found: dict[str, Found] = {}
        stopped = ""
        with self._jail.start(to_run) as session:
            try:
                for check in session.run():
                    question = None if check.question is None else assignment.by_file(check.question)
                    if question is not None:
                        found[question.name] = _figures_of(session, question.source)
                    session.answer(check, "", known=question is not None or check.question is None)
                for question in assignment.questions:
                    if question.name not in found:
                        found[question.name] = _figures_of(session, question.source)
            except StudentGone as error:
                stopped = str(error)
        for question in assignment.questions:
            # what was drawn before it was stopped is there
            found.setdefault(question.name, ([], Problem(why=Why.STOPPED, detail=stopped)))
        return found

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


Found = tuple[list[bytes], Problem | None]
"""Pictures, and why there are none."""


def _figures_of(session: Any, test: str) -> Found:
    """The figures that a test's names mean; where it names none, those that are new since the check before.

    Raises:
        StudentGone: the process ended.
    """
    words = set(re.findall(r"\w+", test))
    try:
        listed = msgspec.json.decode(session.run_inside(_LIST, seconds=SECONDS), type=list[tuple[int, list[str], bool]])
        meant = [place for place, names, _ in listed if words.intersection(names)]
        places = (meant or [place for place, _, new in listed if new])[:MOST]
        if not places:
            return [], Problem(why=Why.NONE)
        order = msgspec.json.encode({"places": places, "widest": WIDEST, "highest": HIGHEST}).decode()
        pixels = session.run_inside(_DRAW, order, seconds=SECONDS)
        found = msgspec.json.decode(pixels, type=list[tuple[int, int, str]])
        pictures = [png(width, height, packed) for width, height, packed in found[:MOST]]
        return pictures, None if pictures else Problem(why=Why.RAISED, detail="no pixels came back")
    except StudentGone:
        raise
    except TimeoutError:
        return [], Problem(why=Why.TIME, detail=f"{SECONDS:g}")
    except Exception as error:  # what a student's process replaces may raise anything of its own
        return [], Problem(why=Why.RAISED, detail=one_line(f"{type(error).__name__}: {error}", 300))


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
