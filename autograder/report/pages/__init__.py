"""The pages as HTML text: from records to what a browser shows, without writing a file.

``html.py`` fills the templates in ``templates/``; ``attention.py`` words what a person has to do, ``charts.py`` places
the drawings, ``png.py`` rebuilds a student's picture, ``typeset.py`` makes MathML, coloured code and prose safe to
show, ``templating.py`` reads templates and keeps what they are compiled to.
"""

from autograder.report.pages import typeset
from autograder.report.pages.html import (
    class_page,
    course_page,
    reason_in_words,
    score_text,
    student_page,
    undrawn_page,
)
from autograder.report.pages.png import rebuilt
from autograder.report.pages.templating import environment
from autograder.report.pages.typeset import plain

__all__ = [
    "class_page",
    "course_page",
    "environment",
    "plain",
    "reason_in_words",
    "rebuilt",
    "score_text",
    "student_page",
    "typeset",
    "undrawn_page",
]
