"""Where a function is largest or smallest under constraints: the conditions of Lagrange, Karush, Kuhn and Tucker."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, permutations
from typing import Any

import numpy as np
import sympy as sp

from autograder.compare.numeric import shape_text
from autograder.compare.reading import Unreadable, describe
from autograder.errors import AuthorError
from autograder.expressions.context import Context
from autograder.model import Evidence, Outcome, Reason, Verdict
from autograder.questions.answers import constant_numbers, read_answer, wrong_shape
from autograder.questions.base import Question
from autograder.questions.derivatives.kinds import names_of
from autograder.reference import Operator, read_function
from autograder.reference.derivatives import by_jax

__all__ = ["ConstrainedOptimum"]

_DEFAULT = 1e-4
_STARTS, _ROUNDS, _MOST = 80, 60, 24
_MEETS = 1e-7
_SIDES = {"<=": 1, "≤": 1, ">=": -1, "≥": -1}

Array = np.ndarray[Any, Any]


class ConstrainedOptimum(Question):
    r"""All points where f is largest, or smallest, of those that meet constraints.

    At each of them :math:`\nabla f = \lambda_1\nabla g_1 + … ` with the constraints :math:`g_k = 0` and with those
    inequalities that hold with equality there; the multiplier of every other one is 0.

    Args:
        function: f, as text or SymPy expression.
        on: equations that have to hold, ``"x**2 + y**2 = 1"`` or an expression that has to be 0; one or several.
        within: inequalities, ``"x + y <= 1"``; one or several.
        want: ``"maximum"`` or ``"minimum"``.
        wrt: the variables in the order of the coordinates; in natural order when left out.
        domain: variable → (low, high) in which the points are looked for; from -4 to 4 when left out.
        **options: ``rtol``, ``atol`` (1e-4 by default), ``seed``, ``name``, ``credit``.

    The answer is a point or several in any order, as :class:`autograder.Root` takes them. Each may have its multipliers
    behind it, first those of ``on``, then those of ``within``; :math:`\nabla f + \lambda\nabla g = 0` turns their signs
    and is taken as well. Points are found by Newton's method from many starts; that f has a largest or smallest value
    at all is for the author to know.

    Raises:
        AuthorError: something cannot be read, or no point, or too many, meet the conditions.

    >>> question = ConstrainedOptimum("x*y", on="x**2 + y**2 = 2", want="maximum")
    >>> [question.judge(answer).outcome.value for answer in ("(1, 1), (-1, -1)", [(-1, -1, 0.5), (1, 1, 0.5)])]
    ['CORRECT', 'CORRECT']
    >>> [question.judge(answer).mistakes for answer in ([(1, 1)], [(0, 0)], [(1, -1), (-1, 1)])]
    [('critical_missing',), ('constraint_ignored',), ('extrema_swapped',)]
    """

    asks_for_slope = False

    def __init__(
        self,
        function: Any,
        *,
        on: Any = (),
        within: Any = (),
        want: str = "minimum",
        wrt: str | Sequence[str] | None = None,
        domain: Mapping[str, tuple[float, float]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if want not in ("minimum", "maximum"):
            raise AuthorError(f'want={want!r} must be "minimum" or "maximum"')
        self.want = want
        self.text = str(function)
        self.equations, self.inequalities = _several(on), _several(within)
        if not (self.equations or self.inequalities):
            raise AuthorError("on= or within= must give a constraint; without any there is Minimum")
        parts = [self.text, *(_zero(text) for text in self.equations), *(_below(text) for text in self.inequalities)]
        self.function = read_function(parts, variables=names_of(wrt) or None, wrt=())
        self.variables = self.function.variables
        assert self.function.exprs is not None
        self.f, *gs = self.function.exprs
        self.g, self.h = gs[: len(self.equations)], gs[len(self.equations) :]
        self.domain = dict(domain or {})
        self.solutions  # noqa: B018 — refuses what has no solution

    @property
    def prompt(self) -> str:
        return f"{self.want} of {self.text} where {', '.join([*self.equations, *self.inequalities])}"

    @cached_property
    def symbols(self) -> list[sp.Symbol]:
        """The variables, in the order of the coordinates."""
        return list(self.function.symbols)

    @cached_property
    def _first(self) -> Any:
        """A function of a point, (n,): f, all constraints, and their gradients, (1 + constraints, n)."""
        everything = sp.Matrix([self.f, *self.g, *self.h])
        values = sp.lambdify([self.symbols], everything, "numpy")
        slopes = sp.lambdify([self.symbols], everything.jacobian(self.symbols), "numpy")
        return lambda point: (np.asarray(values(point), dtype=float).ravel(), np.asarray(slopes(point), dtype=float))

    @cached_property
    def solutions(self) -> list[Array]:
        """The points asked for, (n,) each.

        Raises:
            AuthorError: there are none, or too many.
        """
        return self._best(self.stationary, self.want)

    @cached_property
    def stationary(self) -> list[Array]:
        """All points found, (n,) each, that meet the constraints and Lagrange's conditions on those with equality."""
        return self._found(self.seed)

    def _best(self, points: Sequence[Array], want: str) -> list[Array]:
        """Those of some points, (n,) each, with the largest or smallest value."""
        values = [float(self._first(point)[0][0]) for point in points]
        best = (min if want == "minimum" else max)(values)
        return [p for p, value in zip(points, values, strict=True) if abs(value - best) <= 1e-7 * (1 + abs(best))]

    def _found(self, seed: int) -> list[Array]:
        """The stationary points, (n,) each, to which starts drawn with a seed lead."""
        found: list[Array] = []
        draw = np.random.default_rng(seed)
        ends = np.array([self.domain.get(name, (-4.0, 4.0)) for name in self.variables], dtype=float)
        for count in range(len(self.h) + 1):
            for active in combinations(range(len(self.h)), count):
                system = self._system([*self.g, *(self.h[k] for k in active)])
                for _ in range(_STARTS):
                    point = self._solved(system, draw.uniform(ends[:, 0], ends[:, 1]))
                    if point is not None and self._unmet(point) <= _MEETS and not _among(point, found, 1e-5):
                        found.append(point)
        if not found or len(found) > _MOST:
            many = "no point" if not found else f"more than {_MOST} points"
            raise AuthorError(f"{self.prompt}: {many} found that meet the conditions; give a domain= to look in")
        return found

    def _system(self, constraints: Sequence[sp.Expr]) -> Any:
        """Lagrange's conditions and their slopes as functions of the point and the multipliers."""
        multipliers = [sp.Dummy(real=True) for _ in constraints]
        lagrangian = self.f - sum(m * g for m, g in zip(multipliers, constraints, strict=True))
        unknown = [*self.symbols, *multipliers]
        conditions = sp.Matrix([*(sp.diff(lagrangian, s) for s in self.symbols), *constraints])
        return len(multipliers), *(
            sp.lambdify([unknown], each, "numpy") for each in (conditions, conditions.jacobian(unknown))
        )

    def _solved(self, system: Any, start: Array) -> Array | None:
        """Where Newton's method ends from a start, (n,) both; None where it does not."""
        count, conditions, slopes = system
        z = np.concatenate([start, np.zeros(count)])
        with np.errstate(all="ignore"):
            for _ in range(_ROUNDS):
                left, bend = np.asarray(conditions(z), dtype=float).ravel(), np.asarray(slopes(z), dtype=float)
                if not (np.isfinite(left).all() and np.isfinite(bend).all()):
                    return None
                step = np.linalg.lstsq(bend, left, rcond=1e-12)[0]
                z = z - step
                if np.linalg.norm(step) <= 1e-12 * (1 + np.linalg.norm(z)):
                    break
            left = np.asarray(conditions(z), dtype=float).ravel()
        point: Array = z[: len(start)]
        inside = all(low - 1e-9 <= x <= high + 1e-9 for x, (low, high) in self._bounded(point))
        return point if np.isfinite(left).all() and np.abs(left).max() <= 1e-9 * (1 + abs(z).max()) and inside else None

    def _bounded(self, point: Array) -> Iterator[tuple[float, tuple[float, float]]]:
        """The coordinates of a point, (n,), that have bounds, with these."""
        return ((x, self.domain[name]) for name, x in zip(self.variables, point, strict=True) if name in self.domain)

    def _unmet(self, point: Array) -> float:
        """By how much a point, (n,), misses the constraints."""
        values = self._first(point)[0]
        equal, below = values[1 : 1 + len(self.g)], values[1 + len(self.g) :]
        return float(max([*np.abs(equal), *below, 0.0]))

    def multipliers(self, point: Array) -> Array:
        """Of all constraints at one of the solutions, (n,), with ∇f = Σ λ ∇g; 0 where an inequality is strict."""
        values, slopes = self._first(point)
        active = [k for k in range(1, len(values)) if k <= len(self.g) or abs(values[k]) <= _MEETS]
        found = np.zeros(len(values) - 1)
        if active:
            found[[k - 1 for k in active]] = np.linalg.lstsq(slopes[active].T, slopes[0], rcond=None)[0]
        return found

    def certify(self) -> None:
        """Look for the points from other starts, and hold JAX's gradients against the conditions at each of them.

        Raises:
            AuthorError: other points are found, or the gradients say otherwise.
        """
        other = self._best(self._found(self.seed + 1), self.want)
        if len(other) != len(self.solutions) or not all(_among(point, self.solutions, 1e-5) for point in other):
            raise AuthorError(f"{self.prompt}: other starts lead to other points; give a domain= to look in")
        size, n = 1 + len(self.g) + len(self.h), len(self.variables)
        every = Operator(shape=(size, n), terms=tuple((k, (i,)) for k in range(size) for i in range(n)))
        for point, slopes in zip(self.solutions, by_jax(self.function, every, np.array(self.solutions)), strict=True):
            left = slopes[0] - self.multipliers(point) @ slopes[1:]
            if np.abs(left).max() > 1e-6 * (1 + np.abs(slopes).max()):
                raise AuthorError(f"{self.prompt}: at {point} the gradients by JAX do not meet the conditions")

    def _decide(self, answer: Any) -> tuple[Verdict, Evidence | None]:
        points, multipliers = self._read(answer)
        matched = [self._near(point) for point in points]
        for point, solution in zip(points, matched, strict=True):
            if solution is None:
                return self._wrong(point, self._mistakes(point)), None
        for k, solution in enumerate(matched):
            assert solution is not None
            if multipliers is not None and not self._is_multiplier(multipliers[k], self.multipliers(solution)):
                return self._wrong(points[k], ("multiplier_wrong",)), None
        missing = [one for one in self.solutions if not _among(one, [m for m in matched if m is not None], 1e-9)]
        if missing:
            return self._wrong(points[0], ("critical_missing",)), None
        return Verdict(outcome=Outcome.CORRECT, reason=Reason.EQUAL), None

    def _near(self, point: Array) -> Array | None:
        """The solution that a point, (n,), is."""
        rtol, atol = (_DEFAULT if value is None else value for value in (self.rtol, self.atol))
        close = [one for one in self.solutions if np.linalg.norm(point - one) <= atol + rtol * np.linalg.norm(one)]
        return close[0] if close else None

    def _is_multiplier(self, actual: Array, desired: Array) -> bool:
        """Whether multipliers, (constraints,), are right with either sign in Lagrange's condition."""
        slack = 10 * _DEFAULT * (1 + np.abs(desired).max())
        return bool(min(np.abs(actual - desired).max(), np.abs(actual + desired).max()) <= slack)

    def _mistakes(self, point: Array) -> tuple[str, ...]:
        """What a wrong point, (n,), is instead."""
        with np.errstate(all="ignore"):
            values, slopes = self._first(point)
        if not (np.isfinite(values).all() and np.isfinite(slopes).all()):
            return ()
        scale = 1e-3 * (1 + np.abs(slopes[1:]).max())
        other = "maximum" if self.want == "minimum" else "minimum"
        if _among(point, self._best(self.stationary, other), 1e-3):
            return ("extrema_swapped",)
        if _among(point, self.stationary, 1e-3):
            return ("lagrange_not_best",)
        unmet = self._unmet(point) > scale
        if np.abs(slopes[0]).max() <= 1e-3 and unmet:
            return ("constraint_ignored",)
        if any(_among(point[list(order)], self.solutions, 1e-3) for order in _orders(len(point))):
            return ("swap",)
        return ("constraint_unmet",) if unmet else ("lagrange_not_parallel",)

    def wrong_answers(self) -> Iterator[tuple[str, Any]]:
        other = "maximum" if self.want == "minimum" else "minimum"
        places = [
            ("extrema_swapped", self._best(self.stationary, other)),
            ("lagrange_not_best", [point for point in self.stationary if not _among(point, self.solutions, 1e-5)][:1]),
            ("critical_missing", self.solutions[1:]),
            ("constraint_unmet", [2 * self.solutions[0] + 1]),
            ("swap", [point[::-1] for point in self.solutions]),
        ]
        for mistake, points in places:
            if points and mistake in self.judge(made := [tuple(map(float, point)) for point in points]).mistakes:
                yield mistake, made

    def _wrong(self, point: Array, mistakes: tuple[str, ...]) -> Verdict:
        """The verdict on an answer that a point, (n,), shows to be wrong."""
        return Verdict(
            outcome=Outcome.INCORRECT,
            reason=Reason.DIFFERENT,
            witness={name: float(value) for name, value in zip(self.variables, point, strict=True)},
            mistakes=mistakes,
        )

    def _read(self, answer: Any) -> tuple[list[Array], list[Array] | None]:
        """The points of an answer, (n,) each, and the multipliers behind them, or None where there are none."""
        n, every = len(self.variables), len(self.g) + len(self.h)
        read = read_answer(_listed(answer, self.variables), self.variables, Context(point=self.variables))
        if read.kind == "function" or any(e.free_symbols for e in read.exprs):
            raise Unreadable(Reason.FUNCTION_NOT_VALUE, got=describe(answer))
        values = constant_numbers(read).values
        if np.iscomplexobj(values):
            raise Unreadable(Reason.COMPLEX)
        if not np.all(np.isfinite(values)):
            raise Unreadable(Reason.NOT_FINITE, got="nan")
        rows = values.reshape(1, -1) if n > 1 and values.shape in ((n, 1), (n + every, 1)) else np.atleast_2d(values)
        if rows.ndim != 2 or rows.shape[1] not in (n, n + every) or not rows.size:
            raise Unreadable(
                Reason.WRONG_SHAPE, expected=shape_text((n,)), got=wrong_shape((), values.shape).details["got"]
            )
        points = [np.asarray(row[:n], dtype=float) for row in rows]
        return points, [np.asarray(row[n:], dtype=float) for row in rows] if rows.shape[1] > n else None


