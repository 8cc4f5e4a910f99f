"""From the sources under ``solutions/`` to the assignments that students get, and to the zip that grades them.

In come an author's notebook and ``course.toml`` (``source.py``, ``config.py``, ``settings.py``; ``course.py`` knows
where they lie), out go the students' notebook, the zip and the students' page (``assemble.py`` keeps them and
``arrange.py`` makes them, ``init.py`` its cells, ``guide.py`` the page). ``versions.py`` gives each student other
numbers, ``each.py`` a notebook with them filled in. ``template.py`` is a new assignment, ``previews.py`` what a student
would read; ``checks/`` refuses what must not go out, ``foreign/`` brings notebooks of another make.
"""

from typing import TYPE_CHECKING, Any

from autograder.build.assemble import (
    assemble,
    autograder_zip,
    install,
    is_assembled,
    outcome_folder,
    shown_of,
    solution_notebook,
    student_notebook,
)
from autograder.build.course import (
    Shown,
    assignment_meant,
    assignments,
    course_root,
    in_course,
    source_digest,
    source_notebook,
    write_course,
)
from autograder.build.guide import write_guide
from autograder.build.settings import COURSE_FILE, CourseSettings, course_settings
from autograder.modules import SLOW, offered, without

if TYPE_CHECKING:
    from autograder.build.checks import Finding, certified, certify, grade_tries, questions_of
    from autograder.build.each import notebook_of_each
    from autograder.build.foreign import Brought, Change, bring
    from autograder.build.previews import preview, preview_versions
    from autograder.build.source import Source, SourceQuestion, read_source, read_source_of
    from autograder.build.template import new_assignment

__all__ = [
    "COURSE_FILE",
    "Brought",
    "Change",
    "CourseSettings",
    "Finding",
    "Shown",
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
    "questions_of",
    "read_source",
    "read_source_of",
    "shown_of",
    "solution_notebook",
    "source_digest",
    "source_notebook",
    "student_notebook",
    "write_course",
    "write_guide",
]

_offered = offered(
    __name__,
    {
        "Brought": "foreign",
        "Change": "foreign",
        "Finding": "checks",
        "Source": "source",
        "SourceQuestion": "source",
        "bring": "foreign",
        "certified": "checks",
        "certify": "checks",
        "grade_tries": "checks",
        "new_assignment": "template",
        "notebook_of_each": "each",
        "preview": "previews",
        "preview_versions": "previews",
        "questions_of": "checks",
        "read_source": "source",
        "read_source_of": "source",
    },
)


def __getattr__(name: str) -> Any:
    """Who grades wants to know where a course lies: it reads no notebook of an author's, and certifies nothing."""
    with without(*SLOW):  # what reads notebooks is imported here first
        return _offered(name)
