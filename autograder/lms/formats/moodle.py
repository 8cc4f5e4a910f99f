"""Moodle: submission zips, the assignment's grading worksheet, the gradebook's CSV.

Source: moodle/moodle, ``mod/assign/classes/downloader.php``, ``mod/assign/gradingtable.php``,
``mod/assign/feedback/offline/importgradeslib.php``, ``grade/import/csv/classes/load_data.php``.
"""

import re
from collections.abc import Collection, Sequence

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, mail_aliases
from autograder.lms.names import fold
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.model import Student

KIND = "moodle"
OWN_FILES: tuple[str, ...] = ()
FEEDBACK = FeedbackForm(page="feedback.html")

_FOLDER = re.compile(r"^(?P<name>[^/]+?)_(?P<pid>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?$")
_IDENTIFIER = re.compile(r"^(?P<prefix>\D{4,})(?P<number>\d+)$")
_ITEM = re.compile(r"^(?P<module>[^:]+): ?(?P<title>.+) \((?P<kind>[^()]+)\)$")
_FEEDBACK = ("feedback", "comentario", "retroaliment", "commentaire", "kommentar", "opmerking", "commenti")
_EMAIL = ("Email address", "Email", "E-Mail-Adresse", "Dirección de correo", "Adresse de courriel", "E-mailadres")
_NUMBER = ("ID number", "ID-Nummer", "Número de ID", "Numéro d'identification", "ID-nummer")
_USERNAME = ("Username", "Benutzername", "Anmeldename", "Nombre de usuario", "Nom d'utilisateur", "Gebruikersnaam")
_NO = ("no", "nein", "non", "não", "nee")


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Moodle's "download all submissions" would give a file this path, in folders or flat."""
    matched = _FOLDER.match(parts[0])
    return bool(matched and (len(parts) > 1 or matched["file"]))


def bundles(items: Sequence[Item], source: str, usernames: Collection[str] = ()) -> list[Bundle]:
    """One bundle a participant; the download holds the latest attempt only."""
    groups: dict[str, list[tuple[re.Match[str], Item]]] = {}
    for item in items:
        if matched := _FOLDER.match(item.parts[0]):
            groups.setdefault(matched["pid"], []).append((matched, item))
    found = []
    for number, group in groups.items():
        files = [pair for pair in group if pair[0]["plugin"] == "file"] or group
        matched, first = files[0]
        flat = len(first.parts) == 1
        # the prefix of a flat download ends where the student's file name begins
        tag = first.parts[0][: matched.start("file")] if flat else f"{first.parts[0]}/"
        name = matched["name"]
        found.append(
            Bundle(
                students=(Student(id=number, name="" if fold(name) == "participant" else name),),
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
    return 0 if _is_worksheet(table) or _is_gradebook(table) else None


def _cells(table: Table, index: int) -> list[str]:
    return [row.cell(index).strip() for row in table.rows[1:] if not row.blank]


def _is_worksheet(table: Table) -> bool:
    header = table.rows[0].cells
    if len(header) < 4:
        return False
    cells = _cells(table, 0)
    matched = [_IDENTIFIER.match(cell) for cell in cells]
    one_prefix = bool(cells) and all(matched) and len({m["prefix"] for m in matched if m}) == 1
    if column_of(header, "Identifier") == 0 and column_of(header, "Grade") is not None:
        return True
    # "Teilnehmer/in1234567": other languages differ in every header, not in this
    return one_prefix and len(header) >= 5 and _maximum(table) is not None


def _maximum(table: Table) -> int | None:
    """Index of the column that says the same positive number in every row, right of the grade."""
    named = column_of(table.rows[0].cells, "Maximum Grade")
    if named is not None:
        return named
    found = []
    for index in range(2, len(table.rows[0].cells)):
        values = {decimal_in(cell) for cell in _cells(table, index)}
        if len(values) == 1 and (value := values.pop()) is not None and value > 0:
            found.append(index)
    return found[0] if len(found) == 1 else None


def _is_gradebook(table: Table) -> bool:
    header = table.rows[0].cells
    items = [cell for cell in header if _ITEM.match(cell.strip())]
    return bool(items) and (_address(table) is not None or column_of(header, *_NUMBER, *_USERNAME) is not None)


def _address(table: Table) -> int | None:
    named = column_of(table.rows[0].cells, *_EMAIL)
    if named is not None:
        return named
    for index in range(len(table.rows[0].cells)):
        filled = [cell for cell in _cells(table, index) if cell]
        if filled and all(re.fullmatch(r"\S+@\S+", cell) for cell in filled):
            return index
    return None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands in either of Moodle's two files."""
    return _worksheet(table, header_row) if _is_worksheet(table) else _gradebook(table, header_row)


def _worksheet(table: Table, header_row: int) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    if column_of(header, "Scale") is not None and column_of(header, "Maximum Grade") is None:
        raise UsageError(
            f"{table.name}: this assignment is graded on a scale, which takes no points: change it in Moodle"
        )
    maximum = _maximum(table)
    grade = column_of(header, "Grade")
    if grade is None and maximum is not None:
        grade = maximum - 1
    if grade is None:
        raise UsageError(f"{table.name}: no column Grade: download the grading worksheet again")
    if column_of(header, "Identifier") is not None and column_of(header, "Last modified (grade)") is None:
        raise UsageError(
            f"{table.name}: no column 'Last modified (grade)', without which Moodle refuses the worksheet: "
            "download it again"
        )
    feedback = column_of(header, "Feedback comments")
    if feedback is None and any(word in fold(header[-1]) for word in _FEEDBACK):
        feedback = len(header) - 1
    changeable = column_of(header, "Grade can be changed")
    if changeable is None and maximum is not None and column_of(header, "Identifier") is None:
        changeable = next(
            (i for i in (maximum + 1, maximum + 2) if {fold(c) for c in _cells(table, i)} & set(_NO)), None
        )
    # blind marking drops the names: then the grade is the third column
    name = column_of(header, "Full name")
    if name is None and column_of(header, "Identifier") is None and grade >= 3:
        name = 1
    students, locked = [], {}
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
                student=Student(id=matched["number"], name="" if name is None else row.cell(name).strip()),
                row=number,
                line=row.line,
                aliases=_aliases(row.cells, header, _address(table)),
            )
        )
        if changeable is not None and fold(row.cell(changeable)) in _NO:
            locked[number] = "Moodle says that this grade cannot be changed (locked or overridden): unlock it there"
    possible = decimal_in(_cells(table, maximum)[0]) if maximum is not None and _cells(table, maximum) else None
    return Layout(
        kind=KIND,
        form="Moodle grading worksheet",
        header=header_row,
        students=tuple(students),
        columns=(Column(title=header[grade], header=header[grade], index=grade, possible=possible),),
        identity=None,
        comments={} if feedback is None else {grade: feedback},
        locked=locked,
        sole=True,
        strict_maximum=True,
    )


