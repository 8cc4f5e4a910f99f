"""Moodle: submission zips, the assignment's grading worksheet, the gradebook's CSV.

Source: moodle/moodle, ``mod/assign/classes/downloader.php``, ``mod/assign/gradingtable.php``,
``mod/assign/feedback/offline/importgradeslib.php``, ``grade/import/csv/classes/load_data.php``.
"""

import re
from collections.abc import Sequence
from typing import TypedDict

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, known_as
from autograder.lms.formats.moodle_words import Headings, all_words, heading, headings, note, value_of, view_of, words
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Row, Table
from autograder.lms.times import read_time
from autograder.model import Space, Student

KIND = "moodle"
OWN_FILES: tuple[str, ...] = ()
UNDER_TITLE = False
FEEDBACK: FeedbackForm | None = FeedbackForm(
    page="feedback.html",
    # the folder of those who are in no group has no number, and Moodle takes no page by it
    finds=r"[^_]*_\d+_",
    upload="the assignment, Upload multiple feedback files in a zip; the grading worksheet must be up before "
    "it, or Moodle leaves its grades out as older than its own",
    own="{name}_{number}_assignsubmission_file_/",
    number=Space.MOODLE_PARTICIPANT,
    own_from="participant numbers, which the assignment's own grading worksheet has",
    own_upload="in Moodle: the assignment, Upload multiple feedback files in a zip",
    of_groups="Moodle 4.5 gives a group's page to all its members; an older one may read the group's number as a "
    "participant's and give it to a stranger: look at one group first, and give the pages by hand if it does",
)

# the group of those who are in no group has a title, in the site's language, and no number
_FOLDER = re.compile(r"^(?P<name>[^/]+?)(?:_(?P<pid>\d+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?$")
_IDENTIFIER = re.compile(r"^(?P<prefix>\D{2,})(?P<number>\d+)$")
_FIELDS = (
    "identifier", "grade", "graded", "maximum", "changeable", "submitted", "status", "comments", "name", "email",
    "idnumber", "username", "group", "duedate", "scale",
)  # fmt: skip
_COMMENTS = ("feedback", "comentario", "retroaliment", "commentaire", "kommentar", "opmerking", "commenti")
"""In the heading of a comment, in languages that are not known here."""
_PEOPLE = ("firstname", "lastname", "email", "idnumber", "username")
_LOCKED = "Moodle says that this grade cannot be changed (locked or overridden): unlock it there"


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Moodle's "download all submissions" would give a file this path, in folders or flat."""
    matched = _FOLDER.match(parts[0])
    return bool(matched and (len(parts) > 1 or matched["file"]))


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle a participant or group, whose number it is the roster tells; the latest attempt is the only one."""
    groups: dict[tuple[str, str], list[tuple[re.Match[str], Item]]] = {}
    for item in items:
        if matched := _FOLDER.match(item.parts[0]):
            groups.setdefault((matched["pid"] or matched["name"], matched["name"]), []).append((matched, item))
    found = []
    for (number, name), group in groups.items():
        files = [pair for pair in group if pair[0]["plugin"] == "file"] or group
        matched, first = files[0]
        flat = len(first.parts) == 1
        # the prefix of a flat download ends where the student's file name begins
        rest = first.parts[0][matched.end("name") : matched.start("file") if flat else None]
        # Moodle finds the number behind the first "_", and writes none in a name: there it stands for a character that
        # no file name may have
        tag = matched["name"].replace("_", " ") + rest + ("" if flat else "/")
        found.append(
            Bundle(
                students=(
                    known_as(
                        "" if heading(name) in all_words("participant") else name, (Space.MOODLE_DOWNLOAD, number)
                    ),
                ),
                items=tuple(
                    Item((pair["file"],) if len(item.parts) == 1 else item.parts[1:], item.path, item.problem)
                    for pair, item in files
                ),
                source=source,
                tag=f"{KIND}:{tag}",
            )
        )
    return found


def recognises(table: Table) -> int | None:
    """Index of the header row of a grading worksheet or a gradebook export, in any language."""
    return 0 if _worksheet_columns(table) is not None or _is_gradebook(table) else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands in either of Moodle's two files."""
    found = _worksheet_columns(table)
    return _gradebook(table, header_row) if found is None else _worksheet(table, header_row, found)


def warn(column: Column) -> list[str]:
    """Nothing: Moodle says what it leaves out."""
    return []


def _cells(table: Table, index: int) -> list[str]:
    return [row.cell(index).strip() for row in table.rows[1:] if not row.blank]


def _worksheet_columns(table: Table) -> Headings | None:
    """The columns of a worksheet; None when this is none."""
    header = table.rows[0].cells
    if len(header) < 4:
        return None
    found = headings(header, _FIELDS)
    cells = _cells(table, 0)
    matched = [_IDENTIFIER.match(cell) for cell in cells]
    if found.columns.get("identifier") == 0 and {"grade", "maximum", "scale"} & set(found.columns):
        return found if any(matched) or not cells else None
    # "Résztvevő 1234567": a language that is not known here differs in every heading, not in this
    if cells and all(matched) and len({one["prefix"] for one in matched if one}) == 1 and len(header) >= 5:
        maximum = _maximum(table)
        if maximum is not None:
            return Headings(None, _by_place(table, maximum, found.columns))
    return None


