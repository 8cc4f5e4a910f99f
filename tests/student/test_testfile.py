"""Otter's test files without Otter: a check comes to, and says, what Otter's own classes make of the same file."""

import json
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest

from autograder import Notebook
from autograder.questions import base
from autograder.student.messages import check_message
from autograder.student.testfile import CheckedFile, as_file, run_test_file
from tests import ROOT, SUBMISSIONS
from tests.course.judged import run, tries_of
from tests.course.own_numbers import numbers_of
from tests.course.test_course import ASSIGNMENTS
from tests.questions.judged_once import judged_once

PARITY = SUBMISSIONS / "parity"
FILES = sorted(
    file for group in ("doctest", "exception", "odd") for file in PARITY.glob(f"{group}/autograder/tests/*.py")
)


@pytest.fixture(autouse=True)
def _figures() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


def by_otter(source: str, names: dict[str, Any], path: Path) -> Any:
    """The same file by Otter's own classes, written to disk where they read it."""
    path.write_text(source, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Otter imports
        from otter.nbmeta_config import NBMetadataConfig
        from otter.test_files import create_test_file
    found = create_test_file(str(path), NBMetadataConfig())
    found.run(names)
    return found


def same(
    source: str, names: dict[str, Any], path: Path, *, total: int = 0, code: str = "", shared: Path | None = None
) -> CheckedFile:
    """Both on the same names, each as the first wrong answer of a fresh kernel.

    What is held here is what a check makes of a verdict.

    Args:
        source: the test file.
        names: of the notebook.
        path: where Otter's classes read it.
        total: checks of the assignment.
        code: the answer that bound the names, where other tests look at it as well.
        shared: where they find how it was judged.
    """
    results = []
    with judged_once(shared, source.strip(), code) as judged:
        for check in (lambda: by_otter(source, dict(names), path), lambda: run_test_file(source, dict(names))):
            base._counter = None
            judged.again()
            results.append(check())
    otters, ours = results
    assert ours.name == otters.name
    assert (ours.score, ours.possible) == (otters.score, otters.possible)
    for one, other in zip(ours.test_case_results, otters.test_case_results, strict=True):
        case, of_otter = one.test_case, other.test_case
        assert (one.passed, one.message) == (other.passed, other.message)
        assert (case.name, case.hidden, case.points) == (of_otter.name, of_otter.hidden, of_otter.points)
    assert repr(check_message(ours, total)) == repr(check_message(otters, total))
    return ours


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "hw01" else [pytest.mark.slow]) for name in ASSIGNMENTS]
)
def test_the_courses_checks_say_and_score_the_same(name: str, tmp_path: Path, shared_folder: Path | None) -> None:
    book = nbformat.read(ROOT / "assignments" / name / f"{name}.ipynb", as_version=4)
    tests = {question: as_file(test) for question, test in book.metadata.otter.tests.items()}
    outcomes = set()
    for question, tries in tries_of(name).items():
        # the first of each kind: what a mistake is called is the catalogue's business
        for answer in {answer["is"]: answer for answer in reversed(tries)}.values():
            names = run(answer["code"], numbers_of(name))
            known = {"code": answer["code"], "shared": shared_folder}
            checked = same(tests[question], names, tmp_path / f"{question}.py", total=3, **known)
            outcomes.add(all(case.passed for case in checked.test_case_results))
    assert outcomes == {True, False}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-4]}-{file.stem}")
@pytest.mark.parametrize("answer", [None, 3, "6*x + 2", len])
def test_other_peoples_test_files_too(file: Path, answer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # without their data: a test that finds none stops, and both say so
    source = file.read_text(encoding="utf-8")
    words = set(source.replace("(", " ").replace(",", " ").replace(")", " ").split())
    names = {word: answer for word in words if word.isidentifier()} if answer is not None else {}
    same(source, names, tmp_path / file.name)


POINTS = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q"
points = {points}
all_or_nothing = {all_or_nothing}
@test_case(points={first}, success_message="Good.")
def test_one(a):
    assert a == 1
@test_case(points={second}, failure_message="See page 3.")
def test_two(env):
    assert env["a"] == 2, "not 2"
@test_case(points=None, hidden=True, name="third")
def test_three(b):
    raise KeyError("b")
"""


@pytest.mark.parametrize("points", [None, 6, 2.5, [1, 2, 3], [0, 0, 0]])
@pytest.mark.parametrize("first", [None, 0, 1])
@pytest.mark.parametrize("all_or_nothing", [True, False])
@pytest.mark.parametrize("a", [1, 2])
def test_points_are_shared_out_as_otter_shares_them(
    points: Any, first: Any, all_or_nothing: bool, a: int, tmp_path: Path
) -> None:
    source = POINTS.format(points=points, first=first, second=None, all_or_nothing=all_or_nothing)
    same(source, {"a": a}, tmp_path / "q.py")


@pytest.mark.parametrize("points", [[1], 0.5])
def test_points_that_do_not_add_up_are_refused_as_otter_refuses_them(points: Any, tmp_path: Path) -> None:
    source = POINTS.format(points=points, first=1, second=1, all_or_nothing=False)
    with pytest.raises(ValueError, match=r"Points specified|More points") as otters:
        by_otter(source, {}, tmp_path / "q.py")
    with pytest.raises(ValueError, match=r"Points specified|More points") as ours:
        run_test_file(source, {})
    assert str(ours.value) == str(otters.value)


DOCTEST = """
OK_FORMAT = True
test = {"name": "q", "points": 3, "suites": [{"cases": [
    {"code": r'''
        >>> a + 1
        3
        >>> print("seen")
        seen
        ''', "hidden": False, "success_message": "Good."},
    {"code": r'''>>> a / 0''', "points": 1, "failure_message": "See page 3."},
]}]}
"""


@pytest.mark.parametrize("a", [2, 5, "x", None])
def test_doctests_say_and_score_the_same(a: Any, tmp_path: Path) -> None:
    checked = same(DOCTEST, {} if a is None else {"a": a}, tmp_path / "q.py")
    assert checked.score == (2 if a == 2 else 0)


def test_a_doctest_of_the_metadata_reads_as_its_file() -> None:
    test = {"name": "q", "suites": [{"cases": [{"code": ">>> a\n1"}]}]}
    assert run_test_file(as_file(json.loads(json.dumps(test))), {"a": 1}).score == 1


@pytest.mark.parametrize("given", [{}, {"files": ["data.csv", "more"]}, {"ignore_log": True}])
def test_the_zip_to_hand_in_is_otters(given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from otter import Notebook as OttersNotebook
    monkeypatch.chdir(tmp_path)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = 1")]), tmp_path / "hw.ipynb")
    (tmp_path / "more").mkdir()
    for name in ("data.csv", "more/b.csv", "c.csv"):
        (tmp_path / name).write_text(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Otter leaves its zip open for a moment
        OttersNotebook("hw.ipynb").export(pdf=False, display_link=False, export_path="otter.zip", **given)
    Notebook("hw", tests={}).export("hw.ipynb", pdf=False, display_link=False, export_path="ours.zip", **given)
    with zipfile.ZipFile("otter.zip") as otters, zipfile.ZipFile("ours.zip") as ours:
        # the zip tells its own name, and Otter's log has grown by what Otter did meanwhile
        assert sorted(ours.namelist()) == sorted(otters.namelist())
        for name in {*ours.namelist()} - {".OTTER_LOG", "__zip_filename__"}:
            assert ours.read(name) == otters.read(name)
        assert ours.read("__zip_filename__") == b"ours.zip"
