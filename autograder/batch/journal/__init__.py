"""What a run keeps in its output folder's ``journal.db``: results, and what people decided about them.

``database.py`` is the SQLite file with a result as soon as it exists, ``overrides.py`` are scores set by hand,
``rulings.py`` what a person decided about one plain case for the whole class.
"""

from autograder.batch.journal.database import Journal
from autograder.batch.journal.overrides import (
    TOTAL,
    Override,
    apply_overrides,
    find,
    in_force,
    names_of,
    same_people,
    whose,
    with_their_people,
)
from autograder.batch.journal.rulings import Ruling, apply_rulings, case_named, standing

__all__ = [
    "TOTAL",
    "Journal",
    "Override",
    "Ruling",
    "apply_overrides",
    "apply_rulings",
    "case_named",
    "find",
    "in_force",
    "names_of",
    "same_people",
    "standing",
    "whose",
    "with_their_people",
]
