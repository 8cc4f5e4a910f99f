"""The operations of a function of arrays at one point, and the way back through them with a rule that goes wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np

from autograder.errors import ExpressionError
from autograder.mistakes.tape import rules
from autograder.reference.derivatives import x64

__all__ = ["Operation", "Tape", "TapeRule"]

MOST = 400
"""Operations of a function of which mistakes are made; past that, one of them explains little."""
MOST_KEPT = 8
"""Ways back of one operation that are remembered."""
WHOLE = frozenset({"det", "inv", "slogdet", "solve", "cholesky", "eigh", "svd", "qr", "matrix_power", "norm", "pinv"})
"""Functions of NumPy's that are one operation here, as they are to a student."""
_INNER = {
    "jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr", "core_call": "call_jaxpr", "remat": "jaxpr",
    "checkpoint": "jaxpr", "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
}  # fmt: skip
_numbers = count()

Array = np.ndarray[Any, Any]
TapeRule = rules.Rule
"""(operation, what comes back to its output) → for each wrong version, what goes on to each input, None for nothing;
nothing at all where the rule does not apply."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Operation:
    """One step of the function.

    Attributes:
        name: JAX's primitive, or the function of :data:`WHOLE`.
        inputs: their values, arrays of any shape.
        output: its value; of several outputs the first that is an array of floats.
        sources: of each input, the operation that made it; None of an argument or a constant.
        arguments: of each input, the number of the function's argument that it is; None of anything else.
        live: of each input, whether it depends on what is differentiated by.
        params: the primitive's.
    """

    name: str
    inputs: list[Array]
    output: Array
    sources: list["Operation | None"]
    arguments: list[int | None]
    live: list[bool]
    params: dict[str, Any]
    run: Callable[..., Any] = field(repr=False)

    @cached_property
    def _back(self) -> Callable[[Any], Any]:
        import jax

        places = [k for k, alive in enumerate(self.live) if alive]

        def of_live(*values: Any) -> Any:
            given = list(self.inputs)
            for k, value in zip(places, values, strict=True):
                given[k] = value
            return self.run(*given)

        return jax.vjp(of_live, *(self.inputs[k] for k in places))[1]

    def right(self, back: Array) -> list[Array | None]:
        """What goes on to each input, of its shape; None to one that does not depend on what is differentiated by.

        Args:
            back: of the output's shape.
        """
        coming = np.asarray(back, dtype=self.output.dtype)
        if (known := self._gone.get(coming.tobytes())) is None:
            found = iter(self._back(coming))
            known = [np.asarray(next(found)) if alive else None for alive in self.live]
            if len(self._gone) < MOST_KEPT:
                self._gone[coming.tobytes()] = known
        return known

    @cached_property
    def _gone(self) -> dict[bytes, list[Array | None]]:
        """What came back, as bytes → what goes on to each input, of its shape.

        Up to where a rule goes wrong all ways back are the same.
        """
        return {}


@dataclass(frozen=True, eq=False)
class _Variable:
    """One value on the tape: where it was made and which argument it is."""

    value: Any
    source: Operation | None = None
    argument: int | None = None
    live: bool = False


class Tape:
    """A function at a point, recorded.

    Args:
        function: of arrays, one output, as JAX can trace it.
        arguments: the point, an array an argument, of any shape.
        wrt: numbers of the arguments that are differentiated by.

    Raises:
        ExpressionError: it has too many operations, or one that JAX does not differentiate alone.

    >>> tape = Tape(lambda w, x: (w * x).sum(), [np.array([1.0, 2.0]), np.array([3.0, 5.0])], wrt=[0])
    >>> tape.back(1.0)
    [array([3., 5.])]
    """

    def __init__(self, function: Callable[..., Any], arguments: Sequence[Any], wrt: Sequence[int]) -> None:
        import jax

        self.number = next(_numbers)
        self.wrt = tuple(wrt)
        self.operations: list[Operation] = []
        self.shapes = [np.shape(arguments[k]) for k in self.wrt]
        with x64():
            closed = jax.make_jaxpr(function)(*arguments)
            given = [_Variable(np.asarray(value), argument=k, live=k in self.wrt) for k, value in enumerate(arguments)]
            self._given = given
            try:
                outputs = self._run(closed.jaxpr, [_Variable(value) for value in closed.consts], given)
            except (TypeError, ValueError, NotImplementedError, AttributeError, KeyError) as error:
                raise ExpressionError(f"it cannot be taken apart: {error}") from None
        self._output = outputs[0]
        self.output = np.asarray(self._output.value)

    def __repr__(self) -> str:
        return f"<tape {self.number}>"

    def _run(self, jaxpr: Any, consts: list[_Variable], given: list[_Variable]) -> list[_Variable]:
        known: dict[Any, _Variable] = dict(zip(jaxpr.invars, given, strict=True))
        known |= dict(zip(jaxpr.constvars, consts, strict=True))

        def read(atom: Any) -> _Variable:
            return _Variable(np.asarray(atom.val)) if hasattr(atom, "val") else known[atom]

        for equation in jaxpr.eqns:
            parts = [read(atom) for atom in equation.invars]
            name, inner = equation.primitive.name, _inner_of(equation)
            if inner is not None and equation.params.get("name") not in WHOLE:
                found = self._run(*inner, parts)
            else:
                found = self._apply(equation, equation.params["name"] if inner is not None else name, parts)
            known |= dict(zip(equation.outvars, found, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def _apply(self, equation: Any, name: str, parts: list[_Variable]) -> list[_Variable]:
        values = [part.value for part in parts]
        bound = equation.primitive.get_bind_params(equation.params)
        subfunctions, params = bound if isinstance(bound, tuple) else ((), bound)  # JAX before 0.10 gives a pair

        def all_of(*given: Any) -> list[Any]:
            found = equation.primitive.bind(*subfunctions, *given, **params)
            return list(found) if equation.primitive.multiple_results else [found]

        results = all_of(*values)
        floats = [k for k, result in enumerate(results) if np.issubdtype(np.asarray(result).dtype, np.floating)]
        live = [part.live and np.issubdtype(np.asarray(part.value).dtype, np.floating) for part in parts]
        if not floats or not any(live) or name == "stop_gradient":
            return [_Variable(np.asarray(result)) for result in results]
        if len(self.operations) == MOST:
            raise ExpressionError(f"it has more than {MOST} operations")
        place = floats[-1]
        operation = Operation(
            name=name,
            inputs=[np.asarray(value) for value in values],
            output=np.asarray(results[place]),
            sources=[part.source for part in parts],
            arguments=[part.argument for part in parts],
            live=live,
            params=equation.params,
            run=lambda *given: all_of(*given)[place],
        )
        self.operations.append(operation)
        return [
            _Variable(np.asarray(result), operation if k == place else None, live=k == place)
            for k, result in enumerate(results)
        ]

    def back(
        self,
        upstream: Any,
        rule: TapeRule | None = None,
        *,
        version: int = 0,
        at: Operation | None = None,
        kept: tuple[Any, int, bool] | None = None,
    ) -> list[Array]:
        """What comes back to each argument of ``wrt``, of its shape.

        Args:
            upstream: what comes back to the output, of its shape.
            rule: that goes wrong.
            version: which of its wrong versions.
            at: the one operation at which it does; None for all.
            kept: a place on the tape (:meth:`forks`) at which one contribution is treated otherwise, its number in the
                order in which they come back, and whether it alone counts (True) or all others do.
        """
        arriving: dict[Any, Array] = {}
        seen = count()

        def arrive(place: Any, value: Any) -> None:
            if kept is not None and place == kept[0] and (next(seen) == kept[1]) is not kept[2]:
                value = value * 0
            arriving[place] = arriving[place] + value if place in arriving else value

        if self._output.source is None:
            return [np.zeros(shape) for shape in self.shapes]
        arrive(self._output.source, np.broadcast_to(np.asarray(upstream, dtype=float), self.output.shape))
        with x64(), np.errstate(all="ignore"):
            for operation in reversed(self.operations):
                if (coming := arriving.pop(operation, None)) is None:
                    continue
                going = None
                if rule is not None and at in (None, operation):
                    versions = list(rule(rules.Coming(operation, coming)))
                    going = versions[version] if version < len(versions) else None
                for k, value in enumerate(operation.right(coming) if going is None else going):
                    if value is not None and operation.live[k]:
                        source, argument = operation.sources[k], operation.arguments[k]
                        arrive(source if source is not None else argument, np.asarray(value))
        return [arriving.get(k, np.zeros(shape)) for k, shape in zip(self.wrt, self.shapes, strict=True)]

    def sites(self, rule: TapeRule) -> tuple[list[Operation], int]:
        """The operations to which a rule applies, and how many wrong versions it has there at most."""
        found, most = [], 0
        with x64(), np.errstate(all="ignore"):
            for operation in self.operations:
                if made := len(list(rule(rules.Coming(operation, np.ones(operation.output.shape))))):
                    found.append(operation)
                    most = max(most, made)
        return found, most

    def forks(self) -> dict[Any, int]:
        """Places on the tape from which more than one operation takes its input, arguments by number → how many."""
        seen: dict[Any, int] = {}
        for operation in self.operations:
            for k, alive in enumerate(operation.live):
                if alive:
                    source = operation.sources[k]
                    place = source if source is not None else operation.arguments[k]
                    seen[place] = seen.get(place, 0) + 1
        return {place: times for place, times in seen.items() if times > 1}


def _inner_of(equation: Any) -> tuple[Any, list[_Variable]] | None:
    """The jaxpr that an operation runs, and its constants; None of one that is a primitive."""
    key = _INNER.get(equation.primitive.name)
    inner = equation.params.get(key) if key else None
    if inner is None:
        return None
    closed = hasattr(inner, "consts")
    return (inner.jaxpr if closed else inner), [_Variable(value) for value in (inner.consts if closed else ())]
