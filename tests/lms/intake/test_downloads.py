"""Each LMS's download is recognised, and whose work is which is read off its names."""

import shutil
from pathlib import Path

import pytest

from autograder.lms.formats.listed import FORMATS
from autograder.model import Id, Space, Student
from tests.lms.intake.download_samples import DOWNLOADS, seen
from tests.lms.intake.intake_samples import NB, notebook, unzip, zipped


def test_every_format_has_a_download():
    assert set(FORMATS) < set(DOWNLOADS)


@pytest.mark.parametrize("lms", DOWNLOADS)
@pytest.mark.parametrize("unpacked", [False, True, "below a folder"])
def test_each_download_is_recognised_zipped_or_not(tmp_path, take, lms, unpacked):
    entries, expected = DOWNLOADS[lms]
    path = zipped(tmp_path / "download.zip", entries)
    if unpacked:
        path = unzip(path, tmp_path / "folder")
        if unpacked == "below a folder":
            inside = tmp_path / "outer" / "inner"
            shutil.move(path, inside)
            path = inside.parent
    intake = take(path)
    assert sorted(seen(intake)) == sorted(expected)
    assert intake.refused == ()
    assert lms in intake.recognised[0]
    assert all(Path(s.path).is_file() for s in intake.submissions)
    assert len({s.key for s in intake.submissions}) == len(expected)


def test_an_attempt_whose_time_is_none_is_not_the_newest(take_entries):
    stamps = ("2025-03-03-10-00-00", "2025-13-45-10-00-00")
    intake = take_entries({f"HW_1_asmith_attempt_{stamp}_hw01.ipynb": notebook(stamp) for stamp in stamps})
    assert (intake.submissions, [one.reason for one in intake.refused]) == ((), ["several-submissions"] * 2)


def test_the_newest_attempt_is_taken_and_said(take_entries):
    for lms in ("blackboard", "brightspace"):
        intake = take_entries(DOWNLOADS[lms][0])
        newest = next(s for s in intake.submissions if s.students[0].id in ("asmith", "1400001"))
        assert "newer" in Path(newest.path).read_text()
        assert any("2 attempts, took the newest" in warning for warning in intake.warnings)


def test_group_work_is_one_submission_of_several_students(take_entries):
    group = take_entries(DOWNLOADS["gradescope"][0]).submissions[0]
    ann, bo = group.students
    assert (ann.id, ann.name, ann.ids) == (
        "0123", "Ann Smith", (Id(Space.GRADESCOPE_SID, "0123"), Id(Space.EMAIL, "ann@x.edu"))
    )  # fmt: skip
    assert (bo.id, bo.name, bo.ids) == ("bo@x.edu", "Bo Lee", (Id(Space.EMAIL, "bo@x.edu"),))


def test_files_go_along_under_the_names_that_the_notebook_opens(take_entries):
    by_id = {s.students[0].id: s for s in take_entries(DOWNLOADS["canvas"][0]).submissions}
    assert set(by_id["12346"].files) == {"data.csv", "data-2.csv"}
    by_id = {s.students[0].id: s for s in take_entries(DOWNLOADS["moodle"][0]).submissions}
    assert set(by_id["1234567"].files) == {"data/d.csv"}


def test_what_the_lms_needs_for_feedback_is_kept(take_entries):
    tags = {
        lms: [s.lms_tag for s in take_entries(DOWNLOADS[lms][0]).submissions]
        for lms in ("canvas", "moodle", "sakai", "brightspace")
    }
    assert tags["canvas"][:2] == ["canvas:smithann_12345_901", "canvas:leebo_LATE_12346_902"]
    assert tags["moodle"] == [
        "moodle:Ann Smith_1234567_assignsubmission_file_/",
        "moodle:Bo Lee_1234568_assignsubmission_file/",
        "moodle:Participant_1234569_assignsubmission_file_",
    ]
    assert tags["sakai"][0] == "sakai:HW 1/Smith, Ann(asmith)/"
    assert tags["brightspace"][0] == "brightspace:1400001-78 - Ann Smith - Mar 3, 2025 1005 PM/"


def test_usernames_with_an_underscore_come_from_the_roster_where_nothing_else_says(tmp_path, take):
    path = zipped(tmp_path / "b.zip", {"HW_1_bo_lee_attempt_2025-03-03-10-00-00_hw01.ipynb": NB})
    assert take(path).submissions[0].students[0].id == "lee"
    people = [Student(id=id, ids=(Id(Space.BLACKBOARD_USERNAME, id),)) for id in ("bo_lee", "lee", "other")]
    assert take(path, people=people).submissions[0].students[0].id == "bo_lee"


