"""Which file of one submission is the notebook, and what is read of it."""

import json
import os
from pathlib import Path

from autograder.lms.intake.slim import slim
from autograder.otter import read_notebook
from tests.lms.intake.intake_samples import NB, inner_zip, notebook


def test_of_several_notebooks_metadata_then_name_decides_else_it_is_refused(take_entries):
    intake = take_entries(
        {
            "a/scratch.ipynb": NB, "a/final.ipynb": notebook(assignment="hw01"),
            "b/scratch.ipynb": NB, "b/HW 01.ipynb": NB,
            "c/one.ipynb": NB, "c/two.ipynb": notebook("y = 2"),
            "d/hw01.ipynb": NB, "d/hw01 (1).ipynb": NB,
            "e/hw02.ipynb": notebook(assignment="hw02"), "e/mine.ipynb": "not json", "e/hw01.ipynb": notebook("z"),
        }
    )  # fmt: skip
    assert {s.students[0].id: s.file for s in intake.submissions} == {
        "a": "final.ipynb", "b": "HW 01.ipynb", "d": "hw01.ipynb", "e": "hw01.ipynb"
    }  # fmt: skip
    assert "took final.ipynb: its metadata names the assignment" in intake.submissions[0].notes[0]
    assert [(r.reason, r.students[0].id) for r in intake.refused] == [("several-notebooks", "c")]
    assert "one.ipynb, c" not in intake.refused[0].message
    assert "one.ipynb, two.ipynb" in intake.refused[0].message


def test_where_name_and_metadata_say_different_notebooks_neither_is_taken(take_entries):
    mine, other = notebook(assignment="hw01"), notebook("y", assignment="hw02")
    intake = take_entries(
        {
            "a/scratch.ipynb": mine, "a/hw01.ipynb": NB,
            "b/final.ipynb": mine, "b/hw01.ipynb": other,
            "c/hw01.ipynb": mine, "c/hw01-1.ipynb": NB, "c/notes.ipynb": notebook("z"),
        }
    )  # fmt: skip
    assert {one.students[0].id: one.file for one in intake.submissions} == {"b": "final.ipynb", "c": "hw01.ipynb"}
    assert [(one.students[0].id, one.reason) for one in intake.refused] == [("a", "several-notebooks")]


def test_a_zip_within_a_submission_is_opened_and_keeps_the_tag_of_the_zip(take_entries):
    export = inner_zip({"hw01.ipynb": NB, "files/d.csv": "1", "hw01.pdf": "x"})
    deep = inner_zip({"x.zip": inner_zip({"y.zip": inner_zip({"z.zip": inner_zip({"hw01.ipynb": NB})})})})
    intake = take_entries(
        {
            "smithann_1_901_hw01_2025_03_03T10_00_00_000000.zip": export,
            "leebo_2_902_work.zip": inner_zip({"a.zip": inner_zip({"sub/hw01.ipynb": NB, "sub/d.csv": "1"})}),
            "ngde_3_903_deep.zip": deep,
            "coen_4_904_broken.zip": export[:-30],
        }
    )
    first, second = intake.submissions
    assert (first.file, set(first.files), first.lms_tag) == (
        "hw01.ipynb",
        {"files/d.csv", "hw01.pdf"},
        "canvas:smithann_1_901",
    )
    assert (second.students[0].id, set(second.files)) == ("2", {"d.csv"})
    assert {r.students[0].id: r.reason for r in intake.refused} == {"3": "nested-zip", "4": "bad-zip"}


def test_a_script_becomes_a_notebook(take_entries):
    submission = take_entries({"a/hw01.py": "x = 1\n# %%\ny = 2\n", "b/hw01.ipynb": NB}).submissions[0]
    cells = json.loads(Path(submission.path).read_text())["cells"]
    assert [cell["source"] for cell in cells] == ["x = 1", "y = 2"]
    assert (submission.file, submission.notes) == ("hw01.py", ("a Python script, graded as a notebook",))
    # what grading reads is the notebook made of it, though the name still says .py
    assert read_notebook(submission.path, name=submission.file).code == ("x = 1", "y = 2")


def test_a_notebook_that_a_browser_renamed_is_a_notebook(take_entries):
    intake = take_entries({"smithann_12345_901_hw01.ipynb.txt": NB, "leebo_12346_902_notes.txt": "x"})
    assert [(one.students[0].id, one.file) for one in intake.submissions] == [("12345", "hw01.ipynb.txt")]
    assert [one.reason for one in intake.refused] == ["not-a-notebook"]


def test_forty_megabytes_of_printing_are_no_bomb(take_entries):
    """They pack a thousandfold, as bombs do."""
    made = json.loads(notebook("answer = 42"))
    made["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "again\n" * (7 * 2**20)}]
    intake = take_entries({"smithann_12345_901_hw01.ipynb": json.dumps(made)})
    assert intake.refused == ()
    assert Path(intake.submissions[0].path).stat().st_size < 1000


def test_a_huge_notebook_loses_its_outputs_and_keeps_its_code(tmp_path, take):
    made = json.loads(notebook("answer = 42"))
    made["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": os.urandom(2**22).hex()}]
    made["cells"][0]["attachments"] = {"p.png": {"image/png": "x" * 100}}
    (tmp_path / "asmith.ipynb").write_text(json.dumps(made))
    submission = take(tmp_path / "asmith.ipynb").submissions[0]
    assert Path(submission.path).stat().st_size < 2000
    assert json.loads(Path(submission.path).read_text())["cells"][0]["source"] == "answer = 42"
    assert "outputs and pictures were left out" in submission.notes[0]
    assert json.loads((tmp_path / "asmith.ipynb").read_text()) == made


def test_two_large_notebooks_of_one_folder_are_both_made_slim(tmp_path):
    outputs = {"cells": [{"cell_type": "code", "source": "x", "outputs": ["much"], "attachments": {"a": "b"}}]}
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_text(json.dumps(outputs))
        assert slim(tmp_path / name, tmp_path / "slim" / name, name).written
        (cell,) = json.loads((tmp_path / "slim" / name).read_text())["cells"]
        assert cell == {"cell_type": "code", "source": "x", "outputs": []}
