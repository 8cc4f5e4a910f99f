"""What a student would read for each mistake in a question."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.build.checks import questions_of, wrong_answers
from autograder.build.source import is_hidden, read_source_of
from autograder.errors import UsageError
from autograder.model import Outcome


def preview(root: Path, name: str, question: str, *, language: str | None = None) -> Iterator[str]:
    """Lines of text: the question, for each mistake its wrong answer and the hints, then what the author foresaw.

    Args:
        root: the course.
        name: the assignment.
        question: such as ``q3``.
        language: of the hints; None for the reader's own.

    Raises:
        UsageError: there is no such assignment or question.
        AuthorError: the question cannot be made.
    """
    source = read_source_of(root, name)
    found = next((each for each in source.questions if each.name == question), None)
    if found is None:
        raise UsageError(f"{name} has no question {question!r}; it has {', '.join(q.name for q in source.questions)}")
    public = [cell for cell in found.tests if not is_hidden(cell)] or list(found.tests)
    for cell in public:
        for asked in questions_of(cell):
            yield from _lines(asked, language)
    for cell in found.tests:
        for asked in questions_of(cell):
            yield from _foreseen(asked, language)


def _lines(asked: Any, language: str | None) -> Iterator[str]:
    from autograder import feedback

    yield f"{asked.kind}: {asked.prompt}"
    yield ""
    yield "(no answer)"
    yield from _said(feedback.student(asked.judge(None), language=language))
    for mistake, text, answer in wrong_answers(asked):
        verdict = asked.judge(answer)
        named = ", ".join(verdict.mistakes) or "nothing named"
        yield f"{mistake}: {text}"
        if verdict.outcome is Outcome.CORRECT:
            yield "    is the right answer here, so it is never named"
            continue
        if verdict.mistakes[:1] != (mistake,):
            yield f"    (diagnosed as: {named})"
        yield from _said(feedback.student(verdict, level=1, language=language))
        yield from _said(feedback.student(verdict, level=2, language=language), "second time: ")


def _foreseen(asked: Any, language: str | None) -> Iterator[str]:
    """Wrong answers and wrong options for which the author has a hint; they are told at grading."""
    from autograder import feedback

    for wrong, hint in (*getattr(asked, "slips", ()), *getattr(asked, "hints", {}).items()):
        verdict = asked.judge(wrong)
        told = "hint" in verdict.details  # a formula is no answer where a function of arrays is asked for
        yield f"foreseen in {asked.name or asked.kind}: {' '.join(str(wrong).split())}"
        yield from _said(feedback.student(verdict, language=language, hidden=True) if told else hint)


def _said(text: str, lead: str = "") -> Iterator[str]:
    for line in text.split("\n"):
        yield f"    {lead}{line}"
    yield ""
