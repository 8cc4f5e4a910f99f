"""Text of one line of a derivation: taken apart at its signs of equality, its left side, its ``d/dx``.

Offsets stay what they were, so that a caret stands where the student typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.compare.reading import Unreadable
from autograder.expressions.text import names
from autograder.model import Reason

__all__ = ["Hole", "Side", "definitions", "parts", "side_of", "split", "with_holes"]

_NAME = r"[^\W\d_](?:_?\d)?"
_BREAKS = re.compile(r"\\\\(?:\[[^\]]*\])?|\r?\n|\r")
_SET = re.compile(r"&(?=\s*[=≈])|\\(?:begin|end)\s*\{[a-z]+\*?\}|\\[\[\]]|\$+")
"""What LaTeX puts around lines that are aligned."""
_OPEN, _CLOSE = "([{", ")]}"
_FRACTION = re.compile(r"\\[dt]?frac\s*\{\s*(?:\\mathrm\s*\{\s*d\s*\}|\\partial|d|∂)\s*([^{}]*)\}\s*\{\s*([^{}]*)\}")
_LETTERS = "ABCGHJKLMNPQRTUVWXYZFDOabcghjklmnpqrtuvwyzfdosxeiSEI"


@dataclass(frozen=True, kw_only=True)
class Side:
    """What a left side says: a name, how often it is differentiated; no name for ``d/dx`` alone.

    Attributes:
        by: of ``g'(u)`` what stands in the bracket.
    """

    name: str
    order: int
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Hole:
    """A derivative that is written and not carried out; in the text a letter stands for it."""

    letter: str
    inner: str
    """The text that is to be differentiated; of ``u'`` the name."""
    by: str
    order: int
    named: bool = False
    """Whether :attr:`inner` is the name of a part, as in ``u'``."""


def split(text: str) -> list[str]:
    """The lines of a text, without what LaTeX sets around them; empty ones stay empty."""
    return [_SET.sub(lambda found: " " * len(found[0]), line) for line in _BREAKS.split(text)]


def _depths(text: str) -> Iterator[tuple[int, str, int]]:
    depth = 0
    for at, here in enumerate(text):
        if here in _CLOSE:
            depth -= 1
        yield at, here, depth
        if here in _OPEN:
            depth += 1


def parts(line: str) -> list[tuple[int, str]]:
    """What stands between the signs of equality outside of brackets, each with its offset."""
    found, begin = [], 0
    for at, here, depth in _depths(line):
        double = line[at - 1 : at] in ("<", ">", "!", "=") or line[at + 1 : at + 2] == "="
        if here == "=" and depth == 0 and not double:
            found.append((begin, line[begin:at]))
            begin = at + 1
    return [*found, (begin, line[begin:])]


_AND = re.compile(r"(?<=\s)(?:and|und|&|with|where|mit|wobei)(?=\s)")


def definitions(line: str) -> list[str]:
    """``u = x^2, v = sin(x)`` as two lines; a line that is no such list alone."""
    if len(parts(line)) > 2:
        line = _AND.sub(lambda found: ",".ljust(len(found[0])), line)
    found, begin = [], 0
    for at, here, depth in _depths(line):
        if depth == 0 and here in ",;":
            found.append((begin, at))
            begin = at + 1
    texts = [" " * start + line[start:end] for start, end in [*found, (begin, len(line))]]
    texts = [text for text in texts if text.strip()]
    is_list = len(texts) > 1 and all(len(parts(text)) > 1 and not text.strip()[0].isdecimal() for text in texts)
    return texts if is_list else [line]


_FORMS = (
    (re.compile(r"\\(?:left|right|,|;|!|:|mathrm|operatorname)\s*|[{}\s]"), ""),
    (re.compile(r"\\partial|∂"), "d"),
    (re.compile(r"\^?\\prime"), "'"),
    (re.compile(r"[′’`´]"), "'"),
    (re.compile("″"), "''"),
    (re.compile("²"), "^2"),
    (re.compile("³"), "^3"),
)
_BY = re.compile(
    rf"\(?d(?:\^(?P<times>\d))?\(?(?P<name>{_NAME})?(?:\([^()]*\))?\)?/\(?d(?P<by>{_NAME})(?:\^\d)?\)?"
    rf"(?:[(\[]?(?P<behind>{_NAME})(?:\([^()]*\))?[)\]]?)?"
)
_PRIMES = re.compile(rf"(?P<name>{_NAME})(?P<primes>'*)(?:\^\((?P<order>\d)\))?(?:\((?P<by>{_NAME})(?:,{_NAME})*\))?")
_INDEX = re.compile(rf"(?P<name>{_NAME})_(?P<by>{_NAME}+)(?:\([^()]*\))?")


