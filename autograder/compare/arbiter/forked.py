"""An arbiter that is a fork of this process: it shares what was imported here, in time and in memory."""

import gc
import os
import signal
import subprocess
import time
import traceback
import warnings
from typing import IO

__all__ = ["Forked", "Process"]


class Forked:
    """As much of :class:`subprocess.Popen` as :class:`~autograder.compare.arbiter.parent.Child` asks for."""

    def __init__(self, module: str, seconds: float, complaints: IO[bytes]) -> None:
        """Fork; to be called while this process has one thread.

        Args:
            module: whose ``serve`` answers the requests.
            seconds: of processor time for one.
            complaints: where the child's stderr goes.
        """
        request_out, request_in = os.pipe()
        answer_out, answer_in = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for number, own in enumerate((request_out, answer_in, complaints.fileno())):
                    os.dup2(own, number)
                # this process's connections close when it ends, and not when its arbiter does
                os.closerange(3, os.sysconf("SC_OPEN_MAX"))
                warnings.simplefilter("ignore")
                gc.freeze()  # to look through what is shared would make it this process's own
                from autograder.compare.arbiter.child import serve_standard

                serve_standard(seconds, module)
                os._exit(0)
            except Exception:
                traceback.print_exc()  # where it is read as the reason why there is none
            finally:
                os._exit(1)
        os.close(request_out)
        os.close(answer_in)
        self.stdin: IO[bytes] | None = os.fdopen(request_in, "wb", buffering=0)
        self.stdout: IO[bytes] | None = os.fdopen(answer_out, "rb", buffering=0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        if self.returncode is None:
            try:
                ended, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                ended, status = self.pid, 0
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and timeout is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("the process that compares formulas", timeout)
            time.sleep(0.002)
        return status

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


Process = subprocess.Popen[bytes] | Forked
