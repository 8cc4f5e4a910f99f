"""JAX's values beside SymPy's: kept by the build, held against at grading, shown to the TA, never to a student."""

import math
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.bundle import write_bundle
from autograder.model import Check, Outcome, Run
from autograder.otter import load
from autograder.otter.references import REFERENCES, asked_of, second_values, with_references, written
from autograder.questions import (
    CheckUndecided,
    Derivative,
    Descent,
    DifferenceQuotient,
    DirectionalDerivative,
    Equal,
    Gradient,
    Hessian,
    Jacobian,
    LevelSetNormal,
    LevelSetTangent,
    Minimum,
    Optimiser,
    SteepestAscent,
    SteepestRate,
    StepSize,
    TangentLine,
    TangentPlane,
    recording,
)
from tests.otter.otter_samples import autograder_zip, notebook

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
KEPT = 3 + 2
"""Values of these: of each question in double precision, and in single of the two that are not about one point."""


def in_double(question: Any) -> dict[str, Any]:
    """Of what is kept of a question the values that its answers are held against, with their key."""
    return {key: values for key, values in question.second_values().items() if not key.endswith(" single")}


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
    off = [abs(row.answer - row.symbolic) / abs(row.symbolic) for row in check.compared[1:]]
    assert off == sorted(off, reverse=True)
    assert check.compared[0].point == check.verdict.witness


def test_a_value_at_a_point_has_one_row() -> None:
    question = Derivative("sqrt(t)", wrt="t", at=4)
    (check,) = rows(question, 0.25, question.second_values())
    assert [(row.answer, row.symbolic, row.jax) for row in check.compared] == [(0.25, 0.25, 0.25)]


@pytest.mark.parametrize(
    ("question", "answer", "point", "entry"),
    [
        (Equal(np.array([1e-9, 1000.0])), [3e-9, 1001.0], {}, (1,)),
        (Gradient("x**2/10**9 + 1000*y", wrt=("x", "y"), at=(1, 1)), [1e-8, 1001], {"x": 1.0, "y": 1.0}, (1,)),
        (
            Descent("x**2 + y**2/10**9", start=(1, 1), step=0.1, count=2, wrt=("x", "y"), answer="final"),
            [0.64, 5.0],
            {"iterate": 2.0},
            (1,),
        ),
    ],
)
def test_the_place_that_the_verdict_names_stands_first(
    question: Any, answer: Any, point: dict[str, float], entry: tuple[int, ...]
) -> None:
    (check,) = rows(question, answer, question.second_values())
    assert check.verdict.witness is not None
    assert tuple(check.verdict.witness["entry"]) == entry
    assert (check.compared[0].point, check.compared[0].entry) == (point, entry)


def test_points_in_cells_between_kinks_are_held_against_both() -> None:
    question = Derivative("Max(0, Min(1, t - 5))", wrt="t", domain={"t": (-10, 10)})
    double, single = question.second_values().values()
    for values in (double, single):
        assert values is not None
        assert 1.0 in values
        assert len(values) == len(question.samples.points)


def test_where_the_references_disagree_it_is_a_fault_that_names_the_point() -> None:
    question = Hessian("u**3*w", wrt=("u", "w"))
    ((key, values),) = in_double(question).items()
    wrong = {key: [values[0] + 1e-3 * (1 + abs(values[0])), *values[1:]]}
    with recording(references=wrong) as checks, pytest.raises(CheckUndecided):
        Hessian("u**3*w", wrt=("u", "w")).check(lambda u, w: [[6 * u * w, 3 * u**2], [3 * u**2, 0]])
    assert checks[0].verdict.outcome is Outcome.FAULT
    point = ", ".join(f"{name} = {float(x):.6g}" for name, x in question.samples.points[0].items())
    assert f"disagree at {point}: JAX's gradient gives" in checks[0].verdict.details["error"]


