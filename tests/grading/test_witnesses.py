"""Two witnesses: the table, what the class adds, and attacks on plain tests that earn nothing by themselves."""

import json
from pathlib import Path

import pytest

from autograder.grading import grade
from autograder.model import (
    CaseResult,
    QuestionResult,
    Raised,
    Said,
    Status,
    Submission,
    SubmissionResult,
    Trust,
    Witness,
)
from autograder.otter import load
from autograder.sandbox import Sandbox
from autograder.witnesses import decide, settle
from tests.otter.otter_samples import autograder_zip, notebook
from tests.sandbox.jail_samples import needs_jail

PASS, FAIL, UNSAID, LOST = (Witness(said=said) for said in Said)


def case(outside: Witness | None, inside: Witness | None, **more: object) -> CaseResult:
    fields = {"name": "c", "hidden": True, "passed": None, "score": 0.0, "possible": 2.0, "message": "m"} | more
    return CaseResult(outside=outside, inside=inside, **fields)  # type: ignore[arg-type]


def question(*cases: CaseResult, **more: object) -> QuestionResult:
    possible = sum(one.possible for one in cases)
    return QuestionResult(name="q1", score=None, possible=possible, cases=cases, **more)  # type: ignore[arg-type]


def work(name: str, *cases: CaseResult, part_of: str | None = None) -> SubmissionResult:
    submission = Submission(key=name, students=(), file=name, path=name, part_of=part_of)
    settled = settle(question(*cases))
    status = Status.GRADED if settled.score is not None else Status.NEEDS_REVIEW
    return SubmissionResult(
        submission=submission, status=status, reason=settled.reason, questions=(settled,), score=settled.score
    )


@pytest.mark.parametrize(
    ("outside", "inside", "passed", "reason", "trust"),
    [
        (PASS, None, True, None, Trust.JUDGE),
        (FAIL, FAIL, False, None, Trust.JUDGE),
        (UNSAID, FAIL, False, None, Trust.JUDGE),
        (FAIL, PASS, None, "only-inside", Trust.JUDGE),
        (UNSAID, PASS, None, "only-inside", Trust.JUDGE),
        (FAIL, Witness(said=Said.LOST, why="crashed"), None, "crashed", Trust.JUDGE),
        (UNSAID, Witness(said=Said.LOST, why="timeout"), None, "timeout", Trust.JUDGE),
        (FAIL, None, None, "undecided", Trust.JUDGE),
        (None, PASS, True, None, Trust.STUDENT),
        (None, FAIL, False, None, Trust.STUDENT),
        (None, LOST, None, "undecided", Trust.STUDENT),
    ],
)
def test_the_table(
    outside: Witness | None, inside: Witness | None, passed: bool | None, reason: str | None, trust: Trust
) -> None:
    (one,) = settle(question(case(outside, inside))).cases
    assert (one.passed, one.reason, one.trust) == (passed, reason, trust)
    assert one.score == (2.0 if passed else 0.0)


def test_a_case_that_our_own_questions_decided_stays_as_it_is() -> None:
    half = case(None, None, passed=False, score=1.0)
    settled = settle(question(half, case(PASS, None)))
    assert (settled.cases[0], settled.score, settled.trust) == (half, 3.0, Trust.JUDGE)


def test_one_lost_case_loses_all_or_nothing_even_where_another_is_open() -> None:
    cases = (case(FAIL, FAIL), case(FAIL, PASS))
    assert settle(question(*cases, all_or_nothing=True)).score == 0.0
    assert settle(question(*cases)).score is None


BLANK = case(FAIL, FAIL, raised=Raised(type="NameError", message="name 'f' is not defined"))


@pytest.mark.parametrize(
    ("others", "score"),
    [
        ([], None),
        ([case(UNSAID, PASS)], None),  # two are no class
        ([case(UNSAID, PASS), case(PASS, None)], 2.0),
        ([case(UNSAID, PASS), case(FAIL, FAIL)], 2.0),
        ([case(FAIL, FAIL), case(FAIL, FAIL), case(UNSAID, PASS)], 2.0),
        ([case(FAIL, FAIL), case(FAIL, FAIL), case(PASS, None), case(FAIL, PASS)], None),
        # blanks say nothing: neither for nor against, and they make no class
        ([case(UNSAID, PASS), case(FAIL, FAIL), *[BLANK] * 9], 2.0),
        ([case(UNSAID, PASS), *[BLANK] * 9], None),
        ([case(FAIL, FAIL), case(FAIL, FAIL), BLANK, case(FAIL, FAIL)], None),
    ],
)
def test_half_of_three_or_more_show_the_same_split(others: list[CaseResult], score: float | None) -> None:
    results = [work("me", case(UNSAID, PASS)), *(work(str(n), other) for n, other in enumerate(others))]
    decided = decide(results)
    assert decided[0].score == score
    assert [one.submission.key for one in decided] == [one.submission.key for one in results]
    backwards = {one.submission.key: one.score for one in decide(results[::-1])}
    assert backwards == {one.submission.key: one.score for one in decided}


