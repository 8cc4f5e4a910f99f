"""Canvas: submission zips, the gradebook's CSV, comments by zip.

Source: instructure/canvas-lms, ``lib/content_zipper.rb``, ``lib/gradebook_exporter.rb``, ``lib/gradebook_importer.rb``.
"""

import re
from collections.abc import Mapping, Sequence

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, known_as, spoilt
from autograder.lms.names import fold, name_keys
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Space, Student

KIND = "canvas"
OWN_FILES: tuple[str, ...] = ()
UNDER_TITLE = False
FEEDBACK: FeedbackForm | None = FeedbackForm(
    page="_feedback.html",
    upload="the assignment, Upload Submissions",
    warning="Canvas shows the page under the name of the student's own file, hides it while grades are hidden, and "
    "adds a new comment at every upload: upload this zip once",
)

_ANONYMOUS = re.compile(
    r"^(?:(?P<late>LATE)_)?anon_(?P<uid>[^_]+)_(?:(?P<aid>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)$"
)
_NAMED = re.compile(
    r"^(?:(?P<name>.+?)_)?(?:(?P<late>LATE)_)?(?P<uid>\d+)_(?:(?P<aid>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)$"
)
# the same with a name of so many characters
_LONGER = r"^(?P<name>.{%d})_(?P<late>(?!))?(?P<uid>\d+)_(?:(?P<aid>\d+)_(?P<file>.+)|(?P<kind>text|link)\.html)$"
_EXPORT_TIME = re.compile(r"\d{2}T\d{2}_\d{2}_\d{2}_\d{6}\b")
_REUPLOAD = re.compile(r"^(?P<stem>.+)-\d{1,2}(?P<ending>\.\w+)$")
# a title with one of these inside is dropped by the importer without a word
SILENT = re.compile(
    r"Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade|"
    r"Override Score|Override Grade|Override Status"
)
_WITH_ID = re.compile(r"\A(.*)\s\((\d+)\)\Z", re.DOTALL)
_IDENTITY = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account")


