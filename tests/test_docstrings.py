"""What users import says what it is, what it takes, what it raises and how it is used; the examples run."""

import doctest
import inspect
from functools import cached_property
from importlib import import_module

import pytest

import autograder
from autograder.questions import Question

NAMES = [name for name in autograder.__all__ if not name.startswith("__")]
QUESTIONS = [
    name
    for name in NAMES
    if inspect.isclass(getattr(autograder, name)) and issubclass(getattr(autograder, name), Question)
]


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_and_whatever_it_offers_has_a_docstring(name: str) -> None:
    found = getattr(autograder, name)
    assert inspect.getdoc(found)
    # an inherited one counts: what a method that overrides adds is said where it is overridden, or there is nothing
    offered = [
        each
        for each, member in inspect.getmembers_static(found)
        if not each.startswith("_") and (inspect.isroutine(member) or isinstance(member, property | cached_property))
    ]
    assert [
        each for each in offered if not any(getattr(vars(base).get(each), "__doc__", None) for base in found.__mro__)
    ] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_tells_arguments_errors_and_an_example_that_runs(name: str) -> None:
    question = getattr(autograder, name)
    said = inspect.getdoc(question) or ""
    assert "Args:\n" in said
    assert "Raises:\n    AuthorError: " in said
    ran = doctest.DocTestRunner()
    for test in doctest.DocTestFinder(recurse=False).find(
        question, name, globs=vars(import_module(question.__module__))
    ):
        ran.run(test)
    assert ran.tries
    assert not ran.failures
