"""The author's function, in whatever form it was given, behind one set of attributes.

A question may be given as text, as a SymPy expression (or a list, Matrix or Array of them), as a Python or JAX
function, or as a formula with its function. Nothing here differentiates.
"""

import inspect
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from autograder.errors import AuthorError, ExpressionError, ParseError
from autograder.expressions import parse, to_tree
from autograder.expressions.context import AUTHOR
from autograder.expressions.text import names, read
from autograder.expressions.tree import Tree
from autograder.reference.layout import Layout, read_layout

__all__ = ["Function", "entries", "natural", "read_function", "real_symbol", "renamed"]


_PARTS = 7
_NAME = re.compile(r"[^\W\d]\w*")
_KNOWN = frozenset((*names.FUNCTIONS, *names.CONSTANTS, *names.MADE, *names.INFINITE, *names.PREFIXES, "True", "False"))


def natural(name: str) -> list[Any]:
    """Sort key under which ``x2`` comes before ``x10``."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


@lru_cache(maxsize=1024)
def real_symbol(name: str) -> sp.Symbol:
    """The symbol that stands for a question's variable: real, so that ``sqrt(x**2)`` is ``Abs(x)``."""
    return sp.Symbol(name, real=True)


def renamed(expr: Any) -> Any:
    """The same expression with every free symbol made the real symbol of its name.

    ``Symbol("x")``, ``Symbol("x", positive=True)`` and ``Dummy("x")`` are three symbols to SymPy and one to a student.
    """
    other = {s: real_symbol(s.name) for s in expr.free_symbols if isinstance(s, sp.Symbol) and s != real_symbol(s.name)}
    if not other:
        return expr
    # subs with simultaneous names rebuilds (xreplace does as well, and does not sort or sympify first).
    return expr.xreplace(other) if hasattr(expr, "xreplace") else expr.subs(other)


