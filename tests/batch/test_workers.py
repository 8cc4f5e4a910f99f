"""Worker processes: one that dies, hangs, raises or grows costs nobody else anything."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.batch import Workers, default_jobs, tasks
from autograder.batch.executors.scratch import Scratch
from autograder.batch.executors.workers import DeadlinePassed, MemoryPassed, WorkerCrashed, WorkerFault, _Clock
from autograder.errors import BugError
from tests import ROOT
from tests.batch import batch_jobs


@pytest.fixture(autouse=True)
def _children_find_the_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def gone(pid: int) -> bool:
    """Whether it ends, within a minute: on a busy machine even that takes its time."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def written(note: Path) -> list[str]:
    """The words of a file that another process writes, as soon as they are there."""
    while not (words := note.read_text().split() if note.exists() else []):
        time.sleep(0.02)
    return words


def test_many_answers_from_one_process_in_order() -> None:
    with Workers(1) as workers:
        futures = [workers.submit(tasks.echo, bytes([number]) * number) for number in range(50)]
        assert [future.result() for future in futures] == [bytes([number]) * number for number in range(50)]
        assert workers.submit(batch_jobs.pid, b"").result() == workers.submit(batch_jobs.pid, b"").result()


def test_a_megabyte_passes() -> None:
    with Workers(1) as workers:
        assert workers.submit(tasks.echo, b"x" * 5_000_000).result() == b"x" * 5_000_000


def test_a_worker_that_is_killed_is_replaced_and_its_work_done_once_more(tmp_path: Path) -> None:
    with Workers(1) as workers:
        before = workers.submit(batch_jobs.pid, b"").result()
        assert workers.submit(batch_jobs.die_once, str(tmp_path / "flag").encode()).result() == b"alive"
        assert workers.submit(batch_jobs.pid, b"").result() != before


def test_what_kills_its_worker_twice_is_given_up_and_named() -> None:
    with Workers(1) as workers:
        with pytest.raises(WorkerCrashed, match=r"died twice.*exit status 7: out of luck"):
            workers.submit(batch_jobs.die, b"").result()
        assert workers.submit(tasks.echo, b"next").result() == b"next"


def test_what_hangs_is_killed_at_the_deadline_and_keeps_what_it_reported() -> None:
    with Workers(1, deadline=60) as workers:
        with pytest.raises(DeadlinePassed) as caught:
            workers.submit(batch_jobs.hang, b"0.3").result()
        assert caught.value.partial == b"half"
        assert caught.value.seconds == 0.3
        assert workers.submit(tasks.echo, b"next").result() == b"next"


def test_what_says_nothing_is_killed_at_the_whole_deadline() -> None:
    with Workers(1, deadline=60) as workers:
        assert workers.submit(batch_jobs.keep_promises, b"1").result() == b"kept"
    with Workers(1, deadline=0.7) as workers:
        workers.submit(tasks.echo, b"").result()  # whose process has started is given no more than the deadline
        with pytest.raises(DeadlinePassed) as caught:
            workers.submit(batch_jobs.keep_promises, b"1000").result()
        assert caught.value.partial is None or caught.value.partial == b"half"


def test_what_takes_all_the_memory_is_killed_and_keeps_what_it_reported() -> None:
    with Workers(1, most_mb=200) as workers:
        with pytest.raises(MemoryPassed, match="more than 200 MB") as caught:
            workers.submit(batch_jobs.swell, b"400").result()
        assert caught.value.partial == b"half"
        assert caught.value.spent > 0
        assert workers.submit(batch_jobs.swell, b"1").result() == b"small"


def test_what_is_left_of_a_deadline_is_what_the_work_says(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("autograder.batch.executors.workers.time.monotonic", lambda: now)
    clock = _Clock(540.0)
    now = 100.0  # the start of a process is nobody's fault
    clock.limited(b"30.0")
    assert clock.left() == 30.0
    clock.promised(b"60.0\nhalf")
    now = 120.0
    assert (clock.left(), clock.spent()) == (10.0, 120.0)
    clock.limited(b"500.0")
    assert clock.left() == 10.0


def test_promises_that_are_kept_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("autograder.batch.executors.workers.time.monotonic", lambda: now)
    clock = _Clock(100.0)
    for _ in range(4):
        clock.promised(b"5.0\nhalf")
        assert (clock.left(), clock.allowed, clock.partial) == (5.0, 5.0, b"half")
        now += 4.0
        assert clock.left() == 1.0
        clock.kept()
        assert (clock.left(), clock.allowed, clock.partial) == (100.0 - now, 100.0, None)
    clock.promised(b"5.0\n")
    now += 6.0
    assert clock.left() == 0.0


def test_an_exception_comes_back_with_its_traceback() -> None:
    with Workers(1) as workers:
        with pytest.raises(WorkerFault, match=r"(?s)batch_jobs.py.*ValueError: no such luck"):
            workers.submit(batch_jobs.raise_it, b"no such luck").result()
        assert workers.submit(tasks.echo, b"next").result() == b"next"


def test_a_worker_that_has_grown_is_replaced() -> None:
    with Workers(1, growth_mb=50) as workers:
        first = workers.submit(batch_jobs.pid, b"").result()
        assert workers.submit(batch_jobs.grow, b"10").result() == first
        assert workers.submit(batch_jobs.grow, b"80").result() == first
        assert workers.submit(batch_jobs.pid, b"").result() != first


def test_killing_stops_at_once_and_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    note = tmp_path / "note"
    workers = Workers(2)
    futures = [workers.submit(batch_jobs.leave_behind, str(note).encode()) for _ in range(4)]
    stray, folder = written(note)
    while not Path(folder, "left").exists():
        time.sleep(0.02)
    workers.kill()
    assert all(future.cancelled() or isinstance(future.exception(), WorkerCrashed) for future in futures)
    assert gone(int(stray))
    assert not Path(folder).exists()
    with pytest.raises(RuntimeError, match="shut down"):
        workers.submit(tasks.echo, b"")


PARENT = """
import sys
from tests.batch import batch_jobs
from autograder.batch import Workers
Workers(1).submit(batch_jobs.leave_behind, sys.argv[1].encode()).result()
"""


def test_kill_9_of_the_parent_ends_the_workers_and_the_next_run_sweeps(tmp_path: Path) -> None:
    note = tmp_path / "note"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(note)], env=os.environ | {"TMPDIR": str(tmp_path)})
    stray = psutil.Process(int(written(note)[0]))
    worker = stray.parent()
    assert worker is not None
    parent.kill()
    parent.wait()
    assert gone(worker.pid)
    stray.kill()  # a judge starts no such thing; the jail's processes end with the jail's own parent-death signal
    left = list(tmp_path.glob("autograder-run-*"))
    assert left
    with Scratch(tmp_path) as scratch:
        assert [path for path in tmp_path.glob("autograder-run-*") if path != scratch.path] == []


def test_a_living_run_is_not_swept(tmp_path: Path) -> None:
    with Scratch(tmp_path) as first, Scratch(tmp_path) as second:
        assert first.path.is_dir()
        assert second.path.is_dir()


def test_only_bytes_cross() -> None:
    with Workers(1) as workers, pytest.raises(BugError):
        workers.submit(tasks.echo, "text")


def test_jobs_are_bounded_by_cores_and_by_memory() -> None:
    assert default_jobs(memory_mb=1e12) == 1
    assert 1 <= default_jobs(memory_mb=1) <= (os.cpu_count() or 1)
