"""A file of their own for everybody on a class list, under the names by which an LMS gives them out."""

import zipfile
from types import SimpleNamespace

import pytest

from autograder.errors import UsageError
from autograder.lms import collect, hand_out, match_submissions, read_roster
from autograder.lms.people import own_id
from autograder.model import Id, Space, Student
from tests import ROOT
from tests.lms import feedback_importers as takers

FILES = ROOT / "tests" / "lms" / "files"


def make(student: str) -> bytes:
    return f"for {student}".encode()


def packed(name, out):
    done = hand_out(read_roster(FILES / name), "hw.ipynb", make, out)
    with zipfile.ZipFile(done.path) as made:
        return done, {entry: made.read(entry).decode() for entry in made.namelist()}


def test_moodle_gives_each_file_to_its_participant(tmp_path):
    done, files = packed("moodle-worksheet.csv", tmp_path / "each.zip")

    assert files["Ann Smith_1234567_assignsubmission_file_/hw.ipynb"] == "for ann@x.edu"
    numbers = {"1234567", "1234568", "1234569", "1234570"}
    assert set(takers.moodle_pages(done.path, numbers)) == numbers
    assert done.upload == "in Moodle: the assignment, Upload multiple feedback files in a zip"
    first = (tmp_path / "each.zip").read_bytes()
    packed("moodle-worksheet.csv", tmp_path / "each.zip")
    assert (tmp_path / "each.zip").read_bytes() == first


def test_where_an_lms_takes_nothing_before_work_is_there_the_folders_are_for_people(tmp_path):
    done, files = packed("canvas.csv", tmp_path / "each.zip")

    assert files["Álvarez, Zoë (0012)/hw.ipynb"] == "for 0012"
    assert len(files) == len(done.students) == len(read_roster(FILES / "canvas.csv").students)
    assert "canvas takes a student's file only beside work that was handed in" in done.upload


PACKED = [
    # name, login, its folder in the zip; None: none, another has it
    ("", "aux", "student (aux)"),
    ("", "con.txt", "student (con.txt)"),
    ("", "console", "console"),
    ("Con", "x1", "Con (x1)"),
    ('A<b>: "c"/d\\e|f?*', "x2", "A b c d e f (x2)"),
    ("Lee. ", "x3", "Lee (x3)"),
    ("N" * 300, "x4", "N" * 80 + " (x4)"),
    ("Ann", "LEE", "Ann (LEE)"),
    ("ANN", "lee", None),
]


def test_every_system_can_unpack_what_is_packed(tmp_path):
    people = [Student(id=login, name=name, ids=(Id(Space.CANVAS_LOGIN, login),)) for name, login, _ in PACKED]
    roster = SimpleNamespace(kind="csv", name="list.csv", students=[SimpleNamespace(student=one) for one in people])
    done = hand_out(roster, "hw.ipynb", make, tmp_path / "each.zip")
    with zipfile.ZipFile(done.path) as made:
        folders = {entry.partition("/")[0] for entry in made.namelist()}

    assert folders == {folder for _, _, folder in PACKED if folder}
    assert [one.student.name for one in done.left] == ["ANN"]


NO_NUMBERS = """\
First name,Last name,ID number,Email address,Assignment: HW 1 (Real)
Ann,Smith,0012,ann@x.edu,-
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (1)
    Points Possible,,,,,10
"Lee, Bo",5,,,A,
"""


@pytest.mark.parametrize(
    ("content", "why"), [(NO_NUMBERS, "grading worksheet"), (CANVAS, "no e-mail address or number")]
)
def test_a_list_without_what_is_needed_is_refused_with_what_is_missing(tmp_path, content, why):
    (tmp_path / "list.csv").write_text(content)

    with pytest.raises(UsageError, match=rf"list\.csv: no notebook can be made from it: .*{why}"):
        hand_out(read_roster(tmp_path / "list.csv"), "hw.ipynb", make, tmp_path / "each.zip")
    assert not (tmp_path / "each.zip").exists()


def test_who_has_no_id_is_left_out_and_named(tmp_path):
    (tmp_path / "list.csv").write_text(f'{CANVAS}"Orr/Al, ..",6,7,al,A,\n')

    done = hand_out(read_roster(tmp_path / "list.csv"), "hw.ipynb", make, tmp_path / "each.zip")

    assert [(one.student.name, one.why) for one in done.left] == [
        ("Lee, Bo", "the list has no e-mail address or number that a student knows")
    ]
    with zipfile.ZipFile(done.path) as made:
        assert made.namelist() == ["Orr Al, (7)/hw.ipynb"], "no part of a name is a folder of its own"


LISTED = """\
Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (1)
    Points Possible,,,,,10
"Müller, Çem",11,0701,cem@x.edu,A,
"Ito, Ann <CON>",12,0702,alee,A,
"Orr, Al",13,0012,,A,
"""


def test_what_was_given_out_by_hand_comes_back_as_whose_it_is(tmp_path):
    (tmp_path / "list.csv").write_text(LISTED, encoding="utf-8")
    roster = read_roster(tmp_path / "list.csv")
    done = hand_out(roster, "hw.ipynb", make, tmp_path / "each.zip")

    intake = collect([done.path], workdir=tmp_path / "work", assignment="hw")
    matched = match_submissions(roster, intake.submissions)

    assert {work.students[0].id for work in matched.submissions} == {"11", "12", "13"}
    assert matched.match.unknown == matched.match.by_name == ()


def test_the_id_that_is_written_in_is_one_that_its_student_knows():
    ids = (Id(Space.CANVAS_USER, "12"), Id(Space.CANVAS_LOGIN, "alee"), Id(Space.EMAIL, "ann@x.edu"))

    assert own_id(Student(id="12", name="Lee, Ann", ids=ids)) == "ann@x.edu"
    assert own_id(Student(id="12", name="Lee, Ann", ids=ids[:2])) == "alee"
    assert own_id(Student(id="12", name="Lee, Ann", ids=ids[:1])) is None
