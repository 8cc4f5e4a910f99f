"""What one worker of a run has made and the others need as well, in the folder of the fixture ``shared_folder``."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

__all__ = ["once"]


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """A file or folder, made by who comes first; whoever comes while it is made waits. Read it, never write to it.

    Args:
        place: where it is made, and stays: what is written in it may name its own place.
        make: makes it there, where nothing is yet.
    """
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := place.with_name(f"{place.name}.done")).exists():
            if place.is_dir():
                shutil.rmtree(place)  # of one who failed
            make(place)
            done.touch()
    return place
