"""Where a test asks for a derivative for certain: what it becomes, or why it stays.

``certain.py`` asks of a test and ``solution.py`` of a solution without one. ``claims.py`` reads what a test compares,
``given.py`` what functions are there, both with the formulas of ``formulas.py``; ``fitting.py`` says whether one is the
derivative of the other, and ``options.py`` which tolerance, points and domain go with it.
"""

from autograder.build.foreign.certainty.certain import asked_by
from autograder.build.foreign.certainty.solution import asked_of_solution

__all__ = ["asked_by", "asked_of_solution"]
