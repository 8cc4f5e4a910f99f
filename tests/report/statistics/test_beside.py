"""Answers beside both references: on the class page and in the terminal, for TAs, and nowhere a student looks."""

import msgspec
from rich.console import Console

from autograder.model import (
    CaseResult,
    Check,
    Compared,
    Outcome,
    QuestionResult,
    Reason,
    Run,
    Status,
    SubmissionResult,
    Verdict,
)
from autograder.report.anonymous import anonymous
from autograder.report.pages.html import class_page, student_page
from autograder.report.statistics.beside import beside
from autograder.report.terminal import explanation, student_view
from tests.report.report_samples import run as sample

TRUTH = 0.123456789


def check(answer: str, outcome: Outcome = Outcome.INCORRECT, value: float | None = 1.5) -> Check:
    row = Compared(point={"x": 0.25, "y": -2.0}, entry=(1,), answer=value, symbolic=TRUTH, jax=TRUTH + 1e-16)
    return Check(
        kind="Gradient",
        prompt="gradient of f",
        answer=answer,
        answer_kind="function",
        verdict=Verdict(outcome=outcome, reason=Reason.DIFFERENT),
        compared=(row, row, row),
    )


def with_answers(*answers: Check) -> Run:
    """The sample run, in which each work has one of these answers to the first question."""
    run = sample(students=max(6, len(answers)))
    name = next(iter(run.questions))
    results: list[SubmissionResult] = []
    for result, given in zip(run.results, answers, strict=False):
        case = CaseResult(
            name="case", hidden=False, passed=False, score=0.0, possible=1.0, message="", checks=(given, given)
        )
        question = QuestionResult(name=name, score=0, possible=1, cases=(case,))
        results.append(msgspec.structs.replace(result, questions=(question,)))
    return msgspec.structs.replace(run, results=tuple(results))


def printed(view: object) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(view)
    return captured.get()


def test_the_class_page_has_each_wrong_answer_once_at_its_worst_point() -> None:
    run = with_answers(check("[a, b]"), check("[c, d]"), check("[a, b]"), check("[e, f]", Outcome.CORRECT))
    rows = beside(run)
    assert [(row.answer, row.students, row.where) for row in rows] == [
        ("[a, b]", 2, "x = 0.25, y = -2, entry [1]"),
        ("[c, d]", 1, "x = 0.25, y = -2, entry [1]"),
    ]
    assert rows[0].figures == ("1.5", "0.123456789", "0.123456789")
    page = class_page(run)
    assert page.count('<td class="number">0.123456789</td>') == 4
    assert "[e, f]" not in page
    assert 'id="beside"' not in class_page(sample())


def test_what_a_person_decides_comes_first_and_rare_answers_are_left_out() -> None:
    many = [check(f"wrong {k}") for k in range(15)]
    rows = beside(with_answers(*many, check("wrong 7"), check("odd", Outcome.FAULT, value=None)))
    assert [row.answer for row in rows[:3]] == ["odd", "wrong 7", "wrong 0"]
    assert rows[0].figures[0] == "–"
    assert len(rows) == 12


def test_the_ta_reads_three_columns_of_one_student_and_nobody_else_does() -> None:
    run = with_answers(check("[a, b]"))
    result = run.results[0]
    seen = printed(student_view(run, result))
    assert seen.count("0.123456789") == 2 * 2 * 2  # two checks, two points, two references
    assert "SymPy" in seen
    assert printed(explanation(run, result, next(iter(run.questions)))).count("0.123456789") == 2 * 3 * 2
    assert "0.1234" not in student_page(run, result)
    assert "0.1234" not in class_page(anonymous(run))


def test_what_passes_only_inside_has_a_sentence_of_its_own_for_the_student() -> None:
    run = sample()
    waiting = msgspec.structs.replace(run.results[0], status=Status.NEEDS_REVIEW, reason="only-inside")
    assert "but not on copies of your answers" in student_page(run, waiting)
    assert "aber nicht mit Kopien" in student_page(run, waiting, language="de")
