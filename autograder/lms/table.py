"""A CSV file whose untouched cells come back byte for byte.

The standard library's reader says what a cell holds but not how it was written (which quotes, which line end), and an
LMS's own export must go back as it came. So each cell is kept twice: its text, and the characters it was written with.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.errors import UsageError
from autograder.lms.names import fold

__all__ = ["Row", "Table", "column_of", "quoted", "read_table", "render"]

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LIMIT = 64 * 1024 * 1024
SEPARATORS = (",", ";", "\t")


class Row(NamedTuple):
    """One record."""

    cells: tuple[str, ...]
    """What each cell says."""
    raw: tuple[str, ...]
    """How each cell is written, quotes and all."""
    end: str
    """The line end it was written with; empty for a last line without one."""
    line: int
    """Line in the file where it starts, from 1."""

    def cell(self, index: int) -> str:
        """The cell's text; empty where the row is shorter."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


class Table(NamedTuple):
    """A file as it was found."""

    name: str
    """The file's name, for messages."""
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str
    bom: bytes
    warnings: tuple[str, ...] = ()

    @property
    def newline(self) -> str:
        """The line end of most rows."""
        ends = [row.end for row in self.rows if row.end]
        return max(set(ends), key=ends.count) if ends else "\r\n"

    @property
    def quotes_all(self) -> bool:
        """Whether every cell that holds something is quoted, so that a new one should be too."""
        raw = [cell for row in self.rows for cell in row.raw if cell]
        return bool(raw) and all(cell.startswith('"') for cell in raw)


def _decode(content: bytes, name: str) -> tuple[str, str, bytes, tuple[str, ...]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content[len(bom) :].decode(encoding), encoding, bom, ()
            except UnicodeDecodeError as error:
                raise UsageError(f"{name}: byte {error.start} is not {encoding}: download the file again") from error
    head = content[:2000]
    if head and head[1::2].count(0) > len(head) // 4:
        try:
            return content.decode("utf-16-le"), "utf-16-le", b"", ()
        except UnicodeDecodeError as error:
            raise UsageError(f"{name}: looks like UTF-16 but is cut off: download the file again") from error
    try:
        return content.decode("utf-8"), "utf-8", b"", ()
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8, UTF-16 or Windows-1252 text: export the file again as CSV") from error
    return text, "cp1252", b"", (f"{name} is not UTF-8; read as Windows-1252 (did a spreadsheet save it?)",)


def _records(text: str, delimiter: str, name: str) -> list[Row]:
    """Cells and how they are written, by the rules of RFC 4180 as :mod:`csv` reads them."""
    field = re.compile(rf'"(?:[^"]|"")*"|[^{re.escape(delimiter)}\r\n]*')
    rows: list[Row] = []
    raw: list[str] = []
    at, line, start = 0, 1, 1
    while at < len(text):
        matched = field.match(text, at)
        written = matched[0] if matched else ""
        at += len(written)
        if written.startswith('"'):
            if _odd(written):
                raise UsageError(f"{name}: line {line}: a quote is opened and not closed: export the file again")
            # csv takes what follows a closing quote as part of the cell
            while at < len(text) and text[at] not in f"{delimiter}\r\n":
                written += text[at]
                at += 1
        raw.append(written)
        line += len(re.findall(r"\r\n|\r|\n", written))
        if text.startswith(delimiter, at):
            at += len(delimiter)
            if at < len(text):
                continue
            raw.append("")
        end = "\r\n" if text.startswith("\r\n", at) else text[at : at + 1]
        at += len(end)
        rows.append(Row(tuple(_value(cell) for cell in raw), tuple(raw), end, start))
        raw = []
        line += 1 if end else 0
        start = line
    return rows


def _odd(written: str) -> bool:
    return written.count('"') % 2 == 1


def _value(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    close = len(raw) - 1
    while raw[close] != '"':
        close -= 1
    return raw[1:close].replace('""', '"') + raw[close + 1 :]


def _delimiter(text: str) -> str:
    """The separator that splits the header into most cells, and the other records into as many.

    What stands in quotes counts for none, and neither does what only later records hold: a comment may have more
    semicolons than the header has columns (``…,"autograder: 3 of 4; q1 1 of 2; q2 …"``).
    """
    counts = _separators(text)

    def fit(header: tuple[int, ...], at: int) -> tuple[float, float]:
        even = sum(record[at] == header[at] for record in counts) / len(counts)
        return header[at] * even, even

    first = next((record for record in counts if any(record)), None)
    if first is None:
        return SEPARATORS[0]
    best = max(range(len(SEPARATORS)), key=lambda at: fit(first, at))
    if fit(first, best)[1] < 0.5:
        # a title stands above the header
        best = max(range(len(SEPARATORS)), key=lambda at: max(fit(record, at) for record in counts[:4]))
    return SEPARATORS[best]


def _separators(text: str, limit: int = 12) -> list[tuple[int, ...]]:
    """How often each separator stands outside quotes, for each of the first records that are not blank.

    A quote opens at the start of a cell whatever the separator is, so that no separator has to be guessed first; inside
    of a cell it is a letter like any other.
    """
    piece = re.compile(r'"(?:[^"]|"")*(?:"|$)|(?P<mark>[,;\t])|(?P<end>\r\n|\r|\n)|[^,;\t\r\n]+')
    found: list[tuple[int, ...]] = []
    record = dict.fromkeys(SEPARATORS, 0)
    blank = True
    for matched in piece.finditer(text):
        if len(found) == limit:
            return found
        blank = blank and not matched[0].strip(' \t,;\r\n"')
        if matched["end"]:
            if not blank:
                found.append(tuple(record.values()))
            record, blank = dict.fromkeys(SEPARATORS, 0), True
        elif matched["mark"]:
            record[matched["mark"]] += 1
    if not blank:
        found.append(tuple(record.values()))
    return found


def read_table(path: str | Path, *, delimiter: str | None = None) -> Table:
    """Read a CSV file: separator, encoding and line ends are found out.

    Args:
        path: the file.
        delimiter: the separator, where it is known.

    Raises:
        UsageError: the file cannot be read, is empty or is not text.
    """
    name = Path(path).name
    try:
        if Path(path).stat().st_size > _LIMIT:
            raise UsageError(f"{name}: larger than {_LIMIT // 2**20} MB, so this is no roster: check the path")
        content = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}): check the path") from error
    if content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        raise UsageError(f"{name}: a spreadsheet file, not CSV: export or save it as CSV (UTF-8)")
    text, encoding, bom, warnings = _decode(content, name)
    if not text.strip():
        raise UsageError(f"{name}: the file is empty: export it again")
    if "\x00" in text:
        raise UsageError(f"{name}: not a text file: export it again as CSV")
    delimiter = delimiter or _delimiter(text)
    rows = _records(text, delimiter, name)
    return Table(name, tuple(rows), delimiter, encoding, bom, warnings)


