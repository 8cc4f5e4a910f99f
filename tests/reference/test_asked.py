"""Which questions a test file asks, found without anybody's answers, and what of a file stops that."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder import Gradient
from autograder.errors import BugError
from autograder.origin import PACKAGE
from autograder.otter import Assignment, lacks_references, load, with_references
from autograder.otter.references import asked_of, brought, second_values, written
from tests.otter.otter_samples import autograder_zip

HEAD = """
from autograder import Derivative
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 3
"""
CASE = """
@test_case(points=1)
def case{number}(answer, env):
    {body}
"""


def asked(folder: Path, *bodies: str, head: str = HEAD) -> list[str]:
    cases = "".join(CASE.format(number=number, body=body) for number, body in enumerate(bodies))
    (question,) = load(autograder_zip(folder, {"q1": head + cases})).questions
    return [str(one.formula) if hasattr(one, "formula") else type(one).__name__ for one in asked_of(question)]


OF_X = "Derivative('x**2', wrt='x').check(answer)"


@pytest.mark.parametrize(
    ("bodies", "count"),
    [
        ([OF_X], 1),
        ([OF_X, OF_X], 2),
        # what stops keeps what came before, and the other cases
        ([f"{OF_X}\n    answer.missing\n    {OF_X}", OF_X], 2),
        (["raise ValueError", OF_X], 1),
        ([f"if answer is None:\n        {OF_X}"], 1),
        (["assert answer == 3"], 0),
        (["check = env\n    check"], 0),
        (["Derivative('x**2', wrt='x').judge(answer)"], 0),
        # an author's slip is none of ours
        (["from autograder import Derivativ", OF_X], 1),
        (["import autograder\n    autograder.Derivativ('x')", OF_X], 1),
        (["Derivative('x**2', wert='x').check(answer)", OF_X], 1),
        (["Derivative(lambda x: neverwritten, wrt='x').check(answer)", OF_X], 1),
        (["Derivative('x**2', wrt='x').never_written()", OF_X], 1),
    ],
)
def test_the_questions_of_a_test_function(tmp_path: Path, bodies: list[str], count: int) -> None:
    assert len(asked(tmp_path, *bodies)) == count


def test_a_file_that_does_not_name_us_is_not_run_for_them(tmp_path: Path) -> None:
    head = HEAD.replace("from autograder import Derivative", "ran = []")
    (question,) = load(autograder_zip(tmp_path, {"q1": head + CASE.format(number=1, body="answer.check()")})).questions
    assert asked_of(question) == []


DOCTEST = """
OK_FORMAT = True
test = {"name": "q1", "points": 1, "suites": [{"cases": [
    {"code": %r}, {"code": ">>> later = Derivative('x', wrt='x')\\n>>> later.check(f)"}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


@pytest.mark.parametrize(
    ("code", "count"),
    [
        (">>> from autograder import Derivative\n>>> Derivative('x**2', wrt='x').check(answer)", 2),
        (">>> from autograder import Derivative\n>>> len([1])\n1\n>>> 1 / 0\n>>> answer(3)", 1),
        (">>> from autograder import Derivative\n>>> x = (\n", 1),
    ],
)
def test_the_questions_of_doctests_of_which_a_name_of_the_notebook_is_none(
    tmp_path: Path, code: str, count: int
) -> None:
    (question,) = load(autograder_zip(tmp_path, {"q1": DOCTEST % code})).questions
    assert len(asked_of(question)) == count


@pytest.fixture
def one(tmp_path: Path) -> Assignment:
    return load(autograder_zip(tmp_path, {"q1": HEAD + CASE.format(number=1, body=OF_X)}))


def test_values_are_kept_where_they_are_asked_for_and_taken_from_there(one: Assignment, tmp_path: Path) -> None:
    keep = tmp_path / "kept.json"
    assert lacks_references(one)
    made = with_references(one, keep=keep)
    assert not lacks_references(made)
    content = json.loads(keep.read_bytes())
    assert (content["version"], list(content)) == (1, ["jax", "version"])
    assert made.questions[0].references == content["jax"]
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.json", "kept.lock"]
    keep.write_bytes(written({"other": [1.0]}))
    assert with_references(one, keep=keep).questions[0].references == {"other": [1.0]}
    os.chmod(keep, 0o600)
    keep.write_text("damaged")
    assert with_references(one, keep=keep).questions[0].references == content["jax"]
    assert json.loads(keep.read_bytes()) == content


def test_where_nothing_can_be_kept_each_computes_for_itself(one: Assignment, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = with_references(one, keep=tmp_path / "file" / "kept.json")
    assert made.questions[0].references == second_values(one)


def test_a_question_that_cannot_be_made_is_told_where_it_is_asked(tmp_path: Path) -> None:
    bodies = ("Derivative('x**', wrt='x').check(answer)", "Derivative('1/(x - x)', wrt='x', at=1).check(answer)", OF_X)
    cases = "".join(CASE.format(number=number, body=body) for number, body in enumerate(bodies))
    assignment = load(autograder_zip(tmp_path, {"q1": HEAD + cases}))
    values: dict[str, Any] = second_values(assignment)
    assert [value for value in values.values() if value is not None]


ASKS = (
    HEAD
    + CASE.format(number=1, body=OF_X)
    + CASE.format(number=2, body="Gradient('x*y', wrt=('x', 'y')).check(answer)")
)
BROKEN = {
    # how a function of ours is broken -> what the build says
    "text": ("def made(:", "SyntaxError"),
    "name": ("made = lambda *arguments: neverwritten", "NameError: name 'neverwritten' is not defined"),
    "module": ("import neverwritten", "ModuleNotFoundError: No module named 'neverwritten'"),
    "attribute": ("import autograder\nautograder.points.neverwritten", "module 'autograder.points' has no attribute"),
}


@pytest.mark.parametrize("way", BROKEN)
def test_an_error_of_this_package_is_refused_and_nothing_kept_of_what_came_before_it(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that was being written once left an assignment with no references at all."""
    assignment = load(autograder_zip(tmp_path, {"q1": ASKS.replace("Derivative\n", "Derivative, Gradient\n", 1)}))
    text, said = BROKEN[way]

    def broken(*arguments: Any) -> None:
        exec(compile(text, str(PACKAGE / "points" / "broken.py"), "exec"), names := {})
        names["made"]()

    monkeypatch.setattr(Gradient, "_asked_for", broken)
    with pytest.raises(BugError, match=f"^a question of q1 cannot be made, a bug in autograder: .*{said}"):
        second_values(assignment)
    keep = tmp_path / "kept.json"
    (made,) = with_references(assignment, keep=keep).questions
    assert made.references  # of the question that can be made
    assert not keep.exists()
    monkeypatch.undo()
    (mended,) = with_references(assignment, keep=keep).questions
    assert len(mended.references or ()) > len(made.references)
    assert keep.exists()


def test_the_same_values_give_the_same_bytes(tmp_path: Path) -> None:
    archive = autograder_zip(tmp_path, {"q1": HEAD}).read_bytes()
    twice = {brought(archive, {"b": None, "a": [1.0]}), brought(archive, {"a": [1.0], "b": None})}
    (made,) = twice
    (tmp_path / "made.zip").write_bytes(made)
    with zipfile.ZipFile(tmp_path / "made.zip") as zipped:
        assert zipped.getinfo("references.json").date_time == (1980, 1, 1, 0, 0, 0)
        assert json.loads(zipped.read("references.json")) == {"version": 1, "jax": {"a": [1.0], "b": None}}