def _matched(name: str) -> re.Match[str] | None:
    matched = _ANONYMOUS.match(name) or _NAMED.match(name)
    # hw01_2025_03_03T10_00_00_000000.zip is Otter's export: a date, not a user and an attachment
    return None if matched and _EXPORT_TIME.match(matched["file"] or "") else matched


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Canvas's bulk download would give a file this path."""
    return len(parts) == 1 and _matched(parts[0]) is not None


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle a user id; the zip holds the current attempt only."""
    users = {one.value: person.name for person in people for one in person.ids if one.space is Space.CANVAS_USER}
    groups: dict[tuple[str, str], list[tuple[re.Match[str], Item]]] = {}
    for item in items:
        matched = _matched(item.parts[0])
        if matched is None:
            continue
        key = f"anon_{matched['uid']}", ""
        if matched.re is not _ANONYMOUS:
            readings = _readings(matched, users)
            matched = readings[0]
            # which of two numbers is the user's nobody can say: then it is not the work of anybody on the list
            users_read = {one["uid"] for one in readings}
            key = "" if len(users_read) > 1 else matched["uid"], fold(matched["name"] or "")
        groups.setdefault(key, []).append((matched, item))
    return [_bundle(uid, group, source) for (uid, _), group in groups.items()]


def _readings(first: re.Match[str], users: Mapping[str, str]) -> list[re.Match[str]]:
    """How a file's name can be read: ``team_7_12345_9001_hw01.ipynb`` is user 7's, or team_7's.

    Args:
        first: the reading with the shortest name.
        users: user id → name, of everybody on the list.

    Returns:
        Those with a user of the list, and of these those with that user's name, where there are any.
    """
    name = first.string
    ends = [found.start() for found in re.finditer(r"_(?=\d+_(?:\d+_.|(?:text|link)\.html$))", name)]
    ways = [way for end in ends if (way := re.compile(_LONGER % end).match(name))]
    ways = [first, *(way for way in ways if way["uid"] != first["uid"] or way["name"] != first["name"])]
    listed = [way for way in ways if way["uid"] in users]
    named = [way for way in listed if name_keys(way["name"] or "") & name_keys(users[way["uid"]])]
    return named or listed or [first]


def _bundle(uid: str, group: list[tuple[re.Match[str], Item]], source: str) -> Bundle:
    first = group[0][0]
    name = first.groupdict().get("name") or ""
    items: list[Item] = []
    tags: dict[str, str] = {}
    named = {matched["file"] for matched, _ in group}
    for matched, item in group:
        file = matched["file"] or f"{matched['kind']}.html"
        again = _REUPLOAD.match(file)
        if again and not file.endswith((".ipynb", ".py", ".zip")):
            # Canvas renamed data.csv to data-1.csv on the second upload; the notebook still reads data.csv
            original = again["stem"] + again["ending"]
            if original not in named:
                items.append(Item((original,), item.path, item.problem))
        items.append(Item((file,), item.path, item.problem))
        if matched["aid"]:
            tags[file] = f"{KIND}:{item.parts[0][: matched.start('file') - 1]}"
    space = Space.CANVAS_ANONYMOUS if uid.startswith("anon_") else Space.CANVAS_USER
    return Bundle(
        students=(known_as(name, (space, uid)),),
        items=tuple(items),
        source=source,
        tag=next(iter(tags.values()), None),
        late=any(matched["late"] for matched, _ in group),
        order=tuple(sorted((int(matched["aid"] or 0) for matched, _ in group), reverse=True)),
        tags=tags,
    )


def recognises(table: Table) -> int | None:
    """Index of the header row, when this is a Canvas gradebook."""
    if not table.rows:
        return None
    header = [cell.strip() for cell in table.rows[0].cells]
    if "ID" in header and "Section" in header and ("Student" in header[:1] or "LastName" in header[:1]):
        return 0
    return None


def _title(header: str) -> tuple[str, str | None]:
    matched = _WITH_ID.match(header.strip())
    return (matched[1], matched[2]) if matched else (header.strip(), None)


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands.

    Raises:
        UsageError: the identity columns are not the ones that Canvas accepts back.
    """
    header = [cell.strip() for cell in table.rows[header_row].cells]
    section = header.index("Section")
    id_column = header.index("ID")
    strange = [name for name in header[:section] if name not in _IDENTITY]
    if strange:
        raise UsageError(
            f"{table.name}: the column {strange[0]!r} stands before Section, so Canvas would answer 'Invalid header "
            "row': export the gradebook again and leave its columns as they are"
        )
    login = header.index("SIS Login ID") if "SIS Login ID" in header else id_column
    first_student = next(
        (
            number
            for number, row in enumerate(table.rows[1:], start=1)
            if row.cell(id_column).strip() or row.cell(login).strip()
        ),
        len(table.rows),
    )
    points = next(
        (n for n in range(1, first_student) if "Points Possible" in table.rows[n].cell(0)),
        # other languages translate the words, not the four spaces
        next((n for n in range(1, first_student) if table.rows[n].cell(0).startswith("    ")), None),
    )
    columns = []
    for index in range(section + 1, len(header)):
        possible = table.rows[points].cell(index) if points is not None else ""
        title, key = _title(header[index])
        if "read only" in possible or (key is None and (not possible.strip() or SILENT.search(header[index]))):
            continue
        columns.append(Column(title=title, header=header[index], index=index, id=key, possible=decimal_in(possible)))
    numbers = [number for number in range(first_student, len(table.rows)) if not table.rows[number].blank]
    students = [
        _student(table.rows[number].cells, header, number, table.rows[number].line, table.name) for number in numbers
    ]
    # Canvas puts its pretended student last; a real one of that name stands among the others
    sis = header.index("SIS User ID") if "SIS User ID" in header else len(header)
    if students and students[-1].student.name == "Student, Test" and not table.rows[numbers[-1]].cell(sis).strip():
        students.pop()
    return Layout(
        kind=KIND,
        form="Canvas gradebook",
        upload="Gradebook, Import",
        header=header_row,
        students=tuple(students),
        locked=spoilt(students),
        columns=tuple(columns),
        identity=tuple(range(section + 1)),
        # the importer knows this row by its English words only; it is optional, and in another language a "student"
        keep=(points,) if points is not None and "Points Possible" in table.rows[points].cell(0) else (),
        excused="EX",
        settled=frozenset({"ex", "excused", "n/a"}),
    )


def _student(cells: Sequence[str], header: list[str], row: int, line: int, file: str) -> RosterStudent:
    def cell(name: str) -> str:
        index = header.index(name) if name in header else -1
        return cells[index].strip() if 0 <= index < len(cells) else ""

    name = cell("Student") or ", ".join(part for part in (cell("LastName"), cell("FirstName")) if part)
    if name.startswith('="') and name.endswith('"'):
        name = name[2:-1]
    if not cell("ID"):
        raise UsageError(
            f"{file}: line {line}, column ID is empty for {name or 'this row'}: Canvas would look the student up by "
            "name; export the gradebook again"
        )
    return RosterStudent(
        student=known_as(
            name,
            (Space.CANVAS_USER, cell("ID")),
            (Space.CANVAS_SIS, cell("SIS User ID")),
            (Space.CANVAS_LOGIN, cell("SIS Login ID")),
            (Space.CANVAS_INTEGRATION, cell("Integration ID")),
        ),
        row=row,
        line=line,
        section=cell("Section"),
    )


def warn(column: Column) -> list[str]:
    """What Canvas does to this column without saying so."""
    found = SILENT.search(column.header)
    if not found:
        return []
    return [
        f"Canvas silently ignores the column {column.header!r} because its title contains {found[0]!r}: rename the "
        "assignment in Canvas, export the gradebook again and grade with that file"
    ]
