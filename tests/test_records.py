"""Records are values: nobody can change one that somebody else holds."""

import importlib
import pkgutil

import pytest

import autograder
from autograder.model.record import Record

for _, name, _ in pkgutil.walk_packages(autograder.__path__, "autograder."):
    if ".records" in name or ".model" in name or name.endswith((".data", ".wire", ".contract")):
        importlib.import_module(name)


def records(base: type = Record) -> list[type]:
    return [each for below in base.__subclasses__() for each in (below, *records(below))]


@pytest.mark.parametrize("record", records(), ids=lambda record: record.__name__)
def test_a_record_is_frozen(record: type) -> None:
    assert record.__struct_config__.frozen
