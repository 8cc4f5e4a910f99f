"""Blackboard Learn: submission zips, the Grade Center's file (UTF-16 tab-separated ``.xls`` or CSV).

Source: help.blackboard.com, "Work offline with grade data"; file names as public programs read them.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from os.path import commonprefix
from pathlib import Path

from autograder.errors import UsageError
from autograder.lms.formats.contract import FeedbackForm, known_as, spoilt
from autograder.lms.names import fold
from autograder.lms.numbers import decimal_in
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table, column_of
from autograder.model import Space, Student

KIND = "blackboard"
OWN_FILES: tuple[str, ...] = ()
UNDER_TITLE = False
FEEDBACK: FeedbackForm | None = None

# "attempt" is translated: poging, Versuch, tentative…
_FILE = re.compile(
    r"^(?P<head>.+?_[^_].*?)_(?P<word>[^\W\d_]+)_(?P<ts>\d{4}(?:-\d{2}){5})(?:_(?P<file>.+)|\.txt)$", re.DOTALL
)
_RECEIPT = re.compile(r"^[^\n]*\(([^()\n]+)\)\s*$")
_COLUMN = re.compile(r"^(?P<title>.*?)\s*(?:\[(?P<points>[^\]]*)\])?\s*\|(?P<id>\d+)$", re.DOTALL)
_USERNAME = (
    "Username", "Benutzername", "Nombre de usuario", "Nom d'utilisateur", "Gebruikersnaam", "Nome utente",
    "Nome de usuário",
)  # fmt: skip


def claims(parts: tuple[str, ...]) -> bool:
    """Whether Blackboard's "download assignment files" would give a file this path."""
    return len(parts) == 1 and _FILE.match(parts[0]) is not None


def bundles(items: Sequence[Item], source: str, people: Sequence[Student] = ()) -> list[Bundle]:
    """One bundle an attempt; the caller takes the newest of each username.

    Args:
        items: the files.
        source: the download's name.
        people: those on the roster: ``HW_1_a_smith_attempt_…`` is ambiguous without them.
    """
    matches = [(matched, item) for item in items if (matched := _FILE.match(item.parts[0]))]
    heads = {matched["head"] for matched, _ in matches}
    receipts = {
        matched["head"]: name for matched, item in matches if not matched["file"] and (name := _receipt(item, matched))
    }
    usernames = {one.value for person in people for one in person.ids if one.space is Space.BLACKBOARD_USERNAME}
    users = {head: receipts.get(head) or _listed(head, usernames) for head in heads}
    shared = _shared_prefix(heads, {head: user for head, user in users.items() if user})
    groups: dict[tuple[str, str], list[tuple[re.Match[str], Item]]] = {}
    for matched, item in matches:
        user = users[matched["head"]] or matched["head"].removeprefix(shared)
        groups.setdefault((user, matched["ts"]), []).append((matched, item))
    found = []
    for (user, stamp), group in groups.items():
        files = [pair for pair in group if pair[0]["file"]] or group
        when = _time(stamp)
        found.append(
            Bundle(
                students=(known_as("", (Space.BLACKBOARD_USERNAME, user)),),
                items=tuple(Item((m["file"] or "submission.txt",), item.path, item.problem) for m, item in files),
                source=f"{source}, attempt of {stamp[:10]} {stamp[11:].replace('-', ':')}",
                tag=f"{KIND}:",
                submitted=when,
                order=None if when is None else (stamp,),
            )
        )
    return found


def _time(stamp: str) -> str | None:
    try:
        # int reads the digits of every script, fromisoformat those of ASCII only
        return datetime(*map(int, stamp.split("-"))).isoformat()  # type: ignore[arg-type]  # six numbers, no tzinfo
    except ValueError:
        return None


