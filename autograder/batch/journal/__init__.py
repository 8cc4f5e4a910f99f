"""What a run keeps in its output folder's ``journal.db``: results, and what people decided about them.

``database.py`` is the SQLite file with a result as soon as it exists, ``overrides.py`` are scores set by hand,
``rulings.py`` what a person decided about one plain case for the whole class, ``order.py`` the call that made the run.
"""

from autograder.batch.journal.database import Journal
from autograder.batch.journal.order import LOCAL, Order, order_as_kept, order_in, order_of, remembered
from autograder.batch.journal.overrides import (
    TOTAL,
    Basis,
    Override,
    apply_overrides,
    check_points,
    find,
    in_force,
    names_of,
    now,
    same_people,
    whose,
    with_decisions,
)
from autograder.batch.journal.rulings import ACCEPTED, REFUSED, Ruling, case_named

__all__ = [
    "ACCEPTED",
    "LOCAL",
    "REFUSED",
    "TOTAL",
    "Basis",
    "Journal",
    "Order",
    "Override",
    "Ruling",
    "apply_overrides",
    "case_named",
    "check_points",
    "find",
    "in_force",
    "names_of",
    "now",
    "order_as_kept",
    "order_in",
    "order_of",
    "remembered",
    "same_people",
    "whose",
    "with_decisions",
]
