"""Worker processes on this machine, as a :class:`concurrent.futures.Executor`.

Each of the ``jobs`` slots is a thread that owns one child process and asks it one thing at a time. Unlike
``ProcessPoolExecutor`` a slot notices at once when *its* child dies, repeats only that child's work, kills a child
that does not answer by a deadline, and replaces one that has grown. Only bytes cross; nothing is pickled.
"""

import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from math import inf
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import msgspec
import psutil

from autograder.batch.executors.scratch import Scratch
from autograder.errors import BugError

START_SECONDS = 120.0
"""How long a fresh child may take beyond the deadline: its imports, and the first template."""
GROWTH_MB = 512.0
"""A child whose memory has grown by this much since its first answer is replaced."""
MOST_MB = 2_048.0
"""A child that takes more than this while it works is killed: a test that expands a student's formula can take all."""
_LOOK = 0.25
"""Seconds between looks at a child's memory."""


class WorkerCrashed(BrokenProcessPool):
    """The process that did this work died, twice; ``how`` says by what."""

    def __init__(self, how: str) -> None:
        super().__init__(f"the grading process died twice on this submission ({how})")
        self.how = how


class Stopped(Exception):
    """The process that did this work was killed because of a limit of ours.

    Attributes:
        partial: what it asked to be kept in this case, or None.
        spent: seconds that the work took until then.
        what: the limit in words, after "took".
    """

    reason: str

    def __init__(self, what: str, partial: bytes | None, spent: float) -> None:
        super().__init__(f"no answer: it took {what}")
        self.what = what
        self.partial = partial
        self.spent = spent


class DeadlinePassed(Stopped):
    """It did not answer within ``seconds``."""

    reason = "judge-timeout"

    def __init__(self, seconds: float, partial: bytes | None, spent: float | None = None) -> None:
        super().__init__(f"longer than {seconds:g} s", partial, seconds if spent is None else spent)
        self.seconds = seconds


class MemoryPassed(Stopped):
    """It took more than ``megabytes``."""

    reason = "judge-memory"

    def __init__(self, megabytes: float, partial: bytes | None, spent: float) -> None:
        super().__init__(f"more than {megabytes:,.0f} MB of memory", partial, spent)
        self.megabytes = megabytes


class WorkerFault(BugError):
    """The function raised in the child: a bug of ours, with the child's traceback as its message."""


