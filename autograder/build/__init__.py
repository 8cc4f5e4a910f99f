"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them."""

from autograder.build.assemble import assemble, autograder_zip, install, solution_notebook, student_notebook
from autograder.build.course import assignments, course_root, source_digest, source_notebook
from autograder.build.source import Source, SourceQuestion, read_source, read_source_of

__all__ = [
    "Source",
    "SourceQuestion",
    "assemble",
    "assignments",
    "autograder_zip",
    "course_root",
    "install",
    "read_source",
    "read_source_of",
    "solution_notebook",
    "source_digest",
    "source_notebook",
    "student_notebook",
]
