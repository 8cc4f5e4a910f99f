"""A derivation line by line: each line equal to the one before, the first wrong one named, the rest consequences."""

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import sympy as sp

from autograder.compare.criterion import Criterion
from autograder.compare.reading import Unreadable
from autograder.compare.symbolic import compare_trees
from autograder.errors import AuthorError, ExpressionError
from autograder.expressions import Tree, to_tree
from autograder.expressions.build import as_written
from autograder.model import Check, Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import Answer
from autograder.questions.carried import is_tame
from autograder.questions.derivatives import Derivative
from autograder.questions.record import is_deciding
from autograder.questions.steps.derivation import Judged, Mark, Walk, by_lines
from autograder.questions.steps.forms import FORMS, has_form
from autograder.questions.steps.lines import LARGEST, Reader, lines_of
from autograder.questions.steps.pieces import Open, Piece
from autograder.reference import real_symbol, renamed
from autograder.reference.exact import evaluator

__all__ = ["Steps"]


class Steps(Derivative):
    r"""A derivation of :math:`f'(x)` line by line, each line equal to the one before.

    A line is a formula in which derivatives may be left open (``d/dx(x^2) sin(x)``, ``(x^2)' sin(x)``, SymPy's
    ``Derivative``), with or without a left side, or a part that gets a name (``u = x^2``, ``u' = 2x``) and may be used
    from then on. The first line may be the function itself. The first wrong line is told, and its mistake is made of
    the line before. What follows from a wrong line is a consequence.

    Args:
        function: text, SymPy expression or Python function with a formula, as of :class:`autograder.Derivative`.
        wrt: the variable; may be left out where there is only one.
        order: of the derivative that the derivation ends with; a left side such as ``f'(x)`` says which one a line is.
        least: fewest lines, without those that state the task, name a part or repeat another one.
        form: of the last line: ``"expanded"``, ``"factored"`` or ``"one fraction"``; None takes any.
        shares: whether each line that is right has its share of the points.
        carried_forward: whether lines that follow from a wrong one have theirs, too (*error carried forward*).
        **options: as of :class:`autograder.Derivative`, but for ``at``, ``vectorised`` and ``shape``; ``slips`` are
            wrong lines.

    Shape of the answer: a list of lines (text, SymPy expressions, ``Eq``), or a text of several lines.

    Raises:
        AuthorError: as of :class:`autograder.Derivative`; or the function has no formula, or an option is unknown.

    >>> question = Steps("x**2*sin(3*x)", "x", shares=True, carried_forward=True)
    >>> question.judge(["d/dx(x^2) sin(3x) + x^2 d/dx(sin(3x))", "2x sin(3x) + 3x^2 cos(3x)"]).outcome.value
    'CORRECT'
    >>> verdict = question.judge('''f'(x) = (x^2)' sin(3x) + x^2 (sin(3x))'
    ...                                   = 2x sin(3x) + x^2 cos(3x)
    ...                                   = x(2 sin(3x) + x cos(3x))''')
    >>> verdict.details["step"], verdict.details["follow"], verdict.mistakes, round(verdict.credit, 2)
    ('2', '3', ('chain_drop',), 0.67)
    """

    is_derivative = False

    def __init__(
        self,
        function: Any,
        wrt: str | None = None,
        *,
        order: int = 1,
        least: int = 1,
        form: str | None = None,
        shares: bool = False,
        carried_forward: bool = False,
        **options: Any,
    ) -> None:
        for name in ("at", "vectorised", "shape"):
            if options.get(name):
                raise AuthorError(
                    f"Steps has no {name}=: its lines are formulas; ask for a value in a question of its own"
                )
        if not isinstance(least, int) or isinstance(least, bool) or least < 1:
            raise AuthorError(f"least={least!r} must be a whole number of lines, 1 or more")
        if form not in (None, *FORMS):
            raise AuthorError(f"form={form!r} must be one of {', '.join(FORMS)}")
        self.least = least
        self.form = form
        self.shares = shares or carried_forward
        self.carried_forward = carried_forward
        super().__init__(function, wrt, order=order, **options)

    def _settle(self) -> None:
        super()._settle()
        if self.function.exprs is None:
            raise AuthorError("Steps needs a function with a formula: a text or a SymPy expression")

    @cached_property
    def _stages(self) -> list[sp.Expr]:
        """The function and its derivatives, up to the one that is asked for."""
        assert self.function.exprs is not None
        first = renamed(self.function.exprs[0])
        return [sp.diff(first, real_symbol(self.wrt[0]), k) if k else first for k in range(self.order + 1)]

    def _same(self, answer: Tree, reference: Tree) -> Verdict:
        criterion = Criterion(
            variables=list(self.variables),
            domain=self.domain or {},
            seed=self.seed,
            rtol=self.rtol,
            atol=self.atol,
            prove=False,
        )
        return compare_trees(answer, reference, criterion)

    def _is_stage(self, tree: Tree, stage: int) -> bool:
        return self._same(tree, to_tree(self._stages[stage])).outcome is Outcome.CORRECT

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        judged, found = self._gone_through(answer)
        wrong = next((one for one in judged if one.mark is Mark.WRONG), None)
        doubtful = next((one for one in judged if one.verdict and one.verdict.outcome is Outcome.UNDECIDED), None)
        if wrong is None and doubtful is not None and doubtful.verdict is not None:
            return doubtful.verdict, None
        if wrong is not None:
            return self._of_wrong(judged, wrong, found)
        return self._of_right(judged, found)

    def _gone_through(self, answer: Any) -> tuple[list[Judged], dict[int, tuple[Verdict, Evidence | None]]]:
        """The formulas judged; and what was found of those that were held against what is asked for, by identity."""
        found: dict[int, tuple[Verdict, Evidence | None]] = {}

        def asked(piece: Piece) -> Verdict:
            if id(piece) not in found:
                found[id(piece)] = self._as_answer(piece)
            verdict = found[id(piece)][0]
            if verdict.outcome is Outcome.INVALID:
                raise Unreadable(
                    verdict.reason, **{"in_line": str(piece.line), "line_text": piece.text, **verdict.details}
                )
            return verdict

        reader = Reader(
            variables=self.variables,
            context=self.context,
            wrt=self.wrt[0],
            stages=self._stages,
            is_stage=self._is_stage,
        )
        pieces = reader.read(answer)
        walk = Walk(wrt=self.wrt[0], order=self.order, stages=self._stages, same=self._same, asked=asked)
        return walk.go(pieces), found

    def _as_answer(self, piece: Piece) -> tuple[Verdict, Evidence | None]:
        """A line as if it were the whole answer: held against both references."""
        try:  # both are put together when they are asked for, which can fail where a derivative stands open
            tree, expr = piece.written, piece.own
        except ExpressionError as error:
            raise Unreadable(
                Reason(error.reason), in_line=str(piece.line), line_text=piece.text, error=str(error)
            ) from None
        read = Answer(kind="formula", value=expr, shape=(), exprs=(expr,), written=(tree,))
        return self._decide_read(read)

    def _of_right(
        self, judged: list[Judged], found: dict[int, tuple[Verdict, Evidence | None]]
    ) -> tuple[Verdict, Evidence | None]:
        """The verdict where no line is wrong: something may still be missing."""
        last = next((one for one in reversed(judged) if one.stage >= 0), judged[-1])
        marks = by_lines(judged)
        counted = sum(mark is Mark.RIGHT for mark in marks.values())
        details = {"marks": "".join(marks.values())}
        verdict, evidence = found.get(id(last.piece), (None, None))
        lost: dict[str, str] = {}
        if last.stage != self.order:
            lost = {"stops": str(last.piece.line)}
        elif last.piece.open:
            lost = {"open_line": str(last.piece.line)}
        elif counted < self.least:
            lost = {"few": str(self.least), "got_lines": str(counted)}
        elif self.form is not None and not has_form(last.piece.written, self.form):
            lost = {"form": self.form}
        if not lost and verdict is not None:
            return msgspec.structs.replace(verdict, details={**verdict.details, **details}), evidence
        whole = max(self.least, counted) if "few" in lost else counted + 1
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.STEP,
            credit=counted / whole if self.shares and counted else None,
            details={**details, **lost},
        ), None

    def _of_wrong(
        self, judged: list[Judged], wrong: Judged, found: dict[int, tuple[Verdict, Evidence | None]]
    ) -> tuple[Verdict, Evidence | None]:
        assert wrong.verdict is not None
        marks = by_lines(judged)
        line = wrong.piece.line
        lines = {
            "follow": [n for n, mark in marks.items() if n > line and mark is Mark.FOLLOWS],
            "back": [n for n, mark in marks.items() if n > line and mark is Mark.RIGHT],
        }
        details = {
            "marks": "".join(marks.values()),
            "step": str(line),
            "line_text": wrong.piece.text,
            **{name: _listed(numbers) for name, numbers in lines.items() if numbers},
        }
        if wrong.before is None and not wrong.differentiated:
            details["copied"] = str(line)
        elif wrong.before is None or wrong.differentiated:
            details["differentiated"] = str(line)
        elif wrong.before.line == line:
            details["differentiated" if wrong.before.open else "unequal"] = str(line)
        if not wrong.piece.own.free_symbols and wrong.verdict.outcome is Outcome.INCORRECT:
            details["number"] = str(line)
        verdict, evidence = found.get(id(wrong.piece), (wrong.verdict, None))
        mistakes, generated = ((), None) if is_deciding() else self._named(wrong, evidence)
        if hint := self._foreseen_line(wrong.piece):
            details["hint"] = hint
        if evidence is not None:  # its mistakes are named above; what stays is what the pages show
            evidence = msgspec.structs.replace(evidence, function=None)
        return msgspec.structs.replace(
            verdict,
            reason=Reason.STEP,
            details={**verdict.details, **details},
            mistakes=mistakes,
            generated=generated,
            credit=self._share(judged),
        ), evidence

    def _share(self, judged: list[Judged]) -> float | None:
        """The share of the points that the lines have; None for none. One that only rearranges another has none."""
        if not self.shares:
            return None
        worth = {Mark.RIGHT} | ({Mark.FOLLOWS} if self.carried_forward else set())
        new = {one.piece.line for one in judged if one.is_new or one.mark is Mark.WRONG}
        marks = by_lines(judged)
        counted = [marks[n] for n in new if marks[n] in (Mark.RIGHT, Mark.WRONG, Mark.FOLLOWS)]
        gained = sum(mark in worth for mark in counted)
        return gained / max(len(counted), self.least) if gained else None

    def _foreseen(self, answer: Any) -> str | None:
        return None  # of the wrong line alone, see _of_wrong

    def _foreseen_line(self, piece: Piece) -> str | None:
        return next((hint for slip, hint in self._slips if slip.judge(piece.own).outcome is Outcome.CORRECT), None)

    def _named(self, wrong: Judged, evidence: Evidence | None) -> tuple[tuple[str, ...], str | None]:
        """What went wrong between a line and the one before."""
        from autograder import mistakes

        before, piece = wrong.before, wrong.piece
        if before is None and not wrong.differentiated:
            return ("step_copied",), None  # the function itself
        if wrong.differentiated and wrong.stage == wrong.differentiated and evidence is not None:
            found = mistakes.diagnose(evidence)  # of the function itself, in its author's form
            return found.mistakes, found.generated
        if before is None or wrong.differentiated:
            inner = self._stages[0] if before is None or wrong.stage == wrong.differentiated else before.own
            return self._of_derivative(inner, inner, self.wrt[0], wrong.differentiated, piece.own)
        for each in before.open:
            named, generated = self._of_hole(before, each, piece)
            if named:
                return named, generated
        if before.open and evidence is not None and (found := mistakes.diagnose(evidence)).mistakes:
            return found.mistakes, found.generated
        return self._of_algebra(before, piece)

    def _of_hole(self, before: Piece, hole: Open, piece: Piece) -> tuple[tuple[str, ...], str | None]:
        """Where a line is right but for one derivative that the line before left open: what that became."""
        rest = before.holed.xreplace({each.symbol: each.right for each in before.open if each is not hole})
        factor = sp.diff(rest, hole.symbol)
        if factor == 0 or factor.has(hole.symbol):
            return (), None
        made = (piece.own - rest.xreplace({hole.symbol: sp.S.Zero})) / factor
        made = sp.cancel(made) if is_tame(made, 60) else made
        if made == 0:
            return (), None  # its term is left out: nobody differentiated a function to nothing
        return self._of_derivative(hole.form, hole.inner, hole.by, hole.order, made)

    def _of_derivative(
        self, form: sp.Expr, inner: sp.Expr, by: str, order: int, made: sp.Expr
    ) -> tuple[tuple[str, ...], str | None]:
        """What made this of a derivative; of what, as it is written and as SymPy has it."""
        if not is_tame(inner, LARGEST) or not is_tame(made, 4 * LARGEST) or order > 3:
            return (), None
        try:
            asked = Derivative(form, by, order=order, variables=self.variables, domain=self.domain, seed=self.seed)
            verdict, evidence = asked._decide(made)
        except (AuthorError, Unreadable):  # a part that has no derivative, or no value where it is looked at
            return (), None
        if verdict.outcome is not Outcome.INCORRECT or evidence is None:
            return (), None
        from autograder import mistakes

        found = mistakes.diagnose(evidence)
        return found.mistakes, found.generated

    def _of_algebra(self, before: Piece, piece: Piece) -> tuple[tuple[str, ...], str | None]:
        from autograder import mistakes

        if not is_tame(before.own, 2 * LARGEST) or not is_tame(piece.own, 2 * LARGEST):
            return (), None
        points = self.samples.points
        symbols = self.function.symbols
        values = [[evaluator((each.own,), (), symbols)(point) for point in points] for each in (piece, before)]
        actual, desired = ([None if row is None else float(row[0]) for row in rows] for rows in values)
        usable = [k for k in range(len(points)) if actual[k] is not None and desired[k] is not None]
        if len(usable) < 3:
            return (), None
        found = mistakes.diagnose(
            Evidence(
                kind="Step",
                function=as_written(before.written),
                variables=self.variables,
                wrt=self.wrt,
                points=tuple({name: float(value) for name, value in points[k].items()} for k in usable),
                actual=np.array([actual[k] for k in usable]),
                desired=np.array([desired[k] for k in usable]),
                answer=[piece.own],
                domain=self.domain or {},
            ),
            two=False,
        )
        return found.mistakes, found.generated

    def _evidence(self, *arguments: Any, **options: Any) -> Evidence | None:
        found = super()._evidence(*arguments, **options)
        return None if found is None else msgspec.structs.replace(found, kind="Derivative")

    def _strokes(self, answer: Any, evidence: Evidence | None) -> tuple[tuple[float, float, float | None], ...]:
        return ()  # of which line would they be?

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None) -> Check:
        made = super()._record(answer, verdict, evidence)
        lines = lines_of(answer)
        if not lines:
            return made
        marks = verdict.details.get("marks", "")
        shown = [
            f"{mark} {n}  {line}"
            for n, (mark, line) in enumerate(itertools.zip_longest(marks[: len(lines)], lines, fillvalue=" "), 1)
        ]
        return msgspec.structs.replace(made, answer="\n".join(shown)[:4000], answer_kind="lines", answer_latex=None)

    @property
    def prompt(self) -> str:
        return f"{super().prompt}, line by line"


def _listed(numbers: Sequence[int]) -> str:
    """``2, 3, 5``."""
    return ", ".join(map(str, numbers))
