"""Numbers as the cells of an LMS's file hold them."""

import re
from decimal import ROUND_HALF_UP, Decimal

from autograder.lms.records import Column
from autograder.lms.table import Table

__all__ = ["decimal_in", "decimal_mark", "number_text", "rounded"]

_NUMERIC = re.compile(r"^-?[0-9.,\s]+%?$")


def decimal_in(cell: str) -> Decimal | None:
    """The number in a cell, by Canvas's rule: the last ``,`` or ``.`` is the decimal mark.

    >>> decimal_in("1,5"), decimal_in("1,234.56"), decimal_in("-")
    (Decimal('1.5'), Decimal('1234.56'), None)
    """
    text = "".join(cell.split())
    if not _NUMERIC.match(text) or not any(c.isdigit() for c in text):
        return None
    head, mark, tail = text.rstrip("%").replace(",", ".").rpartition(".")
    return Decimal(head.replace(".", "") + mark + tail)


def rounded(value: Decimal | float | int, places: int = 2) -> Decimal:
    """The value to some decimal places, half up, as people round.

    >>> rounded(2.675), rounded(Decimal("0.125"))
    (Decimal('2.68'), Decimal('0.13'))
    """
    # the shortest text of a float is what its author meant: 2.675, not 2.67499999999999982236431605997495353221893
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number_text(value: Decimal, mark: str = ".") -> str:
    """A number as an LMS reads it: no thousands separators, no exponent, no trailing zeros.

    >>> number_text(Decimal("9.50")), number_text(Decimal("10"), ","), number_text(Decimal("7.5"), ",")
    ('9.5', '10', '7,5')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text).replace(".", mark)


def decimal_mark(table: Table, columns: tuple[Column, ...], first_row: int) -> str:
    """``,`` or ``.``: as the file's grades have it; where none has either, a comma goes with semicolons."""
    commas = points = 0
    for row in table.rows[first_row:]:
        for column in columns:
            cell = row.cell(column.index).strip()
            commas += bool(re.fullmatch(r"-?\d+,\d+", cell))
            points += bool(re.fullmatch(r"-?\d+\.\d+", cell))
    if commas != points:
        return "," if commas > points else "."
    return "," if table.delimiter == ";" else "."
