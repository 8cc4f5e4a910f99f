"""Which answers a test hands to our own questions and looks at no further: of them the numbers are enough."""

import ast
import re
from functools import lru_cache

from autograder.untrusted import python_tree

__all__ = ["handed_on"]

_EVALUATES = re.compile(r">>> |\b(eval|exec|globals|locals|vars|dir|getattr|__dict__|modules)\b")
"""With one of these a test may get at a name that stands in a text."""


@lru_cache(maxsize=256)
def handed_on(source: str) -> frozenset[str]:
    """Names that stand in a test file as what a question of ours checks or in texts, and nowhere else.

    Of ``Derivative("x**2", wrt="x").check(slope)`` these are ``slope``, and ``x``, which a notebook may well have too.

    >>> test = '''
    ... def test_q1(slope, point):
    ...     from autograder import Derivative
    ...     question = Derivative("x**2", wrt="x")
    ...     question.check(slope)
    ...     assert point.shape == (2,)
    ... '''
    >>> sorted(handed_on(test))
    ['slope', 'x']
    """
    tree = python_tree(source) if "autograder" in source else None
    nodes = [] if tree is None else list(ast.walk(tree))
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
    handed = {
        argument
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "check"
        if _makes(node.func.value, ours) or (isinstance(node.func.value, ast.Name) and node.func.value.id in questions)
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
    others = {node.id for node in nodes if isinstance(node, ast.Name) and node not in handed}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    in_texts = set() if _EVALUATES.search(source) else set(re.findall(r"[^\W\d]\w*", " ".join(texts)))
    taken = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return frozenset({node.id for node in handed} | (in_texts - taken)) - others


def _makes(node: ast.AST, ours: set[str]) -> bool:
    """Whether it is one of our questions, written out."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ours
