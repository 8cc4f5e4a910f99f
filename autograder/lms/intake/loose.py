"""Submissions that no LMS named: a folder per student, loose notebooks and zips named after students."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.lms.names import title_key
from autograder.lms.records import Bundle, Item
from autograder.model import Id, Space, Student

NAME = "folders or files named after students"

_COPY = re.compile(r"(?:[-_ ]\d{1,2}|\s?\(\d+\)|[-_ ]copy\d*)$", re.IGNORECASE)
# how autograder build --each names a folder where the LMS gives out no files
_NAME_AND_ID = re.compile(r"(?P<name>.*\S) \((?!\d{1,2}\)|copy)(?P<id>[^()]+)\)")
# what Otter's grader.export() appends
_EXPORTED = re.compile(r"_\d{4}_\d{2}_\d{2}T\d{2}_\d{2}_\d{2}_\d{6}$")

# a zip of this name is somebody's whole class, even with one notebook in it
_CLASSES = {
    title_key(name) for name in ("submissions", "submission", "download", "class", "notebooks", "homework", "in")
}


def is_assignment(stem: str, assignment: str) -> bool:
    """Whether a file of this name is the assignment's own notebook: ``hw01``, ``HW 1``, ``hw01-1``, ``hw01 (2)``."""
    bare = _EXPORTED.sub("", stem)
    return title_key(bare) == title_key(assignment) or title_key(_COPY.sub("", bare)) == title_key(assignment)


def student_of(stem: str, assignment: str | None) -> str:
    """Who a file's name names: without the assignment's name before or after it.

    >>> student_of("hw01_asmith", "hw01"), student_of("Ann Smith - HW 1", "hw01"), student_of("asmith", "hw01")
    ('asmith', 'Ann Smith', 'asmith')
    """
    bare = _EXPORTED.sub("", stem)
    if assignment:
        pieces = re.split(r"([_\-\s]+)", bare)
        for count in range(1, len(pieces), 2):
            head, tail = "".join(pieces[:count]), "".join(pieces[count + 1 :])
            if title_key(head) == title_key(assignment) and tail:
                return tail
            if title_key(tail) == title_key(assignment) and head:
                return head
    return bare or stem


def _named(name: str, assignment: str | None) -> Student:
    student = student_of(name, assignment)
    if both := _NAME_AND_ID.fullmatch(student):
        return Student(id=both["id"], name=both["name"], ids=(Id(Space.FILE, both["id"]),))
    return Student(id=student, ids=(Id(Space.FILE, student),))


def whose(name: str, assignment: str | None) -> tuple[Student, ...]:
    """The one student whom a zip or folder of this name is of."""
    return (_named(name, assignment),)


def whole(items: Sequence[Item], source: str, assignment: str | None, container: str) -> Bundle:
    """All files as one student's work, whom the zip or folder around them names."""
    return Bundle(students=whose(container, assignment), items=tuple(items), source=source, own=True)


def bundles(
    items: Sequence[Item], source: str, assignment: str | None, container: str | None, *, zipped: bool = False
) -> list[Bundle]:
    """A bundle for every top folder and every loose file; a zip is the work of the one student whom it names.

    Args:
        items: the files.
        source: where they came from, for messages.
        assignment: its name, to be taken out of file names.
        container: name of the zip or folder that held them; None for a file named on the command line.
        zipped: the container is a zip, which a student may have made.
    """
    if container is not None and _one_submission(items, assignment, container, zipped=zipped):
        return [whole(items, source, assignment, container)]
    items = _of_a_class(items, assignment)
    if container is not None and zipped and _in_a_folder_of_everybodys(items, assignment):
        return [whole([item._replace(parts=item.parts[1:]) for item in items], source, assignment, container)]
    folders: dict[str, list[Item]] = {}
    found: list[Bundle] = []
    for item in items:
        if len(item.parts) > 1:
            folders.setdefault(item.parts[0], []).append(item._replace(parts=item.parts[1:]))
            continue
        student = _named(PurePosixPath(item.parts[0]).stem, assignment)
        found.append(Bundle(students=(student,), items=(item,), source=item.parts[0]))
    for folder, inside in folders.items():
        found.append(Bundle(students=(_named(folder, assignment),), items=tuple(inside), source=folder))
    return found


def _of_a_class(items: Sequence[Item], assignment: str | None) -> Sequence[Item]:
    """The files without the folders around the work of two or more students; as they are where it is one's."""
    inner = items
    while inner and len({item.parts[0] for item in inner}) == 1 and all(len(item.parts) > 1 for item in inner):
        folder, inner = inner[0].parts[0], [item._replace(parts=item.parts[1:]) for item in inner]
        works = [item for item in inner if item.parts[-1].lower().endswith((".ipynb", ".zip"))]
        # scripts are work where there is nothing else, and modules beside a notebook
        works = works or [item for item in inner if item.parts[-1].lower().endswith(".py")]
        if len({item.parts[0] for item in works}) > 1:
            return items if _one_submission(inner, assignment, folder, zipped=False) else inner
    return items


def _in_a_folder_of_everybodys(items: Sequence[Item], assignment: str | None) -> bool:
    """Whether a student's zip holds one folder, called as everybody's is: ``hw01``, ``homework``."""
    if len({item.parts[0] for item in items}) != 1 or any(len(item.parts) < 2 for item in items):
        return False
    folder = items[0].parts[0]
    return title_key(folder) in _CLASSES or (assignment is not None and is_assignment(folder, assignment))


def _one_submission(items: Sequence[Item], assignment: str | None, container: str, *, zipped: bool) -> bool:
    """Whether a zip or folder is one student's work and not a class's."""
    notebooks = [item for item in items if item.parts[-1].lower().endswith(".ipynb")]
    if any(len(item.parts) > 1 for item in notebooks) or any(i.parts[-1].lower().endswith(".zip") for i in items):
        return False
    if zipped and len(notebooks) == 1 and (_EXPORTED.search(container) or title_key(container) not in _CLASSES):
        return True
    if assignment is None:
        return False
    named = [item for item in notebooks if is_assignment(PurePosixPath(item.parts[-1]).stem, assignment)]
    # with three or more the assignment's own is the starter among students' notebooks
    return bool(named) and (len(notebooks) <= 2 or len(named) == len(notebooks))


def empty_folders(items: Sequence[Item], folders: Sequence[tuple[str, ...]], source: str) -> list[Bundle]:
    """A bundle without files for each top folder that holds none, so that it is said."""
    full = {item.parts[0] for item in items}
    tops = dict.fromkeys(parts[0] for parts in folders if parts)
    return [
        Bundle(students=(_named(top, None),), items=(), source=f"{source}/{top}") for top in tops if top not in full
    ]
