"""The course as one student has it: where numbers are drawn, those of the first version."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from autograder import build
from autograder.build.init import is_task, signed
from autograder.build.source import Source
from autograder.build.versions import concrete, pool_of, somebody
from autograder.versions import Pool, decoded
from tests import ROOT

STUDENT_CELL = "student"


@cache
def pool(name: str) -> Pool | None:
    """The versions of an assignment; None where everybody has the same."""
    return pool_of(build.source_notebook(ROOT, name), build.read_source_of(ROOT, name))


@cache
def source_of(name: str) -> Source:
    """The source as if its author had written the first version."""
    source, versions = build.read_source_of(ROOT, name), pool(name)
    return source if versions is None else concrete(source, versions, versions.versions[0])


@cache
def numbers_of(name: str) -> dict[str, Any]:
    """What the first cells bind for a student with the first version: the id and the drawn names."""
    versions = pool(name)
    if versions is None:
        return {}
    values = map(decoded, versions.versions[0].values)
    return {"STUDENT": student_of(name), **dict(zip(versions.names, values, strict=True))}


@cache
def student_of(name: str) -> str:
    """An id that has the first version; empty where everybody has the same."""
    versions = pool(name)
    return "" if versions is None else somebody(versions)[0]


def signed_notebook(path: Path, name: str) -> nbformat.NotebookNode:
    """A built notebook into which that student has written the id."""
    return signed(nbformat.read(path, as_version=4), student_of(name))


def as_written(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The students' notebook with its prompts as their author wrote them, and without the cell for the id; in place."""
    for cell in notebook.cells:
        if is_task(cell):
            (call,) = (node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call))
            cell.source = ast.literal_eval(call.args[1]).removeprefix("\n")
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != STUDENT_CELL]
    return notebook
