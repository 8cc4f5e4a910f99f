"""A formula as a small tree that keeps the form in which it was written, with fast values.

SymPy re-orders what it is given (``exp(-x**2)/(3*x + 1)`` becomes ``1/((3*x + 1)*exp(x**2))``) and is slow to build;
a wrong rule has to act on the quotient that the author wrote, many times over. Nodes are compared by identity: two
equal sub-formulas at two places are two sites.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache, reduce
from typing import TYPE_CHECKING, Any

from autograder.modules import Later

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp

    Complex = np.ndarray[Any, np.dtype[np.complex128]]
else:
    np = Later("numpy")
    Complex = Any
    sp = Later("sympy")  # half a second that who only wants a mistake's words does not pay

MAX_NODES = 2_000
_NO_VARIABLES: frozenset[str] = frozenset()


class Node:
    """One place in a formula: ``num``, ``var``, ``add``, ``mul``, ``div``, ``pow``, ``fn`` or ``opaque``."""

    __slots__ = ("args", "free", "op", "value")

    def __init__(self, op: str, args: tuple["Node", ...] = (), value: Any = None) -> None:
        self.op = op
        self.args = args
        self.value = value
        self.free: frozenset[str]
        if args:
            free = args[0].free
            for arg in args[1:]:
                # Mostly the same variables: no new set is made for each of thousands of nodes.
                if arg.free is not free and not arg.free <= free:
                    free = free | arg.free
            self.free = free
        elif op == "var":
            self.free = frozenset((value,))
        elif op == "opaque":
            self.free = frozenset(symbol.name for symbol in value.free_symbols)
        else:
            self.free = _NO_VARIABLES

    def is_number(self, number: int) -> bool:
        return self.op == "num" and self.value == number

    def walk(self) -> Iterator["Node"]:
        yield self
        for arg in self.args:
            yield from arg.walk()


def num(value: Any) -> Node:
    """A constant: int, Fraction, or a SymPy number such as pi."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    return Node("num", (), value)


ZERO, ONE, MINUS_ONE, TWO = num(0), num(1), num(-1), num(2)


def var(name: str) -> Node:
    """A variable."""
    return Node("var", (), name)


def add(*terms: Node) -> Node:
    """The sum, without zeros; nothing else is put in order, so that it reads as a student writes it."""
    kept = tuple(term for term in terms if not term.is_number(0))
    if len(kept) < 2:
        return kept[0] if kept else ZERO
    return Node("add", kept)


def mul(*factors: Node) -> Node:
    """The product, without ones; 0 where a factor is."""
    kept = []
    for factor in factors:
        if factor.op == "num":
            if factor.value == 0:
                return ZERO
            if factor.value == 1:
                continue
        kept.append(factor)
    if len(kept) < 2:
        return kept[0] if kept else ONE
    return Node("mul", tuple(kept))


def neg(node: Node) -> Node:
    """-u: of a number the number, of a formula ``-1*u``."""
    if node.op == "num":
        return num(-node.value)
    return mul(MINUS_ONE, node)


def sub(left: Node, right: Node) -> Node:
    """The difference, as a sum with the second negated."""
    return add(left, neg(right))


def div(above: Node, below: Node) -> Node:
    """The quotient, unless the one is 0 or the other 1."""
    if above.is_number(0) or below.is_number(1):
        return above
    return Node("div", (above, below))


def power(base: Node, exponent: Node | int | Fraction) -> Node:
    """base**exponent, unless that is the base or 1."""
    exponent = exponent if isinstance(exponent, Node) else num(exponent)
    if exponent.is_number(1):
        return base
    if exponent.is_number(0):
        return ONE
    return Node("pow", (base, exponent))


def fn(name: str, *args: Node) -> Node:
    """The value of a function by its name, as ``fn("sin", u)``."""
    return Node("fn", args, name)


def sqrt(node: Node) -> Node:
    """The square root, written as a power."""
    return power(node, Fraction(1, 2))


def dot(left: list[Node], right: list[Node]) -> Node:
    """The scalar product of two vectors of one length."""
    return add(*(mul(a, b) for a, b in zip(left, right, strict=True)))


def norm(vector: list[Node]) -> Node:
    """The Euclidean length."""
    return sqrt(add(*(power(entry, 2) for entry in vector)))


def substitute(node: Node, values: Mapping[str, Node]) -> Node:
    """The formula with variables replaced; unchanged parts are shared with the original."""
    if not node.free & values.keys():
        return node
    if node.op == "var":
        return values[node.value]
    if node.op == "opaque":
        return read(node.value.subs({_symbol(name): to_sympy(new) for name, new in values.items()}))
    return Node(node.op, tuple(substitute(arg, values) for arg in node.args), node.value)


