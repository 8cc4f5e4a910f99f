"""An answer in words, which a person reads and scores."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from autograder.compare.reading import Unreadable, describe, refuse_opaque
from autograder.errors import AuthorError
from autograder.model import Check, Evidence, Idea, Outcome, Reason, Verdict
from autograder.questions.base import Question

__all__ = ["Text"]

MOST = 4000
"""Characters of a text that are kept for the person who reads it."""


MOST_IDEAS = 20
"""Ideas that a person can keep in mind beside a text; the desk has keys for nine."""


def _ideas(given: Any) -> tuple[Idea, ...]:
    """What an author looks for, read.

    Raises:
        AuthorError: an idea has no text, no points, or there are too many.
    """
    pairs = given.items() if isinstance(given, Mapping) else [(text, None) for text in given]
    if isinstance(given, str) or len(given) > MOST_IDEAS:
        raise AuthorError(f"ideas={given!r} must be a list of at most {MOST_IDEAS} texts, or text → points")
    found = []
    for text, points in pairs:
        if not isinstance(text, str) or not text.strip():
            raise AuthorError(f"ideas: {text!r} must be a text")
        if points is not None and not (isinstance(points, int | float) and isfinite(points) and points >= 0):
            raise AuthorError(f"ideas[{text!r}] = {points!r} must be points, 0 or more")
        found.append(Idea(text=" ".join(text.split()), points=None if points is None else float(points)))
    if len({idea.text for idea in found}) < len(found):
        raise AuthorError("ideas has one idea twice")
    return tuple(found)


class Text(Question):
    """A text under the student's name, scored by a person.

    The public test checks that there is one, and must be worth no points. The hidden test, with ``by_hand=True``, has
    the points: an answer that is there needs a person (``needs-review``, no score, the text beside it), one that is
    missing gets 0. The person enters the points with ``autograder override``. Under ``otter run`` alone, which knows
    no open score, such a test counts 0 until then.

    ``ideas`` are what you look for in it. They stand beside the text at the desk (``autograder desk``), where the
    person who reads it ticks those that are there; nothing is judged by words.

    Args:
        least: fewest words; an answer of fewer is refused, and the student reads why.
        most: most words, or None.
        by_hand: whether a person decides now.
        ideas: key ideas, each worth an equal share, or idea → points: ``{"names the rule": 1, "an example": 2}``. Only
            with ``by_hand``: students have the public test.
        **common: ``name``, as in :class:`autograder.questions.base.Question`.

    Raises:
        AuthorError: a number of words that is out of range; ideas in a public test, or one without text or points.

    >>> Text(least=5).judge("It curves up one way, down the other.").reason.value
    'recorded'
    >>> Text(least=5, by_hand=True).judge("It curves up one way, down the other.").outcome.value
    'UNDECIDED'
    >>> Text(by_hand=True, ideas=["names the second derivative", "says what its sign means"]).ideas[0].text
    'names the second derivative'
    >>> Text(least=5).judge("No idea").outcome.value
    'INVALID'
    """

    def __init__(
        self,
        *,
        least: int = 1,
        most: int | None = None,
        by_hand: bool = False,
        ideas: Sequence[str] | Mapping[str, float] = (),
        **common: Any,
    ) -> None:
        super().__init__(**common)
        if not 1 <= least <= (most or least):
            raise AuthorError(f"least={least}, most={most}: give 1 ≤ least ≤ most words")
        self.least = least
        self.most = most
        self.by_hand = by_hand
        self.ideas = _ideas(ideas)
        if self.ideas and not by_hand:
            raise AuthorError("ideas= say what is right: give them in the hidden test, with by_hand=True")

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
        return Check(
            kind=self.kind, prompt=self.prompt, answer=text, answer_kind=kind, verdict=verdict, ideas=self.ideas
        )

    @property
    def prompt(self) -> str:
        return f"{self.name or 'the answer'}: a text"
