"""The exception tree: what a caller can do wrong, and what we can.

Exceptions are for authors, TAs and bugs. What a student did is never an exception but a
:class:`autograder.model.Verdict`. Each message says what was wrong, where, and what to do.
"""

from typing import TypedDict, Unpack


class AutograderError(Exception):
    """Base of every error that this package raises on purpose."""


class UsageError(AutograderError):
    """The call was wrong: an unknown assignment, an unreadable roster, an output folder that cannot be written."""


class GradedAgainError(UsageError):
    """A folder that is open for decisions was graded anew: what is seen of it is not what is there."""


class RefusedError(UsageError):
    """What a person asks for in a page is not possible, in a sentence that can be said in their language.

    Attributes:
        sentence: what translators translate, with ``%(name)s`` for each of ``values``.
        values: what stands in it.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values)
        self.sentence = sentence
        self.values = values


class BusyError(RefusedError):
    """Somebody else is writing to the folder: nothing was done, and may be in a moment."""


class AuthorError(AutograderError):
    """A question or an assignment is wrong: its references disagree, its domain is empty, its solution fails."""


class Fault(TypedDict, total=False):
    """What an :class:`ExpressionError` says besides its sentence; ``other`` where a text has two readings."""

    reason: str
    name: str | None
    what: str | None
    other: str | None


class ExpressionError(AutograderError):
    """An expression cannot be read or shipped: a head that is not allowed, too many nodes, a number too large.

    Attributes:
        reason: value of :class:`autograder.model.Reason` for the verdict on an answer that raised this.
        name: the offending name, where there is one: an unknown variable, an unevaluated ``Derivative``.
        sentence: the message with ``{what}`` for the part of the answer that it speaks of: what translators translate.
        what: that part, or None where the sentence needs none.
        other: what stands for ``{other}``: of two readings the second one.
    """

    def __init__(
        self,
        sentence: str,
        *,
        reason: str = "not-parsed",
        name: str | None = None,
        what: str | None = None,
        other: str | None = None,
    ) -> None:
        # "{other}" first: what a student typed may have "{other}" in it
        said = sentence if other is None else sentence.replace("{other}", other)
        super().__init__(said if what is None else said.replace("{what}", what))
        self.reason = reason
        self.name = name
        self.sentence = sentence
        self.what = what
        self.other = other

    @property
    def details(self) -> dict[str, str]:
        """For a verdict's ``details``: ``error``, and what it takes to say it in another language."""
        found = {"error": str(self), "sentence": self.sentence, "what": self.what, "other": self.other}
        return {key: text for key, text in found.items() if text is not None}


class ParseError(ExpressionError):
    """Text is not an expression.

    Attributes:
        text: the text that was read (at most a few hundred characters around the fault).
        offset: index into ``text`` of the first character that cannot be read.
    """

    def __init__(
        self,
        sentence: str,
        text: str,
        offset: int,
        **fault: Unpack[Fault],
    ) -> None:
        super().__init__(sentence, **fault)
        self.text = text
        self.offset = offset

    def caret(self) -> str:
        """The text and, on the line under it, a caret under the fault."""
        line = self.text.replace("\n", " ").replace("\t", " ")
        return f"{line}\n{' ' * self.offset}^"


class NotebookError(AutograderError):
    """A submission is not a notebook that can be run; ``reason`` is the short name that goes into ``status``."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class SandboxError(AutograderError):
    """The jail cannot be built on this machine, or its template died; nothing that a student did."""


class BugError(AutograderError):
    """Ours: an invariant of this package does not hold."""


class StudentGone(AutograderError):
    """The student's process is gone, so no name can be read and no function called; ``reason`` is its status."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class CannotShip(AutograderError):
    """An object cannot cross between judge and student, so what depends on it is undecided.

    Attributes:
        type: the object's class name.
        too_large: it was refused for its size: to our own questions an INVALID answer, not an undecided one.
        copied: a plain copy of it did cross, without what its class adds.
    """

    def __init__(self, message: str, *, type: str = "", too_large: bool = False, copied: bool = False) -> None:
        super().__init__(message)
        self.type = type
        self.too_large = too_large
        self.copied = copied