def test_what_a_starter_leaves_is_no_answer() -> None:
    dots = Raised(type="TypeError", message="unsupported operand type(s) for *: 'ellipsis' and 'int'")
    other = Raised(type="TypeError", message="f() takes 0 positional arguments but 1 was given")
    for raised, score in ((dots, 2.0), (other, None)):
        works = [work(str(n), case(UNSAID, PASS)) for n in range(3)]
        works += [work(f"b{n}", case(FAIL, FAIL, raised=raised)) for n in range(4)]
        assert decide(works)[0].score == score


def test_a_group_is_one_work_and_the_solution_is_enough() -> None:
    members = [work("a", case(FAIL, PASS)), *(work(f"a{n}", case(FAIL, PASS), part_of="a") for n in range(3))]
    assert [one.score for one in decide(members)] == [None] * 4
    solution = work("solution", case(UNSAID, PASS))
    for decided in decide(members, solution):
        assert (decided.status, decided.score, decided.questions[0].trust) == (Status.GRADED, 2.0, Trust.STUDENT)
    assert decide(members, work("solution", case(PASS, None))) == members


# --- attacks on plain tests: what each earns by itself ---------------------------------------------------------------

DOCTESTS = """
OK_FORMAT = True
test = {{"name": "q1", "points": 1, "suites": [{{"cases": [{{"code": {code!r}, "hidden": True}}],
    "scored": True, "setup": "", "teardown": "", "type": "doctest"}}]}}
"""
SLOPE = ">>> abs(slope(2.0) - 12.0) < 1e-6\nTrue"
CLOSE = ">>> bool(np.isclose(slope(2.0), 12.0))\nTrue"
FORMULA = ">>> import sympy as sp\n>>> simplify(answer - sp.Symbol('x')**2)\n0"
VALUE = ">>> answer == 31\nTrue"
ARRAY = ">>> x = np.array([1.0, 2.0])\n>>> bool(np.allclose(grad(x), 2 * x))\nTrue"
SEEDED = ">>> np.random.seed(11)\n>>> p = np.random.normal()\n>>> abs(slope(p) - 2 * p) < 1e-9\nTrue"
SWALLOWS = ">>> try:\n...     ok = answer == 31\n... except Exception:\n...     ok = True\n>>> ok\nTrue"
NP = "import numpy as np\n"

ATTACKS = {
    # names by which a test compares
    "sum for abs": (
        SLOPE,
        "class Zero:\n    def __lt__(self, o): return True\ndef slope(x): return 0.0\nabs = lambda x: Zero()",
    ),
    "a class for np": (CLOSE, "class np:\n    isclose = staticmethod(lambda *a, **k: True)\ndef slope(x): return 0.0"),
    "an instance for np": (
        CLOSE,
        "class N:\n    def isclose(self, *a): return True\nnp = N()\ndef slope(x): return 0.0",
    ),
    "bool": (CLOSE, NP + "bool = lambda x: True\ndef slope(x): return 0.0"),
    "simplify": (FORMULA, "import sympy\nanswer = sympy.Symbol('x')\ndef simplify(e): return 0"),
    # objects that decide
    "equal to all": (VALUE, "class A:\n    def __eq__(self, o): return True\nanswer = A()"),
    "an int that is equal to all": (VALUE, "class A(int):\n    def __eq__(self, o): return True\nanswer = A()"),
    "no difference": (SLOPE, "class D(float):\n    def __sub__(self, o): return 0.0\ndef slope(x): return D(1)"),
    "swallowed": (SWALLOWS, "answer = (i for i in range(3))"),
    "an array of its own": (
        VALUE,
        NP + "class A(np.ndarray):\n    def __eq__(self, o): return True\nanswer = np.zeros(1).view(A)",
    ),
    # the test's own data and generator
    "zeroes its argument": (ARRAY, NP + "def grad(x):\n    x[:] = 0\n    return x"),
    "zeroes it later": (
        ARRAY,
        NP + "kept = []\ndef grad(x):\n    for old in kept: old[:] = 0\n    kept.append(x)\n    x *= 0\n    return x",
    ),
    "chooses what is drawn": (
        SEEDED,
        NP + "s = np.random.get_state()\nnp.random.set_state((s[0], s[1], s[2], 1, 0.0))\ndef slope(x): return 0.0",
    ),
    "patches the generator": (SEEDED, NP + "np.random.normal = lambda *a: 0.0\ndef slope(x): return 0.0"),
}


