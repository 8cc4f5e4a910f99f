"""What a statement of a notebook may change beside the names that it binds: objects, a library, files, the figure.

Nothing is run. What is not known to leave everything as it was is taken to change what it is given, what it is called
on and what is outside of the notebook; a list that lacks a name costs time, and no verdict.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from autograder.versions.libraries import (
    DRAWS,
    FIGURE,
    HAS_DRAWN,
    ONLY_ARGUMENTS,
    OPENS,
    OUTSIDE,
    PYPLOT,
    changed_in,
    is_pure,
    known_library,
    names_of,
    path_of,
    written_to,
)

__all__ = ["Changes", "bound_by", "is_same_always", "is_used_up", "kept_by", "reads_anything"]

_IMMUTABLE = {"cmath", "fractions", "jax", "math", "sympy"}
_MUTABLE = re.compile(r"(?i).*(array|diag|eye|matri|ones|zeros)")
_MAKES = re.compile(r"(arange|array|empty|eye|full|linspace|ones|zeros)")
_LITERALS = (ast.List, ast.Dict, ast.Set, ast.Constant, ast.JoinedStr, ast.BinOp, ast.UnaryOp, ast.Compare)
_BUILTINS = {
    "abs", "all", "any", "ascii", "bin", "bool", "bytes", "bytearray", "callable", "chr", "complex", "dict", "display",
    "divmod", "enumerate", "filter", "float", "format", "frozenset", "getattr", "hasattr", "hash", "hex", "id", "int",
    "isinstance", "issubclass", "iter", "len", "list", "map", "max", "memoryview", "min", "object", "oct", "ord", "pow",
    "print", "property", "range", "repr", "reversed", "round", "set", "slice", "sorted", "staticmethod", "str", "sum",
    "super", "tuple", "type", "zip",
}  # fmt: skip
_ITERATORS = {"enumerate", "filter", "iter", "map", "reversed", "zip"}
_SCALARS = {"abs", "bool", "complex", "float", "int", "len", "range", "repr", "round", "str"}
_ONLY_LOOKS = {
    "all", "any", "as_numer_denom", "astype", "coeff", "copy", "count", "cumsum", "det", "diff", "dot", "doit",
    "endswith", "evalf", "expand", "factor", "find", "flatten", "format", "get", "has", "index", "integrate", "inv",
    "is_integer", "items", "jacobian", "join", "keys", "limit", "lower", "max", "mean", "min", "n", "norm", "prod",
    "ravel", "replace", "reshape", "round", "rref", "series", "simplify", "split", "startswith", "std", "strip", "subs",
    "sum", "tolist", "transpose", "upper", "values", "var", "xreplace",
}  # fmt: skip
_CHANGES_ITSELF = DRAWS | {
    "add", "add_subplot", "append", "appendleft", "axvspan", "clear", "discard", "extend", "fill", "insert", "invert",
    "plot_surface", "plot_wireframe", "pop", "popleft", "remove", "reverse", "set", "setdefault", "sort", "update",
    "view_init",
}  # fmt: skip
_UNREADABLE = {"__import__", "breakpoint", "compile", "eval", "exec", "get_ipython", "globals", "locals", "vars", "dir"}
_UNREADABLE_PARTS = {"__builtins__", "__globals__", "_getframe", "eval", "f_globals", "modules", "query", "user_ns"}
_UNREADABLE_LIBRARIES = {"IPython", "__main__", "builtins", "ctypes", "gc", "importlib", "inspect"}
_SHOWN_BEFORE = re.compile(r"_+|_[ijo]?h?\d+|_(ih|oh|dh)|_i+|In|Out")
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def _names_in(node: ast.AST) -> set[str]:
    """Every name in it, also those that are a function's own."""
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def reads_anything(node: ast.AST, paths: Mapping[str, str]) -> bool:
    """Whether it may look up and bind names that do not stand in it: ``exec``, ``globals()``, a magic."""
    stored = bound_by(node)
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name, ctx=ast.Load()) if name in _UNREADABLE or (
                _SHOWN_BEFORE.fullmatch(name) and name not in stored
            ):
                return True
            case ast.Name(id=name) if paths.get(name, "").partition(".")[0] in _UNREADABLE_LIBRARIES:
                return True
            case ast.Attribute(attr=attr) if attr in _UNREADABLE_PARTS:
                return True
            case ast.ImportFrom(module=module) if (module or "").partition(".")[0] in _UNREADABLE_LIBRARIES:
                return True
    return False


