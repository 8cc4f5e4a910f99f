"""What each LMS does with a grade file, written again from its documented rules, to hold our files against.

Each function takes the bytes that we wrote and gives back who got what, or raises ``Rejected`` as the LMS would.
Sources: the facts of each format as in docs/lms.md; no code of ours is used here.
"""

import csv
import html
import io
import re


class Rejected(Exception):
    """The LMS would refuse the file."""


def _rows(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


# --- Canvas: lib/gradebook_importer.rb, lib/csv_with_i18n.rb ---------------------------------------------------------

_DROPPED = (
    "Current Score", "Current Points", "Current Grade", "Final Score", "Final Points", "Final Grade",
    "Override Score", "Override Grade", "Override Status",
)  # fmt: skip


def canvas_number(cell):
    """The importer's decimal rule, which it applies to every column."""
    if not re.match(r"^-?[0-9.,]+%?$", cell):
        return cell
    last = max(cell.rfind(","), cell.rfind("."))
    if last < 0:
        return cell
    return re.sub(r"[.,]", "", cell[:last]) + "." + cell[last + 1 :]


def canvas(content, users, assignments):
    """Changes by (user id, assignment id). ``users``: id → (sis, login, name); ``assignments``: id → title."""
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
        raise Rejected("a byte-order mark before a quoted first cell is an illegal quote")
    text = content.decode("utf-8")
    head = "".join(text.splitlines(keepends=True)[:3])
    delimiter = ";" if head.count(";") > head.count(",") else ","
    rows = [row for row in _rows(text, delimiter) if "".join(row).strip(";, ")]
    header = rows[0]
    named = header[0] == "LastName" or "Student" in header[0]
    if not (len(header) > 3 and named and "ID" in header[2 if header[0] == "LastName" else 1]):
        raise Rejected("Invalid header row")
    at = 3 if header[0] == "LastName" else 2
    for optional in ("SIS User ID", "SIS Login ID", "Integration ID", "Root Account"):
        if at < len(header) and header[at] == optional:
            at += 1
    if "Section" not in header[at]:
        raise Rejected("Invalid header row")
    columns = {}
    for index in range(at + 1, len(header)):
        if any(word in header[index] for word in _DROPPED):
            continue
        matched = re.match(r"\A(.*)\s\((\d+)\)\Z", header[index])
        found = matched[2] if matched and matched[2] in assignments else None
        found = found or next((k for k, title in assignments.items() if title == header[index]), None)
        if found is None:
            raise Rejected(f"a new assignment {header[index]!r} would be offered")
        columns[index] = found
    changes = {}
    for row in rows[1:]:
        if len(row) < len(header):
            raise Rejected("index out of range")
        if "Points Possible" in row[0]:
            columns = {index: key for index, key in columns.items() if "read only" not in row[index]}
            continue
        cells = [canvas_number(cell.strip()) for cell in row]
        key = cells[2 if header[0] == "LastName" else 1]
        user = key if key in users else None
        if user is None:
            raise Rejected(f"a missing student {row[0]!r} would be offered")
        for index, assignment in columns.items():
            cell = cells[index]
            changes[user, assignment] = "EX" if cell.upper() in ("EX", "EXCUSED") else cell
    return changes


# --- Moodle: mod/assign/feedback/offline/importgradeslib.php ---------------------------------------------------------


def moodle_worksheet(content, participants, *, language=("Identifier", "Grade", "Last modified (grade)"), comma=False,
                     delimiter=",", feedback="Feedback comments", maximum=10.0, encoding="utf-8"):  # fmt: skip
    """(grades, comments) by participant number. ``participants``: number → (grade or None, comment) in Moodle now."""
    rows = _rows(content.decode(encoding).removeprefix("\ufeff"), delimiter)
    header = [cell.strip() for cell in rows[0]]
    for needed in language:
        if needed not in header:
            raise Rejected(f"no column {needed}")
    grades, comments = {}, {}
    for row in rows[1:]:
        if not row:
            continue
        number = re.match(r"^\D+(\d+)$", row[header.index(language[0])])
        if not number or number[1] not in participants:
            continue
        held, words = participants[number[1]]
        cell = row[header.index(language[1])].strip()
        value = float(cell.replace(",", ".") if comma else cell) if cell not in ("", "-") else None
        if value is not None and 0 <= value <= maximum and value != held:
            grades[number[1]] = value
        if feedback in header and row[header.index(feedback)] != words:
            comments[number[1]] = html.unescape(row[header.index(feedback)])
    return grades, comments


def moodle_gradebook(content, users, column, *, maximum=10.0, key="ID number", delimiter=","):
    """Grades by user; all or nothing. None is "no grade"."""
    rows = _rows(content.decode("utf-8").removeprefix("\ufeff"), delimiter)
    header = [cell.strip() for cell in rows[0]]
    grades = {}
    for row in rows[1:]:
        user, cell = row[header.index(key)].strip(), row[header.index(column)].strip()
        if user not in users:
            raise Rejected(f"user {user!r} is not known: the whole import is aborted")
        if cell in ("", "-"):
            grades[user] = None
            continue
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell) or float(cell) > maximum:
            raise Rejected(f"badgrade {cell!r}: the whole import is aborted")
        grades[user] = float(cell)
    return grades


