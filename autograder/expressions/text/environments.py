r"""``\begin{pmatrix} … \end{pmatrix}``, ``\begin{array}{cc}``, ``\begin{cases}``."""

from autograder.expressions.text.calls import SUM, Reader
from autograder.expressions.text.lexer import Token
from autograder.expressions.tree import Tree

__all__ = ["environment"]

_MATRICES = frozenset(["pmatrix", "bmatrix", "matrix", "smallmatrix", "array"])
_CASES = frozenset(["cases", "dcases", "rcases"])
_IF = frozenset(["for", "if", "when", "where", "falls", "wenn", "für", "wo"])
_ELSE = frozenset(["otherwise", "else", "sonst", "elsewhere"])
_TEXT = ("text", "mathrm", "textrm", "mbox", "operatorname", "mathit")


def environment(reader: Reader, token: Token) -> Tree:
    """A matrix, or values with their conditions."""
    kind = _name(reader)
    if kind.text == "array":
        _column_spec(reader)
    if kind.text in _CASES or (kind.text == "array" and _is_cases(reader)):
        return _cases(reader, token)
    if kind.text not in _MATRICES:
        raise reader.error("this environment is not known here", kind)
    rows: list[list[Tree]] = [[]]
    while True:
        # "&" would be read as a logical and: entries end where a sum ends.
        rows[-1].append(reader.expression(SUM))
        if reader.accept("&"):
            continue
        if _ends_row(reader):
            break
        rows.append([])
    if any(len(row) != len(rows[0]) for row in rows):
        raise reader.error("the rows of this matrix have different lengths", token)
    return ["Matrix", len(rows), len(rows[0]), *(entry for row in rows for entry in row)]


def _name(reader: Reader) -> Token:
    r"""The word in braces behind ``\begin`` or ``\end``."""
    opened = reader.take()
    kind = reader.take()
    if reader.next.kind == "op" and reader.next.text == "*":
        reader.take()
    reader.expect("}", opened)
    return kind


def _column_spec(reader: Reader) -> None:
    r"""``{c}``, ``{c|c}``, ``{@{}l@{\quad}l@{}}``: how columns stand, which means nothing."""
    if reader.next.kind == "op" and reader.next.text == "{":
        depth = 0
        while reader.next.kind != "end":
            token = reader.take()
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return


def _is_cases(reader: Reader) -> bool:
    r"""Whether an array has conditions in it: ``\left\{\begin{array}{ll} x & x > 0 \\ …``."""
    for token in reader.found[reader.at :]:
        if token.kind == "tex" and token.text == "end":
            return False
        if token.text in _IF | _ELSE or (token.kind == "op" and token.text in ("<", ">", "<=", ">=")):
            return True
    return False


def _ends_row(reader: Reader) -> bool:
    """Past the end of a row; whether the environment ends with it."""
    ended = reader.take()
    if ended.kind == "tex" and ended.text == "newline":
        if not (reader.next.kind == "tex" and reader.next.text == "end"):
            return False
        ended = reader.take()
    if ended.kind == "tex" and ended.text == "end":
        _name(reader)
        return True
    reader.at -= 1
    raise reader.unexpected(ended)


def _cases(reader: Reader, token: Token) -> Tree:
    pairs: list[Tree] = []
    while True:
        value = reader.expression(SUM)
        while reader.accept(",") or reader.accept("&"):
            pass
        pairs.append([value, _condition(reader, token)])
        while reader.accept(",") or reader.accept(";"):
            pass
        if _ends_row(reader):
            return ["Piecewise", *pairs]


def _word(reader: Reader) -> str:
    r"""The word that stands here, plain or as ``\text{…}``; nothing is taken."""
    found, at = reader.found, reader.at
    if found[at].kind == "tex" and found[at].text in _TEXT and found[at + 1].text == "{":
        return found[at + 2].text
    return found[at].text if found[at].kind == "name" else ""


def _take_word(reader: Reader) -> None:
    if reader.take().kind == "tex":
        while reader.next.kind != "end" and reader.take().text != "}":
            pass


def _condition(reader: Reader, token: Token) -> Tree:
    if _word(reader) in _ELSE:
        _take_word(reader)
        return ["true"]
    if _word(reader) in _IF:
        _take_word(reader)
    if reader.next.kind == "tex" and reader.next.text in ("newline", "end"):
        raise reader.error("a condition is missing here", token)
    reader.relations += 1
    found = reader.expression(0)
    while (word := _word(reader)) in ("and", "or", "und", "oder"):
        _take_word(reader)
        found = ["And" if word in ("and", "und") else "Or", found, reader.expression(0)]
    reader.relations -= 1
    return found
