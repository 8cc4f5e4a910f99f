"""What somebody else wrote, where it enters: cut, cleaned, and handed to a library's parser only behind a guard.

A student's text goes through many parsers and converters that were not made for it. Each may raise anything at all,
run out of stack or memory, or take a time that grows with the square of the text. So one text may cost one page or one
answer, never the run: every such call goes through :func:`guarded`, with a length that bounds its work.
"""

import ast
import json
import re
from collections.abc import Callable, Sized
from textwrap import dedent
from typing import Any, TypeVar

__all__ = ["TooManyParts", "guarded", "json_of", "one_line", "python_tree", "short", "whole", "whole_in"]

LONGEST_SOURCE = 100_000
"""Characters of one function's or cell's Python that are parsed: half a second and 130 MB at the worst."""
MOST_LISTS = 1_000_000
MOST_ITEMS = 10_000_000
"""Of one JSON text: together some 500 MB as Python objects. A notebook has a few thousand."""
_HALF = re.compile("[\ud800-\udfff]")
# What steers a terminal or reorders text on screen (Trojan Source, CVE-2021-42574); line ends and tabs are no harm.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PIECE = re.compile(r'([^"]*+)(?:"(?:[^"\\]|\\.)*+"?)?', re.DOTALL)
"""What stands before a JSON string, and the string."""
_LOST = "\N{REPLACEMENT CHARACTER}"

Made = TypeVar("Made")
Instead = TypeVar("Instead")


def whole(text: str) -> str:
    r"""The text with its lone surrogates replaced: half a character is in no encoding, so it cannot be sent or written.

    >>> whole("a\ud800b")
    'a�b'
    """
    return text if text.isascii() else _HALF.sub(_LOST, text)


def whole_in(plain: Any) -> Any:
    r"""Lists, dicts and texts with :func:`whole` texts.

    >>> whole_in({"a": ["\udcff", 1]})
    {'a': ['�', 1]}
    """
    if isinstance(plain, str):
        return whole(plain)
    if isinstance(plain, dict):
        return {whole(str(key)): whole_in(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [whole_in(item) for item in plain]
    return plain


def short(text: str, most: int) -> str:
    r"""At most ``most`` characters, without what steers a terminal or turns the order of what is read.

    >>> short("one\x1b[2Jtwo\nthree", 9)
    'one�[2Jt…'
    """
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return _STEERING.sub(_LOST, cut)


def one_line(text: str, most: int = 80) -> str:
    r"""As :func:`short`, for a name that stands in a sentence.

    >>> one_line("Python\n3 \t(mine)")
    'Python 3 (mine)'
    """
    return short(" ".join(text[: 4 * most].split()), most)


def guarded(
    work: Callable[[], Made], *, otherwise: Callable[[str], Instead], of: Sized = (), longest: int = 0
) -> Made | Instead:
    """What ``work`` makes of something that nobody vouches for, or ``otherwise`` of why it made nothing.

    Args:
        work: calls a parser or converter of a library; whatever it raises stays here.
        otherwise: told in a few words what went wrong, with nothing of the student's in them.
        of: the text that goes in.
        longest: its greatest length; a longer one is not handed on.

    >>> guarded(lambda: int("four"), otherwise=lambda why: why)
    'ValueError'
    >>> guarded(lambda: int("1" * 10), of="1" * 10, longest=9, otherwise=lambda why: why)
    'its length is 10, more than 9'
    """
    if len(of) > longest:
        return otherwise(f"its length is {len(of):,}, more than {longest:,}")
    try:
        return work()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic in Rust is no Exception, and an empty stack no error of ours
        why = type(error).__name__
    return otherwise(why)


def python_tree(source: str | None) -> ast.Module | None:
    """A student's Python as a tree; None for what is no Python, or too long or too deep to be looked at.

    >>> python_tree("x = (") is None, len(python_tree("  x = 1").body)
    (True, 1)
    """
    text = source or ""
    return guarded(lambda: ast.parse(dedent(text)), of=text, longest=LONGEST_SOURCE, otherwise=lambda why: None)


class TooManyParts(ValueError):
    """A JSON text would become more objects than its worth."""


def json_of(text: str) -> Any:
    """As :func:`json.loads`, where lists and items are counted before anything is made of them.

    Raises:
        TooManyParts: more than ``MOST_LISTS`` lists and objects, or ``MOST_ITEMS`` items.
        ValueError, RecursionError: no JSON.

    >>> json_of('[1, {"a": "[[[,,,"}]')
    [1, {'a': '[[[,,,'}]
    """
    if _lists(text) > MOST_LISTS or text.count(",") > MOST_ITEMS:
        lists = items = 0
        for piece in _PIECE.finditer(text):  # what a notebook has printed is full of brackets, and one object
            lists, items = lists + _lists(piece[1]), items + piece[1].count(",")
            if lists > MOST_LISTS or items > MOST_ITEMS:
                raise TooManyParts(f"it has more than {MOST_LISTS:,} lists or {MOST_ITEMS:,} items")
    return json.loads(text)


def _lists(text: str) -> int:
    return text.count("[") + text.count("{")
