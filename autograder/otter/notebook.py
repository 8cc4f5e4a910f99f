"""One notebook file → its cells as Otter would execute them, or a named reason why there are none."""

import codecs
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import NotebookError
from autograder.model import Record
from autograder.untrusted import TooManyParts, guarded, json_of, one_line, whole

__all__ = ["CodeCell", "Notebook", "read_notebook"]

MAX_BYTES = 100 * 1024 * 1024
MAX_CELLS = 5_000
_LONGEST_CELL = 20_000
_LONGEST_CODE = 1_000_000
_LONGEST_OLD = 1_000_000
"""Of a notebook in format 3 without its outputs, which nobody has written since 2015: two seconds at the worst."""
_BEGUN = re.compile(r"[\w.+-]{0,8}")
"""A word, a number or an escape, or the begin of one: where a file was cut off, nothing else stands after an error."""
_MOST_TESTS = 200
"""Named by one cell's metadata."""
_PYTHON = {"python", "python2", "python3", "ipython", "ipython3", "sage", "sagemath"}
_OTHER_KERNELS = ("ir", "r", "julia", "xr", "xeus-r", "javascript", "deno", "octave", "matlab", "bash", "scala", "c++")


class CodeCell(Record, frozen=True, kw_only=True):
    """One cell that Otter looks at."""

    source: str
    """Line ends are ``\\n``."""
    index: int
    """Place in the notebook, from 0; other kinds of cells are counted too."""
    code: bool = True
    """False for a Markdown cell: it runs nothing, but its metadata may name tests."""
    tests: tuple[str, ...] = ()
    """Questions that the cell's metadata asks to check right after it."""
    skipped: bool = False
    """Tagged ``skip-execution``: Jupyter's own executor passes it over."""
    id: str | None = None
    """As the notebook's file has it; older formats have none."""


class Notebook(Record, frozen=True, kw_only=True):
    """What grading needs of a notebook or script."""

    name: str
    """The file's name as submitted: Otter looks for the notebook under this name while it runs."""
    cells: tuple[CodeCell, ...]
    assignment_name: str | None = None
    """What Otter Assign wrote into the metadata; None where it is gone."""
    script: bool = False
    notes: tuple[str, ...] = ()
    """What was left out, because there is so much."""

    @property
    def has_code(self) -> bool:
        """Whether any code cell holds more than blanks."""
        return any(cell.code and cell.source.strip() for cell in self.cells)

    @property
    def code(self) -> tuple[str, ...]:
        """The code cells as written, for people: each cut to 20,000 characters, and all together to a million."""
        return tuple(_first([cell.source[:_LONGEST_CELL] for cell in self.cells if cell.code]))

    @property
    def sources(self) -> tuple[str, ...]:
        """The code cells in full, for who reads them as Python: a million characters of them."""
        return tuple(_first([cell.source for cell in self.cells if cell.code]))


def _first(texts: Sequence[str]) -> Iterator[str]:
    ends = accumulate(map(len, texts))
    return (text for text, end in zip(texts, ends, strict=True) if end <= _LONGEST_CODE)


def read_notebook(path: str | Path, *, name: str | None = None) -> Notebook:
    """Read a notebook (nbformat 3 or 4) or a Python script.

    Args:
        path: where it lies.
        name: the name under which it was submitted, where that differs.

    Raises:
        NotebookError: with a ``reason`` of ``missing``, ``too-large``, ``empty``, ``truncated``, ``not-a-notebook``,
            ``nbformat-5`` or ``not-python``.
    """
    path = Path(path)
    name = name or path.name
    text = _text(path, name)
    if path.suffix.lower() == ".py":  # not the name's: intake makes a notebook of a script and keeps its name
        return Notebook(name=name, cells=(CodeCell(source=_lf(text), index=0),), script=True)
    node = _node(_json(text, name), name)
    _require_python(node, name)
    otter = _mapping(node.get("metadata")).get("otter")
    assignment_name = _mapping(otter).get("assignment_name")
    return Notebook(
        name=name,
        cells=tuple(_cells(node)),
        assignment_name=one_line(assignment_name, 200) if isinstance(assignment_name, str) else None,
        notes=_left_out(name, len(node["cells"])),
    )


