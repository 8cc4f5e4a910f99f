"""Whose a folder, a zip or a file is that no LMS named."""

from pathlib import Path
from typing import Any

import pytest

from autograder.lms.intake import loose
from tests.lms.intake.item_samples import items, told

LOOSE: list[tuple[list[str], str | None, str | None, list[dict[str, Any]], list[dict[str, Any]] | None]] = [
    # names, assignment, container, what a folder holds, what a zip holds where it is something else
    (
        ["asmith/hw01.ipynb", "asmith/data.csv", "hw01_blee.ipynb", "Ann Kim (0012).ipynb"],
        "hw01",
        "in",
        [
            {"who": "file-name=blee", "files": {"hw01_blee.ipynb": 2}, "source": "hw01_blee.ipynb"},
            {"who": "Ann Kim file-name=0012", "files": {"Ann Kim (0012).ipynb": 3}, "source": "Ann Kim (0012).ipynb"},
            {"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "data.csv": 1}, "source": "asmith"},
        ],
        None,
    ),
    (
        ["hw01.ipynb", "data.csv"],
        "hw01",
        "asmith",
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "data.csv": 1}, "source": "s", "own": True}],
        None,
    ),
    (
        ["a.ipynb"],
        None,
        "asmith",
        [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}],
        [{"who": "file-name=asmith", "files": {"a.ipynb": 0}, "source": "s", "own": True}],
    ),
    (["a.ipynb"], None, "submissions", [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}], None),
    (
        ["hw01.ipynb", "notes.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0, "notes.ipynb": 1}, "source": "s", "own": True}],
        None,
    ),
    (
        ["hw01.ipynb", "b.ipynb", "c.ipynb"],
        "hw01",
        "cls",
        [
            {"who": "file-name=hw01", "files": {"hw01.ipynb": 0}, "source": "hw01.ipynb"},
            {"who": "file-name=b", "files": {"b.ipynb": 1}, "source": "b.ipynb"},
            {"who": "file-name=c", "files": {"c.ipynb": 2}, "source": "c.ipynb"},
        ],
        None,
    ),
    (
        ["hw01.ipynb", "HW 1.ipynb", "hw01 (2).ipynb"],
        "hw01",
        "cls",
        [
            {
                "who": "file-name=cls",
                "files": {"hw01.ipynb": 0, "HW 1.ipynb": 1, "hw01 (2).ipynb": 2},
                "source": "s",
                "own": True,
            }
        ],
        None,
    ),
    (
        ["top/a/x.ipynb", "top/b/x.ipynb"],
        "hw01",
        "cls",
        [
            {"who": "file-name=a", "files": {"x.ipynb": 0}, "source": "a"},
            {"who": "file-name=b", "files": {"x.ipynb": 1}, "source": "b"},
        ],
        None,
    ),
    (
        ["top/a.py", "top/b.py"],
        "hw01",
        "cls",
        [
            {"who": "file-name=a", "files": {"a.py": 0}, "source": "a.py"},
            {"who": "file-name=b", "files": {"b.py": 1}, "source": "b.py"},
        ],
        None,
    ),
    (["top/x.ipynb"], "hw01", "cls", [{"who": "file-name=top", "files": {"x.ipynb": 0}, "source": "top"}], None),
    (
        ["hw01/hw01.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=hw01", "files": {"hw01.ipynb": 0}, "source": "hw01"}],
        [{"who": "file-name=asmith", "files": {"hw01.ipynb": 0}, "source": "s", "own": True}],
    ),
    (
        ["other/x.ipynb"],
        "hw01",
        "asmith",
        [{"who": "file-name=other", "files": {"x.ipynb": 0}, "source": "other"}],
        None,
    ),
    (["a.zip"], "hw01", "asmith", [{"who": "file-name=a", "files": {"a.zip": 0}, "source": "a.zip"}], None),
    (["a.ipynb"], "hw01", None, [{"who": "file-name=a", "files": {"a.ipynb": 0}, "source": "a.ipynb"}], None),
]


@pytest.mark.parametrize(("names", "assignment", "container", "folder", "zipped"), LOOSE)
def test_what_a_folder_or_a_zip_of_people_holds(
    tmp_path: Path,
    names: list[str],
    assignment: str | None,
    container: str | None,
    folder: list[dict[str, Any]],
    zipped: list[dict[str, Any]] | None,
) -> None:
    given = items(tmp_path, names)
    assert [*map(told, loose.bundles(given, "s", assignment, container))] == folder
    assert [*map(told, loose.bundles(given, "s", assignment, container, zipped=True))] == (zipped or folder)


@pytest.mark.parametrize(
    ("stem", "is_it", "of"),
    [
        ("hw01", True, "hw01"),
        ("HW 1", True, "HW 1"),
        ("hw01-1", True, None),
        ("hw01 (2)", True, None),
        ("hw01_copy2", True, None),
        ("hw01-123", False, None),
        ("hw01_2025_03_03T10_00_00_000000", True, "hw01"),
        ("hw02", False, "hw02"),
        ("hw01x", False, "hw01x"),
        ("hw01_asmith", False, "asmith"),
        ("Ann Smith - HW 1", False, "Ann Smith"),
        ("asmith", False, "asmith"),
        ("hw01_", True, "hw01_"),
        ("_hw01", True, "_hw01"),
        ("x_hw01_y", False, "x_hw01_y"),
        ("hw01 - Ann Smith", False, "Ann Smith"),
        ("asmith_2025_03_03T10_00_00_000000", False, "asmith"),
        ("hw01_ann_lee", False, "ann_lee"),
    ],
)
def test_a_file_is_the_assignments_own_or_names_a_student(stem: str, is_it: bool, of: str | None) -> None:
    assert loose.is_assignment(stem, "hw01") is is_it
    assert of is None or loose.student_of(stem, "hw01") == of


def test_a_zip_with_more_than_everybodys_folder_is_of_a_class(tmp_path: Path) -> None:
    given = items(tmp_path, ["hw01/a.ipynb", "blee/a.ipynb"])
    found = loose.bundles(given, "s", "hw01", "asmith", zipped=True)
    assert [one.students[0].id for one in found] == ["hw01", "blee"]
    given = items(tmp_path, ["homework/a.py", "homework/data.csv"])
    (one,) = loose.bundles(given, "s", None, "asmith", zipped=True)
    assert (one.students[0].id, ["/".join(item.parts) for item in one.items]) == ("asmith", ["a.py", "data.csv"])
    (one,) = loose.bundles(items(tmp_path, ["mine/a.py"]), "s", None, "asmith", zipped=True)
    assert one.students[0].id == "mine"
    names = [one.source for one in loose.empty_folders(given, [("homework",), ("x", "y"), ("x",), ()], "in")]
    assert names == ["in/x"]
