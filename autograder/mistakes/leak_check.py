r"""Does a text give the answer away? The one leak check: hints, notebook output, pages and messages go through it.

A leak is a number of the answer (a value, a coefficient, an exponent) or a part of its formula, in any of the ways in
which a formula is commonly written: ``2*x``, ``2x``, ``2·x``, ``x**2``, ``x^2``, ``x²``, ``x^{2}``,
``\frac{1}{x}``. What the question itself says in public is not a leak.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sympy as sp

from autograder.model import Record

MOST_PARTS = 300
SMALL = 12
"""Whole numbers up to this occur in any prose ("3 of 5 points"); they count in strict checks only."""

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)")
_TOKEN = re.compile(r"\\?[A-Za-zα-ωΑ-Ω_][A-Za-z0-9_]*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\*\*|[-+/^=<>,]")
_SKIPPED = r"[\s*·⋅×{}()\[\]\\'\"]*"
_END = r"(?![A-Za-z0-9_])[)}\]]*"
_COMMANDS = re.compile(r"\\(?:left|right|cdot|operatorname|,|;|!)(?![A-Za-z])")
# "2. Prüfung" and "part 2. Then" hold a 2, "[2. 4.]" holds decimals
_NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.(?!\s+[^\W\d_])\d*)?(?:[eE][+-]?\d+)?(?![\w])")
_DROPPED = frozenset({"\\left", "\\right", "\\cdot", "\\operatorname", "left", "right", "cdot", "operatorname", ","})


class Leak(Record, frozen=True, kw_only=True):
    """A piece of the answer in a text."""

    kind: str
    """``number`` or ``formula``."""
    found: str
    """As it stands in the text."""
    start: int
    """Where, counted in characters from 0."""


def leaks(text: str, answer: Any, *, public: Any = (), strict: bool = False) -> list[Leak]:
    """Every place at which a text shows a part of an answer.

    Args:
        text: what a student can see.
        answer: the right answer: expressions, numbers, arrays, or a list of any of these.
        public: what the question says itself (its function, its point, its direction), in the same forms, or as text.
        strict: also small whole numbers, which only a hint must not hold.

    Returns:
        In the order of the text; empty when nothing leaks.

    >>> x = sp.Symbol("x", real=True)
    >>> [leak.found for leak in leaks("It is 10x + 3.", 10*x + 3, public=5*x**2 + 3*x)]
    ['10x + 3', '10x']
    >>> leaks("How fast does a constant change?", 10*x + 3, strict=True)
    []
    """
    return leak_search(answer, public=public, strict=strict)(text)


def leak_search(answer: Any, *, public: Any = (), strict: bool = False) -> Callable[[str], list[Leak]]:
    """:func:`leaks` for many texts that one answer may stand in: what is to be looked for is worked out once."""
    said = _public(public)
    ways = tuple(_sought(answer, said))
    values = [value for value in _values(answer) if np.isfinite(value)]
    hidden = [value for value in values if not _among(value, said.numbers)]

    def search(text: str) -> list[Leak]:
        readable = _readable(text)
        found = [*_formulas(readable, ways), *_numbers(readable, hidden, strict)]
        return sorted(found, key=lambda leak: (leak.start, -len(leak.found)))

    return search


@lru_cache(maxsize=512)  # many answers are looked for in the same texts
def _readable(text: str) -> str:
    """With powers as ``^2``, and nothing in the place of what LaTeX needs around parts."""
    plain = _COMMANDS.sub(lambda match: " " * len(match.group()), text)
    return _RAISED.sub(lambda match: "^" + match[1].translate(_SUPERSCRIPT), plain).replace("−", "-")


class _Public(Record, frozen=True):
    parts: frozenset[Any]
    numbers: tuple[float, ...]
    text: str


def _public(given: Any) -> _Public:
    texts = " ".join(item for item in _leaves(given) if isinstance(item, str))
    parts = frozenset(part for expr in _expressions(given) for part in _parts(expr))
    numbers = tuple(_values(given)) + tuple(float(match.replace("−", "-")) for match in _NUMBER.findall(texts))
    return _Public(parts, numbers, texts)


def _leaves(given: Any) -> Iterator[Any]:
    if isinstance(given, (list, tuple, set, frozenset)) or (isinstance(given, np.ndarray) and given.dtype == object):
        for item in given:
            yield from _leaves(item)
    elif isinstance(given, dict):
        for item in given.values():
            yield from _leaves(item)
    elif isinstance(given, (sp.MatrixBase, sp.NDimArray)):
        yield from sp.flatten(given.tolist())
    elif given is not None:
        yield given


def _expressions(given: Any) -> Iterator[sp.Expr]:
    for leaf in _leaves(given):
        if isinstance(leaf, sp.Expr) and leaf.free_symbols:
            yield leaf


def _parts(expr: sp.Expr) -> Iterator[sp.Expr]:
    """The expression and everything in it that is more than a symbol or a number."""
    count = 0
    for part in sp.preorder_traversal(expr):
        if isinstance(part, sp.Expr) and not part.is_Atom and part.free_symbols:
            yield part
            count += 1
            if count >= MOST_PARTS:
                return


def _sought(answer: Any, said: _Public) -> Iterator["_Way"]:
    """The ways of writing each part of the answer that the question does not say itself."""
    for expr in _expressions(answer):
        for part in _parts(expr):
            if part not in said.parts and -part not in said.parts:
                yield from (way for way in _ways(part) if not (said.text and any(way.matches(said.text))))


def _formulas(text: str, ways: Iterable["_Way"]) -> Iterator[Leak]:
    seen: set[tuple[int, int]] = set()
    for way in ways:
        for match in way.matches(text):
            if match.span() not in seen:
                seen.add(match.span())
                yield Leak(kind="formula", found=match.group().strip(), start=match.start())


class _Way:
    """One way of writing a part: its tokens in order, with signs of grouping and products left free."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._words = {token for token in tokens if token != "^"}

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Where a text has it; most texts lack one of its words, and to compile an expression takes a millisecond."""
        return self._expression.finditer(text) if all(word in text for word in self._words) else iter(())

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        return re.compile(_edge(self._tokens[0]) + _SKIPPED.join(map(_escaped, self._tokens)) + _END)


@lru_cache(maxsize=4096)
def _ways(part: sp.Expr) -> tuple[_Way, ...]:
    forms = {str(part), sp.latex(part), sp.pycode(part, fully_qualified_modules=False)}
    forms.add(str(part).replace("exp(", "e^("))
    ways: dict[tuple[str, ...], None] = {}
    for form in forms:
        tokens = [token.removeprefix("\\") for token in _TOKEN.findall(form) if token not in _DROPPED]
        if len(tokens) > 1:
            ways[tuple("^" if token == "**" else token for token in tokens)] = None
    return tuple(_Way(tokens) for tokens in ways)


def _edge(first: str) -> str:
    """What may not stand before a part: ``3cos(x)`` shows ``cos(x)``, ``arccos(x)`` does not, nor ``12x`` ``2x``."""
    return r"(?<![\dA-Za-z_.])" if first[0].isdigit() else r"(?<![A-Za-z_.])"


def _escaped(token: str) -> str:
    return r"(?:\*\*|\^)" if token == "^" else re.escape(token)


def _values(given: Any) -> Iterator[float]:
    for leaf in _leaves(given):
        if isinstance(leaf, sp.Expr):
            yield from (float(number) for number in leaf.atoms(sp.Number) if number.is_finite)
            if not leaf.free_symbols and leaf.is_real and leaf.is_finite:
                yield float(leaf)
        elif isinstance(leaf, np.ndarray):
            yield from (float(number) for number in leaf.ravel())
        elif isinstance(leaf, (int, float, np.number)) and not isinstance(leaf, bool):
            yield float(np.real(leaf))


def _numbers(text: str, hidden: Sequence[float], strict: bool) -> Iterator[Leak]:
    if not hidden:
        return
    for match in _NUMBER.finditer(text):
        shown = match.group()
        if _shows(shown, hidden) and (strict or _telling(shown)):
            yield Leak(kind="number", found=shown, start=match.start())


def _among(value: float, numbers: Iterable[float]) -> bool:
    return any(abs(abs(value) - abs(number)) <= 1e-12 * max(1.0, abs(value)) for number in numbers)


def _telling(shown: str) -> bool:
    return "." in shown or abs(float(shown)) > SMALL


def _shows(shown: str, values: Sequence[float]) -> bool:
    """Whether a number is one of the values, as exactly as it is written (three digits at least for a broken one)."""
    number = float(shown)
    digits = len(shown.partition(".")[2].partition("e")[0]) if "." in shown and "e" not in shown.lower() else 0
    for value in values:
        if abs(abs(number) - abs(value)) <= 1e-9 * max(1.0, abs(value)):
            return True
        long_enough = len(re.sub(r"\D", "", shown).lstrip("0")) >= 3
        if digits and long_enough and abs(abs(number) - abs(value)) <= 0.5 * 10.0**-digits * (1 + 1e-9):
            return True
    return False
