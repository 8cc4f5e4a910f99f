"""Where everybody has other numbers: is a version harder than the others, or is that chance? Who has whose answer?"""

from statistics import mean

from autograder.model import Record, Run
from autograder.report.names import version
from autograder.report.statistics.assignment import checks

__all__ = ["DEALS", "ByVersion", "RightForOthers", "VersionRow", "by_version", "right_for_others"]

DEALS = 2000
"""How often the scores are dealt out to the versions again."""
RARE = 0.01
"""What comes about in a smaller share of deals is more than chance allows: of a hundred assignments whose versions are
equally hard, one is said not to be."""
_SEED = 20180
"""The page of the same class is the same file every time."""


class VersionRow(Record, frozen=True, kw_only=True):
    """One version over the class."""

    version: int
    """Counted from 1."""
    works: int
    """How many were graded on its numbers and have a score."""
    mean: float


class ByVersion(Record, frozen=True, kw_only=True):
    """A class by version, and what a permutation test says."""

    rows: tuple[VersionRow, ...]
    as_large: int | None
    """In how many of :data:`DEALS` deals some version's mean lies at least as far off; None where a test can say
    nothing: fewer than two versions, or nobody shares one, or all scores are equal."""

    @property
    def by_chance(self) -> bool:
        """Whether chance explains how far off any version's mean lies."""
        return self.as_large is None or self.as_large >= RARE * DEALS


class RightForOthers(Record, frozen=True, kw_only=True):
    """A wrong answer that is right for other numbers than its student's."""

    key: str
    """``Submission.key``."""
    question: str
    answer: str
    versions: str
    """For which it is right, from 1, as the verdict has them."""
    others: tuple[str, ...]
    """Keys of those who were graded on the numbers of one of these."""


def right_for_others(run: Run) -> list[RightForOthers]:
    """Wrong answers that are right for other versions; works with most of them first, each answer once."""
    having: dict[str, list[str]] = {}
    for result in run.results:
        if (number := version(result)) is not None and result.submission.part_of is None:
            having.setdefault(str(number + 1), []).append(result.submission.key)
    found: list[tuple[int, list[RightForOthers]]] = []
    for result in run.results:
        if result.submission.part_of is not None:
            continue
        rows: dict[tuple[str, str], RightForOthers] = {}
        for question in result.questions:
            for check in checks(question):
                if versions := check.verdict.details.get("numbers_of"):
                    keys = [key for each in versions.split(", ") for key in having.get(each, ())]
                    rows.setdefault(
                        (question.name, check.answer),
                        RightForOthers(
                            key=result.submission.key,
                            question=question.name,
                            answer=check.answer,
                            versions=versions,
                            others=tuple(key for key in keys if key != result.submission.key),
                        ),
                    )
        found.append((len(rows), list(rows.values())))
    return [row for _, rows in sorted(found, key=lambda each: -each[0]) for row in rows]


def by_version(run: Run) -> ByVersion | None:
    """Scores as graded, before policy and people, by version; None where everybody has the same numbers.

    A work of a group is one; one that was answered under several ids is left out.
    """
    scores: dict[int, list[float]] = {}
    for result in run.results:
        number = version(result)
        alone = result.submission.part_of is None and len(result.numbers_of) == 1
        if alone and number is not None and result.score is not None:
            scores.setdefault(number, []).append(result.score)
    if not scores:
        return None
    rows = tuple(
        VersionRow(version=number + 1, works=len(own), mean=round(mean(own), 2))
        for number, own in sorted(scores.items())
    )
    return ByVersion(rows=rows, as_large=_as_large([own for _, own in sorted(scores.items())]))


def _as_large(groups: list[list[float]]) -> int | None:
    r"""A permutation test of k means (Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005, §3.4).

    The statistic is :math:`\max_v n_v (\bar s_v - \bar s)^2`, the version that is farthest off: one draw that went
    wrong is what is feared, and the variance over forty versions would drown it.
    """
    different = {score for own in groups for score in own}
    if len(groups) < 2 or max(map(len, groups)) < 2 or len(different) < 2:
        return None
    import numpy as np  # the page of one work, or of a class without versions, needs none

    sizes = np.array([len(own) for own in groups])
    everybody = np.array([score for own in groups for score in own])
    draw = np.random.default_rng(_SEED)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def spread(dealt: np.ndarray) -> np.ndarray:
        """Of deals, (n, works), each version's scores side by side: (n,)."""
        means = np.add.reduceat(dealt, starts, axis=-1) / sizes
        spread: np.ndarray = (sizes * (means - everybody.mean()) ** 2).max(axis=-1)
        return spread

    deals = draw.permuted(np.tile(everybody, (DEALS, 1)), axis=1)
    seen = float(spread(everybody))
    # equal deals differ by rounding
    return int((spread(deals) >= seen - 1e-9 * max(1.0, abs(seen))).sum())
