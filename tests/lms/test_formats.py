"""What each LMS's names, times and cells say, one by one: the small readings that a layout or a bundle is made of."""

from pathlib import Path
from typing import Any

import pytest

from autograder.errors import UsageError
from autograder.lms.formats import blackboard, brightspace, canvas, gradescope, layout_of, moodle, sakai
from autograder.lms.formats.contract import known_as
from autograder.lms.formats.staff import staff_rows
from autograder.lms.records import Column, Item
from autograder.lms.table import Table, read_table
from autograder.model import Id, Space


def table(folder: Path, text: str, delimiter: str | None = None) -> Table:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return read_table(folder / "list.csv", delimiter=delimiter)


# --- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2025-03-03 13:16:26.123456789 -08:00", "2025-03-03T13:16:26.123456-08:00"),
        ("2025-03-03 13:16:26 -0800", "2025-03-03T13:16:26-08:00"),
        ("2025-03-03 13:16:26 UTC", "2025-03-03T13:16:26+00:00"),
        ("2025-03-03 13:16:26 Z", "2025-03-03T13:16:26+00:00"),
        ("2025-03-03T13:16:26+01:00", "2025-03-03T13:16:26+01:00"), (" 2025-03-03 13:16 ", "2025-03-03T13:16:00"),
        ("soon", None), ("", None), (None, None), (["2025-03-03"], None),
    ],
)  # fmt: skip
def test_gradescopes_times(value: Any, time: str | None) -> None:
    assert gradescope._time(value) == time


@pytest.mark.parametrize(
    ("cell", "late"),
    [
        ("00:00:00", False), ("00:00:01", True), ("00:01:00", True), ("26:03:10", True), (" 100:00:00 ", True),
        ("", None),
        ("x", None), ("00:00", None), ("-1:00:00", None), ("0:0:0:0", None), ("a:b:c", None),
    ],
)  # fmt: skip
def test_gradescopes_lateness(cell: str, late: bool | None) -> None:
    assert gradescope._late(cell) is late


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("20250303200000", "2025-03-03T20:00:00+00:00"), ("20250303200000123", "2025-03-03T20:00:00+00:00"),
        (" 20250303200000\n", "2025-03-03T20:00:00+00:00"), ("2025030320000012", None), ("20251303200000", None),
        ("2025-03-03T20:00:00Z", "2025-03-03T20:00:00+00:00"),
        ("2025-03-03T20:00:00.5Z", "2025-03-03T20:00:00.500000+00:00"),
        ("x", None), ("", None),
    ],
)  # fmt: skip
def test_sakais_times(text: str, time: str | None) -> None:
    assert sakai._time(text) == time


@pytest.mark.parametrize(
    ("stamp", "time"),
    [("2025-03-03-20-05-09", "2025-03-03T20:05:09"), ("2025-13-03-20-05-09", None), ("2025-03-03-24-05-09", None)],
)
def test_blackboards_times(stamp: str, time: str | None) -> None:
    assert blackboard._time(stamp) == time


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "index"),
    [
        (("Lee, Bo(blee)", "timestamp.txt"), 0), (("hw", "Lee, Bo(blee)", "timestamp.txt"), 1),
        (("a", "hw", "Lee, Bo(blee)", "timestamp.txt"), None), (("Lee, Bo(blee)",), None),
        (("Lee, Bo(blee)", "Anlage", "x.py"), 0), (("Lee, Bo(blee)", "x.py"), None),
        (("Bo Lee(blee)", "Anlage", "x.py"), None),
        (("Bo Lee(blee)", "members.txt"), 0), (("Bo Lee(blee)", "b_submissionText.html"), 0),
        (("Red (0f1e2d3c-1111-2222-3333-444455556666)", "Anlage", "x.py"), 0), (("Red (x)", "Anlage", "x.py"), None),
        (("hw", "Lee, Bo(blee)", "Anlage", "x.py"), 1), (("Lee, Bo()", "timestamp.txt"), None),
        (("A, B(a)", "C, D(c)", "timestamp.txt"), 0),
    ],
)  # fmt: skip
def test_which_folder_of_sakais_is_a_students(parts: tuple[str, ...], index: int | None) -> None:
    # a folder in a folder that is one too: the outer one
    assert sakai._folder(parts) == index


