"""What a student's machine needs: few packages, no Otter, nothing that only Unix has, and a browser will do."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, distribution
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests import ROOT

PYODIDE = Path(sys.prefix) / "pyodide"
GRADING = {
    "otter", "nbformat", "rich", "jinja2", "yaml", "copydetect", "markdown_it", "latex2mathml", "matplotlib", "jax",
}  # fmt: skip
"""Modules of what grading and the course's notebooks need, and a check of a formula or a function does not."""
MOST_PACKAGES, MOST_MB, MOST_SECONDS = 35, 300, 1.0

FIRST_CELL = """
import time
began = time.process_time()
import autograder
grader = autograder.Notebook("hw", tests={"q1": '''
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 2
@test_case(points=None, hidden=False)
def test_q1(dfdx):
    from autograder import Derivative
    Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)}, name="dfdx").check(dfdx)
'''}, at_grading={"q1": 2})
seconds = time.process_time() - began
"""
ANSWERS = """
from autograder import Derivative, Gradient
said = []
for dfdx in ("6x + 2", lambda x: 6 * x + 2, "6x + 12", "6x +"):
    said.append(repr(grader.check("q1")))
bowl = Gradient("x**2 + x*y", wrt=("x", "y"))
said += [str(bowl.judge(answer).outcome) for answer in ("[2x + y, x]", lambda x, y: [2 * x + y, x], "[2x, x]")]
"""
RIGHT, NOT_YET = "q1: passed, as far as it is checked here.\n1 of 2 checks ran here; the rest", "q1:\nNot yet: "
SAID = [RIGHT, RIGHT, NOT_YET, "q1:\nThis cannot be read as a formula: ", "CORRECT", "CORRECT", "INCORRECT"]
UNIX = """
import os, select, signal, sys, types
# there IPython takes another file for how it runs a command; its older releases import pty in this one
posix = types.ModuleType("IPython.utils._process_posix")
posix.system = posix.getoutput = posix.arg_split = posix.check_pid = None
sys.modules[posix.__name__] = posix
for name in ("fcntl", "resource", "pwd", "grp", "termios", "pty"):
    sys.modules[name] = None
for module, names in {
    os: ("fork", "forkpty", "register_at_fork", "getuid", "setsid", "getpgid", "killpg", "posix_spawn"),
    select: ("poll", "epoll"),
    signal: ("SIGALRM", "SIGPROF", "ITIMER_PROF", "ITIMER_REAL", "alarm", "setitimer"),
}.items():
    for name in names:
        delattr(module, name) if hasattr(module, name) else None
"""


