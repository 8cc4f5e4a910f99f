"""What becomes of one cell, and what is said of it: every case of a student's cell, of the column and of the file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.errors import UsageError
from autograder.lms import ColumnRule, Grade, choose_column, read_roster, write_grades
from autograder.lms.people import Roster
from autograder.lms.records import Written

GRADE = Grade(score=Decimal("7.5"))
HEAD = "Student,ID,Section,hw01 (77)\n    Points Possible,,,10\n"


@pytest.fixture
def listed(tmp_path: Path) -> Any:
    def listed(text: str = HEAD, **layout: Any) -> Roster:
        (tmp_path / "c.csv").write_text(text)
        roster = read_roster(tmp_path / "c.csv")
        return Roster(roster.table, msgspec.structs.replace(roster.layout, **layout))

    return listed


def wrote(roster: Roster, grade: Grade | None, **more: Any) -> Written:
    grades = {} if grade is None else {roster.students[0].student.id: grade}
    return write_grades(roster, grades, out=None, **{"assignment": "hw01"} | more)


CELLS: list[tuple[str, Grade | None, dict[str, Any], str | None, str]] = [
    # the cell, the grade, the rule, what is written, why it is not
    ("", GRADE, {}, "7.5", ""), ("3", GRADE, {}, "7.5", ""), ("-", GRADE, {}, "7.5", ""),
    ("7.50", GRADE, {}, "7.50", ""), ("7,5", GRADE, {}, "7,5", ""),
    ("", Grade(score=Decimal("7.125")), {}, "7.13", ""), ("", Grade(score=Decimal(0)), {}, "0", ""),
    ("", Grade(score=None, reason="timeout"), {}, None, "timeout"), ("", Grade(score=None), {}, None, "not graded"),
    ("EX", GRADE, {}, None, "the LMS has 'EX' here: kept"), ("n/a", GRADE, {}, None, "the LMS has 'n/a' here: kept"),
    ("EX", None, {"missing": "zero"}, None, "the LMS has 'EX' here: kept"),
    ("EX", Grade(score=None, reason="t"), {}, None, "the LMS has 'EX' here: kept"),
    ("", Grade(score=None, excused=True), {}, "EX", ""), ("3", Grade(score=Decimal(3), excused=True), {}, "EX", ""),
    ("EX", Grade(score=None, excused=True), {}, "EX", ""),
    ("", None, {}, None, "no submission"), ("", None, {"missing": "zero"}, "0", ""),
    ("-", None, {"missing": "zero"}, "0", ""),
    ("4", None, {"missing": "zero"}, None, "no submission, but the LMS has '4' here: kept"),
    ("", Grade(score=None, reason="t"), {"missing": "zero"}, None, "t"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "grade", "rule", "new", "why"), CELLS)
def test_what_becomes_of_a_cell(
    listed: Any, cell: str, grade: Grade | None, rule: dict[str, Any], new: str | None, why: str
) -> None:
    roster = listed(f'{HEAD}"Lee, Bo",12,S,"{cell}"\n')
    done = wrote(roster, grade, rule=ColumnRule(**rule))
    assert [(one.old, one.new) for one in done.changes] == ([] if new is None else [(cell, new)])
    assert [one.why for one in done.left] == ([] if new is not None else [why])
    # what somebody has to enter by hand is said once more
    withheld = [why] if why.endswith("kept") and grade is GRADE else []
    assert [one.why for one in done.withheld] == withheld
    assert list(done.warnings) == [f"Lee, Bo: not written: {one}" for one in withheld]
    assert len(done.changed) == (new is not None and new != cell)


def test_a_format_without_a_word_for_it_or_with_a_locked_row_withholds(listed: Any) -> None:
    text = f"{HEAD},12,S,\n"
    done = wrote(listed(text, excused=None), Grade(score=None, excused=True))
    why = "excused; this format has no word for it: excuse the student in the LMS"
    assert ([one.why for one in done.withheld], done.warnings) == ([why], (f"12: not written: {why}",))
    done = wrote(listed(text, locked={2: "locked there"}), GRADE)
    assert ([one.why for one in done.withheld], done.changes) == (["locked there"], ())
    assert wrote(listed(text, locked={2: "locked there"}), Grade(score=None, reason="t")).withheld == ()


@pytest.mark.parametrize(
    ("score", "strict", "new", "said"),
    [
        ("10", False, "10", None), ("10", True, "10", None), ("10.004", True, "10", None),
        ("10.005", False, "10.01", "Lee, Bo: 10.01 is above the column's maximum 10"),
        ("12", True, None, "Lee, Bo: not written: 12 is above the column's maximum 10, which the LMS does not take: "
         "use --scale, or raise the maximum there"),
    ],
)  # fmt: skip
def test_a_grade_above_the_maximum(listed: Any, score: str, strict: bool, new: str | None, said: str | None) -> None:
    done = wrote(listed(f'{HEAD}"Lee, Bo",12,S,\n', strict_maximum=strict), Grade(score=Decimal(score)))
    assert [one.new for one in done.changes] == ([] if new is None else [new])
    assert done.warnings == (() if said is None else (said,))


@pytest.mark.parametrize(
    ("possible", "scale", "new", "said"),
    [
        (None, False, "7.5", None), (10, False, "7.5", None), (10.0000001, False, "7.5", None),
        (20, True, "3.75", None),
        (10, True, "7.5", None), (0, False, "7.5", None), (Decimal(30), True, "2.5", None),
        (20, False, "7.5", "c.csv: the column 'hw01' is out of 10, the assignment out of 20: scores are written as "
         "they are; --scale rescales them"),
    ],
)  # fmt: skip
def test_scores_of_another_maximum(
    listed: Any, possible: float | None, scale: bool, new: str, said: str | None
) -> None:
    done = wrote(listed(f'{HEAD}"Lee, Bo",12,S,\n'), GRADE, possible=possible, rule=ColumnRule(scale=scale))
    assert [one.new for one in done.changes] == [new]
    assert done.warnings == (() if said is None else (said,))


def test_what_cannot_be_scaled_or_is_no_rule_is_said(listed: Any) -> None:
    roster = listed(f'{HEAD}"Lee, Bo",12,S,\n')
    bare = listed('Student,ID,Section,hw01 (77)\n"Lee, Bo",12,S,\n')
    why = r"^c.csv: cannot scale to the column 'hw01': its maximum or the assignment's points are not known$"
    for which, possible in ((roster, None), (roster, 0), (bare, 10)):
        with pytest.raises(UsageError, match=why):
            wrote(which, GRADE, possible=possible, rule=ColumnRule(scale=True))
    with pytest.raises(UsageError, match=r"^missing='none': say blank or zero$"):
        wrote(roster, GRADE, rule=ColumnRule(missing="none"))
    with pytest.raises(UsageError, match=r"^c.csv has no student '13': match the submissions with the roster first$"):
        write_grades(roster, {"13": GRADE}, out=None, assignment="hw01")


def test_decimal_places_are_two_unless_said(listed: Any) -> None:
    roster = listed(f'{HEAD}"Lee, Bo",12,S,\n')
    third = Grade(score=Decimal(10) / 3)
    for more, new in (({}, "3.33"), ({"places": 0}, "3"), ({"places": 4}, "3.3333")):
        assert [one.new for one in wrote(roster, third, **more).changes] == [new]


COMMENTS: list[tuple[str, str, bool, str | None, int]] = [
    # the cell, our comment, HTML, what is written, how many are kept
    ("", "autograder: 4", False, "autograder: 4", 0), ("autograder: 3", "autograder: 4", False, "autograder: 4", 0),
    ("autograder: 3\nsee me", "autograder: 4", False, "autograder: 4\nsee me", 0),
    ("autograder: 3<br>see me", "autograder: 4", True, "autograder: 4<br>see me", 0),
    ("see me", "autograder: 4", False, None, 1), ("", "", False, None, 0), ("see me", "", False, None, 0),
    ("autograder: 4", "autograder: 4", False, "autograder: 4", 0),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "comment", "html", "written", "kept"), COMMENTS)
def test_comments_of_ours_are_replaced_and_others_kept(
    listed: Any, tmp_path: Path, cell: str, comment: str, html: bool, written: str | None, kept: int
) -> None:
    text = f'Student ID,Name,hw01 [10],* hw01\na,"Lee, Bo",,"{cell}"\nb,"Orr, Al",,"{cell}"\n'
    roster = listed(text, comments_are_html=html)
    grades = dict.fromkeys("ab", msgspec.structs.replace(GRADE, comment=comment))
    done = write_grades(roster, grades, out=tmp_path / "new" / "out.csv", assignment="hw01")
    assert done.path == str(tmp_path / "new" / "out.csv")
    assert len(done.changes) == 2
    rows = read_roster(tmp_path / "new" / "out.csv").table.rows
    assert [row.cell(3) for row in rows[1:]] == [written or ""] * 2
    # the column of comments goes up only where one was written
    assert len(rows[0].cells) == (3 if written is None else 4)
    said = "c.csv: 2 students have a comment that somebody wrote: kept, ours not added"
    assert done.warnings == ((said,) if kept else ())


def test_a_new_column_stands_at_the_end_with_its_maximum(listed: Any, tmp_path: Path) -> None:
    roster = listed(
        'Student ID,Name,other [5]\na,"Lee, Bo",3\nb,"Orr, Al",\n',
        append="{title} [{possible}]", identity=None, only_graded=False,
    )  # fmt: skip
    done = write_grades(roster, {"b": GRADE}, out=tmp_path / "out.csv", assignment="hw01", possible=7.5)
    assert done.column == "hw01 [7.5]"
    assert (tmp_path / "out.csv").read_text() == (
        'Student ID,Name,other [5],hw01 [7.5]\na,"Lee, Bo",3,\nb,"Orr, Al",,7.5\n'
    )
    done = write_grades(roster, {"b": GRADE}, out=None, rule=ColumnRule(column="bonus"))
    assert done.column == "bonus [0]"


TWO = "Student,ID,Section,HW 1 (77),Homework 01 (78),Quiz (79)\nA,5,S,,,\n"
CHOSEN: list[tuple[str | None, str | None, str | None]] = [
    # column, assignment, the id of the one that is chosen
    ("78", None, "78"), (" 78 ", "hw01", "78"), ("HW 1", None, "77"), ("hw 1", None, "77"), ("quiz (79)", None, "79"),
    ("Quiz (79)", None, "79"), (None, "quiz", "79"), (None, "QUIZ", "79"), (None, "hw 1", "77"), ("hw1", None, None),
    (None, "hw01", None), (None, "hw02", None), (None, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("column", "assignment", "id"), CHOSEN)
def test_the_column_that_is_meant(listed: Any, column: str | None, assignment: str | None, id: str | None) -> None:
    roster = listed(TWO)
    if id is not None:
        chosen = choose_column(roster, column, assignment)
        assert chosen is not None
        assert chosen.id == id
        return
    with pytest.raises(UsageError) as raised:
        choose_column(roster, column, assignment)
    several = assignment == "hw01"
    shown = "'HW 1' (id 77); 'Homework 01' (id 78)" + ("" if several else "; 'Quiz' (id 79)")
    start = f"c.csv: several columns fit 'hw01': {shown}. Name one by" if several else "c.csv: no column for "
    assert str(raised.value).startswith(start)
    assert shown in str(raised.value)
    assert several or f"{(column or assignment)!r}. Columns: " in str(raised.value)


def test_where_there_is_one_column_or_the_file_is_one_assignments_own_it_is_meant(listed: Any) -> None:
    one = listed(f"{HEAD}A,5,S,\n")
    found = choose_column(one, None, None)
    assert found is not None
    assert found.id == "77"
    with pytest.raises(UsageError, match="no column for 'hw02'"):
        choose_column(one, None, "hw02")
    sole = listed(TWO, sole=True)
    assert choose_column(sole, "Quiz", "x") == sole.columns[0]
    open_to_more = listed(TWO, append="{title}")
    assert choose_column(open_to_more, None, "hw02") is choose_column(open_to_more, "x", None) is None
    with pytest.raises(UsageError, match="no column for None"):
        choose_column(open_to_more, None, None)


def test_columns_without_an_id_are_listed_by_their_heading(listed: Any) -> None:
    roster = listed('Student ID,Name,HW 1 [10],hw01 [5]\na,"Lee, Bo",,\n')
    with pytest.raises(UsageError, match=r"several columns fit 'homework 1': 'HW 1 \[10\]'; 'hw01 \[5\]'\. Name"):
        choose_column(roster, None, "homework 1")


def test_a_formula_elsewhere_in_a_row_that_goes_up_is_said(listed: Any) -> None:
    # in the column that is filled it is overwritten, and what does not go up hurts nobody
    text = 'Student,ID,Section,Notes,hw01 (77)\nA,5,=x,,\n"=B",6,S,,\nC,7,S,=x,=y\n'
    roster = listed(text)
    grades = dict.fromkeys("567", GRADE)
    (said,) = write_grades(roster, grades, out=None, assignment="hw01").warnings
    assert said == (
        "c.csv: a spreadsheet would run a cell of line 2, 3 as a formula; it is left as the LMS wrote it, so upload "
        "the file without opening it in a spreadsheet"
    )
    assert write_grades(roster, {"7": GRADE}, out=None, assignment="hw01").warnings == ()
    whole = listed(text, identity=None, only_graded=False)
    (said,) = write_grades(whole, {}, out=None, assignment="hw01").warnings
    assert "a cell of line 2, 3, 4 as" in said
