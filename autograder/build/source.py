"""An Otter Assign source read as an author wrote it: its questions, their answer cells and their tests."""

import ast
import difflib
import itertools
import json
import re
import symtable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml

from autograder.build.config import is_config, unfenced
from autograder.build.course import source_notebook
from autograder.errors import AuthorError
from autograder.model import Record

_KINDS = ("QUESTION", "PROMPT", "SOLUTION", "TESTS")
_BLOCK = re.compile(rf"#\s+(BEGIN|END)\s+({'|'.join(_KINDS)})\b", re.IGNORECASE)
_MEANT = re.compile(r"#+\s*(BEGIN|END)\s+(\w+)\s*$", re.IGNORECASE)
"""A line that looks as if it were to open or close a block."""
_MAGIC = re.compile(r"^(?P<begin>[ \t]*(?:[\w., \t]+=[ \t]*)?)[%!].*$", re.MULTILINE)
_HARMLESS = re.compile(r"\s*(%(autoreload|config|load_ext|matplotlib)\b|[%!]\s*pip\b)")
_TEST_CONFIG = re.compile(r'(?:.\s*=\s*)?""?"?\s*#\s*BEGIN\s*TEST\s*CONFIG', re.IGNORECASE)
_TEST_CONFIG_END = re.compile(r'""?"?\s*#\s*END\s*TEST\s*CONFIG', re.IGNORECASE)


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
    meant: tuple[str, ...] = ()
    """Codes of findings that the author means to be so, ``# meant: M06 why`` in the question's first cell."""

    @property
    def manual(self) -> bool:
        return bool(self.config.get("manual"))

    @property
    def names(self) -> tuple[str, ...]:
        """What the tests ask for: parameters of functions, ``env`` left out; of a doctest's names what is answered."""
        found: dict[str, None] = {}
        for cell in self.tests:
            if not is_function(cell):
                read = (n.id for n in ast.walk(tested(cell)[1]) if isinstance(n, ast.Name))
                found.update((name, None) for name in read if name in self.assigned)
                continue
            # Otter calls the one function of a test cell, whatever its name is.
            for node in test_functions(cell):
                found.update((argument.arg, None) for argument in node.args.args if argument.arg != "env")
        return tuple(found)

    @property
    def assigned(self) -> frozenset[str]:
        """Names that the answer cells bind at their top level."""
        return frozenset(name for cell in self.answers for name in bound(cell))


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


