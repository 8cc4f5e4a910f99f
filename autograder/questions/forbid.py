"""Tasks by hand: names that the source of an answer must not use."""

import ast
from collections.abc import Sequence
from textwrap import dedent

__all__ = ["forbidden_name"]


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
    try:
        tree = ast.parse(dedent(source))
    except (SyntaxError, ValueError, RecursionError):
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
