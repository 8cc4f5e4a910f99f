"""A Dask cluster as an executor. Needs the extra ``dask``.

Everything a worker needs travels with the work, so that the machines need not share a disk. Each Dask worker runs the
work in child processes of its own (:class:`autograder.batch.Workers`), so that a judge that hangs or dies there
is killed and repeated there.
"""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from autograder.batch import tasks
from autograder.batch.executors.workers import DeadlinePassed, MemoryPassed, Stopped, WorkerCrashed, Workers
from autograder.errors import UsageError
from autograder.origin import install_line

_NOBODY = "no Dask scheduler answers at {}: is it running, and is the port open?"
_ANSWER, _CRASHED, _LATE, _FULL = b"r", b"c", b"d", b"m"
_STOPPED: dict[bytes, type[DeadlinePassed] | type[MemoryPassed]] = {_LATE: DeadlinePassed, _FULL: MemoryPassed}


class Cluster(Executor):
    """The cluster behind a scheduler's address, through ``distributed.Client(...).get_executor()``.

    Args:
        address: of the scheduler, as ``tcp://host:8786``.
        deadline: as for :class:`~autograder.batch.executors.workers.Workers`.
        timeout: seconds to wait for the scheduler.

    Raises:
        UsageError: the extra is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, *, deadline: float | None = None, timeout: float = 30.0) -> None:
        try:
            client: Any = import_module("distributed").Client
        except ImportError as error:
            raise UsageError(f"--executor {address} needs Dask: {install_line('dask')}") from error
        _knock(address, timeout)
        try:
            self._client = client(address, timeout=timeout, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(_NOBODY.format(address)) from error
        # pure=False: two students may hand in the same bytes, and each is graded.
        self._executor: Executor = self._client.get_executor(pure=False)
        self._deadline = deadline

    @property
    def slots(self) -> int:
        """How many submissions can be worked on at once at this moment."""
        return max(1, sum(int(threads) for threads in self._client.nthreads().values()))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        inner = self._executor.submit(_there, fn.__name__, self._deadline, *args)
        inner.add_done_callback(lambda done: _hand_over(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        # Dask's own takes no cancel_futures: not to wait means to cancel.
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def kill(self) -> None:
        """Stop at once: what runs on the cluster is given up."""
        self.shutdown(wait=False, cancel_futures=True)


def _hand_over(inner: Future[bytes], outer: Future[bytes]) -> None:
    try:
        answer = inner.result()
    except CancelledError:
        outer.set_exception(UsageError("the Dask scheduler went away: give the same command again to continue"))
    except Exception as error:
        # KilledWorker after several workers died on it; the import of autograder that fails over there.
        outer.set_exception(
            WorkerCrashed(f"Dask: {error}") if type(error).__name__ == "KilledWorker" else UsageError(f"Dask: {error}")
        )
    else:
        kind, rest = answer[:1], answer[1:]
        if kind == _CRASHED:
            outer.set_exception(WorkerCrashed(rest.decode()))
        elif kind in _STOPPED:
            numbers, _, partial = rest.partition(b"\n")
            most, spent = map(float, numbers.split())
            outer.set_exception(_STOPPED[kind](most, partial or None, spent))
        else:
            outer.set_result(rest)


def _knock(address: str, timeout: float) -> None:
    """Ask the port before Dask does: a client that never connected complains again when it is thrown away."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("tcp", "tls"):
            socket.create_connection((parts.hostname or "", parts.port or 8786), timeout=timeout).close()
    except (OSError, ValueError) as error:
        raise UsageError(_NOBODY.format(address)) from error
    if not parts.scheme or not parts.netloc:
        raise UsageError(f"--executor {address}: say local, or a scheduler's address such as tcp://host:8786")


_lock = threading.Lock()
_here: Workers | None = None


def _there(function: str, deadline: float | None, *arguments: bytes) -> bytes:
    """On a Dask worker: call a function of :mod:`autograder.batch.tasks` in a child process of this worker."""
    global _here
    with _lock:
        if _here is None:
            _here = Workers(import_module("distributed").get_worker().state.nthreads)
        _here.deadline = deadline
    try:
        return _ANSWER + bytes(_here.submit(getattr(tasks, function), *arguments).result())
    except WorkerCrashed as error:
        return _CRASHED + error.how.encode()
    except Stopped as error:
        kind, most = (_FULL, error.megabytes) if isinstance(error, MemoryPassed) else (_LATE, deadline or 0.0)
        return kind + f"{most} {error.spent}\n".encode() + (error.partial or b"")
