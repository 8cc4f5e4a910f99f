"""An answer that is missing because its cell stopped says so: which cell, with what and where."""

from pathlib import Path

import msgspec
import pytest

from autograder import feedback
from autograder.grading import grade
from autograder.model import CUT_OFF, CellError, Raised, Submission, Verdict
from autograder.otter import load
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.fake_sandbox import FakeSandbox

TEST = """
from autograder import Derivative
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 1
question = Derivative("x**2", wrt="x", name="d")

@test_case(points=None, hidden=False)
def public({name}):
    question.check({name})
"""
LIMIT = f"raise TimeoutError('{CUT_OFF}5 s of processor time')"


def verdict_of(folder: Path, *cells: str) -> Verdict:
    assignment = load(autograder_zip(folder, {"q1": TEST.replace("{name}", "d")}))
    path = notebook(folder / "hw09.ipynb", *cells)
    result = grade(Submission(key="s", students=(), file=path.name, path=str(path)), assignment, FakeSandbox())
    ((check,),) = [case.checks for case in result.questions[0].cases]
    return check.verdict


@pytest.mark.parametrize("before", ["", "d = None\n", "d = ...\n"])
def test_of_a_cell_that_was_cut_off_the_limit_is_said(tmp_path: Path, before: str) -> None:
    verdict = verdict_of(tmp_path, "x = 1", f"{before}{LIMIT}\nd = 2*x")
    assert "cell 2 was cut off after 5 s of processor time" in feedback.ta(verdict)
    student = feedback.student(verdict, language="en")
    assert "d has no value: its cell was cut off after 5 s, before it got there." in student


def test_of_a_cell_that_raised_its_error_is_said(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, "c = e", "d = c*x")
    assert "because: cell 2 stopped with NameError: name 'c' is not defined" in feedback.ta(verdict)
    assert "cut off" not in feedback.student(verdict, language="en")


@pytest.mark.parametrize("cell", ["d = None", "d = print(2)", "D = 2", "y = 1"])
def test_another_cell_s_end_is_no_reason(tmp_path: Path, cell: str) -> None:
    assert "stopped" not in verdict_of(tmp_path, f"{LIMIT}\nother = 1", cell).details


def test_an_answer_that_is_there_is_judged_as_ever(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, f"d = '3*x'\n{LIMIT}")
    assert verdict.details.keys() & {"stopped", "limit"} == set()


def test_where_it_was_is_said_as_far_as_it_is_known() -> None:
    raised = Raised(type="TimeoutError", message=f"{CUT_OFF}5 s", line=2, source="    while True:")
    error = CellError(cell=3, raised=raised)
    assert feedback.stopped(error) == "cell 4 was cut off after 5 s, in its line 2: while True:"
    nowhere = msgspec.structs.replace(error, raised=msgspec.structs.replace(raised, line=None))
    assert feedback.stopped(nowhere) == "cell 4 was cut off after 5 s"
