"""The examples in the docstrings and in docs/questions.md run, and the page names every kind."""

import doctest
from importlib import import_module

import pytest

from autograder.questions import __all__ as names
from tests import ROOT

PAGE = ROOT / "docs" / "questions.md"
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for room in ("questions", "compare", "reference")
    for path in sorted((ROOT / "autograder" / room).rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


def test_there_are_examples():
    assert len(MODULES) > 20


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_run(module):
    failed, _ = doctest.testmod(import_module(module))
    assert not failed


@pytest.mark.slow
def test_the_page_runs():
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert attempted > 20
    assert not failed


def test_the_page_names_every_kind():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in names if name[0].isupper() and name != "Question" and name not in text] == []
