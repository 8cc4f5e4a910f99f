"""A submission's key: unique in a run, stable between runs, safe as a file name."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import msgspec

from autograder.lms.intake.archive import safe_part
from autograder.model import Student, Submission

__all__ = ["key_of", "with_member_keys"]


def key_of(students: Sequence[Student], taken: set[str]) -> str:
    """A submission's key: its first student's id, safe as a file name, unlike any in ``taken`` (which grows)."""
    wanted = students[0].id or students[0].name or "unknown"
    key = safe_part(wanted).replace(" ", "_").lstrip(".-") or "unknown"
    if key != wanted:
        # what was replaced could have told two students apart
        key = f"{key}-{hashlib.sha256(wanted.encode(errors='surrogateescape')).hexdigest()[:6]}"
    number, free = 1, key
    while free.casefold() in taken:
        number += 1
        free = f"{key}-{number}"
    taken.add(free.casefold())
    return free


def with_member_keys(submissions: Iterable[Submission], key: Callable[[Student], str]) -> list[Submission]:
    """The submissions with a key for each further member of a group."""
    return [msgspec.structs.replace(one, member_keys=tuple(map(key, one.students[1:]))) for one in submissions]
