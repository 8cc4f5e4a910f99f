"""The commands between the LMS and the grades, from files to files."""

import json
import zipfile

import msgspec
import pytest
from click.testing import CliRunner

from autograder import lms
from autograder.cli import LazyGroup
from autograder.cli.commands.lms import export, intake, roster, upload
from autograder.errors import UsageError
from autograder.lms.people import person_of
from autograder.model import (
    Adjustment,
    Id,
    Refused,
    Run,
    RunFacts,
    Space,
    Status,
    Student,
    Submission,
    SubmissionResult,
)
from tests import ROOT
from tests.lms import canvas_server

FILES = ROOT / "tests" / "lms" / "files"
NB = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []})

POLICY = """\
time_zone = "America/Los_Angeles"
[late]
per_day = "10%"
[assignments.hw01]
due = 2025-03-03T23:59:00
excused = ["0015"]
[assignments.hw01.extensions]
"0013" = "2 days"
"nobody" = "2 days"
"""


def call(command, *arguments, status=0):
    result = CliRunner().invoke(command, [str(one) for one in arguments], catch_exceptions=False, standalone_mode=False)
    assert (result.return_value or 0) == status, result.output
    return result.output


def user(id):
    return Student(id=id, ids=(Id(Space.CANVAS_USER, id),))


def graded(id, score, *, submitted=None, late=False, status=Status.GRADED, others=(), **more):
    students = (user(id), *map(user, others))
    return SubmissionResult(
        submission=Submission(
            key=id,
            students=students,
            file="hw01.ipynb",
            path="x",
            late=late,
            submitted=submitted,
            lms_tag=f"canvas:x_{id}_9",
        ),
        status=status,
        score=score,
        possible=10.0,
        **more,
    )


def run_of(*results, refused=(), missing=()):
    facts = RunFacts(
        assignment="hw01", assignment_digest="", package_version="", versions={}, sandbox="bwrap", seed=0, jobs=1,
        started="2025-03-05T10:00:00+00:00", seconds=1.0,
    )  # fmt: skip
    return Run(facts=facts, questions={"q1": 10.0}, results=results, refused=refused, missing=missing)