def test_what_jax_lacks_has_no_column_and_is_no_fault() -> None:
    question = Derivative("Si(t)", wrt="t", domain={"t": (1, 2)})
    assert list(question.second_values().values()) == [None, None]  # in double precision and in single
    (check,) = rows(question, lambda t: 1.0, question.second_values())
    assert {row.jax for row in check.compared} == {None}


EVERY_KIND: list[tuple[Callable[[], Any], Any]] = [
    (lambda: Derivative("sin(3*t)", wrt="t"), "3*cos(3*t)"),
    (lambda: Gradient("u**2*w", wrt=("u", "w"), at=(1, 2)), [4.0, 1.0]),
    (lambda: Jacobian(["u*w", "u + w"], wrt=("u", "w")), lambda u, w: [[w, u], [1, 1]]),
    (lambda: Hessian("u**2*w", wrt=("u", "w")), "[[2w, 2u], [2u, 0]]"),
    (lambda: DirectionalDerivative("u**2*w", direction=(3, 4), at=(1, 2)), 3.2),
    (lambda: SteepestAscent("u**2*w", at=(1, 2)), [4 / math.sqrt(17), 1 / math.sqrt(17)]),
    (lambda: SteepestAscent("u**2*w", at=(1, 2), multiple=True), [8, 2]),
    (lambda: SteepestRate("u**2*w", at=(1, 2)), "sqrt(17)"),
    (lambda: SteepestRate("u**2*w"), lambda u, w: math.hypot(2 * u * w, u * u)),
    (lambda: LevelSetNormal("u**2*w", at=(1, 2)), [-8, -2]),
    (lambda: LevelSetTangent("u**2*w*t", at=(1, 2, 3), wrt=("u", "w", "t")), [1, -4, 0]),
    (lambda: TangentPlane("u**2*w", at=(1, 2)), "4(u - 1) + w"),
    (lambda: TangentLine("t**3", at=2), lambda t: 12 * t - 16),
    (lambda: Descent("u**2 + 2*w**2", start=(4, 1), step=0.1, count=2), [[4, 1], [3.2, 0.6], [2.56, 0.36]]),
    (lambda: Descent("t**2", start=4, step=0.1, count=2, answer="final"), 2.56),
    (lambda: Optimiser("momentum", "u**2 + 2*w**2", (4, 1), 0.1, 2, beta=0.5), [[4, 1], [3.2, 0.6], [2.16, 0.16]]),
    (lambda: Optimiser("newton", "t**2 - t*w + w**2 + t**4", (1, 1), None, 1), [16 / 27, 8 / 27]),
    (lambda: Equal("(t - 1)*(t + 1)"), "t^2 - 1"),
    (lambda: Equal("[1/3, sqrt(2)]"), [1 / 3, math.sqrt(2)]),
]


@pytest.mark.parametrize(("made", "answer"), EVERY_KIND)
def test_every_kind_whose_right_answer_is_numbers_or_a_function_has_a_second_reference(made: Any, answer: Any) -> None:
    question = made()
    ((key, values),) = in_double(question).items()
    (check,) = rows(question, answer, {key: values})
    assert check.verdict.outcome is Outcome.CORRECT
    for row in check.compared:
        assert row.answer == pytest.approx(row.symbolic, rel=1e-9, abs=1e-12)
        assert row.jax == pytest.approx(row.symbolic, rel=1e-9, abs=1e-12)
    assert check.compared
    changed = {key: [values[0] + 1e-3 * (1 + abs(values[0])), *values[1:]]}
    (check,) = rows(made(), answer, changed)
    assert check.verdict.outcome is Outcome.FAULT
    assert "disagree at" in check.verdict.details["error"]


def test_a_step_and_a_quotient_have_nothing_beside_them_but_are_held_against_the_slope_of_both() -> None:
    for made, answer in (
        (lambda: StepSize("exp(t)", at=0, rtol=1e-6), 1e-7),
        (lambda: DifferenceQuotient("exp(t)", order=1), lambda f, x, h: (f(x + h) - f(x)) / h),
    ):
        ((key, values),) = in_double(made()).items()
        assert rows(made(), answer, {key: values})[0].verdict.outcome is Outcome.CORRECT
        changed = {key: [values[0] + 1e-3, *values[1:]]}
        assert rows(made(), answer, changed)[0].verdict.outcome is Outcome.FAULT


