"""Who handed in what: people with their ids, a piece of work, and a file that could not become one."""

from enum import StrEnum

import msgspec

from autograder.model.record import Record


class Space(StrEnum):
    """Where an id is from: the same number in two of these is, as a rule, two people's."""

    CANVAS_USER = "canvas-user"
    CANVAS_ANONYMOUS = "canvas-anonymous"
    CANVAS_SIS = "canvas-sis"
    CANVAS_LOGIN = "canvas-login"
    CANVAS_INTEGRATION = "canvas-integration"
    MOODLE_PARTICIPANT = "moodle-participant"
    """Of one assignment."""
    MOODLE_DOWNLOAD = "moodle-download"
    """In a folder's name: a participant's number, or in a group assignment the group's."""
    MOODLE_ID_NUMBER = "moodle-id-number"
    MOODLE_USERNAME = "moodle-username"
    BLACKBOARD_USERNAME = "blackboard-username"
    BLACKBOARD_STUDENT_ID = "blackboard-student-id"
    BRIGHTSPACE_FOLDER = "brightspace-folder"
    """The number that a folder of the download begins with; nothing says what it is."""
    BRIGHTSPACE_ORG = "brightspace-org-defined-id"
    BRIGHTSPACE_USERNAME = "brightspace-username"
    GRADESCOPE_SID = "gradescope-sid"
    GRADESCOPE_SUBMISSION = "gradescope-submission"
    SAKAI_EID = "sakai-eid"
    SAKAI_DISPLAY = "sakai-display-id"
    SAKAI_GROUP = "sakai-group"
    EMAIL = "e-mail"
    LIST = "class-list"
    """The column of ids of a CSV that is no LMS's."""
    NAME = "name"
    """No id was there: the name stands in its place."""
    FILE = "file-name"
    """What a file or folder is named after: an id of any kind that people use, or a name."""
    PERSON = "person"
    """What the TA wrote: any id on the roster, or a name."""


class Id(Record, frozen=True, gc=False):
    """One id of somebody, and where it is from."""

    space: Space
    value: str


class Student(Record, frozen=True, gc=False, kw_only=True):
    """Somebody on a roster, or known only from a file's name."""

    id: str
    """The key under which the LMS knows the student; never reformatted (leading zeros stay)."""
    name: str = ""
    ids: tuple[Id, ...] = ()
    """Every id that is known, the one that ``id`` is first; empty where nothing says where ``id`` is from."""

    @property
    def own(self) -> Id:
        """The student's id with its source."""
        return self.ids[0] if self.ids else Id(Space.PERSON, self.id)


class Submission(Record, frozen=True, gc=False, kw_only=True):
    """One piece of work to grade: a notebook and the files that came with it."""

    key: str
    """Unique in a run, stable between runs, safe as a file name: the student's id where it is known."""
    students: tuple[Student, ...]
    """Several for group work; the first is the one that submitted."""
    file: str
    """The notebook's name as the student or the LMS gave it, for people to read."""
    path: str
    """Where the notebook lies on this machine; our path, never the student's."""
    files: dict[str, str] = msgspec.field(default_factory=dict)
    """Other files of the submission: safe relative name in the student's folder → where it lies."""
    late: bool | None = None
    """Whether the LMS calls it late; None: it does not say."""
    submitted: str | None = None
    """ISO 8601 where the LMS says; without an offset it is the LMS's local time."""
    section: str = ""
    """Of the first of its students, where the class list has sections."""
    lms_tag: str | None = None
    """``<lms>:<prefix>``: what this LMS's own download was named by, and what it needs to take feedback back."""
    source: str = ""
    """What the TA gave and it was found in: a zip, a folder, the file itself."""
    argument: int = 0
    """The how many-th of those that is, from 1."""
    own: bool = False
    """What the TA gave is this student's work and nobody else's."""
    notes: tuple[str, ...] = ()
    """What was decided on the way in ("two notebooks, took hw01.ipynb")."""
    member_keys: tuple[str, ...] = ()
    """Of group work: a key for each further student, under which there is a page of their own."""
    part_of: str | None = None
    """Key of the group's submission, where a policy gave its members rows of their own and this is not the first
    member's; None: this row stands for the work itself."""


class Refused(Record, frozen=True, gc=False, kw_only=True):
    """A file that could not become a submission."""

    file: str
    reason: str
    """``not-a-notebook``, ``bad-zip``, ``zip-slip``, ``zip-bomb``, ``several-notebooks``, ``empty``, …"""
    message: str
    """What, where, what to do."""
    students: tuple[Student, ...] = ()
