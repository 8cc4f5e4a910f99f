"""SymPy object ⇄ plain JSON lists, by an allow-list, on both sides of the wire.

A tree is an ``int``, or a list whose first item names a head: ``["Rational", 1, 3]``, ``["Symbol", "x", "real"]``,
``["sin", tree]``, ``["Matrix", 2, 1, tree, tree]``. Nothing in it is ever evaluated: :func:`from_tree` rebuilds
what :func:`to_tree` saw, argument by argument, and refuses every head that is not in
:mod:`autograder.expressions.heads`. Of other libraries it imports SymPy only, so that the jail can use it.
"""

import math
from collections.abc import Callable
from typing import Any

import sympy

from autograder.errors import ExpressionError
from autograder.expressions import heads

Tree = Any
"""``int | list``: what JSON can hold; see the module's text."""

MAX_DEPTH = 300
"""Deeper than any derivative of a course, and shallow enough for the recursion limit of a notebook kernel."""
MAX_DIGITS = 20_000
"""Decimal digits of one integer."""
MAX_PLACES = 20_000
"""Powers up to the highest, of all variables of a polynomial together."""

_SMALL = 2**53
_CONSTANTS = {name: -sympy.oo if name == "-oo" else getattr(sympy, name) for name in heads.CONSTANTS}
_CONSTANT_NAMES = {value: name for name, value in _CONSTANTS.items()}
_FUNCTIONS: dict[str, Any] = {
    name: getattr(sympy, name) for name in (*heads.ALGEBRA, *heads.FUNCTIONS, *heads.LOGIC, *heads.UNEVALUATED)
}
_RELATIONS: dict[str, Any] = {
    "StrictLessThan": sympy.Lt,
    "StrictGreaterThan": sympy.Gt,
    "LessThan": sympy.Le,
    "GreaterThan": sympy.Ge,
    "Equality": sympy.Eq,
    "Unequality": sympy.Ne,
}
_MATRICES: dict[str, Any] = {"Matrix": sympy.Matrix, "ImmutableMatrix": sympy.ImmutableMatrix}
_ARRAYS: dict[str, Any] = {"Array": sympy.ImmutableDenseNDimArray, "MutableArray": sympy.MutableDenseNDimArray}
_ASSUMPTIONS = frozenset(heads.ASSUMPTIONS)


