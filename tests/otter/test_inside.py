"""What crosses the boundary while a test runs: declared tests, seeds, what cannot be shipped, a process that dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading import grade
from autograder.model import Said, Status, Submission, SubmissionResult, Trust
from autograder.otter import Assignment, load
from autograder.otter.running import inside
from autograder.sandbox import Sandbox, open_sandbox
from autograder.witnesses import decide
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import SMALL, but

pytestmark = pytest.mark.slow

TRACKER = """
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 2
{declared}

@test_case(points=None, hidden=False)
def counts({tracker}):
    {tracker}.add(3)
    assert {tracker}.total == 3, "add does not add"

@test_case(points=None, hidden=True)
def still(env):
    assert env["{tracker}"].total == 3
"""
DOCTESTS = """
OK_FORMAT = True
runs_in = "student"
test = {"name": "q3", "points": 3, "suites": [{"cases": [
    {"code": ">>> history.clear()\\n>>> record(3)\\n>>> history\\n[3]", "hidden": False},
    {"code": ">>> tracker.total > 100\\nTrue", "hidden": True},
    {"code": ">>> len(history)\\n1", "hidden": True},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""
SEEDED = """
OK_FORMAT = True
test = {"name": "q4", "points": 1, "suites": [{"cases": [
    {"code": ">>> np.random.seed(5)\\n>>> first = draw()\\n>>> np.random.seed(5)\\n>>> bool(first == draw())\\nTrue",
     "hidden": True},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""
ANSWERS = """
import numpy as np
class Tracker:
    def __init__(self):
        self.total = 0
    def add(self, value):
        self.total += value
tracker, other = Tracker(), Tracker()
history = [1, 2]
def record(value):
    history.append(value)
def draw():
    return np.random.normal()
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    tests = {
        "q1": TRACKER.format(name="q1", declared='runs_in = "student"', tracker="tracker"),
        "q2": TRACKER.format(name="q2", declared="", tracker="other"),
        "q3": DOCTESTS,
        "q4": SEEDED,
    }
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), tests))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("bwrap", limits=SMALL) as opened:
        yield opened


def graded(assignment: Assignment, sandbox: Sandbox, path: Path) -> SubmissionResult:
    return grade(Submission(key="s", students=(), file=path.name, path=str(path)), assignment, sandbox)


def test_only_a_declared_test_sees_the_students_objects(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox
) -> None:
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", ANSWERS))
    q1, q2, q3, q4 = result.questions
    assert (q1.score, q1.trust) == (2.0, Trust.STUDENT)
    assert (q2.score, q2.trust, q2.reason) == (2.0, Trust.JUDGE, None)  # asked from outside what it holds
    assert (q3.score, q3.trust) == (2.0, Trust.STUDENT)
    # np.random.seed in the test seeds the student's process only where it is the same
    assert (q4.score, q4.reason) == (None, "only-inside")
    assert (result.status, result.reason, result.score) == (Status.NEEDS_REVIEW, "only-inside", None)
    (decided,) = decide([result], result)
    assert (decided.status, decided.questions[3].score, decided.questions[3].trust) == (
        Status.GRADED,
        1.0,
        Trust.STUDENT,
    )


def test_inside_a_failure_says_the_assertions_sentence(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox
) -> None:
    lazy = ANSWERS.replace("self.total += value", "pass")
    q1 = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", lazy)).questions[0]
    assert (q1.score, q1.cases[0].message) == (0.0, "add does not add")


def test_an_answer_that_cannot_be_shipped_never_moves_a_test_inside(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox
) -> None:
    forged = ANSWERS + "\nclass Any:\n    def __eq__(self, other): return True\nclass Holder:\n"
    forged += "    total = Any()\n    def add(self, v): pass\nother = Holder()"
    assert graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", forged)).questions[1].score is None


def test_a_process_that_dies_keeps_what_was_checked_before(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox
) -> None:
    check = "import otter\notter.Notebook().check('q1')\notter.Notebook().check('q4')"
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", ANSWERS, check, "import os\nos._exit(1)"))
    assert (result.status, result.reason, result.score) == (Status.FAILED, "crashed", None)
    assert [(question.score, question.reason) for question in result.questions] == [
        (2.0, None),
        (None, "crashed"),
        (None, "crashed"),
        (None, "only-inside"),
    ]


def test_an_answer_function_that_kills_its_process_has_no_score(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox
) -> None:
    deadly = ANSWERS.replace("return np.random.normal()", "import os; os._exit(0)")
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", deadly))
    assert (result.status, result.reason) == (Status.FAILED, "crashed")
    assert [question.score for question in result.questions] == [2.0, 2.0, 2.0, None]


def test_an_endless_answer_costs_only_its_question(
    tmp_path: Path, assignment: Assignment, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "limits", but(call_seconds=1))
    monkeypatch.setattr(inside, "CASE_SECONDS", 1.0)
    endless = ANSWERS.replace("return np.random.normal()", "\n    while True: pass")
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", endless))
    assert [question.score for question in result.questions] == [2.0, 2.0, 2.0, 0.0]
    assert "TimeoutError" in result.questions[3].cases[0].message


IN_PLACE = """
OK_FORMAT = True
test = {"name": "q1", "points": None, "suites": [{"cases": [
    {"code": ">>> start = np.array([4.0, 2.0])\\n>>> step(start)\\n>>> start\\narray([2., 1.])"},
    {"code": ">>> numbers = [3, 1, 2]\\n>>> order(numbers)\\n>>> numbers\\n[1, 2, 3]"},
    {"code": ">>> record(3) or history[-1]\\n3\\n>>> len(history)\\n3"},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


def test_what_a_call_changes_in_place_is_seen_inside_alone(tmp_path: Path, sandbox: Sandbox) -> None:
    answers = ANSWERS + "\ndef step(x):\n    x /= 2\n\ndef order(numbers):\n    numbers.sort()\n"
    assignment = load(autograder_zip(tmp_path, {"q1": IN_PLACE}))
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", answers))
    cases = result.questions[0].cases
    assert [case.outside and case.outside.said for case in cases] == [Said.FAIL, Said.FAIL, Said.FAIL]
    assert [case.passed for case in cases] == [None, None, None]
    (decided,) = decide([result], result)
    assert [(case.passed, case.trust) for case in decided.questions[0].cases] == [(True, Trust.STUDENT)] * 3


def test_line_numbers_do_not_count_the_seeds(tmp_path: Path, sandbox: Sandbox) -> None:
    assignment = load(autograder_zip(tmp_path, {"q4": SEEDED}, {"seed": 3}))
    source = "import numpy as np\n\ndef draw():\n    return undefined\n"
    result = graded(assignment, sandbox, notebook(tmp_path / "a.ipynb", source, "x = 1\n1 / 0"))
    raised = result.questions[0].cases[0].raised
    assert raised is not None
    assert (raised.type, raised.line, raised.source, raised.cell) == ("NameError", 4, "return undefined", 0)
    assert [(error.cell, error.raised.line) for error in result.cell_errors] == [(1, 2)]
