"""Sakai: submission zips, the Gradebook's CSV, the assignment's own ``grades.csv``.

Source: sakaiproject/sakai, gradebookng ``ImportGradesHelper.java``; the zip's layout as public programs read it.
"""

import html
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, known_as, spoilt
from autograder.lms.names import fold
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Row, Table, column_of, read_table
from autograder.lms.times import read_time
from autograder.model import Space, Student

KIND = "sakai"
OWN_FILES: tuple[str, ...] = ()
UNDER_TITLE = True
FEEDBACK: FeedbackForm | None = FeedbackForm(
    page="Feedback Attachment(s)/feedback.html",
    comment="comments.txt",
    grades="grades.csv",
    upload="Assignments, the assignment, Upload All: tick Feedback attachments",
    upload_grades=", and Grade file for its grades.csv",
)

_FOLDER = re.compile(r"^(?P<name>.*)\((?P<eid>[^()]+)\)$")
_ATTACHMENTS = "Submission attachment(s)"
_FEEDBACK = "Feedback Attachment(s)"
_INSIDE = (_ATTACHMENTS, _FEEDBACK, "timestamp.txt", "comments.txt", "feedbackText.html", "members.txt")
LIST = "grades.csv"
_LATENESS = {"late": True, "on time": False}
_ITEM = re.compile(r"^(?P<title>[^\[]+)(?:\[(?P<points>\d+(?:[.,]\d\d?)?)\])?$")
# "Team Red (0f1e2d3c-…)": Sakai's ids of its own are UUIDs, with a blank before the bracket of a group's
_GROUP = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
# without folders what would be a folder's name is followed by "_"; the name has a comma, the folder's is translated
_FLAT = re.compile(r"^(?P<who>[^/,]*,[^/]*?\([^()]+\))_(?P<folder>[^_]+)(?:_(?P<file>.+))?$")
_MEMBERS = "members.txt"
_LONGEST = 100_000
"""Bytes of it that are read: a group of a thousand."""
_MEMBER = re.compile(r"^(?P<name>.*)\((?P<eid>[^()]+)\)$")
_COMMENT = re.compile(r"^\* (?P<title>.+)$")


def _folder(parts: tuple[str, ...]) -> int | None:
    """Which part of the path names the student: the first, or the one below the assignment's title."""
    for index in range(min(len(parts) - 1, 2)):
        inside = parts[index + 1]
        matched = _FOLDER.match(parts[index])
        if not matched:
            continue
        # the folder of attachments is called otherwise in every language, and every name has a comma or is a group's
        named = "," in matched["name"] or _GROUP.match(matched["eid"])
        translated = len(parts) > index + 2 and named
        if inside in _INSIDE or inside.endswith("_submissionText.html") or translated:
            return index
    return None


def _in_folders(item: Item) -> Item:
    """A file of the download without folders (``Smith, Ann(asmith)_<folder>_hw01.ipynb``) as it would lie in them."""
    flat = _FLAT.match(item.parts[-1])
    if flat is None or len(item.parts) > 2:
        return item
    inside = (flat["folder"], flat["file"]) if flat["file"] else (flat["folder"],)
    return item._replace(parts=(*item.parts[:-1], flat["who"], *inside))


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Sakai's "download all" would give a file this path, in folders or flat."""
    return _folder(parts) == 0 or parts == (LIST,) or (len(parts) == 1 and _FLAT.match(parts[0]) is not None)


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle a student's folder."""
    folders: dict[tuple[str, ...], list[Item]] = {}
    flat: set[tuple[str, ...]] = set()
    for given in items:
        item = _in_folders(given)
        index = _folder(item.parts)
        if item is not given and index is not None:
            flat.add(item.parts[: index + 1])
        if index is not None:
            folders.setdefault(item.parts[: index + 1], []).append(item._replace(parts=item.parts[index + 1 :]))
    listed = _list_of(items)
    found = []
    for folder, inside in folders.items():
        matched = _FOLDER.match(folder[-1])
        if matched is None:
            continue
        attached = _attachments(inside)
        files = [item._replace(parts=item.parts[1:]) for item in inside if item.parts[0] == attached] or [
            item for item in inside if item.parts[0].endswith("_submissionText.html")
        ]
        came = listed.get(fold(matched["eid"]), _Came(None, None))
        found.append(
            Bundle(
                students=_members(inside, matched["eid"])
                or (known_as(matched["name"].strip(" ,"), (_space(folder[-1], matched["eid"]), matched["eid"])),),
                items=tuple(files),
                source=f"{source}: {folder[-1]}",
                # "Upload All" takes folders only
                tag=f"{KIND}:" if folder in flat else f"{KIND}:{'/'.join(folder)}/",
                submitted=_stamp(inside) or came.submitted,
                late=came.late,
            )
        )
    return found


