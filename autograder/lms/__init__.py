"""Between a class's LMS and its grades: submissions and rosters in, grade files and feedback out.

Example:
    >>> from autograder import lms
    >>> intake = lms.collect(["submissions.zip"], workdir="work", assignment="hw01")      # doctest: +SKIP
    >>> roster = lms.read_roster("canvas.csv")                                            # doctest: +SKIP
    >>> matched = lms.match_submissions(roster, intake.submissions)                       # doctest: +SKIP
    >>> written = lms.write_grades(roster, {"12345": lms.Grade(score=Decimal("9.5"))},
    ...                            out="grades/lms/canvas.csv", assignment="hw01")        # doctest: +SKIP
"""

from autograder.lms.collect import collect, collect_one
from autograder.lms.feedback import FEEDBACK_KINDS, FeedbackZip, feedback_zip
from autograder.lms.final import POLICY_KINDS, adjust, doubtful_zeros, grades_of, onto, possible
from autograder.lms.matching import across, match_submissions, together
from autograder.lms.policy import Applied, AssignmentPolicy, CoursePolicy, apply, resolve
from autograder.lms.policy_file import read_policy
from autograder.lms.read import KINDS, read_roster
from autograder.lms.records import Bundle, Change, Column, Grade, Intake, Item, Left, RosterStudent, Written
from autograder.lms.roster import Match, Matched, Roster
from autograder.lms.write import choose_column, rounded, write_grades

__all__ = [
    "FEEDBACK_KINDS",
    "KINDS",
    "POLICY_KINDS",
    "Applied",
    "AssignmentPolicy",
    "Bundle",
    "Change",
    "Column",
    "CoursePolicy",
    "FeedbackZip",
    "Grade",
    "Intake",
    "Item",
    "Left",
    "Match",
    "Matched",
    "Roster",
    "RosterStudent",
    "Written",
    "across",
    "adjust",
    "apply",
    "choose_column",
    "collect",
    "collect_one",
    "doubtful_zeros",
    "feedback_zip",
    "grades_of",
    "match_submissions",
    "onto",
    "possible",
    "read_policy",
    "read_roster",
    "resolve",
    "rounded",
    "together",
    "write_grades",
]
