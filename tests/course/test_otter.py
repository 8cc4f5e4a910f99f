"""Assignments by Otter's own run and in a real kernel: the two places where students meet them without us."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient

from autograder import build
from tests import ROOT
from tests.course.own_numbers import signed_notebook
from tests.course.record_course import live, recorded

ASSIGNMENTS = build.assignments(ROOT)
LIVE = {"hw03"}
"""Run in any case; a run costs ten seconds, and all of them are graded by ``build.certify`` in ``test_course.py``."""

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_otter_run_gives_the_solution_all_points_and_the_untouched_notebook_none(name: str) -> None:
    scores = live(name) if name in LIVE else recorded(name) or live(name)
    points = {question.name: question.config["points"] for question in build.read_source_of(ROOT, name).questions}
    assert scores["solution"] == points
    assert scores["blank"] == dict.fromkeys(points, 0)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[KernelManager, Path]]:
    """A running kernel and the folder in which it runs: to start one and to import JAX costs more than a notebook."""
    folder = tmp_path_factory.mktemp("kernel")
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder))
    client.stop_channels()
    yield manager, folder
    manager.shutdown_kernel(now=True)


def _executed(notebook: nbformat.NotebookNode, manager: KernelManager) -> None:
    # the longest that one cell may take on a busy machine; together they take some seconds
    client = NotebookClient(notebook, km=manager, timeout=300)
    try:
        client.execute(cleanup_kc=False)
    finally:
        client.kc.stop_channels()


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_students_notebook_runs_in_jupyter_blank_and_solved(name: str, kernel: tuple[KernelManager, Path]) -> None:
    """Both one after the other, in a kernel that has forgotten the names of the assignment before."""
    manager, folder = kernel
    blank = signed_notebook(ROOT / "assignments" / name / f"{name}.ipynb", name)
    nbformat.write(blank, folder / f"{name}.ipynb")
    solved = signed_notebook(build.solution_notebook(ROOT, name), name)
    for cell in solved.cells:
        cell.id = f"{cell.id}-solved"[-64:]
    forget = nbformat.v4.new_code_cell("%reset -f\nassert not {'np', 'sp', 'jnp', 'plt', 'grader'} & {*globals()}")
    both = nbformat.v4.new_notebook(cells=[forget, *blank.cells, *solved.cells], metadata=blank.metadata)
    _executed(both, manager)
    questions = build.read_source_of(ROOT, name).questions
    shown = [cell.outputs[0]["data"] for cell in both.cells if cell.source.startswith("grader.check(")]
    texts = [data["text/plain"] for data in shown]
    assert len(texts) == 2 * len(questions)
    for question, before, after in zip(questions, texts[: len(questions)], texts[len(questions) :], strict=True):
        assert after.startswith(f"{question.name}: passed, as far as it is checked here.\n")
        assert "checks ran here" in after
        for text in (before, after):
            assert text.startswith(question.name)
            assert "Traceback" not in text
            assert "CheckFailed" not in text
            assert "autograder/" not in text
        if question.config["points"]:
            assert before != after, question.name