@pytest.mark.parametrize(
    ("parts", "inside"),
    [
        (("Lee, Bo(blee)_Anlage_my_x.py",), ("Lee, Bo(blee)", "Anlage", "my_x.py")),
        (("hw", "Lee, Bo(blee)_comments.txt"), ("hw", "Lee, Bo(blee)", "comments.txt")),
        (("a", "hw", "Lee, Bo(blee)_comments.txt"), ("a", "hw", "Lee, Bo(blee)_comments.txt")),
        (("Bo Lee(blee)_Anlage_x.py",), ("Bo Lee(blee)_Anlage_x.py",)), (("grades.csv",), ("grades.csv",)),
    ],
)  # fmt: skip
def test_a_flat_download_of_sakais_as_it_would_lie_in_folders(parts: tuple[str, ...], inside: tuple[str, ...]) -> None:
    item = Item(parts, Path("x"))
    assert sakai._in_folders(item).parts == inside
    assert (sakai._in_folders(item) is item) is (parts == inside)


def test_sakais_members_are_read_as_far_as_they_can_be(tmp_path: Path) -> None:
    file = tmp_path / "members.txt"
    group = (Space.SAKAI_GROUP, "g")
    file.write_text("\ufeffLee, Bo(blee); &Uuml;nal, Ece ( x )(ece); nobody; (zoe)", encoding="utf-8")
    item = Item(("members.txt",), file)
    assert sakai._members([item], "g") == (
        known_as("Lee, Bo", (Space.SAKAI_EID, "blee"), group), known_as("\u00dcnal, Ece ( x )", (Space.SAKAI_EID,
         "ece"), group),
        known_as("", (Space.SAKAI_EID, "zoe"), group),
    )  # fmt: skip
    assert sakai._members([item._replace(problem=("symlink", "x"))], "g") == ()
    assert sakai._members([Item(("x", "members.txt"), file)], "g") == sakai._members([], "g") == ()


GRADES = [
    # the heading, which column holds grades
    (["Display ID", "ID", "Last Name", "First Name", "grade"], 4),
    (["Display ID", "ID", "grade", "x", "y"], 2),
    (["Anzeige", "ID", "Name", "Vorname", "Note"], 4),
    (["Anzeige", "ID", "Name", "Vorname"], None),
    (["Display ID", "ID", "Name", "Vorname", "Note"], None),
    (["Anzeige", "Grade", "Name", "Vorname", "Note"], 1),
]


@pytest.mark.parametrize(("header", "column"), GRADES)
def test_where_sakais_grades_stand(tmp_path: Path, header: list[str], column: int | None) -> None:
    assert sakai._grade_column(table(tmp_path, ",".join(header) + "\n"), 0) == column


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Student ID,Name,Note\n", 0), ("Kennung,Name,HW 1 [10]\n", 0), ("Kennung,Name,* HW 1\n", 0),
        ("Kennung,Name,Note\n", None), ("HW 1 [10],* HW 1,Note\n", None), ("Kennung,Name,HW 1 []\n", None),
        ('Kennung,Name,"HW [7,55]"\n', 0),
    ],
)  # fmt: skip
def test_what_is_a_gradebook_of_sakais(tmp_path: Path, text: str, row: int | None) -> None:
    assert sakai.recognises(table(tmp_path, text, ",")) == row


@pytest.mark.parametrize(
    ("text", "head", "user"),
    [
        ("Name: Bo Lee (blee)\nx", "HW 1_blee", "blee"), ("Name: Bo (x) Lee (b_lee)", "HW_1_b_lee", "b_lee"),
        ("Name: Bo Lee (blee)\n", "HW 1_x_lee", None), ("Name: Bo Lee", "HW 1_blee", None), ("", "HW 1_blee", None),
        ("\nName: Bo Lee (blee)", "HW 1_blee", None),
    ],
)  # fmt: skip
def test_whom_blackboards_receipt_names(tmp_path: Path, text: str, head: str, user: str | None) -> None:
    (tmp_path / "r.txt").write_text(text)
    matched = blackboard._FILE.match(f"{head}_attempt_2025-03-03-20-00-00.txt")
    assert matched is not None
    item = Item((matched.string,), tmp_path / "r.txt")
    assert blackboard._receipt(item, matched) == user
    assert blackboard._receipt(item._replace(problem=("symlink", "x")), matched) is None


def test_the_assignments_part_of_blackboards_names() -> None:
    assert blackboard._listed("HW_1_Bo_Lee", ["lee", "bo_lee", "e"]) == "bo_lee"
    assert blackboard._listed("HW_1_blee", ["lee", "x"]) is None
    assert blackboard._shared_prefix({"HW_1_bo_lee", "HW_1_x"}, {"HW_1_bo_lee": "bo_lee"}) == "HW_1_"
    assert blackboard._shared_prefix({"HW_1_asmith", "HW_1_abel"}, {}) == "HW_1_"
    assert blackboard._shared_prefix({"HW_1_asmith"}, {}) == "HW_1_"
    assert blackboard._shared_prefix(set(), {}) == ""


