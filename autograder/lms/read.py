"""Recognise a class list by its columns."""

from collections.abc import Callable
from pathlib import Path

from autograder.errors import UsageError
from autograder.lms import blackboard, brightspace, canvas, gradescope, moodle, plain, sakai
from autograder.lms.roster import Layout, Roster
from autograder.lms.table import Table, read_table

__all__ = ["KINDS", "read_roster"]

# in the order in which they are tried: the most telling columns first
_FORMATS: dict[str, tuple[Callable[[Table], int | None], Callable[[Table, int], Layout]]] = {
    "canvas": (canvas.recognises, canvas.layout),
    "blackboard": (blackboard.recognises, blackboard.layout),
    "brightspace": (brightspace.recognises, brightspace.layout),
    "gradescope": (gradescope.recognises, gradescope.layout),
    "moodle": (moodle.recognises, moodle.layout),
    "sakai": (sakai.recognises, sakai.layout),
}
KINDS = (*_FORMATS, plain.KIND)
"""The names that ``--lms`` takes."""


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
        return _recognised(read_table(path), kind, id_column, name_column)
    except UsageError as error:
        # a cell that goes over two lines may be part of the message
        raise UsageError(" ".join(str(error).split())) from error


def _recognised(table: Table, kind: str | None, id_column: str | None, name_column: str | None) -> Roster:
    if id_column is not None:
        return Roster(table, plain.layout(table, id_column, name_column))
    for name, (recognises, layout) in _FORMATS.items():
        if kind in (None, name):
            header = recognises(table)
            if header is not None:
                return Roster(table, layout(table, header))
    listed = ", ".join(repr(cell) for cell in table.rows[0].cells[:12])
    what = f"a {kind.capitalize()} export" if kind and kind != plain.KIND else "the export of an LMS that is known here"
    raise UsageError(
        f"{table.name}: not {what}. Columns: {listed}. Export it again, or name the column of ids: --id-column NAME"
    )
