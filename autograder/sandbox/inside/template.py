"""The warm process: imports once, then forks for each submission and clears up behind it.

It is process 1 of the jail's own process namespace, so that no signal of a student's process reaches it, and it is not
dumpable, so that none can look into it or change it. It has no secrets: what it knows is what the libraries hold.

Run as ``python -P -m autograder.sandbox.inside.template CONFIG``.
"""

import ctypes
import gc
import os
import resource
import select
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress

import msgspec

from autograder.sandbox.inside import processes, scratch
from autograder.sandbox.line import MAX_FROM_JUDGE, Config, Gone, Job, Line, Notice, Order, wire

_TICK = 0.05
_SET_DUMPABLE = 4
_NO_NEW_PRIVILEGES = 38


def main() -> None:
    """Read what it is told on the command line, import, say so, and fork for each submission until the judge leaves."""
    config = msgspec.json.decode(sys.argv[1], type=Config)
    if config.connect is None:
        control = socket.socket(fileno=config.control)
    else:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.connect(config.connect)
            _, descriptors, _, _ = socket.recv_fds(door, 64, 1)
        control = socket.socket(fileno=descriptors[0])
    control.set_inheritable(False)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(name, signal.SIG_IGN)
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if libc is not None:
        libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if not config.confined:
            processes.adopt_orphans(libc)
    gc.disable()  # nothing that is imported is garbage, and looking for it takes a quarter of the time
    from autograder.sandbox.inside import prepare

    shell = prepare.prepare()
    warmed: set[str] = set()
    at_start = _warm(control, config.uses, warmed, shell)
    with suppress(ConnectionError):  # the command is gone
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
            if not message:
                break
            if descriptors:
                job = msgspec.json.decode(message, type=Job)
                _one_submission(control, job, descriptors[0], config, shell, libc, at_start)
            elif (order := msgspec.json.decode(message, type=Order)).order == "warm":
                at_start = _warm(control, order.uses, warmed, shell)
    if config.remove:
        shutil.rmtree(config.remove, ignore_errors=True)


def _warm(control: socket.socket, uses: tuple[str, ...], warmed: set[str], shell: object) -> float:
    """Make ready what notebooks with these words need, say so, and return the memory of this process, in MB."""
    from autograder.sandbox.inside import prepare

    prepare.warm([word for word in uses if word not in warmed], shell)
    warmed.update(uses)
    if prepare.touched():
        _tell(control, Notice(what="failed", detail="JAX was started before the fork"))
        raise SystemExit(1)
    at_start = processes.memory_mb([os.getpid()])
    _tell(control, Notice(what="ready"))
    return at_start


def _tell(control: socket.socket, notice: Notice) -> None:
    control.send(msgspec.json.encode(notice))


def _one_submission(
    control: socket.socket,
    job: Job,
    descriptor: int,
    config: Config,
    shell: object,
    libc: ctypes.CDLL | None,
    at_start: float,
) -> None:
    os.makedirs(config.scratch, exist_ok=True)
    child = os.fork()
    if child == 0:
        try:
            control.close()
            _become_student(job, descriptor, config, shell, libc)
        finally:
            os._exit(1)
    os.close(descriptor)
    watch = processes.Watch(child, config.confined, at_start)
    status, detail = _until_end(control, job, watch)
    usage = watch.end()
    clean = scratch.wipe(config.wipe)
    if status == "":
        status, detail = _how(watch.exit_status)
    _tell(
        control,
        Notice(
            what="ended",
            status=status,
            detail=detail,
            cpu_seconds=usage.cpu_seconds,
            memory_mb=usage.memory_mb,
            spent=not clean,
        ),
    )


