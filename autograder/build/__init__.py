"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them.

In come an author's notebook and ``course.toml`` (``source.py``, ``config.py``, ``settings.py``; ``course.py`` knows
where they lie), out go the students' notebook, the zip and the students' page (``assemble.py``, ``init.py`` for its
first cell, ``guide.py``). ``template.py`` is a new assignment, ``preview.py`` what a student would read; ``checks/``
refuses what must not go out.
"""

from autograder.modules import GRAMMAR, without

with without(GRAMMAR):
    import nbformat as nbformat  # before any file of this room imports it

from autograder.build.assemble import (
    assemble,
    autograder_zip,
    install,
    is_assembled,
    outcome_folder,
    solution_notebook,
    student_notebook,
)
from autograder.build.checks import Finding, certified, certify, grade_tries, questions_of
from autograder.build.course import assignments, course_root, source_digest, source_notebook, write_course
from autograder.build.guide import write_guide
from autograder.build.preview import preview
from autograder.build.settings import COURSE_FILE, CourseSettings, course_settings
from autograder.build.source import Source, SourceQuestion, read_source, read_source_of
from autograder.build.template import new_assignment

__all__ = [
    "COURSE_FILE",
    "CourseSettings",
    "Finding",
    "Source",
    "SourceQuestion",
    "assemble",
    "assignments",
    "autograder_zip",
    "certified",
    "certify",
    "course_root",
    "course_settings",
    "grade_tries",
    "install",
    "is_assembled",
    "new_assignment",
    "outcome_folder",
    "preview",
    "questions_of",
    "read_source",
    "read_source_of",
    "solution_notebook",
    "source_digest",
    "source_notebook",
    "student_notebook",
    "write_course",
    "write_guide",
]
