"""The Otter plugin: partial credit and our sentences where plain Otter runs the tests (Gradescope, ``otter run``).

List it in the assignment's configuration::

    plugins:
      - autograder.otter.plugin.AutograderPlugin:
          runs_in_student: []     # questions whose tests need the student's objects in their own process

``autograder grade`` does not need it (it does the same itself), but reads its settings.
"""

import re
from typing import Any

from nbformat.v4 import new_code_cell
from otter.plugins import AbstractOtterPlugin

from autograder.student.messages import said_in

__all__ = ["AutograderPlugin", "credit_in", "short"]

_CREDIT = re.compile(r" \[credit=([0-9.]+)\]$")
_MARK = "from autograder.questions import CheckFailed as _marked\n_marked.marked = True\ndel _marked"


class AutograderPlugin(AbstractOtterPlugin):  # type: ignore[misc]  # Otter has no type hints that mypy can read
    """Gives the credit that a check declared, and shortens each failed case's message to its sentence.

    The results come out of the notebook's own process, as all of Otter's do, so they can be forged there; where that
    matters, grade with ``autograder grade``.
    """

    def before_execution(self, submission: Any) -> Any:
        """Called by Otter with the notebook: a first cell lets our checks write their credit into their text."""
        cell = new_code_cell(_MARK)
        if getattr(submission, "nbformat_minor", 5) < 5:
            cell.pop("id", None)
        submission.cells.insert(0, cell)
        return submission

    def after_grading(self, results: Any) -> None:
        """Called by Otter with its ``GradingResults`` after the notebook ran."""
        for test_file in results.results.values():
            extra = 0.0
            for result in test_file.test_case_results:
                if not result.passed:
                    extra += credit_in(result.message) * result.test_case.points
                    result.message = short(result.message)
            if extra and not test_file.all_or_nothing:
                test_file.update_score(test_file.score + extra)


def credit_in(message: str | None) -> float:
    r"""The share of the case's points that a failed check declared in its text, 0 where it did not.

    >>> credit_in("Error at line 9 in test q1:\n    q.check(f)\nCheckFailed: Not yet: the sign. [credit=0.5]")
    0.5
    """
    found = _CREDIT.search(said_in(message or "") or "")
    return min(1.0, float(found[1])) if found else 0.0


def short(message: str | None) -> str | None:
    r"""Otter's message for a failed case without the test's source line and our mark.

    >>> short("❌ Test case failed\nError at line 9 in test q1:\n    q.check(f)\nCheckFailed: Not yet. [credit=0.5]")
    '❌ Test case failed\nNot yet.'
    """
    said = said_in(message or "")
    if message is None or said is None:
        return message
    first = message.partition("\n")[0]
    return f"{first}\n{_CREDIT.sub('', said)}"
