"""Which ways of handing points to a function are worth trying, from what is known about it without calling it."""

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any, Protocol

import numpy as np

from autograder.model import Keywords
from autograder.untrusted import python_tree

__all__ = ["Convention", "arity_of", "by_name", "conventions", "is_batched", "source_of"]

Arguments = tuple[Any, ...]


class Layout(Protocol):
    """Which arrays a function takes: :class:`autograder.reference.layout.Layout`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the arguments, in order."""
        ...

    def assembled(self, vector: Any) -> list[Any]:
        """The arguments made of all numbers in their order."""
        ...


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One way to hand points to a function.

    Attributes:
        name: ``arguments`` (arrays, as the author's function takes them), ``numbers``, ``vector``, ``arrays`` (all
            points at once, one array per variable), ``rows`` (all points at once, one row per point, as
            ``jax.vmap`` of a gradient takes them), ``symbols`` or ``nothing``.
        calls: the argument tuples, one per point or a single one; arguments by name are last in one.
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


def _parameters(function: Any) -> list[inspect.Parameter] | None:
    try:
        return list(inspect.signature(function).parameters.values())
    except Exception:  # no signature, or a live object whose own __getattr__ raises
        return None


def _arity(function: Any, parameters: list[inspect.Parameter] | None) -> tuple[int, float] | None:
    """Least and greatest number of positional arguments; None where it cannot be known."""
    if parameters is None or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        # jax.grad and other decorators may show *args, which says nothing.
        return _arity_of_source(source_of(function)) if is_batched(function) else None
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return sum(p.default is p.empty for p in positional), len(positional)


def arity_of(function: Any) -> tuple[int, float] | None:
    """Least and greatest number of positional arguments of a function; None where it cannot be known."""
    return _arity(function, _parameters(function))


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


def by_name(function: Any, names: Sequence[str]) -> Callable[[Arguments], Arguments] | None:
    """How to arrange one argument per name for a function that has these names; None where their places decide.

    ``def g(y, x)`` for the variables x and y, ``def g(*, x)``, ``def g(x, *, y)``, ``def g(**point)``.
    """
    return _by_name(_parameters(function), names)


def _by_name(
    parameters: list[inspect.Parameter] | None, names: Sequence[str]
) -> Callable[[Arguments], Arguments] | None:
    kinds = inspect.Parameter
    if not parameters or not names or any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    known = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
    needed = {p.name for p in known if p.default is p.empty}
    places = [p.name for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    by_place = places[: len({*places} & {*names})]
    if len(names) == 1 and not places and len(needed) == 1:
        return _arranged(names, [], {names[0]: needed.pop()})  # def slope(*, t) for a question about x
    if not needed <= {*names} or not {*by_place} <= {*names} or by_place == [*names]:
        return None
    by_keyword = {p.name for p in known if p.kind is kinds.KEYWORD_ONLY} & {*names}
    missing = {*names} - {*by_place} - by_keyword
    if missing and not (any_name and {p.name for p in known} <= {*names}):
        return None
    return _arranged(names, by_place, {name: name for name in names if name not in by_place})


def _arranged(
    names: Sequence[str], by_place: Sequence[str], by_keyword: Mapping[str, str]
) -> Callable[[Arguments], Arguments]:
    def arranged(call: Arguments) -> Arguments:
        given = dict(zip(names, call, strict=True))
        named = Keywords((keyword, given[name]) for name, keyword in by_keyword.items())
        return (*(given[name] for name in by_place), *([named] if named else []))

    return arranged


def conventions(
    function: Any,
    points: np.ndarray[Any, Any],
    symbols: Sequence[Any] = (),
    names: Sequence[str] = (),
    layout: Layout | None = None,
) -> list[Convention]:
    """The ways worth trying, likeliest first.

    Args:
        function: the student's.
        points: shape (N, n).
        symbols: n SymPy symbols; none where a formula would be no answer.
        names: the n variables' names. Where the function's arguments have just these names, they decide, and not the
            places.
        layout: which arrays the function takes, where it takes any.
    """
    n = points.shape[1]
    separate = Convention(name="numbers", calls=tuple(tuple(float(x) for x in p) for p in points))
    vector = Convention(name="vector", calls=tuple((np.array(p),) for p in points))
    columns = Convention(name="arrays", calls=(tuple(np.array(points[:, j]) for j in range(n)),))
    rows = Convention(name="rows", calls=((np.array(points),),))
    formula = Convention(name="symbols", calls=(tuple(symbols),))
    formula_vector = Convention(name="symbols", calls=((list(symbols),),))
    nothing = Convention(name="nothing", calls=((),))
    parameters = _parameters(function)
    arity = _arity(function, parameters)

    def takes(k: int) -> bool:
        return arity is None or arity[0] <= k <= arity[1]

    ways: list[Convention] = []
    if layout is not None:
        # as the author's own function takes them: one array, or several
        whole = Convention(name="arguments", calls=tuple(_arrays(layout, p) for p in points))
        arranged = _by_name(parameters, layout.names)
        if arranged is not None:
            return [replace(whole, calls=tuple(map(arranged, whole.calls)))]
        if takes(len(layout.names)):
            ways.append(whole)
    arranged = _by_name(parameters, names)
    if arranged is not None:
        ways = [separate, columns, *([formula] if symbols else [])]
        return [replace(way, calls=tuple(map(arranged, way.calls))) for way in ways]
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
    return ways or [separate if n else nothing]


def _arrays(layout: Layout, point: np.ndarray[Any, Any]) -> Arguments:
    """The parts of one point, shape (n,), as a function of arrays takes them."""
    return tuple(np.array(part) if np.ndim(part) else float(part) for part in layout.assembled(point))
