"""From a graded run to what an LMS takes: its own file with one column filled, and pages for its students.

In come a run and rosters; out go files. ``final.py`` applies the policy and says what each student gets, ``write.py``
fills the roster's file, ``feedback.py`` packs the pages, ``canvas_api.py`` sends both to Canvas without a file.
"""

from autograder.lms.gradebook.canvas_api import CanvasAssignment, Uploaded, Wanted, upload
from autograder.lms.gradebook.feedback import FEEDBACK_KINDS, FeedbackZip, feedback_zip
from autograder.lms.gradebook.final import POLICY_KINDS, adjust, doubtful_zeros, grades_of, onto, possible
from autograder.lms.gradebook.write import choose_column, write_grades

__all__ = [
    "FEEDBACK_KINDS", "POLICY_KINDS", "CanvasAssignment", "FeedbackZip", "Uploaded", "Wanted", "adjust",
    "choose_column", "doubtful_zeros", "feedback_zip", "grades_of", "onto", "possible", "upload", "write_grades",
]  # fmt: skip
