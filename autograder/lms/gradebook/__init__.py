"""From a graded run to what an LMS takes: its own file with one column filled, and pages for its students.

In come a run and rosters; out go files. ``final.py`` applies the policy and says what each student gets, ``write.py``
fills the roster's file, ``feedback.py`` packs the pages, ``canvas_api.py`` sends both to Canvas without a file;
``handing_out.py`` packs a file of their own for every student.
"""

from autograder.lms.gradebook.canvas_api import CanvasAssignment, Uploaded, Wanted, upload
from autograder.lms.gradebook.feedback import FEEDBACK_KINDS, FeedbackZip, feedback_zip
from autograder.lms.gradebook.final import POLICY_KINDS, adjust, doubtful_zeros, grades_of, onto, possible
from autograder.lms.gradebook.handing_out import HandedOut, hand_out
from autograder.lms.gradebook.write import choose_column, write_grades

__all__ = [
    "FEEDBACK_KINDS", "POLICY_KINDS", "CanvasAssignment", "FeedbackZip", "HandedOut", "Uploaded", "Wanted", "adjust",
    "choose_column", "doubtful_zeros", "feedback_zip", "grades_of", "hand_out", "onto", "possible", "upload",
    "write_grades",
]  # fmt: skip
