"""Whether an assignment may be handed out, and if not, what an author has to change and where.

In comes a :class:`~autograder.build.source.Source`, out go records of ``finding.py``. ``findings.py`` reads the source
with ``cells.py`` and ``hints.py``; ``asked.py`` makes the questions that its tests ask, and ``defined.py`` holds the
notebook's own functions against them; ``runs.py`` grades the solution and the blank, ``tried.py`` the answers of
``tries.toml``; ``pool.py`` looks at every version where numbers are drawn (``draws.py``: at the draws); ``certify.py``
asks all of them, and ``kept.py`` keeps what it said until something changes.
"""

from typing import TYPE_CHECKING

from autograder.build.checks.asked import questions_of, wrong_answers
from autograder.build.checks.certify import certify, grade_tries
from autograder.build.checks.finding import Finding
from autograder.build.checks.kept import certified
from autograder.modules import offered

if TYPE_CHECKING:
    from autograder.build.checks.hints import entries_of_answer

__all__ = ["Finding", "certified", "certify", "entries_of_answer", "grade_tries", "questions_of", "wrong_answers"]

__getattr__ = offered(__name__, {"entries_of_answer": "hints"})  # it brings SymPy, which grading does without here
