"""What stands in brackets: a group, a list, rows, a vector in angles, the arguments of a call."""

from autograder.expressions.text.calls import Reader
from autograder.expressions.text.lexer import Token
from autograder.expressions.tree import Tree

__all__ = ["angled", "arguments", "bracketed"]

_KEYWORDS = frozenset(["default", "dtype", "weak_type", "real", "evaluate"])


def angled(reader: Reader, opened: Token) -> Tree:
    """``<a, b>``."""
    if reader.angles:
        raise reader.unexpected(opened)
    reader.angles += 1
    parts, commas = arguments(reader, opened, ">")
    reader.angles -= 1
    if not commas:
        raise reader.unexpected(opened)
    return ["Tuple", *parts]


def bracketed(reader: Reader, opened: Token, close: str, container: str) -> Tree:
    """``(a)`` is a; ``(a, b)`` and ``(a; b)`` a tuple; ``[a]`` a list, ``[a; b]`` a column, ``[a, b; c, d]`` rows."""
    framed = reader.next.kind == "tex" and reader.next.text == "begin"
    bars, reader.bars = reader.bars, 0
    angles, reader.angles = reader.angles, 0
    rows: list[list[Tree]] = []
    parts, commas = arguments(reader, opened, close, rows)
    if rows:
        parts = [row[0] if len(row) == 1 else ["List", *row] for row in [*rows, parts]]
    reader.bars, reader.angles = bars, angles
    if container == "List":
        # the brackets of \\left[\\begin{matrix} … are the matrix's own
        own = framed and len(parts) == 1 and type(parts[0]) is list and parts[0][0] == "Matrix"
        return parts[0] if own else ["List", *parts]
    if len(parts) == 1 and not commas:
        return parts[0]
    if not parts:
        raise reader.error("there is nothing in these brackets", opened)
    if not container:
        raise reader.error("write a list of components in square brackets", opened)
    return ["Tuple", *parts]


def arguments(
    reader: Reader, opened: Token, close: str, rows: list[list[Tree]] | None = None
) -> tuple[list[Tree], int]:
    """What stands up to the closing bracket, and how many commas; rows that end with ``;`` are put into ``rows``."""
    parts: list[Tree] = []
    commas = 0
    if reader.accept(close):
        return parts, commas
    while True:
        if not _skip_keyword(reader):
            parts.append(reader.expression(0))
        # (2; 0,7) has a decimal comma
        if rows is not None and (close == "]" or (close == ")" and not commas)) and reader.accept(";"):
            rows.append(parts)
            parts = []
        elif (close == "]" or not rows) and reader.accept(","):
            commas += 1
            if reader.accept(close):
                return parts, commas
        else:
            reader.expect(close, opened)
            return parts, commas


def _skip_keyword(reader: Reader) -> bool:
    """Past ``default=``; or past all of ``dtype=float32``, which says nothing about the value, and then True."""
    word = reader.next
    if word.text not in _KEYWORDS:
        return False
    follows = reader.found[min(reader.at + 1, len(reader.found) - 1)]
    if follows.kind != "op" or follows.text != "=":
        return False
    reader.take()
    reader.take()
    if word.text == "default":
        return False
    reader.take()
    return True