def _orders(n: int) -> Iterator[tuple[int, ...]]:
    return iter(list(permutations(range(n)))[1:] if n <= 4 else [])


def _among(point: Array, others: Sequence[Array], slack: float) -> bool:
    """Whether a point, (n,), is one of others."""
    return any(np.linalg.norm(point - other) <= slack * (1 + np.linalg.norm(other)) for other in others)


def _several(given: Any) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list | tuple) else [str(given)]


def _zero(text: str) -> str:
    left, _, right = text.partition("=")
    return f"({left}) - ({right})" if right else left


def _below(text: str) -> str:
    for sign, way in _SIDES.items():
        if sign in text:
            left, right = text.split(sign)
            return f"({left}) - ({right})" if way == 1 else f"({right}) - ({left})"
    raise AuthorError(f"within={text!r} must be an inequality with <= or >=")


def _listed(answer: Any, names: Sequence[str]) -> Any:
    """What ``sympy.solve`` returns (dictionaries, tuples, sets) as nested lists; multipliers stand last."""
    if isinstance(answer, Mapping):
        keys = {str(key): value for key, value in answer.items()}
        if not {*names} <= {*keys}:
            raise Unreadable(Reason.WRONG_TYPE, expected=f"values of {', '.join(names)}", got="a dictionary")
        return [*(keys[name] for name in names), *(value for key, value in keys.items() if key not in names)]
    if isinstance(answer, set | frozenset | sp.FiniteSet):
        return [_listed(item, names) for item in answer]
    if isinstance(answer, list | tuple) and any(isinstance(item, Mapping) for item in answer):
        return [_listed(item, names) for item in answer]
    return answer
