"""Where everybody has other numbers: a hard version is found, chance is not taken for one, nobody is named."""

import random

import msgspec
import pytest

from autograder.model import CaseResult, Check, Outcome, QuestionResult, Reason, SubmissionResult, Verdict
from autograder.report.anonymous import anonymous
from autograder.report.pages.html import class_page
from autograder.report.statistics import DEALS, ByVersion, by_version, right_for_others
from tests.report.report_samples import result, run


def a_class(seed: int, students: int, versions: int, *, harder: float = 0.0, shared: bool = True):
    """Whole points from 0 to 12 as people have them; version 1 costs ``harder`` of them."""
    draw = random.Random(seed)
    results = []
    for number in range(students):
        place = number % versions
        score = float(max(0, round(draw.gauss(8, 2.5) - harder * (place == 0))))
        of = {f"s{number}@example.edu": place}
        results.append(result(number, f"S{number}", (2.0,), score=min(12.0, score), numbers_of=of))
    return msgspec.structs.replace(run(), results=tuple(results))


def test_a_version_that_costs_half_of_the_points_is_found():
    found = by_version(a_class(1, 200, 20, harder=6.0))

    assert not found.by_chance
    assert found.as_large < DEALS / 100
    assert min(found.rows, key=lambda row: row.mean).version == 1
    assert [row.works for row in found.rows] == [10] * 20


def test_equally_hard_versions_are_found_to_differ_as_often_as_chance_has_it():
    classes = [by_version(a_class(seed, 60, 12)) for seed in range(60)]

    assert sum(not found.by_chance for found in classes) <= 3  # one of a hundred is expected
    middle = sorted(found.as_large / DEALS for found in classes)[30]
    assert 0.3 < middle < 0.7


def test_what_is_found_is_found_again():
    assert by_version(a_class(3, 60, 12)) == by_version(a_class(3, 60, 12))


@pytest.mark.parametrize(("students", "versions"), [(1, 1), (9, 9), (9, 1)])
def test_where_nobody_shares_a_version_or_all_share_one_nothing_is_said(students, versions):
    found = by_version(a_class(1, students, versions))

    assert isinstance(found, ByVersion)
    assert (found.as_large, found.by_chance) == (None, True)


def test_the_exact_share_of_deals_for_three_scores():
    """Of the three deals of 0, 0, 12 to two and one, one puts the 12 alone."""
    scores = ((0.0, 0), (0.0, 0), (12.0, 1))
    works = tuple(
        result(n, f"S{n}", (2.0,), score=score, numbers_of={f"s{n}": place}) for n, (score, place) in enumerate(scores)
    )

    found = by_version(msgspec.structs.replace(run(), results=works))

    assert found.as_large / DEALS == pytest.approx(1 / 3, abs=0.04)


def test_who_counts_is_a_work_with_one_version_and_a_score():
    sample = a_class(1, 4, 2)
    first, second, third, fourth = sample.results
    several = msgspec.structs.replace(first, numbers_of={"a": 0, "b": 1})
    undecided = msgspec.structs.replace(second, score=None)
    row = msgspec.structs.replace(
        third, submission=msgspec.structs.replace(third.submission, part_of=fourth.submission.key)
    )

    found = by_version(msgspec.structs.replace(sample, results=(several, undecided, row, fourth)))

    assert [(one.version, one.works) for one in found.rows] == [(2, 1)]
    assert by_version(run()) is None


@pytest.mark.parametrize(
    ("language", "harder", "said"),
    [
        ("en", 0.0, "The versions differ no more than chance allows"),
        ("en", 6.0, "The versions differ more than chance allows"),
        ("de", 0.0, "Die Versionen unterscheiden sich nicht mehr, als der Zufall erlaubt"),
        ("de", 6.0, "Die Versionen unterscheiden sich mehr, als der Zufall erlaubt"),
    ],
)
def test_the_class_page_says_it_in_words(language, harder, said):
    page = class_page(a_class(1, 200, 20, harder=harder), language=language)

    assert said in page
    assert 'id="versions"' in page
    assert 'id="versions"' not in class_page(run(), language=language)


