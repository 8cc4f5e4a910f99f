"""Nothing that a student can see gives an answer away: the check itself, and the check over the course."""

from functools import cache
from itertools import product
from typing import Any

import nbformat
import numpy as np
import pytest
import sympy as sp

from autograder import feedback
from autograder.build.checks import wrong_answers
from autograder.build.checks.certify import questions_of
from autograder.build.course import assignments
from autograder.build.source import is_hidden
from autograder.feedback import leak_search, leaks
from autograder.locale import available, translate
from autograder.mistakes import MISTAKES, sentences
from autograder.model import Outcome, Reason, Verdict
from tests import ROOT
from tests.course.own_numbers import source_of
from tests.feedback.leak_samples import answer_of, generates, texts

x, y = sp.symbols("x y", real=True)
WAVE = sp.exp(-(x**2)) * sp.sin(3 * x)
ANSWER = sp.diff(WAVE, x)


@pytest.mark.parametrize(
    "text",
    [
        str(ANSWER),
        repr(ANSWER),
        sp.latex(ANSWER),
        "the factor cos(3*x) is missing",
        "cos(3x)",
        "3cos(3x)",
        r"$\cos{\left(3 x \right)}$",
        "cos( 3 * x )",
        str(ANSWER).replace("**", "^"),
        str(ANSWER).replace("*", "·", 1),
    ],
)
def test_parts_of_a_formula_are_found_in_every_notation(text: str) -> None:
    assert leaks(text, ANSWER, public=WAVE)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("What is inside the outermost function?", ANSWER),
        ("The function is exp(-x**2)*sin(3*x).", ANSWER),
        ("arccos(3x)", ANSWER),
        ("2 of 3 tests passed", ANSWER),
        ("2. Prüfung bei der Bewertung", ANSWER),
        ("at x = 1.25", 7.5),
        ("12x", 2 * x),
        ("0.33", sp.Rational(1, 3)),  # two digits may be any number's
    ],
)
def test_what_is_no_part_of_the_answer_is_left_alone(text: str, answer: Any) -> None:
    assert leaks(text, answer, public=WAVE) == []


def test_what_the_question_says_with_the_other_sign_is_public() -> None:
    assert leaks("2*x*cos(y)", 2 * x * sp.cos(y), public=1 - 2 * x * sp.cos(y)) == []
    assert leaks("2*x*cos(y)", 2 * x * sp.cos(y), public=1 - 3 * x * sp.cos(y))


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("e^(x/2)", 3 * sp.exp(x / 2), "e^(x/2)"),
        ("it is 3.14", np.array([3.14159, 1.0]), "3.14"),
        ("expected -17", -17, "-17"),
        ("expected 17.0", [17], "17.0"),
        ("array([2., 4.])", [2.0, 5.0], "2."),
        ("0.3333", sp.Rational(1, 3), "0.3333"),
        ("x²", x**2 + y, "x^2"),
        ("-2.5e3", -2500.0, "-2.5e3"),
        ("2*x + 150", 2 * x + 150, "2*x + 150"),
    ],
)
def test_values_and_formulas(text: str, answer: Any, found: str) -> None:
    assert found in [leak.found for leak in leaks(text, answer)]


def test_small_numbers_count_in_hints_only() -> None:
    assert leaks("bring down the 3", 3 * x**2) == []
    assert [leak.found for leak in leaks("bring down the 3", 3 * x**2, strict=True)] == ["3"]
    assert leaks("bring down the 3", 3 * x**2, public="x**3", strict=True) == []


# --- over the course ------------------------------------------------------------------------------------------------


@cache
def asked() -> tuple[tuple[str, Any], ...]:
    """Every question of the course from which wrong answers can be made, once."""
    found: dict[str, tuple[str, Any]] = {}
    for name in assignments(ROOT):
        for question in source_of(name).questions:
            for cell in question.tests:
                for made in questions_of(cell):
                    if generates(made):
                        found.setdefault(made.prompt, (name, made))
    return tuple(found.values())


