"""Answers typed by hand, kind by kind: what is right in any form, what wrong ones are called, and that none leaks."""

from types import SimpleNamespace

import pytest

from autograder import feedback, questions
from autograder.build.checks.asked import asked_findings, wrong_answers
from autograder.feedback import leaks
from autograder.model import Outcome, Reason
from tests import row_name
from tests.questions import calculus_table, constrained_table, fields_table, projected_table, series_table

NAMED = (
    (0.75, [*calculus_table.TABLE, *series_table.TABLE]),
    (0.8, fields_table.TABLE),
    (0.9, constrained_table.TABLE),
    (0.8, projected_table.TABLE),
)
"""Tables, and the share of their wrong answers that has a name at least."""
TABLE = [row for _, table in NAMED for row in table]
RIGHT = [(question, answer) for question, right, _ in TABLE for answer in right]
SHOWN = {"ConstrainedOptimum", "Limit", "RemainderBound", "Sets", "Unordered", "Where"}
"""Kinds whose questions show an author wrong answers."""
WRONG = [(question, answer, mistake) for question, _, wrong in TABLE for answer, mistake in wrong]


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=row_name)
def test_a_right_answer_in_any_form(question, answer):
    verdict = question().judge(answer)
    assert (verdict.outcome, verdict.mistakes) == (Outcome.CORRECT, ())


@pytest.mark.parametrize(("question", "answer"), RIGHT, ids=row_name)
def test_a_right_answer_is_right_where_it_is_graded_as_well(question, answer):
    with questions.recording(references={}):  # as in the judge, which puts JAX's values beside the reference's
        question().check(answer)


@pytest.mark.parametrize(("question", "answer", "mistake"), WRONG, ids=row_name)
def test_a_wrong_answer_its_name_and_what_is_said(question, answer, mistake):
    verdict = question().judge(answer)
    if question.kind in ("Divergence", "Curl", "ProjectedGradient") and verdict.outcome is Outcome.INVALID:
        assert verdict.reason is Reason.WRONG_SHAPE  # the gradient of a field has other entries
    else:
        assert verdict.outcome is Outcome.INCORRECT
    assert mistake is None or mistake in verdict.mistakes
    right = next(right[0] for asked, right, _ in TABLE if asked is question)
    said = feedback.student(verdict, level=2, language="en")
    assert leaks(said, right, public=question().prompt, strict=True) == []


@pytest.mark.parametrize(("share", "table"), NAMED, ids=["calculus", "fields", "constrained", "projected"])
def test_most_wrong_answers_are_expected_to_have_a_name(share, table):
    expected = [mistake is not None for _, _, wrong in table for _, mistake in wrong]
    assert sum(expected) / len(expected) >= share


@pytest.mark.parametrize("question", [row[0] for row in TABLE if row[0].kind in SHOWN], ids=row_name)
def test_wrong_answers_that_an_author_is_shown_are_called_what_they_are(question):
    shown = [(mistake, question().judge(answer)) for mistake, _, answer in wrong_answers(question())]
    assert [mistake for mistake, verdict in shown if mistake not in verdict.mistakes] == []
    assert {verdict.outcome for _, verdict in shown} == {Outcome.INCORRECT}


@pytest.mark.parametrize("kind", sorted({question.kind for question, _, _ in TABLE}))
def test_kinds_that_are_no_derivative_of_a_function_show_an_author_wrong_answers(kind):
    assert {any(question().wrong_answers()) for question, _, _ in TABLE if question.kind == kind} == {kind in SHOWN}


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=row_name)
def test_the_references_of_each_agree(question):
    question().certify()


@pytest.mark.parametrize("question", [question for question, _, _ in TABLE], ids=row_name)
def test_an_author_is_told_of_no_error(question):
    findings = asked_findings(SimpleNamespace(name="q"), [(SimpleNamespace(index=0), question())])
    assert [finding.message for finding in findings if finding.error] == []
