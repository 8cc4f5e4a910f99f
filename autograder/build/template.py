"""A new assignment that builds as it is: one question to copy, with every block that Otter Assign wants."""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.errors import UsageError

_CONFIG = """\
# ASSIGNMENT CONFIG
name: {name}
init_cell: false
check_all_cell: false
export_cell:
    pdf: false
    run_tests: false
    instructions: "The checks in this notebook look at a few points. When your work is graded, further checks run at \
other points."
tests:
    ok_format: false
generate: true"""

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


def new_assignment(root: Path, name: str) -> Path:
    """Write ``solutions/<name>/<name>.ipynb``, an assignment of one question that builds and certifies.

    Args:
        root: the course; ``solutions/`` is made where there is none.
        name: letters, digits, ``-`` and ``_``, such as ``hw07``.

    Raises:
        UsageError: the name cannot be a folder's, there is such an assignment, or the folder cannot be written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise UsageError(f"{name!r} cannot name an assignment: use letters, digits, - and _, as in hw07")
    path = root / "solutions" / name / f"{name}.ipynb"
    if path.exists():
        raise UsageError(f"{path} is there already; choose another name, or edit it and run `autograder build {name}`")
    cells = [
        new_raw_cell(_CONFIG.format(name=name), id="config"),
        new_markdown_cell(_TITLE, id="title"),
        new_code_cell(_INIT.format(name=name), id="init"),
        new_code_cell(_IMPORTS, id="imports"),
        new_raw_cell("# BEGIN QUESTION\nname: q1\npoints: 4", id="q1-begin"),
        new_markdown_cell(_PROMPT, id="q1-prompt"),
        new_raw_cell("# BEGIN SOLUTION", id="q1-solution-begin"),
        new_code_cell(_SOLUTION, id="q1-answer"),
        new_raw_cell("# END SOLUTION", id="q1-solution-end"),
        new_raw_cell("# BEGIN TESTS", id="q1-tests-begin"),
        new_code_cell(_PUBLIC, id="q1-public"),
        new_code_cell(_HIDDEN, id="q1-hidden"),
        new_raw_cell("# END TESTS", id="q1-tests-end"),
        new_raw_cell("# END QUESTION", id="q1-end"),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path
