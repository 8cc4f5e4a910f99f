"""What goes to an LMS beside its file: pages in a zip, files for everybody, and what Canvas holds and refuses."""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from canvasapi import exceptions

from autograder.errors import UsageError
from autograder.lms import feedback_zip, hand_out
from autograder.lms.gradebook import canvas_api
from autograder.lms.gradebook.canvas_api import CanvasAssignment, Wanted
from autograder.lms.people import Roster
from autograder.lms.records import Left
from autograder.model import Space, Student, Submission
from tests.lms.people.test_finding import LOGIN, MAIL, SIS, USER, person, roster

ANN, BO = Student(id="a", name="Ann"), Student(id="b", name="Bo")


def work(key: str, tag: str | None, *students: Student) -> Submission:
    return Submission(key=key, students=students or (ANN,), file="hw01.ipynb", path="x", lms_tag=tag)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("<p>well done</p>")
    return tmp_path / "page.html"


def test_why_there_is_no_page_is_said_of_every_student(tmp_path: Path, page: Path) -> None:
    works = [
        work("1", "moodle:Red_4_assignsubmission_file/", ANN, BO),
        work("2", "canvas:x_1_2", ANN, BO), work("3", None), work("4", "moodle:"),
        work("5", "moodle:Blue_5_assignsubmission_file/", ANN, BO),
        work("6", "moodle:Default group_assignsubmission_file/", ANN, BO),
        work("7", "moodle:Red_4_assignsubmission_file/", BO),
    ]  # fmt: skip
    pages = dict.fromkeys("123467", page)
    done = feedback_zip("moodle", works, pages, tmp_path / "new" / "z.zip", grades=b"x", comments={"1": "c"})
    other = "not from moodle's download: hw01.ipynb"
    nobody = "moodle finds nobody by the folder 'Default group_assignsubmission_file': give this page by hand"
    group = "in a group that gets the page of its first member: the due dates differ, give this page by hand"
    assert [(one.student, one.why) for one in done.left] == [
        (ANN, other), (BO, other), (ANN, other), (ANN, other), (ANN, "no feedback page"), (BO, "no feedback page"),
        (ANN, nobody), (BO, nobody), (BO, group),
    ]  # fmt: skip
    assert (done.lms, done.sent, done.path) == ("moodle", (ANN, BO), str(tmp_path / "new" / "z.zip"))
    assert done.upload.startswith("the assignment, Upload multiple feedback files in a zip; the grading worksheet")
    (said,) = done.warnings
    assert said.startswith("Moodle 4.5 gives a group's page to all its members;")
    with zipfile.ZipFile(done.path) as made:
        # a comment and a file of grades only where the LMS has a place for them
        assert made.namelist() == ["Red_4_assignsubmission_file/feedback.html"]
        assert {(one.date_time, one.compress_type) for one in made.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED)
        }  # fmt: skip
    alone = feedback_zip("moodle", [work("1", works[0].lms_tag)], pages, tmp_path / "z.zip")
    assert alone.warnings == ()


def test_names_stand_in_their_order_whatever_the_order_of_the_works(tmp_path: Path, page: Path) -> None:
    works = [work("2", "sakai:HW 1/Lee, Bo(b)/", BO), work("1", "sakai:HW 1/Lee, Ann(a)/")]
    done = feedback_zip(
        "sakai", works, dict.fromkeys("12", page), tmp_path / "z.zip", comments={"1": "fine", "2": ""}, grades=b"g"
    )
    with zipfile.ZipFile(done.path) as made:
        assert made.namelist() == [
            "HW 1/Lee, Ann(a)/Feedback Attachment(s)/feedback.html", "HW 1/Lee, Ann(a)/comments.txt",
            "HW 1/Lee, Bo(b)/Feedback Attachment(s)/feedback.html", "HW 1/grades.csv",
        ]  # fmt: skip
        assert made.read("HW 1/Lee, Ann(a)/comments.txt") == b"fine"
    assert done.upload == (
        "Assignments, the assignment, Upload All: tick Feedback attachments, and Grade file for its grades.csv"
    )
    canvas = feedback_zip("canvas", [work("1", "canvas:a_1_2")], {"1": page}, tmp_path / "c.zip", grades=b"g")
    assert canvas.upload == "the assignment, Upload Submissions"
    assert canvas.warnings[0].startswith("Canvas shows the page under the name of the student's own file")


def test_a_zip_that_cannot_be_made_is_said(tmp_path: Path, page: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"z.zip: cannot be written \(.*\): choose another folder with -o"):
        feedback_zip("canvas", [work("1", "canvas:a_1_2")], {"1": page}, tmp_path / "file" / "z.zip")
    with pytest.raises(UsageError) as raised:
        feedback_zip("blackboard", [], {}, tmp_path / "z.zip")
    assert str(raised.value) == (
        "blackboard takes no feedback as a zip (these do: canvas, brightspace, moodle, sakai): use its grade file's "
        "comment column"
    )
    listed = roster(person("Lee, Ann", (SIS, "7")))
    with pytest.raises(UsageError, match=r"z.zip: cannot be written \(.*\): choose another file with -o"):
        hand_out(listed, "hw.ipynb", lambda who: b"", tmp_path / "file" / "z.zip")


