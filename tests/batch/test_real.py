"""Real workers, a real jail, real signals: what a kill leaves behind, and a Dask cluster that loses a node."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

import psutil
import pytest

pytestmark = pytest.mark.slow

PAUSING = """
import os, signal, sys
from autograder.cli import main
from autograder.cli.commands import grade
# A shell that runs the tests in the background leaves SIGINT ignored, and a child inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
pause, lines = int(sys.argv.pop(1)), grade._lines
def pausing(counts):
    show = lines(counts)
    def shown(result, done, of, there):
        show(result, done, of, there)
        if done == pause:
            os.kill(os.getpid(), signal.SIGSTOP)
    return shown
grade._lines = pausing
main()
"""
"""``autograder`` that stops itself when so many submissions are done: the test acts at that moment on any machine."""
TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 2

@test_case()
def test_it({name}):
    assert {name} == {right}
"""
ROSTER = "Student,ID,SIS Login ID,Section,hw (1)\n    Points Possible,,,,4\n" + "".join(
    f'"S{number}, Ann",{number},s{number},Lec,\n' for number in range(1, 9)
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An assignment of two questions and eight notebooks that take a moment each."""
    tests = tmp_path / "hw" / "tests"
    tests.mkdir(parents=True)
    for name, right in (("q1", 4), ("q2", 9)):
        (tests / f"{name}.py").write_text(TEST.format(name=name, right=right))
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "in").mkdir()
    for number in range(1, 9):
        cells = [f"import time  # {number}", "q1 = 4", f"time.sleep(0.3); q2 = {9 if number % 3 else 8}"]
        notebook = {
            "cells": [
                {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
                for source in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        (tmp_path / "in" / f"s{number}ann_{number}_9{number}_hw.ipynb").write_text(json.dumps(notebook))
    return tmp_path


class Call:
    """One ``autograder grade`` in a process of its own; what it prints goes into a file.

    Args:
        pause: it stops when so many submissions are done, until it is sent SIGCONT.
    """

    def __init__(self, place: Path, out: str, *options: str, pause: int = 0) -> None:
        self._said = place / f"said-{out}-{time.monotonic_ns()}"
        command = [sys.executable, "-c", PAUSING, str(pause), "grade", "hw", "in", "--roster", "roster.csv", "-o", out]
        with self._said.open("wb") as said:
            self.process = subprocess.Popen([*command, *options], cwd=place, stdout=said, stderr=subprocess.STDOUT)

    @property
    def said(self) -> str:
        return self._said.read_text()

    def until_paused(self) -> None:
        while psutil.Process(self.process.pid).status() != psutil.STATUS_STOPPED:
            assert self.process.poll() is None, self.said
            time.sleep(0.02)

    def end(self) -> int:
        return self.process.wait(timeout=300)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def processes_below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def journaled(out: Path) -> tuple[int, int]:
    """How many results there are, and how often the one that was graded most often was."""
    with closing(sqlite3.connect(out / "journal.db")) as journal:
        count, most = journal.execute("SELECT count(*), max(times) FROM results").fetchone()
        return count, most


def all_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=60)[1]


def test_interrupted_and_killed_and_continued_gives_the_bytes_of_an_undisturbed_run(place: Path) -> None:
    with Call(place, "calm", "--jobs", "1") as calm:
        assert calm.end() == 0, calm.said

    with Call(place, "wild", "--jobs", "2", pause=2) as first:
        first.until_paused()
        below = processes_below(first.process.pid)
        first.process.send_signal(signal.SIGINT)
        first.process.send_signal(signal.SIGCONT)
        assert first.end() == 130, first.said
        assert "Give the same command again to go on" in first.said
        assert "Traceback" not in first.said
        assert all_gone(below)

    kept = journaled(place / "wild")[0]
    assert 2 <= kept < 7

    with Call(place, "wild", "--jobs", "2", pause=kept + 1) as second:
        second.until_paused()
        below = processes_below(second.process.pid)
        assert below
        with Call(place, "wild") as refused:
            assert refused.end() == 2
            assert re.fullmatch(r"error: .*another run is writing to this folder.*\n", refused.said)
        second.process.kill()
        second.end()
        assert all_gone(below)

    with Call(place, "wild", "--jobs", "2") as third:
        assert third.end() == 0, third.said
    for name in ("grades.csv", "lms/canvas.csv"):
        assert (place / "wild" / name).read_bytes() == (place / "calm" / name).read_bytes()
    assert journaled(place / "wild") == (8, 1)
    scores = [line.rsplit(",", 3)[1] for line in (place / "wild" / "grades.csv").read_text().splitlines()[1:]]
    assert scores == ["4", "4", "2", "4", "4", "2", "4", "4"]


@pytest.fixture
def cluster(place: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    quiet = {"cwd": place, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    module = [sys.executable, "-m"]
    where = place / "scheduler.json"
    scheduler = [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*scheduler, "--scheduler-file", str(where)], **quiet)]  # type: ignore[call-overload]
    while not (where.exists() and where.read_text().rstrip().endswith("}")):
        assert started[0].poll() is None
        time.sleep(0.02)
    address = json.loads(where.read_text())["address"]
    worker = [*module, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [subprocess.Popen(worker, **quiet) for _ in range(2)]  # type: ignore[call-overload]
    yield address, started[1:]
    # One that is asked to end, when its scheduler ends as well, sometimes has not done so after a minute.
    for process in started:
        process.kill()
        process.wait()


def test_a_dask_worker_that_is_killed_loses_nothing(
    place: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    with Call(place, "far", "--executor", address, pause=2) as far:
        far.until_paused()
        below = processes_below(workers[0].pid)
        workers[0].kill()
        far.process.send_signal(signal.SIGCONT)
        assert far.end() == 0, far.said
        assert "8 graded" in far.said
        assert all_gone(below)
    scores = [line.rsplit(",", 3)[1] for line in (place / "far" / "grades.csv").read_text().splitlines()[1:]]
    assert scores == ["4", "4", "2", "4", "4", "2", "4", "4"]
    assert journaled(place / "far") == (8, 1)


def test_no_scheduler_is_one_line(place: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        from autograder.batch.executors.dask import Cluster
        from autograder.errors import UsageError

        with pytest.raises(UsageError, match=f"no Dask scheduler answers at {address}"):
            Cluster(address, timeout=1)
