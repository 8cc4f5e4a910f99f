"""Which make a notebook is of."""

import re
from enum import StrEnum
from pathlib import Path

import nbformat

from autograder.build.config import is_config, unfenced
from autograder.build.foreign.tasks import exercise, in_marks
from autograder.errors import AuthorError

__all__ = ["OLD_BLOCK", "Kind", "kind_of"]


class Kind(StrEnum):
    """Where a notebook comes from, in words."""

    OTTER = "Otter Assign"
    OLD_OTTER = "Otter Assign, the older Markdown format"
    NBGRADER = "nbgrader"
    PLAIN = "a plain solved notebook"


OLD_BLOCK = re.compile(r"(?:```|<!--)\s*\n?\s*BEGIN (QUESTION|ASSIGNMENT)[ \t]*\n(.*?)(?:```|-->)", re.S)
"""A configuration of the older format, in a fence or a comment."""
_BLOCK = re.compile(r"(?:```|<!--)\s*\n?\s*BEGIN (QUESTION|ASSIGNMENT)[ \t]*\n(.*?)(?:```|-->)", re.S)
"""A configuration of the older format, in a fence or a comment."""
EXERCISE = re.compile(
    r"^\s*(?P<head>#+)?\s*[*_]{0,3}\s*(?:exercise|problem|question|task|exercice|ejercicio|esercizio|aufgabe|übung|part)"
    r"\b[\s#:.*]*(?P<number>\d+(?:[.]\d+)*\s*[a-z]?\b|[a-z]\b)",
    re.IGNORECASE,
)
"""The first line of an exercise: a heading or bold words with a number."""
_BLOCK = re.compile(r"#\s+BEGIN\s+QUESTION\b", re.IGNORECASE)
_STUB = re.compile(r"YOUR (?:CODE|ANSWER) HERE")


def kind_of(path: Path, notebook: nbformat.NotebookNode) -> Kind:
    """The make of a notebook.

    Raises:
        AuthorError: it is not Python, is what students get and not its source, or holds no question of any make.
    """
    language = notebook.metadata.get("kernelspec", {}).get("language") or notebook.metadata.get(
        "language_info", {}
    ).get("name", "python")
    if str(language).lower() not in ("python", "python3", "ipython"):
        raise AuthorError(f"{path} is a notebook in {language}; only Python is graded here")
    cells = notebook.cells
    if any("nbgrader" in cell.metadata for cell in cells):
        _refuse_released(path, notebook)
        return Kind.NBGRADER
    blocks = [cell for cell in cells if cell.cell_type == "raw" or "```otter" in cell.source]
    if any(_BLOCK.match(line.strip()) for cell in blocks for line in unfenced(cell.source).split("\n")):
        return Kind.OTTER
    if any(OLD_BLOCK.search(cell.source) for cell in cells if cell.cell_type in ("markdown", "raw")):
        return Kind.OLD_OTTER
    if notebook.metadata.get("otter", {}).get("tests") or any("grader.check(" in cell.source for cell in cells):
        raise AuthorError(
            f"{path} is what Otter Assign gives to students, without solutions and hidden tests: import the master"
        )
    if any(is_config(cell.cell_type, cell.source) for cell in cells):
        raise AuthorError(f"{path} is a master of Otter Assign without a question: it has no `# BEGIN QUESTION`")
    if any(exercise(cell) or (cell.cell_type == "code" and in_marks(cell.source) != cell.source) for cell in cells):
        return Kind.PLAIN
    raise AuthorError(
        f"{path}: no question found. It has no blocks of Otter Assign, no cells of nbgrader, no heading such as "
        "`### Exercise 1` or line `**Problem 2.** …` with a cell of code behind it, and no `# START CODE HERE`"
    )


def _refuse_released(path: Path, notebook: nbformat.NotebookNode) -> None:
    answers = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    if answers and all(_STUB.search(cell.source) for cell in answers):
        raise AuthorError(
            f"{path} is nbgrader's version for students, with YOUR CODE HERE in the place of every solution: import "
            "the one in its folder source/"
        )
    if not answers and not any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
        raise AuthorError(f"{path}: no question found: no cell of nbgrader's is a solution or is graded")
