"""What a class did, as numbers and lists: pure functions from one run, or several, to records that pages draw.

``assignment.py`` counts one run, ``course.py`` puts several together (``persons.py``: who is the same in them),
``similarity.py`` finds alike code, ``only_inside.py`` lists plain cases that pass only in the notebook's own process,
``beside.py`` the wrong answers of a class beside both references.
"""

from importlib import import_module
from typing import Any

from autograder.report.statistics import assignment, beside, course, only_inside
from autograder.report.statistics.beside import cells
from autograder.report.statistics.only_inside import likely, open_cases, ruling, said

__all__ = [
    "assignment",
    "beside",
    "cells",
    "course",
    "likely",
    "only_inside",
    "open_cases",
    "ruling",
    "said",
    "similarity",
]


def __getattr__(name: str) -> Any:
    """``similarity`` brings copydetect and NumPy, and only the page of a class asks for it."""
    if name != "similarity":
        raise AttributeError(f"module 'autograder.report.statistics' has no attribute {name!r}")
    return import_module("autograder.report.statistics.similarity")
