"""How often one submission is tried, and for how long: tests that never end cost their question, not the class.

A submission holds a worker for as long as its limits add up to, all tries together. When a test does not end, or takes
all the memory there is, its process is killed and the rest is graded in another try, as long as there is time left.
"""

from concurrent.futures import Future

import msgspec

from autograder.batch.executors.workers import MemoryPassed, Stopped
from autograder.batch.tasks import HungQuestion
from autograder.model import Status, Submission, SubmissionResult

__all__ = ["MOST_HUNG", "Retries"]

MOST_HUNG = 3
"""After so many questions whose tests never ended, the rest of a submission is left to the TA."""


class Retries:
    """What one submission has used, and which of its questions are left out.

    Args:
        seconds: how long it may hold a worker, all tries together.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = self.left = seconds
        self.skip: dict[str, str] = {}
        """Question → reason."""
        self._so_far: SubmissionResult | None = None

    def again(self, future: Future[bytes]) -> bool:
        """Whether this try was stopped in a question's tests, and there is time to grade the others without it."""
        error = future.exception()
        if not isinstance(error, Stopped):
            return False
        self.left -= error.spent
        if error.partial is None:
            return False
        hung = msgspec.json.decode(error.partial, type=HungQuestion)
        self._so_far = _of_memory(hung, error) if isinstance(error, MemoryPassed) else hung.so_far
        if self.left <= 0 or len(self.skip) >= MOST_HUNG:
            return False
        # The other questions deserve their points: the same again without this one.
        self.skip[hung.question] = error.reason
        return True

    def result(self, stopped: Stopped, submission: Submission) -> SubmissionResult:
        """What is known of a submission whose last try was stopped."""
        used_up = f"the {self.seconds:g} s that one submission may take are used up"
        if self._so_far is None:
            message = f"grading it took {stopped.what} and was stopped; look at it by hand"
            return SubmissionResult(
                submission=submission, status=Status.NEEDS_REVIEW, reason=stopped.reason, message=message
            )
        if self.left > 0:
            return self._so_far
        return msgspec.structs.replace(self._so_far, message=f"{self._so_far.message} ({used_up})")


def _of_memory(hung: HungQuestion, error: MemoryPassed) -> SubmissionResult:
    """The same as for tests that did not end, in other words."""
    questions = tuple(
        msgspec.structs.replace(question, reason=error.reason) if question.name == hung.question else question
        for question in hung.so_far.questions
    )
    message = f"the tests of {hung.question} took {error.what}; look at the answer and enter its points"
    return msgspec.structs.replace(hung.so_far, reason=error.reason, message=message, questions=questions)
