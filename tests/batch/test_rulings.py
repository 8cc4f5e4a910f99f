"""What passes only inside the notebook's own process: shown case by case, and decided once for the whole class."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from autograder.batch.journal.rulings import Ruling, apply_rulings, case_named, standing
from autograder.cli import NEEDS_A_PERSON, group
from autograder.errors import AutograderError, UsageError
from autograder.model import (
    QuestionResult,
    Run,
    Said,
    Status,
    Submission,
    SubmissionResult,
    Trust,
    Witness,
)
from autograder.report.statistics.only_inside import likely, open_cases, resting, touches, witness_in_words
from autograder.witnesses import ONLY_INSIDE, conclude, settle
from tests.parity.parity_groups import Group, read
from tests.report.report_samples import witnessed
from tests.sandbox.jail_samples import needs_jail

UNSAID = Witness(said=Said.UNSAID, why="cannot-ship", about="meter.v")
FAILED = Witness(said=Said.FAIL, about="assert f(2) == 4\nAssertionError")
PASSED = Witness(said=Said.PASS)


def work(key: str, *witnesses: tuple[Witness, Witness | None], code: tuple[str, ...] = ()) -> SubmissionResult:
    """A submission of one question, ``q1``, with a case of 2 points for each pair of witnesses."""
    cases = witnessed(*witnesses, possible=2.0)
    question = settle(QuestionResult(name="q1", score=None, possible=2.0 * len(cases), cases=cases))
    submission = Submission(key=key, students=(), file=f"{key}.ipynb", path="")
    result = SubmissionResult(submission=submission, status=Status.GRADED, questions=(question,), code=code)
    return conclude(result)


def ruling(place: int, accepted: bool | None, name: str | None = None) -> Ruling:
    name = name or f"case {place}"
    return Ruling(question="q1", place=place, name=name, accepted=accepted, why="seen", who="ta", at="2026-11-30T10:00")


@pytest.mark.parametrize(
    ("rulings", "score", "trust", "status"),
    [
        ([], None, Trust.JUDGE, Status.NEEDS_REVIEW),
        ([ruling(1, True)], 4.0, Trust.STUDENT, Status.GRADED),
        ([ruling(1, False)], 2.0, Trust.JUDGE, Status.GRADED),
        ([ruling(1, True), ruling(1, False)], 2.0, Trust.JUDGE, Status.GRADED),
        ([ruling(1, True), ruling(1, None)], None, Trust.JUDGE, Status.NEEDS_REVIEW),
        ([ruling(0, False)], None, Trust.JUDGE, Status.NEEDS_REVIEW),
        ([ruling(1, True, "written anew")], None, Trust.JUDGE, Status.NEEDS_REVIEW),
    ],
)
def test_the_last_ruling_about_a_case_decides_it(
    rulings: list[Ruling], score: float | None, trust: Trust, status: Status
) -> None:
    before = work("a", (PASSED, None), (UNSAID, PASSED))
    after = apply_rulings(before, standing(rulings))
    assert (after.questions[0].score, after.questions[0].trust, after.status) == (score, trust, status)
    assert (after.score, after.final) == (score, score)
    assert [change.why for change in after.adjustments] == ([] if score is None else ["seen"])


def test_a_ruling_changes_nothing_that_both_witnesses_have_decided() -> None:
    failed = work("a", (FAILED, Witness(said=Said.FAIL)))
    passed = work("b", (PASSED, PASSED))
    for result in (failed, passed):
        for accepted in (True, False):
            assert apply_rulings(result, standing([ruling(0, accepted)])) == result


def test_what_else_is_open_stays_open() -> None:
    lost = Witness(said=Said.LOST, why="timeout")
    after = apply_rulings(work("a", (UNSAID, PASSED), (UNSAID, lost)), standing([ruling(0, True)]))
    assert (after.status, after.reason, after.questions[0].score) == (Status.NEEDS_REVIEW, "timeout", None)
    assert after.adjustments == ()


def a_run(*results: SubmissionResult) -> Run:
    facts = {
        "assignment": "hw09",
        "assignment_digest": "0",
        "package_version": "1",
        "versions": {},
        "sandbox": "bwrap",
        "seed": 0,
        "jobs": 1,
        "started": "",
        "seconds": 0.0,
    }
    return msgspec.convert({"facts": facts, "questions": {"q1": 4.0}, "results": msgspec.to_builtins(results)}, Run)


def test_cases_are_grouped_and_the_one_that_most_wait_for_comes_first() -> None:
    both, second = ((UNSAID, PASSED), (FAILED, PASSED)), ((PASSED, None), (FAILED, PASSED))
    neither = ((PASSED, None), (FAILED, Witness(said=Said.FAIL)))
    run = a_run(work("a", *both), work("b", *second), work("c", *neither))
    found = open_cases(run)
    assert [(case.label, [result.submission.key for result in case.works], case.asked) for case in found] == [
        ("q1:2", ["a", "b"], 3),
        ("q1:1", ["a"], 3),
    ]
    assert resting(run) == {}
    accepted = [apply_rulings(result, standing([ruling(0, True), ruling(1, True)])) for result in run.results]
    after = msgspec.structs.replace(run, results=tuple(accepted))
    assert open_cases(after) == []
    assert resting(after) == {"q1": 2}


@pytest.mark.parametrize("label", ["q1:0", "q1:3", "q2:1", "q1", "q1:one", ":", "q1:-1", "q1:²"])
def test_a_case_that_is_none_is_refused_in_one_line(label: str) -> None:
    run = a_run(work("a", (UNSAID, PASSED), (PASSED, None)))
    assert case_named(run, "q1:2") == ("q1", 1, "case 1")
    with pytest.raises(UsageError, match="no such case") as raised:
        case_named(run, label)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("witness", "words"),
    [
        (PASSED, "pass"),
        (FAILED, "fail: assert f(2) == 4 AssertionError"),
        (UNSAID, "cannot say: the test uses an object that cannot be copied out of the notebook: meter.v"),
        (
            Witness(said=Said.UNSAID, why="needs-process"),
            "cannot say: the test asks for what only the notebook's process has",
        ),
        (Witness(said=Said.LOST, why="memory"), "lost (memory)"),
    ],
)
def test_a_witness_in_words(witness: Witness, words: str) -> None:
    assert witness_in_words(witness) == words


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["import numpy as np\nnp.isclose = lambda *a: True"], ["cell 1 sets np.isclose"]),
        (["import numpy.testing as t", "t.assert_allclose = print"], ["cell 2 sets t.assert_allclose"]),
        (["def abs(x):\n    return 0"], ["cell 1 gives abs another meaning"]),
        (["for sum in [1]:\n    pass"], ["cell 1 gives sum another meaning"]),
        (["class np:\n    pass"], ["cell 1 gives np another meaning"]),
        (["import gc, doctest"], ["imports gc", "imports doctest"]),
        (["from otter.test_files import abstract_test"], ["imports otter"]),
        (["import sys\nsys.modules['numpy'] = None"], ["cell 1 writes into sys.modules"]),
        (["import numpy as np\nnp.set_printoptions(precision=1)"], ["changes how arrays print"]),
        (["%matplotlib inline\nx = = 1", "max = 3"], ["cell 2 gives max another meaning"]),
        # what honest notebooks do
        (
            [
                "import otter\ngrader = otter.Notebook()",
                "import numpy as np\nx = np.abs(-1)\nx.flags.writeable = False",
            ],
            [],
        ),
        (["def total(v):\n    sum = 0\n    for max in v:\n        sum += max\n    return sum"], []),
        (["class Vec:\n    def __init__(self, x):\n        self.x = x\n    def max(self):\n        return self.x"], []),
    ],
)
def test_what_a_notebook_touches(cells: list[str], found: list[str]) -> None:
    told = list(touches(cells))
    assert len(told) == len(found)
    assert all(part in one for part, one in zip(found, told, strict=True))


def test_a_case_on_which_nobody_disagrees_has_no_likely_reason() -> None:
    for witnesses in ((PASSED, None), (FAILED, Witness(said=Said.FAIL))):
        case = work("a", witnesses).questions[0].cases[0]
        assert likely(case, ["import gc"]) == []
    open_case = work("a", (FAILED, PASSED)).questions[0].cases[0]
    assert open_case.reason == ONLY_INSIDE
    assert "imports gc" in " ".join(likely(open_case, ["import gc"]))


METERS = """Meters
== object
class Meter:
    def __init__(self, v):
        self.v = v
