"""Recognise a class list by its columns."""

from collections.abc import Callable
from pathlib import Path

from autograder.errors import UsageError
from autograder.lms import canvas
from autograder.lms.roster import Layout, Roster
from autograder.lms.table import Table, read_table

__all__ = ["KINDS", "read_roster"]

# in the order in which they are tried: the most telling columns first
_FORMATS: dict[str, tuple[Callable[[Table], int | None], Callable[[Table, int], Layout]]] = {
    "canvas": (canvas.recognises, canvas.layout),
}
KINDS = (*_FORMATS,)


def read_roster(
    path: str | Path, *, kind: str | None = None, id_column: str | None = None, name_column: str | None = None
) -> Roster:
    """Read a class list.

    Args:
        path: a gradebook or worksheet as the LMS exported it, or any CSV.
        kind: the LMS, where the columns do not tell.

    Raises:
        UsageError: not readable, not recognised, or a row is wrong; the message names file, line and column.
    """
    table = read_table(path)
    for name, (recognises, layout) in _FORMATS.items():
        if kind in (None, name):
            header = recognises(table)
            if header is not None:
                return Roster(table, layout(table, header))
    raise UsageError(f"{table.name}: not recognised")
