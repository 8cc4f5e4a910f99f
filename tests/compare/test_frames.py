"""What passes between the three processes that decide: frames on pipes, and what is made of silence and of an end."""

import os
import struct
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from autograder.compare.arbiter import child, frames, parent
from autograder.compare.arbiter.frames import DIED, TIMED_OUT, Ended, read_frame, write_frame
from autograder.compare.arbiter.request import Reply, Request
from autograder.compare.criterion import Criterion
from autograder.expressions.text.parser import read
from autograder.model import Outcome, Reason, Verdict

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the arbiter forks; without fork it is restarted")

NOT_YET, LAST = b'{"final": false, "n": 1}', b'{"final": true, "n": 2}'


@pytest.fixture
def pipes() -> Iterator[Any]:
    """Pipes that are closed at the end, whatever was closed before."""
    made: list[int] = []

    def pipe() -> tuple[int, int]:
        ends = os.pipe()
        made.extend(ends)
        return ends

    yield pipe
    for end in made:
        try:
            os.close(end)
        except OSError:
            continue


def test_a_frame_comes_out_as_it_went_in_however_it_is_cut(pipes: Any) -> None:
    out, into = pipes()
    for content in (b"", b"x", b"\0" * 1_000, "é".encode()):
        write_frame(into, content)
        assert read_frame(out) == content
    large = os.urandom(300_000)  # more than a pipe holds
    writer = threading.Thread(target=write_frame, args=(into, large))
    writer.start()
    assert read_frame(out) == large
    writer.join()


def test_a_pipe_that_closes_or_says_nonsense_has_ended(pipes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for begun in (b"", b"\0\0", struct.pack("!I", 5) + b"abcd"):
        out, into = pipes()
        os.write(into, begun)
        os.close(into)
        with pytest.raises(Ended):
            read_frame(out)
    monkeypatch.setattr(frames, "MOST_BYTES", 4)
    out, into = pipes()
    write_frame(into, b"four")
    assert read_frame(out) == b"four"
    write_frame(into, b"fives")
    with pytest.raises(Ended):
        read_frame(out)
    os.close(out)
    with pytest.raises(BrokenPipeError):
        write_frame(into, b"x")


def test_a_worker_serves_until_its_pipe_closes(pipes: Any) -> None:
    requests, into = pipes()
    answers_out, answers = pipes()

    def serve(content: bytes) -> Iterator[bytes]:
        yield NOT_YET
        yield content.upper()

    for content in (b"a", b"b"):
        write_frame(into, content)
    os.close(into)
    before = sys.getrecursionlimit()
    try:
        child.work(requests, answers, serve)
        assert sys.getrecursionlimit() == 20_000
    finally:
        sys.setrecursionlimit(before)
    assert [read_frame(answers_out) for _ in range(4)] == [NOT_YET, b"A", NOT_YET, b"B"]


@pytest.mark.parametrize(
    ("said", "closed", "reply", "alive"),
    [
        ([LAST], False, LAST, True),
        ([b"{}"], False, b"{}", True),  # final where it does not say otherwise
        ([NOT_YET, LAST], False, LAST, True),
        ([NOT_YET], False, NOT_YET, False),
        ([], False, TIMED_OUT, False),
        ([NOT_YET], True, NOT_YET, False),
        ([], True, DIED, False),
    ],
)
def test_a_workers_last_word(pipes: Any, said: list[bytes], closed: bool, reply: bytes, alive: bool) -> None:
    worker_reads, requests_in = pipes()
    answers, worker_writes = pipes()
    parents, _ = pipes()
    for frame in said:
        write_frame(worker_writes, frame)
    if closed:
        os.close(worker_writes)
    worker: Any = SimpleNamespace(requests=requests_in, answers=answers)
    waits = not alive and not closed
    patience = 0.2 if waits else 60
    begun = time.monotonic()
    assert child._asked(worker, b"asked", parents, begun + patience) == (reply, alive)
    assert read_frame(worker_reads) == b"asked"
    assert (time.monotonic() - begun >= patience) is waits


@pytest.mark.parametrize("gone", [False, True])
def test_where_the_parent_is_gone_nobody_waits_for_the_worker(pipes: Any, gone: bool) -> None:
    worker_reads, requests_in = pipes()
    answers, _ = pipes()
    parents, parents_in = pipes()
    os.close(parents_in)
    if gone:
        os.close(worker_reads)
    worker: Any = SimpleNamespace(requests=requests_in, answers=answers)
    with pytest.raises(Ended):
        child._asked(worker, b"asked", parents, time.monotonic() + 60)


def test_no_word_is_undecided_and_a_word_is_a_verdict() -> None:
    silent = parent.verdict_of(None)
    assert (silent.outcome, silent.reason) == (Outcome.UNDECIDED, Reason.TIMED_OUT)
    said = Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL, points_used=3)
    assert parent.verdict_of(msgspec.json.encode(Reply(verdict=said))) == said


def test_where_there_are_no_processes_it_is_decided_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: Any, content: bytes) -> bytes:
        raise AssertionError

    monkeypatch.setattr(parent, "PROCESSES", False)
    monkeypatch.setattr(parent.Child, "ask", asked)
    request = Request(desired=[read("2*x", ["x"])], actual=[read("x + x", ["x"])], criterion=Criterion(variables=["x"]))
    assert parent.ask(request).outcome is Outcome.CORRECT


def test_a_child_is_asked_and_forgotten_after_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    made = parent.Child(hard_seconds=30)
    content = msgspec.json.encode(
        Request(desired=[read("x", ["x"])], actual=[read("x", ["x"])], criterion=Criterion(variables=["x"]))
    )
    try:
        assert parent.verdict_of(made.ask(content)).outcome is Outcome.CORRECT
        first, lock = made._process, made._lock
        assert (made.pid, first is not None) == (first and first.pid, True)
        made.forget()
        assert (made.pid, made._inherited, made._lock is lock) == (None, first, False)
        made._process = first
    finally:
        made.close()
    assert made.pid is None
