"""A class in every LMS: its download, `autograder grade`, its file, its own rules of import; then a second round.

The people are chosen so that the number of one is another's in another space, names hold what names may hold, and two
are namesakes. What Moodle, Canvas and the others hold afterwards must be each one's own points.
"""

import csv
import io
import json
import zipfile
from datetime import datetime
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.lms.formats.listed import FORMATS
from tests.batch.fake_workers import work_of
from tests.lms import feedback_importers as takers
from tests.lms import lms_importers as importers


class Person(NamedTuple):
    last: str
    first: str
    login: str
    number: str
    """Student number: SIS id, ID number, OrgDefinedId…"""
    canvas: str
    participant: str
    points: float | None
    """What the work deserves; None: nothing is handed in."""

    @property
    def mail(self):
        return f"{self.login}@u.edu"

    @property
    def sortable(self):
        return f"{self.last}, {self.first}"

    @property
    def full(self):
        return f"{self.first} {self.last}"


CLASS = [
    Person("Uhl-Meißner", "Rosa", "r.uhl", "0021", "501", "21", 3.5),
    Person("O'Benk, Jr.", "Ivo", "i_benk", "21", "502", "502", 2.25),
    Person("明", "王", "mwang", "502", "503", "503", 0.75),
    Person("Low", "Ann", "alow", "0007", "504", "7", 1.5),
    Person("Low", "Ann", "alow2", "503", "505", "505", 2.0),
    Person("Ruiz", 'Zoë "Z*"', "zruiz", "2E5", "506", "506", 0.0),
    Person("Never", "Jon", "jnever", "505", "507", "507", None),
]
UNCLEAN = dict.fromkeys(map(ord, "&<>\"`|':\\/"))
BY = {
    field: {getattr(one, field): one for one in CLASS} for field in ("login", "number", "canvas", "participant", "mail")
}
SECOND = {**{one.login: one.points for one in CLASS}, "mwang": 3.0}
"""The points of the second round: one answer was graded wrong."""


def work(points):
    first = min(points, 2.0)
    return work_of(f"q1={first} q2={points - first}")


def table(*rows, delimiter=",", quoting=csv.QUOTE_MINIMAL, end="\n"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def held(grades, person, empty=""):
    value = grades.get(person.login)
    return empty if value is None else f"{value:.2f}"


# --- what each LMS writes: (download, roster's name, roster's bytes), from what it holds ----------------------------


def canvas(points, grades, comments):
    files = {}
    for one in CLASS:
        if points[one.login] is not None:
            squeezed = "".join(c for c in one.sortable.lower() if c.isalnum())
            files[f"{squeezed}_{one.canvas}_9{one.canvas}_hw01.ipynb"] = work(points[one.login])
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw01 (4757)", "hw02 (4758)", "Final Score"],
        ["    Points Possible", "", "", "", "", "3.50", "10", "(read only)"],
        *([one.sortable, one.canvas, one.number, one.login, "L", held(grades, one), "7", "50"] for one in CLASS),
    ]
    return files, "canvas.csv", table(*rows).encode()


def moodle(points, grades, comments):
    # clean_filename leaves these out, and not the star
    files = {
        f"{one.full.translate(UNCLEAN)}_{one.participant}_assignsubmission_file/hw01.ipynb": work(points[one.login])
        for one in CLASS
        if points[one.login] is not None
    }
    came, went = "Wednesday, 5 March 2025, 1:30 AM", "Thursday, 6 March 2025, 9:00 AM"
    rows = [
        [
            "Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum grade",
            "Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments",
        ],
        *(
            [
                f"Participant {one.participant}", one.full, one.number, one.mail, "Submitted for grading",
                held(grades, one), "3.50", "Yes", came, went if one.login in grades else "-",
                comments.get(one.login, ""),
            ]
            for one in CLASS
        ),
    ]  # fmt: skip
    return files, "sheet.csv", b"\xef\xbb\xbf" + table(*rows).encode()


def moodle_gradebook(points, grades, comments):
    files, _, _ = moodle(points, grades, comments)
    views = ["Assignment: hw01 (Real)", "Assignment: hw01 (Feedback)"]
    # somebody has no ID number: the import must go by the e-mail address
    rows = [
        ["First name", "Last name", "ID number", "Email address", *views],
        *(
            [one.first, one.last, "" if one.login == "jnever" else one.number, one.mail, held(grades, one, "-"),
             comments.get(one.login, "")]
            for one in CLASS
            if one.login != "alow2"
        ),
    ]  # fmt: skip
    return files, "book.csv", table(*rows, delimiter=";").encode()


