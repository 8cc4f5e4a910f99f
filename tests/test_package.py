"""What is published: it can be built, an index would take it, and it works where nothing else of ours is."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests import ROOT

ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
OF_A_USER = ("student", "grade", "canvas", "dask", "parquet")
"""Extras; the others are for those who change the package."""


def names(requirements: list[str]) -> set[str]:
    """Distributions that are asked for, without this one."""
    return {re.split(r"[\[<>=;! ]", text)[0] for text in requirements} - {ABOUT["name"]}


def test_the_page_of_dependencies_has_each_and_no_other() -> None:
    told = set()
    for table in DEPENDENCIES.split("\n\n"):
        heads, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
        if "distribution" in heads:
            column = heads.index("distribution")
            assert all(all(row) for row in rows), f"an empty cell: {rows}"
            told |= {name for row in rows for name in re.findall(r"`([^`]+)`", row[column])}
    extras = ABOUT["optional-dependencies"]
    asked = names(ABOUT["dependencies"]) | {name for extra in OF_A_USER for name in names(extras[extra])}
    assert told == asked


def test_the_lock_has_a_pin_for_all_that_is_asked_for() -> None:
    pinned = {line.partition("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}
    asked = [ABOUT["dependencies"], *ABOUT["optional-dependencies"].values()]
    assert set().union(*map(names, asked)) - pinned == set()


def test_a_checkout_can_be_installed_as_it_lies(tmp_path: Path) -> None:
    """``pip install -e .`` asks for this; it is how ``make`` installs, so nothing works in a new clone without it."""
    make = "import sys; from hatchling.build import build_editable; print(build_editable(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", make, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("nabla_autograder-*.whl"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.slow
def test_an_index_would_take_it(built: Path) -> None:
    files = sorted(built.iterdir())
    assert {path.suffix for path in files} == {".gz", ".whl"}
    command = [sys.executable, "-m", "twine", "check", "--strict", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 2


@pytest.mark.slow
def test_the_wheel_has_manual_and_course_and_no_tools(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        files = set(archive.namelist())
    assert {"autograder/manual/start-ta.md", "autograder/manual/pictures/check.webp"} <= files
    assert "autograder/course/solutions/hw01/hw01.ipynb" in files
    assert [file for file in files if "conf.py" in file or ".build/" in file] == []


TRIED = """
import autograder
question = autograder.Derivative("3*x**2 + 2*x + 10", wrt="x")
print([question.judge(answer).outcome.value for answer in ("6x + 2", lambda t: 6 * t + 2, "6x + 12")])
"""


@pytest.fixture
def installed(built: Path, tmp_path: Path) -> Path:
    """A new environment with the wheel and what the package index has for it."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "env")], check=True)
    wheel = next(built.glob("*.whl"))
    command = [str(tmp_path / "env/bin/python"), "-m", "pip", "install", "--quiet", "--no-compile", "--retries", "1"]
    command += [str(wheel)]  # what is imported is compiled then: that is a tenth of it
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and re.search(r"Connection|Temporary failure|No matching distribution|timed out", done.stderr):
        pytest.skip(f"NOT TRIED: no package index answers here, so nothing was installed: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr
    return tmp_path / "env"


@pytest.mark.slow
def test_pip_install_of_the_wheel_alone_checks_and_shows_the_manual(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "empty").mkdir()
    outside = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}

    def said(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path / "empty", env=outside, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said(str(installed / "bin/python"), "-c", TRIED) == "['CORRECT', 'CORRECT', 'INCORRECT']\n"
    assert "students         For students" in said(str(installed / "bin/autograder"), "docs")
    packages = said(str(installed / "bin/python"), "-m", "pip", "list", "--format=freeze").splitlines()
    assert len(packages) <= 35
