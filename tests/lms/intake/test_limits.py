"""A zip at the edge of each of its limits, and one more; a name that is just too long; two names that are one file."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.errors import NotebookError
from autograder.lms.intake import archive
from autograder.lms.intake.archive import BULK, MB, ONE_STUDENT, Limits, ignored, safe_part, unpack
from autograder.lms.intake.choose import LARGEST, LARGEST_SCRIPT, SLIM_FROM, notebook_of
from autograder.lms.intake.places import MOST_LEVELS
from tests.lms.intake.intake_samples import zipped

SMALL = Limits(entries=3, total=100, entry=60, ratio=10, ratio_from=20)


def problems(archive: Path, folder: Path, limits: Limits = SMALL) -> list[str]:
    return [(item.problem or ("",))[0] for item in unpack(archive, folder / "out", limits=limits, source="a.zip").items]


def stored(path: Path, sizes: dict[str, int], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, size in sizes.items():
            made.writestr(name, b"x" * size)
    return path


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ({"a": 60}, [""]), ({"a": 61}, ["zip-bomb"]), ({"a": 50, "b": 50}, ["", ""]),
        ({"a": 50, "b": 51}, ["", "zip-bomb"]),
        ({"a": 61, "b": 60, "c": 40}, ["zip-bomb", "", ""]),
        ({"a": 61, "b": 60, "c": 41}, ["zip-bomb", "", "zip-bomb"]), ({"a": 0, "b": 1, "c": 2}, ["", "", ""]),
    ],
)  # fmt: skip
def test_bytes_are_counted(tmp_path: Path, sizes: dict[str, int], found: list[str]) -> None:
    assert problems(stored(tmp_path / "a.zip", sizes), tmp_path) == found
    written = sorted(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert written == sorted(size for size, problem in zip(sizes.values(), found, strict=True) if not problem)


def test_files_are_counted(tmp_path: Path) -> None:
    stored(tmp_path / "a.zip", dict.fromkeys("abc", 1))
    assert problems(tmp_path / "a.zip", tmp_path) == ["", "", ""]
    stored(tmp_path / "b.zip", dict.fromkeys("abcd", 1))
    with pytest.raises(NotebookError, match="holds 4 files, more than 3") as raised:
        problems(tmp_path / "b.zip", tmp_path)
    assert raised.value.reason == "zip-bomb"
    with pytest.raises(NotebookError, match="nothing in it") as raised:
        problems(stored(tmp_path / "c.zip", {}), tmp_path)
    assert raised.value.reason == "empty"


@pytest.mark.parametrize(
    ("size", "packed", "found"),
    [(20, 1, None), (21, 1, "zip-bomb"), (21, 3, None), (30, 3, None), (31, 3, "zip-bomb"), (21, 0, "zip-bomb")],
)
def test_what_unpacks_too_many_times_its_size(size: int, packed: int, found: str | None) -> None:
    info = zipfile.ZipInfo("a")
    info.file_size, info.compress_size = size, packed
    problem = archive._refusal(info, "a", SMALL, "a")
    assert (problem and problem[0]) == found
    if problem:
        assert f"unpacks {size // max(packed, 1)} times its size (0 MB)" in problem[1]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a/b", None), ("../a", "zip-slip"), ("a/../b", "zip-slip"), ("/a", "zip-slip"), ("C:/a", "zip-slip"),
        ("C:\\a", "zip-slip"), ("a\\..\\b", "zip-slip"), ("..a", None), ("a/..b/c", None), (".", "zip-slip"),
        ("/".join("d" * MOST_LEVELS), None), ("/".join("d" * (MOST_LEVELS + 1)), "misplaced"),
    ],
)  # fmt: skip
def test_a_path_that_leaves_the_archive_or_is_too_deep(name: str, found: str | None) -> None:
    problem = archive._refusal(zipfile.ZipInfo(name), name, SMALL, name)
    assert (problem and problem[0]) == found


@pytest.mark.parametrize(
    ("mode", "flag", "found"),
    [
        (0, 0, None), (stat.S_IFREG | 0o644, 0, None), (stat.S_IFLNK | 0o777, 0, "symlink"),
        (stat.S_IFCHR, 0, "symlink"),
        (0, 1, "encrypted"), (0, 2, None), (0, 0x801, "encrypted"), (0o644, 8, None),
    ],
)  # fmt: skip
def test_what_is_no_file_or_has_a_password(mode: int, flag: int, found: str | None) -> None:
    info = zipfile.ZipInfo("a")
    info.external_attr, info.flag_bits = mode << 16, flag
    problem = archive._refusal(info, "a", SMALL, "a")
    assert (problem and problem[0]) == found


def test_two_names_of_one_file_are_one(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for name, content in (("d/a.py", "1"), ("D/A.py", "2"), ("d/b.py", "3")):
            made.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("d/a.py", "4")
    found = unpack(tmp_path / "a.zip", tmp_path / "out", limits=ONE_STUDENT, source="a.zip").items
    assert [item.problem and item.problem[0] for item in found] == [None, "duplicate-name", None, "duplicate-name"]
    assert "D/A.py is there twice (as d/a.py too)" in str(found[1].problem)
    assert [item.path.read_text() for item in found if item.problem is None] == ["1", "3"]
    assert [item.path.name for item in found if item.problem is None] == ["00000.py", "00002.py"]


def test_folders_and_what_others_put_there(tmp_path: Path) -> None:
    names = ["a/", "a\\b\\", "__MACOSX/._x", "a/.DS_Store", "x/.ipynb_checkpoints/y.ipynb", "../up/", "a/z.py"]
    found = unpack(zipped(tmp_path / "a.zip", dict.fromkeys(names, "")), tmp_path / "out", limits=BULK, source="a.zip")
    assert found.folders == [("a",), ("a", "b")]
    assert [(item.parts, item.problem and item.problem[0]) for item in found.items] == [
        (("up",), "zip-slip"),
        (("a", "z.py"), None),
    ]
    assert ignored(("a", "._b"))
    assert not ignored(("a", "_b", "git"))


@pytest.mark.parametrize(
    ("part", "safe"),
    [
        ("a" * 230, "a" * 230), ("con", "_con"), ("CON.txt", "_CON.txt"), ("com1", "_com1"), ("comx", "comx"),
        ("console", "console"), ("a. ", "a"), ("..", "_"), ("", "_"), ("a\ud800b", "a_b"), ("a\udfff", "a_"),
        ("e\u0301", "\u00e9"),
        ("a\ud7ffb\ue000", "a\ud7ffb\ue000"), ("a\u202eb", "a_b"), ("a/b\\c", "a_b_c"),
    ],
)  # fmt: skip
def test_a_name_is_valid_everywhere(part: str, safe: str) -> None:
    assert safe_part(part) == safe


@pytest.mark.parametrize(
    ("part", "bytes_of_stem", "ending"),
    [
        ("a" * 231, 210, ""), ("a" * 300 + ".ipynb", 204, ".ipynb"), ("a" * 300 + ".0123456789", 199, ".0123456789"),
        ("a" * 300 + ".0123456789x", 210, ""), ("\u00e9" * 150 + ".py", 206, ".py"), ("." + "a" * 300, 210, ""),
    ],
)  # fmt: skip
def test_a_long_name_keeps_its_beginning_and_its_ending(part: str, bytes_of_stem: int, ending: str) -> None:
    found = safe_part(part)
    stem, _, rest = found.rpartition("~")
    assert (len(stem.encode()), rest[8:]) == (bytes_of_stem + (bytes_of_stem % 2 if "\u00e9" in part else 0), ending)
    assert part.startswith(stem)
    assert found != safe_part(part[:250] + "b" + part[250:])


def test_how_long_the_list_of_files_says_it_is(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"a": "x", "bc": "y"})
    with zipfile.ZipFile(tmp_path / "a.zip", "a") as made:
        made.comment = b"of a class"
    listed = (46 + 1) + (46 + 2)
    assert archive._directory_bytes(tmp_path / "a.zip") == listed
    for content in (b"", b"PK\5\6", b"x" * 100, b"PK\5\6" + b"\0" * 17):
        (tmp_path / "b.zip").write_bytes(content)
        assert archive._directory_bytes(tmp_path / "b.zip") == 0
    # of a large one the number stands in a record before the last
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("a", "x")
    whole = content.getvalue()
    large = b"PK\6\6" + b"\0" * 36 + (123456).to_bytes(8, "little") + b"\0" * 8 + b"PK\6\7" + b"\0" * 16
    assert len(large) == 76
    (tmp_path / "c.zip").write_bytes(whole[:-22] + large + whole[-22:])
    assert archive._directory_bytes(tmp_path / "c.zip") == 123456
    (tmp_path / "d.zip").write_bytes(whole[:-22] + large[:-20] + b"\0" * 20 + whole[-22:])
    assert archive._directory_bytes(tmp_path / "d.zip") == 47


def test_limits_are_what_people_were_told() -> None:
    """As docs/security.md has them."""
    assert Limits(entries=100_000, total=8192 * MB, entry=512 * MB, ratio=100, ratio_from=64 * MB) == BULK
    assert Limits(entries=2_000, total=300 * MB, entry=200 * MB, ratio=100, ratio_from=64 * MB) == ONE_STUDENT
    assert (SLIM_FROM, LARGEST, LARGEST_SCRIPT, MB) == (8 * MB, 200 * MB, 8 * MB, 1_048_576)


def test_a_script_is_cut_where_a_cell_begins() -> None:
    made = notebook_of("# %% one\n\nx = 1\n\n#%%\n# In[3]:\ny = 2\n  z\n# %%\n\n")
    assert [(cell["id"], cell["source"]) for cell in made["cells"]] == [("cell-0", "x = 1"), ("cell-1", "y = 2\n  z")]
    assert (made["nbformat"], made["nbformat_minor"], made["metadata"]) == (4, 5, {})
    empty = {"metadata": {}, "outputs": [], "execution_count": None}
    assert {field: made["cells"][0][field] for field in empty} == empty
    assert made["cells"][0]["cell_type"] == "code"