def bound(cell: Cell) -> dict[str, str]:
    """Names that a code cell binds at its top level → the statement that does so last."""
    names: dict[str, str] = {}
    for node in parsed_text(cell.text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = ast.unparse(node)
        else:
            stored = (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
            names.update((name, ast.unparse(node)) for name in stored)
    return names


def read_when_called(cell: Cell) -> set[str]:
    """Names of the notebook that the functions in a code cell look up each time that they are called."""
    table = symtable.symtable(ast.unparse(parsed_text(cell.text)), "cell", "exec")
    return {name for part in table.get_children() for name in _looked_up(part)}


def _looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    called = table.get_name() not in ("listcomp", "setcomp", "dictcomp", "genexpr")
    for part in table.get_children():
        yield from _looked_up(part)
    if called:
        yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())


def is_function(test: Cell) -> bool:
    """Whether a test is one function, and perhaps a call of it; else Otter makes a doctest of its lines."""
    body = tested(test)[1].body
    return 0 < len(body) <= 2 and isinstance(body[0], ast.FunctionDef)


def test_functions(cell: Cell) -> list[ast.FunctionDef]:
    """The functions that a test cell defines at its top level."""
    return [node for node in parsed_text(cell.text).body if isinstance(node, ast.FunctionDef)]


def tested(cell: Cell) -> tuple[dict[str, Any], ast.Module]:
    """A test's configuration (empty where it has none) and the code behind it, as Otter divides them.

    Raises:
        AuthorError: the configuration is not YAML, or names nothing.
    """
    lines = cell.text.split("\n")
    if not _TEST_CONFIG.match(lines[0]):
        return {}, parsed_text(cell.text)
    end = next((number for number, line in enumerate(lines) if _TEST_CONFIG_END.match(line)), None)
    if end is None:
        raise AuthorError(f'cell {cell.index}: the test\'s configuration is never closed: add `"""  # END TEST CONFIG`')
    config = _loaded("\n".join(lines[1:end]), f"cell {cell.index}", first=2)
    if not isinstance(config, dict):
        raise AuthorError(f"cell {cell.index}: the test's configuration holds no `key: value`")
    return config, parsed_text("\n" * (end + 1) + "\n".join(lines[end + 1 :]))


def is_hidden(test: Cell) -> bool:
    """Whether Otter keeps this test from students: ``# HIDDEN`` in its first line, or so in its test configuration."""
    first = test.text.partition("\n")[0].lstrip()
    commented = first.startswith("#") and re.search(r"\bhidden\b", first, re.IGNORECASE) is not None
    return bool(tested(test)[0].get("hidden", commented))


def read_source(path: Path) -> Source:
    """Read an Otter Assign notebook.

    Raises:
        AuthorError: not a notebook, blocks that do not nest, a question without a name or twice the same name, code
            that does not parse; the message names cell and question.
    """
    notebook = read_notebook(path)
    cells = tuple(
        Cell(
            index=number,
            id=str(cell.get("id", "")),
            kind=part.cell_type,
            text=part.source,
            outputs=len(part.get("outputs", ())),
        )
        for number, cell in enumerate(notebook.cells, 1)
        for part in _fenced_apart(cell, f"{path}, cell {number}")
    )
    config: dict[str, Any] = {}
    for cell in cells:
        if is_config(cell.kind, cell.text):
            config |= _yaml(cell, path)
    return Source(path=str(path), config=config, questions=tuple(_questions(cells, path)), cells=cells)


def _fenced_apart(cell: nbformat.NotebookNode, place: str) -> list[nbformat.NotebookNode]:
    """A cell of text in which blocks stand in fences ``otter``, beside words: in parts, as Otter reads it."""
    if cell.cell_type != "markdown" or "```otter" not in cell.source:
        return [cell]
    from autograder.otter import unfenced_cells  # Otter comes with it, and who grades imports this room

    fences = [line.strip() for line in cell.source.split("\n") if line.strip() in ("```otter", "```")]
    if ("```otter", "```otter") in itertools.pairwise(fences) or fences[-1:] == ["```otter"]:
        raise AuthorError(f"{place}: a fence ```otter is never closed: add a line ``` behind its block")
    return unfenced_cells([cell])


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a notebook of any version 4.

    Raises:
        AuthorError: not a notebook; the message says what it is instead.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        found = json.loads(text)
    except UnicodeDecodeError as error:
        raise _no_notebook(path, f"its byte {error.start + 1} is not UTF-8") from None
    except ValueError as error:
        conflict = next((n for n, line in enumerate(text.split("\n"), 1) if line.startswith("<<<<<<<")), None)
        if conflict is not None:
            raise _no_notebook(path, f"line {conflict} holds the marks of a merge that Git could not finish") from None
        raise _no_notebook(path, f"not JSON: {error}" if text.strip() else "the file is empty") from None
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise _no_notebook(path, "it is JSON without a list of cells, as notebooks have since version 4")
    try:
        if (found.get("nbformat"), found.get("nbformat_minor", 0)) >= (4, 5):
            _identify(found["cells"])
        notebook: nbformat.NotebookNode = nbformat.reads(json.dumps(found), as_version=4)
        return notebook
    except Exception as error:  # nbformat raises what its parser raises; the author needs the file's name with it
        raise _no_notebook(path, str(error)) from error


def _identify(cells: list[Any]) -> None:
    """Name the cells without an id, or with one that was there before: nbformat would draw a random one each time."""
    taken = {cell.get("id") for cell in cells}
    seen: set[Any] = {None}
    for number, cell in enumerate(cells, 1):
        if cell.get("id") in seen:
            cell["id"] = next(
                name for k in itertools.count() if (name := f"cell-{number + k * len(cells)}") not in taken
            )
            taken.add(cell["id"])
        seen.add(cell["id"])


def _no_notebook(path: Path, what: str) -> AuthorError:
    return AuthorError(f"{path}: not a notebook: {what}. Save it in Jupyter again, or take back an older version")


def read_source_of(root: Path, name: str) -> Source:
    """The source of the assignment ``name`` of the course at ``root``; see :func:`read_source` for what it raises."""
    return read_source(source_notebook(root, name))


def _questions(cells: tuple[Cell, ...], path: Path) -> list[SourceQuestion]:
    found: list[SourceQuestion] = []
    inside: list[tuple[str, Cell]] = []
    parts: dict[str, list[Cell]] = {}
    for cell in cells:
        block = _block(cell, path)
        if block is None:
            if inside:
                parts.setdefault(f"{inside[-1][0]}/{cell.kind}", []).append(cell)
            continue
        edge, kind = block
        if fault := _misplaced(edge, kind, inside):
            raise AuthorError(f"{path}, cell {cell.index}: # {edge} {kind} does not belong here: {fault}")
        if edge == "BEGIN":
            inside.append((kind, cell))
            if kind == "QUESTION":
                parts = {}
            continue
        _, begin = inside.pop()
        if kind == "QUESTION":
            found.append(_question(begin, parts, path))
    if inside:
        raise AuthorError(f"{path}: {_still_open(*inside[-1])}: add a raw cell `# END {inside[-1][0]}` where it ends")
    names = [question.name for question in found]
    for question in found:
        if names.count(question.name) > 1:
            places = " and ".join(str(each.begin.index) for each in found if each.name == question.name)
            raise AuthorError(
                f"{path}, cells {places}: two questions are called {question.name!r}; give each its own name"
            )
    return found


def _block(cell: Cell, path: Path) -> tuple[str, str] | None:
    """The edge and the kind of a block that a cell opens or closes.

    Raises:
        AuthorError: the cell looks like one and is none to Otter, which would hand it out as text.
    """
    text = unfenced(cell.text)
    line, _, rest = text.strip().partition("\n")
    raw = cell.kind == "raw" or text is not cell.text
    block = _BLOCK.match(text) if raw else None
    if block is not None:
        return block[1].upper(), block[2].upper()
    meant = _MEANT.match(line)
    if meant is None:
        return None
    edge, kind = meant[1].upper(), meant[2].upper()
    near = next(iter(difflib.get_close_matches(kind, _KINDS, n=1)), None)
    if raw:
        blocks = ", ".join(_KINDS[:-1]) + " and " + _KINDS[-1]
        fix = f"write `# {edge} {near}`" if near else f"blocks are {blocks}"
        raise AuthorError(f"{path}, cell {cell.index}: `{line.strip()}` opens or closes no block: {fix}")
    # `# BEGIN SOLUTION` is also what marks some lines of a code cell
    if kind in _KINDS and (not rest or kind in ("QUESTION", "TESTS")):
        wrong = "code" if cell.kind == "code" else "Markdown"
        raise AuthorError(
            f"{path}, cell {cell.index}: `{line.strip()}` stands in a {wrong} cell, where it does nothing: make it"
            " a raw cell (in Jupyter: Esc, then R)"
        )
    return None


def _misplaced(edge: str, kind: str, inside: list[tuple[str, Cell]]) -> str | None:
    """Why a block cannot begin or end here, and which cell is missing."""
    kinds = [each for each, _ in inside]
    if edge == "END":
        if kinds[-1:] == [kind]:
            return None
        if kind in kinds:
            return f"{_still_open(*inside[-1])}; add a raw cell `# END {inside[-1][0]}` before this one"
        within = f" in {_named(*inside[-1])}" if inside else ""
        return f"nothing that it closes is open{within}; add a raw cell `# BEGIN {kind}` before what it encloses"
    if len(inside) > (kind != "QUESTION"):
        return f"{_still_open(*inside[-1])}; add a raw cell `# END {inside[-1][0]}` before this one"
    if kind != "QUESTION" and not inside:
        return "no question is open; add a raw cell `# BEGIN QUESTION` with `name:` and `points:` before it"
    return None


def _still_open(kind: str, begin: Cell) -> str:
    return f"{_named(kind, begin)} is still open"


def _named(kind: str, begin: Cell) -> str:
    name = re.search(r"^name:[ \t]*([^\s#]+)", begin.text, re.M) if kind == "QUESTION" else None
    return f"BEGIN {kind}{f' {name[1]}' if name else ''} (cell {begin.index})"


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
        meant=_meant(begin, path, name),
    )
    for cell in (*question.answers, *question.tests):
        try:
            tested(cell) if cell in question.tests else parsed_text(cell.text)
        except AuthorError as error:
            raise AuthorError(f"{path}, question {name}, {error}") from error
        except SyntaxError as error:
            where = f"{path}, question {name}, cell {cell.index}, line {error.lineno}"
            line = (error.text or "").strip()
            shell = "; Otter writes the `>>> ` itself: give the line alone" if line.startswith(">>>") else ""
            raise AuthorError(f"{where}: {error.msg}: {line}{shell}") from error
    return question


