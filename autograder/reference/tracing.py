"""What a JAX function computes, as nodes of a graph: where it bends is then found as for a formula.

The function is traced once. What moves numbers about is done by JAX itself, on the nodes' indices; what computes is
repeated on the graph, entry by entry. An operation that is not known here gives parts of which nothing is known.
A Python ``if`` is followed both ways, one trace for each.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from autograder.errors import ExpressionError
from autograder.expressions.graph import Graph, Node, difference
from autograder.expressions.heads import words
from autograder.reference.derivatives import x64
from autograder.reference.function import Function

__all__ = ["marks", "traced"]

Entries = np.ndarray[Any, Any]
"""Of indices of nodes, or of conditions, in the shape that JAX's array has there."""

MOST_NODES = 4000
MOST_PATHS, MOST_CONDITIONS = 16, 24
"""Ways through a function's Python ``if`` that are followed, and how often one of them may branch."""
MARKS, MOST_MARKED = 12, 3
"""Of a function that cannot be traced: stretches of a variable, and variables."""
_LIKE = {
    "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asin": "asin",
    "acos": "acos", "atan": "atan", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh", "exp": "exp", "log": "log",
    "erf": "erf", "erfc": "erfc", "erf_inv": "erfinv", "lgamma": "loggamma", "digamma": "digamma", "abs": "Abs",
    "sign": "sign", "floor": "floor", "ceil": "ceiling",
}  # fmt: skip
_MOVES = frozenset(
    words(
        "broadcast_in_dim reshape squeeze expand_dims transpose slice concatenate rev copy copy_p gather dynamic_slice "
        "split convert_element_type stop_gradient optimization_barrier real reduce_precision pad"
    )
)
_INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
_COMPARES = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


class _TooLarge(Exception):
    """More nodes than are worth a look."""


def traced(function: Function, graph: Graph) -> list[int] | None:
    """The nodes of the function's outputs; None where it cannot be traced (a ``float(x)``, a loop that x ends)."""
    inputs = np.array([graph.node("var", name) for name in function.variables], dtype=object)
    paths: list[tuple[Node, list[int]]] = []
    waiting: list[tuple[bool, ...]] = [()]
    with x64():
        while waiting:
            if len(paths) == MOST_PATHS:
                return None
            begun = waiting.pop()
            try:
                closed, met = _path(function, begun)
                *conditions, output = _Trace(graph).run(closed.jaxpr, closed.consts, [inputs])
            except Exception:  # whatever the author's function does not do with a tracer; too many nodes
                return None
            taken = (*begun, *(True for _ in range(met - len(begun))))
            waiting += [(*taken[:place], False) for place in range(len(begun), met)]
            holds = [_truth(graph, entry.item(), yes) for entry, yes in zip(conditions, taken, strict=True)]
            paths.append((("and", *holds), [int(index) for index in np.ravel(output)]))
    if len(paths) == 1:
        return paths[0][1]
    *others, last = paths
    return [
        graph.node("piecewise", *((outputs[k], holds) for holds, outputs in others), (last[1][k], ("bool", True)))
        for k in range(len(last[1]))
    ]


def _path(function: Function, begun: Sequence[bool]) -> tuple[Any, int]:
    """One way through the function's Python ``if``: its program, and how many conditions it met.

    Args:
        begun: what the first conditions are taken for; any further one is taken for true.

    Returns:
        The jaxpr, whose outputs are the conditions that were met and then the function's own.
    """
    import jax
    import jax.numpy as jnp

    met: list[Any] = []

    def decided(tracer: Any) -> bool:
        if len(met) == MOST_CONDITIONS:
            raise _TooLarge
        met.append(tracer)
        return begun[len(met) - 1] if len(met) <= len(begun) else True

    def call(vector: Any) -> list[Any]:
        output = jnp.ravel(jnp.asarray(function.call(vector)))
        return [*met, output]

    with _truth_said_by(decided):
        return jax.make_jaxpr(call)(jnp.ones(len(function.variables))), len(met)