def to_tree(expr: Any, *, max_nodes: int = 50_000) -> Tree:
    """The plain-data form of a SymPy object.

    Args:
        expr: an expression, relation, boolean, matrix, N-dimensional array, ``Tuple``, or a Python number, list or
            tuple of these.
        max_nodes: how many nodes the tree may have; an expression that shares its parts counts each use.

    Raises:
        ExpressionError: a head that is not allowed, an undefined function, too many nodes, too deep, a number too
            long, or an object that is not an expression at all.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> to_tree(2 * sympy.sin(x))
        ['Mul', 2, ['sin', ['Symbol', 'x', 'real']]]
    """
    left = max_nodes

    def walk(node: Any, depth: int) -> Tree:
        nonlocal left
        left -= 1
        if left < 0:
            raise ExpressionError(f"the expression has more than {max_nodes} parts", reason="too-large")
        if depth > MAX_DEPTH:
            raise ExpressionError(f"the expression is nested more than {MAX_DEPTH} levels deep", reason="too-large")

        def all_of(parts: Any) -> list[Tree]:
            return [walk(part, depth + 1) for part in parts]

        if isinstance(node, bool):
            return ["true" if node else "false"]
        if isinstance(node, int):
            return _integer(node)
        if isinstance(node, float):
            node = sympy.Float(node)
        elif isinstance(node, complex):
            node = sympy.sympify(node)
        if isinstance(node, (list, tuple)):
            return ["List" if isinstance(node, list) else "Tuple", *all_of(node)]
        if isinstance(node, sympy.Basic) and node in _CONSTANT_NAMES:
            return [_CONSTANT_NAMES[node]]
        if isinstance(node, sympy.Symbol):
            return _symbol(node)
        if isinstance(node, sympy.Integer):
            return _integer(int(node))
        if isinstance(node, sympy.Rational):
            return ["Rational", _integer(int(node.p)), _integer(int(node.q))]
        if isinstance(node, sympy.Float):
            return _float(node)
        if isinstance(node, sympy.MatrixBase):
            name = (
                "ImmutableMatrix" if isinstance(node, sympy.ImmutableMatrix | sympy.ImmutableSparseMatrix) else "Matrix"
            )
            return [name, node.rows, node.cols, *all_of(node.flat())]
        if isinstance(node, sympy.NDimArray):
            name = "MutableArray" if isinstance(node, sympy.MutableDenseNDimArray) else "Array"
            return [
                name,
                [int(n) for n in node.shape],
                *all_of(sympy.flatten(node.tolist()) if node.shape else [node[()]]),
            ]
        if isinstance(node, sympy.Tuple):
            return ["Tuple", *all_of(node.args)]
        if isinstance(node, sympy.FiniteSet):
            return ["FiniteSet", *all_of(node.args)]
        if isinstance(node, sympy.Lambda) and all(isinstance(symbol, sympy.Symbol) for symbol in node.signature):
            return ["Lambda", all_of(node.signature), walk(node.expr, depth + 1)]
        if isinstance(node, sympy.Poly):
            terms = node.as_dict()
            if not _is_plain(node.gens, terms):
                return walk(node.as_expr(), depth + 1)
            return ["Poly", all_of(node.gens), *([[*powers], walk(c, depth + 1)] for powers, c in terms.items())]
        if isinstance(node, sympy.Piecewise):
            return ["Piecewise", *(all_of((pair.expr, pair.cond)) for pair in node.args)]
        if isinstance(node, sympy.core.function.AppliedUndef | sympy.core.function.UndefinedFunction):
            raise ExpressionError(f"{node} contains a function that has no definition", reason="wrong-variables")
        if isinstance(node, sympy.Basic):
            name = type(node).__name__
            if _FUNCTIONS.get(name) is type(node) or _RELATIONS.get(name) is type(node):
                return [name, *all_of(node.args)]
            raise ExpressionError(f"{name} is not allowed in an answer", reason="wrong-type")
        raise ExpressionError(f"a value of type {type(node).__name__} is not an expression", reason="wrong-type")

    return walk(expr, 0)


def from_tree(tree: Tree) -> Any:
    """The SymPy object that :func:`to_tree` saw; nothing is evaluated on the way.

    Raises:
        ExpressionError: anything that :func:`to_tree` could not have written.

    Example:
        >>> from_tree(["Add", ["Symbol", "x", "real"], 1])
        x + 1
    """
    return _build(tree, 0)


def _build(tree: Tree, depth: int) -> Any:
    if type(tree) is int:
        return sympy.Integer(tree)
    if type(tree) is not list or not tree or type(tree[0]) is not str or depth > MAX_DEPTH + 4:
        raise ExpressionError("not an expression tree", reason="wrong-type")
    head, arguments = tree[0], tree[1:]
    read = _READERS.get(head)
    if read is not None:
        return read(arguments, depth + 1)
    if head in _CONSTANTS and not arguments:
        return _CONSTANTS[head]
    if head in heads.FUNCTIONS:
        low, high = heads.FUNCTIONS[head]
        if not low <= len(arguments) <= high:
            raise ExpressionError(f"{head} with {len(arguments)} arguments", reason="wrong-type")
    elif head not in _FUNCTIONS and head not in _RELATIONS:
        raise ExpressionError(f"{head[:60]} is not allowed in an answer", reason="wrong-type")
    parts = [_build(part, depth + 1) for part in arguments]
    return _make(head, parts)


def _make(head: str, parts: list[Any]) -> Any:
    make = _FUNCTIONS.get(head) or _RELATIONS[head]
    if head in ("Add", "Mul", "Pow") and not all(isinstance(part, sympy.Expr) for part in parts):
        raise ExpressionError("a list or a comparison stands where a value is expected", reason="wrong-type")
    try:
        if head in ("UnevaluatedExpr", *heads.UNEVALUATED):
            return make(*parts)
        return make(*parts, evaluate=False)
    except (TypeError, ValueError, AttributeError, NotImplementedError, RecursionError) as error:
        raise ExpressionError(f"{head} cannot be built from its arguments: {error}", reason="wrong-type") from error


