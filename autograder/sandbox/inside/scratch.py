"""Empties the folders that a submission could write to, whatever it left in them."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress

_SECONDS = 5.0
"""Of processor time."""


def wipe(folders: Iterable[str]) -> bool:
    """Remove all that is in these folders, locked folders and very deep ones as well; links are not followed.

    Returns:
        Whether all of it is gone. A million files take too long: a new jail, with new folders, is quicker.
    """
    until = time.process_time() + _SECONDS
    mounts = _mounts()
    return [_empty(folder, until, mounts) for folder in folders].count(False) == 0


def _mounts() -> list[str]:
    """Where something is mounted: a checkout or a virtual environment below /tmp is seen there in the jail as well."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            return [line.split()[4].replace("\\040", " ") for line in file]
    except OSError:
        return []


def _empty(folder: str, until: float, mounts: list[str]) -> bool:
    number = 0
    while time.process_time() < until:
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            return True
        to_mounts = [entry.path for entry in entries if any(f"{m}/".startswith(f"{entry.path}/") for m in mounts)]
        if len(to_mounts) == len(entries):
            return all(_empty(path, until, mounts) for path in to_mounts if path not in mounts)
        for entry in entries:
            if entry.path in to_mounts:
                continue
            if not entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    os.unlink(entry.path)
                continue
            number = _raise_children(folder, entry.path, number, until)
            with suppress(OSError):
                os.rmdir(entry.path)
    return False


def _raise_children(folder: str, path: str, number: int, until: float) -> int:
    """Move the folders in ``path`` up into ``folder`` and remove its files, so that no path gets long."""
    with suppress(OSError):
        os.chmod(path, 0o700)
        for child in os.scandir(path):
            if time.process_time() > until:
                break
            if child.is_dir(follow_symlinks=False):
                os.chmod(child.path, 0o700)
                number += 1
                os.rename(child.path, f"{folder}/.wipe-{number}-{time.monotonic_ns()}")
            else:
                os.unlink(child.path)
    return number
