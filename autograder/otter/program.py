"""A notebook → the cells that the sandbox runs, in the order and with the seeds with which Otter executes them.

Source: ``otter.execute.preprocessor.GradingPreprocessor`` (ignored cells, checks from metadata, seeds, working
directory on ``sys.path``) and ``nbclient`` (blank cells and cells tagged ``skip-execution`` are passed over).
"""

from collections.abc import Iterator, Mapping

from autograder.otter.assignment import Assignment
from autograder.otter.notebook import CodeCell, Notebook
from autograder.sandbox.limits import Cell, Program

__all__ = ["program", "seed_lines"]

# Otter draws random suffixes so that no notebook can know the names; any name that nobody writes will do.
_NUMPY, _RANDOM = "np_Q7W0ZK", "random_Q7W0ZK"


def program(
    notebook: Notebook,
    assignment: Assignment,
    *,
    path: str | None = None,
    files: Mapping[str, str] | None = None,
) -> Program:
    """What to run for one submission.

    Args:
        notebook: what was read.
        assignment: whose seeds and support files.
        path: where the notebook lies; it is put into the student's folder under the submitted name, because
            ``otter.Notebook("hw01.ipynb")`` reads it there and fails where the LMS has renamed it.
        files: other files of the submission: name → where it lies. The assignment's own win, as in Otter.

    Returns:
        Cells with the notebook's own index (-1 for those that Otter adds in front) and the files.
    """
    folders = {name.split("/")[0] for name in files or {} if "/" in name}
    placed = dict(files or {})
    for name, where in assignment.files.items():
        # Otter copies a support folder only where the student has none of this name, but always a file.
        if "/" not in name or name.split("/")[0] not in folders:
            placed[name] = where
    if path is not None:
        placed.setdefault(notebook.name, path)
    return Program(cells=tuple(_cells(notebook, assignment)), files=placed)


def _cells(notebook: Notebook, assignment: Assignment) -> Iterator[Cell]:
    seed = ""
    yield Cell(source='import sys\nsys.path.append(__import__("os").getcwd())', index=-1)
    if assignment.seed is not None and assignment.seed_variable is not None:
        seed = f"{assignment.seed_variable} = {assignment.seed}\n"
    elif assignment.seed is not None:
        yield Cell(source=f"import numpy as {_NUMPY}\nimport random as {_RANDOM}", index=-1)
        seed = f"{_NUMPY}.random.seed({assignment.seed})\n{_RANDOM}.seed({assignment.seed})\n"
    for cell in notebook.cells:
        source = _seeded(cell, seed)
        if cell.code and not cell.skipped and source.strip():
            yield Cell(source=source, index=cell.index)
        if cell.tests:
            yield Cell(source=seed, index=cell.index, checks=cell.tests)


def seed_lines(notebook: Notebook, assignment: Assignment) -> dict[int, int]:
    """Cell index → how many lines Otter's seeding puts before the student's own: to be taken off line numbers."""
    if assignment.seed is None:
        return {}
    added = 1 if assignment.seed_variable is not None else 2
    return {cell.index: added for cell in notebook.cells if not cell.source.startswith("%%")}


def _seeded(cell: CodeCell, seed: str) -> str:
    return cell.source if cell.source.startswith("%%") else seed + cell.source
