"""A fork that stands for a process, and the worker that it starts: its time, its size, its end, what it says first."""

import os
import signal
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.compare.arbiter import child, forked
from autograder.compare.arbiter.forked import Forked
from autograder.compare.arbiter.frames import READY, write_frame

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the arbiter forks; without fork it is restarted")


def spawned(script: str) -> Forked:
    """A fork of which only the process is there."""
    found = object.__new__(Forked)
    found.pid = os.posix_spawn("/bin/sh", ["sh", "-c", script], os.environ)
    found.returncode = None
    return found


def test_a_fork_is_waited_for_as_a_process_is() -> None:
    ended = spawned("exit 3")
    assert [ended.wait(), ended.poll(), ended.wait(timeout=0.0)] == [3, 3, 3]
    ended.kill()  # is none any more
    running = spawned("exec sleep 600")
    assert running.poll() is None
    with pytest.raises(subprocess.TimeoutExpired) as late:
        running.wait(timeout=0.01)
    assert late.value.timeout == 0.01
    running.kill()
    assert [running.wait(timeout=600.0), running.poll()] == [-signal.SIGKILL] * 2


def test_a_fork_that_somebody_else_waited_for_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = spawned("exit 3")
    os.waitpid(taken.pid, 0)
    assert (taken.poll(), taken.returncode) == (0, 0)
    asked: list[Any] = []
    late = object.__new__(Forked)
    late.pid, late.returncode = 77, None
    monkeypatch.setattr(forked.os, "waitpid", lambda pid, how: asked.append((pid, how)) or (0, 0))
    assert late.poll() is None
    assert asked == [(77, os.WNOHANG)]


def test_a_worker_has_so_much_time_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[Any] = []
    monkeypatch.setattr(child.signal, "setitimer", lambda which, seconds: timers.append((which, seconds)))
    for seconds in (2.5, None):
        out, into = os.pipe()
        answers_out, answers = os.pipe()
        write_frame(into, b"a")
        os.close(into)
        limit = sys.getrecursionlimit()
        try:
            child.work(out, answers, lambda content: iter([content]), seconds)
        finally:
            sys.setrecursionlimit(limit)
            for end in (out, answers_out, answers):
                os.close(end)
        assert timers == ([] if seconds is None else [(signal.ITIMER_PROF, 2.5), (signal.ITIMER_PROF, 0.0)])
        timers.clear()