def side_of(text: str, variables: Sequence[str]) -> Side | None:
    """What a left side says; None where it is a formula."""
    said = _FRACTION.sub(lambda found: f"d{found[1]}/{found[2].replace('∂', 'd')} ", text)
    for pattern, by in _FORMS:
        said = pattern.sub(by, said)
    if (found := _BY.fullmatch(said)) and found["by"] in variables:
        return Side(name=found["name"] or found["behind"] or "", order=int(found["times"] or 1))
    if (found := _INDEX.fullmatch(said)) and set(found["by"]) <= set(variables):
        return Side(name=found["name"], order=len(found["by"]))
    if (found := _PRIMES.fullmatch(said)) and (order := int(found["order"] or len(found["primes"]))) is not None:
        if found["name"] in variables:
            return None
        return Side(name=found["name"], order=order, by=found["by"] or "")
    return None


def _closing(text: str, opened: int) -> int:
    """Behind the bracket that closes the one at an offset; -1 where none does."""
    depth = 0
    for at in range(opened, len(text)):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        if depth == 0:
            return at + 1
    return -1


_D = r"(?:d|∂|\\partial|\\mathrm\s*\{\s*d\s*\})"
_OPERATOR = re.compile(
    rf"(?:\(\s*{_D}\s*(?:\^\s*(?P<a>\d))?\s*/\s*{_D}\s*(?P<x>{_NAME})(?:\s*\^\s*\d)?\s*\)"
    rf"|(?<![^\W_]){_D}\s*(?:\^\s*(?P<b>\d))?\s*/\s*{_D}\s*(?P<y>{_NAME})(?:\s*\^\s*\d)?(?!\w)"
    rf"|\\[dt]?frac\s*\{{\s*{_D}\s*(?:\^\s*\{{?(?P<c>\d)\}}?)?\s*\}}\s*\{{\s*{_D}\s*(?P<z>{_NAME})(?:\s*\^\s*\{{?\d\}}?)?\s*\}})"
    r"\s*(?:\*|⋅|·|\\cdot)?\s*(?:\\left|\\big[lr]?)?\s*"
)
_CALL = re.compile(r"(?<![\w.])(?:(?:sp|sympy)\s*\.\s*)?(?:Derivative|diff)\s*\(")
_QUOTIENT = re.compile(rf"(?<![^\W_]){_D}\s*(?:(?P<name>{_NAME})|(?=[(\[]))")
_OVER = re.compile(rf"\s*/\s*{_D}\s*(?P<by>{_NAME})(?!\w)")
_ATOM = re.compile(r"(?:\\?[^\W\d_]+\s*(?=[(\[])|\d*(?:\.\d+)?[^\W\d_]?(?:\s*(?:\*\*|\^)\s*\d+)?)")
_END = re.compile(r"\s*(?:$|[-+=)\]},−])")
_CALLED = re.compile(r"(?<![^\W\d_])(?:\\)?([^\W\d_]+\d*)\s*$")
_RAISED = re.compile(r"(?:\^|\*\*)\s*$")
"""Before ``(2x)'`` in ``e^(2x)'``: it is not said what is differentiated."""
_FUNCTIONS = frozenset([*names.FUNCTIONS, "sqrt", "cbrt"])
_ARGUMENT = re.compile(rf"\s*\(\s*({_NAME})\s*\)")
_PRIME = re.compile(r"\s*(?:\^\s*\{?\s*(?:\\prime\s*)+\}?|['′’]+|″)")

_PRIMED = re.compile(rf"(?<![^\W\d_])\\?(?P<name>[^\W\d_]+)(?P<primes>{_PRIME.pattern})\s*\(\s*(?P<by>{_NAME})\s*\)")
"""``sin'(x)``; of ``sin'(2x)`` it is not said whether the inner derivative belongs to it."""


