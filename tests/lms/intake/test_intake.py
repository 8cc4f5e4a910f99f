"""What a TA hands over becomes one piece of work a student, and what cannot is said in one line."""

import json
from pathlib import Path

import pytest

from autograder.lms import match_submissions, read_roster
from autograder.lms.intake import settle
from autograder.lms.intake.loose import student_of
from autograder.model import Id, Space, Student, Submission
from tests import ROOT
from tests.lms.intake.download_samples import DOWNLOADS
from tests.lms.intake.intake_samples import NB, notebook, unzip, zipped

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


@pytest.mark.parametrize("top", ["", "hw01 notebooks/", "homework/", "week 3/hw01/"])
def test_loose_notebooks_are_a_class_whatever_folder_they_lie_in(tmp_path, take, top):
    people = ("asmith", "blee", "cobrien")
    path = zipped(tmp_path / "class3.zip", {f"{top}{name}.ipynb": notebook(assignment="hw01") for name in people})
    for given in (path, unzip(path, tmp_path / "unpacked")):
        assert [one.students[0].id for one in take(given).submissions] == list(people)


def test_a_students_own_folder_of_two_notebooks_is_no_class(tmp_path, take):
    path = zipped(tmp_path / "asmith.zip", {"hw01/hw01.ipynb": NB, "hw01/scratch.ipynb": NB, "hw01/d/x.csv": "1"})
    (work,) = take(path).submissions
    assert (work.students[0].id, work.file, set(work.files)) == ("asmith", "hw01.ipynb", {"scratch.ipynb", "d/x.csv"})


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


def test_a_path_that_is_not_there_is_said_as_that(tmp_path, take):
    for name in ("gone.zip", "gone.ipynb", "gone"):
        assert [one.reason for one in take(tmp_path / name).refused] == ["not-found"]


def test_two_submissions_of_one_student_are_not_guessed_between(tmp_path, take):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "asmith.ipynb").write_text(notebook(folder))
        (tmp_path / folder / f"other-{folder}.ipynb").write_text(NB)
    intake = take(tmp_path / "one", tmp_path / "two")
    assert [(r.reason, r.students[0].id) for r in intake.refused] == [("several-submissions", "asmith")] * 2
    assert len(intake.submissions) == 2


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


def test_the_assignments_name_may_stand_in_several_pieces_before_and_after_who_it_is():
    names = ("hw_01_ann_smith", "HW 01 - Ann Smith", "ann_smith_hw_01", "Ann Smith hw01", "ann_smith")
    assert [student_of(name, "hw01") for name in names] == [
        "ann_smith", "Ann Smith", "ann_smith", "Ann Smith", "ann_smith"
    ]  # fmt: skip
