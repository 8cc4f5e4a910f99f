"""The numbers of a class and of a person's rows, each one worked out by hand."""

import csv
import html
import io

import msgspec
import pytest

from autograder.model import (
    Adjustment,
    Compared,
    Outcome,
    Reason,
    Refused,
    Run,
    Status,
    Student,
    SubmissionResult,
    Verdict,
)
from autograder.report import answers_csv, grades_csv, page_names
from autograder.report.anonymous import anonymous
from autograder.report.names import display_name, question_title
from autograder.report.pages import class_page
from autograder.report.statistics.assignment import MistakeCount, QuestionStatistics, of_class
from autograder.report.statistics.beside import cells
from autograder.report.table import CHANGED_COLUMNS, FIRST_COLUMNS, LAST_COLUMNS
from tests.report.report_samples import check, result, run, submission


def of(*results: SubmissionResult, **fields: object) -> Run:
    return msgspec.structs.replace(run(), results=results, refused=(), missing=(), **fields)


FIVE = of(
    result(1, "A", (2.0, 2.0, 2.0)),
    result(2, "B", (2.0, 0.0, 0.0)),
    result(3, "C", (0.0, 0.0, 1.0)),
    result(4, "D", (2.0, 2.0, 0.0)),
    result(5, "E", (0.0, 0.0, 0.0)),
    result(6, "F", (None, 2.0, 0.0)),
)


def test_the_numbers_of_a_class_of_six() -> None:
    # scores 12, 4, 2, 8, 0 and one that is open
    numbers = of_class(FIVE)
    assert (numbers.graded, numbers.needs_review, numbers.failed, numbers.missing) == (5, 1, 0, 0)
    assert (numbers.possible, numbers.mean, numbers.median, numbers.deviation) == (12.0, 5.2, 4.0, 4.82)
    assert numbers.quartiles == (2.0, 8.0)
    assert numbers.histogram == (1, 1, 0, 1, 0, 0, 1, 0, 0, 1)
    made = MistakeCount(name="chain_drop", students=2, questions=("q1",), example_key="0003", example_answer="3*x**2")
    first, second, third = numbers.questions
    assert first == QuestionStatistics(
        name="q1",
        possible=4.0,
        decided=5,
        full=3,
        none=2,
        difficulty=0.6,
        discrimination=0.491,
        undecided=1,
        mistakes=(made,),
    )
    assert (second.decided, second.full, second.none, second.difficulty, second.undecided) == (6, 3, 3, 0.5, 0)
    # half of the points is neither all nor none of them
    assert (third.full, third.none, third.difficulty) == (1, 4, 0.25)
    assert [(one.name, one.students, one.questions) for one in numbers.mistakes] == [
        ("chain_drop", 5, ("q2", "q3", "q1"))
    ]


def test_a_mean_has_two_decimals_and_needs_a_score_and_a_deviation_two() -> None:
    marked = [
        msgspec.structs.replace(result(n, "A", ()), score=score) for n, score in ((1, 1 / 3), (2, 2 / 3), (3, 4.0))
    ]
    numbers = of_class(of(*marked))
    assert (numbers.mean, numbers.median, numbers.deviation) == (1.67, 0.67, 2.03)
    two = of_class(of(*marked[:2]))
    assert (two.deviation, two.quartiles) == (0.24, (0.42, 0.58))
    nobody = of_class(of(result(1, "A", (None,))))
    assert (nobody.mean, nobody.median, nobody.possible, sum(nobody.histogram)) == (None, None, 12.0, 0)
    assert nobody.questions[0].difficulty is None


@pytest.mark.parametrize(
    ("score", "place"), [(-1.0, 0), (0.0, 0), (1.19, 0), (1.2, 1), (6.0, 5), (11.9, 9), (12.0, 9), (13.0, 9)]
)
def test_a_score_stands_in_its_tenth(score: float, place: int) -> None:
    marked = msgspec.structs.replace(result(1, "A", ()), score=score)
    assert of_class(of(marked)).histogram.index(1) == place


def test_work_out_of_nothing_counts_as_nothing() -> None:
    marked = msgspec.structs.replace(result(1, "A", ()), score=3.0, final=3.0, final_possible=0.0)
    numbers = of_class(of(marked, result(2, "B", (2.0, 2.0, 2.0)), result(3, "C", (2.0, 2.0, 2.0))))
    assert (numbers.possible, numbers.mean, numbers.histogram[0]) == (12.0, 8.0, 1)


def test_the_page_says_the_tenths_that_somebody_is_in() -> None:
    page = html.unescape(class_page(FIVE))
    assert "0–10 %: 1, 10–20 %: 1, 30–40 %: 1, 60–70 %: 1, 90–100 %: 1" in page
    assert "share of the points: –" in html.unescape(class_page(of()))


