"""Which ways of handing points to a function are worth trying, from what is known about it without calling it."""

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from autograder.untrusted import python_tree

__all__ = ["Convention", "conventions", "is_batched", "source_of"]

Arguments = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One way to hand points to a function.

    Attributes:
        name: ``numbers``, ``vector``, ``arrays`` (all points at once, one array per variable), ``rows`` (all points at
            once, one row per point, as ``jax.vmap`` of a gradient takes them), ``symbols`` or ``nothing``.
        calls: the argument tuples, one per point or a single one.
    """

    name: str
    calls: tuple[Arguments, ...]

    @property
    def at_once(self) -> bool:
        """Whether one call answers for all points, each with a value of its own."""
        return self.name in ("arrays", "rows")


def source_of(function: Any) -> str | None:
    """The function's source, where Python or the sandbox knows it."""
    try:
        if is_batched(function):
            source = function.source
            return source if isinstance(source, str) else None
        return inspect.getsource(inspect.unwrap(function))
    except Exception:  # a live object's own __getattr__ may raise anything
        return None


def is_batched(function: Any) -> bool:
    """Whether a function stands for one in another process."""
    # isinstance(function, Batched) would run the __getattr__ of a live object, which is the student's.
    own = function.__dict__ if type(function) is FunctionType else {}  # the sandbox's stand-ins are plain functions
    return callable(getattr(type(function), "call_many", None)) or callable(own.get("call_many"))


def _arity(function: Any) -> tuple[int, float] | None:
    """Least and greatest number of positional arguments; None where it cannot be known."""
    parameters: list[inspect.Parameter] | None
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except Exception:  # no signature, or a live object whose own __getattr__ raises
        parameters = None
    if parameters is None or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        # jax.grad and other decorators may show *args, which says nothing.
        return _arity_of_source(source_of(function)) if is_batched(function) else None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return sum(p.default is p.empty for p in positional), len(positional)


def _arity_of_source(source: str | None) -> tuple[int, float] | None:
    if not source:
        return None
    tree = python_tree(inspect.cleandoc(source) if source[:1].isspace() else source)
    if tree is None:
        return None
    found = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))]
    if not found or (isinstance(found[0], ast.Lambda) and len(found) > 1):
        return None
    arguments = found[0].args
    if arguments.vararg:
        return None
    count = len(arguments.posonlyargs) + len(arguments.args)
    return count - len(arguments.defaults), count


def conventions(function: Any, points: np.ndarray[Any, Any], symbols: Sequence[Any] = ()) -> list[Convention]:
    """The ways worth trying, likeliest first.

    Args:
        function: the student's.
        points: shape (N, n).
        symbols: n SymPy symbols; none where a formula would be no answer.
    """
    n = points.shape[1]
    separate = Convention(name="numbers", calls=tuple(tuple(float(x) for x in p) for p in points))
    vector = Convention(name="vector", calls=tuple((np.array(p),) for p in points))
    columns = Convention(name="arrays", calls=(tuple(np.array(points[:, j]) for j in range(n)),))
    rows = Convention(name="rows", calls=((np.array(points),),))
    formula = Convention(name="symbols", calls=(tuple(symbols),))
    formula_vector = Convention(name="symbols", calls=((list(symbols),),))
    nothing = Convention(name="nothing", calls=((),))
    arity = _arity(function)

    def takes(k: int) -> bool:
        return arity is None or arity[0] <= k <= arity[1]

    ways: list[Convention] = []
    if n and takes(n):
        ways.append(separate)
    if n and takes(1):
        ways.append(vector)
    if n and takes(n):
        ways += [columns, *([formula] if symbols else [])]
    if n > 1 and takes(1):
        ways += [rows, *([formula_vector] if symbols else [])]
    if takes(0):
        ways.append(nothing)
    if arity is not None and n > 1 and arity[0] <= 1 < n <= arity[1]:
        return ways
    return ways or [separate if n else nothing]
