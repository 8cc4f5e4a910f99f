"""The question: a graph of the operations with which a function is computed."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.reading import Unreadable
from autograder.errors import AuthorError
from autograder.model import Check, Evidence, Outcome, Reason, Verdict
from autograder.plots.base import numeric
from autograder.plots.graphs.meaning import Node, computed, label_of, meaning, unknown, values
from autograder.plots.graphs.reading import Drawing, read_graph
from autograder.plots.graphs.slips import named
from autograder.questions import Equal, Question
from autograder.reference import read_function

__all__ = ["ComputationalGraph"]

_POINTS, _FEWEST = 40, 5


class ComputationalGraph(Question):
    """A graph whose nodes are inputs, numbers and single operations, and whose edges say what feeds what.

    Every graph that computes the function is right: nodes may have any names, what occurs twice may be shared or not,
    sums may have two terms or more, and a copy of the result may stand at the end.

    Args:
        function: text or SymPy expression, one output.
        variables: the inputs; found in the function when left out.
        edges: ``"forward"`` from what feeds to what is fed, as data flow, or ``"backward"`` to what it was made of.
        domain: variable → (low, high) in which values are compared.
        **options: ``name``, ``seed``, ``credit``.

    The answer is a list of pairs ``("x", "*")``, a dictionary ``{"x": ["*", "sin"], …}``, one of ``"nodes"`` with their
    labels and ``"edges"``, text in DOT, or a graph of NetworkX, Graphviz or pydot. What a node does is written on it:
    ``*``, ``mul``, ``sin``, ``^2``, ``+_2`` for a second plus, or a line such as ``a = x*y``.

    Raises:
        AuthorError: the function has no formula, several outputs, or too few real values.

    >>> question = ComputationalGraph("x*y + sin(x)")
    >>> question.judge([("x", "*"), ("y", "*"), ("x", "sin"), ("*", "+"), ("sin", "+")]).outcome.value
    'CORRECT'
    >>> question.judge({"x": ["*"], "y": ["*"], "*": ["+"], "sin": ["+"]}).mistakes
    ('graph_fan_out',)
    """

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        variables: Sequence[str] | None = None,
        *,
        edges: str = "forward",
        domain: Mapping[str, tuple[float, float]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if edges not in ("forward", "backward"):
            raise AuthorError(f'edges={edges!r} must be "forward" or "backward"')
        self.edges = edges
        self.function = read_function(function, variables=variables, wrt=())
        if self.function.exprs is None or self.function.shape:
            raise AuthorError("a computational graph is asked for of one formula with one output")
        self.variables = self.function.variables
        self.domain = dict(domain or {})
        self.right  # noqa: B018 — refuses a function that is hardly anywhere real

    @property
    def prompt(self) -> str:
        way = "what feeds to what is fed" if self.edges == "forward" else "a result to what it was made of"
        return f"computational graph of {self.function.text}, with edges from {way}"

    @cached_property
    def _expected(self) -> Equal:
        return Equal(self.function.text, variables=self.variables, domain=self.domain or None, seed=self.seed)

    def certify(self) -> None:
        """Hold SymPy's values of the function against JAX's; ``autograder build`` calls it.

        Raises:
            AuthorError: they disagree.
        """
        self._expected.certify()

    @cached_property
    def right(self) -> tuple[dict[str, Any], Any]:
        """Variable → numbers, (N,), and the function's values there, (N,).

        Raises:
            AuthorError: there are too few.
        """
        draw = np.random.default_rng(self.seed)
        ends = [self.domain.get(name, (-2.5, 2.5)) for name in self.variables]
        points = np.array([draw.uniform(low, high, _POINTS) for low, high in ends])
        assert self.function.exprs is not None
        made = numeric(self.function.symbols, self.function.exprs[0])(*points)
        keep = np.isfinite(made) & (np.abs(made) < 1e6)
        if keep.sum() < _FEWEST:
            raise AuthorError(f"{self.function.text} is hardly anywhere real: give a domain=")
        return dict(zip(self.variables, points[:, keep], strict=True)), made[keep]

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        drawn = read_graph(answer)
        drawing = drawn if self.edges == "forward" else drawn.turned()
        try:
            nodes = meaning(drawing, self.variables)
        except Unreadable:
            if self._computes(drawing.turned()):
                return self._wrong("graph_reversed", ""), None
            raise
        formula = self._formula(drawing, nodes)
        if formula is not None:
            found = self._expected.judge(formula)
            if found.outcome is not Outcome.INCORRECT:
                return Verdict(outcome=found.outcome, reason=found.reason, details=found.details), None
        if guessed := next((name for name, node in nodes.items() if not node.known and drawing.feeds(name)), None):
            raise unknown(drawing, guessed)
        return self._wrong(*self._mistake(drawing, nodes)), None

    def _wrong(self, mistake: str, node: str) -> Verdict:
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.DIFFERENT,
            mistakes=(mistake,) if mistake else (),
            details={"node": node} if node else {},
        )

    def _mistake(self, drawing: Drawing, nodes: dict[str, Node]) -> tuple[str, str]:
        """The mistake and the node that is meant, or nothing."""
        assert self.function.exprs is not None
        numbers = sorted({str(number) for number in self.function.exprs[0].atoms(sp.Number)})
        cyclic = _in_order(drawing) is None
        return named(drawing, nodes, self._computes, variables=self.variables, numbers=numbers, cyclic=cyclic)

    def _computes(self, drawing: Drawing) -> bool:
        try:
            return self._formula(drawing, meaning(drawing, self.variables)) is not None
        except Unreadable:
            return False

    def _formula(self, drawing: Drawing, nodes: Mapping[str, Node]) -> sp.Expr | None:
        """What a graph computes, where that has the function's values; None where it has not, or is not one graph."""
        ends = {*drawing.labels} - {a for a, _ in drawing.edges}
        order = _in_order(drawing)
        if len(ends) != 1 or order is None or any(node.wrong for node in nodes.values()):
            return None
        (end,) = ends
        points, right = self.right
        turned = computed(nodes, order, end, points, right)
        if turned is None:
            return None
        symbols = {name: sp.Symbol(name, real=True) for name in self.variables}
        made: sp.Expr = sp.sympify(values(turned, order, symbols, sp)[end])
        return made

    def _record(self, answer: Any, verdict: Verdict, evidence: Evidence | None) -> Check:
        try:
            drawing = read_graph(answer)
            shown, kind = (
                ", ".join(f"{label_of(drawing, a)} → {label_of(drawing, b)}" for a, b in drawing.edges)[:600],
                "other",
            )
        except Unreadable:
            return self._bare(answer, verdict)
        return Check(kind=self.kind, prompt=self.prompt, answer=shown, answer_kind=kind, verdict=verdict)


def _in_order(drawing: Drawing) -> list[str] | None:
    """The nodes, what feeds before what is fed; None where there is a cycle."""
    sorter: TopologicalSorter[str] = TopologicalSorter(drawing.feeders)
    try:
        return [*sorter.static_order()]
    except CycleError:
        return None
