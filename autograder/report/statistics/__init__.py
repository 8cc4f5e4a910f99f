"""What a class did, as numbers and lists: pure functions from one run, or several, to records that pages draw.

``assignment.py`` counts one run, ``course.py`` puts several together (``persons.py``: who is the same in them),
``similarity.py`` finds alike code, ``only_inside.py`` lists plain cases that pass only in the notebook's own process,
``beside.py`` the wrong answers of a class beside both references; ``by_version.py`` says whether versions are
equally hard, and whose answers are right for others.
"""

from autograder.report.statistics import assignment, beside, course, only_inside
from autograder.report.statistics.beside import cells
from autograder.report.statistics.by_version import (
    DEALS,
    ByVersion,
    RightForOthers,
    VersionRow,
    by_version,
    right_for_others,
)
from autograder.report.statistics.only_inside import likely, open_cases, ruling, witness_in_words
from autograder.report.statistics.similarity import Similar, similar_pairs

__all__ = [
    "DEALS",
    "ByVersion",
    "RightForOthers",
    "Similar",
    "VersionRow",
    "assignment",
    "beside",
    "by_version",
    "cells",
    "course",
    "likely",
    "only_inside",
    "open_cases",
    "right_for_others",
    "ruling",
    "similar_pairs",
    "witness_in_words",
]
