"""Formulas in code, read without running it: a node of the syntax becomes a SymPy expression, or it is unsure."""

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

__all__ = ["UNREAD", "Given", "Unsure", "applied", "evaluate", "is_derivative", "is_usual", "last_name"]

_OF_SYMPY = (
    *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh"),
    *("atanh", "exp", "log", "sqrt", "sign", "erf", "floor", "gamma", "Max", "Min", "Heaviside", "atan2", "cbrt"),
)
_FUNCTIONS: dict[str, Any] = {
    **{name: getattr(sp, name) for name in _OF_SYMPY},
    "arcsin": sp.asin, "arccos": sp.acos, "arctan": sp.atan, "arcsinh": sp.asinh, "arccosh": sp.acosh,
    "arctanh": sp.atanh, "abs": sp.Abs, "Abs": sp.Abs, "absolute": sp.Abs, "fabs": sp.Abs, "ln": sp.log,
    "square": lambda x: x**2, "power": lambda x, n: x**n, "pow": lambda x, n: x**n, "log2": lambda x: sp.log(x, 2),
    "log10": lambda x: sp.log(x, 10), "Rational": sp.Rational, "Integer": sp.Integer, "S": lambda x: x,
    "float": lambda x: x, "Float": lambda x: x, "simplify": lambda x: x, "expand": lambda x: x, "factor": lambda x: x,
    "sympify": lambda x: x, "maximum": sp.Max, "minimum": sp.Min,
}  # fmt: skip
_CONSTANTS = {"pi": sp.pi, "e": sp.E, "E": sp.E}
_LISTS = ("array", "asarray", "Matrix", "Array", "stack", "list", "tuple", "ImmutableMatrix")
_LIBRARIES = ("np", "numpy", "jnp", "jax", "sp", "sympy", "math", "onp")
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b, ast.Pow: lambda a, b: a**b,
}  # fmt: skip
_DIFFERENTIATE = ("grad", "jacfwd", "jacrev", "jacobian")


UNREAD = object()
"""What a name of the notebook stands for where that cannot be read: not the library's function of that name, either."""


class Unsure(Exception):
    """What is written here has a meaning that is not known without running it."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A function that the notebook gives, as a formula."""

    name: str
    variables: tuple[str, ...]
    formula: sp.Expr
    vector: bool = False
    """It takes all its variables as one array."""
    reads: frozenset[str] = frozenset()
    """Names of the notebook that it looks up when it is called: it is another function once they are rebound."""

    def derivatives(self, order: int = 1) -> Any:
        """The derivative of one variable, or the list of all partial ones."""
        found = [sp.diff(self.formula, sp.Symbol(name, real=True), order) for name in self.variables]
        return found if len(found) > 1 or self.vector else found[0]


def evaluate(node: ast.expr, names: Mapping[str, Any], functions: Mapping[str, Given] | None = None) -> Any:
    """The expression, or nested list of expressions, that a node stands for.

    Args:
        node: of the syntax.
        names: name → its expression, or the list that it is.
        functions: name → a function that the notebook gives.

    Raises:
        Unsure: anything that is not arithmetic with known functions, derivatives and lists.
    """
    functions = functions or {}
    if isinstance(node, ast.Constant):
        return _number(node.value)
    if isinstance(node, ast.Name):
        if node.id in names and names[node.id] is not UNREAD:
            return names[node.id]
        raise Unsure(f"{node.id} is not known")
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id in _LIBRARIES and node.attr in _CONSTANTS:
            return _CONSTANTS[node.attr]
        raise Unsure(ast.unparse(node))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _each(evaluate(node.operand, names, functions), -1 if isinstance(node.op, ast.USub) else 1)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = evaluate(node.left, names, functions), evaluate(node.right, names, functions)
        if isinstance(left, list) or isinstance(right, list):
            raise Unsure(f"arithmetic with arrays, {ast.unparse(node)}")
        return _OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.List | ast.Tuple):
        return [evaluate(each, names, functions) for each in node.elts]
    if isinstance(node, ast.ListComp):
        return _comprehension(node, names, functions)
    if isinstance(node, ast.Subscript):
        return _entry(evaluate(node.value, names, functions), node.slice)
    if isinstance(node, ast.Call):
        return _call(node, names, functions)
    raise Unsure(ast.unparse(node))


def _number(value: Any) -> sp.Expr:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unsure(repr(value))
    return sp.Integer(value) if isinstance(value, int) else sp.Rational(str(value))


def _each(value: Any, factor: int) -> Any:
    return [_each(item, factor) for item in value] if isinstance(value, list) else factor * value


def _entry(value: Any, place: ast.expr) -> Any:
    at = place.value if isinstance(place, ast.Constant) else None
    if isinstance(value, list) and isinstance(at, int) and -len(value) <= at < len(value):
        return value[at]
    raise Unsure(f"an entry of {value}")


