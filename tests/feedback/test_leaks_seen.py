"""Nothing that a student gets to see gives an answer away: pages, what Otter prints, files, installed sources."""

import ast
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from autograder import build
from autograder.build.source import is_hidden
from autograder.feedback import leaks
from autograder.locale import available
from autograder.mistakes import MISTAKES
from autograder.model import QuestionResult, Run, Status, SubmissionResult
from autograder.otter import Assignment, load
from autograder.otter.running.outside import run_test
from autograder.otter.upstream import upstream
from autograder.questions import base
from autograder.report.pages import html as pages
from autograder.report.pages import typeset
from autograder.witnesses import settle
from tests.feedback.leak_samples import (
    IMPORTS,
    ROOT,
    Asked,
    course,
    executed,
    generated_answers,
    only_for_tas,
    student_notebook,
    text_of,
    texts,
    wrong_tries,
)
from tests.report import report_samples as samples
from tests.sandbox.fake_sandbox import Held

HOMEWORK = build.assignments(ROOT)
EXAMPLE = "hw01"
COURSE = [pytest.param(name, marks=() if name == EXAMPLE else pytest.mark.slow) for name in HOMEWORK]


@cache
def judge_of(name: str) -> Assignment:
    return load(build.autograder_zip(ROOT, name))


def judged(asked: Asked, *, generated: bool) -> Iterator[tuple[str, QuestionResult]]:
    """What a wrong answer looks like, and the result that it really gets; a right one by chance is left out.

    Without the generated ones, also without those that wait for JAX to compile.
    """
    for shown, names in (*wrong_tries(asked), *(generated_answers(asked) if generated else ())):
        if "jax" in shown and not generated:
            continue
        result = settle(run_test(judge_of(asked.assignment), asked.name, Held(names)))
        if result.score != result.possible or not result.possible:
            yield shown, result


def parts_in(text: str, asked: Asked, own: tuple[str, ...]) -> list[str]:
    """Parts of the answer in a text, beyond what the question and the student's own answer say."""
    if not _without_own(re.sub(r"\s+", " ", text), asked.assignment, asked.name):
        return []
    return [leak.found for leak in leaks(text, asked.answer, public=[*asked.said, *own])]


@cache
def _without_own(text: str, name: str, question: str) -> bool:
    """Most wrong answers to a question are told the same."""
    asked = next(asked for asked in course(name) if asked.name == question)
    return bool(leaks(text, asked.answer, public=asked.said))


# --- the feedback page ----------------------------------------------------------------------------------------------


def run_of(name: str) -> Run:
    prompts = {asked.name: asked.prompt for asked in course(name)}
    return Run(facts=samples.facts(name), questions=judge_of(name).possible, prompts=prompts, results=())


def sections(run: Run, results: tuple[QuestionResult, ...], language: str) -> dict[str, str]:
    """Each question's part of the page that a submission with these results gets."""
    submission = SubmissionResult(
        submission=samples.submission(1, "Ann Smith"),
        status=Status.GRADED,
        questions=results,
        score=sum(result.score or 0.0 for result in results),
        possible=sum(result.possible for result in results),
    )
    html = pages.student_page(run, submission, language=language)
    found = re.findall(r'<section class="question" aria-labelledby="(\w+)">(.*?)</section>', html, re.S)
    assert [name for name, _ in found] == [result.name for result in results]
    return dict(found)


def rest_of(html: str, asked: Asked, result: QuestionResult) -> str:
    """A question's part of the page as text, without its prompt and the student's own answer."""
    for check in (check for case in result.cases for check in case.checks if not case.hidden):
        if check.answer_latex:
            html = html.replace(str(typeset.formula(check.answer_latex, display=True)), " ")
        elif check.answer:
            html = html.replace(str(typeset.code(check.answer)), " ")
    return text_of(html.replace(str(typeset.prose(asked.prompt)), " "))


