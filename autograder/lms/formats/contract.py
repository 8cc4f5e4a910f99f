"""What every LMS's file in this folder must offer, in one place."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from autograder.lms.damage import LEFT, damaged
from autograder.lms.records import Bundle, Column, Item, Layout, RosterStudent
from autograder.lms.table import Table
from autograder.model import Id, Record, Space, Student

__all__ = ["FeedbackForm", "Format", "known_as", "spoilt"]


class FeedbackForm(Record, frozen=True, kw_only=True):
    """How an LMS takes a zip of pages back; names are joined to :attr:`autograder.model.Submission.lms_tag`."""

    page: str
    """Name of a submission's page."""
    comment: str | None = None
    """Name of a file of plain text beside it, where the LMS reads one."""
    grades: str | None = None
    """Name of the file of grades at the top of the zip, where one goes up with the pages."""
    upload: str
    """What to do with the zip in the LMS, in one line, with what must go up before it."""
    upload_grades: str = ""
    """What else, where the file of grades is in it."""
    finds: str = ""
    """Pattern at the start of a tag by which the LMS finds whose a page is."""
    warning: str = ""
    """What to know before uploading."""
    own: str = ""
    """Folder of a student who has handed in nothing yet, of ``{name}`` and ``{number}``; empty: it takes none."""
    number: Space | None = None
    """Which of a student's ids ``{number}`` is."""
    own_from: str = ""
    """Where that id comes from, in words."""
    own_upload: str = ""
    """What to do in the LMS with a zip of such folders, in one line."""
    of_groups: str = ""
    """What to know before uploading the pages of group work."""


class Format(Protocol):
    """One LMS, a module of its own."""

    KIND: str
    """Its name for ``--lms``."""
    OWN_FILES: tuple[str, ...]
    """Files (without case) that the LMS itself puts beside the submissions: an index, a list of grades."""
    UNDER_TITLE: bool
    """The students' folders lie in one with the assignment's title, which feedback needs to go back."""
    FEEDBACK: FeedbackForm | None
    """None: it takes no pages as a zip."""

    def claims(self, parts: tuple[str, ...]) -> bool:
        """Whether this LMS's download of all submissions would give a file this path."""
        ...

    def bundles(self, items: Sequence[Item], source: str, people: Sequence[Student]) -> list[Bundle]:
        """The submissions among the files that it claims.

        Args:
            items: the files.
            source: the download's name, for messages.
            people: everybody on the rosters, for an LMS whose names cannot be read without them.
        """
        ...

    def recognises(self, table: Table) -> int | None:
        """Index of the header row, when the table is this LMS's gradebook; None when it is not."""
        ...

    def layout(self, table: Table, header_row: int) -> Layout:
        """Where everything stands in its gradebook.

        Raises:
            UsageError: a column or cell is not as the LMS takes it back.
        """
        ...

    def warn(self, column: Column) -> list[str]:
        """What the LMS will do to grades in this column without saying so."""
        ...


def spoilt(students: Iterable[RosterStudent]) -> dict[int, str]:
    """Row → why its LMS would not find the student, where a spreadsheet changed the id that it goes by."""
    return {
        entry.row: f"line {entry.line}: {entry.student.id!r} is {LEFT}, by which nobody is found: export the file again"
        for entry in students
        if damaged(entry.student.id)
    }


def known_as(name: str, *ids: tuple[Space, str]) -> Student:
    """A student under all their ids that are not empty; the first is the one that the LMS goes by.

    An id that is an e-mail address, as logins often are, is that address too.
    """
    found = [Id(space, value.strip()) for space, value in ids if value.strip()]
    found += [Id(Space.EMAIL, one.value) for one in found if re.fullmatch(r"\S+@\S+\.\S+", one.value)]
    own = found or [Id(Space.NAME, name)]
    return Student(id=own[0].value, name=name, ids=tuple(dict.fromkeys(own)))
