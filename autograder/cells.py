"""Cells that a spreadsheet would run as a formula, made harmless in files for people.

Files for import keep their cells byte for byte (a ``'`` in front of a name breaks the match); there the caller warns.
Source: OWASP, CSV Injection.
"""

import re

__all__ = ["is_formula", "neutralise"]

_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?%?\Z")


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may run this cell: it starts with ``= + - @``, a tab or a line end, and is not a number.

    >>> [is_formula(cell) for cell in ("=1+1", " @SUM(A1)", "-1.5", "Ann")]
    [True, True, False, False]
    """
    # a lone dash is how an LMS writes "nothing"
    return bool(_FORMULA.match(cell)) and not _NUMBER.match(cell) and bool(cell.strip("-+ "))


def neutralise(cell: str) -> str:
    r"""The cell with a ``'`` in front where a spreadsheet might run it; otherwise unchanged.

    >>> neutralise('=HYPERLINK("http://x")'), neutralise("-1")
    ('\'=HYPERLINK("http://x")', '-1')
    """
    return f"'{cell}" if is_formula(cell) else cell
