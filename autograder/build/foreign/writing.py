"""A notebook of another make, written under ``solutions/`` as a source that builds, and what became of its tests."""

import ast
import copy
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import yaml

from autograder.build.config import is_config
from autograder.build.foreign.asked import Change, as_function, rewritten
from autograder.build.foreign.cells import Draft, raw
from autograder.build.foreign.kinds import Kind, kind_of
from autograder.build.foreign.nbgrader import read_nbgrader
from autograder.build.foreign.old_otter import read_old_otter
from autograder.build.foreign.plain import read_plain
from autograder.build.source import Source, SourceQuestion, is_hidden, parsed_text, read_notebook, read_source
from autograder.errors import AuthorError, UsageError
from autograder.model import Record

__all__ = ["Brought", "bring"]


class Brought(Record, frozen=True, kw_only=True):
    """What an import came to."""

    path: str
    """The source that was written."""
    kind: str
    """The make of the notebook, in words."""
    questions: tuple[str, ...]
    points: float
    changes: tuple[Change, ...]
    """What became of each test."""
    files: tuple[str, ...] = ()
    """Data files that came with it."""
    notes: tuple[str, ...] = ()


def bring(path: Path, root: Path, name: str | None = None, *, plain: bool = False, replace: bool = False) -> Brought:
    """Write ``solutions/<name>/<name>.ipynb`` from a notebook of another make. Nothing of it is run.

    Args:
        path: the notebook.
        root: the course; ``solutions/`` is made where there is none.
        name: of the assignment; None takes the file's.
        plain: leave every test as it is.
        replace: write over a source that is there.

    Raises:
        UsageError: the name cannot be a folder's, the source is there already, or it cannot be written.
        AuthorError: the file is no notebook, or holds no question of a make that is known.
    """
    name = name or re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-_")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise UsageError(f"{name!r} cannot name an assignment: give --name with letters, digits, - and _, as in hw07")
    target = root / "solutions" / name / f"{name}.ipynb"
    if target.exists() and not replace:
        raise UsageError(f"{target} is there already: give --name for another, or --replace to write over it")
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    notebook = _version_four(path)
    kind = kind_of(path, notebook)
    draft = _draft(kind, path, name, notebook)
    book, source = _read_back(path, draft, name)
    if not source.questions:
        raise AuthorError(f"{path}: no question found: none of its `# BEGIN QUESTION` stands in a raw cell of its own")
    changes, cells = _changed(source, book, plain=plain, untested=kind is Kind.PLAIN and not plain)
    book.cells = cells
    files, more = _needed(book, source, path)
    notes = [*draft.notes, *more]
    if not any(change.after for change in changes):
        notes.append("no question has a test, and a build needs one at least: write a test for one of them.")
    _write(book, target, [path.parent / each for each in files], path.parent, replace=replace)
    try:
        read_source(target)
    except AuthorError as error:
        raise AuthorError(f"what was written cannot be read, please report it: {error}") from error
    return Brought(
        path=str(target),
        kind=str(kind),
        questions=tuple(question.name for question in source.questions),
        points=sum(map(_points, source.questions)),
        changes=tuple(changes),
        files=tuple(files),
        notes=tuple(notes),
    )


def _points(question: SourceQuestion) -> float:
    told = question.config.get("points", 1)
    if isinstance(told, dict):
        told = [told.get("each", 1)] * len(question.tests)
    each = told if isinstance(told, list) else [told]
    return float(sum(points for points in each if isinstance(points, int | float)))


def _version_four(path: Path) -> nbformat.NotebookNode:
    """A notebook of any version; an older one is brought up to date by nbformat."""
    try:
        return read_notebook(path)
    except AuthorError:
        try:
            found: nbformat.NotebookNode = nbformat.read(path, as_version=4)
        except Exception:  # nbformat raises what its parser raises; the first error says what the file is
            return read_notebook(path)
        if not found.cells:
            raise
        return found


def _draft(kind: Kind, path: Path, name: str, notebook: nbformat.NotebookNode) -> Draft:
    cells = copy.deepcopy(notebook.cells)
    if kind is Kind.NBGRADER:
        return read_nbgrader(name, cells)
    if kind is Kind.PLAIN:
        return read_plain(name, cells)
    if kind is Kind.OLD_OTTER:
        draft = read_old_otter(path, cells)
    else:
        from autograder.otter import unfenced_cells

        draft = Draft(cells=unfenced_cells(cells))
    if not any(is_config(cell.cell_type, cell.source) for cell in draft.cells):
        draft.cells.insert(0, raw(f"# ASSIGNMENT CONFIG\nname: {name}"))
    return draft


