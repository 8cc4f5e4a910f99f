"""An answer that rewrites a test's own data: outside it gets a copy, so what counts is what it returns."""

from pathlib import Path

import pytest

from autograder.grading import grade
from autograder.model import Submission, SubmissionResult
from autograder.otter import Assignment, load
from autograder.sandbox import Sandbox
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

TEST = """
from otter.test_files import test_case
import numpy as np
OK_FORMAT = False
name = "q1"
points = 2
@test_case(points=2, hidden=True)
def test_values(f):
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(f(x), 2 * x)
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return load(autograder_zip(tmp_path, {"q1": TEST}))


def graded(answer: str, folder: Path, assignment: Assignment, sandbox: Sandbox) -> SubmissionResult:
    path = notebook(folder / "a.ipynb", answer)
    return grade(Submission(key="s", students=(), file=path.name, path=str(path)), assignment, sandbox)


@needs_jail
@pytest.mark.parametrize(
    ("answer", "score", "reason"),
    [
        ("def f(x):\n    return 2 * x", 2.0, None),
        ("def f(x):\n    y = 2 * x\n    x -= 0.0\n    return y", 2.0, None),
        ("def f(x):\n    x[:] = 0\n    return x", None, "only-inside"),
        ("def f(x):\n    x *= 2\n    return x", 2.0, None),
    ],
)
def test_what_an_answer_changes_earns_nothing(
    answer: str, score: float | None, reason: str | None, tmp_path: Path, assignment: Assignment, small_jail: Sandbox
) -> None:
    (question,) = graded(answer, tmp_path, assignment, small_jail).questions
    assert (question.score, question.reason) == (score, reason)
