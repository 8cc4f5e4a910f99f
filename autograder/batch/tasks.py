"""What a worker does: the functions from bytes to bytes that an executor calls, and the records they exchange.

They run in a process that stays: it loads the assignment and opens the sandbox once, then serves many submissions.
"""

import gc
import random
import re
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from autograder.batch import digests
from autograder.errors import AutograderError, SandboxError
from autograder.model import Record, Status, Submission, SubmissionResult
from autograder.modules import import_jax
from autograder.sandbox.limits import Limits

if TYPE_CHECKING:
    from autograder.grading import Sandbox as Place
    from autograder.sandbox import Sandbox


_OF_JAX = re.compile(r"\b(jax|jnp)\b")
"""A test that speaks of JAX itself, not of ``jax_slope``."""


class Conditions(Record, frozen=True, kw_only=True):
    """Under which every notebook of a run is graded: with others a result may be another."""

    sandbox: str = "bwrap"
    """``bwrap``, ``docker`` or ``none``."""
    limits: Limits = Limits()
    """What a student's process may use."""
    seed: int = 0
    """For the global generators, set anew before each submission."""
    as_otter: bool = False
    """Plain cases are decided by the inside witness alone: Otter's scores, and Otter's trust."""


class Setup(Record, frozen=True, kw_only=True):
    """What all submissions of a run have in common."""

    assignment: str
    """Path of the autograder.zip or of the unpacked folder, on the machine that gave the command."""
    digest: str
    """SHA-256 over the assignment's files."""
    package: str
    """:func:`~autograder.batch.digests.package_digest` of the machine that gave the command."""
    conditions: Conditions
    archive: dict[str, bytes] | None = None
    """The assignment's files, for a worker that does not see ``assignment``."""
    solution: bytes | None = None
    """The solved notebook, to compile beforehand what its answers compile, and to find out what they take where the zip
    does not say it; None where it is not at hand."""


class Task(Record, frozen=True, kw_only=True):
    """One submission on its way to a worker."""

    submission: Submission
    contents: dict[str, bytes] | None = None
    """``path`` of the notebook or of another file → content, for a worker that does not see the paths."""
    skip: dict[str, str] = msgspec.field(default_factory=dict)
    """Question → reason, for those whose tests hung in an earlier try."""
    seconds: float | None = None
    """What earlier tries have left of the time for one submission; None for the first."""
    transcripts: tuple[bytes, ...] = ()
    """What was said with this notebook in an earlier time, packed, one a run of it: heard again as long as the same is
    asked."""


class Facts(Record, frozen=True, kw_only=True):
    """What the run needs to know about the assignment without importing Otter."""

    name: str
    questions: dict[str, float]
    """Question → points possible, in the order of the assignment."""
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    """Of the worker's Python and :data:`~autograder.batch.digests.DECIDING_PACKAGES`."""


class Reply(Record, frozen=True, kw_only=True):
    """A worker's answer: exactly one of result, facts and error is set."""

    result: SubmissionResult | None = None
    transcripts: tuple[bytes, ...] = ()
    """What was said with the notebook, packed, one a run of it; none where nothing new was said or it cannot be
    kept."""
    facts: Facts | None = None
    error: str | None = None
    """Why nothing can be graded here: the sandbox does not open, the assignment does not load."""


def _ignore(seconds: float | None, partial: bytes) -> None:
    """Outside of a worker process nobody can end what hangs."""


promise: Callable[[float | None, bytes], None] = _ignore
"""Tells the parent process: something starts that ends within ``seconds``; if it does not, kill this process and keep
``partial``. With None: it has ended."""


def _unlimited(seconds: float) -> None:
    """Outside of a worker process there is nobody who counts."""


limit: Callable[[float], None] = _unlimited
"""Tells the parent process that the rest of this call may take this many seconds and no more."""


class HungQuestion(Record, frozen=True, kw_only=True):
    """What is kept of a submission when the tests of one question never ended."""

    question: str
    so_far: SubmissionResult


class _Watch:
    """Tells the parent which question's tests are about to run: see :class:`autograder.grading.Watch`."""

    def begin(self, question: str, seconds: float, so_far: SubmissionResult) -> None:
        promise(seconds, msgspec.json.encode(HungQuestion(question=question, so_far=so_far)))

    def end(self) -> None:
        promise(None, b"")


