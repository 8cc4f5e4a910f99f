"""Memory of all processes together while a class of each assignment is graded by two workers: 1,000 MB are wanted.

``make bench`` prints it: the most that all processes had at one moment, each page counted once (PSS), beside an
interpreter that imports NumPy, SymPy, JAX and pyplot. ``NABLA_BENCH_MEMORY`` (8) is the size of the class.
"""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.benchmarks.test_throughput import ENVIRONMENT
from tests.benchmarks.test_waiting import AUTOGRADER, BARE, COURSE

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux alone says what processes share"),
]

STUDENTS = int(os.environ.get("NABLA_BENCH_MEMORY", "8"))


def most(command: list[str]) -> dict[str, float]:
    """Process → MB at the moment at which all together had most."""
    found: dict[str, float] = {}
    with psutil.Popen(command, cwd=COURSE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as run:
        while run.poll() is None:
            now: dict[str, float] = {}
            with suppress(psutil.Error):
                for process in (run, *run.children(recursive=True)):
                    with suppress(psutil.Error, OSError):
                        now[_name(process, run.pid)] = now.get(_name(process, run.pid), 0.0) + _mb(process.pid)
            if sum(now.values()) > sum(found.values()):
                found = now
            time.sleep(0.05)
    assert run.returncode in (0, 3)
    return found


def _mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _name(process: psutil.Process, command: int) -> str:
    if process.pid == command:
        return "command"
    line = " ".join(process.cmdline())
    if "inside.template" in line:
        return "jails"
    return "judges" if process.ppid() == command else "comparing"


@pytest.fixture(scope="module")
def bare() -> float:
    """The unit, in MB; the table's head is printed with it."""
    whole = sum(most([*BARE[:-1], f"{BARE[-1]}; import time; time.sleep(1)"]).values())
    print(f"\nthe bare imports: {whole:.0f} MB")
    print(f"| {STUDENTS} notebooks, 2 workers | all together, MB | of the bare imports | of which |")
    print("|---|---|---|---|")
    return whole


@pytest.mark.parametrize("name", [f"hw{number:02}" for number in range(1, 9)])
def test_memory(name: str, bare: float, tmp_path: Path) -> None:
    made, out = tmp_path / name, tmp_path / f"grades-{name}"
    subprocess.run(
        [*AUTOGRADER, "simulate", name, "--students", str(STUDENTS), "-o", str(made)],
        cwd=COURSE, check=True, capture_output=True, env=ENVIRONMENT,
    )  # fmt: skip
    found = most([*AUTOGRADER, "grade", name, f"{made}/submissions.zip", "-o", str(out), "--jobs", "2"])
    whole, parts = (
        sum(found.values()),
        ", ".join(f"{part} {megabytes:.0f}" for part, megabytes in sorted(found.items())),
    )
    print(f"| {name} | {whole:,.0f} | {whole / bare:.1f}× | {parts} |", flush=True)
    assert found.keys() >= {"command", "judges", "jails"}
