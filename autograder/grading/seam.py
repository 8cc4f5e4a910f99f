"""What grading needs of a sandbox and of who watches it: the seam at which tests put fakes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from autograder.model import SubmissionResult
from autograder.sandbox.limits import CheckRequested, Ended, Program

__all__ = ["JUDGE_SECONDS", "Sandbox", "Session", "Watch"]

JUDGE_SECONDS = 60.0
"""How long one question's tests may take on the judge's side before a :class:`Watch` should end them."""


class Session(Protocol):
    """One student's process, as :mod:`autograder.sandbox` runs it."""

    calls: int
    """How often something of it was called."""
    bound: bool
    """A test has written into its environment."""
    legacy: str | None
    """Of which older NumPy's way of printing the notebook has chosen."""
    troubles: list[Any]
    """Errors of ours that a test met while it read names or called functions."""

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, Any]:
        """All names of the notebook as plain copies and stand-ins."""

    def begin_test(self, question: str = "") -> None:
        """A new test case of this question: what was lent for the last one is taken back."""

    @property
    def cpu_seconds(self) -> float:
        """Processor time of all its processes so far."""

    @property
    def ended(self) -> Ended:
        """How it ended, or how it stands."""

    @property
    def gone(self) -> bool:
        """Whether it has ended; cheaper than :attr:`ended`."""

    def run(self) -> Iterator[CheckRequested]:
        """Run the cells; yields each check that the notebook asks for."""

    def answer(self, check: CheckRequested, text: str, *, known: bool = True) -> None:
        """Print the check's text in the notebook and let it go on; an unknown question raises there."""

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        """Run source of ours among the student's own objects; what comes back could be forged."""


class Sandbox(Protocol):
    """Where notebooks run: the seam at which tests put a ten-line fake."""

    def start(self, program: Program) -> AbstractContextManager[Session]:
        """Begin one submission."""


class Watch(Protocol):
    """Ends tests that never end, from outside.

    A test of the author's may hang on a student's expression (``simplify`` is known to), and nothing in its own
    process can stop it. So the process in which :func:`grade` runs tells its parent what it is about to do; when the
    time is over the parent kills that process, keeps ``so_far``, and may grade the submission again with
    ``skip={question: "judge-timeout"}`` to get the other questions.
    """

    def begin(self, question: str, seconds: float, so_far: SubmissionResult) -> None:
        """The tests of ``question`` start now and should take ``seconds`` at most.

        ``so_far`` is the result to record if they do not: ``needs-review`` with reason ``judge-timeout``.
        """

    def end(self) -> None:
        """They ended."""
