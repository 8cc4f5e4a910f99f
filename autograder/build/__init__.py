"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them.

In come an author's notebook and ``course.toml`` (``source.py``, ``config.py``, ``settings.py``; ``course.py`` knows
where they lie), out go the students' notebook, the zip and the students' page (``assemble.py``, ``init.py`` for its
first cell, ``guide.py``). ``template.py`` is a new assignment, ``preview.py`` what a student would read; ``checks/``
refuses what must not go out.
"""

from typing import TYPE_CHECKING

from autograder.modules import GRAMMAR, offered, without

with without(GRAMMAR):
    import nbformat as nbformat  # before any file of this room imports it

if TYPE_CHECKING:
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
    from autograder.build.course import (
        assignment_meant,
        assignments,
        course_root,
        in_course,
        source_digest,
        source_notebook,
        write_course,
    )
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
    "assignment_meant",
    "assignments",
    "autograder_zip",
    "certified",
    "certify",
    "course_root",
    "course_settings",
    "grade_tries",
    "in_course",
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

# who grades wants to know where a course lies, and certifies nothing
__getattr__ = offered(
    __name__,
    {
        "COURSE_FILE": "settings",
        "CourseSettings": "settings",
        "Finding": "checks",
        "Source": "source",
        "SourceQuestion": "source",
        "assemble": "assemble",
        "assignment_meant": "course",
        "assignments": "course",
        "autograder_zip": "assemble",
        "certified": "checks",
        "certify": "checks",
        "course_root": "course",
        "course_settings": "settings",
        "grade_tries": "checks",
        "in_course": "course",
        "install": "assemble",
        "is_assembled": "assemble",
        "new_assignment": "template",
        "outcome_folder": "assemble",
        "preview": "preview",
        "questions_of": "checks",
        "read_source": "source",
        "read_source_of": "source",
        "solution_notebook": "assemble",
        "source_digest": "course",
        "source_notebook": "course",
        "student_notebook": "assemble",
        "write_course": "course",
        "write_guide": "guide",
    },
)
