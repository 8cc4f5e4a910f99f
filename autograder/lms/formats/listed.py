"""The formats that are known, and which of them a class list is."""

from autograder.errors import UsageError
from autograder.lms.formats import blackboard, brightspace, canvas, gradescope, moodle, plain, sakai
from autograder.lms.formats.contract import Format
from autograder.lms.records import Layout
from autograder.lms.table import Table

__all__ = ["FORMATS", "KINDS", "layout_of"]

# a type of its own for the list, because a mixture of modules is any module, which nothing is checked against
_ALL: tuple[Format, ...] = (canvas, blackboard, brightspace, gradescope, moodle, sakai)
FORMATS: dict[str, Format] = {one.KIND: one for one in _ALL}
"""By name. Of a class list the first that recognises it counts, so the most telling columns come first; of a download's
file names the later of two that claim equally many, because Canvas's are the least telling."""
KINDS = (*FORMATS, plain.KIND)
"""The names that ``--lms`` takes."""


def layout_of(table: Table, kind: str | None, id_column: str | None, name_column: str | None) -> Layout:
    """Where everything stands in a class list.

    Args:
        table: the file.
        kind: the LMS, where the columns do not tell.
        id_column: the column that holds the ids of a file that is no LMS's export.
        name_column: its column of names.

    Raises:
        UsageError: not recognised, or a row is wrong.
    """
    if id_column is not None:
        return plain.layout(table, id_column, name_column)
    for name, known in FORMATS.items():
        if kind in (None, name):
            header = known.recognises(table)
            if header is not None:
                return known.layout(table, header)
    listed = ", ".join(repr(cell) for cell in table.rows[0].cells[:12])
    what = f"a {kind.capitalize()} export" if kind and kind != plain.KIND else "the export of an LMS that is known here"
    raise UsageError(
        f"{table.name}: not {what}. Columns: {listed}. Export it again, or name the column of ids: --id-column NAME"
    )