def quoted(text: str, delimiter: str, *, always: bool = False) -> str:
    r"""A cell as it is written: in quotes where it must be, or always.

    >>> quoted("Smith, Ann", ","), quoted("9.5", ",", always=True), quoted("two\nlines", ",")
    ('"Smith, Ann"', '"9.5"', '"two\nlines"')
    """
    out = io.StringIO()
    end = "\r\n"  # csv quotes a line end only where it is one of these
    csv.writer(
        out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if always else csv.QUOTE_MINIMAL
    ).writerow([text])
    written = out.getvalue().removesuffix(end)
    return "" if written == '""' and not always else written


def render(
    table: Table,
    changes: Mapping[tuple[int, int], str],
    *,
    rows: Iterable[int] | None = None,
    columns: Sequence[int] | None = None,
    bom: bool = True,
) -> bytes:
    """The file again, with some cells changed.

    Args:
        changes: (row, column) → new text; a column past the end of the row is added.
        rows: indexes of the rows to write, in order; None writes all.
        columns: indexes of the columns to write, in order; None writes all.
        bom: keep the byte-order mark, where there was one; without it the file is UTF-8, whatever a spreadsheet made
            of it. Windows-1252, which no LMS writes and which has no sign for "−10%", becomes UTF-8 in any case.
    """
    wanted = list(range(len(table.rows)) if rows is None else rows)
    everything = table.quotes_all
    by_row: dict[int, dict[int, str]] = {}
    for (number, column), text in changes.items():
        by_row.setdefault(number, {})[column] = text
    lines = []
    for number in wanted:
        row = table.rows[number]
        raw = list(row.raw)
        for column, text in by_row.get(number, {}).items():
            raw += [""] * (column + 1 - len(raw))
            raw[column] = quoted(text, table.delimiter, always=everything or raw[column].startswith('"'))
        if columns is not None:
            raw = [raw[column] if column < len(raw) else "" for column in columns]
        # a last line without an end keeps it only while it stays the last
        end = row.end or ("" if number == wanted[-1] else table.newline)
        lines.append(table.delimiter.join(raw) + end)
    mark, encoding = table.bom if bom else b"", table.encoding
    if encoding == "cp1252" or not bom:
        mark, encoding = mark or (codecs.BOM_UTF8 if bom else b""), "utf-8"
    return mark + "".join(lines).encode(encoding)


def column_of(header: Sequence[str], *names: str) -> int | None:
    """Index of the first of these headers (compared without case), or None."""
    folded = [fold(cell.lstrip("\ufeff")) for cell in header]
    return next((folded.index(fold(name)) for name in names if fold(name) in folded), None)