class Changes(ast.NodeVisitor):
    """Names that a piece of code may change when it runs, :data:`OUTSIDE` and :data:`FIGURE` among them."""

    def __init__(self, node: ast.AST, paths: Mapping[str, str], functions: set[str], *, called: bool = False) -> None:
        """Look at a piece of code.

        Args:
            node: a statement, or a function.
            paths: of :func:`imported`.
            functions: names that the notebook's own code gives to functions, and what it has made of them.
            called: what happens when the function is called, instead of when it is defined.
        """
        self.names: set[str] = set()
        self._inside: set[str] = set()
        """Names of which a part is changed: what a new list holds may be somebody else's."""
        self.given = False
        """Whether what a function is given, or keeps for itself, may be changed."""
        self._paths, self._functions = paths, functions
        self._within = called
        self._own: set[str] = set()
        if called:
            self._call(node)
        else:
            self.visit(node)

    def _call(self, function: ast.AST) -> None:
        own, fresh = _locals(function, self._paths)
        self._own = own
        first = next(iter(_parameters(function)), "")
        begins = isinstance(function, ast.FunctionDef) and function.name in ("__init__", "__post_init__")
        for part in function.body if isinstance(function.body, list) else [function.body]:  # type: ignore[attr-defined]
            self.visit(part)
        kept = (own - fresh - ({first} if begins else set())) | (own & self._inside)
        self.given |= bool(self.names & kept)
        self.names -= own

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """A function that may be called at once."""
        self._nested(node)
        self.generic_visit(node.args)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Decorators and defaults run now; the body when it is called."""
        for part in (*node.decorator_list, node.args):
            self.visit(part)
        if self._within:
            self._nested(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815

    def _nested(self, node: ast.AST) -> None:
        inner = Changes(node, self._paths, self._functions, called=True)
        self.names |= inner.names
        self.given |= inner.given

    def visit_Call(self, node: ast.Call) -> None:
        """A call changes what its function is not known to leave alone."""
        self.generic_visit(node)
        arguments = [*node.args, *(word.value for word in node.keywords)]
        for word in node.keywords:
            if word.arg in ("out", "file", "inplace"):
                self.names |= _names_in(node)
        match node.func:
            case ast.Name(id=name) if name in self._paths:
                self._of_library(self._paths[name], arguments)
            case ast.Name(id=name) if name in self._own or name in self._functions or name in _BUILTINS:
                pass
            case ast.Name(id=name) if isinstance(kind := getattr(builtins, name, None), type) and issubclass(
                kind, BaseException
            ):
                pass
            case ast.Name(id=name):
                self._change([node.func, *arguments])
                self.names |= {OUTSIDE} if name in dir(builtins) and name != "next" else set()
            case ast.Attribute() if path := path_of(node.func, self._paths):
                self._of_library(path, arguments)
            case ast.Attribute(value=on, attr=attr):
                if attr.startswith("set_"):
                    self._change([on])
                elif attr not in _ONLY_LOOKS | _CHANGES_ITSELF | self._functions:
                    self._change([on, *arguments])
                    self.names.add(OUTSIDE)
            case ast.Call(func=ast.Name() | ast.Attribute() as inner) if is_pure(path_of(inner, self._paths)):
                pass
            case func:
                self._change([func, *arguments])

    def _of_library(self, path: str, arguments: Sequence[ast.expr]) -> None:
        library = path.partition(".")[0]
        last = path.rpartition(".")[2]
        if library == "numpy":
            self._change(written_to(last, arguments))
        if path.startswith(f"{PYPLOT}."):
            self.names |= set() if last in HAS_DRAWN else {FIGURE}
            if last not in DRAWS | OPENS | HAS_DRAWN:
                self._change(arguments)
                self.names |= {OUTSIDE, *names_of("matplotlib", self._paths)}
        elif not is_pure(path):
            self._change(arguments)
            if not (known_library(path) and ONLY_ARGUMENTS.match(last)):
                self.names |= names_of(library, self._paths)
                self.names |= set() if known_library(path) else {OUTSIDE}

    def _change(self, nodes: Iterable[ast.AST]) -> None:
        nodes = list(nodes)
        self._inside |= {name for node in nodes if not isinstance(node, ast.Name) for name in _names_in(node)}
        for node in nodes:
            self.names |= _names_in(node) - self._paths.keys()
            self.names |= changed_in(node, self._paths)

    def _visit_place(self, node: ast.Attribute | ast.Subscript) -> None:
        self.generic_visit(node)
        changes = isinstance(node, ast.Attribute) and node.attr in _CHANGES_ITSELF and not path_of(node, self._paths)
        if changes or not isinstance(node.ctx, ast.Load):
            self._change([node.value])
            if _names_in(node.value) & self._paths.keys():
                self.names.add(OUTSIDE)

    visit_Attribute = visit_Subscript = _visit_place  # noqa: N815

    def visit_Expr(self, node: ast.Expr) -> None:
        """Whoever wants nothing of what ``np.multiply(a, b, c)`` gives wants what it does."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Call) and path_of(node.value.func, self._paths).startswith("numpy."):
            self._change([*node.value.args, *(word.value for word in node.value.keywords)])

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """``rows += [1]`` changes the list."""
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self.names.add(node.target.id)

    def _visit_comprehension(self, node: _Comprehension) -> None:
        """What is changed of each is changed in all."""
        self.generic_visit(node)
        for part in node.generators:
            if _names_in(part.target) & self.names:
                self.names |= _names_in(part.iter)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension  # noqa: N815

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """A function that counts its calls."""
        self.given = True

    def visit_Global(self, node: ast.Global) -> None:
        """Names of the notebook that a function binds."""
        self.names |= set(node.names)


