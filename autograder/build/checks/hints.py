"""Do an author's own hints, and the text around a question, keep the right answer to themselves?"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import sympy as sp

from autograder.build.checks.asked import Asked
from autograder.build.checks.finding import Finding
from autograder.build.source import Source, SourceQuestion, is_hidden
from autograder.feedback import leak_search, leaks

__all__ = ["answer_findings", "entries_of_answer", "hint_findings", "right_answer"]

_TELLING = 4
"""Operations of a formula that nobody writes down by chance."""


def right_answer(asked: Any) -> list[Any]:
    """Formulas and values of a question's right answer, each formula also multiplied out.

    Empty where it has none that can be written down: a key, a figure, a place, a method, a function in Python alone.

    >>> from autograder import Derivative
    >>> right_answer(Derivative("x*sin(x)", wrt="x"))
    [x*cos(x) + sin(x)]
    >>> right_answer(Derivative("x**3", wrt="x", at=2))
    [array(12.)]
    """
    entries = entries_of_answer(asked)
    if any(isinstance(each, np.ndarray) for each in entries):
        return entries
    return list(dict.fromkeys(form for entry in entries for form in (entry, sp.expand(entry))))


def entries_of_answer(asked: Any) -> list[Any]:
    """As :func:`right_answer`, each entry once, as the reference has it.

    >>> from autograder import Gradient
    >>> entries_of_answer(Gradient("x**2*y", wrt=("x", "y")))
    [2*x*y, x**2]
    """
    if not getattr(asked, "reference_is_answer", False):
        return []
    if getattr(asked, "at", None) is not None:
        value = getattr(asked, "desired_at", None)
        return [] if value is None else [np.asarray(value)]
    reference = asked.reference
    if asked.shape != reference.operator.shape:
        return []
    return list(reference.exprs or ())


def _said(asked: Any) -> list[Any]:
    """What a question tells itself: its function, where it has one that is not the answer, and its numbers."""
    names = ("at", "direction", "start", "step", "count", "data")
    said = [asked.prompt, *(getattr(asked, name, None) for name in names)]
    function = getattr(asked, "function", None)
    if function is not None and hasattr(asked, "reference") and asked.reference.operator.order:
        said += [function.text, list(function.exprs or ()), function.form]
    return said


def hint_findings(question: SourceQuestion, asked: Asked, found: Sequence[float] = ()) -> Iterator[Finding]:
    """Hints that the author wrote (``slips=``, ``hints=``) and that show a part of the question's right answer.

    Args:
        question: as its author wrote it.
        asked: the questions that its tests ask.
        found: numbers of the solution, for questions that have many right answers.
    """
    hints = [
        (cell, hint)
        for cell, each in asked
        for hint in (*(hint for _, hint in getattr(each, "slips", ())), *getattr(each, "hints", {}).values())
    ]
    if not hints:
        return
    answer = [*(part for _, each in asked for part in right_answer(each)), *found]
    public = [question.prompt, *(cell.text for cell in question.tests if not is_hidden(cell))]
    public += [part for _, each in asked for part in _said(each)]
    for hint, cell in {hint: cell for cell, hint in reversed(hints)}.items():
        shown = leaks(hint, answer, public=public, strict=True)
        if shown:
            yield Finding(
                code="B04",
                question=question.name,
                cell=cell.index,
                message=f"The hint {hint!r} shows {shown[0].found.rstrip('.')!r} of the right answer.",
                fix="Ask for the rule or for what to look at, without numbers and formulas of the answer.",
            )


def answer_findings(source: Source, question: SourceQuestion, asked: Asked) -> Iterator[Finding]:
    """Lines that students get in which the whole right answer stands."""
    kept = {cell.index for each in source.questions for cell in (*each.answers, *each.tests)}
    lines = [
        (cell, line)
        for cell in source.cells
        if cell.index not in kept
        for line in cell.text.split("\n")
        if re.search(r"\w", line)
    ]
    everything = "\n;\n".join(line for _, line in lines)  # no formula goes on from one line to the next
    for _, each in asked:
        reference = getattr(each, "reference", None)
        if reference is None or not reference.operator.order or each.at is not None:
            continue
        for form in right_answer(each):
            if not isinstance(form, sp.Expr) or sp.count_ops(form) < _TELLING:
                continue
            stands_in = _searched(form, _said(each))
            if not stands_in(everything):
                continue
            told = next(((cell, line) for cell, line in lines if stands_in(line)), None)
            if told is not None:
                yield Finding(
                    code="B05",
                    question=question.name,
                    cell=told[0].index,
                    message=f"The right answer seems to stand in what students get: {told[1].strip()}",
                    fix="Take it out, or leave it if it is meant to be given.",
                    error=False,
                )
                return


def _searched(form: sp.Expr, said: list[Any]) -> Callable[[str], bool]:
    """Whether all terms of a formula stand in a line, in any order."""
    terms = [term for term in sp.Add.make_args(form) if not term.is_Atom]
    searches = []
    for term in terms:
        parts = [part for part in sp.preorder_traversal(term) if part != term and isinstance(part, sp.Expr)]
        searches.append(leak_search([term], public=[*said, *parts]))

    def stands_in(line: str) -> bool:
        return bool(searches) and all(any(leak.kind == "formula" for leak in search(line)) for search in searches)

    return stands_in
