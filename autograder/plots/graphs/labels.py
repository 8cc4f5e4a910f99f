"""What is written on a node: an operation by its sign or word, a number, or a formula as people write them."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from autograder.errors import ExpressionError
from autograder.expressions import heads
from autograder.expressions.text import read

__all__ = ["Said", "call", "fields", "formula", "named_before", "number", "said", "spellings"]

_CALLED = {
    "+": "+ add plus sum addition summe addieren", "-": "- sub minus subtract subtraction difference differenz",
    "*": "* × · ⋅ ∙ • mul times multiply mult prod product multiplication mal multiplizieren produkt cdot dot",
    "/": "/ ÷ : div divide division quotient frac durch dividieren truediv", "^": "^ ** pow power potenz hoch",
    "neg": "neg negate negative negation negativ minuszeichen", "square": "square sq sqr squared quadrat quadrieren",
    "cube": "cube cubed", "inv": "inv reciprocal inverse kehrwert recip", "sin": "sin sine sinus",
    "cos": "cos cosine cosinus kosinus", "tan": "tan tangent tangens", "exp": "exp exponential", "log": "log ln",
    "sqrt": "sqrt root wurzel √", "tanh": "tanh", "sigmoid": "sigmoid σ sigma logistic", "relu": "relu",
    "abs": "abs betrag absolute", "sinh": "sinh", "cosh": "cosh", "asin": "asin arcsin", "acos": "acos arccos",
    "atan": "atan arctan",
}  # fmt: skip
_OPERATION = {word: op for op, words in _CALLED.items() for word in words.split()}
_LIBRARY = r"(?:np|jnp|math|torch|sp|sympy|numpy)\."
_COPIES = frozenset(("out", "output", "result", "ergebnis", "loss", "value", "wert", "ausgabe", "res", "ans"))
_SIGN = r"(\*\*|[+\-*×·⋅∙•/÷:^])"
_NUMBER = r"-?\d+(?:\.\d+)?(?:/\d+)?"
_SIGNED = re.compile(rf"{_SIGN}\s*(?:[({{]\s*)?({_NUMBER})?(?:\s*[)}}])?")
_SECOND = re.compile(rf"{_SIGN}\s*(?:[_#]\s*\w*|'+)")
_LETTERED = re.compile(rf"{_SIGN}\s*(?:\([a-z]\)|[a-z])")
"""A second plus: ``+_2``, ``+'``, ``+b``."""
_BEFORE = re.compile(rf"\(?({_NUMBER})\)?\s*{_SIGN}")
_WORD = re.compile(rf"(?:{_LIBRARY})?([^\W\d_]+)([ _(]?)({_NUMBER})?\)?'*")
_PLACE = r"[·⋅•□_.…]|\s"
_EXPONENTIAL = re.compile(r"(?:e|E)\s*\^(?:[({]?\s*(?:[a-z]|[·⋅•□.…])?\s*[)}]?)?")
_RAISED, _LOWERED = (str.maketrans(signs, "0123456789+-") for signs in ("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"))


@dataclass(frozen=True)
class Said:
    """What a label says: ``op`` is an operation, ``copy`` of what feeds the node, or empty where nobody knows."""

    op: str
    constant: Any = None
    """A number that is an operand as well, as in ``^2``; None without one."""
    first: bool = False
    """Whether the number comes before what feeds the node, as in ``1/``."""
    known: bool = True
    """False for a copy under a word that may as well be an operation nobody knows."""


def fields(label: str) -> list[str]:
    r"""The lines of a label, or the fields of a record ``{a | 2.0}``; without HTML, TeX and other ways to write signs.

    >>> fields("<x<sup>2</sup>>"), fields("{ + | 3.0 }"), fields("$x_1 \\cdot y$")
    (['x^(2)'], ['+', '3.0'], ['x1 *y'])
    """
    if label.startswith("<") and label.endswith(">"):
        label = re.sub(r"<sup>(.*?)</sup>", r"^(\1)", label[1:-1])
        label = html.unescape(re.sub(r"<br\s*/?>", "\n", label))
        label = re.sub(r"<[^<>]*>", "", label)
    if label.startswith("{") and label.endswith("}"):
        label = re.sub(r"<\w+>", "", label[1:-1]).replace("|", "\n")
    elif re.fullmatch(r"[^|]+(\|[^|]+)+", label):
        label = label.replace("|", "\n") if not re.search(r"\w\s*\(", label) else label
    return [plain for line in label.split("\n") if (plain := _plain(line))] or [""]