def blackboard(points, grades, comments):
    files = {}
    for one in CLASS:
        if points[one.login] is not None:
            files[f"hw01_{one.login}_attempt_2025-03-03-10-00-00_hw01.ipynb"] = work(points[one.login])
            files[f"hw01_{one.login}_attempt_2025-03-03-10-00-00.txt"] = (
                f"Name: {one.full} ({one.login})\nAssignment: hw01\n"
            )
    rows = [
        ["Last Name", "First Name", "Username", "Student ID", "Availability", "hw01 [Total Pts: 3.5 Score] |547859"],
        *(
            [one.last, one.first, one.login, one.number, "Yes", held(grades, one, waits)]
            for one in CLASS
            for waits in ["" if one.points is None else "Needs Grading"]
        ),
    ]
    text = table(*rows, delimiter="\t", quoting=csv.QUOTE_ALL, end="\r\n")
    return files, "gc.xls", b"\xff\xfe" + text.encode("utf-16-le")


def brightspace(points, grades, comments):
    files = {
        f"{900 + at}-77 - {one.full.replace(chr(34), '')} - Mar 3, 2025 959 AM/hw01.ipynb": work(points[one.login])
        for at, one in enumerate(CLASS)
        if points[one.login] is not None and one.first != "Ann"
    }
    header = [
        "OrgDefinedId",
        "Username",
        "Last Name",
        "First Name",
        "Email",
        "hw01 Points Grade <Numeric MaxPoints:3.5>",
    ]
    rows = [
        [*header, "End-of-Line Indicator"],
        *([f"#{one.number}", f"#{one.login}", one.last, one.first, one.mail, held(grades, one), "#"] for one in CLASS),
    ]
    return files, "d2l.csv", table(*rows, end="\r\n").encode()


def sakai_folder(one):
    return f"hw01/{one.sortable}({one.login})"


def sakai(points, grades, comments):
    files = {}
    for one in CLASS:
        if points[one.login] is not None:
            files[f"{sakai_folder(one)}/timestamp.txt"] = "2025-03-03T09:00:00Z"
            files[f"{sakai_folder(one)}/Submission attachment(s)/hw01.ipynb"] = work(points[one.login])
    rows = [
        ["Student ID", "Name", "hw01 [3.5]", "* hw01", "hw02 [10]"],
        *([one.login, one.sortable, held(grades, one), comments.get(one.login, ""), "3"] for one in CLASS),
    ]
    return files, "sakai.csv", table(*rows).encode()


def sakai_list(points, grades, comments):
    files, _, _ = sakai(points, grades, comments)
    rows = [
        ["hw01", "SCORE_GRADE_TYPE"],
        [""],
        ["Display ID", "ID", "Last Name", "First Name", "grade", "Submission date", "Late submission"],
        *(
            [one.number, one.login, one.last, one.first, held(grades, one), "2025-03-03T09:00:00Z", "On time"]
            for one in CLASS
        ),
    ]  # fmt: skip
    return files, "grades.csv", table(*rows, quoting=csv.QUOTE_ALL).encode()


def gradescope(points, grades, comments):
    """Gradescope takes no file; its download, graded, goes into Canvas."""
    files = {"submission_metadata.yml": "---\n"}
    for at, one in enumerate(CLASS, start=1):
        if points[one.login] is not None:
            files[f"submission_{at}/hw01.ipynb"] = work(points[one.login])
            files["submission_metadata.yml"] += (
                f"submission_{at}:\n  :submitters:\n  - :name: {json.dumps(one.full, ensure_ascii=False)}\n"
                f"    :sid: '{one.number}'\n    :email: {one.mail}\n"
            )
    _, name, content = canvas(points, grades, comments)
    return files, name, content


# --- what each LMS makes of our file: (points, comments) by login ---------------------------------------------------


def into_canvas(content, grades, comments):
    got = importers.canvas(content, set(BY["canvas"]), {"4757": "hw01", "4758": "hw02"})
    return {BY["canvas"][user].login: float(cell) for (user, _), cell in got.items()}, {}


def into_worksheet(content, grades, comments):
    now = {one.participant: (grades.get(one.login), comments.get(one.login, "")) for one in CLASS}
    # Moodle's record of each grade is as old as the worksheet says
    own = {one.participant: datetime(2025, 3, 6, 9, 0, 30) for one in CLASS if one.login in grades}
    got, words = importers.moodle_worksheet(content, now, maximum=3.5, graded=own)
    return (
        {BY["participant"][number].login: value for number, value in got.items()},
        {BY["participant"][number].login: text for number, text in words.items()},
    )


def into_gradebook(content, grades, comments):
    users = {one.mail: 1 for one in CLASS}
    got, words = importers.moodle_gradebook(
        content, users, "Assignment: hw01 (Real)", maximum=3.5, key="Email address", delimiter=";",
        feedback="Assignment: hw01 (Feedback)",
    )  # fmt: skip
    return (
        {BY["mail"][mail].login: value for mail, value in got.items()},
        {BY["mail"][mail].login: text for mail, text in words.items()},
    )


def into_blackboard(content, grades, comments):
    got = importers.blackboard(content, set(BY["login"]), {"547859"})
    return {user: float(cell) for (user, _), cell in got.items()}, {}


