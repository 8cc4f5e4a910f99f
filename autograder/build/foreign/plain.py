"""A plain solved notebook: exercises under headings or numbered lines, each with its solution behind it.

Or far behind it, in a part of its own; or between ``START CODE HERE`` and ``END CODE HERE`` without any heading.
"""

import ast
import copy
import itertools
import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from autograder.build.config import new_config
from autograder.build.foreign.cells import INIT, Draft, code, fitting, markdown, question, raw
from autograder.build.foreign.marking import differentiated, marked, region_marked
from autograder.build.foreign.tasks import (
    Head,
    commented,
    exercise,
    exercise_solved_by,
    fenced_code,
    in_marks,
    is_given,
    is_python,
    is_stub,
    set_up,
    solution,
)
from autograder.build.foreign.tests import as_test, imports_of, is_check, only_checks
from autograder.build.source import Cell, bound, parsed_text

__all__ = ["read_plain"]

_HEADING = re.compile(r"^\s*(#+)\s", re.M)
_POINTS = re.compile(r"[(\[]\s*(\d+(?:\.\d+)?)\s*(?:points?|pts?\.?|marks?|punkte?)\s*[)\]]", re.IGNORECASE)
_BOLD = 7
"""The level of an exercise whose first line is no heading."""


class _Exercise:
    """An exercise that is being read."""

    def __init__(self, number: str | None, level: int, prompt: Sequence[NotebookNode]) -> None:
        self.number = number
        self.level = level
        self.name = ""
        self.prompt = [*prompt]
        self.answers: list[NotebookNode] = []
        self.checks: list[str] = []
        self.after: list[NotebookNode] = []
        """Given cells behind the solution."""
        self.is_marked = False
        """Its solution is marked, by lines around it or by its cell's first: its other cells are given."""
        self.stub = ""
        """What students were to fill in, where the author wrote that too."""
        self.left_out: list[str] = []
        """Statements of it that set something up which the solution does not."""

    @property
    def is_solved(self) -> bool:
        return any(cell.cell_type == "code" and not is_stub(cell.source) for cell in self.answers) or any(
            cell.cell_type == "markdown" for cell in self.answers
        )

    def mark(self) -> None:
        """Its solution comes, and is marked: cells above that are no stubs were given."""
        if not self.is_marked:
            self.is_marked = True
            above = self.answers
            self.answers = [cell for cell in above if cell.cell_type == "code" and is_stub(cell.source)]
            self.prompt += [cell for cell in above if cell not in self.answers]

    def give(self, cell: NotebookNode) -> None:
        """Take a cell that students get as it is."""
        (self.after if self.answers else self.prompt).append(cell)