def _space(folder: str, eid: str) -> Space:
    # a student whose eid is not ASCII has a UUID, too, but no blank before it
    return Space.SAKAI_GROUP if _GROUP.match(eid) and folder.endswith(f" ({eid})") else Space.SAKAI_EID


def _members(inside: Sequence[Item], group: str) -> tuple[Student, ...]:
    """Who is in a group, as the file beside its work says: ``Smith, Ann(asmith); Lee, Bo(blee)``; empty for nobody."""
    item = next((item for item in inside if item.parts == (_MEMBERS,) and item.problem is None), None)
    if item is None:
        return ()
    # letters outside of ASCII are references as in HTML
    with item.path.open("rb") as file:
        text = html.unescape(file.read(_LONGEST).decode("utf-8-sig", errors="replace"))
    matches = [_MEMBER.match(part.strip()) for part in text.split("; ")]
    return tuple(
        known_as(one["name"].strip(" ,"), (Space.SAKAI_EID, one["eid"]), (Space.SAKAI_GROUP, group))
        for one in matches
        if one
    )


def _attachments(inside: Sequence[Item]) -> str | None:
    """The folder of what the student handed in, which has another name in every language.

    Beside it may be one of feedback, translated as well: pages and no work of a student's.
    """
    folders = dict.fromkeys(item.parts[0] for item in inside if len(item.parts) > 1)
    if _ATTACHMENTS in folders:
        return _ATTACHMENTS
    works = {item.parts[0] for item in inside if item.parts[-1].lower().endswith((".ipynb", ".py", ".zip"))}
    others = [folder for folder in folders if folder != _FEEDBACK]
    return next((folder for folder in others if folder in works), others[0] if others else None)