def _comprehension(node: ast.ListComp, names: Mapping[str, Any], functions: Mapping[str, Given]) -> list[Any]:
    (loop, *more) = node.generators
    if more or loop.ifs or not isinstance(loop.target, ast.Name):
        raise Unsure(ast.unparse(node))
    over = evaluate(loop.iter, names, functions)
    if not isinstance(over, list):
        raise Unsure(ast.unparse(node))
    return [evaluate(node.elt, {**names, loop.target.id: each}, functions) for each in over]


def _call(node: ast.Call, names: Mapping[str, Any], functions: Mapping[str, Given]) -> Any:
    of = node.func
    if isinstance(of, ast.Call) and is_derivative(of.func, {*names, *functions}):
        return _gradient_call(of, node, names, functions)
    if isinstance(of, ast.Attribute) and not (isinstance(of.value, ast.Name) and of.value.id in _LIBRARIES):
        if of.attr == "diff":
            return _diff(evaluate(of.value, names, functions), node.args, names, functions)
        if of.attr in ("doit", "evalf", "simplify") and not node.args:
            return evaluate(of.value, names, functions)
        if of.attr == "subs" and len(node.args) == 2:
            value, old, new = (evaluate(each, names, functions) for each in (of.value, *node.args))
            if isinstance(old, sp.Symbol) and not isinstance(value, list):
                return value.subs(old, new)
        raise Unsure(ast.unparse(node))
    name = last_name(of)
    if node.keywords and name not in _LISTS:
        raise Unsure(ast.unparse(node))
    if isinstance(of, ast.Name) and name in names and name not in functions:
        raise Unsure(f"{name} is the notebook's own")
    if name in functions and isinstance(of, ast.Name):
        return applied(functions[name], [evaluate(each, names, functions) for each in node.args])
    if name in ("diff", "Derivative") and node.args:
        return _diff(evaluate(node.args[0], names, functions), node.args[1:], names, functions)
    arguments = [evaluate(each, names, functions) for each in node.args]
    if name == "derive_by_array" and len(arguments) == 2 and isinstance(arguments[1], list):
        return [sp.diff(arguments[0], each) for each in arguments[1]]
    if name in _LISTS and len(arguments) == 1 and isinstance(arguments[0], list):
        return arguments[0]
    if name in _FUNCTIONS and arguments and not any(isinstance(each, list) for each in arguments):
        return _FUNCTIONS[name](*arguments)
    raise Unsure(ast.unparse(node))


def is_derivative(of: ast.expr, own: Collection[str]) -> bool:
    """Whether ``grad``, ``jax.grad`` … is a library's, and not a function that the notebook calls so."""
    if isinstance(of, ast.Attribute):
        return of.attr in _DIFFERENTIATE and ast.unparse(of.value) in ("jax", "autograd")
    return isinstance(of, ast.Name) and of.id in _DIFFERENTIATE and of.id not in own


def last_name(of: ast.AST) -> str:
    """``f`` of ``f`` and of ``np.f``."""
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


def _diff(value: Any, by: Sequence[ast.expr], names: Mapping[str, Any], functions: Mapping[str, Given]) -> Any:
    if isinstance(value, list):
        raise Unsure("a derivative of a list")
    arguments = [evaluate(each, names, functions) for each in by]
    if not arguments and len(value.free_symbols) == 1:
        arguments = list(value.free_symbols)
    if not arguments or not isinstance(arguments[0], sp.Symbol):
        raise Unsure("a derivative by something else than a variable")
    return sp.diff(value, *arguments)


def applied(given: Given, arguments: Sequence[Any]) -> Any:
    """What a function gives for these expressions."""
    flat = arguments[0] if given.vector and len(arguments) == 1 and isinstance(arguments[0], list) else list(arguments)
    if len(flat) != len(given.variables) or any(isinstance(each, list) for each in flat):
        raise Unsure(f"{given.name} with other arguments")
    pairs = {sp.Symbol(name, real=True): value for name, value in zip(given.variables, flat, strict=True)}
    return given.formula.subs(pairs, simultaneous=True)


def _gradient_call(of: ast.Call, node: ast.Call, names: Mapping[str, Any], functions: Mapping[str, Given]) -> Any:
    """``jax.grad(f)(x)``, and with ``argnums=``."""
    inner = of.args[0] if of.args else None
    given = functions.get(inner.id) if isinstance(inner, ast.Name) else None
    if given is None or len(of.args) > 2 or any(each.arg != "argnums" for each in of.keywords) or node.keywords:
        raise Unsure(ast.unparse(node))
    wanted = of.keywords[0].value if of.keywords else of.args[1] if len(of.args) == 2 else ast.Constant(value=0)
    places = ast.literal_eval(wanted)
    derived = given.derivatives()
    derived = derived if isinstance(derived, list) else [derived]
    arguments = [evaluate(each, names, functions) for each in node.args]
    one = [applied(Given(name=given.name, variables=given.variables, formula=each, vector=given.vector), arguments)
           for each in derived]  # fmt: skip
    if given.vector:
        return one
    return [one[place] for place in places] if isinstance(places, tuple) else one[places]


def is_usual(name: str) -> bool:
    """Whether a name is a library's function or library here, unless the notebook binds it."""
    return name in _FUNCTIONS or name in _LIBRARIES
