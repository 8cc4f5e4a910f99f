"""Grade files out: golden files, and the rules of each importer, which the output must pass."""

from decimal import Decimal

import msgspec
import pytest

from autograder.lms import ColumnRule, Grade, choose_column, read_roster, rounded, write_grades
from autograder.lms.numbers import number_text
from tests import ROOT
from tests.lms import lms_importers as importers

FILES = ROOT / "tests" / "lms" / "files"


def grade(score, comment="", **more):
    return Grade(score=None if score is None else Decimal(score), comment=comment, **more)


# file → what is written: (options of read_roster, grades, options of write_grades)
GOLDEN = {
    "canvas.csv": (
        {},
        {
            "12345": grade("9.125"),
            "12346": grade("7.5"),
            "12347": grade(None, reason="undecided"),
            "12348": grade("3"),
            "12349": grade("3"),
            "12350": grade(None, excused=True),
        },
        {"assignment": "hw01"},
    ),
    "canvas-german.csv": (
        {},
        {"12345": grade("9.125"), "12346": grade("2.5")},
        {"rule": ColumnRule(column="4758", scale=True), "possible": 10},
    ),
    "moodle-worksheet.csv": (
        {},
        {"1234567": grade(8), "1234568": grade(10, "=1 <b>\nq1: right"), "1234570": grade(9)},
        {"assignment": "hw01"},
    ),
    "moodle-worksheet-german.csv": (
        {},
        {"1234567": grade("8.25"), "1234568": grade(10, "gut"), "1234569": grade(9)},
        {"rule": ColumnRule(column="HW 1")},
    ),
    "moodle-blind.csv": ({}, {"771": grade("8.25")}, {"assignment": "hw01"}),
    "moodle-gradebook.csv": (
        {},
        {"0012": grade("8.25"), "0013": grade(3, "fine")},
        {"rule": ColumnRule(column="HW 1")},
    ),
    "blackboard.xls": ({}, {"asmith": grade("8.25"), "bo_lee": grade(3, "fine")}, {"assignment": "hw01"}),
    "blackboard.csv": ({}, {"asmith": grade("8.25"), "bo_lee": grade(3, "fine")}, {"assignment": "hw01"}),
    "blackboard-feedback.csv": ({}, {"asmith": grade("8.25", "q1 <ok>"), "bo_lee": grade(3)}, {"assignment": "hw01"}),
    "brightspace.csv": ({}, {"0012": grade("8.25"), "0013": grade(3)}, {"assignment": "hw01"}),
    "gradescope.csv": ({}, {"0012": grade("8.25"), "0013": grade(7)}, {"assignment": "hw01"}),
    "gradescope-course.csv": ({}, {"0012": grade("8.25")}, {"assignment": "hw01"}),
    "sakai.csv": ({}, {"asmith": grade("8.25", "=q1, fine"), "0013": grade(3)}, {"assignment": "hw01"}),
    "sakai-comma.csv": ({}, {"asmith": grade("8.25"), "blee": grade(3)}, {"assignment": "hw01"}),
    "sakai-grades.csv": ({}, {"asmith": grade("8.25")}, {"assignment": "hw01"}),
    "class-list.csv": (
        {"id_column": "number", "name_column": "who"},
        {"0012": grade("8.25")},
        {"assignment": "hw01"},
    ),
}


@pytest.fixture
def write(tmp_path):
    def written(name):
        reading, grades, writing = GOLDEN[name]
        result = write_grades(read_roster(FILES / name, **reading), grades, out=tmp_path / name, **writing)
        return result, (tmp_path / name).read_bytes()

    return written


@pytest.mark.parametrize("name", GOLDEN)
def test_the_file_is_the_golden_one_byte_for_byte(write, name):
    assert write(name)[1] == (FILES / "golden" / name).read_bytes()


@pytest.mark.parametrize("name", GOLDEN)
def test_reading_it_again_finds_the_same_students_and_writing_again_changes_nothing(write, tmp_path, name):
    _, content = write(name)
    reading, grades, writing = GOLDEN[name]
    roster = read_roster(tmp_path / name, **reading)
    left = {entry.student.id for entry in roster.students}
    rule = writing.get("rule", ColumnRule())
    again = write_grades(
        roster,
        {student: given for student, given in grades.items() if student in left},
        out=tmp_path / "again",
        **writing | {"rule": msgspec.structs.replace(rule, scale=False)},
    )
    if not rule.scale:  # the column's maximum may have gone with a translated row
        assert all(change.old == change.new for change in again.changes)
        assert (tmp_path / "again").read_bytes() == content


