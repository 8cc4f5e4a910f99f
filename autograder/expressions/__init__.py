"""Expressions as data: SymPy ⇄ JSON tree, text → expression without ``eval``, values in ball arithmetic.

Only :mod:`autograder.expressions.tree` is loaded with this package (the jail needs no more); ``parse`` comes when it
is first used.
"""

from typing import Any

from autograder.expressions.tree import Tree, from_tree, to_tree

__all__ = ["Tree", "from_tree", "parse", "to_tree"]


def __getattr__(name: str) -> Any:
    if name == "parse":
        from autograder.expressions.text import parse

        return parse
    raise AttributeError(f"module 'autograder.expressions' has no attribute {name!r}")
