"""The catalogue: every mistake that can be named, with its wrong answer and its hints. Entries only, no machinery.

In comes nothing; out go the entries by id (:data:`MISTAKES`) and the words for several that cannot be told apart. To
add a mistake, open the file of its topic and add an entry to its list.

- ``entry.py``: what an entry is
- ``one_variable/``, ``several_variables/``: rules of differentiation gone wrong, a file a topic
- ``calculus/``: what other courses ask beside derivatives, a file a topic
- ``critical.py``, ``constrained.py``: points where a function is level, or best under constraints
- ``projections.py``: steps back onto a set, gradients in its tangent space
- ``descent.py``, ``optimisers.py``, ``searches.py``, ``numerics.py``: methods and numbers
- ``autodiff.py``: classes that differentiate, computational graphs
- ``lines.py``: algebra between two lines of a derivation
- ``code.py``: errors that JAX, NumPy, SymPy or Python raises
- ``index.py``: all of them by id, the areas, and the hint for a tie
"""

from autograder.mistakes.catalogue.calculus import limit_at, wrong_limits
from autograder.mistakes.catalogue.code import explain
from autograder.mistakes.catalogue.entry import Example, Mistake
from autograder.mistakes.catalogue.index import AREAS, MISTAKES, THEMES, hint, sentences
from autograder.mistakes.catalogue.several_variables import fits_data

__all__ = [
    "AREAS",
    "MISTAKES",
    "THEMES",
    "Example",
    "Mistake",
    "explain",
    "fits_data",
    "hint",
    "limit_at",
    "sentences",
    "wrong_limits",
]