@pytest.mark.parametrize(
    ("heading", "title", "id"),
    [
        ("HW 1 (77)", "HW 1", "77"), (" HW 1 (77) ", "HW 1", "77"), ("HW (1) (77)", "HW (1)", "77"),
        ("HW 1(77)", "HW 1(77)", None),
        ("HW 1 (x)", "HW 1 (x)", None), ("HW\n1 (77)", "HW\n1", "77"),
    ],
)  # fmt: skip
def test_canvass_headings_end_with_an_id(heading: str, title: str, id: str | None) -> None:
    assert canvas._title(heading) == (title, id)


def test_what_canvas_drops_without_a_word_is_said() -> None:
    for title in ("Current Score", "My Final Grade 2", "Override Status"):
        (said,) = canvas.warn(Column(title=title, header=f"{title} (7)", index=5))
        assert said.startswith(f"Canvas silently ignores the column '{title} (7)' because its title contains '")
        assert said.endswith("': rename the assignment in Canvas, export the gradebook again and grade with that file")
    plain = Column(title="hw01", header="hw01", index=1)
    assert canvas.warn(plain) == moodle.warn(plain) == sakai.warn(plain) == blackboard.warn(plain) == []
    assert gradescope.warn(plain) == brightspace.warn(plain) == []


def test_an_id_that_is_an_address_is_that_too_and_blank_ones_are_none() -> None:
    student = known_as("Bo", (Space.CANVAS_LOGIN, " b@u.edu "), (Space.CANVAS_SIS, " "), (Space.EMAIL, "b@u.edu"))
    assert (student.id, student.ids) == ("b@u.edu", (Id(Space.CANVAS_LOGIN, "b@u.edu"), Id(Space.EMAIL, "b@u.edu")))
    assert known_as("Bo", (Space.CANVAS_SIS, "")).ids == (Id(Space.NAME, "Bo"),)
    for value in ("b@u", "@u.edu", "b u@u.edu", "b@u."):
        assert len(known_as("Bo", (Space.CANVAS_LOGIN, value)).ids) == 1


def test_staff_are_those_whose_role_is_known(tmp_path: Path) -> None:
    for heading, rows in (("Role", {1, 3}), ("Rolle", {1, 3}), ("Course role", {1, 3}), ("x", set())):
        text = f"id,{heading}\n1, TA \n2,Student\n3,Head  ta\n4,\n5,Auditor\n"
        assert staff_rows(table(tmp_path, text), 0) == rows


# --- Moodle in a language that is not known ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "seen", "view"),
    [
        (["1", "-"], False, "points"), (["1", "2,5"], True, "points"), (["-", ""], False, "points"),
        (["", ""], True, "feedback"),
        (["", "-"], True, "points"), (["well"], True, "feedback"), (["well"], False, "letter"),
        (["A", "-"], False, "letter"),
        (["50 %", "-"], True, "percentage"), (["50 %", "x"], False, "percentage"), ([], False, "points"),
        ([], True, "feedback"),
    ],
)  # fmt: skip
def test_what_a_column_of_moodles_holds_by_its_cells(cells: list[str], seen: bool, view: str) -> None:
    assert moodle._view(cells, seen=seen) == view


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a,b,c\nx,y,10\nx,y,10.00\n", 2), ("a,b,c\nx,y,10\nx,y,9\n", None), ("a,b,c,d\nx,y,10,5\nx,y,10,5\n", None),
        ("a,b,c\nx,y,0\nx,y,0\n", None), ("a,b,c\n10,10,z\n10,10,z\n", None), ("a,b,c,d\nx,y,z,7\n\nx,y,w,7\n", 3),
        ("a,b,c\nx,y,\n", None),
    ],
)  # fmt: skip
def test_the_one_column_of_the_same_number_is_the_maximum(tmp_path: Path, text: str, at: int | None) -> None:
    assert moodle._maximum(table(tmp_path, text)) == at


def test_columns_are_found_by_what_stands_in_them(tmp_path: Path) -> None:
    found = table(tmp_path, 'a,b,c,d\nx,r@u.edu,"3 March 2025, 7:00 PM",\ny,,"4 March 2025, 7:00 PM",\n'
                            'z,b@u.edu,"4 March 2025, 7:00 PM",\n')  # fmt: skip
    assert moodle._address(found) == 1
    assert moodle._usual_due(found, 2) == "2025-03-04T19:00:00"
    assert (moodle._usual_due(found, None), moodle._usual_due(found, 0)) == (None, None)
    assert moodle._address(table(tmp_path, "a,b\nx,r@u.edu\ny,z\n")) is None
    assert moodle._cells(found, 0) == ["x", "y", "z"]
    assert [moodle._no(language) >= {"no"} for language in ("en", "de", None)] == [True, True, True]
    assert "nein" in moodle._no("de")
    assert "nein" not in moodle._no("en")


