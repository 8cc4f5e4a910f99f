"""Lines that compare, made one function each, as this package's own assignments have their tests."""

import ast
import builtins
import functools
import importlib
import re
import symtable
import textwrap
from collections.abc import Collection, Mapping

from autograder.build.source import parsed_text
from autograder.errors import AuthorError

__all__ = ["as_test", "imports_of", "only_checks"]

_NOSE = {
    "assert_equal": "assertEqual", "assert_equals": "assertEqual", "eq_": "assertEqual", "ok_": "assertTrue",
    "assert_true": "assertTrue", "assert_false": "assertFalse", "assert_raises": "assertRaises",
    "assert_in": "assertIn",
    "assert_almost_equal": "assertAlmostEqual", "assert_not_equal": "assertNotEqual", "assert_is_none": "assertIsNone",
    "assert_is_instance": "assertIsInstance", "assert_greater": "assertGreater", "assert_less": "assertLess",
}  # fmt: skip
"""Functions of nose, which no Python since 3.12 can import, and what does the same."""
_WHOLE = ("math", "numpy", "numpy.testing", "sympy")
"""Libraries whose names are known, where somebody imports all of them."""
_ASSERTS = re.compile(r"(?:^|\.)(?:assert\w*|eq_|ok_)$")


def as_test(
    name: str,
    text: str,
    *,
    imports: Mapping[str, str],
    names: Collection[str],
    points: float | None = None,
    hidden: bool = False,
) -> str:
    """A test cell of one function.

    Args:
        name: of the function.
        text: the lines; they may use every name of the notebook.
        imports: name → the line with which the notebook imports it.
        names: what else the notebook binds; those that the lines read become parameters.
        points: of this test; None leaves it to the question.
        hidden: whether students must not get it.
    """
    # IPython's own lines do nothing that a test needs, and no function may hold them
    text = "\n".join(line for line in text.split("\n") if not line.startswith(("%", "!")))
    body, whole = _without_stars(_without_nose(text.strip("\n")))
    whole += [line.split()[1] for line in reversed([*imports.values()]) if line.endswith("import *")]
    read = _read(body)
    brought = [imports[each] for each in sorted(read) if each in imports]
    brought += [f"from {library} import {each}" for each in sorted(read - {*imports} - {*names})
                if (library := _that_has(each, whole))]  # fmt: skip
    given = [each for each in sorted(read) if each in names and each not in imports]
    lines = "\n".join([*dict.fromkeys(brought), body])
    function = f"def {name}({', '.join(given)}):\n{_indented(lines)}"
    config = [f"points: {points:g}"] if points is not None else []
    if not config:
        return f"# HIDDEN\n{function}" if hidden else function
    config.append(f"hidden: {str(hidden).lower()}")
    return "\n".join(['"""# BEGIN TEST CONFIG', *config, '"""  # END TEST CONFIG', "", "", function])


def imports_of(text: str) -> dict[str, str]:
    """Name → the line that imports it, of a cell of code; a line that imports everything stands for itself."""
    found = {}
    for node in parsed_text(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for each in node.names:
                alone = ast.unparse(
                    ast.Import(names=[each])
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(module=node.module, names=[each], level=node.level)
                )
                own = (each.asname or each.name).partition(".")[0]
                found[alone if own == "*" else own] = alone
    return found


def only_checks(text: str) -> bool:
    """Whether a cell is nothing but assertions, with what they need."""
    body = parsed_text(text).body
    return any(map(is_check, body)) and all(
        is_check(node) or isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.For | ast.With)
        for node in body
    )


def is_check(node: ast.stmt) -> bool:
    """Whether a statement asserts something, itself or somewhere in it."""
    if isinstance(node, ast.For | ast.With):
        return any(map(is_check, node.body))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return _ASSERTS.search(ast.unparse(node.value.func)) is not None
    return isinstance(node, ast.Assert)


def _read(body: str) -> set[str]:
    """Names that the lines look up outside of themselves, builtins left out."""
    plain = ast.unparse(parsed_text(body))
    table = symtable.symtable(f"def test():\n{textwrap.indent(plain, '    ')}\n    pass", "test", "exec")
    found: set[str] = set()
    waiting = table.get_children()
    while waiting:
        current = waiting.pop()
        found |= {symbol.get_name() for symbol in current.get_symbols() if symbol.is_global()}
        waiting += current.get_children()
    seen: set[str] = set()
    for node in parsed_text(body).body:  # `x = x + 1` reads the notebook's x, although it is then the test's own
        names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
        found |= {each.id for each in names if isinstance(each.ctx, ast.Load) and each.id not in seen} & {
            each.id
            for each in names
            if isinstance(each.ctx, ast.Store) and isinstance(node, ast.Assign | ast.AugAssign)
        }
        seen |= {each.id for each in names if isinstance(each.ctx, ast.Store)}
    return {name for name in found if not hasattr(builtins, name)}


def _without_stars(text: str) -> tuple[str, list[str]]:
    """The lines without ``from … import *``, which no function may hold, and the libraries that these name."""
    lines, libraries = text.split("\n"), []
    for node in reversed(parsed_text(text).body):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            if node.module not in _WHOLE:
                line = ast.unparse(node)
                raise AuthorError(f"`{line}` in a test: write out what it imports, since each test becomes a function")
            libraries.append(node.module)
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines), libraries


def _that_has(name: str, libraries: Collection[str]) -> str | None:
    """The first of these libraries that has this name for everybody."""
    known = (each for each in libraries if each in _WHOLE)
    return next((each for each in known if name in _all_of(each)), None)


@functools.cache
def _all_of(library: str) -> frozenset[str]:
    module = importlib.import_module(library)
    return frozenset(getattr(module, "__all__", [each for each in dir(module) if not each.startswith("_")]))


def _without_nose(text: str) -> str:
    module = parsed_text(text)
    if not any(isinstance(node, ast.ImportFrom) and str(node.module).startswith("nose") for node in ast.walk(module)):
        return text
    lines = text.split("\n")
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    for node in reversed(module.body):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("nose"):
            wanted = [each for each in node.names if each.name != "*"]
            pairs = [(each.asname or each.name, each.name) for each in wanted] or [
                (n, n) for n in sorted(used & {*_NOSE})
            ]
            made = [f"{own} = TestCase().{_NOSE[name]}" for own, name in pairs if name in _NOSE]
            lines[node.lineno - 1 : node.end_lineno] = ["from unittest import TestCase", *made]
    return "\n".join(lines)


def _indented(text: str) -> str:
    module = parsed_text(text)
    spread = any(
        isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno
        for node in ast.walk(module)
    )
    # what stands in quotes over several lines would be moved as well
    return textwrap.indent(ast.unparse(module) if spread else text, "    ")
