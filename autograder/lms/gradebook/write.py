"""Grades into the file that the LMS takes: the roster it came from, with one column filled."""

import html
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from autograder.cells import is_formula
from autograder.errors import UsageError
from autograder.lms.formats import FORMATS
from autograder.lms.names import fold, same_title
from autograder.lms.numbers import decimal_in, decimal_mark, number_text, rounded
from autograder.lms.people import Roster
from autograder.lms.records import OURS, Change, Column, ColumnRule, Grade, Left, RosterStudent, Written
from autograder.lms.table import render

__all__ = ["choose_column", "write_grades"]

_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"\r\n|\r|\n|<br\s*/?>|</p>", re.IGNORECASE)


def choose_column(roster: Roster, column: str | None, assignment: str | None) -> Column | None:
    """The column for the grades: by id or exact title, else by the assignment's name.

    Returns:
        None when no column fits and the format lets a new one be added.

    Raises:
        UsageError: no column or several fit; the message lists the candidates.
    """
    columns = roster.columns
    if roster.layout.sole and columns:
        return columns[0]
    if column is not None:
        wanted = column.strip()
        found = [c for c in columns if wanted in (c.id, c.header.strip())] or [
            c for c in columns if fold(wanted) in (fold(c.title), fold(c.header))
        ]
    elif assignment is not None:
        found = [c for c in columns if fold(c.title) == fold(assignment)] or [
            c for c in columns if same_title(c.title, assignment)
        ]
    else:
        found = list(columns) if len(columns) == 1 else []
    if len(found) == 1:
        return found[0]
    if not found and roster.layout.append is not None and (column or assignment):
        return None
    asked = column if column is not None else assignment
    if len(found) > 1:
        raise UsageError(
            f"{roster.name}: several columns fit {asked!r}: {_listed(found)}. Name one by its id or its whole heading: "
            "--column"
        )
    raise UsageError(
        f"{roster.name}: no column for {asked!r}. Columns: {_listed(columns)}. Name one with --column TITLE, or create "
        "the assignment in the LMS and export the file again"
    )


def _listed(columns: Sequence[Column]) -> str:
    """Columns for people to choose from: by title and id, or by the whole heading where there is no id."""
    shown = (f"{c.title!r} (id {c.id})" if c.id else repr(c.header) for c in columns)
    return "; ".join(shown) or "none"


def write_grades(
    roster: Roster,
    grades: Mapping[str, Grade],
    *,
    out: str | Path | None,
    rule: ColumnRule | None = None,
    assignment: str | None = None,
    possible: Decimal | float | None = None,
    places: int = 2,
) -> Written:
    """Write the file that the roster's LMS imports without an edit.

    Args:
        roster: the class list; its file is the form that is filled in.
        grades: the roster's student id → grade. A student who is not in it has submitted nothing.
        out: the file to write; None for a dry run.
        rule: which column, and how it is filled; None for the one of the assignment's name, as the scores are.
        assignment: the assignment's name, to find the column where the rule names none.
        possible: points possible of the assignment.
        places: decimal places.

    Raises:
        UsageError: the column cannot be told, an id is not on the roster, or the file cannot be written.
    """
    rule = rule or ColumnRule()
    if rule.missing not in ("blank", "zero"):
        raise UsageError(f"missing={rule.missing!r}: say blank or zero")
    layout, table = roster.layout, roster.table
    known = {entry.student.id for entry in roster.students}
    if strangers := [student for student in grades if student not in known]:
        raise UsageError(f"{roster.name} has no student {strangers[0]!r}: match the submissions with the roster first")
    chosen = choose_column(roster, rule.column, assignment)
    added = chosen is None
    if chosen is None:
        title = rule.column or assignment or ""
        header = (layout.append or "{title}").format(title=title, possible=number_text(rounded(possible or 0)))
        chosen = Column(title=title, header=header, index=len(table.rows[layout.header].cells))
    work = _Filling(roster, chosen, possible, rule.scale, places)
    for entry in roster.students:
        work.fill(entry, grades.get(entry.student.id), zero=rule.missing == "zero")
    content = work.render(added)
    if out is not None:
        try:
            Path(out).parent.mkdir(parents=True, exist_ok=True)
            Path(out).write_bytes(content)
        except OSError as error:
            raise UsageError(f"{out}: cannot be written ({error.strerror}): choose another folder with -o") from error
    return Written(
        lms=roster.kind,
        path=None if out is None else str(out),
        column=chosen.header,
        upload=layout.upload,
        packed=layout.packed,
        changes=tuple(work.changes),
        left=tuple(work.left),
        withheld=tuple(work.withheld),
        warnings=(*work.warnings, *work.comments(), *work.formulas()),
    )


