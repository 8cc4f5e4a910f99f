"""One graded submission as Gradescope's results.json: totals, what is undecided, what is hidden."""

import json

import msgspec
import pytest

from autograder.bundle import Settings, of_submission
from autograder.model import CaseResult, QuestionResult, Status, Submission, SubmissionResult
from tests.bundle import gradescope_spec


def settings(language: str = "en", **config: object) -> Settings:
    return Settings(
        assignment="hw09", path="", digest="", version="1", sandbox="bwrap", language=language, config=config
    )


def submission(*scores: float | None, of: float = 2.0) -> SubmissionResult:
    """A question a score, with a public and a hidden case of half the points each."""
    questions = []
    for place, score in enumerate(scores, 1):
        half = 0.0 if score is None else score / 2
        passed = None if score is None else score == of
        cases = tuple(
            CaseResult(name=name, hidden=name == "SECRET", passed=passed, score=half, possible=of / 2, message=name)
            for name in ("seen", "SECRET")
        )
        questions.append(QuestionResult(name=f"q{place}", score=score, possible=of, cases=cases))
    undecided = None in scores
    return SubmissionResult(
        submission=Submission(key="s", students=(), file="a.ipynb", path=""),
        status=Status.NEEDS_REVIEW if undecided else Status.GRADED,
        reason="undecided" if undecided else None,
        message="please decide" if undecided else "",
        questions=tuple(questions),
        possible=of * len(scores),
    )


@pytest.mark.parametrize(
    ("scores", "config", "wanted"),
    [
        ((2.0, 1.0), {}, 3.0),
        ((0.0, 0.0), {}, 0.0),
        ((2.0, None), {}, 2.0),
        ((None, None), {}, None),
        ((2.0, 0.0), {"points_possible": 10}, 5.0),
        ((2.0, 0.0), {"score_threshold": 0.5}, 4.0),
        ((2.0, 0.0), {"score_threshold": 0.6, "points_possible": 1}, 0.0),
        ((2.0, None), {"score_threshold": 0.5, "points_possible": 1}, 1.0),
        ((2.0, None), {"score_threshold": 0.6, "points_possible": 1}, None),
    ],
)
def test_the_total_follows_otters_configuration(
    scores: tuple[float | None, ...], config: dict[str, object], wanted: float | None
) -> None:
    found = of_submission(submission(*scores), settings(**config), seconds=1.0)
    gradescope_spec.check(found, scored=wanted is not None)
    assert found.get("score") == wanted


def test_what_is_undecided_has_a_row_and_no_number() -> None:
    found = of_submission(submission(2.0, None), settings(), seconds=1.0)
    undecided = {place: test for place, test in gradescope_spec.named(found).items() if place.startswith("2")}
    assert list(undecided) == ["2", "2.1", "2.2"]
    assert not [test for test in undecided.values() if {"score", "max_score", "status"} & set(test)]
    assert undecided["2"]["visibility"] == "visible"


def test_a_hidden_check_that_students_may_see_later_tells_them_nothing() -> None:
    found = of_submission(submission(1.0), settings(show_hidden=True), seconds=1.0)
    hidden = gradescope_spec.named(found)["1.2"]
    assert hidden["visibility"] == "after_published"
    assert "SECRET" not in json.dumps(found)
    assert hidden["output"] == "A check that runs only at grading did not pass."


def test_all_or_nothing_is_scored_by_the_question_and_all_hidden_hides_all() -> None:
    one = submission(1.0).questions[0]
    result = SubmissionResult(
        submission=submission().submission,
        status=Status.GRADED,
        questions=(QuestionResult(name="q1", score=0.0, possible=2.0, cases=one.cases),),
        possible=2.0,
    )
    found = of_submission(result, settings(all_hidden=True), seconds=1.0)
    gradescope_spec.check(found)
    assert [(place, test.get("score")) for place, test in gradescope_spec.named(found).items()] == [
        ("1", 0.0),
        ("1.1", None),
        ("1.2", None),
    ]
    assert {test["visibility"] for test in found["tests"]} == {"hidden"}


def test_a_reason_that_has_only_a_code_is_for_instructors() -> None:
    one = submission(2.0, None)
    found = of_submission(msgspec.structs.replace(one, reason="cannot-ship"), settings(), seconds=1.0)
    assert "cannot-ship" not in found["output"]
    assert "cannot-ship" not in gradescope_spec.named(found)["2"]["output"]
    assert "cannot-ship" in gradescope_spec.notes(found)


def test_students_read_the_language_of_the_bundle() -> None:
    found = of_submission(submission(1.0, None), settings("de", show_hidden=True), seconds=1.0)
    gradescope_spec.check(found)
    assert "Ein Mensch entscheidet q2 (2 Punkte)." in found["output"]
    tests = gradescope_spec.named(found)
    assert tests["2"]["output"].startswith("Noch keine Punkte von diesen 2")
    assert tests["1.2"]["name"] == "q1: Prüfung bei der Bewertung"