class _Reader:
    """Reads cells one after the other, and knows in which exercise it is."""

    def __init__(self) -> None:
        self.pieces: list[NotebookNode | _Exercise] = []
        self.now: _Exercise | None = None
        self.part = 0
        """The level of the heading of a part with solutions only; 0 outside of any."""
        self.notes: list[str] = []
        self.imports: dict[str, str] = {}
        self.names: set[str] = set()

    def read(self, cell: NotebookNode) -> None:
        if cell.cell_type == "code":
            self._code(cell)
        elif cell.cell_type == "markdown":
            self._text(cell)
        elif self.now is None:
            self.pieces.append(cell)
        else:
            self.now.give(cell)

    def exercises(self) -> list[_Exercise]:
        return [each for each in self.pieces if isinstance(each, _Exercise)]

    def _begin(self, head: Head | None, level: int, prompt: Sequence[NotebookNode]) -> None:
        self.now = _Exercise(head.number if head is not None else None, level, prompt)
        self.pieces.append(self.now)

    def _numbered(self, number: str | None) -> _Exercise | None:
        if number is None:
            return None
        return next((each for each in self.exercises() if each.number == number), None)

    def _text(self, cell: NotebookNode) -> None:
        head, level = exercise(cell), _level(cell)
        begins = solution(cell.source)
        line = begins[0].strip() if begins is not None else head.line if head is not None else ""
        solves = begins is not None or (head is not None and solution(f"# {_behind(head)}") is not None)
        if self.part and level and level <= self.part and not (solves or head is not None):
            self.part, self.now = 0, None
        number = exercise_solved_by(line) or (head.number if head is not None else None)
        told = self._numbered(number) if solves or self.part else None
        if told is not None:
            self.now = told
            told.answers.append(cell)
        elif solves and level and number is None and self._is_part(level):
            # what has no number there is hidden with the last exercise
            self.part, self.now = level, self.now or self.exercises()[-1]
            self.now.answers += [cell] if "\n" in cell.source.strip() else []
        elif solves and self.now is not None:
            self.now.answers.append(cell)
        elif head is not None and self._is_new(head, level):
            self._begin(head, level or _BOLD, [cell])
        elif self.now is None:
            self.pieces.append(cell)
        elif self.part:
            self.now.answers.append(cell)
        elif level and level <= self.now.level:
            self.now = None
            self.pieces.append(cell)
        elif self.now.is_marked:
            self.now.give(cell)
        else:
            self._behind(self.now, cell)

    def _behind(self, now: _Exercise, cell: NotebookNode) -> None:
        """Text within an exercise: behind its first cell of code it may tell of the solution."""
        if now.answers and not any(each.cell_type == "markdown" for each in now.answers):
            self.notes.append(
                f"{{{id(now)}}}: the text behind its first cell of code was taken for a part of the solution, so "
                "students do not get it; move what they need before # BEGIN SOLUTION."
            )
        (now.answers if now.answers else now.prompt).append(cell)

    def _is_new(self, head: Head, level: int) -> bool:
        """Whether a head begins an exercise: one without a number does so only where none is that is above it."""
        if self.now is None or head.number is not None:
            return True
        return (level or _BOLD) <= self.now.level

    def _is_part(self, level: int) -> bool:
        """Whether a heading such as "Solutions" begins those of all exercises, not of the last one alone."""
        before = [each for each in self.exercises() if each is not self.now]
        if self.now is None:
            return bool(before)
        return level < self.now.level or any(not each.is_solved for each in before)

    def _code(self, cell: NotebookNode) -> None:
        text = cell.source
        if not is_python(text) or is_given(text):
            self.pieces.append(code(text)) if self.now is None else self.now.give(code(text))
            return
        self.imports |= imports_of(text)
        self.names |= _names(text)
        mark = commented(text)
        if mark is not None:
            self.now = self._numbered(exercise_solved_by(mark[0])) or self.now
            text = mark[1]
            if self.now is not None:
                self.now.mark()
        elif self.part and (head := exercise(markdown(text.split("\n")[0].lstrip("# ")))) is not None:
            self.now = self._numbered(head.number) or self.now
        between = in_marks(text)
        if between != text:
            self._marked(between)
        elif self.now is None:
            self.pieces.append(code(text))
        elif mark is None and self.now.is_marked and not self.part and not only_checks(text):
            self.now.give(code(text))
        elif only_checks(text):
            self.now.checks.append(text)
        elif mark is not None and (words := _only_text(text)) is not None:
            self.now.answers.append(markdown(words))
        else:
            rest, checks = _divided(text)
            self.now.answers += [code(rest)] if rest.strip() else []
            self.now.checks += [checks] if checks else []

    def _marked(self, text: str) -> None:
        """A cell with marks around what students write: an exercise of its own, unless it is the first of one."""
        if self.now is None or self.now.is_marked:
            cells = self.pieces if self.now is None else self.now.after
            prompt: list[NotebookNode] = []
            while cells and not isinstance(cells[-1], _Exercise) and cells[-1].cell_type == "markdown":
                prompt.insert(0, cells.pop())  # type: ignore[arg-type]  # no exercise, as the line before says
            self._begin(None, self.now.level if self.now is not None else _BOLD, prompt)
        assert self.now is not None
        self.now.mark()
        self.now.answers.append(code(text))


def read_plain(name: str, cells: Sequence[NotebookNode]) -> Draft:
    """The cells of a solved notebook.

    Args:
        name: the assignment's.
        cells: of the notebook.
    """
    reader = _Reader()
    for cell in cells:
        for part in _parted(cell):
            reader.read(part)
    notes = _named(reader.exercises())
    made = [raw(new_config(name)), code(INIT.format(name=name))]
    for piece in reader.pieces:
        made += _written(piece, reader, notes) if isinstance(piece, _Exercise) else [piece]
    names = {f"{{{id(each)}}}": each.name for each in reader.exercises()}
    notes += [re.sub(r"^\{\d+\}", lambda found: names[found[0]], note) for note in reader.notes]
    return Draft(cells=made, notes=tuple(notes))


def _behind(head: Head) -> str:
    """What a head says behind its number, as in "Exercise 3: solution"."""
    return re.split(r"[:–—(-]|\b\d[\w.]*", head.line, maxsplit=1)[-1].strip(" :.)*_#")


def _parted(cell: NotebookNode) -> Iterator[NotebookNode]:
    """A cell of text as it is, or in two, where a solution begins within it."""
    begins = solution(cell.source) if cell.cell_type == "markdown" else None
    before = cell.source[: begins.start()] if begins is not None else ""
    before = re.sub(r"<details[^>]*>\s*$", "", before)
    if begins is None or not before.strip():
        yield cell
        return
    behind = copy.deepcopy(cell)
    cell.source, behind.source = before.rstrip(), cell.source[begins.start() :]
    yield cell
    yield behind


