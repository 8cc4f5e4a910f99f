"""Group work: whose it is, as each LMS tells it, and that nobody else gets a grade or a 0 for it."""

import csv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.lms import match_submissions, read_roster
from tests.batch.fake_workers import work_of
from tests.lms.intake.intake_samples import zipped


def run(*arguments, status=None):
    command = [str(one) for one in arguments]
    result = CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    if status is not None:
        assert result.return_value == status, result.output
    return result.output


def cells(path, key, column):
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        return {row[key]: row[column] for row in csv.DictReader(file)}


# --- Moodle -----------------------------------------------------------------------------------------------------------

SHEET = (
    'Identifier,"Full name","Email address",Status,Group,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
)
MEMBERS = (
    # (participant, name, group): the groups' numbers 41, 42, 43 are also participants
    ("41", "Ida Voß", "Team_Ö 2"), ("42", "Jan Ø", "Team_Ö 2"), ("43", "Kim Lee", "L'équipe"),
    ("44", "Lea Roth", "Max Moor"), ("45", "Max Moor", "Default group"), ("46", "Nia Poe", "Default group"),
    ("47", "Max Moor", "nobody's: no work"),
)  # fmt: skip
FOLDERS = {"Team Ö 2_43": 3.5, "Léquipe_41": 2.0, "Max Moor_42": 1.0, "Default group": 0.5}
EXPECTED = {"41": "3.5", "42": "3.5", "43": "2", "44": "1", "45": "0.5", "46": "0.5"}


def worksheet(members=MEMBERS, *, header=SHEET):
    rows = (
        f'"Participant {number}","{name}",p{number}@u.edu,Submitted,"{group}",,3.50,Yes,-,-,\n'
        for number, name, group in members
    )
    return header + "".join(rows)


@pytest.fixture
def moodle(place):
    folders = {
        f"{folder}_assignsubmission_file/hw01.ipynb": work_of(f"q1={min(score, 2)} q2={max(score - 2, 0)}")
        for folder, score in FOLDERS.items()
    }
    zipped(place / "s.zip", folders)
    (place / "sheet.csv").write_text(worksheet(), encoding="utf-8")
    return place


def test_every_member_of_a_moodle_group_has_grade_page_and_feedback(moodle):
    said = run("grade", "hw01", "s.zip", "--roster", "sheet.csv", "--missing", "zero", status=0)
    grades = cells("grades/lms/moodle.csv", "Identifier", "Grade")
    assert {one.split()[1]: grade for one, grade in grades.items()} == {**EXPECTED, "47": "0"}
    assert "4 graded" in said
    assert cells("grades/grades.csv", "student_id", "score") == EXPECTED
    pages = {path.stem: path.read_text(encoding="utf-8") for path in Path("grades/feedback").iterdir()}
    assert set(pages) == set(EXPECTED)
    assert "Ida Voß, Jan Ø" in pages["42"]
    assert pages["41"] == pages["42"]
    said = run("export", "grades", "--feedback")
    assert "an older one may read the group's number as a participant's" in said
    # Moodle's import passes over everybody who is in no group (importziplib.php, get_participant_mapping)
    assert "moodle finds nobody by the folder 'Default group_assignsubmission_file': give this page by hand" in said
    with zipfile.ZipFile("grades/lms/moodle-feedback.zip") as packed:
        assert set(packed.namelist()) == {
            f"{name}_assignsubmission_file/feedback.html" for name in FOLDERS if name != "Default group"
        }


def test_a_group_graded_with_the_worksheet_reaches_the_gradebook_by_each_members_address(moodle):
    book = 'First name,Last name,ID number,Email address,"Assignment: hw01 (Real)"\n' + "".join(
        # by their ID numbers they are each other's participants
        f"{name.split()[0]},{name.split()[1]},{int(number) % 7 + 41},p{number}@u.edu,-\n"
        for number, name, _ in MEMBERS
    )
    (moodle / "book.csv").write_text(book, encoding="utf-8")
    run("grade", "hw01", "s.zip", "--roster", "sheet.csv", status=0)
    run("export", "grades", "--roster", "book.csv", "--column", "hw01")
    written = cells("grades/lms/moodle.csv", "Email address", "Assignment: hw01 (Real)")
    assert written == {f"p{number}@u.edu": grade for number, grade in EXPECTED.items()}


