"""Numbers, ids and names at the edges where one more or one less is another student's, or another grade."""

from decimal import Decimal
from pathlib import Path

import pytest

from autograder.lms.damage import damaged, genuine, may_have_been
from autograder.lms.names import fold, name_keys, name_words, same_title, title_key
from autograder.lms.numbers import decimal_in, decimal_mark, number_text, rounded
from autograder.lms.records import Column
from autograder.lms.table import column_of, quoted, read_table

IN_CELLS = [
    ("1,5", "1.5"), ("1.5", "1.5"), ("-1,5", "-1.5"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
    ("12,345", "12.345"),
    ("1 234,5", "1234.5"), ("\u00a07.5", "7.5"), ("95 %", "95"), ("95%", "95"), ("5.", "5"), (".5", "0.5"), ("0", "0"),
    ("-", None), ("", None), (",", None), ("1e5", None), ("1E+05", None), ("5 of 6", None), ("a1", None), ("5%%", None),
    ("1-2", None), ("EX", None), ("+5", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "number"), IN_CELLS)
def test_a_cell_holds_a_number_or_none(cell: str, number: str | None) -> None:
    assert decimal_in(cell) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.125, 2, "0.13"), (2.675, 2, "2.68"), (Decimal("0.005"), 2, "0.01"), (Decimal("0.0049"), 2, "0.00"),
        (2.5, 0, "3"), (-0.125, 2, "-0.13"), (1, 3, "1.000"), (Decimal(2) / 3, 6, "0.666667"), (10, 2, "10.00"),
    ],
)  # fmt: skip
def test_a_score_is_rounded_half_up(value: Decimal | float, places: int, text: str) -> None:
    assert str(rounded(value, places)) == text
    if places == 2:
        assert str(rounded(value)) == text


@pytest.mark.parametrize(
    ("value", "mark", "text"),
    [
        ("9.50", ".", "9.5"), ("9.00", ".", "9"), ("100", ".", "100"), ("1E+2", ",", "100"), ("-0.00", ".", "0"),
        ("0.10", ",", "0,1"), ("-7.50", ",", "-7,5"), ("1000.00", ".", "1000"),
    ],
)  # fmt: skip
def test_a_number_is_written_without_ornaments(value: str, mark: str, text: str) -> None:
    assert number_text(Decimal(value), mark) == text


@pytest.mark.parametrize(
    ("text", "first_row", "mark"),
    [
        ("a,b\n1,2.5\n", 1, "."), ('a,b\n1,"2,5"\n', 1, ","), ('a,b\n1,"2,5"\n1,2.5\n', 1, "."),
        ('a;b\n1;2,5\n1;2.5\n', 1, ","), ('a;b\n1;2.5\n', 1, "."), ("a;b\n1;2\n", 1, ","), ("a,b\n1,2\n", 1, "."),
        ('a;2,5\n1;3.5\n', 1, "."), ('a,"1,5"\nb,"2,5"\n', 2, "."), ('a;b\n1;-2.5\n', 1, "."),
        ('a,b\n1,"2,5"\n1,"2,5"\n1,2.5\n', 1, ","), ('a,b\n"2,5",7.5\n', 1, "."),
    ],
)  # fmt: skip
def test_the_decimal_mark_is_that_of_the_grades(tmp_path: Path, text: str, first_row: int, mark: str) -> None:
    (tmp_path / "list.csv").write_text(text)
    columns = (Column(title="b", header="b", index=1),)
    assert decimal_mark(read_table(tmp_path / "list.csv"), columns, first_row) == mark


