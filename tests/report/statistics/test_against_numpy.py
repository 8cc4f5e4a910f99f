"""The numbers of a class against NumPy's and SciPy's, which were written by others, over classes by chance."""

from itertools import permutations

import msgspec
import numpy as np
import pytest
from scipy.stats import pearsonr

from autograder.model import QuestionResult, Run, Status
from autograder.report.statistics import DEALS, ByVersion, by_version
from autograder.report.statistics.assignment import QuestionStatistics, of_class
from autograder.report.statistics.by_version import RARE
from tests.report.report_samples import result, run

POSSIBLE = {"q1": 4.0, "q2": 2.5, "q3": 6.0}


def a_class(seed: int, students: int) -> tuple[Run, np.ndarray]:
    """A class and its marks, (students, questions), in quarters of a point, from none to all of a question."""
    draw = np.random.default_rng(seed)
    marks = draw.integers(0, 5, (students, len(POSSIBLE))) / 4 * np.array([*POSSIBLE.values()])
    results = []
    for number, row in enumerate(marks.tolist()):
        questions = tuple(
            QuestionResult(name=name, score=score, possible=possible)
            for (name, possible), score in zip(POSSIBLE.items(), row, strict=True)
        )
        results.append(
            msgspec.structs.replace(
                result(number, f"S{number}", ()), questions=questions, score=sum(row), possible=12.5
            )
        )
    sample = msgspec.structs.replace(
        run(), questions=POSSIBLE, results=tuple(results), refused=(), missing=(), prompts={}
    )
    return sample, marks


@pytest.mark.parametrize("seed", range(6))
def test_the_scores_of_a_class(seed: int) -> None:
    sample, marks = a_class(seed, 5 + 7 * seed)
    totals = marks.sum(axis=1)
    numbers = of_class(sample)
    assert numbers.possible == 12.5
    assert numbers.mean == pytest.approx(totals.mean(), abs=0.0051)
    assert numbers.median == pytest.approx(np.median(totals), abs=0.0051)
    assert numbers.deviation == pytest.approx(totals.std(ddof=1), abs=0.0051)
    assert numbers.quartiles == pytest.approx(np.percentile(totals, [25, 75]), abs=0.0051)
    assert numbers.histogram == tuple(np.histogram(totals, bins=10, range=(0, 12.5))[0])


@pytest.mark.parametrize("seed", range(6))
def test_the_questions_of_a_class(seed: int) -> None:
    sample, marks = a_class(100 + seed, 6 + 7 * seed)
    for place, (question, possible) in enumerate(zip(of_class(sample).questions, POSSIBLE.values(), strict=True)):
        own, rest = marks[:, place], np.delete(marks, place, axis=1).sum(axis=1)
        assert (question.full, question.none) == ((own == possible).sum(), (own == 0).sum())
        assert question.difficulty == pytest.approx(own.mean() / possible, abs=0.00051)
        assert question.discrimination == pytest.approx(pearsonr(own, rest).statistic, abs=0.00051)


@pytest.mark.parametrize("students", [4, 5])
def test_a_correlation_is_of_five_students_at_least(students: int) -> None:
    sample, _ = a_class(3, students)
    found = [question.discrimination is not None for question in of_class(sample).questions]
    assert found == [students >= 5] * 3


def test_a_question_without_points_has_no_share_and_a_half_decided_work_no_correlation() -> None:
    sample, _ = a_class(4, 6)
    opened = [msgspec.structs.replace(one, score=None, status=Status.NEEDS_REVIEW) for one in sample.results[:2]]
    (first, *_) = of_class(msgspec.structs.replace(sample, results=(*opened, *sample.results[2:]))).questions
    assert (first.decided, first.discrimination) == (6, None)
    for_nothing = of_class(msgspec.structs.replace(sample, questions={"q1": 0.0})).questions[0]
    assert isinstance(for_nothing, QuestionStatistics)
    assert (for_nothing.possible, for_nothing.difficulty) == (0.0, None)


def versions_of(*groups: tuple[float, ...]) -> Run:
    works = [(score, place) for place, own in enumerate(groups) for score in own]
    results = tuple(
        result(number, f"S{number}", (2.0,), score=score, numbers_of={f"s{number}": place})
        for number, (score, place) in enumerate(works)
    )
    return msgspec.structs.replace(run(), results=results)


@pytest.mark.parametrize(
    "groups",
    [
        ((0.0, 1.0), (5.0, 6.0, 7.0)),
        ((3.0, 4.0, 9.0), (2.0, 2.0), (6.0,)),
        ((0.1, 0.2), (0.3, 0.4), (0.2, 0.1, 0.6)),
        ((1.0, 2.0, 3.0), (1.0, 2.0, 3.0)),
        ((5.0,), (0.0, 10.0), (5.0, 5.0)),
    ],
)
def test_the_share_of_deals_is_that_of_all_permutations(groups: tuple[tuple[float, ...], ...]) -> None:
    everybody = np.array([score for own in groups for score in own])
    sizes = np.array([len(own) for own in groups])

    def farthest(dealt: np.ndarray) -> np.ndarray:
        """The largest n (mean - mean of all)² of each deal, (n, works): (n,)."""
        parts = np.split(dealt, np.cumsum(sizes)[:-1], axis=1)
        off = [size * (part.mean(axis=1) - everybody.mean()) ** 2 for size, part in zip(sizes, parts, strict=True)]
        return np.max(off, axis=0)

    every = farthest(np.array(list(permutations(everybody))))
    exact = (every >= farthest(everybody[None])[0] - 1e-9).mean()
    found = by_version(versions_of(*groups))

    assert found is not None
    assert found.as_large is not None
    # four standard errors of DEALS throws
    assert found.as_large / DEALS == pytest.approx(exact, abs=4 * (exact * (1 - exact) / DEALS) ** 0.5 + 1e-12)
    assert [(row.version, row.works) for row in found.rows] == [(n, len(own)) for n, own in enumerate(groups, 1)]
    assert [row.mean for row in found.rows] == pytest.approx([np.mean(own) for own in groups], abs=0.0051)


@pytest.mark.parametrize(("as_large", "by_chance"), [(None, True), (20, True), (19, False), (0, False)])
def test_one_deal_in_a_hundred_is_where_chance_ends(as_large: int | None, by_chance: bool) -> None:
    assert (RARE, DEALS) == (0.01, 2000)
    assert ByVersion(rows=(), as_large=as_large).by_chance is by_chance


@pytest.mark.parametrize(
    ("groups", "tested"),
    [(((1.0, 2.0),), False), (((1.0,), (2.0,)), False), (((1.0, 1.0), (1.0,)), False), (((1.0, 1.0), (2.0,)), True)],
)
def test_a_test_needs_two_versions_one_that_is_shared_and_two_scores(
    groups: tuple[tuple[float, ...], ...], tested: bool
) -> None:
    found = by_version(versions_of(*groups))
    assert found is not None
    assert (found.as_large is not None) is tested
