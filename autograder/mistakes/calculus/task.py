"""The question as the catalogue sees it: formulas with sites, and the right answer made of partial derivatives."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from math import factorial
from typing import TYPE_CHECKING, Any

from autograder.mistakes.calculus.differentiator import Calculus, above
from autograder.mistakes.calculus.formula import (
    MAX_NODES,
    Complex,
    Node,
    add,
    div,
    dot,
    evaluate,
    mul,
    neg,
    norm,
    num,
    read,
    sub,
    substitute,
    to_sympy,
    var,
)
from autograder.mistakes.calculus.projections import tangential
from autograder.mistakes.calculus.updates import RULES, Problem, Tie, iterates
from autograder.model import Evidence
from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp
else:
    np = Later("numpy")
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

Partial = Callable[[int, Node, str, int], Node]
"""(number of the component, function, variable, how often it was differentiated before) → partial derivative."""

KINDS = frozenset(
    {
        "Derivative", "Gradient", "Jacobian", "Hessian", "DirectionalDerivative", "SteepestAscent", "LevelSetTangent",
        "LevelSetNormal", "TangentPlane", "SteepestRate", "Descent", "Array",
        "DifferenceQuotient", "Optimiser", "Implicit", "RelatedRate", "Antiderivative", "Integral", "Taylor",
        "Divergence", "Curl", "ProjectedGradient", "Step",
    }
)  # fmt: skip


CURL = {2: ((1, 0),), 3: ((2, 1), (0, 2), (1, 0))}
"""Of each entry of a curl in so many dimensions: the component differentiated first, and the one taken away from it.

