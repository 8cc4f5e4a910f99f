"""This side of the child that decides: started on first use, killed when it hangs, gone when we are.

In a browser, where no process can be started, the comparison runs here.
"""

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

import msgspec

from autograder.compare.arbiter.forked import Forked, Process
from autograder.compare.arbiter.frames import DIED, PATIENCE, READY, TIMED_OUT, Ended, read_frame, write_frame
from autograder.compare.arbiter.request import Reply, Request
from autograder.errors import BugError
from autograder.model import Outcome, Reason, Verdict

CHILD = "autograder.compare.arbiter.child"
JUDGING = "autograder.compare.arbiter.judging"
HARD_SECONDS = 4.5
"""A worker is killed after this much processor time; with the way there and back it stays under five seconds where a
processor is free."""
_GRACE = 6.0
"""The arbiter itself is given up after this long besides: it must have been stopped from outside."""
PROCESSES = sys.platform not in ("emscripten", "wasi")
"""Whether there can be a child: in a browser there is this process alone."""
_START = 60.0
"""For the imports, on a machine that has much else to do."""


class Child:
    """One arbiter and its worker; requests wait for one another."""

    def __init__(self, module: str = JUDGING, *, hard_seconds: float = HARD_SECONDS) -> None:
        """Start nothing yet: the worker comes with the first request.

        Args:
            module: whose ``serve`` answers the requests.
            hard_seconds: of processor time, after which a worker is killed.
        """
        self._module = module
        self._hard_seconds = hard_seconds
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._complaints: IO[bytes] | None = None
        """What a child writes to stderr that has not said yet that it is ready; None once it has."""
        self._inherited: Process | None = None
        self._owner = 0
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.forget)

    def begin(self) -> None:
        """Start the arbiter where there is none, and leave it to its imports."""
        with self._lock:
            self._started()

    def fork(self) -> None:
        """As :meth:`begin`, by a fork of this process, which has one thread and has imported what both need."""
        with self._lock:
            if self._there() is None:
                self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is ready
                self._process = Forked(self._module, self._hard_seconds, self._complaints)

    def ask(self, content: bytes) -> bytes | None:
        """The last word on one request: JSON, or None when the worker was killed or died without one.

        Raises:
            BugError: the child cannot be started here.
        """
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            alone = not hasattr(os, "fork")
            watch = threading.Timer(self._hard_seconds, process.kill)
            # Only where the child cannot limit itself is a timer worth its thread on every request.
            if alone:
                watch.start()
            last: bytes | None = None
            try:
                write_frame(process.stdin.fileno(), content)
                if not alone:
                    self._wait(process, self._hard_seconds * PATIENCE + _GRACE)
                while True:
                    last = read_frame(process.stdout.fileno())
                    if not alone or msgspec.json.decode(last).get("final", True):
                        return None if last in (TIMED_OUT, DIED) else last
            except (Ended, OSError):
                self._stop()
                return last
            finally:
                watch.cancel()

    def forget(self) -> None:
        """After a fork: the child belongs to the other process, and so does the lock, whoever holds it there."""
        self._lock = threading.Lock()
        self._inherited = self._process  # kept, because collecting it would warn of a process that still runs
        self._process = None

    def close(self) -> None:
        """End the child; the next request starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """Of the arbiter, while it runs."""
        return self._process.pid if self._process is not None else None

    def _wait(self, process: Process, seconds: float) -> None:
        import select

        assert process.stdout is not None
        ready = select.poll()
        ready.register(process.stdout.fileno(), select.POLLIN)
        if not ready.poll(seconds * 1000):
            raise Ended

    def _running(self) -> Process:
        process = self._started()
        if self._complaints is None:
            return process
        assert process.stdout is not None
        try:
            if hasattr(os, "fork"):
                self._wait(process, _START)
            ready = read_frame(process.stdout.fileno()) == READY
        except Ended:
            ready = False
        with self._complaints as complaints:
            self._complaints = None
            if not ready:
                self._stop()
                complaints.seek(0)
                text = complaints.read().decode(errors="replace").strip()[-500:]
                raise BugError(f"the process that compares formulas cannot be started: {text or 'no reason given'}")
        return process

    def _started(self) -> Process:
        """The process that is there, or a new one that is still at its imports."""
        there = self._there()
        if there is not None:
            return there
        root = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        # -P: a student's sympy.py in the working directory must not be what the child imports.
        command = [
            sys.executable,
            "-P",
            "-m",
            CHILD,
            str(self._hard_seconds),
            self._module,
        ]
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore"}
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the child is ready
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            bufsize=0,
        )
        return self._process

    def _there(self) -> Process | None:
        """The process that runs; where none does, what is left of the last one is cleared away."""
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self._stop()
        # After a fork of this process the pipes belong to the parent; a child of our own is started.
        self._owner = os.getpid()
        return None

    def _stop(self) -> None:
        process, self._process = self._process, None
        if self._complaints is not None:
            self._complaints.close()
            self._complaints = None
        if process is None or self._owner != os.getpid():
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            # Its pipe has closed: the arbiter ends its worker and itself.
            process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_shared = Child()
atexit.register(_shared.close)


def begin() -> None:
    """Start the child that this process shares, for somebody who will have formulas compared soon.

    A process with one thread that has imported SymPy forks: there is nothing to import again, and the memory is shared.
    Not one that has JAX, which has threads, nor on a Mac, whose libraries do not survive a fork.
    """
    if not PROCESSES:
        return
    ready = "sympy" in sys.modules and "jax" not in sys.modules
    if sys.platform == "linux" and ready and threading.active_count() == 1:
        _shared.fork()
    else:
        _shared.begin()


def ask(request: Request) -> Verdict:
    """The verdict on one comparison, by the child that this process shares.

    UNDECIDED when it takes too long or its process dies; never raises for what the request holds. Where there can be no
    child it is decided here, within the request's own limit of work; nothing is proved, for that cannot be stopped.
    """
    if not PROCESSES:
        from autograder.compare.arbiter.judging import serve

        return verdict_of(next(serve(msgspec.json.encode(request))))
    return verdict_of(_shared.ask(msgspec.json.encode(request)))


def verdict_of(reply: bytes | None) -> Verdict:
    """The verdict in the child's last word."""
    if reply is None:
        return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.TIMED_OUT)
    return msgspec.json.decode(reply, type=Reply).verdict
