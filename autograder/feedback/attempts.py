"""How often a student has been wrong on a question in this process: the second time the hint says more."""

from collections import OrderedDict

from autograder.model import Outcome, Verdict


class Attempts:
    """Counts wrong answers per question; forgets a question when it is answered, and the oldest beyond ``limit``.

    >>> from autograder.model import Reason
    >>> attempts = Attempts()
    >>> wrong = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT)
    >>> [attempts.level("q1", wrong), attempts.level("q1", wrong), attempts.level("q2", wrong)]
    [1, 2, 1]
    """

    def __init__(self, limit: int = 256) -> None:
        self._limit = limit
        self._wrong: OrderedDict[str, int] = OrderedDict()

    def level(self, question: str, verdict: Verdict) -> int:
        """Record the verdict and return the level of the hint that goes with it: 1, then 2."""
        if verdict.outcome is Outcome.CORRECT:
            self._wrong.pop(question, None)
            return 1
        if verdict.outcome is Outcome.INCORRECT:
            self._wrong[question] = self._wrong.pop(question, 0) + 1
            while len(self._wrong) > self._limit:
                self._wrong.popitem(last=False)
        return min(2, max(1, self._wrong.get(question, 0)))

    def clear(self) -> None:
        """Start again, as between two submissions in one process."""
        self._wrong.clear()