def test_a_page_without_names_names_no_id():
    sample = a_class(1, 6, 3)
    theirs = "its numbers are those of Miller, Bob: the notebook says s1@example.edu"
    first = msgspec.structs.replace(sample.results[0], message=theirs, notes=(theirs,))

    hidden = anonymous(msgspec.structs.replace(sample, results=(first, *sample.results[1:])))

    assert "example.edu" not in msgspec.json.encode(hidden).decode()
    assert [dict(work.numbers_of) for work in hidden.results[:2]] == [{"student-001-1": 0}, {"student-002-1": 1}]
    assert (hidden.results[0].message, hidden.results[0].notes) == ("", ())
    assert by_version(hidden) == by_version(sample)


def test_wrong_answers_that_are_right_for_others_are_listed_with_whose_they_could_be():
    sample = a_class(1, 6, 3)
    verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, details={"numbers_of": "2"})
    asked = Check(kind="Derivative", prompt="f", answer="7*x", answer_kind="expression", verdict=verdict)
    case = CaseResult(name="q1", hidden=False, passed=False, score=0, possible=2, message="", checks=(asked, asked))
    question = QuestionResult(name="q1", score=0.0, possible=2.0, cases=(case,))
    sample = msgspec.structs.replace(
        sample, results=(msgspec.structs.replace(sample.results[0], questions=(question,)), *sample.results[1:])
    )

    (row,) = right_for_others(sample)

    having = tuple(each.submission.key for each in sample.results if 1 in each.numbers_of.values())
    assert (row.key, row.question, row.versions) == (sample.results[0].submission.key, "q1", "2")
    assert row.others == having
    assert len(having) == 2
    page = class_page(sample)
    assert "Wrong, and right for other numbers" in page
    assert "<code>7*x</code>" in page
    assert "Wrong, and right for other numbers" not in class_page(a_class(1, 6, 3))


def wrong_for(number: int, version: int, *rows: tuple[str, str, str]) -> SubmissionResult:
    """A work of this version with answers that are right for others: question, answer, for which versions."""
    questions = []
    for question, answer, versions in rows:
        details = {"numbers_of": versions} if versions else {}
        verdict = Verdict(outcome=Outcome.INCORRECT, reason=Reason.DIFFERENT, details=details)
        seen = Check(kind="Derivative", prompt="f", answer=answer, answer_kind="expression", verdict=verdict)
        case = CaseResult(name="c", hidden=False, passed=False, score=0, possible=2, message="", checks=(seen, seen))
        questions.append(QuestionResult(name=question, score=0.0, possible=2.0, cases=(case,)))
    return msgspec.structs.replace(
        result(number, f"S{number}", ()), questions=tuple(questions), numbers_of={f"s{number}": version}
    )


def test_who_has_most_of_others_answers_is_first_and_nobody_has_their_own():
    one = wrong_for(1, 0, ("q1", "a", "2"), ("q2", "b", ""))
    two = wrong_for(2, 1, ("q1", "c", "1, 3"), ("q2", "d", "2"), ("q2", "e", "9"))
    member = msgspec.structs.replace(two, submission=msgspec.structs.replace(two.submission, key="m", part_of="0002"))
    three, four = wrong_for(3, 2), wrong_for(4, 0, ("q1", "f", "2, 1"))
    several = msgspec.structs.replace(wrong_for(5, 0), numbers_of={"a": 0, "b": 1})

    rows = right_for_others(msgspec.structs.replace(run(), results=(one, two, member, three, four, several)))

    assert [(row.key, row.question, row.answer, row.versions, row.others) for row in rows] == [
        ("0002", "q1", "c", "1, 3", ("0001", "0004", "0003")),
        ("0002", "q2", "d", "2", ("0005",)),
        ("0002", "q2", "e", "9", ()),
        ("0001", "q1", "a", "2", ("0002", "0005")),
        ("0004", "q1", "f", "2, 1", ("0002", "0005", "0001")),
    ]
