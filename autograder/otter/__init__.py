"""Otter's file contract: test files, ``autograder.zip``, ``results.json``, Otter Assign.

With ``student`` the only room that imports otter. ``load`` reads what plain ``otter assign`` or ``otter generate``
made, ``program`` turns a notebook into what the sandbox runs, cell for cell as ``otter run`` would, and ``run_test``
(``running/``) asks one question of the student's names with Otter's own classes. :mod:`autograder.grading` puts them
together.

``assignment.py``, ``notebook.py``, ``program.py`` and, of authors, ``master.py`` read, ``assign.py`` makes,
``references.py`` adds JAX's values to the zip and ``usual.py`` what the solution takes; ``workplace.py`` and
``isolation.py`` are where tests run;
``gradescope.py`` writes results, ``plugin.py`` sits in plain Otter, ``upstream.py`` is the one door to it.
"""

from autograder.otter.assign import Assigned, assign
from autograder.otter.assignment import Assignment, Question, load
from autograder.otter.gradescope import gradescope_results
from autograder.otter.master import students_text, unfenced_cells
from autograder.otter.notebook import Notebook, read_notebook
from autograder.otter.program import program
from autograder.otter.references import lacks_references, with_references
from autograder.otter.running import (
    InsideCase,
    ask_inside,
    declared,
    look_for_others,
    public_text,
    run_test,
    with_others,
    witnessed,
)
from autograder.otter.usual import TIMES, Usual, by_id, keep_times, read_times, write_times

__all__ = [
    "TIMES",
    "Assigned",
    "Assignment",
    "InsideCase",
    "Notebook",
    "Question",
    "Usual",
    "ask_inside",
    "assign",
    "by_id",
    "declared",
    "gradescope_results",
    "keep_times",
    "lacks_references",
    "load",
    "look_for_others",
    "program",
    "public_text",
    "read_notebook",
    "read_times",
    "run_test",
    "students_text",
    "unfenced_cells",
    "with_others",
    "with_references",
    "witnessed",
    "write_times",
]
