"""A score set by hand, and a class graded again after a test was fixed: what changes, what stays, what is run."""

import csv
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from autograder import cli
from autograder.batch.journal import TOTAL, Override, apply_overrides, find, in_force
from autograder.errors import AutograderError, UsageError
from autograder.model import QuestionResult, Status, Student, Submission, SubmissionResult
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

TEST = """
from otter.test_files import test_case

OK_FORMAT = False
name = "q1"
points = 2

@test_case(points=2, hidden=False)
def value(x, drawn):
    assert abs(x - 3) <= {tolerance}
    {more}
"""
SOURCE = "x = 3.01\nimport os\ndrawn = os.urandom(8).hex()\ndef again(): return drawn"


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(cli.group, list(arguments), standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, SystemExit | AutograderError):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann (right only with a wide tolerance), Bo (far off) and Cem (no notebook) graded with a tolerance too narrow."""
    place = tmp_path_factory.mktemp("regrade")
    autograder_zip(place, {"q1": TEST.format(tolerance=0.001, more="")}).rename(place / "hw09.zip")
    (place / "in").mkdir()
    notebook(place / "in" / "ann.ipynb", SOURCE)
    notebook(place / "in" / "bo.ipynb", SOURCE.replace("3.01", "7"))
    (place / "in" / "cem.ipynb").write_text("{")
    result = call("grade", str(place / "hw09.zip"), str(place / "in"), "-o", str(place / "out"), "--jobs", "1")
    assert result.return_value == cli.NEEDS_A_PERSON
    return place


def scores(place: Path) -> dict[str, str]:
    with (place / "out" / "grades.csv").open(newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


def changed(place: Path) -> list[list[str]]:
    with (place / "out" / "changes.csv").open(newline="") as file:
        return [[row["student"], row["question"], row["old"], row["new"]] for row in csv.DictReader(file)]


@pytest.mark.slow
@needs_jail
def test_a_wider_tolerance_changes_who_it_should_and_runs_no_notebook(graded: Path) -> None:
    def transcripts() -> list[bytes]:
        """Of each notebook's first run; the inside witness of who is still wrong is asked the new test."""
        with closing(sqlite3.connect(graded / "out" / "journal.db")) as journal:
            rows = journal.execute("SELECT said FROM transcripts ORDER BY digest")
            return [msgspec.msgpack.decode(row[0])[0] for row in rows]

    out = str(graded / "out")
    assert scores(graded) == {"ann": "0", "bo": "0", "cem": ""}

    decided = call("override", "hw09", "cem", "total", "1.5", "--why", "graded on paper", "--who", "ta", "-o", out)
    assert "cem" in decided.output
    assert scores(graded)["cem"] == "1.5"

    before = transcripts()
    autograder_zip(graded, {"q1": TEST.format(tolerance=0.1, more="")}).rename(graded / "hw09.zip")
    assert call("regrade", "hw09", "-o", out).return_value == 0
    assert scores(graded) == {"ann": "2", "bo": "0", "cem": "1.5"}
    assert changed(graded) == [["ann", "q1", "0", "2"], ["ann", "total", "0", "2"]]
    # the notebooks draw random bytes: the same transcript means that they were not run again
    assert transcripts() == before

    autograder_zip(
        graded, {"q1": TEST.format(tolerance=0.1, more="again()").replace("drawn)", "drawn, again)")}
    ).rename(graded / "hw09.zip")
    assert "no score changed" in call("regrade", "-o", out).output
    assert transcripts() != before, "a test that calls what it did not call has to run the notebook"

    withdrawn = call("override", "hw09", "cem", "total", "--withdraw", "--why", "wrong person", "-o", out)
    assert withdrawn.return_value == cli.NEEDS_A_PERSON
    assert scores(graded)["cem"] == ""
    report = (graded / "out" / "feedback" / "cem.html").read_text(encoding="utf-8")
    assert "graded on paper" not in report


def result(*marks: float | None, key: str = "7", name: str = "Ann") -> SubmissionResult:
    submission = Submission(key=key, students=(Student(id=key, name=name),), file="a.ipynb", path="")
    questions = tuple(QuestionResult(name=f"q{i}", score=mark, possible=2.0) for i, mark in enumerate(marks, 1))
    undecided = None in marks
    return SubmissionResult(
        submission=submission,
        status=Status.NEEDS_REVIEW if undecided else Status.GRADED,
        reason="undecided" if undecided else None,
        questions=questions,
        score=None if undecided else sum(mark or 0.0 for mark in marks),
    )


