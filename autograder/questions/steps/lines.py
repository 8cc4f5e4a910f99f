"""A derivation as a student gives it, read: lines, and in each the formulas that are said to be equal."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from autograder.compare.reading import Unreadable, describe, refuse_opaque
from autograder.expressions import Tree, to_tree
from autograder.expressions.build import as_written, evaluated
from autograder.expressions.context import Context
from autograder.model import Reason
from autograder.questions.answers import read_answer
from autograder.questions.carried import is_tame
from autograder.questions.steps.marks import Hole, Side, definitions, parts, plain, side_of, split, with_holes
from autograder.reference import real_symbol, renamed

__all__ = ["LARGEST", "MOST", "Open", "Piece", "Reader", "lines_of"]

LARGEST = 150
"""Operations of what is differentiated once; of what is differentiated n times a share of 1/n²."""
MOST = 60
"""Lines of a derivation; what is longer was made by a loop."""
SHOWN = 200
"""Characters of a line that are read back to its student."""
_OF_THE_QUESTION = frozenset("fy")
"""What people call the function of a question in a left side."""


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
    """

    symbol: sp.Symbol
    inner: sp.Expr
    form: sp.Expr
    by: str
    order: int
    own: sp.Expr | None = None

    @cached_property
    def right(self) -> sp.Expr:
        """The derivative itself."""
        return sp.diff(self.inner, real_symbol(self.by), self.order)


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
    """

    line: int
    text: str
    tree: Tree
    open: tuple[Open, ...] = ()
    side: Side | None = None
    part: str = ""

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
        return _filled(self.tree, {name: to_tree(value) for name, value in values.items()})


@dataclass(kw_only=True)
class Reader:
    """Reads one derivation.

    Attributes:
        variables: of the question.
        context: what the question tells about how text is meant.
        is_function: whether a formula is the function of the question, so that ``g(x) = …`` names it.
        parts: name → what it stands for, as ``u = x^2`` says.
        slopes: (name, order) → what a line says that its derivative is.
    """

    variables: tuple[str, ...]
    context: Context
    is_function: Callable[[Tree], bool]
    parts: dict[str, sp.Expr] = field(default_factory=dict)
    slopes: dict[tuple[str, int], sp.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = replace(self.context, wrt=(), size=0)
        self._names = {*_OF_THE_QUESTION} - {*self.variables}

    def read(self, answer: Any) -> list[Piece]:
        """The formulas of all lines, in order.

        Raises:
            Unreadable: there are none, too many, or one cannot be read; its number and text are with it.
        """
        found: list[Piece] = []
        number = 0
        for given in _lines(answer):
            if isinstance(given, str) and given.strip() in ("", "...", "…"):
                continue
            number += 1
            if number > MOST:
                raise Unreadable(Reason.TOO_LARGE)
            shown = shown_line(given)
            try:
                found += self._pieces(given, number, shown)
            except Unreadable as unreadable:
                details = {"in_line": str(number), "line_text": shown, "name": shown, **unreadable.verdict.details}
                if unreadable.verdict.reason is Reason.WRONG_VARIABLES:
                    details["expected"] = ", ".join(self.variables)
                raise Unreadable(unreadable.verdict.reason, **details) from None
        if not found:
            raise Unreadable(Reason.MISSING)
        return found

    def _pieces(self, given: Any, number: int, shown: str) -> Iterator[Piece]:
        if isinstance(given, str):
            for text in definitions(plain(str.__str__(given))):
                yield from self._of_text(text, number, shown)
        elif isinstance(given, sp.Eq):
            yield from self._of_equation(given, number, shown)
        else:
            yield self._piece(given, number, shown, None)

    def _of_text(self, text: str, number: int, shown: str) -> Iterator[Piece]:
        sides = parts(text)
        side = side_of(sides[0][1], self.variables) if len(sides) > 1 and sides[0][1].strip() else None
        rest = sides[1:] if side or (len(sides) > 1 and not sides[0][1].strip()) else sides
        for offset, formula in rest:
            if not formula.strip():
                raise Unreadable(Reason.NOT_PARSED)
            yield self._named(self._piece(" " * offset + formula, number, shown, side))

    def _of_equation(self, given: sp.Eq, number: int, shown: str) -> Iterator[Piece]:
        side = _side_of_equation(given.lhs, self.variables)
        for each in (given.rhs,) if side else given.args:
            yield self._named(self._piece(each, number, shown, side))

    def _named(self, piece: Piece) -> Piece:
        """A line that speaks of a part is kept under its name."""
        side = piece.side
        if side is None or not side.name or side.name in self._names:
            return piece
        if side.order == 0:
            if self.is_function(piece.written):
                self._names.add(side.name)
                return piece
            self.parts[side.name] = piece.own
        elif side.name in self.parts:
            self.slopes[side.name, side.order] = piece.own
        else:
            return piece
        return replace(piece, part=side.name)

    def _piece(self, given: Any, number: int, shown: str, side: Side | None) -> Piece:
        if isinstance(given, str):
            text, holes = with_holes(given, self.variables, [*self.parts])
            left = [self._open(hole) for hole in holes]
            tree = self._formula(text, [hole.letter for hole in holes])
        else:
            refuse_opaque(given)
            given, left = _opened(given, self.variables)
            if any(not is_tame(each.inner, LARGEST // each.order**2) for each in left):
                raise Unreadable(Reason.TOO_LARGE)
            tree = self._formula(given, [each.symbol.name for each in left])
        return Piece(line=number, text=shown, tree=tree, open=tuple(left), side=side)

    def _open(self, hole: Hole) -> Open:
        """A derivative that is left open.

        Raises:
            Unreadable: TOO_LARGE: carrying it out takes too long.
        """
        found = self._of_hole(hole)
        if not is_tame(found.inner, LARGEST // found.order**2):
            raise Unreadable(Reason.TOO_LARGE)
        return found

    def _of_hole(self, hole: Hole) -> Open:
        symbol = real_symbol(hole.letter)
        if hole.named:
            own = self.slopes.get((hole.inner, hole.order))
            inner = self.parts[hole.inner]
            return Open(symbol=symbol, inner=inner, form=inner, by=hole.by, order=hole.order, own=own)
        piece = self._piece(hole.inner, 0, "", None)
        return Open(symbol=symbol, inner=piece.own, form=as_written(piece.written), by=hole.by, order=hole.order)

    def _formula(self, given: Any, letters: Sequence[str]) -> Tree:
        """The tree of a formula in the question's variables and these letters; what a part's name stands for put in."""
        names = (*self.variables, *(name for name in self.parts if name not in letters), *letters)
        if callable(given) and not isinstance(given, (sp.Basic, str)):
            raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=describe(given))
        read = read_answer(given, names, self.context)
        if read.kind == "numbers":
            if not isinstance(given, (int, float, np.integer, np.floating)) or isinstance(given, bool):
                raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=describe(given))
            return to_tree(sp.sympify(given.item() if isinstance(given, np.generic) else given))
        if read.shape != ():
            raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got="a list of formulas")
        return _filled(read.trees[0], {name: to_tree(value) for name, value in self.parts.items()})


def lines_of(answer: Any) -> list[str]:
    """The lines that are not empty, as their student wrote them; none where the answer has no lines."""
    try:
        given = _lines(answer)
    except Unreadable:
        return []
    return [shown_line(one) for one in given if not (isinstance(one, str) and one.strip() in ("", "...", "…"))]


def shown_line(given: Any) -> str:
    """A line as its student wrote it, short."""
    text = " ".join(str(given).split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _lines(answer: Any) -> list[Any]:
    """The lines of a list, a tuple, a column or a text.

    Raises:
        Unreadable: MISSING or WRONG_TYPE.
    """
    if answer is None or answer is Ellipsis:
        raise Unreadable(Reason.MISSING)
    refuse_opaque(answer)
    if issubclass(type(answer), str):
        return split(str.__str__(answer))
    if isinstance(answer, sp.MatrixBase) and 1 in answer.shape:
        return list(answer)
    if isinstance(answer, np.ndarray) and answer.ndim == 1:
        answer = answer.tolist()
    if isinstance(answer, (list, tuple, sp.Tuple)):
        lines: list[Any] = []
        for given in list(answer)[: MOST * 5]:
            if given is None or given is Ellipsis:
                continue
            lines += split(str.__str__(given)) if issubclass(type(given), str) else [given]
        return lines
    if isinstance(answer, (sp.Expr, sp.Eq)):
        return [answer]
    raise Unreadable(Reason.WRONG_TYPE, expected="a list of lines", got=describe(answer))


def _opened(given: Any, variables: Sequence[str]) -> tuple[Any, list[Open]]:
    """A SymPy expression with a symbol for each derivative that it leaves open."""
    if not isinstance(given, sp.Expr):
        return given, []
    given = renamed(given)
    found: list[Open] = []

    def swapped(expr: Any) -> Any:
        if isinstance(expr, sp.Derivative):
            symbols = {symbol for symbol, _ in expr.variable_count}
            names = {symbol.name for symbol in symbols if isinstance(symbol, sp.Symbol)}
            if len(symbols) == 1 and names <= {*variables} and names and not expr.expr.atoms(AppliedUndef):
                symbol = real_symbol(f"open_{len(found)}")
                order = int(sum(count for _, count in expr.variable_count))
                inner = expr.expr.doit() if expr.expr.has(sp.Derivative) else expr.expr
                found.append(Open(symbol=symbol, inner=inner, form=inner, by=names.pop(), order=order))
                return symbol
            return expr
        if expr.args and expr.has(sp.Derivative):
            return expr.func(*map(swapped, expr.args))
        return expr

    return swapped(given), found


def _side_of_equation(left: Any, variables: Sequence[str]) -> Side | None:
    """The left side of an ``Eq``: ``f(x)``, ``Derivative(f(x), x)`` or a symbol."""
    if isinstance(left, AppliedUndef):
        return Side(name=str(left.func), order=0)
    if isinstance(left, sp.Derivative) and isinstance(left.expr, (AppliedUndef, sp.Symbol)):
        of = str(left.expr.func) if isinstance(left.expr, AppliedUndef) else left.expr.name
        return Side(name=of, order=int(sum(count for _, count in left.variable_count)))
    return side_of(str(left), variables) if isinstance(left, sp.Symbol) and left.name not in variables else None


def _filled(tree: Tree, values: dict[str, Tree]) -> Tree:
    """A tree with trees in the places of symbols."""
    if type(tree) is not list or not tree:
        return tree
    if tree[0] in ("Symbol", "Dummy"):
        return values.get(tree[1], tree)
    return [_filled(part, values) if type(part) is list else part for part in tree]