class Workers(Executor):
    """``jobs`` child processes that call module-level functions from bytes to bytes.

    Args:
        jobs: number of processes.
        deadline: seconds that one call may take before its process is killed; None means no limit.
        growth_mb: see :data:`GROWTH_MB`.
        most_mb: see :data:`MOST_MB`.

    Example:
        >>> from autograder.batch.tasks import echo
        >>> with Workers(1) as workers:
        ...     workers.submit(echo, b"hello").result()
        b'hello'
    """

    def __init__(
        self, jobs: int, *, deadline: float | None = None, growth_mb: float = GROWTH_MB, most_mb: float = MOST_MB
    ) -> None:
        self.deadline = deadline
        self.growth_mb = growth_mb
        self.most_mb = most_mb
        self._asked: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._closing = False
        self._killed = False
        self._children: dict[int, _Child] = {}
        self._lock = threading.Lock()
        self._scratch = Scratch()
        self._running = jobs
        self._threads = [
            threading.Thread(target=self._serve, args=(slot,), name=f"slot-{slot}", daemon=True) for slot in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if kwargs or not all(isinstance(argument, bytes) for argument in args):
            raise BugError("a worker process takes positional bytes only")
        with self._lock:
            if self._closing:
                raise RuntimeError("these workers are shut down")
            future: Future[Any] = Future()
            self._asked.put(_Task(future, f"{fn.__module__}:{fn.__qualname__}", args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._lock:
            first, self._closing = not self._closing, True
        if cancel_futures:
            while True:
                try:
                    asked = self._asked.get_nowait()
                except queue.Empty:
                    break
                if asked is not None:
                    asked.future.cancel()
        if first or cancel_futures:
            for _ in self._threads:
                self._asked.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    @property
    def slots(self) -> int:
        """How many calls run at once."""
        return len(self._threads)

    local_slots = slots

    def kill(self) -> None:
        """Stop at once: cancel what waits and kill what runs, for Ctrl-C."""
        self._killed = True
        self.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            children = list(self._children.values())
        for child in children:
            child.kill()
        for thread in self._threads:
            thread.join()

    def memory_mb(self) -> list[float]:
        """Resident memory of each living child, in MB."""
        with self._lock:
            return [child.memory_mb() for child in self._children.values()]

    def _serve(self, slot: int) -> None:
        while (asked := self._asked.get()) is not None:
            if not asked.future.set_running_or_notify_cancel():
                continue
            try:
                answer = self._ask_twice(slot, asked)
            except BaseException as error:  # everything belongs to whoever waits for this future
                asked.future.set_exception(error)
            else:
                asked.future.set_result(answer)
        self._drop(slot)
        with self._lock:
            self._running -= 1
            if not self._running:
                self._scratch.close()

    def _ask_twice(self, slot: int, asked: "_Task") -> bytes:
        how = "killed by Ctrl-C"
        started = time.monotonic()
        for _ in range(2):
            if self._killed:
                break
            left = None if self.deadline is None else max(1.0, self.deadline - (time.monotonic() - started))
            child = self._children.get(slot) or self._start(slot)
            try:
                answer = child.ask(asked.name, asked.arguments, left, self.most_mb)
            except _Gone as gone:
                self._drop(slot)
                how = gone.how
            except Stopped:
                self._drop(slot)
                raise
            else:
                if child.memory_mb() - child.first_mb > self.growth_mb:
                    self._drop(slot)
                return answer
        raise WorkerCrashed(how)

    def _start(self, slot: int) -> "_Child":
        child = _Child(self._scratch.folder())
        with self._lock:
            self._children[slot] = child
        if self._killed:  # kill() may have looked just before this child was entered
            child.kill()
        return child

    def _drop(self, slot: int) -> None:
        with self._lock:
            child = self._children.pop(slot, None)
        if child is not None:
            child.close()


class _Task(msgspec.Struct, frozen=True):
    future: Future[Any]
    name: str
    arguments: tuple[bytes, ...]


class _Gone(Exception):
    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class _Clock:
    """How long a child may still take: its deadline, and within it what it promised last."""

    def __init__(self, seconds: float | None) -> None:
        self._started = time.monotonic()
        self._end = inf if seconds is None else self._started + seconds
        self._whole = self.allowed = seconds or 0.0
        self._promise = inf
        self.partial: bytes | None = None

    def left(self) -> float | None:
        end = min(self._end, self._promise)
        return None if end == inf else max(0.0, end - time.monotonic())

    def promised(self, message: bytes) -> None:
        seconds, _, self.partial = message.partition(b"\n")
        self.allowed = float(seconds)
        self._promise = time.monotonic() + self.allowed

    def limited(self, message: bytes) -> None:
        """All that is left is this much, whatever the deadline was."""
        self._whole = float(message)
        self._end = min(self._end, time.monotonic() + self._whole)

    def spent(self) -> float:
        return time.monotonic() - self._started

    def kept(self) -> None:
        self._promise, self.allowed, self.partial = inf, self._whole, None


class _Child:
    """One child process and our end of its pipe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ours, theirs = Pipe()
        # -P: what lies in the current folder (a student's numpy.py) is not imported.
        # The child's temporary files go where we remove them, also after it was killed.
        environment = os.environ | {"TMPDIR": str(folder)}
        self._errors = (self._folder / "stderr").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.batch.executors.child", str(theirs.fileno()), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=[theirs.fileno()],
            env=environment,
            # Its own session: Ctrl-C in the terminal reaches only us, and one killpg takes what it started.
            start_new_session=True,
        )
        theirs.close()
        self._pipe: Connection[Any, Any] = ours
        self._fresh = True
        """Whether it has not answered yet."""
        self.first_mb = 0.0
        """Its memory after the first answer: what it has grown by is measured from there."""

    def ask(self, name: str, arguments: tuple[bytes, ...], deadline: float | None, most_mb: float) -> bytes:
        clock = _Clock(None if deadline is None else deadline + (START_SECONDS if self._fresh else 0.0))
        try:
            self._pipe.send_bytes(name.encode())
            self._pipe.send_bytes(str(len(arguments)).encode())
            for argument in arguments:
                self._pipe.send_bytes(argument)
            while True:
                left = clock.left()
                if not self._pipe.poll(_LOOK if left is None else min(_LOOK, left)):
                    if left is not None and clock.left() == 0:
                        self.kill()
                        raise DeadlinePassed(clock.allowed, clock.partial, clock.spent())
                    if self.memory_mb() > most_mb:
                        self.kill()
                        raise MemoryPassed(most_mb, clock.partial, clock.spent())
                    continue
                message = self._pipe.recv_bytes()
                kind, rest = message[:1], message[1:]
                if kind == b"w":
                    clock.promised(rest)
                elif kind == b"d":
                    clock.kept()
                elif kind == b"l":
                    clock.limited(rest)
                elif kind == b"r":
                    break
                else:
                    raise WorkerFault(rest.decode(errors="replace"))
        except (EOFError, OSError) as error:
            raise _Gone(self._epitaph()) from error
        if self._fresh:
            self._fresh = False
            self.first_mb = self.memory_mb()
        return rest

    def _epitaph(self) -> str:
        """How the process ended, in words."""
        self.kill()
        code = self._process.wait()
        tail = (self._folder / "stderr").read_text(errors="replace").strip().splitlines()
        how = f"exit status {code}" if code >= 0 else f"{signal.Signals(-code).name}"
        return f"{how}: {tail[-1][:300]}" if tail else how

    def memory_mb(self) -> float:
        try:
            return float(psutil.Process(self._process.pid).memory_info().rss) / 2**20
        except psutil.Error:
            return 0.0

    def kill(self) -> None:
        """End it and what it started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def close(self) -> None:
        """Let the child go: it ends by itself when its pipe closes; kill what is left after a moment."""
        self._pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def default_jobs(*, memory_mb: float) -> int:
    """As many workers as there are cores for this process and room in memory.

    Args:
        memory_mb: what one worker with its student's process may take at most, in MB.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    free = psutil.virtual_memory().available
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        # A container's limit is not what psutil sees.
        free = min(free, max(0, int(text) - _used_by_cgroup()))
    return max(1, min(cores, int(free / 2**20 // memory_mb)))


def _used_by_cgroup() -> int:
    current = Path("/sys/fs/cgroup/memory.current")
    return int(current.read_text()) if current.exists() else 0