def _aliases(cells: Sequence[str], header: Sequence[str], address: int | None) -> tuple[str, ...]:
    found = []
    for names in (_NUMBER, _USERNAME):
        index = column_of(header, *names)
        found.append(cells[index].strip() if index is not None and index < len(cells) else "")
    mail = cells[address].strip() if address is not None and address < len(cells) else ""
    return (*found, *mail_aliases(mail))


def _gradebook(table: Table, header_row: int) -> Layout:
    header = [cell.strip() for cell in table.rows[header_row].cells]
    address = _address(table)
    number, username = column_of(header, *_NUMBER), column_of(header, *_USERNAME)
    key = next(
        (index for index in (number, username, address) if index is not None and all(_cells(table, index))), None
    )
    if key is None:
        raise UsageError(
            f"{table.name}: neither ID number nor username nor e-mail address is filled in every row, and Moodle "
            "aborts on the first user it does not know: export the gradebook with one of them"
        )
    columns, comments = [], {}
    by_title: dict[str, int] = {}
    for index, cell in enumerate(header):
        matched = _ITEM.match(cell)
        if not matched:
            continue
        if "feedback" in fold(matched["kind"]):
            if matched["title"] in by_title:
                comments[by_title[matched["title"]]] = index
            continue
        # percentages and letters are other views of the same grade; Moodle imports points
        if any("%" in value or value.isalpha() for value in _cells(table, index)):
            continue
        by_title.setdefault(matched["title"], index)
        columns.append(Column(title=matched["title"], header=cell, index=index))
    first = min((i for i, cell in enumerate(header) if _ITEM.match(cell)), default=len(header))
    students = [
        RosterStudent(
            student=Student(id=row.cell(key).strip(), name=" ".join(row.cell(i).strip() for i in (0, 1))),
            row=index,
            line=row.line,
            aliases=_aliases(row.cells, header, address),
        )
        for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1)
        if not row.blank
    ]
    return Layout(
        kind=KIND,
        form="Moodle gradebook export",
        header=header_row,
        students=tuple(students),
        columns=tuple(columns),
        identity=tuple(range(first)),
        # the download has participant numbers, which are not in this file
        exact=False,
        comments=comments,
        strict_maximum=True,
        warnings=(
            f"{table.name}: grades that are imported into Moodle's gradebook are locked there as overridden; the "
            "assignment's grading worksheet does not do that",
        ),
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
