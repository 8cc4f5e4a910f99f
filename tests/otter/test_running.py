"""Running one question: what a test may not leave behind, what it may not conclude, what it says."""

import os
import random
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import StudentGone, UsageError
from autograder.model import CaseResult, Opaque, QuestionResult, Said
from autograder.otter import Assignment, InsideCase, load, public_text, run_test, witnessed
from autograder.otter.running.outside import mentioned
from autograder.witnesses import settle
from tests.otter.otter_samples import autograder_zip
from tests.sandbox.fake_sandbox import Held

PATCHES = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"

@test_case(hidden=True)
def rude(answer):
    import os, sys, random
    import numpy as np
    np.isclose = lambda *_: True
    np.random.seed(0)
    random.seed(0)
    np.set_printoptions(precision=1)
    os.environ["LEFT"] = "behind"
    os.chdir("/")
    sys.setrecursionlimit(5000)
    print("printed")
    assert answer == 3, "answer is not 3"
"""
READS = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q2"

@test_case(points=1, hidden=True)
def own_file(answer):
    with open("data.csv") as file:
        assert file.read() == "1,2"

@test_case(points=1, hidden=True)
def students_file(answer):
    with open("made_by_student.txt") as file:
        assert file.read() == "hello"

@test_case(points=1, hidden=True)
def swallows(answer):
    try:
        answer + 1
    except Exception:
        pass
"""
LOOKS_INSIDE = """
import dis, os
from otter.test_files import test_case
OK_FORMAT = False
name = "q4"

def used(function):
    return names_of(function)

def names_of(function):
    return function.__code__.co_names

def written():
    return os.path.exists("made_by_student.txt")

class Looker:
    def __init__(self, function):
        self.function = function

    @property
    def names(self):
        return self.function.__code__.co_names

def doubled(value):
    return 2 * value

@test_case(points=1, hidden=True)
def through_two_helpers(f):
    assert "sum" not in used(f)

@test_case(points=1, hidden=True)
def through_a_class(f):
    assert "sum" not in Looker(f).names

@test_case(points=1, hidden=True)
def through_a_text(f):
    assert "sum" not in getattr(f, "__code__").co_names

@test_case(points=1, hidden=True)
def through_an_expression(env):
    assert "sum" not in eval("f.__code__.co_names", env)

@test_case(points=1, hidden=True)
def through_dis(f):
    assert "sum" not in [step.argval for step in dis.Bytecode(f)]

@test_case(points=1, hidden=True)
def a_file_through_a_helper(f):
    assert not written()

@test_case(points=1, hidden=True)
def a_helper_that_only_reckons(f):
    assert doubled(f([1, 2])) == 6
"""
ALL = """
OK_FORMAT = True
test = {"name": "q3", "points": [1, 1], "all_or_nothing": True, "suites": [{"cases": [
    {"code": ">>> answer + 1\\n4", "hidden": False, "success_message": "Well done."},
    {"code": ">>> later\\n7", "hidden": True, "failure_message": "Look at later."}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    tests = {"q1": PATCHES, "q2": READS, "q3": ALL, "q4": LOOKS_INSIDE}
    return load(autograder_zip(tmp_path_factory.mktemp("zip"), tests, **{"data.csv": "1,2"}))


def passed(result: QuestionResult) -> list[bool | None]:
    return [case.passed for case in result.cases]


def test_a_test_leaves_nothing_behind(assignment: Assignment, capsys: pytest.CaptureFixture[str]) -> None:
    before = (np.isclose, os.getcwd(), random.getstate(), np.get_printoptions(), os.environ.get("LEFT"))
    drawn = np.random.get_state()[1].tolist()  # type: ignore[index,union-attr]  # the legacy state is a tuple
    assert passed(run_test(assignment, "q1", Held({"answer": 3}))) == [True]
    assert (np.isclose, os.getcwd(), random.getstate(), np.get_printoptions(), os.environ.get("LEFT")) == before
    assert np.random.get_state()[1].tolist() == drawn  # type: ignore[index,union-attr]
    assert capsys.readouterr().out == ""
    (wrong,) = run_test(assignment, "q1", Held({"answer": 4})).cases
    assert wrong.outside is not None
    assert (wrong.outside.said, wrong.message) == (Said.FAIL, "answer is not 3")


def test_the_assignments_files_are_there_and_the_students_are_a_persons_to_look_at(assignment: Assignment) -> None:
    result = run_test(assignment, "q2", Held({"answer": 3}))
    assert [case.outside and case.outside.said for case in result.cases] == [Said.PASS, Said.FAIL, Said.PASS]


def test_what_a_test_concludes_about_what_it_cannot_see_does_not_count(assignment: Assignment) -> None:
    session = Held({})
    session.names["answer"] = Opaque("Model", "an object", note=session.troubles.append)
    assert passed(run_test(assignment, "q2", session))[2] is None
    assert passed(run_test(assignment, "q1", session)) == [None]
    session.names["answer"] = Opaque("int", "60 MB", too_large=True)
    assert passed(run_test(assignment, "q1", session)) == [None]


def test_a_pass_about_the_inside_of_a_stand_in_says_nothing_however_the_test_came_to_it(assignment: Assignment) -> None:
    result = run_test(assignment, "q4", Held({"f": lambda values: values[0] + values[1]}))
    assert [(case.outside and case.outside.said, case.reason) for case in result.cases] == [
        *[(Said.UNSAID, "needs-process")] * 6,
        (Said.PASS, None),
    ]


class Gone(Held):
    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, object]:
        raise StudentGone("memory", "the process is gone")


def test_a_process_that_is_gone_decides_nothing(assignment: Assignment) -> None:
    result = run_test(assignment, "q3", Gone({}))
    assert passed(result) == [None, None]
    assert [case.outside and case.outside.why for case in result.cases] == ["memory", "memory"]


class Looked(Held):
    """Counts how often its names are asked for; ``turn`` calls into it and rebinds a name."""

    def __init__(self, names: dict[str, object]) -> None:
        super().__init__(names)
        self.looks = 0

    def look(self, words: frozenset[str] | None = None, numbers: frozenset[str] = frozenset()) -> dict[str, object]:
        self.looks += 1
        return super().look(words)

    def turn(self) -> int:
        self.calls += 1
        self.names["later"] = 7
        return 4


TURNS = """
OK_FORMAT = True
test = {"name": "q1", "points": [1, 1, 1], "suites": [{"cases": [
    {"code": ">>> turn()\\n4"}, {"code": ">>> later\\n7"}, {"code": ">>> later\\n7"}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


def test_names_are_asked_for_once_and_again_where_a_call_may_have_bound_them_anew(
    assignment: Assignment, tmp_path: Path
) -> None:
    session = Looked({"answer": 3, "later": 7})
    assert passed(run_test(assignment, "q3", session)) == [True, True]
    assert session.looks == 1
    session = Looked({"later": 0})
    session.names["turn"] = session.turn
    result = run_test(load(autograder_zip(tmp_path, {"q1": TURNS})), "q1", session)
    assert [case.outside and case.outside.said for case in result.cases] == [Said.PASS] * 3
    assert session.looks == 2


def test_all_or_nothing_is_lost_by_one_case(assignment: Assignment) -> None:
    assert settle(run_test(assignment, "q3", Held({"answer": 3, "later": 7}))).score == 2.0
    half = run_test(assignment, "q3", Held({"answer": 3, "later": 8}))
    assert (settle(half).score, passed(half)) == (None, [True, False])
    assert [case.message for case in half.cases] == ["Well done.", "Look at later.\nlater\nExpected: 7\nGot: 8"]
    lost = witnessed([InsideCase(passed=True), InsideCase(passed=False)], half)
    assert settle(lost).score == 0.0


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([(False, True), (True, False)], "q1 passed!"),
        ([(True, False)], "q1 passed!"),
        ([(False, True), (False, False)], "q1 results:\n    case 0: passed\n    case 1: look again"),
        ([(False, None), (True, True)], "q1 results:\n    case 0: a person will look at this"),
    ],
)
def test_a_check_prints_its_public_cases_and_of_those_what_a_student_may_read(
    cases: list[tuple[bool, bool | None]], said: str
) -> None:
    results = tuple(
        CaseResult(name=f"case {number}", hidden=hidden, passed=passed, score=0.0, possible=1.0, message="look again")
        for number, (hidden, passed) in enumerate(cases)
    )
    assert public_text(QuestionResult(name="q1", score=None, possible=2.0, cases=results)) == said


def test_names_are_found_in_functions_and_lambdas() -> None:
    code = compile("def check(t):\n    return [f(v, g=lambda: h) for v in t]\nnp.gradient = later", "<test>", "exec")
    assert {"f", "h", "later", "setattr"} <= mentioned(code)


def test_refusals_name_the_question(assignment: Assignment) -> None:
    with pytest.raises(UsageError, match=r"has no question 'q9'; it has q1, q2, q3"):
        run_test(assignment, "q9", Held({}))


def test_support_files_are_copies(assignment: Assignment) -> None:
    assert assignment.workplace is not None
    assert Path(assignment.files["data.csv"]).parent == assignment.workplace.kept.resolve()
