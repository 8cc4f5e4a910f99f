"""An assignment and this package in one zip that grades on Gradescope.

``making.py`` writes the zip; in it ``settings.py`` is read, ``run.py`` grades and ``results.py`` writes what
Gradescope reads.
"""

from autograder.bundle.making import write_bundle
from autograder.bundle.results import of_submission, without_score
from autograder.bundle.settings import Settings

__all__ = ["Settings", "of_submission", "without_score", "write_bundle"]
