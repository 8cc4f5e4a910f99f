"""The tests, in folders like the rooms of the package; what several use lies in the folder that it is about."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""
SUBMISSIONS = ROOT / "tests" / "submissions"
"""Real notebooks, good, odd and hostile, and what ``otter run`` gave for them."""


def row_name(value: object) -> str:
    """What a row of a table is called, the same in each worker: without the address of a function in it."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))[:60]
