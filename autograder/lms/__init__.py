"""Between a class's LMS and its grades: submissions and rosters in, grade files and feedback out.

Five rooms, each entered by its ``__init__``, which says which file to open for which change: ``formats`` (one file an
LMS), ``intake`` (from a download to one notebook a student), ``people`` (whose submission is whose), ``policy`` (late
work and excuses), ``gradebook`` (what goes back). Beside them the words that they share: ``records.py``, ``names.py``,
``numbers.py``, ``times.py``, ``damage.py`` (what spreadsheets do to ids) and ``table.py``, a CSV whose untouched cells
come back byte for byte.

Example:
    >>> from autograder import lms
    >>> intake = lms.collect(["submissions.zip"], workdir="work", assignment="hw01")      # doctest: +SKIP
    >>> roster = lms.read_roster("canvas.csv")                                            # doctest: +SKIP
    >>> matched = lms.match_submissions(roster, intake.submissions)                       # doctest: +SKIP
    >>> written = lms.write_grades(roster, {"12345": lms.Grade(score=Decimal("9.5"))},
    ...                            out="grades/lms/canvas.csv", assignment="hw01")        # doctest: +SKIP
"""

from autograder.lms.damage import genuine
from autograder.lms.formats import KINDS
from autograder.lms.gradebook import (
    FEEDBACK_KINDS,
    POLICY_KINDS,
    CanvasAssignment,
    FeedbackZip,
    HandedOut,
    Wanted,
    adjust,
    choose_column,
    doubtful_zeros,
    feedback_zip,
    grades_of,
    hand_out,
    onto,
    possible,
    upload,
    write_grades,
)
from autograder.lms.intake import collect, collect_one
from autograder.lms.numbers import decimal_in, rounded
from autograder.lms.people import (
    Corrections,
    Match,
    Matched,
    Roster,
    corrected,
    match_submissions,
    read_roster,
    together,
    who_is_who,
    whose_numbers,
)
from autograder.lms.policy import Applied, AssignmentPolicy, CoursePolicy, apply, fitted, read_policy, timed
from autograder.lms.records import Bundle, Change, Column, ColumnRule, Grade, Intake, Item, Left, RosterStudent, Written
from autograder.lms.table import column_of, read_table

__all__ = [
    "FEEDBACK_KINDS",
    "KINDS",
    "POLICY_KINDS",
    "Applied",
    "AssignmentPolicy",
    "Bundle",
    "CanvasAssignment",
    "Change",
    "Column",
    "ColumnRule",
    "Corrections",
    "CoursePolicy",
    "FeedbackZip",
    "Grade",
    "HandedOut",
    "Intake",
    "Item",
    "Left",
    "Match",
    "Matched",
    "Roster",
    "RosterStudent",
    "Wanted",
    "Written",
    "adjust",
    "apply",
    "choose_column",
    "collect",
    "collect_one",
    "column_of",
    "corrected",
    "decimal_in",
    "doubtful_zeros",
    "feedback_zip",
    "fitted",
    "genuine",
    "grades_of",
    "hand_out",
    "match_submissions",
    "onto",
    "possible",
    "read_policy",
    "read_roster",
    "read_table",
    "rounded",
    "timed",
    "together",
    "upload",
    "who_is_who",
    "whose_numbers",
    "write_grades",
]
