"""A worker's process: ``python -m autograder.batch.executors.child FD PARENT``, started by ``workers.py``.

Reads a function's name and its arguments, calls it, writes the answer; ends when the pipe closes.
"""

import ctypes
import gc
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from multiprocessing.connection import Connection
from typing import Any

from autograder.batch import tasks


def main(descriptor: int, parent: int) -> None:
    """Serve until the parent closes its end."""
    _end_with(parent)
    # Of what the libraries make as they are imported nothing is garbage.
    gc.disable()
    pipe: Connection[Any, Any] = Connection(descriptor)

    def promise(seconds: float | None, partial: bytes) -> None:
        pipe.send_bytes(b"d" if seconds is None else b"w%r\n%b" % (seconds, partial))

    def limit(seconds: float) -> None:
        pipe.send_bytes(b"l%r" % seconds)

    tasks.promise, tasks.limit = promise, limit
    while True:
        try:
            module, _, function = pipe.recv_bytes().decode().partition(":")
            arguments = [pipe.recv_bytes() for _ in range(int(pipe.recv_bytes()))]
        except (EOFError, OSError):
            break
        try:
            answer = b"r" + getattr(importlib.import_module(module), function)(*arguments)
        except Exception:
            answer = b"e" + traceback.format_exc().encode()
        pipe.send_bytes(answer)
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
    tasks.close()


def _end_with(parent: int) -> None:
    """Die when the parent dies, also by ``kill -9`` and also in the middle of a call."""
    if sys.platform == "linux":
        death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    if sys.platform != "linux":
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    # All is closed, and the parent waits: to take SymPy and JAX apart, object by object, takes as long as to grade.
    sys.stderr.flush()
    os._exit(0)
