"""Expressions as data: SymPy ⇄ JSON tree, text → expression without ``eval``, values in ball arithmetic.

Only :mod:`autograder.expressions.tree` is loaded with this package (the jail needs no more); ``parse`` comes when it
is first used.

``tree.py`` is the form that crosses the wire, of the heads in ``heads.py``; ``build.py`` makes SymPy objects of it,
``differentiate.py`` their derivatives. ``text/`` reads what students type, as ``context.py`` says that it is meant;
``graph/`` evaluates.
"""

from typing import Any

from autograder.expressions.tree import Tree, from_tree, to_tree

__all__ = ["Tree", "from_tree", "parse", "to_tree"]


def __getattr__(name: str) -> Any:
    if name == "parse":
        from autograder.expressions.text import parse

        return parse
    raise AttributeError(f"module 'autograder.expressions' has no attribute {name!r}")
