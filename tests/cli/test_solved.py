"""What is told of the notebook given with ``--solution``: what grading takes from it is believed."""

import json
from pathlib import Path

import msgspec
import pytest

from autograder.cli.solved import refuse_no_solution, solution_note
from autograder.errors import UsageError
from autograder.model import (
    CUT_OFF,
    CaseResult,
    CellError,
    QuestionResult,
    Raised,
    Status,
    Submission,
    SubmissionResult,
)
from tests.batch.fake_workers import work_of
from tests.cli.test_grade import call, hand_in


@pytest.fixture
def place(place: Path) -> Path:
    """A folder with an assignment and one submission."""
    (place / "in").mkdir()
    hand_in(place / "in", "ito.ipynb", "q1=2 q2=1.5")
    return place


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"cells": [', "cannot be read (truncated)"),
        ("", "cannot be read (empty)"),
        (work_of(""), "holds no code"),
    ],
)
def test_a_solution_that_can_say_nothing_of_this_assignment_is_told(place: Path, text: str, said: str) -> None:
    (place / "solved.ipynb").write_text(text)
    error = call("hw01", "in", "-o", "out", "--solution", "solved.ipynb").exception
    assert isinstance(error, UsageError)
    assert str(error).startswith("--solution solved.ipynb ")
    assert said in str(error)


def solution(text: str) -> str:
    return work_of(f"# {text}").replace('"markdown"', '"code"')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q1=2 q2=1.5", None),
        ("q1=2 q2=?", None),
        ("q1=2 q2=1", "does not get all points in q2."),
        ("q1=? q2=0", "has no point in q2 (is it the untouched notebook?)."),
        ("q1=0 q2=0", "has no point in q1, q2 (is it the untouched notebook?)."),
        ("q1=1.5 q2=1", "does not get all points in q1, q2."),
        ("die", "did not run to its end (the grading process died twice (SIGKILL))."),
    ],
)
def test_a_solution_that_is_not_right_is_told_to_the_ta_in_one_line(place: Path, text: str, said: str | None) -> None:
    (place / "solved.ipynb").write_text(solution(text))
    for _ in range(2):  # the second time from the journal
        output = call("hw01", "in", "-o", "out", "--solution", "solved.ipynb").output
        told = [line for line in output.splitlines() if "--solution" in line]
        assert [f"note: --solution solved.ipynb {said}" in line for line in told] == ([True] if said else [])
        assert all(line.endswith("give the solved notebook, and grade again with --force") for line in told)


def test_of_a_solution_the_cell_that_was_cut_off_is_told_first_and_whose_numbers_it_has_is_not_asked() -> None:
    loop = Raised(type="TimeoutError", message=f"{CUT_OFF}20 s", line=2, source="while True:")
    missing = Raised(type="NameError", message="name 'd' is not defined")
    nobody = CaseResult(
        name="t",
        hidden=False,
        passed=False,
        score=0,
        possible=1,
        message="",
        raised=Raised(type="NoStudent", message=""),
    )
    result = SubmissionResult(
        submission=Submission(key="s", students=(), file="a.ipynb", path="a.ipynb"),
        status=Status.GRADED,
        questions=(QuestionResult(name="q1", score=0, possible=1, cases=(nobody,)),),
        cell_errors=(CellError(cell=4, raised=missing), CellError(cell=3, raised=loop)),
    )
    (line,) = solution_note(Path("a.ipynb"), result)
    said = "does not run through (cell 4 was cut off after 20 s, in its line 2: while True:, and 1 more stopped)."
    assert line.startswith(f"--solution a.ipynb {said}")
    assert list(solution_note(Path("a.ipynb"), msgspec.structs.replace(result, cell_errors=()))) == []


def test_the_solution_of_another_assignment_is_told_unless_the_zip_has_no_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "solved.ipynb"
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": [], "execution_count": None}
    named = {"otter": {"assignment_name": "hw02"}}
    path.write_text(json.dumps({"cells": [cell], "metadata": named, "nbformat": 4, "nbformat_minor": 4}))
    refuse_no_solution(path, "hw02", zipped=Path("autograder.zip"))
    refuse_no_solution(path, "autograder", zipped=Path("autograder.zip"))
    with pytest.raises(UsageError, match="belongs to 'hw02', not to 'hw01'"):
        refuse_no_solution(path, "hw01", zipped=Path("autograder.zip"))
