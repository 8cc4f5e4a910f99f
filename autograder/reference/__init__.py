"""The truth about one question: SymPy's derivative and JAX's gradient of the same function, which must agree.

Where the function has a formula, SymPy's derivative is the reference, evaluated at high precision and rounded once.
:meth:`Reference.certify` holds it against JAX's gradient of the same function at the same points; ``autograder build``
calls it for every question, so that neither a student's notebook nor a grading run pays for JAX (see
``docs/decisions.md``). Where there is only a Python function, JAX's gradient is the reference and Ridders'
extrapolated differences are its check, made once before the first use.

``function.py`` is the author's function, ``layout.py`` one of arrays, ``derivatives.py`` its derivatives, ``exact.py``
their values, ``programs.py`` JAX's, ``sampling.py`` the points, ``single.py`` which of them float32 is good for;
``tracing.py`` says where a function of JAX bends.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError, ExpressionError
from autograder.expressions.graph import Graph, NoRule, Unsupported, slope
from autograder.expressions.tree import to_tree
from autograder.points.survey import Survey
from autograder.reference.derivatives import Operator, along, by_differences, by_jax, by_mpmath, of_each_part, symbolic
from autograder.reference.exact import Evaluate, evaluator, exact_value
from autograder.reference.function import Function, entries, natural, read_function, real_symbol, renamed
from autograder.reference.layout import Layout
from autograder.reference.sampling import SIGHT, Design, Domain, Point, Samples, candidates, near, point_text, sample
from autograder.reference.single import in_single, jax_in_single, largest_value
from autograder.reference.tracing import marks, traced

__all__ = [
    "Domain",
    "Function",
    "Layout",
    "Operator",
    "Point",
    "Reference",
    "Samples",
    "entries",
    "exact_value",
    "jax_in_single",
    "largest_value",
    "natural",
    "point_text",
    "read_function",
    "real_symbol",
    "reference_of",
    "renamed",
]

_LINES = 3
"""Points, and lines through them, along which a function of arrays is held against its differences."""
COUNT = 8
"""Points at which functions are compared: two different analytic functions do not agree at eight random ones."""


class Reference:
    """Values of one derivative of one function.

    Attributes:
        function: the author's.
        operator: which derivatives are asked for.
    """

    def __init__(self, function: Function, operator: Operator) -> None:
        self.function = function
        self.operator = operator
        self._samples: dict[Any, Samples] = {}
        self._beside: dict[Any, np.ndarray[Any, Any]] = {}
        self._jax: dict[int, tuple[Samples, np.ndarray[Any, Any]]] = {}
        self._seen: dict[tuple[Fraction, ...], np.ndarray[Any, Any] | None] = {}

    @cached_property
    def exprs(self) -> tuple[sp.Expr, ...] | None:
        """SymPy's derivative, one expression per entry; None where the author gave only Python."""
        return None if self.function.exprs is None else symbolic(self.function, self.operator)

    @cached_property
    def constant(self) -> bool:
        """Whether the derivative is known not to depend on any variable."""
        return self.exprs is not None and not any(e.free_symbols for e in self.exprs)

    @cached_property
    def _evaluate_formula(self) -> Any:
        assert self.exprs is not None
        assert self.function.exprs is not None
        return evaluator(self.exprs, self.function.exprs, self.function.symbols)

    @cached_property
    def _naive(self) -> Any:
        """The formula in plain float64, or None where numpy lacks one of its functions."""
        if self.exprs is None:
            return None
        compiled = sp.lambdify(list(self.function.symbols), list(self.exprs), modules="numpy")
        try:
            with np.errstate(all="ignore"):
                compiled(*(0.5 for _ in self.function.symbols))
        except NameError:
            return None
        except (ArithmeticError, ValueError, TypeError):
            return compiled
        return compiled

    def evaluate(self, point: Mapping[str, Fraction]) -> "np.ndarray[Any, Any] | None":
        """The derivative's entries at one point, shape (k,); None where it or the function is not real and finite."""
        if self.exprs is not None:
            values: np.ndarray[Any, Any] | None = self._evaluate_formula(point)
            return values
        key = tuple(point[name] for name in self.function.variables)
        if key not in self._seen:
            self._fetch([point])
        return self._seen[key]

    def _fetch(self, points: Sequence[Mapping[str, Fraction]]) -> None:
        """JAX's derivative at many points in one compiled call."""
        if len(self._seen) > 4096:
            self._seen.clear()
        names = self.function.variables
        array = np.array([[float(p[name]) for name in names] for p in points]).reshape(len(points), len(names))
        values = by_jax(self.function, self.operator, array).reshape(len(points), -1)
        for point, row in zip(points, values, strict=True):
            self._seen[tuple(point[name] for name in names)] = row if np.all(np.isfinite(row)) else None

    def samples(
        self, *, seed: int, domain: Domain | None, extra: Sequence[Point] = (), rtol: float = 1e-6, count: int = COUNT
    ) -> Samples:
        """Points and the reference there; drawn once per seed and domain.

        Raises:
            AuthorError: the function is real and finite at too few points, or the check by differences fails.
        """
        key = (seed, _frozen(domain), tuple(tuple(p.items()) for p in extra), rtol, count)
        if key not in self._samples:
            if len(self._samples) > 64:
                self._samples.clear()
            if self.exprs is None:
                self._prefetch(domain, seed, count)
            draw = partial(
                sample,
                self._pick(seed, domain),
                Design(variables=self.function.variables, domain=domain, seed=seed, count=count, extra=extra),
                shape=self.operator.shape,
                rtol=rtol,
                ahead=None if self.exprs is not None else self._fetch,
                describe=self.function.text,
            )
            try:
                found = draw(naive=self._naive, survey=self._survey(domain))
            except AuthorError:
                # Where plain floats lose the digits everywhere, such points must do.
                found = draw(survey=self._survey(domain))
            if self.exprs is None and self.function.layout is not None and self.operator.weights is None:
                self._check_along(found)
            elif self.exprs is None:
                self._check_by_differences(found)
            self._samples[key] = found
        return self._samples[key]

    def _survey(self, domain: Domain | None) -> Survey | None:
        """Of the derivative and the function whose derivative it is; None where they cannot be put into balls."""
        if not self.function.variables:
            return None
        graph = Graph()
        try:
            roots = self._traced(graph, domain) if self.exprs is None else self._formulas(graph, self.exprs)
            return Survey(graph, roots, self.function.variables, domain or {}, sight=SIGHT)
        except (Unsupported, ExpressionError, KeyError):  # KeyError: complex infinity
            return None

    def _formulas(self, graph: Graph, exprs: Sequence[sp.Expr]) -> list[int]:
        return [graph.add_tree(to_tree(e)) for e in (*exprs, *(self.function.exprs or ()))]

    def _traced(self, graph: Graph, domain: Domain | None) -> list[int]:
        """The function as JAX sees it, and its slopes where the graph has rules for them."""
        outputs = traced(self.function, graph)
        if outputs is None:
            return marks(self.function, graph, domain)
        found = list(outputs)
        for output, wrt in self.operator.terms:
            node = outputs[output]
            try:
                for place in wrt:
                    node = slope(graph, node, self.function.variables[place])
            except NoRule:
                continue
            found.append(node)
        return found

    def beside(self, points: Sequence[Point]) -> "np.ndarray[Any, Any]":
        r"""How far the reference moves within a step of 1e-6 from each point, shape (N, \*shape).

        Zero for a side on which it has no value, and for anything but first derivatives.
        """
        key = tuple(tuple(point.items()) for point in points)
        if key not in self._beside:
            if len(self._beside) > 64:
                self._beside.clear()
            found = np.zeros((len(points), *self.operator.shape))
            if self.operator.order == 1:
                if self.exprs is None:
                    self._fetch([place for point in points for place in (point, *near(point))])
                for i, point in enumerate(points):
                    found[i] = self._moved(point).reshape(self.operator.shape)
            self._beside[key] = found
        return self._beside[key]

    def in_single(self, samples: Samples, known: "np.ndarray[Any, Any] | None" = None) -> "np.ndarray[Any, Any]":
        r"""How far single precision is off the reference, (N, \*shape): so far an answer in it may be, too.

        JAX's slope of ``tanh`` is off by 6 % at -7.25, as any form of it is that subtracts a square from 1.
        ``known`` is :func:`jax_in_single` there, (N, \*shape), where it was kept.
        """
        return in_single(self.function, self.operator, samples, self._naive, known)

    def _moved(self, point: Point) -> "np.ndarray[Any, Any]":
        """How far each entry moves within :data:`STEP`, shape (k,); 0 where the function has no value."""
        middle = self.evaluate(point)
        worst = np.zeros(int(np.prod(self.operator.shape, dtype=int)))
        for place in near(point):
            value = None if middle is None else self.evaluate(place)
            if value is not None:
                worst = np.maximum(worst, np.abs(value - middle))
        return worst

    def _pick(self, seed: int, domain: Domain | None) -> Evaluate:
        """How to evaluate at points: where the function is real, or, if it is so nowhere, where its derivative is.

        ``2*sqrt(x + 1) + 8*atanh(2*sqrt(x + 2))`` has no real value and a real derivative.
        """
        if self.exprs is None or not self.exprs:
            return self.evaluate
        names = self.function.variables
        first = [p for p, _ in zip(candidates(domain, names, seed=seed, count=COUNT), range(12 * COUNT), strict=False)]
        if any(self.evaluate(p) is not None for p in first):
            return self.evaluate
        return evaluator(self.exprs, (), self.function.symbols)

    def _prefetch(self, domain: Domain | None, seed: int, count: int) -> None:
        names = self.function.variables
        drawn = [p for p, _ in zip(candidates(domain, names, seed=seed, count=count), range(2 * count), strict=False)]
        turns = (Fraction(1), 1 + Fraction(1, 2**24), 1 - Fraction(1, 2**24))
        self._fetch([{name: x * turn for name, x in p.items()} for p in drawn for turn in turns])

    def at(self, point: Mapping[str, sp.Expr]) -> "np.ndarray[Any, Any]":
        """The derivative at the question's own point, shape ``operator.shape``.

        Raises:
            AuthorError: the function or the derivative is not real and finite there.
        """
        where = f" at {point_text(point)}" if point else ""
        if self.exprs is None:
            row = self.evaluate({name: Fraction(float(value)) for name, value in point.items()})
            if row is None:
                raise AuthorError(f"the derivative of {self.function.text} is not finite{where}")
            return row.reshape(self.operator.shape)
        infinite = any(f.has(sp.oo, -sp.oo, sp.zoo) for f in self.function.exprs or ())
        if infinite and not self.operator.order:
            raise AuthorError(
                'infinity is expected, and no number: ask for it with Limit, as in Limit("1/x", "x", 0, side="+")'
            )
        values = [exact_value(e) for e in self.exact_at(point)]
        assert self.function.exprs is not None
        at = {real_symbol(name): value for name, value in point.items()}
        if any(v is None for v in values) or any(exact_value(f.subs(at)) is None for f in self.function.exprs):
            raise AuthorError(f"{self.function.text} or its derivative is not real and finite{where}")
        return np.array(values, dtype=float).reshape(self.operator.shape)

    def exact_at(self, point: Mapping[str, sp.Expr]) -> tuple[sp.Expr, ...]:
        """The formula's derivative at a point, exact."""
        assert self.exprs is not None
        at = {real_symbol(name): value for name, value in point.items()}
        return tuple(e.subs(at) for e in self.exprs)

    def certify(self, *, seed: int, domain: Domain | None, extra: Sequence[Point] = (), rtol: float = 1e-6) -> None:
        """Both references at the same points: SymPy's derivative and JAX's gradient.

        A function that JAX lacks (``Si``, Bessel) is checked by mpmath's numerical derivative instead.

        Raises:
            AuthorError: they disagree (the message names the point), or there is no point to compare at.
        """
        samples = self.samples(seed=seed, domain=domain, extra=extra, rtol=rtol)
        if self.exprs is None:
            return
        try:
            other = self.by_jax(samples)
        except AuthorError:
            if self.function.python is not None:
                raise
            other = by_mpmath(self.function, self.operator, samples.points)
        self.hold(samples, other, "JAX's gradient", rtol=1e-6)

    def by_jax(self, samples: Samples) -> "np.ndarray[Any, Any]":
        """JAX's values at the samples, (N, *operator.shape), asked for once; an ``AuthorError`` where it has none."""
        if id(samples) not in self._jax:  # kept with their values, so that the id stays theirs
            values = by_jax(self.function, self.operator, samples.arguments(self.function.variables))
            self._jax[id(samples)] = samples, values
        return self._jax[id(samples)][1]

    def certify_at(self, point: Mapping[str, sp.Expr]) -> None:
        """The derivative exists at the question's own point: it does not jump there, as that of ``Abs`` does at 0.

        Raises:
            AuthorError: it jumps, or the function is real on no side of the point.
        """
        value = self.at(point).reshape(-1)
        middle = {name: Fraction(float(x)) for name, x in point.items()}
        near: list[np.ndarray[Any, Any]] = []
        for name in self.function.variables:
            step = Fraction(1, 2**24) * max(1, abs(round(middle[name])))
            sides = [self.evaluate({**middle, name: middle[name] + sign * step}) for sign in (1, -1)]
            near += [side for side in sides if side is not None]
        if self.function.variables and not near:
            raise AuthorError(f"{self.function.text} is not real around {point_text(point)}")
        for side in near:
            if not np.all(np.abs(side - value) <= 1e-3 * (1 + np.abs(value))):
                raise AuthorError(
                    f"the derivative of {self.function.text} jumps at {point_text(point)}: choose another point"
                )

    def check_python(self, *, seed: int, domain: Domain | None, extra: Sequence[Point] = ()) -> None:
        """The formula and the Python function that belongs to it give the same values.

        Raises:
            AuthorError: they disagree (the message names the point).
        """
        plain = Reference(self.function, Operator(shape=self.function.shape, terms=_outputs(self.function)))
        samples = plain.samples(seed=seed, domain=domain, extra=extra)
        other = by_jax(self.function, plain.operator, samples.arguments(self.function.variables))
        plain.hold(samples, other, "the Python function", rtol=1e-6)

    def of_each_part(self, points: Sequence[Point]) -> "np.ndarray[Any, Any] | None":
        """The slopes of a function of one array taken as one of each of its parts alone, shape (N, n); a mistake."""
        names = self.function.variables
        return of_each_part(self.function, np.array([[float(point[name]) for name in names] for point in points]))

    def _check_along(self, samples: Samples) -> None:
        """As :meth:`_check_by_differences`, for many terms at once: the slope along a line is made of all of them."""
        generator = np.random.default_rng(0)
        vectors = samples.arguments(self.function.variables)
        outputs = sorted({output for output, _ in self.operator.terms})
        rtol = {0: 1e-9, 1: 1e-5}.get(self.operator.order, 1e-2)
        for point, vector, values in zip(samples.points[:_LINES], vectors, samples.values, strict=False):
            moved = [any(i in wrt for _, wrt in self.operator.terms) for i in range(len(vector))]
            signs = generator.choice([-1.0, 1.0], len(vector))
            direction = generator.uniform(0.5, 1.5, len(vector)) * signs * np.array(moved)
            sums = dict.fromkeys(outputs, 0.0)
            for (output, wrt), value in zip(self.operator.terms, values.ravel(), strict=True):
                sums[output] += float(value) * float(np.prod(direction[list(wrt)]))
            other = along(self.function, self.operator, vector, direction)
            ours = np.array([sums[output] for output in outputs])
            if not np.all(np.abs(ours - other) <= rtol * (np.abs(ours) + np.max(np.abs(values), initial=0.0) + 1e-3)):
                raise AuthorError(
                    f"JAX's gradient of {self.function.text} and its difference quotient disagree at "
                    f"{point_text(point)}: along a line they give {ours} and {other}"
                )

    def _check_by_differences(self, samples: Samples) -> None:
        count = min(3, len(samples.points))
        vectors = samples.arguments(self.function.variables)
        other = np.stack([by_differences(self.function, self.operator, vectors[i]) for i in range(count)])
        tolerance = {0: 1e-9, 1: 1e-5}.get(self.operator.order, 1e-2)
        few = Samples(
            points=samples.points[:count], values=samples.values[:count], moves=samples.moves[:count], tried=0
        )
        self.hold(few, other, "the difference quotient", rtol=tolerance)

    def hold(self, samples: Samples, other: np.ndarray[Any, Any], name: str, *, rtol: float) -> None:
        """Hold another's values, of the samples' shape, against the reference's.

        Raises:
            AuthorError: they disagree; the message names the point.
        """
        # Cancellation inside JAX's float64 is not disagreement: what matters is the size of the whole answer.
        for point, ours, theirs in zip(samples.points, samples.values, other, strict=True):
            scale = float(np.max(np.abs(ours), initial=0.0))
            if not np.all(np.abs(ours - theirs) <= rtol * (scale + 1e-3) + rtol * np.abs(ours)):
                raise AuthorError(
                    f"the references of {self.function.text} disagree at {point_text(point)}: {name} gives "
                    f"{np.array2string(np.asarray(theirs), precision=9)}, not "
                    f"{np.array2string(np.asarray(ours), precision=9)}"
                )


def _outputs(function: Function) -> tuple[tuple[int, tuple[int, ...]], ...]:
    count = function.shape[0] if function.shape else 1
    return tuple((k, ()) for k in range(count))


def _frozen(domain: Domain | None) -> Any:
    return None if domain is None else tuple(sorted((name, tuple(interval)) for name, interval in domain.items()))


@lru_cache(maxsize=512)  # forty versions of ten questions are 400
def reference_of(function: Function, operator: Operator) -> Reference:
    """One :class:`Reference` per function and operator in a process; text that was read before is the same function."""
    return Reference(function, operator)
