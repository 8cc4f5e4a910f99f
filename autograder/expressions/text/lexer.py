"""Text → tokens: numbers, names, operators and LaTeX commands, each with its offset in the text."""

import re
import unicodedata
from typing import NamedTuple, Unpack

from autograder.errors import Fault, ParseError
from autograder.expressions.text import names
from autograder.expressions.text.characters import ALIKE, FRACTIONS, PLAIN, RAISED, SAME, SILENT, SPACES
from autograder.expressions.text.names import Names

MAX_NESTING = 60
"""Brackets inside brackets; ten thousand of them must not cost a stack frame each."""
MAX_NUMBER = 1000
"""Characters of one number."""
MAX_RAISED = 40
"""Superscript characters in a row."""

_DIGITS = frozenset("0123456789")  # "²".isdigit() is true
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_EXPONENT = re.compile(r"([eE])([+-]?)([0-9]+)")
_APART_FROM_NAMES = "".join(map(re.escape, (*RAISED, *FRACTIONS)))
_NAME = re.compile(rf"(?:[^\W\d_]|_)(?:(?![{_APART_FROM_NAMES}])\w)*")
_WITH_INDEX = re.compile(r"[^\W\d_]+[₀-₉]+(?=\w)")
_INDEX = re.compile(r"([^\W\d_]+)([₀-₉]+)")
_CASES = re.compile(r"\\\{\s*(?=\\begin\s*\{)")
_SUBSCRIPT = re.compile(r"_(?:\{(\w{1,40})\}|([0-9]+|\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_ROW_GAP = re.compile(r"\s*\[\s*-?[0-9.]+\s*[a-z]{2}\s*\]")
_MADE_BY_SREPR = re.compile(
    r"""(?:Symbol|Dummy)\(\s*(['"])(?P<symbol>\w{1,60})\1(?:\s*,\s*\w+\s*=\s*\w+)*\s*\)"""
    r"""|Float\(\s*(['"])(?P<float>[0-9.eE+-]{1,400})\3(?:\s*,\s*\w+\s*=\s*\w+)*\s*\)"""
)
_BAR = re.compile(r"(?<=\n)[ \t]*[-─_]+[ \t]*(?=\n)")
"""A fraction's bar on a line of its own."""
_NESTING = {
    "op": (frozenset("([{"), frozenset(")]}")),
    "tex": (frozenset(["begin", "lvert", "lfloor", "lceil"]), frozenset(["end", "rvert", "rfloor", "rceil"])),
}
"""Kind of token → which open, which close."""
_GO_ON = frozenset(["+", "-", "*", "/", "^", "**", ",", ";", "=", "<", ">", "<=", ">=", "==", "&"])
"""Behind these a formula goes on in the next line."""
_LONG_OPERATORS = frozenset(["**", "<=", ">=", "==", "!=", "!!"])
_OPERATORS = frozenset("<>=+-*/^()[]{},:;|!&~%_")
_SIGNS = frozenset("+-*/^(),")
_APART = frozenset(",;:> ") | frozenset(["quad", "qquad", "enspace", "thinspace", "medspace", "thickspace", "space"])
"""Commands that set a space: what stands after one does not belong to what stands before."""
_NOTHING = frozenset("!()[]") | frozenset(
    [
        *("displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "mathstrut", "strut"),
        *(f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")),
    ]
)
_LATEX_TO_OPERATOR = {"cdot": "*", "times": "*", "ast": "*", "star": "*", "bullet": "*", "div": "/", "le": "<=",
                      "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "lt": "<", "gt": ">",
                      "ne": "!=", "neq": "!=", "vert": "|", "mid": "|", "{": "(", "}": ")", "|": "|", "land": "&",
                      "wedge": "&", "lor": "||", "vee": "||", "langle": "(", "rangle": ")", "lbrack": "[",
                      "rbrack": "]", "lbrace": "(", "rbrace": ")", "&": "&"}  # fmt: skip


class Token(NamedTuple):
    """The smallest piece of a text that means something, and where it stands."""

    kind: str
    """``number``, ``name``, ``op``, ``tex``, ``super``, ``fraction`` or ``end``."""
    text: str
    offset: int
    gap: str
    """What stands before it: nothing, ``" "``, ``"\\n"`` where a line ends, ``","`` for a space that LaTeX sets."""

    @property
    def glued(self) -> bool:
        """Nothing stands between it and what comes before."""
        return not self.gap


def fault(
    sentence: str,
    text: str,
    offset: int,
    **said: Unpack[Fault],
) -> ParseError:
    """A :class:`ParseError` that shows at most 120 characters around the fault.

    The sentences are extracted from this source for translators, so each stands as a plain string in the call.
    """
    start = max(0, offset - 60)
    shown = "".join(c if c.isprintable() else "?" for c in text[start : offset + 60])
    return ParseError(sentence, shown, offset - start, **said)


def two_ways(text: str, offset: int, one: str, other: str) -> ParseError:
    """The error about what people read in two ways, with both, each written so that it has one reading."""
    if max(len(one), len(other)) > 60 or not (one + other).isprintable():
        return fault("this can be read in two ways; write * and brackets", text, offset)
    return fault("this can be read in two ways: write {what} or {other}", text, offset, what=one, other=other)


class _Lexer:
    def __init__(self, text: str, known: Names, shown: str) -> None:
        self.text = text
        self.shown = shown
        """What was typed, for an error."""
        self.known = known
        self.found: list[Token] = []
        self.at = 0
        self.gap = " "
        self.depth = 0
        self.is_latex = "\\" in text

    def add(self, kind: str, text: str, start: int) -> None:
        if self.gap == "\n" and self.found and not self.depth and not self.is_latex:
            last = self.found[-1]
            if last.kind != "op" or last.text not in _GO_ON:
                raise _picture(self.shown, start)
        self.found.append(Token(kind, text, start, self.gap))
        self.gap = ""
        if kind in _NESTING:
            self.nest(kind, text, start)

    def whole(self) -> list[Token]:
        text = self.text
        while self.at < len(text):
            here, start = text[self.at], self.at
            if here in _SIGNS:  # a quarter to half of a formula's characters, and nothing else
                self.operator(here)
            elif here in SPACES or here in SILENT or (here == "~" and self.is_latex):
                self.at += 1
                self.space(here)
            elif here in _DIGITS or (here == "." and text[start + 1 : start + 2] in _DIGITS):
                self.number()
            elif here in RAISED:
                while self.at < len(text) and text[self.at] in RAISED:
                    self.at += 1
                self.add("super", "".join(RAISED[c] for c in text[start : self.at][: MAX_RAISED + 1]), start)
            elif here in FRACTIONS:
                self.at += 1
                self.add("fraction", "{}/{}".format(*FRACTIONS[here]), start)
            elif here == "\\":
                self.command()
            elif here in SAME:
                self.at += 1
                same = SAME[here]
                self.add(*(("tex", same[1:]) if same[0] == "\\" else ("op", same)), start)
            elif match := _NAME.match(text, start):
                self.name(match)
            elif text.startswith(".T", start) and not text[start + 2 : start + 3].isalnum() and self.closes():
                self.at += 2
                self.add("op", "^", start)
                self.add("tex", "top", start + 1)
            else:
                self.operator(here)
        self.found.append(Token("end", "", len(text), " "))
        return self.found

    def nest(self, kind: str, text: str, start: int) -> None:
        """Count what a token opens or closes."""
        opens, closes = _NESTING[kind]
        self.depth += (text in opens) - (text in closes)
        if self.depth > MAX_NESTING:
            message = f"brackets are nested more than {MAX_NESTING} deep"
            raise fault(message, self.shown, start, reason="too-large")

    def space(self, here: str) -> None:
        if here == "~":
            self.gap = ","
        elif here not in SILENT and self.gap != ",":
            self.gap = "\n" if here == "\n" or self.gap == "\n" else " "

    def closes(self) -> bool:
        return bool(self.found) and self.found[-1].kind == "op" and self.found[-1].text in (")", "]")

    def operator(self, here: str) -> None:
        operator = self.text[self.at : self.at + 2]
        if operator not in _LONG_OPERATORS:
            operator = here
            if here not in _OPERATORS or operator == "_" or self.text.startswith("//", self.at):
                raise _unreadable(self.shown, self.at)
        self.add("op", operator, self.at)
        self.at += len(operator)

    def number(self) -> None:
        text, start = self.text, self.at
        match = _NUMBER.match(text, start)
        assert match is not None
        self.at = match.end()
        # "2e+3" is 2*e + 3 where the question has a variable e, else the number 2000.
        if "e" not in self.known.variables and (exponent := _EXPONENT.match(text, self.at)):
            letter, sign, digits = exponent.groups()
            if abs(int(digits[:8])) > 9999:
                raise fault("this number is too large or too small", self.shown, start, reason="too-large")
            plain = letter == "e" and len(digits) == 1 and match[0].isdigit() and match[0] != "1"
            context = self.known.context
            if plain and not context.certain and context.heads & {"exp", "E"}:
                # In a question about e^x, "2e-3" is as often 2e − 3 as 0.002.
                other = f"{match[0]}*e{sign}{digits}" if sign else f"{match[0]}*e^{digits}"
                raise two_ways(self.shown, start, f"{match[0]}.0e{sign}{digits}", other)
            self.at = exponent.end()
        if self.at - start > MAX_NUMBER:
            raise fault(f"this number has more than {MAX_NUMBER} digits", self.shown, start, reason="too-large")
        self.add("number", text[start : self.at], start)

    def command(self) -> None:
        """One LaTeX command."""
        text, start = self.text, self.at
        match = _COMMAND.match(text, start)
        if match is None:
            raise fault("a backslash stands alone at the end", self.shown, start)
        name, self.at = match[1].rstrip("*"), match.end()
        if name in _APART or name == "hspace":
            if name == "hspace":
                self.at = text.find("}", self.at) + 1 or len(text)
            self.gap = ","
        elif name in ("left", "right", "lvert", "rvert", "middle"):
            follows = text[self.at : self.at + 1]
            if follows == "." and name in ("left", "right"):
                self.at += 1
            elif name == "left" and (brace := _CASES.match(text, self.at)):
                self.at = brace.end()  # \left\{\begin{array} … \end{array}\right. has no other half
            elif name in ("lvert", "rvert") or (follows in ("|", "∣") and name != "middle"):
                self.at += name in ("left", "right")
                self.add("tex", "lvert" if name[0] == "l" else "rvert", start)
            elif text.startswith(("\\vert", "\\lvert", "\\rvert"), self.at) and name != "middle":
                self.at = text.index("vert", self.at) + 4
                self.add("tex", "lvert" if name == "left" else "rvert", start)
        elif name in _NOTHING:
            pass
        elif name == "\\":
            gap = _ROW_GAP.match(text, self.at)
            self.at = gap.end() if gap else self.at
            self.add("tex", "newline", start)
        elif name in _LATEX_TO_OPERATOR:
            self.add("op", _LATEX_TO_OPERATOR[name], start)
        else:
            subscript = _SUBSCRIPT.match(text, self.at)
            if subscript is not None:
                name, self.at = f"{name}_{subscript[1] or subscript[2]}", subscript.end()
            self.add("tex", name.removeprefix("var"), start)
            self.index()

    def index(self) -> None:
        r"""The ``_`` before an index in braces that is no plain word: ``\log_{a^2}``, ``J_{0}(x)``."""
        if self.text.startswith("_{", self.at):
            self.add("op", "_", self.at)
            self.at += 1

    def name(self, match: re.Match[str]) -> None:
        """One name with its module's prefix taken off and its LaTeX subscript put on, or several run together."""
        text, known = self.text, self.known
        start, end = (_WITH_INDEX.match(text, match.start()) or match).span()  # x₁x₂ is a product
        name, prefix = text[start:end], ""
        made = _MADE_BY_SREPR.match(text, start) if name in ("Symbol", "Dummy", "Float") else None
        if made is not None:
            self.at = made.end()
            self.add(*(("name", made["symbol"]) if made["symbol"] else ("number", made["float"])), start)
            return
        while text[end : end + 1] == "." and (more := _NAME.match(text, end + 1)):
            if name not in names.PREFIXES and name not in names.PACKAGES:
                raise fault('a dot after a name has no meaning here; write "*" for times', self.shown, end)
            prefix = name
            name = f"{name}.{more[0]}" if name in names.PACKAGES else more[0]
            end = more.end()
        if name == "sinc" and prefix in names.NUMPY:
            name = "numpy_sinc"  # sin(πx)/(πx), which SymPy's is not
        if name == "_" and text[end : end + 1] == "{" and self.found:
            self.at = end
            self.add("op", "_", start)
            return
        if name.endswith("_") and text[end : end + 1] == "{":
            letter = name[:-1]
            if letter in names.INDEXED and known.variable(letter) is None:
                self.at = end
                self.add("name", letter, start)
                self.add("op", "_", end - 1)
                return
            close = text.find("}", end)
            if close == -1 or close - end > 40:
                raise fault("this subscript has no closing bracket", self.shown, end)
            name, end = name + text[end + 1 : close].replace(" ", "").replace(",", "_"), close + 1
        if name.startswith("_"):
            if not name.strip("_") and "\n" in text:
                raise _picture(self.shown, start)  # the bar of a root
            raise fault("a name cannot begin with an underscore here", self.shown, start)
        if name.endswith("_") and name not in known.variables:
            raise fault("the index after _ cannot be read; write it as in x_1", self.shown, end)
        index = _INDEX.fullmatch(name) if known.variable(name) is None else None
        if index and index[1] in names.INDEXED and self.follows(end) == "(":
            self.at = end
            number = unicodedata.normalize("NFKC", index[2])
            for kind, part in (("name", index[1]), ("op", "_"), ("op", "{"), ("number", number), ("op", "}")):
                self.add(kind, part, start)
            return
        if name in ("Ai", "Bi") and text.startswith("'(", end):
            self.at = end + 1
            for kind, part in (("name", name), ("op", "^"), ("tex", "prime")):
                self.add(kind, part, start)
            return
        if unicodedata.normalize("NFKC", name[:1]) != name[:1] and not known.known(name):
            raise _unreadable(self.shown, start)
        self.at = end
        parts, follows = [name], self.follows(end)
        if name not in known.functions and follows in ("(", "[") and (function := known.called(name)):
            parts = [function]
        elif not known.known(name):
            parts = known.split(name, call=follows == "(") or parts
        at = start
        for part in parts:
            self.add("name", part, at)
            at += len(part)

    def follows(self, end: int) -> str:
        while end < len(self.text) and (self.text[end] in " \u00a0" or self.text[end] in SILENT):
            end += 1
        return self.text[end : end + 1]


def tokens(text: str, known: Names, shown: str | None = None) -> list[Token]:
    """Every token of the text and an ``end``; ``shown`` is the text for an error, where parts of it are blanked out.

    Raises:
        ParseError: a character that has no meaning in an expression, a number that is too long, too many brackets.
    """
    bar = _BAR.search(text)
    if bar is not None:
        raise _picture(shown or text, bar.start())
    own = set("".join(known.variables))  # a course may have Cyrillic variables
    alike = {ord(letter): plain for letter, plain in ALIKE.items() if letter not in own}
    return _Lexer(text.translate(PLAIN).translate(alike), known, shown or text).whole()


def _picture(text: str, at: int) -> ParseError:
    return fault(
        "a formula ends here, and another begins on the next line; of what SymPy prints over several lines "
        "give str(...) or sp.latex(...)",
        text,
        at,
    )


def _unreadable(text: str, at: int) -> ParseError:
    here = text[at]
    if here in "'\"`′’":
        return fault("quotation marks and primes have no meaning here; give the derivative itself", text, at)
    if text.startswith("//", at):
        return fault('write "/" for division', text, at)
    if here == ".":
        return fault("a dot has no meaning here", text, at)
    if here == "°":
        number = re.search(r"[\w.)]*$", text[:at])
        shown = number[0][-20:] if number else ""
        return two_ways(text, at, shown or "x", f"{shown or 'x'}*pi/180")
    if here in "±∓":
        return fault("this sign makes two answers; give one", text, at)
    if 0x2500 <= ord(here) <= 0x257F or 0x2320 <= ord(here) <= 0x23B9:
        return _picture(text, at)
    if here.isprintable():
        return fault('the character "{what}" has no meaning in an expression', text, at, what=here)
    return fault("the invisible character {what} has no meaning in an expression", text, at, what=f"U+{ord(here):04X}")
