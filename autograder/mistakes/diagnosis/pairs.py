"""Two mistakes at once. A note for the TA, never a sentence for a student: many pairs look like one another."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from autograder.mistakes.calculus import Complex, Task
from autograder.mistakes.catalogue import MISTAKES
from autograder.mistakes.diagnosis.candidates import Candidate, Plan

MOST = 400
RARE = 31
"""Mistakes of this rank and above are left out: a rare mistake together with another one explains anything."""


class Pairs:
    """The wrong answers to one question in which two rules go wrong, each wherever it applies."""

    def __init__(self, task: Task) -> None:
        self.made: list[tuple[str, Candidate]] = []
        memo: dict[int, Complex] = {}
        rows = []
        with np.errstate(all="ignore"):
            for name, candidate in _all_pairs(task):
                self.made.append((name, candidate))
                rows.append(candidate.values(task, memo))
                if len(rows) >= MOST:
                    break
        self.values = np.stack(rows) if rows else None

    def only_match(self, actual: Complex, rtol: float, agree: Callable[..., Any]) -> str | None:
        """The pair and its wrong answer, if exactly one fits the answer's values, (points, entries)."""
        if self.values is None:
            return None
        fits = [self.made[k] for k in np.flatnonzero(agree(self.values, actual[None], rtol))]
        if len({name for name, _ in fits}) != 1:
            return None
        name, candidate = fits[0]
        return f"{name}: {candidate.text()}"


def _all_pairs(task: Task) -> Iterator[tuple[str, Candidate]]:
    plans = [
        (mistake, plan)
        for mistake in MISTAKES.values()
        if mistake.rule is not None and mistake.rank < RARE and (plan := Plan(mistake.rule, task)).versions
    ]
    for (first, one), (second, two) in combinations(plans, 2):
        yield (
            f"{first.id} and {second.id}",
            Candidate("", task.shape, Plan.joined(one, two, task).answer(0, None, None)),
        )
