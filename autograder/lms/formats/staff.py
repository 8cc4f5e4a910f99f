"""Staff on a class list, who are no students."""

from autograder.lms.names import fold
from autograder.lms.table import Table, column_of

__all__ = ["left_out", "staff_rows"]

_ROLES = frozenset(
    {
        "instructor", "ta", "head ta", "teaching assistant", "teacher", "non-editing teacher", "reader", "grader",
        "tutor", "lecturer", "professor", "observer", "designer", "staff", "assistant",
    }
)  # fmt: skip


def staff_rows(table: Table, header_row: int) -> frozenset[int]:
    """Indexes of the rows that a column of roles says are staff's; a role that is not known here is a student's."""
    role = column_of(table.rows[header_row].cells, "Role", "Course role", "Rolle")
    if role is None:
        return frozenset()
    rows = enumerate(table.rows[header_row + 1 :], start=header_row + 1)
    return frozenset(number for number, row in rows if fold(row.cell(role)) in _ROLES)


def left_out(table: Table, staff: frozenset[int]) -> tuple[str, ...]:
    """What to say about them."""
    return (f"{table.name}: {len(staff)} with the role of staff left out: they are no students",) if staff else ()
