"""What one worker of a run has made and the others need as well, in the folder of the fixture ``shared_folder``."""

import fcntl
from collections.abc import Callable
from pathlib import Path

__all__ = ["once"]


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """A file or folder, made by who comes first; whoever comes while it is made waits.

    Args:
        place: where it is afterwards, whole.
        make: makes it at the path that it is given.
    """
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            half = place.with_name(f"{place.name}.half")
            make(half)
            half.replace(place)
    return place
