"""What `export` says at its end: which file goes where in the LMS, and in which order."""

import zipfile

import msgspec
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.folder import read_run
from autograder.lms import read_roster, write_grades
from tests.batch.fake_workers import work_of

NB = work_of("q1=2 q2=1.5")
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 70,Rosa Uhl,r@u.edu,Submitted for grading - 1 hour 31 mins late,,3.50,Yes,"Wednesday, 5 March 2025, 1:30 AM",-,
"""  # noqa: E501  # as Moodle writes it
GRADEBOOK = "First name,Last name,ID number,Email address,Assignment: hw01 (Real)\nRosa,Uhl,,r@u.edu,-\n"
SAKAI = """\
"hw01","SCORE_GRADE_TYPE"
""
"Display ID","ID","Last Name","First Name","grade"
"r.uhl","ruhl","Uhl","Rosa",""
"""


@pytest.fixture
def place(place):
    (place / "sheet.csv").write_text(WORKSHEET)
    (place / "book.csv").write_text(GRADEBOOK)
    (place / "grades.csv").write_text(SAKAI)
    for name, inside in (
        ("moodle.zip", {"Rosa Uhl_70_assignsubmission_file/hw01.ipynb": NB}),
        ("canvas.zip", {"uhlrosa_12345_901_hw01.ipynb": NB}),
        ("sakai.zip", {"hw01/Uhl, Rosa(ruhl)/Submission attachment(s)/hw01.ipynb": NB, "hw01/grades.csv": SAKAI}),
    ):
        with zipfile.ZipFile(place / name, "w") as made:
            for entry, content in inside.items():
                made.writestr(entry, content)
    (place / "canvas.csv").write_text('Student,ID,Section,hw01 (4757)\n"Uhl, Rosa",12345,L,\n')
    return place


def call(*arguments):
    return CliRunner().invoke(cli.group, [*arguments], standalone_mode=False, catch_exceptions=False)


def steps(download, *rosters, feedback=True):
    call("grade", "hw01", download, "-o", "out", *(x for one in rosters for x in ("--roster", one)))
    lists = [x for one in rosters for x in ("--roster", one)]
    said = call("export", "out", *lists, *(["--feedback"] if feedback else [])).output.splitlines()
    at = next((number for number, line in enumerate(said) if line.startswith("to upload")), len(said))
    # it is the last thing that is said
    assert all(line.startswith("  ") for line in said[at + 1 :])
    return said[at:]


def test_moodles_worksheet_goes_up_before_the_pages(place):
    first, one, two = steps("moodle.zip", "sheet.csv")
    assert first == "to upload, in this order: 2"
    assert one == "  out/lms/moodle.csv: the assignment, Upload grading worksheet"
    assert two.startswith(
        "  out/lms/moodle-feedback.zip: the assignment, Upload multiple feedback files in a zip; the grad"
    )
    assert "must be up before it" in two


def test_moodles_gradebook_is_mapped_by_what_every_row_has(place):
    assert steps("moodle.zip", "book.csv", feedback=False) == [
        "to upload: 1",
        "  out/lms/moodle.csv: Grades, Import, CSV file; map the user by 'Email address', because 'ID number' is empty "
        "for some",
    ]


def test_canvas_takes_both_in_any_order_and_says_where(place):
    assert [line.partition(": ")[2] for line in steps("canvas.zip", "canvas.csv")[1:]] == [
        "Gradebook, Import",
        "the assignment, Upload Submissions",
    ]


def test_sakais_list_of_grades_goes_up_in_the_zip_of_pages(place):
    first, only = steps("sakai.zip", "grades.csv")
    assert first == "to upload: 1"
    assert only.startswith("  out/lms/sakai-feedback.zip: Assignments, the assignment, Upload All")
    with zipfile.ZipFile("out/lms/sakai-feedback.zip") as packed:
        assert sorted(packed.namelist()) == [
            "hw01/Uhl, Rosa(ruhl)/Feedback Attachment(s)/feedback.html",
            "hw01/grades.csv",
        ]
        assert packed.read("hw01/grades.csv").decode().endswith('"r.uhl","ruhl","Uhl","Rosa","3.5"\n')


def test_a_grade_that_is_there_already_is_no_change(place, tmp_path):
    call("grade", "hw01", "canvas.zip", "-o", "out", "--roster", "canvas.csv")
    (tmp_path / "canvas.csv").write_text('Student,ID,Section,hw01 (4757)\n"Uhl, Rosa",12345,L,3.50\n')
    said = call("export", "out", "--roster", "canvas.csv", "--dry-run").output
    assert "→" not in said
    assert "there already: 1" in said
    again = call("grade", "hw01", "canvas.zip", "-o", "out", "--roster", "canvas.csv").output
    assert "column 'hw01 (4757)', 0 cells (1 as they are) changed" in again


def test_without_a_due_date_or_a_time_grade_needs_a_person(place, tmp_path):
    (tmp_path / "course.toml").write_text('[late]\nper_day = "10%"\n[assignments.hw01]\ndue = 2025-03-04T23:59:00\n')
    options = ("grade", "hw01", "moodle.zip", "-o", "out", "--policy", "course.toml")
    for roster, status, said in (
        ("book.csv", cli.NEEDS_A_PERSON, "nothing says when any work came"),
        ("sheet.csv", 0, ""),
    ):
        result = call(*options, "--roster", roster)
        assert (result.return_value or 0) == status, result.output
        assert said in result.output
    # the worksheet says 5 March: a day late of 3.5 points
    assert read_run(tmp_path / "out").results[0].final == 3.15
    result = call("export", "out", "--roster", "book.csv", "--policy", "course.toml")
    assert "3.5 → 3.15" in result.output


def test_what_a_dry_run_writes_is_nothing_to_upload(place):
    call("grade", "hw01", "moodle.zip", "-o", "out", "--roster", "sheet.csv")
    assert "to upload" not in call("export", "out", "--roster", "sheet.csv", "--dry-run").output
    roster = read_roster("sheet.csv")
    written = write_grades(roster, {}, out=None, assignment="hw01")
    assert msgspec.structs.replace(written, left=()).changed == ()