def _parameters(function: ast.AST) -> list[str]:
    arguments = getattr(function, "args", None)
    return [] if arguments is None else [each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg)]


def _locals(function: ast.AST, paths: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """A function's own names, and those of them that stand for objects that nothing else can hold."""
    bound: dict[str, list[ast.expr | None]] = {name: [None] for name in _parameters(function)}
    shared: set[str] = set()
    seen: set[int] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                for name in set().union(*map(bound_by, targets)):
                    bound.setdefault(name, []).append(value)
                seen |= {id(each) for target in targets for each in ast.walk(target)}
            case ast.AugAssign(target=ast.Name() as target):
                seen.add(id(target))
                bound.setdefault(target.id, [])
            case ast.Global(names=names):
                shared |= set(names)
    others = {each.id for each in ast.walk(function) if _is_stored(each) and id(each) not in seen}
    others |= {each.name for each in ast.walk(function) if isinstance(each, ast.FunctionDef) and each is not function}
    fresh = {name for name, values in bound.items() if all(value and _is_fresh(value, paths) for value in values)}
    return (set(bound) | others) - shared, fresh - others


def bound_by(node: ast.AST) -> set[str]:
    """Names that a target or a statement binds or takes away, but for functions, classes and what is imported."""
    return {each.id for each in ast.walk(node) if _is_stored(each)}


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)


def _is_fresh(value: ast.expr, paths: Mapping[str, str]) -> bool:
    """Whether a value is an object that nothing else holds."""
    match value:
        case ast.Call(func=ast.Name(id=name)) if name in _BUILTINS and name not in paths:
            return name in _SCALARS | {"dict", "list", "set", "sorted", "sum", "tuple", "zip", "enumerate"}
        case ast.Call(func=ast.Attribute(attr="copy" | "astype" | "tolist")):
            return True
        case ast.Call(func=func):
            path = path_of(func, paths)
            return is_pure(path) and bool(_MAKES.match(path.rpartition(".")[2]))
    return isinstance(value, (*_LITERALS, ast.ListComp, ast.SetComp, ast.DictComp))


def is_used_up(statement: ast.AST, paths: Mapping[str, str]) -> bool:
    """Whether what it binds is another thing for whoever looks at it next: an iterator, a generator."""
    match statement:
        case ast.Assign(value=ast.GeneratorExp()):
            return True
        case ast.Assign(value=ast.Call(func=func)):
            name = func.id if isinstance(func, ast.Name) and func.id not in paths else ""
            return name in _ITERATORS or path_of(func, paths).startswith("itertools.")
        case ast.FunctionDef():
            return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(statement))
    return False


def kept_by(statement: ast.AST) -> set[str]:
    """Names of which objects may be kept in what a statement binds or changes: a figure has copies of what it draws."""
    if isinstance(statement, ast.Name):
        return {statement.id}
    parts = ast.iter_child_nodes(statement)
    match statement:
        case ast.Call(func=ast.Attribute(value=on, attr=attr)) if attr in DRAWS or attr.startswith("set_"):
            parts = iter([on])
        case ast.Call(func=ast.Name(id=name)) if name in _SCALARS:
            return set()
    return set().union(*map(kept_by, parts))


def is_same_always(value: ast.AST | None, paths: Mapping[str, str], same: set[str]) -> bool:
    """Whether a value cannot be changed by anybody: a number, a text, a formula.

    Args:
        value: what is assigned; None where that is not said.
        paths: of :func:`imported`.
        same: names that stand for such values.
    """

    def every(*nodes: ast.AST) -> bool:
        return all(is_same_always(node, paths, same) for node in nodes)

    match value:
        case ast.Constant() | ast.JoinedStr() | ast.Compare():
            return True
        case ast.Name(id=name):
            return name in same or (is_pure(paths[name]) if name in paths else name in _BUILTINS)
        case ast.Call(func=ast.Name(id=name)) if name in _SCALARS and name not in paths:
            return True
        case ast.UnaryOp(operand=operand):
            return every(operand)
        case ast.BinOp(left=left, right=right):
            return every(left, right)
        case ast.BoolOp(values=values) | ast.Tuple(elts=values):
            return every(*values)
        case ast.IfExp(body=one, orelse=other):
            return every(one, other)
        case ast.Attribute(value=inner):
            path = path_of(value, paths)
            return is_pure(path) if path else every(inner)
        case ast.Call(func=func, args=arguments, keywords=keywords):
            given = [*arguments, *(word.value for word in keywords)]
            if path := path_of(func, paths):
                known = path.partition(".")[0] in _IMMUTABLE and not _MUTABLE.match(path.rpartition(".")[2])
                return is_pure(path) and known and every(*given)
            return isinstance(func, ast.Attribute) and func.attr in _ONLY_LOOKS and every(func.value, *given)
    return False
