"""Trees of text → SymPy objects, evaluated as SymPy would or as written, without letting a number explode."""

from typing import Any

import sympy

from autograder.errors import ExpressionError
from autograder.expressions import heads
from autograder.expressions.tree import Tree, from_tree

MAX_BITS = 200_000
"""Bits of an integer that evaluation may make: 60,000 digits."""
MAX_ARGUMENT = 5_000
"""Greatest argument at which a function of integers (``factorial``, ``zeta``, …) is evaluated."""

_GROWING = frozenset(
    heads.words(
        "factorial factorial2 subfactorial gamma loggamma binomial RisingFactorial FallingFactorial zeta harmonic "
        "polygamma digamma trigamma beta legendre chebyshevt chebyshevu hermite laguerre gegenbauer jacobi "
        "assoc_legendre assoc_laguerre polylog dirichlet_eta lerchphi expint besselj bessely "
        "besseli besselk uppergamma lowergamma"
    )
)


def as_written(tree: Tree) -> Any:
    """The tree in SymPy's classes, nothing evaluated; a rectangular nested list becomes a ``Matrix``."""
    return _guarded(tree, from_tree)


def evaluated(tree: Tree) -> Any:
    """The tree as SymPy would have built it from the same text.

    Raises:
        ExpressionError: a power, a factorial or a product of numbers would have more than :data:`MAX_BITS` bits.

    Example:
        >>> evaluated(["Add", ["Symbol", "x", "real"], ["Symbol", "x", "real"]])
        2*x
    """
    return _guarded(tree, _evaluate)


def _guarded(tree: Tree, build: Any) -> Any:
    try:
        return _contained(tree, build)
    except (TypeError, AttributeError, ValueError, NotImplementedError, RecursionError) as error:
        # "[x]*2", "Max(x, I)": each is SymPy's own way to say that this is not mathematics.
        raise ExpressionError("its parts do not fit together") from error


def _contained(tree: Tree, build: Any) -> Any:
    if type(tree) is not list:
        return build(tree)
    head, *parts = tree
    if head == "List":
        inner = [part for part in parts if type(part) is list and part[0] in ("List", "Tuple")]
        if parts and len(inner) == len(parts) and len({len(part) for part in inner}) == 1:
            return sympy.Matrix([[build(entry) for entry in part[1:]] for part in inner])
        return [_contained(part, build) for part in parts]
    if head == "Tuple":
        return sympy.Tuple(*(_contained(part, build) for part in parts))
    if head in ("Matrix", "ImmutableMatrix"):
        rows, columns, *entries = parts
        return sympy.Matrix(rows, columns, [build(entry) for entry in entries])
    return build(tree)


def _evaluate(tree: Tree) -> Any:
    if type(tree) is not list or tree[0] in ("Integer", "Rational", "Float", "Symbol", "Dummy") or len(tree) == 1:
        return from_tree(tree)
    head = tree[0]
    if head == "Piecewise":
        return sympy.Piecewise(*((_evaluate(value), _evaluate(condition)) for value, condition in tree[1:]))
    parts = [_evaluate(part) for part in tree[1:]]
    if head in ("Add", "Mul", "Pow") and not all(isinstance(part, sympy.Expr) for part in parts):
        raise ExpressionError("a list or a comparison stands where a value is expected", reason="wrong-type")
    if head == "Pow":
        _check_power(*parts)
        return sympy.Pow(*parts)
    if head == "Add":
        return _checked(sympy.Add(*parts))
    if head == "Mul":
        return _checked(sympy.Mul(*parts))
    if head in heads.FUNCTIONS:
        if head in _GROWING and any(part.is_Number and abs(part) > MAX_ARGUMENT for part in parts):
            raise ExpressionError(f"{head} of a number above {MAX_ARGUMENT:,}", reason="too-large")
        return getattr(sympy, head)(*parts)
    if head in heads.RELATIONS or head in heads.LOGIC or head == "UnevaluatedExpr":
        return getattr(sympy, head)(*parts)
    return from_tree(tree)


def _check_power(base: Any, exponent: Any) -> None:
    if not exponent.is_Number:
        return
    if not exponent.is_finite or abs(exponent) > 10**6:
        raise ExpressionError("an exponent is too large", reason="too-large")
    if base.is_Rational and exponent.is_Rational:
        bits = max(int(base.p).bit_length(), int(base.q).bit_length()) * abs(exponent)
        if bits > MAX_BITS and base not in (0, 1, -1):
            raise ExpressionError("a power of two numbers is too large", reason="too-large")


def _checked(value: Any) -> Any:
    number = value if value.is_Rational else value.as_coeff_Mul()[0]
    if number.is_Rational and max(int(number.p).bit_length(), int(number.q).bit_length()) > MAX_BITS:
        raise ExpressionError("a number in the expression is too large", reason="too-large")
    return value
