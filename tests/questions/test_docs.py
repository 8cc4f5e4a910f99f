"""The examples in docs/questions.md, algorithms.md and calculus.md run, and the first page names every kind."""

import doctest

import pytest

from autograder.questions import __all__ as names
from tests import ROOT

PAGE = ROOT / "docs" / "questions.md"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "least"), [("questions.md", 20), ("algorithms.md", 20), ("calculus.md", 8)])
def test_the_page_runs(page, least):
    path = ROOT / "docs" / page
    failed, attempted = doctest.testfile(str(path), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert attempted > least
    assert not failed


def test_the_page_names_every_kind():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in names if name[0].isupper() and name != "Question" and name not in text] == []
