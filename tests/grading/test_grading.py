"""One submission at the sandbox seam: what is checked when, what counts, what a notebook that is none gets."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.grading import grade
from autograder.model import Said, Status, Submission, SubmissionResult
from autograder.otter import Assignment, load
from autograder.sandbox.limits import CheckRequested, Ended, Program
from tests.otter.otter_samples import EXCEPTION_STYLE, OK_STYLE, autograder_zip, notebook
from tests.sandbox.fake_sandbox import FakeSandbox, FakeSession


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    tests = {"q1": EXCEPTION_STYLE.format(name="q1"), "q2": OK_STYLE.format(name="q2")}
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), tests, {"assignment_name": "hw09"}))


def graded(
    path: Path, assignment: Assignment, sandbox: FakeSandbox | None = None, **options: object
) -> SubmissionResult:
    submission = Submission(key="s1", students=(), file=path.name, path=str(path))
    return grade(submission, assignment, sandbox or FakeSandbox(), **options)


def scores(result: SubmissionResult) -> list[float | None]:
    return [question.score for question in result.questions]


def test_right_answers_get_all_and_wrong_ones_what_otter_gives(tmp_path: Path, assignment: Assignment) -> None:
    right = graded(notebook(tmp_path / "a.ipynb", "x = 3", "y = 4"), assignment)
    assert (right.status, scores(right), right.score, right.possible) == (Status.GRADED, [2.0, 3.0], 5.0, 5.0)
    wrong = graded(notebook(tmp_path / "b.ipynb", "x = 3.0", "y = 4"), assignment)
    assert (wrong.status, scores(wrong)) == (Status.GRADED, [1.0, 0.0])
    assert wrong.questions[1].cases[0].message == "x\nExpected: 3\nGot: 3.0"


def test_a_check_counts_as_the_names_were_then_and_the_last_check_wins(tmp_path: Path, assignment: Assignment) -> None:
    sources = ["import otter\ngrader = otter.Notebook()", "x = 3\ngrader.check('q1')\nx = 5"]
    assert scores(graded(notebook(tmp_path / "a.ipynb", *sources), assignment))[0] == 2.0
    assert scores(graded(notebook(tmp_path / "b.ipynb", *sources, "grader.check('q1')"), assignment))[0] == 1.0


OTTER = "import otter\ngrader = otter.Notebook()"


def test_what_a_check_says_in_the_notebook_is_of_public_cases_only(tmp_path: Path, assignment: Assignment) -> None:
    def told(*cells: str) -> list[tuple[str | None, str, bool]]:
        sandbox = FakeSandbox()
        graded(notebook(tmp_path / "a.ipynb", OTTER, *cells), assignment, sandbox)
        return sandbox.sessions[0].told

    assert told("x = 3", "grader.check('q1')") == [("q1", "q1 passed!", True)]
    # 3.0 fails the hidden case only, and nothing of that is told
    assert told("x = 3.0", "grader.check('q1')") == [("q1", "q1 passed!", True)]
    ((_, said, known),) = told("x = 4.0", "grader.check('q1')")
    assert known
    assert said.splitlines()[0] == "q1 results:"
    assert "hidden" not in said
    assert "isinstance" not in said
    assert "x == 3" in said
    assert told("x = 3", "grader.check('q99')", "grader.check(None)") == [("q99", "", False), (None, "", True)]


def test_a_second_run_hears_the_same_texts_as_the_first(tmp_path: Path, assignment: Assignment) -> None:
    sandbox = FakeSandbox()
    # q1's hidden case fails outside, so the notebook runs again; on the way to q1 it checks q2
    cells = (OTTER, "x = 3.0\ny = 4", "grader.check('q2')", "grader.check('q1')")
    graded(notebook(tmp_path / "a.ipynb", *cells), assignment, sandbox)
    first, second = sandbox.sessions
    assert first.told[0][1].startswith("q2 results:")
    assert second.told == first.told[:1]


def test_a_notebook_that_checks_less_often_the_second_time_is_a_persons(tmp_path: Path, assignment: Assignment) -> None:
    sandbox = FakeSandbox()
    count = (
        f"import itertools, sys\nruns = sys.__dict__.setdefault({str(tmp_path)!r}, itertools.count())\nrun = next(runs)"
    )
    cells = (OTTER, count, "x = 3\ny = 4\ngrader.check('q1')", "if run == 0:\n    grader.check('q1')")
    before = time.monotonic()
    result = graded(notebook(tmp_path / "a.ipynb", *cells), assignment, sandbox)
    assert 0 <= result.seconds <= time.monotonic() - before
    assert len(sandbox.sessions) == 2
    assert (result.status, result.reason) == (Status.NEEDS_REVIEW, "not-repeatable")
    assert [(question.score, question.reason) for question in result.questions] == [
        (None, "not-repeatable"),
        (3.0, None),
    ]


def test_what_is_not_to_be_asked_again_needs_no_second_run(tmp_path: Path, assignment: Assignment) -> None:
    sandbox = FakeSandbox()
    path = notebook(tmp_path / "a.ipynb", OTTER, "x = 3\ny = 4", "grader.check('q1')", "grader.check('q1')")
    result = graded(path, assignment, sandbox, skip={"q1": "judge-timeout"})
    assert len(sandbox.sessions) == 1
    assert [question.reason for question in result.questions] == ["judge-timeout", None]


def test_a_notebook_that_ends_in_the_middle_keeps_what_was_checked_and_names_why(
    tmp_path: Path, assignment: Assignment
) -> None:
    cells = (OTTER, "x = 3\ngrader.check('q1')", "die('memory', 'it used more than 7 MB')", "y = 4")
    result = graded(notebook(tmp_path / "a.ipynb", *cells), assignment)
    assert (result.status, result.reason, result.score) == (Status.FAILED, "memory", None)
    assert result.message.endswith(": it used more than 7 MB")
    assert [(question.score, question.reason) for question in result.questions] == [(2.0, None), (None, "memory")]


def test_a_dead_sandbox_is_ours_and_never_the_students(tmp_path: Path, assignment: Assignment) -> None:
    path = notebook(tmp_path / "a.ipynb", OTTER, "x = 3\ngrader.check('q1')", "die('sandbox', 'the warm process died')")
    with pytest.raises(SandboxError, match="the warm process died"):
        graded(path, assignment)


FILES = """OK_FORMAT = False
import os
from otter.test_files import test_case
name = "q1"
points = 2


