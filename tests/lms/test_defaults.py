"""What a record of the LMS room says where nothing is said."""

from typing import Any

import msgspec
import pytest

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
