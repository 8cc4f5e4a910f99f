"""What did the student give? Nothing, a formula, a function, numbers, or something else."""

import ast
import builtins
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from autograder.compare.conventions import by_name, source_of
from autograder.compare.reading import Unreadable, describe, is_lazy, is_number, refuse_opaque
from autograder.compare.symbolic import components, invalid
from autograder.errors import ExpressionError
from autograder.expressions import to_tree
from autograder.expressions.build import evaluated
from autograder.expressions.context import Context
from autograder.expressions.text import latin, read
from autograder.expressions.tree import Tree
from autograder.model import Raised, Reason, Returned
from autograder.reference import entries, real_symbol, renamed
from autograder.untrusted import guarded, python_tree

__all__ = [
    "Answer", "as_formula", "is_function", "left_blank", "library_name", "read_answer", "shown_answer", "shown_part",
]  # fmt: skip

_SYMBOLIC = (sp.Basic, sp.MatrixBase, sp.NDimArray)
_UNEVALUATED = (
    sp.Derivative, sp.Integral, sp.Limit, sp.Sum, sp.Product, sp.Subs, sp.MatAdd, sp.MatMul, sp.MatPow, sp.Transpose
)  # fmt: skip
_VECTORS = ("sympy.vector", "sympy.physics.vector", "sympy.diffgeom")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer, sorted.

    Attributes:
        kind: ``formula``, ``function`` or ``numbers``.
        value: what was given; a function for a list of functions.
        shape: of a formula.
        exprs: a formula's entries in real symbols, row by row.
        written: their trees as text was written, where SymPy has not simplified it; empty where there is no text.
    """

    kind: str
    value: Any
    shape: tuple[int, ...] = ()
    exprs: tuple[sp.Expr, ...] = ()
    written: tuple[Tree, ...] = ()

    @property
    def trees(self) -> list[Tree]:
        """What is compared, row by row: ``sqrt(x)**2`` as it stands, which is not x where x is negative.

        Raises:
            Unreadable: SymPy has a function in it that no tree has.
        """
        if self.written:
            return list(self.written)
        try:
            return [to_tree(e) for e in self.exprs]
        except ExpressionError as error:
            verdict = invalid(error, ())
            raise Unreadable(verdict.reason, **verdict.details) from None


class _Several:
    """A list of functions as one function that returns a list."""

    source = None

    def __init__(self, functions: Sequence[Callable[..., Any]], names: Sequence[str]) -> None:
        self._functions = tuple(functions)
        self._names = names

    def __call__(self, *arguments: Any) -> list[Any]:
        return [function(*arguments) for function in self._functions]

    def call_many(self, arguments: Sequence[tuple[Any, ...]]) -> list[Returned | Raised]:
        from autograder.compare.calling import send

        columns = [send(function, self._arranged(function, arguments)) for function in self._functions]
        merged: list[Returned | Raised] = []
        for row in zip(*columns, strict=True):
            failed = next((reply for reply in row if isinstance(reply, Raised)), None)
            merged.append(failed or Returned(value=[reply.value for reply in row if isinstance(reply, Returned)]))
        return merged

    def _arranged(self, function: Any, calls: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Each function may have the names of the variables in an order of its own."""
        arranged = by_name(function, self._names)
        return [arranged(call) if arranged and len(call) == len(self._names) else call for call in calls]