def _level(cell: NotebookNode) -> int:
    """How deep the first heading of a Markdown cell is; 0 without any."""
    found = _HEADING.search(cell.source)
    return len(found[1]) if found else 0


def _names(text: str) -> set[str]:
    return {*bound(Cell(index=0, id="", kind="code", text=text))}


def _only_text(text: str) -> str | None:
    """The words of a cell that is nothing but a string: an explanation."""
    body = parsed_text(text).body
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    return value.value.strip() if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _divided(text: str) -> tuple[str, str]:
    """A cell's solution, and the assertions at its end."""
    body = parsed_text(text).body
    keep = len(body)
    while keep and is_check(body[keep - 1]):
        keep -= 1
    if keep == len(body) or not keep:
        return text, ""
    lines = text.split("\n")
    end = body[keep - 1].end_lineno or 0
    return "\n".join(lines[:end]), "\n".join(lines[end:]).strip("\n")


def _named(exercises: Sequence[_Exercise]) -> list[str]:
    """Name each exercise by its number; those without one by the numbers that are left. What was there twice."""
    notes: list[str] = []
    taken: list[str] = []
    for each in exercises:
        if each.number is None:
            continue
        plain = "q" + re.sub(r"\W", "_", each.number)
        each.name = fitting(plain, taken)
        if each.name != plain:
            notes.append(
                f"{each.name}: an exercise with this number was there before; where this is its solution, move the "
                "cells there."
            )
        taken.append(each.name)
    free = (name for number in itertools.count(1) if (name := f"q{number}") not in taken)
    for each in exercises:
        each.name = each.name or next(free)
    return notes


def _written(now: _Exercise, reader: _Reader, notes: list[str]) -> Iterator[NotebookNode]:
    now.answers = _solved(now, notes)
    if not now.answers:
        notes.append(f"{now.name} has no cell of code, so it stays text.")
        yield from now.prompt + now.after
        return
    of_code = [cell for cell in now.answers if cell.cell_type == "code"]
    made = {name for cell in of_code for name in _names(cell.source)}
    asked = {name for cell in now.prompt for name in re.findall(r"\b[A-Za-z_]\w*\b", cell.source)}
    compared = {name for text in now.checks for name in re.findall(r"\b[A-Za-z_]\w*\b", text)}
    wanted = made & (compared or asked) or made & asked
    tests = [
        code(
            as_test(
                f"test_{now.name}" + (f"_{number}" if number > 1 else ""),
                text,
                imports=reader.imports,
                names=reader.names,
            )
        )
        for number, text in enumerate(now.checks, 1)
    ]
    told = _POINTS.search("\n".join(cell.source for cell in now.prompt))
    points = float(told[1]) if told else 1.0
    config = {"name": now.name, "points": int(points) if points == int(points) else points}
    if not tests:
        config["manual"] = True
    answers = [_marked_answer(cell, wanted, now.stub) for cell in now.answers]
    for first in [cell for cell in answers if cell.cell_type == "code"][:1]:
        first.source = "\n".join([*now.left_out, first.source])
    yield from question(config, now.prompt, answers, tests)
    yield from now.after


def _marked_answer(cell: NotebookNode, wanted: set[str], stub: str) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    between = region_marked(cell.source, wanted)
    return code(between if between is not None else marked(cell.source, wanted, differentiated(cell.source), stub))


def _solved(now: _Exercise, notes: list[str]) -> list[NotebookNode]:
    """The answers without the stubs above them, which students get anew, and with code that stands in a text only."""
    of_code = [cell.source for cell in now.answers if cell.cell_type == "code"]
    stubs = [text for text in of_code if is_stub(text)]
    is_solved = len(stubs) < len(of_code)
    found: list[NotebookNode] = []
    for cell in now.answers:
        shown = fenced_code(cell.source) if cell.cell_type == "markdown" and not is_solved else []
        found += [code(each) for each in shown if is_python(each)] or [cell]
    solved = [cell for cell in found if cell.cell_type == "code" and not is_stub(cell.source)]
    if solved:
        now.stub = "\n".join(stubs)
        made = {name for cell in solved for name in _names(cell.source)}
        now.left_out = [text for stub in stubs for text in set_up(stub) if made.isdisjoint(_names(text))]
        return [cell for cell in found if cell.cell_type != "code" or cell in solved]
    if stubs:
        notes.append(f"{now.name} holds no solution but what students were to fill in: write one.")
    return found
