"""A wrong answer that is right for another version: when that is a sign, what it costs, and who is told what."""

import itertools
import json
import time
from pathlib import Path

import pytest

from autograder import feedback
from autograder.grading import grade
from autograder.model import Status, Submission, SubmissionResult
from autograder.otter import Assignment, load
from autograder.otter.running import others
from autograder.versions import chosen
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.fake_sandbox import FakeSandbox

VERSIONS = 20
TEST = """
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 1

@test_case()
def test_it({name}, STUDENT):
    from autograder import Derivative
    from autograder.versions import drawn

    versions = {versions!r}
    [a] = drawn(STUDENT, "hw", ["a"], versions)
    Derivative(f"{function}", wrt="x"{at}, name="{name}").check({name})
"""
TABLE = json.dumps([{"a": number + 2} for number in range(VERSIONS)])
ME = "ann@x.edu"
SAID = feedback.other_numbers("en")


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    asked = {
        "q1": ("{a}*x**2 + 7*x*sin(x)", ""),
        "q2": ("{a}*x**2 + {a + 1}*x", ", at=0"),  # whole numbers close together: each is right for somebody
        "q3": ("{a}*x**2 + {2*a + 1}*x", ", at=0"),
    }
    tests = {
        name: TEST.format(name=name, versions=TABLE, function=function, at=at) for name, (function, at) in asked.items()
    }
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), tests, {"assignment_name": "hw09"}))


def own() -> int:
    return 2 + chosen("hw", ME, VERSIONS)


def graded(folder: Path, assignment: Assignment, *cells: str) -> SubmissionResult:
    path = notebook(folder / "a.ipynb", f"STUDENT = {ME!r}", *cells)
    submission = Submission(key="s1", students=(), file=path.name, path=str(path))
    return grade(submission, assignment, FakeSandbox())


def signs(result: SubmissionResult) -> dict[str, str | None]:
    found = {}
    for question in result.questions:
        details = [check.verdict.details for case in question.cases for check in case.checks]
        found[question.name] = next((each["numbers_of"] for each in details if "numbers_of" in each), None)
        assert not any("numbers_chance" in each for each in details)
    return found


OTHER = own() + 1 if own() < VERSIONS else own() - 1
FORMULA = "{a}*2*x + 7*sin(x) + 7*x*cos(x)"
NUMBERED = str(OTHER - 1)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ((f"q1 = {FORMULA.format(a=own())!r}",), {}),
        ((f"q1 = {FORMULA.format(a=OTHER)!r}",), {"q1": NUMBERED}),
        (("import numpy as np", f"def q1(x): return {OTHER}*2*x + 7*np.sin(x) + 7*x*np.cos(x)"), {"q1": NUMBERED}),
        (("q1 = '5*x**7'",), {}),
        # half of the whole numbers there are somebody's: one alone says nothing, two of one version do
        ((f"q2 = {OTHER + 1}",), {}),
        ((f"q2 = {OTHER + 1}", f"q3 = {2 * OTHER + 1}"), {"q2": NUMBERED, "q3": NUMBERED}),
        ((f"q1 = {FORMULA.format(a=OTHER)!r}", f"q2 = {OTHER + 1}"), {"q1": NUMBERED, "q2": NUMBERED}),
        (("q2 = 4000",), {}),
    ],
)
def test_an_answer_to_another_version_is_a_sign_where_chance_does_not_explain_it(cells, told, assignment, tmp_path):
    result = graded(tmp_path, assignment, *cells)

    assert (result.status, list(result.numbers_of)) == (Status.GRADED, [ME])
    assert signs(result) == {"q1": None, "q2": None, "q3": None} | told
    for question in result.questions:
        (case,) = question.cases
        assert question.score == float(case.passed), "a sign costs nothing and gives nothing"
        assert (SAID in case.message) == (question.name in told)
        for check in case.checks:
            student, ta = feedback.student(check.verdict, language="en"), feedback.ta(check.verdict)
            assert (SAID in student, "right for the numbers of version" in ta) == (question.name in told,) * 2
            assert NUMBERED not in student.replace(check.answer, "")


def test_a_function_that_ends_its_process_on_other_numbers_costs_no_point(assignment, tmp_path):
    calls = "count = [0]\ndef q1(x):\n    count[0] += 1\n    if count[0] > 30: raise SystemExit\n    return 3.5*x"
    result = graded(tmp_path, assignment, calls, f"q2 = {own() + 1}")

    assert result.status is Status.GRADED
    assert [question.score for question in result.questions] == [0.0, 1.0, 0.0]


def test_no_further_version_is_tried_when_the_time_is_over(assignment, tmp_path, monkeypatch):
    monkeypatch.setattr(others, "SECONDS", -1.0)
    result = graded(tmp_path, assignment, f"q1 = {FORMULA.format(a=OTHER)!r}")

    assert signs(result)["q1"] is None
    assert result.questions[0].score == 0.0


def test_how_long_others_are_tried_is_no_matter_of_the_clock(assignment, tmp_path, monkeypatch):
    hours = itertools.count(step=3600.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(hours))
    result = graded(tmp_path, assignment, f"q1 = {FORMULA.format(a=OTHER)!r}")

    assert signs(result)["q1"] == NUMBERED


def test_a_name_that_means_something_else_by_the_end_is_no_sign(assignment, tmp_path):
    cells = ("import otter\ngrader = otter.Notebook()", "q1 = '5*x**7'\ngrader.check('q1')")
    result = graded(tmp_path, assignment, *cells, f"q1 = {FORMULA.format(a=OTHER)!r}")

    assert result.questions[0].score == 0.0
    assert signs(result)["q1"] is None
