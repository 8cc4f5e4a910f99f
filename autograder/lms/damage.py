"""What a spreadsheet makes of ids: it takes them for numbers, and writes them back as it shows numbers."""

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

__all__ = ["LEFT", "damaged", "genuine", "may_have_been"]

LEFT = "what a spreadsheet made of an id"

_NUMBER = re.compile(r"(\d+)(?:[.,](\d+))?(?:e([+-]?\d{1,3}))?", re.ASCII)
_EXACT = 15
"""A spreadsheet keeps so many digits of a number."""
_LONGEST = 40
_LONG = Decimal(10) ** 11
_SHOWN = re.compile(r"\d(?:[.,]\d+)?e\+\d{1,3}", re.ASCII)


def _read(text: str) -> tuple[Decimal, int] | None:
    """The number that a text is taken for, and how many digits say so; None where it is not taken for one."""
    matched = _NUMBER.fullmatch(text.strip().casefold())
    if not matched or len(text) > _LONGEST:
        return None
    whole, fraction, power = matched[1], matched[2] or "", int(matched[3] or 0)
    digits = f"{whole}{fraction}".lstrip("0")
    return Decimal(int(digits or 0)).scaleb(power - len(fraction)), len(digits)


def damaged(cell: str) -> bool:
    """Whether a cell is a number as only a spreadsheet writes it.

    >>> damaged("1.00E+05"), damaged("1,23457E+15"), damaged("1E5"), damaged("100000")
    (True, True, False, False)
    """
    return bool(_SHOWN.fullmatch(cell.strip().casefold()))


def may_have_been(cell: str, id: str) -> bool:
    """Whether a spreadsheet may have made this cell of that id: without zeros, rounded, or with a power of ten.

    >>> may_have_been("12", "0012"), may_have_been("1.00E+05", "1E5"), may_have_been("1.23457E+15", "1234567890123456")
    (True, True, True)
    >>> may_have_been("12", "12"), may_have_been("12", "120"), may_have_been("1.2E+01", "1x")
    (False, False, False)
    """
    shown, meant = _read(cell), _read(id)
    if shown is None or meant is None or cell.strip().casefold() == id.strip().casefold():
        return False
    (number, digits), (value, _) = shown, meant
    if number == value:
        return True
    if damaged(cell):
        # a plain number is shown with a power of ten only when it is long
        rounds = "e" in id.casefold() or value >= _LONG
        return rounds and Context(prec=max(digits, 1), rounding=ROUND_HALF_UP).plus(value) == number
    if value < 10**_EXACT:
        return False
    # later digits become zeros, or are rounded
    cut = value.scaleb(_EXACT - 1 - value.adjusted())
    return number.scaleb(_EXACT - 1 - value.adjusted()) in (
        cut.to_integral_value(ROUND_DOWN),
        cut.to_integral_value(ROUND_HALF_UP),
    )


def genuine(cell: str, ids: Iterable[str]) -> list[str]:
    """The ids that a cell may be: itself where it is one, else those that a spreadsheet may have made it of."""
    known = list(ids)
    return [cell] if cell in known else [id for id in known if may_have_been(cell, id)]
