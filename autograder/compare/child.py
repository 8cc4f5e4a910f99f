"""The process that decides: an arbiter that imports once and forks workers that can be killed.

Run as ``python -P -m autograder.compare.child SECONDS``. Frames on stdin and stdout: four bytes of length, then JSON.
The arbiter passes each request to its worker and gives it ``SECONDS``; a worker that takes longer, or dies, is
replaced by a fork of the arbiter in milliseconds, and what it had decided before it hung is not lost. Where there is
no ``fork`` (Windows) this process does the work itself and its parent kills and restarts it.
"""

import gc
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

import msgspec

from autograder.compare.frames import Ended, read_frame, write_frame
from autograder.compare.judging import judged
from autograder.compare.request import Reply, Request
from autograder.model import Outcome, Reason, Verdict

MEMORY_BYTES = 3 * 2**30
"""Address space of a worker: an expression that swells is an undecided one, not a dead machine."""
_PARENT_LOOK = 2.0
"""Seconds between looks at whether the parent still lives, besides the pipe that closes with it."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Request).decode
_decode_reply = msgspec.json.Decoder(Reply).decode


def replies(content: bytes) -> Iterator[Reply]:
    """The replies to one request as it came; never raises."""
    decided: Reply | None = None
    try:
        for reply in judged(_decode(content)):
            decided = reply
            yield reply
            if reply.final:
                return
    except (MemoryError, RecursionError):
        yield decided or Reply(verdict=Verdict(outcome=Outcome.UNDECIDED, reason=Reason.TOO_LARGE))
    except Exception as error:
        # Ours, whatever it is; the verdict carries it to the log, and the next request finds this process alive.
        yield Reply(verdict=_fault(f"{type(error).__name__}: {error}"[:1000]))


def work(requests: int, answers: int) -> None:
    """Serve requests until the pipe is closed."""
    sys.setrecursionlimit(20_000)
    while True:
        try:
            content = read_frame(requests)
        except Ended:
            return
        for reply in replies(content):
            write_frame(answers, _encode(reply))


class Worker:
    """A fork of this process that can be killed without losing the imports."""

    def __init__(self) -> None:
        request_out, request_in = os.pipe()
        answer_out, answer_in = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(request_in)
            os.close(answer_out)
            _bind_to_parent()
            try:
                work(request_out, answer_in)
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


def arbitrate(requests: int, answers: int, seconds: float) -> None:
    """Pass requests to a worker until the parent goes."""
    parent = os.getppid()
    worker = Worker()
    try:
        while True:
            while not select.select([requests], [], [], _PARENT_LOOK)[0]:
                if os.getppid() != parent:
                    return
            content = read_frame(requests)
            reply, alive = _asked(worker, content, requests, time.monotonic() + seconds)
            if not alive:
                worker.kill()
                worker = Worker()
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
                return decided or _encode(Reply(verdict=_undecided(Reason.TIMED_OUT))), False
            frame = read_frame(worker.answers)
            if _decode_reply(frame).final:
                return frame, True
            decided = frame
    except (Ended, BrokenPipeError):
        if requests in select.select([requests], [], [], 0)[0]:
            raise Ended from None
        return decided or _encode(Reply(verdict=_undecided(Reason.TOO_LARGE))), False


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


def _undecided(reason: Reason) -> Verdict:
    return Verdict(outcome=Outcome.UNDECIDED, reason=reason)


def _fault(text: str) -> Verdict:
    return Verdict(outcome=Outcome.FAULT, reason=Reason.INTERNAL, details={"error": text})


def main() -> None:
    """Serve stdin and stdout; stray prints go to stderr."""
    answers = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "fork"):
        import sympy  # noqa: F401 - once here instead of in every worker

        # What is imported is never garbage: collecting it would cost a verdict 70 ms now and then.
        gc.collect()
        gc.freeze()
        arbitrate(0, answers, float(sys.argv[1]))
    else:
        work(0, answers)


if __name__ == "__main__":
    main()