def _integer(value: int) -> Tree:
    if -_SMALL < value < _SMALL:
        return value
    if value.bit_length() > MAX_DIGITS * 3.33:
        raise ExpressionError(f"a number has more than {MAX_DIGITS} digits", reason="too-large")
    return ["Integer", hex(value)]


def _symbol(node: Any) -> Tree:
    if len(node.name) > 200:
        raise ExpressionError("a variable's name is longer than 200 characters", reason="too-large")
    if isinstance(node, sympy.Dummy):
        return ["Dummy", node.name, int(node.dummy_index), *_given(node)]
    return ["Symbol", node.name, *_given(node)]


def _given(node: Any) -> list[str]:
    """The assumptions the symbol was made with: ``real``, ``!zero``; commutative is understood."""
    given = getattr(node, "_assumptions_orig", {})
    return [
        name if value else f"!{name}"
        for name, value in sorted(given.items())
        if name in _ASSUMPTIONS and value is not None
    ]


def _float(node: Any) -> Tree:
    if not node.is_finite:
        return ["nan"]
    return ["Float", str(sympy.Float(node, node._prec and max(15, int(node._prec / 3.3219) + 2))), int(node._prec)]


def _read_integer(arguments: list[Any], depth: int) -> Any:
    if len(arguments) == 1 and type(arguments[0]) is str and len(arguments[0]) < MAX_DIGITS:
        try:
            return sympy.Integer(int(arguments[0], 16))
        except ValueError:
            pass
    raise ExpressionError("not an integer", reason="wrong-type")


def _read_rational(arguments: list[Any], depth: int) -> Any:
    if len(arguments) != 2:
        raise ExpressionError("not a fraction", reason="wrong-type")
    p, q = (_build(part, depth) for part in arguments)
    if not (isinstance(p, sympy.Integer) and isinstance(q, sympy.Integer)) or q == 0:
        raise ExpressionError("not a fraction", reason="wrong-type")
    return sympy.Rational(p, q)


def _read_float(arguments: list[Any], depth: int) -> Any:
    if len(arguments) == 2 and type(arguments[0]) is str and len(arguments[0]) < 1100 and type(arguments[1]) is int:
        text, precision = arguments
        if 1 <= precision <= 3400 and set(text) <= set("0123456789.eE+-"):
            try:
                return sympy.Float(text, precision=precision)
            except ValueError:
                pass
    raise ExpressionError("not a decimal number", reason="wrong-type")


def _read_symbol(arguments: list[Any], depth: int) -> Any:
    if arguments and all(type(part) is str for part in arguments):
        name, *given = arguments
        known = {part.removeprefix("!"): not part.startswith("!") for part in given}
        # a test may hand str(answer) to sympify, which evaluates: no name can be a call
        if name and len(name) <= 200 and not set(name) & set("()\n") and known.keys() <= _ASSUMPTIONS:
            try:
                return sympy.Symbol(name, **known)
            except sympy.core.facts.InconsistentAssumptions as error:
                raise ExpressionError(f"contradictory assumptions about {name}", reason="wrong-type") from error
    raise ExpressionError("not a variable", reason="wrong-type")


def _read_dummy(arguments: list[Any], depth: int) -> Any:
    if len(arguments) >= 2 and type(arguments[1]) is int:
        name, index, *given = arguments
        symbol = _read_symbol([name, *given], depth)
        return sympy.Dummy(symbol.name, dummy_index=index, **symbol._assumptions_orig)
    raise ExpressionError("not a variable", reason="wrong-type")


def _reader_of_matrix(make: Any) -> Callable[[list[Any], int], Any]:
    def read(arguments: list[Any], depth: int) -> Any:
        if len(arguments) < 2 or type(arguments[0]) is not int or type(arguments[1]) is not int:
            raise ExpressionError("not a matrix", reason="wrong-type")
        rows, columns, *entries = arguments
        if min(rows, columns) < 0 or rows * columns != len(entries):
            raise ExpressionError("a matrix with the wrong number of entries", reason="wrong-type")
        return make(rows, columns, [_build(entry, depth) for entry in entries])

    return read