def test_a_dry_run_says_old_and_new_and_writes_nothing(tmp_path):
    roster = read_roster(FILES / "canvas.csv")
    written = write_grades(roster, {"12350": grade("9")}, out=None, assignment="hw01")
    assert [(c.student.name, c.old, c.new) for c in written.changes] == [("Lee, 林", "4", "9")]
    assert written.path is None
    assert list(tmp_path.iterdir()) == []


# --- the importers' own rules ---------------------------------------------------------------------------------------

CANVAS_USERS = {str(n): () for n in range(12345, 12351)}


def test_canvas_takes_the_file_and_gets_only_what_was_graded(write):
    _, content = write("canvas.csv")
    assert importers.canvas(content, CANVAS_USERS, {"4757": "HW 1"}) == {
        ("12345", "4757"): "9.13",
        ("12346", "4757"): "7.5",
        ("12350", "4757"): "EX",
    }


def test_canvas_reads_a_semicolon_file_with_decimal_commas_without_its_byte_order_mark(write):
    _, content = write("canvas-german.csv")
    assert importers.canvas(content, CANVAS_USERS, {"4758": "HW 2, Teil a"}) == {
        ("12345", "4758"): "4.56",
        ("12346", "4758"): "1.25",
    }


def test_the_canvas_rule_that_the_output_is_held_against_refuses_what_canvas_refuses():
    good = b"Student,ID,Section,HW 1 (4757)\nA,12345,S,1\n"
    assert importers.canvas(good, CANVAS_USERS, {"4757": "HW 1"}) == {("12345", "4757"): "1"}
    for wrong in (b"\xef\xbb\xbf" + good, good.replace(b"ID,Section", b"Section,ID"), good.replace(b"4757", b"1")):
        with pytest.raises(importers.Rejected):
            importers.canvas(wrong, CANVAS_USERS, {"4757": "HW 1"})
    assert importers.canvas_number("1,234.56") == "1234.56"
    assert importers.canvas_number("1,234") == "1.234"


def test_moodle_takes_the_worksheet_and_keeps_every_comment_that_was_not_ours(write):
    _, content = write("moodle-worksheet.csv")
    now = {
        "1234567": (9.5, "<p>kept as it was</p>"),
        "1234568": (None, ""),
        "1234569": (None, "old words"),
        "1234570": (5.0, ""),
    }
    grades, comments = importers.moodle_worksheet(content, now)
    assert grades == {"1234567": 8.0, "1234568": 10.0}
    assert comments == {"1234568": " =1 <b><br>q1: right"}


def test_moodle_in_german_takes_its_own_headers_and_a_point(write):
    _, content = write("moodle-worksheet-german.csv")
    headers = ("ID", "Bewertung", "Zuletzt geändert (Bewertung)")
    now = {"1234567": (9.5, ""), "1234568": (None, ""), "1234569": (None, "")}
    grades, comments = importers.moodle_worksheet(
        content,
        now,
        language=headers,
        comma=True,
        delimiter=";",
        feedback="Feedback als Kommentar",
        prefix="Teilnehmer/in",
    )
    assert grades == {"1234567": 8.25, "1234568": 10.0}
    assert comments == {"1234568": "gut"}


def test_moodles_gradebook_import_is_not_aborted_and_clears_nobody(write):
    _, content = write("moodle-gradebook.csv")
    users = {"0012", "0013", "0014"}
    assert importers.moodle_gradebook(content, users, "Assignment: HW 1 (Real)") == {"0012": 8.25, "0013": 3.0}


@pytest.mark.parametrize("name", ["blackboard.xls", "blackboard.csv"])
def test_blackboard_finds_username_and_column_id_in_quoted_fields(write, name):
    _, content = write(name)
    users = {"asmith", "bo_lee", "cy.o-brien", "dng", "prof_previewuser"}
    cells = importers.blackboard(content, users, {"547859"})
    assert cells == {("asmith", "547859"): "8.25", ("bo_lee", "547859"): "3"}


def test_blackboard_gets_feedback_and_its_format_and_keeps_what_was_written_by_hand(write):
    cells = importers.blackboard(write("blackboard-feedback.csv")[1], {"asmith", "bo_lee"}, {"547859"})
    assert cells["asmith", "Feedback to Learner"] == "q1 &lt;ok&gt;"
    assert cells["asmith", "Feedback Format"] == "SMART_TEXT"
    assert cells["bo_lee", "Feedback to Learner"] == "written by hand"


