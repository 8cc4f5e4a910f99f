"""The table of Python answers, in the student's own notebook and through the real command: the same outcome."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from autograder import questions
from autograder.model import Run, Verdict
from tests.grading.python_answers import ANSWERS, HEAD, OUTCOMES, QUESTIONS
from tests.otter.otter_samples import autograder_zip, notebook

FILE = """\
from autograder import {kind}
from otter.test_files import test_case
OK_FORMAT = False
name = "{name}"
points = 1
@test_case(points=None, hidden=True)
def case({answer}):
    {question}.check({answer})
"""


@pytest.fixture(scope="module")
def here() -> list[Verdict]:
    """What the notebook says of each row."""
    found = []
    for question, cell, _ in ANSWERS:
        names: dict[str, object] = {}
        exec(HEAD + cell, names)
        asked = eval(QUESTIONS[question], vars(questions))
        found.append(asked.judge(names["answer"]))
    return found


@pytest.mark.slow
def test_the_notebook_judges_every_row_as_the_table_says(here: list[Verdict]) -> None:
    assert len(ANSWERS) >= 120
    told = [
        (question, cell, verdict.outcome.value, verdict.details)
        for (question, cell, outcome), verdict in zip(ANSWERS, here, strict=True)
        if verdict.outcome.value != OUTCOMES[outcome]
    ]
    assert told == []


@pytest.mark.slow
@pytest.mark.long
def test_the_command_judges_every_row_as_the_notebook_does(here: list[Verdict], tmp_path: Path) -> None:
    tests, cells = {}, []
    for place, (question, cell, _) in enumerate(ANSWERS):
        text = QUESTIONS[question]
        name = f"q{place:03}"
        kind = text.partition("(")[0]
        tests[name] = FILE.format(kind=kind, name=name, answer=f"answer_{place}", question=text)
        cells.append(f"{cell}\nanswer_{place} = answer")
    zipped = autograder_zip(tmp_path, tests)
    (tmp_path / "in").mkdir()
    work = notebook(tmp_path / "in" / "ada.ipynb", HEAD, *cells, "")
    out = tmp_path / "grades"
    called = [sys.executable, "-c", "from autograder.cli import main; main()"]
    command = [*called, "grade", str(zipped), str(work), "-o", str(out), "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode in (0, 3), done.stderr
    run = msgspec.json.decode((out / "results.json").read_bytes(), type=Run)
    graded = {question.name: question.cases[0].checks for question in run.results[0].questions}
    for place, ((_, cell, _), verdict) in enumerate(zip(ANSWERS, here, strict=True)):
        checks = graded[f"q{place:03}"]
        assert [(c.verdict.outcome, c.verdict.reason) for c in checks] == [(verdict.outcome, verdict.reason)], cell
