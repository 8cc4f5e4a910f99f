"""Two mistakes at once. A note for the TA, never a sentence for a student: many pairs look like one another."""

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from autograder.mistakes.candidates import Candidate, ruled
from autograder.mistakes.catalogue import MISTAKES
from autograder.mistakes.differentiator import Calculus, Rule
from autograder.mistakes.entry import Mistake
from autograder.mistakes.formula import Complex, Node
from autograder.mistakes.task import Task

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
            for name, candidate in _every(task):
                self.made.append((name, candidate))
                rows.append(candidate.values(task, memo))
                if len(rows) >= MOST:
                    break
        self.values = np.stack(rows) if rows else None

    def only_match(self, actual: Complex, rtol: float, agree: Callable[..., Any]) -> str | None:
        """The pair and its wrong answer, if exactly one fits."""
        if self.values is None:
            return None
        fits = [self.made[k] for k in np.flatnonzero(agree(self.values, actual[None], rtol))]
        if len({name for name, _ in fits}) != 1:
            return None
        name, candidate = fits[0]
        return f"{name}: {candidate.text()}"


def _every(task: Task) -> Iterator[tuple[str, Candidate]]:
    single = [
        mistake
        for mistake in MISTAKES.values()
        if mistake.rule is not None and mistake.rank < RARE and next(ruled(mistake.rule, task), None) is not None
    ]
    for first, second in combinations(single, 2):
        for entries in ruled(_both(first, second), task):
            yield f"{first.id} and {second.id}", Candidate("", task.shape, entries)
            break


def _both(first: Mistake, second: Mistake) -> Rule:
    one, two = first.rule, second.rule
    assert one is not None
    assert two is not None

    def rule(node: Node, calculus: Calculus) -> Iterator[Node]:
        found = next(iter(one(node, calculus)), None)
        if found is None:
            found = next(iter(two(node, calculus)), None)
        if found is not None:
            yield found

    return rule