MEANT = ("B02", "M06", "R10")
"""Findings that an author may mean."""


def _meant(begin: Cell, path: Path, name: str) -> tuple[str, ...]:
    found = re.findall(r"^#[ \t]*meant:[ \t]*(\S*)[ \t]*(.*)$", unfenced(begin.text), re.M)
    for code, why in found:
        if code not in MEANT or not why:
            raise AuthorError(
                f"{path}, question {name}, cell {begin.index}: `# meant:` needs {', '.join(MEANT[:-1])} or {MEANT[-1]} "
                "and why, as in `# meant: M06 question 7 asks for the formula`"
            )
    return tuple(code for code, _ in found)


def _yaml(cell: Cell, path: Path) -> dict[str, Any]:
    config = _loaded(unfenced(cell.text), f"{path}, cell {cell.index}")
    return config if isinstance(config, dict) else {}


def _loaded(text: str, where: str, *, first: int = 1) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + first}" if mark else ""
        what = getattr(error, "problem", None) or " ".join(str(error).split())
        raise AuthorError(f"{where}{line}: not YAML: {what}") from error


def parsed_text(text: str, magic: str = "pass") -> ast.Module:
    """A cell's code, with ``magic`` for IPython's own lines: they are not Python, and what they bind is no answer."""

    def plain(line: re.Match[str]) -> str:
        does = "pass" if _HARMLESS.match(line[0]) else magic
        return line["begin"] + ("None" if does == "pass" and "=" in line["begin"] else does)

    return ast.parse(_MAGIC.sub(plain, text))
