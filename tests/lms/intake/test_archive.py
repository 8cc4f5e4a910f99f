"""Archives and folders that nobody vouches for: refused by name, the others graded, nothing written elsewhere."""

import os
import struct
import zipfile
import zlib

import pytest

from autograder.errors import NotebookError
from autograder.lms.intake import archive
from autograder.lms.intake.archive import ONE_STUDENT, Limits, safe_part, unpack
from tests import ROOT
from tests.lms.intake.intake_samples import NB, canvas_name, inner_zip, zipped

FILES = ROOT / "tests" / "lms" / "files"


def link_entry(name):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info


def test_hostile_entries_are_refused_by_name_and_the_others_graded(tmp_path, take):
    path = tmp_path / "submissions.zip"
    long = "n" * 300 + ".ipynb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(canvas_name(1), NB)
        made.writestr("../../" + canvas_name(2), NB)
        made.writestr("/" + canvas_name(3), NB)
        made.writestr("C:\\" + canvas_name(4), NB)
        made.writestr(link_entry(canvas_name(5)), "/etc/passwd")
        made.writestr(canvas_name(6), b"0" * (65 * 2**20))
        made.writestr(canvas_name(7, "con.ipynb"), NB)
        made.writestr(canvas_name(8, "a\nb|c. .ipynb"), NB)
        made.writestr(canvas_name(9, long), NB)
        made.writestr(canvas_name(10), NB)
        made.writestr(canvas_name(10).upper().replace("HW01.IPYNB", "hw01.IPYNB"), NB)
        made.writestr(canvas_name(11, "essay.pdf"), "%PDF")
        made.writestr(canvas_name(12), "")
        made.writestr("s13_13_text.html", "<p>see mail</p>")
    intake = take(path)
    assert {r.students[0].id: r.reason for r in intake.refused} == {
        "2": "zip-slip", "3": "zip-slip", "4": "zip-slip", "5": "symlink", "6": "zip-bomb",
        "11": "not-a-notebook", "12": "empty", "13": "not-a-notebook",
    }  # fmt: skip
    assert {s.students[0].id for s in intake.submissions} == {"1", "7", "8", "9", "10"}
    for one in intake.refused:
        assert "\n" not in one.message
        assert ":" in one.message
    files = {s.students[0].id: s.file for s in intake.submissions}
    assert files["8"] == "a_b_c. .ipynb"
    assert len(files["9"].encode()) < 255
    for found in (tmp_path / "work").rglob("*"):
        assert (tmp_path / "work") in found.resolve().parents
    assert sorted(p.name for p in tmp_path.iterdir()) == ["submissions.zip", "work"]


def test_an_encrypted_entry_is_said(tmp_path, take):
    path = zipped(tmp_path / "submissions.zip", {canvas_name(1): NB, canvas_name(2): NB})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag in both headers of the first entry
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    intake = take(path)
    assert [(r.reason, r.students[0].id) for r in intake.refused] == [("encrypted", "1")]
    assert [s.students[0].id for s in intake.submissions] == ["2"]


def test_a_damaged_entry_does_not_take_the_others_with_it(tmp_path, take):
    path = zipped(tmp_path / "submissions.zip", {canvas_name(1): os.urandom(500).hex(), canvas_name(2): NB})
    content = bytearray(path.read_bytes())
    content[100:140] = bytes(40)
    path.write_bytes(content)
    intake = take(path)
    assert [(r.reason, r.students[0].id) for r in intake.refused] == [("bad-zip", "1")]
    assert len(intake.submissions) == 1


def test_sizes_are_counted_while_reading_and_not_believed(tmp_path):
    path = zipped(tmp_path / "z.zip", {"a": b"1" * 5000, "b": b"2" * 5000, "c": b"3" * 9000})
    items = unpack(path, tmp_path / "o", limits=Limits(entries=9, total=12_000, entry=8000), source="z").items
    assert [item.problem and item.problem[0] for item in items] == [None, None, "zip-bomb"]
    with pytest.raises(NotebookError, match="holds 3 files, more than 2"):
        unpack(path, tmp_path / "o", limits=Limits(entries=2, total=1, entry=1), source="z")


BAD_PATHS = {
    "empty.zip": (b"", "bad-zip", "is empty (0 bytes)"),
    "text.zip": (b"hello", "bad-zip", "is not a complete zip file"),
    "nothing.zip": (inner_zip({}), "empty", "a zip with nothing in it"),
    "junk.zip": (inner_zip({"__MACOSX/._a": "x"}), "empty", "no files in it"),
    "essay.pdf": (b"%PDF", "not-a-notebook", "no notebook among the files (essay.pdf)"),
    "hollow.ipynb": (b"", "empty", "hollow.ipynb is an empty file"),
}


