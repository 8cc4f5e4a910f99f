"""A class among which every kind of odd notebook is handed in: nobody else's grade changes, and every row is there."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.otter.otter_samples import autograder_zip
from tests.sandbox.jail_samples import needs_jail

pytestmark = pytest.mark.slow

OWN = """
from otter.test_files import test_case
from autograder import Derivative

OK_FORMAT = False
name = "q1"
points = 2

@test_case(points=None, hidden=False)
def slope(dfdx):
    Derivative("5*x**2 - x**3", wrt="x", domain={"x": (-2, 2)}, name="dfdx").check(dfdx)
"""
PLAIN = """
from otter.test_files import test_case

OK_FORMAT = False
name = "q2"
points = 1

@test_case(points=None, hidden=False)
def number(seven):
    assert seven == 7
"""
RIGHT, WRONG = "dfdx = 10*x - 3*x**2", "dfdx = 10*x - 3*x"
FIRST = "import sympy as sp\nx = sp.symbols('x')"


def cell(source: object, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [], "execution_count": None}


def notebook(*sources: object, **changed: Any) -> str:
    whole = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"otter": {"assignment_name": "hw09"}},
        "cells": [one if isinstance(one, dict) else cell(one) for one in sources],
    }
    return json.dumps(whole | changed)


def answers(dfdx: str, seven: str = "seven = 7", *more: object) -> tuple[object, ...]:
    return (FIRST, dfdx, seven, *more)


GOOD = {
    "ann": notebook(*answers(RIGHT)),
    "bob": notebook(*answers(WRONG)),
    "cem": notebook(*answers(RIGHT, "seven = 6")),
}
TALL = "t" * 3_000_000
ODD: dict[str, tuple[str, tuple[str, str, str]]] = {
    # whose: (notebook, (status, score, reason))
    "latex": (notebook(*answers(r"dfdx = 10*sp.Symbol(r'\skew7\text') - 3*x**2")), ("graded", "1", "")),
    "half": (
        notebook(*answers(RIGHT + "\n'\udead'"), cell("1/0 # \ud83d", otter={"tests": ["\udbff"]})),
        ("graded", "3", ""),
    ),
    "kernel": (
        notebook(*answers(RIGHT), metadata={"kernelspec": {"name": "ir", "display_name": TALL + "\x1b[2J"}}),
        ("failed", "", "not-python"),
    ),
    "other": (
        notebook(*answers(RIGHT), metadata={"otter": {"assignment_name": TALL}}),
        ("failed", "", "other-assignment"),
    ),
    "format": (notebook(nbformat=10**3_999), ("failed", "", "nbformat-5")),
    "old": (notebook(nbformat=3, worksheets=[[TALL]]), ("failed", "", "not-a-notebook")),
    "lists": (notebook(*answers(RIGHT), metadata={"deep": [[]] * 1_000_001}), ("failed", "", "too-large")),
    "cells": (notebook(*answers(RIGHT), *["seven"] * 5_000), ("graded", "3", "")),
    "blank": (notebook(*answers(RIGHT, "seven = 7", *["\t\n" * 9_000] * 12)), ("graded", "3", "")),
    "loud": (
        notebook(
            *answers(RIGHT),
            "class Loud(Exception):\n    __str__ = lambda e: '\x1b]0;x\x07\ud800' * 9_999_999\nraise Loud",
        ),
        ("graded", "3", ""),
    ),
    "names": (
        notebook(*answers("dfdx = 10*sp.Symbol('\u202ex\ud800') - 3*sp.Symbol(r'\\href{javascript:x}{y}')**2")),
        ("graded", "1", ""),
    ),
}
PATHS = {
    "hw09.ipynb": GOOD["ann"],
    "data": "1",
    "data/x.csv": "2",
    "/".join("d" * 9_000): "3",
    "w" * 4_000 + ".csv": "4",
}


def grade(place: Path, out: str, *paths: str, jobs: int = 1) -> tuple[int, str, dict[str, dict[str, str]]]:
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "grade", "hw.zip", *paths, "-o", out]
    done = subprocess.run([*command, "--jobs", str(jobs)], cwd=place, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr + done.stdout
    with (place / out / "grades.csv").open(newline="") as file:
        return done.returncode, done.stdout + done.stderr, {row["student_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    place = tmp_path_factory.mktemp("class")
    autograder_zip(place, {"q1": OWN, "q2": PLAIN}, {"assignment_name": "hw09"}).rename(place / "hw.zip")
    for folder in ("good", "all"):
        (place / folder).mkdir()
        for name, text in GOOD.items():
            (place / folder / f"{name}.ipynb").write_text(text)
    for name, (text, _) in ODD.items():
        (place / "all" / f"{name}.ipynb").write_text(text, errors="surrogatepass")
    with zipfile.ZipFile(place / "all" / "paths.zip", "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in PATHS.items():
            made.writestr(name, text)
    return place, grade(place, "without", "good"), grade(place, "with", "all", jobs=2)


@needs_jail
def test_nobody_elses_grade_changes_and_every_row_is_there(graded: Any) -> None:
    _, (status, _, alone), (among, said, rows) = graded
    assert (status, among) == (0, 3)
    assert {name: rows[name] for name in GOOD} == alone
    assert [alone[name]["score"] for name in GOOD] == ["3", "1", "2"]
    found = {name: (rows[name]["status"], rows[name]["score"], rows[name]["reason"]) for name in ODD}
    assert found == {name: expected for name, (_, expected) in ODD.items()}
    assert (rows["paths"]["score"], rows["paths"]["status"]) == ("3", "graded")
    assert "data/x.csv is said to lie in data" in said
    assert "cells.ipynb" in said
    assert "5,003 cells" in said


@needs_jail
def test_what_was_written_is_short_and_steers_nothing(graded: Any) -> None:
    place, _, (_, said, _) = graded
    assert len(said) < 10_000
    assert said.replace("\n", "").isprintable()
    assert max(path.stat().st_size for path in (place / "with").glob("*.*")) < 3 << 20
    pages = list((place / "with" / "feedback").glob("*.html"))
    assert len(pages) == len(GOOD) + len(ODD) + 1
    for page in [*pages, place / "with" / "report.html"]:
        text = page.read_text()
        assert "could not be drawn" not in text
        assert not set(text) & {"\x1b", "\u202e", "\x07"}


@needs_jail
@pytest.mark.parametrize(
    "command", [["show", "with"], ["show", "with", "loud"], ["explain", "with", "latex", "q1"], ["report", "with"]]
)
def test_the_run_can_be_looked_at(graded: Any, command: list[str]) -> None:
    place = graded[0]
    line = [sys.executable, "-c", "from autograder.cli import main; main()", *command]
    done = subprocess.run(line, cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.replace("\n", "").isprintable()
