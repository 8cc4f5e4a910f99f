"""``{{ f }}`` in a prompt: where it stands, and what is written there."""

import re
from collections.abc import Sequence
from typing import Any

from autograder.model import Record
from autograder.versions.values import shown_as_text, typeset

__all__ = ["Placeholder", "fill", "placeholders", "written"]

# A blank on either side: `\frac{{x}}{2}` is LaTeX. Code comes first, a dollar in it opens no formula.
_PIECE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|(?P<math>\\?\$\$?)|\{\{ (?P<what>.+?) \}\}", re.S
)
_INSIDE = re.compile(r"\{\{ (.+?) \}\}")


class Placeholder(Record, frozen=True, kw_only=True):
    """One ``{{ … }}`` of a prompt."""

    what: str
    """Python: a name that was drawn, or an expression of such names."""
    where: str
    """``math``, ``code`` or ``text``: what stands around it."""


def placeholders(text: str) -> list[Placeholder]:
    """Every ``{{ … }}`` of a Markdown text, in order.

    Example:
        >>> [each.where for each in placeholders("$f(x) = {{ f }}$ at {{ a }}: `df({{ a }})`")]
        ['math', 'text', 'code']
    """
    found, open_math = [], ""
    for piece in _PIECE.finditer(text):
        if piece["code"]:
            found += [Placeholder(what=what, where="code") for what in _INSIDE.findall(piece["code"])]
        elif piece["math"]:
            if piece["math"].startswith("\\"):
                continue
            open_math = "" if open_math == piece["math"] else open_math or piece["math"]
        else:
            found.append(Placeholder(what=piece["what"], where="math" if open_math else "text"))
    return found


def written(value: Any, where: str) -> str:
    """What stands in the place of a placeholder: LaTeX in a formula, plain text in code and for a word."""
    if where == "math":
        return typeset(value)
    if where == "code" or type(value) is str:
        return shown_as_text(value)
    return f"${typeset(value)}$"


def fill(text: str, values: Sequence[str]) -> str:
    """The text with the values in the places of its placeholders, one after another.

    Example:
        >>> fill("$f(x) = {{ f }}$ at {{ a }}", ["3 x^{2}", "$2$"])
        '$f(x) = 3 x^{2}$ at $2$'
    """
    left = iter(values)
    return _INSIDE.sub(lambda _: next(left), text)
