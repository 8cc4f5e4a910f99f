"""A small file that says who worked together, where no LMS does.

Either a row a group, its members one a cell, by any id or name that the class list or the submissions have:

    asmith, "Lee, Bo"
    Group 1, 0012, 0013

or, under a heading with a column ``group`` (or ``group_name``, as Canvas exports People → Groups), a row a student.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from autograder.errors import UsageError
from autograder.lms.names import fold
from autograder.lms.table import Row, read_table

__all__ = ["Together", "read_groups"]

_TITLES = ("group", "group_name", "group name", "team", "gruppe")
_IGNORED = ("sections", "canvas_group_id", "group_id")


class Together(NamedTuple):
    """One group."""

    line: int
    """Where it begins in the file."""
    members: tuple[tuple[str, ...], ...]
    """Each by one or several ids or names, of which one is enough."""
    title: str = ""


def read_groups(path: Path) -> tuple[Together, ...]:
    """The groups in a file.

    Raises:
        UsageError: not readable, a group of one, or nothing in it.
    """
    table = read_table(path)
    rows = [row for row in table.rows if not row.blank and not row.cell(0).lstrip().startswith("#")]
    if not rows:
        raise UsageError(f"{path.name}: no group in it: write one a line, its members one a cell")
    header = [fold(cell.lstrip("\ufeff")) for cell in rows[0].cells]
    column = next((header.index(title) for title in _TITLES if title in header), None)
    if column is not None and len(rows) > 1:
        return _by_column(rows, header, column)
    found = []
    for row in rows:
        members = tuple((cell.strip(),) for cell in row.cells if cell.strip())
        if len(members) < 2:
            raise UsageError(f"{path.name}: line {row.line}: a group of one: write all members in one line, one a cell")
        found.append(Together(row.line, members))
    return tuple(found)


def _by_column(rows: list[Row], header: list[str], column: int) -> tuple[Together, ...]:
    groups: dict[str, list[Row]] = {}
    for row in rows[1:]:
        # Canvas lists those who are in no group, too
        if title := row.cell(column).strip():
            groups.setdefault(title, []).append(row)
    ids = [at for at, title in enumerate(header) if at != column and title not in _IGNORED]
    # a login says more than a number, and a name comes last
    order = sorted(ids, key=lambda at: ("name" in header[at] and "user" not in header[at], "login" not in header[at]))
    return tuple(
        Together(members[0].line, tuple(_filled(row.cell(at) for at in order) for row in members), title)
        for title, members in groups.items()
    )


def _filled(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells if cell.strip())
