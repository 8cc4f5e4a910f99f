"""JAX's values at the points of every question of an assignment: made once, kept in its zip, held against at grading.

A test file is run once with every ``question.check(answer)`` replaced by one that notes the question, and no answers.
"""

import ast
import builtins
import doctest
import json
import logging
from dataclasses import replace
from typing import Any

from autograder.errors import AuthorError
from autograder.otter.assignment import REFERENCES, Assignment, Question
from autograder.otter.isolation import undisturbed
from autograder.untrusted import python_tree

__all__ = ["REFERENCES", "asked_of", "second_values", "with_references", "written"]

_NOTED = "__noted__"

_log = logging.getLogger("autograder")


class _Noting(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "check":
            noting = ast.Attribute(value=ast.Name(id=_NOTED, ctx=ast.Load()), attr="append", ctx=ast.Load())
            return ast.Call(func=noting, args=[node.func.value], keywords=[])
        return node


class _Unanswered(dict[str, Any]):
    """Names of a doctest: one that only the notebook binds is None."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        return None


def asked_of(question: Question) -> list[Any]:
    """The questions that a test file asks, made and not asked; what comes after something that stops is missing."""
    noted: list[Any] = []
    if "autograder" not in question.source:
        return noted
    if question.ok_format:
        parser = doctest.DocTestParser()
        texts = [example.source for case in question.cases for example in parser.get_examples(case.body)]
        unanswered = _Unanswered({_NOTED: noted})
        for text in texts:
            _run(text, {}, unanswered)
        return noted
    names: dict[str, Any] = {_NOTED: noted, "__name__": question.file}
    _run(question.source, names, names)
    for found in list(names.values()):
        test = getattr(found, "test_func", None)
        if callable(test):
            code = test.__code__
            try:
                test(*(None for _ in code.co_varnames[: code.co_argcount]))
            except Exception:  # the test does something of its own with an answer, which is not there
                _log.debug("collecting the questions of %s", question.name, exc_info=True)
    return noted


def _run(source: str, outer: dict[str, Any], names: dict[str, Any]) -> None:
    tree = python_tree(source)
    if tree is None:
        return
    try:
        module = ast.fix_missing_locations(_Noting().visit(tree))
        exec(compile(module, "test", "exec"), outer, names)
    except Exception:  # as above; what is wrong with a test is said where it is graded
        _log.debug("collecting questions", exc_info=True)


def second_values(assignment: Assignment) -> dict[str, list[float] | None]:
    """Key of a question → JAX's values at its points, row by row; None where JAX has none."""
    found: dict[str, list[float] | None] = {}
    with undisturbed(folder=str(assignment.workplace.folder) if assignment.workplace else "."):
        for question in assignment.questions:
            for asked in asked_of(question):
                find = getattr(asked, "second_values", None)
                if find is None:
                    continue
                try:
                    found |= find()
                except AuthorError:  # a question that cannot be made is told where it is asked
                    _log.debug("values of %s", asked, exc_info=True)
    return found


def with_references(assignment: Assignment) -> Assignment:
    """The assignment with JAX's values, computed here where its zip has none."""
    if all(question.references is not None for question in assignment.questions):
        return assignment
    values = second_values(assignment)
    return replace(
        assignment, questions=tuple(replace(question, references=values) for question in assignment.questions)
    )


def written(values: dict[str, list[float] | None]) -> bytes:
    """As it stands in the zip."""
    return json.dumps({"version": 1, "jax": values}, sort_keys=True).encode()
