"""Where everybody has other numbers: a typing error is nobody's, a classmate's id is for a person."""

import msgspec
import pytest

from autograder.lms import whose_numbers
from autograder.model import (
    CaseResult,
    Id,
    QuestionResult,
    Raised,
    Space,
    Status,
    Student,
    Submission,
    SubmissionResult,
)
from autograder.versions import NoStudent

ANN = Student(
    id="12",
    name="Lee, Ann",
    ids=(Id(Space.CANVAS_USER, "12"), Id(Space.CANVAS_LOGIN, "alee"), Id(Space.EMAIL, "ann@x.edu")),
)
BOB = Student(id="13", name="Miller, Bob", ids=(Id(Space.CANVAS_USER, "13"), Id(Space.EMAIL, "bob@x.edu")))


def result(student: Student, **numbers_of: int) -> SubmissionResult:
    submission = Submission(key=student.id, students=(student,), file="hw01.ipynb", path="hw01.ipynb")
    return SubmissionResult(submission=submission, status=Status.GRADED, score=7.0, numbers_of=numbers_of)


CLAIMS = [
    ({}, Status.GRADED, ""),
    ({"ann@x.edu": 3}, Status.GRADED, ""),
    ({"alee": 3}, Status.GRADED, ""),
    ({"lee,ann": 3}, Status.GRADED, ""),
    ({"ann": 3}, Status.GRADED, ""),
    ({"alee@other.edu": 3}, Status.GRADED, ""),
    ({"bob@x.edu": 3}, Status.NEEDS_REVIEW, "its numbers are those of Miller, Bob: the notebook says bob@x.edu"),
    ({"bob": 3}, Status.NEEDS_REVIEW, "its numbers are those of Miller, Bob"),
    ({"12": 3}, Status.GRADED, "nobody here is called so"),
    ({"anne@x.edu": 3}, Status.GRADED, "nobody here is called so"),
    ({"ann@x.edu": 3, "bob@x.edu": 4}, Status.NEEDS_REVIEW, "under several ids: ann@x.edu, bob@x.edu"),
    ({"ann@x.edu": 3, "alee": 4}, Status.NEEDS_REVIEW, "under several ids"),
]


@pytest.mark.parametrize(("numbers_of", "status", "said"), CLAIMS)
def test_the_id_in_a_notebook_is_held_against_who_handed_it_in(numbers_of, status, said):
    held, _ = whose_numbers([result(ANN, **numbers_of), result(BOB)], None)

    assert held.status is status
    assert (held.reason == "other-numbers") == (status is Status.NEEDS_REVIEW)
    assert said in held.message + "".join(held.notes)
    assert held.score == 7.0, "the work is graded on the numbers that it has"


NOBODY = CaseResult(
    name="q1 - 1",
    hidden=False,
    passed=False,
    score=0.0,
    possible=2.0,
    message="",
    raised=Raised(type=NoStudent.__name__, message="STUDENT is empty."),
)


@pytest.mark.parametrize(
    ("code", "status", "reason", "said"),
    [
        (("STUDENT = ''", "slope = 3"), Status.NEEDS_REVIEW, "no-id", "STUDENT is empty"),
        (("slope = ...",), Status.GRADED, None, "nothing in it is answered"),
    ],
)
def test_answers_without_an_id_wait_and_an_untouched_notebook_has_its_0(code, status, reason, said):
    question = QuestionResult(name="q1", score=0.0, possible=2.0, cases=(NOBODY,))
    work = msgspec.structs.replace(result(ANN), questions=(question,), code=code, score=0.0)

    (held,) = whose_numbers([work], None, ("STUDENT = ''", "slope = ..."))

    assert (held.status, held.reason, held.score) == (status, reason, 0.0 if reason is None else None)
    assert said in held.message + "".join(held.notes)


def test_what_failed_stays_failed():
    failed = msgspec.structs.replace(result(ANN, **{"bob@x.edu": 1}), status=Status.FAILED, reason="timeout")

    assert whose_numbers([failed, result(BOB)], None)[0].reason == "timeout"
