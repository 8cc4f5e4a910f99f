"""Cells of a notebook without an id: those that use its numbers wait, and say so, where an error would end Run All.

JupyterLab runs no cell after one that stops and takes its output away, and with that what the student is asked for. So
no number is made up and nothing stops: a cell that reads what is not known yet is not run, and what it would have made
is not known either. Without an IPython there are no cells, and nothing waits.
"""

import ast
import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["go_on", "said", "shell", "unknown", "wait"]


class _Unknown:
    """In the place of a number that is not known yet, and of whatever is made of it."""

    def __repr__(self) -> str:
        return repr(said())


unknown = _Unknown()


class _Waiting(ast.NodeTransformer):
    """Makes of a cell that reads an unknown name one that says so; what it imports does not depend on numbers.

    Args:
        names: the notebook's.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names

    def visit_Module(self, node: ast.Module) -> ast.Module:
        if not any(self._names.get(name) is unknown for name in _read(node)):
            return node
        imports = [each for each in node.body if isinstance(each, ast.Import | ast.ImportFrom)]
        for each in node.body:
            if each not in imports:
                self._names.update(dict.fromkeys(_made(each), unknown))
        some = ast.keyword("fromlist", ast.List([ast.Constant("said")], ast.Load()))
        here = ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant(__name__)], [some])
        says = ast.Expr(ast.Call(ast.Attribute(here, "said", ast.Load()), [], []))
        return ast.fix_missing_locations(ast.Module([*imports, says], type_ignores=[]))


def _read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def _made(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement binds in the notebook, and perhaps some of a function's own, which harm nothing."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def shell() -> Any:
    """The IPython in which this runs; None where there is none."""
    ipython = sys.modules.get("IPython")  # in a notebook it is loaded; elsewhere there is no shell
    return ipython.get_ipython() if ipython is not None else None


def wait(ipython: Any, count: int) -> tuple[_Unknown, ...]:
    """So many unknown numbers; cells of this shell that read one wait from now on."""
    if not _of(ipython):
        ipython.ast_transformers.append(_Waiting(ipython.user_ns))
    return (unknown,) * count


def go_on(ipython: Any) -> None:
    """The numbers are known: cells run again, and what was not known is gone."""
    if ipython is None:
        return
    for each in _of(ipython):
        ipython.ast_transformers.remove(each)
    for name in [name for name, value in ipython.user_ns.items() if value is unknown]:
        del ipython.user_ns[name]


def _of(ipython: Any) -> list[_Waiting]:
    return [each for each in ipython.ast_transformers if isinstance(each, _Waiting)]


def said() -> Any:
    """What a cell shows that waits."""
    from autograder.feedback import notebook as sentences
    from autograder.student.messages import Message, worded

    return Message(lines=(worded(sentences.WAITS),))
