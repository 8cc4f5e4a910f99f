"""An assignment and this package in one zip that grades on Gradescope."""

from autograder.bundle.making import write_bundle
from autograder.bundle.results import of_submission, without_score
from autograder.bundle.settings import Settings

__all__ = ["Settings", "of_submission", "without_score", "write_bundle"]