def _read_back(path: Path, draft: Draft, name: str) -> tuple[nbformat.NotebookNode, Source]:
    """The draft as a notebook, and read as a source: faults of the author's are told with the cell of the draft."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    for number, cell in enumerate(draft.cells, 1):
        made = copy.deepcopy(cell)
        made["id"] = f"{name}-{number}"
        made["metadata"] = {"tags": cell.metadata["tags"]} if cell.get("metadata", {}).get("tags") else {}
        made.pop("attachments", None) if not made.get("attachments") else None
        book.cells.append(nbformat.from_dict(made))
    with tempfile.TemporaryDirectory(prefix="autograder-import-") as folder:
        place = Path(folder) / path.name
        nbformat.write(book, place)
        try:
            return book, read_source(place)
        except AuthorError as error:
            raise AuthorError(str(error).replace(str(place), f"{path}, in blocks of Otter Assign")) from error


def _changed(
    source: Source, book: nbformat.NotebookNode, *, plain: bool, untested: bool
) -> tuple[list[Change], list[nbformat.NotebookNode]]:
    from autograder.build.foreign.certainty import asked_by  # SymPy comes with it, and who grades imports this room

    changes: list[Change] = []
    cells = list(book.cells)
    added: list[tuple[int, list[nbformat.NotebookNode]]] = []
    in_tests = {cell.index for question in source.questions for cell in question.tests}
    for number, cell in enumerate(cells, 1):
        if cell.cell_type == "code" and number not in in_tests:
            cell.outputs, cell.execution_count = [], None
    for question in source.questions:
        # an author's own `manual: true` is meant
        if untested and question.config.get("manual") and not question.tests:
            tests = _of_solution(source, question, changes)
            if tests:
                begin = cells[question.begin.index - 1]
                begin.source = re.sub(r"\nmanual: true\b", "", begin.source)
                added.append((_end(source, question), tests))
        for test in question.tests:
            cell = cells[test.index - 1]
            cell.execution_count = None
            asked = "it was to stay as it is" if plain else asked_by(source, question, test, _saved(cell))
            after = test.text if isinstance(asked, str) else rewritten(test, asked)
            if not isinstance(asked, str):
                cell.source, cell.outputs = after, []
            changes.append(
                Change(
                    question=question.name,
                    hidden=is_hidden(test),
                    before=test.text,
                    after=after,
                    reason=asked if isinstance(asked, str) else asked.reason,
                )
            )
    for place, tests in sorted(added, key=lambda each: -each[0]):
        cells[place:place] = tests
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    return changes, cells


def _end(source: Source, question: SourceQuestion) -> int:
    """The place of a question's last block, from 0."""
    ends = (cell.index for cell in source.cells if cell.kind == "raw" and cell.text.startswith("# END QUESTION"))
    return next(index for index in ends if index > question.begin.index) - 1


def _of_solution(source: Source, question: SourceQuestion, changes: list[Change]) -> list[nbformat.NotebookNode]:
    """Tests of a question that had none, where its solution says for certain what is asked."""
    from autograder.build.foreign.certainty import asked_of_solution

    if not question.answers:
        return []
    asked = asked_of_solution(source, question)
    if isinstance(asked, str):
        reason = f"it has no test, and {asked}: a person scores it"
        changes.append(Change(question=question.name, hidden=False, before="", after="", reason=reason))
        return []
    title = re.sub(r"\W", "_", question.name)
    cells = [nbformat.v4.new_raw_cell("# BEGIN TESTS")]
    shown = [each for each in asked if not each.hidden_only]
    for hidden, each in ((False, shown), (True, list(asked))):
        if each:
            text = as_function(f"test_{title}" + ("_more" if hidden else ""), each, hidden=hidden)
            text = f"# HIDDEN\n{text}" if hidden else text
            cells.append(nbformat.v4.new_code_cell(text))
            reason = "; ".join(dict.fromkeys(one.reason for one in each))
            changes.append(Change(question=question.name, hidden=hidden, before="", after=text, reason=reason))
    return [*cells, nbformat.v4.new_raw_cell("# END TESTS")]


