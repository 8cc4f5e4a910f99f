"""The examples in the docstrings about formulas run."""

import doctest
from importlib import import_module

import pytest

MODULES = {
    "autograder.expressions.tree": 2,
    "autograder.expressions.text.parser": 1,
    "autograder.expressions.build": 1,
    "autograder.expressions.graph.balls": 1,
    "autograder.points": 1,
    "autograder.compare.symbolic": 1,
}


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(import_module(name))
    assert found.failed == 0
    assert found.attempted >= MODULES[name]
