"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them."""

from autograder.build.assemble import assemble, autograder_zip, install, solution_notebook, student_notebook
from autograder.build.course import assignments, course_root, source_digest, source_notebook

__all__ = [
    "assemble",
    "assignments",
    "autograder_zip",
    "course_root",
    "install",
    "solution_notebook",
    "source_digest",
    "source_notebook",
    "student_notebook",
]
