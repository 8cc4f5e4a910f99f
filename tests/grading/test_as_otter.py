"""Who asks which question where: in which run, outside or inside, with and without --as-otter."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.grading import grade
from autograder.model import Status, Submission, SubmissionResult, Trust
from autograder.otter import Assignment, load
from autograder.sandbox.limits import Program
from tests.otter.otter_samples import EXCEPTION_STYLE, OK_STYLE, autograder_zip, notebook
from tests.sandbox.fake_sandbox import FakeSandbox, FakeSession

DECLARED = 'runs_in = "student"\n'
OURS = """
from otter.test_files import test_case
from autograder import Derivative

OK_FORMAT = False
name = "{name}"
points = 4

@test_case(points=None, hidden=False)
def ours(x):
    Derivative("3*t", wrt="t", name="x").check(x)

@test_case(points=None, hidden=True)
def plain(y):
    assert y == 4
"""


class TwoFaced(FakeSession):
    """Its names are others outside than inside; it keeps what it was asked inside, and what it told."""

    outside: dict[str, object] | None = None

    def __init__(self, program: Program, folder: str) -> None:
        super().__init__(program, folder)
        self.inside: list[tuple[list[Any], list[dict[str, Any]]]] = []
        self.seconds: list[float | None] = []

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, object]:
        seen = super().look(words)
        return seen if self.outside is None else seen | self.outside

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        said = super().run_inside(source, argument, seconds=seconds)
        self.inside.append((json.loads(argument)["cases"], json.loads(said)))
        self.seconds.append(seconds)
        return said


class TwoFacedSandbox(FakeSandbox):
    def __init__(self, outside: dict[str, object] | None = None) -> None:
        super().__init__()
        self.outside = outside

    @contextmanager
    def start(self, program: Program) -> Iterator[FakeSession]:
        session = TwoFaced(program, "")
        session.outside = self.outside
        self.sessions.append(session)
        yield session

    @property
    def inside(self) -> list[int]:
        """How often each session was asked inside."""
        return [len(session.inside) for session in self.sessions if isinstance(session, TwoFaced)]


def assignment(folder: Path, **tests: str) -> Assignment:
    return load(autograder_zip(folder, {name: text.format(name=name) for name, text in tests.items()}))


def graded(path: Path, ours: Assignment, sandbox: FakeSandbox, **options: Any) -> SubmissionResult:
    return grade(Submission(key="s1", students=(), file=path.name, path=str(path)), ours, sandbox, **options)


WRONG_OUTSIDE = {"x": 7, "y": 7}
ROWS = [
    # test, names outside, as_otter → score, trust, times asked inside by run
    # what passes outside is asked nowhere else, and with --as-otter nowhere but inside
    (EXCEPTION_STYLE, None, False, 2.0, Trust.JUDGE, [0]),
    (EXCEPTION_STYLE, None, True, 2.0, Trust.STUDENT, [1]),
    (EXCEPTION_STYLE, WRONG_OUTSIDE, False, None, Trust.JUDGE, [0, 1]),
    (EXCEPTION_STYLE, WRONG_OUTSIDE, True, 2.0, Trust.STUDENT, [1]),
    (OK_STYLE, WRONG_OUTSIDE, True, 3.0, Trust.STUDENT, [1]),
    # declared: inside alone, after the first run; with --as-otter at once
    (DECLARED + EXCEPTION_STYLE, WRONG_OUTSIDE, False, 2.0, Trust.STUDENT, [0, 1]),
    (DECLARED + EXCEPTION_STYLE, WRONG_OUTSIDE, True, 2.0, Trust.STUDENT, [1]),
    # a case of ours is asked outside whoever asks, and a plain one beside it inside with --as-otter
    (OURS, None, False, 4.0, Trust.JUDGE, [0]),
    (OURS, None, True, 4.0, Trust.STUDENT, [1]),
    (OURS, {"x": 7}, False, 2.0, Trust.JUDGE, [0]),
    (OURS, {"x": 7}, True, 2.0, Trust.STUDENT, [1]),
    (OURS, {"y": 7}, False, None, Trust.JUDGE, [0, 1]),
    (OURS, {"y": 7}, True, 4.0, Trust.STUDENT, [1]),
    (DECLARED + OURS, {"y": 7}, True, 4.0, Trust.STUDENT, [1]),
]


@pytest.mark.parametrize(("test", "outside", "as_otter", "score", "trust", "inside"), ROWS)
def test_who_decides_and_in_which_run(
    tmp_path: Path,
    test: str,
    outside: dict[str, object] | None,
    as_otter: bool,
    score: float | None,
    trust: Trust,
    inside: list[int],
) -> None:
    sandbox = TwoFacedSandbox(outside)
    path = notebook(tmp_path / "a.ipynb", "x = 3\ny = 4")
    result = graded(path, assignment(tmp_path, q1=test), sandbox, as_otter=as_otter)
    (question,) = result.questions
    assert (question.score, question.trust, sandbox.inside) == (score, trust, inside)
    if as_otter and "autograder" not in test:
        assert sandbox.sessions[0].calls == 0  # nothing is copied to the outside
        assert all(case.outside is None for case in question.cases)


@pytest.mark.parametrize(
    ("test", "keys"), [(EXCEPTION_STYLE, {"passed"}), (DECLARED + EXCEPTION_STYLE, {"passed", "raised"})]
)
def test_of_an_undeclared_test_the_process_hears_pass_and_fail_alone(tmp_path: Path, test: str, keys: set[str]) -> None:
    sandbox = TwoFacedSandbox()
    graded(notebook(tmp_path / "a.ipynb", "x = 4"), assignment(tmp_path, q1=test), sandbox)
    last = sandbox.sessions[-1]
    assert isinstance(last, TwoFaced)
    ((_, said),) = last.inside
    assert set().union(*said) == keys


def test_what_failed_inside_is_told_with_as_otter(tmp_path: Path) -> None:
    sandbox = TwoFacedSandbox()
    ours = assignment(tmp_path, q1=OK_STYLE)
    (question,) = graded(notebook(tmp_path / "a.ipynb", "x = 5\ny = 4"), ours, sandbox, as_otter=True).questions
    assert (question.score, question.possible) == (0.0, 3.0)
    assert "Got:\n    5" in question.cases[0].message


def test_the_inside_runs_what_passed_only_as_long_as_something_is_still_to_come(tmp_path: Path) -> None:
    ours = assignment(tmp_path, q1=EXCEPTION_STYLE, q2=EXCEPTION_STYLE, q3=OURS, q4=EXCEPTION_STYLE)
    start = "import otter\ngrader = otter.Notebook()"
    cells = ["x = 3", "grader.check('q1')", "x = 4", "grader.check('q2')", "x = 3", "y = 4"]
    sandbox = TwoFacedSandbox()
    result = graded(notebook(tmp_path / "a.ipynb", start, *cells), ours, sandbox)
    assert [question.score for question in result.questions] == [2.0, 1.0, 4.0, 2.0]
    assert sandbox.inside == [0, 2]


def test_what_is_skipped_is_asked_by_nobody(tmp_path: Path) -> None:
    ours = assignment(tmp_path, q1=EXCEPTION_STYLE, q2=DECLARED + EXCEPTION_STYLE, q3=EXCEPTION_STYLE)
    for as_otter, inside in ((False, [0, 1]), (True, [1])):
        sandbox = TwoFacedSandbox()
        skip = {"q1": "judge-timeout", "q2": "timeout"}
        path = notebook(tmp_path / "a.ipynb", "x = 4")
        result = graded(path, ours, sandbox, skip=skip, as_otter=as_otter)
        assert [(one.score, one.reason) for one in result.questions] == [
            (None, "judge-timeout"),
            (None, "timeout"),
            (1.0, None),
        ]
        assert result.status is Status.NEEDS_REVIEW
        assert sandbox.inside == inside


def test_a_checked_declared_question_says_nothing_and_waits_for_its_run(tmp_path: Path) -> None:
    ours = assignment(tmp_path, q1=DECLARED + EXCEPTION_STYLE)
    start = "import otter\ngrader = otter.Notebook()\nx = 3"
    sandbox = TwoFacedSandbox()
    path = notebook(tmp_path / "a.ipynb", start, "grader.check('q1')", "x = 5", "grader.check('q1')")
    (question,) = graded(path, ours, sandbox).questions
    # at its last check, by then x is 5
    assert question.score == 1.0
    assert sandbox.inside == [0, 1]
    assert sandbox.sessions[0].calls == sandbox.sessions[1].calls == 0
