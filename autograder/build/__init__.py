"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them."""

from autograder.build.asked import questions_of
from autograder.build.assemble import assemble, autograder_zip, install, solution_notebook, student_notebook
from autograder.build.certify import certify, try_variants
from autograder.build.course import assignments, course_root, source_digest, source_notebook
from autograder.build.finding import Finding
from autograder.build.preview import preview
from autograder.build.source import Source, SourceQuestion, read_source, read_source_of
from autograder.build.template import new_assignment

__all__ = [
    "Finding",
    "Source",
    "SourceQuestion",
    "assemble",
    "assignments",
    "autograder_zip",
    "certify",
    "course_root",
    "install",
    "new_assignment",
    "preview",
    "questions_of",
    "read_source",
    "read_source_of",
    "solution_notebook",
    "source_digest",
    "source_notebook",
    "student_notebook",
    "try_variants",
]