@pytest.mark.parametrize(
    ("graded", "language", "tick"),
    [
        (["-", ""], "de", False),
        (["x", "-"], "de", True),
        (["x"], "en", False),
        (["x"], None, True),
        ([""], None, False),
    ],
)
def test_where_moodle_cannot_read_its_own_dates_a_box_is_to_be_ticked(
    tmp_path: Path, graded: list[str], language: str | None, tick: bool
) -> None:
    text = "a,graded\n" + "".join(f"n,{cell}\n" for cell in graded)
    for columns, expected in (({"graded": 1}, tick), ({}, False)):
        assert bool(moodle._stale(table(tmp_path, text), moodle.Headings(language, columns))) is expected


MAPPED = [
    # addresses, ID numbers, usernames: which of them are in every row, what is said
    ("r@u.edu,1,r", "b@u.edu,2,b", "map the user by 'Email address'"),
    ("r@u.edu,1,r", "b@u.edu,,b", "map the user by 'Email address', because 'ID number' is empty for some"),
    ("r@u.edu,1,r", ",2,b", "map the user by 'ID number'"),
    (",1,r", ",,b", "map the user by 'Username', because 'ID number' is empty for some"),
]


@pytest.mark.parametrize(("one", "other", "said"), MAPPED)
def test_by_which_column_moodle_is_to_find_its_users(tmp_path: Path, one: str, other: str, said: str) -> None:
    text = f"Email address,ID number,Username,First name,Assignment: hw (Real)\n{one},R,-\n{other},B,-\n"
    found = layout_of(table(tmp_path, text), None, None, None)
    assert found.upload == f"Grades, Import, CSV file; {said}"
    assert found.columns == (Column(title="hw", header="Assignment: hw (Real)", index=4),)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        # a worksheet by its headings, or by identifiers of one kind and one column of maxima
        ("Identifier,Status,Grade,Maximum grade,Last modified (grade)\n", "Moodle grading worksheet"),
        ("Identifier,Status,Grade,Maximum grade,Last modified (grade)\nParticipant 1,x,,10,-\n",
         "Moodle grading worksheet"),
        ("Identifier,Status,Grade,Maximum grade,Last modified (grade)\nx,x,,10,-\n", None),
        ("A,B,C,D,E\nR\u00e9sztvev\u0151 1,Ann,,10,x\nR\u00e9sztvev\u0151 2,Bo,,10,y\n", "Moodle grading worksheet"),
        ("A,B,C,D,E\nR\u00e9sztvev\u0151 1,Ann,,10,x\nOther 2,Bo,,10,y\n", None),
        ("A,B,C,D,E\nR\u00e9sztvev\u0151 1,Ann,,10,x\nR\u00e9sztvev\u0151 2,Bo,,9,y\n", None),
        ("A,B,C,D\nR\u00e9sztvev\u0151 1,Ann,,10\n", None),
        ("Identifier,Grade,Maximum grade\nParticipant 1,,10\n", None),
        # a gradebook by its views, and somebody to know people by
        ("Email address,hw (Real)\nr@u.edu,-\n", "Moodle gradebook export"),
        ("x,hw (Real)\nr@u.edu,-\n", "Moodle gradebook export"),
        ("x,hw (Real)\nr,-\n", None), ("Email address,hw\nr@u.edu,-\n", None),
    ],
)  # fmt: skip
def test_what_is_one_of_moodles_files(tmp_path: Path, text: str, form: str | None) -> None:
    found = table(tmp_path, text, ",")
    assert moodle.recognises(found) == (None if form is None else 0)
    assert form is None or moodle.layout(found, 0).form == form


def test_a_file_that_is_nobodys_lists_its_first_twelve_columns(tmp_path: Path) -> None:
    text = ",".join(f"c{n}" for n in range(14)) + "\n"
    listed = ", ".join(f"'c{n}'" for n in range(12))
    for kind, what in ((None, "the export of an LMS that is known here"), ("canvas", "a Canvas export"),
                       ("plain", "the export of an LMS that is known here")):  # fmt: skip
        with pytest.raises(UsageError) as raised:
            layout_of(table(tmp_path, text), kind, None, None)
        assert str(raised.value) == (
            f"list.csv: not {what}. Columns: {listed}. Export it again, or name the column of ids: --id-column NAME"
        )