def _reader_of_array(make: Any) -> Callable[[list[Any], int], Any]:
    def read(arguments: list[Any], depth: int) -> Any:
        shape = arguments[0] if arguments else None
        if type(shape) is not list or not all(type(n) is int and n >= 0 for n in shape):
            raise ExpressionError("not an array", reason="wrong-type")
        size = 1
        for n in shape:
            size *= n
        if size != len(arguments) - 1:
            raise ExpressionError("an array with the wrong number of entries", reason="wrong-type")
        return make([_build(entry, depth) for entry in arguments[1:]], tuple(shape))

    return read


def _read_piecewise(arguments: list[Any], depth: int) -> Any:
    pairs = []
    for pair in arguments:
        if type(pair) is not list or len(pair) != 2:
            raise ExpressionError("Piecewise takes pairs of a value and a condition", reason="wrong-type")
        pairs.append(tuple(_build(part, depth) for part in pair))
    try:
        return sympy.Piecewise(*pairs, evaluate=False)
    except (TypeError, ValueError) as error:
        raise ExpressionError(f"Piecewise cannot be built: {error}", reason="wrong-type") from error


def _is_plain(gens: Any, terms: Any) -> bool:
    """Whether a polynomial is one in symbols over the numbers, and small: SymPy keeps a place for every power."""
    degrees = [max((powers[k] for powers in terms), default=0) for k in range(len(gens))]
    return (
        all(isinstance(symbol, sympy.Symbol) for symbol in gens)
        and all(isinstance(c, (sympy.Rational, sympy.Float)) for c in terms.values())
        and math.prod(degree + 1 for degree in degrees) <= MAX_PLACES
    )


def _read_polynomial(arguments: list[Any], depth: int) -> Any:
    if (
        arguments
        and type(arguments[0]) is list
        and all(type(term) is list and len(term) == 2 for term in arguments[1:])
    ):
        gens = [_build(symbol, depth) for symbol in arguments[0]]
        terms = {}
        for powers, coefficient in arguments[1:]:
            if type(powers) is not list or len(powers) != len(gens):
                break
            if not all(type(power) is int and 0 <= power <= MAX_PLACES for power in powers):
                break
            terms[tuple(powers)] = _build(coefficient, depth)
        if gens and len(set(gens)) == len(gens) and len(terms) == len(arguments) - 1 and _is_plain(gens, terms):
            return sympy.Poly.from_dict(terms, *gens)
    raise ExpressionError("not a polynomial", reason="wrong-type")


def _read_lambda(arguments: list[Any], depth: int) -> Any:
    if len(arguments) == 2 and type(arguments[0]) is list:
        symbols = [_build(symbol, depth) for symbol in arguments[0]]
        if all(isinstance(symbol, sympy.Symbol) for symbol in symbols) and len(set(symbols)) == len(symbols):
            return sympy.Lambda(tuple(symbols), _build(arguments[1], depth))
    raise ExpressionError("not a Lambda", reason="wrong-type")


_READERS: dict[str, Callable[[list[Any], int], Any]] = {
    "Integer": _read_integer,
    "Rational": _read_rational,
    "Float": _read_float,
    "Symbol": _read_symbol,
    "Dummy": _read_dummy,
    "Piecewise": _read_piecewise,
    "Poly": _read_polynomial,
    "Lambda": _read_lambda,
    "FiniteSet": lambda arguments, depth: sympy.FiniteSet(*(_build(part, depth) for part in arguments), evaluate=False),
    "Tuple": lambda arguments, depth: sympy.Tuple(*(_build(part, depth) for part in arguments)),
    "List": lambda arguments, depth: [_build(part, depth) for part in arguments],
    **{name: _reader_of_matrix(make) for name, make in _MATRICES.items()},
    **{name: _reader_of_array(make) for name, make in _ARRAYS.items()},
}
