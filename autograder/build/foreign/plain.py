"""A plain solved notebook: exercises under headings or numbered lines, each with its solution behind it."""

import ast
import copy
import re
from collections.abc import Iterator, Sequence

from nbformat import NotebookNode

from autograder.build.config import new_config
from autograder.build.foreign.cells import INIT, Draft, code, fitting, question, raw
from autograder.build.foreign.kinds import exercise
from autograder.build.foreign.marking import differentiated, marked
from autograder.build.foreign.tests import as_test, imports_of, is_check, only_checks
from autograder.build.source import Cell, bound, parsed_text

__all__ = ["read_plain"]

_WORD = (
    r"(?:(?:sample|model|example|suggested)[ \t]+)?"
    r"(?:solution|answer|musterlösung|lösung|antwort|solución|respuesta|correction|corrigé|soluzione)s?\b"
)
_PART = r"(?:exercise|problem|question|task|part|aufgabe|teil|übung|exercice|ejercicio|esercizio)"
_SOLUTION = re.compile(
    rf"^(?:[ \t]*#+[ \t]*[*_]*{_WORD}.*|.*<summary>.*\b{_WORD}.*"
    rf"|[ \t]*[*_]*{_WORD}(?:[ \t]+(?:to|zu|of|for|de)[ \t]+{_PART}\b[^\n:.]*|[ \t]*\d[\w.]*)?"
    r"[ \t]*(?:\([^)\n]*\)[*_:.]*[ \t]*|[*_:.].*)?)$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line with which a solution begins; "Answer in one line: …" is none."""
_HEADING = re.compile(r"^\s*(#+)\s", re.M)
_POINTS = re.compile(r"[(\[]\s*(\d+(?:\.\d+)?)\s*(?:points?|pts?\.?|marks?|punkte?)\s*[)\]]", re.IGNORECASE)


class _Exercise:
    """The exercise that is being read."""

    def __init__(self, name: str, number: str, level: int, first: NotebookNode) -> None:
        self.name = name
        self.number = number
        self.level = level
        self.prompt: list[NotebookNode] = [first]
        self.answers: list[NotebookNode] = []
        self.checks: list[str] = []


def read_plain(name: str, cells: Sequence[NotebookNode]) -> Draft:
    """The cells of a solved notebook.

    Args:
        name: the assignment's.
        cells: of the notebook.
    """
    made = [raw(new_config(name)), code(INIT.format(name=name))]
    imports: dict[str, str] = {}
    names: set[str] = set()
    taken: list[str] = []
    notes: list[str] = []
    now: _Exercise | None = None
    for cell in [part for each in cells for part in _parted(each)]:
        found = exercise(cell)
        level = _level(cell)
        if found is not None and now is not None and _solves(found, now):
            now.answers.append(cell)
            continue
        if cell.cell_type == "code" and not _is_python(cell):
            (made if now is None else now.prompt).append(code(cell.source))
            continue
        if cell.cell_type == "code":
            imports |= imports_of(cell.source)
            names |= _names(cell)
        if found is not None:
            made += _written(now, imports, names, notes) if now is not None else ()
            title = fitting("q" + re.sub(r"\W", "_", found["number"].strip()), taken)
            if title.removeprefix("q") != re.sub(r"\W", "_", found["number"].strip()):
                notes.append(
                    f"{title}: an exercise with this number was there before; where this is its solution, move the "
                    "cells there."
                )
            taken.append(title)
            now = _Exercise(title, found["number"], level or 7, cell)
        elif now is None:
            made.append(code(cell.source) if cell.cell_type == "code" else cell)
        elif cell.cell_type == "markdown" and level and level <= now.level and not _SOLUTION.match(cell.source):
            made += [*_written(now, imports, names, notes), cell]
            now = None
        elif cell.cell_type != "code":
            # a solution's text is marked as one, so that students do not get it
            begins = _SOLUTION.match(cell.source) is not None
            if now.answers and not begins and not any(_SOLUTION.match(each.source) for each in now.answers):
                notes.append(
                    f"{now.name}: the text behind its first cell of code was taken for a part of the solution, so "
                    "students do not get it; move what they need before # BEGIN SOLUTION."
                )
            (now.answers if now.answers or begins else now.prompt).append(cell)
        elif only_checks(cell.source):
            now.checks.append(cell.source)
        else:
            rest, checks = _divided(cell.source)
            now.answers += [code(rest)] if rest.strip() else []
            now.checks += [checks] if checks else []
    made += _written(now, imports, names, notes) if now is not None else ()
    return Draft(cells=made, notes=tuple(notes))


def _parted(cell: NotebookNode) -> Iterator[NotebookNode]:
    """A cell of text as it is, or in two, where a solution begins within it."""
    begins = _SOLUTION.search(cell.source) if cell.cell_type == "markdown" else None
    before = cell.source[: begins.start()] if begins is not None else ""
    before = re.sub(r"<details[^>]*>\s*$", "", before)
    if begins is None or not before.strip():
        yield cell
        return
    solution = copy.deepcopy(cell)
    cell.source, solution.source = before.rstrip(), cell.source[begins.start() :]
    yield cell
    yield solution


def _solves(found: re.Match[str], now: _Exercise) -> bool:
    """Whether a heading with the same number says that the solution comes, as in "Exercise 3: solution"."""
    line = found.string[found.start() :].strip().partition("\n")[0]
    return found["number"] == now.number and re.search(rf"\b{_WORD}", line, re.IGNORECASE) is not None


def _is_stub(cell: NotebookNode) -> bool:
    """Whether a cell is what students were to fill in, and nobody did."""
    if cell.cell_type != "code":
        return False
    body = parsed_text(cell.source).body
    within = [each for node in body for each in (node.body if isinstance(node, ast.FunctionDef) else [node])]
    return any(isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node) for node in within)


