"""Assignments by Otter's own run and in a real kernel: the two places where students meet them without us.

A run costs eight seconds, so only some are run here: the first, and those with figures and with functions that take
functions. All of them are graded by ``build.certify`` in ``test_course.py``.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder import build

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


def otter_run(notebook: Path, name: str, folder: Path) -> dict[str, float]:
    shutil.copy(notebook, folder / f"{name}.ipynb")
    zipped = build.autograder_zip(ROOT, name)
    command = [sys.executable, "-m", "otter", "run", "-a", str(zipped), "--no-logo", f"{name}.ipynb"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)
    tests = json.loads((folder / "results.json").read_text())["tests"]
    return {test["name"]: test["score"] for test in tests if "score" in test}


@pytest.mark.parametrize("name", ["hw01", "hw03"])
def test_otter_run_gives_the_solution_all_points_and_the_untouched_notebook_none(name: str, tmp_path: Path) -> None:
    solved = otter_run(build.solution_notebook(ROOT, name), name, tmp_path)
    points = {question.name: question.config["points"] for question in build.read_source_of(ROOT, name).questions}
    assert solved == points
    blank = otter_run(ROOT / "assignments" / name / f"{name}.ipynb", name, tmp_path)
    assert set(blank) == set(points)
    assert not any(blank.values())


@pytest.mark.parametrize("name", ["hw05"])
def test_the_students_notebook_runs_in_jupyter_and_each_check_says_a_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.ipynb"
    shutil.copy(ROOT / "assignments" / name / f"{name}.ipynb", path)
    command = [sys.executable, "-m", "jupyter", "execute", "--inplace", path.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=600)
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    said = [cell for cell in cells if cell.source.startswith("grader.check(")]
    assert len(said) == len(build.read_source_of(ROOT, name).questions)
    for cell in said:
        text = cell.outputs[0]["data"]["text/plain"]
        assert text.startswith(cell.source.split('"')[1] + ":\n")
        assert "CheckFailed" not in text
        assert "Traceback" not in text
        assert "autograder/" not in text