@pytest.mark.parametrize("name", BAD_PATHS)
def test_a_bad_path_gets_one_line_and_the_others_are_taken(tmp_path, take, name):
    content, reason, said = BAD_PATHS[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.ipynb").write_text(NB)
    intake = take(tmp_path / name, tmp_path / "good.ipynb", tmp_path / "nowhere")
    assert {r.reason for r in intake.refused} == {reason, "not-found"}
    assert any(said in r.message for r in intake.refused)
    assert [s.students[0].id for s in intake.submissions] == ["good"]


def test_links_devices_and_empty_folders_of_a_folder_are_said(tmp_path, take):
    folder = tmp_path / "class"
    for student in ("asmith", "blee", "cobrien", "dng"):
        (folder / student).mkdir(parents=True)
    (folder / "asmith" / "hw01.ipynb").write_text(NB)
    (folder / "asmith" / "secret").symlink_to("/etc/passwd")
    (folder / "blee" / "hw01.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(folder / "cobrien" / "hw01.ipynb")
    (folder / "escape").symlink_to("/etc")
    intake = take(folder)
    assert {r.students[0].id: r.reason for r in intake.refused} == {
        "blee": "symlink", "cobrien": "not-a-file", "dng": "empty", "escape": "symlink"
    }  # fmt: skip
    assert [s.students[0].id for s in intake.submissions] == ["asmith"]
    assert intake.submissions[0].files == {}
    assert "secret is a link" in intake.warnings[0]


def test_names_stay_apart_after_they_are_made_safe(take_entries):
    intake = take_entries({"a b/hw01.ipynb": NB, "a_b/hw01.ipynb": NB, "A_B/hw01.ipynb": NB, "../x/hw01.ipynb": NB})
    assert len({s.key.casefold() for s in intake.submissions} | {"x"}) == len(intake.submissions) + 1
    assert all("/" not in s.key and " " not in s.key for s in intake.submissions)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("hw01.ipynb", "hw01.ipynb"), ("..", "_"), ("LPT1", "_LPT1"), ("a\u202egnp.ipynb", "a_gnp.ipynb"),
        ("e\u0301", "é"), ("\ud800x", "_x"), ("x.", "x"), ("", "_"), ("a/b", "a_b"),
    ],
)  # fmt: skip
def test_names_are_made_valid_everywhere(name, safe):
    assert safe_part(name) == safe


def test_utf8_names_without_the_flag_are_read_as_utf8(tmp_path):
    path = zipped(tmp_path / "z.zip", {"Zoë": "1"})
    path.write_bytes(path.read_bytes().replace(b"\x00\x08", b"\x00\x00"))
    items = unpack(path, tmp_path / "o", limits=archive.BULK, source="z").items
    assert items[0].parts == ("Zoë",)


@pytest.mark.parametrize("metadata", ["[" * 100_000, "a: &a [*a]", "---\n? [", "submission_1: 3", "\x00", "- " * 5000])
def test_metadata_that_attacks_its_reader_leaves_the_students_unknown(take_entries, metadata):
    intake = take_entries({"submission_metadata.yml": metadata, "submission_1/hw01.ipynb": NB})
    assert [s.students[0].id for s in intake.submissions] == ["submission_1"]
    assert "does not say whose submission_1 is" in intake.submissions[0].notes[0]


@pytest.mark.parametrize(("offset", "value"), [(6, 224), (42, 255), (10, 99), (44, 255)])
def test_a_zip_with_an_impossible_directory_is_one_refusal(tmp_path, take, offset, value):
    path = zipped(tmp_path / "submissions.zip", {canvas_name(1): NB})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + offset] = value
    path.write_bytes(content)
    intake = take(path)
    assert [r.reason for r in intake.refused] == ["bad-zip"]
    assert intake.submissions == ()


def _listing(path, count, *, large=False, comment=b""):
    """A zip of one file whose list names it ``count`` times."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, zlib.crc32(b"x"), 1, 1, 1, 0) + b"ax"
    entry = (
        struct.pack("<4s4B4H3I5H2I", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, zlib.crc32(b"x"), 1, 1, 1, *[0] * 6) + b"a"
    )
    size = count * len(entry)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, len(local), len(comment))
    if large:
        place = len(local) + size
        wide = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, len(local))
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, len(comment))
        end = wide + struct.pack("<4sIQI", b"PK\6\7", 0, place, 1) + end
    path.write_bytes(local + entry * count + end + comment)
    return path


@pytest.mark.parametrize(
    "options", [{}, {"large": True}, {"comment": b"c" * 65_000}, {"large": True, "comment": b"PK\5"}]
)
def test_a_long_list_of_files_is_refused_before_it_is_read(tmp_path, monkeypatch, options):
    few = _listing(tmp_path / "few.zip", 3, **options)
    assert len(unpack(few, tmp_path / "few", limits=ONE_STUDENT, source="few.zip").items) == 3
    many = _listing(tmp_path / "many.zip", 40_000, **options)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(NotebookError, match="more than 2,000 files") as caught:
        unpack(many, tmp_path / "many", limits=ONE_STUDENT, source="many.zip")
    assert caught.value.reason == "zip-bomb"
