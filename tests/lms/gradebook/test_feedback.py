"""Feedback on its way back: the LMS's zips, and Canvas through its API against a small server of our own."""

import zipfile

import pytest

from autograder.errors import UsageError
from autograder.lms import FEEDBACK_KINDS, feedback_zip
from autograder.lms.gradebook.canvas_api import CanvasAssignment, Wanted, upload
from autograder.model import Student, Submission
from tests.lms import canvas_server
from tests.lms import feedback_importers as takers

pytestmark = pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")


def submission(key, tag):
    return Submission(key=key, students=(Student(id=key),), file="hw01.ipynb", path="x", lms_tag=tag)


TAGS = {
    "canvas": ("canvas:leebo_LATE_12346_902", "leebo_LATE_12346_902_feedback.html"),
    "moodle": ("moodle:Bo Lee_1234568_assignsubmission_file_/", "Bo Lee_1234568_assignsubmission_file_/feedback.html"),
    "sakai": ("sakai:HW 1/Lee, Bo(blee)/", "HW 1/Lee, Bo(blee)/Feedback Attachment(s)/feedback.html"),
    "brightspace": ("brightspace:1-2 - Bo - Mar 3, 2025 905 AM/", "1-2 - Bo - Mar 3, 2025 905 AM/feedback.html"),
}


@pytest.mark.parametrize("lms", FEEDBACK_KINDS)
def test_a_page_goes_back_under_the_name_by_which_the_lms_finds_its_student(tmp_path, lms):
    (tmp_path / "1.html").write_text("<p>well done</p>")
    tag, name = TAGS[lms]
    given = [submission("1", tag), submission("2", tag.replace("lee", "x")), submission("3", None)]
    done = feedback_zip(lms, given, {"1": tmp_path / "1.html"}, tmp_path / "f" / "zip.zip")
    with zipfile.ZipFile(done.path) as made:
        assert {entry: made.read(entry) for entry in made.namelist()} == {name: b"<p>well done</p>"}
    assert [student.id for student in done.sent] == ["1"]
    assert [(one.student.id, one.why) for one in done.left] == [
        ("2", "no feedback page"),
        ("3", f"not from {lms}'s download: hw01.ipynb"),
    ]
    first = (tmp_path / "f" / "zip.zip").read_bytes()
    feedback_zip(lms, given, {"1": tmp_path / "1.html"}, tmp_path / "f" / "zip.zip")
    assert (tmp_path / "f" / "zip.zip").read_bytes() == first


def test_moodle_has_no_page_for_those_in_no_group(tmp_path):
    (tmp_path / "1.html").write_text("x")
    works = [
        submission("1", "moodle:Default group_assignsubmission_file/"),
        submission("2", "moodle:Red_4_assignsubmission_file/"),
        submission("3", "moodle:Ann Low_7_assignsubmission_file_"),
    ]
    done = feedback_zip("moodle", works, dict.fromkeys("123", tmp_path / "1.html"), tmp_path / "z.zip")
    assert [student.id for student in done.sent] == ["2", "3"]
    assert [(one.student.id, one.why) for one in done.left] == [
        ("1", "moodle finds nobody by the folder 'Default group_assignsubmission_file': give this page by hand")
    ]
    assert set(takers.moodle_pages(tmp_path / "z.zip", {"4", "7"})) == {"4", "7"}


def test_canvas_own_parser_finds_user_and_attachment_in_the_name():
    name = TAGS["canvas"][1]
    numbers = [token for token in name.split("_") if token != "LATE" and token.isdigit()]
    assert numbers[:2] == ["12346", "902"]


def test_sakai_gets_comments_and_grades_in_the_same_zip(tmp_path):
    (tmp_path / "1.html").write_text("x")
    given = [submission("1", TAGS["sakai"][0])]
    done = feedback_zip("sakai", given, {"1": tmp_path / "1.html"}, tmp_path / "z", comments={"1": "ok"}, grades=b"g")
    assert done.upload.endswith("Grade file for its grades.csv")
    assert "Grade file" not in feedback_zip("sakai", given, {"1": tmp_path / "1.html"}, tmp_path / "y").upload
    with zipfile.ZipFile(done.path) as made:
        assert made.read("HW 1/grades.csv") == b"g"
        assert made.read("HW 1/Lee, Bo(blee)/comments.txt") == b"ok"


def test_an_lms_without_such_a_zip_and_a_class_without_tags_are_said(tmp_path):
    with pytest.raises(UsageError, match="blackboard takes no feedback as a zip"):
        feedback_zip("blackboard", [], {}, tmp_path / "z")
    with pytest.raises(UsageError, match="no submission came from canvas's own download"):
        feedback_zip("canvas", [submission("1", None)], {}, tmp_path / "z")
    with pytest.raises(UsageError, match="cannot be read"):
        feedback_zip("canvas", [submission("1", "canvas:a_1_2")], {"1": tmp_path / "no"}, tmp_path / "z")


