"""Text → tokens: numbers, names, operators and LaTeX commands, each with its offset in the text."""

import re
import unicodedata
from typing import NamedTuple

from autograder.errors import ParseError
from autograder.expressions import names
from autograder.expressions.names import Names

MAX_NESTING = 60
"""Brackets inside brackets; ten thousand of them must not cost a stack frame each."""
MAX_NUMBER = 1000
"""Characters of one number."""

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_SAME = {
    **dict.fromkeys("−–—﹣", "-"),
    **dict.fromkeys("·⋅×∗•∙", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    "∣": "|",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "ˆ": "^",
    "√": "\\sqrt",
    "∞": "\\infty",
    "∂": "\\partial",
    "∇": "\\nabla",
    "∫": "\\int",
    "⌊": "\\lfloor",
    "⌋": "\\rfloor",
    "⌈": "\\lceil",
    "⌉": "\\rceil",
    **dict.fromkeys("⟨〈", "("),
    **dict.fromkeys("⟩〉", ")"),
}
_WIDE_AND_ITALIC = {
    code: plain
    for code in (*range(0xFF01, 0xFF5F), *range(0x1D400, 0x1D800))
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain != chr(code)
}
"""What a full-width keyboard and a copied page write for ordinary letters, digits and signs."""
_SPACES = " \t\n\r\u00a0\u2009\u200a\u202f\u2062\u200b\u2061\ufeff"
_FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "¼": (1, 4), "¾": (3, 4), "⅔": (2, 3)}
_DIGITS = frozenset("0123456789")  # "²".isdigit() is true
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)")
_EXPONENT = re.compile(r"[eE][+-]?\d+")
_NAME = re.compile(r"(?:[^\W\d_]|_)(?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])\w)*")
_SUBSCRIPT = re.compile(r"_(?:\{(\w{1,40})\}|(\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_LONG_OPERATORS = frozenset(["**", "<=", ">=", "==", "!="])
_OPERATORS = frozenset("<>=+-*/^()[]{},:|!&~%")
_LATEX_SPACES = frozenset(",;:! ()[]") | frozenset(
    ["quad", "qquad", "displaystyle", "limits", "big", "Big", "bigl", "bigr", "Bigl"]
)
_LATEX_TO_OPERATOR = {"cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "ge": ">=",
                      "geq": ">=", "lt": "<", "gt": ">", "ne": "!=", "neq": "!=", "lvert": "|", "rvert": "|",
                      "vert": "|", "mid": "|", "{": "(", "}": ")", "|": "|", "land": "&", "langle": "(",
                      "rangle": ")"}  # fmt: skip


class Token(NamedTuple):
    kind: str
    """``number``, ``name``, ``op``, ``tex``, ``super`` or ``end``."""
    text: str
    offset: int
    glued: bool
    """No space before it."""


def fault(
    sentence: str,
    text: str,
    offset: int,
    *,
    reason: str = "not-parsed",
    name: str | None = None,
    what: str | None = None,
) -> ParseError:
    """A :class:`ParseError` that shows at most 120 characters around the fault.

    The sentences are extracted from this source for translators, so each stands as a plain string in the call.
    """
    start = max(0, offset - 60)
    shown = "".join(c if c.isprintable() else "?" for c in text[start : offset + 60])
    return ParseError(sentence, shown, offset - start, reason=reason, name=name, what=what)


def tokens(text: str, known: Names) -> list[Token]:
    """Every token of the text and an ``end``.

    Raises:
        ParseError: a character that has no meaning in an expression, a number that is too long, too many brackets.
    """
    text = text.translate(_WIDE_AND_ITALIC)
    found: list[Token] = []
    at, depth, space = 0, 0, False
    while at < len(text):
        here = text[at]
        if here in _SPACES or (here == "\\" and text[at : at + 2] in ("\\,", "\\;", "\\:", "\\!", "\\ ")):
            at += 1 if here != "\\" else 2
            space = True
            continue
        if here == "$":
            at += 1
            continue
        start = at
        glued = not space and bool(found)
        space = False
        if here.isascii() and (here.isdigit() or (here == "." and text[at + 1 : at + 2] in _DIGITS)):
            at = _number(text, at, known)
            found.append(Token("number", text[start:at], start, glued))
        elif here in _SUPERSCRIPTS:
            while at < len(text) and text[at] in _SUPERSCRIPTS:
                at += 1
            found.append(Token("super", "".join(_SUPERSCRIPTS[c] for c in text[start:at]), start, glued))
        elif here in _FRACTIONS:
            at += 1
            found.append(Token("fraction", "{}/{}".format(*_FRACTIONS[here]), start, glued))
        elif here == "\\":
            at, space = _command(text, at, found, glued)
        elif here in _SAME:
            at += 1
            same = _SAME[here]
            found.append(Token("tex", same[1:], start, glued) if same[0] == "\\" else Token("op", same, start, glued))
        elif match := _NAME.match(text, at):
            at = _name(text, match, found, glued, known)
        else:
            operator = text[at : at + 2]
            if operator not in _LONG_OPERATORS:
                operator = here
                if here not in _OPERATORS or text.startswith("//", at):
                    raise _unreadable(text, at)
            at += len(operator)
            found.append(Token("op", operator, start, glued))
            depth += (operator in "([{") - (operator in ")]}")
            if depth > MAX_NESTING:
                message = f"brackets are nested more than {MAX_NESTING} deep"
                raise fault(message, text, start, reason="too-large")
    found.append(Token("end", "", len(text), False))
    return found


def _number(text: str, at: int, known: Names) -> int:
    match = _NUMBER.match(text, at)
    assert match is not None
    end = match.end()
    # "2e+3" is 2*e + 3 where the question has a variable e, else the number 2000.
    if "e" not in known.variables and (exponent := _EXPONENT.match(text, end)):
        end = exponent.end()
        if abs(int(text[exponent.start() + 1 : end][:8])) > 9999:
            raise fault("this number is too large or too small", text, at, reason="too-large")
    if end - at > MAX_NUMBER:
        raise fault(f"this number has more than {MAX_NUMBER} digits", text, at, reason="too-large")
    return end


def _command(text: str, at: int, found: list[Token], glued: bool) -> tuple[int, bool]:
    """One LaTeX command: the next offset, and whether it counts as a space."""
    match = _COMMAND.match(text, at)
    if match is None:
        raise fault("a backslash stands alone at the end", text, at)
    name, end = match[1].rstrip("*"), match.end()
    if name in _LATEX_SPACES:
        return end, True
    if name in ("left", "right"):
        follows = text[end : end + 1]
        return (end + 1, True) if follows == "." else (end, not glued)
    if name == "\\":
        found.append(Token("tex", "newline", at, glued))
    elif name in _LATEX_TO_OPERATOR:
        found.append(Token("op", _LATEX_TO_OPERATOR[name], at, glued))
    else:
        subscript = _SUBSCRIPT.match(text, end)
        if subscript is not None:
            name, end = f"{name}_{subscript[1] or subscript[2]}", subscript.end()
        found.append(Token("tex", name.removeprefix("var"), at, glued))
    return end, False


def _name(text: str, match: re.Match[str], found: list[Token], glued: bool, known: Names) -> int:
    """One name with its module prefix taken off and its LaTeX subscript put on, or several that were run together."""
    start, end = match.span()
    name = match[0]
    while text[end : end + 1] == "." and (more := _NAME.match(text, end + 1)):
        if name not in names.PREFIXES and name != "jax":
            raise fault('a dot after a name has no meaning here; write "*" for times', text, end)
        name = f"jax.{more[0]}" if name == "jax" else more[0]
        end = more.end()
    if name.endswith("_") and text[end : end + 1] == "{":
        close = text.find("}", end)
        if close == -1 or close - end > 40:
            raise fault("this subscript has no closing bracket", text, end)
        name, end = name + text[end + 1 : close].replace(" ", "").replace(",", "_"), close + 1
    if name.startswith("_"):
        raise fault("a name cannot begin with an underscore here", text, start)
    if unicodedata.normalize("NFKC", name[:1]) != name[:1] and not known.known(name):
        raise _unreadable(text, start)
    parts = [name]
    if not known.known(name):
        call = text[end:].lstrip(" ")[:1] == "("
        parts = known.split(name, call=call) or parts
    at = start
    for number, part in enumerate(parts):
        found.append(Token("name", part, at, glued or number > 0))
        at += len(part)
    return end


def _unreadable(text: str, at: int) -> ParseError:
    here = text[at]
    if here in "'\"`":
        return fault("quotation marks and primes have no meaning here; give the derivative itself", text, at)
    if here == ";":
        return fault("a semicolon has no meaning here; separate components with commas", text, at)
    if text.startswith("//", at):
        return fault('write "/" for division', text, at)
    if here == ".":
        return fault("a dot has no meaning here", text, at)
    if here.isprintable():
        return fault('the character "{what}" has no meaning in an expression', text, at, what=here)
    return fault("the invisible character {what} has no meaning in an expression", text, at, what=f"U+{ord(here):04X}")