def test_of_answers_that_are_as_frequent_the_mistakes_stand_by_name() -> None:
    def wrong(name: str) -> Verdict:
        return Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=(name,))

    one = result(1, "A", (0.0,))
    (question,) = one.questions
    cases = tuple(
        msgspec.structs.replace(case, checks=(check(wrong(name), f"{name}(x)"),))
        for case, name in zip(question.cases, ("trig_sign", "chain_drop"), strict=True)
    )
    two = msgspec.structs.replace(one, questions=(msgspec.structs.replace(question, cases=cases),))
    found = of_class(of(two)).mistakes
    assert [(made.name, made.students) for made in found] == [("chain_drop", 1), ("trig_sign", 1)]
    found = of_class(of(two, result(2, "B", (0.0,)))).mistakes
    assert [(made.name, made.students, made.example_key) for made in found] == [
        ("chain_drop", 2, "0001"),
        ("trig_sign", 1, "0001"),
    ]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (Compared(point={}, entry=(), answer=None, symbolic=None, jax=None), ["–", "–", "–", "–"]),
        (
            Compared(point={"x": 1 / 3}, entry=(), answer=1 / 3, symbolic=2.0, jax=1e-20),
            ["x = 0.333333", "0.3333333333", "2", "1e-20"],
        ),
        (Compared(point={}, entry=(0, 1), answer=0.0, symbolic=1.0, jax=None), ["entry [0, 1]", "0", "1", "–"]),
    ],
)
def test_a_row_beside_both_references(row: Compared, shown: list[str]) -> None:
    assert list(cells(row)) == shown


def test_every_cell_of_the_answers() -> None:
    verdict = Verdict(
        outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, mistakes=("chain_drop", "trig_sign"), points_used=7
    )
    one = result(1, "A", (0.0,))
    group = msgspec.structs.replace(one.submission, students=(Student(id="7"), Student(id="=8")))
    (question,) = one.questions
    public = msgspec.structs.replace(question.cases[0], checks=(check(verdict, "=1+1"),))
    hidden = msgspec.structs.replace(
        question.cases[1], checks=(check(Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), "x"),)
    )
    asked = msgspec.structs.replace(question, cases=(public, hidden))
    rows = list(
        csv.reader(io.StringIO(answers_csv(of(msgspec.structs.replace(one, submission=group, questions=(asked,))))))
    )
    columns = "student_id question case hidden kind outcome certainty reason mistakes named points_used answer"
    assert rows[0] == columns.split()
    wrong = [
        "q1",
        "q1 public",
        "false",
        "Derivative",
        "INCORRECT",
        "",
        "different",
        "chain_drop trig_sign",
        "",
        "7",
        "'=1+1",
    ]
    right = ["q1", "HIDDEN-NAME", "true", "Derivative", "CORRECT", "", "equal", "", "", "0", "x"]
    assert rows[1:] == [["7", *wrong], ["7", *right], ["'=8", *wrong], ["'=8", *right]]


def test_every_cell_of_the_grades() -> None:
    late = Adjustment(kind="late", why="=1 day", before=8.0, after=7.0)
    silent = Adjustment(kind="rounding", why="", before=7.0, after=7.0)
    changed = msgspec.structs.replace(
        result(2, "=B", (2.0, None, 0.0)), adjustments=(late, silent, late), final=7.0, final_possible=10.0, score=8.0
    )
    alone = msgspec.structs.replace(result(1, "", (2.0,)), submission=submission(1, "", key="k1"))
    nobody = msgspec.structs.replace(alone, submission=msgspec.structs.replace(alone.submission, students=()))
    two = (Student(id="5", name="Eve"), Student(id="4", name="Dan"))
    refused = Refused(file="=a.jpg", reason="empty", message="m", students=two)
    rows = list(csv.reader(io.StringIO(grades_csv(msgspec.structs.replace(of(changed, nobody), refused=(refused,))))))
    assert rows == [
        [*FIRST_COLUMNS, "q1", "q2", "q3", *LAST_COLUMNS, *CHANGED_COLUMNS],
        ["0002", "'=B", "'=B_hw01.ipynb", "needs-review", "4", "", "0", "7", "10", "undecided", "8", "'=1 day; =1 day"],
        ["4", "Dan", "'=a.jpg", "failed", "", "", "", "", "10", "empty", "", ""],
        ["5", "Eve", "'=a.jpg", "failed", "", "", "", "", "10", "empty", "", ""],
        ["k1", "", "_hw01.ipynb", "graded", "4", "", "", "4", "12", "", "4", ""],
    ]
    plain = list(csv.reader(io.StringIO(grades_csv(msgspec.structs.replace(of(nobody), refused=(refused,))))))
    assert plain[0][-1] == "reason"
    assert {len(row) for row in plain} == {10}


