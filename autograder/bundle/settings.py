"""What a bundle says about itself: written when it is made, read when it grades."""

from typing import Any

import msgspec

from autograder.model import Record
from autograder.sandbox.limits import Limits

__all__ = ["PEOPLE", "SETTINGS", "Settings"]

SETTINGS = "bundle.json"
PEOPLE = "people.json"
"""The class list, where whoever made the bundle gave one: a list of :class:`~autograder.model.Student`."""


class Settings(Record, frozen=True, kw_only=True):
    """``bundle.json``."""

    assignment: str
    """Its name."""
    path: str
    """Where its autograder.zip or folder lies, relative to this file."""
    digest: str
    """SHA-256 over the assignment's files."""
    version: str
    """Of this package."""
    sandbox: str
    """``bwrap``, or ``none`` where whoever made the bundle said so. Never changed on the way."""
    limits: Limits = Limits()
    seed: int = 0
    language: str = "en"
    """Of what students read."""
    config: dict[str, Any] = msgspec.field(default_factory=dict)
    """``otter_config.json``: visibility, ``points_possible`` and ``score_threshold`` are followed."""
