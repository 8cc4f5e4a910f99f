"""Gradescope: submission exports, the assignment's and the course's CSV.

Source: files as public programs read them. Gradescope takes programming grades from ``results.json`` only: no CSV
import was found, so what is written here is a filled copy of the export.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from autograder.lms.formats.contract import FeedbackForm, known_as
from autograder.lms.formats.staff import left_out, staff_rows
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.model import Space, Student
from autograder.untrusted import guarded

KIND = "gradescope"
METADATA = "submission_metadata.yml"
OWN_FILES: tuple[str, ...] = (METADATA,)
UNDER_TITLE = False
FEEDBACK: FeedbackForm | None = None

_FOLDER = re.compile(r"^submission_(?P<id>\d+)$")
_LARGEST = 32 * 2**20
_DEEPEST = 50
_LONGEST = 300
"""Characters of a name or id; no person has more."""


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Gradescope's "export submissions" would give a file this path."""
    return parts == (METADATA,) or (len(parts) > 1 and _FOLDER.match(parts[0]) is not None)


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle a submission, with all its submitters: group work is one submission of several students."""
    folders: dict[str, list[Item]] = {}
    metadata: dict[str, Any] = {}
    for item in items:
        if item.parts == (METADATA,):
            metadata = _metadata(item)
        else:
            folders.setdefault(item.parts[0], []).append(item._replace(parts=item.parts[1:]))
    found = []
    for folder, inside in folders.items():
        known = metadata.get(folder)
        known = known if isinstance(known, dict) else {}
        students = tuple(filter(None, map(_student, _list(known.get(":submitters")))))
        found.append(
            Bundle(
                students=students or (known_as("", (Space.GRADESCOPE_SUBMISSION, folder)),),
                items=tuple(inside),
                source=f"{source}: {folder}",
                tag=f"{KIND}:{folder}",
                submitted=_time(known.get(":created_at")),
                order=(int(folder.partition("_")[2]),),
                notes=() if students else (f"{METADATA} does not say whose {folder} is",),
            )
        )
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _metadata(item: Item) -> dict[str, Any]:
    if item.problem is not None or item.path.stat().st_size > _LARGEST:
        return {}
    content = item.path.read_bytes()
    return guarded(lambda: _loaded(content), of=content, longest=_LARGEST, otherwise=lambda why: {})


def _loaded(content: bytes) -> dict[str, Any]:
    import yaml  # whoever grades for another LMS waits for none

    # a base loader makes every scalar text: the id 0123 would be the number 83
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    # events come from a loop, objects from recursion in C: 100,000 brackets would end the process
    depth = 0
    for event in yaml.parse(content, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return {}
    loaded = yaml.load(content, Loader=loader)
    return loaded if isinstance(loaded, dict) else {}


def _student(entry: Any) -> Student | None:
    if not isinstance(entry, dict):
        return None
    # an alias in YAML can stand for a list of lists of lists: only text is a name
    given = (entry.get(key) for key in (":name", ":sid", ":email"))
    name, sid, mail = (value.strip()[:_LONGEST] if isinstance(value, str) else "" for value in given)
    if not (sid or mail or name):
        return None
    return known_as(name, (Space.GRADESCOPE_SID, sid), (Space.EMAIL, mail))


def _time(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    # Ruby writes nine digits of a second and blanks around the offset; "Z" and offsets are as in ISO 8601
    text = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"\s+(?=[+-]\d|Z|UTC)", "", value.strip())).replace("UTC", "Z")
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _late(cell: str) -> bool | None:
    """Whether a span like ``26:03:10`` is one; hours may be more than a day's."""
    parts = cell.strip().split(":")
    return any(int(part) for part in parts) if len(parts) == 3 and all(map(str.isdecimal, parts)) else None


def recognises(table: Table) -> int | None:
    """Index of the header row, when this is an assignment's or the course's export."""
    header = table.rows[0].cells
    known = column_of(header, "SID") is not None and column_of(header, "Email") is not None
    return 0 if known and column_of(header, "First Name", "Name") is not None else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands; the whole file is written, with one column filled."""
    header = [cell.strip().lstrip("\ufeff") for cell in table.rows[header_row].cells]
    sid, mail = column_of(header, "SID"), column_of(header, "Email")
    name, given, last = column_of(header, "Name"), column_of(header, "First Name"), column_of(header, "Last Name")
    body = [row for row in table.rows[header_row + 1 :] if not row.blank]
    columns = []
    for index, cell in enumerate(header):
        beside = column_of(header, "Max Points" if cell == "Total Score" else f"{cell} - Max Points")
        if beside is not None:
            possible = next((value for row in body if (value := decimal_in(row.cell(beside))) is not None), None)
            columns.append(Column(title=cell, header=cell, index=index, possible=possible))
    students = []
    staff = staff_rows(table, header_row)
    came, by = column_of(header, "Submission Time"), column_of(header, "Lateness (H:M:S)")
    for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        if row.blank or index in staff:
            continue
        address = row.cell(mail).strip() if mail is not None else ""
        number = row.cell(sid).strip() if sid is not None else ""
        full = row.cell(name).strip() if name is not None else ""
        parts = [row.cell(i).strip() for i in (given, last) if i is not None]
        students.append(
            RosterStudent(
                student=known_as(full or " ".join(parts), (Space.GRADESCOPE_SID, number), (Space.EMAIL, address)),
                row=index,
                line=row.line,
                section=row.cell(column_of(header, "Sections", "section_name") or len(header)),
                submitted=_time(row.cell(came)) if came is not None else None,
                late=_late(row.cell(by)) if by is not None else None,
            )
        )
    return Layout(
        kind=KIND,
        form="Gradescope export",
        header=header_row,
        students=tuple(students),
        columns=tuple(columns),
        identity=None,
        sole=column_of(header, "Total Score") is not None,
        only_graded=False,
        bom=True,
        warnings=(
            f"{table.name}: Gradescope imports no grades of programming assignments from a CSV; the file is a filled "
            "copy for your records, and results.json is the way in",
            *left_out(table, staff),
        ),
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