class _Desk:
    """The loaded assignment of this process, and the sandbox for its submissions."""

    def __init__(self, setup: Setup) -> None:
        from autograder.batch.warm import cache_folder, references_file

        self.setup = setup
        self._imported = False
        self._rehearsed = False
        self._open = ExitStack()
        try:
            path = Path(setup.assignment)
            if setup.archive is not None:
                path = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="assignment-")))
                path = unpack(setup.archive, path, Path(setup.assignment).name)
            self._cache = cache_folder(setup.solution or b"", setup.digest, setup.conditions.sandbox)
            self.sandbox = _sandbox_for(setup, self._cache)
            # It imports while we import.
            self.sandbox.launch()
            from autograder import otter

            # another author's zip has no values of JAX's: the first process of the class makes them for all
            self.assignment = otter.with_references(otter.load(path), keep=references_file(setup.digest, setup.package))
            self.sandbox.record = True
        except BaseException:
            self._open.close()
            raise

    def ready(self) -> None:
        """Wait until submissions can start; before the first one, compile what the solution compiles.

        Raises:
            SandboxError: the sandbox does not start.
        """
        if not self._imported:
            self._import()
            self._imported = True
        self.sandbox.wait()
        if not self._rehearsed and self.setup.solution is not None:
            self._rehearse(self.setup.solution)
        self._rehearsed = True  # the next submission has nothing to wait for

    def _rehearse(self, solution: bytes) -> None:
        """What is taken from a run of the solution, where the class has not got it yet."""
        from autograder.batch.times import times_file, with_times
        from autograder.batch.warm import fill

        keep = times_file(solution, self.setup.digest, self.setup.package)
        if keep is not None:
            self.assignment = with_times(self.assignment, solution, self.sandbox, keep=keep, compiled=self._cache)
        if self._cache is not None:
            fill(self._cache, solution, self.assignment, self.sandbox)

    def _import(self) -> None:
        """What the first answer would wait for, while the warm process is still at its own imports.

        None of it is garbage: to look for some would take a quarter of the time, and afterwards make this process's own
        what it shares with its forks.
        """
        looks, modules = gc.isenabled(), len(sys.modules)
        gc.disable()
        if any("autograder" in question.source for question in self.assignment.questions):
            from autograder import questions  # noqa: F401 - which bring SymPy
            from autograder.compare import arbiter

            if b"sympy" in (self.setup.solution or b""):
                arbiter.begin()  # formulas will be compared, and the first would wait for the child that does it
        sources = [question.source for question in self.assignment.questions]
        plain = self._cache is not None and any("autograder" not in source for source in sources)
        if plain or any(map(_OF_JAX.search, sources)):
            import_jax()  # where our own questions alone are asked, its arrays come as NumPy's
        if len(sys.modules) > modules:
            gc.freeze()
        if looks:
            gc.enable()

    def close(self) -> None:
        self._open.close()


_desk: _Desk | None = None
_sandbox: "tuple[object, Sandbox] | None" = None
"""What was asked of this process's sandbox when it was opened, and the sandbox."""


def _sandbox_for(setup: Setup, cache: Path | None) -> "Sandbox":
    """This process's sandbox, kept for the next run where the same is asked of it.

    Nothing of a run is in it, and each notebook has a fork of its own. One that shows compiled functions shows those of
    one assignment.
    """
    global _sandbox
    from autograder.sandbox import open_sandbox
    from autograder.sandbox.inside import uses

    asked = (setup.conditions.sandbox, setup.conditions.limits)
    if cache is not None or _sandbox is None or _sandbox[0] != asked:
        _close_sandbox()
        words = uses([(setup.solution or b"").decode("utf-8", "replace")])
        sandbox = open_sandbox(asked[0], limits=asked[1], warm=cache, uses=words)
        _sandbox = asked if cache is None else None, sandbox
    return _sandbox[1]


def _close_sandbox() -> None:
    global _sandbox
    if _sandbox is not None:
        (_, sandbox), _sandbox = _sandbox, None
        sandbox.close()


def _desk_for(setup: Setup) -> _Desk:
    global _desk
    if _desk is None or _desk.setup != setup:
        _close_desk()
        if setup.package != digests.package_digest():
            raise AutograderError(_other_version(setup))
        _desk = _Desk(setup)
    return _desk


def _other_version(setup: Setup) -> str:
    if setup.archive is None:
        return "autograder's own files changed while it ran: give the same command again to go on"
    here = ", ".join(f"{name} {number}" for name, number in digests.versions().items())
    return (
        f"a worker has another version of autograder or of the packages that decide verdicts ({here}):"
        " install the same ones on every machine"
    )


def close() -> None:
    """Close this process's sandbox and forget its assignment."""
    _close_desk()
    _close_sandbox()


def _close_desk() -> None:
    global _desk
    if _desk is not None:
        desk, _desk = _desk, None
        desk.close()


