"""An Otter Assign source read as an author wrote it: its questions, their answer cells and their tests."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import yaml

from autograder.build.course import source_notebook
from autograder.errors import AuthorError
from autograder.model import Record

_BLOCK = re.compile(r"#\s+(BEGIN|END)\s+(QUESTION|SOLUTION|TESTS|PROMPT)\b", re.IGNORECASE)
_CONFIG = re.compile(r"#\s+ASSIGNMENT\s+CONFIG\b", re.IGNORECASE)


class Cell(Record, frozen=True, kw_only=True):
    """A cell of the source."""

    index: int
    """Counted from 1, as Otter Assign counts in its messages."""
    id: str
    kind: str
    """``code``, ``markdown`` or ``raw``."""
    text: str
    outputs: int = 0
    """How many outputs are saved in it."""


class SourceQuestion(Record, frozen=True, kw_only=True):
    """One question between ``# BEGIN QUESTION`` and ``# END QUESTION``."""

    name: str
    config: dict[str, Any]
    """Otter's keys: ``points``, ``manual``, ``all_or_nothing``, …"""
    begin: Cell
    prompt: str
    """The Markdown of the question, its cells joined."""
    answers: tuple[Cell, ...]
    """Code cells of the solution."""
    tests: tuple[Cell, ...]

    @property
    def manual(self) -> bool:
        return bool(self.config.get("manual"))

    @property
    def names(self) -> tuple[str, ...]:
        """What the tests ask for: the parameters of the test functions, ``env`` left out."""
        found: dict[str, None] = {}
        for cell in self.tests:
            for node in ast.walk(_parsed(cell)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                    found.update((argument.arg, None) for argument in node.args.args if argument.arg != "env")
        return tuple(found)

    @property
    def assigned(self) -> frozenset[str]:
        """Names that the answer cells bind at their top level."""
        return frozenset(name for cell in self.answers for name in _bound(_parsed(cell)))


class Source(Record, frozen=True, kw_only=True):
    """A whole assignment as its author wrote it."""

    path: str
    config: dict[str, Any]
    questions: tuple[SourceQuestion, ...]
    cells: tuple[Cell, ...]

    @property
    def prompts(self) -> dict[str, str]:
        """Question → its prompt as Markdown."""
        return {question.name: question.prompt for question in self.questions}


def is_hidden(test: Cell) -> bool:
    """Whether Otter keeps this test from students: ``# HIDDEN`` in its first line, or so in its test configuration."""
    first, _, rest = test.text.partition("\n")
    if first.lstrip().startswith("#") and re.search(r"\bhidden\b", first, re.IGNORECASE):
        return True
    return bool("BEGIN TEST CONFIG" in first + rest and re.search(r"^\s*hidden:\s*true\b", test.text, re.I | re.M))


def read_source(path: Path) -> Source:
    """Read an Otter Assign notebook.

    Raises:
        AuthorError: not a notebook, blocks that do not nest, a question without a name or twice the same name, code
            that does not parse; the message names cell and question.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises what its parser raises; the author needs the file's name with it
        raise AuthorError(f"{path}: not a notebook: {error}") from error
    cells = tuple(
        Cell(
            index=number,
            id=str(cell.get("id", "")),
            kind=cell.cell_type,
            text=cell.source,
            outputs=len(cell.get("outputs", ())),
        )
        for number, cell in enumerate(notebook.cells, 1)
    )
    config: dict[str, Any] = {}
    for cell in cells:
        if cell.kind == "raw" and _CONFIG.match(_unfenced(cell.text)):
            config |= _yaml(cell, path)
    return Source(path=str(path), config=config, questions=tuple(_questions(cells, path)), cells=cells)


def read_source_of(root: Path, name: str) -> Source:
    """The source of the assignment ``name`` of the course at ``root``; see :func:`read_source` for what it raises."""
    return read_source(source_notebook(root, name))


def _questions(cells: tuple[Cell, ...], path: Path) -> list[SourceQuestion]:
    found: list[SourceQuestion] = []
    inside: list[str] = []
    begin = cells[0] if cells else None
    parts: dict[str, list[Cell]] = {}
    for cell in cells:
        block = _BLOCK.match(_unfenced(cell.text)) if cell.kind in {"raw", "markdown"} else None
        if block is None:
            key = inside[-1] if inside else ""
            if inside:
                parts.setdefault(f"{key}/{cell.kind}", []).append(cell)
            continue
        edge, kind = block[1].upper(), block[2].upper()
        if edge == "BEGIN":
            if (kind == "QUESTION") == bool(inside) or len(inside) > 1:
                raise AuthorError(f"{path}, cell {cell.index}: BEGIN {kind} does not belong here; {_open(inside)}")
            inside.append(kind)
            if kind == "QUESTION":
                begin, parts = cell, {}
            continue
        if not inside or inside.pop() != kind:
            raise AuthorError(f"{path}, cell {cell.index}: END {kind} closes nothing that is open here")
        if kind == "QUESTION" and begin is not None:
            found.append(_question(begin, parts, path))
    if inside:
        raise AuthorError(f"{path}: {_open(inside)} at the end; add a raw cell with `# END {inside[-1]}`")
    names = [question.name for question in found]
    for name in names:
        if names.count(name) > 1:
            raise AuthorError(f"{path}: two questions are called {name!r}; give each its own name")
    return found


def _question(begin: Cell, parts: dict[str, list[Cell]], path: Path) -> SourceQuestion:
    config = _yaml(begin, path)
    name = config.get("name")
    if not isinstance(name, str) or not re.fullmatch(r"[\w.-]+", name):
        raise AuthorError(f"{path}, cell {begin.index}: the question needs `name:` with a name such as q1")
    question = SourceQuestion(
        name=name,
        config=config,
        begin=begin,
        prompt="\n\n".join(cell.text for cell in parts.get("QUESTION/markdown", ())),
        answers=tuple(parts.get("SOLUTION/code", ())),
        tests=tuple(parts.get("TESTS/code", ())),
    )
    for cell in (*question.answers, *question.tests):
        try:
            _parsed(cell)
        except SyntaxError as error:
            where = f"{path}, question {name}, cell {cell.index}, line {error.lineno}"
            raise AuthorError(f"{where}: {error.msg}") from error
    return question


def _open(inside: list[str]) -> str:
    return " and ".join(f"BEGIN {kind}" for kind in inside) + " still open" if inside else "no question is open"


def _unfenced(text: str) -> str:
    """Otter also takes Markdown cells that hold only a block fenced as ``otter``."""
    stripped = text.strip()
    if stripped.startswith("```otter") and stripped.endswith("```"):
        return stripped[len("```otter") : -3].strip()
    return text


def _yaml(cell: Cell, path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(_unfenced(cell.text))
    except yaml.YAMLError as error:
        raise AuthorError(f"{path}, cell {cell.index}: not YAML: {' '.join(str(error).split())}") from error
    return config if isinstance(config, dict) else {}


def _parsed(cell: Cell) -> ast.Module:
    # IPython's own lines are not Python; what they bind is not an answer
    lines = ["pass" if line.lstrip().startswith(("%", "!")) else line for line in cell.text.split("\n")]
    return ast.parse("\n".join(lines))


def _bound(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        else:
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return names
