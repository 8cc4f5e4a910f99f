"""Ratios, from one run on one machine: our throughput beside ``otter run`` and nbgrader; memory and rate over many.

``make bench`` runs it at full size. ``NABLA_BENCH_NOTEBOOKS`` (60), ``NABLA_BENCH_RIVALS`` (16) and
``NABLA_BENCH_MANY`` (1000) make it smaller; the promised figures are asserted at full size only, since a start of some
seconds weighs on a few notebooks. The others grade fewer: ``otter run`` starts anew for each, so its rate does not
depend on how many, and of nbgrader's time on sixteen its one start is a twentieth. All three grade one notebook before
the clock runs, so that bytecode is compiled and files are in memory; ours starts each time without compiled JAX
functions of an earlier run. Two run at a time (``NABLA_BENCH_JOBS``); nbgrader, which grades one course in one process,
is measured as it is and with two courses.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median

import psutil
import pytest

from tests.benchmarks import sheet

pytestmark = pytest.mark.bench

NOTEBOOKS = int(os.environ.get("NABLA_BENCH_NOTEBOOKS", "60"))
RIVALS = int(os.environ.get("NABLA_BENCH_RIVALS", str(min(16, NOTEBOOKS))))
MANY = int(os.environ.get("NABLA_BENCH_MANY", "1000"))
JOBS = int(os.environ.get("NABLA_BENCH_JOBS", "2"))
FULL = NOTEBOOKS >= 40

# What tests/conftest.py keeps of JAX's compilations would make everybody faster than they are.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("JAX_")
}
# nbgrader calls alembic by its name.
ENVIRONMENT["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{ENVIRONMENT['PATH']}"
GRADE = [sys.executable, "-c", "from autograder.cli import main; main()", "grade"]


@pytest.fixture(scope="module", autouse=True)
def _compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One notebook with each of the three."""
    place = tmp_path_factory.mktemp("before")
    zipped, paths = sheet.write_otter(sheet.WITH, place, 1)
    grade(zipped, place / "submitted", place / "grades", paths[0])
    otter_run(zipped, paths, place / "otter")
    nbgrader(sheet.WITH, 1, place / "nbgrader")


def grade(zipped: Path, submissions: Path, out: Path, solution: Path) -> float:
    """Wall seconds of one ``autograder grade``, from its start to its end; nothing is kept of an earlier one."""
    begun = time.perf_counter()
    command = [*GRADE, str(zipped), str(submissions), "-o", str(out), "--jobs", str(JOBS), "--solution", str(solution)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_nothing_kept(out))
    assert done.returncode == 0, done.stdout + done.stderr
    return time.perf_counter() - begun


def _nothing_kept(out: Path) -> dict[str, str]:
    """The environment, with a cache folder in which no earlier run has left compiled functions."""
    return ENVIRONMENT | {"XDG_CACHE_HOME": str(out.with_name(f"{out.name}-cache"))}


def cpu_of_grade(zipped: Path, submissions: Path, out: Path, solution: Path) -> float:
    """CPU seconds of one ``autograder grade`` and all that it starts.

    Read while they live: the jail dies with its worker and is waited for by nobody, so no parent's usage has it.
    """
    command = [*GRADE, str(zipped), str(submissions), "-o", str(out), "--jobs", str(JOBS), "--solution", str(solution)]
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_nothing_kept(out)) as run:
        while run.poll() is None:
            most = max(most, _cpu_seconds(run.pid))
            time.sleep(0.05)
    assert run.returncode == 0
    return most


def otter_run(zipped: Path, paths: list[Path], out: Path) -> float:
    """Wall seconds of ``otter run`` on these, ``JOBS`` at a time."""

    def one(path: Path) -> None:
        # Each in a folder of its own: Otter writes beside the notebook and unpacks beside the zip.
        place = out / path.stem
        (place / "results").mkdir(parents=True)
        shutil.copy(zipped, place / "autograder.zip")
        shutil.copy(path, place / path.name)
        command = [sys.executable, "-m", "otter", "run", "-a", "autograder.zip", "-o", "results", path.name]
        subprocess.run(command, cwd=place, capture_output=True, check=True, env=ENVIRONMENT)
        assert (place / "results" / "results.json").is_file()

    begun = time.perf_counter()
    with ThreadPoolExecutor(JOBS) as threads:
        list(threads.map(one, paths))
    return time.perf_counter() - begun


