"""An assignment whose numbers are drawn: what its author marked, and what of it goes where.

A code cell that begins with ``# DRAW`` draws; ``{{ f }}`` in Markdown shows what was drawn, and solutions and tests use
the same names. The students' notebook has none of the draws: it holds the pool of versions, and every test begins with
the line that takes from the pool what the student's id chooses.
"""

import ast
import hashlib
import itertools
import json
import math
import re
import symtable
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import nbformat

from autograder.build.course import BUILT, POOL_FILE, read_beside
from autograder.build.source import Cell, Source, SourceQuestion, parsed_text, tested
from autograder.errors import AuthorError
from autograder.model import Record
from autograder.origin import installed
from autograder.versions import Pool, Version, chosen, fill, following, needed, placeholders, used

__all__ = [
    "POOL_FILE",
    "STUDENT",
    "Standing",
    "concrete",
    "depending",
    "draw_cells",
    "drawn_names",
    "is_drawn",
    "keep_values",
    "kept_values",
    "looked_digest",
    "pool_of",
    "prompt_parts",
    "prompts_of_versions",
    "read_standing",
    "sealed",
    "ship",
    "somebody",
    "template_digest",
    "unneeded",
    "used_names",
    "wanted",
]

STUDENT = "STUDENT"
"""The name of the student's id in the notebook and in every test."""

_VERSIONS = 40
_VALUES = "values.json"
_DRAW = re.compile(r"#\s*DRAW\b", re.IGNORECASE)
_Lines = Callable[[Sequence[str]], list[str]]
"""Names → the lines that bind them."""


class Standing(Record, frozen=True, kw_only=True):
    """``versions.json``: the versions that stand, and why others do not."""

    template: str
    """:func:`template_digest` of the source that they were drawn from."""
    looked: str
    """Digest of what in the source decided that they stand."""
    seeds: int
    """The first seed that was not drawn yet."""
    seal: str = ""
    """:func:`sealed` of the pool: nobody changes by hand what students have. Empty in files of older builds."""
    refused: dict[str, int]
    """Reason → how many draws were refused for it."""
    pool: Pool


def read_standing(source: Path) -> Standing | None:
    """The versions beside a source; None where there are none.

    Raises:
        AuthorError: the file is none of ours.
    """
    path = source.with_name(POOL_FILE)
    if not path.is_file():
        return None
    back = "Take the file back as it was committed; without it the build draws anew, and students have other numbers"
    try:
        standing = msgspec.json.decode(path.read_bytes(), type=Standing)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise AuthorError(f"{path} is not what the build wrote: {error}. {back}") from error
    pool = standing.pool
    whole = pool.versions and all(len(version.values) == len(pool.names) for version in pool.versions)
    if not whole or standing.seal not in ("", sealed(pool)):
        raise AuthorError(f"{path} is not what the build wrote: its versions were changed by hand. {back}")
    return standing


def sealed(pool: Pool) -> str:
    """Digest of a pool."""
    return hashlib.sha256(msgspec.json.encode(pool)).hexdigest()


def pool_of(path: Path, source: Source) -> Pool | None:
    """The versions of a source that were found to stand; None where nothing is drawn.

    Raises:
        AuthorError: there are none for these draws yet.
    """
    if not draw_cells(source):
        return None
    standing = read_standing(path)
    if standing is None or standing.template != template_digest(source):
        raise AuthorError(f"{path}: its versions are not drawn yet: run `autograder build {path.stem}` first")
    return standing.pool


def template_digest(source: Source) -> str:
    """Digest of what decides what is drawn and shown."""
    parts = json.dumps([wanted(source), list(draw_cells(source).values()), prompt_parts(source)])
    return hashlib.sha256(parts.encode()).hexdigest()


def looked_digest(source: Source) -> str:
    """Digest of everything in a source, and in the files beside it, that decides whether a version stands."""
    parts = [cell.text for cell in source.cells if cell.kind == "code" and not is_drawn(cell.text)]
    parts += [question.begin.text for question in source.questions]
    parts += [f"{key}: {source.config[key]}" for key in ("files", "autograder_files", "seed") if key in source.config]
    parts += read_beside(Path(source.path))
    return hashlib.sha256("\0".join([str(wanted(source)), *parts]).encode()).hexdigest()


def keep_values(path: Path, source: Source, values: Mapping[str, list[float] | None]) -> None:
    """Keep what JAX gave for every version when it was looked at, on this machine: to ask it again costs half a minute.

    Args:
        path: the source's file.
        source: as it was read.
        values: key of a question → JAX's values at its points, as they stand in the autograder's zip.
    """
    folder = path.parent / BUILT
    folder.mkdir(exist_ok=True)
    beside = folder / f".{_VALUES}.new"
    beside.write_text(json.dumps({"of": _of_values(source), "jax": dict(values)}), encoding="utf-8")
    beside.replace(folder / _VALUES)


