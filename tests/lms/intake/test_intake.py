"""What a TA downloads becomes one notebook a student, and what cannot is said in one line."""

import json
import os
import shutil
from pathlib import Path

import pytest

from autograder.lms import match_submissions, read_roster
from autograder.lms.intake import settle
from autograder.lms.intake.slim import slim
from autograder.model import Id, Space, Student, Submission
from autograder.otter import read_notebook
from tests import ROOT
from tests.lms.intake.intake_samples import NB, inner_zip, notebook, unzip, zipped

FILES = ROOT / "tests" / "lms" / "files"


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        (["2025-03-03T10:00:00-08:00", "2025-03-03T12:00:00+00:00"], 0),
        (["2025-11-02T01:50:00-07:00", "2025-11-02T01:10:00-08:00"], 1),
        (["2025-03-03T10:00:00", "2025-03-03T09:59:59"], 0),
        # a clock of nobody's and one of UTC, an unknown time, twice the same moment
        (["2025-03-03T10:00:00", "2025-03-03T12:00:00+00:00"], None),
        (["2025-03-03T10:00:00", None], None),
        (["2025-03-03T10:00:00+00:00", "2025-03-03T11:00:00+01:00"], None),
    ],
)
def test_of_two_works_the_later_moment_counts(tmp_path, times, newest):
    works = []
    for number, when in enumerate(times):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(json.dumps({"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {"n": number}}))
        student = Student(id="a", ids=(Id(Space.GRADESCOPE_SID, "a"),))
        works.append(Submission(key=str(number), students=(student,), file="w.ipynb", path=str(path), submitted=when))
    kept = settle(works).kept
    assert (None if kept is None else int(kept.key)) == newest


RUBY = """---
submission_101:
  :submitters:
  - :name: Ann Smith
    :sid: 0123
    :email: ann@x.edu
  - :name: Bo Lee
    :email: bo@x.edu
  :created_at: 2025-03-03 13:16:26.123456789 -08:00
  :score: 3.0
submission_102:
  :submitters:
  - :name: Cy O'Brien
    :sid: '0125'
"""
RECEIPT = "Name: Bo Lee (bo_lee)\nAssignment: HW_1\nDate Submitted: Monday\n"
SAKAI = "HW 1/Smith, Ann(asmith)/"

# LMS → what its download holds, and (id, name, file, late, submitted) of each submission
DOWNLOADS = {
    "canvas": (
        {
            "smithann_12345_901_hw01.ipynb": NB,
            "leebo_LATE_12346_902_hw01-1.ipynb": NB,
            "leebo_LATE_12346_903_data-2.csv": "1,2",
            "álvarez_zoë_12347_904_hw01.ipynb": NB,
            "LATE_anon_x7Fq_905_hw01.ipynb": NB,
            "group 7_12349_906_hw 01.ipynb": NB,
            "__MACOSX/._smithann_12345_901_hw01.ipynb": "x",
            ".DS_Store": "x",
        },
        [
            ("12345", "smithann", "hw01.ipynb", False, None),
            ("12346", "leebo", "hw01-1.ipynb", True, None),
            ("12347", "álvarez_zoë", "hw01.ipynb", False, None),
            ("anon_x7Fq", "", "hw01.ipynb", True, None),
            ("12349", "group 7", "hw 01.ipynb", False, None),
        ],
    ),
    "moodle": (
        {
            "Ann Smith_1234567_assignsubmission_file_/hw01.ipynb": NB,
            "Ann Smith_1234567_assignsubmission_file_/data/d.csv": "1",
            "Ann Smith_1234567_assignsubmission_onlinetext_/onlinetext.html": "hello",
            "Bo Lee_1234568_assignsubmission_file/hw01.ipynb": NB,
            "Participant_1234569_assignsubmission_file_hw01.ipynb": NB,
        },
        [
            ("1234567", "Ann Smith", "hw01.ipynb", None, None),
            ("1234568", "Bo Lee", "hw01.ipynb", None, None),
            ("1234569", "", "hw01.ipynb", None, None),
        ],
    ),
    "blackboard": (
        {
            "HW_1_asmith_attempt_2025-03-03-10-00-00_hw01.ipynb": NB,
            "HW_1_asmith_attempt_2025-03-04-09-00-00_hw01.ipynb": notebook("newer"),
            "HW_1_asmith_attempt_2025-03-04-09-00-00.txt": "Name: Ann Smith (asmith)\n",
            "HW_1_bo_lee_attempt_2025-03-03-10-00-00_hw01.ipynb": NB,
            "HW_1_bo_lee_attempt_2025-03-03-10-00-00.txt": RECEIPT,
            "HW_1_cy.o-brien_attempt_2025-03-03-10-00-00_my work.ipynb": NB,
        },
        [
            ("asmith", "", "hw01.ipynb", None, "2025-03-04T09:00:00"),
            ("bo_lee", "", "hw01.ipynb", None, "2025-03-03T10:00:00"),
            ("cy.o-brien", "", "my work.ipynb", None, "2025-03-03T10:00:00"),
        ],
    ),
    "brightspace": (
        {
            "index.html": "<html>",
            "1400001-77 - Ann Smith - Mar 3, 2025 959 AM/hw01.ipynb": NB,
            "1400001-78 - Ann Smith - Mar 3, 2025 1005 PM/hw01.ipynb": notebook("newer"),
            "1400002-79 - Bo - Lee - March 10, 2025 12_05 AM/hw01.ipynb": NB,
        },
        [
            ("1400001", "Ann Smith", "hw01.ipynb", None, "2025-03-03T22:05:00"),
            ("1400002", "Bo - Lee", "hw01.ipynb", None, "2025-03-10T00:05:00"),
        ],
    ),
    "gradescope": (
        {
            "assignment_5_export/submission_metadata.yml": RUBY,
            "assignment_5_export/submission_101/hw01.ipynb": NB,
            "assignment_5_export/submission_102/hw01.ipynb": NB,
            "assignment_5_export/submission_103/hw01.ipynb": NB,
        },
        [
            ("0123", "Ann Smith", "hw01.ipynb", None, "2025-03-03T13:16:26.123456-08:00"),
            ("0125", "Cy O'Brien", "hw01.ipynb", None, None),
            ("submission_103", "", "hw01.ipynb", None, None),
        ],
    ),
    "sakai": (
        {
            "HW 1/grades.csv": "x",
            SAKAI + "timestamp.txt": "20250303100000000",
            SAKAI + "comments.txt": "",
            SAKAI + "Smith, Ann_submissionText.html": "hi",
            SAKAI + "Submission attachment(s)/hw01.ipynb": NB,
            SAKAI + "Feedback Attachment(s)/old.ipynb": NB,
            "HW 1/Lee, Bo (Jr)(blee)/Submission attachment(s)/hw01.ipynb": NB,
        },
        [
            ("asmith", "Smith, Ann", "hw01.ipynb", None, "2025-03-03T10:00:00+00:00"),
            ("blee", "Lee, Bo (Jr)", "hw01.ipynb", None, None),
        ],
    ),
    "folders or files named after students": (
        {
            "asmith/hw01.ipynb": NB,
            "asmith/data/d.csv": "1",
            "asmith/.ipynb_checkpoints/hw01-checkpoint.ipynb": NB,
            "Bo Lee/homework.ipynb": NB,
            "hw01_cobrien.ipynb": NB,
            "dng - HW 1.ipynb": NB,
        },
        [
            ("cobrien", "", "hw01_cobrien.ipynb", None, None),
            ("dng", "", "dng - HW 1.ipynb", None, None),
            ("asmith", "", "hw01.ipynb", None, None),
            ("Bo Lee", "", "homework.ipynb", None, None),
        ],
    ),
}


def seen(intake):
    return [(s.students[0].id, s.students[0].name, s.file, s.late, s.submitted) for s in intake.submissions]


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


# --- one submission -------------------------------------------------------------------------------------------------


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


def test_an_otter_export_given_by_itself_is_one_students(tmp_path, take):
    zipped(tmp_path / "asmith_hw01_2025_03_03T10_00_00_000000.zip", {"hw01.ipynb": NB, "d.csv": "1"})
    zipped(tmp_path / "class.zip", {"asmith.ipynb": NB, "blee.ipynb": NB})
    zipped(tmp_path / "cobrien.zip", {"my notebook.ipynb": NB, "d.csv": "1"})
    zipped(tmp_path / "submissions.zip", {"asmith.ipynb": NB})
    unzip(zipped(tmp_path / "s.zip", {"asmith.ipynb": NB, "blee.ipynb": NB, "hw01.ipynb": NB}), tmp_path / "starter")
    (tmp_path / "blee").mkdir()
    (tmp_path / "blee" / "hw01.ipynb").write_text(NB)
    for path, ids in (
        (tmp_path / "asmith_hw01_2025_03_03T10_00_00_000000.zip", ["asmith"]),
        (tmp_path / "class.zip", ["asmith", "blee"]),
        (tmp_path / "cobrien.zip", ["cobrien"]),
        (tmp_path / "submissions.zip", ["asmith"]),
        (tmp_path / "starter", ["asmith", "blee", "hw01"]),
        (tmp_path / "blee", ["blee"]),
        (tmp_path / "blee" / "hw01.ipynb", ["blee"]),
    ):
        assert [s.students[0].id for s in take(path).submissions] == ids


def test_a_zip_among_students_files_is_one_students_whatever_its_names_look_like(tmp_path, take):
    folder = tmp_path / "in"
    folder.mkdir()
    zipped(folder / "asmith.zip", {"hw01.ipynb": NB})
    zipped(folder / "mallory.zip", {**DOWNLOADS["canvas"][0], "asmith.ipynb": notebook("other")})
    gradescope = {name.partition("/")[2]: content for name, content in DOWNLOADS["gradescope"][0].items()}
    zipped(folder / "trudy.zip", gradescope)
    intake = take(folder)
    assert [one.students[0].id for one in (*intake.submissions, *intake.refused)] == ["asmith", "trudy", "mallory"]
    assert "several-notebooks" in {one.reason for one in intake.refused}


@pytest.mark.parametrize("lms", ["canvas", "gradescope", "moodle", "sakai", "blackboard", "brightspace"])
def test_a_students_own_zip_wins_over_work_under_their_name_in_another_one(tmp_path, take, lms):
    """``grade hw01 in/*.zip``: each path is named by the TA, and one student plays the LMS."""
    ids = [who for who, *_ in DOWNLOADS[lms][1]]
    victim = ids[0]
    zipped(tmp_path / f"{victim}.zip", {"hw01.ipynb": notebook("mine")})
    zipped(tmp_path / "mallory.zip", DOWNLOADS[lms][0])
    intake = take(tmp_path / "mallory.zip", tmp_path / f"{victim}.zip")
    (work,) = [one for one in intake.submissions if one.students[0].id == victim]
    assert "mine" in Path(work.path).read_text()
    assert any(line.startswith(f"{victim}: left out hw01.ipynb of mallory.zip") for line in intake.warnings)
    # with a class list that has mallory, the zip is hers and nobody else's
    people = [Student(id="mallory", ids=(Id(Space.MOODLE_USERNAME, "mallory"),))]
    intake = take(tmp_path / "mallory.zip", tmp_path / f"{victim}.zip", people=people)
    assert {one.students[0].id for one in (*intake.submissions, *intake.refused)} == {victim, "mallory"}
    (work,) = [one for one in intake.submissions if one.students[0].id == victim]
    assert "mine" in Path(work.path).read_text()


def test_a_file_named_with_one_persons_number_and_anothers_canvas_id_are_two_works(tmp_path, take):
    (tmp_path / "7001.ipynb").write_text(notebook("ann"))
    path = zipped(tmp_path / "s.zip", {"leebo_7001_9_hw01.ipynb": notebook("bo")})
    (tmp_path / "canvas.csv").write_text(
        'Student,ID,SIS User ID,Section,hw01 (1)\n"Kim, Ann",7000,7001,S,\n"Lee, Bo",7001,7003,S,\n'
    )
    roster = read_roster(tmp_path / "canvas.csv")
    people = [entry.student for entry in roster.students]
    intake = take(path, tmp_path / "7001.ipynb", people=people)
    matched = match_submissions(roster, intake.submissions, intake.refused)
    # the file's name may mean either of them; Canvas's own zip means one
    assert {(one.students[0].name, one.file, one.key) for one in matched.submissions} == {
        ("Lee, Bo", "hw01.ipynb", "7001"), ("", "7001.ipynb", "7001-2")
    }  # fmt: skip
    assert [one.id for one in matched.match.doubtful] == ["7000"]
    said = "it is Kim, Ann (7000)'s SIS User ID and Lee, Bo (7001)'s Canvas ID"
    assert any(said in one for one in matched.match.warnings)


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


@pytest.mark.parametrize("top", ["", "hw01 notebooks/", "homework/", "week 3/hw01/"])
def test_loose_notebooks_are_a_class_whatever_folder_they_lie_in(tmp_path, take, top):
    people = ("asmith", "blee", "cobrien")
    path = zipped(tmp_path / "class3.zip", {f"{top}{name}.ipynb": notebook(assignment="hw01") for name in people})
    for given in (path, unzip(path, tmp_path / "unpacked")):
        assert [one.students[0].id for one in take(given).submissions] == list(people)


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


def test_a_students_own_folder_of_two_notebooks_is_no_class(tmp_path, take):
    path = zipped(tmp_path / "asmith.zip", {"hw01/hw01.ipynb": NB, "hw01/scratch.ipynb": NB, "hw01/d/x.csv": "1"})
    (work,) = take(path).submissions
    assert (work.students[0].id, work.file, set(work.files)) == ("asmith", "hw01.ipynb", {"scratch.ipynb", "d/x.csv"})


def test_one_number_with_two_names_is_two_people(take_entries):
    when = "Mar 3, 2025 959 AM"
    names = ("Ann Smith", "Bo Lee", "Cy O'Brien-Smith")
    intake = take_entries({f"397063-2557369 - {name} - {when}/hw01.ipynb": NB for name in names})
    assert [one.students[0].name for one in intake.submissions] == list(names)
    assert intake.warnings == intake.refused == ()


def test_of_two_downloads_of_one_lms_the_newer_upload_counts(tmp_path, take):
    first = zipped(tmp_path / "monday.zip", {"kimann_5_100_hw01.ipynb": notebook("old"), "leebo_6_101_hw01.ipynb": NB})
    new = {"kimann_LATE_5_140_hw01-1.ipynb": notebook("new"), "leebo_6_101_hw01.ipynb": NB}
    second = zipped(tmp_path / "friday.zip", new)
    for given in ((first, second), (second, first)):
        intake = take(*given)
        works = {one.students[0].id: one for one in intake.submissions}
        assert "new" in Path(works["5"].path).read_text()
        # what did not change is one work
        assert (set(works), intake.refused) == ({"5", "6"}, ())
    for folder in ("one", "two"):
        unzip(
            zipped(tmp_path / "s.zip", {"asmith/hw01.ipynb": NB, "blee/hw01.ipynb": notebook(folder)}),
            tmp_path / folder,
        )
    intake = take(tmp_path / "one", tmp_path / "two")
    assert [one.students[0].id for one in intake.submissions] == ["asmith"]
    assert {one.students[0].id for one in intake.refused} == {"blee"}


def test_a_later_argument_wins_over_a_file_that_cannot_be_read(tmp_path, take):
    download = zipped(tmp_path / "s.zip", {"asmith/hw01.ipynb": NB[:-20], "blee/hw01.ipynb": notebook("y")})
    for folder, source in (("mended", "again = 1"), ("other", "z = 3")):
        (tmp_path / folder / "asmith").mkdir(parents=True)
        (tmp_path / folder / "asmith" / "hw01.ipynb").write_text(notebook(source))
        (tmp_path / folder / "dng").mkdir()
        (tmp_path / folder / "dng" / "hw01.ipynb").write_text(notebook(folder))
    intake = take(download, tmp_path / "mended")
    (work,) = [one for one in intake.submissions if one.students[0].id == "asmith"]
    assert "again = 1" in Path(work.path).read_text()
    assert any("in the place of a file before it that is no notebook" in line for line in intake.warnings)
    # the other way round, and between two that can be read, nothing says which
    assert {one.reason for one in take(tmp_path / "mended", download).refused} == {"several-submissions"}
    assert {one.students[0].id for one in take(tmp_path / "mended", tmp_path / "other").refused} == {"asmith", "dng"}
    # a file that the TA names is what counts
    intake = take(download, tmp_path / "other" / "asmith" / "hw01.ipynb", tmp_path / "mended" / "dng")
    assert {one.students[0].id: one.argument for one in intake.submissions} == {"asmith": 2, "blee": 1, "dng": 3}


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


def test_a_path_that_is_not_there_is_said_as_that(tmp_path, take):
    for name in ("gone.zip", "gone.ipynb", "gone"):
        assert [one.reason for one in take(tmp_path / name).refused] == ["not-found"]


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


def test_two_submissions_of_one_student_are_not_guessed_between(tmp_path, take):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "asmith.ipynb").write_text(notebook(folder))
        (tmp_path / folder / f"other-{folder}.ipynb").write_text(NB)
    intake = take(tmp_path / "one", tmp_path / "two")
    assert [(r.reason, r.students[0].id) for r in intake.refused] == [("several-submissions", "asmith")] * 2
    assert len(intake.submissions) == 2


# --- what must not get through ----------------------------------------------------------------------------------------


# --- with a roster ----------------------------------------------------------------------------------------------------


def test_submissions_get_the_rosters_names_and_both_lists_are_there(take_entries):
    intake = take_entries({**DOWNLOADS["canvas"][0], "bad_12350_910_x.pdf": "x", "who_777_911_hw01.ipynb": NB})
    matched = match_submissions(read_roster(FILES / "canvas.csv"), intake.submissions, intake.refused)
    by_key = {s.key: s for s in matched.submissions}
    assert [(one.id, one.name) for one in by_key["12347"].students] == [("12347", "Kim, Ann")]
    # whose work the anonymous one is nobody knows, so nobody is surely missing
    assert (matched.match.missing, [student.id for student in matched.match.doubtful]) == ((), ["12348"])
    assert {student.id for student in matched.match.unknown} == {"777", "anon_x7Fq"}
    assert [(one.id, one.name) for one in matched.refused[0].students] == [("12350", "Lee, 林")]
    assert len(matched.submissions) == len(intake.submissions)


def test_one_students_work_under_two_names_takes_the_later_or_neither(take_entries):
    intake = take_entries({"akim/hw01.ipynb": NB, "0013/hw01.ipynb": notebook("y"), "zalvarez/hw01.ipynb": NB})
    matched = match_submissions(read_roster(FILES / "canvas.csv"), intake.submissions)
    assert [s.key for s in matched.submissions] == ["12345"]
    assert [r.reason for r in matched.refused] == ["several-submissions"] * 2
    assert {student.id for student in matched.match.missing} == {"12347", "12348", "12349", "12350"}


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


def test_two_large_notebooks_of_one_folder_are_both_made_slim(tmp_path):
    outputs = {"cells": [{"cell_type": "code", "source": "x", "outputs": ["much"], "attachments": {"a": "b"}}]}
    for name in ("a.ipynb", "b.ipynb"):
        (tmp_path / name).write_text(json.dumps(outputs))
        assert slim(tmp_path / name, tmp_path / "slim" / name, name).written
        (cell,) = json.loads((tmp_path / "slim" / name).read_text())["cells"]
        assert cell == {"cell_type": "code", "source": "x", "outputs": []}
