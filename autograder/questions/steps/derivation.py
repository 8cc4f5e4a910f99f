"""A derivation gone through: which line follows from the one before, which is wrong, and what follows from that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.expressions import Tree, to_tree
from autograder.model import Outcome, Reason, Verdict
from autograder.questions.carried import is_tame
from autograder.questions.steps.lines import LARGEST
from autograder.questions.steps.pieces import Piece
from autograder.reference import real_symbol

__all__ = ["Judged", "Mark", "Walk", "by_lines"]


class Mark(StrEnum):
    """What becomes of a formula of a derivation; the value stands beside the line on pages."""

    GIVEN = "·"
    """It states the task, or gives a part a name."""
    RIGHT = "✓"
    WRONG = "✗"
    FOLLOWS = "↳"
    """It follows from a line that is wrong: a consequence."""
    AGAIN = "="
    """A line above says the same."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One formula of a derivation, judged.

    Attributes:
        piece: the formula.
        mark: what became of it.
        stage: how often the function was differentiated to come to it; -1 of a part.
        is_new: whether no line above has this value in this form, but for the order of things.
        before: what it had to be equal to, or whose derivative it had to be.
        differentiated: how often between the two; 0 for two lines that had to be equal.
        verdict: of the comparison, where one was made.
    """

    piece: Piece
    mark: Mark
    stage: int = -1
    is_new: bool = True
    before: Piece | None = None
    differentiated: int = 0
    verdict: Verdict | None = None


@dataclass(kw_only=True)
class Walk:
    """Goes through the lines of one derivation.

    Attributes:
        wrt: the variable.
        order: of the derivative that is asked for.
        stages: the function and its derivatives up to that one.
        same: compares an answer's tree with a reference's.
        asked: compares with what is asked for, which has two references.
    """

    wrt: str
    order: int
    stages: Sequence[sp.Expr]
    same: Callable[[Tree, Tree], Verdict]
    asked: Callable[[Piece], Verdict]

    def go(self, pieces: Sequence[Piece]) -> list[Judged]:
        """Judge each, in order."""
        self._done: list[Judged] = []
        self._last: Piece | None = None
        self._stage = -1
        self._wrong = False
        for piece in pieces:
            judged = self._of_part(piece) if piece.part else self._of_function(piece)
            self._wrong |= judged.mark is Mark.WRONG
            self._done.append(judged)
            if judged.verdict is not None and judged.verdict.outcome is Outcome.UNDECIDED:
                break  # a person looks at all of it
        return self._done

    def _of_part(self, piece: Piece) -> Judged:
        order = piece.side.order if piece.side else 0
        if piece.of is None:
            return Judged(piece=piece, mark=Mark.GIVEN)
        if order and not is_tame(piece.of.own, LARGEST // order**2):
            raise Unreadable(Reason.TOO_LARGE)
        right = sp.diff(piece.of.own, real_symbol(self.wrt), order) if order else piece.of.right
        verdict = self.same(piece.written, to_tree(right))
        mark = Mark.WRONG if verdict.outcome is Outcome.INCORRECT else Mark.RIGHT if order else Mark.GIVEN
        return Judged(piece=piece, mark=mark, before=piece.of, differentiated=order, verdict=verdict)

    def _of_function(self, piece: Piece) -> Judged:
        stage = self._stage_of(piece)
        before, risen = self._last, stage - max(self._stage, 0)
        if before is None:
            risen = stage
        self._last, self._stage = piece, stage
        is_new = not any(one.stage == stage and one.piece.alike(piece) for one in self._done)
        verdict = self._truth(piece, stage)
        if any(one.stage == stage and one.piece.tree == piece.tree and not piece.open for one in self._done):
            mark = Mark.AGAIN
        elif verdict.outcome in (Outcome.CORRECT, Outcome.UNDECIDED):
            mark = Mark.GIVEN if stage == 0 or self._is_task(piece) else Mark.RIGHT
        else:
            mark = Mark.FOLLOWS if self._wrong and self._follows(piece, before, risen) else Mark.WRONG
        return Judged(
            piece=piece,
            mark=mark,
            stage=stage,
            is_new=is_new,
            before=before,
            differentiated=risen,
            verdict=verdict,
        )

    def _is_task(self, piece: Piece) -> bool:
        """Whether a line says nothing but what is to be differentiated."""
        if len(piece.open) != 1 or piece.holed != piece.open[0].symbol:
            return False
        only = piece.open[0]
        stage = self.stages[max(self.order - only.order, 0)]
        return self.same(to_tree(only.inner), to_tree(stage)).outcome is Outcome.CORRECT

    def _stage_of(self, piece: Piece) -> int:
        """How often the function was differentiated to come to a line."""
        if piece.side is not None:
            return min(piece.side.order, self.order)
        if self._stage < 0:  # a first line without a left side may be the function itself
            is_function = not piece.open and self._truth(piece, 0).outcome is Outcome.CORRECT
            return 0 if is_function and self._truth(piece, self.order).outcome is not Outcome.CORRECT else self.order
        if self._stage < self.order and self._last is not None:
            goes_on = self.same(piece.written, self._last.written).outcome is Outcome.CORRECT
            return self._stage if goes_on and not piece.open else self._stage + 1
        return self._stage

    def _truth(self, piece: Piece, stage: int) -> Verdict:
        if stage == self.order:
            return self.asked(piece)
        return self.same(piece.written, to_tree(self.stages[stage]))

    def _follows(self, piece: Piece, before: Piece | None, risen: int) -> bool:
        """Whether it follows from what stands above, wrong as that is."""
        if piece.own != piece.right and self.same(to_tree(piece.right), to_tree(self.stages[self._stage])).outcome is (
            Outcome.CORRECT
        ):
            return True  # right, but for a part's derivative that a line above has
        if before is None:
            return False
        if risen > 0 and not is_tame(before.own, LARGEST // risen**2):
            return False
        wanted = sp.diff(before.own, real_symbol(self.wrt), risen) if risen > 0 else before.own
        return self.same(piece.written, to_tree(wanted)).outcome is Outcome.CORRECT


def by_lines(judged: Sequence[Judged]) -> dict[int, Mark]:
    """Of each line the mark that decides: a wrong one before one that follows, before a right one."""
    order = (Mark.WRONG, Mark.FOLLOWS, Mark.RIGHT, Mark.AGAIN, Mark.GIVEN)
    found = dict.fromkeys(range(1, judged[-1].piece.line + 1), Mark.GIVEN)  # a line of words alone has no formula
    for one in judged:
        found[one.piece.line] = min(found[one.piece.line], one.mark, key=order.index)
    return found