def of_kind(listed: Roster, kind: str) -> Roster:
    return Roster(listed.table, msgspec.structs.replace(listed.layout, kind=kind))


BY_HAND = "give each student the notebook in the folder of their name"


@pytest.mark.parametrize(
    ("kind", "names", "upload"),
    [
        ("plain", ["Lee, Ann (7)", "a@u.edu"], BY_HAND),
        ("blackboard", ["Lee, Ann (7)", "a@u.edu"], BY_HAND),
        ("sakai", ["Lee, Ann (7)", "a@u.edu"],
         f"{BY_HAND}: sakai takes a student's file only beside work that was handed in"),
        ("moodle", ["Lee, Ann_70_assignsubmission_file_", "student_71_assignsubmission_file_"],
         "in Moodle: the assignment, Upload multiple feedback files in a zip"),
    ],
)  # fmt: skip
def test_everybodys_file_lies_where_its_lms_gives_it_out(
    tmp_path: Path, kind: str, names: list[str], upload: str
) -> None:
    moodle = Space.MOODLE_PARTICIPANT
    listed = roster(
        person("Lee, Ann", (SIS, "7"), (moodle, "70")), person("", (MAIL, "a@u.edu"), (moodle, "71")),
        person("Orr, Bo", (USER, "5")),
    )  # fmt: skip
    done = hand_out(of_kind(listed, kind), "hw.ipynb", str.encode, tmp_path / "new" / "z.zip")
    with zipfile.ZipFile(done.path) as made:
        assert made.namelist() == [f"{name}/hw.ipynb" for name in names]
        assert [made.read(name) for name in made.namelist()] == [b"7", b"a@u.edu"]
        assert {(one.date_time, one.compress_type) for one in made.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_DEFLATED)
        }  # fmt: skip
    assert [one.id for one in done.students] == ["7", "a@u.edu"]
    assert (done.upload, done.path) == (upload, str(tmp_path / "new" / "z.zip"))
    assert done.left == (
        Left(student=listed.students[2].student, why="the list has no e-mail address or number that a student knows"),
    )


def test_two_of_one_folder_and_those_without_a_number_are_left_out_with_why(tmp_path: Path) -> None:
    moodle = Space.MOODLE_PARTICIPANT
    listed = roster(
        person("Lee_Ann", (SIS, "7"), (moodle, "70")), person("Orr", (SIS, "9")),
        person("", (SIS, "10"), (moodle, "73")),
    )  # fmt: skip
    twice = roster(
        person("Lee: Ann", (USER, "1"), (SIS, "7")),
        person("Lee Ann", (USER, "2"), (LOGIN, "7")),
        person("", (SIS, "8")),
    )
    done = hand_out(of_kind(twice, "plain"), "hw.ipynb", str.encode, tmp_path / "z.zip")
    assert [(one.student.name, one.why) for one in done.left] == [
        ("Lee Ann", "another student has the same folder 'Lee Ann (7)'")
    ]
    assert [one.id for one in done.students] == ["1", "8"]
    done = hand_out(of_kind(listed, "moodle"), "hw.ipynb", str.encode, tmp_path / "z.zip")
    assert [(one.student.id, one.why) for one in done.left] == [
        ("9", "the list has no participant numbers, which the assignment's own grading worksheet has")
    ]
    with zipfile.ZipFile(done.path) as made:
        # Moodle finds the number behind the first "_"
        assert [name.partition("_")[0] for name in made.namelist()] == ["Lee Ann", "student"]
    bare = roster(person("A", (USER, "1")), person("B", (USER, "2")))
    with pytest.raises(UsageError) as raised:
        hand_out(of_kind(bare, "plain"), "hw.ipynb", str.encode, tmp_path / "z.zip")
    assert str(raised.value) == (
        "list.csv: no notebook can be made from it: the list has no e-mail address or number that a student knows. "
        "Export a list that has it"
    )


# --- Canvas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "held"),
    [
        ({"score": 7.5}, "7.5"), ({"score": 10.0}, "10"), ({"score": 0.0}, "0"), ({"score": 100.0}, "100"),
        ({"score": None}, ""), ({}, ""), ({"grade": "complete"}, "complete"), ({"score": None, "grade": "B"}, "B"),
        ({"score": 3.0, "grade": "B"}, "3"), ({"excused": True, "score": 3.0}, "EX"), ({"excused": False}, ""),
    ],
)  # fmt: skip
def test_what_canvas_holds(state: dict[str, Any], held: str) -> None:
    assert canvas_api._held(SimpleNamespace(**state)) == held


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        ("7.5", "7.50", True), ("7,5", "7.5", True), ("", "", True), ("EX", "EX", True), ("EX", "7", False),
        ("", "0", False), ("7", "EX", False), ("B", "A", False), ("7", "8", False), ("", "EX", False),
    ],
)  # fmt: skip
def test_which_grades_are_the_same(old: str, new: str, equal: bool) -> None:
    assert canvas_api._equal(old, new) is equal


