"""What every record is."""

import msgspec


class Record(msgspec.Struct, frozen=True):
    """Base of every record: immutable, compared by value; build it with keywords."""