reading = Meter(4.5)
-- test
>>> reading.v
4.5
-- test
>>> vars(reading)
{'v': 4.5}
== plain
level = 3
-- test
>>> level
3
== tolerance
values = [1.0]
-- wrong
import numpy as np
np.allclose = lambda *a, **k: True
values = [7.0]
-- test
def test_values(values):
    import numpy as np
    assert np.allclose(values, [1.0])
"""


@pytest.fixture
def meters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Group:
    """An autograder.zip and a class in the current folder: three blanks, ``dee`` right, ``eve`` who patches NumPy."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meters.txt").write_text(METERS)
    made = read(tmp_path / "meters.txt")
    made.archive(tmp_path).rename(tmp_path / "autograder.zip")
    (tmp_path / "in").mkdir()
    for name, form in {"ann": "blank", "bo": "blank", "cy": "blank", "dee": "right"}.items():
        (tmp_path / "in" / f"{name}.ipynb").write_text(made.notebook(form))
    right, cheat = made.parts[-1].right, made.parts[-1].wrong
    content = made.notebook("right").replace(json.dumps(right), json.dumps(cheat))
    (tmp_path / "in" / "eve.ipynb").write_text(content)
    return made


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(group, arguments, standalone_mode=False)
    if result.exception is not None and not isinstance(result.exception, AutograderError):
        raise result.exception
    return result