def _receipt(item: Item, matched: re.Match[str]) -> str | None:
    """The username that the attempt's own text file names, where the file's name agrees."""
    if item.problem is not None:
        return None
    with Path(item.path).open("rb") as file:
        lines = file.read(2000).decode("utf-8-sig", errors="replace").splitlines()
    named = _RECEIPT.match(lines[0]) if lines else None
    return named[1] if named and matched["head"].endswith(f"_{named[1]}") else None


def _listed(head: str, usernames: Iterable[str]) -> str | None:
    fits = [user for user in usernames if fold(head).endswith(f"_{fold(user)}")]
    return max(fits, key=len) if fits else None


def _shared_prefix(heads: Collection[str], known: dict[str, str]) -> str:
    """The assignment's part of the names: known from one student, else what all have in common, up to a ``_``."""
    for head, user in known.items():
        return head[: len(head) - len(user)]
    if len(heads) > 1:
        # character by character, because these are titles and not paths
        return commonprefix(list(heads)).rpartition("_")[0] + "_"  # noqa: RUF071
    return next(iter(heads)).rpartition("_")[0] + "_" if heads else ""


def recognises(table: Table) -> int | None:
    """Index of the header row, when this is a Grade Center file."""
    header = [cell.strip() for cell in table.rows[0].cells]
    named = column_of(header, *_USERNAME) is not None
    return 0 if named and any(_COLUMN.match(cell) for cell in header) else None


def layout(table: Table, header_row: int) -> Layout:
    """Where everything stands; the upload finds students by Username and columns by the id after ``|``."""
    header = [cell.strip() for cell in table.rows[header_row].cells]
    username = column_of(header, *_USERNAME)
    if username is None:
        raise UsageError(f"{table.name}: no column Username, by which Blackboard finds students: download it again")
    number = column_of(header, "Student ID", "Studenten-ID", "Matrikelnummer", "ID de estudiante")
    columns = []
    for index, cell in enumerate(header):
        matched = _COLUMN.match(cell)
        points = (matched["points"] or "") if matched else ""
        # calculated columns ("up to 100") are ignored on upload
        if matched and not re.search(r"\bup to\b", points):
            found = re.search(r"\d+(?:[.,]\d+)?", points)
            columns.append(
                Column(
                    title=matched["title"],
                    header=cell,
                    index=index,
                    id=matched["id"],
                    possible=decimal_in(found[0]) if found else None,
                )
            )
    first = min((i for i, cell in enumerate(header) if _COLUMN.match(cell)), default=len(header))
    last, given = column_of(header, "Last Name", "Nachname"), column_of(header, "First Name", "Vorname")
    students = []
    for index, row in enumerate(table.rows[header_row + 1 :], start=header_row + 1):
        user = row.cell(username).strip()
        if row.blank or user.endswith("_previewuser") or "_previewuser" in user:
            continue
        if not user:
            raise UsageError(f"{table.name}: line {row.line}, column {header[username]} is empty: download it again")
        name = ", ".join(row.cell(i).strip() for i in (last, given) if i is not None)
        matriculation = row.cell(number) if number is not None else ""
        student = known_as(name, (Space.BLACKBOARD_USERNAME, user), (Space.BLACKBOARD_STUDENT_ID, matriculation))
        students.append(RosterStudent(student=student, row=index, line=row.line))
    feedback = column_of(header, "Feedback to Learner")
    style = column_of(header, "Feedback Format")
    return Layout(
        kind=KIND,
        form="Blackboard grade file",
        upload="Grade Center, Work Offline, Upload",
        header=header_row,
        students=tuple(students),
        locked=spoilt(students),
        columns=tuple(columns),
        identity=tuple(range(max(first, username + 1))),
        bom=True,
        # the format of a comment has a column of its own; SMART_TEXT is the value that Blackboard itself writes
        comments={columns[0].index: feedback}
        if feedback is not None and style is not None and len(columns) == 1
        else {},
        comment_format=None if style is None else (style, "SMART_TEXT"),
    )


def warn(column: Column) -> list[str]:
    """Nothing is known that it does to a column without saying so."""
    return []
