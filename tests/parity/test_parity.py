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

from autograder.grading import grade
from autograder.model import Status, Submission, SubmissionResult, Trust
from autograder.otter import Assignment, assign, load
from autograder.sandbox import Sandbox, open_sandbox
from autograder.witnesses import decide
from tests.parity.record_parity import PARITY, RECORD, STYLES, notebooks, otter_run, zipped

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

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("bwrap") as opened:
        yield opened


@pytest.fixture(scope="module")
def assignments() -> dict[str, Assignment]:
    return {style: load(PARITY / style / "autograder") for style in STYLES}


def graded(name: str, assignments: dict[str, Assignment], sandbox: Sandbox, **options: bool) -> SubmissionResult:
    """As one of a class whose solution needs the process where this notebook does."""
    path = PATHS[name]
    submission = Submission(key="s", students=(), file=path.name, path=str(path))
    result = grade(submission, assignments[name.split("/")[0]], sandbox, **options)
    return decide([result], solution=result)[0]


def test_every_notebook_is_recorded_and_no_other() -> None:
    assert set(RECORDED) == set(PATHS)
    assert {name for name, scores in RECORDED.items() if scores is None} == set(WITHOUT_RESULT)
    assert len(RECORDED) - len(WITHOUT_RESULT) >= 20


@pytest.mark.parametrize("name", sorted(set(PATHS) - set(WITHOUT_RESULT)))
def test_scores_are_those_of_otter_run(name: str, assignments: dict[str, Assignment], sandbox: Sandbox) -> None:
    result = graded(name, assignments, sandbox)
    # results.json rounds to five places
    assert {question.name: question.score for question in result.questions} == pytest.approx(RECORDED[name], abs=1e-5)
    assert result.status is Status.GRADED


@pytest.mark.parametrize("name", sorted(WITHOUT_RESULT))
def test_where_otter_run_gives_nothing(name: str, assignments: dict[str, Assignment], sandbox: Sandbox) -> None:
    result = graded(name, assignments, sandbox)
    assert (result.status, result.reason, result.score) == WITHOUT_RESULT[name]


@pytest.mark.parametrize("name", ["process/process.ipynb", "doctest/checked_twice_last_wins.ipynb"])
def test_the_inside_witness_alone_gives_the_same(
    name: str, assignments: dict[str, Assignment], sandbox: Sandbox
) -> None:
    result = graded(name, assignments, sandbox, as_otter=True)
    assert {question.name: question.score for question in result.questions} == pytest.approx(RECORDED[name], abs=1e-5)
    assert {question.trust for question in result.questions} == {Trust.STUDENT}


def test_odd_tests_that_are_declared_to_run_inside_agree_as_well(tmp_path: Path, sandbox: Sandbox) -> None:
    folder = shutil.copytree(PARITY / "odd" / "autograder", tmp_path / "odd")
    (folder / "otter_config.json").write_text(json.dumps({"runs_in_student": sorted(UNSEEN)}))
    result = graded(ODD, {"odd": load(folder)}, sandbox)
    assert {question.name: question.score for question in result.questions} == RECORDED[ODD]
    assert {question.name for question in result.questions if question.trust is Trust.STUDENT} >= UNSEEN


@pytest.mark.long
@pytest.mark.parametrize("name", LIVE)
def test_the_record_is_what_otter_run_gives_now(name: str, tmp_path: Path) -> None:
    assert otter_run(PATHS[name], zipped(name.split("/")[0], tmp_path)) == RECORDED[name]


def test_the_tests_are_what_plain_otter_assign_makes(tmp_path: Path) -> None:
    made = assign(PARITY / "exception", tmp_path, run_tests=False)
    ours, theirs = load(made.zip), load(PARITY / "exception" / "autograder")
    assert ours.digest == theirs.digest
    assert (ours.name, ours.possible) == ("gradients", theirs.possible)
