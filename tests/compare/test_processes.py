"""The three processes seen from this one: how the child is started, asked, waited for and ended, with fakes for it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import autograder
from autograder.compare.arbiter import parent
from autograder.compare.arbiter.frames import DIED, READY, TIMED_OUT, Ended, write_frame
from autograder.errors import BugError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the arbiter forks; without fork it is restarted")

NOT_YET, LAST = b'{"final": false, "n": 1}', b'{"final": true, "n": 2}'


class Fake:
    """A process that has said something already, and keeps what is done to it."""

    def __init__(self, *said: bytes, closed: bool = False, stubborn: bool = False) -> None:
        self.requests, stdin = os.pipe()
        stdout, answers = os.pipe()
        for frame in said:
            write_frame(answers, frame)
        self.answers = answers
        if closed:
            os.close(answers)
        self.stdin, self.stdout = os.fdopen(stdin, "wb", buffering=0), os.fdopen(stdout, "rb", buffering=0)
        self.closed, self.stubborn = closed, stubborn
        self.pid, self.status = 4321, None
        self.done: list[Any] = []

    def poll(self) -> int | None:
        return self.status

    def wait(self, timeout: float | None = None) -> int:
        self.done.append(("wait", timeout))
        if self.stubborn and timeout is not None:
            raise subprocess.TimeoutExpired("fake", timeout)
        return 0

    def kill(self) -> None:
        self.done.append("kill")

    def end(self) -> None:
        self.stdin.close()
        self.stdout.close()
        os.close(self.requests)
        if not self.closed:
            os.close(self.answers)


@pytest.fixture
def fake() -> Iterator[Any]:
    made: list[Fake] = []

    def make(*said: bytes, **more: Any) -> Fake:
        made.append(Fake(*said, **more))
        return made[-1]

    yield make
    for one in made:
        one.end()


def child_of(process: Any, *, seconds: float = 7.0, complaints: Any = None) -> parent.Child:
    """One whose process is there."""
    found = parent.Child("nobody.serves", hard_seconds=seconds)
    found._process, found._owner, found._complaints = process, os.getpid(), complaints
    return found


@pytest.mark.parametrize(
    ("said", "closed", "alone", "reply", "stopped"),
    [
        # the first word of an arbiter is its last; of a process that works alone the one that says so
        ([LAST], False, False, LAST, False), ([NOT_YET, LAST], False, False, NOT_YET, False),
        ([NOT_YET, LAST], False, True, LAST, False), ([b"{}", LAST], False, True, b"{}", False),
        ([TIMED_OUT], False, False, None, False), ([DIED], False, False, None, False),
        ([], True, False, None, True), ([NOT_YET], True, True, NOT_YET, True), ([], True, True, None, True),
    ],
    ids=range(9),
)  # fmt: skip
def test_the_last_word_of_a_child(
    monkeypatch: pytest.MonkeyPatch,
    fake: Any,
    said: list[bytes],
    closed: bool,
    alone: bool,
    reply: bytes | None,
    stopped: bool,
) -> None:
    timers: list[Any] = []

    class Timer:
        def __init__(self, seconds: float, action: Any) -> None:
            timers.append(("made", seconds, action))

        def start(self) -> None:
            timers.append("started")

        def cancel(self) -> None:
            timers.append("cancelled")

    monkeypatch.setattr(parent.threading, "Timer", Timer)
    if alone:
        monkeypatch.delattr(os, "fork")
    process = fake(*said, closed=closed)
    asked = child_of(process)
    assert asked.ask(b"content") == reply
    assert os.read(process.requests, 100) == b"\0\0\0\x07content"
    assert (asked.pid, process.done) == ((None, [("wait", 1.0)]) if stopped else (4321, []))
    # it is killed from here only where it cannot limit itself
    assert timers == [("made", 7.0, process.kill), *(["started"] if alone else []), "cancelled"]


def test_a_child_is_waited_for_so_long_and_then_given_up(monkeypatch: pytest.MonkeyPatch, fake: Any) -> None:
    process = fake()
    asked = child_of(process)
    waited: list[float] = []

    def wait(one: Any, seconds: float) -> None:
        assert one is process
        waited.append(seconds)
        raise Ended

    monkeypatch.setattr(asked, "_wait", wait)
    assert asked.ask(b"") is None
    assert waited == [7.0 * 4 + 6]
    assert asked.pid is None


def test_waiting_is_for_a_word_or_for_milliseconds(monkeypatch: pytest.MonkeyPatch, fake: Any) -> None:
    asked = parent.Child()
    with pytest.raises(Ended):
        asked._wait(fake(), 0.0)
    asked._wait(fake(b"word"), 0.0)
    told: list[Any] = []
    poll = SimpleNamespace(register=lambda *what: told.append(what), poll=lambda most: told.append(most) or [1])
    monkeypatch.setattr("select.poll", lambda: poll)
    silent = fake()
    asked._wait(silent, 1.5)
    assert told == [(silent.stdout.fileno(), 1), 1500.0]


def test_a_child_that_begins_has_to_say_that_it_is_ready(fake: Any, tmp_path: Path) -> None:
    for said, why in (([READY], None), ([b"hello"], "no reason given"), ([b"hello"], "x" * 500), ([], "no such room")):
        complaints = (tmp_path / "complaints").open("w+b")
        complaints.write(b"" if why in (None, "no reason given") else f"y{why} \n".encode())
        process = fake(*said, LAST, closed=True)
        asked = child_of(process, complaints=complaints)
        if why is None:
            assert asked.ask(b"") == LAST
        else:
            with pytest.raises(BugError) as raised:
                asked.ask(b"")
            told = f"y{why}"[-500:] if why != "no reason given" else why
            assert str(raised.value) == f"the process that compares formulas cannot be started: {told}"
            assert (asked.pid, process.done) == (None, [("wait", 1.0)])
        assert complaints.closed
        assert asked._complaints is None


def test_how_long_a_child_may_take_to_begin(monkeypatch: pytest.MonkeyPatch, fake: Any, tmp_path: Path) -> None:
    for alone in (False, True):
        waited: list[float] = []
        asked = child_of(fake(READY, LAST), complaints=(tmp_path / "none").open("w+b"))
        monkeypatch.setattr(asked, "_wait", lambda one, seconds, waited=waited: waited.append(seconds))
        if alone:
            monkeypatch.delattr(os, "fork")
        assert asked.ask(b"") == LAST
        assert waited == ([] if alone else [60.0, 34.0])


def test_what_is_started_and_with_what(monkeypatch: pytest.MonkeyPatch, fake: Any) -> None:
    started: list[Any] = []

    def popen(command: list[str], **options: Any) -> Any:
        started.append((command, options))
        return fake()

    monkeypatch.setattr(parent.subprocess, "Popen", popen)
    root = str(Path(autograder.__file__).resolve().parents[1])
    for before, path in ((None, root), ("there", f"{root}{os.pathsep}there")):
        monkeypatch.setenv("PYTHONPATH", before) if before else monkeypatch.delenv("PYTHONPATH", raising=False)
        begun = parent.Child("some.module", hard_seconds=2.5)
        begun.begin()
        begun.begin()  # there is one
        command, options = started.pop()
        assert not started
        assert command == [sys.executable, "-P", "-m", "autograder.compare.arbiter.child", "2.5", "some.module"]
        told = (options["env"]["PYTHONPATH"], options["env"]["PYTHONWARNINGS"], options["bufsize"])
        assert told == (path, "ignore", 0)
        assert (options["stdin"], options["stdout"]) == (subprocess.PIPE, subprocess.PIPE)
        assert options["stderr"] is begun._complaints
        assert options["env"].items() >= {("PATH", os.environ["PATH"])}
        begun.close()
    assert (parent.HARD_SECONDS, parent.JUDGING) == (4.5, "autograder.compare.arbiter.judging")
    assert parent.Child()._hard_seconds == 4.5


def test_one_that_has_ended_or_is_another_processs_is_no_child(fake: Any) -> None:
    ended = fake()
    ended.status = 1
    mine = child_of(ended)
    assert mine._there() is None
    assert (mine.pid, ended.done, ended.stdin.closed, ended.stdout.closed) == (None, [("wait", 1.0)], True, True)
    # after a fork the pipes are the parent's: nothing of it is closed or waited for
    theirs = fake()
    copy = child_of(theirs)
    copy._owner = os.getpid() + 1
    assert copy._there() is None
    assert (copy._owner, theirs.done, theirs.stdin.closed) == (os.getpid(), [], False)
    assert copy._process is theirs
    copy._owner += 1
    copy.close()
    assert (copy._process, theirs.done, theirs.stdin.closed) == (None, [], False)


def test_one_that_does_not_end_is_killed(fake: Any, tmp_path: Path) -> None:
    stubborn = fake(stubborn=True)
    complaints = (tmp_path / "complaints").open("w+b")
    asked = child_of(stubborn, complaints=complaints)
    asked.close()
    assert stubborn.done == [("wait", 1.0), "kill", ("wait", None)]
    assert (complaints.closed, asked._complaints, asked.pid) == (True, None, None)
    asked.close()  # there is none
    half = fake()
    half.stdin.close()
    half.stdin = None
    child_of(half).close()
    assert (half.done, half.stdout.closed) == ([("wait", 1.0)], True)
    half.stdin = half.stdout


@pytest.mark.parametrize(
    ("processes", "platform", "modules", "threads", "called"),
    [
        (True, "linux", {"sympy": sys}, 1, ["fork"]), (True, "linux", {"sympy": sys}, 2, ["begin"]),
        (True, "linux", {}, 1, ["begin"]), (True, "linux", {"sympy": sys, "jax": sys}, 1, ["begin"]),
        (True, "darwin", {"sympy": sys}, 1, ["begin"]), (True, "win32", {"sympy": sys}, 1, ["begin"]),
        (False, "emscripten", {"sympy": sys}, 1, []),
    ],
    ids=range(7),
)  # fmt: skip
def test_when_the_shared_child_is_a_fork(
    monkeypatch: pytest.MonkeyPatch,
    processes: bool,
    platform: str,
    modules: dict[str, Any],
    threads: int,
    called: list[str],
) -> None:
    done: list[str] = []
    shared = SimpleNamespace(fork=lambda: done.append("fork"), begin=lambda: done.append("begin"))
    monkeypatch.setattr(parent, "_shared", shared)
    monkeypatch.setattr(parent, "PROCESSES", processes)
    monkeypatch.setattr(parent, "threading", SimpleNamespace(active_count=lambda: threads))
    monkeypatch.setattr(parent, "sys", SimpleNamespace(modules=modules, platform=platform))
    parent.begin()
    assert done == called


def test_a_fork_is_made_once(monkeypatch: pytest.MonkeyPatch, fake: Any) -> None:
    made: list[Any] = []

    def forked_(*arguments: Any) -> Any:
        made.append(arguments)
        return fake()

    monkeypatch.setattr(parent, "Forked", forked_)
    begun = parent.Child("some.module", hard_seconds=2.5)
    begun.fork()
    begun.fork()
    assert made == [("some.module", 2.5, begun._complaints)]
    begun.close()


def test_threads_wait_for_one_another(fake: Any) -> None:
    asked = child_of(fake(LAST, LAST))
    with asked._lock:
        late = threading.Thread(target=asked.ask, args=(b"",))
        late.start()
        late.join(0.05)
        assert late.is_alive()
    late.join()