@cache
def _functions() -> dict[Any, str]:
    """SymPy's head → its name here."""
    return {
        sp.sin: "sin", sp.cos: "cos", sp.tan: "tan", sp.cot: "cot", sp.sec: "sec", sp.csc: "csc",
        sp.asin: "asin", sp.acos: "acos", sp.atan: "atan", sp.sinh: "sinh", sp.cosh: "cosh", sp.tanh: "tanh",
        sp.coth: "coth", sp.sech: "sech", sp.csch: "csch",
        sp.asinh: "asinh", sp.acosh: "acosh", sp.atanh: "atanh",
        sp.exp: "exp", sp.log: "log", sp.Abs: "abs", sp.sign: "sign", sp.Max: "max", sp.Min: "min",
    }  # fmt: skip


@cache
def _sympy() -> dict[str, Any]:
    return {name: head for head, name in _functions().items()}


@lru_cache(maxsize=1024)
def _symbol(name: str) -> "sp.Symbol":
    return sp.Symbol(name, real=True)


def read(expr: Any) -> Node:
    """The tree of a SymPy expression, as it is written: nothing is reordered or combined except plain numbers."""
    expr = sp.sympify(expr) if isinstance(expr, (int, float, Fraction)) else expr
    if not isinstance(expr, sp.Expr):
        raise TypeError(f"not a formula: {type(expr).__name__}")
    return _read(expr)


def _read(expr: "sp.Expr") -> Node:
    if isinstance(expr, sp.Symbol):
        return var(expr.name)
    if not expr.free_symbols:
        return _constant(expr)
    if isinstance(expr, sp.UnevaluatedExpr):
        return _read(expr.args[0])
    if isinstance(expr, sp.Add):
        # "a + b + c" arrives as a sum in a sum; a student sees one sum of three terms
        return Node("add", tuple(_read(arg) for arg in _flat(expr, sp.Add)))
    if isinstance(expr, sp.Mul):
        return _read_product(expr)
    if isinstance(expr, sp.Pow):
        base, exponent = expr.args
        if base is sp.E:
            return fn("exp", _read(exponent))
        if exponent == -1:
            return div(ONE, _read(base))
        return Node("pow", (_read(base), _read(exponent)))
    if isinstance(expr, sp.log) and len(expr.args) == 2:
        return div(fn("log", _read(expr.args[0])), fn("log", _read(expr.args[1])))
    if isinstance(expr, sp.Heaviside):
        return fn("step", _read(expr.args[0]))
    if isinstance(expr, sp.DiracDelta):
        return ZERO
    name = _functions().get(expr.func)
    if name is not None:
        return Node("fn", tuple(_read(arg) for arg in expr.args), name)
    return Node("opaque", (), expr)


LARGEST, HIGHEST = 10**9, 100
"""Integers and exponents that may be computed exactly; ``9**9**9`` or a factorial would take the day."""


def _constant(expr: "sp.Expr") -> Node:
    # an unevaluated 1/2 is Mul(1, Pow(2, -1)); rebuilding evaluates it
    value = _value(expr) if _harmless(expr) else expr.evalf(30)
    if isinstance(value, sp.Rational):
        return num(Fraction(int(value.p), int(value.q)))
    return num(value)


def _harmless(expr: "sp.Expr") -> bool:
    for part in sp.preorder_traversal(expr):
        if isinstance(part, sp.Rational):
            if abs(part.p) > LARGEST or part.q > LARGEST:
                return False
        elif isinstance(part, sp.Pow):
            exponent = part.args[1]
            small = exponent.is_Rational and abs(exponent) <= HIGHEST
            # 1/2 in an exponent is a product until it is evaluated
            if not small and part.args[0] is not sp.E and not (isinstance(exponent, sp.Mul) and _is_ratio(exponent)):
                return False
        elif isinstance(part, sp.Function) and part.func not in _functions():
            return False
    return True


def _is_ratio(expr: "sp.Expr") -> bool:
    """Whether it is a plain fraction that nobody has evaluated: products of small integers and their reciprocals."""
    return all(
        (arg.is_Integer and abs(arg) <= HIGHEST)
        or (isinstance(arg, sp.Pow) and arg.args[0].is_Integer and arg.args[1] == -1)
        for arg in _flat(expr, sp.Mul)
    )


def _value(expr: Any) -> Any:
    return expr if expr.is_Atom else expr.func(*(_value(arg) for arg in expr.args))


def _flat(expr: Any, head: Any) -> Iterator[Any]:
    for arg in expr.args:
        if isinstance(arg, head):
            yield from _flat(arg, head)
        else:
            yield arg