def test_the_course_has_questions_to_check() -> None:
    assert len(asked()) >= 5


def test_no_hint_shows_a_part_of_any_answer() -> None:
    texts = {code: "\n".join(translate(text, code) for text in sentences()) for code in available()}
    for _, question in asked():
        answer, public = answer_of(question)
        search = leak_search(answer, public=public, strict=True)
        for code, text in texts.items():
            assert search(text) == [], (question, code)


def test_no_feedback_shows_a_part_of_any_answer() -> None:
    for _, question in asked():
        answer, public = answer_of(question)
        desired, generated = str(answer[-1]), str(answer[0])
        said: dict[str, None] = {}
        for name in MISTAKES:
            verdict = Verdict(
                outcome=Outcome.INCORRECT,
                reason=Reason.DIFFERENT,
                witness={"x": 1.25},
                actual="3.5",
                desired=desired,
                generated=generated,
                mistakes=(name,),
            )
            for k, code in product((1, 2), available()):
                said.update(dict.fromkeys(feedback.student(verdict, level=k, language=code).splitlines()))
        assert leaks("\n".join(said), answer, public=public, strict=True) == [], question


@pytest.mark.slow
def test_no_message_of_a_check_shows_a_part_of_the_answer() -> None:
    for _, question in asked():
        answer, public = answer_of(question)
        for name, text, wrong in wrong_answers(question):
            verdict = question.judge(wrong)
            if verdict.outcome is Outcome.CORRECT:
                continue
            said = feedback.student(verdict, level=2, language="en")
            assert leaks(said, answer, public=[*public, text]) == [], (question, name)


@pytest.mark.parametrize("name", assignments(ROOT))
def test_the_key_of_a_choice_is_in_hidden_tests_only(name: str) -> None:
    for question in source_of(name).questions:
        for cell in question.tests:
            for made in questions_of(cell):
                if made.kind != "Choice":
                    continue
                assert is_hidden(cell) or made.key is None, question.name
                made.certify()
                for label in made.options if made.key else ():
                    verdict = made.judge([label])
                    said = feedback.student(verdict, level=2, language="en")
                    public = (said, *verdict.details.values(), made.prompt.removesuffix(", ".join(made.options)))
                    right = {made.options[each] for each in made.key} - {""}
                    assert not [text for text in public for word in right if word in text], question.name


@pytest.mark.parametrize("name", assignments(ROOT))
def test_no_answer_is_in_what_students_get(name: str) -> None:
    """The whole answer, not its parts: ``cos(x)`` may well stand in a prompt."""
    shown = ROOT / "assignments" / name / f"{name}.ipynb"
    if not shown.exists():
        assert name not in {path.parent.name for path in (ROOT / "assignments").glob("*/*.ipynb")}
        return
    text = "\n".join(texts(nbformat.read(shown, as_version=4)))
    for where, question in asked():
        if where == name and question.at is None and question.kind in ("Derivative", "Gradient", "Jacobian", "Hessian"):
            answer, public = answer_of(question)
            whole = [entry for entry in answer if isinstance(entry, sp.Add) and entry.free_symbols]
            forms = {str(sp.expand(entry)) for entry in whole} | {str(entry) for entry in whole}
            assert not [form for form in forms if form in text and form not in str(public)], question


def test_no_answer_is_in_the_package_s_data() -> None:
    data = [
        path
        for path in (ROOT / "autograder").rglob("*")
        if path.suffix in {".json", ".toml", ".txt", ".po", ".pot", ".j2", ".html", ".js"} and path.is_file()
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in data)
    for _, question in asked():
        for entry in answer_of(question)[0]:
            if isinstance(entry, sp.Expr) and isinstance(entry, sp.Add) and entry.free_symbols:
                assert str(entry) not in text
