"""What is found by grading: the solution, the untouched notebook, and the answers that an assignment is tried with."""

from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from autograder import build
from autograder.batch.journal.overrides import Override, apply_overrides
from autograder.build.checks.certify import certify, graded
from autograder.build.template import new_assignment
from autograder.cli.commands import build as commands
from autograder.model import Status
from tests.build.source_samples import CONFIG, HIDDEN, notebook, question

FREE = '""" # BEGIN TEST CONFIG\npoints: 0\nhidden: false\n""" # END TEST CONFIG\n'
ASK = "def test_{0}({1}):\n    from autograder import {2}\n\n    {2}({3}).check({1})"
LETTER = FREE + ASK.format("q1", "shape", "Choice", '"WXYZ", name="shape"')
KEY = "# HIDDEN\n" + ASK.format("q1_key", "shape", "Choice", '"WXYZ", key="Y", name="shape"')
WORDS = FREE + ASK.format("q2", "why", "Text", 'least=3, name="why"')
READ = "# HIDDEN\n" + ASK.format("q2_read", "why", "Text", 'least=3, by_hand=True, name="why"')


def chosen(folder: Path, letter: str = LETTER) -> Path:
    """A course with one multiple choice and one text."""
    begin = "# BEGIN QUESTION\nname: q2\npoints: 3"
    second = question(begin, "Give `why`.", 'why = "It bends both ways."  # SOLUTION', (WORDS, READ))
    first = question(prompt="Give `shape`: W, X, Y or Z.", solution='shape = "Y"  # SOLUTION', tests=(letter, KEY))
    notebook(folder / "solutions" / "hw" / "hw.ipynb", CONFIG, *first, *second)
    return folder


@pytest.mark.slow
def test_a_choice_s_key_stays_with_the_judge_and_a_text_waits_for_a_person(tmp_path: Path) -> None:
    root = chosen(tmp_path)
    assert [str(finding) for finding in certify(root, "hw") if finding.error] == []
    build.install(root, "hw")
    handed_out = "".join(path.read_text() for path in (root / "assignments").rglob("*") if path.is_file())
    assert "shape" in handed_out
    for secret in ('key=\\"', "by_hand", '"Y"', "bends"):
        assert secret not in handed_out
    blank = build.student_notebook(root, "hw")
    answers = {"right": ('"y)"', '"Both ways it bends."'), "wrong": ('"W"', "..."), "none": ('"all"', '"no"')}
    paths = []
    for name, (shape, why) in answers.items():
        opened = nbformat.read(blank, as_version=4)
        for cell in opened.cells:
            cell.source = cell.source.replace("shape = ...", f"shape = {shape}").replace("why = ...", f"why = {why}")
        paths.append(tmp_path / f"{name}.ipynb")
        nbformat.write(opened, paths[-1])
    right, wrong, none = graded(root, "hw", *paths)
    assert [[question.score for question in result.questions] for result in (right, wrong, none)] == [
        [2.0, None], [0.0, 0.0], [0.0, 0.0]
    ]  # fmt: skip
    assert (right.status, right.score, wrong.status, wrong.score) == (Status.NEEDS_REVIEW, None, Status.GRADED, 0.0)
    check = right.questions[1].cases[1].checks[0]
    assert (check.answer, check.answer_kind) == ("Both ways it bends.", "text")
    decided = apply_overrides(
        right,
        {"q2": Override(key="right", question="q2", points=2.5, why="clear", who="TA", at="2026-01-01T00:00:00+00:00")},
    )
    assert (decided.status, decided.final) == (Status.GRADED, 4.5)


@pytest.mark.slow
def test_a_check_of_the_form_that_earns_points_is_refused(tmp_path: Path) -> None:
    root = chosen(tmp_path, letter=LETTER.removeprefix(FREE))
    assert [finding.code for finding in certify(root, "hw") if finding.error] == ["B14"]


def course(folder: Path, *cells: tuple[str, str]) -> Path:
    init = ("code", 'import autograder\n\ngrader = autograder.Notebook("hw")')
    notebook(folder / "solutions" / "hw" / "hw.ipynb", ("raw", f"{CONFIG[1]}\ninit_cell: false"), init, *cells)
    return folder


