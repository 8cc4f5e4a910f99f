"""Calls that are algebra, a condition or a container: what ``np.where``, ``log10`` or ``Matrix`` stand for."""

from collections.abc import Callable

from autograder.errors import ExpressionError
from autograder.expressions import heads
from autograder.expressions.tree import Tree

Make = Callable[[list[Tree]], Tree]


def _half(a: list[Tree]) -> Tree:
    return ["Pow", a[0], ["Rational", 1, 2]]


def _root(a: list[Tree]) -> Tree:
    return ["Pow", a[0], ["Pow", a[1], -1]]


def _ratio(a: list[Tree]) -> Tree:
    if len(a) == 2 and all(type(part) is int for part in a) and a[1]:
        return ["Rational", *a]
    return a[0] if len(a) == 1 else ["Mul", a[0], ["Pow", a[1], -1]]


def _logarithm(base: int) -> Make:
    return lambda a: ["Mul", ["log", a[0]], ["Pow", ["log", base], -1]]


def _piecewise(a: list[Tree]) -> Tree:
    pairs = []
    for pair in a:
        if type(pair) is not list or pair[0] != "Tuple" or len(pair) != 3:
            raise ExpressionError("Piecewise takes pairs: Piecewise((value, condition), (value, True))")
        pairs.append([pair[1], pair[2]])
    return ["Piecewise", *pairs]


def _where(a: list[Tree]) -> Tree:
    if any(type(value) is list and value[0] in ("List", "Tuple", "Matrix") for value in a):
        raise ExpressionError("a condition and two values are needed; write one for each component")
    return ["Piecewise", [a[1], a[0]], [a[2], ["true"]]]


def _select(a: list[Tree]) -> Tree:
    conditions, values, *default = a
    listed = all(type(part) is list and part[0] in ("List", "Tuple") for part in (conditions, values))
    if not listed or len(conditions) != len(values):
        raise ExpressionError("select takes as many conditions as values, each in a list")
    pairs = [[value, condition] for condition, value in zip(conditions[1:], values[1:], strict=True)]
    return ["Piecewise", *pairs, [default[0] if default else 0, ["true"]]]


def _matrix(a: list[Tree]) -> Tree:
    rows = a[0]
    if type(rows) is list and rows[0] == "Matrix":
        return rows
    if type(rows) is not list or rows[0] not in ("List", "Tuple"):
        raise ExpressionError("write a matrix as Matrix([[a, b], [c, d]])")
    entries = [row[1:] if type(row) is list and row[0] in ("List", "Tuple") else [row] for row in rows[1:]]
    width = len(entries[0]) if entries else 0
    if any(len(row) != width for row in entries):
        raise ExpressionError("the rows of this matrix have different lengths")
    return ["Matrix", len(entries), width, *(entry for row in entries for entry in row)]


def _matrix_of(a: list[Tree]) -> Tree:
    """``Matrix([…])``, ``Matrix(2, 1, […])``, and an array with its shape as srepr prints it."""
    if len(a) == 1:
        return _matrix(a)
    if len(a) != 3:
        raise ExpressionError("write a matrix as Matrix([[a, b], [c, d]])")
    rows, columns, entries = a
    sizes = type(rows) is int and type(columns) is int and type(entries) is list and entries[0] in ("List", "Tuple")
    if not sizes or len(entries) - 1 != rows * columns:
        raise ExpressionError("write a matrix as Matrix([[a, b], [c, d]])")
    return ["Matrix", rows, columns, *entries[1:]]


def _array_of(a: list[Tree]) -> Tree:
    """An array of SymPy, with the shape behind its entries in srepr."""
    if len(a) == 1:
        return a[0]
    entries, shape = a
    sizes = shape[1:] if type(shape) is list and shape[0] == "Tuple" else []
    if type(entries) is not list or not sizes or not all(type(size) is int for size in sizes):
        raise ExpressionError("write a matrix as Matrix([[a, b], [c, d]])")
    if len(sizes) == 1:
        return entries
    rows = [entry[1:] if type(entry) is list and entry[0] in ("List", "Tuple") else [entry] for entry in entries[1:]]
    return _matrix_of([sizes[0], sizes[1], ["List", *(entry for row in rows for entry in row)]])


def _logistic(a: list[Tree]) -> Tree:
    return ["Pow", ["Add", 1, ["exp", ["Mul", -1, a[0]]]], -1]


def _same(a: list[Tree]) -> Tree:
    return a[0]


