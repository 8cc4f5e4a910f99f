"""Our own questions inside Otter's test files: records, sentences, partial credit, Gradescope, the plugin."""

import json
import os
from pathlib import Path

import pytest

from autograder.grading import grade
from autograder.model import Outcome, Status, Submission, SubmissionResult
from autograder.otter import Assignment, gradescope_results, load
from tests.otter.otter_samples import autograder_zip, notebook
from tests.parity.otter_child import otter
from tests.sandbox.fake_sandbox import FakeSandbox

TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = [1, 2]

@test_case(points=None, hidden=False)
def public(dfdx):
    from autograder import Derivative
    Derivative("3*x**2 + 2*x + 10", wrt="x").check(dfdx)

@test_case(points=None, hidden=True)
def hidden(g):
    from autograder.questions import CheckFailed, CheckUndecided
    from autograder.model import Outcome, Reason, Verdict
    if g == "half":
        raise CheckFailed("Not yet: the sign.", Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, credit=0.5))
    if g == "open":
        raise CheckUndecided("A person looks.", Verdict(outcome=Outcome.UNDECIDED, reason=Reason.NOT_SEPARATED))
    assert g == "right", "g is not right"
"""
PLUGIN = "autograder.otter.plugin.AutograderPlugin"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), {"q1": TEST}, {"show_hidden": True}))


def graded(assignment: Assignment, folder: Path, source: str) -> SubmissionResult:
    path = notebook(folder / "a.ipynb", source)
    return grade(Submission(key="s", students=(), file="a.ipynb", path=str(path)), assignment, FakeSandbox())


def test_a_check_leaves_its_record_and_its_sentence(tmp_path: Path, assignment: Assignment) -> None:
    right, wrong = (graded(assignment, tmp_path, f"dfdx = '{d}'; g = 'right'") for d in ("6*x + 2", "6*x"))
    assert right.score == 3.0
    assert [check.verdict.outcome for check in right.questions[0].cases[0].checks] == [Outcome.CORRECT]
    case = wrong.questions[0].cases[0]
    assert (wrong.score, case.passed, case.checks[0].answer, case.raised) == (2.0, False, "6*x", None)
    assert case.message
    assert "Error" not in case.message
    assert "6*x + 2" not in case.message


def test_partial_credit_counts_and_an_open_verdict_has_no_score(tmp_path: Path, assignment: Assignment) -> None:
    half = graded(assignment, tmp_path, "dfdx = '6*x + 2'; g = 'half'")
    assert (half.status, half.score, half.questions[0].cases[1].passed) == (Status.GRADED, 2.0, False)
    open_ = graded(assignment, tmp_path, "dfdx = '6*x + 2'; g = 'open'")
    assert (open_.status, open_.reason, open_.score) == (Status.NEEDS_REVIEW, "undecided", None)
    assert (open_.questions[0].cases[1].passed, open_.questions[0].cases[1].message) == (None, "A person looks.")


def test_gradescope_gets_otters_own_form(tmp_path: Path, assignment: Assignment) -> None:
    half = gradescope_results(assignment, graded(assignment, tmp_path, "dfdx = '6*x + 2'; g = 'half'").questions)
    assert half["tests"][1]["name"] == "q1"
    assert (half["tests"][1]["score"], half["tests"][1]["max_score"]) == (2.0, 3)
    assert half["tests"][1]["visibility"] == "after_published"
    assert "Not yet: the sign." in half["tests"][1]["output"]
    open_ = gradescope_results(assignment, graded(assignment, tmp_path, "dfdx = '6*x + 2'; g = 'open'").questions)
    assert [test["name"] for test in open_["tests"] if "score" in test] == []
    assert open_["output"] == "A person will decide q1."


@pytest.fixture
def run_by_otter(tmp_path: Path) -> list[dict[str, object]]:
    path = autograder_zip(tmp_path, {"q1": TEST}, {"plugins": [PLUGIN], "show_hidden": True})
    work = notebook(tmp_path / "a.ipynb", "dfdx = '6*x + 2'; g = 'half'")
    words = ("run", str(work), "-a", str(path), "-o", str(tmp_path))
    assert otter(*words, folder=str(tmp_path), environ=os.environ, seconds=600)
    tests: list[dict[str, object]] = json.loads((tmp_path / "results.json").read_text())["tests"]
    return tests


@pytest.mark.slow
@pytest.mark.long
def test_the_plugin_gives_credit_and_sentences_in_plain_otter(run_by_otter: list[dict[str, object]]) -> None:
    q1 = run_by_otter[-1]
    assert (q1["name"], q1["score"], q1["max_score"]) == ("q1", 2.0, 3)
    assert "Not yet: the sign.\n" in f"{q1['output']}\n"
    assert "credit=" not in str(q1["output"])
    assert "raise CheckFailed" not in str(q1["output"])