def answered(python: Path, code: str, **environment: str) -> dict[str, object]:
    """What a script's last line says, in an interpreter that finds this package by itself."""
    script = f"{code}\nimport json, sys\nprint(json.dumps({{'said': said, 'modules': sorted(sys.modules)}}))"
    done = subprocess.run(
        [str(python), "-c", script], capture_output=True, text=True, env={**os.environ, **environment}, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def as_expected(said: object) -> bool:
    assert isinstance(said, list)
    return all(text.startswith(start) for text, start in zip(said, SAID, strict=True))


def test_a_check_needs_neither_otter_nor_what_grading_needs() -> None:
    found = answered(Path(sys.executable), FIRST_CELL + ANSWERS)
    assert as_expected(found["said"]), found["said"]
    modules = found["modules"]
    assert isinstance(modules, list)
    assert {name.partition(".")[0] for name in modules} & GRADING == set()


def test_a_check_uses_nothing_that_only_unix_has(tmp_path: Path) -> None:
    # in this process and, by the same file, in the one that it starts
    (tmp_path / "sitecustomize.py").write_text(UNIX)
    found = answered(Path(sys.executable), FIRST_CELL + ANSWERS, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert as_expected(found["said"]), found["said"]
    proof = answered(Path(sys.executable), "import os\nsaid = [hasattr(os, 'fork')]", PYTHONPATH=str(tmp_path))
    assert proof["said"] == [False]


def test_a_comparison_that_never_ends_is_stopped_where_there_is_no_fork(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(UNIX)
    (tmp_path / "endless.py").write_text(
        "def serve(content):\n    yield from iter(lambda: None, 0) and []\n    while True: pass\n"
    )
    code = """
from autograder.compare.arbiter.parent import Child
child = Child("endless", hard_seconds=1.0)
said = [child.ask(b"{}"), child.pid]
"""
    found = answered(Path(sys.executable), code, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert found["said"] == [None, None]


def test_where_there_is_no_process_it_is_compared_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder import Derivative
    from autograder.compare.arbiter import parent

    monkeypatch.setattr(parent, "PROCESSES", False)
    monkeypatch.setattr(parent.Child, "ask", None)
    question = Derivative("3*x**2 + 2*x + 10", wrt="x", domain={"x": (-3, 3)})
    assert [question.judge(answer).outcome for answer in ("6x + 2", "6x + 12")] == ["CORRECT", "INCORRECT"]


@pytest.mark.slow
@pytest.mark.long
def test_a_check_in_a_browsers_python(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (PYODIDE / "wheels").is_dir():
        pytest.skip(f"NOT TESTED IN A BROWSER'S PYTHON: no node, or .ci/setup could not put Pyodide into {PYODIDE}")
    here = ROOT / "tests/student/browser"
    # what is unpacked and compiled stays from run to run: to compile SymPy there takes longer than all else
    cache = getattr(request.config, "cache", None)
    kept = tmp_path if cache is None else cache.mkdir("pyodide")
    command = [node, str(here / "run.mjs"), str(PYODIDE), str(ROOT), str(here / "check.py"), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    said = dict(json.loads(line) for line in done.stdout.splitlines())
    assert said.pop("6*x +").startswith("This cannot be read as a formula")
    assert said.pop("6y + 2").startswith("Your answer contains y; expected only x.")
    assert said.pop("6*x + 12") == "INCORRECT"
    assert said.pop("a notebook's check") == "2.0 of 2.0"
    assert len(said) == 4
    assert set(said.values()) == {"passed"}


# --- what is installed ---


def required(name: str, extras: frozenset[str] = frozenset()) -> list[Requirement]:
    found = []
    for text in distribution(name).requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in {"", *extras}):
            found.append(wanted)
    return found


def closure(waiting: list[Requirement]) -> dict[str, Distribution]:
    """The distributions that are installed for these requirements, by name, without this one."""
    found: dict[str, Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if key not in found and key != "nabla-autograder":
            found[key] = distribution(wanted.name)
            waiting += required(wanted.name, frozenset(wanted.extras))
    return found


def listed() -> list[Requirement]:
    """What pyproject.toml asks for: an editable install may be older."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(text) for text in about["dependencies"]]
    return [one for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]


@pytest.fixture(scope="module")
def student(made_once: Callable[..., Path]) -> Path:
    """A new environment with the wheel and what it asks for, copied from this one: no index is needed."""
    return made_once("student", install)


def install(place: Path) -> None:
    """The wheel into a new environment in a folder."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    packages = next(place.glob("lib/python3*/site-packages"))
    for each in closure(listed()).values():
        for file in each.files or ():
            if "__pycache__" not in file.parts and ".." not in file.parts:
                target, source = packages / file, Path(str(file.locate()))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
                # with what Python has made of it: to compile SymPy anew takes longer than the rest of these tests
                if file.suffix == ".py" and (compiled := Path(cache_from_source(source))).exists():
                    (target.parent / "__pycache__").mkdir(exist_ok=True)
                    shutil.copy2(compiled, target.parent / "__pycache__")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            archive.extractall(packages)


@pytest.mark.slow
def test_the_wheel_alone_is_light_and_checks(student: Path) -> None:
    python, packages = student / "bin/python", next(student.glob("lib/python3*/site-packages"))
    installed = list(packages.glob("*.dist-info"))
    files = [file for file in student.rglob("*") if file.is_file() and not file.is_symlink()]
    size = sum(file.stat().st_size for file in files if file.suffix != ".pyc") / 1e6
    assert len(installed) <= MOST_PACKAGES, [path.name for path in installed]
    assert size <= MOST_MB
    found = answered(python, FIRST_CELL + ANSWERS, PYTHONPATH="")
    assert as_expected(found["said"]), found["said"]
    warm = answered(python, f"{FIRST_CELL}\nsaid = [seconds]", PYTHONPATH="")["said"]
    assert isinstance(warm, list)
    assert warm[0] < MOST_SECONDS
    print(f"student: {len(installed)} packages, {size:.0f} MB, first cell {warm[0]:.2f} s of processor time")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["grade", "build", "demo", "report", "bundle"])
def test_a_command_that_needs_more_says_so_in_one_line(command: str, student: Path, tmp_path: Path) -> None:
    (tmp_path / "solutions/hw01").mkdir(parents=True)
    (tmp_path / "solutions/hw01/hw01.ipynb").write_text("{}")
    (tmp_path / "grades").mkdir()
    more = {"grade": ["hw01", "x.zip"], "bundle": ["hw01", "--gradescope"], "report": ["grades"]}.get(command, [])
    done = subprocess.run(
        [str(student / "bin/python"), "-c", "from autograder.cli import main; main()", command, *more],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: `autograder {command}` needs ")
    assert line.endswith("install nabla-autograder[grade] from where your course has it")