MADE: dict[str, tuple[int, int, Make]] = {
    "sqrt": (1, 1, _half),
    "cbrt": (1, 1, lambda a: ["Pow", a[0], ["Rational", 1, 3]]),
    "root": (2, 2, _root),
    "log10": (1, 1, _logarithm(10)),
    "log2": (1, 1, _logarithm(2)),
    "log_10": (1, 1, _logarithm(10)),
    "log_2": (1, 1, _logarithm(2)),
    "log1p": (1, 1, lambda a: ["log", ["Add", 1, a[0]]]),
    "expm1": (1, 1, lambda a: ["Add", ["exp", a[0]], -1]),
    "exp2": (1, 1, lambda a: ["Pow", 2, a[0]]),
    "square": (1, 1, lambda a: ["Pow", a[0], 2]),
    "reciprocal": (1, 1, lambda a: ["Pow", a[0], -1]),
    "negative": (1, 1, lambda a: ["Mul", -1, a[0]]),
    "power": (2, 2, lambda a: ["Pow", *a]),
    "pow": (2, 2, lambda a: ["Pow", *a]),
    "Pow": (2, 2, lambda a: ["Pow", *a]),
    "hypot": (2, 2, lambda a: _half([["Add", ["Pow", a[0], 2], ["Pow", a[1], 2]]])),
    "deg2rad": (1, 1, lambda a: ["Mul", a[0], ["pi"], ["Rational", 1, 180]]),
    "radians": (1, 1, lambda a: ["Mul", a[0], ["pi"], ["Rational", 1, 180]]),
    "multiply": (2, 2, lambda a: ["Mul", *a]),
    "add": (2, 2, lambda a: ["Add", *a]),
    "subtract": (2, 2, lambda a: ["Add", a[0], ["Mul", -1, a[1]]]),
    "divide": (2, 2, _ratio),
    "numpy_sinc": (1, 1, lambda a: ["sinc", ["Mul", ["pi"], a[0]]]),
    "clip": (3, 3, lambda a: ["Min", ["Max", a[0], a[1]], a[2]]),
    "relu": (1, 1, lambda a: ["Max", a[0], 0]),
    "sigmoid": (1, 1, _logistic),
    "expit": (1, 1, _logistic),
    "logistic": (1, 1, _logistic),
    "softplus": (1, 1, lambda a: ["log", ["Add", 1, ["exp", a[0]]]]),
    "log_sigmoid": (1, 1, lambda a: ["log", _logistic(a)]),
    "swish": (1, 1, lambda a: ["Mul", a[0], _logistic(a)]),
    "silu": (1, 1, lambda a: ["Mul", a[0], _logistic(a)]),
    "Mul": (1, 1000, lambda a: ["Mul", *a]),
    "Add": (1, 1000, lambda a: ["Add", *a]),
    "Rational": (1, 2, _ratio),
    **dict.fromkeys(
        heads.words("Integer Float float float64 float32 int64 int32 S sympify UnevaluatedExpr"), (1, 1, _same)
    ),
    "Piecewise": (1, 1000, _piecewise),
    "ExprCondPair": (2, 2, lambda a: ["Tuple", *a]),
    "where": (3, 3, _where),
    "select": (2, 3, _select),
    **{
        name: (2, 2, lambda a, head=head: [head, *a])  # type: ignore[misc]
        for short, head in (
            ("Eq", "Equality"), ("Ne", "Unequality"), ("Lt", "StrictLessThan"), ("Le", "LessThan"),
            ("Gt", "StrictGreaterThan"), ("Ge", "GreaterThan"),
        )
        for name in (short, head)
    },
    "And": (1, 100, lambda a: ["And", *a]),
    "Or": (1, 100, lambda a: ["Or", *a]),
    "Not": (1, 1, lambda a: ["Not", *a]),
    "logical_and": (2, 2, lambda a: ["And", *a]),
    "logical_or": (2, 2, lambda a: ["Or", *a]),
    "logical_not": (1, 1, lambda a: ["Not", *a]),
    **dict.fromkeys(heads.words("Matrix ImmutableMatrix ImmutableDenseMatrix MutableDenseMatrix"), (1, 3, _matrix_of)),
    **dict.fromkeys(heads.words("Array ImmutableDenseNDimArray MutableDenseNDimArray"), (1, 2, _array_of)),
    **dict.fromkeys(heads.words("array asarray list tuple"), (1, 1, _same)),
    "Tuple": (1, 1000, lambda a: ["Tuple", *a]),
}  # fmt: skip
"""Name → least and greatest number of arguments, and what they make."""

CONDITIONS = frozenset(
    heads.words(
        "Piecewise And Or Not ExprCondPair where select logical_and logical_or logical_not StrictLessThan LessThan "
        "StrictGreaterThan GreaterThan Equality Unequality"
    )
)
"""Calls in which a comparison may stand."""
CONTAINERS = frozenset(
    heads.words(
        "Matrix ImmutableMatrix ImmutableDenseMatrix MutableDenseMatrix Array ImmutableDenseNDimArray "
        "MutableDenseNDimArray array asarray list tuple Tuple select Piecewise"
    )
)
"""Calls whose arguments may be lists."""
