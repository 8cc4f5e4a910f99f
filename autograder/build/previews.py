"""What a student would read for each mistake in a question, and with which numbers where they are drawn."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from autograder.build.checks import entries_of_answer, questions_of, wrong_answers
from autograder.build.course import source_notebook
from autograder.build.source import Cell, Source, SourceQuestion, is_hidden, read_source_of
from autograder.build.versions import concrete, drawn_names, pool_of
from autograder.errors import UsageError
from autograder.model import Outcome, Reason
from autograder.versions import NoStudent, Pool, chosen, decoded, normalised, placeholders, several_ids

__all__ = ["preview", "preview_versions"]


def preview(
    root: Path, name: str, question: str | None = None, *, language: str | None = None, student: str | None = None
) -> Iterator[str]:
    """Lines of text: the question, for each mistake its wrong answer and the hints, then what the author foresaw.

    Where numbers are drawn these are the numbers of one version, and the prompts come first, filled in.

    Args:
        root: the course.
        name: the assignment.
        question: such as ``q3``; None for every one.
        language: of the hints; None for the reader's own.
        student: whose version, by their id; None for the first.

    Raises:
        UsageError: there is no such assignment or question, or nothing is drawn and an id is given.
        AuthorError: the question cannot be made, or its versions are not drawn yet.
    """
    source, pool = _read(root, name, question)
    if pool is None:
        if student is not None:
            raise UsageError(f"{name} draws no numbers: everybody sees the same, so leave --student out")
        for each in _meant(source, question):
            yield from _of(each, language)
        return
    number = 0 if student is None else _number(pool, student)
    whose = "" if student is None else f": what {normalised(student)} has"
    yield f"version {number + 1} of {len(pool.versions)}{whose}"
    version = pool.versions[number]
    filled = concrete(source, pool, version)
    asked = [each.prompt for each in source.questions]
    if question is None:
        for before, cell in zip(source.cells, filled.cells, strict=True):
            if cell.id in version.shown and not any(before.text in prompt for prompt in asked):
                yield from ("", *cell.text.split("\n"))
    for each in _meant(filled, question):
        yield from ("", *each.prompt.split("\n"), "")
        yield from _of(each, language)


def preview_versions(root: Path, name: str, question: str) -> Iterator[str]:
    """A table of a question's versions: values, what the prompt says, the right answer, how many mistakes it knows.

    Raises:
        UsageError: there is no such assignment or question, or nothing is drawn.
        AuthorError: as for :func:`preview`.
    """
    source, pool = _read(root, name, question)
    if pool is None:
        raise UsageError(f"{name} draws no numbers: there is one version, which `preview` shows without --all")
    (template,) = _meant(source, question)
    cells = [cell.id for cell in source.cells if cell.text in template.prompt]
    names = _names_of(template, pool)
    rows = [("version", "drawn", "in the prompt", "right answer", "mistakes")]
    for number, version in enumerate(pool.versions, 1):
        (own,) = _meant(concrete(source, pool, version), question)
        asked = [each for cell in _public(own) for each in questions_of(cell)]
        values = dict(zip(pool.names, map(decoded, version.values), strict=True))
        rows.append(
            (
                str(number),
                ", ".join(f"{each} = {values[each]}" for each in names),
                ", ".join(text for cell in cells for text in version.shown.get(cell, ())),
                "; ".join(filter(None, (_whole(entries_of_answer(each)) for each in asked))) or "–",
                str(len({mistake for each in asked for mistake, _, _ in wrong_answers(each)})),
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _whole(entries: Sequence[Any]) -> str:
    return ", ".join(" ".join(str(entry).split()) for entry in entries)


def _names_of(question: SourceQuestion, pool: Pool) -> list[str]:
    """What was drawn and stands in a question: in its prompt or its tests."""
    said = " ".join(each.what for each in placeholders(question.prompt))
    used = {*drawn_names(question, pool.names), *re.findall(r"\w+", said)}
    return [name for name in pool.names if name in used]


def _read(root: Path, name: str, question: str | None) -> tuple[Source, Pool | None]:
    source = read_source_of(root, name)
    if question is not None and not any(each.name == question for each in source.questions):
        raise UsageError(f"{name} has no question {question!r}; it has {', '.join(q.name for q in source.questions)}")
    return source, pool_of(source_notebook(root, name), source)


def _number(pool: Pool, student: str) -> int:
    if several_ids(student):
        raise UsageError(f"--student {student!r} is more than one id: give one")
    try:
        return chosen(pool.assignment, student, len(pool.versions))
    except NoStudent as error:
        raise UsageError("--student is empty: give an e-mail address or a student number") from error


def _meant(source: Source, question: str | None) -> list[SourceQuestion]:
    return [each for each in source.questions if question in (None, each.name)]


def _public(question: SourceQuestion) -> list[Cell]:
    return [cell for cell in question.tests if not is_hidden(cell)] or list(question.tests)


def _of(question: SourceQuestion, language: str | None) -> Iterator[str]:
    for cell in _public(question):
        for asked in questions_of(cell):
            yield from _lines(asked, language)
    for cell in question.tests:
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
        if verdict.outcome is Outcome.INVALID:  # a function is asked for: this is what a wrong one returns
            verdict = msgspec.structs.replace(
                verdict,
                outcome=Outcome.INCORRECT,
                reason=Reason.DIFFERENT,
                mistakes=(mistake,),
                details={"asked": "value"},
            )
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