def describe(setup: bytes) -> bytes:
    """Load the assignment, warm the sandbox, and tell the assignment's questions: a :class:`Reply`, as JSON."""
    try:
        assignment = _desk_for(msgspec.msgpack.decode(setup, type=Setup)).assignment
    except AutograderError as error:
        return msgspec.json.encode(Reply(error=str(error)))
    facts = Facts(name=assignment.name, questions=dict(assignment.possible), versions=digests.versions())
    return msgspec.json.encode(Reply(facts=facts))


def make_ready(setup: bytes) -> bytes:
    """As :func:`describe`, and bring all that the first submission would wait for."""
    try:
        _desk_for(msgspec.msgpack.decode(setup, type=Setup)).ready()
    except AutograderError as error:
        return msgspec.json.encode(Reply(error=str(error)))
    return describe(setup)


def grade_one(setup: bytes, task: bytes) -> bytes:
    """Grade one submission: :class:`Setup` and :class:`Task` as MessagePack in, a :class:`Reply` as JSON out."""
    common = msgspec.msgpack.decode(setup, type=Setup)
    work = msgspec.msgpack.decode(task, type=Task)
    with tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as folder:
        submission = work.submission if work.contents is None else _lay_out(work, Path(folder))
        for last_try in (False, True):
            try:
                desk = _desk_for(common)
                desk.ready()
                if work.seconds is not None:
                    limit(work.seconds)
            except AutograderError as error:
                return msgspec.json.encode(Reply(error=str(error)))
            try:
                result, transcripts = _heard_or_run(submission, desk, work)
                break
            except SandboxError as error:
                # Its template died, by whatever: a new one, and the same submission once more.
                close()
                if last_try:
                    result, transcripts = _failed(submission, "sandbox", str(error)), ()
    return msgspec.json.encode(Reply(result=result, transcripts=transcripts))


def _heard_or_run(submission: Submission, desk: _Desk, work: Task) -> tuple[SubmissionResult, tuple[bytes, ...]]:
    """Grade from the transcripts as far as they answer what is asked; what they do not is run and recorded."""
    from autograder.sandbox.outside import Replay, Transcript

    unpacked = [Transcript.unpack(said) for said in work.transcripts]
    heard = [transcript for transcript in unpacked if transcript is not None]
    if len(heard) < len(unpacked):
        heard = []
    while True:
        desk.sandbox.forget()
        replay = Replay(heard, desk.sandbox)
        result = _grade(submission, desk, replay, work.skip)
        if replay.missed_at is None:
            break
        heard = heard[: replay.missed_at]  # this run of the notebook was asked something else: run it
    new = desk.sandbox.transcripts
    if not new or None in new:
        return result, ()
    return result, tuple(kept.pack() for kept in (*heard, *new) if kept is not None)


def _grade(submission: Submission, desk: _Desk, sandbox: "Place", skip: dict[str, str]) -> SubmissionResult:
    import numpy

    from autograder.grading import grade

    # Hidden tests that draw their own points draw the same ones in every run and after every other submission.
    conditions = desk.setup.conditions
    random.seed(conditions.seed)
    numpy.random.seed(conditions.seed)
    try:
        return grade(submission, desk.assignment, sandbox, watch=_Watch(), skip=skip, as_otter=conditions.as_otter)
    except SandboxError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        message = f"this is a bug in autograder ({type(error).__name__}: {error}, {where}); please report it"
        return _failed(submission, "internal", message, Status.NEEDS_REVIEW)


def _failed(submission: Submission, reason: str, message: str, status: Status = Status.FAILED) -> SubmissionResult:
    return SubmissionResult(submission=submission, status=status, reason=reason, message=message)


def _lay_out(work: Task, folder: Path) -> Submission:
    """Write what was sent into ``folder``, under names of our own."""
    contents = work.contents or {}
    places = {}
    for index, (path, content) in enumerate(sorted(contents.items())):
        place = folder / f"{index}{Path(path).suffix if path == work.submission.path else ''}"
        place.write_bytes(content)
        places[path] = str(place)
    files = {name: places[path] for name, path in work.submission.files.items()}
    return msgspec.structs.replace(work.submission, path=places[work.submission.path], files=files)


def unpack(archive: dict[str, bytes], folder: Path, name: str) -> Path:
    """Write ``archive`` below ``folder``; return the zip or the folder, which is called ``name`` as it was."""
    zipped = set(archive) == {name}
    for file, content in archive.items():
        place = folder / file if zipped else folder / name / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder / name


def echo(data: bytes) -> bytes:
    """Give back what came: for trying an executor.

    Example:
        >>> echo(b"hello")
        b'hello'
    """
    return data