def test_the_list_with_the_downloads_own_ids_says_who_is_who_wherever_it_stands(moodle):
    book = 'First name,Last name,Email address,"Assignment: hw01 (Real)"\n' + "".join(
        f"{name.split()[0]},{name.split()[1]},p{number}@u.edu,-\n" for number, name, _ in MEMBERS
    )
    (moodle / "book.csv").write_text(book, encoding="utf-8")
    run("grade", "hw01", "s.zip", "--roster", "book.csv", "--roster", "sheet.csv", "--column", "hw01", status=0)
    written = cells("grades/lms/moodle.csv", "Email address", "Assignment: hw01 (Real)")
    assert written == {f"p{number}@u.edu": grade for number, grade in EXPECTED.items()}
    grades = cells("grades/lms/moodle-2.csv", "Identifier", "Grade")
    assert {one.split()[1]: grade for one, grade in grades.items()} == EXPECTED


@pytest.mark.parametrize("lists", [["plain.csv"], ["book.csv"]])
def test_without_the_column_of_groups_nobody_gets_a_groups_grade_or_a_zero(moodle, lists):
    header = SHEET.replace("Group,", "")
    (moodle / "plain.csv").write_text(worksheet(header=header).replace(',"Team_Ö 2"', ""), encoding="utf-8")
    rows = [line.split(",") for line in worksheet().splitlines()[1:]]
    text = header + "".join(",".join([*row[:4], *row[5:]]) + "\n" for row in rows)
    (moodle / "plain.csv").write_text(text, encoding="utf-8")
    (moodle / "book.csv").write_text(
        'First name,Last name,Email address,"Assignment: hw01 (Real)"\n'
        + "".join(f"{name.split()[0]},{name.split()[1]},p{number}@u.edu,-\n" for number, name, _ in MEMBERS[:6]),
        encoding="utf-8",
    )
    options = [word for name in lists for word in ("--roster", name)]
    said = run("grade", "hw01", "s.zip", *options, "--column", "hw01", "--missing", "zero", status=3)
    assert "this assignment's own grading worksheet, which has a column Group" in said
    assert "4 graded" in said
    assert len(Path("grades/lms/moodle.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_two_groups_that_look_alike_in_a_folders_name_get_nothing_and_the_others_do(moodle):
    members = (*MEMBERS[:3], ("48", "Otto Pan", "L/équipe"), ("49", "Pia Quist", "Lequipe"))
    (moodle / "sheet.csv").write_text(worksheet(members), encoding="utf-8")
    said = run("grade", "hw01", "s.zip", "--roster", "sheet.csv", "--missing", "zero", status=3)
    assert "look alike in a folder's name: rename one in Moodle" in said
    grades = cells("grades/lms/moodle.csv", "Identifier", "Grade")
    assert {one: grade for one, grade in grades.items() if grade not in ("", "0")} == {
        "Participant 41": "3.5", "Participant 42": "3.5"
    }  # fmt: skip
    assert not {"Participant 43", "Participant 48"} & {one for one, grade in grades.items() if grade}


# --- Sakai ------------------------------------------------------------------------------------------------------------

RED, BLUE = "0f1e2d3c-0000-4000-8000-00000000000a", "0f1e2d3c-0000-4000-8000-00000000000b"


@pytest.fixture
def sakai(place):
    entries = {
        f"HW 1/Rot & Grün ({RED})/timestamp.txt": "2025-03-06T07:59:30.123Z",
        f"HW 1/Rot & Grün ({RED})/members.txt": "Vo&#223;, Ida(ivoss); &#216;, Jan(jan)",
        f"HW 1/Rot & Grün ({RED})/提出物の添付ファイル/hw01.ipynb": work_of("q1=2 q2=0"),
        f"HW 1/Blue ({BLUE})/members.txt": "Lee, Kim(kim)",
        f"HW 1/Blue ({BLUE})/Submission attachment(s)/hw01.ipynb": work_of("q1=1 q2=0"),
        "HW 1/grades.csv": "x",
    }
    zipped(place / "s.zip", entries)
    (place / "book.csv").write_text(
        'Student ID,Name,hw01 [3.5],* hw01\nivoss,"Voß, Ida",,\njan,"Ø, Jan",,\nkim,"Lee, Kim",,\nlea,"Roth, Lea",,\n',
        encoding="utf-8",
    )
    (place / "groups.csv").write_text(
        "HW 1,SCORE_GRADE_TYPE\n\nGroup,ID,Members,Grade,Submission Date,Late Submission\n"
        f'Rot & Grün,{RED},"Ida Voß; Jan Ø",,,On time\nBlue,{BLUE},Kim Lee,,,On time\n',
        encoding="utf-8",
    )
    return place


def test_sakais_groups_have_their_members_and_the_groups_own_list_is_filled(sakai):
    run("grade", "hw01", "s.zip", "--roster", "book.csv", "--roster", "groups.csv", "--missing", "zero", status=0)
    assert cells("grades/lms/sakai.csv", "Student ID", "hw01 [3.5]") == {
        "ivoss": "2", "jan": "2", "kim": "1", "lea": "0"
    }  # fmt: skip
    rows = Path("grades/lms/sakai-2.csv").read_text(encoding="utf-8").splitlines()[3:]
    assert [row.split(",")[-3] for row in rows] == ["2", "1"]
    assert {path.stem for path in Path("grades/feedback").iterdir()} == {"ivoss", "jan", "kim"}
    # the groups' list alone tells enough for itself, and who is in them stays known
    run("grade", "hw01", "s.zip", "--roster", "groups.csv", "-o", "again", status=0)
    assert cells("again/grades.csv", "student_id", "score") == {"ivoss": "2", "jan": "2", "kim": "1"}


def test_a_sakai_group_without_its_members_is_nobodys_and_nobody_gets_a_zero(sakai):
    zipped(sakai / "s.zip", {f"HW 1/Blue ({BLUE})/Submission attachment(s)/hw01.ipynb": work_of("q1=1 q2=0")})
    said = run("grade", "hw01", "s.zip", "--roster", "book.csv", "--missing", "zero", status=3)
    assert "'Blue': not on book.csv. If groups handed in: say who is in each: --groups FILE" in said
    assert len(Path("grades/lms/sakai.csv").read_text(encoding="utf-8").splitlines()) == 1


# --- Canvas, Blackboard -----------------------------------------------------------------------------------------------

CANVAS = (
    "Student,ID,SIS Login ID,Section,hw01 (4757)\n    Points Possible,,,,3.5\n"
    '"Voß, Ida",901,ivoss,L,\n"Ø, Jan",902,jan,L,\n"Lee, Kim",903,kim,L,\n"Roth, Lea",904,lea,L,\n'
)


def test_a_canvas_groups_title_leaves_its_members_without_a_zero(place):
    zipped(
        place / "s.zip",
        {"group1_901_55_hw01.ipynb": work_of("q1=2 q2=1"), "leekim_903_56_hw01.ipynb": work_of("q1=1 q2=0")},
    )
    (place / "canvas.csv").write_text(CANVAS, encoding="utf-8")
    said = run("grade", "hw01", "s.zip", "--roster", "canvas.csv", "--missing", "zero", status=3)
    assert "1 submission carries another name than their student's (of Voß, Ida)" in said
    assert "2 on the roster got no 0" in said
    assert cells("grades/lms/canvas.csv", "ID", "hw01 (4757)") == {"": "3.5", "901": "3", "903": "1"}
    # somebody who left the course is nobody on the list, and no reason to hold zeros back
    zipped(
        place / "s.zip",
        {"gonegus_77_55_hw01.ipynb": work_of("q1=2 q2=1"), "leekim_903_56_hw01.ipynb": work_of("q1=1 q2=0")},
    )
    run("grade", "hw01", "s.zip", "--roster", "canvas.csv", "--missing", "zero", status=3)
    assert cells("grades/lms/canvas.csv", "ID", "hw01 (4757)") == {
        "": "3.5", "901": "0", "902": "0", "903": "1", "904": "0"
    }  # fmt: skip


def test_a_blackboard_group_is_nobody_and_says_what_to_do(tmp_path, take):
    when = "attempt_2025-03-03-10-00-00_hw01.ipynb"
    path = zipped(tmp_path / "s.zip", {f"HW 1_Group 1_{when}": work_of(""), f"HW 1_kim_{when}": work_of("")})
    (tmp_path / "bb.csv").write_text(
        '"Last Name","First Name","Username","hw01 [Total Pts: 10 Score] |547"\n'
        '"Lee","Kim","kim",""\n"Roth","Lea","lea",""\n'
    )
    roster = read_roster(tmp_path / "bb.csv")
    people = [entry.student for entry in roster.students]
    match = match_submissions(roster, take(path, people=people).submissions).match
    assert [one.id for one in match.unknown] == ["Group 1"]
    assert ([one.id for one in match.doubtful], match.missing) == (["lea"], ())
    assert "say who is in each: --groups FILE" in match.group_notes[0]