# --- the API --------------------------------------------------------------------------------------------------------


@pytest.fixture
def canvas():
    state = canvas_server.Canvas()
    state.scores = {"1": None, "2": 7.5, "3": 4.0, "4": None, "5": None}
    state.excused = {"4"}
    return state


@pytest.fixture
def send(canvas, tmp_path):
    (tmp_path / "1.html").write_text("<p>page</p>")
    wanted = [
        Wanted(student=Student(id="1"), grade="9.5", comment="q1: right", page=str(tmp_path / "1.html")),
        Wanted(student=Student(id="2"), grade="7.50"),
        Wanted(student=Student(id="3"), grade="EX"),
        Wanted(student=Student(id="4"), grade="3"),
        Wanted(student=Student(id="99"), grade="3"),
    ]
    waits = []

    def sent(**more):
        with canvas_server.serving(canvas) as url:
            place = {"token": canvas_server.TOKEN, "course": 7, "assignment": 4757}
            at = CanvasAssignment(url=url, **place | {name: more.pop(name) for name in place if name in more})
            return upload(wanted, at, done=tmp_path / "sent.jsonl", pause=waits.append, **more)

    sent.waits = waits
    return sent


def test_a_dry_run_tells_and_touches_nothing(canvas, send, tmp_path):
    told = send()
    assert [(c.student.id, c.old, c.new) for c in told.changes] == [("1", "", "9.5"), ("3", "4", "EX")]
    assert (told.sent, told.same, told.comments) == (False, 1, 2)
    assert [(one.student.id, one.why) for one in told.left] == [
        ("4", "excused in Canvas: kept"),
        ("99", "not a student of this assignment in Canvas"),
    ]
    assert canvas.writes == []
    assert not (tmp_path / "sent.jsonl").exists()


def test_sending_changes_only_what_differs_and_a_second_run_sends_nothing(canvas, send):
    assert send(send=True).failed == ()
    assert canvas.scores == {"1": 9.5, "2": 7.5, "3": 4.0, "4": None, "5": None}
    assert canvas.excused == {"3", "4"}
    assert canvas.comments == {"1": ["q1: right", "file 1"]}
    assert canvas.files == {1: b"<p>page</p>"}
    before = list(canvas.writes)
    again = send(send=True)
    assert (again.changes, again.comments, again.same) == ((), 0, 3)
    assert canvas.writes == before


@pytest.mark.parametrize("status", [403, 429, 503])
def test_it_waits_longer_each_time_when_canvas_asks_for_patience(canvas, send, status):
    canvas.moods = [status] * 3
    assert send(send=True).failed == ()
    assert send.waits == [1.0, 2.0, 4.0]
    assert canvas.scores["1"] == 9.5


@pytest.mark.parametrize("mood", [422, "drop", 429])
def test_what_canvas_does_not_take_is_listed_and_the_next_run_sends_it(canvas, send, mood):
    canvas.moods = [mood] * (6 if mood == 429 else 1)
    first = send(send=True)
    assert [one.student.id for one in first.failed] == ["1"]
    assert [change.student.id for change in first.changes] == ["3"]
    assert canvas.excused == {"3", "4"}
    assert send(send=True).failed == ()
    assert canvas.scores["1"] == 9.5
    assert canvas.comments["1"] == ["q1: right", "file 1"]


def test_a_run_that_was_killed_between_two_comments_says_neither_twice(canvas, send, tmp_path):
    canvas.moods = [None, None, 422]
    assert [one.student.id for one in send(send=True).failed] == ["1"]
    with (tmp_path / "sent.jsonl").open("a") as file:
        file.write('{"assignm')
    assert send(send=True).failed == ()
    assert canvas.comments["1"] == ["q1: right", "file 2"]


def test_wrong_token_course_and_address_get_one_line_without_the_token(canvas, send):
    for options, said in (
        ({"token": "wrong"}, "the access token is not valid"),
        ({"course": 8}, "there is no such course or assignment"),
        ({"assignment": 1}, "there is no such course or assignment"),
    ):
        with pytest.raises(UsageError) as raised:
            send(**options)
        assert said in str(raised.value)
        assert canvas_server.TOKEN not in str(raised.value)
    for url, said in (("http://canvas.example.edu", "over https only"), ("http://127.0.0.1:9", "cannot be reached")):
        at = CanvasAssignment(url=url, token="secret", course=1, assignment=1)
        assert "secret" not in repr(at)
        with pytest.raises(UsageError, match=said):
            upload([], at, done="x")
