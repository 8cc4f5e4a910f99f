"""The examples in the docstrings and in docs/questions.md run, and the page names every kind."""

import doctest
from importlib import import_module

import pytest

from autograder.questions import __all__ as names
from tests import ROOT

PAGE = ROOT / "docs" / "questions.md"
MODULES = [
    *(f"questions.{m}" for m in ("answers", "base", "descent", "directions", "equal", "fields", "kinds", "source")),
    *(
        f"questions.{m}"
        for m in ("choice", "critical", "minimiser", "quotients", "record", "roots", "tangents", "text")
    ),
    *(f"compare.{m}" for m in ("calling", "conventions", "numeric", "reading")),
    *(f"reference.{m}" for m in ("derivatives", "exact", "function", "sampling")),
]


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_run(module):
    failed, _ = doctest.testmod(import_module(f"autograder.{module}"))
    assert not failed


@pytest.mark.slow
def test_the_page_runs():
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert attempted > 20
    assert not failed


def test_the_page_names_every_kind():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in names if name[0].isupper() and name != "Question" and name not in text] == []