def nbgrader(tasks: tuple[sheet.Task, ...], students: int, out: Path, *, courses: int = 1) -> float:
    """Wall seconds of ``nbgrader autograde``: one process a course, because a course's database takes one writer."""

    def run(command: str, course: Path) -> None:
        words = [sys.executable, "-m", "nbgrader", *command.split()]
        subprocess.run(words, cwd=course, capture_output=True, check=True, env=ENVIRONMENT)

    folders = [out / f"course{number}" for number in range(min(courses, students))]
    for number, course in enumerate(folders):
        sheet.write_nbgrader(tasks, course, range(number, students, courses))
        run("generate_assignment hw --create", course)
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(folders)) as threads:
        list(threads.map(lambda course: run("autograde hw --create", course), folders))
    elapsed = time.perf_counter() - begun
    for course in folders:
        assert len(list((course / "autograded").glob("*/hw/hw.ipynb"))) == len(list((course / "submitted").iterdir()))
    return elapsed


def tell(*rows: tuple[str, float, int]) -> list[float]:
    """Print a table and return each row's rate a minute."""
    rates = [60 * count / seconds for _, seconds, count in rows]
    print("\n| | notebooks | seconds | a minute | ours is |")
    print("|---|---|---|---|---|")
    for (name, seconds, count), rate in zip(rows, rates, strict=True):
        print(f"| {name} | {count} | {seconds:.1f} | {rate:.1f} | {rates[0] / rate:.1f}× |")
    return rates


def test_six_questions_with_jax_and_plots(tmp_path: Path) -> None:
    zipped, paths = sheet.write_otter(sheet.WITH, tmp_path, NOTEBOOKS)
    ours = grade(zipped, tmp_path / "submitted", tmp_path / "grades", paths[0])
    otter = otter_run(zipped, paths[:RIVALS], tmp_path / "otter")
    one = nbgrader(sheet.WITH, RIVALS, tmp_path / "nbgrader")
    several = nbgrader(sheet.WITH, RIVALS, tmp_path / "courses", courses=JOBS)
    rates = tell(
        (f"autograder grade --jobs {JOBS}", ours, NOTEBOOKS),
        (f"otter run, {JOBS} at a time", otter, RIVALS),
        ("nbgrader autograde", one, RIVALS),
        (f"nbgrader autograde, {JOBS} courses at a time", several, RIVALS),
    )
    if FULL:
        assert rates[0] >= 15 * rates[1]
        assert rates[0] >= 8 * rates[2]
        assert rates[0] >= 5 * rates[3]


def test_no_jax_and_no_plots(tmp_path: Path) -> None:
    zipped, paths = sheet.write_otter(sheet.WITHOUT, tmp_path, NOTEBOOKS)
    ours = grade(zipped, tmp_path / "submitted", tmp_path / "grades", paths[0])
    otter = otter_run(zipped, paths[:RIVALS], tmp_path / "otter")
    rates = tell((f"autograder grade --jobs {JOBS}", ours, NOTEBOOKS), (f"otter run, {JOBS} at a time", otter, RIVALS))
    if FULL:
        assert rates[0] >= 40 * rates[1]


WARM = """
import os, resource, sys, time
import jax, jax.numpy, matplotlib, numpy, sympy
matplotlib.use("Agg")
import matplotlib.pyplot
from mpl_toolkits import mplot3d
cells = open(sys.argv[1]).read().split("\\f")
os.environ["JAX_COMPILATION_CACHE_DIR"] = sys.argv[2]
jax.config.update("jax_compilation_cache_dir", sys.argv[2])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
for number in range(6):
    child = os.fork()
    if child == 0:
        names = {}
        for cell in cells:
            exec(compile(cell, "cell", "exec"), names)
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    if number:
        print(used.ru_utime + used.ru_stime)
"""


