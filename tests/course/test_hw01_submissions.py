"""hw01 as thirty students would hand it in, graded in the sandbox; the points were decided by reading them."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.batch.warm import fill
from autograder.errors import SandboxError
from autograder.grading import Sandbox, grade
from autograder.model import Status, Submission, SubmissionResult
from autograder.otter import Assignment, load
from autograder.sandbox import open_sandbox
from tests import ROOT, SUBMISSIONS
from tests.course.own_numbers import numbers_of, signed_notebook, student_of
from tests.shared import once

FOLDER = SUBMISSIONS / "hw01"
LESSON = {
    "seen": [2.0, 4.1, 7.6, 12.1, 19.4],
    "r_add": 1,
    "r_below": 2,
    "r_root": 3,
    "p_factor": 4,
    "p_power": 3,
    "p_below": 8,
    "p_root": 2,
    "p_constant": 5,
    "p": "4*x**3 - 8/x + 2*sqrt(x) + 5",
    "n_product": 3,
    "c_quotient": 1,
    "product": "x**3*log(x)",
    "quotient": "sin(x)/(x**2 + 1)",
    "two_factor": 3,
    "two_add": 1,
    "two_power": 5,
    "two": "(3*x**2 + 1)**5",
}
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    return load(build.autograder_zip(ROOT, "hw01"))


@pytest.fixture(scope="module")
def sandbox(
    assignment: Assignment, tmp_path_factory: pytest.TempPathFactory, shared_folder: Path | None
) -> Iterator[Sandbox]:
    """As a class has it: what the solution compiles is compiled once for all notebooks, of every worker."""
    compiled = tmp_path_factory.mktemp("compiled")
    try:
        opened = open_sandbox("bwrap", warm=compiled)
    except SandboxError as error:
        pytest.skip(f"no user namespaces here: {error}")
    with opened as ready:

        def filled(folder: Path) -> None:
            fill(compiled, build.solution_notebook(ROOT, "hw01").read_bytes(), assignment, ready)
            shutil.copytree(compiled, folder)

        place = (shared_folder or tmp_path_factory.mktemp("shared")) / "hw01-compiled"
        shutil.copytree(once(place, filled), compiled, dirs_exist_ok=True)
        assert any(compiled.iterdir())
        yield ready


def graded(path: Path, assignment: Assignment, sandbox: Sandbox, file: str = "hw01.ipynb") -> SubmissionResult:
    return grade(Submission(key=path.stem, students=(), file=file, path=str(path)), assignment, sandbox)


def test_the_table_lists_every_notebook() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    assert len(EXPECTED) >= 24


def test_their_workshop_has_the_lessons_own_numbers() -> None:
    """The first version of hw01 is that of the lesson, and the notebooks are of students who have it."""
    assert numbers_of("hw01") == LESSON | {"STUDENT": numbers_of("hw01")["STUDENT"]}
    for path in FOLDER.glob("*.ipynb"):
        text = path.read_text(encoding="utf-8-sig")
        assert f"'{student_of('hw01')}'" in text or 'STUDENT = \\"\\"' in text, path


def test_the_notebooks_are_as_odd_as_they_say() -> None:
    def opened(name: str) -> nbformat.NotebookNode:
        return nbformat.reader.reads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8-sig"))

    assert opened("saved_as_nbformat_3").nbformat == 3
    assert opened("saved_as_nbformat_4_0").nbformat_minor == 0
    assert "kernelspec" not in opened("no_kernelspec").metadata
    assert b"\r\n" in (FOLDER / "windows_line_ends.ipynb").read_bytes()
    assert (FOLDER / "byte_order_mark.ipynb").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_a_notebook_earns_what_it_deserves(name: str, assignment: Assignment, sandbox: Sandbox) -> None:
    result = graded(FOLDER / f"{name}.ipynb", assignment, sandbox)
    messages = {question.name: [case.message for case in question.cases] for question in result.questions}
    deserved = {question: EXPECTED[name].get(question, points) for question, points in assignment.possible.items()}
    assert {question.name: question.score for question in result.questions} == deserved, messages
    assert result.status is Status.GRADED
    assert result.score == sum(deserved.values())
    for question in result.questions:
        for case in question.cases:
            assert "Traceback" not in case.message


@pytest.mark.slow
def test_the_solution_scores_full_marks_and_the_untouched_notebook_none(
    assignment: Assignment, sandbox: Sandbox, tmp_path: Path
) -> None:
    solved = tmp_path / "hw01.ipynb"
    nbformat.write(signed_notebook(build.solution_notebook(ROOT, "hw01"), "hw01"), solved)
    solution = graded(solved, assignment, sandbox)
    assert (solution.status, solution.score, solution.cell_errors) == (Status.GRADED, 40.0, ())
    blank = graded(ROOT / "assignments/hw01/hw01.ipynb", assignment, sandbox)
    assert (blank.status, blank.score) == (Status.GRADED, 0.0)
    # of the first cell and of what shows the workshop's table, which is one's own
    assert {error.raised.type for error in blank.cell_errors} <= {"NoStudent", "NameError"}


@pytest.mark.slow
def test_a_notebook_that_the_lms_renamed_still_finds_its_checks(assignment: Assignment, sandbox: Sandbox) -> None:
    path = FOLDER / "by_the_lesson.ipynb"
    renamed = graded(path, assignment, sandbox, file="lovelaceada_31002_900001_hw01-1.ipynb")
    assert (renamed.score, renamed.cell_errors) == (40.0, ())