def _maximum(table: Table) -> int | None:
    """Index of the one column that says the same positive number in every row."""
    found = []
    for index in range(2, len(table.rows[0].cells)):
        values = {decimal_in(cell) for cell in _cells(table, index)}
        if len(values) == 1 and (value := values.pop()) is not None and value > 0:
            found.append(index)
    return found[0] if len(found) == 1 else None


def _by_place(table: Table, maximum: int, known: dict[str, int]) -> dict[str, int]:
    """The columns of a worksheet in a language that is not known here, by where they stand."""
    columns = {
        **{field: at for field, at in known.items() if field in ("email", "idnumber", "username", "group")},
        "identifier": 0,
        "grade": maximum - 1,
        "maximum": maximum,
    }
    # blind marking drops the names: then the grade is the third column
    if maximum - 1 >= 3:
        columns["name"] = 1
    for at in (maximum + 1, maximum + 2):
        if {heading(cell) for cell in _cells(table, at)} & all_words("no"):
            columns.setdefault("changeable", at)
    last = heading(table.rows[0].cells[-1])
    if any(stem in last for stem in _COMMENTS):
        columns["comments"] = len(table.rows[0].cells) - 1
    return columns


def _worksheet(table: Table, header_row: int, found: Headings) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    columns = found.columns
    if "maximum" not in columns and "scale" in columns:
        raise UsageError(
            f"{table.name}: this assignment is graded on a scale, which takes no points: change it in Moodle"
        )
    for field, english in (("grade", "Grade"), ("graded", "Last modified (grade)")):
        if field not in columns and found.language is not None:
            raise UsageError(
                f"{table.name}: no column {english!r}, without which Moodle refuses the worksheet: download it again"
            )
    grade, name, changeable = columns["grade"], columns.get("name"), columns.get("changeable")
    address = columns.get("email", _address(table))
    students, locked = [], {}
    usual = _usual_due(table, columns.get("duedate"))
    for number, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        if row.blank:
            continue
        matched = _IDENTIFIER.match(row.cell(0).strip())
        if not matched:
            raise UsageError(
                f"{table.name}: line {row.line}, column {header[0]}: {row.cell(0)!r} is not 'Participant <number>': "
                "download the grading worksheet again"
            )
        students.append(
            RosterStudent(
                student=known_as(
                    "" if name is None else row.cell(name).strip(),
                    (Space.MOODLE_PARTICIPANT, matched["number"]),
                    *_ids(row, columns, address),
                ),
                row=number,
                line=row.line,
                group=row.cell(columns["group"]).strip() if "group" in columns else "",
                **_when(row, found, usual),
            )
        )
        if changeable is not None and heading(row.cell(changeable)) in _no(found.language):
            locked[number] = _LOCKED
    maximum = columns.get("maximum")
    full = _cells(table, maximum) if maximum is not None else []
    warning = note(found.language)
    return Layout(
        kind=KIND,
        form="Moodle grading worksheet",
        upload="the assignment, Upload grading worksheet" + _stale(table, found),
        header=header_row,
        students=tuple(students),
        columns=(
            Column(
                title=header[grade], header=header[grade], index=grade, possible=decimal_in(full[0]) if full else None
            ),
        ),
        identity=None,
        comments={grade: columns["comments"]} if "comments" in columns else {},
        decimal_mark=".",
        locked=locked,
        grouped="group" in columns,
        sole=True,
        strict_maximum=True,
        warnings=(f"{table.name}: {warning}",) if warning else (),
    )


class _When(TypedDict):
    submitted: str | None
    late: bool | None
    due: str | None


def _when(row: Row, found: Headings, usual: str | None) -> _When:
    """When the work came, whether Moodle calls it late, and the student's own due date.

    Args:
        row: the student's.
        found: the worksheet's columns.
        usual: the due date that most of the class has.
    """
    columns = found.columns
    stamp = _moment(row.cell(columns["submitted"])) if "submitted" in columns else None
    parts = row.cell(columns["status"]).split(" - ") if "status" in columns else []
    # "Assignment is overdue by: 2 days" says so of who handed in nothing
    spans = [span for part in parts if (span := value_of(part, found.language, "late")) and span[:1].isdigit()]
    granted = [moment for part in parts if (moment := _moment(value_of(part, found.language, "extension") or ""))]
    own = _moment(row.cell(columns["duedate"])) if "duedate" in columns else None
    due = granted[0] if granted else own if own != usual else None
    known = "status" in columns and found.language is not None
    late = True if spans else False if known and stamp else None
    return {"submitted": stamp, "late": late, "due": due}


def _moment(text: str) -> str | None:
    read = read_time(text)
    return None if read is None else read.isoformat()


