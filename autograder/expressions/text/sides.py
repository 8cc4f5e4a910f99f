"""The left side of what a student writes: ``f'(x) = 2x``, ``z = …``, ``∇f = …``; and the full stop at the end.

A left side that says what was asked is blanked out, so that offsets stay what they were.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from autograder.expressions.text.lexer import fault
from autograder.expressions.text.names import Names

_NAME = r"[^\W\d](?:(?![²³])\w)*"
_ARGUMENTS = r"(?:\([^()]*\))?"
_TIMES = r"\^?[0-9]|²|³"
_BY = re.compile(
    rf"[d∂](?P<times>{_TIMES})?(?:{_NAME})?{_ARGUMENTS}/\(?[d∂](?P<by>{_NAME})(?:{_TIMES})?\)?(?P<rest>(?:\W.*)?)", re.S
)
"""``dy/dx``, ``∂f/∂x``, ``d/dx (…)``, ``d²y/dx²``, ``dy/dx|_{x=2}``."""
_SLOPE = re.compile(rf"(?P<name>{_NAME})(?P<primes>'*)(?:\^\((?P<order>[0-9])\))?{_ARGUMENTS}(?:\|.*)?", re.S)
"""``y``, ``f'(x)``, ``f_x``, ``f^{(2)}(x)``."""
_NABLA = re.compile(
    rf"(?:∇²|∇ ?(?:[·⋅∙×x]|cdot|times)|∇|grad|gradient|div|curl|rot|J|H|D_\w+) ?\(?(?:{_NAME})?{_ARGUMENTS}\)?"
)
"""``∇f``, ``∇·F``, ``div F``, ``J_f(x, y)``."""
_LIST = re.compile(rf"[(\[]{_NAME}(?:,{_NAME})*[)\]]")
_SHIFTED = re.compile(rf"\s*(?P<name>{_NAME})\s*(?P<sign>[+\-−])\s*(?P<number>[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?)\s*")
"""``z - 3 = …``: a tangent in the form with a point."""
_SIGN = re.compile(r"(?<![<>=!:])(?:=|≈|:=|≃|≅)(?!=)")
_DISPLAY = re.compile(r"\\(?:begin|end)\s*\{(?:equation|align|aligned|gather|gathered|split|displaymath|math)\*?\}")
_ALIGNED = re.compile(r"&(?=\s*[=≈])")
_WRAPPED = (
    re.compile(r"\s*(?P<open>```\w*\n)(?P<inner>.*)(?P<close>```)\s*", re.S),
    re.compile(r"\s*(?P<open>`{1,2})(?P<inner>[^`]+)(?P<close>`{1,2})\s*"),
    re.compile(r"\s*(?P<open>\*\*|__)(?P<inner>.*[^*\s])(?P<close>\*\*|__)\s*", re.S),
    re.compile(r"\s*(?P<open>[\"'“„«‘])(?P<inner>[^\"'“”„«»‘’]+)(?P<close>[\"'”“»’])\s*"),
    re.compile(r"\s*(?P<open>\\[\[(])(?P<inner>.*)(?P<close>\\[\])])\s*[.,;]?\s*", re.S),
)
"""What Markdown, a copied text and LaTeX put around a formula: a block of code, bold type, quotes, ``\\[ … \\]``."""
_EQUATION = re.compile(rf"\s*(?:\w+\.)?Eq\(\s*(?P<name>{_NAME})\s*,(?P<formula>.*)\)\s*", re.S)
_PRINTED = re.compile(r"\s*\[[\[\]\s]*(?:[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[\[\]\s]+)+")
"""What NumPy prints: ``[4. -1.]``."""
_BETWEEN = re.compile(r"(?<=[0-9.\]])\s(?=\s*[-+.0-9\[])")
_GAP = r"(?<=[^\s\[+*/^=⋅-]) {2,}(?=-\S|[^\s\]+*/^=⋅-])"
_ROW = re.compile(rf"\s*\[[^\[\],;\n]*{_GAP}[^\[\],;\n]*\]\s*")
"""``[2⋅x  y]``, SymPy's picture of a row."""
_LONGEST_ROW = 1000
_MOST_SIDES = 30
_COLUMN = re.compile(_GAP)
_OPEN, _CLOSE = "([{", ")]}"


class _Side(NamedTuple):
    """A left side, from its begin to behind the sign."""

    begin: int
    sign: int
    end: int


def finished(text: str, known: Names) -> str:
    """The text with blanks for left sides that say what was asked, and for a stop at the end.

    Raises:
        ParseError: a left side speaks of another derivative than the question, or of none.
    """
    typed = text
    for around in _WRAPPED:
        if match := around.fullmatch(text):
            inside = match.span("inner")
            text = " " * inside[0] + match["inner"] + " " * (len(text) - inside[1])
    for pattern in (_DISPLAY, _ALIGNED):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    text = _without_stop(text)
    if _PRINTED.fullmatch(text):
        return _BETWEEN.sub(",", text)
    if len(text) < _LONGEST_ROW and _ROW.fullmatch(text):
        return _COLUMN.sub(lambda gap: "," + " " * (len(gap[0]) - 1), text)
    if (equation := _EQUATION.fullmatch(text)) and known.variable(equation["name"]) is None:
        text = " " * equation.start("formula") + equation["formula"] + " " * (len(text) - equation.end("formula"))
    sides = list(islice(_sides(text), _MOST_SIDES))
    more = ""
    for number, side in enumerate(sides):
        shifted = _SHIFTED.fullmatch(text[side.begin : side.sign]) if len(sides) == 1 else None
        if shifted and known.variable(shifted["name"]) is None:
            more = f" {'-' if shifted['sign'] == '+' else '+'} {shifted['number']}"
        elif not _is_about(_said(text[side.begin : side.sign]), known, number, len(sides), _place(typed, side)):
            raise fault("this is an equation or a comparison; give only the expression itself", typed, side.sign)
        if number and text[side.begin - 1] == "\n":
            text = f"{text[: side.begin - 1]},{text[side.begin :]}"
        text = text[: side.begin] + " " * (side.end - side.begin) + text[side.end :]
    return text + more


