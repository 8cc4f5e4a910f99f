"""The examples in docs/questions.md run, and the page names every kind."""

import doctest

import pytest

from autograder.questions import __all__ as names
from tests import ROOT

PAGE = ROOT / "docs" / "questions.md"


@pytest.mark.slow
def test_the_page_runs():
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert attempted > 20
    assert not failed


def test_the_page_names_every_kind():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in names if name[0].isupper() and name != "Question" and name not in text] == []