def _plain(text: str) -> str:
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda found: f"^({found[0].translate(_RAISED)})", text.replace("$", ""))
    text = re.sub(r"\\(?:times|cdot)\s*", "*", re.sub(r"\\(?:mathrm|text|operatorname)", "", text))
    text = re.sub(r"\\([a-z]+)", r"\1", text.translate(_LOWERED)).replace("−", "-").replace("–", "-").replace("**", "^")
    text = re.sub(r"(?<=[^\W\d_])_\{?(\w+)\}?", r"\1", text)
    return " ".join(text.split())


def spellings(name: str, label: str) -> Iterator[str]:
    """How a formula may write what a node has: its name, its label, either side of a ``=`` in it."""
    for text in dict.fromkeys((_plain(name), *fields(label))):
        yield text
        left, sign, right = text.partition("=")
        if sign:
            yield left.strip()
            yield right.strip()


def named_before(text: str) -> str:
    """The formula of a line ``a = x*y``; of any other text, the text."""
    return text.partition("=")[2].strip() or text


def number(text: str) -> sp.Expr | None:
    """The number that a text is, exactly: ``-2``, ``0.1``, ``2/3``, ``pi``; None of anything else."""
    text = text.replace("π", "pi").strip("() ")
    if text in ("pi", "e", "E"):
        return sp.pi if text == "pi" else sp.E
    if len(text) <= 40 and re.fullmatch(_NUMBER + r"(?:e-?\d{1,2})?", text):
        top, over, bottom = text.partition("/")
        return None if over and not float(bottom) else sp.Rational(top) / sp.Rational(bottom or 1)
    return None


def call(word: str) -> str | None:
    """The operation that a word or sign names."""
    return _OPERATION.get(word.lower())


def said(text: str, feeders: int) -> Said | None:
    """What a label says of a node that so many others feed; None where it may be a formula."""
    text = re.sub(rf"^(?:{_PLACE})+(?=\^)|\((?:{_PLACE})*\)(?=\^)", "", text)
    text = re.sub(rf"(?<=[\w√])\s*\((?:{_PLACE})*\)$|(?<=√)(?:{_PLACE})+$|Backward\d*$", "", text)
    text = re.sub(rf"\((?:{_PLACE})+,\s*", "(", text)
    if text == "√":
        return Said("sqrt")
    if _EXPONENTIAL.fullmatch(text):
        return Said("exp")
    if re.fullmatch(rf"\|(?:{_PLACE}|[a-z])*\|", text):
        return Said("abs")
    if found := _SIGNED.fullmatch(text):
        return Said(_OPERATION[found[1]], number(found[2]) if found[2] and feeders == 1 else None)
    if found := _SECOND.fullmatch(text) or (_LETTERED.fullmatch(text) if feeders > 1 else None):
        return Said(_OPERATION[found[1]])
    if found := _BEFORE.fullmatch(text):
        return Said(_OPERATION[found[2]], number(found[1]), first=True)
    if (found := _WORD.fullmatch(text)) and (op := _OPERATION.get(found[1].lower())):
        takes = feeders == 1 and found[3] and (found[2] in (" ", "(") or op == "^")
        return Said(op, number(found[3]) if takes else None)
    if feeders == 1 and (found := re.fullmatch(r"([^\W\d_]+)\w*'*", text)):
        return _copy(text, found[1])
    return None


def _copy(text: str, word: str) -> Said | None:
    """A name of what feeds the node; None of one that is a function elsewhere."""
    if (
        call(word)
        or text.lower() in {head.lower() for head in heads.FUNCTIONS}
        or text in ("softplus", "cbrt", "round", "softmax")
    ):
        return Said("", known=False)
    short = len(word) == 1 or word.lower() in _COPIES or text != word
    return Said("copy", known=short)


def formula(text: str, names: Sequence[str]) -> Any:
    """The tree of a formula in these names, as it is written; None where it cannot be read."""
    try:
        return read(text, tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[^\W\d]\w*", name))))
    except (ExpressionError, RecursionError, ValueError):
        return None
