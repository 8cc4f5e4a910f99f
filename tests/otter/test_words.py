"""What is said of a case: to the student, to a person, to Gradescope; and what is known of why it failed."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.errors import CannotShip, StudentGone
from autograder.model import CaseResult, Opaque, Outcome, QuestionResult, Raised, Reason, Said, Verdict
from autograder.otter import Assignment, gradescope_results, load, run_test
from autograder.otter.running.doctests import run_doctest
from autograder.otter.running.outside import message_of, needs_process
from tests.otter.otter_samples import autograder_zip
from tests.sandbox.fake_sandbox import Held

SAYS = SimpleNamespace(success_message="Well done.", failure_message="Look again.")
SILENT = SimpleNamespace(success_message=None, failure_message=None)


@pytest.mark.parametrize(
    ("case", "fields", "said"),
    [
        (SAYS, {"passed": True, "shown": "s"}, "Well done."),
        (SILENT, {"passed": True, "shown": "s"}, ""),
        (SAYS, {"passed": False}, "Look again."),
        (SILENT, {"passed": False}, ""),
        (SAYS, {"passed": False, "shown": "f(2)"}, "Look again.\nf(2)"),
        (SILENT, {"passed": False, "shown": "s" * 3_000}, "s" * 2_000),
        # an assertion's own sentence says more than the line on which it stands
        (SILENT, {"passed": False, "shown": "f(2)", "error": AssertionError("too small")}, "too small"),
        (SILENT, {"passed": False, "shown": "f(2)", "error": AssertionError()}, "f(2)"),
        (SILENT, {"passed": False, "raised": Raised(type="AssertionError", message="too small")}, "too small"),
        (SILENT, {"passed": False, "raised": Raised(type="CheckFailed", message="no")}, "no"),
        (SILENT, {"passed": False, "shown": "x", "raised": Raised(type="AssertionError", message="")}, "x"),
        (SILENT, {"passed": False, "error": AssertionError("e" * 3_000)}, "e" * 2_000),
    ],
)
def test_a_student_reads_the_authors_sentence_then_what_failed(case: Any, fields: dict[str, Any], said: str) -> None:
    assert message_of(case, **fields) == said


def test_an_exception_is_explained_and_never_shown_as_it_is() -> None:
    raised = Raised(type="NameError", message="name 'y' is not defined")
    said = message_of(SAYS, passed=False, shown="f(y)", raised=raised)
    assert said.startswith("Look again.\n")
    assert "y" in said
    assert "f(y)" not in said


CASES = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = 4

@test_case(points=1)
def says(f):
    value = f(2)
    assert value == 4, "not four"

@test_case(points=1)
def silent(f):
    assert f(2) == 4

@test_case(points=1)
def raises(f):
    f(2).missing

@test_case(points=1)
def ends(f):
    raise SystemExit(3)
"""
DOCTESTS = """
OK_FORMAT = True
test = {"name": "q2", "points": [1, 1, 1], "suites": [{"cases": [
    {"code": ">>> f(2)\\n4\\n>>> f(1)\\n1"},
    {"code": ">>> f(2)\\n3\\n>>> 1 / 0\\n1"},
    {"code": ">>> f(2).missing\\n3"}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""
GRADED = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q3"

def verdict(outcome, **more):
    from autograder.model import Outcome, Reason, Verdict
    return Verdict(outcome=getattr(Outcome, outcome), reason=Reason.DIFFERENT, **more)

@test_case(points=2)
def credit(f):
    from autograder.questions import CheckFailed
    raise CheckFailed("Not yet.", verdict("INCORRECT", credit=0.25))

@test_case(points=2)
def none(f):
    from autograder.questions import CheckFailed
    raise CheckFailed("Not yet.", verdict("INVALID"))

@test_case(points=2)
def fault(f):
    from autograder.questions import CheckUndecided
    raise CheckUndecided("A person looks.", verdict("FAULT"))
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    tests = {"q1": CASES, "q2": DOCTESTS, "q3": GRADED}
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), tests, {"show_hidden": True}))


def run(assignment: Assignment, question: str, value: object) -> tuple[CaseResult, ...]:
    return run_test(assignment, question, Held({"f": lambda x: value})).cases


def test_what_failed_is_kept_with_its_line(assignment: Assignment) -> None:
    says, silent, raises, ends = run(assignment, "q1", 3)
    assert [case.outside and case.outside.said for case in (says, silent, raises, ends)] == [Said.FAIL] * 4
    assert [case.outside and case.outside.about for case in (says, silent, raises, ends)] == [
        'assert value == 4, "not four"\nAssertionError: not four',
        "assert f(2) == 4\nAssertionError",
        "f(2).missing\nAttributeError: 'int' object has no attribute 'missing'",
        "raise SystemExit(3)\nSystemExit: 3",
    ]
    assert (says.message, silent.message) == ("not four", "assert f(2) == 4")
    assert raises.raised == Raised(type="AttributeError", message="'int' object has no attribute 'missing'")
    assert [(case.score, case.possible, case.passed) for case in (says, silent)] == [(0.0, 1.0, False)] * 2
    passed = run(assignment, "q1", 4)[0]
    assert (passed.passed, passed.score, passed.raised, passed.message) == (True, 1.0, None, "")


def test_of_a_doctest_the_first_that_raised_or_else_the_first_that_differs_is_told(assignment: Assignment) -> None:
    differs, raised, attribute = run(assignment, "q2", 5)
    assert differs.message == "f(2)\nExpected: 4\nGot: 5"
    assert raised.outside is not None
    assert raised.outside.about == "1 / 0\nZeroDivisionError: division by zero"
    assert attribute.raised is not None
    assert attribute.raised.type == "AttributeError"
    assert run(assignment, "q2", 4)[0].message == "f(1)\nExpected: 1\nGot: 4"


def test_a_verdict_of_our_own_gives_its_share_and_needs_no_witness(assignment: Assignment) -> None:
    credit, none, fault = run(assignment, "q3", 3)
    assert [(case.passed, case.score, case.message, case.outside) for case in (credit, none, fault)] == [
        (False, 0.5, "Not yet.", None),
        (False, 0.0, "Not yet.", None),
        (None, 0.0, "A person looks.", None),
    ]
    assert (fault.reason, credit.reason, credit.raised) == ("undecided", None, None)


class Troubled(Held):
    """A student's process in which something goes wrong while a case runs."""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__({"f": self.call})
        self.coming = troubles

    def call(self, x: float) -> float:
        self.troubles += self.coming
        return 4


