"""In every version only those questions of the solution are asked that the numbers can change."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.build.assemble import assemble
from autograder.build.checks.certify import certify
from autograder.build.checks.pool import pool_findings
from autograder.build.checks.runs import unsolved_versions
from autograder.build.source import read_source
from autograder.build.versions import depending, looked_digest, pool_of, template_digest
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


@pytest.mark.parametrize(
    ("above", "anything"),
    [
        ("%matplotlib inline", False),
        ("%pip install -q nothing", False),
        ("%time other = 3", True),
        ("files = !ls", True),
        ("t = %timeit -o 1 + 1", True),
        ("if True:\n    %run other.py", True),
        ("%%html\n<b>Read this & that</b>", True),
        ("%%bash\nls | wc", True),
    ],
)
def test_of_what_is_no_python_nobody_knows_what_it_changes(tmp_path: Path, above: str, anything: bool) -> None:
    path = with_questions(tmp_path, ("kept", "kept = 6 + unit  # SOLUTION", SAME[2]))
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3:3] = [new_code_cell("unit = 1", id="unit"), new_code_cell(above, id="above")]
    nbformat.write(notebook, path)
    assert ("kept" in depending(read_source(path), ("a", "b", "f", "p"))) == anything


def test_a_change_of_what_students_are_given_has_the_versions_looked_at_again(tmp_path: Path) -> None:
    path = with_questions(tmp_path, SAME)
    before = read_source(path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(3, new_code_cell("unit = 1", id="above"))
    nbformat.write(notebook, path)
    after = read_source(path)
    assert (looked_digest(before), template_digest(before)) != (looked_digest(after), template_digest(after))
    assert template_digest(before) == template_digest(after)


@pytest.mark.slow
@needs_jail
def test_a_version_in_which_a_given_cell_stops_is_drawn_anew_and_what_takes_its_place_is_run_too(
    tmp_path: Path,
) -> None:
    path = with_questions(tmp_path, SAME)
    notebook = nbformat.read(path, as_version=4)
    first = next(number for number, cell in enumerate(notebook.cells) if cell.source.startswith("# DRAW"))
    notebook.cells.insert(first + 1, new_code_cell("assert a % 2, 'even'", id="given"))
    notebook.cells[0].source = notebook.cells[0].source.replace("versions: 3", "versions: 6")
    nbformat.write(notebook, path)
    found = certify(tmp_path, "hw")
    pool = pool_of(path, read_source(path))
    assert pool is not None
    assert [version.values[0] % 2 for version in pool.versions] == [1] * 6
    assert any("`assert a % 2, 'even'` raises AssertionError: even" in finding.message for finding in found)


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