def test_an_anonymous_run_keeps_the_work_and_nothing_about_people() -> None:
    choice = Verdict(
        outcome=Outcome.INCORRECT, reason=Reason.WRONG_CHOICE, actual="B", desired="C", details={"hint": "h"}
    )
    other = Verdict(
        outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, actual="6", desired="8", details={"hint": "h", "got": "g"}
    )
    row = Compared(point={}, entry=(), answer=1.0, symbolic=1.0, jax=1.0)
    checks = tuple(msgspec.structs.replace(check(verdict, "x"), compared=(row,)) for verdict in (choice, other))
    one = result(2, "B", (0.0,))
    (question,) = one.questions
    asked = msgspec.structs.replace(question, cases=(msgspec.structs.replace(question.cases[0], checks=checks),))
    second = msgspec.structs.replace(
        one, questions=(asked,), submission=msgspec.structs.replace(one.submission, late=True)
    )
    member = msgspec.structs.replace(second.submission, key="0003", part_of="0002")
    stray = msgspec.structs.replace(second.submission, key="0004", part_of="gone")
    sample = of(
        second,
        result(1, "A", (2.0,)),
        msgspec.structs.replace(second, submission=member),
        msgspec.structs.replace(second, submission=stray),
        unknown=(Student(id="9"),),
        doubtful=(Student(id="8"),),
        warnings=("w",),
    )
    sample = msgspec.structs.replace(
        sample, missing=(Student(id="7"),), refused=(Refused(file="a.jpg", reason="empty", message="a.jpg is empty"),)
    )
    hidden = anonymous(sample)
    given = [each.submission for each in hidden.results]
    assert [(each.key, each.late, each.part_of) for each in given] == [
        ("student-001", None, None),
        ("student-002", True, None),
        ("student-003", True, "student-002"),
        ("student-004", True, None),
    ]
    assert {(each.students[0].id, each.students[0].name, each.file, each.path) for each in given} == {
        (each.key, "", "notebook.ipynb", "") for each in given
    }
    assert hidden.refused == (Refused(file="(a file)", reason="empty", message=""),)
    assert (hidden.missing, hidden.unknown, hidden.doubtful, hidden.warnings) == ((), (), (), ())
    assert (hidden.facts.command, hidden.facts.folder) == ("", "")
    first, then = hidden.results[1].questions[0].cases[0].checks
    assert (first.verdict.actual, first.verdict.desired, first.verdict.details) == (None, None, {})
    assert (then.verdict.actual, then.verdict.desired, then.verdict.details) == ("6", "8", {"got": "g"})
    assert first.compared == then.compared == ()
    assert [each.score for each in hidden.results] == [4.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("students", "name"),
    [((), "k"), ((Student(id="1"),), "1"), ((Student(id="1", name="Ann"), Student(id="2")), "Ann, 2")],
)
def test_a_work_is_called_by_its_people(students: tuple[Student, ...], name: str) -> None:
    work = msgspec.structs.replace(submission(1, "A", key="k"), students=students)
    assert display_name(msgspec.structs.replace(result(1, "A", ()), submission=work)) == name


def test_of_group_work_there_is_a_page_a_member() -> None:
    one = result(1, "A", ())
    assert page_names(one) == ["feedback/0001.html"]
    work = msgspec.structs.replace(one.submission, member_keys=("0002", "0003"))
    assert page_names(msgspec.structs.replace(one, submission=work)) == [
        f"feedback/{key}.html" for key in ("0001", "0002", "0003")
    ]


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("", ""),
        ("####### seven", ""),
        ("###### 12. six (1 pt.)", "six"),
        ("  # Task 3b – Limits #", "Limits"),
        ("# 3 ways to differentiate", "3 ways to differentiate"),
        ("#no blank", ""),
        ("# Question 1: (2 points) first", "(2 points) first"),
        ("text\n# Question 1: later", ""),
    ],
)
def test_a_heading_without_its_number_and_points(prompt: str, title: str) -> None:
    assert question_title(prompt) == title


def test_a_failed_file_counts_among_those_that_could_not_be_graded() -> None:
    failed = msgspec.structs.replace(result(1, "A", (None,)), status=Status.FAILED, reason="timeout")
    refused = (Refused(file="a", reason="empty", message=""),) * 2
    numbers = of_class(msgspec.structs.replace(of(failed), refused=refused, missing=(Student(id="1"),)))
    assert (numbers.failed, numbers.missing, numbers.questions[0].undecided) == (3, 1, 0)
