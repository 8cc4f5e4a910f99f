"""The byte-preserving table: what was not changed comes back as it was, and what was changed reads as meant."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.cells import is_formula, neutralise
from autograder.errors import UsageError
from autograder.lms import ColumnRule, Grade, read_roster, write_grades
from autograder.lms.names import name_keys, title_key
from autograder.lms.table import quoted, read_table, render
from tests.lms import lms_importers as importers

TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(list(",;\"\t\n'= é")), max_size=8
)
CELLS = st.lists(st.lists(TEXT, min_size=2, max_size=5), min_size=1, max_size=6)


@st.composite
def files(draw):
    """A CSV as somebody's program may have written it, and what it says."""
    rows = draw(CELLS)
    delimiter = draw(st.sampled_from([",", ";", "\t"]))
    always = draw(st.booleans())
    end = draw(st.sampled_from(["\n", "\r\n"]))
    bom = draw(st.booleans())
    lines = [delimiter.join(quoted(cell, delimiter, always=always) for cell in row) for row in rows]
    text = end.join(lines) + (end if draw(st.booleans()) or not lines[-1] else "")
    encoding = draw(st.sampled_from(["utf-8", "utf-16-le"]))
    mark = "\ufeff" if bom or encoding == "utf-16-le" else ""
    return delimiter, (mark + text).encode(encoding), text


@settings(max_examples=80, deadline=None)
@given(files())
def test_a_file_comes_back_byte_for_byte_and_reads_as_the_standard_library_reads_it(tmp_path_factory, file):
    delimiter, content, text = file
    if not text.strip():
        return
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(content)
    table = read_table(path, delimiter=delimiter)
    assert render(table, {}) == content
    expected = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    # csv reports an empty line as no cells, which is one blank cell here
    assert [row.cells for row in table.rows] == [row or ("",) for row in expected]


@pytest.mark.parametrize(
    ("encoding", "bom", "written"),
    [
        ("utf-16", False, "utf-8"), ("utf-8-sig", False, "utf-8"), ("utf-16", True, "utf-16"),
        ("cp1252", False, "utf-8"), ("cp1252", True, "utf-8-sig"), ("utf-8-sig", True, "utf-8-sig"),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_saved_is_written_as_the_lms_reads_it(tmp_path, encoding, bom, written):
    (tmp_path / "t.csv").write_bytes("Name;Grade\nZoë;7\n".encode(encoding))
    content = render(read_table(tmp_path / "t.csv"), {(1, 1): "−10%"}, bom=bom)
    assert content == "Name;Grade\nZoë;−10%\n".encode(written)


HEADERS = ["a,b,c", "a;b;c", "a\tb\tc"]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "above",
    ["", "Grades of Monday\n", "Course: Calculus, spring; two, three\n", "\n \n", '"HW 1","SCORE_GRADE_TYPE"\n""\n'],
)
@pytest.mark.parametrize(
    "cell", ["x", '"1; 2; 3; 4; 5, 6, 7, 8"', '"two\nlines; of, all"', 'a "b"', '5"', '"he said ""no; no"""']
)
def test_the_header_tells_the_separator_whatever_the_cells_hold(tmp_path, header, above, cell):
    mark = header[1]
    lines = [header, *(mark.join((f"{number}", cell, "")) for number in range(5))]
    (tmp_path / "t.csv").write_text(above + "\n".join(lines) + "\n")
    assert read_table(tmp_path / "t.csv").delimiter == mark


@settings(max_examples=60, deadline=None)
@given(files(), st.integers(0, 100), st.integers(0, 100), TEXT)
def test_one_changed_cell_changes_that_cell_only(tmp_path_factory, file, row, column, new):
    delimiter, content, text = file
    if not text.strip():
        return
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(content)
    table = read_table(path, delimiter=delimiter)
    row %= len(table.rows)
    column %= len(table.rows[row].cells)
    path.write_bytes(render(table, {(row, column): new}))
    again = read_table(path, delimiter=delimiter) if path.read_bytes().strip() else table
    for number, (before, after) in enumerate(zip(table.rows, again.rows, strict=False)):
        for at, raw in enumerate(before.raw):
            if (number, at) != (row, column):
                assert after.raw[at] == raw
            elif after is not before:
                assert after.cells[at] == new


NAMES = st.text(alphabet=st.characters(categories=["L", "Zs", "P", "N"]), min_size=1, max_size=12).filter(
    lambda name: name.strip() and name != "Student, Test" and not name.startswith("    ")
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.one_of(st.none(), st.decimals(0, 10, places=3))), min_size=1, max_size=8),
    st.sampled_from([",", ";"]),
)
def test_canvas_reads_what_was_meant(tmp_path_factory, students, delimiter):
    """For any names and scores, Canvas's own rules find exactly the graded students' scores, at two places."""
    folder = tmp_path_factory.getbasetemp()
    lines = [["Student", "ID", "SIS Login ID", "Section", "HW 1 (77)", "HW 2 (78)"]]
    lines += [[name, str(1000 + n), f"u{n}", "A and B", "", "3"] for n, (name, _) in enumerate(students)]
    text = "\n".join(delimiter.join(quoted(cell, delimiter) for cell in line) for line in lines) + "\n"
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    roster = read_roster(folder / "roster.csv")
    grades = {str(1000 + n): Grade(score=score) for n, (_, score) in enumerate(students)}
    write_grades(roster, grades, out=folder / "out.csv", rule=ColumnRule(column="77"))
    got = importers.canvas((folder / "out.csv").read_bytes(), {str(1000 + n) for n in range(9)}, {"77": "HW 1"})
    meant = {str(1000 + n): score for n, (_, score) in enumerate(students) if score is not None}
    assert {user for user, _ in got} == set(meant)
    for (user, _), cell in got.items():
        assert abs(Decimal(cell) - meant[user]) <= Decimal("0.005")
    written = {row.raw[:4] for row in read_table(folder / "out.csv", delimiter=delimiter).rows}
    assert written <= {row.raw[:4] for row in roster.table.rows}


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("=1+1", True), ("@SUM(A1)", True), ("+1-1", True), ("-cmd", True), ("\tx", True), ("\r=1", True),
        (" =1", True), ("-1", False), ("+1.5", False), ("-", False), ("Ann", False), ("", False), ("1=1", False),
    ],
)  # fmt: skip
def test_formulas_are_known_and_neutralised_for_people(cell, is_one):
    assert is_formula(cell) is is_one
    assert neutralise(cell) == ("'" + cell if is_one else cell)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("O'Brien, Al", "obrienal", True),
        ("García Márquez, Ana", "Ana García Márquez", True),
        ("Zoe\u0308 Kang", "ZOË KANG", True),
        ("Kim, Ann", "Kim, Anna", False),
        ("", "", False),
    ],
)
def test_names_are_the_same_in_any_order_and_form(one, other, same):
    assert bool(name_keys(one) & name_keys(other)) is same


def test_titles_differ_by_more_than_their_form():
    assert title_key("hw01") == title_key("HW 1") == title_key("Homework 01")
    assert title_key("hw01") != title_key("hw11")


@pytest.mark.parametrize("content", [b"\xff\xfea", b"\xef\xbb\xbf\xff", b"a,b\n\x81\xff\n"])
def test_text_in_no_known_encoding_is_refused(tmp_path, content):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(UsageError, match=r"x\.csv"):
        read_table(tmp_path / "x.csv")
