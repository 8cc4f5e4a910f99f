"""A class list from its file."""

from pathlib import Path

from autograder.errors import UsageError
from autograder.lms.formats import KINDS, layout_of
from autograder.lms.people.roster import Roster
from autograder.lms.table import read_table

__all__ = ["read_roster"]


def read_roster(
    path: str | Path, *, kind: str | None = None, id_column: str | None = None, name_column: str | None = None
) -> Roster:
    """Read a class list.

    Args:
        path: a gradebook or worksheet as the LMS exported it, or any CSV.
        kind: the LMS, where the columns do not tell.
        id_column: the column that holds the ids of a file that is no LMS's export.
        name_column: its column of names.

    Raises:
        UsageError: not readable, not recognised, or a row is wrong; the message names file, line and column.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"unknown LMS {kind!r}: one of {', '.join(KINDS)}")
    try:
        table = read_table(path)
        return Roster(table, layout_of(table, kind, id_column, name_column))
    except UsageError as error:
        # a cell that goes over two lines may be part of the message
        raise UsageError(" ".join(str(error).split())) from error
