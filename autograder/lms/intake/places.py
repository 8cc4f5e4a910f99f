"""Which of a submission's files can lie where their names say, beside the notebook."""

from collections.abc import Sequence

from autograder.untrusted import one_line

__all__ = ["misplaced", "path_text"]

MOST_LEVELS = 30
LONGEST_PATH = 1_000
"""Bytes: a quarter of what Linux opens, for the folder that it lies in is part of the path."""


def path_text(parts: Sequence[str]) -> str:
    """A file's name as a message has it: one line, of a length that can be read.

    >>> path_text(("work", "a" * 300))[-5:]
    'aaaa…'
    """
    return one_line("/".join(parts[:MOST_LEVELS]), 200)


def misplaced(files: Sequence[tuple[str, ...]]) -> dict[int, tuple[str, str]]:
    """Index of a file → why it cannot be put where its name says: reason and message.

    >>> misplaced([("data",), ("data", "x.csv"), ("more", "x.csv")])
    {1: ('misplaced', 'data/x.csv is said to lie in data, which is a file: left out')}
    """
    taken = set(files)
    found = {}
    for number, parts in enumerate(files):
        if len(parts) > MOST_LEVELS or len("/".join(parts).encode()) > LONGEST_PATH:
            found[number] = (
                "misplaced",
                f"{path_text(parts)}: {len(parts):,} levels deep or of a very long name: left out",
            )
            continue
        above = next((parts[:level] for level in range(1, len(parts)) if parts[:level] in taken), None)
        if above is not None:
            found[number] = (
                "misplaced",
                f"{path_text(parts)} is said to lie in {path_text(above)}, which is a file: left out",
            )
    return found