MAY_NOT = "this token may not do that: your role in the course must be allowed to edit grades"
ERRORS = [
    (exceptions.InvalidAccessToken("x"), "the access token is not valid: make a new one in Canvas, Account, Settings"),
    (
        exceptions.Unauthorized("x"),
        MAY_NOT,
    ),
    (exceptions.Forbidden("x"), MAY_NOT),
    (
        exceptions.ResourceDoesNotExist("x"),
        "there is no such course or assignment: take the ids from",
    ),
    (exceptions.RateLimitExceeded("x"), "Canvas asks to slow down: run again later, what is done is not sent twice"),
    (exceptions.CanvasException("odd"), "CanvasException: odd"),
]


@pytest.mark.parametrize(("error", "said"), ERRORS, ids=[type(error).__name__ for error, _ in ERRORS])
def test_what_canvas_refused_is_said_in_our_words(error: Exception, said: str) -> None:
    assert canvas_api._said(error).startswith(said)


def test_a_long_word_of_canvass_is_cut() -> None:
    assert len(canvas_api._said(exceptions.CanvasException("x" * 500))) == 300


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (exceptions.RateLimitExceeded("x"), 6), (exceptions.CanvasException("403 Forbidden (Rate Limit Exceeded)"), 6),
        *((exceptions.CanvasException(f"API returned status code {status}"), 6) for status in (500, 502, 503, 504)),
        (exceptions.CanvasException("API returned status code 501"), 1), (exceptions.BadRequest("x"), 1),
    ],
    ids=str,
)  # fmt: skip
def test_only_what_passes_by_itself_is_tried_again(error: Exception, tries: int) -> None:
    waits: list[float] = []
    calls = []

    def call() -> None:
        calls.append(1)
        raise error

    with pytest.raises(type(error)):
        canvas_api._Patience(waits.append)(call)
    assert (len(calls), waits) == (tries, [1.0, 2.0, 4.0, 8.0, 16.0][: tries - 1])


def test_what_was_said_is_remembered_for_each_assignment(tmp_path: Path) -> None:
    path = tmp_path / "new" / "sent.jsonl"
    log = canvas_api._Log(path, "7/1")
    log.add("5", "abc")
    log.add("6", "abc")
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"assignment": "7/1", "user": user, "mark": "abc"} for user in "56"
    ]
    for known, said in ((log, True), (canvas_api._Log(path, "7/1"), True), (canvas_api._Log(path, "7/2"), False)):
        assert (known.has("5", "abc"), known.has("5", "abd"), known.has("7", "abc")) == (said, False, False)


def test_a_comment_that_is_there_or_was_sent_is_not_sent_again(tmp_path: Path, page: Path) -> None:
    log = canvas_api._Log(tmp_path / "sent.jsonl", "7/1")
    student = Student(id="5")
    there = SimpleNamespace(submission_comments=[{"comment": "well"}, {}])
    for comment, submission, count in (
        ("well", there, 0), ("done", there, 1), ("", there, 0), ("done", SimpleNamespace(), 1),
        ("done", SimpleNamespace(submission_comments=None), 1),
    ):  # fmt: skip
        wanted = Wanted(student=student, grade="1", comment=comment)
        assert len(canvas_api._comments(wanted, submission, log)) == count
    both = Wanted(student=student, grade="1", comment="done", page=str(page))
    marks = [mark for mark, _ in canvas_api._comments(both, there, log)]
    assert [len(mark) for mark in marks] == [16, 16]
    log.add("5", marks[0])
    assert [mark for mark, _ in canvas_api._comments(both, there, log)] == marks[1:]
    log.add("5", marks[1])
    assert canvas_api._comments(both, there, log) == []
    gone = Wanted(student=student, grade="1", page=str(tmp_path / "gone.html"))
    with pytest.raises(UsageError, match=r"gone.html: cannot be read \(.*\): check --feedback"):
        canvas_api._comments(gone, there, log)


def test_a_page_that_canvas_does_not_take_is_an_error() -> None:
    canvas_api._attach(SimpleNamespace(upload_comment=lambda page: (True, {})), "p.html")
    with pytest.raises(exceptions.CanvasException, match="the file was not taken: too large"):
        canvas_api._attach(SimpleNamespace(upload_comment=lambda page: (False, "too large")), "p.html")


@pytest.mark.parametrize("url", ["http://canvas.example.edu", "ftp://localhost.example.edu", "canvas.example.edu"])
def test_a_token_goes_over_https_only(tmp_path: Path, url: str) -> None:
    at = CanvasAssignment(url=url, token="t", course=1, assignment=1)
    host = url.partition("//")[2] or url
    with pytest.raises(UsageError) as raised:
        canvas_api.upload([], at, done=tmp_path / "x")
    assert str(raised.value) == f"{url}: an access token goes over https only: write https://{host}"


def test_what_is_wanted_is_a_value() -> None:
    wanted = Wanted(student=ANN, grade="1")
    assert (wanted.comment, wanted.page) == ("", None)
    uploaded = canvas_api.Uploaded(column="c", sent=False)
    assert (uploaded.changes, uploaded.comments, uploaded.same, uploaded.left, uploaded.failed) == ((), 0, 0, (), ())
