"""In every version only those questions of the solution are asked that the numbers can change."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.build.assemble import assemble
from autograder.build.checks.pool import pool_findings
from autograder.build.checks.runs import unsolved_versions
from autograder.build.source import read_source
from autograder.build.versions import depending, pool_of
from autograder.model import SubmissionResult
from tests.build.drawn import write_drawn
from tests.sandbox.jail_samples import needs_jail

SAME = ("kept", "kept = 7  # SOLUTION", "def test_kept(kept):\n    assert kept == 7")
TIED = ("tied", "tied = slope - slope + 7  # SOLUTION", "def test_tied(tied):\n    assert tied == 7")
ODD = ("odd", "odd = 1 if a % 2 else 7  # SOLUTION", "def test_odd(odd):\n    assert odd == 7")


def with_questions(root: Path, *questions: tuple[str, str, str]) -> Path:
    """The assignment of one drawn question and of these."""
    path = write_drawn(root)
    notebook = nbformat.read(path, as_version=4)
    for name, solution, test in questions:
        for number, cell in enumerate(
            (
                new_raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: 1"),
                new_markdown_cell(f"### Question {name}: a number\n\n`{name}`: a number."),
                new_raw_cell("# BEGIN SOLUTION"),
                new_code_cell(solution),
                new_raw_cell("# END SOLUTION"),
                new_raw_cell("# BEGIN TESTS"),
                new_code_cell(test),
                new_raw_cell("# END TESTS"),
                new_raw_cell("# END QUESTION"),
            )
        ):
            cell["id"] = f"{name}-{number}"
            notebook.cells.append(cell)
    nbformat.write(notebook, path)
    return path


def test_a_question_depends_on_what_its_test_or_its_answer_uses(tmp_path: Path) -> None:
    source = read_source(with_questions(tmp_path, SAME, TIED, ODD))
    assert depending(source, ("a", "b", "f", "p")) == {"q1", "tied", "odd"}


@pytest.mark.slow
@needs_jail
def test_a_version_in_which_the_solution_fails_is_found_without_asking_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_questions(tmp_path, SAME, ODD)
    source = read_source(path)
    list(pool_findings(path, source))
    pool = pool_of(path, source)
    assert pool is not None
    fails = {number for number, version in enumerate(pool.versions) if version.values[0] % 2}
    assert 0 < len(fails) < len(pool.versions)
    graded: list[SubmissionResult] = []
    from autograder import grading

    grade = grading.grade

    def noted(*given: object, **named: object) -> SubmissionResult:
        graded.append(grade(*given, **named))
        return graded[-1]

    monkeypatch.setattr(grading, "grade", noted)
    assemble(tmp_path, "hw")
    assert set(unsolved_versions(tmp_path, "hw", source, pool)) == fails
    asked = [{question.name for question in result.questions if question.score is not None} for result in graded]
    assert asked == [{"q1", "kept", "odd"}, *[{"q1", "odd"}] * (len(pool.versions) - 1)]
