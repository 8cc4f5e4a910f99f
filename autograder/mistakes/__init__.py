"""Which mistake is this? Wrong answers are generated from the question's own function and compared with the student's.

In come an :class:`~autograder.model.Evidence`, a verdict or an exception; out go ids from the catalogue and hints that
do not tell the answer.

- ``catalogue/``: the mistakes themselves, a file a topic. **To add one, open the file of its topic.**
- ``tape/``: functions of arrays taken apart, and the way back through them with rules that go wrong
- ``calculus/``: formulas with sites, and the differentiator whose rules go wrong on demand
- ``diagnosis/``: which mistake gives these values
- ``certifying.py``: can the mistakes of a question be told apart, and do their hints keep the answer to themselves?
- ``leak_check.py``: does a text give an answer away?
- ``examples.py``, ``document.py``: docs/mistakes.md
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus import KINDS, RULES, Problem, Task, Tie, iterates, nearest
from autograder.mistakes.catalogue import (
    AREAS,
    MISTAKES,
    THEMES,
    Example,
    Mistake,
    explain,
    fits_data,
    hint,
    limit_at,
    sentences,
    wrong_limits,
)

if TYPE_CHECKING:
    from autograder.mistakes.certifying import Finding, certify, possible, same_mistakes
    from autograder.mistakes.diagnosis import Diagnosis, all_wrong_answers, diagnose, diagnose_text, from_verdict
    from autograder.mistakes.leak_check import Leak, leak_search, leaks
    from autograder.mistakes.tape import ArrayTask, Pull, Tape

_LATER = {
    "certifying": ("Finding", "certify", "possible", "same_mistakes"),
    "diagnosis": ("Diagnosis", "diagnose", "diagnose_text", "all_wrong_answers", "from_verdict"),
    "tape": ("ArrayTask", "Pull", "Tape"),
    "leak_check": ("Leak", "leak_search", "leaks"),
}
"""Module → names of it that bring SymPy: a page wants a mistake's words, and no page reckons."""

__all__ = [
    "AREAS",
    "KINDS",
    "MISTAKES",
    "RULES",
    "THEMES",
    "ArrayTask",
    "Diagnosis",
    "Example",
    "Finding",
    "Leak",
    "Mistake",
    "Problem",
    "Pull",
    "Tape",
    "Task",
    "Tie",
    "all_wrong_answers",
    "certify",
    "diagnose",
    "diagnose_text",
    "explain",
    "fits_data",
    "from_verdict",
    "hint",
    "iterates",
    "leak_search",
    "leaks",
    "limit_at",
    "nearest",
    "possible",
    "same_mistakes",
    "sentences",
    "wrong_limits",
]


def __getattr__(name: str) -> Any:
    module = next((module for module, names in _LATER.items() if name in names), None)
    if module is None:
        raise AttributeError(f"module 'autograder.mistakes' has no attribute {name!r}")
    return getattr(import_module(f"autograder.mistakes.{module}"), name)
