"""When two records are the same person's: ids within one space, names beside them.

An LMS counts its users, its participants and its groups from small numbers, and students have numbers of their own, so
two equal numbers say nothing unless they are from the same list. Across spaces an equal id is a hint that a name must
confirm.
"""

from enum import IntEnum

from autograder.lms.names import fold, name_keys, name_words
from autograder.model import Id, Space, Student

__all__ = [
    "CERTAIN", "COUNTED", "INTERNAL", "SAID", "SPOKEN", "TITLED", "Likeness", "Person", "contradict", "likeness",
    "mailbox", "person_of", "settled_by", "student_text", "with_id",
]  # fmt: skip

CERTAIN = ("id", "group", "title")
"""Ways of being found that come before a name."""
TITLED = {
    Space.MOODLE_DOWNLOAD: "give this assignment's own grading worksheet, which has a column Group, as the first "
    "--roster",
    Space.BLACKBOARD_USERNAME: "say who is in each: --groups FILE",
    Space.BRIGHTSPACE_FOLDER: "say who is in each: --groups FILE",
    Space.SAKAI_GROUP: "say who is in each: --groups FILE",
}
"""Ids in whose place the download of group work has a group's: what to do about one that is nobody's."""

INTERNAL = frozenset(
    {
        Space.CANVAS_USER, Space.CANVAS_ANONYMOUS, Space.MOODLE_PARTICIPANT, Space.MOODLE_DOWNLOAD,
        Space.BRIGHTSPACE_FOLDER, Space.GRADESCOPE_SUBMISSION, Space.SAKAI_GROUP,
    }
)  # fmt: skip
"""Numbers that one LMS gives and that nobody is known by outside of it."""
COUNTED = INTERNAL - {Space.CANVAS_USER, Space.BRIGHTSPACE_FOLDER}
"""Those that are an assignment's or a download's; a user's number may have been taken over, as SID or OrgDefinedId."""
SPOKEN = frozenset({Space.FILE, Space.PERSON})
"""Written by people, who do not say which of a student's ids they wrote, or whether it is a name."""
_NO_ID = frozenset({Space.NAME, Space.FILE, Space.PERSON})

SAID = {
    Space.CANVAS_USER: "Canvas ID",
    Space.CANVAS_ANONYMOUS: "Canvas's anonymous id",
    Space.CANVAS_SIS: "SIS User ID",
    Space.CANVAS_LOGIN: "SIS Login ID",
    Space.CANVAS_INTEGRATION: "Integration ID",
    Space.MOODLE_PARTICIPANT: "participant number",
    Space.MOODLE_DOWNLOAD: "number",
    Space.MOODLE_ID_NUMBER: "ID number",
    Space.MOODLE_USERNAME: "Moodle username",
    Space.BLACKBOARD_USERNAME: "Blackboard username",
    Space.BLACKBOARD_STUDENT_ID: "Student ID",
    Space.BRIGHTSPACE_FOLDER: "folder number",
    Space.BRIGHTSPACE_ORG: "OrgDefinedId",
    Space.BRIGHTSPACE_USERNAME: "Brightspace username",
    Space.GRADESCOPE_SID: "Gradescope SID",
    Space.GRADESCOPE_SUBMISSION: "Gradescope submission number",
    Space.SAKAI_EID: "Sakai id",
    Space.SAKAI_DISPLAY: "Display ID",
    Space.SAKAI_GROUP: "Sakai group",
    Space.EMAIL: "e-mail address",
    Space.LIST: "id",
    Space.NAME: "name",
    Space.FILE: "file name",
    Space.PERSON: "id",
}
"""What people call the ids of a space."""

_SETTLES = {
    Space.CANVAS_USER: "give this course's Canvas gradebook as the first --roster",
    Space.MOODLE_DOWNLOAD: "give this assignment's grading worksheet as the first --roster",
    Space.MOODLE_PARTICIPANT: "give this assignment's grading worksheet, with e-mail addresses, as the first --roster",
    Space.BLACKBOARD_USERNAME: "give the Grade Center's file as the first --roster",
    Space.BRIGHTSPACE_FOLDER: "name the folder after the student's Username",
    Space.GRADESCOPE_SID: "give Gradescope's own CSV as the first --roster",
    Space.EMAIL: "give a list with e-mail addresses as the first --roster",
    Space.SAKAI_EID: "give the Sakai gradebook as the first --roster",
    Space.FILE: "name the file after the student's login, or say which column of the roster file names are from: "
    "--id-column TITLE",
}


