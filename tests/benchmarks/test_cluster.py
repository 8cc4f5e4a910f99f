"""Many machines, tried on this one: 1, 2 and 4 Dask workers, what a submission sends, and what 100 workers would do.

``make bench`` prints it. More workers than cores show that nothing is lost, not that anything is faster. The prediction
is a model, printed with what it assumes; ``NABLA_BENCH_CLUSTER`` (40) is the number of notebooks, without JAX.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
import psutil
import pytest

from autograder.batch import Conditions, tasks
from autograder.batch.digests import assignment_digest, files_of, package_digest
from autograder.model import Submission
from tests.benchmarks import sheet
from tests.benchmarks.test_throughput import ENVIRONMENT, GRADE

pytestmark = pytest.mark.bench

NOTEBOOKS = int(os.environ.get("NABLA_BENCH_CLUSTER", "40"))
MACHINES = 100


class Took(NamedTuple):
    clock: float
    parent: float
    """Processor seconds of the command, which hands out and writes."""
    workers: float
    """Processor seconds of all workers and what they started."""


def _seconds(of: psutil.Process, seen: dict[int, float]) -> None:
    with suppress(psutil.Error):
        for process in (of, *of.children(recursive=True)):
            with suppress(psutil.Error):
                seen[process.pid] = sum(process.cpu_times()[:2])


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and so many workers of one thread, each a process as on a machine of its own."""
    folder.mkdir()
    module, where = [sys.executable, "-m"], folder / "scheduler.json"
    command = [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    command += ["--scheduler-file", str(where)]
    environment = ENVIRONMENT | {"XDG_CACHE_HOME": str(folder / "cache")}

    def begin(line: list[str]) -> psutil.Popen:
        return psutil.Popen(line, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)

    started = [begin(command)]
    try:
        while not (where.exists() and where.read_text().rstrip().endswith("}")):
            assert started[0].poll() is None
            time.sleep(0.02)
        address = json.loads(where.read_text())["address"]
        line = [*module, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        started += [begin(line) for _ in range(workers)]
        yield address, started[1:]
    finally:
        for process in reversed(started):
            process.terminate()
        psutil.wait_procs(started, timeout=60)


def graded(zipped: Path, submitted: Path, out: Path, address: str, workers: list[psutil.Process]) -> Took:
    """One class, with a worker's start and import where they are fresh."""
    begun, parent, theirs = time.perf_counter(), dict[int, float](), dict[int, float]()
    for worker in workers:
        _seconds(worker, theirs)
    before = sum(theirs.values())
    command = [*GRADE, str(zipped), str(submitted), "-o", str(out), "--executor", address]
    with psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as run:
        while run.poll() is None:
            _seconds(run, parent)
            for worker in workers:
                _seconds(worker, theirs)
            time.sleep(0.05)
    assert run.returncode == 0
    assert len((out / "grades.csv").read_text().splitlines()) == 1 + len(list(submitted.glob("*.ipynb")))
    return Took(time.perf_counter() - begun, sum(parent.values()), sum(theirs.values()) - before)


def bytes_sent(zipped: Path, notebook: Path) -> tuple[int, int]:
    """Of the assignment, which goes with each submission, and of the submission."""
    setup = tasks.Setup(
        assignment=str(zipped),
        digest=assignment_digest(zipped),
        package=package_digest(),
        conditions=Conditions(),
        archive=files_of(zipped),
    )
    work = Submission(key="s", students=(), file=notebook.name, path=str(notebook))
    task = tasks.Task(submission=work, contents={str(notebook): notebook.read_bytes()})
    return len(msgspec.msgpack.encode(setup)), len(msgspec.msgpack.encode(task))


def test_workers(tmp_path: Path) -> None:
    zipped, paths = sheet.write_otter(sheet.WITHOUT, tmp_path / "class", NOTEBOOKS)
    one, _ = sheet.write_otter(sheet.WITHOUT, tmp_path / "one", 1)
    print(f"\n| Dask workers, {NOTEBOOKS} notebooks | seconds | command | workers | first notebook, fresh workers |")
    print("|---|---|---|---|---|")
    held: dict[int, Took] = {}
    first: dict[int, Took] = {}
    for count in (1, 2, 4):
        with cluster(tmp_path / f"cluster{count}", count) as (address, workers):
            first[count] = graded(one, one.parent / "submitted", tmp_path / f"first{count}", address, workers)
            held[count] = graded(zipped, paths[0].parent, tmp_path / f"grades{count}", address, workers)
        took = held[count]
        print(f"| {count} | {took.clock:.1f} | {took.parent:.2f} | {took.workers:.2f} | {first[count].clock:.1f} s |")
    assignment, submission = bytes_sent(zipped, paths[0])
    print(f"\na submission sends {assignment + submission:,} bytes, {assignment:,} of them the assignment")
    with cluster(tmp_path / "killed", 2) as (address, workers):
        command = [*GRADE, str(zipped), str(paths[0].parent), "-o", str(tmp_path / "half"), "--executor", address]
        with psutil.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT, text=True
        ) as watched:
            for line in watched.stderr:
                if line.startswith(f"[{NOTEBOOKS // 4}/"):
                    workers[0].kill()
        assert watched.returncode == 0
    same = (tmp_path / "half" / "grades.csv").read_bytes() == (tmp_path / "grades1" / "grades.csv").read_bytes()
    print(f"one of two workers killed after {NOTEBOOKS // 4}: grades.csv is the same: {same}")
    assert same
    # of a few notebooks the command's own part is within the noise: a thousandth of a second is then assumed
    each, serial = held[1].workers / NOTEBOOKS, max(1e-3, (held[1].parent - first[1].parent) / (NOTEBOOKS - 1))
    students = 100 * MACHINES
    ideal = max(students / MACHINES * each, students * serial)
    print(
        f"model: {each:.3f} s of a worker and {serial:.4f} s of the command a notebook; {students:,} on {MACHINES}"
        f" workers then take {first[1].clock:.0f} + {ideal:.0f} s, and more than {each / serial:.0f} workers"
        " gain nothing, if each has a core, the network carries what is sent, and no notebook is longer than the others"
    )
