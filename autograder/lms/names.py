"""When two names are the same person's, and when two ids are the same id.

A name is only ever a fallback: two students may share one, Canvas strips its punctuation, macOS decomposes its accents.
"""

import re
import unicodedata

__all__ = ["fold", "name_keys", "name_words", "same_title", "title_key"]

_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W_]+|\s")


def fold(text: str) -> str:
    r"""The text in one Unicode form, without case, ends and repeated spaces.

    >>> fold("  Zoe\u0308  KANG") == fold("zoë kang")
    True
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _bare(text: str) -> str:
    # Canvas keeps [[:word:]] only: commas, spaces, apostrophes and hyphens go
    return re.sub(r"[^\w]", "", fold(text))


def name_keys(name: str) -> frozenset[str]:
    """Every form under which a name may come back: with its parts in either order, or squeezed as Canvas does.

    >>> bool(name_keys("O'Brien, Al") & name_keys("Al O'Brien")), bool(name_keys("O'Brien, Al") & name_keys("obrienal"))
    (True, True)
    """
    whole = fold(name).replace("_", " ")
    if not whole.strip():
        return frozenset()
    keys = {_bare(whole)}
    if "," in whole:
        last, _, first = whole.partition(",")
        keys.add(_bare(first + last))
    else:
        words = whole.split()
        keys |= {_bare(" ".join(words[at:] + words[:at])) for at in range(1, len(words))}
    return frozenset(key for key in keys if key)


def name_words(name: str) -> frozenset[str]:
    """The parts of a name, initials too.

    >>> sorted(name_words("O'Brien, Al B."))
    ['al', 'b', 'obrien']
    """
    words = re.sub(r"[-,_/.\s]+", " ", fold(name)).split()
    return frozenset(filter(None, map(_bare, words)))


def title_key(title: str) -> str:
    """An assignment's title reduced to what tells it apart: ``hw01``, ``HW 1`` and ``Homework 01`` are the same.

    >>> title_key("hw01") == title_key("Homework 1")
    True
    """
    text = fold(title)
    for word, short in (("homework", "hw"), ("assignment", "hw"), ("problem set", "ps"), ("laboratory", "lab")):
        text = text.replace(word, short)
    return _NUMBER.sub(lambda number: str(int(number[0])), re.sub(r"[\W_]", "", text))


def same_title(one: str, other: str) -> bool:
    """Whether two titles differ at most in form."""
    return fold(one) == fold(other) or title_key(one) == title_key(other)