def _without_stop(text: str) -> str:
    kept = text.rstrip()
    while kept and kept[-1] in ".;。．$" and not kept.endswith(("..", "\\;")) and kept.strip(" .;。．$"):
        if kept[-1] == "$" and kept[-2:-1] not in ".;。":
            break
        kept = kept[:-1].rstrip()
    return kept + " " * (len(text) - len(kept))


def _sides(text: str) -> Iterator[_Side]:
    """What stands before each sign of equality outside of brackets, or in one pair around everything."""
    inner = text.lstrip()[:1] in ("(", "[")
    depth, begin, at = 0, 0, 0
    while at < len(text):
        here = text[at]
        if here in _OPEN:
            depth += 1
            if depth == 1 and inner and not text[:at].strip():
                begin = at + 1
        elif here in _CLOSE:
            depth -= 1
            if depth == 0 and inner and text[at + 1 :].lstrip()[:1] in ("=", "≈"):
                begin, inner = 0, False  # (f_x, f_y) = …
        elif depth == 0 or (depth == 1 and inner):
            match = _SIGN.match(text, at)
            if match and (at == 0 or text[at - 1] not in "<>=!"):
                yield _Side(begin, at, match.end())
                begin = at = match.end()
                continue
            if here in ",;\n":
                begin = at + 1
        at += 1


_REWRITTEN = (
    (re.compile(r"\\(?:left|right|[bB]igg?[lrm]?)\s*\.?"), ""),
    (re.compile(r"\^\s*\{\s*(\([0-9]\)|[0-9])\s*\}"), r"^\1"),
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"\1/\2 "),
    (re.compile(r"\\partial\b\s*"), "∂"),
    (re.compile(r"\\nabla\b\s*"), "∇"),
    (re.compile(r"\^\s*\{?\s*\\prime\s*\\prime\s*\}?"), "''"),
    (re.compile(r"\^\s*\{?\s*\\prime\s*\}?"), "'"),
    (re.compile(r"\\(?:mathrm|operatorname|text|vec|mathbf|boldsymbol|displaystyle|[,;:!(\[\s])\s*"), ""),
    (re.compile(r"[{}$\u20d7]"), ""),
    (re.compile(r"[′’`´]"), "'"),
    (re.compile(r"\\"), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s?([/(∂∇',|])\s?"), r"\1"),
    (re.compile(r"(?<!\w)d (?=\w)"), "d"),
)
"""LaTeX and spaces → one plain way to write a left side."""


def _said(side: str) -> str:
    # twice for what stands in braces of a fraction, such as \mathrm{d}
    for _ in range(2):
        for pattern, by in _REWRITTEN:
            side = pattern.sub(by, side)
    return side.strip()


def _place(text: str, side: _Side) -> tuple[str, int]:
    """The text and where its left side begins, for an error."""
    return text, side.begin + len(text[side.begin :]) - len(text[side.begin :].lstrip())


def _is_about(said: str, known: Names, number: int, count: int, place: tuple[str, int]) -> bool:
    """Whether a left side says what was asked, and so can go."""
    context = known.context
    by: str | None = None
    order: int | None = None
    if not said or (_NABLA.fullmatch(said) and known.variable(said) is None):
        return True
    if _LIST.fullmatch(said):
        names = said[1:-1].split(",")
        return context.point == tuple(names) or not {*names} & known.variables
    if context.point and known.variable(said) is not None:
        return number < len(context.point) and context.point[number] == known.variable(said)
    if match := _BY.fullmatch(said):
        by = known.variable(match["by"])
        if by is None:
            return False
        order = int((match["times"] or "1").replace("²", "2").replace("³", "3").strip("^"))
        if "∂" in match["rest"]:
            by = None  # ∂²f/∂x∂y
    elif match := _SLOPE.fullmatch(said):
        name = match["name"]
        order = int(match["order"] or len(match["primes"])) or None
        if known.variable(name) is not None and (order is None or name in context.wrt):
            return False
        last = known.variable(name[1:].removeprefix("_"))
        if last is not None and known.variable(name[:1]) is None and order is None:
            by, order = last, 1
    else:
        return False
    wanted = context.wrt
    expected = wanted[number] if count == len(wanted) else None
    another = context.size == 0 and bool(wanted) and order not in (None, context.order)
    if another or (by is not None and expected is not None and by != expected):
        raise fault("the left side speaks of another derivative than the question", *place)
    return True


__all__ = ["finished"]
