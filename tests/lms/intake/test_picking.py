"""Which notebook of a student's files is taken, why none is, and what comes along with it."""

from pathlib import Path
from typing import Any

import pytest

from autograder.lms.intake.choose import choose
from autograder.lms.records import Bundle, Item
from autograder.model import Id, Refused, Space, Student
from tests.lms.intake.intake_samples import NB, inner_zip, notebook

ANN = Student(id="a", name="Ann Lee", ids=(Id(Space.GRADESCOPE_SID, "a"),))


def chosen(folder: Path, files: dict[str, bytes | str], assignment: str | None = "hw01", **more: Any) -> Any:
    items = []
    for number, (name, content) in enumerate(files.items()):
        path = folder / f"{number}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        items.append(Item(tuple(name.split("/")), path))
    return choose(Bundle(students=(ANN,), items=tuple(items), source="s", **more), folder / "work", assignment)


REFUSALS: list[tuple[dict[str, bytes | str], str, str, str]] = [
    # the files, the reason, what is said, the file that is named
    ({}, "empty", "Ann Lee: s is empty: ask for a new upload", "s"),
    (
        {"a.pdf": "x"},
        "not-a-notebook",
        "Ann Lee: no notebook among the files (a.pdf): ask for the .ipynb file",
        "a.pdf",
    ),
    (
        {"b/x.pdf": "x", "a.txt": "x"},
        "not-a-notebook",
        "Ann Lee: no notebook among the files (a.txt, b/x.pdf): ask",
        "s",
    ),
    ({"a.zip": "x"}, "bad-zip", "Ann Lee: a.zip is not a complete zip file", "s"),
    ({"a.zip": inner_zip({"b.pdf": "x"})}, "not-a-notebook", "Ann Lee: no notebook among the files (b.pdf)", "b.pdf"),
    ({"d/a.zip": inner_zip({"__MACOSX/x": "x"})}, "empty", "Ann Lee: d/a.zip holds no file: ask for a new upload", "s"),
    ({"a.ipynb": ""}, "empty", "Ann Lee: a.ipynb is an empty file (0 bytes): ask for a new upload", "a.ipynb"),
    ({"a": "x", "a/hw01.ipynb": NB}, "misplaced", "Ann Lee: a/hw01.ipynb is said to lie in a", "s"),
]


@pytest.mark.parametrize(("files", "reason", "said", "file"), REFUSALS, ids=range(len(REFUSALS)))
def test_why_there_is_no_notebook(
    tmp_path: Path, files: dict[str, bytes | str], reason: str, said: str, file: str
) -> None:
    found = chosen(tmp_path, files)
    assert isinstance(found, Refused)
    assert (found.reason, found.file, found.students) == (reason, file, (ANN,))
    assert found.message.startswith(said)


PICKED: list[tuple[dict[str, bytes | str], str | None, str | None, str | None]] = [
    # the files, the assignment, the one that is taken, why
    ({"a.ipynb": NB, "b.py": "x"}, "hw01", "a.ipynb", None),
    ({"b.PY": "x = 1", "c.txt": "x"}, "hw01", "b.PY", "a Python script, graded as a notebook"),
    ({"a.ipynb.json": NB}, "hw01", "a.ipynb.json", None),
    ({"a.ipynb": NB, "x/b.ipynb": NB}, "hw01", "a.ipynb",
     "2 notebooks (a.ipynb, x/b.ipynb), took a.ipynb: same content"),
    ({"a.ipynb": NB, "b.ipynb": NB}, None, "a.ipynb", "2 notebooks (a.ipynb, b.ipynb), took a.ipynb: same content"),
    ({"a.ipynb": NB, "hw01.ipynb": notebook("y")}, None, None, None),
    (
        {"a.ipynb": NB, "hw01.ipynb": notebook("y")}, "hw01", "hw01.ipynb",
        "2 notebooks (a.ipynb, hw01.ipynb), took hw01.ipynb: its name is the assignment's",
    ),
    (
        {"hw01.ipynb": notebook("y", "hw01"), "a.ipynb": NB}, "hw01", "hw01.ipynb",
        "2 notebooks (hw01.ipynb, a.ipynb), took hw01.ipynb: its metadata names the assignment",
    ),
    # two that say it in their metadata: the one that is called so, else the same content or neither
    (
        {"hw01.ipynb": notebook("y", "hw01"), "a.ipynb": notebook("z", "hw01")}, "hw01", "hw01.ipynb",
        "2 notebooks (hw01.ipynb, a.ipynb), took hw01.ipynb: its name is the assignment's",
    ),
    ({"b.ipynb": notebook("y", "hw01"), "a.ipynb": notebook("z", "hw01")}, "hw01", None, None),
    (
        {"b.ipynb": notebook("y", "hw01"), "a.ipynb": notebook("y", "hw01"), "c.ipynb": NB}, "hw01", "b.ipynb",
        "3 notebooks (b.ipynb, a.ipynb, c.ipynb), took b.ipynb: same content",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "assignment", "file", "why"), PICKED, ids=range(len(PICKED)))