def kept_values(path: Path, source: Source) -> dict[str, list[float] | None] | None:
    """What :func:`keep_values` has kept of these versions; None where there is nothing."""
    try:
        kept = json.loads((path.parent / BUILT / _VALUES).read_bytes())
    except FileNotFoundError:
        return None
    return dict(kept["jax"]) if kept["of"] == _of_values(source) else None


def _of_values(source: Source) -> str:
    return f"{installed()} {template_digest(source)} {looked_digest(source)}"


def wanted(source: Source) -> int:
    """How many versions there are to be: ``versions:`` in the assignment's configuration.

    Raises:
        AuthorError: it is no whole number from 1 to 1000.
    """
    found = source.config.get("versions", _VERSIONS)
    if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= 1000:
        raise AuthorError(
            f"{source.path}: `versions: {found}` in # ASSIGNMENT CONFIG is no whole number from 1 to 1000"
        )
    return found


def is_drawn(text: str) -> bool:
    """Whether this code cell draws."""
    return _DRAW.match(text.lstrip()) is not None


def draw_cells(source: Source) -> dict[int, str]:
    """Number of a cell → its code, for those that draw."""
    return {cell.index: cell.text for cell in source.cells if cell.kind == "code" and is_drawn(cell.text)}


def prompt_parts(source: Source) -> dict[str, list[tuple[str, str]]]:
    """Cell → its placeholders, (expression, what stands around it), for the Markdown cells that have some."""
    cells = (cell for cell in source.cells if cell.kind == "markdown")
    found = {cell.id: [(each.what, each.where) for each in placeholders(cell.text)] for cell in cells}
    return {name: parts for name, parts in found.items() if parts}


def used_names(text: str, names: Sequence[str]) -> dict[str, list[str]]:
    """Function of a test cell → which of ``names`` it takes from the notebook without asking for them."""
    table = symtable.symtable(text, "test", "exec")
    return {
        part.get_name(): [name for name in names if name in _global(part)]
        for part in table.get_children()
        if part.get_type() == "function"
    }


def _global(table: symtable.SymbolTable) -> set[str]:
    found = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global()}
    return found.union(*map(_global, table.get_children()))


def drawn_names(question: SourceQuestion, names: Sequence[str]) -> list[str]:
    """Which of the drawn names the tests of a question use."""
    used = {name for cell in question.tests for each in used_names(_code(cell), names).values() for name in each}
    return [name for name in names if name in used]


def depending(source: Source, names: Sequence[str]) -> frozenset[str]:
    """Questions whose tests use what is drawn, or what follows from it in the notebook above them."""
    cells = _of_notebook(source)
    moments = following([_as_run(cell) for cell in cells], names)

    def above(question: SourceQuestion) -> frozenset[str]:
        before = (drawn for cell, drawn in zip(cells, moments, strict=True) if cell.index < _end(question))
        return next(reversed([*before]), frozenset())

    return frozenset(question.name for question in source.questions if _taken(question) & above(question))


def unneeded(source: Source, names: Sequence[str], asked: Collection[str], checked: Collection[str]) -> frozenset[str]:
    """Ids of the cells that other numbers leave as they are, and that nothing needs which is asked.

    Args:
        source: as it was read.
        names: what is drawn.
        asked: questions, from :func:`depending`.
        checked: questions that the notebook checks where they end; the others are asked at its end.
    """
    cells = [cell for cell in _of_notebook(source) if not is_drawn(cell.text)]
    ends = {question.name: _end(question) if question.name in checked else math.inf for question in source.questions}
    asks = [
        (sum(cell.index < ends[question.name] for cell in cells), _taken(question))
        for question in source.questions
        if question.name in asked
    ]
    kept = needed([_as_run(cell) for cell in cells], names, asks)
    return frozenset(cell.id for cell, stays in zip(cells, kept, strict=True) if not stays and cell.id)


def _of_notebook(source: Source) -> list[Cell]:
    tests = {cell.index for question in source.questions for cell in question.tests}
    return [cell for cell in source.cells if cell.kind == "code" and cell.index not in tests]


def _end(question: SourceQuestion) -> int:
    return max(cell.index for cell in (question.begin, *question.answers, *question.tests))


def _taken(question: SourceQuestion) -> set[str]:
    """Names of the notebook that its tests use."""
    return {*question.names}.union(*(used(tested(cell)[1]) for cell in question.tests))


def _as_run(cell: Cell) -> ast.Module:
    """A cell's code, with a call of which nobody can see what it uses for what is not Python."""
    try:
        return parsed_text(cell.text, "get_ipython()")
    except SyntaxError:  # %%bash
        return ast.parse("get_ipython()")


@lru_cache(512)  # of one assignment, for each of its versions
def _code(cell: Cell) -> str:
    return ast.unparse(tested(cell)[1])


