"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them.

In come an author's notebook and ``course.toml`` (``source.py``, ``config.py``, ``settings.py``; ``course.py`` knows
where they lie), out go the students' notebook, the zip and the students' page (``assemble.py``, ``init.py`` for its
first cell, ``guide.py``). ``versions.py`` gives each student other numbers, ``each.py`` a notebook with them filled in.
``template.py`` is a new assignment, ``previews.py`` what a student would read; ``checks/`` refuses what must not go
out, ``foreign/`` brings notebooks of another make.
"""

from typing import TYPE_CHECKING

from autograder.modules import GRAMMAR, offered, without

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
from autograder.build.course import (
    assignment_meant,
    assignments,
    course_root,
    in_course,
    source_digest,
    source_notebook,
    write_course,
)
from autograder.build.each import notebook_of_each
from autograder.build.guide import write_guide
from autograder.build.settings import COURSE_FILE, CourseSettings, course_settings
from autograder.build.source import Source, SourceQuestion, read_source, read_source_of
from autograder.build.template import new_assignment
from autograder.build.versions import prompts_of_versions

if TYPE_CHECKING:
    from autograder.build.checks import Finding, certified, certify, grade_tries, questions_of
    from autograder.build.foreign import Brought, Change, bring
    from autograder.build.previews import preview, preview_versions

__all__ = [
    "COURSE_FILE",
    "Brought",
    "Change",
    "CourseSettings",
    "Finding",
    "Source",
    "SourceQuestion",
    "assemble",
    "assignment_meant",
    "assignments",
    "autograder_zip",
    "bring",
    "certified",
    "certify",
    "course_root",
    "course_settings",
    "grade_tries",
    "in_course",
    "install",
    "is_assembled",
    "new_assignment",
    "notebook_of_each",
    "outcome_folder",
    "preview",
    "preview_versions",
    "prompts_of_versions",
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

# who grades wants to know where a course lies, and certifies nothing
__getattr__ = offered(
    __name__,
    {
        "Brought": "foreign",
        "Change": "foreign",
        "Finding": "checks",
        "bring": "foreign",
        "certified": "checks",
        "certify": "checks",
        "grade_tries": "checks",
        "preview": "previews",
        "preview_versions": "previews",
        "questions_of": "checks",
    },
)
