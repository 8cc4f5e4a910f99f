"""The warm process from outside: starts it, hands it submissions, starts it again when it died."""

import socket
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import IO

import msgspec

from autograder.errors import SandboxError
from autograder.sandbox.inside import uses
from autograder.sandbox.jail import Launcher
from autograder.sandbox.limits import Limits, Program
from autograder.sandbox.line import MAX_FROM_STUDENT, MAX_PARTS, Channel, Job, Line, Notice, Order, wire
from autograder.sandbox.outside import Measured, Meter, Recorder, Student, Transcript

_START_SECONDS = 120.0
_ORDER_SECONDS = 20.0


class Sandbox:
    """Runs submissions one after another, each in a fork of one warm process.

    Not for several threads at once; open one sandbox for each. The jail dies with the thread that started it.
    """

    def __init__(self, launcher: Launcher, limits: Limits, uses: Iterable[str] = ()) -> None:
        self.name = launcher.name
        """``bwrap``, ``docker`` or ``none``."""
        self.limits = limits
        self._launcher = launcher
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._control: socket.socket | None = None
        self._student: Student | None = None
        self._starts = 0
        """Of the warm process: all but the first are restarts."""
        self._uses = set(uses)
        """What the warm process has ready, or has been told to make ready as it was started."""
        self._starting = False
        self.record = False
        """Whether to keep what is said with each submission."""
        self.transcripts: list[Transcript | None] = []
        """What was said since :meth:`forget`, one a submission that was started, once it was closed; None for one
        whose process did not live to the end."""
        self._recorder: Recorder | None = None
        self.measure = False
        """Whether to find out what each cell and call of a submission takes; it costs a question each."""
        self._meters: list[Meter] = []

    @property
    def measured(self) -> list[Measured]:
        """What was found out with :attr:`measure`, one a submission that was started."""
        return [meter.measured for meter in self._meters]

    @property
    def restarts(self) -> int:
        """How often the warm process had to be started again."""
        return max(0, self._starts - 1)

    def __enter__(self) -> "Sandbox":
        self.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def launch(self) -> None:
        """Start the warm process where there is none, and leave it to its imports.

        Raises:
            SandboxError: it cannot be started on this machine.
        """
        if self._process is not None and self._process.poll() is None and self._control is not None:
            return
        self._stop()
        self._starts += 1
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        self._starting = True
        try:
            with theirs:
                self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in _stop
                self._process = self._launcher.start(theirs, self._words, tuple(sorted(self._uses)))
        except SandboxError:
            self._stop()
            raise

    def wait(self) -> None:
        """Launch the warm process where there is none, and wait until submissions can start.

        Raises:
            SandboxError: it cannot be started.
        """
        self.launch()
        if self._starting:
            self._until_ready()

    def start(self, program: Program, limits: Limits | None = None) -> Student:
        """Fork a process for one submission.

        Args:
            program: its cells and files.
            limits: other limits for this submission alone; the size of its ``/tmp`` stays that of the sandbox.

        Raises:
            SandboxError: the warm process cannot be started.
        """
        if self._student is not None:
            self._student.close()
        self._warm(uses(cell.source for cell in program.cells))
        limits = limits or self.limits
        ours, theirs = socket.socketpair()
        with theirs:
            job = Job(
                cpu_seconds=limits.cpu_seconds,
                memory_mb=limits.memory_mb,
                processes=limits.processes,
                open_files=limits.open_files,
                file_mb=limits.file_mb,
            )
            try:
                self._send(msgspec.json.encode(job), [theirs.fileno()])
            except OSError:
                self._stop()
                self.wait()
                self._send(msgspec.json.encode(job), [theirs.fileno()])
        line: Channel = Line(ours, wire.from_student, MAX_FROM_STUDENT, MAX_PARTS)
        self._recorder = None
        if self.record:
            line = self._recorder = Recorder(line)
            self.transcripts.append(None)
        meter = Meter() if self.measure else None
        if meter is not None:
            self._meters.append(meter)
        self._student = Student(line, self, program, limits, meter)
        return self._student

    def forget(self) -> None:
        """Keep no transcript of what was started so far."""
        self.transcripts.clear()

    def close(self) -> None:
        """End the warm process and everything in its jail."""
        if self._student is not None:
            self._student.close()
            self._student = None
        self._stop()
        self._launcher.close()

    def order(self, order: str) -> Notice | None:
        """Carry out ``interrupt``, ``usage``, ``end`` or ``gone``; None when the warm process is not there any more."""
        if self._control is None:
            return None
        wanted = {"interrupt": "interrupted", "usage": "usage"}.get(order, "ended")
        try:
            self._send(msgspec.json.encode(Order(order)), [])
            while True:
                notice = self._notice(_ORDER_SECONDS)
                if notice.what in (wanted, "ended"):
                    if notice.spent:
                        self._stop()
                    if order == "end" and notice.status == "ok" and self._recorder is not None:
                        self.transcripts[-1] = self._recorder.transcript(notice)
                    return notice
        except (OSError, SandboxError):
            self._stop()
            return None

    def _warm(self, wanted: frozenset[str]) -> None:
        """Have what a notebook uses made ready; a word of a notebook's text, and nothing else of it, comes so far."""
        self.wait()
        more = wanted - self._uses
        if not more:
            return
        self._uses |= more
        try:
            self._send(msgspec.json.encode(Order("warm", tuple(sorted(more)))), [])
        except OSError:
            self._stop()
            self.wait()
        else:
            self._until_ready()

    def _until_ready(self) -> None:
        self._starting = False
        try:
            notice = self._notice(_START_SECONDS)
        except SandboxError:
            self._stop()
            raise
        if notice.what != "ready":
            self._stop()
            raise SandboxError(f"The sandbox's warm process did not start: {notice.detail or notice.what}.")

    def _send(self, data: bytes, descriptors: list[int]) -> None:
        if self._control is None:
            raise OSError("there is no warm process")
        self._control.settimeout(_ORDER_SECONDS)
        socket.send_fds(self._control, [data], descriptors)

    def _notice(self, seconds: float) -> Notice:
        if self._control is None:
            raise SandboxError("The sandbox's warm process is not there.")
        self._control.settimeout(seconds)
        try:
            data = self._control.recv(1 << 16)
        except OSError as error:
            raise SandboxError(f"The sandbox's warm process does not answer: {error}.") from error
        if not data:
            raise SandboxError(f"The sandbox's warm process ended. {self._last_words()}".strip())
        return msgspec.json.decode(data, type=Notice)

    def _last_words(self) -> str:
        if self._process is None or self._words is None:
            return ""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._words.seek(0)
        return self._words.read(1 << 20).decode("utf-8", "replace").strip()[-600:]

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._words is not None:
            self._words.close()
            self._words = None