@needs_jail
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_by_itself(name: str, tmp_path: Path, small_jail: Sandbox) -> None:
    code, source = ATTACKS[name]
    assignment = load(autograder_zip(tmp_path, {"q1": DOCTESTS.format(code=code)}))
    path = notebook(tmp_path / "a.ipynb", "import numpy as np", source)
    result = grade(Submission(key="s", students=(), file=path.name, path=str(path)), assignment, small_jail)
    assert result.questions[0].score in (None, 0.0), result.questions[0].cases


SPY = """
import gc, json
from autograder.sandbox.inside.notebook import Notebook
us = next(thing for thing in gc.get_objects() if type(thing) is Notebook)
heard, serve = [], us._serve
def _serve(message):
    heard.append(repr(message))
    serve(message)
us._serve = _serve
import otter
otter.Notebook().check("q1")
seen = "|".join(heard)
"""


@needs_jail
@pytest.mark.parametrize(
    "code",
    [
        ">>> choice == 'saddle'\nTrue",
        ">>> {'saddle': 1}[choice] == 1\nTrue",
        ">>> globals()['choice'] in ('saddle',)\nTrue",
    ],
)
def test_nothing_of_a_hidden_test_is_heard_by_the_process_that_is_judged(
    code: str, tmp_path: Path, small_jail: Sandbox
) -> None:
    assignment = load(autograder_zip(tmp_path, {"q1": DOCTESTS.format(code=code)}))
    found: list[str] = []

    class Kept:
        def start(self, program: object) -> object:
            return Once(small_jail.start(program))  # type: ignore[arg-type]

    class Once:
        def __init__(self, student: object) -> None:
            self.student = student

        def __enter__(self) -> object:
            return self.student.__enter__()  # type: ignore[attr-defined]

        def __exit__(self, *raised: object) -> None:
            found.append(self.student.look()["seen"] if not found else "")  # type: ignore[attr-defined]
            self.student.__exit__(*raised)  # type: ignore[attr-defined]

    path = notebook(tmp_path / "a.ipynb", "choice = 'saddle'", SPY)
    submission = Submission(key="s", students=(), file=path.name, path=str(path))
    assert grade(submission, assignment, Kept()).score == 1.0  # type: ignore[arg-type]
    assert "Look" in found[0]
    assert "saddle" not in found[0]


COUNTS = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"

@test_case(points=1, hidden=False)
def public(roots):
    roots()

@test_case(points=1, hidden=True)
def hidden(roots, saddles):
    assert roots() == 2
    assert saddles() == 3
"""
GUESSES = """
import otter, json
grader, calls, guess = otter.Notebook(), {"saddles": 0}, 0
def roots(): return guess
def saddles():
    calls["saddles"] += 1
    return 3
for guess in range(5):
    before = calls["saddles"]
    grader.check("q1")
    if calls["saddles"] > before:
        break
"""


@needs_jail
def test_counting_calls_over_many_checks_tells_nothing(tmp_path: Path, small_jail: Sandbox) -> None:
    assignment = load(autograder_zip(tmp_path, {"q1": COUNTS}))
    path = notebook(tmp_path / "a.ipynb", GUESSES)
    result = grade(Submission(key="s", students=(), file=path.name, path=str(path)), assignment, small_jail)
    (question_,) = result.questions
    assert question_.cases[1].passed is False, json.loads(json.dumps(question_.cases[1].message))
    honest = notebook(
        tmp_path / "b.ipynb",
        "import otter\ngrader = otter.Notebook()\ndef roots(): return 1\ndef saddles(): return 3\ngrader.check('q1')",
        "def roots(): return 2\ngrader.check('q1')",
    )
    result = grade(Submission(key="s", students=(), file=honest.name, path=str(honest)), assignment, small_jail)
    assert result.score == 2.0