def test_an_answer_that_is_right_by_one_reference_only_is_a_fault_that_names_the_point() -> None:
    def made() -> Derivative:
        return Derivative("t**3", wrt="t", at=2, rtol=1e-9)

    ((key, (value,)),) = made().second_values().items()
    near = {key: [value * (1 + 4e-7)]}  # as far off as may pass for cancellation inside JAX's gradient
    (check,) = rows(made(), 12, near)
    assert check.verdict.outcome is Outcome.FAULT
    assert "disagree at t = 2 by more than the tolerance allows" in check.verdict.details["error"]
    assert rows(made(), 11, near)[0].verdict.outcome is Outcome.INCORRECT
    assert rows(made(), 12, {key: [value * (1 + 2e-15)]})[0].verdict.outcome is Outcome.CORRECT
    # a formula is decided by algebra, and its values are held against JAX's all the same
    question = Derivative("t**3", wrt="t", rtol=1e-9)
    ((key, values),) = in_double(question).items()
    (check,) = rows(Derivative("t**3", wrt="t", rtol=1e-9), "3*t**2", {key: [x * (1 + 4e-7) for x in values]})
    assert check.verdict.outcome is Outcome.FAULT


def test_what_jax_rounds_is_sympys_to_decide() -> None:
    question = Derivative("t**3", wrt="t", at=2, rtol=0, atol=0)
    ((key, (value,)),) = question.second_values().items()
    assert rows(question, 12, {key: [value * (1 + 1e-15)]})[0].verdict.outcome is Outcome.CORRECT


def test_what_has_no_formula_and_what_stands_for_itself_has_no_second_reference() -> None:
    assert Equal(np.array([1.0, 2.0])).second_values() == {}
    assert Minimum("u**2 + w**2").second_values() == {}
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
    assert len(values) == KEPT
    with_values = with_references(assignment)
    assert all(question.references == values for question in with_values.questions)
    assert with_references(with_values) is with_values


@pytest.mark.slow
def test_one_process_of_a_class_makes_the_values_and_the_others_wait_for_them(tmp_path: Path) -> None:
    path, keep = autograder_zip(tmp_path, TESTS), tmp_path / "kept.json"
    code = (
        "import sys, pathlib\n"
        "from autograder.otter import load, references\n"
        "made = references.second_values\n"
        "references.second_values = lambda *given, **named: (print('made'), made(*given, **named))[1]\n"
        "done = references.with_references(load(sys.argv[1]), keep=pathlib.Path(sys.argv[2]))\n"
        "print(len(done.questions[0].references))\n"
    )
    command = [sys.executable, "-c", code, str(path), str(keep)]
    several = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = sorted(process.communicate()[0].split() for process in several)
    assert said == [[str(KEPT)], [str(KEPT)], ["made", str(KEPT)]]
    keep.write_text("[")
    assert len(with_references(load(path), keep=keep).questions[0].references or {}) == KEPT
    assert with_references(load(path), keep=tmp_path / "nowhere" / "kept.json").questions[0].references


@pytest.mark.parametrize("form", ["zip", "folder", "folder with a zip"])
def test_the_bundle_of_another_authors_zip_has_them_too(tmp_path: Path, form: str) -> None:
    assignment = autograder_zip(tmp_path, TESTS)
    folder = tmp_path / "given"
    if form == "folder":
        with zipfile.ZipFile(assignment) as archive:
            archive.extractall(folder)
    elif form == "folder with a zip":
        folder.mkdir()
        assignment.rename(folder / assignment.name)
    write_bundle(assignment if form == "zip" else folder, tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    place = tmp_path / "bundle" / "assignment"
    read = load(place / "autograder.zip" if form == "zip" else place)
    assert len(read.questions[0].references or {}) == KEPT


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