def with_holes(
    text: str, variables: Sequence[str], named: Sequence[str], by: str | None = None
) -> tuple[str, list[Hole]]:
    """A text in which a letter stands for each derivative that is not carried out.

    Args:
        text: a formula as a student typed it.
        variables: of the question.
        named: names of parts that were defined in lines above; ``u(x)`` is u.
        by: the variable of a derivative that says none, ``u'``; the first one when left out.

    >>> with_holes("d/dx(x^2)*sin(x) + x^2 (sin(x))'", ["x"], [])[0]
    '(A)      *sin(x) + x^2 (B)      '
    """
    holes: list[Hole] = []
    by_itself = by or variables[0]
    text = _called_parts(text, variables, named)
    used = {*text, *variables, *named}
    free = [letter for letter in _LETTERS if letter not in used]

    def put(text: str, start: int, end: int, inner: str, by: str, order: int, is_name: bool = False) -> str:
        if len(holes) >= len(free) or len(holes) >= 20:
            raise Unreadable(Reason.TOO_LARGE)
        letter = free[len(holes)]
        holes.append(
            Hole(letter=letter, inner=inner.removesuffix("\\right").strip(), by=by, order=order, named=is_name)
        )
        shown = f"({letter})" if end - start >= 3 else letter
        return text[:start] + shown.ljust(end - start) + text[end:]

    at = 0
    while found := _OPERATOR.search(text, at):
        by = found["x"] or found["y"] or found["z"]
        order = int(found["a"] or found["b"] or found["c"] or 1)
        begin, end = found.start(), _behind(text, found.end())
        if by not in variables or end < 0:
            at = found.end()
            continue
        inner = text[found.end() : end]
        bare = inner[:1] not in _OPEN
        name = inner.strip() if inner.strip() in named else ""
        text = put(text, begin, end, name or (inner if bare else inner[1:-1]), by, order, bool(name))
        at = begin
    while found := _CALL.search(text):
        end = _closing(text, found.end() - 1)
        commas = [i for i, here, depth in _depths(text[found.end() : end - 1]) if here == "," and depth == 0]
        if end < 0 or not commas:
            break
        given = text[found.end() : end - 1]
        wrt = [part.strip() for part in given[commas[0] + 1 :].strip(" ()").split(",")]
        times = sum(int(part) - 1 if part.isdecimal() else 1 for part in wrt)
        names = {part for part in wrt if not part.isdecimal()}
        if len(names) != 1 or not names <= {*variables} or not 1 <= times <= 5:
            break
        text = put(text, found.start(), end, given[: commas[0]], names.pop(), times)
    at = 0
    while found := _PRIMED.search(text, at):
        at = found.end()
        if found["name"] in _FUNCTIONS and found["by"] in variables:
            inner = f"{found['name']}({found['by']})"
            text = put(text, found.start(), at, inner, found["by"], _count(found["primes"]))
    letters = (*named, *variables)
    text = _FRACTION.sub(
        lambda found: f"d{found[1]}/{found[2]}".ljust(len(found[0])) if found[1].strip() in letters else found[0], text
    )
    at = 0
    while found := _QUOTIENT.search(text, at):  # du/dx, d(x^2)/dx
        end = found.end() if found["name"] else _closing(text, found.end())
        over = _OVER.match(text, end) if end > 0 else None
        at = found.end()
        if (
            over is None
            or over["by"] not in (*variables, *named)
            or (found["name"] and found["name"] not in (*named, *variables))
        ):
            continue
        inner = found["name"] or text[found.end() + 1 : end - 1]
        text = put(text, found.start(), over.end(), inner, over["by"], 1, found["name"] in named)
    at = 0
    while at < len(text):
        here = text[at]
        if here in "([":
            end = _closing(text, at)
            prime = _PRIME.match(text, end) if end > 0 else None
            called = _CALLED.search(text[:at])
            start = at if called is None or {*called[1]} <= {*variables, *named} else called.start(1)
            inner = text[at + 1 : end - 1] if start == at else text[start:end]
            is_called = called is not None and start != at
            if prime and not _RAISED.search(text[:start]) and (not is_called or text[start:at].strip() in _FUNCTIONS):
                text = put(text, start, prime.end(), inner, by_itself, _count(prime[0]))
        elif here in letters and (prime := _PRIME.match(text, at + 1)):
            of = _ARGUMENT.match(text, prime.end())
            if of is None or of[1] not in named or here not in named:
                of = None
            end, of_what = (prime.end(), by_itself) if of is None else (of.end(), of[1])
            text = put(text, at, end, here, of_what, _count(prime[0]), here in named)
        at += 1
    return text, holes


def _called_parts(text: str, variables: Sequence[str], named: Sequence[str]) -> str:
    """``u'(x) v(x)`` as ``u' v``: a part is a function of the variables and no factor before one."""
    if not named:
        return text
    own, of = "|".join(map(re.escape, named)), "|".join(map(re.escape, variables))
    called = re.compile(
        rf"(?<![^\W\d_])(?:{own})(?:(?:{_PRIME.pattern})(?!\s*\(\s*(?:{own})\s*\)))?"
        rf"(\s*\(\s*(?:{of}|{own})(?:\s*,\s*(?:{of}))*\s*\))"
    )
    return called.sub(lambda found: found[0][: -len(found[1])] + " " * len(found[1]), text)


def _count(primes: str) -> int:
    return max(1, primes.count("\\prime") + sum(primes.count(sign) for sign in "'′’") + 2 * primes.count("″"))


def _behind(text: str, at: int) -> int:
    """Behind what an operator at this place works on: a bracket, or one short term; -1 where that is not clear."""
    if text[at : at + 1] in _OPEN:
        end = _closing(text, at)
        if text[at] == "{" or end < 0:
            return -1
        return end
    found = _ATOM.match(text, at)
    if found is None or not found[0].strip():
        return -1
    end = _closing(text, found.end()) if text[found.end() : found.end() + 1] in ("(", "[") else found.end()
    return end if end > 0 and _END.match(text, end) else -1