def test_cpu_beside_the_cells_alone_in_a_warm_interpreter(tmp_path: Path) -> None:
    """What a submission costs beyond its own cells: the difference of two runs, so that no start is counted."""
    cells = [source.replace("%matplotlib inline", "") for source in sheet.code(sheet.WITH, 0)]
    alone = _cpu_in_a_warm_interpreter(cells, tmp_path / "alone")
    # The tests call the student's functions 60 times, which the cells alone do not.
    tested = _cpu_in_a_warm_interpreter([*cells, *(task.assertions for task in sheet.WITH)], tmp_path / "tested")
    spent = []
    few = max(1, NOTEBOOKS // 4)
    for count in (few, few + NOTEBOOKS):
        zipped, paths = sheet.write_otter(sheet.WITH, tmp_path / str(count), count)
        spent.append(cpu_of_grade(zipped, tmp_path / str(count) / "submitted", tmp_path / f"grades{count}", paths[0]))
    each = (spent[1] - spent[0]) / NOTEBOOKS
    print("\n| CPU of one submission | seconds | ours is |")
    print("|---|---|---|")
    print(f"| autograder grade, judge and jail together | {each:.2f} | |")
    print(f"| its cells alone, in a warm interpreter | {alone:.2f} | {each / alone:.2f}× |")
    print(f"| its cells and the tests' assertions there | {tested:.2f} | {each / tested:.2f}× |")
    if FULL:
        assert each <= 1.5 * alone


def _cpu_in_a_warm_interpreter(cells: list[str], place: Path) -> float:
    """CPU seconds of these cells in a fork of an interpreter that has their imports, with compiled JAX functions."""
    place.mkdir()
    (place / "cells").write_text("\f".join(cells))
    command = [sys.executable, "-W", "ignore", "-c", WARM, str(place / "cells"), str(place / "cache")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout
    return median(float(line) for line in said.split())


def test_rate_and_memory_stay_over_many(tmp_path: Path) -> None:
    """The same rate at the end as at the start, and flat memory: per process of the run, jail and judge alike."""
    zipped, paths = sheet.write_otter(sheet.WITHOUT, tmp_path, MANY)
    command = [*GRADE, str(zipped), str(tmp_path / "submitted"), "-o", str(tmp_path / "grades"), "--jobs", str(JOBS)]
    command += ["--solution", str(paths[0]), "--no-similarity"]
    times: list[float] = []
    memory: list[float] = []
    every = max(1, MANY // 20)
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as run:
        assert run.stderr is not None
        for line in run.stderr:
            if re.match(r"\[\d+/", line):
                times.append(time.perf_counter())
                if len(times) % every == 0:
                    memory.append(_megabytes(run.pid))
    assert run.returncode == 0
    assert len(times) == MANY
    fifth = MANY // 5
    first, last = (fifth / (times[end] - times[start]) for start, end in ((0, fifth), (MANY - 1 - fifth, MANY - 1)))
    growth = median(memory[-3:]) / median(memory[1:4])
    print(f"\n{MANY} submissions: {60 * first:.0f} a minute in the first fifth, {60 * last:.0f} in the last")
    print("MB of all processes, at twentieths: " + ", ".join(f"{each:.0f}" for each in memory))
    if MANY >= 1000:
        assert last >= 0.9 * first
        assert growth <= 1.1


def _cpu_seconds(pid: int) -> float:
    """Of a process, of what it started and of what those have waited for."""
    whole = 0.0
    with suppress(psutil.Error):
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            with suppress(psutil.Error):
                whole += sum(process.cpu_times()[:4])
    return whole


def _megabytes(pid: int) -> float:
    """Memory of a process and what it started; what forks share is counted once (PSS)."""
    whole = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            whole += process.memory_full_info().pss
        except psutil.Error:
            continue
    return whole / 2**20
