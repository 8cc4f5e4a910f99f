"""Sakai: submission zips, the Gradebook's CSV, the assignment's own ``grades.csv``.

Source: sakaiproject/sakai, gradebookng ``ImportGradesHelper.java``; the zip's layout as public programs read it.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm
from autograder.lms.names import fold
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.model import Student

KIND = "sakai"
OWN_FILES: tuple[str, ...] = ()
FEEDBACK = FeedbackForm(page="Feedback Attachment(s)/feedback.html", comment="comments.txt", grades="grades.csv")

_FOLDER = re.compile(r"^(?P<name>.*)\((?P<eid>[^()]+)\)$")
_ATTACHMENTS = "Submission attachment(s)"
_INSIDE = (_ATTACHMENTS, "Feedback Attachment(s)", "timestamp.txt", "comments.txt", "feedbackText.html")
_ITEM = re.compile(r"^(?P<title>[^\[]+)(?:\[(?P<points>\d+(?:[.,]\d\d?)?)\])?$")
_COMMENT = re.compile(r"^\* (?P<title>.+)$")


def _folder(parts: tuple[str, ...]) -> int | None:
    """Which part of the path names the student."""
    for index in range(min(len(parts) - 1, 3)):
        inside = parts[index + 1]
        if _FOLDER.match(parts[index]) and (inside in _INSIDE or inside.endswith("_submissionText.html")):
            return index
    return None


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Sakai's "download all" would give a file this path."""
    return _folder(parts) is not None or (len(parts) <= 2 and parts[-1] == "grades.csv")


def bundles(items: Sequence[Item], source: str, usernames: Collection[str] = ()) -> list[Bundle]:
    """One bundle a student's folder."""
    folders: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        index = _folder(item.parts)
        if index is not None:
            folders.setdefault(item.parts[: index + 1], []).append(item._replace(parts=item.parts[index + 1 :]))
    found = []
    for folder, inside in folders.items():
        matched = _FOLDER.match(folder[-1])
        if matched is None:
            continue
        files = [
            item._replace(parts=item.parts[1:])
            for item in inside
            if item.parts[0] == _ATTACHMENTS and len(item.parts) > 1
        ] or [item for item in inside if item.parts[0].endswith("_submissionText.html")]
        stamp = next((item for item in inside if item.parts == ("timestamp.txt",) and item.problem is None), None)
        found.append(
            Bundle(
                students=(Student(id=matched["eid"].strip(), name=matched["name"].strip(" ,")),),
                items=tuple(files),
                source=f"{source}: {folder[-1]}",
                tag=f"{KIND}:{'/'.join(folder)}/",
                submitted=_time(stamp) if stamp else None,
            )
        )
    return found


def _time(item: Item) -> str | None:
    digits = item.path.read_bytes()[:40].decode("ascii", errors="replace").strip()
    if not re.fullmatch(r"\d{14}(\d{3})?", digits):
        return None
    try:
        return datetime.strptime(digits[:14], "%Y%m%d%H%M%S").isoformat()
    except ValueError:
        return None


def recognises(table: Table) -> int | None:
    """Index of the header row of a gradebook export, or of the ``grades.csv`` in a submission zip."""
    if len(table.rows) > 2 and column_of(table.rows[2].cells, "Display ID") == 0:
        return 2
    header = [cell.strip() for cell in table.rows[0].cells]
    items = [cell for cell in header[2:] if (matched := _ITEM.match(cell)) and matched["points"]]
    commented = any((m := _COMMENT.match(cell)) and m["title"] for cell in header[2:])
    return 0 if fold(header[0]) == "student id" or items or commented else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands; the first column is the user id, whatever it is called."""
    return _assignment(table, header_row) if header_row == 2 else _gradebook(table, header_row)


def _students(table: Table, header_row: int, key: int, names: Sequence[int], alias: int | None) -> list[RosterStudent]:
    students = []
    for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        if row.blank:
            continue
        eid = row.cell(key).strip()
        if not eid:
            column = table.rows[header_row].cell(key)
            raise UsageError(f"{table.name}: line {row.line}, column {column} is empty: export the gradebook again")
        name = ", ".join(row.cell(i).strip() for i in names)
        aliases = () if alias is None else (row.cell(alias).strip(),)
        students.append(RosterStudent(student=Student(id=eid, name=name), row=index, line=row.line, aliases=aliases))
    return students


def _gradebook(table: Table, header_row: int) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    columns, comments, seen = [], {}, {}
    for index, cell in enumerate(header):
        if index < 2 or cell.startswith("#"):
            continue
        if fold(cell) in seen:
            raise UsageError(f"{table.name}: the heading {cell!r} is there twice, which Sakai refuses: export it again")
        seen[fold(cell)] = index
        if matched := _ITEM.match(cell):
            if cell.startswith("* "):
                continue
            possible = decimal_in(matched["points"]) if matched["points"] else None
            columns.append(Column(title=matched["title"].strip(), header=cell, index=index, possible=possible))
    titles = {fold(column.title): column.index for column in columns}
    for index, cell in enumerate(header):
        if (matched := _COMMENT.match(cell)) and fold(matched["title"]) in titles:
            comments[titles[fold(matched["title"])]] = index
    return Layout(
        kind=KIND,
        form="Sakai gradebook export",
        header=header_row,
        students=tuple(_students(table, header_row, 0, (1,), None)),
        columns=tuple(columns),
        identity=(0, 1),
        comments=comments,
        comments_are_html=False,
    )


def _assignment(table: Table, header_row: int) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    grade = column_of(header, "grade")
    if grade is None:
        raise UsageError(f"{table.name}: line 3 has no column grade: download the submissions with grades.csv again")
    names = [index for index in (column_of(header, "Last Name"), column_of(header, "First Name")) if index is not None]
    title = table.rows[0].cell(0).strip() or "grade"
    return Layout(
        kind=KIND,
        form="grades.csv of a Sakai assignment",
        header=header_row,
        students=tuple(_students(table, header_row, 0, names, column_of(header, "ID"))),
        columns=(Column(title=title, header=header[grade], index=grade),),
        sole=True,
        identity=None,
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
