"""What each LMS does with a grade file, written again from its documented rules, to hold our files against.

Each function takes the bytes that we wrote and gives back who got what, or raises ``Rejected`` as the LMS would. What
an LMS would only ask about ("create a new assignment?") is rejected as well. No code of ours is used here.

Sources. Canvas: instructure/canvas-lms, lib/gradebook_importer.rb, lib/csv_with_i18n.rb, app/models/assignment.rb
(infer_comment_context_from_filename). Moodle: moodle/moodle, lib/csvlib.class.php, mod/assign/feedback/offline
(importgradeslib.php, locallib.php), grade/import/csv/classes/load_data.php, mod/assign/feedback/file/importziplib.php.
Sakai: sakaiproject/sakai, gradebookng ImportGradesHelper.java. Blackboard and Brightspace: their own documentation of
"work offline" and "import grades", which is all that is public of them.
"""

import csv
import html
import io
import re
from datetime import datetime


class Rejected(Exception):
    """The LMS would refuse the file."""


def _rows(text, delimiter):
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


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
    if not columns:
        raise Rejected("no assignment among the columns")
    changes, seen = {}, set()
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
        if user in seen:
            raise Rejected(f"{user} is there twice: the later row would win")
        seen.add(user)
        for index, assignment in columns.items():
            cell = cells[index]
            changes[user, assignment] = "EX" if cell.upper() in ("EX", "EXCUSED") else cell
    return changes


def _php_rows(text, delimiter):
    """Records as PHP's ``fgetcsv`` reads them: a backslash before a quote keeps the cell open."""
    rows, row, cell, at = [], [], "", 0
    while at < len(text):
        if text[at] == '"' and not cell.strip():
            cell, at = "", at + 1
            while at < len(text):
                if text[at] == "\\" and at + 1 < len(text):
                    cell, at = cell + text[at : at + 2], at + 2
                elif text[at] == '"' and text[at + 1 : at + 2] == '"':
                    cell, at = cell + '"', at + 2
                elif text[at] == '"':
                    at += 1
                    break
                else:
                    cell, at = cell + text[at], at + 1
            else:
                raise Rejected("a quote is never closed")
        elif text[at] in (delimiter, "\n"):
            row.append(cell)
            cell = ""
            if text[at] == "\n":
                rows.append(row)
                row = []
            at += 1
        else:
            cell, at = cell + text[at], at + 1
    rows.append([*row, cell])
    return [row for row in rows if row != [""]]


def _moodle_rows(content, encoding, delimiter):
    text = content.decode(encoding).removeprefix("\ufeff")
    rows = _php_rows(re.sub(r"\r\n?", "\n", text).strip(), delimiter)
    if any(len(row) != len(rows[0]) for row in rows):
        raise Rejected("csvweirdcolumns: a row has not as many cells as the header")
    return rows


def _php_float(cell, decimal):
    """``unformat_float``: what is no number after its separator is replaced is None."""
    plain = cell.strip().replace(" ", "").replace(decimal, ".")
    return float(plain) if re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)", plain) else None


def _php_time(text):
    """``strtotime``: English dates only; anything else is the year 1970."""
    try:
        return datetime.strptime(text, "%A, %d %B %Y, %I:%M %p")
    except ValueError:
        return datetime(1970, 1, 1)


def moodle_worksheet(content, participants, *, language=("Identifier", "Grade", "Last modified (grade)"), comma=False,
                     delimiter=",", feedback="Feedback comments", maximum=10.0, encoding="utf-8",
                     prefix="Participant ", graded=None, ignore_modified=False):  # fmt: skip
    """(grades, comments) by participant number.

    Args:
        participants: number → (grade or None, comment) in Moodle now.
        language: headings in the importer's language, compared to the letter.
        prefix: what a participant's cell begins with in that language.
        graded: number → when Moodle's own grade record was last changed.
        ignore_modified: "allow updating records that have been modified more recently".
    """
    rows = _moodle_rows(content, encoding, delimiter)
    header = rows[0]
    for needed in language:
        if needed not in header:
            raise Rejected(f"no column {needed}")
    grades, comments = {}, {}
    for row in rows[1:]:
        number = row[header.index(language[0])][len(prefix) :]
        if number not in participants:
            continue
        held, words = participants[number]
        modified = _php_time(row[header.index(language[2])])
        own = (graded or {}).get(number)
        stale = own is not None and (own - modified).total_seconds() > 60
        value = _php_float(row[header.index(language[1])], "," if comma else ".")
        if value is not None and 0 <= value <= maximum and value != held and (ignore_modified or not stale):
            grades[number] = value
        if feedback in header and row[header.index(feedback)] != words and (ignore_modified or not stale):
            comments[number] = html.unescape(row[header.index(feedback)])
    return grades, comments


