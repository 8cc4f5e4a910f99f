"""What is known of libraries: which of them a call leaves as they were, and which keep something."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "DRAWS",
    "FIGURE",
    "HAS_DRAWN",
    "ONLY_ARGUMENTS",
    "OPENS",
    "OUTSIDE",
    "PYPLOT",
    "any_figure",
    "changed_in",
    "given_away",
    "imported",
    "is_pure",
    "keeps",
    "known_library",
    "names_of",
    "opens_figure",
    "path_of",
    "stands_for",
    "written_to",
]

OUTSIDE = " outside"
"""Stands for files, environment and whatever libraries keep."""
FIGURE = " figure"
"""Stands for the figure in hand, to which ``plt.plot`` draws."""

_PURE = {
    "autograder", "cmath", "collections", "dataclasses", "enum", "fractions", "jax", "math", "numpy", "scipy",
    "statistics", "sympy", "typing",
}  # fmt: skip
_PURE_TOO = {
    "functools.partial", "functools.reduce", "functools.wraps", "itertools.product", "numpy.random.default_rng",
}  # fmt: skip
_IMPURE = re.compile(
    r"(Notebook|config|copyto|disable|enable|err|fill_diagonal|fromfile|genfromtxt|global|init|load|nditer|place|plot|"
    r"put|rand|register|save|seed|set|tofile|var$)"
)
"""What of those libraries changes its arguments or the library, or reads what is outside."""
ONLY_ARGUMENTS = re.compile(r"(copyto|fill_diagonal|place|put(mask|_along_axis)?$)")
"""What of that changes nothing but its arguments."""
PYPLOT = "matplotlib.pyplot"
DRAWS = {
    "annotate", "axhline", "axis", "axvline", "bar", "clabel", "close", "colorbar", "contour", "contourf", "errorbar",
    "fill_between", "gca", "gcf", "grid", "hist", "imshow", "legend", "loglog", "plot", "quiver", "scatter", "semilogx",
    "semilogy", "show", "streamplot", "suptitle", "text", "tight_layout", "title", "xlabel", "xlim", "ylabel", "ylim",
}  # fmt: skip
"""What draws into the figure in hand and changes nothing that it is given; of axes the methods are called the same."""
OPENS = {"figure", "subplots"}
HAS_DRAWN = {"cm", "get_fignums"}
_ONE_FIGURE = DRAWS - {"close"} | OPENS | {"cm", "rc", "rcParams", "style", "use"}
"""What looks at no other figure than the one in hand."""


def imported(trees: Iterable[ast.AST]) -> dict[str, str]:
    """Imported name → what it is in full.

    Example:
        >>> imported([ast.parse("import numpy as np; import os.path; from math import sin")])
        {'np': 'numpy', 'os': 'os', 'sin': 'math.sin'}
    """
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.Import(names=names):
                for each in names:
                    first = each.name.partition(".")[0]
                    found[each.asname or first] = each.name if each.asname else first
            case ast.ImportFrom(module=module, names=names):
                found |= {each.asname or each.name: f"{module or '.'}.{each.name}" for each in names}
    return found


def keeps(function: ast.AST, paths: Mapping[str, str]) -> bool:
    """Whether a decorator may keep what a function is called with (``lru_cache``)."""
    decorators = [getattr(each, "func", each) for each in getattr(function, "decorator_list", [])]
    return any((path := path_of(each, paths)) and not is_pure(path) for each in decorators)


def stands_for(value: ast.AST, paths: Mapping[str, str]) -> set[str]:
    """Names of the library of which an assignment takes a part that changes something: ``shuffle = random.shuffle``."""
    path = path_of(value, paths)
    return set() if not path or is_pure(path) else names_of(path.partition(".")[0], paths)


def known_library(path: str) -> bool:
    """Whether a library keeps nothing that somebody else could have changed."""
    return path.partition(".")[0] in _PURE


def opens_figure(statement: ast.stmt, paths: Mapping[str, str]) -> bool:
    """Whether a statement does nothing but to make a figure that nobody has."""
    match statement:
        case ast.Assign(value=ast.Call() as call) | ast.Expr(value=ast.Call() as call):
            return _opens(call, paths) and not _numbered(call)
    return False


def any_figure(statement: ast.stmt, paths: Mapping[str, str]) -> bool:
    """Whether a statement may take another figure than the one in hand: by its number, or by closing this one."""
    numbered = (_opens(node, paths) and _numbered(node) for node in ast.walk(statement) if isinstance(node, ast.Call))
    found = (path.removeprefix(f"{PYPLOT}.") for path in _paths_in(statement, paths) if path.startswith(PYPLOT))
    return any(numbered) or any(part.partition(".")[0] not in _ONE_FIGURE for part in found)


def given_away(statement: ast.stmt, paths: Mapping[str, str]) -> set[str]:
    """Names of the libraries that a statement takes itself, or a part that changes something: ``seeded(np.random)``."""
    found = (path for path in _paths_in(statement, paths) if not is_pure(path) and not path.startswith(f"{PYPLOT}."))
    return {name for path in found for name in names_of(path.partition(".")[0], paths)}


def changed_in(node: ast.AST, paths: Mapping[str, str]) -> set[str]:
    """What of libraries is another thing where this is changed: of ``plt.gca()`` the figure in hand."""
    found: set[str] = set()
    for path in _paths_in(node, paths):
        drawn = path.startswith(f"{PYPLOT}.") and path.rpartition(".")[2] in DRAWS | OPENS
        found |= {FIGURE} if drawn else names_of(path.partition(".")[0], paths)
    return found


def _paths_in(node: ast.AST, paths: Mapping[str, str]) -> list[str]:
    """What of libraries stands in it, each with all of its parts."""
    nodes = list(ast.walk(node))
    inner = {id(each.value) for each in nodes if isinstance(each, ast.Attribute)}
    return [path for each in nodes if id(each) not in inner and (path := path_of(each, paths))]


def _opens(call: ast.Call, paths: Mapping[str, str]) -> bool:
    path = path_of(call.func, paths)
    return path.startswith(PYPLOT) and path.rpartition(".")[2] in OPENS


def _numbered(call: ast.Call) -> bool:
    """Whether a call that opens a figure may say which: ``plt.figure(3)``, ``plt.subplots(num=3)``."""
    opens = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return any(word.arg in ("num", None) for word in call.keywords) or (opens != "subplots" and bool(call.args))


def written_to(name: str, arguments: Sequence[ast.expr]) -> Sequence[ast.expr]:
    """Arguments of a function of NumPy's into which it writes: ``c`` of ``np.multiply(a, b, c)``."""
    import numpy as np

    function = getattr(np, name, None)
    return arguments[function.nin :] if isinstance(function, np.ufunc) else ()


def names_of(library: str, paths: Mapping[str, str]) -> set[str]:
    """What is imported from a library, under whatever name."""
    return {name for name, path in paths.items() if path.partition(".")[0] == library}


def path_of(node: ast.AST, paths: Mapping[str, str]) -> str:
    """A chain of attributes that begins at a library, in full; empty for any other."""
    match node:
        case ast.Name(id=name):
            return paths.get(name, "")
        case ast.Attribute(value=value, attr=attr):
            whole = path_of(value, paths)
            return f"{whole}.{attr}" if whole else ""
    return ""


def is_pure(path: str) -> bool:
    """Whether it can be looked up and called, and nothing is another thing afterwards; of a library that is a part."""
    library, *parts = path.split(".")
    return (
        path in _PURE_TOO
        or path.startswith("jax.random.")
        or (library in _PURE and bool(parts) and not any(_IMPURE.match(part) for part in parts))
    )
