"""The tests, in folders like the rooms of the package; what several use lies in the folder that it is about."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""
SUBMISSIONS = ROOT / "tests" / "submissions"
"""Real notebooks, good, odd and hostile, and what ``otter run`` gave for them."""