def moodle_gradebook(
    content, users, column, *, maximum=10.0, key="ID number", delimiter=",", decimal=".", feedback=None
):
    """Grades by user, with ``feedback`` (grades, comments); all or nothing. None is "no grade", which erases one.

    Args:
        users: key → how many users have it.
        column: heading of the grade's column, which the importer maps by hand.
    """
    rows = _moodle_rows(content, "utf-8", delimiter)
    header = [cell.strip() for cell in rows[0]]
    grades, comments = {}, {}
    for row in rows[1:]:
        user, cell = row[header.index(key)].strip(), row[header.index(column)].strip()
        found = users.get(user, 0) if isinstance(users, dict) else int(user in users)
        if found != 1:
            raise Rejected(f"{found} users {user!r}: the whole import is aborted")
        if user in grades:
            raise Rejected(f"user {user!r} is there twice")
        value = None if cell in ("", "-") else _php_float(cell, decimal)
        if cell not in ("", "-") and (value is None or value > maximum):
            raise Rejected(f"badgrade {cell!r}: the whole import is aborted")
        grades[user] = value
        if feedback is not None:
            comments[user] = html.unescape(row[header.index(feedback)].strip())
    return grades if feedback is None else (grades, comments)


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
    cells, seen = {}, set()
    for row in rows[1:]:
        user = row[header.index("Username")]
        if not user:
            raise Rejected("a row without Username")
        if user in seen or len(row) != len(header):
            raise Rejected(f"{user!r} is there twice, or its row is short")
        seen.add(user)
        if user in users:
            cells |= {(user, key): row[index] for index, key in known.items()}
    return cells


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
    items = [cell for cell in header[:-1] if cell not in ("OrgDefinedId", "Username")]
    if any(not re.match(r"^.+ (Points Grade|Text Grade|Grade Symbol)( <[^>]*>)?$", cell) for cell in items):
        raise Rejected(f"a column of {items} is no item's")
    points, seen = {}, set()
    for row in rows[1:]:
        if len(row) != len(header):
            raise Rejected("a row has not as many cells as the header")
        if row[-1] != "#":
            raise Rejected("a row does not end with #")
        user = row[0].removeprefix("#")
        if user not in users:
            raise Rejected(f"user {user!r} is not in the course")
        if user in seen:
            raise Rejected(f"user {user!r} is there twice")
        seen.add(user)
        for index, cell in enumerate(header):
            if matched := re.match(r"^(.+) Points Grade(?: <.*>)?$", cell):
                if not re.fullmatch(r"\d+(\.\d+)?", row[index].strip()):
                    raise Rejected(f"{row[index]!r} is no number")
                points[user, matched[1]] = float(row[index])
    return points


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


def sakai_list(content, users, *, maximum=10.0):
    """Points by eid from the ``grades.csv`` of a zip for "Upload All"; two lines of title stand above the header."""
    rows = _rows(content.decode("utf-8"), ",")
    if not rows[0][1].endswith("_GRADE_TYPE") or rows[2][0] != "Display ID":
        raise Rejected("this is not the file that the download held")
    points = {}
    for row in rows[3:]:
        cell = row[4].strip()
        if row[1] not in users:
            raise Rejected(f"no user {row[1]!r}")
        if cell:
            if not re.fullmatch(r"\d+(\.\d+)?", cell) or float(cell) > maximum:
                raise Rejected(f"invalid grade {cell!r}")
            points[row[1]] = float(cell)
    return points
