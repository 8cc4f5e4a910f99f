"""The left side of what a student writes: ``f'(x) = 2x``, ``z = …``, ``∇f = …``; and the full stop at the end.

A left side that says what was asked is blanked out, so that offsets stay what they were.
"""

import re
from collections.abc import Iterator

from autograder.errors import ParseError
from autograder.expressions.lexer import fault
from autograder.expressions.names import Names

_NAME = r"[^\W\d]\w*"
_ARGUMENTS = r"(?:\([^=()]*\))?"
_TIMES = r"\^?\d|²|³"
_BY = re.compile(
    rf"[d∂](?P<times>{_TIMES})?(?:{_NAME})?{_ARGUMENTS}/\(?[d∂](?P<by>{_NAME})(?:{_TIMES})?\)?(?P<rest>(?:\W.*)?)", re.S
)
_SLOPE = re.compile(rf"(?P<name>{_NAME})(?P<primes>'*){_ARGUMENTS}(?:\|.*)?")
_NABLA = re.compile(rf"(?:∇²|∇|grad|gradient|J|H|D_\w+) ?\(?(?:{_NAME})?{_ARGUMENTS}\)?")
_SIGN = re.compile(r"(?<![<>=!:])(?:=|≈|:=|≃|≅)(?!=)")
_DISPLAY = re.compile(r"\\(?:begin|end)\s*\{(?:equation|align|aligned|gather|gathered|split|displaymath|math)\*?\}")
_ALIGNED = re.compile(r"&(?=\s*[=≈])")
_EQUATION = re.compile(rf"\s*(?:\w+\.)?Eq\(\s*(?P<name>{_NAME})\s*,(?P<formula>.*)\)\s*", re.S)
_OPEN, _CLOSE = "([{", ")]}"


def finished(text: str, known: Names) -> str:
    """The text with blanks for left sides that say what was asked, and for a stop at the end.

    Raises:
        ParseError: a left side speaks of another derivative than the question.
    """
    for pattern in (_DISPLAY, _ALIGNED):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    text = _without_stop(text)
    if (equation := _EQUATION.fullmatch(text)) and known.variable(equation["name"]) is None:
        text = " " * equation.start("formula") + equation["formula"] + " " * (len(text) - equation.end("formula"))
    signs = list(_signs(text))
    for number, (start, at, end) in enumerate(signs):
        said = _said(text[start:at])
        if not _is_about(said, known, number, len(signs), text, start):
            continue
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _without_stop(text: str) -> str:
    kept = text.rstrip()
    while kept and kept[-1] in ".;。．$" and not kept.endswith(("..", "\\;")) and kept.strip(" .;。．$"):
        if kept[-1] == "$" and kept[-2:-1] not in ".;。":
            break
        kept = kept[:-1].rstrip()
    return kept + " " * (len(text) - len(kept))


def _signs(text: str) -> Iterator[tuple[int, int, int]]:
    """Each sign of equality outside of brackets, or in one pair around everything: begin of its side, place, end."""
    inner = text[:1] in _OPEN or text.lstrip()[:1] in ("(", "[")
    depth, begin = 0, 0
    at = 0
    while at < len(text):
        here = text[at]
        if here in _OPEN:
            depth += 1
            if depth == 1 and inner:
                begin = at + 1
        elif here in _CLOSE:
            depth -= 1
        elif depth == 0 or (depth == 1 and inner):
            match = _SIGN.match(text, at)
            if match and (at == 0 or text[at - 1] not in "<>=!"):
                yield begin, at, match.end()
                begin = at = match.end()
                continue
            if here in ",;\n":
                begin = at + 1
        at += 1


_COMMANDS = (
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"\1/\2"),
    (re.compile(r"\\(?:partial)\b\s*"), "∂"),
    (re.compile(r"\\nabla\b\s*"), "∇"),
    (re.compile(r"\^\s*\{?\s*\\prime\s*\}?"), "'"),
    (re.compile(r"\^\s*\{\s*\\prime\s*\\prime\s*\}"), "''"),
    (
        re.compile(r"\\(?:mathrm|operatorname|text|vec|mathbf|boldsymbol|left|right|displaystyle|,|;|:|!|\s|\(|\[)\s*"),
        "",
    ),
    (re.compile(r"_\{?(\w+)\}?"), r"_\1"),
    (re.compile(r"[{}$\u20d7]"), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s?([/(∂∇')])\s?"), r"\1"),
    (re.compile(r"(?<!\w)d (?=\w)"), "d"),
    (re.compile(r"[′’`´]"), "'"),
    (re.compile(r"\\"), ""),
)


def _said(side: str) -> str:
    for pattern, by in _COMMANDS:
        side = pattern.sub(by, side)
    return side.strip()


def _is_about(said: str, known: Names, number: int, count: int, text: str, start: int) -> bool:
    """Whether a left side says what was asked, and so can go."""
    context = known.context
    if not said:
        return True
    by: str | None = None
    order: int | None = None
    if match := _BY.fullmatch(said):
        by = known.variable(match["by"])
        if by is None:
            return False
        order = int(re.sub(r"\D", "", (match["times"] or "1").replace("²", "2").replace("³", "3")) or 1)
        if "∂" in match["rest"] and "/" not in match["rest"]:
            by = None  # ∂²f/∂x∂y
    elif _NABLA.fullmatch(said) and known.variable(said) is None:
        return True
    elif match := _SLOPE.fullmatch(said):
        name = match["name"]
        order = len(match["primes"]) or None
        if known.variable(name) is not None and not order:
            return False
        if name in known.variables and name in context.wrt:
            return False
        last = known.variable(name[1:].removeprefix("_"))
        if last is not None and known.variable(name[:1]) is None and not order:
            by, order = last, 1
    else:
        return False
    wanted = context.wrt
    expected = wanted[number] if count == len(wanted) else wanted[0] if len(wanted) == 1 and count == 1 else None
    if context.size == 0 and order is not None and wanted and order != context.order:
        raise fault("the left side speaks of another derivative than the question", text, start + _indent(text, start))
    if by is not None and expected is not None and by != expected:
        raise fault("the left side speaks of another derivative than the question", text, start + _indent(text, start))
    return True


def _indent(text: str, start: int) -> int:
    return len(text[start:]) - len(text[start:].lstrip())


__all__ = ["ParseError", "finished"]
