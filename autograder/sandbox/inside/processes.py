"""What belongs to one submission while it runs, read from ``/proc``, and how all of it is ended."""

import ctypes
import os
import signal
import sys
from contextlib import suppress

from autograder.model import Record

MAX_THREADS = 1024
_PAGE_MB = (os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096) / 2**20
_CLOCK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_SET_CHILD_SUBREAPER = 36


class Usage(Record, frozen=True, kw_only=True):
    """What a submission's processes use at this moment, or have used."""

    cpu_seconds: float
    memory_mb: float
    """Resident memory of all its processes, peak so far."""
    over_mb: float = 0.0
    """The same without what the warm process had already; pages that its processes share are counted more than once."""
    processes: int = 0
    threads: int = 0


class Watch:
    """One submission's processes.

    Args:
        child: the process that was forked for it.
        confined: everything in this process namespace but us belongs to it; else only our descendants.
        at_start_mb: resident memory of the warm process.
    """

    def __init__(self, child: int, confined: bool, at_start_mb: float) -> None:
        self._child = child
        self._confined = confined
        self._at_start = at_start_mb
        self._peak = 0.0
        self._reaped = 0.0
        self.exit_status: int | None = None
        self._gone = False
        self.pidfd: int | None = None
        with suppress(OSError, AttributeError):
            self.pidfd = os.pidfd_open(child)

    def gone(self) -> bool:
        """Whether the submission's own process has ended; collects whatever has ended."""
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._gone = True
                break
            if pid == 0:
                break
            self._reaped += used.ru_utime + used.ru_stime
            if pid == self._child:
                self.exit_status = status
                self._gone = True
                # ru_maxrss is in KB on Linux and in bytes on a Mac
                self._peak = max(self._peak, used.ru_maxrss / (1024 if sys.platform == "linux" else 2**20))
        return self._gone

    def usage(self) -> Usage:
        pids = self._pids()
        count = threads = 0
        cpu = self._reaped
        memory = 0.0
        for pid in pids:
            fields = _stat(pid)
            if fields is None:
                continue
            count += 1
            # fields from the state on: utime, stime, cutime, cstime are 11–14, threads 17, resident pages 21
            cpu += sum(int(field) for field in fields[11:15]) / _CLOCK
            threads += int(fields[17])
            memory += int(fields[21]) * _PAGE_MB
        self._peak = max(self._peak, memory - self._at_start * (count - 1))  # what they share with us counts once
        over = memory - self._at_start * count
        return Usage(cpu_seconds=cpu, memory_mb=self._peak, over_mb=over, processes=count, threads=threads)

    def exact_mb(self) -> float:
        """As ``over_mb``, each shared page counted once; slower."""
        return max(0.0, memory_mb(self._pids()) - self._at_start / 2)

    def delayed_seconds(self) -> float:
        """How long that thread of its own process which had to wait longest for a processor waited, since it began."""
        longest = 0
        with suppress(OSError, ValueError, IndexError):  # not every kernel counts it
            for thread in os.listdir(f"/proc/{self._child}/task"):
                with open(f"/proc/{self._child}/task/{thread}/schedstat") as file:
                    longest = max(longest, int(file.read().split()[1]))
        return longest / 1e9

    def interrupt(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGINT)

    def end(self) -> Usage:
        """Kill everything and wait until it is gone."""
        if not self._gone:
            self.usage()
        while True:
            if self._confined:
                with suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            else:
                for pid in self._pids():
                    with suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
            try:
                pid, status, used = os.wait4(-1, 0)
            except ChildProcessError:
                break
            self._reaped += used.ru_utime + used.ru_stime
            if pid == self._child:
                self.exit_status = status
                self._peak = max(self._peak, used.ru_maxrss / (1024 if sys.platform == "linux" else 2**20))
        if self.pidfd is not None:
            os.close(self.pidfd)
        return Usage(cpu_seconds=self._reaped, memory_mb=self._peak)

    def _pids(self) -> list[int]:
        if self._confined:
            return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        import psutil

        return [process.pid for process in psutil.Process().children(recursive=True)]


def _stat(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def memory_mb(pids: list[int]) -> float:
    """Proportional memory of these processes together; resident memory where that cannot be read."""
    total = 0.0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                for line in file:
                    if line.startswith("Rss:" if pid == os.getpid() else "Pss:"):
                        total += int(line.split()[1]) / 1024
                        break
        except OSError:
            fields = _stat(pid)
            total += int(fields[21]) * _PAGE_MB if fields else 0.0
    return total


def address_space_mb() -> int:
    """How much this process has mapped; 0 where that is not known."""
    try:
        with open("/proc/self/statm") as file:
            return int(int(file.read().split()[0]) * _PAGE_MB)
    except OSError:
        return 0


def adopt_orphans(libc: ctypes.CDLL) -> None:
    """Processes whose parent died come to us, so that we can end them, outside of an own process namespace too."""
    libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