Each is differentiated by the variable of the other.
"""


class Task:
    """What is asked, ready for wrong rules.

    Attributes:
        kind: the question's class.
        functions: the function's outputs in the author's form; :attr:`function` is the first.
        variables, wrt, order, at, direction, start, step, count, data, rtol: as in :class:`autograder.model.Evidence`.
        size: how many points there are; 1 where the answer is a fixed number.
        points: variable → values at the verdict's points, complex, shape (n,).
        shape: of the right answer.
        parts: function and variable of each partial derivative that the right answer is made of, in order.
        known: variable → correct derivatives of the question's own nodes.
        flat: the right answer's entries, row by row.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.kind = evidence.kind
        given = () if evidence.function is None else evidence.function
        self.functions: list[Node] = [read(entry) for entry in _entries(given)]
        if sum(1 for f in self.functions for _ in f.walk()) > MAX_NODES:
            raise ValueError("the function has too many parts for a diagnosis")
        self.variables = evidence.variables
        self.wrt = evidence.wrt or evidence.variables
        self.order = evidence.order
        self.at = None if evidence.at is None else tuple(_exact(value) for value in evidence.at)
        self.direction = evidence.direction
        self.start = evidence.start
        self.step = evidence.step
        self.count = evidence.count
        self.data = evidence.data
        self.rtol = evidence.rtol
        rows = evidence.points or ((dict(zip(evidence.variables, evidence.at, strict=True)),) if evidence.at else ())
        self.size = len(rows) or 1
        self.points: dict[str, Complex] = {
            name: np.array([complex(row[name]) for row in rows]) for name in evidence.variables if rows
        }
        # a slope along a vector as it is, not its direction, is told from the reference's values
        self.unit = True
        self.known: dict[str, dict[int, tuple[Node, Node]]] = {}
        self.parts: list[tuple[Node, str]] = []
        self._above: dict[int, dict[int, list[int]]] = {}
        self.shape, self.flat = self.assemble(self._right)

    def above(self, function: Node) -> dict[int, list[int]]:
        """Which nodes of one of the :attr:`parts` hold which; made once."""
        if id(function) not in self._above:
            self._above[id(function)] = above(function)
        return self._above[id(function)]

    def not_unit(self) -> None:
        """Ask for ∇f·v with the vector as it is, instead of the slope in its direction."""
        self.unit = False
        self.parts = []
        self.shape, self.flat = self.assemble(self._right)

    def _right(self, k: int, function: Node, by: str, depth: int) -> Node:
        self.parts.append((function, by))
        return Calculus(by, known=self.known.setdefault(by, {})).d(function)

    @property
    def function(self) -> Node:
        return self.functions[0]

    def gradient(self) -> list[Node]:
        """The right partial derivatives of the first function, by the variables of the question."""
        return [Calculus(by, known=self.known.setdefault(by, {})).d(self.function) for by in self.wrt]

    @cached_property
    def problem(self) -> Problem:
        """The first function, its gradient and its Hessian as functions of a vector, shape (n,)."""
        slopes = self.gradient()
        bends: list[Node] = []

        def hessian(x: Any) -> Any:
            """The second derivatives, shape (n, n)."""
            if not bends:
                plain = [read(to_sympy(slope)) for slope in slopes]
                bends.extend(Calculus(by).d(slope) for slope in plain for by in self.wrt)
            return self._values_at(bends, x).reshape(len(slopes), len(slopes))

        return Problem(
            value=lambda x: float(self._values_at([self.function], x)[0]),
            gradient=lambda x: self._values_at(slopes, x),
            hessian=hessian,
        )

    def _values_at(self, nodes: list[Node], place: Any) -> Any:
        """Real values of formulas at a point, shape (n,): (number of formulas,)."""
        point = {name: np.array([complex(value)]) for name, value in zip(self.wrt, place, strict=True)}
        memo: dict[int, Complex] = {}
        return np.array([np.broadcast_to(evaluate(node, point, memo), (1,))[0].real for node in nodes])

    def place(self) -> dict[str, Node]:
        """Variable → coordinate of the question's point, as formulas."""
        assert self.at is not None
        return {name: num(value) for name, value in zip(self.variables, self.at, strict=True)}

    def way(self) -> list[Node]:
        """The direction as the author wrote it."""
        assert self.direction is not None
        return [num(value) for value in self.direction]

    def shifted(self, step: Node) -> Node:
        """The function of one variable, a step further."""
        by = self.wrt[0]
        return substitute(self.function, {by: add(var(by), step)})

    def plane(self, slopes: list[Node], place: dict[str, Node] | None = None) -> Node:
        """The tangent plane with these slopes, at the question's point or another one."""
        place = place or self.place()
        rise = [mul(substitute(s, place), sub(var(by), place[by])) for s, by in zip(slopes, self.wrt, strict=True)]
        return add(substitute(self.function, place), *rise)

    def assemble(self, partial: Partial) -> tuple[tuple[int, ...], list[Node]]:
        """Shape and entries of the answer to this question, from any notion of a partial derivative."""
        n = len(self.wrt)
        if self.kind == "Array":
            right = np.asarray(self.data["right"], dtype=float)
            return right.shape, numbers(right)
        if self.kind in ("Descent", "Optimiser"):
            # walked with right gradients, whatever the rule: a wrong rule of differentiation has no part in a path
            return (n,), numbers(next(paths(self))[-1])
        if self.kind == "Derivative":
            return (), [self._repeated(partial)]
        if self.kind == "Step":
            return (), [self.function]  # the line before: nothing is differentiated
        if self.kind == "Antiderivative":
            return (), [add(*(read(made) for _, made in self.data["terms"]))]
        if self.kind == "Taylor":
            return (), [self._polynomial(partial)]
        if self.kind == "Integral":
            return (), [num(self.data["right"])]
        if self.kind == "DifferenceQuotient":
            h = var(self.variables[-1])
            behind = self.shifted(neg(h)) if self.order > 1 else self.function
            return (), [div(sub(self.shifted(h), behind), mul(num(min(self.order, 2)), h))]
        if self.kind == "Jacobian":
            entries = [
                partial(i * n + j, f, by, 0) for i, f in enumerate(self.functions) for j, by in enumerate(self.wrt)
            ]
            return (len(self.functions), n), entries
        if self.kind == "Hessian":
            firsts = [partial(i, self.function, by, 0) for i, by in enumerate(self.wrt)]
            plain = [read(to_sympy(first)) for first in firsts]
            return (n, n), [partial(n + i * n + j, plain[i], by, 1) for i in range(n) for j, by in enumerate(self.wrt)]
        if self.kind == "ProjectedGradient":
            slope, *normals = (
                [partial(k * n + i, f, by, 0) for i, by in enumerate(self.wrt)] for k, f in enumerate(self.functions)
            )
            return (n,), tangential(slope, normals)
        if self.kind == "Divergence":
            own = zip(self.functions, self.wrt, strict=True)
            return (), [add(*(partial(i, f, by, 0) for i, (f, by) in enumerate(own)))]
        if self.kind == "Curl":
            turns = [
                sub(
                    partial(2 * k, self.functions[i], self.wrt[j], 0),
                    partial(2 * k + 1, self.functions[j], self.wrt[i], 0),
                )
                for k, (i, j) in enumerate(CURL[n])
            ]
            return ((), turns) if n == 2 else ((n,), turns)
        slopes = [partial(i, self.function, by, 0) for i, by in enumerate(self.wrt)]
        if self.kind in ("Implicit", "RelatedRate"):
            return (), [self._along_a_curve(slopes, partial)]
        if self.kind == "DirectionalDerivative" and self.direction is not None:
            way = self.way()
            along = dot(slopes, way)
            return (), [div(along, norm(way)) if self.unit else along]
        if self.kind == "SteepestAscent":
            length = norm(slopes)
            return (n,), [div(slope, length) for slope in slopes]
        if self.kind == "SteepestRate":
            return (), [norm(slopes)]
        if self.kind == "LevelSetTangent" and n == 2:
            return (n,), [neg(slopes[1]), slopes[0]]
        if self.kind == "TangentPlane" and self.at is not None:
            return (), [self.plane(slopes)]
        return (n,), slopes

    def _polynomial(self, partial: Partial) -> Node:
        """The Taylor polynomial at the question's point, from any notion of a partial derivative."""
        place, terms, made = self.place(), [], 0
        level: list[tuple[tuple[str, ...], Node]] = [((), self.function)]
        for k in range(self.order + 1):
            for by, node in level:
                steps = (sub(var(name), place[name]) for name in by)
                terms.append(div(mul(substitute(node, place), *steps), num(factorial(k))))
            if k < self.order:
                before, level = level, []
                for by, node in before:
                    plain = node if k == 0 else read(to_sympy(node))
                    for name in self.wrt:
                        level.append(((*by, name), partial(made, plain, name, k)))
                        made += 1
        return add(*terms)

    def rate(self, name: str) -> Node:
        """How fast a variable of an equation changes: as fast as itself, or as the question says."""
        return num(self.data["rates"][name]) if "rates" in self.data else num(1)

    def _along_a_curve(self, slopes: list[Node], partial: Partial) -> Node:
        """How fast the last variable changes where the function stays 0, from the first partial derivatives."""
        others, last = slopes[:-1], slopes[-1]
        sides = [mul(slope, self.rate(name)) for slope, name in zip(others, self.wrt, strict=False)]
        slope = neg(div(add(*sides), last))
        if self.order == 1 or len(others) != 1:
            return slope
        by, of = self.wrt
        plain = [read(to_sympy(each)) for each in slopes]
        twice = partial(2, plain[0], by, 1), partial(3, plain[0], of, 1), partial(4, plain[1], of, 1)
        above = add(twice[0], mul(num(2), twice[1], slope), mul(twice[2], slope, slope))
        return neg(div(above, last))

    def _repeated(self, partial: Partial) -> Node:
        names = self.wrt * self.order if len(self.wrt) == 1 else self.wrt
        result = partial(0, self.function, names[0], 0)
        for depth, by in enumerate(names[1:], start=1):
            result = partial(depth, read(to_sympy(result)), by, depth)
        return result


