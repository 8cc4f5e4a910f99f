"""Whether a name that the TA gave a file is somebody's on the class list."""

from collections.abc import Sequence

from autograder.lms.names import fold, name_keys
from autograder.model import Space, Student

__all__ = ["is_person"]

_NUMBERS = (Space.CANVAS_USER, Space.MOODLE_PARTICIPANT)
"""Not what people call their files: the number of a download's folder may equal one."""


def is_person(name: str, people: Sequence[Student]) -> bool:
    """Whether a zip or folder of this name is one student's, by a login, an id that people use, or the full name."""
    wanted, keys = fold(name), name_keys(name)
    for person in people:
        values = (fold(one.value) for one in person.ids if one.space not in _NUMBERS)
        if any(wanted in (value, value.partition("@")[0]) for value in values):
            return True
        if len(fold(person.name).split()) > 1 and keys & name_keys(person.name):
            return True
    return False