def given_away(text: str, asked: Asked, shown: str, result: QuestionResult) -> list[str]:
    """What of the answer or of the judge's own records stands in a text that the student sees."""
    own = [check.answer for case in result.cases if not case.hidden for check in case.checks]
    found = parts_in(text, asked, (shown, *own))
    said = " ".join([asked.prompt, asked.test, shown, *own])
    secrets = [secret for secret in only_for_tas(result.cases) if len(secret) > 3 and secret not in said]
    found += [secret for secret in secrets if re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", text)]
    hidden = {line.strip() for source in asked.hidden for line in source.splitlines() if len(line.strip()) > 12}
    return found + [line for line in hidden if line in text and line not in said]


def pages_give_nothing_away(name: str, *, generated: bool) -> int:
    asked_of = {asked.name: asked for asked in course(name)}
    run, seen = run_of(name), 0
    columns = [list(judged(asked, generated=generated)) for asked in asked_of.values()]
    for row in zip_longest(*columns):
        present = [entry for entry in row if entry is not None]
        for language in available():
            found = sections(run, tuple(result for _, result in present), language)
            for shown, result in present:
                asked = asked_of[result.name]
                text = rest_of(found[result.name], asked, result)
                assert given_away(text, asked, shown, result) == [], (name, result.name, shown, text)
                seen += 1
    return seen


@pytest.mark.slow
def test_no_feedback_page_gives_anything_away() -> None:
    assert pages_give_nothing_away(EXAMPLE, generated=False) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("name", HOMEWORK)
def test_no_feedback_page_of_the_course_gives_anything_away(name: str) -> None:
    assert pages_give_nothing_away(name, generated=True) >= 16


def test_the_check_of_a_page_finds_what_it_is_for() -> None:
    asked = next(asked for asked in course("hw01") if asked.name == "q5")
    shown, result = next(iter(judged(asked, generated=False)))
    hidden = next(case for case in result.cases if case.hidden)
    verdict = hidden.checks[0].verdict
    secrets = [str(asked.answer[0]), "3x² cos(3x)", str(verdict.witness["x"]), verdict.desired, verdict.generated]
    secrets += [hidden.name, "domain={'x': (-6, 6)}, seed=105", asked.hidden[0].splitlines()[-2].strip()]
    for secret in secrets[:-2]:
        assert given_away(f"Not yet: {secret}, you know", asked, shown, result), secret
    assert given_away(asked.hidden[0], asked, shown, result)
    assert given_away("Not yet: dg and what the question asks for differ.", asked, shown, result) == []


# --- a hidden test's own numbers ------------------------------------------------------------------------------------


def page_for(name: str, question: str, code: str) -> str:
    names = executed(code, IMPORTS)
    result = settle(run_test(judge_of(name), question, Held(names)))
    return text_of(sections(run_of(name), (result,), "en")[question])


def test_a_page_does_not_tell_the_shape_that_only_a_hidden_test_asks_for() -> None:
    short = "def descend(grad, start, eta, n):\n    return [start] * (6 if n == 5 else 7)"
    assert "Expected shape: (6, 2)" not in (page := page_for("hw05", "q2", short))
    assert "13" not in page
    assert "Expected shape: (2,)" not in page_for("hw02", "q11", "level_points = [3]")


def test_a_page_does_not_tell_what_a_hidden_test_calls_with() -> None:
    page = page_for("hw02", "q1", "def forward(f, x, h):\n    return (f + h if f is np.exp else f(x + h) - f(x)) / h")
    assert "ufunc" not in page
    assert "stopped with an error" in page


def test_a_page_draws_only_what_a_public_test_asks() -> None:
    drawn = {
        case.hidden: "<figure>"
        in sections(samples.run(), (QuestionResult(name="q1", score=0.0, possible=2.0, cases=(case,)),), "en")["q1"]
        for case in samples.question("q1", 0.0, "3*x**2").cases
    }
    assert drawn == {False: True, True: False}


# --- what Otter itself prints in the student's notebook -------------------------------------------------------------


def printed_by_otter(asked: Asked, names: dict[str, Any], *, times: int = 1) -> list[str]:
    """What the cell ``grader.check("q1")`` shows, as text and as HTML, each time that it runs."""
    shown = []
    for _ in range(times):
        test_file = upstream("otter.test_files").ExceptionTestFile.from_metadata(
            asked.test, f"{asked.assignment}.ipynb"
        )
        with np.errstate(all="ignore"):
            test_file.run(names)
        shown.append(f"{test_file!r}\n{text_of(test_file._repr_html_())}")
    return shown


def otter_gives_nothing_away(asked: Asked, answers: Iterable[tuple[str, dict[str, Any]]]) -> int:
    failed = 0
    for shown, names in answers:
        for text in printed_by_otter(asked, names, times=1 if "jax" in shown else 2):  # JAX compiles every time
            found = parts_in(text, asked, (shown,))
            assert found == [], (asked.assignment, asked.name, shown, text)
            for trace in ("Traceback", "autograder/", "site-packages", "witness", "Verdict("):
                assert trace not in text, (asked.name, shown, text)
            failed += "failed" in text
    return failed


def test_what_otter_prints_gives_nothing_away(fresh: None) -> None:
    assert sum(otter_gives_nothing_away(asked, wrong_tries(asked)) for asked in course(EXAMPLE)[:6]) >= 50


@pytest.mark.slow
@pytest.mark.parametrize("name", HOMEWORK)
def test_what_otter_prints_over_the_course_gives_nothing_away(name: str, fresh: None) -> None:
    for asked in course(name):
        sample = islice(generated_answers(asked), 0, None, 3)
        assert otter_gives_nothing_away(asked, [*wrong_tries(asked), *sample]) > 0


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that was just started: nobody has been wrong yet."""
    monkeypatch.setattr(base, "_counter", None)
    monkeypatch.setenv("AUTOGRADER_LANGUAGE", "en")


def test_the_second_wrong_attempt_reads_something_to_try(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "assignments" / EXAMPLE / f"{EXAMPLE}.ipynb", tmp_path)
    monkeypatch.chdir(tmp_path)
    grader = upstream("otter").Notebook(f"{EXAMPLE}.ipynb")
    wrong, right = ({"dfdx": text} for text in ("6*x + 2 + 10", "6*x + 2"))
    named = MISTAKES["const_kept"]
    first, second, third = (repr(grader.check("q1", global_env=dict(wrong))) for _ in range(3))
    assert named.question in first
    assert named.attempt not in first
    assert named.attempt in second
    assert named.question not in second
    assert named.attempt in third
    assert "passed" in repr(grader.check("q1", global_env=right))
    assert named.question in repr(grader.check("q1", global_env=dict(wrong)))


def test_two_cases_of_one_check_are_one_attempt(fresh: None) -> None:
    cases = "\n".join(
        f"@test_case(points=None, hidden=False)\ndef test_{high}(dfdx):\n"
        f"    Derivative('x + x**3', wrt='x', domain={{'x': (-1, {high})}}, name='dfdx').check(dfdx)\n"
        for high in (1, 9)
    )
    source = f"from autograder import Derivative\nfrom otter.test_files import test_case\nname = 'q1'\n{cases}"
    for expected in ("question", "attempt"):
        test_file = upstream("otter.test_files").ExceptionTestFile.from_metadata(source, "x.ipynb")
        test_file.run({"dfdx": "x + 3*x**2"})
        said = [result.message for result in test_file.test_case_results]
        assert all(getattr(MISTAKES["const_kept"], expected) in text or "Not yet" in text for text in said)
        assert said[0].splitlines()[3:] == said[1].splitlines()[3:]


# --- the student's folder -------------------------------------------------------------------------------------------


def test_the_student_s_folder_holds_only_the_notebook() -> None:
    for name in HOMEWORK:
        found = {path.relative_to(ROOT / "assignments" / name) for path in (ROOT / "assignments" / name).rglob("*")}
        assert {path for path in found if ".ipynb_checkpoints" not in path.parts} == {Path(f"{name}.ipynb")}


@pytest.mark.parametrize("name", COURSE)
def test_no_part_of_an_answer_is_in_the_student_s_notebook(name: str) -> None:
    """Parts too: what the homework's functions do not hold themselves, nobody has a reason to write."""
    text = "\n".join(texts(student_notebook(name)))
    said = [asked.public for asked in course(name)]
    for asked in course(name):
        found = [leak.found for leak in leaks(text, asked.answer, public=said)]
        assert [part for part in found if not _short_number(part)] == [], (name, asked.name)


def _short_number(part: str) -> bool:
    """Numbers such as 0.5 and 2.0 stand in every notebook."""
    return re.fullmatch(r"-?\d+\.?\d?", part) is not None


@pytest.mark.parametrize("name", HOMEWORK)
def test_the_student_s_notebook_holds_public_tests_only(name: str) -> None:
    source = build.read_source_of(ROOT, name)
    notebook = student_notebook(name)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    for question in source.questions:
        public = {_tests(cell.text) for cell in question.tests if not is_hidden(cell)}
        hidden = {_tests(cell.text) for cell in question.tests if is_hidden(cell)}
        given = _tests(notebook.metadata["otter"]["tests"][question.name])
        assert given == "\n".join(sorted(public))
        assert not hidden & public
    assert set(notebook.metadata) == {"kernelspec", "language_info", "otter"}
    assert {key for cell in notebook.cells for key in cell.metadata} <= {"deletable", "editable", "tags"}


def _tests(source: str) -> str:
    """The test functions of a source, without what Otter puts around them."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    for node in found:
        node.decorator_list = []
    return "\n".join(sorted(ast.unparse(node) for node in found))


@pytest.mark.parametrize("name", HOMEWORK)
def test_every_line_of_the_student_s_notebook_is_public_in_its_source(name: str) -> None:
    source = build.read_source_of(ROOT, name)
    kept = {id(cell) for question in source.questions for cell in (*question.answers, *question.tests)}
    public = {line.strip() for cell in source.cells if id(cell) not in kept for line in cell.text.splitlines()}
    for question in source.questions:
        for cell in question.answers:
            public |= {line.strip() for line in _outside_the_solution(cell.text)}
    otters = re.compile(r"(\w+ = )?\.\.\.|grader\.check\(\"q\d+\"\)|# Save your notebook .*|grader\.export\(.*\)")
    first = _first_cell(name)
    cells = [cell for cell in student_notebook(name).cells if cell.source != first]
    assert len(cells) == len(student_notebook(name).cells) - 1
    shown = {line.strip() for cell in cells for line in cell.source.splitlines()}
    export = source.config["export_cell"]["instructions"]
    rest = {line for line in shown - public if not otters.fullmatch(line)} - {"## Submission", export}
    assert [line for line in rest if not line.startswith("Make sure you have run all cells in your notebook")] == []


def _first_cell(name: str) -> str:
    """The cell that brings the checks: the public tests of the metadata and nothing else."""
    tests = student_notebook(name).metadata["otter"]["tests"]
    source = next(cell.source for cell in student_notebook(name).cells if "autograder.Notebook(" in cell.source)
    module = ast.parse(re.sub(r"^ +%pip .*\n", "", source, flags=re.M))
    grader = module.body[-1]
    assert isinstance(grader, ast.Assign)
    assert isinstance(grader.value, ast.Call)
    brought = ast.literal_eval({keyword.arg: keyword.value for keyword in grader.value.keywords}["tests"])
    assert {question: text.strip() for question, text in brought.items()} == {
        question: text.strip() for question, text in tests.items()
    }
    return source


def _outside_the_solution(code: str) -> Iterator[str]:
    inside = False
    for line in code.splitlines():
        if re.match(r"\s*# (BEGIN|END) SOLUTION", line):
            inside = "BEGIN" in line
        elif not inside and "SOLUTION" not in line:
            yield line


# --- what is installed ----------------------------------------------------------------------------------------------

NEAR = 700
"""Characters between a function and its derivative in one docstring or one entry of a list."""


@cache
def installed() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "autograder").rglob("*.py")))


@pytest.mark.parametrize("name", COURSE)
def test_no_answer_stands_beside_its_function_in_the_installed_sources(name: str) -> None:
    for asked in course(name):
        for around in _near(asked):
            assert [found for entry in asked.answer for found in _whole(entry, around)] == [], (name, asked.name)


def test_an_answer_beside_its_function_is_found() -> None:
    asked = course(EXAMPLE)[0]
    assert _whole(asked.answer[0], "The derivative of 3x² + 2x + 10 is 2 + 6*x, or 6x + 2.")
    assert _whole(asked.made[0].function.exprs[0], ">>> Derivative('3*x**2 + 2*x + 10')")
    assert not _whole(asked.answer[0], "6*x is not all of it")


def _near(asked: Asked) -> Iterator[str]:
    """What stands around a function of the question; x² stands everywhere and is no question's mark."""
    functions = {expr for made in asked.made for expr in getattr(getattr(made, "function", None), "exprs", None) or ()}
    for expr in functions:
        if expr.count_ops() > 4:
            for leak in leaks(installed(), expr, public=list(expr.args)):
                yield installed()[max(0, leak.start - NEAR) : leak.start + NEAR]


def _whole(entry: Any, text: str) -> list[str]:
    """Where an entry of an answer stands in a text as a whole: parts of it are everywhere."""
    if isinstance(entry, sp.Expr) and entry.count_ops() > 1:
        forms = {entry, sp.expand(entry)}
        return [leak.found for form in forms for leak in leaks(text, form, public=list(form.args))]
    return []