def decision(question: str, points: float | None, why: str = "because") -> Override:
    return Override(key="7", question=question, points=points, why=why, who="ta", at="2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("marks", "decisions", "final", "status"),
    [
        ((1.0, 2.0), {}, None, Status.GRADED),
        ((1.0, 2.0), {"q1": 2.0}, 4.0, Status.GRADED),
        ((None, 2.0), {"q1": 0.0}, 2.0, Status.GRADED),
        ((None, None), {"q1": 1.0}, None, Status.NEEDS_REVIEW),
        ((None, None), {TOTAL: 3.0}, 3.0, Status.GRADED),
        ((1.0, 2.0), {"q1": 2.0, TOTAL: 1.0}, 1.0, Status.GRADED),
    ],
)
def test_what_a_person_decides_becomes_the_final_score(marks, decisions, final, status) -> None:
    given = result(*marks)
    after = apply_overrides(given, {name: decision(name, points) for name, points in decisions.items()})
    assert (after.final, after.status, after.score) == (final, status, given.score)
    assert [change.who for change in after.adjustments] == ["ta"] * len(decisions)


@pytest.mark.parametrize(
    ("decisions", "final", "status"),
    [
        ({"q1": 2.0}, None, Status.NEEDS_REVIEW),
        ({"q1": 2.0, "q2": 2.0}, 4.0, Status.GRADED),
        ({TOTAL: 3.0}, 3.0, Status.GRADED),
        ({"q1": 2.0, TOTAL: 3.0}, 3.0, Status.GRADED),
    ],
)
def test_points_for_one_question_do_not_say_whose_numbers_a_work_has(decisions, final, status) -> None:
    waiting = msgspec.structs.replace(result(1.0, 2.0), status=Status.NEEDS_REVIEW, reason="other-numbers")
    after = apply_overrides(waiting, {name: decision(name, points) for name, points in decisions.items()})
    assert (after.final, after.status) == (final, status)
    assert after.reason == (None if status is Status.GRADED else "other-numbers")


def test_the_last_decision_counts_and_a_withdrawn_one_does_not() -> None:
    made = [decision("q1", 1.0), decision("q1", 2.0, "second look"), decision("q2", 1.0), decision("q2", None)]
    assert {name: one.why for name, one in in_force(made)["7"].items()} == {"q1": "second look"}
    assert in_force([decision("q1", 1.0), decision("q1", None)]) == {}


def test_a_student_is_found_by_key_id_or_name_and_never_guessed() -> None:
    class_ = [result(1.0, key="7", name="Ann"), result(1.0, key="8", name="Bo"), result(1.0, key="9", name="Bo")]
    assert find(class_, "ann").submission.key == "7"
    assert find(class_, "9").submission.key == "9"
    for who, problem in (("Bo", "more than one"), ("Cem", "no submission")):
        with pytest.raises(UsageError, match=problem):
            find(class_, who)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("override", "hw01", "ann", "q1", "1", "--why", "w"), "holds the grades of hw09"),
        (("override", "hw09", "ann", "q9", "1", "--why", "w"), "no question 'q9'"),
        (("override", "hw09", "nobody", "q1", "1", "--why", "w"), "no submission of 'nobody'"),
        (("override", "hw09", "ann", "q1", "--why", "w"), "give POINTS"),
        (("override", "hw09", "ann", "q1", "1", "--withdraw", "--why", "w"), "give POINTS"),
        (("override", "hw09", "ann", "q1", "nan", "--why", "w"), "give a number from 0 to 2"),
        (("regrade", "hw01"), "holds the grades of hw09"),
    ],
)
@pytest.mark.slow
@needs_jail
def test_a_wrong_call_changes_nothing(graded: Path, arguments: tuple[str, ...], problem: str) -> None:
    before = (graded / "out" / "grades.csv").read_bytes()
    assert problem in str(call(*arguments, "-o", str(graded / "out")).exception)
    assert (graded / "out" / "grades.csv").read_bytes() == before


def test_a_folder_that_was_never_graded_is_named(tmp_path: Path) -> None:
    assert "grade" in str(call("regrade", "-o", os.fspath(tmp_path)).exception)