@pytest.mark.slow
def test_what_stops_or_passes_without_an_answer_is_told_with_its_cell(tmp_path: Path) -> None:
    begin = "# BEGIN QUESTION\nname: q{}\npoints: 2"
    own = "def test_q1(a):\n    raise RuntimeError('oops')"
    stops = "b = 1 / 0  # SOLUTION"
    passes = ("def test_q3(c):\n    assert True", "# HIDDEN\ndef test_q3_more(c):\n    assert True")
    root = course(
        tmp_path,
        *question(begin.format(1), tests=(own, HIDDEN)),
        *question(begin.format(2), "Give `b`.", stops, ("def test_q2(b):\n    assert b == 1",)),
        *question(begin.format(3), "Give `c`.", "c = 1  # SOLUTION", passes),
        ("code", "print(a.bit_length())"),
    )
    said = certify(root, "hw")
    assert [str(finding) for finding in said if finding.code == "B11" and not finding.error] == [
        "B11 advice (cell 32): In the untouched notebook `print(a.bit_length())` raises AttributeError: 'ellipsis' "
        "object has no attribute 'bit_length'. Whoever leaves answers out meets it; let what students are given not "
        "depend on their answers.",
    ]
    assert [str(finding) for finding in said if finding.error] == [
        "B11 error (q2, cell 16): In the solution `b = 1 / 0  # SOLUTION` raises ZeroDivisionError: division by zero."
        " It must run through.",
        "B12 error (q1, cell 9): The solution gets 1 of 2; test_q1: RuntimeError: oops. Mend the test: it must not stop"
        " on a right answer.",
        "B13 error (q3, cell 28): The untouched notebook gets 2 of 2: test_q3, test_q3_more pass without an answer. A"
        " test has to fail then: let it call `.check(…)` with the name it asks for, and mark all of the solution.",
    ]


@pytest.mark.slow
def test_answers_to_try_it_with_are_judged_when_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_assignment(tmp_path, "hw07")
    answer = '[[q1]]\nis = "{}"\nnote = "{}"\n{}code = "df = {}"\n'
    path = tmp_path / "solutions" / "hw07" / "tries.toml"
    right = "'(2*x - x**2)*exp(-x)'"
    good = [
        ("right", "text", "", right),
        ("wrong", "kept", 'mistake = "not_diff"\ntie = ["pow_nolower"]\n', "'x**2*exp(-x)'"),
        ("invalid", "nothing", "", "None"),
    ]
    path.write_text("".join(answer.format(*each) for each in good), encoding="utf-8")
    assert build.grade_tries(tmp_path, "hw07") == []
    bad = [
        ("right", "sign", "", "'-2*x'"),
        ("wrong", "passes", "", right),
        ("invalid", "only wrong", "", "'-2*x'"),
        ("wrong", "unnamed", 'mistake = "neg"\n', "'x**2*exp(-x)'"),
        ("wrong", "no hint", 'hint = "Which rule"\n', "'x**2'"),
    ]
    path.write_text("".join(answer.format(*each) for each in bad), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(commands.lint, ["hw07"]).output == "hw07: nothing to mend\n"
    linted = CliRunner().invoke(commands.lint, ["hw07", "--tries"], standalone_mode=False)
    assert linted.return_value == 3
    before = CliRunner().invoke(commands.lint, ["hw07", "--variants"], standalone_mode=False)
    assert before.stdout == linted.stdout
    assert before.stderr.startswith("warning: --variants is called --tries now")
    told = linted.output.splitlines()
    assert [line.split("tries.toml: ")[1].split(" and ")[0] for line in told] == [
        "'sign' is called right,",
        "'passes' is called wrong,",
        "'only wrong' is called invalid,",
        "'unnamed' is to be named neg,",
        "'no hint' does not get the hint 'Which rule'. Mend the answer, or what it says of itself; a changed question"
        " needs changed answers.",
    ]
    assert all(line.startswith("hw07: V03 error (q1): ") for line in told)