def _read_product(expr: "sp.Mul") -> Node:
    above, below = [], []
    for arg in _flat(expr, sp.Mul):
        if isinstance(arg, sp.Pow) and arg.free_symbols:
            base, exponent = arg.args
            exponent = _value(exponent) if not exponent.free_symbols and _harmless(exponent) else exponent
            if exponent.is_number and exponent.could_extract_minus_sign():
                below.append(power(_read(base), _read(-exponent)))
                continue
        elif isinstance(arg, sp.Pow) and arg.args[1] == -1:
            below.append(_constant(arg.args[0]))
            continue
        above.append(_read(arg))
    top = mul(*above) if len(above) != 1 else above[0]
    if not below:
        return top
    return Node("div", (top, mul(*below)))


def to_sympy(node: Node) -> Any:
    """The tree as an evaluated SymPy expression in real symbols."""
    if node.op == "num":
        if isinstance(node.value, Fraction):
            return sp.Rational(node.value.numerator, node.value.denominator)
        return sp.sympify(node.value)
    if node.op == "var":
        return _symbol(node.value)
    if node.op == "opaque":
        return node.value
    args = [to_sympy(arg) for arg in node.args]
    if node.op == "add":
        return sp.Add(*args)
    if node.op == "mul":
        return sp.Mul(*args)
    if node.op == "div":
        return args[0] / args[1]
    if node.op == "pow":
        return args[0] ** args[1]
    if node.value == "step":
        return sp.Heaviside(args[0], sp.Rational(1, 2))
    return _sympy()[node.value](*args)


@cache
def _values() -> dict[str, Any]:
    return {
        "sin": np.sin, "cos": np.cos, "tan": np.tan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "exp": np.exp, "log": np.log,
        "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
        "cot": lambda t: 1 / np.tan(t), "sec": lambda t: 1 / np.cos(t), "csc": lambda t: 1 / np.sin(t),
        "coth": lambda t: 1 / np.tanh(t), "sech": lambda t: 1 / np.cosh(t), "csch": lambda t: 1 / np.sinh(t),
        "abs": lambda t: np.sqrt(t * t), "sign": lambda t: np.sign(t.real) + 0j,
        "step": lambda t: np.heaviside(t.real, 0.5) + 0j,
        "max": lambda *t: reduce(np.maximum, [entry.real for entry in t]) + 0j,
        "min": lambda *t: reduce(np.minimum, [entry.real for entry in t]) + 0j,
    }  # fmt: skip


def evaluate(node: Node, point: Mapping[str, Complex], memo: dict[int, Complex]) -> Complex:
    """Values at many points at once, complex so that a root of something negative is no accident.

    Args:
        node: the formula.
        point: each variable's values, one array of shape (n,) each.
        memo: values of nodes that are alive, by identity; shared between formulas that share parts.

    Returns:
        An array of shape (n,), or of shape () for a constant; NaN where there is no value.
    """
    key = id(node)
    found = memo.get(key)
    if found is not None:
        return found
    value: Any
    op = node.op
    if op == "num":
        value = np.complex128(complex(node.value))
    elif op == "var":
        value = point[node.value]
    elif op == "opaque":
        value = _opaque_values(node.value, tuple(sorted(node.free)), point)
    else:
        args = [evaluate(arg, point, memo) for arg in node.args]
        if op == "add":
            value = args[0]
            for arg in args[1:]:
                value = value + arg
        elif op == "mul":
            value = args[0]
            for arg in args[1:]:
                value = value * arg
        elif op == "div":
            value = np.divide(args[0], args[1])
        elif op == "pow":
            value = _power(args[0], args[1], node.args[1])
        else:
            value = _values()[node.value](*args)
    memo[key] = value
    return value  # type: ignore[no-any-return]  # NumPy's operators return Any


def _power(base: Complex, exponent: Complex, written: Node) -> Any:
    """base**exponent, of one shape; real numbers stay real where the exponent is a small whole number."""
    if written.op == "num" and isinstance(written.value, int):
        whole = abs(written.value)
        if whole <= 64:
            # repeated multiplication keeps real numbers real, which complex pow does not
            result: Any = base
            for _ in range(whole - 1):
                result = result * base
            return result if written.value > 0 else np.divide(1.0, result)
    return np.power(base, exponent)


def _opaque_values(expr: Any, names: tuple[str, ...], point: Mapping[str, Complex]) -> Complex:
    """What SymPy's own function gives at points, shape (points,); NaN where nobody can evaluate it."""
    try:
        return np.asarray(_opaque(expr, names)(*(point[name].real for name in names)), dtype=np.complex128)
    except (NameError, NotImplementedError, TypeError, ValueError, ArithmeticError):
        # a function that NumPy and SciPy do not know has no values here, and fits nothing, like floor(x)'s slope
        return np.asarray(np.nan, dtype=np.complex128)


@lru_cache(maxsize=256)
def _opaque(expr: Any, names: tuple[str, ...]) -> Any:
    return sp.lambdify([_symbol(name) for name in names], expr, modules=["scipy", "numpy"])
