"""Every assignment: what its questions say to right, wrong and invalid answers, and that nothing is given away."""

import json
from pathlib import Path

import nbformat
import pytest

from autograder import build
from autograder.build.checks.findings import leak_findings, read_findings
from autograder.build.init import is_task
from autograder.build.source import is_hidden
from autograder.model import CaseResult, Outcome
from autograder.otter import load
from tests import ROOT
from tests.course.judged import judged_tries, tries_of
from tests.course.own_numbers import source_of

OUTCOMES = {"right": Outcome.CORRECT, "wrong": Outcome.INCORRECT, "invalid": Outcome.INVALID}
LEAST = {"right": 3, "wrong": 3, "invalid": 1}
POINTS = {"hw00": 0, "hw07": 10}
"""Possible points where they are not 40."""

LOOKED_AT_AGAIN = {"hw04"}
"""Of what is drawn there each version is looked at in any case; elsewhere when the source or the draws are others than
when `versions.json` was written, which is checked, since forty versions of ten questions take a minute."""

ASKED_OF_JAX = {"q4", "q7", "q15"}
"""Of hw01: JAX traces each answer at each point anew, which takes seconds."""

ASSIGNMENTS = build.assignments(ROOT)
QUESTIONS = [(name, question) for name in ASSIGNMENTS for question in tries_of(name)]


def said(case: CaseResult) -> tuple[Outcome, tuple[str, ...], str]:
    """What one test case found, its mistakes and its sentence."""
    assert case.raised is None, case
    if case.passed:
        return Outcome.CORRECT, (), ""
    verdict = case.checks[-1].verdict  # the one that ended it
    return verdict.outcome, verdict.mistakes, case.message


