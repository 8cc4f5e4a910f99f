"""Cells of a source as it is written: what is given, and questions with prompt, solution and tests."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.model import Record

__all__ = ["Draft", "code", "fitting", "markdown", "question", "raw"]

INIT = 'import autograder\n\ngrader = autograder.Notebook("{name}")'


class Draft(Record, frozen=True, kw_only=True):
    """A notebook in the blocks of Otter Assign, before any test was changed."""

    cells: list[NotebookNode]
    notes: tuple[str, ...] = ()
    """What could not be brought over, or was brought over otherwise, in sentences."""


def raw(text: str) -> NotebookNode:
    """A raw cell: a block's edge, a configuration."""
    made: NotebookNode = new_raw_cell(text)
    return made


def markdown(text: str) -> NotebookNode:
    """A cell of text."""
    made: NotebookNode = new_markdown_cell(text)
    return made


def code(text: str, outputs: Sequence[Any] = ()) -> NotebookNode:
    """A cell of code, with these outputs saved in it."""
    made: NotebookNode = new_code_cell(text, outputs=list(outputs))
    return made


def fitting(name: str, taken: Sequence[str] = ()) -> str:
    """A name as Otter takes it for a question: letters, digits, ``_``, ``-`` and ``.``, and not there yet.

    >>> fitting("Exercise 1.a", ["q1"])
    'Exercise_1.a'
    """
    plain = re.sub(r"[^\w.-]+", "_", name).strip("_.") or "q"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    return found


def question(
    config: dict[str, Any],
    prompt: Sequence[NotebookNode],
    answers: Sequence[NotebookNode],
    tests: Sequence[NotebookNode],
) -> Iterator[NotebookNode]:
    """The cells of one question, blocks and all."""
    yield raw("# BEGIN QUESTION\n" + yaml.safe_dump(config, sort_keys=False, allow_unicode=True).rstrip())
    yield from prompt
    if answers:
        yield raw("# BEGIN SOLUTION")
        yield from answers
        yield raw("# END SOLUTION")
    if tests:
        yield raw("# BEGIN TESTS")
        yield from tests
        yield raw("# END TESTS")
    yield raw("# END QUESTION")