SIXTEEN = "1234567890123456"
MADE_OF = [
    # cell, id, may it be
    ("12", "0012", True), ("12", "12", False), (" 12 ", "12", False), ("x", "12", False), ("12", "x", False),
    ("0", "00", True), ("0", "01", False), ("1E1", "10", True), ("1.5E3", "1500", True), ("1,5E3", "1500", True),
    ("1e5", "1E5", False), ("7", "0" * 39 + "7", True), ("7", "0" * 40 + "7", False),
    # rounded and shown with a power of ten: long numbers, or ids that have an e of their own
    ("1.23E+11", "123456789012", True), ("1E+11", "123456789012", True), ("1.24E+11", "123456789012", False),
    ("1.00E+11", "99999999999", False), ("1.00E+11", "100000000001", True), ("0.00E+00", "123456789012", False),
    ("1.23E+07", "123456E2", True), ("1.23E+07", "12345600", False), ("1.3E+11", "125000000000", True),
    # digits after the fifteenth become zeros or are rounded
    ("1234567890123450", SIXTEEN, True), ("1234567890123460", SIXTEEN, True), ("1234567890123470", SIXTEEN, False),
    ("1234567890123400", SIXTEEN, False), ("1000000000000000", "1000000000000001", True),
    ("123456789012340", "123456789012345", False), ("12345678901234500", f"{SIXTEEN[:15]}67", True),
    ("12345678901234600", f"{SIXTEEN[:15]}67", True), ("12345678901234400", f"{SIXTEEN[:15]}67", False),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "id", "made"), MADE_OF)
def test_which_ids_a_spreadsheet_may_have_made_a_cell_of(cell: str, id: str, made: bool) -> None:
    assert may_have_been(cell, id) is made
    assert genuine(cell, [id, "other"]) == ([id] if made or cell == id else [])


@pytest.mark.parametrize(
    ("cell", "by_a_spreadsheet"),
    [
        ("1.00E+05", True), ("1,2e+15", True), ("1E+5", True), (" 1E+05 ", True), ("1E5", False), ("1E-05", False),
        ("12E+05", False), ("1E+1234", False), ("1E+123", True), ("100000", False), ("", False),
    ],
)  # fmt: skip
def test_only_a_spreadsheet_writes_a_number_so(cell: str, by_a_spreadsheet: bool) -> None:
    assert damaged(cell) is by_a_spreadsheet


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("Ann Bo Cy", {"annbocy", "bocyann", "cyannbo"}), ("Cy, Ann Bo", {"cyannbo", "annbocy"}), ("Ann", {"ann"}),
        ("ann_bo", {"annbo", "boann"}), ("O'Brien-Lee, Al", {"obrienleeal", "alobrienlee"}),
        ("  ", set()), (", ", set()),
        ("_", set()), ("!", set()), ("Lee,", {"lee"}),
    ],
)  # fmt: skip
def test_every_form_under_which_a_name_comes_back(name: str, keys: set[str]) -> None:
    assert name_keys(name) == keys


def test_the_parts_of_a_name() -> None:
    assert name_words("de la Cruz-Lee, Al_B.") == {"de", "la", "cruz", "lee", "al", "b"}
    assert name_words("O'Neil/Smith") == {"oneil", "smith"}
    assert name_words("- .") == set()
    assert fold("\tStra\u00dfe  \u00a0X ") == "strasse x"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("hw01", "HW 1", True), ("hw10", "hw1", False), ("hw100", "hw10", False), ("Homework 007", "hw7", True),
        ("Problem Set 2", "ps02", True), ("Laboratory 3", "Lab-3", True), ("Assignment 4", "hw 04", True),
        ("hw 1.2", "hw12", True), ("hw1 part 02", "hw01part2", True), ("Quiz", "quiz", True), ("Quiz", "Quizz", False),
    ],
)  # fmt: skip
def test_titles_that_differ_at_most_in_form(one: str, other: str, same: bool) -> None:
    assert same_title(one, other) is same
    assert (title_key(one) == title_key(other)) is same


@pytest.mark.parametrize(
    ("cell", "always", "written"),
    [
        ("", False, ""), ("", True, '""'), ("a", True, '"a"'), ("a,b", False, '"a,b"'), ('a"b', False, '"a""b"'),
        ("a\nb", False, '"a\nb"'), ("a\rb", False, '"a\rb"'), ("a;b", False, "a;b"), (" a ", False, " a "),
    ],
)  # fmt: skip
def test_a_cell_is_quoted_where_it_must_be(cell: str, always: bool, written: str) -> None:
    assert quoted(cell, ",", always=always) == written
    assert always or quoted(cell, ",") == written


def test_a_column_is_found_by_the_first_name_that_is_there() -> None:
    header = ["\ufeffName", " id ", "NAME", ""]
    assert [column_of(header, *names) for names in (("name",), ("x", "ID"), ("id", "name"), ("x",), ())] == [
        0, 1, 1, None, None,
    ]  # fmt: skip