def _until_end(control: socket.socket, job: Job, watch: processes.Watch) -> tuple[str, str]:
    """Wait until the judge ends it, a limit does, or it dies (an empty status)."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    if watch.pidfd is not None:
        poll.register(watch.pidfd, select.POLLIN)
    tick = 0.01
    while True:
        events = {descriptor for descriptor, _ in poll.poll(tick * 1000)}
        tick = min(_TICK, tick * 2)
        if control.fileno() in events:
            message = control.recv(1 << 16)
            order = msgspec.json.decode(message, type=Order).order if message else "end"
            if order == "end":
                return "ok", ""
            if order == "gone":
                return _after_closing(watch)
            if order == "interrupt":
                watch.interrupt()
                _tell(control, Notice(what="interrupted"))
            elif order == "usage":
                usage = watch.usage()
                _tell(
                    control,
                    Notice(
                        what="usage",
                        cpu_seconds=usage.cpu_seconds,
                        delayed_seconds=watch.delayed_seconds(),
                        memory_mb=usage.memory_mb,
                    ),
                )
        if watch.gone():
            return "", ""
        usage = watch.usage()
        if usage.over_mb > job.memory_mb and (usage.processes < 2 or watch.exact_mb() > job.memory_mb):
            return "memory", f"it used more than {job.memory_mb} MB of memory"
        if usage.processes > job.processes or usage.threads > processes.MAX_THREADS:
            return "processes", f"it started more than {job.processes} processes or {processes.MAX_THREADS:,} threads"
        if usage.cpu_seconds > job.cpu_seconds:
            return "timeout", f"it used more than {job.cpu_seconds:g} s of processor time"


def _after_closing(watch: processes.Watch) -> tuple[str, str]:
    """The judge saw the connection close: usually the process is ending, and what it died of is the answer."""
    until = time.monotonic() + 3.0  # a busy machine takes its time to end a process, and must tell the same
    while time.monotonic() < until:
        if watch.gone():
            return "", ""
        time.sleep(0.005)
    return "crashed", "it closed its connection to us"


def _how(status: int | None) -> tuple[str, str]:
    if status is None:
        return "crashed", "its process disappeared"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in (signal.SIGXCPU,):
            return "timeout", "it used up its processor time"
        name = signal.Signals(number).name if number in signal.Signals._value2member_map_ else str(number)
        return "crashed", f"its process was ended by signal {name}"
    return "crashed", f"its process ended itself with status {os.WEXITSTATUS(status)}"


def _become_student(job: Job, descriptor: int, config: Config, shell: object, libc: ctypes.CDLL | None) -> None:
    os.setsid()
    if libc is not None:
        libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0)  # its memory is its own now, and tools expect /proc/self to be readable
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(name, signal.SIG_DFL)
    cpu = max(1, int(job.cpu_seconds + 0.999))
    _limit(resource.RLIMIT_CPU, cpu, cpu + 1)
    _limit(resource.RLIMIT_FSIZE, job.file_mb << 20)
    _limit(resource.RLIMIT_NOFILE, job.open_files)
    _limit(resource.RLIMIT_CORE, 0)
    if config.confined:
        _limit(resource.RLIMIT_NPROC, processes.MAX_THREADS + 64)
        # One huge array is a MemoryError, as on a full machine. XLA reserves what it does not use: a few GB, and for
        # each core some threads with their stacks and allocation arenas.
        space = processes.address_space_mb()
        if space:
            _limit(resource.RLIMIT_AS, (space + job.memory_mb + 4096 + 256 * (os.cpu_count() or 1)) << 20)
    os.chdir(config.scratch)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    if null > 2:
        os.close(null)
    sys.path.insert(0, "")
    gc.enable()
    sock = socket.socket(fileno=descriptor)
    line = Line(sock, wire.from_judge, MAX_FROM_JUDGE, None)
    from autograder.sandbox.inside import otter_stub
    from autograder.sandbox.inside.notebook import Notebook

    notebook = Notebook(line, shell)  # type: ignore[arg-type] # the shell is made in prepare()
    otter_stub.install(notebook.check)
    try:
        notebook.main()
    except Gone:
        os._exit(0)


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    with suppress(ValueError, OSError):  # already lower, and it cannot be raised
        resource.setrlimit(which, (soft, soft if hard is None else hard))


if __name__ == "__main__":
    main()
