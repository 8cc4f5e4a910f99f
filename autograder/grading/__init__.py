"""One submission → one :class:`~autograder.model.SubmissionResult`, whatever the student did.

What a status means here:

- ``graded``: every question has a score, the one that ``otter run`` gives.
- ``needs-review``: the notebook ran to its end, but some question could not be decided: ``undecided`` by our own
  verdict, ``only-inside`` (a plain test passes in this student's process and nowhere else), ``judge-timeout``, or the
  way in which a second run was lost (``timeout``, ``not-repeatable``, …). The question's score and the total are None.
  A notebook without any code is ``no-code``: its questions have the scores that ``otter run`` gives (0), but no total
  before a person has looked.
- ``failed``: there is no notebook to run, or the student's process ended early (``timeout``, ``memory``, ``output``,
  ``crashed``, …). Questions that were checked before keep their points; the others have no score and name the
  reason, and so the total is None. Nothing that could not be graded is ever a 0.

A notebook runs once where nothing more is needed, once more where it checked a question with hidden cases several times
(``Sheet.again``), and once more where a plain case did not pass outside (``Sheet.inside``), each time in a
process of its own.

Where ``otter run`` gives no result at all (a kernel that is not installed, a kernel that dies, ``exit()``), this
grades what it can. A notebook that says it belongs to *another* assignment is refused as ``other-assignment``; one
that says nothing (Otter refuses it too) is graded, because editors drop metadata.

``submission.py`` takes a file through its runs, ``sheet.py`` holds its results meanwhile, ``seam.py`` says what is
needed of a sandbox and of who watches, ``compiled.py`` keeps what the solution compiles.
"""

from autograder.grading.compiled import HARMLESS, grade_solution, keep_compiled, times_of
from autograder.grading.seam import JUDGE_SECONDS, Sandbox, Session, Watch
from autograder.grading.submission import grade

__all__ = [
    "HARMLESS",
    "JUDGE_SECONDS",
    "Sandbox",
    "Session",
    "Watch",
    "grade",
    "grade_solution",
    "keep_compiled",
    "times_of",
]
