"""What goes to the child that decides, and what comes back: plain data."""

from typing import Any

import msgspec

from autograder.model import Record, Verdict


class Request(Record, frozen=True, kw_only=True):
    """One comparison."""

    desired: list[Any] | None
    """Trees of the reference's components, in order; None where ``function`` is to be differentiated."""
    actual: list[Any]
    """Trees of the answer's components, in the same order."""
    variables: list[str]
    domain: dict[str, tuple[float | None, float | None]] = msgspec.field(default_factory=dict)
    seed: int = 0
    rtol: float | None = None
    atol: float | None = None
    prove: bool = True
    function: Any = None
    """Tree of the function whose derivatives ``desired`` holds; checked against it, or differentiated in its place."""
    wrt: list[list[str]] = msgspec.field(default_factory=list)
    """For each component, the variables by which ``function`` is differentiated, in order."""
    seconds: float = 3.0
    """Processor time for the decision; the process that runs it is killed somewhat later."""


class Reply(Record, frozen=True, kw_only=True):
    """What is known: a decision may be followed by one more reply with its proof."""

    verdict: Verdict
    final: bool = True
