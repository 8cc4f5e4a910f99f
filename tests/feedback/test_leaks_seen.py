"""Nothing that a student is shown gives an answer away: pages, and what Otter prints."""

import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.feedback import leaks
from autograder.locale import available
from autograder.mistakes import MISTAKES
from autograder.model import QuestionResult, Run, Status, SubmissionResult
from autograder.otter.running.outside import run_test
from autograder.otter.upstream import upstream
from autograder.questions import base
from autograder.report.pages import html as pages
from autograder.report.pages import typeset
from autograder.witnesses import settle
from tests.course.judged import judge_of, judged_tries, tries_of
from tests.feedback.leak_samples import (
    EXAMPLE,
    HOMEWORK,
    IMPORTS,
    ROOT,
    Asked,
    course,
    executed,
    generated_answers,
    only_for_tas,
    text_of,
    wrong_tries,
)
from tests.questions.judged_once import judged_once
from tests.report import report_samples as samples
from tests.sandbox.fake_sandbox import Held


def judged(asked: Asked, shared: Path | None, *, generated: bool) -> Iterator[tuple[str, QuestionResult]]:
    """What a wrong answer looks like, and the result that it really gets; a right one by chance is left out.

    Args:
        asked: the question.
        shared: where the workers of this run keep what the answers of the tables got.
        generated: with an answer for every mistake that can be made in the question.
    """
    table = tries_of(asked.assignment)[asked.name]
    found = [
        (answer["code"], result)
        for answer, result in zip(table, judged_tries(asked.assignment, asked.name, shared), strict=True)
        if answer["is"] != "right"
    ]
    for shown, names in generated_answers(asked) if generated else ():
        found.append((shown, settle(run_test(judge_of(asked.assignment), asked.name, Held(names)))))
    yield from (each for each in found if each[1].score != each[1].possible or not each[1].possible)


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


def pages_give_nothing_away(name: str, shared: Path | None) -> list[tuple[str, str]]:
    """Question and answer for each part of a page that was looked at."""
    asked_of = {asked.name: asked for asked in course(name)}
    run = run_of(name)
    seen = []
    columns = [list(judged(asked, shared, generated=True)) for asked in asked_of.values()]
    for row in zip_longest(*columns):
        present = [entry for entry in row if entry is not None]
        for language in available():
            found = sections(run, tuple(result for _, result in present), language)
            for shown, result in present:
                asked = asked_of[result.name]
                text = rest_of(found[result.name], asked, result)
                assert given_away(text, asked, shown, result) == [], (name, result.name, shown, text)
                seen.append((result.name, shown))
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("name", HOMEWORK)
def test_no_feedback_page_of_the_course_gives_anything_away(name: str, shared_folder: Path | None) -> None:
    seen = pages_give_nothing_away(name, shared_folder)
    assert len(seen) >= 16
    if name == EXAMPLE:  # of the answers of its table alone
        written = {(question, one["code"]) for question, table in tries_of(name).items() for one in table}
        assert sum(each in written for each in seen) >= 60


def test_the_check_of_a_page_finds_what_it_is_for(shared_folder: Path | None) -> None:
    asked = next(asked for asked in course("hw01") if asked.name == "q5")
    shown, result = next(iter(judged(asked, shared_folder, generated=False)))
    hidden = next(case for case in result.cases if case.hidden)
    verdict = hidden.checks[0].verdict
    secrets = [str(asked.answer[0]), "3x² cos(3x)", str(verdict.witness["x"]), verdict.desired, verdict.generated]
    secrets += [hidden.name, "domain={'x': (-6, 6)}, seed=105", asked.hidden[0].splitlines()[-2].strip()]
    for secret in secrets[:-2]:
        assert given_away(f"Not yet: {secret}, you know", asked, shown, result), secret
    assert given_away(asked.hidden[0], asked, shown, result)
    assert given_away("Not yet: dg and what the question asks for differ.", asked, shown, result) == []


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


def printed_by_otter(asked: Asked, code: str, names: dict[str, Any], shared: Path | None) -> list[str]:
    """What the cell ``grader.check("q1")`` shows, as text and as HTML, the first time that it runs and the second.

    Args:
        asked: the question.
        code: the answer.
        names: what it leaves behind.
        shared: where other tests find how it was judged.
    """
    shown = []
    with judged_once(shared, asked.test.strip(), code) as judged, np.errstate(all="ignore"):
        for _ in range(2):
            judged.again()
            test_file = upstream("otter.test_files").ExceptionTestFile.from_metadata(
                asked.test, f"{asked.assignment}.ipynb"
            )
            test_file.run(names)
            text = f"{test_file!r}\n{text_of(test_file._repr_html_())}"
            # Otter counts the lines of the public test: the 15th may be where the answer is 15
            shown.append(re.sub(r"(?<=Error at line )\d+(?= in test )", "…", text))
    return shown


def otter_gives_nothing_away(
    asked: Asked, answers: Iterable[tuple[str, dict[str, Any]]], shared: Path | None = None
) -> int:
    failed = 0
    for shown, names in answers:
        own = [names[name] for name in asked.names if isinstance(names.get(name), str)]
        for text in printed_by_otter(asked, shown, names, shared):
            found = parts_in(text, asked, (shown, *own))
            assert found == [], (asked.assignment, asked.name, shown, text)
            for trace in ("Traceback", "autograder/", "site-packages", "witness", "Verdict("):
                assert trace not in text, (asked.name, shown, text)
            failed += "failed" in text
    return failed


def test_what_otter_prints_gives_nothing_away(fresh: None, shared_folder: Path | None) -> None:
    assert (
        sum(otter_gives_nothing_away(asked, wrong_tries(asked), shared_folder) for asked in course(EXAMPLE)[:6]) >= 50
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", HOMEWORK)
def test_what_otter_prints_over_the_course_gives_nothing_away(
    name: str, fresh: None, shared_folder: Path | None
) -> None:
    for asked in course(name):
        sample = islice(generated_answers(asked), 0, None, 3)
        assert otter_gives_nothing_away(asked, [*wrong_tries(asked), *sample], shared_folder) > 0


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