@test_case(points=None, hidden=False)
def test_q1(x):
    import helper
    assert helper.ONE == 1 and open("data.csv").read() == "1,2" and open("other.csv").read() == "3"


@test_case(points=None, hidden=True)
def test_q1_writes(x):
    os.makedirs("logs")
    for name in ("seen.txt", "data.csv", "logs/one.txt"):
        with open(name, "w") as file:
            file.write("somebody was here")
    os.remove("other.csv")
"""


def test_what_a_test_writes_is_gone_before_the_next_submission(tmp_path: Path) -> None:
    files = {"data.csv": "1,2", "other.csv": "3", "helper.py": "ONE = 1"}
    ours = load(autograder_zip(tmp_path, {"q1": FILES}, **files))
    for number in range(3):
        assert scores(graded(notebook(tmp_path / f"{number}.ipynb", "x = 3"), ours)) == [2.0], number


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("hello", "not-a-notebook"),
        ("[1, 2]", "not-a-notebook"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "sou', "truncated"),
        ('{"nbformat": 5, "cells": []}', "nbformat-5"),
        ('{"nbformat": 4, "metadata": {"kernelspec": {"name": "ir", "language": "R"}}, "cells": []}', "not-python"),
        ('{"nbformat": 4, "metadata": {"kernelspec": {"name": "julia-1.9"}}, "cells": []}', "not-python"),
        ('{"nbformat": 4, "metadata": ' + "[" * 100_000, "not-a-notebook"),
    ],
)
def test_what_is_no_notebook_has_a_named_reason_and_no_points(
    tmp_path: Path, assignment: Assignment, content: str, reason: str
) -> None:
    path = tmp_path / "hw09.ipynb"
    path.write_text(content)
    result = graded(path, assignment)
    assert (result.status, result.reason, result.score, scores(result)) == (Status.FAILED, reason, None, [None, None])
    assert [question.reason for question in result.questions] == [reason, reason]
    assert result.message.startswith("hw09.ipynb")
    assert (result.cpu_seconds, result.memory_mb) == (0.0, 0.0)
    for file in ("a/b/hw09.ipynb", "a\\b\\hw09.ipynb"):
        below = Submission(key="s1", students=(), file=file, path=str(path))
        assert grade(below, assignment, FakeSandbox()).message == result.message


@pytest.mark.parametrize("sources", [(), ("", "  \n")])
def test_without_code_otters_scores_wait_for_a_person(
    tmp_path: Path, assignment: Assignment, sources: tuple[str, ...]
) -> None:
    result = graded(notebook(tmp_path / "hw09.ipynb", *sources), assignment)
    assert (result.status, result.reason, result.score) == (Status.NEEDS_REVIEW, "no-code", None)
    assert scores(result) == [0.0, 0.0]
    assert result.message.startswith("hw09.ipynb has no code in it")


def test_another_assignments_notebook_is_refused_and_a_nameless_one_graded(
    tmp_path: Path, assignment: Assignment
) -> None:
    other = graded(notebook(tmp_path / "a.ipynb", "x = 3", name="hw02"), assignment)
    assert (other.status, other.reason) == (Status.FAILED, "other-assignment")
    assert [question.reason for question in other.questions] == ["other-assignment"] * 2
    nameless = graded(notebook(tmp_path / "b.ipynb", "x = 3\ny = 4", name=None), assignment)
    assert nameless.score == 5.0


class Recorder:
    def __init__(self) -> None:
        self.begun: list[tuple[str, SubmissionResult]] = []
        self.ended = 0

    def begin(self, question: str, seconds: float, so_far: SubmissionResult) -> None:
        assert math.isclose(seconds, 60.0)
        self.begun.append((question, so_far))

    def end(self) -> None:
        self.ended += 1


def test_a_watch_holds_what_to_record_if_the_judge_must_be_killed(tmp_path: Path, assignment: Assignment) -> None:
    watch = Recorder()
    graded(notebook(tmp_path / "a.ipynb", "x = 3\ny = 4"), assignment, watch=watch)
    assert [question for question, _ in watch.begun] == ["q1", "q2"]
    assert watch.ended == 2
    so_far = watch.begun[1][1]
    assert (so_far.status, so_far.reason, so_far.score) == (Status.NEEDS_REVIEW, "judge-timeout", None)
    assert [(question.score, question.reason) for question in so_far.questions] == [
        (2.0, None),
        (None, "judge-timeout"),
    ]
    again = graded(notebook(tmp_path / "a.ipynb", "x = 3\ny = 4"), assignment, skip={"q2": "judge-timeout"})
    assert (again.status, again.reason, scores(again)) == (Status.NEEDS_REVIEW, "judge-timeout", [2.0, None])


def test_until_it_is_run_again_public_cases_count_as_they_are_and_hidden_ones_as_they_were(
    tmp_path: Path, assignment: Assignment
) -> None:
    watch = Recorder()
    cells = (OTTER, "x = 3\ny = 4\ngrader.check('q1')", "x = 4.0\ngrader.check('q1')", "grader.check('q2')")
    graded(notebook(tmp_path / "a.ipynb", *cells), assignment, watch=watch)
    assert [question for question, _ in watch.begun[:3]] == ["q1", "q1", "q2"]
    cases = watch.begun[2][1].questions[0].cases
    assert [(case.hidden, case.outside and case.outside.said) for case in cases] == [
        (False, Said.FAIL),
        (True, Said.PASS),
    ]


BY_HAND = """
from otter.test_files import test_case
from autograder import Derivative

