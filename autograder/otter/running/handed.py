"""Of which names of the notebook a test sees the numbers alone: answers that our own questions check, and words."""

import ast
import re
import symtable
from collections.abc import Iterator
from functools import lru_cache

from autograder.untrusted import guarded, python_tree

__all__ = ["handed_on"]

_EVALUATES = re.compile(r">>> |\b(eval|exec|globals|locals|vars|dir|getattr|env|__dict__|__main__|modules)\b")
"""With one of these a test may get at what it does not name but in a text."""
_WORD = re.compile(r"[^\W\d]\w*")


@lru_cache(maxsize=256)
def handed_on(source: str) -> frozenset[str]:
    """Words of a test file by which it gets at nothing of the notebook's but what a question of ours checks.

    Of ``Derivative("x**2", wrt="x").check(slope)`` these are ``slope``, and ``x``, which a notebook may well have too;
    and a name that the test binds itself, as a loop does.

    >>> test = '''
    ... def test_q1(slope, point):
    ...     from autograder import Derivative
    ...     question = Derivative("x**2", wrt="x")
    ...     question.check(slope)
    ...     assert point.shape == (2,) and all(size > 1 for size in point.shape)
    ... '''
    >>> sorted(handed_on(test) & {"point", "question", "size", "slope", "x"})
    ['question', 'size', 'slope', 'x']
    """
    tree = python_tree(source) if "autograder" in source else None
    scopes = guarded(lambda: symtable.symtable(source, "test", "exec"), otherwise=lambda why: None)
    if tree is None or scopes is None:
        return frozenset()
    nodes = list(ast.walk(tree))
    handed = _handed(nodes)
    words = {node.id for node in handed} if _EVALUATES.search(source) else set(_WORD.findall(source))
    used = {node.id for node in nodes if isinstance(node, ast.Name) and node not in handed}
    return frozenset(words - (used & set(_from_outside(scopes))))


def _handed(nodes: list[ast.AST]) -> set[ast.Name]:
    """The names that a question of ours checks, where it does."""
    ours = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "autograder"
        for alias in node.names
    }
    bound = [
        (target.id, _makes(node.value, ours))
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    questions = {name for name, made in bound if made} - {name for name, made in bound if not made}
    return {
        argument
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check"
        if _makes(node.func.value, ours) or (isinstance(node.func.value, ast.Name) and node.func.value.id in questions)
        for argument in node.args
        if isinstance(argument, ast.Name)
    }


def _from_outside(scope: symtable.SymbolTable, outermost: bool = True) -> Iterator[str]:
    """Names that no function of the file binds, and the parameters of its outermost ones, which Otter fills in."""
    for symbol in scope.get_symbols():
        if symbol.is_global() or (outermost and (symbol.is_parameter() or scope.get_type() != "function")):
            yield symbol.get_name()
    for child in scope.get_children():
        yield from _from_outside(child, outermost and scope.get_type() != "function")


def _makes(node: ast.AST, ours: set[str]) -> bool:
    """Whether it is one of our questions, written out."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours
