"""Assignments by Otter's own run and in a real kernel: the two places where students meet them without us."""

import pytest

from autograder import build
from tests import ROOT
from tests.course.executed import Executed, executed
from tests.course.record_course import live, recorded

__all__ = ["executed"]

ASSIGNMENTS = build.assignments(ROOT)
LIVE = {"hw03"}
"""Run in any case; a run costs ten seconds, and all of them are graded by ``build.certify`` in ``test_course.py``."""

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_otter_run_gives_the_solution_all_points_and_the_untouched_notebook_none(name: str) -> None:
    scores = live(name) if name in LIVE else recorded(name) or live(name)
    points = {question.name: question.config["points"] for question in build.read_source_of(ROOT, name).questions}
    assert scores["solution"] == points
    assert scores["blank"] == dict.fromkeys(points, 0)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_students_notebook_runs_in_jupyter_blank_and_solved(name: str, executed: Executed) -> None:
    questions = build.read_source_of(ROOT, name).questions
    cells = [cell for notebook in executed(name) for cell in notebook.cells]
    shown = [cell.outputs[0]["data"] for cell in cells if cell.source.startswith("grader.check(")]
    texts = [data["text/plain"] for data in shown]
    assert len(texts) == 2 * len(questions)
    for question, before, after in zip(questions, texts[: len(questions)], texts[len(questions) :], strict=True):
        assert after.startswith(f"{question.name}: passed, as far as it is checked here.\n")
        assert "checks ran here" in after
        for text in (before, after):
            assert text.startswith(question.name)
            assert "Traceback" not in text
            assert "CheckFailed" not in text
            assert "autograder/" not in text
        if question.config["points"]:
            assert before != after, question.name
