"""Notebooks of another make, written anew as a source that builds.

In comes a master of Otter Assign (its blocks, or the older Markdown format), a source of nbgrader or a plain solved
notebook (``kinds.py`` says which); each becomes cells of one format (``cells.py``) by ``old_otter.py``,
``nbgrader.py`` and ``plain.py``, for which ``tasks.py`` knows the lines with which exercises and solutions begin;
``marking.py`` marks what is a solution, ``tests.py`` makes functions of lines. ``writing.py`` puts them under
``solutions/`` and tells of each test what became of it: one of our questions where that is certain (``certainty``;
``asked.py`` writes it), else what it was.

Nothing of the notebook is run here.
"""

from autograder.build.foreign.asked import Change
from autograder.build.foreign.writing import Brought, bring

__all__ = ["Brought", "Change", "bring"]