def _text(path: Path, name: str) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise NotebookError(
                "too-large",
                f"{name} has {size / 1e6:.0f} MB, more than {MAX_BYTES / 1e6:.0f}: clear its outputs and submit again.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise NotebookError("missing", f"{name} cannot be read: {error.strerror or error}.") from error
    if not raw.strip():
        raise NotebookError("empty", f"{name} is empty: save the notebook and submit again.")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Old Windows editors save a notebook or script in the code page of the machine.
        return raw.decode("cp1252", errors="replace")


def _json(text: str, name: str) -> dict[str, Any]:
    try:
        data = json_of(text)
    except TooManyParts as error:
        raise NotebookError(
            "too-large", f"{name} is too large: {error}; clear its outputs and submit again."
        ) from error
    except json.JSONDecodeError as error:
        begun = error.msg != "Extra data" and _BEGUN.fullmatch(text.rstrip(), error.pos)
        if text.lstrip().startswith("{") and (begun or error.msg.startswith("Unterminated")):
            raise NotebookError(
                "truncated", f"{name} ends in the middle (line {error.lineno}): the upload was cut off; submit again."
            ) from error
        raise NotebookError("not-a-notebook", f"{name} is not a notebook: {error}.") from error
    except (ValueError, RecursionError) as error:  # a number of 60 MB, a thousand nested lists
        raise NotebookError("not-a-notebook", f"{name} is not a notebook: {str(error)[:200]}.") from error
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise NotebookError("not-a-notebook", f"{name} is JSON, but not a notebook.")
    if data["nbformat"] > 4:
        raise NotebookError(
            "nbformat-5",
            f"{name} has notebook format {_number(data['nbformat'])}, which this version cannot read (3 and 4).",
        )
    if not isinstance(data.get("cells" if data["nbformat"] >= 4 else "worksheets"), list):
        raise NotebookError("not-a-notebook", f"{name} is JSON, but has no list of cells.")
    return data


def _node(data: dict[str, Any], name: str) -> dict[str, Any]:
    """The notebook in format 4, sources joined to one string; nothing is validated that is not used."""
    if data["nbformat"] >= 4:
        return data

    def converted() -> dict[str, Any]:
        import nbformat

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat warns about missing cell ids while it converts
            node: dict[str, Any] = nbformat.convert(nbformat.reader.reads(old), 4)
        if not isinstance(node.get("cells"), list):
            raise TypeError
        return node

    def refuse(why: str) -> NoReturn:
        number = _number(data["nbformat"])
        raise NotebookError("not-a-notebook", f"{name} (format {number}) cannot be converted ({why}).")

    # nbformat checks an old notebook against its schema at every step, and raises KeyError, AttributeError, … on
    # malformed cells
    old = json.dumps(data | {"worksheets": [_without_outputs(sheet) for sheet in data["worksheets"]]})
    return guarded(converted, of=old, longest=_LONGEST_OLD, otherwise=refuse)


def _without_outputs(sheet: object) -> object:
    cells = _mapping(sheet).get("cells")
    if not isinstance(cells, list):
        return sheet
    bare = [cell | {"outputs": []} if _mapping(cell).get("cell_type") == "code" else cell for cell in cells]
    return _mapping(sheet) | {"cells": bare}


def _number(value: int) -> str:
    """A number for a message; a file may say that its format is 10**400."""
    return str(value) if abs(value) < 1_000 else "of many digits"


def _require_python(node: dict[str, Any], name: str) -> None:
    metadata = _mapping(node.get("metadata"))
    spec = _mapping(metadata.get("kernelspec"))
    kernel = _word(spec.get("name"))
    language = _word(spec.get("language"))
    if not language and not any(kernel == other or kernel.startswith(f"{other}-") for other in _OTHER_KERNELS):
        language = _word(_mapping(metadata.get("language_info")).get("name")) or "python"
    if language not in _PYTHON:
        raise NotebookError(
            "not-python", f"{name} is a notebook for {_kernel(spec, language or kernel)}, not for Python."
        )


def _word(value: object) -> str:
    """Of a name: a list of lists there is none."""
    return one_line(value, 60).lower() if isinstance(value, str) else ""


def _kernel(spec: dict[str, Any], otherwise: str) -> str:
    shown = spec.get("display_name")
    return one_line(shown, 60) if isinstance(shown, str) and shown.strip() else otherwise


def _cells(node: dict[str, Any]) -> list[CodeCell]:
    """As otter's ``GradingPreprocessor`` filters them: ignored cells dropped, tests named in metadata kept."""
    cells = []
    for index, cell in enumerate(node["cells"][:MAX_CELLS]):
        if not isinstance(cell, dict):
            continue
        metadata = _mapping(cell.get("metadata"))
        tags = metadata.get("tags")
        tags = tags if isinstance(tags, list) else []
        otter = _mapping(metadata.get("otter"))
        if "otter_ignore" in tags or otter.get("ignore", False):
            continue
        tests = otter.get("tests")
        source = cell.get("source", "")
        source = "".join(map(_scalar, source)) if isinstance(source, list) else _scalar(source)
        tests = tests[:_MOST_TESTS] if isinstance(tests, list) else []
        cells.append(
            CodeCell(
                source=whole(_lf(source)),
                index=index,
                code=cell.get("cell_type") == "code",
                tests=tuple(one_line(_scalar(test), 200) for test in tests),
                skipped="skip-execution" in tags,
                id=cell["id"][:64] if isinstance(cell.get("id"), str) else None,
            )
        )
    return cells


def _scalar(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _left_out(name: str, cells: int) -> tuple[str, ...]:
    if cells <= MAX_CELLS:
        return ()
    return (f"{name} has {cells:,} cells, of which the first {MAX_CELLS:,} were run: look at the others by hand",)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
