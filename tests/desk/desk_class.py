"""A class of 60 as a desk meets it: formulas that no engine decides, texts and figures.

Everything is drawn from one seed; ``python tests/desk_class.py FOLDER`` writes the assignment, the notebooks and a
Canvas gradebook, so that a person can grade it and open the desk.
"""

import json
import os
import random
import sys
from pathlib import Path

from autograder.batch.journal import Journal, Order, order_as_kept
from autograder.folder import keep
from autograder.model import Run
from tests import ROOT

COMMAND = [sys.executable, "-c", "from autograder.cli import main; main()"]
HERE = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
"""``autograder`` as it is started from a terminal, and with what around it."""
FORMULA = """
from otter.test_files import test_case
from autograder import Derivative

OK_FORMAT = False
name = "q1"
points = 4

@test_case(points=4, hidden=False)
def test_slope(dfdx):
    Derivative("x**2*sin(x)", wrt="x", name="dfdx").check(dfdx)
"""
TEXT = """
from otter.test_files import test_case
from autograder import Text

OK_FORMAT = False
name = "q2"
points = 3

@test_case(points=0, hidden=False)
def test_there_is_one(why):
    Text(least=3, name="why").check(why)

@test_case(points=3, hidden=True)
def test_read_by_a_person(why):
    Text(least=3, name="why", by_hand=True).check(why)
"""
FIGURE = """
from otter.test_files import test_case
from autograder import ContourPlot

OK_FORMAT = False
name = "q3"
points = 2

@test_case(points=2, hidden=False)
def test_map(fig_map):
    ContourPlot("x**2 - y**2", wrt=("x", "y"), labels=True, name="fig_map").check(fig_map)
"""
SMALL = "2*x*sin(x) + x**2*cos(x)"
# three functions in five writings, equal to the derivative wherever anybody looks and different where the engine's work
# does not reach: a person decides
UNDECIDED = [
    "2*x*sin(x) + x**2*cos(x) + 10**-5000*sin(x)",
    "sin(x)*10**-5000 + cos(x)*x**2 + x*2*sin(x)",
    "2*x*sin(x) + x**2*cos(x)*floor(1 + exp(-exp(exp(9 + x**2))))",
    "sin(x)*x*2 + floor(1 + exp(-exp(exp(9 + x**2))))*cos(x)*x**2",
    "Max(2*x*sin(x) + x**2*cos(x), 2*x*sin(x) + x**2*cos(x) - exp(-10**6*x**2))",
]
WRONG = ["2*x*cos(x)", "2*cos(x)*x", "2*x*sin(x) - x**2*cos(x)"]
TEXTS = [
    "The slope is zero at the top.",
    "the slope is zero at the top",
    "At the top the slope is zero.",
    "Because the derivative vanishes at the highest point.",
    "Because the derivative vanishes there, at the highest point.",
    "It is flat at the top.",
    "No idea what this asks, sorry!",
    "There the tangent is horizontal, so the slope is zero.",
]
DRAWN = """
import numpy as np, matplotlib.pyplot as plt
x, y = np.meshgrid(np.linspace(-2, 2, 40), np.linspace(-2, 2, 40))
fig_map, ax = plt.subplots(figsize=(4, 3))
ax.contour(x, y, {what}, levels=[-2, -1, 0, 1, 2])
{labels}
"""
LABELS = 'ax.set_xlabel("x"); ax.set_ylabel("y")'


def answers(number: int, draw: random.Random) -> tuple[str, str | None, tuple[str, str]]:
    """What one student hands in: the formula, the text, what the figure shows and its labels."""
    formula = draw.choice(UNDECIDED) if number % 3 else draw.choice([SMALL, *WRONG])
    text = draw.choice(TEXTS) if number % 12 else None
    return formula, text, draw.choice([("x**2 - y**2", LABELS), ("x**2 + y**2", LABELS), ("x**2 - y**2", "")])


def class_of(students: int, texts: int | None = None) -> dict[str, tuple[str, str | None, tuple[str, str]]]:
    """Id → what that student hands in; beyond so many texts nobody wrote one."""
    draw = random.Random(5)
    given = {str(number): answers(number, draw) for number in range(1, students + 1)}
    written = [id for id, (_, text, _) in given.items() if text is not None]
    none = set() if texts is None else set(written[texts:])
    return {id: (formula, None if id in none else text, figure) for id, (formula, text, figure) in given.items()}


def cells(formula: str, text: str | None, figure: tuple[str, str]) -> list[str]:
    """The code of one student's notebook."""
    return [
        "import otter\ngrader = otter.Notebook()",
        f"dfdx = {formula!r}",
        'grader.check("q1")',
        "why = ..." if text is None else f"why = {text!r}",
        'grader.check("q2")',
        DRAWN.format(what=figure[0], labels=figure[1]),
        'grader.check("q3")',
    ]


def write(folder: Path, students: int = 60, texts: int | None = None) -> tuple[Path, Path, Path]:
    """Assignment, folder of notebooks and gradebook."""
    tests, handed_in = folder / "hw" / "tests", folder / "handed-in"
    tests.mkdir(parents=True)
    handed_in.mkdir()
    for name, source in (("q1", FORMULA), ("q2", TEXT), ("q3", FIGURE)):
        (tests / f"{name}.py").write_text(source)
    rows = ["Student,ID,SIS Login ID,Section,hw (1)", "    Points Possible,,,,9"]
    for number, given in class_of(students, texts).items():
        code = [
            {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
            for source in cells(*given)
        ]
        notebook = {"nbformat": 4, "nbformat_minor": 4, "cells": code, "metadata": {}}
        name = f"s{number}ann_{number}_{900 + int(number)}_hw.ipynb"
        (handed_in / name).write_text(json.dumps(notebook))
        rows.append(f'"S{number}, Ann",{number},s{number},Lec,')
    roster = folder / "roster.csv"
    roster.write_text("\n".join(rows) + "\n")
    return folder / "hw", handed_in, roster


def folder_of(run: Run, path: Path) -> Path:
    """A folder as ``autograder grade`` leaves it, made of a run's records."""
    path.mkdir(parents=True)
    with Journal(path / "journal.db") as journal:
        journal.set_fact("assignment", run.facts.assignment)
        journal.set_fact(*order_as_kept(Order(assignment="gone.zip", submissions=(), out=path)))
    keep(run, path)
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]))
