"""Our scores are those of ``otter run``, question by question, on assignments that have never heard of us.

``otter run`` costs 4 to 8 s a notebook, so what it gave for all of them is recorded in
``submissions/parity/otter_run.json`` by ``record_parity.py``; a handful is run live here, so that a stale record or
another Otter is noticed. Where ``otter run`` gives no result, the record says null and the table below says what we do.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from record_parity import PARITY, RECORD, STYLES, notebooks, otter_run, zipped

from autograder.grading import grade
from autograder.model import Status, Submission, SubmissionResult, Trust
from autograder.otter import Assignment, assign, load
from autograder.sandbox import Sandbox, open_sandbox

RECORDED = json.loads(RECORD.read_text())
PATHS = {f"{style}/{path.name}": path for style in STYLES for path in notebooks(style)}
LIVE = ("doctest/checked_twice_last_wins.ipynb", "exception/wrong_and_raising.ipynb")
WITHOUT_RESULT = {
    "exception/kernel_not_installed.ipynb": (Status.GRADED, None, 17.0),
    "exception/metadata_lost.ipynb": (Status.GRADED, None, 17.0),
    "exception/of_another_assignment.ipynb": (Status.FAILED, "other-assignment", None),
    "exception/exit_kills_the_kernel.ipynb": (Status.FAILED, "crashed", None),
}

ODD = "odd/odd.ipynb"
UNSEEN = {"insides", "unseen"}
"""Questions of the odd set whose tests look at what cannot be copied out of the jail: dates, generators, a student's
class, the inside of a function."""

LEFT = {
    "process/process.ipynb": {
        "doctests": {17, 18, 21, 28, 35, 36, 37},
        "objects": {*range(17), 26, 32, 33, 37, 38, 40, 41, 42},
        "objects2": {4, 5, 6, 7, 9, 12, 14, 15, 16, 18},
        "settings": {9, 10, 11, 16, 17, 20, 21, 23, 25},
        "signatures": {13, 14, 20, 21, 22, 27, 29, 30, 31, 32},
        "tracing": {14},
    },
    "nested/nested.ipynb": {"doctests": {9, 10}, "nested": {12, 13, 16, 17, 18, 24, 30, 32, 33}},
}
"""Cases of hand-made sets that a person decides. The sets hold what test and notebook share in Otter's one process,
signatures, names that a test binds, objects of the notebook's own classes, functions that call each other back."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("bwrap") as opened:
        yield opened


@pytest.fixture(scope="module")
def assignments() -> dict[str, Assignment]:
    return {style: load(PARITY / style / "autograder") for style in STYLES}


def graded(name: str, assignments: dict[str, Assignment], sandbox: Sandbox) -> SubmissionResult:
    path = PATHS[name]
    submission = Submission(key="s", students=(), file=path.name, path=str(path))
    return grade(submission, assignments[name.split("/")[0]], sandbox)


def test_every_notebook_is_recorded_and_no_other() -> None:
    assert set(RECORDED) == set(PATHS)
    assert {name for name, scores in RECORDED.items() if scores is None} == set(WITHOUT_RESULT)
    assert len(RECORDED) - len(WITHOUT_RESULT) >= 20


@pytest.mark.parametrize("name", sorted(set(PATHS) - set(WITHOUT_RESULT) - {ODD} - set(LEFT)))
def test_scores_are_those_of_otter_run(name: str, assignments: dict[str, Assignment], sandbox: Sandbox) -> None:
    result = graded(name, assignments, sandbox)
    # results.json rounds to five places
    assert {question.name: question.score for question in result.questions} == pytest.approx(RECORDED[name], abs=1e-5)
    assert result.status is Status.GRADED


@pytest.mark.parametrize("name", sorted(WITHOUT_RESULT))
def test_where_otter_run_gives_nothing(name: str, assignments: dict[str, Assignment], sandbox: Sandbox) -> None:
    result = graded(name, assignments, sandbox)
    assert (result.status, result.reason, result.score) == WITHOUT_RESULT[name]


def test_odd_tests_agree_or_are_left_to_a_person(assignments: dict[str, Assignment], sandbox: Sandbox) -> None:
    # The points of a question's cases are powers of two, so equal sums mean that the same cases passed.
    result = graded(ODD, assignments, sandbox)
    ours = {question.name: question.score for question in result.questions}
    assert {name for name, score in ours.items() if score is None} == UNSEEN
    assert ours == RECORDED[ODD] | dict.fromkeys(UNSEEN)
    assert (result.status, result.reason) == (Status.NEEDS_REVIEW, "cannot-ship")


@pytest.mark.parametrize("name", sorted(LEFT))
def test_no_case_is_decided_otherwise_than_in_otter(
    name: str, assignments: dict[str, Assignment], sandbox: Sandbox
) -> None:
    # The points of a question's cases are powers of two: the recorded sum tells which of them passed.
    result = graded(name, assignments, sandbox)
    ours = {question.name: [case.passed for case in question.cases] for question in result.questions}
    theirs = {
        question: [
            None if place in LEFT[name].get(question, ()) else bool(int(score) >> place & 1)
            for place in range(len(ours[question]))
        ]
        for question, score in RECORDED[name].items()
    }
    assert ours == theirs


def test_odd_tests_that_are_declared_to_run_inside_agree_as_well(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = shutil.copytree(PARITY / "odd" / "autograder", tmp_path / "odd")
    (folder / "otter_config.json").write_text(json.dumps({"runs_in_student": sorted(UNSEEN)}))
    result = graded(ODD, {"odd": load(folder)}, sandbox)
    assert {question.name: question.score for question in result.questions} == RECORDED[ODD]
    assert {question.name for question in result.questions if question.trust is Trust.STUDENT} == UNSEEN


@pytest.mark.parametrize("name", LIVE)
def test_the_record_is_what_otter_run_gives_now(name: str, tmp_path: Path) -> None:
    assert otter_run(PATHS[name], zipped(name.split("/")[0], tmp_path)) == RECORDED[name]


def test_the_tests_are_what_plain_otter_assign_makes(tmp_path: Path) -> None:
    made = assign(PARITY / "exception", tmp_path, run_tests=False)
    ours, theirs = load(made.zip), load(PARITY / "exception" / "autograder")
    assert ours.digest == theirs.digest
    assert (ours.name, ours.possible) == ("gradients", theirs.possible)
