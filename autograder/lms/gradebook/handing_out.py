"""A file of their own for every student of a class list, in one zip under the names by which the LMS gives them out."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from autograder.errors import UsageError
from autograder.lms.formats import FORMATS
from autograder.lms.people import Roster, own_id
from autograder.lms.records import Left
from autograder.model import Record, Student

__all__ = ["HandedOut", "hand_out"]


class HandedOut(Record, frozen=True, kw_only=True):
    """What was packed."""

    path: str
    students: tuple[Student, ...]
    left: tuple[Left, ...] = ()
    """Students without a file, and why."""
    upload: str
    """What to do with it."""


_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?/", re.IGNORECASE)
"""Folders that Windows takes for a device: an id ``aux`` without a name."""
_LONGEST = 80
"""Characters of a name or an id: a path of more than 260 is not unpacked on Windows."""


def hand_out(roster: Roster, file: str, make: Callable[[str], bytes], out: Path) -> HandedOut:
    """Make everybody's file and pack all of them.

    Args:
        roster: the class list.
        file: what each student's file is called.
        make: a student's id, as people know it → the file.
        out: the zip to write.

    Raises:
        UsageError: nobody on the list has an id that a student could know, or the LMS could find nobody, or the zip
            cannot be written.
    """
    known = FORMATS.get(roster.kind)
    form = known.FEEDBACK if known is not None else None
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    """Folders, as Windows and macOS tell them apart."""
    students: list[Student] = []
    left: list[Left] = []
    for entry in roster.students:
        student = entry.student
        who = own_id(student)
        if who is None:
            left.append(Left(student=student, why="the list has no e-mail address or number that a student knows"))
            continue
        if form is not None and form.own:
            number = next((one.value for one in student.ids if one.space is form.number), None)
            if number is None:
                left.append(Left(student=student, why=f"the list has no {form.own_from}"))
                continue
            folder = form.own.format(name=_safe(student.name).replace("_", " ") or "student", number=number)
        else:
            folder = f"{_safe(student.name)} ({_safe(who)})/" if student.name else f"{_safe(who)}/"
            if _DEVICE.fullmatch(folder):
                folder = f"student ({_safe(who)})/"
        if folder.casefold() in taken:
            left.append(Left(student=student, why=f"another student has the same folder {folder.rstrip('/')!r}"))
            continue
        taken.add(folder.casefold())
        files[f"{folder}{file}"] = make(who)
        students.append(student)
    if not files:
        why = "; ".join(dict.fromkeys(one.why for one in left))
        raise UsageError(f"{roster.name}: no notebook can be made from it: {why}. Export a list that has it")
    _write(files, out)
    by_hand = "give each student the notebook in the folder of their name"
    if form is not None and form.own:
        upload = form.own_upload
    elif form is not None:
        upload = f"{by_hand}: {roster.kind} takes a student's file only beside work that was handed in"
    else:
        upload = by_hand
    return HandedOut(path=str(out), students=tuple(students), left=tuple(left), upload=upload)


def _safe(text: str) -> str:
    """Text as a part of a path that every system can unpack."""
    return re.sub(r"\s+", " ", re.sub(r'[<>:"/\\|?*\x00-\x1f]', " ", text))[:_LONGEST].strip(" .")


def _write(files: dict[str, bytes], out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name in sorted(files):
                # a fixed date: the same notebooks are the same zip
                made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise UsageError(f"{out}: cannot be written ({error.strerror}): choose another file with -o") from error