def _time(text: str) -> str | None:
    """The moment in a ``timestamp.txt``: to version 11 digits, later ISO 8601; both are UTC."""
    digits = re.fullmatch(r"\s*(\d{14})(?:\d{3})?\s*", text, re.ASCII)
    try:
        read = datetime.strptime(digits[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if digits else read_time(text)
    except ValueError:
        return None
    return None if read is None else read.isoformat()


def _stamp(inside: Sequence[Item]) -> str | None:
    item = next((item for item in inside if item.parts == ("timestamp.txt",) and item.problem is None), None)
    return _time(item.path.read_bytes()[:100].decode("utf-8-sig", errors="replace")) if item else None


class _Came(NamedTuple):
    """When a submission came, as the download's list of grades says."""

    submitted: str | None
    late: bool | None


def _came(row: Row, grade: int) -> _Came:
    # right of the grade stand the time and whether it was late; both headings are translated
    return _Came(_time(row.cell(grade + 1)), _LATENESS.get(fold(row.cell(grade + 2))))


def _list_of(items: Sequence[Item]) -> dict[str, _Came]:
    """Folded eid → what ``grades.csv`` says; empty where the download has none that can be read."""
    found: dict[str, _Came] = {}
    for item in items:
        if item.parts[-1] != LIST or len(item.parts) > 2 or item.problem is not None:
            continue
        try:
            table = read_table(item.path)
        except UsageError:
            # the notebooks are there without it
            continue
        header = _assignment_header(table)
        grade = None if header is None else _grade_column(table, header)
        if header is not None and grade is not None:
            found |= {fold(row.cell(1)): _came(row, grade) for row in table.rows[header + 1 :] if row.cell(1).strip()}
    return found


def _assignment_header(table: Table) -> int | None:
    """Index of the header row of an assignment's ``grades.csv``; its second cell is a word of the program's."""
    if len(table.rows) <= 2:
        return None
    typed = table.rows[0].cell(1).strip().endswith("_GRADE_TYPE") and len(table.rows[2].cells) >= 5
    keyed = column_of(table.rows[2].cells, "Display ID", "Group") == 0
    return 2 if typed or keyed else None


def _grade_column(table: Table, header_row: int) -> int | None:
    header = table.rows[header_row].cells
    named = column_of(header, "grade")
    # in another language: behind two ids and two names
    return named if named is not None else 4 if column_of(header, "Display ID") is None and len(header) > 4 else None


def recognises(table: Table) -> int | None:
    """Index of the header row of a gradebook export, or of the ``grades.csv`` in a submission zip."""
    if _assignment_header(table) is not None:
        return 2
    header = [cell.strip() for cell in table.rows[0].cells]
    items = [cell for cell in header[2:] if (matched := _ITEM.match(cell)) and matched["points"]]
    commented = any((m := _COMMENT.match(cell)) and m["title"] for cell in header[2:])
    return 0 if fold(header[0]) == "student id" or items or commented else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands; the first column is the user id, whatever it is called."""
    found = _assignment(table, header_row) if header_row == 2 else _gradebook(table, header_row)
    return msgspec.structs.replace(found, locked=spoilt(found.students))


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
        # the Gradebook calls the eid "Student ID"; the assignment's list has it beside the Display ID
        ids = (
            [(Space.SAKAI_EID, eid)]
            if alias is None
            else [(Space.SAKAI_DISPLAY, eid), (Space.SAKAI_EID, row.cell(alias))]
        )
        students.append(RosterStudent(student=known_as(name, *ids), row=index, line=row.line))
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
        upload="Gradebook, Import / Export",
        header=header_row,
        students=tuple(_students(table, header_row, 0, (1,), None)),
        columns=tuple(columns),
        identity=(0, 1),
        comments=comments,
        comments_are_html=False,
    )


def _of_groups(table: Table, header_row: int) -> bool:
    """Whether the rows are groups: title, the group's UUID, members."""
    ids = [row.cell(1).strip() for row in table.rows[header_row + 1 :] if not row.blank]
    return bool(ids) and all(_GROUP.match(one) for one in ids) and column_of(table.rows[header_row].cells, "Group") == 0


def _groups(table: Table, header_row: int) -> Layout:
    """The list of a group assignment: one grade a group, which Sakai gives to its members."""
    header = [cell.strip() for cell in table.rows[header_row].cells]
    grade = column_of(header, "grade") or 3
    rows = list(enumerate(table.rows[header_row + 1 :], start=header_row + 1))
    return _of_assignment(
        "grades.csv of a Sakai group assignment",
        header_row,
        (
            msgspec.structs.replace(
                RosterStudent(
                    student=known_as(row.cell(0).strip(), (Space.SAKAI_GROUP, row.cell(1))), row=index, line=row.line
                ),
                **_came(row, grade)._asdict(),
            )
            for index, row in rows
            if not row.blank
        ),
        Column(title=table.rows[0].cell(0).strip() or "grade", header=header[grade], index=grade),
    )


def _of_assignment(form: str, header_row: int, students: Iterable[RosterStudent], column: Column) -> Layout:
    """A ``grades.csv`` as Assignments packs it into its zip: one column of grades."""
    return Layout(
        kind=KIND,
        form=form,
        upload="as grades.csv in the zip that Assignments gave, Upload All with Grade file",
        packed=True,
        header=header_row,
        students=tuple(students),
        columns=(column,),
        sole=True,
        identity=None,
    )


def _assignment(table: Table, header_row: int) -> Layout:
    if _of_groups(table, header_row):
        return _groups(table, header_row)
    header = [cell.strip() for cell in table.rows[header_row].cells]
    grade = _grade_column(table, header_row)
    if grade is None:
        raise UsageError(f"{table.name}: line 3 has no column grade: download the submissions with grades.csv again")
    names = [index for index in (column_of(header, "Last Name"), column_of(header, "First Name")) if index is not None]
    names = names or [2, 3]
    title = table.rows[0].cell(0).strip() or "grade"
    return _of_assignment(
        "grades.csv of a Sakai assignment",
        header_row,
        (
            msgspec.structs.replace(entry, **_came(table.rows[entry.row], grade)._asdict())
            for entry in _students(table, header_row, 0, names, 1)
        ),
        Column(title=title, header=header[grade], index=grade),
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
