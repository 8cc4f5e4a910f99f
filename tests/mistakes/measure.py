"""How often the right mistake is named on wrong answers that the catalogue did not make."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from autograder.mistakes import diagnose_text
from tests.mistakes import gradients, one_variable


class Case(NamedTuple):
    kind: str
    function: str
    right: Any
    mistake: str
    wrong: Any

    @property
    def variables(self) -> list[str]:
        return ["x"] if self.kind == "Derivative" else ["x", "y"]

    def named(self) -> tuple[str, ...]:
        return diagnose_text(
            self.kind,
            self.function,
            self.wrong,
            variables=self.variables,
            wrt=self.variables,
            domain=dict.fromkeys(self.variables, (0.2, 1.9)),
        ).mistakes


def cases() -> list[Case]:
    """All wrong answers that were typed by hand."""
    single = [Case("Derivative", *row) for row in one_variable.rows()]
    return [*single, *(Case("Gradient", *row) for row in gradients.rows())]


def tally(chosen: Iterable[Case]) -> tuple[Counter[str], list[tuple[Case, tuple[str, ...]]]]:
    """How many were named first, in a tie, wrongly, or not at all; and those that were not named first."""
    counts: Counter[str] = Counter()
    missed = []
    for case in chosen:
        named = case.named()
        if named[:1] == (case.mistake,):
            counts["first"] += 1
            continue
        counts["tie" if case.mistake in named else "wrong" if named else "none"] += 1
        missed.append((case, named))
    return counts, missed
