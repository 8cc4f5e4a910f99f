"""JAX's values beside SymPy's: kept by the build, held against at grading, shown to the TA, never to a student."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from otter_samples import autograder_zip, notebook

from autograder.model import Check, Outcome, Run
from autograder.otter import load
from autograder.otter.references import REFERENCES, asked_of, second_values, with_references, written
from autograder.questions import CheckUndecided, Derivative, Equal, Gradient, Hessian, SteepestAscent, recording

STYLE = """\
from autograder import Derivative, Gradient, Hessian
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 1
{made}
@test_case(points=None, hidden=True)
def case({name}_answer):
    {check}
"""
DOCTESTS = """\
OK_FORMAT = True
test = {{"name": "{name}", "points": 1, "suites": [{{"cases": [
    {{"code": ">>> from autograder import Derivative\\n>>> q = Derivative('x**4', wrt='x')\\n"
              ">>> q.check(q3_answer)", "hidden": True}},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}}]}}
"""
MADE = "asked = Gradient('u**2*w + exp(u)', wrt=('u', 'w'), domain={'u': (-1, 1)})"
TESTS = {
    "q1": STYLE.format(name="q1", made="", check="Derivative('sin(3*t)', wrt='t', at=0.5).check(q1_answer)"),
    "q2": STYLE.format(name="q2", made=MADE, check="asked.check(q2_answer + 0)"),
    "q3": DOCTESTS.format(name="q3"),
}


def rows(question: Any, answer: Any, references: dict[str, Any] | None) -> list[Check]:
    with recording(references=references) as checks:
        try:
            question.check(answer)
        except AssertionError:
            assert checks[-1].verdict.outcome is not Outcome.CORRECT
    return checks


def test_an_answer_stands_beside_both_references_at_each_point() -> None:
    question = Gradient("u**2*w + exp(u)", wrt=("u", "w"), domain={"u": (-1, 1)})
    (check,) = rows(question, lambda u, w: (2 * u * w, u**2), question.second_values())
    assert len(check.compared) == 8
    for row in check.compared:
        assert row.entry == (0,)
        assert row.jax == pytest.approx(row.symbolic, rel=1e-9)
        assert row.answer == pytest.approx(2 * row.point["u"] * row.point["w"])
    off = [abs(row.answer - row.symbolic) / abs(row.symbolic) for row in check.compared]
    assert off == sorted(off, reverse=True)


def test_a_value_at_a_point_has_one_row() -> None:
    question = Derivative("sqrt(t)", wrt="t", at=4)
    (check,) = rows(question, 0.25, question.second_values())
    assert [(row.answer, row.symbolic, row.jax) for row in check.compared] == [(0.25, 0.25, 0.25)]


def test_points_in_cells_between_kinks_are_held_against_both() -> None:
    question = Derivative("Max(0, Min(1, t - 5))", wrt="t", domain={"t": (-10, 10)})
    (values,) = question.second_values().values()
    assert 1.0 in values
    assert len(values) == len(question.samples.points)


def test_where_the_references_disagree_it_is_a_fault_that_names_the_point() -> None:
    question = Hessian("u**3*w", wrt=("u", "w"))
    ((key, values),) = question.second_values().items()
    wrong = {key: [values[0] + 1e-3 * (1 + abs(values[0])), *values[1:]]}
    with recording(references=wrong) as checks, pytest.raises(CheckUndecided):
        Hessian("u**3*w", wrt=("u", "w")).check(lambda u, w: [[6 * u * w, 3 * u**2], [3 * u**2, 0]])
    assert checks[0].verdict.outcome is Outcome.FAULT
    point = ", ".join(f"{name} = {float(x):.6g}" for name, x in question.samples.points[0].items())
    assert f"disagree at {point}: JAX's gradient gives" in checks[0].verdict.details["error"]


def test_what_jax_lacks_has_no_column_and_is_no_fault() -> None:
    question = Derivative("Si(t)", wrt="t", domain={"t": (1, 2)})
    assert list(question.second_values().values()) == [None]
    (check,) = rows(question, lambda t: 1.0, question.second_values())
    assert {row.jax for row in check.compared} == {None}


def test_what_is_not_differentiated_and_what_has_no_formula_has_no_second_reference() -> None:
    assert Equal("t + 1").second_values() == {}
    assert SteepestAscent("u**2 + w", at=(1, 2)).second_values() == {}
    question = Derivative(lambda t: __import__("jax").numpy.sin(t), wrt="t", domain={"t": (0, 1)})
    assert question.second_values() == {}


def test_the_questions_of_a_test_file_are_found_without_answers(tmp_path: Path) -> None:
    assignment = load(autograder_zip(tmp_path, TESTS))
    assert [[asked.kind for asked in asked_of(question)] for question in assignment.questions] == [
        ["Derivative"],
        ["Gradient"],
        ["Derivative"],
    ]
    values = second_values(assignment)
    assert len(values) == 3
    with_values = with_references(assignment)
    assert all(question.references == values for question in with_values.questions)
    assert with_references(with_values) is with_values


def test_values_in_the_zip_are_taken_and_damaged_ones_are_made_anew(tmp_path: Path) -> None:
    path = autograder_zip(tmp_path, TESTS)
    values = second_values(load(path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(REFERENCES, written(values))
    assert load(path).questions[0].references == values
    (tmp_path / "other").mkdir()
    damaged = autograder_zip(tmp_path / "other", TESTS)
    with zipfile.ZipFile(damaged, "a") as archive:
        archive.writestr(REFERENCES, "[")
    assert load(damaged).questions[0].references is None


@pytest.mark.slow
def test_the_command_shows_three_columns_to_the_ta_and_none_to_the_student(tmp_path: Path) -> None:
    path = autograder_zip(tmp_path, TESTS)
    cells = ("import numpy as np", "q1_answer = -2.5", "q2_answer = lambda u, w: 0", "q3_answer = lambda x: 3*x**3")
    work = notebook(tmp_path / "ada.ipynb", *cells)
    called = [sys.executable, "-c", "from autograder.cli import main; main()"]
    grade = [*called, "grade", str(path), str(work), "-o", "grades", "--jobs", "1"]
    done = subprocess.run(grade, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode in (0, 3), done.stderr
    run = msgspec.json.decode((tmp_path / "grades" / "results.json").read_bytes(), type=Run)
    checks = {question.name: question.cases[0].checks for question in run.results[0].questions}
    (row,) = checks["q1"][0].compared
    assert row.answer == -2.5
    assert row.jax == pytest.approx(row.symbolic)
    assert len(checks["q3"][0].compared) == 8
    explain = [*called, "explain", "grades", "ada", "q1"]
    told = subprocess.run(explain, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert told.split()[-8:] == ["SymPy", "JAX", "t", "=", "0.5", "-2.5", "0.212211605", "0.212211605"]
    page = next((tmp_path / "grades" / "feedback").glob("*.html")).read_text()
    assert "0.21221" not in page
    assert "SymPy" not in page
