"""Every wrong answer to one question: each mistake at every site, and at one site at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.mistakes.calculus import Calculus, Complex, Node, Rule, Task, evaluate, holders, num, sites, to_sympy
from autograder.mistakes.catalogue import MISTAKES, Mistake

MOST = 1_500
"""Wrong answers per question: a function with more sites than this is diagnosed by its first ones."""


class Candidate:
    """One wrong answer.

    Attributes:
        id: the mistake that gives it.
        entries: its formulas, row by row; of a function of arrays its numbers.
        shape: of the answer.
    """

    __slots__ = ("_expressions", "entries", "id", "shape")

    def __init__(self, id: str, shape: tuple[int, ...], entries: "list[Node] | np.ndarray[Any, Any]") -> None:
        """As the attributes say; numbers of any shape stand for an answer of that shape at the one point there is."""
        self.id = id
        self.shape = shape
        self.entries = entries
        self._expressions: list[Any] | None = None

    def values(self, task: Task, memo: dict[int, Complex]) -> Complex:
        """Shape (number of points, number of entries)."""
        if isinstance(self.entries, np.ndarray):
            return self.entries.reshape(1, -1).astype(np.complex128)
        points = task.points
        out = np.empty((task.size, len(self.entries)), dtype=np.complex128)
        for k, entry in enumerate(self.entries):
            out[:, k] = evaluate(entry, points, memo)
        return out

    def expressions(self) -> list[Any]:
        """The entries as SymPy expressions."""
        if self._expressions is None:
            entries = self.entries
            if isinstance(entries, np.ndarray):
                entries = [num(float(value)) for value in entries.ravel()]
            self._expressions = [to_sympy(entry) for entry in entries]
        return self._expressions

    def text(self) -> str:
        """The wrong answer as text, for the TA."""
        if isinstance(self.entries, np.ndarray):
            return np.array2string(self.entries, precision=6, threshold=12, edgeitems=2).replace("\n", " ")
        rows = [str(entry) for entry in self.expressions()]
        return rows[0] if not self.shape else f"[{', '.join(rows)}]"


def all_wrong_answers(task: Task, *, values_only: bool | None = None) -> Iterator[Candidate]:
    """All wrong answers of the catalogue to this question, at most :data:`MOST`.

    Args:
        values_only: True for the mistakes that nobody makes in a formula, False for the others, None for both.
    """
    made = 0
    for mistake in MISTAKES.values():
        if values_only is not None and mistake.values_only is not values_only:
            continue
        for candidate in wrong_answers(mistake, task):
            yield candidate
            made += 1
            if made >= MOST:
                return


def wrong_answers(mistake: Mistake, task: Task) -> Iterator[Candidate]:
    """The wrong answers that one mistake gives to this question."""
    arrays = task.data.get("arrays")
    if mistake.tape is not None and arrays is not None:
        for values in arrays.ruled(mistake.tape):
            yield Candidate(mistake.id, values.shape, values)
    if mistake.whole is not None:
        for made in mistake.whole(task):
            if isinstance(made, (np.ndarray, np.generic)):
                yield Candidate(mistake.id, made.shape, np.asarray(made))
                continue
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
    plan = Plan(rule, task)
    for version in range(plan.versions):
        yield from plan.answers(version)


class Plan:
    """Where a rule can act in each partial derivative that the answer is made of."""

    def __init__(self, rule: Rule, task: Task) -> None:
        self.rule = rule
        self.task = task
        self.found = [sites(f, by, task.variables, rule) for f, by in task.parts]
        self.versions = max((most for _, most in self.found), default=0)

    @classmethod
    def joined(cls, one: "Plan", two: "Plan", task: Task) -> "Plan":
        """Both rules at once; where both apply, the first one acts."""
        plan = cls.__new__(cls)
        plan.task, plan.versions = task, 1
        plan.found = [(a + b, 1) for (a, _), (b, _) in zip(one.found, two.found, strict=True)]

        def rule(node: Node, calculus: Calculus) -> Iterator[Node]:
            for each in (one.rule, two.rule):
                if (found := next(iter(each(node, calculus)), None)) is not None:
                    yield found
                    return

        plan.rule = rule
        return plan

    def answers(self, version: int) -> Iterator[list[Node]]:
        hit = [k for k, (places, _) in enumerate(self.found) if places]
        if not hit:
            return
        yield self.answer(version, None, None)
        nodes = {id(node): node for places, _ in self.found for node in places}
        if len(nodes) > 1:
            for node in nodes.values():
                yield self.answer(version, None, node)
        if len(hit) > 1:
            for part in hit:
                yield self.answer(version, part, None)
                if len(self.found[part][0]) > 1:
                    for node in self.found[part][0]:
                        yield self.answer(version, part, node)

    def answer(self, version: int, only: int | None, chosen: Node | None) -> list[Node]:
        """The answer with the rule in one part (None: all), at one site (None: all)."""
        task = self.task
        number = iter(range(len(task.parts)))

        def partial(k: int, function: Node, by: str, depth: int) -> Node:
            part = next(number)
            planned, _ = task.parts[part]
            known = task.known.setdefault(by, {})
            if function is not planned:
                # a later derivative of a formula made anew: its sites are not the planned ones
                rule = self.rule if chosen is None and only is None else None
                return Calculus(by, task.variables, rule, None, version).d(function)
            places = self.found[part][0] if chosen is None else [chosen]
            if (only is not None and part != only) or not places:
                return Calculus(by, known=known).d(function)
            touched = holders(task.above(function), places)
            site = None if chosen is None else frozenset((id(chosen),))
            return Calculus(by, task.variables, self.rule, site, version, touched=touched, known=known).d(function)

        return task.assemble(partial)[1]


__all__ = ["Candidate", "Plan", "all_wrong_answers", "ruled", "wrong_answers"]