@pytest.mark.parametrize(
    ("name", "question"),
    [
        pytest.param(*pair, marks=[] if pair[0] == "hw01" and pair[1] not in ASKED_OF_JAX else [pytest.mark.slow])
        for pair in QUESTIONS
    ],
)
def test_answers_are_judged_as_the_table_says(name: str, question: str, shared_folder: Path | None) -> None:
    asked = next(each for each in source_of(name).questions if each.name == question)
    for answer, result in zip(tries_of(name)[question], judged_tries(name, question, shared_folder), strict=True):
        results = [said(case) for case in result.cases]
        assert len(results) == len(asked.tests), asked.tests
        outcomes = {outcome for outcome, _, _ in results}
        wanted = OUTCOMES[answer["is"]]
        # a figure can be right but for its labels: then one case fails and the others pass
        assert wanted in outcomes, (answer["note"], results)
        assert outcomes <= {wanted, Outcome.CORRECT}, (answer["note"], results)
        if "mistake" in answer:
            wanted = {answer["mistake"], *answer.get("tie", ())}
            assert any({*mistakes} == wanted for _, mistakes, _ in results), (answer["note"], results)
        if "hint" in answer:
            assert any(answer["hint"] in sentence for _, _, sentence in results), (answer["note"], results)
        for _, _, sentence in results:
            assert "Traceback" not in sentence, sentence
            assert sentence.count("\n") <= 3, sentence


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_question_has_answers_of_every_kind(name: str) -> None:
    table = tries_of(name)
    for question in build.read_source_of(ROOT, name).questions:
        tries = table[question.name]
        for kind, least in LEAST.items():
            assert sum(answer["is"] == kind for answer in tries) >= least, (question.name, kind)
        named = [v for v in tries if v["is"] == "wrong" and {"mistake", "hint"} & {*v} and "tie" not in v]
        assert len(named) >= LEAST["wrong"], question.name


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_before_every_question_there_is_something_to_run_or_to_look_at(name: str) -> None:
    shown = False
    for cell in build.read_source_of(ROOT, name).cells:
        text = cell.text.lstrip()
        if text.startswith("# BEGIN QUESTION"):
            assert shown, text
        elif text.startswith("# END QUESTION"):
            shown = False
        elif cell.kind == "code" or "](attachment:" in text:
            shown = True


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_points_names_and_hidden_tests(name: str) -> None:
    source = build.read_source_of(ROOT, name)
    assert [question.name for question in source.questions] == [f"q{n + 1}" for n in range(len(source.questions))]
    assert sum(question.config["points"] for question in source.questions) == POINTS.get(name, 40)
    assert list(read_findings(source)) == []
    for question in source.questions:
        assert {is_hidden(test) for test in question.tests} >= ({False} if name == "hw00" else {False, True})
        for answer in question.names:
            assert f"`{answer}`" in question.prompt or f"`{answer}," in question.prompt
        assert "**Asked:**" in question.prompt
        assert "**Checked:**" in question.prompt


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_students_get_no_answer(name: str) -> None:
    given = (ROOT / "assignments" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    for word in ("SOLUTION", "HIDDEN", "hidden=True", "seed=", "solutions/"):
        assert word not in given, word
    notebook = json.loads(given)
    assert all(not cell.get("outputs") or is_task(nbformat.from_dict(cell)) for cell in notebook["cells"])
    source = source_of(name)
    assert list(leak_findings(source, nbformat.from_dict(notebook))) == []


def test_hw01_gives_none_of_its_answers_away() -> None:
    given = (ROOT / "assignments/hw01/hw01.ipynb").read_text(encoding="utf-8")
    for answer in ("sp.diff(f, x)", "6 * x", "np.cos(3 * x)", "linalg", "-4, -1", "-3.2"):
        assert answer not in given, answer


@pytest.mark.slow
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_it_certifies_the_solution_gets_all_and_the_untouched_notebook_nothing(name: str) -> None:
    assert build.certify(ROOT, name, again=name in LOOKED_AT_AGAIN) == []
    source = {path.name: path.read_bytes() for path in build.assemble(ROOT, name).joinpath("student").iterdir()}
    assert source == {path.name: path.read_bytes() for path in (ROOT / "assignments" / name).iterdir()}
    solved = nbformat.read(build.solution_notebook(ROOT, name), as_version=4)
    usual = load(build.autograder_zip(ROOT, name)).usual
    assert usual is not None
    assert set(usual.cells) == {cell.id for cell in solved.cells if cell.cell_type == "code" and cell.source.strip()}
    assert set(usual.calls) <= {question.name for question in build.read_source_of(ROOT, name).questions}
    assert usual.calls or name in ("hw00", "hw07"), "these alone ask for no function"


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_instructors_page_lists_every_question_with_its_points_and_mistakes(name: str) -> None:
    page = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
    chapter = page.split(f"\n## {name}: ")[1].split("\n## ")[0]
    rows = [row.split(" | ") for row in chapter.split("\n") if row.startswith("| q")]
    source = build.read_source_of(ROOT, name)
    assert [row[0].strip("| ") for row in rows] == ["question", *(question.name for question in source.questions)]
    minutes: list[int] = []
    for row, question in zip(rows[1:], source.questions, strict=True):
        assert row[2] == ", ".join(f"`{answer}`" for answer in question.names)
        assert row[3] == str(question.config["points"])
        minutes.append(int(row[4]))
        named = {answer["mistake"] for answer in tries_of(name)[question.name] if "mistake" in answer}
        assert all(f"`{mistake}`" in row[5] for mistake in named), (question.name, named)
    overview = next(line for line in page.split("\n") if line.startswith(f"| [{name}]"))
    assert overview.split(" | ")[2] == str(sum(minutes))


def test_a_preview_calls_a_wrong_array_by_its_mistake() -> None:
    """What a wrong function returns is shown, though a function is asked for."""
    lines = list(build.preview(ROOT, "hw08", "q6", language="en"))
    assert any(line.startswith("prod_one_term: [[") for line in lines)
    assert not any("value_not_function" in line for line in lines)
