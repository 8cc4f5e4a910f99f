"""A notebook → the cells that the sandbox runs, in the order and with the seeds with which Otter executes them.

Source: ``otter.execute.preprocessor.GradingPreprocessor`` (ignored cells, checks from metadata, seeds, working
directory on ``sys.path``) and ``nbclient`` (blank cells and cells tagged ``skip-execution`` are passed over).
"""

from collections.abc import Iterator, Mapping

from autograder.otter.assignment import Assignment
from autograder.otter.notebook import Notebook
from autograder.sandbox.limits import Cell, Program

__all__ = ["program"]

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
        Cells with the notebook's own index (-1 for those that Otter adds) and the files.
    """
    folders = {name.split("/")[0] for name in files or {} if "/" in name}
    placed = dict(files or {})
    for name, where in assignment.files.items():
        # Otter copies a support folder only where the student has none of this name, but always a file.
        if "/" not in name or name.split("/")[0] not in folders:
            placed[name] = where
    if path is not None:
        placed.setdefault(notebook.name, path)
    calls = assignment.usual.calls if assignment.usual is not None else {}
    return Program(cells=tuple(_cells(notebook, assignment)), files=placed, calls=calls)


def _cells(notebook: Notebook, assignment: Assignment) -> Iterator[Cell]:
    seed = ""
    usual = assignment.usual
    yield Cell(source='import sys\nsys.path.append(__import__("os").getcwd())', index=-1)
    if assignment.seed is not None and assignment.seed_variable is not None:
        seed = f"{assignment.seed_variable} = {assignment.seed}\n"
    elif assignment.seed is not None:
        yield Cell(source=f"import numpy as {_NUMPY}\nimport random as {_RANDOM}", index=-1)
        seed = f"{_NUMPY}.random.seed({assignment.seed})\n{_RANDOM}.seed({assignment.seed})\n"
    for cell in notebook.cells:
        before = "" if cell.source.startswith("%%") else seed
        if cell.code and not cell.skipped and (before + cell.source).strip():
            seconds = None if usual is None else usual.of_cell(cell.id)
            yield Cell(source=before + cell.source, index=cell.index, ours=before.count("\n"), usual=seconds)
        if cell.tests:
            yield Cell(source=seed, index=-1, checks=cell.tests)
