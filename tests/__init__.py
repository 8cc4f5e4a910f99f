"""The tests, in folders like the rooms of the package; what several use lies in the folder that it is about."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""
SUBMISSIONS = ROOT / "tests" / "submissions"
"""Real notebooks, good, odd and hostile, and what ``otter run`` gave for them."""


def row_name(value: object) -> str:
    """What a row of a table is called, the same in each worker: no address of a function in it, and sets in order."""
    return re.sub(r" at 0x[0-9a-f]+", "", _written(value))[:60]


def _written(value: object) -> str:
    """As ``repr`` writes it, but for sets, which it writes in an order that changes from process to process."""
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_written, value)))}}}"
    if type(value) is dict:
        return f"{{{', '.join(f'{_written(key)}: {_written(one)}' for key, one in value.items())}}}"
    if type(value) in (list, tuple):
        inside = ", ".join(map(_written, value))
        return f"[{inside}]" if type(value) is list else f"({inside})"
    return repr(value)