def read_answer(value: Any, variables: Sequence[str], context: Context | None = None) -> Answer:
    """Sort an answer.

    Args:
        value: whatever stood under the student's name.
        variables: that a formula may contain.
        context: what the question tells about how text is meant.

    Raises:
        Unreadable: with the verdict MISSING, NOT_PARSED, WRONG_TYPE, WRONG_VARIABLES, UNEVALUATED or TOO_LARGE.
    """
    if value is None or value is Ellipsis or value is NotImplemented:
        raise Unreadable(Reason.MISSING)
    cls = type(value)
    refuse_opaque(value)
    if issubclass(cls, str):
        return _from_text(str.__str__(value), variables, context)
    several = _several(value, variables)
    if several is not None:
        return Answer(kind="function", value=several)
    if issubclass(cls, _SYMBOLIC):
        return as_formula(value, variables, context)
    if is_function(value):
        if (tool := _tool(value)) is not None:
            raise Unreadable(Reason.WRONG_TYPE, expected="a formula, a function or numbers", tool=tool)
        return Answer(kind="function", value=value)
    if _holds_formula(value, depth=0):
        return as_formula(value, variables, context)
    no_number = describe(value).startswith(("an object", "True")) or is_lazy(value)
    if no_number or issubclass(cls, (dict, set, frozenset, bytes, type)):
        raise Unreadable(Reason.WRONG_TYPE, expected="a formula, a function or numbers", got=describe(value))
    return Answer(kind="numbers", value=value)


def _several(value: Any, names: Sequence[str]) -> _Several | None:
    """A list of functions, or a list of such lists as for a Jacobian, as one function; None for anything else."""
    if not issubclass(type(value), (list, tuple)) or not len(value) or len(value) > 100:
        return None
    parts = [item if is_function(item) else _several(item, names) for item in value]
    known = [part for part in parts if part is not None]
    return _Several(known, names) if len(known) == len(parts) else None


def is_function(value: Any) -> bool:
    """Whether an answer is there to be called: arrays and formulas that can be called are not."""
    if isinstance(value, (*_SYMBOLIC, np.ndarray, np.generic, str, list, tuple, dict)) or is_number(value):
        return False
    return callable(value)


def library_name(value: Any) -> str | None:
    """The name of a function that a library brings, as in ``estimate = np.mean``; None of a student's own.

    It has to be what the library has under that name: ``jax.grad(jnp.sum)`` calls itself *sum* of jax.numpy, and a
    function that ``sp.lambdify`` makes has no module.
    """
    module = _told(value, "__module__") or _told(type(value), "__module__") or ""
    name = _told(value, "__name__")
    if name is None or module.partition(".")[0] not in ("builtins", "jax", "math", "numpy", "sympy"):
        return None
    return name if vars(sys.modules.get(module, builtins)).get(name) is value else None


def _told(value: Any, name: str) -> str | None:
    """What a live object says of itself, where that is text: its ``__getattr__`` is the student's and may raise."""
    told = guarded(lambda: getattr(value, name, None), otherwise=lambda why: None)
    return str.__str__(told) if issubclass(type(told), str) else None


_TOOLS = frozenset({
    "derive_by_array", "diff", "grad", "gradient", "hessian", "jacfwd", "jacobian", "jacrev", "lambdify",
    "value_and_grad",
})  # fmt: skip


_SERIES = "a series that ends in O(…), which .removeO() takes off"


def _tool(value: Any) -> str | None:
    """The name of a library's own function that was handed over instead of what it gives, as ``dfdx = sp.diff``."""
    if type(value) is not FunctionType or value.__name__ not in _TOOLS:
        return None
    module = (_told(value, "__module__") or "").partition(".")[0]
    return value.__name__ if module in ("sympy", "jax", "numpy") else None


def _holds_formula(value: Any, *, depth: int) -> bool:
    """Whether a (nested) list or an object array has a formula or text in it."""
    cls = type(value)
    if depth > 8:
        return False
    if issubclass(cls, np.ndarray):
        return value.dtype.kind in "OU" and any(_holds_formula(item, depth=depth + 1) for item in value.ravel()[:1000])
    if issubclass(cls, (list, tuple)):
        return any(_holds_formula(item, depth=depth + 1) for item in value[:1000])
    return depth > 0 and issubclass(cls, (*_SYMBOLIC, str))


def _has_gap(value: Any) -> bool:
    """Whether something in a (nested) list was not filled in, as is asked of numbers."""
    if isinstance(value, (list, tuple)):
        return any(_has_gap(item) for item in value[:1000])
    return value is None or value is Ellipsis


