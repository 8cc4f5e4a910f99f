"""A question's wrong answers at one point, each made of a way back through its function that goes wrong."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograder.errors import ExpressionError
from autograder.mistakes.tape import rules
from autograder.mistakes.tape.recording import Tape, TapeRule

__all__ = ["ArrayTask", "Pull"]

MOST_SITES = 40
MOST_SAMPLES = 64
MOST_PATHS = 6
Array = np.ndarray[Any, Any]
Pull = Callable[[Any], list[Array]]
"""What comes back to the output → what comes back to each argument that is differentiated by."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ArrayTask:
    """One entry of an answer made of arrays, at one point: what the catalogue may ask about it.

    Attributes:
        record: makes the tape of the function at the point.
        made: of a way back, the answer: an array for each of its parts.
        part: which of them is meant.
        parts: the right values of all, arrays of any shape.
        given: name → array: what the function was handed, ``upstream`` and ``direction`` among them.
        own: of the tape, id of a mistake → wrong values of this part that the question makes itself.
    """

    record: Callable[[], Tape]
    made: Callable[[Pull], Sequence[Array]]
    part: int
    parts: Sequence[Array]
    given: Mapping[str, Array] = field(default_factory=dict)
    own: Callable[[Tape], Mapping[str, Sequence[Array]]] = lambda tape: {}

    @property
    def right(self) -> Array:
        """The right values of the part, of its shape."""
        return self.parts[self.part]

    @property
    def tape(self) -> Tape | None:
        """The function at the point; None where it cannot be taken apart."""
        try:
            return self.record()
        except ExpressionError:
            return None

    @cached_property
    def more(self) -> Mapping[str, Sequence[Array]]:
        """Id of a mistake → wrong values of the part, of whatever shape, that the question makes itself."""
        return {} if (tape := self.tape) is None else self.own(tape)

    def ruled(self, rule: TapeRule) -> Iterator[Array]:
        """The answers, of whatever shape, with a rule that goes wrong at every operation, and at one alone."""
        if (tape := self.tape) is None:
            return
        sites, versions = tape.sites(rule)
        for version in range(versions):
            yield from self.by(partial(tape.back, rule=rule, version=version))
            for site in sites[:MOST_SITES] if len(sites) > 1 else ():
                yield from self.by(partial(tape.back, rule=rule, version=version, at=site))

    def one_path(self) -> Iterator[Array]:
        """The answers, of the part's shape, in which a value that is used more than once has one contribution only."""
        if (tape := self.tape) is None:
            return
        for place, times in list(tape.forks().items())[:MOST_SITES]:
            for number in range(min(times, MOST_PATHS)):
                for alone in (True, False) if times > 2 else (True,):
                    yield from self.by(partial(tape.back, kept=(place, number, alone)))

    def by(self, pull: Pull) -> Iterator[Array]:
        """The answer that a way back makes; nothing where its arrays have other shapes than the question's."""
        try:
            yield np.asarray(self.made(pull)[self.part], dtype=float)
        except (TypeError, ValueError, IndexError):
            return

    def unsummed(self) -> Iterator[Array]:
        """The answers in which what is spread over a batch keeps one contribution a sample: (samples, *shape)."""
        if (tape := self.tape) is None:
            return
        sites, _ = tape.sites(rules.mean_for_sum)
        for site in sites[:MOST_SITES]:
            axes = {axis for k, alive in enumerate(site.live) if alive for axis in rules.spread(site, k)}
            count = site.output.shape[0]
            if 0 in axes and count <= MOST_SAMPLES:
                rows = [
                    row
                    for sample in range(count)
                    for row in self.by(partial(tape.back, rule=rules.only(sample), at=site))
                ]
                if len(rows) == count and all(row.shape == rows[0].shape for row in rows):
                    yield np.stack(rows)

    def is_loss_of(self, names: set[str]) -> bool:
        """Whether the function gives one number, by way of one of these operations."""
        tape = self.tape
        return tape is not None and tape.output.shape == () and any(each.name in names for each in tape.operations)

    def is_factor(self) -> bool:
        """Whether what the part belongs to is a factor of a product of matrices."""
        tape = self.tape
        if tape is None or self.part >= len(tape.wrt):
            return False
        return any(each.name == "dot_general" and tape.wrt[self.part] in each.arguments for each in tape.operations)

    def lengths(self) -> list[int]:
        """How many samples or entries there may be, by which a mean is divided; not 2, which is a factor as well."""
        sides = {int(side) for value in self.given.values() for side in np.shape(value)}
        return sorted((sides | {self.right.size}) - {0, 1, 2})

    def __repr__(self) -> str:
        values = hash(tuple(np.asarray(part, dtype=float).tobytes() for part in self.parts))
        return f"<part {self.part} of {values} {id(self)}>"