@pytest.mark.parametrize(
    ("troubles", "passed", "reason"),
    [
        ((), True, None),
        ((StudentGone("memory", "gone"),), None, "memory"),
        ((CannotShip("no", type="Model"),), None, "cannot-ship"),
        ((CannotShip("no", type="Model"), StudentGone("timeout", "gone")), None, "timeout"),
    ],
)
def test_what_a_test_concludes_after_trouble_says_nothing(
    assignment: Assignment, troubles: tuple[Exception, ...], passed: bool | None, reason: str | None
) -> None:
    first, second, *_ = run_test(assignment, "q1", Troubled(*troubles)).cases
    for case in (first, second):  # each for itself
        assert (case.passed, case.reason) == (passed, reason)
        assert (case.score, case.message) == (1.0 if passed else 0.0, case.message)
        assert passed or case.message.startswith("This does not pass where the test was run")


def test_an_open_case_keeps_what_was_seen_of_it(tmp_path: Path) -> None:
    test = CASES.replace("@test_case(points=1)\ndef says", '@test_case(points=1, failure_message="Look.")\ndef says')
    test = test.replace("value = f(2)", "value = f + 2")
    shipped = load(autograder_zip(tmp_path, {"q1": test}))
    session = Held({})
    session.names["f"] = Opaque("Model", "an object", note=session.troubles.append)
    says, *_ = run_test(shipped, "q1", session).cases
    assert (says.message, says.passed) == ("Look.", None)
    assert says.outside is not None
    assert (says.outside.said, says.outside.why) == (Said.UNSAID, "cannot-ship")
    assert says.outside.about == "value = f + 2"


@pytest.mark.parametrize(
    ("names", "needs"),
    [
        ({"gca"}, True),
        ({"__code__", "f"}, True),
        ({"os", "exists"}, True),
        ({"Path", "is_file"}, True),
        ({"os"}, False),
        ({"exists"}, False),
        ({"np", "open"}, False),
    ],
)
def test_what_asks_for_the_process(names: set[str], needs: bool) -> None:
    assert needs_process(names) is needs


def test_a_doctest_is_its_examples_and_all_of_them_are_run() -> None:
    names: dict[str, Any] = {"seen": []}
    done = run_doctest("q1 0", "Words.\n>>> seen.append(1)\n>>> 1\n2\n>>> 1 / 0\n>>> seen.append(2)\n>>> x = 5", names)
    assert (done.passed, done.failures) == (False, (("1\n", "2\n", "1\n"),))
    assert [(source, type(error)) for source, error in done.raised] == [("1 / 0\n", ZeroDivisionError)]
    assert names["seen"] == [1, 2]
    assert run_doctest(
        "q1 0",
        ">>> print(3)\n3\n>>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero",
        {},
    ).passed


