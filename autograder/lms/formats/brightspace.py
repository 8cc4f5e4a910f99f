"""Brightspace (D2L): submission zips, the grade import file.

Source: community.d2l.com, "Import grades"; folder names as d2lmf reads them.
"""

import re
from collections.abc import Sequence

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, known_as, spoilt
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.lms.times import day_first, read_time
from autograder.model import Space, Student

KIND = "brightspace"
OWN_FILES: tuple[str, ...] = ("index.html",)
UNDER_TITLE = False
FEEDBACK: FeedbackForm | None = FeedbackForm(
    page="feedback.html",
    upload="the assignment's submissions, Add Feedback Files",
    warning="whether Brightspace takes this zip is not verified: try it with one student's folder first",
)

# the date is in the form of the site's language, with or without a mark between hours and minutes
_FOLDER = re.compile(r"^(?P<user>\d+)-(?P<folder>\d+) - (?P<name>.+) - (?P<ts>.*(?<!\d)20\d\d(?!\d).*)$")
_COLUMN = re.compile(r"^(?P<title>.+) Points Grade(?:\s*<(?P<properties>[^>]*)>)?$", re.DOTALL)
_MAXIMUM = re.compile(r"MaxPoints:\s*(\d+(?:[.,]\d+)?)")
END = "End-of-Line Indicator"


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Brightspace's download of an assignment would give a file this path."""
    return len(parts) > 1 and _FOLDER.match(parts[0]) is not None


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle a folder, which is one submission; the caller takes the newest of each user."""
    folders: dict[str, list[Item]] = {}
    for item in items:
        folders.setdefault(item.parts[0], []).append(item._replace(parts=item.parts[1:]))
    matches = {folder: matched for folder in folders if (matched := _FOLDER.match(folder))}
    first = day_first(matched["ts"] for matched in matches.values())
    found = []
    for folder, matched in matches.items():
        when = read_time(matched["ts"], day_first=first)
        found.append(
            Bundle(
                students=(known_as(matched["name"], (Space.BRIGHTSPACE_FOLDER, matched["user"])),),
                items=tuple(folders[folder]),
                source=f"{source}: {folder}",
                tag=f"{KIND}:{folder}/",
                submitted=None if when is None else when.isoformat(),
                order=None if when is None else (when.isoformat(), int(matched["folder"])),
            )
        )
    return found


def recognises(table: Table) -> int | None:
    """Index of the header row, when this is a grade export."""
    header = table.rows[0].cells
    keyed = column_of(header, "OrgDefinedId", "Username") is not None
    graded = any(_COLUMN.match(cell.strip()) for cell in header) or column_of(header, END) is not None
    return 0 if keyed and graded else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands; what goes back is OrgDefinedId and Username, the grades and the ``#`` at the end."""
    header = [cell.strip().lstrip("\ufeff") for cell in table.rows[header_row].cells]
    org, username = column_of(header, "OrgDefinedId"), column_of(header, "Username")
    end = column_of(header, END)
    columns = []
    for index, cell in enumerate(header):
        if matched := _COLUMN.match(cell):
            maximum = _MAXIMUM.search(matched["properties"] or "")
            possible = decimal_in(maximum[1]) if maximum else None
            columns.append(Column(title=matched["title"], header=cell, index=index, possible=possible))
    last, given = column_of(header, "Last Name"), column_of(header, "First Name")
    students = []
    for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        if row.blank or not any(c.strip(" #") for c in row.cells):
            continue
        ids = [
            (space, row.cell(i).strip().removeprefix("#"))
            for space, i in ((Space.BRIGHTSPACE_ORG, org), (Space.BRIGHTSPACE_USERNAME, username))
            if i is not None
        ]
        if not any(value for _, value in ids):
            raise UsageError(
                f"{table.name}: line {row.line}: OrgDefinedId and Username are both empty: export the grades again"
            )
        mail = column_of(header, "Email")
        students.append(
            RosterStudent(
                student=known_as(
                    ", ".join(row.cell(i).strip() for i in (last, given) if i is not None),
                    *ids,
                    (Space.EMAIL, row.cell(mail) if mail is not None else ""),
                ),
                row=index,
                line=row.line,
            )
        )
    return Layout(
        kind=KIND,
        form="Brightspace grade export",
        upload="Grades, Enter Grades, Import",
        header=header_row,
        students=tuple(students),
        locked=spoilt(students),
        columns=tuple(columns),
        identity=tuple(i for i in (org, username) if i is not None),
        after=() if end is None else (end,),
        tail=(END, "#") if end is None else None,
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