@pytest.mark.parametrize(("hard", "limit"), [(-1, 3 * 2**30), (2**40, 3 * 2**30), (2**30, 2**30)])
def test_a_worker_is_bound_to_a_size_and_to_its_arbiter(monkeypatch: pytest.MonkeyPatch, hard: int, limit: int) -> None:
    import ctypes
    import resource

    assert resource.RLIM_INFINITY == -1
    told: list[Any] = []
    library = SimpleNamespace(prctl=lambda *what: told.append(what))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (17, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: told.append((which, limits)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    monkeypatch.setattr(child, "sys", SimpleNamespace(platform="linux"))
    child._bind_to_parent()
    bound = (resource.RLIMIT_AS, (limit, hard))
    assert told == [bound, (1, signal.SIGKILL)]
    told.clear()
    monkeypatch.setattr(child, "sys", SimpleNamespace(platform="darwin"))
    child._bind_to_parent()
    assert told == [bound]


SERVING = """
import gc, os, sys
from autograder.compare.arbiter import child
from autograder.compare.arbiter.frames import READY, read_frame, write_frame
import signal

def arbitrate(requests, answers, seconds, serve):
    print("astray")
    write_frame(answers, repr((requests, seconds, serve is serve_here, gc.isenabled(), gc.get_threshold()[0] >= 10_000,
        gc.get_freeze_count() > 1_000, signal.getsignal(signal.SIGINT) is signal.SIG_IGN)).encode())

def work(requests, answers, serve):
    write_frame(answers, repr((requests, serve is serve_here)).encode())

def serve_here(content):
    yield content

child.arbitrate, child.work, serve = arbitrate, work, serve_here
sys.modules["here"] = sys.modules["__main__"]
gc.disable()
if "alone" in sys.argv:
    del os.fork
child.serve_standard(2.5, "here")
"""


@pytest.mark.parametrize(
    ("alone", "served", "printed"),
    [([], b"(0, 2.5, True, True, True, True, True)", b"astray\n"), (["alone"], b"(0, True)", b"")],
    ids=["arbiter", "alone"],
)
def test_who_serves_is_ready_before_it_does_and_prints_to_stderr(
    alone: list[str], served: bytes, printed: bytes
) -> None:
    done = subprocess.run([sys.executable, "-c", SERVING, *alone], capture_output=True, timeout=300, check=True)
    out, into = os.pipe()
    os.write(into, done.stdout)
    os.close(into)
    assert [child.read_frame(out), child.read_frame(out)] == [READY, served]
    os.close(out)
    assert done.stderr == printed


class Worker:
    """Made and killed, and nothing else."""

    def __init__(self, made: list[Any], serve: Any, seconds: float) -> None:
        made.append(("made", serve, seconds))
        self.made = made

    def kill(self) -> None:
        self.made.append("killed")


def arbitrated(monkeypatch: pytest.MonkeyPatch, *, parents: list[int], looks: list[bool], **more: Any) -> list[Any]:
    """What an arbiter does whose parent is these, one after the other, and who is asked when it looks or is not."""
    done: list[Any] = []
    parent, look = iter(parents), iter(looks)

    def select(readers: list[int], *_: Any) -> Any:
        done.append(("look", readers, _[-1]))
        return ([7] if next(look) else [], [], [])

    def asked(worker: Any, content: bytes, requests: int, deadline: float) -> Any:
        done.append(("asked", content, requests, deadline))
        return more["replies"].pop(0)

    def written(file: int, content: bytes) -> None:
        done.append(("written", file, content))
        if "broken" in more:
            raise BrokenPipeError

    monkeypatch.setattr(child, "Worker", lambda serve, seconds: Worker(done, serve, seconds))
    monkeypatch.setattr(child, "os", SimpleNamespace(getppid=lambda: next(parent)))
    monkeypatch.setattr(child, "select", SimpleNamespace(select=select))
    monkeypatch.setattr(child, "time", SimpleNamespace(monotonic=lambda: 100.0))
    monkeypatch.setattr(child, "read_frame", lambda requests: b"content")
    monkeypatch.setattr(child, "_asked", asked)
    monkeypatch.setattr(child, "write_frame", written)
    child.arbitrate(7, 8, 2.5, len)  # type: ignore[arg-type]
    return done


LOOK, MADE, ASKED = ("look", [7], 2.0), ("made", len, 2.5), ("asked", b"content", 7, 110.0)


def test_an_arbiter_ends_with_its_parent_and_its_worker_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done = arbitrated(monkeypatch, parents=[5, 5, 6], looks=[False, False])
    assert done == [MADE, LOOK, LOOK, "killed"]


def test_an_arbiter_replaces_a_worker_that_is_of_no_use_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = [(b"one", True), (b"two", False), (b"three", True)]
    done = arbitrated(monkeypatch, parents=[5, 6], looks=[True, True, True, False], replies=replies)
    assert done == [
        MADE, LOOK, ASKED, ("written", 8, b"one"), LOOK, ASKED, "killed", MADE, ("written", 8, b"two"),
        LOOK, ASKED, ("written", 8, b"three"), LOOK, "killed",
    ]  # fmt: skip


def test_an_arbiter_whose_parent_does_not_listen_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    done = arbitrated(monkeypatch, parents=[5], looks=[True], replies=[(b"one", True)], broken=True)
    assert done == [MADE, LOOK, ASKED, ("written", 8, b"one"), "killed"]


def test_a_worker_that_is_killed_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    names = ("kill", "waitpid", "close")
    fakes = {name: lambda *what, name=name: done.append((name, *what)) for name in names}
    monkeypatch.setattr(child, "os", SimpleNamespace(**fakes))
    worker: Any = SimpleNamespace(pid=77, requests=8, answers=9)
    child.Worker.kill(worker)
    assert done == [("kill", 77, signal.SIGKILL), ("waitpid", 77, 0), ("close", 8), ("close", 9)]
