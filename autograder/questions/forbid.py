"""Tasks by hand: names that the source of an answer must not use."""

import ast
import sys
from collections.abc import Sequence

from autograder.untrusted import python_tree

__all__ = ["cells_that_make", "forbidden_name", "notebook_cells"]


def forbidden_name(source: str | None, names: Sequence[str]) -> str | None:
    """The first forbidden name that is used in some Python source, or None.

    Args:
        source: of a function or a cell; None where it is not known.
        names: such as ``diff`` or ``jax.grad``; the last part counts, as a call, an attribute or an import.

    >>> forbidden_name("g = sp.diff(x**2, x)", ("diff",))
    'diff'
    >>> forbidden_name("def diff_by_hand(x): return 2*x", ("diff",)) is None
    True
    """
    if not source:
        return None
    wanted = {name.rsplit(".", 1)[-1] for name in names}
    tree = python_tree(source)
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in wanted:
            return node.attr
        if isinstance(node, ast.Name) and node.id in wanted and isinstance(node.ctx, ast.Load):
            return node.id
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name.rsplit(".", 1)[-1] in wanted:
                    return alias.name
    return None


def cells_that_make(name: str, cells: Sequence[str]) -> list[str]:
    """The cells in which a name is assigned or a function of that name is defined.

    >>> cells_that_make("g", ["f = x**2", "%time 1\\ng = sp.diff(f, x)", "h = g"])
    ['\\ng = sp.diff(f, x)']
    """
    found = []
    for cell in cells:
        # IPython's magics and shell lines are no Python.
        source = "\n".join("" if line.lstrip()[:1] in ("%", "!") else line for line in cell.splitlines())
        tree = python_tree(source)
        if tree is None:
            continue
        made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        if name in made:
            found.append(source)
    return found


def notebook_cells() -> list[str]:
    """The cells that ran in this kernel; none outside of one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    history = shell.user_ns.get("In", ()) if shell is not None else ()
    return [cell for cell in history if isinstance(cell, str)]
