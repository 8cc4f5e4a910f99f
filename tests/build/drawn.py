"""Small assignments whose numbers are drawn."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.build.checks.certify import certify
from tests.shared import once

CONFIG = "# ASSIGNMENT CONFIG\nname: hw\ninit_cell: false\nversions: {versions}\ntests:\n    ok_format: false"
INIT = 'import autograder\n\ngrader = autograder.Notebook("hw")'
DRAW = """\
# DRAW
from autograder import draw

a = draw.whole(2, 9)
b = draw.nonzero(-9, 9)
f = draw.formula(f"{a}*x**2 + {b}*x", "x")
p = draw.whole(2, 5)"""
PROMPT = "### Question 1: a slope\n\n`slope`: the slope of $f(x) = {{ f }}$ at {{ p }}."
PUBLIC = """\
def test_q1(slope):
    from autograder import Derivative

    Derivative(f, wrt="x", at=p, name="slope").check(slope)"""
HIDDEN = """\
# HIDDEN
def test_q1_again(slope):
    from autograder import Derivative

    Derivative(f, wrt="x", at=p, name="slope", slips={f(p): "This is how high it is."}).check(slope)"""
SOLUTION = "slope = 2 * a * p + b  # SOLUTION"


def write_drawn(
    root: Path,
    *,
    versions: int = 3,
    draw: str = DRAW,
    prompt: str = PROMPT,
    hidden: str = HIDDEN,
    solution: str = SOLUTION,
) -> Path:
    """Write ``solutions/hw/hw.ipynb`` with one question."""
    cells = [
        ("raw", CONFIG.format(versions=versions)),
        ("code", INIT),
        ("code", draw),
        ("raw", "# BEGIN QUESTION\nname: q1\npoints: 2"),
        ("markdown", prompt),
        ("raw", "# BEGIN SOLUTION"),
        ("code", solution),
        ("raw", "# END SOLUTION"),
        ("raw", "# BEGIN TESTS"),
        ("code", PUBLIC),
        ("code", hidden),
        ("raw", "# END TESTS"),
        ("raw", "# END QUESTION"),
    ]
    make = {"raw": new_raw_cell, "code": new_code_cell, "markdown": new_markdown_cell}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(
        cells=[make[kind](text, id=f"c{number}") for number, (kind, text) in enumerate(cells, 1)],
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}},
    )
    made.nbformat_minor = 5
    path = root / "solutions" / "hw" / "hw.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def copy_certified(root: Path, shared: Path | None) -> None:
    """Write :func:`write_drawn`'s assignment of three versions into a folder, built and certified.

    Args:
        root: the folder, empty.
        shared: where the workers of a run find what one of them has certified; None: it is done here.
    """

    def make(folder: Path) -> None:
        write_drawn(folder)
        assert [str(finding) for finding in certify(folder, "hw") if finding.error] == []

    if shared is None:
        make(root)
    else:
        shutil.copytree(once(shared / "drawn", make), root, dirs_exist_ok=True)