def concrete(source: Source, pool: Pool, version: Version) -> Source:
    """The source as if its author had written this version and no other."""
    told = _in_place(pool, version)
    cells = {cell.index: told(cell) for cell in source.cells}
    questions = tuple(
        msgspec.structs.replace(
            question,
            begin=cells[question.begin.index],
            prompt=_filled_prompt(question, source, version),
            answers=tuple(cells[cell.index] for cell in question.answers),
            tests=tuple(_begun(cells[cell.index], pool.names, _literal(pool, version)) for cell in question.tests),
        )
        for question in source.questions
    )
    return msgspec.structs.replace(source, questions=questions, cells=tuple(cells.values()))


def _in_place(pool: Pool, version: Version) -> Callable[[Cell], Cell]:
    bound = "\n".join(_literal(pool, version)(pool.names))

    def told(cell: Cell) -> Cell:
        if cell.kind == "code" and is_drawn(cell.text):
            return msgspec.structs.replace(cell, text=bound)
        if cell.id in version.shown:
            return msgspec.structs.replace(cell, text=fill(cell.text, version.shown[cell.id]))
        return cell

    return told


def _filled_prompt(question: SourceQuestion, source: Source, version: Version) -> str:
    """A question's prompt: its Markdown cells, joined as when it was read."""
    text = question.prompt
    for cell in source.cells:
        if cell.id in version.shown and cell.text in text:
            text = text.replace(cell.text, fill(cell.text, version.shown[cell.id]), 1)
    return text


def _literal(pool: Pool, version: Version) -> _Lines:
    """Lines that bind names to this version's values."""
    values = dict(zip(pool.names, version.values, strict=True))

    def lines(names: Sequence[str]) -> list[str]:
        table = json.dumps([{name: values[name] for name in names}])
        return _lines(names, '"anybody"', pool.assignment, table)

    return lines


def _lines(names: Sequence[str], student: str, assignment: str, table: str) -> list[str]:
    return [
        "from autograder.versions import drawn",
        "",
        f"versions = {table!r}",
        f"[{', '.join(names)}] = drawn({student}, {assignment!r}, {list(names)!r}, versions)",
    ]


def ship(notebook: nbformat.NotebookNode, source: Source, pool: Pool) -> None:
    """Make of an author's notebook one that Otter Assign takes, with the pool in its tests; changed in place.

    Args:
        notebook: the source.
        source: the same, read.
        pool: the versions that stand.
    """

    def chosen_from(names: Sequence[str]) -> list[str]:
        at = [pool.names.index(name) for name in names]
        table = [dict(zip(names, (version.values[i] for i in at), strict=True)) for version in pool.versions]
        return _lines(names, STUDENT, pool.assignment, json.dumps(table, separators=(",", ":"), ensure_ascii=False))

    tests = {cell.index: cell for question in source.questions for cell in question.tests}
    kept = []
    for number, cell in enumerate(notebook.cells, 1):
        if number in tests:
            cell.source = _begun(tests[number], pool.names, chosen_from, asks=True).text
        if not (cell.cell_type == "code" and is_drawn(cell.source)):
            kept.append(cell)
    notebook.cells = kept


def _begun(cell: Cell, names: Sequence[str], lines: _Lines, *, asks: bool = False) -> Cell:
    """A test cell whose functions begin with the lines that bind what they use of ``names``."""
    module = tested(cell)[1]
    written = cell.text.split("\n")
    used = used_names(_code(cell), names)
    for node in reversed([node for node in module.body if isinstance(node, ast.FunctionDef)]):
        own = used.get(node.name, [])
        if not own:
            continue
        if asks and STUDENT not in {argument.arg for argument in node.args.args}:
            node.args.args.append(ast.arg(arg=STUDENT))
        body = written[node.body[0].lineno - 1 : node.end_lineno]
        if node.body[0].lineno == node.lineno:
            body = ["    " + ast.unparse(each) for each in node.body]
        header = f"def {node.name}({ast.unparse(node.args)}):"
        begun = [header, *("    " + line if line else "" for line in lines(own)), *body]
        written[node.lineno - 1 : node.end_lineno] = begun
    return msgspec.structs.replace(cell, text="\n".join(written))


def somebody(pool: Pool) -> list[str]:
    """For each version, in order, an id that has it."""
    found: dict[int, str] = {}
    for number in itertools.count(1):
        if len(found) == len(pool.versions):
            return [found[each] for each in sorted(found)]
        student = f"student{number}@example.edu"
        found.setdefault(chosen(pool.assignment, student, len(pool.versions)), student)
    raise AssertionError("unreachable")


def prompts_of_versions(source: Source, pool: Pool | None) -> tuple[dict[str, str], ...]:
    """For each version of an assignment the prompts of what is drawn in it; empty where nothing is drawn."""
    if pool is None:
        return ()
    filled = (concrete(source, pool, version).prompts for version in pool.versions)
    asked = source.prompts
    in_tests = {question.name for question in source.questions if drawn_names(question, pool.names)}
    return tuple(
        {name: text for name, text in each.items() if text != asked[name] or name in in_tests} for each in filled
    )
