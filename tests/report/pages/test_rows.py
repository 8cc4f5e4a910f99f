"""The table of the students on the class's page, and what a student reads of a case: words, row by row."""

import html
import re

import msgspec
import pytest

from autograder.model import (
    CaseResult,
    Check,
    Outcome,
    QuestionResult,
    Reason,
    Refused,
    Run,
    Status,
    Student,
    Submission,
    SubmissionResult,
    Verdict,
)
from autograder.report.pages.html import class_page, student_page, undrawn_page
from tests.report.report_samples import CURVE, facts


def work(key: str, **fields: object) -> SubmissionResult:
    values = {"status": Status.GRADED, "questions": (QuestionResult(name="q1", score=1.0, possible=4.0),)}
    values |= {"score": 1.0, "possible": 4.0} | fields
    about = {name: values.pop(name) for name in ("late", "section") if name in values}
    students = (Student(id=key, name=f"S{key}"),)
    return SubmissionResult(submission=Submission(key=key, students=students, file="a", path="", **about), **values)


def one(*works: SubmissionResult, **fields: object) -> Run:
    return Run(facts=facts(), questions={"q1": 4.0}, results=works, **fields)


def rows(run: Run) -> list[list[str]]:
    """The cells' texts of the table of the students."""
    table = re.search(r'<table class="sortable" id="students">.*?<tbody>(.*?)</tbody>', class_page(run), re.S)[1]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line, re.S) for line in table.split("<tr>")[1:]]
    return [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in line] for line in lines]


@pytest.mark.parametrize(
    ("run", "row"),
    [
        (one(work("1")), ["S1", "1", "graded", "1", "1"]),
        (one(work("1", late=True)), ["S1", "1", "graded, late", "1", "1"]),
        (one(work("1", late=False)), ["S1", "1", "graded", "1", "1"]),
        (one(work("1", section="B")), ["S1", "1", "B", "graded", "1", "1"]),
        (
            one(work("1", status=Status.FAILED, reason="timeout", late=True, score=None, questions=())),
            ["S1", "1", "failed: timeout, late", "–", "–"],
        ),
        (
            one(refused=(Refused(file="a.jpg", reason="empty", message="m", students=(Student(id="7", name="Al"),)),)),
            ["Al", "7", "failed: empty", "–", "–"],
        ),
        (one(missing=(Student(id="8"),)), ["8", "8", "nothing handed in", "–", "–"]),
        (one(doubtful=(Student(id="9", name="Di"),)), ["Di", "9", "nothing under this name", "–", "–"]),
    ],
)
def test_a_row_of_the_class(run, row):
    assert rows(run) == [row]


def read(*cases: CaseResult) -> str:
    question = QuestionResult(name="q1", score=1.0, possible=4.0, cases=cases)
    result = work("1", questions=(question,), code=("def area(r): ...",))
    return html.unescape(student_page(one(result), result))


def case(*, hidden: bool, answer: str = "area", passed: bool | None = False, message: str = "", checks: int = 1):
    reason, details = Reason.RAISED, {"type": "TypeError", "error": "the test's own words", "called": "area(3)"}
    verdict = Verdict(outcome=Outcome.CORRECT if passed else Outcome.INVALID, reason=reason, details=details)
    check = Check(kind="Function", prompt="p", answer=answer, answer_kind="function", verdict=verdict, points=CURVE)
    return CaseResult(
        name="c", hidden=hidden, passed=passed, score=0.0, possible=2.0, message=message, checks=(check,) * checks
    )


PUBLIC, HIDDEN = "It was called as area(3).", "A check that runs only at grading did not pass."


@pytest.mark.parametrize(
    ("cases", "words", "times"),
    [
        # a public case says how the function was called, a hidden one does not, unless a public one has said it
        ([case(hidden=False)], PUBLIC, 1),
        ([case(hidden=True)], PUBLIC, 0),
        ([case(hidden=False), case(hidden=True)], PUBLIC, 1),
        # without a check a public case has its message, a hidden one a sentence that tells nothing
        ([case(hidden=False, message="as Otter printed it", checks=0)], "as Otter printed it", 1),
        ([case(hidden=True, message="as Otter printed it", checks=0)], "as Otter printed it", 0),
        ([case(hidden=True, message="as Otter printed it", checks=0)], HIDDEN, 1),
        ([case(hidden=True, checks=0, passed=True)], HIDDEN, 0),
        ([case(hidden=True, checks=0, passed=None)], HIDDEN, 0),
        # the same sentence stands once
        ([case(hidden=True, checks=0), case(hidden=True, checks=0)], HIDDEN, 1),
        # the picture is of a public function
        ([case(hidden=False)], "<polyline", 1),
        ([case(hidden=True)], "<polyline", 0),
        ([case(hidden=False), case(hidden=False)], "<polyline", 1),
        # what a hidden test computed from the student's names is the test's own
        ([case(hidden=True, answer="area"), case(hidden=True, answer="are")], "<code>are</code>", 0),
    ],
)
def test_a_case_is_read_as(cases, words, times):
    assert read(*cases).count(words) == times


@pytest.mark.parametrize(
    ("score", "mark"), [(4.0, "right"), (3.9, "partly right"), (0.0, "not right"), (None, "a person will look")]
)
def test_a_question_is_marked(score, mark):
    question = QuestionResult(name="q1", score=score, possible=4.0)
    result = msgspec.structs.replace(work("1"), questions=(question,))
    heading = re.search(r"<h2 id=\"q1\">(.*?)</h2>", student_page(one(result), result), re.S)[1]
    assert mark in " ".join(re.sub("<[^>]*>", " ", heading).split())


@pytest.mark.parametrize(
    ("result", "lines"),
    [
        (None, ["This page could not be drawn. The grades are not affected: they stand in grades.csv."]),
        (work("1"), ["S1", "1 / 4", "This page could not be drawn. Your score is not affected: it is recorded."]),
        (
            work("1", final=1.234, final_possible=5.0),
            ["S1", "1.23 / 5", "This page could not be drawn. Your score is not affected: it is recorded."],
        ),
    ],
)
def test_what_stands_in_the_place_of_a_page(result, lines):
    page = undrawn_page(one(work("1")), result)
    assert [html.unescape(line) for line in re.findall(r"<p[^>]*>(.*?)</p>", page)][: len(lines)] == lines