RUN = run_of(
    graded("12345", 9.0, submitted="2025-03-04T12:00:00"),
    graded("12346", 8.0, submitted="2025-03-04T12:00:00", others=("12347",)),
    graded("12350", None, status=Status.FAILED, reason="timeout"),
    refused=(Refused(file="x.pdf", reason="not-a-notebook", message="x", students=(user("12348"),)),),
    missing=(user("12349"),),
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run" / "feedback").mkdir(parents=True)
    (tmp_path / "run" / "results.json").write_bytes(msgspec.json.encode(RUN))
    (tmp_path / "run" / "feedback" / "12345.html").write_text("<p>well done</p>")
    (tmp_path / "course.toml").write_text(POLICY)
    text = (FILES / "canvas.csv").read_text().replace(",EX,", ",,").replace(",N/A,", ",,")
    (tmp_path / "canvas.csv").write_text(text)
    return tmp_path


def test_every_command_is_in_the_table_and_has_help():
    for name in ("roster", "intake", "export", "upload"):
        command = LazyGroup().get_command(None, name)
        assert command.name == name
        assert "Usage" in CliRunner().invoke(command, ["--help"]).output


def test_roster_shows_what_is_recognised():
    said = call(roster, FILES / "canvas.csv")
    assert "Canvas gradebook (canvas), 6 students" in said
    assert "HW 1, id 4757, out of 10" in said
    assert "Lee, 林 (12350)" in said
    assert "class list (plain), 3 students" in call(roster, FILES / "class-list.csv", "--id-column", "number")


def test_intake_shows_both_lists_and_leaves_nothing_behind(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.zip", "w") as made:
        made.writestr("álvarezzoë_LATE_12345_1_hw01.ipynb", NB)
        made.writestr("b_777_2_hw01.ipynb", NB)
        made.writestr("kimann_12346_3_essay.pdf", "x")
    said = call(intake, tmp_path / "s.zip", "--roster", FILES / "canvas.csv", "--assignment", "hw01", status=3)
    assert "s.zip: canvas download, 3 submissions" in said
    assert "Álvarez, Zoë (12345): hw01.ipynb LATE" in said
    assert "not-a-notebook: kimann: no notebook among the files (essay.pdf)" in said
    assert "on the roster without a submission: 4" in said
    assert "b (777)" in said
    assert [path.name for path in tmp_path.iterdir()] == ["s.zip"]


def test_export_applies_the_policy_fills_the_file_and_packs_feedback(folder):
    options = ("--roster", folder / "canvas.csv", "--policy", folder / "course.toml")
    said = call(export, folder / "run", *options, "--feedback", status=3)
    assert "Álvarez, Zoë (12345): blank → 8" in said
    assert "1 day late (due 2025-03-03 23:59): −10% of 10 points = −1" in said
    assert "the policy's extensions name 'nobody', who is not on canvas.csv" in said
    assert (folder / "run" / "lms" / "canvas.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (4757)\n"
        "    Points Possible,,,,,10\n"
        '"Álvarez, Zoë",12345,0012,zalvarez,DATA 8 Lec 1,8\n'
        '"Kim, Ann",12346,0013,akim,DATA 8 Lec 1 and DATA 8 Lab 3,8\n'
        '"Kim, Ann",12347,0014,akim2,"DATA 8 Lec 1, DATA 8 Lab 3, and DATA 8 Lab 4",7\n'
        '"=""=Smith, Bo""",12349,0015,bo.smith-2,DATA 8 Lec 1,EX\n'
    )
    assert "O'Brien Al (12348): not-a-notebook" in said
    assert "Lee, 林 (12350): timeout" in said
    with zipfile.ZipFile(folder / "run" / "lms" / "canvas-feedback.zip") as packed:
        assert packed.namelist() == [f"x_{id}_9_feedback.html" for id in ("12345", "12346", "12350")]
    # one submission, two due dates: Canvas takes one page for it, and whose it is not is said
    assert "12347: in a group that gets the page of its first member" in said
    assert (folder / "run" / "feedback" / "12346-2.html").is_file()
    kept = msgspec.json.decode((folder / "run" / "results.json").read_bytes(), type=Run).results[0]
    assert (kept.score, kept.final, kept.adjustments[0].kind) == (9.0, 8.0, "late")
    # the same again changes nothing: the policy starts from the raw score
    before = (folder / "run" / "lms" / "canvas.csv").read_bytes()
    call(export, folder / "run", *options, status=3)
    assert (folder / "run" / "lms" / "canvas.csv").read_bytes() == before


def test_a_dry_run_writes_nothing(folder):
    before = sorted(folder.rglob("*"))
    said = call(export, folder / "run", "--roster", folder / "canvas.csv", "--dry-run")
    assert "Lee, 林 (12350): timeout" in said
    assert "Álvarez, Zoë (12345): blank → 9" in said
    assert sorted(folder.rglob("*")) == before


def test_a_roster_of_another_lms_is_matched_anew_and_the_xls_keeps_its_ending(folder):
    results = []
    for id, score in (("asmith", 9.0), ("bo_lee", 8.0)):
        one = graded(id, score)
        students = (Student(id=id, ids=(Id(Space.FILE, id),)),)
        own = msgspec.structs.replace(one.submission, lms_tag=None, students=students)
        results.append(msgspec.structs.replace(one, submission=own))
    (folder / "run" / "results.json").write_bytes(msgspec.json.encode(run_of(*results)))
    call(export, folder / "run", "--roster", FILES / "blackboard.xls")
    assert (folder / "run" / "lms" / "blackboard.xls").read_bytes().startswith(b"\xff\xfe")
    with pytest.raises(UsageError, match="did not come from a download of"):
        call(export, folder / "run", "--feedback")


def test_two_sections_are_two_files_and_another_lms_is_reached_by_the_ids_of_the_first(folder, tmp_path):
    head, points, *rows = (folder / "canvas.csv").read_text().splitlines()
    ends = {"one": rows[:3], "two": rows[3:]}
    for name, kept in ends.items():
        (folder / f"{name}.csv").write_text("\n".join([head, points, *kept]) + "\n")
    # the login says who is who, and a part of the name must agree with it
    sakai = 'Student ID,Name,HW 1 [10]\nzalvarez,"Alvarez, Zoë",\nakim,"Kim, Annie",\nakim2,"Another, One",\n'
    (folder / "sakai.csv").write_text(sakai)
    rosters = [word for name in ("one", "two", "sakai") for word in ("--roster", folder / f"{name}.csv")]
    call(export, folder / "run", *rosters, status=3)
    written = folder / "run" / "lms"
    assert sorted(path.name for path in written.iterdir()) == ["canvas-2.csv", "canvas.csv", "sakai.csv"]
    for name, ids in (("canvas", ["12345", "12346"]), ("canvas-2", ["12347"])):
        rows = [line for line in (written / f"{name}.csv").read_text().splitlines() if ",123" in line]
        assert [id for row in rows for id in ids if id in row] == ids
    assert (written / "sakai.csv").read_text().splitlines()[1:] == [
        'zalvarez,"Alvarez, Zoë",9',
        'akim,"Kim, Annie",8',
    ]


def test_scores_that_the_policy_scaled_are_not_scaled_again(folder):
    (folder / "course.toml").write_text(POLICY.replace("[assignments.hw01]", "[assignments.hw01]\npoints = 40"))
    policy = ("--policy", folder / "course.toml")
    call(export, folder / "run", "--roster", folder / "canvas.csv", "--scale", *policy, status=3)
    scaled = (folder / "run" / "lms" / "canvas.csv").read_text()
    # the run is out of 40 now, the column out of 10; nothing has to be said about that again
    said = call(export, folder / "run", "--roster", folder / "canvas.csv", "--scale", status=3)
    assert "out of" not in said
    # whom the policy excused is part of the run
    assert (folder / "run" / "lms" / "canvas.csv").read_text() == scaled
    call(export, folder / "run", "--roster", folder / "canvas.csv", "--scale", "--missing", "zero", status=3)
    assert ",EX\n" in (folder / "run" / "lms" / "canvas.csv").read_text()


def test_a_persons_override_is_the_policys_starting_point(folder):
    override = Adjustment(kind="override", why="spoke to her", before=5.0, after=10.0, who="ta")
    result = graded("12345", 5.0, submitted="2025-03-04T12:00:00", final=10.0, adjustments=(override,))
    policy = lms.read_policy(folder / "course.toml").of("hw01")
    once, _ = lms.adjust(run_of(result), policy)
    twice, _ = lms.adjust(once, policy)
    assert [change.kind for change in once.results[0].adjustments] == ["override", "late"]
    assert once.results[0].final == 9.0
    assert twice == once


def test_a_german_run_tells_its_policy_in_german_and_knows_its_kinds(folder):
    policy = lms.read_policy(folder / "course.toml").of("hw01")
    late, extended = (graded(id, 9.0, submitted="2025-03-05T08:00:00") for id in ("12345", "0013"))
    run = run_of(late, extended)
    run = msgspec.structs.replace(run, facts=msgspec.structs.replace(run.facts, language="de"))
    adjusted, _ = lms.adjust(run, policy)
    first, second = (result.adjustments[0] for result in adjusted.results)
    assert (first.kind, first.why) == ("late", "2 Tage zu spät (fällig 2025-03-03 23:59): −20 % von 10 Punkten = −2")
    assert (second.kind, second.why) == ("extension", "rechtzeitig (verlängert bis 2025-03-05 23:59)")
    assert lms.grades_of(adjusted)[person_of(user("12345"))].comment.startswith(
        "autograder: 7 von 10 Punkten; 2 Tage zu spät"
    )
    # told again in another language, it is the same policy
    english = msgspec.structs.replace(adjusted, facts=msgspec.structs.replace(run.facts, language="en"))
    again, _ = lms.adjust(english, policy)
    assert [one.final for one in again.results] == [one.final for one in adjusted.results] == [7.0, 9.0]
    assert again.results[0].adjustments[0].why.startswith("2 days late")


def test_a_student_with_two_results_gets_neither_and_zeros_are_doubted_while_work_is_unmatched():
    alone, group = graded("12346", 7.0), graded("12345", 9.0, others=("12346",))
    grades = {one.value: grade for (one, _), grade in lms.grades_of(run_of(group, alone)).items()}
    assert (grades["12345"].score, grades["12346"].score) == (9, None)
    assert "several submissions" in grades["12346"].reason
    run = msgspec.structs.replace(RUN, unknown=(Student(id="x7", name="Bo"),))
    assert "1 submitted but are not on the roster (Bo)" in lms.doubtful_zeros(run, "zero")[0]
    assert lms.doubtful_zeros(run, "blank") == lms.doubtful_zeros(RUN, "zero") == ()
    run = msgspec.structs.replace(RUN, doubtful=(user("12349"),), missing=(), unknown=(Student(id="x7", name="Bo"),))
    assert "1 on the roster got no 0" in lms.doubtful_zeros(run, "zero")[0]
    assert lms.grades_of(run)[person_of(user("12349"))].score is None


def test_who_is_excused_is_excused_whatever_came_and_nobody_is_doubted_where_all_handed_in():
    """Small changes to what goes into the gradebook that no quick test saw."""
    excused = frozenset({"12345", "12348", "12349", "12347"})
    grades = {one.value: grade.excused for (one, _), grade in lms.grades_of(RUN, excused=excused).items()}
    # graded, in a group, failed, refused, nothing handed in
    assert grades == {"12345": True, "12346": False, "12347": True, "12350": False, "12348": True, "12349": True}
    doubtful = msgspec.structs.replace(RUN, doubtful=(user("12351"),), missing=())
    grades = {
        one.value: grade.excused for (one, _), grade in lms.grades_of(doubtful, excused=frozenset({"12351"})).items()
    }
    assert grades["12351"]
    everybody = msgspec.structs.replace(RUN, unknown=(Student(id="x7", name="Bo"),), missing=())
    assert lms.doubtful_zeros(everybody, "zero") == ()


def test_grades_cross_to_another_lms_by_any_shared_id_and_by_name_only_when_said(tmp_path):
    canvas = lms.read_roster(FILES / "canvas.csv")
    # 12348 is Al O'Brien's Canvas ID, and by chance another's id in Sakai
    text = (
        'Student ID,Name,HW 1 [10]\nzalvarez,"Alvarez, Zoë",\n0013,"Kim, Ann",\nx99,"Lee, 林",\n12348,"Other, One",\n'
    )
    (tmp_path / "sakai.csv").write_text(text)
    students = {entry.student.id: entry.student for entry in canvas.students}
    results = []
    for number, id in enumerate(("12345", "12346", "12347", "12348", "12350")):
        one = graded(id, float(number))
        own = msgspec.structs.replace(one.submission, students=(students[id],))
        results.append(msgspec.structs.replace(one, submission=own))
    run = run_of(*results)
    found, warnings, _ = lms.onto(lms.read_roster(tmp_path / "sakai.csv"), lms.grades_of(run), run)
    written = {student: grade.score for student, grade in found.items() if grade.score is not None}
    assert written == {"zalvarez": 0, "0013": 1, "x99": 4}
    assert any("Lee, 林: matched Lee, 林 (x99) by name only" in warning for warning in warnings)
    assert any("O'Brien Al: not on sakai.csv" in warning for warning in warnings)


@pytest.mark.parametrize(("other", "written"), [(9.0, 9), (7.0, None)])
def test_two_who_are_one_row_of_another_list_have_a_grade_there_only_where_it_is_the_same(other, written):
    canvas = lms.read_roster(FILES / "canvas.csv")
    row = canvas.students[0].student
    known = [msgspec.structs.replace(row, id=one.value, ids=(one,)) for one in row.ids[:2]]
    results = []
    for student, score in zip(known, (9.0, other), strict=True):
        one = graded(student.id, score)
        results.append(
            msgspec.structs.replace(one, submission=msgspec.structs.replace(one.submission, students=(student,)))
        )
    run = run_of(*results)
    grade = lms.onto(canvas, lms.grades_of(run), run).grades[row.id]
    assert grade.score == written
    assert ("several people" in grade.reason) is (written is None)


def test_a_run_that_does_not_say_where_its_ids_are_from_is_not_exported(folder):
    old = json.loads((folder / "run" / "results.json").read_bytes())
    for result in old["results"]:
        for student in result["submission"]["students"]:
            del student["ids"]
    (folder / "run" / "results.json").write_text(json.dumps(old))
    with pytest.raises(UsageError, match=r"did not say which list its ids are from.* grade` again"):
        call(export, folder / "run", "--roster", folder / "canvas.csv")
    assert not (folder / "run" / "lms").exists()


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_a_page_goes_to_whom_the_run_means_and_not_to_whose_number_its_name_is(folder, monkeypatch):
    """Ann's student number, after which her page is named, is Zoë's Canvas ID."""
    ann = Student(id="12345", name="Ann Kim", ids=(Id(Space.GRADESCOPE_SID, "12345"), Id(Space.GRADESCOPE_SID, "0013")))
    work = graded("12345", 9.0)
    own = msgspec.structs.replace(work.submission, students=(ann,))
    run = run_of(msgspec.structs.replace(work, submission=own))
    (folder / "run" / "results.json").write_bytes(msgspec.json.encode(run))
    head = "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (4757)\n"
    (folder / "up.csv").write_text(f'{head}"Álvarez, Zoë",12345,0012,z,L,9\n"Kim, Ann",12346,0013,akim,L,8\n')
    monkeypatch.setenv("CANVAS_API_TOKEN", canvas_server.TOKEN)
    canvas = canvas_server.Canvas()
    canvas.scores = {"12345": 9.0, "12346": 8.0}
    with canvas_server.serving(canvas) as url:
        options = ("--url", url, "--course", 7, "--feedback", folder / "run" / "feedback")
        assert "comments and files would be sent: 1" in call(upload, folder / "up.csv", *options)
        call(upload, folder / "up.csv", *options, "--send")
    assert list(canvas.comments) == ["12346"]


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_upload_shows_first_and_sends_when_told(folder, monkeypatch):
    call(export, folder / "run", "--roster", folder / "canvas.csv")
    file = folder / "run" / "lms" / "canvas.csv"
    canvas = canvas_server.Canvas()
    canvas.scores = {"12345": None, "12346": 8.0, "12347": 3.0}
    with canvas_server.serving(canvas) as url:
        options = ("--url", url, "--course", 7, "--feedback", folder / "run" / "feedback")
        with pytest.raises(UsageError, match="CANVAS_API_TOKEN is not set"):
            call(upload, file, *options)
        monkeypatch.setenv("CANVAS_API_TOKEN", canvas_server.TOKEN)
        said = call(upload, file, *options)
        assert "Álvarez, Zoë (12345): blank → 9" in said
        assert "nothing was sent: add --send" in said
        assert canvas.writes == []
        said = call(upload, file, *options, "--send")
        assert canvas_server.TOKEN not in said
    assert canvas.scores == {"12345": 9.0, "12346": 8.0, "12347": 8.0}
    assert canvas.files == {1: b"<p>well done</p>"}
    with pytest.raises(UsageError, match="3 columns of grades"):
        call(upload, FILES / "canvas.csv", "--url", "https://x", "--course", 7)
