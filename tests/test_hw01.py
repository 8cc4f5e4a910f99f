"""hw01: what its questions say to right, wrong and invalid answers, and that nothing of them is given away."""

import contextlib
import inspect
import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from autograder.build.source import Source, is_hidden, read_source
from autograder.model import Outcome
from autograder.questions import CheckFailed

ROOT = Path(__file__).parent.parent
NAMES = {"jax": jax, "jnp": jnp, "np": np, "sp": sp}
OUTCOMES = {"right": Outcome.CORRECT, "wrong": Outcome.INCORRECT, "invalid": Outcome.INVALID}
VARIANTS = tomllib.loads((ROOT / "solutions/hw01/variants.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source(ROOT / "solutions/hw01/hw01.ipynb")


def outcome(test: Callable[..., None], names: dict[str, Any]) -> tuple[Outcome, tuple[str, ...], str]:
    """One test case as Otter calls it: its parameters by name, None where there is none."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            test(*(names.get(name) for name in inspect.signature(test).parameters))
    except CheckFailed as failed:
        return failed.verdict.outcome, failed.verdict.mistakes, str(failed)
    return Outcome.CORRECT, (), ""


def cases_of(source: Source, question: str) -> list[Callable[..., None]]:
    found = []
    for cell in next(each for each in source.questions if each.name == question).tests:
        names: dict[str, Any] = {}
        exec(cell.text, names)
        found += [value for name, value in names.items() if name.startswith("test_")]
    return found


@pytest.mark.parametrize("question", VARIANTS)
def test_answers_are_judged_as_the_table_says(source: Source, question: str) -> None:
    for variant in VARIANTS[question]:
        names = dict(NAMES)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(variant["code"], names)
        for test in cases_of(source, question):
            found, mistakes, sentence = outcome(test, names)
            assert found is OUTCOMES[variant["is"]], (variant["note"], sentence)
            if "mistake" in variant:
                assert variant["mistake"] in mistakes, (variant["note"], mistakes)
            assert "Traceback" not in sentence, sentence
            assert sentence.count("\n") <= 3, sentence


@pytest.mark.parametrize("kind", ["right", "wrong", "invalid"])
def test_every_question_has_answers_of_every_kind(source: Source, kind: str) -> None:
    least = {"right": 3, "wrong": 3, "invalid": 1}[kind]
    for question in source.questions:
        assert sum(variant["is"] == kind for variant in VARIANTS[question.name]) >= least, question.name


def test_forty_points_in_nine_questions_with_public_and_hidden_tests(source: Source) -> None:
    assert [question.name for question in source.questions] == [f"q{number}" for number in range(1, 10)]
    assert sum(question.config["points"] for question in source.questions) == 40
    for question in source.questions:
        assert [is_hidden(test) for test in question.tests] == [False, True]


def test_students_get_no_answer(source: Source) -> None:
    given = (ROOT / "assignments/hw01/hw01.ipynb").read_text(encoding="utf-8")
    for hint in ("SOLUTION", "HIDDEN", "hidden=True", "seed=1", "sp.diff(f, x)", "6 * x", "np.cos(3 * x)", "linalg"):
        assert hint not in given, hint
    assert all(not cell.get("outputs") for cell in json.loads(given)["cells"])
