"""This side of the child that decides: started on first use, killed when it hangs, gone when we are."""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from autograder.compare.child import DIED, TIMED_OUT
from autograder.compare.frames import Ended, read_frame, write_frame
from autograder.compare.request import Reply, Request
from autograder.model import Outcome, Reason, Verdict

HARD_SECONDS = 4.5
"""A worker is killed after this long; with the way there and back it stays under five seconds."""
_GRACE = 6.0
"""The arbiter itself is given up after this long besides: it must have been stopped from outside."""


class Child:
    """One arbiter and its worker; requests wait for one another."""

    def __init__(self, module: str = "autograder.compare.judging", *, hard_seconds: float = HARD_SECONDS) -> None:
        """
        Args:
            module: whose ``serve`` answers the requests.
            hard_seconds: after which a worker is killed.
        """
        self._module = module
        self._hard_seconds = hard_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, content: bytes) -> bytes | None:
        """The last word on one request: JSON, or None when the worker was killed or died without one."""
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
                    self._wait(process)
                while True:
                    last = read_frame(process.stdout.fileno())
                    if not alone or msgspec.json.decode(last).get("final", True):
                        return None if last in (TIMED_OUT, DIED) else last
            except (Ended, OSError):
                self._stop()
                return last
            finally:
                watch.cancel()

    def close(self) -> None:
        """End the child; the next request starts another."""
        with self._lock:
            self._stop()

    @property
    def pid(self) -> int | None:
        """Of the arbiter, while it runs."""
        return self._process.pid if self._process is not None else None

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        import select

        assert process.stdout is not None
        ready = select.poll()
        ready.register(process.stdout.fileno(), select.POLLIN)
        if not ready.poll((self._hard_seconds + _GRACE) * 1000):
            raise Ended

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self._stop()
        # After a fork of this process the pipes belong to the parent; a child of our own is started.
        self._owner = os.getpid()
        root = str(Path(__file__).resolve().parents[2])
        # -P: a student's sympy.py in the working directory must not be what the child imports.
        command = [sys.executable, "-P", "-m", "autograder.compare.child", str(self._hard_seconds), self._module]
        environment = {**os.environ, "PYTHONPATH": root, "PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
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


def ask(request: Request) -> Verdict:
    """The verdict on one comparison, by the child that this process shares.

    UNDECIDED when it takes too long or its process dies; never raises for what the request holds.
    """
    return verdict_of(_shared.ask(msgspec.json.encode(request)))


def verdict_of(reply: bytes | None) -> Verdict:
    """The verdict in the child's last word."""
    if reply is None:
        return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.TIMED_OUT)
    return msgspec.json.decode(reply, type=Reply).verdict
