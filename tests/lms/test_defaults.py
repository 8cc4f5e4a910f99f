"""What a record of the LMS room says where nothing is said."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from autograder import lms
from autograder.lms.policy import LateRule
from autograder.lms.records import Bundle, Column, ColumnRule, Grade, Intake, Layout, RosterStudent, Written
from autograder.model import Record

DEFAULTS: dict[type[Record], tuple[Any, ...]] = {
    Bundle: (0, False, None, None, None, None, (), {}),
    Column: (None, None),
    ColumnRule: (None, False, "blank"),
    Grade: (False, "", ""),
    Intake: ((), (), ()),
    Layout: (
        False, (), (), None, False, True, False, None, None, frozenset(), {}, True, None, {}, False,
        "", False, None, (),
    ),
    RosterStudent: ("", "", None, None, None),
    Written: ("", False, (), (), (), ()),
}  # fmt: skip


@pytest.mark.parametrize("record", DEFAULTS)
def test_what_a_record_says_where_nothing_is_said(record: type[Record]) -> None:
    fields = [field for field in msgspec.structs.fields(record) if not field.required]
    said = [field.default if field.default is not msgspec.NODEFAULT else field.default_factory() for field in fields]
    assert tuple(said) == DEFAULTS[record]
    assert [*map(type, said)] == [*map(type, DEFAULTS[record])]  # False is no 0


SOMETHING = {
    "AssignmentPolicy.zone": "UTC",
    "AssignmentPolicy.late": LateRule(),
    "AssignmentPolicy.places": 2,
    "ColumnRule.missing": "blank",
    "LateRule.of": "possible",
    "Layout.comments_are_html": True,
    "Layout.only_graded": True,
}
"""What is said where nothing is said, beside no, nothing and nobody."""


def _defaults() -> Iterator[tuple[str, Any]]:
    for _, name, _ in pkgutil.walk_packages(lms.__path__, "autograder.lms."):
        module = importlib.import_module(name)
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == name and issubclass(kind, Record):
                for field in msgspec.structs.fields(kind):
                    if not field.required:
                        value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
                        yield f"{kind.__name__}.{field.name}", value


def test_where_nothing_is_said_of_a_class_it_is_no_nothing_and_nobody() -> None:
    assert {name: value for name, value in _defaults() if value or name in SOMETHING} == SOMETHING
