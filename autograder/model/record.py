"""What every record is."""

import msgspec


class Record(msgspec.Struct, frozen=True):
    """Base of every record: immutable, compared by value; build it with keywords.

    ``gc=False`` stands at those of plain data, of which a class has hundreds of thousands: nothing in them leads back
    to them, and the garbage collector took more time to walk through them than it took to read them.
    """
