"""What a mistake is called, where it is counted, and who may read it."""

import csv

import msgspec
import pytest
from click.testing import CliRunner

from autograder import Choice, Equal
from autograder.bundle.results import of_submission
from autograder.bundle.settings import Settings
from autograder.cli import group
from autograder.model import CaseResult, Check, Outcome, QuestionResult, Run, Status, SubmissionResult, Verdict
from autograder.report import answers_csv
from autograder.report.anonymous import anonymous
from autograder.report.pages import html as pages
from autograder.report.statistics import assignment as statistics
from autograder.report.statistics.course import persistent, students
from tests.report.report_samples import HOSTILE, RIGHT, WRONG, check, facts, submission

HINT = "Which sign has the product?"
TIE = msgspec.structs.replace(WRONG, mistakes=("chain_drop", "trig_sign"))
UNNAMED = msgspec.structs.replace(WRONG, mistakes=())
INVALID = msgspec.structs.replace(WRONG, outcome=Outcome.INVALID)


def foreseen(verdict: Verdict = UNNAMED, hint: str = HINT) -> Verdict:
    return msgspec.structs.replace(verdict, details={"hint": hint})


def chosen(answer: object, name: str | None = "run_1", **options: object) -> Check:
    """A wrong choice as the question itself records it."""
    question = Choice(**({"options": "ABCD", "key": "D", "name": name} | options))  # type: ignore[arg-type]
    return check(question.judge(answer), str(answer))


def asked(*checks: Check, name: str = "q1", hidden: bool = True) -> QuestionResult:
    case = CaseResult(
        name="HIDDEN-NAME", hidden=hidden, passed=False, score=0.0, possible=2.0, message="", checks=checks
    )
    return QuestionResult(name=name, score=0.0, possible=2.0, cases=(case,))


def a_run(*answers: tuple[QuestionResult, ...], assignment: str = "hw05") -> Run:
    """A student a tuple of questions."""
    results = tuple(
        SubmissionResult(
            submission=submission(number, f"Student {number}"),
            status=Status.GRADED,
            questions=questions,
            score=0.0,
            possible=4.0,
        )
        for number, questions in enumerate(answers, 1)
    )
    return Run(facts=facts(assignment), questions={"q1": 2.0, "q2": 2.0}, results=results)


CALLED = [
    ("the catalogue's id", [check(WRONG, "2")], ["chain_drop"]),
    ("a tie is not counted", [check(TIE, "2")], []),
    ("nor is what nobody named", [check(UNNAMED, "2")], []),
    ("nor a right or an unreadable answer", [check(RIGHT, "2"), check(INVALID, "2")], []),
    ("the author's words", [check(foreseen(), "2")], [HINT]),
    ("the author's words decide a tie", [check(foreseen(TIE), "2")], [HINT]),
    ("and are more exact than an id", [check(foreseen(WRONG), "2")], [HINT]),
    ("the public test's id for the same answer", [check(WRONG, "2"), check(foreseen(), "2")], [HINT]),
    ("an id for another answer", [check(WRONG, "3"), check(foreseen(), "2")], ["chain_drop", HINT]),
    ("once a question", [check(foreseen(), "2"), check(foreseen(), "2")], [HINT]),
    ("an option under its name", [chosen("b")], ["run_1: B"]),
    ("with a hint as well", [chosen("B", hints={"B": HINT})], ["run_1: B"]),
    ("each name", [chosen("B"), chosen("A", "run_2")], ["run_1: B", "run_2: A"]),
    ("the question, where the author gave no name", [chosen("B", None)], ["q1: B"]),
    ("all that were chosen", [chosen("CA", several=True)], ["run_1: A, C"]),
    ("the right option is no mistake", [chosen("D")], []),
    ("nor is one that there is not", [chosen("E")], []),
    ("nor one that is only recorded", [chosen("B", key=None)], []),
]


@pytest.mark.parametrize(("claim", "checks", "names"), CALLED, ids=[claim for claim, _, _ in CALLED])
def test_what_a_mistake_is_called(claim, checks, names):
    assert list(statistics.mistakes(asked(*checks))) == names


def test_a_foreseen_answer_is_counted_as_its_question_says_it():
    slips = {"x**2 + 1": HINT, "x - 1": "Which power?"}
    verdict = Equal("x**2 - 1", slips=slips, name="p").judge("1 + x**2")
    assert list(statistics.mistakes(asked(check(verdict, "x**2 + 1")))) == [HINT]


