"""What the plugin does to Otter's own results, in this process: its test in Otter's takes seconds."""

import warnings
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

with warnings.catch_warnings():  # Otter's own
    warnings.simplefilter("ignore")
    from otter.test_files import abstract_test as otter

    from autograder.otter.plugin import AutograderPlugin, credit_in, short

SIGN = "❌ Test case failed\nError at line 9 in test q1:\n    q.check(f)\nCheckFailed: Not yet: the sign. [credit=0.5]"
PLAIN = "❌ Test case failed\nAssertionError: g is not right [credit=0.5]"


class File(otter.TestFile):
    """A test file that has been run: what is left of it is its results."""

    @classmethod
    def from_file(cls, path):
        raise NotImplementedError

    @classmethod
    def from_metadata(cls, s, path):
        raise NotImplementedError

    def run(self, global_environment):
        raise NotImplementedError


def graded(*cases: tuple[bool, float, str | None], all_or_nothing: bool = False) -> otter.TestFile:
    """A test file of (passed, points, message), after the plugin saw it."""
    made = [otter.TestCase(f"q1 - {n}", "", False, points, None, None) for n, (_, points, _) in enumerate(cases, 1)]
    file = File("q1", "q1.py", made, all_or_nothing)
    file.test_case_results = [
        otter.TestCaseResult(case, message, passed) for case, (passed, _, message) in zip(made, cases, strict=True)
    ]
    AutograderPlugin("s.ipynb", {}, {}).after_grading(SimpleNamespace(results={"q1": file}))
    return file


@pytest.mark.parametrize(
    ("cases", "all_or_nothing", "score"),
    [
        ([(True, 1, None), (False, 4, SIGN)], False, 3.0),
        ([(False, 2, SIGN), (False, 4, SIGN)], False, 3.0),
        # a case that passed has its points, whatever it printed
        ([(True, 1, SIGN), (False, 4, PLAIN)], False, 1.0),
        ([(True, 1, None), (False, 4, SIGN)], True, 0),
        ([(True, 1, None), (False, 4, None)], False, 1.0),
    ],
)
def test_a_failed_case_has_the_share_that_it_declared(cases, all_or_nothing, score):
    assert graded(*cases, all_or_nothing=all_or_nothing).score == score


def test_messages_of_failed_cases_are_their_sentences():
    results = graded((True, 1, SIGN), (False, 4, SIGN), (False, 1, PLAIN)).test_case_results
    assert [one.message for one in results] == [SIGN, "❌ Test case failed\nNot yet: the sign.", PLAIN]


@pytest.mark.parametrize(
    ("message", "credit"),
    [(None, 0.0), ("", 0.0), (PLAIN, 0.0), (SIGN, 0.5), (SIGN + " \n", 0.5), (SIGN.replace("0.5", "7"), 1.0),
     (SIGN.replace("CheckFailed", "CheckUndecided"), 0.5), (SIGN + " and more", 0.0)],
)  # fmt: skip
def test_credit_is_read_from_our_own_last_words(message, credit):
    assert credit_in(message) == credit


def test_what_is_not_ours_stays_as_otter_wrote_it():
    assert (short(None), short(""), short(PLAIN)) == (None, "", PLAIN)


@pytest.mark.parametrize(("minor", "with_id"), [(4, False), (5, True)])
def test_the_first_cell_marks_and_fits_the_notebooks_format(minor, with_id):
    cell = new_code_cell("x = 1")
    notebook = new_notebook(cells=[cell])
    if minor < 5:
        del cell["id"]
    notebook.nbformat_minor = minor
    changed = AutograderPlugin("s.ipynb", {}, {}).before_execution(notebook)
    nbformat.validate(changed)
    first, second = changed.cells
    assert (second.source, "id" in first, first.cell_type) == ("x = 1", with_id, "code")
    assert "marked = True" in first.source


def test_a_notebook_that_names_no_version_has_the_newest():
    bare = SimpleNamespace(cells=[])
    (first,) = AutograderPlugin("s.ipynb", {}, {}).before_execution(bare).cells
    assert "id" in first


def test_the_first_cell_comes_before_all_others():
    notebook = new_notebook(cells=[new_code_cell("x = 1"), new_code_cell("y = 2")])
    changed = AutograderPlugin("s.ipynb", {}, {}).before_execution(notebook)
    assert [cell.source for cell in changed.cells[1:]] == ["x = 1", "y = 2"]