def _from_text(text: str, variables: Sequence[str], context: Context | None) -> Answer:
    if not text.strip() or text.strip() in ("...", "…"):
        raise Unreadable(Reason.MISSING)
    try:
        tree = read(text, variables, context=context)
        value = evaluated(tree)
    except ExpressionError as error:
        verdict = invalid(error, variables)
        raise Unreadable(verdict.reason, **verdict.details, **_decimal_comma(text, verdict.reason)) from None
    try:
        found = as_formula(value, variables)
    except Unreadable as unreadable:
        raise Unreadable(
            unreadable.verdict.reason, **unreadable.verdict.details, **_decimal_comma(text, unreadable.verdict.reason)
        ) from None
    shape, trees = components(tree)
    return replace(found, written=tuple(trees)) if shape == found.shape else found


def _decimal_comma(text: str, reason: Reason) -> dict[str, str]:
    """``1,5`` in text that cannot be read as it stands: a comma is what stands between entries."""
    comma = re.search(r"(?<![\d.,])\d+,\d+", text)
    told = reason is Reason.WRONG_TYPE or (reason is Reason.NOT_PARSED and ";" in text)
    return {"decimal": comma[0]} if comma and told else {}


def as_formula(value: Any, variables: Sequence[str], context: Context | None = None) -> Answer:
    """A formula or a nested list of them, checked for what it may contain.

    Raises:
        Unreadable: WRONG_TYPE, WRONG_SHAPE, WRONG_VARIABLES or UNEVALUATED.
    """
    value = _contents(value, variables)
    if isinstance(value, (sp.Rel, sp.logic.boolalg.Boolean)) and not isinstance(value, sp.Symbol):
        got = "an equation" if isinstance(value, sp.Rel) else "a statement that is true or false"
        raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=got)
    if isinstance(value, sp.Expr) and value.has(sp.Order):
        raise Unreadable(Reason.WRONG_TYPE, expected="a formula", got=_SERIES)
    texts: list[Tree] = []
    try:
        shape, flat = entries(_parsed(value, variables, context and replace(context, wrt=(), size=None), texts))
    except ExpressionError as error:
        if _has_gap(value):
            raise Unreadable(Reason.MISSING) from None
        reason = Reason.WRONG_SHAPE if "length" in str(error) else Reason.WRONG_TYPE
        details = {} if reason is Reason.WRONG_SHAPE else {"expected": "a formula"}
        if details and (got := describe(value)) != "a formula":
            details["got"] = got
        raise Unreadable(reason, error=str(error), **details) from None
    for expr in flat:
        found = next((node for node in sp.preorder_traversal(expr) if isinstance(node, _UNEVALUATED)), None)
        if found is not None:
            raise Unreadable(Reason.UNEVALUATED, got=f"{type(found).__name__}(…)")
        if any(str(type(node).__module__).startswith(_VECTORS) for node in sp.preorder_traversal(expr)):
            raise Unreadable(Reason.WRONG_TYPE, expected="a list of formulas", got="a vector with base vectors")
    exprs = tuple(renamed(e) for e in flat)
    unknown = sorted({s.name for e in exprs for s in e.free_symbols if isinstance(s, sp.Symbol)} - {*variables})
    unknown += sorted({str(u.func) for e in exprs for u in e.atoms(AppliedUndef)})
    if unknown:
        expected = ", ".join(variables) or "numbers"
        if (alike := latin(unknown[0])) in variables:  # in text it is read as what it looks like, a symbol is its own
            raise Unreadable(Reason.WRONG_VARIABLES, alike=alike, got=unknown[0], expected=expected)
        raise Unreadable(Reason.WRONG_VARIABLES, got=", ".join(n[:40] for n in unknown[:5]), expected=expected)
    written = tuple(texts) if len(texts) == len(exprs) else ()
    return Answer(kind="formula", value=value, shape=shape, exprs=exprs, written=written)


