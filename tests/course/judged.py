"""What each answer of the course's tables really gets, judged once for all the tests that look at it."""

import contextlib
import io
import linecache
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import msgspec
import numpy as np
import sympy as sp

from autograder import build
from autograder.model import QuestionResult
from autograder.otter import Assignment, load
from autograder.otter.running.outside import run_test
from autograder.witnesses import settle
from tests import ROOT
from tests.course.own_numbers import numbers_of
from tests.sandbox.fake_sandbox import Held
from tests.shared import once

Table = dict[str, list[dict[str, Any]]]

NAMES = {"jax": jax, "jnp": jnp, "np": np, "plt": plt, "sp": sp}


@cache
def tries_of(name: str) -> Table:
    """The answers to each question of an assignment."""
    return tomllib.loads((ROOT / "solutions" / name / "tries.toml").read_text(encoding="utf-8"))


@cache
def judge_of(name: str) -> Assignment:
    return load(build.autograder_zip(ROOT, name))


def run(code: str, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """The names after a cell has run; its functions have their source, as in a notebook.

    Args:
        code: the cell.
        before: what cells above have bound, beside the imports.
    """
    file = f"<cell {hash(code)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    names = NAMES | (before or {})
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, file, "exec"), names)
    return names


def judged_tries(name: str, question: str, shared: Path | None) -> tuple[QuestionResult, ...]:
    """The result of each answer to a question, in the order of its table.

    Args:
        name: the assignment's.
        question: the question's.
        shared: where the workers of a run find what another has judged already.
    """
    if shared is None:
        return _judged(name, question)
    results = once(
        shared / f"{name}-{question}.results",
        lambda place: place.write_bytes(msgspec.msgpack.encode(_judged(name, question))),
    )
    return msgspec.msgpack.decode(results.read_bytes(), type=tuple[QuestionResult, ...])


def _judged(name: str, question: str) -> tuple[QuestionResult, ...]:
    results = []
    for answer in tries_of(name)[question]:
        names = run(answer["code"], numbers_of(name))
        results.append(settle(run_test(judge_of(name), question, Held(names))))
        plt.close("all")
    return tuple(results)
