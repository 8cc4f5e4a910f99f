"""What goes to the child that decides, and what comes back: plain data."""

from typing import Any

import msgspec

from autograder.compare.criterion import Criterion
from autograder.model import Record, Verdict


class Request(Record, frozen=True, kw_only=True):
    """One comparison."""

    desired: list[Any] | None
    """Trees of the reference's components, in order; None where ``functions`` are to be differentiated."""
    actual: list[Any]
    """Trees of the answer's components, in the same order."""
    criterion: Criterion
    functions: list[Any] = msgspec.field(default_factory=list)
    """Trees of the outputs of the function whose derivatives ``desired`` holds. A point counts only where all of them
    are real, unless ``desired`` is the author's own and only checked against them."""
    terms: list[tuple[int, list[str]]] = msgspec.field(default_factory=list)
    """For each component, which output is differentiated by which variables, in order; ``desired`` is checked against
    that, or made so where it is None. Empty where the components are made of derivatives in another way."""
    seconds: float = 3.0
    """Processor time for the decision; the process that runs it is killed somewhat later."""


class Reply(Record, frozen=True, kw_only=True):
    """The decision."""

    verdict: Verdict
    final: bool = True
    """That no other frame follows, which :mod:`autograder.compare.child` looks for."""