def _exact(value: float) -> Fraction | float:
    """0.1 as 1/10, so that a wrong answer made of it is exact; √2 stays a float."""
    short = Fraction(value).limit_denominator(10_000) if np.isfinite(value) else value
    return short if float(short) == value else value


def _entries(given: Any) -> list[Any]:
    if isinstance(given, (sp.MatrixBase, sp.NDimArray)):
        return list(sp.flatten(given.tolist()))
    if isinstance(given, (list, tuple, sp.Tuple)):
        return [entry for item in given for entry in _entries(item)]
    return [given]


def numbers(values: Any) -> list[Node]:
    """Plain numbers as formulas, so that an answer without variables is made like every other."""
    return [num(float(value)) for value in np.asarray(values, dtype=float).ravel()]


def paths(
    task: Task, slip: str = "", *, step: float | None = None, count: int | None = None, ways: Sequence[str] = ()
) -> Iterator[Any]:
    """Iterates of the question's rule with everything that students vary: one path for each convention it takes.

    Args:
        task: with ``start``, ``step`` and ``count``.
        slip: what goes wrong, of :data:`autograder.mistakes.calculus.updates.RULES` or of any rule; empty for nothing.
        step, count: other ones than the question's.
        ways: other conventions than the question's.

    Returns:
        Shape (count + 1, number of variables) each, the start first; none that is cut off by a step without a value.
    """
    assert task.start is not None
    assert task.count is not None
    name = str(task.data.get("rule", "descent"))
    settings = {**task.data.get("settings", {}), "step": task.step if step is None else step}
    steps = task.count if count is None else count
    for way in ways or task.data.get("ways") or RULES[name].ways:
        path = None
        # a wrong rule may run away, and not every step of one exists
        with suppress(Tie, np.linalg.LinAlgError), np.errstate(all="ignore"):
            path = iterates(name, task.problem, task.start, settings, steps, way=way, slip=slip)
        if path is not None:
            yield path
