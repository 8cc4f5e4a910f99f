"""One formula of a derivation: as it stands, with what it leaves open, and what the lines above say of it."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from autograder.expressions import Tree, to_tree
from autograder.expressions.build import evaluated
from autograder.questions.steps.marks import Side
from autograder.reference import real_symbol, renamed

__all__ = ["Open", "Piece", "filled"]


@dataclass(frozen=True, kw_only=True)
class Open:
    """A derivative that a line states and leaves to the next one.

    Attributes:
        symbol: stands for it in :attr:`Piece.holed`.
        inner: what is differentiated.
        form: the same as it is written.
        by: the variable.
        order: how often.
        own: what a line above says that it is, if one does.
        under: of ``dy/du`` what u stands for.
    """

    symbol: sp.Symbol
    inner: sp.Expr
    form: sp.Expr
    by: str
    order: int
    own: sp.Expr | None = None
    under: sp.Expr | None = None

    @cached_property
    def right(self) -> sp.Expr:
        """The derivative itself."""
        by = real_symbol(self.by)
        over = sp.diff(self.inner, by, self.order)
        return over if self.under is None else over / sp.diff(self.under, by)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One formula of a derivation.

    Attributes:
        line: its number, as the student counts the lines that are not empty.
        text: the line as it was written.
        tree: the formula as it stands, with a symbol for each derivative that is left open.
        open: these.
        side: what its left side says, where it has one.
        part: the name of a part such as u in ``u = x^2``, of which the line speaks instead of the function.
        of: what a line about a part has to be equal to, or has to be the derivative of.
    """

    line: int
    text: str
    tree: Tree
    open: tuple[Open, ...] = ()
    side: Side | None = None
    part: str = ""
    of: "Piece | None" = None

    @cached_property
    def holed(self) -> sp.Expr:
        """The formula with a symbol for each open derivative."""
        return renamed(evaluated(self.tree))

    @cached_property
    def own(self) -> sp.Expr:
        """The formula with each derivative as the lines above have it, or carried out."""
        return self.holed.xreplace({each.symbol: each.right if each.own is None else each.own for each in self.open})

    @cached_property
    def right(self) -> sp.Expr:
        """The formula with each derivative carried out."""
        return self.holed.xreplace({each.symbol: each.right for each in self.open})

    def alike(self, other: "Piece") -> bool:
        """Whether both say the same but for the order of terms and factors."""
        return bool(len(self.open) == len(other.open) and self.own == other.own)

    @cached_property
    def written(self) -> Tree:
        """:attr:`own` as it stands in the line."""
        values = {each.symbol.name: each.right if each.own is None else each.own for each in self.open}
        return filled(self.tree, {name: to_tree(value) for name, value in values.items()})


def filled(tree: Tree, values: dict[str, Tree]) -> Tree:
    """A tree with trees in the places of symbols."""
    if type(tree) is not list or not tree:
        return tree
    if tree[0] in ("Symbol", "Dummy"):
        return values.get(tree[1], tree)
    return [filled(part, values) if type(part) is list else part for part in tree]
