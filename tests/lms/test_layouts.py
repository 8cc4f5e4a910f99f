"""What stands where in an export, and what a file of one student is called: small claims that a grade hangs on."""

import zipfile
from pathlib import Path

import pytest

from autograder.lms.formats import brightspace, layout_of, moodle, sakai
from autograder.lms.intake import archive
from autograder.lms.policy.file import _Reader
from autograder.lms.table import Table, read_table
from autograder.model import Space
from tests.lms.intake.intake_samples import NB, inner_zip, notebook, zipped


def table(folder: Path, text: str) -> Table:
    (folder / "list.csv").write_text(text, encoding="utf-8")
    return read_table(folder / "list.csv")


@pytest.mark.parametrize(
    ("heading", "title", "possible"),
    [
        ("hw01 Points Grade <Numeric MaxPoints:10>", "hw01", 10),
        ("hw01 Points Grade <Numeric MaxPoints:7.5 Weight:20>", "hw01", 7.5),
        ("hw01 Points Grade <Numeric Weight:20>", "hw01", None),
        ("hw01 Points Grade", "hw01", None),
    ],
)
def test_brightspace_says_what_a_column_is_worth(
    tmp_path: Path, heading: str, title: str, possible: float | None
) -> None:
    text = f"OrgDefinedId,Username,{heading},End-of-Line Indicator\n#1,#ann,,#\n"
    (column,) = brightspace.layout(table(tmp_path, text), 0).columns
    assert (column.title, column.header, column.possible) == (title, heading, possible)


@pytest.mark.parametrize(
    ("folder", "eid", "space"),
    [
        ("Group 1 (4f3c2a1b-1111-2222-3333-444455556666)", "4f3c2a1b-1111-2222-3333-444455556666", Space.SAKAI_GROUP),
        # of a student whose eid is not ASCII there is no blank before it
        ("Ünal, Ece(4f3c2a1b-1111-2222-3333-444455556666)", "4f3c2a1b-1111-2222-3333-444455556666", Space.SAKAI_EID),
        ("Lee, Bo (leebo)", "leebo", Space.SAKAI_EID),
        ("Lee, Bo(leebo)", "leebo", Space.SAKAI_EID),
    ],
)
def test_a_group_of_sakais_has_a_long_id_after_a_blank(folder: str, eid: str, space: Space) -> None:
    assert sakai._space(folder, eid) is space


def test_moodles_columns_of_an_unknown_language_stand_beside_the_greatest_grade(tmp_path: Path) -> None:
    rows = ["A,B,C,D,E,F,G,H", *(f"Kio {n},Ann {n},a{n}@u.edu,,100,Yes,No,much to say" for n in range(2))]
    columns = moodle._by_place(table(tmp_path, "\n".join(rows) + "\n"), 4, {"email": 2, "grade": 7})
    assert columns == {"email": 2, "identifier": 0, "grade": 3, "maximum": 4, "name": 1, "changeable": 6}
    rows = [line.replace("Yes,No", "No,Yes") for line in rows]
    assert moodle._by_place(table(tmp_path, "\n".join(rows) + "\n"), 4, {})["changeable"] == 5
    rows = [line.replace("No,Yes", "x,y").replace("Kio", "No") for line in rows]
    assert "changeable" not in moodle._by_place(table(tmp_path, "\n".join(rows) + "\n"), 4, {})


def test_the_last_heading_that_says_comments_is_theirs_however_long_the_rows_are(tmp_path: Path) -> None:
    text = "A,B,C,100,Feedback comments\nKio 1,Ann,,100,\nKio 2,Bo,,100,,,,\n"
    assert moodle._by_place(table(tmp_path, text), 3, {})["comments"] == 4


def test_a_student_is_first_known_by_what_stands_first_in_every_row() -> None:
    ids = [(Space.MOODLE_ID_NUMBER, "0020"), (Space.MOODLE_USERNAME, "rosa"), (Space.EMAIL, "r@u.edu")]
    for space, key in ids:
        student = moodle._keyed("Rosa Uhl", f" {key} ", ids)
        assert (student.own.space, student.id) == (space, key)
        assert {one.space for one in student.ids} >= {space for space, _ in ids}


