"""Records are values: nobody can change one that somebody else holds."""

import dataclasses
import importlib
import inspect
import pkgutil
import warnings

import pytest

import autograder
from autograder.model import Record

FILLED = {"Reader", "Roots", "Seen", "Walk", "_Outcome"}
"""What one function fills while it works and nobody else holds meanwhile."""


def _modules():
    for _, name, _ in pkgutil.walk_packages(autograder.__path__, "autograder."):
        if not name.endswith("__main__"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # those of the libraries that are imported here for the first time
                module = importlib.import_module(name)
            yield module


def _frozen(kind: type) -> bool | None:
    """None where it is no record."""
    if dataclasses.is_dataclass(kind):
        return kind.__dataclass_params__.frozen
    config = getattr(kind, "__struct_config__", None)
    return None if config is None else config.frozen


RECORDS = {
    f"{kind.__module__}.{kind.__qualname__}": kind
    for module in _modules()
    for kind in vars(module).values()
    if inspect.isclass(kind) and kind.__module__.startswith("autograder.") and _frozen(kind) is not None
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_is_frozen(record):
    assert _frozen(record) is (record.__name__ not in FILLED)


PLACED = {
    "folder.kept.Whole", "folder.similar._Found", "mistakes.leak_check._Public", "model.submissions.Id",
    "sandbox.limits.Cell", "sandbox.limits.CheckRequested", "sandbox.limits.Program", "sandbox.line.orders.Order",
}  # fmt: skip
"""Records of at most five fields that can be told apart by their places."""


@pytest.mark.parametrize("record", [kind for kind in RECORDS.values() if issubclass(kind, Record)])
def test_a_record_is_filled_by_names(record):
    packed = record.__module__.endswith(".line.wire")  # a message is its fields in their order
    placed = f"{record.__module__}.{record.__name__}".removeprefix("autograder.") in PLACED
    assert packed or placed is (0 < len(record.__match_args__) <= 5)
    assert packed or placed or not record.__match_args__
