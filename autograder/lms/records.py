"""Records of the LMS room: what comes in (items, bundles, intake) and what goes out (grades, changes)."""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from autograder.model import Record, Refused, Student, Submission

__all__ = [
    "OURS",
    "Bundle",
    "Change",
    "Column",
    "Grade",
    "Intake",
    "Item",
    "Layout",
    "Left",
    "RosterStudent",
    "Written",
]

OURS = "autograder:"
"""How a comment of ours begins, so that a later run replaces it and leaves alone what a person wrote."""


class Item(NamedTuple):
    """One file on the way in."""

    parts: tuple[str, ...]
    """Its path in the download as safe names; for people and patterns, never used as a path here."""
    path: Path
    """Where its bytes lie: our path."""
    problem: tuple[str, str] | None = None
    """(reason, message) of a file that could not be taken; ``path`` then means nothing."""


class Bundle(Record, frozen=True, kw_only=True):
    """The files of one submission before its notebook is chosen."""

    students: tuple[Student, ...]
    items: tuple[Item, ...]
    """``parts`` are relative to the submission."""
    source: str
    """Where it came from, for messages."""
    argument: int = 0
    """See :attr:`autograder.model.Submission.argument`."""
    own: bool = False
    """See :attr:`autograder.model.Submission.own`."""
    tag: str | None = None
    """``canvas:<prefix>``, ``moodle:<folder>``…: see :attr:`autograder.model.Submission.lms_tag`."""
    late: bool | None = None
    """Whether the LMS calls it late; None: it does not say."""
    submitted: str | None = None
    order: tuple[str | int, ...] | None = None
    """Of two bundles of one student the larger is the newer; None where the LMS does not tell."""
    notes: tuple[str, ...] = ()
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    """First part of an item → its own tag, where each attachment has one (Canvas)."""


class Intake(Record, frozen=True, kw_only=True):
    """What :func:`autograder.lms.collect` made of the paths it was given."""

    submissions: tuple[Submission, ...]
    refused: tuple[Refused, ...] = ()
    warnings: tuple[str, ...] = ()
    recognised: tuple[str, ...] = ()
    """One line a path: what it was taken for."""


class Column(Record, frozen=True, kw_only=True):
    """A column that grades can go into."""

    title: str
    """The assignment's title as people know it."""
    header: str
    """The whole header cell."""
    index: int
    id: str | None = None
    possible: Decimal | None = None
    """The column's maximum, where the file says."""


class RosterStudent(Record, frozen=True, kw_only=True):
    """One student's row."""

    student: Student
    row: int
    """Index into the table's rows."""
    line: int
    """Line in the file, from 1."""
    section: str = ""
    group: str = ""
    """Title of the group that hands in for this student, where the file has a column for it."""
    submitted: str | None = None
    """When the work came, where the file says: ISO 8601, without an offset in the LMS's local time."""
    late: bool | None = None
    """Whether the LMS calls the work late; None: it does not say."""
    due: str | None = None
    """The student's own due date or extension, where the file has one: ISO 8601, local."""


class Layout(Record, frozen=True, kw_only=True):
    """Where everything stands in one LMS's file, and how the file goes back."""

    kind: str
    """``canvas``, ``moodle``…"""
    form: str
    """The file in words: "Canvas gradebook"."""
    header: int
    """Index of the header row."""
    students: tuple[RosterStudent, ...]
    columns: tuple[Column, ...]
    sole: bool = False
    """The file is one assignment's own: its one column is meant, whatever it is called."""
    identity: tuple[int, ...] | None
    """Columns that go back beside the grades, in order; None writes every column."""
    keep: tuple[int, ...] = ()
    """Rows that go back beside the students', before them."""
    after: tuple[int, ...] = ()
    """Columns that go back after the grades (Brightspace's end-of-line indicator)."""
    tail: tuple[str, str] | None = None
    """(header, cell) of a last column that the format wants and the file lacks."""
    grouped: bool = False
    """The assignment is handed in by groups, and the file says who is in which."""
    only_graded: bool = True
    """Rows of students without a new grade stay out, because their blanks could erase."""
    bom: bool = False
    excused: str | None = None
    """What an excused student's cell says; None: the format has no word for it, the cell stays."""
    decimal_mark: str | None = None
    """What the LMS's importer takes; None: as the file's own grades have it."""
    settled: frozenset[str] = frozenset()
    """Cells (folded) that are not overwritten: excused, not assigned."""
    comments: dict[int, int] = msgspec.field(default_factory=dict)
    """Grade column → its column for comments."""
    comments_are_html: bool = True
    comment_format: tuple[int, str] | None = None
    """(column, value) that says how a comment is written."""
    locked: dict[int, str] = msgspec.field(default_factory=dict)
    """Row → why the LMS would skip it."""
    strict_maximum: bool = False
    """The LMS skips or aborts on a grade above the maximum."""
    upload: str = ""
    """What to do with the file in the LMS, in one line; empty where the LMS takes none."""
    packed: bool = False
    """The file goes up inside the zip of pages, where there is one."""
    append: str | None = None
    """Header of a column to add when none fits, with ``{title}`` and ``{possible}``; None: a column must exist."""
    warnings: tuple[str, ...] = ()


class Grade(Record, frozen=True, kw_only=True):
    """What goes into one student's cell."""

    score: Decimal | None
    """None: failed, undecided or not graded; the cell is left as it is."""
    excused: bool = False
    comment: str = ""
    """Plain text for the format's feedback column, where it has one."""
    reason: str = ""
    """Why the score is None, for the list of cells that were left."""


class ColumnRule(Record, frozen=True, kw_only=True):
    """Which column of a roster's file is filled, and how: the same for all rosters of a class."""

    column: str | None = None
    """Its id or exact title; None: it is found by the assignment's name."""
    scale: bool = False
    """Rescale the scores to the column's maximum."""
    missing: str = "blank"
    """``blank``, or ``zero`` to write a 0 for those who submitted nothing. A failed or undecided submission is never a
    0."""


class Change(Record, frozen=True, kw_only=True):
    """One cell: what it held and what it holds now (equal where the LMS already has the grade)."""

    student: Student
    column: str
    old: str
    new: str


class Left(Record, frozen=True, kw_only=True):
    """A student whose cell was not written, and why."""

    student: Student
    why: str


class Written(Record, frozen=True, kw_only=True):
    """What :func:`autograder.lms.write_grades` did, or would do in a dry run."""

    lms: str
    path: str | None
    """None in a dry run."""
    column: str
    upload: str = ""
    """What to do with the file, as :attr:`Layout.upload`."""
    packed: bool = False
    """As :attr:`Layout.packed`."""
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    withheld: tuple[Left, ...] = ()
    """Of those ``left`` the students who have a grade, or are excused: a person has to enter it."""
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Change, ...]:
        """The cells that hold something else now."""
        return tuple(one for one in self.changes if one.old != one.new)
