"""A source of nbgrader: what a cell is stands in its metadata, hidden tests and solutions between marks.

Source: nbgrader's documentation of its cell metadata (``solution``, ``grade``, ``locked``, ``points``) and marks.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from nbformat import NotebookNode

from autograder.build.config import new_config
from autograder.build.foreign.cells import INIT, Draft, code, fitting, markdown, question, raw
from autograder.build.foreign.marking import in_regions, marked, region_marked
from autograder.build.foreign.tests import as_test, imports_of
from autograder.build.source import Cell, bound, parsed_text
from autograder.errors import AuthorError

__all__ = ["read_nbgrader"]

_AUTOTEST = re.compile(r"^\s*#+\s*(?:HASHED )?AUTOTEST\b.*\n?", re.M)


class _Open:
    """The question that is being read."""

    def __init__(self, name: str, prompt: list[NotebookNode]) -> None:
        self.name = name
        self.prompt = prompt
        self.manual = False
        self.points: float | None = None
        self.answers: list[NotebookNode] = []
        self.tests: list[NotebookNode] = []
        self.between: list[NotebookNode] = []
        """Given cells behind the answer, which belong to the question if a test follows."""


def read_nbgrader(name: str, cells: Sequence[NotebookNode]) -> Draft:
    """The cells of a source of nbgrader.

    Args:
        name: the assignment's.
        cells: of the notebook.

    Raises:
        AuthorError: a region is not closed, or stands in a cell in which nbgrader would leave it for students.
    """
    for number, cell in enumerate(cells, 1):
        _look_at_regions(number, cell)
    notes: list[str] = []
    made = [raw(new_config(name)), code(INIT.format(name=name))]
    given: list[NotebookNode] = []
    now: _Open | None = None
    taken: list[str] = []
    for number, cell in enumerate(cells, 1):
        told = cell.metadata.get("nbgrader", {})
        test = bool(told.get("grade")) and not told.get("solution") and cell.cell_type == "code"
        answer = bool(told.get("solution")) or bool(told.get("task")) or (told.get("grade") and not test)
        if test and now is None:
            notes.append(f"The test in cell {number} stands before every solution and was left out.")
            continue
        if test and now is not None:
            now.prompt += now.between
            now.between = []
            now.tests.append(cell)
        elif answer:
            if now is not None and (now.tests or now.manual or told.get("grade") or told.get("task")):
                made += _written(now, cells, notes)
                given, now = [*now.between], None
            if now is None:
                title = fitting(str(told.get("grade_id", f"q{number}")), taken)
                now = _Open(title, _taken_off(given))
                made += given
                given = []
            now.manual = bool(told.get("grade") or told.get("task"))
            now.points = float(told.get("points") or 0) if now.manual else None
            now.prompt.extend(now.between)
            now.between = []
            (now.prompt if told.get("task") else now.answers).append(cell)
            taken.append(now.name)
        else:
            (given if now is None else now.between).append(cell)
    if now is not None:
        made += _written(now, cells, notes)
        given = now.between
    return Draft(cells=[*made, *given], notes=tuple(notes))


def _look_at_regions(number: int, cell: NotebookNode) -> None:
    told = cell.metadata.get("nbgrader", {})
    taken = {
        "SOLUTION": told.get("solution"),
        "HIDDEN TESTS": told.get("grade") or told.get("solution"),
        "MARK SCHEME": told.get("task"),
    }
    for what, removed in taken.items():
        try:
            there = len(in_regions(cell.source, what)) > 1
        except AuthorError as error:
            raise AuthorError(f"cell {number}: {error}") from None
        if there and not removed:
            raise AuthorError(
                f"cell {number}: students would get what stands between BEGIN {what} and END {what}, since nbgrader's "
                "metadata says that the cell is of another kind: change it in nbgrader, or take these lines out"
            )


def _taken_off(given: list[NotebookNode]) -> list[NotebookNode]:
    """The Markdown directly before an answer, taken off what is given: it is the prompt."""
    count = 0
    while count < len(given) and given[-1 - count].cell_type == "markdown":
        count += 1
    prompt = given[len(given) - count :]
    del given[len(given) - count :]
    return prompt


def _written(now: _Open, cells: Sequence[NotebookNode], notes: list[str]) -> Iterator[NotebookNode]:
    everything = [cell for cell in cells if cell.cell_type == "code"]
    imports: dict[str, str] = {}
    names: set[str] = set()
    for cell in everything:
        try:
            imports |= imports_of(cell.source)
            if cell.metadata.get("nbgrader", {}).get("grade") and not cell.metadata.nbgrader.get("solution"):
                continue  # what a test binds is its own, but later tests use what it imported
            names |= {*bound(Cell(index=0, id="", kind="code", text=cell.source))}
        except SyntaxError:
            continue  # a cell for another kernel, such as `%%bash`
    tests = [
        code(text)
        for number, cell in enumerate(now.tests, 1)
        for text in _tests(now.name, number, cell, imports, names, notes)
    ]
    wanted = {name for cell in now.tests for name in re.findall(r"\b[A-Za-z_]\w*\b", cell.source) if name in names}
    prompt = [*now.prompt, *(each for cell in now.answers for each in _asked_beside(cell))]
    answers = [_answer(cell, wanted) for cell in now.answers]
    for cell in now.prompt:
        cell.source = _outside(cell.source, "MARK SCHEME")
    config: dict[str, Any] = {"name": now.name}
    if not tests:
        if not now.manual:
            notes.append(f"{now.name} has no test, so it is a question that a person scores, of 0 points.")
        config |= {"manual": True, "points": _whole(now.points or 0)}
    else:
        config |= {"points": _whole(sum(float(cell.metadata.nbgrader.get("points") or 0) for cell in now.tests))}
    yield from question(config, prompt, answers, tests)


def _whole(points: float) -> int | float:
    return int(points) if points == int(points) else points


def _answer(cell: NotebookNode, wanted: set[str]) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    cell.source = _outside(cell.source, "HIDDEN TESTS")
    region = region_marked(cell.source, wanted)
    return code(region if region is not None else marked(cell.source, wanted & _bound(cell)))


def _asked_beside(cell: NotebookNode) -> Iterator[NotebookNode]:
    """The part of a text to be answered that students get."""
    if cell.cell_type == "markdown" and (left := _outside(cell.source, "SOLUTION").strip()) != cell.source.strip():
        yield markdown(left)


def _outside(text: str, what: str) -> str:
    return "\n".join(line for _, lines in in_regions(text, what)[::2] for line in lines)


def _bound(cell: NotebookNode) -> set[str]:
    return {*bound(Cell(index=0, id="", kind="code", text=cell.source))}


def _tests(
    name: str, number: int, cell: NotebookNode, imports: dict[str, str], names: set[str], notes: list[str]
) -> Iterator[str]:
    """The public and the hidden part of a test; all its points stand behind the whole of it, as nbgrader counts."""
    points = float(cell.metadata.nbgrader.get("points") or 0)
    text = cell.source
    if _AUTOTEST.search(text):
        notes.append(f"{name}: lines with ### AUTOTEST were left out; nbgrader writes what they compare with.")
        text = _AUTOTEST.sub("", text)
    title = re.sub(r"\W", "_", name) + (f"_{number}" if number > 1 else "")
    parts = in_regions(text, "HIDDEN TESTS")
    public, whole = _outside(text, "HIDDEN TESTS"), "\n".join(line for _, lines in parts for line in lines)
    written = partial(as_test, imports=imports, names=names)
    if len(parts) == 1:
        if _does(text):
            yield written(f"test_{title}", text, points=points)
        return
    if _does(public):
        yield written(f"test_{title}", public, points=0)
    yield written(f"test_{title}_hidden", whole, points=points, hidden=True)


def _does(text: str) -> bool:
    """Whether the lines are more than imports and comments."""
    return any(not isinstance(node, ast.Import | ast.ImportFrom) for node in parsed_text(text).body)
