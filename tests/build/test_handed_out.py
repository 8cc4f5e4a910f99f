"""What of the versions students get: no number of hidden tests, and practice in a notebook for each."""

import re

import nbformat
import pytest

from autograder import build
from autograder.build.checks.certify import certify
from autograder.build.checks.findings import leak_findings
from autograder.build.course import source_notebook
from autograder.build.source import read_source
from autograder.build.versions import pool_of
from autograder.versions import chosen, fill
from tests.build.drawn import DRAW, HIDDEN, PROMPT, copy_certified, write_drawn


@pytest.mark.slow
def test_a_students_notebook_holds_nothing_that_hidden_tests_alone_use(tmp_path):
    hidden = HIDDEN.replace("at=p, ", "at=p, points=[secret], ")
    write_drawn(tmp_path, draw=DRAW + "\nsecret = draw.whole(777000, 777999)", hidden=hidden)
    assert [str(finding) for finding in certify(tmp_path, "hw") if finding.error] == []

    given = build.student_notebook(tmp_path, "hw").read_text(encoding="utf-8")

    assert "secret" not in given
    assert "777" not in given


def test_a_later_solution_may_call_an_earlier_answer_by_its_head(tmp_path):
    solution = "def slope(w, b):\n    return 2 * w  # SOLUTION\n# BEGIN SOLUTION\nthere = slope(w, b)\n# END SOLUTION"
    source = read_source(write_drawn(tmp_path, solution=solution))
    given = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def slope(w, b):\n    return ...")])

    assert list(leak_findings(source, given)) == []


@pytest.mark.slow
def test_in_a_notebook_for_each_practice_shows_new_numbers(tmp_path, shared_folder):
    copy_certified(tmp_path, shared_folder)
    path = source_notebook(tmp_path, "hw")
    shown = [version.shown["c5"] for version in pool_of(path, read_source(path)).versions]
    made = nbformat.reads(build.notebook_of_each(tmp_path, "hw")("ann@example.edu").decode(), 4)
    names = {}
    for cell in made.cells[:2]:  # the id, and the grader; how a missing package is installed is IPython's
        exec(re.sub(r"^    %.*$", "", cell.source, flags=re.M), names)

    exec("tasks = [grader.practice('q1') for _ in range(2)]", names)

    texts = [each.text.partition("\n\n*Practice")[0] for each in names["tasks"]]
    own = shown[chosen("hw", "ann@example.edu", 3)]
    assert sorted(texts) == sorted(fill(PROMPT, each) for each in shown if each != own)