@pytest.mark.parametrize(
    ("flag", "stored", "named"),
    [
        (0, "hw01 \N{GREEK SMALL LETTER ALPHA}.ipynb", "hw01 \N{GREEK SMALL LETTER ALPHA}.ipynb"),
        # sizes behind the data, as Java writes them, and a level of compression say nothing of names
        (0x8, "hw01 \N{GREEK SMALL LETTER ALPHA}.ipynb", "hw01 \N{GREEK SMALL LETTER ALPHA}.ipynb"),
        (0x808, "\u251c\u0192.ipynb", "\u251c\u0192.ipynb"),
        (0x800, "Stra\N{LATIN SMALL LETTER SHARP S}e.ipynb", "Stra\N{LATIN SMALL LETTER SHARP S}e.ipynb"),
    ],
)
def test_a_name_in_a_zip_is_read_as_it_was_meant(flag: int, stored: str, named: str) -> None:
    info = zipfile.ZipInfo(stored if flag & 0x800 else stored.encode().decode("cp437"))
    info.flag_bits = flag
    assert archive._name(info) == named
    # what a flag calls UTF-8 is not guessed about: "├ƒ" is a name, too
    info.filename, info.flag_bits = "\u251c\u0192.ipynb", 0x800
    assert archive._name(info) == "\u251c\u0192.ipynb"


def test_what_is_unpacked_keeps_an_ending_that_is_ascii(tmp_path: Path) -> None:
    names = ["\u00e9/a.IPYNB", "b/c.\u00e9", "d.longerthanten", "e"]
    opened = zipped(tmp_path / "a.zip", dict.fromkeys(names, "x"))
    found = archive.unpack(opened, tmp_path / "out", limits=archive.ONE_STUDENT, source="a.zip").items
    assert [item.path.suffix for item in found] == [".ipynb", "", ".longertha", ""]


def test_the_chosen_file_is_called_as_it_is_below_its_folders(take_entries) -> None:
    intake = take_entries({"a/work.zip": inner_zip({"sub/deep/hw01.ipynb": NB}), "b/x/hw01.ipynb": notebook("z")})
    assert {one.students[0].id: one.file for one in intake.submissions} == {"a": "hw01.ipynb", "b": "hw01.ipynb"}


def test_who_takes_several_notebooks_is_told_for_which_assignment(take_entries) -> None:
    intake = take_entries({"a/one.ipynb": NB, "a/two.ipynb": notebook("y = 2"), "b/hw01.ipynb": NB})
    (refused,) = intake.refused
    assert "which one is hw01: leave one and run again" in refused.message


@pytest.mark.parametrize(
    ("path", "line"),
    [("a", 1), ("late.per_day", 3), ("late", 2), ("late.cap", 2), ("nothing", 0), ("x.y", 5), ("x.y.z", 5), ("b", 0)],
)
def test_where_a_key_stands_or_the_table_around_it(path: str, line: int) -> None:
    text = "a = 1\n[late]\nper_day = 1\n[x]\ny = {z = 1}\n"
    assert _Reader("course.toml", text).line_of(path) == line


UUID = "0f1e2d3c-1111-2222-3333-444455556666"


@pytest.mark.parametrize(
    ("text", "header", "groups"),
    [
        (f"hw01\n\nGroup,ID,Users,grade\nRed,{UUID},x,\n", 2, True),
        (f"hw01\n\nDisplay ID,ID,Last Name,First Name,grade\n1,{UUID},A,B,\n", 2, False),
        ("hw01\n\nDisplay ID,ID,Last Name,First Name,grade\n1,alee,A,B,\n", 2, False),
        ("hw01,SCORE_GRADE_TYPE\n\nGruppe,ID,Wer,Note,x\n1,alee,A,B,\n", 2, False),
        ("hw01\n\nID,Display ID,Last Name,First Name,grade\n1,alee,A,B,\n", None, False),
        ("hw01,SCORE_GRADE_TYPE\n\nGruppe,ID,Wer,Note\n1,alee,A,B\n", None, False),
        ("hw01,SCORE_GRADE_TYPE\n\n", None, False), ("hw01,SCORE_GRADE_TYPE\n\nGruppe,ID,Wer,Note,x\n", 2, False),
    ],
)  # fmt: skip
def test_sakais_list_is_of_groups_where_heading_and_ids_say_so(
    tmp_path: Path, text: str, header: int | None, groups: bool
) -> None:
    (tmp_path / "list.csv").write_text(text)
    table = read_table(tmp_path / "list.csv", delimiter=",")
    assert sakai.recognises(table) == header
    assert header is None or sakai._of_groups(table, header) is groups
    groupless = f"hw01\n\nGroup,ID,Users,grade\nRed,{UUID},x,\nBlue,blue,x,\n"
    (tmp_path / "list.csv").write_text(groupless)
    assert not sakai._of_groups(read_table(tmp_path / "list.csv"), 2)


def test_blackboard_takes_comments_beside_one_column_only(tmp_path: Path) -> None:
    for columns, comments in (("HW 1 |5", {1: 2}), ("HW 1 |5,HW 2 |6", {})):
        (tmp_path / "list.csv").write_text(f"Username,{columns},Feedback to Learner,Feedback Format\nblee,,,,\n")
        assert layout_of(read_table(tmp_path / "list.csv"), None, None, None).comments == comments
