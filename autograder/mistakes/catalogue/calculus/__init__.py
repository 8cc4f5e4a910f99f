"""Mistakes in what other courses ask beside derivatives, area by area; built like its neighbours.

- ``implicit.py``: curves and rates that an equation gives, and units
- ``integrals.py``: antiderivatives and definite integrals
"""

from collections.abc import Sequence

from autograder.mistakes.catalogue.calculus import implicit, integrals
from autograder.mistakes.catalogue.entry import Mistake

__all__ = ["BY_AREA"]

BY_AREA: dict[str, Sequence[Mistake]] = {
    "implicit": implicit.ENTRIES,
    "integrals": integrals.ENTRIES,
}
"""Area → entries, in the order of the documentation."""
