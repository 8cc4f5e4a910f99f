"""What is asked of the student's process and what is made of its answer; the driver runs here, among plain names."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import StudentGone
from autograder.model import CaseResult, QuestionResult, Raised, Said, Trust, Witness
from autograder.otter import Assignment, InsideCase, ask_inside, declared, load, witnessed
from autograder.otter.running import inside
from autograder.sandbox.limits import Program
from tests.otter.otter_samples import autograder_zip
from tests.sandbox.fake_sandbox import FakeSession

CASES = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 5
limit = 3

@test_case(points=1, hidden=False, success_message="Well done.")
def by_name(x, missing=None):
    assert x == limit and missing is None, "x is not three"

@test_case(points=1, hidden=True, failure_message="Look again.")
def by_env(env):
    assert env["x"] == 3

@test_case(points=1)
def ends(x):
    raise SystemExit(x)

@test_case(points=1)
def interrupts(x):
    if x != 3:
        raise KeyboardInterrupt

@test_case(points=1)
def binds(env):
    env["left"] = env.get("left", 0) + 1
"""
DOCTESTS = """
OK_FORMAT = True
test = {"name": "q2", "points": [1, 1, 1], "suites": [{"cases": [
    {"code": ">>> x\\n3\\n>>> y = x + 1"},
    {"code": ">>> 'y' in dir()\\nFalse\\n>>> print(history.append(x), len(history))\\nNone 1"},
    {"code": ">>> 1 / 0\\n3"}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), {"q1": CASES, "q2": DOCTESTS}))


def session(**names: object) -> FakeSession:
    made = FakeSession(Program(()), "")
    made.names |= names
    return made


def told(assignment: Assignment, question: str, *, details: bool = False, **names: object) -> list[InsideCase]:
    answered = ask_inside(assignment.by_name(question), session(**names), details=details)
    assert isinstance(answered, list)
    return answered


def test_each_case_passes_or_fails_for_itself(assignment: Assignment) -> None:
    assert [case.passed for case in told(assignment, "q1", x=3)] == [True, True, False, True, True]
    # an interrupt is what a case that takes too long gets
    assert [case.passed for case in told(assignment, "q1", x=4)] == [False, False, False, None, True]
    assert [case.passed for case in told(assignment, "q2", x=3, history=[])] == [True, True, False]
    assert [case.passed for case in told(assignment, "q2", x=4, history=[1])] == [False, False, False]


def test_what_a_test_changes_the_next_one_finds_and_what_a_doctest_binds_is_its_own(assignment: Assignment) -> None:
    names = session(x=3, history=[])
    ask_inside(assignment.by_name("q2"), names)
    assert ("y" in names.names, names.names["history"]) == (False, [3])
    ask_inside(assignment.by_name("q1"), names)
    ask_inside(assignment.by_name("q1"), names)
    assert names.names["left"] == 2


def test_only_of_declared_tests_is_told_what_failed(assignment: Assignment) -> None:
    assert {(case.shown, case.raised) for case in told(assignment, "q1", x=4)} == {("", None)}
    first, second, third, *_ = told(assignment, "q1", details=True, x=4)
    assert first.raised == Raised(type="AssertionError", message="x is not three")
    assert second.raised == Raised(type="AssertionError", message="")
    assert third.raised == Raised(type="SystemExit", message="4")
    differs, _, divided = told(assignment, "q2", details=True, x=4)
    assert "Expected:\n    3\nGot:\n    4" in differs.shown
    assert "ZeroDivisionError" in divided.shown
    assert (told(assignment, "q2", details=True, x=3)[0].shown, differs.raised) == ("", None)


def test_a_case_that_takes_too_long_is_given_up_and_after_two_of_them_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "CASE_SECONDS", 0.05)
    cases = ", ".join('{"code": ">>> while x: pass"}' if n in (1, 3) else '{"code": ">>> x\\n3"}' for n in range(5))
    test = (
        f'OK_FORMAT = True\ntest = {{"name": "q1", "points": 1, "suites": [{{"cases": [{cases}], "type": "doctest"}}]}}'
    )
    slow = load(autograder_zip(tmp_path, {"q1": test}))
    assert [case.passed for case in told(slow, "q1", x=3)] == [True, None, True, None, None]


class Answers:
    """A session that answers this, and keeps what it is asked."""

    def __init__(self, answer: Callable[[], str]) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, Any], float | None]] = []

    def run_inside(self, source: str, argument: str = "", *, seconds: float | None = None) -> str:
        self.asked.append((source, json.loads(argument), seconds))
        return self.answer()


def raising(error: Exception) -> Callable[[], str]:
    def answer() -> str:
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (raising(StudentGone("memory", "gone")), "memory"),
        (raising(RuntimeError("cut off")), "unreadable"),
        (lambda: "no JSON", "unreadable"),
        (lambda: '[{"passed": true}, {"passed": true}]', "unreadable"),  # of three cases
        (lambda: '[{"passed": true}, {"passed": true}, {"passed": "yes"}]', "unreadable"),
        (lambda: '[{"passed": true}, {"passed": true}, {}]', "unreadable"),
    ],
)
def test_an_answer_that_is_none_is_lost(assignment: Assignment, answer: Callable[[], str], why: str) -> None:
    assert ask_inside(assignment.by_name("q2"), Answers(answer)) == Witness(said=Said.LOST, why=why)


@pytest.mark.parametrize(("question", "seconds"), [("q1", 40.0), ("q2", 40.0)])
def test_the_process_gets_time_for_three_cases_that_are_late(
    assignment: Assignment, question: str, seconds: float
) -> None:
    asked = Answers(lambda: "[]")
    ask_inside(assignment.by_name(question), asked)
    ((source, order, given),) = asked.asked
    assert given == seconds
    assert source.startswith("order_details = False\n")
    assert order["path"] == f"tests/{question}.py"
    assert (order["seconds"], order["late"]) == (10.0, 2)
    one = replace(assignment.by_name(question), cases=assignment.by_name(question).cases[:1])
    ask_inside(one, asked, details=True)
    assert asked.asked[1][2] == 20.0
    assert asked.asked[1][0].startswith("order_details = True\n")


def case(said: Said | None, **more: Any) -> CaseResult:
    outside = None if said is None else Witness(said=said)
    fields = {"name": "c", "hidden": False, "passed": None, "score": 0.0, "possible": 1.0, "message": ""} | more
    return CaseResult(outside=outside, **fields)


def of(*cases: CaseResult) -> QuestionResult:
    return QuestionResult(name="q", score=None, possible=1.0, cases=cases)


LATE = Raised(type="TimeoutError", message="cut off")


@pytest.mark.parametrize(
    ("outside", "inner", "alone", "said"),
    [
        (case(Said.FAIL), InsideCase(passed=True), False, (Said.FAIL, Said.PASS, "")),
        (case(Said.UNSAID), InsideCase(passed=False), False, (Said.UNSAID, Said.FAIL, "")),
        (case(Said.FAIL), InsideCase(passed=None), False, (Said.FAIL, Said.LOST, "timeout")),
        # too long on both sides is a fail on both
        (case(Said.FAIL, raised=LATE), InsideCase(passed=None), False, (Said.FAIL, Said.FAIL, "timeout")),
        (case(Said.FAIL, raised=LATE), InsideCase(passed=True), False, (Said.FAIL, Said.PASS, "")),
        (case(Said.FAIL, raised=Raised(type="NameError", message="")), InsideCase(passed=None), False,
         (Said.FAIL, Said.LOST, "timeout")),
        (case(Said.PASS), InsideCase(passed=False), False, (Said.PASS, None, "")),
        (case(Said.PASS), InsideCase(passed=False), True, (None, Said.FAIL, "")),
        (case(None), InsideCase(passed=True), False, (None, None, "")),
        (case(None), InsideCase(passed=True), True, (None, None, "")),
    ],
)  # fmt: skip
def test_the_inside_witness_stands_beside_what_did_not_pass_outside(
    outside: CaseResult, inner: InsideCase, alone: bool, said: tuple[Said | None, Said | None, str]
) -> None:
    (found,) = witnessed([inner], of(outside), alone=alone).cases
    seen = (found.outside and found.outside.said, found.inside and found.inside.said, found.inside and found.inside.why)
    assert seen == (*said[:2], said[2] if found.inside is not None else None)


def test_a_process_that_is_lost_is_lost_for_every_case() -> None:
    lost = Witness(said=Said.LOST, why="memory")
    gone = witnessed(lost, of(case(Said.FAIL), case(Said.PASS), case(Said.FAIL, raised=LATE)))
    assert [one.inside for one in gone.cases] == [lost, None, lost]
    late = Witness(said=Said.LOST, why="timeout")
    assert [one.inside for one in witnessed(late, of(case(Said.FAIL, raised=LATE))).cases] == [
        Witness(said=Said.FAIL, why="timeout")
    ]


def test_a_declared_question_is_what_its_process_says(assignment: Assignment) -> None:
    question = assignment.by_name("q1")
    said = [InsideCase(passed=True), InsideCase(passed=False, shown="f(2)"), InsideCase(passed=None)]
    found = declared(replace(question, cases=question.cases[:3]), said)
    assert [(one.passed, one.score, one.message) for one in found.cases] == [
        (True, 1.0, "Well done."),
        (False, 0.0, "Look again.\nf(2)"),
        (None, 0.0, ""),
    ]
    assert [one.inside for one in found.cases] == [
        Witness(said=Said.PASS),
        Witness(said=Said.FAIL),
        Witness(said=Said.LOST, why="timeout"),
    ]
    assert (found.trust, found.score, found.possible, found.name) == (Trust.STUDENT, None, 5.0, "q1")
    assert [(one.name, one.hidden, one.possible, one.outside) for one in found.cases[:2]] == [
        ("q1 - 1", False, 1.0, None),
        ("q1 - 2", True, 1.0, None),
    ]
    lost = declared(question, Witness(said=Said.LOST, why="memory"))
    assert {(one.passed, one.score, one.inside and one.inside.why) for one in lost.cases} == {(None, 0.0, "memory")}


def test_a_question_of_very_many_cases_is_told_whole(assignment: Assignment) -> None:
    one = assignment.by_name("q2")
    many = replace(one, cases=one.cases[:1] * 300)
    answered = ask_inside(many, Answers(lambda: json.dumps([{"passed": True}] * 300)))
    assert isinstance(answered, list)
    assert len(answered) == 300
