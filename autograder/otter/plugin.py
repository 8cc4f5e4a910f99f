"""The Otter plugin: partial credit and our sentences where plain Otter runs the tests (Gradescope, ``otter run``).

List it in the assignment's configuration::

    plugins:
      - autograder.otter.plugin.AutograderPlugin:
          runs_in_student: []     # questions whose tests need the student's objects in their own process

``autograder grade`` does not need it (it does the same itself), but reads its settings.
"""

from typing import Any

from otter.plugins import AbstractOtterPlugin

__all__ = ["AutograderPlugin"]

_MARK = "CheckFailed"


class AutograderPlugin(AbstractOtterPlugin):  # type: ignore[misc]  # Otter has no type hints that mypy can read
    """Shortens each failed case's message to its sentence and gives the credit that a check declared."""

    def after_grading(self, results: Any) -> None:
        """Called by Otter with its ``GradingResults`` after the notebook ran.

        The results come out of a pickle that the notebook's process wrote, so nothing in them is more trustworthy
        than the score itself; this only rewords what Otter already decided.
        """
        for test_file in results.results.values():
            for result in test_file.test_case_results:
                result.message = short(result.message)


def short(message: str | None) -> str | None:
    """Otter's message for a failed case without the test's source line.

    >>> short("❌ Test case failed\\nError at line 9 in test q1:\\n    q.check(f)\\nCheckFailed: Not yet: the sign.")
    '❌ Test case failed\\nNot yet: the sign.'
    """
    if message is None or f"\n{_MARK}: " not in message:
        return message
    first, _, rest = message.partition("\n")
    return f"{first}\n{rest.rpartition(f'{_MARK}: ')[2]}"
