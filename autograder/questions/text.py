"""An answer in words, which a person reads and scores."""

from typing import Any

from autograder.compare.reading import Unreadable, describe, refuse_opaque
from autograder.errors import AuthorError
from autograder.model import Check, Evidence, Outcome, Reason, Verdict
from autograder.questions.base import Question

__all__ = ["Text"]

MOST = 4000
"""Characters of a text that are kept for the person who reads it."""


class Text(Question):
    """A text under the student's name, scored by a person.

    The public test checks that there is one, and must be worth no points. The hidden test, with ``by_hand=True``, has
    the points: an answer that is there needs a person (``needs-review``, no score, the text beside it), one that is
    missing gets 0. The person enters the points with ``autograder override``. Under ``otter run`` alone, which knows
    no open score, such a test counts 0 until then.

    Args:
        least: fewest words; an answer of fewer is refused, and the student reads why.
        most: most words, or None.
        by_hand: whether a person decides now.
        **common: ``name``, as in :class:`autograder.questions.base.Question`.

    Raises:
        AuthorError: a number of words that is out of range.

    >>> Text(least=5).judge("It curves up one way, down the other.").reason.value
    'recorded'
    >>> Text(least=5, by_hand=True).judge("It curves up one way, down the other.").outcome.value
    'UNDECIDED'
    >>> Text(least=5).judge("No idea").outcome.value
    'INVALID'
    """

    def __init__(self, *, least: int = 1, most: int | None = None, by_hand: bool = False, **common: Any) -> None:
        super().__init__(**common)
        if not 1 <= least <= (most or least):
            raise AuthorError(f"least={least}, most={most}: give 1 ≤ least ≤ most words")
        self.least = least
        self.most = most
        self.by_hand = by_hand

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        if answer is None or answer is Ellipsis:
            raise Unreadable(Reason.MISSING)
        refuse_opaque(answer)
        if not isinstance(answer, str):
            raise Unreadable(Reason.WRONG_TYPE, expected="text", got=describe(answer))
        words = len(str.split(answer))
        if not words or str.strip(answer) in ("...", "…"):
            raise Unreadable(Reason.MISSING)
        if not self.least <= words <= (self.most or words):
            wanted = f"≥ {self.least}" if self.most is None else f"{self.least}–{self.most}"
            raise Unreadable(Reason.WORD_COUNT, expected=wanted, got=str(words))
        if self.by_hand:
            return Verdict(outcome=Outcome.UNDECIDED, reason=Reason.BY_HAND), None
        return Verdict(outcome=Outcome.CORRECT, reason=Reason.RECORDED), None

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None) -> Check:
        text = str.__str__(answer)[:MOST] if isinstance(answer, str) else ""
        kind = "text" if text.strip() else "missing"
        return Check(kind=self.kind, prompt=self.prompt, answer=text, answer_kind=kind, verdict=verdict)

    @property
    def prompt(self) -> str:
        return f"{self.name or 'the answer'}: a text"
