"""Multiple choice: one option, or several."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable, describe, refuse_opaque
from autograder.errors import AuthorError
from autograder.model import Check, Evidence, Outcome, Reason, Verdict
from autograder.questions.base import Question

__all__ = ["Choice"]

_CALLED = re.compile(r"^(?:line|option|answer|choice|number|zeile|antwort|nummer|möglichkeit)\s+(?=\S)")
"""What people write in front of a label: ``"line 4"``."""
_SEVERAL = (list, tuple, set, frozenset, np.ndarray, sp.FiniteSet, sp.Tuple)
_LONGEST = 60
"""Characters of an answer that are read back to the student."""


class Choice(Question):
    """One option out of some, or, with ``several``, all options that are right.

    Without a key only the form is checked: that an option is named. That is the public test, and it must be worth no
    points. The key stands in the hidden test, which students do not get.

    Args:
        options: ``"ABCD"`` for lettered options whose texts stand in the prompt; ``{"A": "a peak", "B": "a pass"}``
            where the text itself may be the answer; ``("minimum", "maximum")`` for words; ``range(1, 6)`` for the
            numbered lines of a derivation in which one is wrong.
        key: the right option; a list of them with ``several``. None checks the form only.
        several: whether the answer is a set of options. Public, unlike how many of them are right.
        hints: wrong option → a sentence for who chose it. It must not name the right one.
        shares: wrong option → its share of the points, ``{"B": 0.5}``; with ``several`` instead True, for
            (right ones chosen − wrong ones chosen)/(right ones).
        **common: ``name`` and ``seed``, as in :class:`autograder.questions.base.Question`.

    The answer is an option's letter, number or text, in any case: ``"B"``, ``"b)"``, ``2``, ``"a pass"``; several are
    a list, a set or text such as ``"A, C"``.

    Raises:
        AuthorError: fewer than two options, a key or a hint that is no option, or a hint without a key.

    >>> Choice("ABCD").judge("B").reason.value
    'recorded'
    >>> question = Choice({"A": "a peak", "B": "a pass"}, key="B", hints={"A": "Which way does it curve?"})
    >>> [question.judge(answer).outcome.value for answer in ("b", 2, "a pass", "A", "C")]
    ['CORRECT', 'CORRECT', 'CORRECT', 'INCORRECT', 'INVALID']
    >>> Choice("ABCD", key="AC", several=True).judge({"C", "A"}).outcome.value
    'CORRECT'
    """

    def __init__(
        self,
        options: str | Mapping[Any, str] | Iterable[Any],
        key: Any = None,
        *,
        several: bool = False,
        hints: Mapping[Any, str] | None = None,
        shares: Mapping[Any, float] | bool = False,
        **common: Any,
    ) -> None:
        super().__init__(**common)
        texts = options if isinstance(options, Mapping) else dict.fromkeys(options, "")
        self.options = {str(label).strip(): " ".join(str(text).split()) for label, text in texts.items()}
        """Label → text, empty where the label says it all."""
        self.several = several
        named = [spelling for label, text in self.options.items() for spelling in {label, text} - {""}]
        if len(self.options) < 2 or "" in self.options:
            raise AuthorError(f"options={options!r} must be at least two")
        if len({_plain(spelling) for spelling in named}) < len(named):
            raise AuthorError(f"options={options!r} has one option twice")
        if key is None and (hints or shares):
            raise AuthorError("hints and shares tell which options are wrong: give them in the hidden test, with key=")
        self.key = None if key is None else self._of_author(key, "key")
        if self.key is not None and len(self.key) > 1 and not several:
            raise AuthorError(f"key={key!r} has several options: say several=True")
        self.hints: dict[str, str] = dict(self._each(hints or {}, "hints"))
        """Label of a wrong option → the author's sentence for who chose it."""
        for label, hint in self.hints.items():
            if not isinstance(hint, str):
                raise AuthorError(f"hints[{label!r}] = {hint!r} must be a sentence")
        self._shares = dict(self._each(shares, "shares")) if isinstance(shares, Mapping) else {}
        self._by_count = shares is True
        if (several and self._shares) or (self._by_count and not several):
            raise AuthorError("shares is True with several=True, and a mapping without")
        for label, share in self._shares.items():
            if not 0 <= float(share) <= 1 or label in (self.key or ()):
                raise AuthorError(f"shares[{label!r}] = {share!r} must lie between 0 and 1, for a wrong option")

    def _of_author(self, key: Any, label: str) -> frozenset[str]:
        try:
            return self._chosen(key, several=True)
        except Unreadable:
            raise AuthorError(f"{label}={key!r} is none of the options {', '.join(self.options)}") from None

    def _each(self, given: Mapping[Any, Any], label: str) -> list[tuple[str, Any]]:
        return [(each, value) for option, value in given.items() for each in self._of_author(option, label)]

    def certify(self) -> None:
        """No hint names a right option; ``autograder build`` calls it.

        Raises:
            AuthorError: one does.
        """
        for label in self.key or ():
            # "A" and "I" are words, and stand in sentences that mean no option
            told = {self.options[label]} if label in ("A", "I") else {label, self.options[label]}
            for hint in self.hints.values():
                if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", hint, re.IGNORECASE) for word in told - {""}):
                    raise AuthorError(f"the hint {hint!r} names a right option")

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        chosen = self._chosen(answer, several=self.several)
        if self.key is None:
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.RECORDED), None
        if chosen == self.key:
            return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), None
        wrong = [label for label in self.options if label in chosen - self.key]
        details = {"hint": " ".join(self.hints[label] for label in wrong if label in self.hints)}
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.WRONG_CHOICE,
            actual=self._listed(chosen),
            desired=self._listed(self.key),
            credit=self._credit(chosen),
            details={name: text for name, text in details.items() if text},
        ), None

    def _credit(self, chosen: frozenset[str]) -> float | None:
        assert self.key is not None
        if self._by_count:
            return max(0.0, (len(chosen & self.key) - len(chosen - self.key)) / len(self.key))
        (label, *_) = chosen
        return self._shares.get(label)

    def _listed(self, chosen: Collection[str]) -> str:
        return ", ".join(label for label in self.options if label in chosen)

    def _chosen(self, answer: Any, *, several: bool) -> frozenset[str]:
        """Labels of the options that an answer names.

        Raises:
            Unreadable: MISSING or NOT_AN_OPTION.
        """
        if issubclass(type(answer), str):
            answer = str.__str__(answer)  # a class of the student's may have methods of its own
        if answer is None or answer is Ellipsis or (isinstance(answer, str) and answer.strip() in ("", "...", "…")):
            raise Unreadable(Reason.MISSING)
        refuse_opaque(answer)
        if isinstance(answer, _SEVERAL):
            given = answer.ravel().tolist() if isinstance(answer, np.ndarray) else list(answer)
            if not given:
                raise Unreadable(Reason.MISSING)
            if len(given) > 1 and not several:
                raise self._no_option(f"{len(given)} options")
            return frozenset(self._one(item) for item in given[:1000])
        if several and isinstance(answer, str) and self._found(answer) is None:
            return frozenset(self._one(part) for part in self._parts(answer))
        return frozenset((self._one(answer),))

    def _parts(self, text: str) -> list[str]:
        """``"A, C"``, ``"A and C"``, ``"AC"`` → the options' spellings."""
        parts = [part for part in re.split(r"[,;&+\s]+|\b(?:and|und)\b", text.strip(" {}[]()")) if part]
        if len(parts) == 1 and all(self._found(letter) is not None for letter in parts[0]):
            return list(parts[0])
        return parts

    def _one(self, item: Any) -> str:
        spelling = _spelling(item)
        found = None if spelling is None else self._found(spelling)
        if found is None:
            raise self._no_option(describe(item) if spelling is None else f"“{spelling[:_LONGEST]}”")
        return found

    def _found(self, spelling: str) -> str | None:
        """The label that is meant: by itself, by its text, as ``B) …``, or by its number or letter in the order."""
        plain = _CALLED.sub("", _plain(spelling))
        labels = list(self.options)
        for label, text in self.options.items():
            if plain in {_plain(label), _plain(text)} - {""}:
                return label
        marked = re.fullmatch(r"(\w+)\s*[).:–-]\s*(.*)", spelling.strip(), re.DOTALL)
        if marked and marked[2]:
            found = self._found(marked[1])
            return found if found is not None and _plain(marked[2]) == _plain(self.options[found]) else None
        if plain.isdecimal() and len(plain) < 7 and 1 <= int(plain) <= len(labels):
            return labels[int(plain) - 1] if not any(label.isdecimal() for label in labels) else None
        letter = ord(plain) - ord("a") if len(plain) == 1 else -1
        return labels[letter] if 0 <= letter < len(labels) and not any(len(label) == 1 for label in labels) else None

    def _no_option(self, got: str) -> Unreadable:
        return Unreadable(Reason.NOT_AN_OPTION, expected=", ".join(self.options), got=got)

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None) -> Check:
        shown = "" if verdict.reason is Reason.MISSING else verdict.details.get("got", "")
        if verdict.reason not in (Reason.MISSING, Reason.NOT_AN_OPTION) and not shown:
            shown = self._listed(self._chosen(answer, several=self.several))
        kind = "choice" if shown else "missing"
        return Check(kind=self.kind, prompt=self.prompt, answer=shown, answer_kind=kind, verdict=verdict)

    @property
    def prompt(self) -> str:
        what = "the right ones" if self.several else "one"
        return f"{self.name or 'the answer'}: {what} of {', '.join(self.options)}"


def _plain(text: str) -> str:
    """For comparing: without case, brackets, quotes and closing marks."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(text.casefold().split()))


def _spelling(item: Any) -> str | None:
    """A label, a number or a text as it was written; None for what names no option."""
    if isinstance(item, (bool, np.bool_, sp.logic.boolalg.BooleanAtom)):
        return str(item)
    if isinstance(item, str):
        return str.__str__(item)
    if isinstance(item, sp.Symbol):
        return str(item)
    if isinstance(item, (int, np.integer, sp.Integer)):
        return str(int(item)) if abs(int(item)) < 10**6 else None
    if isinstance(item, (float, np.floating)) and float(item).is_integer() and abs(float(item)) < 10**6:
        return str(int(item))
    return None
