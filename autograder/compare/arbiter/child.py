"""The process that decides: an arbiter that imports once and forks workers that can be killed.

Run as ``python -P -m autograder.compare.arbiter.child SECONDS MODULE``; the module has a function ``serve``. Frames
on stdin and stdout: four bytes of length, then JSON. The arbiter passes each request to its worker and gives it
``SECONDS`` of processor time, so that a busy machine decides what an idle one does; a worker that takes more, or
dies, is replaced by a fork of the arbiter in milliseconds, and what it had decided before it hung is not lost. Where
there is no ``fork`` (Windows) this process does the work itself and its parent kills and restarts it.
"""

import gc
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module

import msgspec

from autograder.compare.arbiter.frames import DIED, PATIENCE, READY, TIMED_OUT, Ended, read_frame, write_frame

MEMORY_BYTES = 3 * 2**30
"""Address space of a worker: an expression that swells is an undecided one, not a dead machine."""
_PARENT_LOOK = 2.0
"""Seconds between looks at whether the parent still lives, besides the pipe that closes with it."""

Serve = Callable[[bytes], Iterator[bytes]]
"""One request → frames of JSON objects; the last has ``"final": true``."""


class _Frame(msgspec.Struct, frozen=True):
    final: bool = True


_decode = msgspec.json.Decoder(_Frame).decode


def work(requests: int, answers: int, serve: Serve, seconds: float | None = None) -> None:
    """Serve requests until the pipe is closed; the kernel ends this process when one takes more processor time."""
    sys.setrecursionlimit(20_000)
    while True:
        try:
            content = read_frame(requests)
        except Ended:
            return
        if seconds is not None:
            signal.setitimer(signal.ITIMER_PROF, seconds)  # nothing handles SIGPROF: not even a loop in C goes on
        for frame in serve(content):
            write_frame(answers, frame)
        if seconds is not None:
            signal.setitimer(signal.ITIMER_PROF, 0.0)


class Worker:
    """A fork of this process that can be killed without losing the imports."""

    def __init__(self, serve: Serve, seconds: float) -> None:
        request_out, request_in = os.pipe()
        answer_out, answer_in = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(request_in)
            os.close(answer_out)
            _bind_to_parent()
            try:
                work(request_out, answer_in, serve, seconds)
            finally:
                os._exit(0)
        os.close(request_out)
        os.close(answer_in)
        self.requests = request_in
        self.answers = answer_out

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.requests)
        os.close(self.answers)


def arbitrate(requests: int, answers: int, seconds: float, serve: Serve) -> None:
    """Pass requests to a worker until the parent goes."""
    parent = os.getppid()
    worker = Worker(serve, seconds)
    try:
        while True:
            while not select.select([requests], [], [], _PARENT_LOOK)[0]:
                if os.getppid() != parent:
                    return
            content = read_frame(requests)
            reply, alive = _asked(worker, content, requests, time.monotonic() + seconds * PATIENCE)
            if not alive:
                worker.kill()
                worker = Worker(serve, seconds)
            write_frame(answers, reply)
    except (Ended, BrokenPipeError):
        return
    finally:
        worker.kill()


def _asked(worker: Worker, content: bytes, requests: int, deadline: float) -> tuple[bytes, bool]:
    """The worker's last word, and whether it is still of use."""
    decided: bytes | None = None
    try:
        write_frame(worker.requests, content)
        while True:
            left = deadline - time.monotonic()
            ready = select.select([worker.answers, requests], [], [], max(0.0, left))[0]
            if requests in ready and worker.answers not in ready:
                # The parent sends nothing while it waits: its end of the pipe has closed.
                raise Ended
            if not ready:
                return decided or TIMED_OUT, False
            frame = read_frame(worker.answers)
            if _decode(frame).final:
                return frame, True
            decided = frame
    except (Ended, BrokenPipeError):
        if requests in select.select([requests], [], [], 0)[0]:
            raise Ended from None
        return decided or DIED, False


def _bind_to_parent() -> None:
    """Limit this worker's memory, and let it die with the arbiter even while it computes."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, MEMORY_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    if sys.platform == "linux":
        import ctypes

        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def serve_standard(seconds: float, module: str) -> None:
    """Serve stdin and stdout; stray prints go to stderr."""
    answers = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve: Serve = import_module(module).serve
    write_frame(answers, READY)
    if hasattr(os, "fork"):
        # What is imported is never garbage: collecting it would cost a verdict 70 ms now and then.
        gc.collect()
        gc.freeze()
        # What a request allocates is freed by counting references; looking for cycles took a third of a diagnosis.
        gc.set_threshold(100_000, 50, 50)
        gc.enable()
        arbitrate(0, answers, seconds, serve)
    else:
        work(0, answers, serve)


if __name__ == "__main__":
    serve_standard(float(sys.argv[1]), sys.argv[2])