def entries(value: Any) -> tuple[tuple[int, ...], tuple[sp.Expr, ...]]:
    """Shape and entries, row by row, of an expression, Matrix, Array or nested list of them.

    Raises:
        ExpressionError: the list is ragged, or an entry is not an expression.
    """
    if isinstance(value, sp.MatrixBase):
        return tuple(int(n) for n in value.shape), tuple(value)
    if isinstance(value, sp.NDimArray):
        shape = tuple(int(n) for n in value.shape)
        return shape, tuple(sp.flatten(value.tolist())) if shape else (value[()],)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, sp.Tuple)):
        parts = [entries(item) for item in value]
        shapes = {shape for shape, _ in parts}
        if len(shapes) > 1:
            raise ExpressionError("the rows of the list do not have the same length")
        inner = shapes.pop() if shapes else ()
        return (len(parts), *inner), tuple(e for _, flat in parts for e in flat)
    if isinstance(value, (bool, np.bool_)):
        raise ExpressionError("True and False are not expressions")
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (int, float)):
        value = sp.sympify(value)
    if not isinstance(value, sp.Expr):
        raise ExpressionError(f"a {type(value).__name__} is not an expression")
    return (), (value,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Function:
    """What the author gave, read once; compared by identity, so that work on it can be cached.

    Attributes:
        variables: names in the order of a function's arguments.
        shape: ``()`` for a scalar function, ``(m,)`` for a list of m.
        exprs: the formula(s) in real symbols, flat; None where only a Python function was given.
        form: the author's form, unevaluated where it was text; None where only a Python function was given.
        written: the formulas' trees as text was written; empty where there was no text.
        python: the Python function, or None.
        vector: whether ``python`` takes all variables as one vector.
        layout: which arrays ``python`` takes, where it takes any; ``variables`` are then their parts.
        text: how to show the function to a person.
    """

    variables: tuple[str, ...]
    shape: tuple[int, ...] = ()
    exprs: tuple[sp.Expr, ...] | None = None
    form: Any = None
    written: tuple[Tree, ...] = ()
    python: Callable[..., Any] | None = None
    vector: bool = False
    layout: Layout | None = None
    text: str = ""

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        return tuple(real_symbol(name) for name in self.variables)

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The formulas as the author wrote them: ``sqrt(x)**2`` has no value where x is negative.

        Raises:
            ExpressionError: SymPy has a function in it that no tree has.
        """
        return self.written or tuple(map(to_tree, self.exprs or ()))

    def call(self, vector: Any) -> Any:
        """The Python function at one vector of length n, whichever way it takes its arguments."""
        assert self.python is not None
        if self.layout is not None:
            return self.python(*self.layout.assembled(vector))
        return self.python(vector) if self.vector else self.python(*(vector[i] for i in range(len(self.variables))))


def read_function(
    source: Any,
    *,
    variables: Sequence[str] | None = None,
    wrt: Sequence[str] = (),
    python: Callable[..., Any] | None = None,
    shapes: Mapping[str, Any] | None = None,
) -> Function:
    """Read a function from text, SymPy, Python, or a formula together with Python.

    Args:
        source: the formula, or the Python function.
        variables: names in argument order; found in the formula or the signature when not given.
        wrt: names that must be among the variables; they come first where the order is not otherwise known.
        python: the Python function that belongs to the formula.
        shapes: argument → the shape of the array that it is, for a Python function of arrays.

    Raises:
        AuthorError: the text cannot be parsed, a name is unknown, or ``wrt`` is not a variable.
    """
    if shapes is not None and (isinstance(source, (str, sp.Basic, sp.MatrixBase)) or not callable(source)):
        raise AuthorError("shape= is for a function given as Python; a formula has numbers for variables")
    text = _as_text(source)
    if text is not None:
        return _with_python(_from_text(text, tuple(variables or ()), tuple(wrt)), python)
    if callable(source) and not isinstance(source, (sp.Basic, sp.MatrixBase)):
        if python is not None:
            raise AuthorError("the function is given twice as Python: give a formula and `python=`, or one function")
        read = _from_python(source, tuple(variables or ()), tuple(wrt), shapes)
        if shapes is None:
            refuse_reduction(read)
        return read
    try:
        shape, flat = entries(_sympified(source))
    except ExpressionError as error:
        raise AuthorError(f"function={source!r}: {error}") from None
    flat = tuple(renamed(e) for e in flat)
    free = {s.name for e in flat for s in e.free_symbols}
    order = _ordered(free, tuple(variables or ()), tuple(wrt), shown=str(source))
    form = renamed(source) if isinstance(source, sp.Basic) else (flat if shape else flat[0])
    read = Function(variables=order, shape=shape, exprs=flat, form=form, text=str(source))
    return _with_python(read, python)


def _as_text(source: Any) -> str | None:
    """Text, or a list of texts (numbers among them) as one text; None for anything else.

    >>> _as_text([[1, 2], ["-y", "x*y"]])
    '[[1, 2], [-y, x*y]]'
    >>> _as_text([1, 2]) is None
    True
    """
    return _joined(source) if _has_text(source) else None


def _has_text(source: Any) -> bool:
    return isinstance(source, str) or (isinstance(source, (list, tuple)) and any(map(_has_text, source)))


def _joined(source: Any) -> str | None:
    if isinstance(source, (str, int, float)) and not isinstance(source, bool):
        return str(source)
    parts = [_joined(item) for item in source] if isinstance(source, (list, tuple)) else [None]
    return None if None in parts else f"[{', '.join(part for part in parts if part is not None)}]"


def _sympified(source: Any) -> Any:
    if isinstance(source, (list, tuple)):
        return [_sympified(item) for item in source]
    return sp.sympify(source) if isinstance(source, (int, float)) else source


@lru_cache(maxsize=512)
def _from_text(text: str, variables: tuple[str, ...], wrt: tuple[str, ...]) -> Function:
    known = variables or tuple(sorted({*_NAME.findall(text)} - _KNOWN | {*wrt}, key=natural))
    try:
        value = parse(text, known, context=AUTHOR)
        form = parse(text, known, evaluate=False, context=AUTHOR)
        shape, flat = entries(value)
        trees = (read(text, known, context=AUTHOR),) if shape == () else tuple(map(to_tree, entries(form)[1]))
    except ParseError as error:
        raise AuthorError(f"the function cannot be read: {error}\n{error.caret()}") from None
    except ExpressionError as error:
        raise AuthorError(f"the function {text!r} cannot be read: {error}") from None
    return Function(
        variables=_ordered({s.name for e in flat for s in e.free_symbols}, variables, wrt, shown=text),
        shape=shape,
        exprs=tuple(renamed(e) for e in flat),
        form=form,
        written=trees,
        text=text,
    )


def _ordered(free: set[str], variables: tuple[str, ...], wrt: tuple[str, ...], *, shown: str) -> tuple[str, ...]:
    if variables:
        unknown = free - {*variables}
        if unknown:
            raise AuthorError(f"{shown!r} contains {', '.join(sorted(unknown))}, which is not in variables={variables}")
        if missing := [name for name in wrt if name not in variables]:
            raise AuthorError(f"wrt={missing[0]!r} is not in variables={variables}")
        return variables
    if len(wrt) > 1:
        return (*wrt, *sorted(free - {*wrt}, key=natural))
    return tuple(sorted(free | {*wrt}, key=natural))


def _from_python(
    function: Callable[..., Any],
    variables: tuple[str, ...],
    wrt: tuple[str, ...],
    shapes: Mapping[str, Any] | None = None,
) -> Function:
    try:
        parameters = [
            p.name
            for p in inspect.signature(function).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty
        ]
    except (TypeError, ValueError):
        parameters = []
    if shapes and parameters:
        order = tuple(variables or parameters)
    else:
        order = variables or (wrt if len(wrt) > 1 else tuple(parameters) or wrt)
    if not order:
        raise AuthorError("the function's variables cannot be found: give variables=('x', 'y')")
    layout = read_layout(shapes, order) if shapes else None
    if missing := [name for name in wrt if name not in (*order, *(layout.variables if layout else ()))]:
        raise AuthorError(f"wrt={missing[0]!r} is not among the variables {order}")
    vector = len(parameters) == 1 and len(order) > 1
    if parameters and not vector and len(parameters) != len(order):
        raise AuthorError(f"the function takes {len(parameters)} arguments, but its variables are {order}")
    shown = getattr(function, "__name__", "f")
    if not shown.isidentifier():  # <lambda>
        shown = "f"
    text = f"{shown}({', '.join(order)})"
    if layout is not None:
        read = Function(variables=layout.variables, python=function, layout=layout, text=text)
        return _with_formula(read)
    return _with_formula(Function(variables=order, python=function, vector=vector, text=text))


def refuse_reduction(read: Function) -> None:
    """Refuse a Python function of numbers that makes one number of an array: its author means arrays.

    ``lambda v: jnp.sum(jnp.tanh(v))**2`` has a derivative at a number too, and that is another function.

    Raises:
        AuthorError: it says how to give the shape.
    """
    if read.python is None or read.vector or not read.variables:
        return
    # A length that nothing in the function is likely to have: the terms of a series must not pass for parts of v.
    parts = np.linspace(0.3, 0.9, _PARTS)
    for place, name in enumerate(read.variables):
        arguments: list[Any] = [0.5] * len(read.variables)
        arguments[place] = parts
        reduced = _tried(read.python, arguments)
        arguments[place] = float(parts[0])
        alone = _tried(read.python, arguments)
        if reduced is None or (alone is not None and reduced.shape != alone.shape):
            continue
        if alone is None or not np.array_equal(reduced, alone, equal_nan=True):
            raise AuthorError(
                f"{read.text} makes one number of an array, and {name} is a number here: give its shape, as in "
                f'shape={{"{name}": 3}}, or shape={{"{name}": ()}} if it is a number'
            )


def _tried(function: Callable[..., Any], arguments: Sequence[Any]) -> np.ndarray[Any, Any] | None:
    """What an author's function gives, of whatever shape; None where it does not take these arguments."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return np.asarray(function(*arguments), dtype=float)
        except Exception:  # whatever an author's function says to what it does not take
            return None


def _with_formula(read: Function) -> Function:
    """Find the formula of a Python function by calling it with symbols, as ``lambda x: x**2 + 3*x`` allows.

    The question holds the formula against the function before it is used, so that a function which answers symbols
    and numbers differently is refused. ``form`` is what the author would have written: one formula, or a list of them.
    """
    try:
        shape, flat = entries(read.call(read.symbols))
    except Exception:  # jnp.sin(Symbol) and `if x > 0` fail in ways of their own: then JAX alone is the reference
        return read
    if any(e.free_symbols - {*read.symbols} for e in flat):
        return read
    form = flat if shape else flat[0]
    return replace(read, shape=shape, exprs=flat, form=form)


def _with_python(formula: Function, python: Callable[..., Any] | None) -> Function:
    if python is None:
        return formula
    return replace(formula, python=python, vector=_from_python(python, formula.variables, ()).vector)
