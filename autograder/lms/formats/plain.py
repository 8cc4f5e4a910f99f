"""Any CSV with a column of ids: filled as it is, or given a new last column."""

from autograder.errors import UsageError
from autograder.lms.formats.contract import known_as
from autograder.lms.formats.staff import left_out, staff_rows
from autograder.lms.records import Column, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.model import Space

KIND = "plain"


def layout(table: Table, id_column: str, name_column: str | None = None) -> Layout:
    """Where everything stands.

    Args:
        table: the file; its first row that is not blank has the columns' names.
        id_column: name of the column that holds the ids.
        name_column: name of the column that holds names; None where there is none.

    Raises:
        UsageError: there is no such column, or a row has no id.
    """
    header_row = next((number for number, row in enumerate(table.rows) if not row.blank), 0)
    header = [cell.strip() for cell in table.rows[header_row].cells]
    listed = ", ".join(repr(cell) for cell in header if cell)
    key = column_of(header, id_column)
    if key is None:
        raise UsageError(f"{table.name}: no column {id_column!r}. Columns: {listed}. Name one with --id-column")
    name = None
    if name_column is not None:
        name = column_of(header, name_column)
        if name is None:
            raise UsageError(f"{table.name}: no column {name_column!r}. Columns: {listed}. Name one with --name-column")
    students = []
    staff = staff_rows(table, header_row)
    for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        if row.blank or index in staff:
            continue
        if not row.cell(key).strip():
            raise UsageError(
                f"{table.name}: line {row.line}, column {header[key]} is empty: fill in the id or remove the row"
            )
        students.append(
            RosterStudent(
                student=known_as(row.cell(name).strip() if name is not None else "", (Space.LIST, row.cell(key))),
                row=index,
                line=row.line,
            )
        )
    return Layout(
        kind=KIND,
        form="class list",
        header=header_row,
        students=tuple(students),
        columns=tuple(
            Column(title=cell, header=cell, index=index)
            for index, cell in enumerate(header)
            if cell and index not in (key, name)
        ),
        identity=None,
        only_graded=False,
        bom=True,
        append="{title}",
        warnings=left_out(table, staff),
    )
