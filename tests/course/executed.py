"""Each assignment in a real kernel, blank and then solved: run once for all the tests that look at what it shows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient

from autograder import build
from tests import ROOT
from tests.course.own_numbers import signed_notebook
from tests.jupyterlab import FORGET
from tests.shared import once

Executed = Callable[[str], tuple[nbformat.NotebookNode, nbformat.NotebookNode]]
"""Name of an assignment → its blank and its solved notebook, with what a kernel gave for each cell."""

_FORGET = f"{FORGET}\nassert not {{'np', 'sp', 'jnp', 'plt', 'grader'}} & {{*globals()}}"
_known: dict[str, tuple[nbformat.NotebookNode, nbformat.NotebookNode]] = {}


@pytest.fixture(scope="module")
def executed(shared_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executed]:
    """Runs an assignment, unless another worker has: whoever comes while it is run waits."""
    with ExitStack() as opened:
        kernels: list[tuple[KernelManager, Path]] = []

        def run(name: str) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
            if not kernels:  # to start one and to import JAX costs more than a notebook
                folder = tmp_path_factory.mktemp("kernel")
                manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
                client.stop_channels()
                opened.callback(manager.shutdown_kernel, now=True)
                kernels.append((manager, folder))
            return _run(name, *kernels[0])

        def found(name: str) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
            if name not in _known and shared_folder is None:
                _known[name] = run(name)
            elif name not in _known:
                folder = once(shared_folder / f"{name}-executed", lambda place: write(place, *run(name)))
                blank, solved = (nbformat.read(folder / file, as_version=4) for file in ("blank.ipynb", "solved.ipynb"))
                _known[name] = blank, solved
            return _known[name]

        def write(folder: Path, blank: nbformat.NotebookNode, solved: nbformat.NotebookNode) -> None:
            folder.mkdir()
            nbformat.write(blank, folder / "blank.ipynb")
            nbformat.write(solved, folder / "solved.ipynb")

        yield found


def _run(name: str, manager: KernelManager, folder: Path) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    """Both one after the other, in a kernel that has forgotten the names of the assignment before."""
    blank = signed_notebook(ROOT / "assignments" / name / f"{name}.ipynb", name)
    nbformat.write(blank, folder / f"{name}.ipynb")
    solved = signed_notebook(build.solution_notebook(ROOT, name), name)
    for cell in solved.cells:
        cell.id = f"{cell.id}-solved"[-64:]
    both = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(_FORGET)], metadata=blank.metadata)
    both.cells += [*blank.cells, *solved.cells]  # the cells themselves: both notebooks get what is given for them
    # the longest that one cell may take on a busy machine; together they take some seconds
    client = NotebookClient(both, km=manager, timeout=300)
    try:
        client.execute(cleanup_kc=False)
    finally:
        client.kc.stop_channels()
    return blank, solved