@contextmanager
def _truth_said_by(decided: Callable[[Any], bool]) -> Iterator[None]:
    """While it is open, ``if`` on a traced value goes the way that ``decided`` says.

    JAX refuses to say whether such a value is true, and has no way to be told.
    """
    from jax.core import Tracer

    refusing = Tracer.__bool__
    Tracer.__bool__ = decided  # type: ignore[method-assign] # what this function is for
    try:
        yield
    finally:
        Tracer.__bool__ = refusing  # type: ignore[method-assign]


def _truth(graph: Graph, condition: Any, yes: bool) -> Node:
    holds = ("rel", "!=", condition) if isinstance(condition, int) else condition
    return holds if yes else ("not", holds)


class _Trace:
    """One walk through a jaxpr; every array has the shape that JAX's has at that place."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.unknown = 0
        self.endless: dict[int, int] = {}
        """Nodes of infinities, with their signs."""

    def run(self, jaxpr: Any, consts: Sequence[Any], inputs: Sequence[Entries]) -> list[Entries]:
        """The outputs of a jaxpr, each of its shape there, for inputs of the shapes that it takes."""
        known: dict[Any, Entries] = dict(zip(jaxpr.invars, inputs, strict=True))
        known |= {name: self.constants(value) for name, value in zip(jaxpr.constvars, consts, strict=True)}

        def read(atom: Any) -> Entries:
            """The nodes of a variable or a literal, of its shape."""
            return self.constants(atom.val) if hasattr(atom, "val") else known[atom]

        for equation in jaxpr.eqns:
            parts = [read(atom) for atom in equation.invars]
            results = self.apply(equation, parts)
            known |= dict(zip(equation.outvars, results, strict=True))
            if len(self.graph.nodes) > MOST_NODES:
                raise _TooLarge
        return [read(atom) for atom in jaxpr.outvars]

    def constants(self, value: Any) -> Entries:
        """A node for each entry of an array, of the same shape."""
        array = np.asarray(value)
        if array.size > MOST_NODES:
            raise _TooLarge
        return _each(self.constant, array.astype(object))

    def constant(self, value: Any) -> Any:
        if isinstance(value, (bool, np.bool_)):
            return ("bool", bool(value))
        try:
            return self.graph.number(Fraction(value))
        except (ValueError, OverflowError, TypeError) as error:  # NaN, infinity, a key of random numbers
            unknown = self.nothing([])
            if isinstance(error, OverflowError):
                self.endless[unknown] = 1 if value > 0 else -1
            return unknown

    def nothing(self, parts: Sequence[Any]) -> int:
        self.unknown += 1
        return self.graph.node("f", f"unknown {self.unknown}", *(part for part in parts if isinstance(part, int)))

    def apply(self, equation: Any, parts: list[Entries]) -> list[Entries]:
        """One operation on the nodes; each output of its own shape."""
        name, params = equation.primitive.name, equation.params
        inner = next((params[key] for key in _INNER if key in params), None)
        if inner is not None and name not in ("scan", "while", "cond"):
            closed = hasattr(inner, "consts")
            return self.run(inner.jaxpr if closed else inner, inner.consts if closed else (), parts)
        shapes = [atom.aval.shape for atom in equation.outvars]
        if name in _MOVES:
            moved = self.moved(equation, parts)
            if moved is not None:
                return moved
        else:
            computed = self.computed(name, params, parts, shapes[0])
            if computed is not None:
                return [computed]
        every = [part for array in parts for part in np.ravel(array)]
        return [_each(lambda _: self.nothing(every), np.zeros(shape, dtype=object)) for shape in shapes]

    def moved(self, equation: Any, parts: list[Entries]) -> list[Entries] | None:
        """What JAX does with the numbers, done with places in a list of the nodes; each output of its own shape."""
        import jax.numpy as jnp

        name = equation.primitive.name
        if name in ("copy", "copy_p", "convert_element_type", "stop_gradient", "real", "reduce_precision"):
            return [_each(self.number_of, parts[0])] if name == "convert_element_type" else [parts[0]]
        entries: list[Any] = []
        places = []
        for place, array in enumerate(parts):
            if place and name in ("gather", "dynamic_slice"):
                indices = _each(self.whole, array)
                if None in np.ravel(indices):
                    return None
                places.append(jnp.asarray(indices.astype(int)))
                continue
            places.append(jnp.arange(len(entries), len(entries) + array.size).reshape(array.shape))
            entries.extend(np.ravel(array))
        try:
            found = equation.primitive.bind(*places, **equation.params)
        except Exception:  # an operation that wants floats
            return None
        results = found if equation.primitive.multiple_results else [found]
        if any(np.any((np.asarray(r) < 0) | (np.asarray(r) >= len(entries))) for r in results):
            return None
        return [_each(lambda place: entries[place], np.asarray(r).astype(object)) for r in results]

    def number_of(self, part: Any) -> Any:
        """A condition as 1 or 0."""
        if isinstance(part, int):
            return part
        return self.graph.node("piecewise", (self.graph.number(1), part), (self.graph.number(0), ("bool", True)))

    def whole(self, part: Any) -> int | None:
        value = self.graph.fraction(part) if isinstance(part, int) else None
        return int(value) if value is not None and value.denominator == 1 else None

    def computed(
        self, name: str, params: dict[str, Any], parts: list[Entries], shape: tuple[int, ...]
    ) -> Entries | None:
        """What an operation gives that reckons by entries, along axes or as a product of matrices, of this shape.

        None where it is not known here.
        """
        graph = self.graph
        if name == "dot_general":
            return self.product(params["dimension_numbers"], *parts)
        if name.startswith("reduce_") and "axes" in params:
            join = {
                "reduce_sum": lambda a, b: graph.add([a, b]),
                "reduce_prod": lambda a, b: graph.mul([a, b]),
                "reduce_max": lambda a, b: graph.function("Max", [a, b]),
                "reduce_min": lambda a, b: graph.function("Min", [a, b]),
            }.get(name)
            return None if join is None else _joined(join, parts[0], params["axes"])
        rule = self.rule(name, params)
        if rule is None:
            return None
        together = np.broadcast(*parts) if parts else np.broadcast(np.zeros(shape))
        found = np.empty(together.shape, dtype=object)
        for place, entries in zip(np.ndindex(together.shape), together, strict=True):
            try:
                found[place] = rule(*entries)
            except (ExpressionError, TypeError):  # 1/0; arithmetic with truth values
                found[place] = self.nothing(entries)
        return found

    def rule(self, name: str, params: dict[str, Any]) -> Callable[..., Any] | None:
        """What an operation does with single entries."""
        graph = self.graph
        one, minus = graph.number(1), graph.number(-1)

        def f(of: str, *parts: int) -> int:
            return graph.function(of, list(parts))

        def power(n: int | Fraction) -> Callable[[int], int]:
            return lambda a: graph.pow(a, graph.number(n))

        if name in _LIKE:
            return lambda a: f(_LIKE[name], a)
        if name in _COMPARES:
            return lambda a, b: ("rel", _COMPARES[name], difference(graph, self.number_of(a), self.number_of(b)))
        if name in ("and", "or"):
            return lambda a, b: (name, a, b)
        if name == "integer_pow":
            return power(params["y"])
        rules: dict[str, Callable[..., Any]] = {
            "add": lambda a, b: graph.add([a, b]),
            "add_any": lambda a, b: graph.add([a, b]),
            "sub": lambda a, b: difference(graph, a, b),
            "mul": lambda a, b: graph.mul([a, b]),
            "div": lambda a, b: graph.mul([a, graph.node("powi", b, -1)]),
            "neg": lambda a: graph.mul([minus, a]),
            "pow": graph.pow,
            "square": power(2),
            "sqrt": power(Fraction(1, 2)),
            "rsqrt": power(Fraction(-1, 2)),
            "cbrt": lambda a: graph.mul([f("sign", a), graph.pow(f("Abs", a), graph.number(Fraction(1, 3)))]),
            "exp2": lambda a: graph.pow(graph.number(2), a),
            "expm1": lambda a: graph.add([f("exp", a), minus]),
            "log1p": lambda a: f("log", graph.add([one, a])),
            "logistic": lambda a: graph.node("powi", graph.add([one, f("exp", graph.mul([minus, a]))]), -1),
            # JAX begins a maximum at -∞.
            "max": lambda a, b: b if self.endless.get(a) == -1 else a if self.endless.get(b) == -1 else f("Max", a, b),
            "min": lambda a, b: b if self.endless.get(a) == 1 else a if self.endless.get(b) == 1 else f("Min", a, b),
            "clamp": lambda low, a, high: f("Max", low, f("Min", a, high)),
            "rem": lambda a, b: graph.function("Mod", [a, b]),
            "atan2": lambda a, b: f("atan2", a, b),
            "not": lambda a: ("not", a),
            "is_finite": lambda a: ("bool", True),
            "select_n": self.select,
        }
        return rules.get(name)

    def select(self, which: Any, *cases: Any) -> Any:
        if isinstance(which, int) or len(cases) != 2:
            return self.nothing([which, *cases])
        if which[0] == "bool":
            return cases[1] if which[1] else cases[0]
        if not all(isinstance(case, int) for case in cases):
            return ("or", ("and", which, cases[1]), ("and", ("not", which), cases[0]))
        condition: Node = which
        return self.graph.node("piecewise", (cases[1], condition), (cases[0], ("bool", True)))

    def product(self, numbers: Any, left: Entries, right: Entries) -> Entries | None:
        """Sums of products over the contracted axes: shape (left without them, right without them)."""
        (of_left, of_right), (batch, _) = numbers
        if len(batch):
            return None
        first = np.moveaxis(left, of_left, range(-len(of_left), 0)) if of_left else left
        second = np.moveaxis(right, of_right, range(len(of_right))) if of_right else right
        count = int(np.prod([left.shape[axis] for axis in of_left], dtype=int))
        rows, columns = first.reshape(-1, count), second.reshape(count, -1)
        if rows.size * columns.shape[1] > MOST_NODES:
            raise _TooLarge
        found = np.empty((len(rows), columns.shape[1]), dtype=object)
        for i, j in np.ndindex(found.shape):
            found[i, j] = self.graph.add([self.graph.mul([a, b]) for a, b in zip(rows[i], columns[:, j], strict=True)])
        return found.reshape(first.shape[: first.ndim - len(of_left)] + second.shape[len(of_right) :])


def _each(rule: Callable[[Any], Any], array: Entries) -> Entries:
    """The rule on every entry, of the same shape."""
    found = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        found[place] = rule(array[place])
    return found


def _joined(join: Callable[[Any, Any], Any], array: Entries, axes: Sequence[int]) -> Entries | None:
    """The entries along these axes joined in their order: the array's shape without them; None where there are none."""
    kept = [axis for axis in range(array.ndim) if axis not in axes]
    count = int(np.prod([array.shape[axis] for axis in axes], dtype=int))
    rows = np.transpose(array, [*kept, *axes]).reshape(*(array.shape[axis] for axis in kept), count)
    if not count:
        return None
    found = np.empty(rows.shape[:-1], dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = reduce(join, rows[place])
    return found


def marks(function: Function, graph: Graph, domain: Mapping[str, Any] | None) -> list[int]:
    """For a function that cannot be traced: a formula that bends at the numbers of its code, and every so often.

    ``if x > 3`` is a kink at 3; what stands in no number is met only by chance, one cell after the other.
    """
    numbers = {value for value in _numbers(getattr(function.python, "__code__", None)) if abs(value) < 1e9}
    terms = []
    for name in function.variables[:MOST_MARKED]:
        low, high = (domain or {}).get(name, (None, None))
        first = float(low) if low is not None else (float(high) - 40.0 if high is not None else -20.0)
        last = float(high) if high is not None else first + 40.0
        steps = {first + (last - first) * share / MARKS for share in range(1, MARKS)}
        for value in sorted(set(sorted(numbers, key=abs)[:MARKS]) | {-n for n in numbers if n} | steps):
            terms.append(graph.node("f", "Abs", graph.add([graph.node("var", name), graph.number(-Fraction(value))])))
    return [graph.add(terms)] if terms else []


def _numbers(code: Any) -> Iterator[float]:
    for value in getattr(code, "co_consts", ()):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, (int, float)) and math.isfinite(v))
        else:
            yield from _numbers(value)