class _Filling:
    """The cells that change, and what there is to say about it."""

    def __init__(
        self, roster: Roster, column: Column, possible: Decimal | float | None, scale: bool, places: int
    ) -> None:
        self.roster = roster
        self.column = column
        self.places = places
        self.cells: dict[tuple[int, int], str] = {}
        self.rows: list[int] = []
        self.commented = False
        self.kept = 0
        """Comments that a person wrote and that stay."""
        self.changes: list[Change] = []
        self.left: list[Left] = []
        self.withheld: list[Left] = []
        self.warnings: list[str] = FORMATS[roster.kind].warn(column) if roster.kind in FORMATS else []
        self.mark = roster.layout.decimal_mark or decimal_mark(
            roster.table, (column, *roster.columns), roster.layout.header + 1
        )
        self.factor = self._factor(possible, scale)

    def _factor(self, possible: Decimal | float | None, scale: bool) -> Decimal:
        maximum = self.column.possible
        points = None if possible is None else rounded(possible, 6)
        if scale and (not maximum or not points):
            raise UsageError(
                f"{self.roster.name}: cannot scale to the column {self.column.title!r}: its maximum or the "
                "assignment's points are not known"
            )
        if not maximum or not points or maximum == points:
            return Decimal(1)
        if scale:
            return maximum / points
        self.warnings.append(
            f"{self.roster.name}: the column {self.column.title!r} is out of {number_text(maximum)}, the assignment "
            f"out of {number_text(points)}: scores are written as they are; --scale rescales them"
        )
        return Decimal(1)

    def fill(self, entry: RosterStudent, grade: Grade | None, *, zero: bool) -> None:
        layout = self.roster.layout
        old = self.roster.table.rows[entry.row].cell(self.column.index).strip()
        held = fold(old)
        if grade is not None and grade.excused:
            if layout.excused is None:
                return self.withhold(entry, "excused; this format has no word for it: excuse the student in the LMS")
            new = layout.excused
        elif held in layout.settled:
            kept = f"the LMS has {old!r} here: kept"
            return self.withhold(entry, kept) if grade and grade.score is not None else self.leave(entry, kept)
        elif grade is None:
            if not zero:
                return self.leave(entry, "no submission")
            if held not in ("", "-"):
                return self.leave(entry, f"no submission, but the LMS has {old!r} here: kept")
            new = "0"
        elif grade.score is None:
            return self.leave(entry, grade.reason or "not graded")
        else:
            value = rounded(grade.score * self.factor, self.places)
            if not self.fits(entry, value):
                return None
            new = number_text(value, self.mark)
        if entry.row in layout.locked:
            return self.withhold(entry, layout.locked[entry.row])
        self.put(entry, old, new, grade.comment if grade else "")
        return None

    def fits(self, entry: RosterStudent, value: Decimal) -> bool:
        maximum = self.column.possible
        name = entry.student.name or entry.student.id
        if maximum is not None and value > maximum:
            shown = f"{number_text(value)} is above the column's maximum {number_text(maximum)}"
            if self.roster.layout.strict_maximum:
                self.withhold(entry, f"{shown}, which the LMS does not take: use --scale, or raise the maximum there")
                return False
            self.warnings.append(f"{name}: {shown}")
        return True

    def leave(self, entry: RosterStudent, why: str) -> None:
        self.left.append(Left(student=entry.student, why=why))

    def withhold(self, entry: RosterStudent, why: str) -> None:
        """Leave a cell although there is a grade for it: said with the warnings, too."""
        self.leave(entry, why)
        self.withheld.append(self.left[-1])
        self.warnings.append(f"{entry.student.name or entry.student.id}: not written: {why}")

    def put(self, entry: RosterStudent, old: str, new: str, comment: str) -> None:
        # the same number in other writing is no change: the LMS's own cell stays
        if decimal_in(old) is not None and decimal_in(old) == decimal_in(new):
            new = old
        else:
            self.cells[entry.row, self.column.index] = new
        self.rows.append(entry.row)
        self.changes.append(Change(student=entry.student, column=self.column.header, old=old, new=new))
        beside = self.roster.layout.comments.get(self.column.index)
        if comment and beside is not None:
            said = self.roster.table.rows[entry.row].cell(beside).strip()
            ours = comment_cell(comment, as_html=self.roster.layout.comments_are_html)
            added = "" if said == ours.strip() else added_to(said)
            if said and added is None:
                self.kept += 1
                return
            if added:
                ours += ("<br>" if self.roster.layout.comments_are_html else "\n") + added
            self.commented = True
            self.cells[entry.row, beside] = ours
            if self.roster.layout.comment_format:
                index, style = self.roster.layout.comment_format
                self.cells[entry.row, index] = style

    def render(self, added: bool) -> bytes:
        layout, table = self.roster.layout, self.roster.table
        cells = dict(self.cells)
        if added:
            cells[layout.header, self.column.index] = self.column.header
            cells = {(entry.row, self.column.index): "" for entry in self.roster.students} | cells
        width = len(table.rows[layout.header].cells) + added
        columns: list[int] | None = None
        if layout.identity is not None:
            columns = [*layout.identity, self.column.index]
            if self.commented:
                columns.append(layout.comments[self.column.index])
                columns += [layout.comment_format[0]] if layout.comment_format else []
            columns += layout.after
            if layout.tail:
                columns.append(width)
        rows: list[int] | None = None
        if layout.only_graded:
            rows = [*range(layout.header + 1), *layout.keep, *self.rows]
        if layout.tail:
            cells |= {(row, width): layout.tail[1] for row in self.rows}
            cells[layout.header, width] = layout.tail[0]
        return render(table, cells, rows=rows, columns=columns, bom=layout.bom)

    def comments(self) -> list[str]:
        if not self.kept:
            return []
        students = f"{self.kept} student{' has' if self.kept == 1 else 's have'}"
        return [f"{self.roster.name}: {students} a comment that somebody wrote: kept, ours not added"]

    def formulas(self) -> list[str]:
        layout, table = self.roster.layout, self.roster.table
        lines = [
            str(table.rows[row].line)
            for row in (self.rows if layout.only_graded else [entry.row for entry in self.roster.students])
            if any(
                is_formula(table.rows[row].cell(index))
                for index in (range(len(table.rows[row].cells)) if layout.identity is None else layout.identity)
                if index != self.column.index
            )
        ]
        if not lines:
            return []
        return [
            f"{self.roster.name}: a spreadsheet would run a cell of line {', '.join(lines[:5])} as a formula; it is "
            "left as the LMS wrote it, so upload the file without opening it in a spreadsheet"
        ]


