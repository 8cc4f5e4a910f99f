"""What a check says in the notebook: sentences, as text and as HTML, without a line of grader code."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from autograder.feedback import notebook as sentences
from autograder.locale import translate

__all__ = ["CheckMessage", "Message", "check_message", "counted", "said_in", "together", "worded"]

_OURS = re.compile(r"^( *)(?:[\w.]+\.)?Check(?:Failed|Undecided): ", re.M)
_CREDIT = re.compile(r" \[credit=[0-9.]+\]$")


@dataclass(frozen=True, kw_only=True)
class Message:
    """Sentences as the value of a cell, which Jupyter shows."""

    head: str = ""
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([self.head] * bool(self.head) + [*self.lines])

    def _repr_html_(self) -> str:
        head = f'<p style="margin: 0"><strong>{html.escape(self.head)}</strong></p>' if self.head else ""
        # pre keeps a caret under its place; long sentences wrap between words all the same
        style = "white-space: pre-wrap; word-break: normal; margin: 0"
        return f'{head}<pre style="{style}">{html.escape(chr(10).join(self.lines))}</pre>'


@dataclass(frozen=True, kw_only=True)
class CheckMessage(Message):
    """What one check came to."""

    question: str
    passed: int
    """Checks that pass here."""
    here: int
    """Checks that ran here."""

    # a dataclass would write its own, with the names of its fields
    __repr__ = Message.__repr__


def worded(sentence: str, **details: object) -> str:
    """A sentence of :mod:`autograder.feedback.notebook` in the student's language."""
    return translate(sentence).format(**details)


def check_message(test_file: Any, total: int, stopped: Sequence[str] = ()) -> CheckMessage:
    """The sentences for one question.

    Args:
        test_file: Otter's, after it has run.
        total: how many checks run when the work is graded, 0 where that is not known.
        stopped: names whose cell ended in an error when it ran last.
    """
    results = test_file.test_case_results
    here, passed = len(results), sum(bool(case.passed) for case in results)
    lines: dict[str, None] = {}  # two cases of a question often say the same
    lines.update((worded(sentences.STOPPED, name=name), None) for name in stopped)
    for case in results:
        of_author = case.test_case.success_message if case.passed else case.test_case.failure_message
        lines.update(dict.fromkeys([] if case.passed else [_sentence(case.message or "")]))
        lines.update(dict.fromkeys([of_author] if of_author else []))
    if passed == here:
        lines[counted(here, total)] = None
    elif passed:
        lines[worded(sentences.SOME, passed=passed, here=here)] = None
    head = worded(sentences.PASSED if passed == here else sentences.NOT_PASSED, question=test_file.name)
    return CheckMessage(question=test_file.name, passed=passed, here=here, head=head, lines=tuple(lines))


def counted(here: int, total: int) -> str:
    """How many checks ran here, and that more run at grading."""
    return worded(sentences.MORE if total > here else sentences.NO_MORE, here=here, total=total)


def together(each: Sequence[CheckMessage], total: int) -> str:
    """How many checks of the whole notebook ran here, how many of them pass, and that more run at grading."""
    here, passed = sum(one.here for one in each), sum(one.passed for one in each)
    return f"{counted(here, total)} {worded(sentences.SOME, passed=passed, here=here)}"


def said_in(message: str) -> str | None:
    r"""What our check said, out of a failed case's message in Otter's words; None where none of ours failed.

    >>> said_in("Error at line 9 in test q1:\n  q.check(f)\nCheckFailed: Not yet: the sign.")
    'Not yet: the sign.'
    """
    found = _OURS.search(message)
    if found is None:
        return None
    said = message[found.end() :]
    if indent := found[1]:  # in a doctest's message, and what else the doctest printed follows
        first, *rest = said.split("\n")
        said = "\n".join([first, *(line[len(indent) :] for line in takewhile(lambda s: s.startswith(indent), rest))])
    return said.rstrip()


def _sentence(message: str) -> str:
    """What our check said, or what Otter says of an author's own assertion."""
    said = said_in(message)
    if said is None:
        return message.removeprefix("❌ Test case failed\n").strip()
    return _CREDIT.sub("", said)
