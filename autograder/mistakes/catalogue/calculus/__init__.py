"""Mistakes in what other courses ask beside derivatives, area by area; built like its neighbours.

- ``implicit.py``: curves and rates that an equation gives, and units
- ``integrals.py``: antiderivatives and definite integrals, of which ``integrating.py`` makes wrong ones
- ``taylor.py``: Taylor polynomials and their remainders
- ``limits.py``: limits, and l'Hôpital's rule
- ``sets.py``: sets of numbers, and values in any order
"""

from collections.abc import Sequence

from autograder.mistakes.catalogue.calculus import implicit, integrals, limits, sets, taylor
from autograder.mistakes.catalogue.calculus.limits import limit_at, wrong_limits
from autograder.mistakes.catalogue.entry import Mistake

__all__ = ["BY_AREA", "limit_at", "wrong_limits"]

BY_AREA: dict[str, Sequence[Mistake]] = {
    "implicit": implicit.ENTRIES,
    "integrals": integrals.ENTRIES,
    "series": taylor.ENTRIES,
    "limits": limits.ENTRIES,
    "sets": sets.ENTRIES,
}
"""Area → entries, in the order of the documentation."""
