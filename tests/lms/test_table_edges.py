"""A table's cells, separators, encodings and line ends where one more or less changes what is read."""

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.lms import table as tables
from autograder.lms.table import Row, read_table, render


def read(folder: Path, content: str | bytes, **more: str) -> tables.Table:
    (folder / "t.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(folder / "t.csv", **more)


def test_a_cell_that_is_not_there_is_empty() -> None:
    row = Row(("a", "b"), ("a", "b"), "\n", 1)
    assert [row.cell(at) for at in (-1, 0, 1, 2)] == ["", "a", "b", ""]
    assert not row.blank
    assert Row((" ", "\t"), (" ", "\t"), "\n", 1).blank


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2", [(1, ("a", "b"), "\n"), (2, ("1", "2"), "")]),
        ("a\r\nb\rc\n", [(1, ("a",), "\r\n"), (2, ("b",), "\r"), (3, ("c",), "\n")]),
        ('"x\ny\r\nz",b\nc,', [(1, ("x\ny\r\nz", "b"), "\n"), (4, ("c", ""), "")]),
        ("a,\n", [(1, ("a", ""), "\n")]),
        ("a\n\nb\n", [(1, ("a",), "\n"), (2, ("",), "\n"), (3, ("b",), "\n")]), ("a,,b", [(1, ("a", "", "b"), "")]),
        ('"a"b,c\n', [(1, ("ab", "c"), "\n")]), ('"a""b",""\n', [(1, ('a"b', ""), "\n")]),
        (",a\n", [(1, ("", "a"), "\n")]),
    ],
)  # fmt: skip
def test_rows_and_the_lines_at_which_they_begin(
    tmp_path: Path, text: str, rows: list[tuple[int, tuple[str], str]]
) -> None:
    table = read(tmp_path, text, delimiter=",")
    assert [(row.line, row.cells, row.end) for row in table.rows] == rows
    assert render(table, {}) == text.encode()


@pytest.mark.parametrize(("text", "line"), [('a\n"b', 2), ('"', 1), ('"a\nb"\n"', 3)])
def test_a_quote_that_stays_open_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(UsageError, match=rf"^t\.csv: line {line}: a quote is opened and not closed"):
        read(tmp_path, text, delimiter=",")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("a", ","), ("\n", None), ("a;b\n", ";"), ("a\tb,c\td\n1\t2\t3\n", "\t"), ("a,b;c\n1,2\n", ","),
        ("title\na;b;c\n1;2;3\n", ";"), ("\n\na;b\n1;2\n", ";"), (";;;\na,b\n1,2\n3,4\n", ","),
        ('a"b;c\n"1;2";3\n', ";"),
        # of the header's separators the one that other rows have, too
        ("a,b,c;d\n1;2\n3;4\n5;6\n", ";"), ("a;b\n" + "1,2,3,4\n" * 1 + "1;2\n" * 2, ";"),
    ],
)  # fmt: skip
def test_the_separator_is_that_of_the_header(tmp_path: Path, text: str, mark: str | None) -> None:
    if mark is None:
        with pytest.raises(UsageError, match="the file is empty"):
            read(tmp_path, text)
    else:
        assert read(tmp_path, text).delimiter == mark


def test_separators_are_counted_in_the_first_twelve_records() -> None:
    assert tables._separators('a,b;"c,d"\n\n x \t\n;\n') == [(1, 1, 0), (0, 0, 1)]
    assert len(tables._separators("a\n" * 13)) == 12
    assert len(tables._separators("a\n" * 11 + "a")) == 12
    assert len(tables._separators("a\n" * 12 + "a")) == 12
    assert len(tables._separators("a\n" * 3, limit=2)) == 2
    assert tables._separators('"a\n,') == [(0, 0, 0)]
    assert tables._separators('x"a,b') == [(1, 0, 0)]


@pytest.mark.parametrize(
    ("text", "newline", "quotes_all"),
    [
        ("a\nb\n", "\n", False), ("a\r\nb\r\nc\n", "\r\n", False), ("a", "\r\n", False),
        ('"a","b"\n"c",\n', "\n", True),
        ('"a",b\n', "\n", False), (",\n", "\n", False),
    ],
)  # fmt: skip
def test_what_is_added_is_written_as_the_rest(tmp_path: Path, text: str, newline: str, quotes_all: bool) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    if text.strip():
        table = read_table(path, delimiter=",")
        assert (table.newline, table.quotes_all) == (newline, quotes_all)


def test_a_file_with_some_rows_and_columns_and_some_cells_changed(tmp_path: Path) -> None:
    table = read(tmp_path, 'a,b,"c"\n1,2,"3"\n4,5')
    assert render(table, {(1, 1): "x,y", (1, 2): "z", (2, 4): "w"}) == b'a,b,"c"\n1,"x,y","z"\n4,5,,,w'
    assert render(table, {}, rows=[2, 0]) == b'4,5\na,b,"c"\n'
    assert render(table, {}, rows=[0, 2]) == b'a,b,"c"\n4,5'
    assert render(table, {}, rows=[1], columns=[2, 0, 5]) == b'"3",1,\n'
    assert render(table, {(2, 0): ""}, rows=[2]) == b",5"
    quoted = read(tmp_path, '"a","b"\n"1",\n')
    assert render(quoted, {(1, 1): "x"}) == b'"a","b"\n"1","x"\n'


@pytest.mark.parametrize(
    ("content", "encoding", "bom"),
    [
        ("a,\u00e9\n".encode("utf-16-le"), "utf-16-le", b""), (b"a,\xe9\n", "cp1252", b""), (b"a,b\n", "utf-8", b""),
        (b"\xef\xbb\xbfa,b\n", "utf-8", b"\xef\xbb\xbf"), ("\ufeffa,b\n".encode("utf-16-be"), "utf-16-be", b"\xfe\xff"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, content: bytes, encoding: str, bom: bytes) -> None:
    table = read(tmp_path, content)
    assert (table.encoding, table.bom, bool(table.warnings)) == (encoding, bom, encoding == "cp1252")
    assert table.rows[0].cells[0] == "a"


def test_a_quarter_of_zeros_is_no_utf_16_and_a_third_is(tmp_path: Path) -> None:
    for zeros, said in ((2, "not a text file"), (3, "looks like UTF-16 but is cut off")):
        with pytest.raises(UsageError, match=said):
            read(tmp_path, b"".join([b"a\0"] * zeros + [b"ab"] * (4 - zeros)) + (b"a" if zeros == 3 else b""))


@pytest.mark.parametrize("start", [b"PK\3\4", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheets_own_file_is_no_list(tmp_path: Path, start: bytes) -> None:
    with pytest.raises(UsageError, match="a spreadsheet file, not CSV"):
        read(tmp_path, start + b"x")


def test_a_huge_file_is_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tables._LIMIT == 64 * 2**20
    (tmp_path / "t.csv").touch()
    with (tmp_path / "t.csv").open("r+b") as file:
        file.truncate(tables._LIMIT + 1)
    with pytest.raises(UsageError, match="larger than 64 MB"):
        read_table(tmp_path / "t.csv")
    monkeypatch.setattr(tables, "_LIMIT", 4)
    assert len(read(tmp_path, "a,b\n").rows) == 1
    with pytest.raises(UsageError, match="larger than 0 MB"):
        read(tmp_path, "a,b\n1")
