"""A class whose zip does not say what the solution takes finds it out first, once for all its workers."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from autograder.batch import Conditions, tasks
from autograder.batch.digests import assignment_digest, package_digest
from autograder.batch.tasks import Reply, Setup, Task
from autograder.batch.times import times_file, with_times
from autograder.model import Student, Submission
from autograder.otter import keep_times, load, program, read_notebook
from autograder.sandbox import Sandbox, limits
from tests.otter.otter_samples import EXCEPTION_STYLE, autograder_zip
from tests.otter.test_usual import with_ids
from tests.sandbox.jail_samples import SMALL, but, needs_jail

TESTS = {"q1": EXCEPTION_STYLE.format(name="q1")}
SOLVED = (("q1-cell", "x = 3"), ("more", "y = sum(range(10))"))
FOREVER = "def f(t):\n    while t:\n        pass"
GONE = (("q1-cell", "import os; os._exit(1)"),)


def solved(folder: Path, *cells: tuple[str | None, str]) -> bytes:
    return with_ids(folder / "solved.ipynb", *cells).read_bytes()


@needs_jail
def test_they_are_found_once_for_all_workers_of_the_class(
    tmp_path: Path, small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment, keep = load(autograder_zip(tmp_path, TESTS)), tmp_path / "kept.json"
    found = with_times(assignment, solved(tmp_path, *SOLVED), small_jail, keep=keep).usual
    assert found is not None
    assert set(found.cells) == {"q1-cell", "more"}
    assert not small_jail.measure
    monkeypatch.setattr(Sandbox, "start", None)
    assert with_times(assignment, solved(tmp_path, *SOLVED), small_jail, keep=keep).usual == found


@needs_jail
def test_a_solution_without_ids_counts_as_a_whole(tmp_path: Path, small_jail: Sandbox) -> None:
    assignment = load(autograder_zip(tmp_path, TESTS))
    given = solved(tmp_path, (None, "x = 3"), (None, "y = sum(range(2_000_000))"))
    usual = with_times(assignment, given, small_jail, keep=tmp_path / "kept.json").usual
    assert usual is not None
    assert usual.of_cell("q1-cell") == usual.of_cell(None) >= max(usual.cells.values()) > 0.01


@needs_jail
def test_a_solution_with_a_text_for_a_person_has_times(tmp_path: Path, small_jail: Sandbox) -> None:
    read = (
        EXCEPTION_STYLE.format(name="q2")
        .replace("(x)", "(why)")
        .replace("assert x == 3", "Text(least=3, by_hand=True).check(why)")
    )
    assignment = load(autograder_zip(tmp_path, {**TESTS, "q2": f"from autograder import Text\n{read}"}))
    given = solved(tmp_path, *SOLVED, ("q2-cell", "why = 'It is steepest along the gradient.'"))
    usual = with_times(assignment, given, small_jail, keep=tmp_path / "kept.json").usual
    assert usual is not None
    assert set(usual.cells) == {"q1-cell", "more", "q2-cell"}


@needs_jail
def test_what_the_zip_says_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_jail: Sandbox) -> None:
    zipped = autograder_zip(tmp_path, TESTS)
    keep_times(zipped, {"q1-cell": 7.0}, {})
    monkeypatch.setattr(Sandbox, "start", None)
    assignment = load(zipped)
    assert with_times(assignment, solved(tmp_path, *SOLVED), small_jail, keep=tmp_path / "kept.json") is assignment
    assert not (tmp_path / "kept.json").exists()


@needs_jail
@pytest.mark.parametrize("solution", [GONE, None], ids=["its process ends", "it is no notebook"])
def test_a_solution_that_cannot_be_run_is_tried_twice_and_says_nothing(
    tmp_path: Path, small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch, solution: tuple[tuple[str, str], ...] | None
) -> None:
    assignment, keep = load(autograder_zip(tmp_path, TESTS)), tmp_path / "kept.json"
    given = b"import this" if solution is None else solved(tmp_path, *solution)
    for _ in range(2):
        assert with_times(assignment, given, small_jail, keep=keep).usual is None
    monkeypatch.setattr(Sandbox, "start", None)
    assert with_times(assignment, given, small_jail, keep=keep).usual is None


@pytest.mark.slow
@needs_jail
def test_what_does_not_come_to_its_end_in_the_solution_has_no_usual_time(
    tmp_path: Path, small_jail: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Sandbox.start
    soon = but(cell_seconds=0.7, call_seconds=0.7)
    monkeypatch.setattr(Sandbox, "start", lambda self, program: start(self, program, soon))
    called = EXCEPTION_STYLE.format(name="q2").replace("(x)", "(f)").replace("assert x == 3", "f(1)")
    assignment = load(autograder_zip(tmp_path, {**TESTS, "q2": called}))
    cells = (SOLVED[0], ("loops", "while True:\n    pass"), ("raises", "y = missing"), ("f", FOREVER))
    usual = with_times(assignment, solved(tmp_path, *cells), small_jail, keep=tmp_path / "kept.json").usual
    assert usual is not None
    assert usual.cells.keys() == {"q1-cell", "loops", "raises", "f"}
    assert [name for name, seconds in usual.cells.items() if seconds is None] == ["loops", "raises"]
    assert usual.of_cell("loops") is usual.of_cell("a student's own") is None
    assert "q2" not in usual.calls
    work = read_notebook(with_ids(tmp_path / "hw09.ipynb", *cells))
    seconds = {cell.index: cell.usual for cell in program(work, replace(assignment, usual=usual)).cells}
    assert seconds[1] is seconds[2] is None
    assert seconds[0] is not None


def test_another_solution_or_other_tests_have_times_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    places = {times_file(solution, tests, "p") for solution in (b"a", b"b") for tests in ("t", "u")}
    assert len(places) == 4
    assert None not in places


@pytest.mark.slow
@needs_jail
def test_a_loop_costs_its_cell_what_the_solution_lets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(limits, "_LEAST_SECONDS", 0.4)
    zipped = autograder_zip(tmp_path, TESTS)
    given = with_ids(tmp_path / "hw09.ipynb", SOLVED[0], ("more", "while True:\n    pass"))
    setup = Setup(
        assignment=str(zipped),
        digest=assignment_digest(zipped),
        package=package_digest(),
        conditions=Conditions(limits=SMALL),
        solution=solved(tmp_path, *SOLVED),
    )
    work = Submission(key="s", students=(Student(id="s"),), file="hw09.ipynb", path=str(given))
    try:
        said = tasks.grade_one(msgspec.msgpack.encode(setup), msgspec.msgpack.encode(Task(submission=work)))
    finally:
        tasks.close()
    result = msgspec.json.decode(said, type=Reply).result
    assert result is not None
    assert [error.raised.message for error in result.cell_errors] == [
        "the cell was cut off after 0.4 s of processor time"
    ]
    assert result.score == 2.0