OK_FORMAT = False
name = "q1"
points = 2

@test_case(points=None, hidden=False)
def by_hand(dfdx):
    Derivative("x**3 - x", wrt="x", forbid=("diff",), name="dfdx").check(dfdx)
"""


@pytest.mark.parametrize(
    ("cells", "score"),
    [
        (["dfdx = 3*x**2 - 1"], 2.0),
        (["dfdx = sp.diff(x**3 - x, x)"], 0.0),
        (["dfdx = (x**3 - x).diff(x)"], 0.0),
        (["dfdx = sp.diff(x**3 - x, x)", "dfdx = 3*x**2 - 1"], 2.0),
        (["dfdx = sp.diff(x**3 - x, x)", "dfdx = sp.expand(dfdx)"], 0.0),
        (["dfdx = 3*x**2 - 1", "grader.check('q1')", "dfdx = sp.diff(x**3 - x, x)"], 2.0),
        (["dfdx = sp.diff(x**3 - x, x)", 'grader.check("q1")', "dfdx = 3*x**2 - 1"], 0.0),
        (["dfdx = 3*x**2 - 1", "grader.check('q1')", "dfdx = sp.diff(x**3 - x, x)", "grader.check('q2')"], 2.0),
        (["dfdx = 3*x**2 - 1", "dfdx = sp.diff(x**3 - x, x)\ngrader.check('q1')"], 0.0),
    ],
)
def test_a_task_by_hand_looks_at_the_cell_that_makes_the_formula(
    tmp_path: Path, cells: list[str], score: float
) -> None:
    assignment = load(autograder_zip(tmp_path, {"q1": BY_HAND}))
    start = "import sympy as sp\nimport otter\ngrader = otter.Notebook()\nx = sp.symbols('x')\nother = sp.diff(x**2, x)"
    result = graded(notebook(tmp_path / "a.ipynb", start, *cells), assignment)
    assert scores(result) == [score]


class CostlySession(FakeSession):
    memory_mb = 0.0

    def run(self) -> Iterator[CheckRequested]:
        try:
            yield from super().run()
        finally:
            self.ended = Ended(status="ok", finished=True, cpu_seconds=2.5, memory_mb=self.memory_mb)


class CostlySandbox(FakeSandbox):
    """Every run takes 2.5 s, and each less memory than the one before."""

    @contextmanager
    def start(self, program: Program) -> Iterator[FakeSession]:
        session = CostlySession(program, "")
        session.memory_mb = 90.0 - len(self.sessions)
        self.sessions.append(session)
        yield session


def test_a_submission_costs_what_all_its_runs_took_and_the_most_memory_of_one(
    tmp_path: Path, assignment: Assignment
) -> None:
    once = CostlySandbox()
    result = graded(notebook(tmp_path / "a.ipynb", "x = 3", "y = 4"), assignment, once)
    assert (len(once.sessions), result.cpu_seconds, result.memory_mb) == (1, 2.5, 90.0)
    twice = CostlySandbox()
    result = graded(notebook(tmp_path / "b.ipynb", OTTER, *["x = 3\ngrader.check('q1')"] * 2), assignment, twice)
    assert len(twice.sessions) > 1
    assert (result.cpu_seconds, result.memory_mb) == (2.5 * len(twice.sessions), 90.0)


def test_a_check_of_no_question_keeps_no_other_from_its_last_one(tmp_path: Path, assignment: Assignment) -> None:
    cells = [OTTER, "x = 3\ngrader.check('q1')", "x = 3.0\ngrader.check('q7')", "grader.check('q1')"]
    sandbox = FakeSandbox()
    assert scores(graded(notebook(tmp_path / "a.ipynb", *cells), assignment, sandbox))[0] == 1.0
    assert len(sandbox.sessions) > 1
    assert ("q7", "", False) in sandbox.sessions[1].told
