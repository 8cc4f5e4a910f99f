"""What the solution takes travels in the zip, and says what a student's cell and call may take."""

import json
import zipfile
from pathlib import Path

import pytest

from autograder.grading import grade
from autograder.model import Status, Submission
from autograder.otter import TIMES, keep_times, load, program, read_notebook
from autograder.otter.running import inside
from autograder.sandbox import Sandbox, limits
from tests.otter.otter_samples import EXCEPTION_STYLE, autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

TESTS = {"q1": EXCEPTION_STYLE.format(name="q1")}
CELLS = {"given": 0.004, "q1-cell": 0.31, "plot": 1.2}


def with_ids(path: Path, *cells: tuple[str | None, str]) -> Path:
    """A notebook of these code cells, each with its id."""
    notebook(path, *(source for _, source in cells))
    content = json.loads(path.read_text())
    for cell, (name, _) in zip(content["cells"], cells, strict=True):
        if name is not None:
            cell["id"] = name
    path.write_text(json.dumps(content | {"nbformat_minor": 5}))
    return path


def test_they_are_kept_rounded_up_and_once(tmp_path: Path) -> None:
    zipped = autograder_zip(tmp_path, TESTS)
    assert load(zipped).usual is None
    digest = load(zipped).digest
    keep_times(zipped, CELLS, {"q1": 0.06})
    usual = load(zipped).usual
    assert usual is not None
    assert usual.cells == {"given": 0.01, "q1-cell": 0.5, "plot": 2.0}
    assert usual.calls == {"q1": 0.1}
    assert load(zipped).digest == digest
    before = zipped.read_bytes()
    keep_times(zipped, dict.fromkeys(CELLS, 9.0), {})
    assert zipped.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", '{"cells": {"a": "long"}, "calls": {}}'])
def test_what_cannot_be_read_is_as_if_it_were_not_there(tmp_path: Path, content: str) -> None:
    zipped = autograder_zip(tmp_path, TESTS)
    with zipfile.ZipFile(zipped, "a") as archive:
        archive.writestr(TIMES, content)
    assert load(zipped).usual is None


def test_a_cell_has_the_time_of_the_solution_s_and_one_of_the_student_s_own_that_of_all(tmp_path: Path) -> None:
    zipped = autograder_zip(tmp_path, TESTS, {"seed": 3})
    path = with_ids(tmp_path / "hw09.ipynb", ("q1-cell", "x = 3"), ("mine", "y = 1"), (None, "z = 1"))
    assert {cell.usual for cell in program(read_notebook(path), load(zipped)).cells} == {None}
    keep_times(zipped, CELLS, {"q1": 0.06})
    made = program(read_notebook(path), load(zipped))
    assert {cell.index: cell.usual for cell in made.cells if cell.index >= 0} == {0: 0.5, 1: 2.51, 2: 2.51}
    assert made.calls == {"q1": 0.1}


@pytest.mark.slow
@needs_jail
def test_a_loop_costs_its_cell_and_its_call_costs_its_question(
    tmp_path: Path, small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_LEAST_SECONDS", 0.4)
    monkeypatch.setattr(inside, "CASE_SECONDS", 1.0)
    calls = EXCEPTION_STYLE.format(name="q2").replace("def public(x):\n    assert x == 3", "def public(f):\n    f(1)")
    calls = calls.replace("def hidden(x):\n    assert isinstance(x, int)", "def hidden(x):\n    assert x == 3")
    zipped = autograder_zip(tmp_path, {**TESTS, "q2": calls})
    keep_times(zipped, {"q1-cell": 0.001, "loop": 0.001, "f": 0.001}, {"q2": 0.001})
    cells = (("q1-cell", "x = 3"), ("loop", "while True:\n    x + 1"), ("f", "def f(t):\n    while t:\n        pass"))
    path = with_ids(tmp_path / "hw09.ipynb", *cells)
    work = Submission(key="s", students=(), file="hw09.ipynb", path=str(path))
    result = grade(work, load(zipped), small_jail)
    assert result.status is Status.GRADED
    ((error, text),) = [(error.cell, error.raised.message) for error in result.cell_errors]
    assert (error, text) == (1, "the cell was cut off after 0.4 s of processor time")
    assert {question.name: question.score for question in result.questions} == {"q1": 2.0, "q2": 1.0}
    cut_off = result.questions[1].cases[0]
    assert cut_off.raised is not None
    assert cut_off.raised.message == "the call was cut off after 0.4 s of processor time"