def _level(cell: NotebookNode) -> int:
    """How deep the first heading of a Markdown cell is; 0 without any."""
    found = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def _is_python(cell: NotebookNode) -> bool:
    try:
        parsed_text(cell.source)
    except SyntaxError:
        return False
    return not cell.source.lstrip().startswith("%%")


def _names(cell: NotebookNode) -> set[str]:
    return {*bound(Cell(index=0, id="", kind="code", text=cell.source))}


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


def _written(now: _Exercise, imports: dict[str, str], names: set[str], notes: list[str]) -> Iterator[NotebookNode]:
    if not any(cell.cell_type == "code" for cell in now.answers):
        notes.append(f"{now.name} has no cell of code, so it stays text.")
        yield from now.prompt
        return
    solved = [cell for cell in now.answers if not _is_stub(cell)]
    if any(cell.cell_type == "code" for cell in solved):
        now.answers = solved  # the stub above a solution; students get one anew
    else:
        notes.append(f"{now.name} holds no solution but what students were to fill in: write one.")
    made = {name for cell in now.answers if cell.cell_type == "code" for name in _names(cell)}
    asked = {name for cell in now.prompt for name in re.findall(r"\b[A-Za-z_]\w*\b", cell.source)}
    compared = {name for text in now.checks for name in re.findall(r"\b[A-Za-z_]\w*\b", text)}
    wanted = made & (compared or asked) or made & asked
    tests = [
        code(as_test(f"test_{now.name}" + (f"_{number}" if number > 1 else ""), text, imports=imports, names=names))
        for number, text in enumerate(now.checks, 1)
    ]
    told = _POINTS.search("\n".join(cell.source for cell in now.prompt))
    points = float(told[1]) if told else 1.0
    config = {"name": now.name, "points": int(points) if points == int(points) else points}
    if not tests:
        config["manual"] = True
    answers = [
        code(marked(cell.source, wanted, differentiated(cell.source))) if cell.cell_type == "code" else cell
        for cell in now.answers
    ]
    yield from question(config, now.prompt, answers, tests)