def _usual_due(table: Table, column: int | None) -> str | None:
    if column is None:
        return None
    dates = [moment for cell in _cells(table, column) if (moment := _moment(cell))]
    return max(set(dates), key=dates.count) if dates else None


def _stale(table: Table, found: Headings) -> str:
    """What to tick where Moodle would take every grade of the worksheet for older than its own."""
    graded = _cells(table, found.columns["graded"]) if "graded" in found.columns else []
    if found.language == "en" or not any(cell not in ("", "-") for cell in graded):
        return ""
    return (
        "; tick that records may be updated which have been modified more recently in Moodle than in the spreadsheet, "
        "because Moodle reads the dates of its own worksheet in English only"
    )


def _no(language: str | None) -> frozenset[str]:
    return all_words("no") if language is None else words(language, "no") | words("en", "no")


def _address(table: Table) -> int | None:
    """Index of the column that holds e-mail addresses, whatever it is called."""
    for index in range(len(table.rows[0].cells)):
        filled = [cell for cell in _cells(table, index) if cell]
        if filled and all(re.fullmatch(r"\S+@\S+", cell) for cell in filled):
            return index
    return None


def _ids(row: Row, columns: dict[str, int], address: int | None) -> list[tuple[Space, str]]:
    places = (
        (Space.MOODLE_ID_NUMBER, columns.get("idnumber")),
        (Space.MOODLE_USERNAME, columns.get("username")),
        (Space.EMAIL, address),
    )
    return [(space, row.cell(index)) for space, index in places if index is not None]


def _is_gradebook(table: Table) -> bool:
    header = table.rows[0].cells
    if not any(view_of(cell) for cell in header):
        return False
    return (
        bool({"email", "idnumber", "username"} & set(headings(header, _PEOPLE).columns)) or _address(table) is not None
    )


def _keyed(name: str, key: str, ids: Sequence[tuple[Space, str]]) -> Student:
    """A student under all ids, the one that every row has first."""
    return known_as(name, *sorted(ids, key=lambda pair: pair[1].strip() != key.strip()))


def _gradebook(table: Table, header_row: int) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    people = headings(header, _PEOPLE).columns
    address = people.get("email", _address(table))
    keys = (people.get("idnumber"), people.get("username"), address)
    key = next((index for index in keys if index is not None and all(_cells(table, index))), None)
    if key is None:
        raise UsageError(
            f"{table.name}: neither ID number nor username nor e-mail address is filled in every row, and Moodle "
            "aborts on the first user it does not know: export the gradebook with one of them"
        )
    items = {index: found for index, cell in enumerate(header) if (found := view_of(cell))}
    columns, comments = [], {}
    points: dict[str, int] = {}
    for index, found in items.items():
        view = found.view or _view(_cells(table, index), seen=found.title in points)
        if view == "feedback" and found.title in points:
            comments[points[found.title]] = index
        # percentages and letters are other views of the same grade; Moodle imports points
        elif view == "points":
            points.setdefault(found.title, index)
            columns.append(Column(title=found.title, header=" ".join(header[index].split()), index=index))
    first = min(items, default=len(header))
    names = [people[field] for field in ("firstname", "lastname") if field in people]
    if len(names) < 2:
        names = [0, 1]
    students = [
        RosterStudent(
            student=_keyed(" ".join(row.cell(i).strip() for i in names), row.cell(key), _ids(row, people, address)),
            row=index,
            line=row.line,
        )
        for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1)
        if not row.blank
    ]
    return Layout(
        kind=KIND,
        form="Moodle gradebook export",
        upload=f"Grades, Import, CSV file; {_mapping(header, people, address, table)}",
        header=header_row,
        students=tuple(students),
        columns=tuple(columns),
        identity=tuple(range(first)),
        comments=comments,
        decimal_mark=".",
        strict_maximum=True,
        warnings=(
            f"{table.name}: grades that are imported into Moodle's gradebook are locked there as overridden; the "
            "assignment's grading worksheet does not do that",
        ),
    )


def _mapping(header: Sequence[str], people: dict[str, int], address: int | None, table: Table) -> str:
    """By which column Moodle is to find its users: it aborts on the first cell that is empty."""
    full = [
        at
        for at in (address, people.get("idnumber"), people.get("username"))
        if at is not None and all(_cells(table, at))
    ]
    blank = people.get("idnumber")
    said = f"map the user by {header[full[0]]!r}"
    if blank is not None and blank not in full:
        said += f", because {header[blank]!r} is empty for some"
    return said


def _view(cells: list[str], *, seen: bool) -> str:
    """What a column of the gradebook holds, by its cells, in a language that is not known here."""
    if any("%" in cell for cell in cells):
        return "percentage"
    numbers = all(cell in ("", "-") or decimal_in(cell) is not None for cell in cells)
    # without a grade Moodle writes "-", without a comment nothing
    if seen and (not numbers or not any(cells)):
        return "feedback"
    return "points" if numbers else "letter"
