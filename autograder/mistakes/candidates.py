"""Every wrong answer to one question: each mistake at every site, and at one site at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.mistakes.catalogue import MISTAKES
from autograder.mistakes.differentiator import Calculus, Rule, sites, variants
from autograder.mistakes.entry import Mistake
from autograder.mistakes.formula import Complex, Node, evaluate, to_sympy
from autograder.mistakes.task import Task

MOST = 1_500
"""Wrong answers per question: a function with more sites than this is diagnosed by its first ones."""


class Candidate:
    """One wrong answer.

    Attributes:
        id: the mistake that gives it.
        entries: its formulas, row by row.
        shape: of the answer.
    """

    __slots__ = ("entries", "id", "shape")

    def __init__(self, id: str, shape: tuple[int, ...], entries: list[Node]) -> None:
        self.id = id
        self.shape = shape
        self.entries = entries

    def values(self, task: Task, memo: dict[int, Complex]) -> Complex:
        """Shape (number of points, number of entries)."""
        points = task.points
        out = np.empty((task.size, len(self.entries)), dtype=np.complex128)
        for k, entry in enumerate(self.entries):
            out[:, k] = evaluate(entry, points, memo)
        return out

    def expressions(self) -> list[Any]:
        """The entries as SymPy expressions."""
        return [to_sympy(entry) for entry in self.entries]

    def text(self) -> str:
        """The wrong answer as text, for the TA."""
        rows = [str(entry) for entry in self.expressions()]
        return rows[0] if not self.shape else f"[{', '.join(rows)}]"


def every(task: Task) -> Iterator[Candidate]:
    """All wrong answers of the catalogue to this question, at most :data:`MOST`."""
    made = 0
    for mistake in MISTAKES.values():
        for candidate in of(mistake, task):
            yield candidate
            made += 1
            if made >= MOST:
                return


def of(mistake: Mistake, task: Task) -> Iterator[Candidate]:
    """The wrong answers that one mistake gives to this question."""
    if mistake.whole is not None:
        for made in mistake.whole(task):
            shape, entries = made if isinstance(made, tuple) else (task.shape if len(made) > 1 else (), made)
            if not isinstance(made, tuple) and len(made) != len(task.flat):
                shape = (len(made),) if len(made) > 1 else ()
            elif not isinstance(made, tuple):
                shape = task.shape
            yield Candidate(mistake.id, shape, list(entries))
    elif mistake.rule is not None:
        for entries in ruled(mistake.rule, task):
            yield Candidate(mistake.id, task.shape, entries)


def ruled(rule: Rule, task: Task) -> Iterator[list[Node]]:
    """The answers in which the rule acts everywhere, in one component, at one site, or at one site in one component."""
    plan = _Plan(rule, task)
    for variant in range(plan.variants):
        yield from plan.answers(variant)


class _Plan:
    def __init__(self, rule: Rule, task: Task) -> None:
        self.rule = rule
        self.task = task
        self.parts: list[tuple[int, Node, str]] = []
        task.assemble(self._note)
        self.places: list[list[Node]] = [sites(f, by, task.variables, rule) for _, f, by in self.parts]
        counts = [variants(f, by, task.variables, rule) for _, f, by in self.parts]
        self.variants = max(counts, default=0)

    def _note(self, k: int, function: Node, by: str, depth: int) -> Node:
        self.parts.append((k, function, by))
        return Calculus(by).d(function)

    def answers(self, variant: int) -> Iterator[list[Node]]:
        hit = [k for k, places in enumerate(self.places) if places]
        if not hit:
            return
        yield self._answer(variant, None, None)
        nodes = {id(node): node for places in self.places for node in places}
        if len(nodes) > 1:
            for site in nodes:
                yield self._answer(variant, None, frozenset((site,)))
        if len(hit) > 1 or len(self.parts) > 1:
            for part in hit:
                if len(hit) > 1:
                    yield self._answer(variant, part, None)
                    if len(self.places[part]) > 1:
                        for node in self.places[part]:
                            yield self._answer(variant, part, frozenset((id(node),)))

    def _answer(self, variant: int, only: int | None, chosen: frozenset[int] | None) -> list[Node]:
        call = iter(range(len(self.parts)))
        functions = [f for _, f, _ in self.parts]

        def partial(k: int, function: Node, by: str, depth: int) -> Node:
            number = next(call)
            if only is not None and number != only:
                return Calculus(by).d(function)
            if chosen is None or function is functions[number]:
                return Calculus(by, self.task.variables, self.rule, chosen, variant).d(function)
            # a later derivative is taken of a formula made anew: its sites are not the planned ones
            return Calculus(by).d(function)

        return self.task.assemble(partial)[1]


__all__ = ["Candidate", "every", "of", "ruled"]
