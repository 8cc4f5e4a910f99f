"""In every version only those questions of the solution are asked that the numbers can change."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import msgspec
import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from autograder.build.assemble import assemble, solution_notebook
from autograder.build.checks import runs
from autograder.build.checks.certify import certify
from autograder.build.checks.pool import pool_findings
from autograder.build.checks.runs import graded, unsolved_versions
from autograder.build.source import Source, read_source
from autograder.build.versions import depending, looked_digest, pool_of, template_digest, unneeded
from autograder.errors import BugError
from autograder.model import SubmissionResult
from autograder.versions import Pool
from tests.build.drawn import write_drawn
from tests.sandbox.jail_samples import needs_jail

SAME = ("kept", "kept = 7  # SOLUTION", "def test_kept(kept):\n    assert kept == 7")
TIED = ("tied", "tied = slope - slope + 7  # SOLUTION", "def test_tied(tied):\n    assert tied == 7")
ROWS = ("rows", "rows = [7]  # SOLUTION", "def test_rows(rows):\n    assert rows == [7]")
USING = ("using", "using = rows.pop()  # SOLUTION", "def test_using(using):\n    assert using == 7")
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


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("data.csv", True),
        ("helper.py", True),
        ("parts/more.py", True),
        ("copy.ipynb", False),
        ("versions.json", False),
        ("tries.toml", False),
        (".DS_Store", False),
        (".build/looked-at", False),
        ("__pycache__/helper.pyc", False),
    ],
)
def test_what_a_source_reads_or_imports_from_beside_it_decides_as_well(tmp_path: Path, name: str, counts: bool) -> None:
    path = with_questions(tmp_path, SAME)
    source = read_source(path)
    beside = path.parent / name
    beside.parent.mkdir(exist_ok=True)
    digests = [looked_digest(source)]
    for content in ("unit = 1", "unit = 2"):
        beside.write_text(content)
        digests.append(looked_digest(source))
    assert len(set(digests)) == (3 if counts else 1)


@pytest.mark.parametrize(
    "config", [{"files": ["data.csv"]}, {"autograder_files": ["data.csv"]}, {"seed": {"variable": "s"}}]
)
def test_what_the_configuration_says_of_a_run_decides_as_well(tmp_path: Path, config: dict[str, Any]) -> None:
    source = read_source(with_questions(tmp_path, SAME))
    changed = msgspec.structs.replace(source, config=source.config | config)
    assert looked_digest(changed) != looked_digest(source)
    other = msgspec.structs.replace(source, config=source.config | {"export_cell": False})
    assert looked_digest(other) == looked_digest(source)


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
    (anew,) = (finding for finding in found if finding.code == "N08")
    assert "`assert a % 2, 'even'` raises AssertionError: even" in anew.message
    assert "Nobody has them yet" in anew.fix

    largest = max(version.values[0] for version in pool.versions)
    stand = [place for place, version in enumerate(pool.versions) if version.values[0] < largest]
    given = next(cell for cell in notebook.cells if cell.id == "given")
    given.source = f"assert a % 2 and a < {largest}, 'even or large'"
    nbformat.write(notebook, path)
    told = [finding for finding in certify(tmp_path, "hw") if finding.code == "N08"]
    later = pool_of(path, read_source(path))
    assert later is not None
    assert [later.versions[place] for place in stand] == [pool.versions[place] for place in stand]
    theirs = [finding.message for finding in told if "who has the notebook already" in finding.message]
    assert [message.partition(" does")[0] for message in theirs] == [
        f"Version {place + 1}" for place in range(6) if place not in stand
    ], "each once, however often what takes its place is drawn anew"


def test_cells_are_left_out_by_where_their_question_is_asked(tmp_path: Path) -> None:
    source = read_source(with_questions(tmp_path, ROWS, USING))
    names = ("a", "b", "f", "p")
    assert unneeded(source, names, {"q1"}, {"q1"}) == {"rows-3", "using-3"}
    assert unneeded(source, names, {"q1", "rows"}, {"q1", "rows"}) == {"using-3"}
    assert unneeded(source, names, {"q1", "rows"}, {"q1"}) == set(), "asked at the end, what uses it has changed it"


def versions_of(path: Path) -> tuple[Source, Pool]:
    source = read_source(path)
    list(pool_findings(path, source))
    pool = pool_of(path, source)
    assert pool is not None
    assemble(path.parents[2], "hw")
    return source, pool


@pytest.mark.slow
@needs_jail
def test_a_version_in_which_the_solution_fails_is_found_without_asking_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, pool = versions_of(with_questions(tmp_path, SAME, ODD))
    fails = {number for number, version in enumerate(pool.versions) if version.values[0] % 2}
    assert 0 < len(fails) < len(pool.versions)
    noted: list[SubmissionResult] = []
    from autograder import grading

    grade = grading.grade

    def noting(*given: object, **named: object) -> SubmissionResult:
        noted.append(grade(*given, **named))
        return noted[-1]

    monkeypatch.setattr(grading, "grade", noting)
    [solved] = graded(tmp_path, "hw", solution_notebook(tmp_path, "hw"))
    assert set(unsolved_versions(tmp_path, "hw", source, pool, solved)) == fails
    asked = [{question.name for question in result.questions if question.score is not None} for result in noted]
    again = len(fails - {0})
    assert asked == [{"q1", "kept", "odd"}, *[{"q1", "odd"}] * (len(pool.versions) - 1 + again)]


@pytest.mark.slow
@needs_jail
def test_a_version_in_which_a_given_cell_raises_is_found_and_a_wrong_slice_refuses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student with these numbers would meet it, though every answer is right."""
    path = with_questions(tmp_path, SAME)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell("assert a % 2 == 0, 'an odd one'", id="given"))
    nbformat.write(notebook, path)
    source, pool = versions_of(path)
    odd = {number for number, version in enumerate(pool.versions) if version.values[0] % 2}
    assert 0 < len(odd) < len(pool.versions)
    [solved] = graded(tmp_path, "hw", solution_notebook(tmp_path, "hw"))
    found = unsolved_versions(tmp_path, "hw", source, pool, solved)
    assert set(found) == odd
    assert all("raises AssertionError: an odd one" in why for why in found.values())

    monkeypatch.setattr(runs, "unneeded", lambda *_: frozenset({"c7"}))  # the answer itself
    unlike = tuple(
        msgspec.structs.replace(question, score=0.0) if question.name == "kept" else question
        for question in solved.questions
    )
    elsewhere = msgspec.structs.replace(solved, questions=unlike)
    assert unsolved_versions(tmp_path, "hw", source, pool, elsewhere) == found, "no number reaches that question"


@pytest.mark.slow
@needs_jail
def test_notebooks_are_graded_in_several_processes_as_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, pool = versions_of(with_questions(tmp_path, ODD))
    [solved] = graded(tmp_path, "hw", solution_notebook(tmp_path, "hw"))
    alone = unsolved_versions(tmp_path, "hw", source, pool, solved)
    assert alone
    began: list[int] = []
    from autograder import batch

    workers = batch.Workers

    def two(jobs: int) -> batch.Workers:
        began.append(jobs)
        return workers(jobs)

    monkeypatch.setattr(batch, "Workers", two)
    monkeypatch.setattr(batch, "default_jobs", lambda **_: 2)
    monkeypatch.setattr(runs, "_WORTH_A_START", 1)
    monkeypatch.setattr(runs, "_grade", Mock(side_effect=BugError("that this process has graded one")))
    monkeypatch.setattr(Future, "cancel", lambda _: False)  # all of them over there
    assert unsolved_versions(tmp_path, "hw", source, pool, solved) == alone
    assert set(began) == {1}
    assert psutil.Process().children(recursive=False) == [
        child for child in psutil.Process().children() if "executors.child" not in " ".join(child.cmdline())
    ]