def settled_by(student: Student) -> str:
    """What a TA can do so that this student is told from others."""
    return _SETTLES.get(student.own.space, "grade the submission under the student's id")


Person = tuple[Id, frozenset[str]]
"""See :func:`person_of`."""

_PARTICLES = frozenset({"van", "von", "der", "den", "del", "dos", "bin", "ibn", "abu", "las", "los"})
"""Parts that half a class may have in common."""


class Likeness(IntEnum):
    """What two names say about two people."""

    OTHER = 0
    """Both are known and have no part in common."""
    UNKNOWN = 1
    """One of them is not known."""
    NEAR = 2
    """A part in common: a second name, a nickname, a title."""
    SAME = 3


def likeness(one: str, other: str) -> Likeness:
    """How alike two names are.

    >>> likeness("Smith, Ann", "Ann Smith").name, likeness("smithann", "Ann Marie Smith").name
    ('SAME', 'NEAR')
    >>> likeness("Annie K", "Kim, Ann").name, likeness("Ann Kim", "Anna Novak").name
    ('NEAR', 'OTHER')
    >>> likeness("Ann Smith", "Bo Lee").name, likeness("", "Bo Lee").name
    ('OTHER', 'UNKNOWN')
    """
    keys, others = name_keys(one), name_keys(other)
    if not keys or not others:
        return Likeness.UNKNOWN
    if keys & others:
        return Likeness.SAME
    words, theirs = name_words(one), name_words(other)
    if sum(max((_share(word, part) for part in theirs), default=0) for word in words - _PARTICLES) > 1:
        return Likeness.NEAR
    # Canvas writes smithann: two of the other's parts must be in it, or a short name is in everybody's
    for squeezed, parts in ((words, theirs), (theirs, words)):
        if len(squeezed) == 1 and sum(part in next(iter(squeezed)) for part in parts if len(part) > 1) > 1:
            return Likeness.NEAR
    return Likeness.OTHER


def _share(word: str, part: str) -> int:
    """How much two parts of names have in common: 2 for a name, 1 for a short one, an initial or a short form."""
    if word == part:
        return 2 if len(word) > 2 or not word.isascii() else 1
    short, long = sorted((word, part), key=len)
    return int(long.startswith(short) and len(short) != 2)


def contradict(one: Student, other: Student) -> Id | None:
    """An id of ``one`` in a space in which ``other`` has a different one: then they are two people.

    E-mail addresses are left out, because people have several.
    """
    theirs: dict[Space, set[str]] = {}
    for known in other.ids:
        theirs.setdefault(known.space, set()).add(fold(known.value))
    for known in one.ids:
        if known.space in _NO_ID or known.space in (Space.EMAIL, Space.SAKAI_GROUP):
            continue
        if known.space in theirs and fold(known.value) not in theirs[known.space]:
            return known
    return None


def mailbox(one: Id) -> str | None:
    """What stands before the ``@`` of an address: often a login, and what files are named after."""
    name, at, _ = fold(one.value).partition("@")
    return name if one.space is Space.EMAIL and at and name else None


def student_text(student: Student) -> str:
    """A student in a message: name and id."""
    return f"{student.name} ({student.id})" if student.name and student.name != student.id else student.id


def person_of(student: Student) -> Person:
    """Whom a record is of: an equal id under another name is somebody else's.

    >>> two = Student(id="7", name="Lee, Bo"), Student(id="7", name="Orr, Al")
    >>> person_of(two[0]) == person_of(two[1]), person_of(two[0]) == person_of(Student(id="7", name="Bo Lee"))
    (False, True)
    """
    return Id(student.own.space, fold(student.own.value)), name_keys(student.name)


def with_id(student: Student) -> str:
    """A submitter in a message: the name, and which id of which kind."""
    if not student.name or student.name == student.id or student.own.space is Space.NAME:
        return student.id
    return f"{student.name} ({SAID[student.own.space]} {student.id})"