# --- Blackboard -----------------------------------------------------------------------------------------------------


def blackboard(content, users, columns):
    """Cells by (username, column id). ``columns``: the ids that the course has."""
    if content.startswith(b"\xff\xfe"):
        rows = _rows(content[2:].decode("utf-16-le"), "\t")
        raw = content[2:].decode("utf-16-le").split("\r\n")[0].split("\t")
    else:
        text = content.decode("utf-8-sig")
        rows, raw = _rows(text, ","), [text[:1]]
    if not all(cell.startswith('"') for cell in raw):
        raise Rejected("fields must be quoted")
    header = rows[0]
    if "Username" not in header:
        raise Rejected("no Username")
    known = {}
    for index, cell in enumerate(header):
        if cell in ("Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"):
            continue
        if cell in ("Feedback to Learner", "Feedback Format", "Grading Notes", "Notes Format"):
            known[index] = cell
            continue
        matched = re.search(r"\|(\d+)$", cell)
        if not matched or matched[1] not in columns:
            raise Rejected(f"{cell!r} would become a new text column")
        known[index] = matched[1]
    cells = {}
    for row in rows[1:]:
        user = row[header.index("Username")]
        if not user:
            raise Rejected("a row without Username")
        if user in users:
            cells |= {(user, key): row[index] for index, key in known.items()}
    return cells


# --- Brightspace ----------------------------------------------------------------------------------------------------


def brightspace(content, users):
    """Points by (OrgDefinedId, item title)."""
    rows = _rows(content.decode("utf-8"), ",")
    header = rows[0]
    if header[0] not in ("OrgDefinedId", "Username"):
        raise Rejected("neither OrgDefinedId nor Username")
    if header[-1] != "End-of-Line Indicator":
        raise Rejected("no End-of-Line Indicator")
    if {"Last Name", "First Name", "Email"} & set(header):
        raise Rejected("names and e-mail addresses are not imported")
    points = {}
    for row in rows[1:]:
        if row[-1] != "#":
            raise Rejected("a row does not end with #")
        user = row[0].removeprefix("#")
        if user not in users:
            raise Rejected(f"user {user!r} is not in the course")
        for index, cell in enumerate(header):
            if matched := re.match(r"^(.+) Points Grade(?: <.*>)?$", cell):
                points[user, matched[1]] = float(row[index])
    return points


# --- Sakai: gradebookng ImportGradesHelper.java -----------------------------------------------------------------------


def sakai(content, users, items, *, delimiter=","):
    """(points, comments) by (user id, item). ``items``: title → points."""
    rows = _rows(content.decode("utf-8"), delimiter)
    header = rows[0]
    if len(header) != len(set(header)) or not all(cell.strip() for cell in header):
        raise Rejected("duplicate or blank headings")
    kinds = {}
    for index, cell in enumerate(header[2:], start=2):
        if re.fullmatch(r"(\#.+)", cell):
            continue
        if matched := re.fullmatch(r"\* (.+)", cell):
            kinds[index] = ("comment", matched[1])
        elif matched := re.fullmatch(r"([^\[]+)(\[(\d+([\.,]\d\d?)?)\])?", cell):
            kinds[index] = ("points", matched[1].strip())
        else:
            raise Rejected(f"invalid heading {cell!r}")
    titles = {title for kind, title in kinds.values() if kind == "points"}
    if any(kind == "comment" and title not in titles for kind, title in kinds.values()):
        raise Rejected("an orphan comment column")
    if titles - set(items):
        raise Rejected(f"new items {titles - set(items)}")
    seen, points, comments = set(), {}, {}
    for row in rows[1:]:
        if row[0] in seen:
            raise Rejected("duplicate student")
        seen.add(row[0])
        if row[0] not in users:
            continue
        for index, (kind, title) in kinds.items():
            cell = row[index].strip()
            if not cell:
                continue
            if kind == "comment":
                comments[row[0], title] = row[index]
                continue
            if not re.fullmatch(r"\d+([.,]\d+)?", cell):
                raise Rejected(f"invalid grade {cell!r}")
            points[row[0], title] = float(cell.replace(",", "."))
    if not points:
        raise Rejected("no valid student")
    return points, comments
