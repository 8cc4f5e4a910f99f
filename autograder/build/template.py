"""A new assignment that builds as it is: a question to copy, or two with numbers that are drawn."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.build.config import new_config
from autograder.errors import UsageError

_INSTRUCTIONS = (
    "The checks in this notebook look at a few points. When your work is graded, further checks run at other points."
)

_TITLE = """\
# A title

*What this homework is about, how many questions it has, how long it takes.*

- Replace every `...` with your answer. Keep the names: the checks look for them.
- Run `grader.check("q1")` below a question as often as you like. It runs only *some* of the checks; more of them, at
  other points, run when the work is graded.
- The first cell needs this course's package, and installs it where the course says from where."""

_INIT = """\
# Run this cell first, and again after every restart of the kernel.
import autograder

grader = autograder.Notebook("{name}")"""

_IMPORTS = """\
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import sympy as sp

%matplotlib inline"""

_PROMPT = """\
### Question 1: a title  (4 points)

A sentence or two, and the function: $f(x) = x^2 e^{-x}$.

**Asked:** `df`, a Python function of one number: `df(t)` is $f'(t)$.

**Checked:** your function is called at random points between −1 and 3 and compared with $f'$."""

_SOLUTION = """\
def df(x):
    # BEGIN SOLUTION
    return (2 * x - x**2) * np.exp(-x)
    # END SOLUTION"""

_PUBLIC = """\
def test_q1(df):
    from autograder import Derivative

    question = Derivative("x**2*exp(-x)", wrt="x", domain={"x": (-1, 3)}, name="df")
    question.check(df)"""

_HIDDEN = """\
# HIDDEN
def test_q1_elsewhere(df):
    from autograder import Derivative

    question = Derivative("x**2*exp(-x)", wrt="x", domain={"x": (-3, 6)}, name="df", seed=101)
    question.check(df)"""


_DRAWN_TITLE = _TITLE.replace(
    "- Replace every",
    "- Write your e-mail address or student number into the first cell: what is asked follows from it.\n"
    "- Replace every",
).replace("The first cell needs", "The second cell needs")

_DRAWN_INIT = _INIT.replace("Run this cell first, and again", "Run this cell after the one above; both again")

_DRAW = """\
# DRAW
# Run as often as there are versions; whatever you name here can stand in prompts, solutions and tests.
from autograder import draw

a = draw.whole(2, 9)
b = draw.whole(2, 9)
f = draw.formula(f"{a}*x**3 + {b}*x", "x")
p = draw.whole(2, 4)
k = draw.whole(2, 9)
n = draw.whole(2, 4)
g = draw.formula(f"exp({k}*x)*x**{n}", "x")"""

_SLOPE_PROMPT = """\
### Question 1: a title  (2 points)

The function: $f(x) = {{ f }}$. Its value at {{ p }} is {{ f(p) }}.

**Asked:** `slope`, a number: the slope of $f$ at {{ p }}.

**Checked:** your number is compared with $f'({{ p }})$."""

_SLOPE_SOLUTION = "slope = 3 * a * p**2 + b  # SOLUTION"

_SLOPE_PUBLIC = """\
def test_q1(slope):
    from autograder import Derivative

    Derivative(f, wrt="x", at=p, name="slope").check(slope)"""

_SLOPE_HIDDEN = """\
# HIDDEN
def test_q1_foreseen(slope):
    from autograder import Derivative

    slips = {f(p): "This is how high the graph is, not how steep."}
    Derivative(f, wrt="x", at=p, slips=slips, name="slope").check(slope)"""

_PRODUCT_PROMPT = """\
### Question 2: a title  (4 points)

The function: $g(x) = {{ g }}$.

**Asked:** `dg`, a Python function of one number: `dg(t)` is $g'(t)$.

**Checked:** your function is called at random points between −1 and 1 and compared with $g'$."""

_PRODUCT_SOLUTION = """\
def dg(x):
    # BEGIN SOLUTION
    return np.exp(k * x) * (k * x**n + n * x ** (n - 1))
    # END SOLUTION"""

_PRODUCT_PUBLIC = """\
def test_q2(dg):
    from autograder import Derivative

    Derivative(g, wrt="x", domain={"x": (-1, 1)}, name="dg").check(dg)"""

_PRODUCT_HIDDEN = """\
# HIDDEN
def test_q2_elsewhere(dg):
    from autograder import Derivative

    Derivative(g, wrt="x", domain={"x": (-2, 2)}, name="dg", seed=101).check(dg)"""


def _question(name: str, points: int, prompt: str, answer: str, public: str, hidden: str) -> list[NotebookNode]:
    """The cells of one question, with every block that Otter Assign wants."""
    return [
        new_raw_cell(f"# BEGIN QUESTION\nname: {name}\npoints: {points}", id=f"{name}-begin"),
        new_markdown_cell(prompt, id=f"{name}-prompt"),
        new_raw_cell("# BEGIN SOLUTION", id=f"{name}-solution-begin"),
        new_code_cell(answer, id=f"{name}-answer"),
        new_raw_cell("# END SOLUTION", id=f"{name}-solution-end"),
        new_raw_cell("# BEGIN TESTS", id=f"{name}-tests-begin"),
        new_code_cell(public, id=f"{name}-public"),
        new_code_cell(hidden, id=f"{name}-hidden"),
        new_raw_cell("# END TESTS", id=f"{name}-tests-end"),
        new_raw_cell("# END QUESTION", id=f"{name}-end"),
    ]


def new_assignment(root: Path, name: str, *, versions: bool = False) -> Path:
    """Write ``solutions/<name>/<name>.ipynb``, an assignment of one question that builds and certifies.

    Args:
        root: the course; ``solutions/`` is made where there is none.
        name: letters, digits, ``-`` and ``_``, such as ``hw07``.
        versions: write one of two questions whose numbers are drawn, others for each student.

    Raises:
        UsageError: the name cannot be a folder's, there is such an assignment, or the folder cannot be written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise UsageError(f"{name!r} cannot name an assignment: use letters, digits, - and _, as in hw07")
    path = root / "solutions" / name / f"{name}.ipynb"
    if path.exists():
        raise UsageError(f"{path} is there already; choose another name, or edit it and run `autograder build {name}`")
    config = new_config(name, _INSTRUCTIONS)
    cells = [
        new_raw_cell(config + "\nversions: 40" * versions, id="config"),
        new_markdown_cell(_DRAWN_TITLE if versions else _TITLE, id="title"),
        new_code_cell((_DRAWN_INIT if versions else _INIT).format(name=name), id="init"),
        new_code_cell(_IMPORTS, id="imports"),
    ]
    if versions:
        cells += [
            new_code_cell(_DRAW, id="draw"),
            *_question("q1", 2, _SLOPE_PROMPT, _SLOPE_SOLUTION, _SLOPE_PUBLIC, _SLOPE_HIDDEN),
            *_question("q2", 4, _PRODUCT_PROMPT, _PRODUCT_SOLUTION, _PRODUCT_PUBLIC, _PRODUCT_HIDDEN),
        ]
    else:
        cells += _question("q1", 4, _PROMPT, _SOLUTION, _PUBLIC, _HIDDEN)
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path