def into_brightspace(content, grades, comments):
    got = importers.brightspace(content, set(BY["number"]))
    return {BY["number"][user].login: value for (user, _), value in got.items()}, {}


def into_sakai(content, grades, comments):
    got, words = importers.sakai(content, set(BY["login"]), {"hw01": 3.5, "hw02": 10})
    return {user: value for (user, _), value in got.items()}, {user: text for (user, _), text in words.items()}


def into_sakai_list(content, grades, comments):
    return importers.sakai_list(content, set(BY["login"]), maximum=3.5), {}


ROUNDS = {
    "canvas": (canvas, "canvas.csv", into_canvas),
    "moodle worksheet": (moodle, "moodle.csv", into_worksheet),
    "moodle gradebook": (moodle_gradebook, "moodle.csv", into_gradebook),
    "blackboard": (blackboard, "blackboard.xls", into_blackboard),
    "brightspace": (brightspace, "brightspace.csv", into_brightspace),
    "sakai gradebook": (sakai, "sakai.csv", into_sakai),
    "sakai grades.csv": (sakai_list, "sakai.csv", into_sakai_list),
    "gradescope into canvas": (gradescope, "canvas.csv", into_canvas),
}


def test_every_format_goes_out_and_comes_back():
    assert {name.split()[0] for name in ROUNDS} == set(FORMATS)


# by name only, two namesakes are nobody; one of them is not on the list, and the other could be either
NOBODY = {"moodle gradebook": {"alow", "alow2"}, "brightspace": {"alow", "alow2"}}


def grade(place, lms, points, grades, comments, *more):
    """The LMS's own rules of import applied to what the command wrote for it."""
    write, written, read = ROUNDS[lms]
    files, name, roster = write(points, grades, comments)
    (place / name).write_bytes(roster)
    with zipfile.ZipFile(place / "in.zip", "w") as made:
        for entry, content in files.items():
            made.writestr(entry, content)
    command = ["grade", "hw01", "in.zip", "--roster", name, "-o", "out", *more]
    CliRunner().invoke(cli.group, command, standalone_mode=False, catch_exceptions=False)
    return read((place / "out" / "lms" / written).read_bytes(), grades, comments)


@pytest.mark.parametrize("lms", ROUNDS)
def test_everybody_gets_their_own_points_and_the_second_round_changes_one(place, lms):
    first = {one.login: one.points for one in CLASS}
    due = {login: value for login, value in first.items() if value is not None and login not in NOBODY.get(lms, ())}
    grades, comments = grade(place, lms, first, {}, {})
    assert grades == due
    for login, words in comments.items():
        assert words.strip().startswith("autograder: "), login
    assert set(comments) <= set(due)
    # what the LMS holds now comes back, our comments in it, and one answer is worth more
    again, said = grade(place, lms, SECOND, grades, comments)
    assert grades | again == grades | {"mwang": 3.0}
    assert {login for login, words in said.items() if words != comments.get(login)} == {"mwang"} & set(comments)
    # a third time nothing is new
    third, once_more = grade(place, lms, SECOND, grades | again, comments | said)
    assert (grades | again | third, comments | said | once_more) == (grades | again, comments | said)


@pytest.mark.parametrize("lms", [lms for lms in ROUNDS if lms != "moodle gradebook"])
def test_a_zero_for_the_missing_is_theirs_alone(place, lms):
    first = {one.login: one.points for one in CLASS}
    grades, _ = grade(place, lms, first, {}, {}, "--missing", "zero")
    nobody = NOBODY.get(lms, ())
    assert {login: value for login, value in grades.items() if login not in nobody} == {
        login: value or 0.0 for login, value in first.items() if login not in nobody
    }


def test_the_pages_reach_whose_they_are(place):
    first = {one.login: one.points for one in CLASS}
    for lms in ("canvas", "moodle worksheet", "sakai grades.csv"):
        grade(place, lms, first, {}, {})
        _, name, _ = ROUNDS[lms][0](first, {}, {})
        CliRunner().invoke(
            cli.group, ["export", "out", "--roster", name, "--feedback"], standalone_mode=False, catch_exceptions=False
        )
        path = place / "out" / "lms" / f"{lms.partition(' ')[0]}-feedback.zip"
        if lms == "canvas":
            found = takers.canvas_pages(path, {one.canvas: {f"9{one.canvas}"} for one in CLASS})
            pages = {BY["canvas"][user].login: content[0] for user, content in found.items()}
        elif lms == "moodle worksheet":
            found = takers.moodle_pages(path, set(BY["participant"]))
            pages = {BY["participant"][number].login: files["feedback.html"] for number, files in found.items()}
        else:
            pages, grades = takers.sakai_pages(path, "hw01", set(BY["login"]))
            assert importers.sakai_list(grades, set(BY["login"])) == {k: v for k, v in first.items() if v is not None}
        assert set(pages) == {login for login, points in first.items() if points is not None}
        for login, page in pages.items():
            assert BY["login"][login].last.partition(",")[0].split("'")[-1] in page.decode()