def test_names_that_students_choose_are_nobodys_identity(take_entries):
    intake = take_entries(
        {
            "HW 1_asmith_attempt_2025-03-03-10-00-00_x_blee_attempt_2030-01-01-00-00-00_hw01.ipynb": NB,
            "HW 1_blee_attempt_2025-03-03-10-00-00_hw01.ipynb": NB,
        }
    )
    assert {one.students[0].id: one.submitted for one in intake.submissions} == {
        "asmith": "2025-03-03T10:00:00",
        "blee": "2025-03-03T10:00:00",
    }
    intake = take_entries({"Ann_1_assignsubmission_file_/Bo_2_assignsubmission_file_/hw01.ipynb": NB})
    assert [one.students[0].id for one in intake.submissions] == ["1"]
    intake = take_entries(
        {
            "alice/Lee, Bo(blee)/Submission attachment(s)/hw01.ipynb": NB,
            "alice/Lee, Bo(blee)/timestamp.txt": "20250303100000",
            "carol/hw01.ipynb": NB,
        }
    )
    assert {one.students[0].id for one in intake.submissions} == {"alice", "carol"}


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("value", ["*i", "[Ann, Smith]", "{first: Ann}"])
def test_a_name_in_a_metadata_file_is_text_or_none(take_entries, value):
    text = f"{ALIASES}submission_1:\n  :submitters:\n  - :name: {value}\n    :sid: {value}\n    :email: a@x.edu\n"
    intake = take_entries({"submission_metadata.yml": text, "submission_1/hw01.ipynb": NB})
    (student,) = intake.submissions[0].students
    assert (student.id, student.name) == ("a@x.edu", "")


@pytest.mark.parametrize("folder", ["Submission attachment(s)", "提出物の添付ファイル"])
def test_sakais_download_without_folders_is_read_by_the_same_names(take_entries, folder):
    entries = {
        f"HW 1/Smith, Ann(asmith)_{folder}_hw01.ipynb": NB,
        f"HW 1/Smith, Ann(asmith)_{folder}_my_data.csv": "1",
        "HW 1/Smith, Ann(asmith)_comments.txt": "",
        f"HW 1/Lee, Bo (Jr)(blee)_{folder}_x, y(z)_w_hw01.ipynb": NB,
        "HW 1/grades.csv": "x",
    }
    ann, bo = sorted(take_entries(entries).submissions, key=lambda one: one.students[0].id)
    assert (ann.students[0].id, ann.students[0].name, set(ann.files)) == ("asmith", "Smith, Ann", {"my_data.csv"})
    assert (bo.students[0].id, bo.students[0].name, bo.file) == ("blee", "Lee, Bo (Jr)", "x, y(z)_w_hw01.ipynb")
    assert {one.students[0].own.space for one in (ann, bo)} == {Space.SAKAI_EID}
    assert ann.lms_tag == "sakai:"


def test_one_number_with_two_names_is_two_people(take_entries):
    when = "Mar 3, 2025 959 AM"
    names = ("Ann Smith", "Bo Lee", "Cy O'Brien-Smith")
    intake = take_entries({f"397063-2557369 - {name} - {when}/hw01.ipynb": NB for name in names})
    assert [one.students[0].name for one in intake.submissions] == list(names)
    assert intake.warnings == intake.refused == ()


CANVAS_USERS = (("7", "Zed, Zoe"), ("12345", "Lee, Bo"), ("12346", "Cole, Ann"))


@pytest.mark.parametrize(
    ("name", "ids", "found"),
    [
        # a group's or person's name that ends in a number
        ("team_7_12345_9001_hw01.ipynb", ("12345", "12346"), "12345"),
        ("team_7_12345_9001_hw01.ipynb", ("7", "12346"), "7"),
        ("team_7_12345_9001_hw01.ipynb", (), "7"),
        ("zedzoe_7_12345_9001_hw01.ipynb", ("7", "12345"), "7"),
        # a name that somebody chose so that it reads as another's number
        ("bo_12346_12345_9001_hw01.ipynb", ("12345", "12346"), "bo"),
        ("leebo_12345_12346_9001_hw01.ipynb", ("12345", "12346"), "12345"),
        # a file's name that begins with a number
        ("leebo_12345_9001_12346_hw01.ipynb", ("12345", "12346"), "12345"),
        ("leebo_LATE_12345_9001_1_2_hw01.ipynb", ("12345", "12346"), "12345"),
        ("12345_9001_hw01.ipynb", ("12345",), "12345"),
    ],
)
def test_a_name_with_a_number_in_it_is_read_by_the_class_list(take_entries, name, ids, found):
    people = [Student(id=id, name=full, ids=(Id(Space.CANVAS_USER, id),)) for id, full in CANVAS_USERS if id in ids]
    (student,) = [one.students[0] for one in take_entries({name: NB, "x_1_2_y.txt": "z"}, people=people).submissions]
    assert student.id == found
    assert (student.own.space is Space.CANVAS_USER) == found.isdigit()
