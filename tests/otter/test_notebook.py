"""From a notebook file to the cells that run: encodings, what Otter drops and adds, Otter Assign."""

import json
from pathlib import Path

import pytest

from autograder.errors import AuthorError, NotebookError, UsageError
from autograder.otter import assign, load, program, read_notebook
from tests.otter.otter_samples import EXCEPTION_STYLE, autograder_zip


def cell(source: str, kind: str = "code", **metadata: object) -> dict[str, object]:
    return {"cell_type": kind, "source": source, "metadata": metadata}


def written(path: Path, *cells: dict[str, object]) -> Path:
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": cells}))
    return path


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("\n", "\r\n").encode("cp1252"),
    ],
    ids=["bom", "utf-16", "windows"],
)
def test_encodings_and_line_ends_of_windows(tmp_path: Path, encode: object) -> None:
    path = tmp_path / "a.ipynb"
    text = json.dumps(
        {"nbformat": 4, "metadata": {}, "cells": [cell(["x = 'é'\r\n", "y = 2"])]}, ensure_ascii=False, indent=1
    )
    path.write_bytes(encode(text))  # type: ignore[operator]
    assert read_notebook(path).code == ("x = 'é'\ny = 2",)


def test_a_script_is_one_cell(tmp_path: Path) -> None:
    (tmp_path / "hw.py").write_bytes(b"\xef\xbb\xbfx = 1\r\ny = 2\r\n")
    notebook = read_notebook(tmp_path / "hw.py")
    assert (notebook.script, notebook.code) == (True, ("x = 1\ny = 2\n",))


def test_too_large_and_missing_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotebookError, match=r"gone\.ipynb cannot be read") as missing:
        read_notebook(tmp_path / "gone.ipynb")
    assert missing.value.reason == "missing"
    monkeypatch.setattr("autograder.otter.notebook.MAX_BYTES", 10)
    with pytest.raises(NotebookError, match="clear its outputs") as large:
        read_notebook(written(tmp_path / "a.ipynb", cell("x = 1")))
    assert large.value.reason == "too-large"
    monkeypatch.setattr("autograder.otter.notebook.MAX_BYTES", 2_000_000)
    with pytest.raises(NotebookError, match="has 3 MB, more than 2: clear"):
        read_notebook(written(tmp_path / "a.ipynb", cell("x" * 3_000_000)))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, ["x = 1", "%%time\ny", ("", ("q1",)), "last"]),
        (
            {"seed": 4, "seed_variable": "s"},
            ["s = 4\nx = 1", "s = 4\n", "%%time\ny", ("s = 4\n", ("q1",)), "s = 4\nlast"],
        ),
    ],
)
def test_cells_are_those_that_otter_executes(tmp_path: Path, config: dict[str, object], expected: list[object]) -> None:
    path = written(
        tmp_path / "a.ipynb",
        cell("x = 1"),
        cell("dropped", tags=["otter_ignore"]),
        cell("dropped", otter={"ignore": True}),
        cell("", tags=[]),
        cell("skipped", tags=["skip-execution"]),
        cell("%%time\ny"),
        cell("# text", "markdown", otter={"tests": ["q1"]}),
        cell("last"),
    )
    assignment = load(autograder_zip(tmp_path, {"q1": EXCEPTION_STYLE.format(name="q1")}, config))
    cells = program(read_notebook(path), assignment).cells
    assert "sys.path.append" in cells[0].source
    assert [(one.source, one.checks) if one.checks else one.source for one in cells[1:]] == expected
    assert [one.index for one in cells if not one.checks][-1] == 7
    assert [one.index for one in (*cells[:1], *(each for each in cells if each.checks))] == [-1, -1]


def test_numpy_and_random_are_seeded_without_a_variable(tmp_path: Path) -> None:
    assignment = load(autograder_zip(tmp_path, {"q1": EXCEPTION_STYLE.format(name="q1")}, {"seed": 4}))
    cells = program(read_notebook(written(tmp_path / "a.ipynb", cell("x = 1"))), assignment).cells
    assert len(cells) == 3
    names: dict[str, object] = {}
    exec(cells[1].source, names)
    exec(cells[2].source + "\nimport numpy as np, random\ndrawn = np.random.rand(), random.random()", names)
    assert names["drawn"] == pytest.approx((0.9670298, 0.2360480897), abs=1e-6)
    assert cells[2].ours == 2
    assert [cell.index for cell in cells] == [-1, -1, 0]  # what Otter adds is no cell of the notebook


def test_the_assignments_files_win_over_the_submissions(tmp_path: Path) -> None:
    assignment = load(autograder_zip(tmp_path, {"q1": EXCEPTION_STYLE.format(name="q1")}, **{"data.csv": "theirs"}))
    path = written(tmp_path / "a.ipynb", cell("x = 1"))
    files = program(
        read_notebook(path), assignment, path=str(path), files={"data.csv": "/student", "helper.py": "/h"}
    ).files
    assert files == {"data.csv": assignment.files["data.csv"], "helper.py": "/h", "a.ipynb": str(path)}


def test_otter_assign_wants_one_notebook(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs one notebook, found none"):
        assign(tmp_path, tmp_path / "out")


@pytest.mark.slow
def test_otter_assigns_own_words_are_told(tmp_path: Path) -> None:
    source = {"cell_type": "raw", "source": "# ASSIGNMENT CONFIG\nnonsense: 3", "metadata": {}}
    path = written(tmp_path / "hw.ipynb", source)
    with pytest.raises(AuthorError, match=r"hw\.ipynb names no kernel"):
        assign(path, tmp_path / "out")
    notebook = json.loads(path.read_text())
    notebook["metadata"] = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    path.write_text(json.dumps(notebook))
    with pytest.raises(AuthorError, match=r"hw\.ipynb: otter assign failed\.\n(.|\n)*nonsense"):
        assign(path, tmp_path / "out", run_tests=False)