def of(name: str, score: float | None, *cases: tuple[bool | None, str]) -> QuestionResult:
    made = tuple(
        CaseResult(name="c", hidden=False, passed=passed, score=0.0, possible=1.0, message=message)
        for passed, message in cases
    )
    return QuestionResult(name=name, score=score, possible=4.0, cases=made)


def test_an_exception_of_a_doctests_own_says_what_it_says_after_the_doctest() -> None:
    text = ">>> unit = 'm'\n>>> class Off(Exception):\n...     __str__ = lambda self: 'in ' + unit\n>>> raise Off"
    ((_, error),) = run_doctest("q1 0", text, {}).raised
    assert str(error) == "in m"


def test_gradescope_hears_the_scores_and_who_decides_the_rest(assignment: Assignment) -> None:
    four = ((True, "kept"), (False, "Look again."), (None, "open"), (True, ""))
    results = gradescope_results(assignment, [of("q1", 1.5, *four), of("q2", None), of("q3", None)])
    ours = [test for test in results["tests"] if test["name"] == "q1"]
    assert [(test["score"], test["max_score"]) for test in ours] == [(1.5, 4)]
    assert ours[0]["output"].count("✅ Test case passed") == 2
    said = [line.strip() for line in ours[0]["output"].splitlines()]
    assert [said[place + 1] for place, line in enumerate(said) if line == "❌ Test case failed"] == [
        "Look again.",
        "open",
    ]
    assert "kept" not in said
    assert results["output"] == "A person will decide q2, q3."
    assert {test["name"] for test in results["tests"]}.isdisjoint({"q2", "q3"})
    whole = gradescope_results(assignment, [of("q1", 2.0, *four)])
    assert "output" not in whole or "A person" not in whole["output"]
    assert next(test["score"] for test in whole["tests"] if test["name"] == "q1") == 2.0


def test_a_right_answer_is_a_pass_of_ours(tmp_path: Path) -> None:
    test = CASES.replace("points = 4", "points = 4\nfrom autograder import Equal").replace(
        "assert f(2) == 4", 'Equal("x", variables=("x",)).check(f(2))'
    )
    _, ours, *_ = run_test(load(autograder_zip(tmp_path, {"q1": test})), "q1", Held({"f": lambda x: "x"})).cases
    assert (ours.passed, ours.outside, len(ours.checks), ours.score) == (True, None, 1, 1.0)
    assert ours.checks[0].verdict.outcome is Outcome.CORRECT
    assert isinstance(ours.checks[0].verdict, Verdict)
    assert ours.checks[0].verdict.reason is Reason.EQUAL


MIXED = """
OK_FORMAT = True
test = {"name": "q1", "points": 4, "suites": [{"cases": [
    {"code": ">>> f(1)\\n4", "hidden": True}, {"code": ">>> f(2)\\n4", "hidden": False},
    {"code": ">>> f(3)\\n4", "hidden": True}, {"code": ">>> f(4)\\n4", "hidden": False}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


def test_without_the_hidden_cases_all_public_ones_are_run_and_no_other(tmp_path: Path) -> None:
    mixed = load(autograder_zip(tmp_path, {"q1": MIXED}))
    called: list[int] = []

    def f(x: int) -> int:
        called.append(x)
        return 4

    public = run_test(mixed, "q1", Held({"f": f}), hidden=False)
    assert ([case.name for case in public.cases], called) == (["q1 - 2", "q1 - 4"], [2, 4])
    called.clear()
    every = run_test(mixed, "q1", Held({"f": f}))
    assert ([case.hidden for case in every.cases], called) == ([True, False, True, False], [1, 2, 3, 4])
    assert (every.score, every.possible, every.all_or_nothing, public.possible) == (None, 4.0, False, 4.0)


WRITES = """
OK_FORMAT = False
name = "q1"
from otter.test_files import test_case

@test_case(points=1, hidden=False)
def writes(env):
    {statement}
"""


@pytest.mark.parametrize(
    ("statement", "bound"),
    [
        ("env['x'] == 3", False),
        ("env['new'] = 1", True),  # one name more
        ("env['x'] = 4", True),  # another value under the name
        ("del env['x']", True),
    ],
)
def test_whether_a_test_has_written_into_its_environment(tmp_path: Path, statement: str, bound: bool) -> None:
    session = Held({"x": 3})
    assignment = load(autograder_zip(tmp_path, {"q1": WRITES.format(statement=statement)}))
    run_test(assignment, "q1", session)
    assert session.bound is bound
