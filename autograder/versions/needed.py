"""Which cells of a notebook have to run for what is asked of it: what the others make, nobody looks at.

``following.py`` says forwards what a statement with drawn numbers may change; here the same is read backwards, and of
cells, since a cell is what runs.
"""

import ast
from collections.abc import Collection, Iterable, Sequence

from autograder.versions.following import Notebook
from autograder.versions.libraries import FIGURE, OUTSIDE, PYPLOT

__all__ = ["needed"]


def needed(
    cells: Sequence[ast.Module], names: Iterable[str], asks: Collection[tuple[int, Collection[str]]]
) -> list[bool]:
    """For each cell whether it has to run: some other numbers can change what it does, or what is asked needs it.

    What sets something in a library, or changes what is outside of the notebook, has to run in any case.

    Args:
        cells: in the order in which they run; ``pass`` stands for a line of IPython's that makes something ready.
        names: what is drawn.
        asks: number of the cells above a question → names that its tests take.

    Example:
        >>> cells = ["a = 3", "rows = [1]", "b = a + len(rows)", "rows.append(2)", "c = 1", "d = c"]
        >>> needed([ast.parse(cell) for cell in cells], ["a"], [(3, ["b"])])
        [True, True, True, False, False, False]
    """
    notebook = Notebook(cells)
    if "*" in notebook.paths or any(step.unreadable or step.takes_name for step in notebook.steps):
        return [True] * len(cells)
    kept = [reached for _, reached in notebook.following(names)]
    kept = [stays or _makes_ready(cell) for stays, cell in zip(kept, cells, strict=True)]
    plots = any(notebook.paths.get(name) == PYPLOT for _, wanted in asks for name in wanted)
    always = {OUTSIDE, *notebook.paths, *([FIGURE] if plots else [])}
    while True:
        _keep(notebook, asks, always, kept)
        steps = (step for cell, stays in zip(notebook.cells, kept, strict=True) if stays for step in cell)
        late = set().union(*(step.when_called for step in steps))
        if late <= always:
            return kept
        always |= late  # a function may be called anywhere


def _makes_ready(cell: ast.Module) -> bool:
    return any(isinstance(node, ast.Pass) for node in ast.walk(cell))


def _keep(
    notebook: Notebook, asks: Collection[tuple[int, Collection[str]]], always: set[str], kept: list[bool]
) -> None:
    """From the last cell to the first, keep those that touch what is looked up below."""
    live = set(always)
    for at in reversed(range(len(kept))):
        live = live.union(*(wanted for above, wanted in asks if above == at + 1))
        steps = notebook.cells[at]
        kept[at] |= any(notebook.touches[step] & live for step in steps)
        for step in reversed(steps if kept[at] else []):
            live = (live - step.anew | always) | step.uses
