"""JAX's values at the points of every question of an assignment: made once, kept in its zip, held against at grading.

A test file is run once with every ``question.check(answer)`` replaced by one that notes the question, and no answers.
"""

import ast
import builtins
import doctest
import io
import json
import logging
import traceback
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.errors import AuthorError, BugError
from autograder.origin import PACKAGE, alone
from autograder.otter.assignment import REFERENCES, Assignment, Question, read_values
from autograder.otter.isolation import undisturbed
from autograder.untrusted import python_tree
from autograder.versions import versions_taken, with_numbers_of

__all__ = [
    "REFERENCES",
    "asked_of",
    "brought",
    "lacks_references",
    "second_values",
    "with_references",
    "written",
]

_NOTED, _TEST = "__noted__", "<test>"

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


def asked_of(question: Question, faults: list[Exception] | None = None) -> list[Any]:
    """The questions that a test file asks, made and not asked; what comes after something that stops is missing.

    Args:
        question: whose test file.
        faults: where errors of this package are added that keep a question from being made.

    Raises:
        BugError: there is one, and no ``faults``.
    """
    noted: list[Any] = []
    if "autograder" not in question.source:
        return noted
    if question.ok_format:
        parser = doctest.DocTestParser()
        texts = [example.source for case in question.cases for example in parser.get_examples(case.body)]
        unanswered = _Unanswered({_NOTED: noted})
        for text in texts:
            with _passing_over(question, faults):
                _run(text, {}, unanswered)
        return noted
    names: dict[str, Any] = {_NOTED: noted, "__name__": question.file}
    with _passing_over(question, faults):
        _run(question.source, names, names)
    for found in list(names.values()):
        test = getattr(found, "test_func", None)
        if callable(test):
            code = test.__code__
            with _passing_over(question, faults):
                test(*(None for _ in code.co_varnames[: code.co_argcount]))
    return noted


@contextmanager
def _passing_over(question: Question, faults: list[Exception] | None) -> Iterator[None]:
    """Go on after what a test does of its own with an answer, which is not there; what is wrong is said at grading."""
    try:
        yield
    except Exception as error:
        _log.debug("collecting the questions of %s", question.name, exc_info=True)
        if not _is_ours(error):
            return
        if faults is None:
            said = f"{type(error).__name__}: {error}"
            raise BugError(f"a question of {question.name} cannot be made, a bug in autograder: {said}") from error
        faults.append(error)


def _is_ours(error: Exception) -> bool:
    """Whether this package stopped at its own text or at a name that it has not: nothing in a test makes it do that."""
    if isinstance(error, AttributeError):
        lacks = error.obj.__name__ if isinstance(error.obj, ModuleType) else type(error.obj).__module__
        if lacks.partition(".")[0] != "autograder":
            return False
    elif not isinstance(error, SyntaxError | NameError | ImportError):
        return isinstance(error, BugError)
    codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
    files = [code.co_filename for code in codes if code.co_name != "__getattr__"]  # a kind that there never was
    if isinstance(error, SyntaxError):
        files.append(str(error.filename))
    called = files[files.index(_TEST) :] if _TEST in files else []  # what is above are the functions of this module
    own = [file.startswith(str(PACKAGE)) for file in called if file == _TEST or file.startswith(str(PACKAGE))]
    return own[-1:] == [True]


def _run(source: str, outer: dict[str, Any], names: dict[str, Any]) -> None:
    tree = python_tree(source)
    if tree is None:
        return
    module = ast.fix_missing_locations(_Noting().visit(tree))
    exec(compile(module, _TEST, "exec"), outer, names)


def second_values(
    assignment: Assignment,
    known: Mapping[str, list[float] | None] | None = None,
    faults: list[Exception] | None = None,
) -> dict[str, list[float] | None]:
    """Key of a question → JAX's values at its points, row by row; None where JAX has none.

    Where everybody has other numbers, of every version: its points and its function are others, and so is its key.

    Args:
        assignment: its tests.
        known: the values of questions with numbers of their own; None: they are found here.
        faults: where errors of this package are added that keep a question from being made.

    Raises:
        BugError: there is one, and no ``faults``.
    """
    found: dict[str, list[float] | None] = dict(known or {})
    with undisturbed(folder=str(assignment.workplace.folder) if assignment.workplace else "."):
        for question in assignment.questions:
            count = _versions(question)
            if count is None:
                _values_into(found, asked_of(question, faults))
                continue
            if known is not None:
                continue
            for version in range(count):
                with with_numbers_of(version):
                    _values_into(found, asked_of(question, faults))
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
            faults: list[Exception] = []
            values = second_values(assignment, faults=faults)
            _leave(None if faults else keep, values)  # another process may have what this one lacks
    return replace(
        assignment, questions=tuple(replace(question, references=values) for question in assignment.questions)
    )


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
