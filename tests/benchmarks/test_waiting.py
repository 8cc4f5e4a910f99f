"""What a person waits for, command by command, beside the imports that no such command can do without.

``make bench`` prints it: seconds on the clock, processor seconds of all processes, and these as a multiple of an
interpreter that imports NumPy, SymPy, JAX and pyplot and does nothing. Only such multiples are held, as far as they
have been measured: a clock says how busy the machine is. ``NABLA_BENCH_CLASS`` (100) makes the class smaller; of 300
the row of one ``override`` is printed with ``NABLA_BENCH_CLASS=300 pytest -k test_a_class``.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from autograder import build
from tests.benchmarks.test_throughput import ENVIRONMENT

pytestmark = pytest.mark.bench

STUDENTS = int(os.environ.get("NABLA_BENCH_CLASS", "100"))
COURSE = Path(__file__).parents[2]
AUTOGRADER = [sys.executable, "-c", "from autograder.cli import main; main()"]
BARE = [sys.executable, "-c", "import jax.numpy, matplotlib.pyplot, numpy, sympy"]


class Spent(NamedTuple):
    processor: float
    """First: of several runs the one with the least of it counts."""
    clock: float


def spent(command: list[str], cache: Path, *, ends: tuple[int, ...] = (0,), course: Path = COURSE) -> Spent:
    """Of one command and all that it starts, looked at while they live: nobody waits for the jail's forks."""
    seconds: dict[int, float] = {}
    begun = time.perf_counter()
    environment = ENVIRONMENT | {"XDG_CACHE_HOME": str(cache)}
    with subprocess.Popen(
        command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as run:
        while run.poll() is None:
            with suppress(psutil.Error):
                for process in [psutil.Process(run.pid), *psutil.Process(run.pid).children(recursive=True)]:
                    with suppress(psutil.Error):
                        seconds[process.pid] = sum(process.cpu_times()[:2])
            time.sleep(0.02)
        said = run.stdout.read() if run.stdout else ""
    assert run.returncode in ends, said
    return Spent(sum(seconds.values()), time.perf_counter() - begun)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Spent:
    """The unit, with the head of the table that is printed row by row."""
    cache = tmp_path_factory.mktemp("bare")
    spent(BARE, cache)
    unit = min(spent(BARE, cache) for _ in range(3))
    print("\n| what a person waits for | seconds | processor seconds | of the bare imports |", flush=True)
    print("|---|---|---|---|", flush=True)
    row("an interpreter that imports NumPy, SymPy, JAX and pyplot", unit, unit)
    return unit


def row(name: str, took: Spent, bare: Spent, most: float | None = None) -> None:
    """Print a row at once, for a run that is broken off, and hold its multiple where ``most`` is given."""
    multiple = took.processor / bare.processor
    print(f"| {name} | {took.clock:.1f} | {took.processor:.2f} | {multiple:.2f}× |", flush=True)
    if most is not None:
        assert multiple <= most, f"{name}: {multiple:.2f} ×, not {most} ×"


FLOOR = """
import json, sys, types
otter = types.ModuleType("otter")
otter.Notebook = lambda *_: types.SimpleNamespace(check=lambda *_: None)
sys.modules["otter"] = otter
import jax.numpy, matplotlib.pyplot, numpy, sympy
matplotlib.use("agg")
names = {}
for cell in json.load(open(sys.argv[1]))["cells"]:
    if cell["cell_type"] == "code":
        exec("".join(cell["source"]).replace("%matplotlib inline", ""), names)
"""


def test_its_cells_alone(bare: Spent, tmp_path: Path) -> None:
    """What nobody who runs the notebook gets under: the imports and its cells, in one interpreter, with no grading."""
    work = str(COURSE / "tests" / "submissions" / "hw01" / "by_hand.ipynb")
    took = min(spent([sys.executable, "-c", FLOOR, work], tmp_path) for _ in range(3))
    row("the cells of `one.ipynb` alone, with these imports", took, bare)


def test_one_notebook(bare: Spent, tmp_path: Path) -> None:
    work = str(COURSE / "tests" / "submissions" / "hw01" / "by_hand.ipynb")
    cache = tmp_path / "cache"
    build.assemble(COURSE, "hw01")

    def grade(out: str) -> Spent:
        return spent([*AUTOGRADER, "grade", "hw01", work, "-o", str(tmp_path / out)], cache)

    row("`autograder grade hw01 one.ipynb`, first of its class", grade("first"), bare)
    row("the same for another folder", min(grade(f"cold{number}") for number in range(3)), bare, 5.5)
    row("the same again, nothing to do", min(grade("first") for _ in range(3)), bare, 0.4)


def test_a_drop_folder(bare: Spent, tmp_path: Path) -> None:
    """From a notebook's arrival in the folder until ``grades.csv`` has it; a cold ``grade`` is in the rows above."""
    work = (COURSE / "tests" / "submissions" / "hw01" / "by_hand.ipynb").read_bytes()
    dropped, grades, said = tmp_path / "in", tmp_path / "out" / "grades.csv", tmp_path / "said"
    dropped.mkdir()
    environment = ENVIRONMENT | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    watch = [*AUTOGRADER, "grade", "hw01", str(dropped), "--watch", "-o", str(grades.parent), "--jobs", "1"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with said.open("w") as file:
        run = psutil.Popen(watch, cwd=COURSE, stdout=file, stderr=file, env=environment)
    signal.signal(signal.SIGINT, before)
    with run:
        for name in ("first", "second", "third"):
            time.sleep(10 if name == "first" else 2)
            used, begun = _all_used(run), time.perf_counter()
            (dropped / f"{name}.ipynb").write_bytes(work)
            while not (grades.is_file() and name in grades.read_text()):
                assert run.poll() is None, said.read_text()
                time.sleep(0.02)
            took = Spent(_all_used(run) - used, time.perf_counter() - begun)
            row(
                f"`--watch`: the {name} notebook, from its arrival to its grade",
                took,
                bare,
                2.0 * (name != "first") or None,
            )
        run.send_signal(signal.SIGINT)
        assert run.wait() in (0, 3, 130)


def _all_used(run: psutil.Popen) -> float:
    """Processor seconds of all processes that live now, forks of the jail that have ended included."""
    used = 0.0
    for process in (run, *run.children(recursive=True)):
        with suppress(psutil.Error):
            used += sum(process.cpu_times()[:4])
    return used


def test_a_class(bare: Spent, tmp_path: Path) -> None:
    cache, out, given = tmp_path / "cache", str(tmp_path / "grades"), str(tmp_path / "class")
    subprocess.run(
        [*AUTOGRADER, "simulate", "hw01", "--students", str(STUDENTS), "-o", given],
        cwd=COURSE, check=True, capture_output=True,
    )  # fmt: skip
    grade = [*AUTOGRADER, "grade", "hw01", f"{given}/submissions.zip", "--roster", f"{given}/canvas.csv", "-o", out]
    wrote = (0, 3)
    row(f"{STUDENTS} simulated submissions of hw01", spent(grade, cache, ends=wrote), bare)
    again = min(spent(grade, cache, ends=wrote) for _ in range(3))
    row(f"{STUDENTS} submissions, nothing to do", again, bare)
    student = json.loads((tmp_path / "grades" / "results.json").read_bytes())["results"][0]["submission"]["key"]
    override = [*AUTOGRADER, "override", "hw01", student, "q1", "1", "--why", "read by hand", "-o", out]
    row(f"one `override` in a class of {STUDENTS}", spent(override, cache, ends=wrote), bare)
    regrade = [*AUTOGRADER, "regrade", "hw01", "-o", out]
    row(f"`regrade` of {STUDENTS}, nothing changed", spent(regrade, cache, ends=wrote), bare)


def test_one_that_loops(bare: Spent, tmp_path: Path) -> None:
    """The rest of the class is graded meanwhile, and the loop costs its cell."""
    given, out = tmp_path / "class", tmp_path / "grades"
    subprocess.run(
        [*AUTOGRADER, "simulate", "hw04", "--students", str(STUDENTS), "-o", str(given)],
        cwd=COURSE, check=True, capture_output=True,
    )  # fmt: skip
    submissions = given / "submissions.zip"
    with zipfile.ZipFile(submissions) as zipped:
        looping = sum(b"while True" in zipped.read(name) for name in zipped.namelist())
    grade = [*AUTOGRADER, "grade", "hw04", str(submissions), "-o", str(out)]
    took = spent(grade, tmp_path / "cache", ends=(0, 3))
    row(f"{STUDENTS} simulated submissions of hw04, {looping} of which loop", took, bare)


@pytest.mark.parametrize("command", [["build", "hw01"], ["lint", "hw01"], ["lint"]], ids=" ".join)
def test_an_author(command: list[str], bare: Spent, tmp_path: Path) -> None:
    """First with nothing kept, then with what that kept."""
    kept, course = tmp_path / "cache", unbuilt(tmp_path)
    said = " ".join(command)
    row(f"`autograder {said}`, the first time", spent([*AUTOGRADER, *command], kept, course=course), bare)
    row(f"`autograder {said}`, nothing changed", spent([*AUTOGRADER, *command], kept, course=course), bare)


def unbuilt(folder: Path) -> Path:
    """The course's sources alone, of which nothing was ever built."""
    shutil.copytree(COURSE / "solutions", folder / "course" / "solutions", ignore=shutil.ignore_patterns(".build"))
    return folder / "course"


def test_versions(bare: Spent, tmp_path: Path) -> None:
    """Ten questions with other numbers for each, drawn and certified from nothing."""
    found = {}
    for count in (1, 40):
        course = unbuilt(tmp_path / str(count))
        source = course / "solutions" / "hw07" / "hw07.ipynb"
        (source.parent / "versions.json").unlink()
        written = source.read_text(encoding="utf-8")
        assert written.count("versions: 40") == 1
        source.write_text(written.replace("versions: 40", f"versions: {count}"), encoding="utf-8")
        found[count] = spent([*AUTOGRADER, "build", "hw07"], tmp_path / "cache", course=course)
        row(f"`autograder build hw07`, versions of it certified: {count}", found[count], bare)
    assert found[40].processor <= 5 * found[1].processor, found


KERNEL = """
import json, sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for name, *cells in json.load(open(sys.argv[1])):
    clock, processor = time.perf_counter(), time.process_time()
    for cell in cells:
        shell.run_cell(cell).raise_error()
    print("spent", time.perf_counter() - clock, time.process_time() - processor)
"""


def test_a_student(bare: Spent, tmp_path: Path) -> None:
    """The cells that a student runs first, in an interpreter that has IPython and nothing else."""
    cells = {
        cell.get("id"): "".join(cell["source"])
        for cell in json.loads(build.solution_notebook(COURSE, "hw01").read_bytes())["cells"]
        if cell["cell_type"] == "code"
    }
    asked = cells["student"].replace('STUDENT = ""', 'STUDENT = "ann@example.edu"')
    first = 'x = sp.symbols("x")\ndfdx = 6 * x + 2\ngrader.check("q1")'
    parts = [
        ("student: the first cell", asked, cells["init"]),
        ("student: the imports", cells["imports"].replace("%matplotlib inline", "")),
        ("student: the first check", first),
        ("student: the second check", first),
    ]
    (tmp_path / "cells.json").write_text(json.dumps(parts))
    said = subprocess.run(
        [sys.executable, "-c", KERNEL, "cells.json"],
        cwd=tmp_path, capture_output=True, text=True, check=True, env=ENVIRONMENT,
    ).stdout  # fmt: skip
    found = [line.split()[1:] for line in said.splitlines() if line.startswith("spent")]
    assert len(found) == len(parts), said
    for (name, *_), (clock, processor), most in zip(parts, found, (0.2, 1.0, 0.3, 0.1), strict=True):
        row(name, Spent(float(processor), float(clock)), bare, most)
