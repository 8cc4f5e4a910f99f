"""A derivation as a student gives it, read: lines, and in each the formulas that are said to be equal."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from autograder.compare.reading import Unreadable, describe, refuse_opaque
from autograder.errors import ExpressionError
from autograder.expressions import Tree, to_tree
from autograder.expressions.build import as_written
from autograder.expressions.context import Context
from autograder.model import Reason
from autograder.questions.answers import read_answer
from autograder.questions.carried import is_tame
from autograder.questions.steps.marks import Hole, Side, definitions, parts, side_of, split, with_holes
from autograder.questions.steps.pieces import Open, Piece, filled
from autograder.questions.steps.remarks import chains, is_remark, plain
from autograder.reference import real_symbol, renamed

__all__ = ["LARGEST", "MOST", "Reader", "lines_of"]

LARGEST = 150
"""Operations of what is differentiated once; of what is differentiated n times a share of 1/n²."""
MOST = 60
"""Lines of a derivation; what is longer was made by a loop."""
_LONGEST = 1000
"""Characters of a line that is read."""
_LATER = 4
"""How often a line waits for the next one, that says what its names stand for."""
SHOWN = 200
"""Characters of a line that are read back to its student."""
_OF_THE_QUESTION = frozenset("fy")
"""What people call the function of a question in a left side."""


@dataclass(kw_only=True)
class Reader:
    """Reads one derivation.

    Attributes:
        variables: of the question.
        context: what the question tells about how text is meant.
        wrt: the variable of a derivative that says none.
        stages: the function and its derivatives up to the one that is asked for.
        is_stage: whether a formula is the stage of this number, so that ``g(x) = …`` names the function.
        parts: name → what it stands for, as ``u = x^2`` says.
        slopes: (name, order) → what a line says that its derivative is.
    """

    variables: tuple[str, ...]
    context: Context
    wrt: str
    stages: Sequence[sp.Expr]
    is_stage: Callable[[Tree, int], bool]
    parts: dict[str, Piece] = field(default_factory=dict)
    slopes: dict[tuple[str, int], sp.Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = replace(self.context, wrt=(), size=0)
        whole = Piece(line=0, text="", tree=to_tree(self.stages[0]))
        self._names = dict.fromkeys({*_OF_THE_QUESTION} - {*self.variables}, whole)
        """What the function is called."""
        self._said: set[str] = set()
        """What left sides are called; a ``y`` that was none may be a variable's, written by mistake."""

    @property
    def _known(self) -> dict[str, Piece]:
        named = {name: piece for name, piece in self._names.items() if name == "f" or name in self._said}
        return {**named, **self.parts}

    def read(self, answer: Any) -> list[Piece]:
        """The formulas of all lines, in order.

        Raises:
            Unreadable: there are none, too many, or one cannot be read; its number and text are with it.
        """
        found: list[Piece] = []
        lines = [one for one in _lines(answer) if not (isinstance(one, str) and one.strip() in ("", "...", "…"))]
        if len(lines) > MOST or any(isinstance(one, str) and len(one) > _LONGEST for one in lines):
            raise Unreadable(Reason.TOO_LARGE)
        letters = (*self.variables, *self._names)
        is_said = [isinstance(one, str) and is_remark(one, letters) for one in lines]
        left = [number for number in range(1, len(lines) + 1) if not is_said[number - 1] or all(is_said)]
        later: Counter[int] = Counter()
        while left:
            number = left.pop(0)
            given = lines[number - 1]
            shown = shown_line(given)
            try:
                for piece in self._pieces(given, number, shown):
                    found.append(piece)
                    if len(found) > 2 * MOST:
                        raise Unreadable(Reason.TOO_LARGE)
            except ExpressionError as error:  # a formula in which parts are put that grew from line to line
                raise Unreadable(Reason(error.reason), in_line=str(number), line_text=shown, error=str(error)) from None
            except Unreadable as unreadable:
                reason = unreadable.verdict.reason
                if reason is Reason.WRONG_VARIABLES and later[number] < _LATER and left and self._gives_names(given):
                    later[number] += 1  # "g(u) = u^4" above "u = 3x + 1"
                    left.insert(1, number)
                    continue
                details = {"in_line": str(number), "line_text": shown, "name": shown, **unreadable.verdict.details}
                if reason is Reason.WRONG_VARIABLES:
                    details["expected"] = ", ".join(self.variables)
                raise Unreadable(reason, **details) from None
        if not found:
            raise Unreadable(Reason.MISSING)
        return found

    def _gives_names(self, given: Any) -> bool:
        """Whether all that a line does is to say what names stand for."""
        texts = definitions(plain(given, self.variables)) if isinstance(given, str) else []
        sides = [side_of(parts(text)[0][1], self.variables) for text in texts if len(parts(text)) == 2]
        return bool(texts) and len(sides) == len(texts) and all(side and side.order == 0 for side in sides)

    def _pieces(self, given: Any, number: int, shown: str) -> Iterator[Piece]:
        if isinstance(given, str):
            for chain in chains(str.__str__(given)):
                texts = definitions(plain(chain, self.variables, self._known))
                texts = [plain(text, self.variables, self._known) for text in texts]
                for text in sorted(texts, key=self._speaks_of_the_function) if len(texts) > 1 else texts:
                    yield from self._of_text(text, number, shown)
        elif isinstance(given, sp.Eq):
            yield from self._of_equation(given, number, shown)
        else:
            yield self._piece(given, number, shown, None)

    def _speaks_of_the_function(self, text: str) -> bool:
        """Whether its left side does, or one of a part: ``y = u^3, u = cos(2x)`` is read from behind."""
        side = side_of(parts(text)[0][1], self.variables)
        return side is not None and (side.name in self._names or (side.by or self.wrt) not in self.variables)

    def _of_text(self, text: str, number: int, shown: str) -> Iterator[Piece]:
        sides = parts(text)
        left = sides[0][1]
        side = side_of(left, self.variables) if len(sides) > 1 and left.strip() else None
        if side is not None:
            self._said.add(side.name)
        elif len(sides) > 1 and left.strip() and all(formula.strip() for _, formula in sides):
            first = self._piece(left, number, shown, None)
            if claim := self._claim(first, left):
                for offset, formula in sides[1:]:
                    piece = self._piece(" " * offset + formula, number, shown, claim.side)
                    if claim.side:
                        self.slopes[claim.part, claim.side.order] = piece.own
                    yield replace(piece, part=claim.part, of=claim.of)
                return
        for offset, formula in sides[1:] if side or (len(sides) > 1 and not left.strip()) else sides:
            if not formula.strip():
                raise Unreadable(Reason.NOT_PARSED)
            piece = self._piece(" " * offset + formula, number, shown, side)
            yield self._by_part(piece, side) if side and side.by in self.parts and side.order else self._named(piece)

    def _by_part(self, piece: Piece, side: Side) -> Piece:
        """``g'(u) = …``, which is a derivative by u."""
        own = self._known.get(side.name)
        if own is None or side.order > 1:
            raise Unreadable(Reason.NOT_PARSED)
        hole = self._of_hole(Hole(letter="o", inner=side.name, by=side.by, order=1, named=True))
        of = Piece(line=piece.line, text=piece.text, tree=to_tree(hole.symbol), open=(hole,))
        return replace(piece, part="=", side=None, of=of)

    def _claim(self, first: Piece, text: str) -> Piece | None:
        """What a left side that is a formula speaks of, where that is not what is asked for.

        It is a part's derivative, ``(x^2)' = 2x``; the function by its name, ``ln f = x ln x``; or a part of the
        function in another form, ``x^2 - 1 = (x - 1)(x + 1)``.
        """
        if len(first.open) == 1 and first.holed == first.open[0].symbol:
            only = first.open[0]
            if only.under is not None:
                return replace(first, part="=", of=first)
            inner = to_tree(only.inner)
            if any(self.is_stage(inner, stage) for stage in range(len(self.stages))):
                return None
            of = Piece(line=first.line, text=first.text, tree=inner)
            return replace(first, part=str(only.inner), side=Side(name="", order=only.order), of=of)
        named = any(re.search(rf"(?<![^\W\d_]){name}(?![^\W_])", text) for name in self._names)
        is_part = not first.own.is_Atom and first.own in sp.preorder_traversal(self.stages[0])
        is_asked = any(self.is_stage(first.written, stage) for stage in range(len(self.stages)))
        return replace(first, part="=", of=first) if named or (is_part and not is_asked) else None

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
            if self.is_stage(piece.written, 0):
                self._names[side.name] = piece
                return piece
            if not is_tame(piece.own, 2 * LARGEST):
                raise Unreadable(Reason.TOO_LARGE)
            self.parts[side.name] = piece
            return replace(piece, part=side.name)
        if side.name not in self.parts:
            return piece
        self.slopes[side.name, side.order] = piece.own
        return replace(piece, part=side.name, of=self.parts[side.name])

    def _piece(self, given: Any, number: int, shown: str, side: Side | None) -> Piece:
        if isinstance(given, str):
            text, holes = with_holes(given, self.variables, [*self._known], self.wrt)
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
            inner = self._known[hole.inner].own
            under = self._known[hole.by].own if hole.by not in self.variables else None
            if under is not None and not under.has(real_symbol(self.wrt)):
                raise Unreadable(Reason.NOT_PARSED)  # dy/du of a u that stands still
            by = hole.by if under is None else self.wrt
            own = own if under is None else None
            return Open(symbol=symbol, inner=inner, form=inner, by=by, order=hole.order, own=own, under=under)
        piece = self._piece(hole.inner, 0, "", None)
        own = self.slopes.get((str(piece.own), hole.order))
        return Open(
            symbol=symbol, inner=piece.own, form=as_written(piece.written), by=hole.by, order=hole.order, own=own
        )

    def _formula(self, given: Any, letters: Sequence[str]) -> Tree:
        """The tree of a formula in the question's variables and these letters; what a part's name stands for put in."""
        names = (*self.variables, *(name for name in self._known if name not in letters), *letters)
        if callable(given) and not isinstance(given, (sp.Basic, str)):
            raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=describe(given))
        read = read_answer(given, names, self.context)
        if read.kind == "numbers":
            if not isinstance(given, (int, float, np.integer, np.floating)) or isinstance(given, bool):
                raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=describe(given))
            return to_tree(sp.sympify(given.item() if isinstance(given, np.generic) else given))
        if read.shape != ():
            raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got="a list of formulas")
        return filled(read.trees[0], {name: to_tree(piece.own) for name, piece in self._known.items()})


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
    if isinstance(answer, np.ndarray) and answer.ndim in (1, 2) and answer.size <= MOST * 5:
        answer = answer.tolist()
    if isinstance(answer, (list, tuple, sp.Tuple)):
        lines: list[Any] = []
        for given in list(answer)[: MOST * 5]:
            if given is None or given is Ellipsis:
                continue
            if isinstance(given, (list, tuple)) and len(given) == 1:
                given = given[0]  # [["…"], ["…"]], a column as people type it
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
