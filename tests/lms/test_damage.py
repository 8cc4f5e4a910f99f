"""Lists that somebody opened in a spreadsheet and saved: ids are known where one person can be meant, else nobody's."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.lms import Grade, read_roster, write_grades
from autograder.lms.damage import genuine, may_have_been
from autograder.model import Id, Space, Student


def file_of(id):
    return Student(id=id, ids=(Id(Space.FILE, id),))


@pytest.fixture
def saved(tmp_path):
    lines = [
        "Student ID,Name,HW 1 [10]",
        "12,Uhl Rosa,",
        "1.23457E+15,Benk Ivo,",
        "1.00E+05,Qadir Mia,",
        "jode,Ode Jon,",
    ]
    (tmp_path / "sakai.csv").write_text("\n".join(lines) + "\n")
    return read_roster(tmp_path / "sakai.csv")


def test_an_id_that_a_spreadsheet_changed_is_known_and_said_with_its_line(saved):
    asked = [file_of(id) for id in ("0012", "1234567890123456", "1E5", "jode")]
    match = saved.match(asked)
    assert [entries[0].line for entries in match.rows.values()] == [2, 3, 4, 5]
    assert [warning.split(", as a")[0] for warning in match.warnings] == [
        "0012: matched Uhl Rosa (12), line 2 of sakai.csv",
        "1234567890123456: matched Benk Ivo (1.23457E+15), line 3 of sakai.csv",
        "1E5: matched Qadir Mia (1.00E+05), line 4 of sakai.csv",
    ]
    said = next(warning for warning in saved.warnings if "line 3" in warning)
    assert said.startswith("sakai.csv: line 3: Sakai id '1.23457E+15' is what a spreadsheet made of an id; export")


def test_where_two_could_be_meant_nobody_has_the_row(saved):
    match = saved.match([file_of(id) for id in ("1234567890123456", "1234567890123999", "jode")])
    assert [student.id for student in match.rows] == ["jode"]
    assert "may be any of 1234567890123456, 1234567890123999" in match.warnings[0]
    assert "line 3" in match.warnings[0]


def test_zeros_that_two_ids_may_have_lost_tell_nobody(tmp_path):
    (tmp_path / "list.csv").write_text("number,who,grade\n012,A,\n0012,B,\n07,C,\n")
    roster = read_roster(tmp_path / "list.csv", id_column="number", name_column="who")
    match = roster.match([file_of("12"), file_of("7"), file_of("0012")])
    assert {student.id: entry.student.id for student, (entry,) in match.rows.items()} == {"7": "07", "0012": "0012"}
    assert (
        "12: not matched: as a spreadsheet changes numbers it is A (012) (line 2) and B (0012) (line 3)"
        in match.warnings
    )


def test_the_lms_gets_no_grade_under_an_id_that_it_does_not_know(saved, tmp_path):
    grades = {entry.student.id: Grade(score=Decimal(7)) for entry in saved.students}
    written = write_grades(saved, grades, out=tmp_path / "out.csv", assignment="hw01")
    assert [change.student.id for change in written.changes] == ["12", "jode"]
    assert [left.why.partition(",")[0] for left in written.left] == [
        "line 3: '1.23457E+15' is what a spreadsheet made of an id",
        "line 4: '1.00E+05' is what a spreadsheet made of an id",
    ]


def test_two_students_who_have_become_one_are_refused_with_both_lines(tmp_path):
    (tmp_path / "list.csv").write_text("number,grade\n1.23457E+15,\nx,\n1.23457E+15,\n")
    with pytest.raises(UsageError, match=r"lines 2 and 4 are both student .* what a spreadsheet made of an id; export"):
        read_roster(tmp_path / "list.csv", id_column="number")


IDS = st.from_regex(r"[0-9]{1,18}|[1-9][eE][0-9]{1,2}", fullmatch=True)


@given(IDS, st.integers(2, 6))
def test_whatever_a_spreadsheet_shows_may_have_been_the_id(id, digits):
    value = Decimal(id)
    kept = value if value.adjusted() < 15 else Decimal(f"{value:.14E}")
    shown = f"{kept:.{digits - 1}E}".replace("e", "E") if value >= 10**11 else format(value.to_integral_value(), "f")
    assert id in genuine(shown, [id])
    assert genuine(id, [id, shown]) == [id]


@given(IDS, st.text(max_size=12))
def test_an_id_is_never_made_of_another_number(id, cell):
    if may_have_been(cell, id):
        assert Decimal(cell.strip().replace(",", ".")).adjusted() in (
            Decimal(id).adjusted(),
            Decimal(id).adjusted() + 1,
        )
