"""JAX's values at the points of every question of an assignment: made once, kept in its zip, held against at grading.

A test file is run once with every ``question.check(answer)`` replaced by one that notes the question, and no answers.
"""

import ast
import builtins
import doctest
import io
import json
import logging
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import AuthorError
from autograder.otter.assignment import REFERENCES, Assignment, Question, read_values
from autograder.otter.isolation import undisturbed
from autograder.untrusted import python_tree
from autograder.versions import versions_taken, with_numbers_of

__all__ = [
    "REFERENCES",
    "alone",
    "asked_of",
    "brought",
    "lacks_references",
    "second_values",
    "with_references",
    "written",
]

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


def second_values(
    assignment: Assignment, known: Mapping[str, list[float] | None] | None = None
) -> dict[str, list[float] | None]:
    """Key of a question → JAX's values at its points, row by row; None where JAX has none.

    Where everybody has other numbers, of every version: its points and its function are others, and so is its key.

    Args:
        assignment: its tests.
        known: the values of questions with numbers of their own; None: they are found here.
    """
    found: dict[str, list[float] | None] = dict(known or {})
    with undisturbed(folder=str(assignment.workplace.folder) if assignment.workplace else "."):
        for question in assignment.questions:
            count = _versions(question)
            if count is None:
                _values_into(found, asked_of(question))
                continue
            if known is not None:
                continue
            import jax

            with jax.disable_jit():  # a program for each formula is run once, and to compile it takes longer
                for version in range(count):
                    with with_numbers_of(version):
                        _values_into(found, asked_of(question))
    return found


def _versions(question: Question) -> int | None:
    """How many there are of what the question draws; None where nothing is drawn in it."""
    tree = None if question.ok_format else python_tree(question.source)
    return None if tree is None else versions_taken(tree)


def _values_into(found: dict[str, list[float] | None], asked: Sequence[Any]) -> None:
    for each in asked:
        find = getattr(each, "second_values", None)
        if find is None:
            continue
        try:
            found |= find(found)
        except AuthorError:  # a question that cannot be made is told where it is asked
            _log.debug("values of %s", each, exc_info=True)


def lacks_references(assignment: Assignment) -> bool:
    """Whether JAX's values are still to be made: another author's zip, or one of another version."""
    return any(question.references is None for question in assignment.questions)


def with_references(assignment: Assignment, keep: Path | None = None) -> Assignment:
    """The assignment with JAX's values, computed here where its zip has none.

    Args:
        keep: a file in which they are found, or else left for the other processes of the class, which wait for them.
    """
    if not lacks_references(assignment):
        return assignment
    with alone(None if keep is None else keep.with_suffix(".lock")):
        values = read_values(keep) if keep is not None else None
        if values is None:
            values = second_values(assignment)
            _leave(keep, values)
    return replace(
        assignment, questions=tuple(replace(question, references=values) for question in assignment.questions)
    )


@contextmanager
def alone(place: Path | None) -> Iterator[None]:
    """Hold the lock of a folder, or of a file that is made for it; where none can be had, each process goes on."""
    lock = None
    try:
        if place is not None:
            import fcntl  # which Windows has not

            lock = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
    except (ImportError, OSError):
        _log.debug("locking %s", place, exc_info=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _leave(keep: Path | None, values: dict[str, list[float] | None]) -> None:
    if keep is None:
        return
    try:
        beside = keep.with_suffix(".part")
        beside.write_bytes(written(values))
        beside.replace(keep)
    except OSError:  # a home folder that cannot be written costs time, never a grade
        _log.debug("keeping %s", keep, exc_info=True)


def brought(archive: bytes, values: dict[str, list[float] | None]) -> bytes:
    """A zip with JAX's values in it; the same input gives the same bytes."""
    made = io.BytesIO(archive)
    info = zipfile.ZipInfo(REFERENCES)  # with the zip format's first day as its date
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(info, written(values))
    return made.getvalue()


def written(values: dict[str, list[float] | None]) -> bytes:
    """As it stands in the zip."""
    return json.dumps({"version": 1, "jax": values}, sort_keys=True).encode()