def _saved(cell: nbformat.NotebookNode) -> str | None:
    """The one text that a test's cell has as output."""
    texts = []
    for output in cell.get("outputs", ()):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        texts.append("".join(text))
    return texts[0].strip() if len(texts) == 1 else None


def _needed(book: nbformat.NotebookNode, source: Source, path: Path) -> tuple[list[str], list[str]]:
    """Names of files beside the notebook that it needs, which its configuration then names, and what to be told.

    What only hidden tests read is named as the autograder's. A notebook is never brought along because a cell names
    it: it may be the master itself, or another one's solution.

    Args:
        book: what is to be written; its configuration is completed.
        source: the same as it was read.
        path: of the notebook that is imported.
    """
    folder = path.parent
    config: dict[str, Any] = {}
    for cell in book.cells:
        if is_config(cell.cell_type, cell.source):
            config |= yaml.safe_load(cell.source) or {}
    named = [each for key in ("files", "autograder_files") for each in _texts(config, key)]
    # a list there is one of packages
    named += [config[key] for key in ("requirements", "environment") if isinstance(config.get(key), str)]
    named = [*dict.fromkeys(named)]
    outside = [each for each in named if not _is_inside(each)]
    missing = [each for each in named if each not in outside and not (folder / each).exists()]
    notes = [f"{each} is named in the configuration and does not lie beside the notebook." for each in missing]
    hidden = {cell.index for question in source.questions for cell in question.tests if is_hidden(cell)}
    read: dict[bool, dict[str, None]] = {False: {}, True: {}}
    for cell in source.cells:
        for each in _read(cell.text, folder) if cell.kind == "code" else ():
            if not _is_inside(each):
                outside.append(each)
            elif (folder / each).resolve() == path.resolve():
                continue
            elif each.endswith(".ipynb"):
                notes.append(f"{each} is named in cell {cell.index} and was not copied, since it is a notebook.")
            else:
                read[cell.index in hidden][each] = None
    notes += [
        f"{each} lies outside the notebook's folder and was not copied: put it there, and name it so."
        for each in dict.fromkeys(outside)
    ]
    found = [each for each in named if each not in (*outside, *missing)]
    given = [each for each in read[False] if each not in found]
    kept = [each for each in read[True] if each not in (*found, *given)]
    for key, more in (("files", given), ("autograder_files", kept)):
        if more:
            _name_files(book, key, [*_texts(config, key), *more])
    return found + given + kept, notes


def _texts(config: dict[str, Any], key: str) -> list[str]:
    value = config.get(key)
    return [value] if isinstance(value, str) else [each for each in value or [] if isinstance(each, str)]


def _is_inside(name: str) -> bool:
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _read(text: str, folder: Path) -> Iterator[str]:
    """Names in quotes of files that are there, and modules beside the notebook that are imported."""
    try:
        module = parsed_text(text)
    except SyntaxError:  # a cell for another kernel
        return
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"[^\0\n]{3,200}", node.value)
        ):
            name = Path(node.value)
            if not name.is_absolute() and name.suffix and (folder / name).is_file():
                yield name.as_posix()
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for each in names:
            alone = each.partition(".")[0]
            yield from (name for name in (f"{alone}.py", alone) if (folder / name).exists())


def _name_files(book: nbformat.NotebookNode, key: str, files: Sequence[str]) -> None:
    listed = yaml.safe_dump({key: list(files)}, allow_unicode=True, default_flow_style=False).rstrip("\n")
    for cell in book.cells:
        if is_config(cell.cell_type, cell.source):
            kept = re.sub(rf"^{key}:.*\n?(?:[ \t]+-.*\n?|-.*\n?)*", "", cell.source, flags=re.M).rstrip("\n")
            cell.source = f"{kept}\n{listed}"
            return


def _write(book: nbformat.NotebookNode, target: Path, files: Sequence[Path], folder: Path, *, replace: bool) -> None:
    for file in files:
        place = target.parent / file.relative_to(folder)
        if not replace and place.is_file() and file.is_file() and place.read_bytes() != file.read_bytes():
            raise UsageError(f"{place} is there already, with another content: give --replace to write over it")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for file in files:
            place = target.parent / file.relative_to(folder)
            if place.resolve() == file.resolve():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(file, place, dirs_exist_ok=True) if file.is_dir() else shutil.copy2(file, place)
        nbformat.write(book, target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
