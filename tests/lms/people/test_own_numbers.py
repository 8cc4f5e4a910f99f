"""Where everybody has other numbers: a typing error is nobody's, a classmate's id is for a person."""

import msgspec
import pytest

from autograder.lms import whose_numbers
from autograder.lms.people import own_id
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
    ({"ann@x.edu,bob@x.edu": 3}, Status.GRADED, "more than one id, ann@x.edu,bob@x.edu: graded on the numbers that"),
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
    assert [each.score for each in held.questions] == [None if reason else 0.0], "the table says no 0 either"
    assert held.waits_whole == (reason is not None)


def test_a_question_for_which_no_id_is_needed_keeps_its_points():
    asked = QuestionResult(name="q1", score=0.0, possible=2.0, cases=(NOBODY,))
    same = QuestionResult(name="q2", score=3.0, possible=3.0)
    work = msgspec.structs.replace(result(ANN), questions=(asked, same), code=("same = 7",), score=3.0)

    (held,) = whose_numbers([work], None)

    assert [(each.score, each.reason) for each in held.questions] == [(None, "no-id"), (3.0, None)]


def test_what_failed_stays_failed():
    failed = msgspec.structs.replace(result(ANN, **{"bob@x.edu": 1}), status=Status.FAILED, reason="timeout")

    assert whose_numbers([failed, result(BOB)], None)[0].reason == "timeout"


def held(work: SubmissionResult, *others: Student, everybody: tuple[Student, ...] | None = None) -> SubmissionResult:
    return whose_numbers([work, *(result(one) for one in others)], everybody)[0]


ADVICE = "its points wait: give them with autograder override, or ask"


def test_without_others_an_id_of_the_same_kind_is_looked_at_and_another_kind_is_a_slip() -> None:
    for word, own in (("zoe@x.edu", "ann@x.edu"), ("zoe", "alee")):
        said = f"the notebook says {word}, and whoever handed it in is {own}: another student, or a slip; {ADVICE}"
        assert held(result(ANN, **{word: 1})).message == said
    # a number, where she is known by none that people know
    found = held(result(ANN, **{"99": 1}))
    assert found.notes == (
        "the notebook says that it is 99's, and nobody here is called so: graded on the numbers of that id",
    )
    numbered = Student(id="0012", ids=(Id(Space.CANVAS_SIS, "0012"), Id(Space.FILE, "77"), Id(Space.NAME, "5")))
    assert "whoever handed it in is 0012:" in held(result(numbered, **{"99": 1})).message
    assert held(result(numbered, **{"12": 1})).status is Status.GRADED
    # where the class is known a slip is nobody's
    assert held(result(ANN, zoe=1), everybody=(ANN, BOB)).status is Status.GRADED
    assert held(result(ANN, zoe=1), everybody=(ANN,)).status is Status.NEEDS_REVIEW
    assert held(result(ANN, bob=1), everybody=(BOB,)).status is Status.NEEDS_REVIEW


def test_of_several_who_are_called_so_one_who_handed_in_is_enough() -> None:
    twin = Student(id="14", name="Miller, Bob", ids=(Id(Space.CANVAS_LOGIN, "bob"),))
    work = result(ANN, bob=1)
    together = msgspec.structs.replace(work.submission, students=(ANN, BOB))
    assert held(msgspec.structs.replace(work, submission=together), twin).status is Status.GRADED
    found = held(work, BOB)
    assert found.message == f"its numbers are those of Miller, Bob: the notebook says bob; {ADVICE}"
    nameless = Student(id="13", ids=(Id(Space.EMAIL, "bob@x.edu"),))
    assert "are those of 13: the" in held(work, nameless).message


def test_what_was_said_before_stays_and_the_advice_is_said_once() -> None:
    work = msgspec.structs.replace(result(ANN, bob=1), message="before", notes=("n",))
    found = held(work, BOB)
    assert found.message == f"before; its numbers are those of Miller, Bob: the notebook says bob; {ADVICE}"
    assert held(msgspec.structs.replace(result(ANN, **{"12": 1}), notes=("n",)), BOB).notes[0] == "n"
    # what waited already for that reason, and is as it was, is not told again
    waiting = msgspec.structs.replace(
        result(ANN, alee=1), status=Status.NEEDS_REVIEW, reason="other-numbers", message="m"
    )
    assert held(waiting, BOB).message == "m"
    (one, _) = whose_numbers([result(ANN, bob=1), result(BOB)], None, advice={})
    assert one.message.endswith("says bob")


def test_an_empty_notebook_of_nobody_says_so_and_answers_wait_with_what_to_do() -> None:
    question = QuestionResult(name="q1", score=0.0, possible=2.0, cases=(NOBODY,))
    work = msgspec.structs.replace(result(ANN), questions=(question,), code=("x = 1",), notes=("n",))
    (empty,) = whose_numbers([work], None, ("x = 1", "y = 2"))
    assert empty.notes == ("n", "the notebook says nobody's id, and nothing in it is answered")
    (waits,) = whose_numbers([work], None, ("y = 2",))
    assert waits.message == (
        "the notebook says nobody's id (STUDENT is empty), so no answer could be held against the student's numbers; "
        "its points wait: write the id into a copy and grade that with --replace"
    )
    other = msgspec.structs.replace(NOBODY, raised=Raised(type="NameError", message="x"))
    none = msgspec.structs.replace(NOBODY, raised=None)
    for case in (other, none):
        asked = msgspec.structs.replace(work, questions=(msgspec.structs.replace(question, cases=(case,)),))
        assert whose_numbers([asked], None) == [asked]
    both = msgspec.structs.replace(work, questions=(msgspec.structs.replace(question, cases=(none, NOBODY)),))
    assert whose_numbers([both], None)[0].reason == "no-id"


@pytest.mark.parametrize(
    ("ids", "own"),
    [
        ([(Space.EMAIL, "a@x.edu"), (Space.CANVAS_LOGIN, "a")], "a@x.edu"),
        ([(Space.CANVAS_LOGIN, "a"), (Space.EMAIL, "a@x.edu")], "a@x.edu"),
        ([(Space.CANVAS_LOGIN, "a"), (Space.CANVAS_SIS, "7")], "a"),
        ([(Space.CANVAS_USER, "9"), (Space.CANVAS_SIS, "7")], "7"), ([(Space.NAME, "Ann")], None),
        ([(Space.CANVAS_USER, "9")], None), ([(Space.CANVAS_LOGIN, " "), (Space.CANVAS_SIS, "7")], "7"),
    ],
)  # fmt: skip
def test_the_id_that_a_student_knows(ids: list[tuple[Space, str]], own: str | None) -> None:
    assert own_id(Student(id="x", ids=tuple(Id(space, value) for space, value in ids))) == own
