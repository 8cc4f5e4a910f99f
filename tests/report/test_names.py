"""What a work and a question are called where everybody has numbers of their own."""

import msgspec
import pytest

from autograder.model import Run, SubmissionResult
from autograder.report.names import everybodys_prompt, page_name, prompt_of, question_title, version, version_of
from tests.report.report_samples import result, run

DRAWN = "# Question 2: at ${{ p }}$ and `{{ q }}` of {{ r }}"


def of(*versions: dict[str, str]) -> Run:
    return msgspec.structs.replace(run(), prompts={"q1": DRAWN, "q2": "the same for all"}, versions=versions)


def with_numbers(**numbers_of: int) -> SubmissionResult:
    return msgspec.structs.replace(result(1, "A", (2.0,)), numbers_of=numbers_of)


TWO = of({"q1": "at 3"}, {"q1": "at 4"})
FIRST, SECOND, THIRD, NOBODY = with_numbers(a=0), with_numbers(a=0, b=1), with_numbers(a=2), with_numbers()


@pytest.mark.parametrize(
    ("work", "question", "prompt", "number"),
    [
        (FIRST, "q1", "at 3", 0),
        # of several ids the last is what was graded
        (SECOND, "q1", "at 4", 1),
        # a version that the run does not know, as of a notebook of last year
        (THIRD, "q1", "# Question 2: at … and … of …", None),
        (NOBODY, "q1", "# Question 2: at … and … of …", None),
        (FIRST, "q2", "the same for all", None),
        (FIRST, "q3", "", None),
    ],
)
def test_a_student_reads_what_they_were_asked(work: SubmissionResult, question: str, prompt: str, number: int) -> None:
    assert prompt_of(TWO, work, question) == prompt
    assert version_of(TWO, work, question) == number


def test_a_sign_stands_for_what_was_drawn_only_where_something_is() -> None:
    assert everybodys_prompt(TWO, "q1") == "# Question 2: at … and … of …"
    assert everybodys_prompt(of(), "q1") == prompt_of(of(), FIRST, "q1") == DRAWN
    assert everybodys_prompt(of(), "q9") == ""
    assert question_title(DRAWN) == "at … and … of …"


def test_the_version_is_that_of_the_last_id() -> None:
    assert [version(work) for work in (FIRST, SECOND, THIRD, NOBODY)] == [0, 1, 2, None]
    assert page_name(FIRST) == "feedback/0001.html"
