"""The students' notebook for one of them: their id in it, and their own numbers as plain text."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell

from autograder.build.assemble import student_notebook
from autograder.build.course import source_notebook
from autograder.build.init import is_task, questions_of_prompts, signed, with_pictures
from autograder.build.source import read_notebook, read_source
from autograder.build.versions import pool_of
from autograder.errors import UsageError
from autograder.versions import fill

__all__ = ["notebook_of_each"]

_GRADER = re.compile(r"^grader = \w+\.Notebook\(", re.M)


def notebook_of_each(root: Path, name: str) -> Callable[[str], bytes]:
    """What makes of a student's id their notebook: a file with prompts that can be read before anything has run.

    Checks and grading are the same as in the notebook that everybody downloads.

    Raises:
        UsageError: there is no such assignment, or nothing is drawn in it.
        AuthorError: its versions are not drawn yet.
    """
    path = source_notebook(root, name)
    source = read_source(path)
    pool = pool_of(path, source)
    if pool is None:
        raise UsageError(
            f"{name} draws no numbers: everybody gets the same notebook, assignments/{name}/{name}.ipynb, so leave "
            "--each out"
        )
    versions = pool
    blank = read_notebook(student_notebook(root, name))
    asked = {cell.id: cell.text for cell in source.cells}
    belongs = questions_of_prompts(source)
    pictures = {cell.id: cell.attachments for cell in read_notebook(path).cells if cell.get("attachments")}

    def made(student: str) -> bytes:
        shown = versions.of(student).shown
        own = signed(blank, student)
        prompts: dict[str, dict[str, str]] = {}
        for place, cell in enumerate(own.cells):
            if is_task(cell):
                whole = with_pictures(asked[cell.id], pictures.get(cell.id, {}))
                prompts.setdefault(belongs.get(cell.id, ""), {})[cell.id] = whole
                text = fill(asked[cell.id], shown[cell.id]).strip("\n")
                more = {"attachments": pictures[cell.id]} if cell.id in pictures else {}
                locked = {"deletable": False, "editable": False}
                own.cells[place] = new_markdown_cell(text, id=cell.id, metadata=locked, **more)
        for cell in own.cells:
            if cell.cell_type == "code" and _GRADER.search(cell.source):
                # as text: practice fills them in with other numbers, and nothing else in this file holds them
                cell.source += f"\ngrader.prompts = {json.dumps(prompts, ensure_ascii=False)}"
        written: str = nbformat.writes(own)
        return written.encode()

    return made
