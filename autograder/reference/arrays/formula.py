"""Formulas of arrays without indices: ``sum((A x - b)^2)``, ``-inv(A) dA inv(A)``, ``p - onehot(y, 3)``.

Two names side by side are a matrix product (or a number times an array), ``*`` is entry by entry as in NumPy, ``^T``
or ``.T`` transposes (a vector becomes a row), ``^`` is a power entry by entry, ``[y]`` picks an entry, and of a matrix
with a label a row one entry a row. :data:`autograder.reference.arrays.names.FUNCTIONS` may be called. Nothing is
evaluated as Python: the text is taken apart into a tree, of which the parts named here are computed.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from autograder.errors import ExpressionError
from autograder.reference.arrays.names import FUNCTIONS, MOST_ENTRIES, functions_of
from autograder.untrusted import python_tree

__all__ = ["ArrayFormula", "FormulaError", "read_formula"]

LONGEST = 2000
_TOKEN = re.compile(r"\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[^\W\d]\w*|\*\*|\.T\b|[-+*/@^()\[\],.:=<>]|\S)")
_SIGNS = str.maketrans({"−": "-", "·": "@", "⋅": "@", "×": "@", "⊙": "*", "∘": "*", "ᵀ": "'", "⊤": "'", "’": "'"})
_NODES = (
    ast.BinOp, ast.UnaryOp, ast.Call, ast.keyword, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple, ast.Name,
    ast.Constant, ast.Compare, ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip


_COMPARES: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: operator.gt, ast.Lt: operator.lt, ast.GtE: operator.ge, ast.LtE: operator.le,
}  # fmt: skip


class FormulaError(ExpressionError):
    """The text is no formula of arrays, or cannot be computed; its text is for whoever wrote it."""


@dataclass(frozen=True, eq=False)
class ArrayFormula:
    """A formula of arrays.

    Attributes:
        text: as it was written.
        names: what it holds besides functions, in the order in which they occur.
    """

    text: str
    names: tuple[str, ...]
    _body: ast.expr

    def compute(self, arrays: Mapping[str, Any], library: str = "numpy") -> Any:
        """Its value, of whatever shape: NumPy's, JAX's, or an array of SymPy's expressions.

        Args:
            arrays: name → array of any shape, or number.
            library: ``numpy``, ``jax`` or ``sympy``.

        Raises:
            FormulaError: shapes do not fit, or the arrays become too large.
        """
        functions = _functions(library)
        try:
            with np.errstate(all="ignore"):
                return _value(self._body, arrays, functions, library)
        except FormulaError:
            raise
        except (ValueError, TypeError, IndexError, OverflowError, ArithmeticError, np.linalg.LinAlgError) as error:
            raise FormulaError(f"{self.text} cannot be computed: {str(error)[:200]}") from None


@lru_cache(maxsize=3)
def _functions(library: str) -> dict[str, Callable[..., Any]]:
    return functions_of(library)


@lru_cache(maxsize=256)
def read_formula(text: str) -> ArrayFormula:
    """Text as a formula of arrays.

    Raises:
        FormulaError: it is none.

    >>> read_formula("2 A^T (A x - b)").names
    ('A', 'x', 'b')
    >>> read_formula("x^T A x").compute({"A": np.eye(2), "x": np.array([1.0, 2.0])})
    np.float64(5.0)
    """
    if len(text) > LONGEST:
        raise FormulaError("the formula is too long")
    tree = python_tree(_as_python(text))
    body = tree.body[0] if tree is not None and len(tree.body) == 1 else None
    if not isinstance(body, ast.Expr):
        raise FormulaError(f"{text!r} is no formula of arrays: write it as in 2 A^T (A x - b)")
    names: dict[str, None] = {}
    for node in ast.walk(body.value):
        _allowed(node, text)
        if isinstance(node, ast.Name) and node.id not in FUNCTIONS:
            names[node.id] = None
    order = sorted(names, key=lambda name: re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text).start())  # type: ignore[union-attr] # each stands in the text
    return ArrayFormula(text, tuple(order), body.value)


def _allowed(node: ast.AST, text: str) -> None:
    if not isinstance(node, _NODES):
        raise FormulaError(f"{text!r} holds something that is not known in a formula of arrays")
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
        raise FormulaError(f"{text!r} calls something that is not known: there is {', '.join(FUNCTIONS)}")
    if isinstance(node, ast.Attribute) and node.attr != "T":
        raise FormulaError(f"{text!r} has a .{node.attr}, which is not known")
    if isinstance(node, ast.Constant) and (isinstance(node.value, bool) or not isinstance(node.value, (int, float))):
        raise FormulaError(f"{text!r} holds something that is no number")


def _as_python(text: str) -> str:
    """Products written out: ``2 A^T x`` → ``2 @ A.T @ x``."""
    found: list[str] = []
    before = ""
    for token in _TOKEN.findall(text.translate(_SIGNS).strip()):
        if token == "'":
            token = ".T"
        if found and found[-1] == "**" and token == "T":
            found[-1], before = ".T", ".T"
            continue
        ends = bool(before) and (before[-1].isalnum() or before[-1] in "_)].")
        begins = token[0].isalnum() or token[0] in "_("
        called = token == "(" and before in FUNCTIONS
        if ends and begins and not called:
            found.append("@")
        found.append("**" if token == "^" else token)
        before = token
    return " ".join(found)


def _value(node: ast.expr, arrays: Mapping[str, Any], functions: Mapping[str, Any], library: str) -> Any:
    """Of one part of the formula, of whatever shape."""

    def of(part: ast.expr) -> Any:
        return _value(part, arrays, functions, library)

    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return _number(node.value, library)
    if isinstance(node, ast.Name):
        if node.id not in arrays:
            raise FormulaError(f"{node.id} is not known here: there is {', '.join(arrays)}")
        return arrays[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return -of(node.operand) if isinstance(node.op, ast.USub) else of(node.operand)
    if isinstance(node, ast.BinOp):
        return _joined(node, of(node.left), of(node.right), functions, library)
    if isinstance(node, ast.Attribute):
        value = of(node.value)
        return value[None, :] if np.ndim(value) == 1 else np.swapaxes(value, -1, -2) if library != "jax" else value.mT
    if isinstance(node, ast.Subscript):
        return _entry(of(node.value), _place(node.slice, of), library)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        compare = _COMPARES.get(type(node.ops[0]))
        if compare is not None and library != "sympy":
            return compare(of(node.left), of(node.comparators[0])) * 1.0
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id not in functions:
            raise FormulaError(f"{node.func.id} is not known here")
        more = {word.arg: _whole(of(word.value)) for word in node.keywords if word.arg in ("axis", "keepdims")}
        return functions[node.func.id](*map(of, node.args), **more)
    raise FormulaError("the formula holds something that is not known")


def _number(value: int | float, library: str) -> Any:
    if library != "sympy":
        return value  # a whole exponent stays one: JAX knows a square
    import sympy as sp

    return sp.Rational(str(value))


def _whole(value: Any) -> int:
    return int(value)


def _joined(node: ast.BinOp, a: Any, b: Any, functions: Mapping[str, Any], library: str) -> Any:
    if isinstance(node.op, ast.MatMult):
        return _product(a, b)
    if isinstance(node.op, ast.Pow):
        exponent = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
        if np.ndim(a) == 2 and np.ndim(b) == 0 and np.shape(a)[0] == np.shape(a)[1]:
            if isinstance(node.right, ast.UnaryOp) and isinstance(exponent, ast.Constant) and exponent.value == 1:
                return functions["inv"](a)
            if isinstance(node.left, ast.Name):
                raise FormulaError("a power of a matrix is read in two ways: write A A, or A*A entry by entry")
        # two whole numbers of Python's may make one without end
        return (float(a) if isinstance(a, int) else a) ** b
    if library == "numpy" and prod(np.broadcast_shapes(np.shape(a), np.shape(b))) > MOST_ENTRIES:
        raise FormulaError("the arrays become too large")
    if isinstance(node.op, ast.Add):
        return a + b
    if isinstance(node.op, ast.Sub):
        return a - b
    if isinstance(node.op, ast.Mult):
        return a * b
    if isinstance(node.op, ast.Div):
        return a / b
    raise FormulaError("the formula holds something that is not known")


def _product(a: Any, b: Any) -> Any:
    """Of matrices, vectors and numbers; a vector times a row is a matrix, a row times a vector a number."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(a) == 1 and np.ndim(b) == 2 and np.shape(b)[0] == 1:
        return a[:, None] @ b
    found = a @ b
    return found[0] if np.ndim(a) == 2 and np.shape(a)[0] == 1 and np.ndim(b) == 1 else found


def _place(node: ast.expr, of: Callable[[ast.expr], Any]) -> Any:
    if isinstance(node, ast.Tuple):
        return tuple(_place(part, of) for part in node.elts)
    if isinstance(node, ast.Slice):
        return slice(*(None if part is None else _whole(of(part)) for part in (node.lower, node.upper, node.step)))
    value = of(node)
    return value if np.ndim(value) else value if hasattr(value, "aval") else _whole(value)


def _entry(value: Any, place: Any, library: str) -> Any:
    """``p[y]``: an entry; of a matrix with a label for each row one entry a row."""
    if not isinstance(place, (tuple, slice, int)) and np.ndim(place) == 1 and np.ndim(value) == 2:
        labels = place.astype(int)
        if len(labels) == len(value):
            return value[np.arange(len(labels)), labels]
    return value[place if isinstance(place, (tuple, slice, int)) else place.astype(int)]