A_CLASS = a_run(
    (asked(chosen("C")), asked(check(foreseen(), "SLIP-1"), name="q2")),
    (asked(chosen("C")), asked(check(foreseen(), "SLIP-2"), check(foreseen(hint=HOSTILE), "3"), name="q2")),
    (asked(chosen("A")), asked(check(WRONG, "4"), name="q2")),
)


def test_the_class_counts_them_with_the_first_answer():
    numbers = statistics.of_class(A_CLASS)
    counted = {one.name: (one.students, one.questions, one.example_answer) for one in numbers.mistakes}
    assert counted == {
        "run_1: C": (2, ("q1",), "C"),
        HINT: (2, ("q2",), "SLIP-1"),
        "run_1: A": (1, ("q1",), "A"),
        "chain_drop": (1, ("q2",), "4"),
        HOSTILE: (1, ("q2",), "3"),
    }
    assert [question.mistakes[0].name for question in numbers.questions] == ["run_1: C", HINT]


NOTE = {"en": "In quotes: the author", "de": "In Anführungszeichen: der Hinweis"}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_class_page_shows_them_in_words(language):
    page = pages.class_page(A_CLASS, language=language)
    for name in ("run_1: C", HINT, "chain_drop"):
        assert name in page
    assert NOTE[language] in page
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    # the catalogue alone needs no such note
    plain = pages.class_page(a_run((asked(check(WRONG, "4")),)), language=language)
    assert NOTE[language] not in plain


def test_words_persist_over_assignments_and_options_do_not():
    both = (asked(chosen("B")), asked(check(foreseen(), "2"), name="q2"))
    rows = students([a_run(both), a_run(both, assignment="hw06")])
    assert [(one.name, one.where) for one in rows[0].persistent] == [(HINT, ("hw05 q2", "hw06 q2"))]
    assert [(count.name, count.students) for count in persistent(rows)] == [(HINT, 1)]
    page = pages.course_page([a_run(both), a_run(both, assignment="hw06")])
    assert f"<q><bdi>{HINT}</bdi></q> (hw05 q2, hw06 q2)" in page
    assert f"<q><bdi>{HINT}</bdi></q> (1 student)" in page
    assert "run_1" not in page


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_that_is_shown_around_tells_no_option_and_no_hint(language):
    hidden = anonymous(A_CLASS)
    shown = [pages.class_page(hidden, language=language)]
    shown += [pages.student_page(hidden, result, language=language) for result in hidden.results]
    for page in shown:
        for secret in ("run_1:", HINT, NOTE[language]):
            assert secret not in page
    assert "SLIP-1" not in shown[0]
    assert "chain_drop" in shown[0]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_student_reads_the_hint_and_no_name_of_it(language):
    for result, said in zip(A_CLASS.results, (True, True, False), strict=True):
        page = pages.student_page(A_CLASS, result, language=language)
        assert (HINT in page) == said
        assert "run_1" not in page
        assert "HIDDEN-NAME" not in page


def test_every_check_says_what_it_is_counted_as():
    rows = list(csv.DictReader(answers_csv(A_CLASS).splitlines()))
    assert [row["named"] for row in rows if row["student_id"] == "0001"] == ["run_1: C", HINT]
    assert [(row["mistakes"], row["named"]) for row in rows if row["student_id"] == "0003"] == [
        ("", "run_1: A"),
        ("chain_drop", "chain_drop"),
    ]


def test_the_terminal_says_what_the_author_foresaw(tmp_path):
    (tmp_path / "results.json").write_bytes(msgspec.json.encode(A_CLASS))
    told = CliRunner().invoke(group, ["show", str(tmp_path), "0001"]).output
    assert "wrong choice: the answer gives C, the reference D" in told
    assert f"(foreseen: {HINT})" in " ".join(told.split())


def test_the_bundle_says_it_where_instructors_read_it():
    settings = Settings(assignment="hw05", path="", digest="0" * 64, version="0.1.0", sandbox="bwrap")
    found = of_submission(A_CLASS.results[0], settings, seconds=1.0)
    assert found["extra_data"]["mistakes"] == {"q1": ["run_1: C"], "q2": [HINT]}
    assert "run_1" not in found["output"] + "".join(row["output"] for row in found["tests"])