def test_brightspace_gets_ids_grade_and_end_of_line_indicator_only(write):
    _, content = write("brightspace.csv")
    assert importers.brightspace(content, {"0012", "0013"}) == {("0012", "HW 1"): 8.25, ("0013", "HW 1"): 3.0}


def test_brightspace_gets_the_indicator_where_the_export_lacked_it(tmp_path):
    (tmp_path / "b.csv").write_text("Username,HW 1 Points Grade\n#asmith,\n#blee,4\n")
    roster = read_roster(tmp_path / "b.csv")
    write_grades(roster, {"asmith": grade("1.5")}, out=tmp_path / "out.csv", assignment="hw01")
    content = (tmp_path / "out.csv").read_bytes()
    assert content == b"Username,HW 1 Points Grade,End-of-Line Indicator\n#asmith,1.5,#\n"
    assert importers.brightspace(content, {"asmith"}) == {("asmith", "HW 1"): 1.5}


@pytest.mark.parametrize(
    ("name", "delimiter", "points", "comments"),
    [
        ("sakai.csv", ",", {"asmith": 8.25, "0013": 3.0}, {"asmith": " =q1, fine", "0013": "old words"}),
        ("sakai-comma.csv", ";", {"asmith": 8.25, "blee": 3.0}, {}),
    ],
)
def test_sakai_takes_headings_points_and_comments(write, name, delimiter, points, comments):
    users = {"asmith", "blee", "0013", "cobrien"}
    got = importers.sakai(write(name)[1], users, {"HW 1": 10, "HW 2": 5.5}, delimiter=delimiter)
    assert got == ({(u, "HW 1"): p for u, p in points.items()}, {(u, "HW 1"): c for u, c in comments.items()})


# --- what is never done ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in GOLDEN if "class" not in name])
def test_nobody_gets_a_zero_that_nobody_asked_for(tmp_path, name):
    roster = read_roster(FILES / name)
    chosen = choose_column(roster, roster.columns[0].id or roster.columns[0].header, None)
    failed = {entry.student.id: Grade(score=None, reason="timeout") for entry in roster.students[:1]}
    written = write_grades(roster, failed, out=tmp_path / "out", rule=ColumnRule(column=chosen.id or chosen.header))
    assert written.changes == ()
    assert len(written.left) == len(roster.students)
    assert written.left[0].why in ("timeout", "the LMS has 'EX' here: kept")


def test_zero_for_the_missing_spares_failed_ones_and_grades_that_the_lms_has():
    roster = read_roster(FILES / "canvas.csv")
    rule = ColumnRule(column="4757", missing="zero")
    written = write_grades(roster, {"12345": Grade(score=None, reason="crashed")}, out=None, rule=rule)
    assert {c.student.id: c.new for c in written.changes} == {"12347": "0"}
    assert {entry.student.id: entry.why for entry in written.left} == {
        "12345": "crashed",
        "12346": "no submission, but the LMS has '7.5' here: kept",
        "12348": "the LMS has 'EX' here: kept",
        "12349": "the LMS has 'N/A' here: kept",
        "12350": "no submission, but the LMS has '4' here: kept",
    }
    rule = ColumnRule(column="547859", missing="zero")
    written = write_grades(read_roster(FILES / "blackboard.csv"), {}, out=None, rule=rule)
    # "Needs Grading" is a submission that we were not given
    assert [c.student.id for c in written.changes] == ["dng"]


def test_a_title_that_canvas_drops_is_said_and_a_maximum_that_differs_too():
    roster = read_roster(FILES / "canvas.csv")
    rule = ColumnRule(column="Final Grade Project")
    written = write_grades(roster, {"12345": grade(1)}, out=None, rule=rule, possible=10)
    assert "silently ignores" in written.warnings[0]
    assert "'Final Grade'" in written.warnings[0]
    assert "out of 20, the assignment out of 10" in written.warnings[1]


def test_a_grade_above_the_maximum_is_not_sent_to_moodle_and_warned_of_elsewhere():
    written = write_grades(
        read_roster(FILES / "moodle-worksheet.csv"), {"1234567": grade(11)}, out=None, assignment="hw01"
    )
    assert written.changes == ()
    assert "above the column's maximum 10" in written.left[0].why
    written = write_grades(read_roster(FILES / "canvas.csv"), {"12345": grade(11)}, out=None, assignment="hw01")
    assert written.changes[0].new == "11"
    assert "above the column's maximum" in written.warnings[0]


