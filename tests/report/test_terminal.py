"""What ``autograder show`` and ``explain`` print of one submission, line by line."""

import io

import msgspec
import pytest
from rich.console import Console

from autograder.model import CaseResult, CellError, QuestionResult, Raised, Run, SubmissionResult
from autograder.report.terminal import explanation, student_view
from tests.report.report_samples import run


def printed(what: object) -> str:
    file = io.StringIO()
    Console(file=file, width=200).print(what)
    return file.getvalue()


@pytest.fixture
def sample() -> Run:
    return run()


def case(passed: bool | None, message: str) -> CaseResult:
    return CaseResult(name="plain", hidden=False, passed=passed, score=0.0, possible=1.0, message=message)


def with_cases(result: SubmissionResult, *cases: CaseResult) -> SubmissionResult:
    question = QuestionResult(name="q9", score=None, possible=2.0, cases=cases, reason="only-inside")
    return msgspec.structs.replace(result, questions=(question,))


@pytest.mark.parametrize(("passed", "told"), [(True, False), (False, True), (None, True)])
def test_a_plain_case_shows_its_message_unless_it_passed(sample: Run, passed: bool | None, told: bool) -> None:
    text = printed(student_view(sample, with_cases(sample.results[0], case(passed, "f(2) is not four"))))
    assert ("f(2) is not four" in text) is told


def test_a_case_of_our_own_shows_its_answer_and_no_message_beside(sample: Run) -> None:
    text = printed(student_view(sample, sample.results[1]))
    assert "answer: 3*x**2\n" in text
    assert "HIDDEN-MESSAGE" not in text


def test_cells_are_counted_from_one(sample: Run) -> None:
    error = CellError(cell=3, raised=Raised(type="NameError", message="x"))
    text = printed(student_view(sample, msgspec.structs.replace(sample.results[0], cell_errors=(error,))))
    assert "cell 4: NameError: x" in text


def test_an_open_question_says_why_it_is_open_and_one_that_was_not_asked_says_so(sample: Run) -> None:
    opened = with_cases(sample.results[0], case(None, "look"))
    assert "– / 2 (only-inside)" in printed(explanation(sample, opened, "q9"))
    decided = printed(explanation(sample, sample.results[0], "q1"))
    assert "4 / 4\n" in decided
    assert "(" not in decided.splitlines()[1]
    assert "not asked: timeout: stopped in cell 5" in printed(explanation(sample, sample.results[4], "q3"))