def test_which_notebook_is_taken_and_why(
    tmp_path: Path, files: dict[str, bytes | str], assignment: str | None, file: str | None, why: str | None
) -> None:
    found = chosen(tmp_path, files, assignment)
    if file is None:
        assert isinstance(found, Refused)
        assert found.reason == "several-notebooks"
        assert f"says which one is {assignment or 'the assignment'}: leave one" in found.message
    else:
        assert (found.file, found.notes) == (file, () if why is None else (why,))


def test_other_files_stand_under_the_names_by_which_the_notebook_opens_them(tmp_path: Path) -> None:
    files = {"d/hw01.ipynb": NB, "d/x.csv": "1", "x.csv": "2", "d/e/y.csv": "3", "f/z.csv": "4", "d/a.zip": "no zip"}
    found = chosen(tmp_path, files)
    assert {name: path.read_text() for name, path in found.files.items()} == {
        "x.csv": "1", "e/y.csv": "3", "f/z.csv": "4"
    }  # fmt: skip
    (problem,) = found.problems
    assert problem.startswith("d/a.zip is not a complete zip file")
    assert found.tag_of == "d"


def test_zips_in_zips_are_opened_twice_and_not_where_a_notebook_lies_beside_them(tmp_path: Path) -> None:
    inner = inner_zip({"deep.ipynb": NB})
    found = chosen(tmp_path, {"w/a.zip": inner_zip({"b.zip": inner, "x.csv": "1"})})
    assert (found.file, found.tag_of, set(found.files)) == ("deep.ipynb", "w", {"x.csv"})
    found = chosen(tmp_path, {"a.zip": inner_zip({"b.zip": inner, "hw01.ipynb": NB})})
    assert (found.file, set(found.files)) == ("hw01.ipynb", {"b.zip"})
    # what the LMS gave is opened in any case
    found = chosen(tmp_path, {"hw01.ipynb": NB, "b.zip": inner_zip({"x.csv": "1"})})
    assert (found.file, set(found.files)) == ("hw01.ipynb", {"x.csv"})
    found = chosen(tmp_path, {"a.zip": inner_zip({"b.zip": inner_zip({"c.zip": inner})})})
    assert found.reason == "nested-zip"
    assert found.message == "Ann Lee: c.zip: zips inside zips inside a zip: ask for the notebook itself"


SIZES = [("a.ipynb", 4, False), ("a.ipynb", 5, True), ("a.py", 2, False), ("a.py", 3, True)]


@pytest.mark.parametrize(("name", "size", "too_large"), SIZES)
def test_a_file_of_just_the_largest_size_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int, too_large: bool
) -> None:
    monkeypatch.setattr("autograder.lms.intake.choose.LARGEST", 4)
    monkeypatch.setattr("autograder.lms.intake.choose.LARGEST_SCRIPT", 2)
    found = chosen(tmp_path, {name: "x" * size})
    assert isinstance(found, Refused) is too_large
    if too_large:
        assert (found.reason, found.file) == ("too-large", name)
        assert found.message == f"Ann Lee: {name} has 0 MB, more than 0 MB: ask for it with outputs cleared"