def test_cells_that_a_spreadsheet_would_run_stay_as_they_are_with_a_warning():
    roster = read_roster(FILES / "class-list.csv", id_column="number")
    assert "line 5" in write_grades(roster, {}, out=None, assignment="hw01").warnings[0]


def test_a_persons_comment_stays_and_ours_is_replaced(tmp_path):
    text = "Student ID,Name,HW 1 [10],* HW 1\na,A,,see me\nb,B,,autograder: 3 of 10 points\nc,C,,\n"
    (tmp_path / "roster.csv").write_text(text)
    roster = read_roster(tmp_path / "roster.csv")
    given = {id: grade(4, "autograder: 4 of 10 points") for id in "abc"}
    written = write_grades(roster, given, out=tmp_path / "o.csv", assignment="hw01")
    assert [line.rpartition(",")[2] for line in (tmp_path / "o.csv").read_text().splitlines()[1:]] == [
        "see me", "autograder: 4 of 10 points", "autograder: 4 of 10 points",
    ]  # fmt: skip
    assert "1 student has a comment that somebody wrote" in written.warnings[0]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_comment_of_several_lines_stays_one_cell(tmp_path, line_end):
    (tmp_path / "roster.csv").write_text("Student ID,Name,HW 1 [10],* HW 1\na,A,,\nb,B,,\n")
    given = {id: grade(4, f"autograder: 4 of 10{line_end}see me") for id in "ab"}
    write_grades(read_roster(tmp_path / "roster.csv"), given, out=tmp_path / "o.csv", assignment="hw01")
    again = read_roster(tmp_path / "o.csv")
    assert [entry.student.id for entry in again.students] == ["a", "b"]
    assert [again.table.rows[entry.row].cell(2) for entry in again.students] == ["4", "4"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_comment_never_starts_a_formula(tmp_path, start):
    (tmp_path / "roster.csv").write_text("Student ID,Name,HW 1 [10],* HW 1\na,A,,\n")
    write_grades(
        read_roster(tmp_path / "roster.csv"), {"a": grade(4, start)}, out=tmp_path / "o.csv", assignment="hw01"
    )
    cell = read_roster(tmp_path / "o.csv").table.rows[1].cell(3)
    assert cell == f" {start}"
    assert not cell.startswith(("=", "+", "-", "@", "\t"))


OLD = "autograder: 3 of 10 points; q1 1 of 2; q2 2 of 8"


@pytest.mark.parametrize(
    ("held", "kept"),
    [
        (OLD, ""),
        (OLD.replace("; ", ";\n"), ""),
        (f"<p>{OLD}</p>", ""),
        (f" {OLD}", ""),
        (f"{OLD}<br>see me", "<br>see me"),
        (f"<p>{OLD}</p><p>see me; at noon</p>", "<br><p>see me; at noon</p>"),
        (f"{OLD}\nsee me\nat noon", "<br>see me\nat noon"),
        ("see me", None),
        ("about the autograder: see me", None),
    ],
)
def test_what_a_person_wrote_below_our_comment_stays_below_it(tmp_path, held, kept):
    header = "Identifier,Full name,Email address,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
    (tmp_path / "sheet.csv").write_text(f'{header}Participant 7,A,a@u.edu,,10.00,-,"{held}"\n')
    given = {"7": grade(4, "autograder: 4 of 10 points")}
    written = write_grades(read_roster(tmp_path / "sheet.csv"), given, out=tmp_path / "o.csv", assignment="hw01")
    cell = read_roster(tmp_path / "o.csv").table.rows[1].cell(6)
    assert cell == (held if kept is None else f"autograder: 4 of 10 points{kept}")
    assert bool(written.warnings) is (kept is None)
    again = write_grades(read_roster(tmp_path / "o.csv"), given, out=tmp_path / "p.csv", assignment="hw01")
    assert (tmp_path / "p.csv").read_bytes() == (tmp_path / "o.csv").read_bytes()
    assert again.changed == ()


def test_half_up_and_plain_numbers():
    assert [str(rounded(value)) for value in (2.675, 0.125, 1.005, -0.001, 7)] == [
        "2.68",
        "0.13",
        "1.01",
        "-0.00",
        "7.00",
    ]
    assert [number_text(rounded(value)) for value in (10, 9.5, -0.001, 1e6)] == ["10", "9.5", "0", "1000000"]
