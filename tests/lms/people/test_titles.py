"""What is a person where groups are told, and what a title that stood where a person should."""

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.lms.people.corrections import _Corrected
from autograder.model import Id, Space, Student


def student(name: str, space: Space) -> Student:
    return Student(id=name, ids=(Id(space, name),))


@pytest.mark.parametrize(
    ("one", "title"),
    [
        (student("Team A", Space.FILE), True),
        (student("asmith", Space.FILE), False),  # of the class list
        (student("7", Space.PERSON), False),
        (student("asmith", Space.PERSON), False),
    ],
)
def test_a_title_is_a_files_name_that_is_nobodys_on_the_list(one: Student, title: bool) -> None:
    nothing: Any = SimpleNamespace(submissions=(), refused=())
    roster: Any = SimpleNamespace(students=(SimpleNamespace(student=student("asmith", Space.FILE)),))
    assert _Corrected(nothing, roster)._is_title(one) is title
    assert _Corrected(nothing, None)._is_title(one) is (one.own.space is Space.FILE)
