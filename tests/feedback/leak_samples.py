"""The course as the leak tests see it: every question with its answer, what it says in public, and wrong answers."""

import contextlib
import io
import linecache
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import sympy as sp

from autograder import build
from autograder.build.checks import wrong_answers
from autograder.build.checks.certify import questions_of
from autograder.build.source import SourceQuestion, is_hidden
from autograder.mistakes.calculus import KINDS, Task, to_sympy
from autograder.model import CaseResult, Record
from tests import ROOT
from tests.course.judged import tries_of
from tests.course.own_numbers import as_written, numbers_of, source_of

HOMEWORK = build.assignments(ROOT)
EXAMPLE = "hw01"
COURSE = [pytest.param(name, marks=() if name == EXAMPLE else pytest.mark.slow) for name in HOMEWORK]
IMPORTS = "import jax, jax.numpy as jnp, matplotlib.pyplot as plt, numpy as np, sympy as sp\n"
_TAGS = re.compile(r"<(style|script)\b.*?</\1>|<(?:poly)?line\b[^>]*>", re.S)
_LABEL = re.compile(r'<[^>]*?aria-label="([^"]*)"[^>]*>')


class Asked(Record, frozen=True, kw_only=True):
    """A question of the course."""

    assignment: str
    name: str
    prompt: str
    """The Markdown above the answer's cell."""
    test: str
    """The public test, as it stands in the students' notebook."""
    hidden: tuple[str, ...]
    """The sources of the hidden tests."""
    names: tuple[str, ...]
    """Under which the answer is handed in."""
    made: tuple[Any, ...]
    """The question objects of its tests, the public ones first."""
    answer: list[Any]
    """Formulas and values of the right answer."""
    public: list[Any]
    """What the question says itself."""

    @property
    def said(self) -> list[Any]:
        return [*self.public, self.prompt, self.test]


def answer_of(question: Any) -> tuple[list[Any], list[Any]]:
    """The right answer in every form, and what the question says itself."""
    evidence = question.task()
    task = Task(evidence)
    formulas = [to_sympy(entry) for entry in task.flat]
    values = [] if evidence.at is None and question.kind != "Descent" else [np.asarray(evidence.desired, dtype=float)]
    public = [evidence.function, evidence.at, evidence.direction, evidence.start, evidence.step, evidence.count]
    functions = (getattr(question, name, None) for name in ("function", "of"))  # of arrays the second
    texts = [each.text for each in functions if hasattr(each, "text")]
    # a plane or polynomial that touches at a point that the prompt names is made of the way from there
    texts += [f"{name} - {place}" for name, place in (getattr(question, "touching", None) or {}).items()]
    return [*formulas, *values], [*public, question.prompt, *texts]


def generates(question: Any) -> bool:
    """Whether wrong answers can be made from a question."""
    return question.kind in KINDS and hasattr(question, "task") and question.task() is not None


@cache
def student_notebook(name: str) -> nbformat.NotebookNode:
    """As it lies in the checkout, prompts as they were written; not to be changed."""
    return as_written(nbformat.read(ROOT / "assignments" / name / f"{name}.ipynb", as_version=4))


@cache
def course(name: str) -> tuple[Asked, ...]:
    """The questions of one homework."""
    return tuple(_asked(name, each) for each in source_of(name).questions)


def _asked(name: str, source: SourceQuestion) -> Asked:
    cells = sorted(source.tests, key=is_hidden)
    made = [question for cell in cells for question in questions_of(cell)]
    answer: list[Any] = []
    public: list[Any] = []
    for question in made:
        if generates(question):
            right, said = answer_of(question)
            answer += right
            public += said
        if function := getattr(question, "function", None):
            public += [function.exprs, function.text]
    right = next(one for one in tries_of(name)[source.name] if one["is"] == "right")
    names = executed(right["code"], IMPORTS, numbers_of(name))
    for given in source.names:
        value = names.get(given)
        if not callable(value) and not hasattr(value, "savefig") and not isinstance(value, (str, dict)):
            answer.append(_real(value) if hasattr(value, "free_symbols") else np.asarray(value, dtype=float))
    return Asked(
        assignment=name,
        name=source.name,
        prompt=source.prompt,
        test=student_notebook(name).metadata["otter"]["tests"][source.name],
        hidden=tuple(cell.text for cell in source.tests if is_hidden(cell)),
        names=source.names,
        made=tuple(made),
        answer=answer,
        public=public,
    )


def _real(value: Any) -> Any:
    """In the symbols that the questions use."""
    return value.subs({symbol: sp.Symbol(symbol.name, real=True) for symbol in value.free_symbols})


def executed(code: str, before: str = "", numbers: dict[str, Any] | None = None) -> dict[str, Any]:
    """The names that an answer's cell leaves behind; its functions know their source, as in a notebook."""
    where = f"<cell {abs(hash(code))}>"
    linecache.cache[where] = (len(code), None, code.splitlines(keepends=True), where)
    names: dict[str, Any] = dict(numbers or {})
    exec(before, names)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception), np.errstate(all="ignore"):
        exec(compile(code, where, "exec"), names)
    plt.close("all")
    return names


def wrong_tries(asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """The course's own wrong and unreadable answers: their code, and the names that it leaves behind."""
    for one in tries_of(asked.assignment)[asked.name]:
        if one["is"] != "right":
            yield one["code"], executed(one["code"], IMPORTS, numbers_of(asked.assignment))


def generated_answers(asked: Asked) -> Iterator[tuple[str, dict[str, Any]]]:
    """An answer for every mistake that can be made in a question, as text and as a notebook's names."""
    question = asked.made[0]
    if generates(question) and "lambda" not in asked.test and len(asked.names) == 1:
        for _, text, wrong in wrong_answers(question):
            yield text, {**numbers_of(asked.assignment), asked.names[0]: wrong}


def text_of(html: str) -> str:
    """What a person or a screen reader gets from HTML; drawings count by their labels only."""
    bare = _LABEL.sub(r" \1 ", _TAGS.sub(" ", html))
    return unescape(re.sub(r"<[^>]*>", " ", bare))


def texts(node: Any) -> list[str]:
    """Every text in a notebook or a part of it, keys included."""
    if isinstance(node, dict):
        return [text for key, value in node.items() for text in (str(key), *texts(value))]
    if isinstance(node, (list, tuple)):
        return [text for value in node for text in texts(value)]
    return [node] if isinstance(node, str) else []


def only_for_tas(cases: tuple[CaseResult, ...]) -> Iterator[str]:
    """What of the records of a question must not reach its student: values, points, wrong answers, hidden names."""
    public = {check.prompt for case in cases if not case.hidden for check in case.checks}
    for case in cases:
        if case.hidden:
            yield case.name
            yield from ({check.prompt for check in case.checks} - public)
        for check in case.checks:
            verdict = check.verdict
            points = (str(value) for value in (verdict.witness or {}).values() if isinstance(value, float))
            # a public case says with which arguments it called the student's own function; the power of an error that
            # is handed over is what the function must find
            called = case.message if not case.hidden and "It was called as" in case.message else ""
            said = (*points, verdict.desired, verdict.actual, verdict.generated)
            yield from (text for text in said if text and text not in called)