def added_to(said: str) -> str | None:
    """What a person wrote below a comment of ours, which is one line; None where the comment is not ours.

    >>> added_to("autograder: 3 of 4 points"), added_to("<p>autograder: 3 of 4</p><p>see me</p>"), added_to("see me")
    ('', '<p>see me</p>', None)
    """
    if not said:
        return ""
    plain = html.unescape(_TAG.sub("", said)).lstrip()
    if not plain.startswith(OURS):
        return None
    # a line of ours that an LMS broke goes on: its parts are separated by semicolons
    breaks = (one for one in _BREAK.finditer(said, said.index(OURS)) if not said[: one.start()].rstrip().endswith(";"))
    first = next(breaks, None)
    rest = "" if first is None else said[first.end() :].strip()
    return rest if _TAG.sub("", rest).strip() else ""


def comment_cell(text: str, *, as_html: bool) -> str:
    """A comment as the LMS takes it: no control characters, escaped where it is HTML, never a formula.

    >>> comment_cell("=1 < 2", as_html=True)
    ' =1 &lt; 2'
    """
    clean = "".join(c for c in text if c in "\n\t" or c.isprintable())
    if as_html:
        # PHP's reader takes a backslash before the closing quote for part of the cell, and the rest of the file with it
        clean = html.escape(clean, quote=False).replace("\n", "<br>").replace("\\", "&#92;")
    # a blank keeps importers from trimming it away as they would a quote mark, and is no formula start for them
    return f" {clean}" if clean[:1] in "=+-@\t" else clean