def _contents(value: Any, variables: Sequence[str]) -> Any:
    """The formula in what SymPy wraps around one: a Poly, a Lambda, ``Eq(z, …)`` with a name of its own."""
    if isinstance(value, sp.Poly):
        return value.as_expr()
    if isinstance(value, sp.Lambda) and all(isinstance(symbol, sp.Symbol) for symbol in value.signature):
        given = [symbol.name for symbol in value.signature]
        if {*given} <= {*variables} or len(given) != len(variables):
            return value.expr
        return value.expr.xreplace(dict(zip(value.signature, map(real_symbol, variables), strict=True)))
    if isinstance(value, sp.Eq):
        for name, formula in (value.args, value.args[::-1]):
            if isinstance(name, sp.Symbol) and name.name not in variables and not formula.has(name):
                return formula
    return value


def _parsed(value: Any, variables: Sequence[str], context: Context | None, texts: list[Tree]) -> Any:
    """Lists with text in them: each text is read as a formula.

    Args:
        value: what the student gave.
        variables: that a formula may hold.
        context: the notebook's own names, where they are known.
        texts: gets the trees of the entries, row by row, as they are written.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_parsed(_contents(item, variables), variables, context, texts) for item in value]
    if isinstance(value, str):
        answer = _from_text(value, variables, context)
        texts += answer.trees
        return answer.exprs[0] if answer.shape == () else [*answer.exprs]
    if isinstance(value, sp.Expr):
        texts.append(to_tree(renamed(value)))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        texts.append(to_tree(sp.sympify(value)))
    return value


def shown_part(value: Any) -> str:
    """One entry of a list in which functions stand."""
    return (_told(value, "__name__") or "a function") if is_function(value) else repr(value)


def left_blank(value: Any) -> bool:
    """Whether a function still has the starter code's ``...`` as its body, or one that a test wrapped does."""
    if not is_function(value):
        return False
    try:
        wrapped = [cell.cell_contents for cell in value.__closure__ or ()] if type(value) is FunctionType else []
    except ValueError:  # a name that is bound later, or was deleted
        wrapped = []
    return any(_is_blank(source_of(each)) for each in (value, *wrapped) if is_function(each))


def _is_blank(source: str | None) -> bool:
    tree = python_tree(source)
    body = [] if tree is None else tree.body
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return False
    constants = [s.value.value for s in body[0].body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)]
    return len(constants) == len(body[0].body) and constants[-1] is Ellipsis


def shown_answer(value: Any, source: str | None = None) -> tuple[str, str, str | None]:
    """An answer for people to read: text of at most 4,000 characters, its kind, and LaTeX where it is a formula."""
    cls = type(value)
    if value is None or value is Ellipsis:
        return "", "missing", None
    if issubclass(cls, str):
        return str.__str__(value)[:4000], "expression", None
    if isinstance(value, _SYMBOLIC):
        small = (
            not isinstance(value, sp.Basic)
            or sum(1 for _, _ in zip(range(400), sp.preorder_traversal(value), strict=False)) < 400
        )
        if not small:
            return f"a formula of {value.count_ops()} operations", "expression", None
        # SymPy's printers follow names that the student chose; a formula without its picture is still an answer.
        text = guarded(lambda: str(value)[:4000], otherwise=lambda why: describe(value))
        return text, "expression", guarded(lambda: str(sp.latex(value))[:4000], otherwise=lambda why: None)
    if is_function(value):
        return (source or "a function")[:4000], "function", None
    try:
        if issubclass(cls, (bool, int, float, complex, np.generic)) or is_number(value):
            return repr(value)[:4000], "number", None
        if issubclass(cls, (list, tuple)) and any(map(is_function, value)):
            return f"[{', '.join(map(shown_part, value))}]"[:4000], "function", None
        if issubclass(cls, (list, tuple)):
            symbolic = _holds_formula(value, depth=0)
            return repr(value)[:4000], "expression" if symbolic else "array", None
        if issubclass(cls, np.ndarray) or hasattr(cls, "__array__"):
            return np.array2string(np.asarray(value), threshold=200)[:4000], "array", None
        return repr(value)[:4000], "other", None
    except Exception:  # a student's own __repr__ may do anything; what is shown is then its class
        return describe(value), "other", None
