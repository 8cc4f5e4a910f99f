"""Numbers of their own: one notebook, and in it other numbers for each student.

In comes what an author draws (``drawing.py``), run away from this process for as many seeds as are needed
(``process.py``); out goes a pool of versions (``pool.py``) from which a digest of assignment and student's id chooses.
``values.py`` writes what was drawn (numbers, texts, formulas of ``formulas.py``) as data and typesets it,
``filling.py`` puts it into a prompt; ``following.py`` says which names of a notebook follow from it and ``needed.py``
which cells have to run for it, by what a statement may change (``changes.py``) and a library's call (``libraries.py``).

Light on purpose: a student's notebook and every test file of an assignment with versions use ``drawn``.
"""

from autograder.versions.drawing import Draw
from autograder.versions.filling import Placeholder, fill, placeholders
from autograder.versions.following import following, used
from autograder.versions.formulas import Formula, read
from autograder.versions.needed import needed
from autograder.versions.pool import (
    Asked,
    NoStudent,
    Pool,
    Version,
    chosen,
    drawn,
    names_taken,
    normalised,
    noting_students,
    read_pool,
    seeing_asked,
    several_ids,
    versions_taken,
    with_numbers_of,
)
from autograder.versions.process import Drawn, bound, drawings
from autograder.versions.values import decoded, encoded, typeset

draw = Draw("in Jupyter")
"""For an author who tries a source in Jupyter; the build gives a draw of its own to each version."""

__all__ = [
    "Asked",
    "Draw",
    "Drawn",
    "Formula",
    "NoStudent",
    "Placeholder",
    "Pool",
    "Version",
    "bound",
    "chosen",
    "decoded",
    "draw",
    "drawings",
    "drawn",
    "encoded",
    "fill",
    "following",
    "names_taken",
    "needed",
    "normalised",
    "noting_students",
    "placeholders",
    "read",
    "read_pool",
    "seeing_asked",
    "several_ids",
    "typeset",
    "used",
    "versions_taken",
    "with_numbers_of",
]