def scores(folder: Path) -> dict[str, list[float | None]]:
    run = msgspec.json.decode((folder / "results.json").read_bytes(), type=Run)
    return {result.submission.key: [question.score for question in result.questions] for result in run.results}


@needs_jail
@pytest.mark.slow
def test_a_class_is_decided_case_by_case(meters: Group, tmp_path: Path) -> None:
    grades = tmp_path / "grades"
    assert call("grade", "autograder.zip", "in", "--jobs", "1").return_value == NEEDS_A_PERSON
    waiting = {name: [0.0, 0.0, 0.0] for name in ("ann", "bo", "cy")} | {"dee": [None, 1, 1], "eve": [None, 1, None]}
    assert scores(grades) == waiting

    listed = call("review", "grades").output
    assert "object:2 object - 2 (2 points, hidden): passes only inside the notebook\n  2 of 5: dee, eve" in listed
    assert "tolerance:1" in listed
    assert "sets np.allclose" in listed
    assert "autograder review --accept object:2   or   --refuse object:2" in listed
    told = call("explain", "grades", "eve", "tolerance").output
    assert "outside" in told
    assert "AssertionError" in told
    assert "inside" in told
    assert "sets np.allclose" in " ".join(told.split())
    page = (grades / "report.html").read_text()
    assert "autograder review --accept tolerance:1" in page

    call("review", "grades", "--accept", "object:1", "--accept", "object:2", "--why", "an object is meant")
    assert scores(grades) == waiting | {"dee": [3.0, 1.0, 1.0], "eve": [3.0, 1.0, None]}
    call("review", "grades", "--refuse", "tolerance:1")
    assert scores(grades) == waiting | {"dee": [3.0, 1.0, 1.0], "eve": [3.0, 1.0, 0.0]}
    assert "dee,,dee.ipynb,graded,3,1,1,5,5" in (grades / "grades.csv").read_text()
    assert "an object is meant" in (grades / "feedback" / "dee.html").read_text()
    assert "0 to decide" in call("review", "grades").output
    page = (grades / "report.html").read_text()
    assert "object (2 notebooks)" in page

    call("regrade", "-o", "grades")
    assert scores(grades)["eve"] == [3.0, 1.0, 0.0]
    call("review", "grades", "--withdraw", "tolerance:1")
    assert scores(grades)["eve"] == [3.0, 1.0, None]

    wrong = call("review", "grades", "--accept", "object:1", "--refuse", "object:1").exception
    assert "a case is named twice" in str(wrong)
    assert "no such case" in str(call("review", "grades", "--accept", "object:9").exception)
