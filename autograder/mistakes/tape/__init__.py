"""A function of arrays recorded operation by operation, so that its derivative can be taken with rules that go wrong.

In come a function that JAX can trace and one point; out go the right derivative and, for each rule of the catalogue,
the wrong ones: with the rule at every operation to which it applies, and at one operation at a time.

- ``recording.py``: the function's operations with their values, and the way back through them
- ``rules.py``: what goes on to an operation's inputs instead, a function a mistake
- ``answers.py``: a question's wrong answers, made of ways back
"""

from typing import TYPE_CHECKING, Any

from autograder.mistakes.tape import rules

if TYPE_CHECKING:
    from autograder.mistakes.tape.answers import ArrayTask, Pull
    from autograder.mistakes.tape.recording import Operation, Tape, TapeRule

__all__ = ["ArrayTask", "Operation", "Pull", "Tape", "TapeRule", "rules"]


def __getattr__(name: str) -> Any:
    """What brings NumPy and SymPy, when it is asked for: a page that wants a mistake's words takes nothing apart."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module 'autograder.mistakes.tape' has no attribute {name!r}")
    file = "answers" if name in ("ArrayTask", "Pull") else "recording"
    return getattr(import_module(f"autograder.mistakes.tape.{file}"), name)
