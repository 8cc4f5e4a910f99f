"""Texts by their words: which say the same, and which come next to each other.

Nothing is guessed that a person could not check by reading both.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_QUOTES = re.compile(r"[\u201c\u201d\u201e\u00ab\u00bb]")
_STOPS = ".,;:\u2026"
_LETTERS = re.compile(r"[^\W\d_]+")
_TURNS = frozenset(("not", "no", "nor", "never", "neither", "without", "nicht", "nein", "kein", "keine", "nie", "ohne"))
"""Words beside which a stop decides what they deny: *zero, not one* and *zero not, one*."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text, without case, punctuation and accents of typing.

    >>> words("It is  STEEPEST there – isn't it?")
    ('it', 'is', 'steepest', 'there', "isn't", 'it')
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return tuple(_WORD.findall(folded)) or tuple(folded.split())


@lru_cache(8_192)  # every text is compared with every other
def wording(text: str) -> tuple[str, ...]:
    """What two texts that say the same have in common: everything but case, spaces and the stops of sentences.

    A sign can turn what is said round, as can a prime or the case of a letter: *x < y*, *-1*, *f'*, *F(x)*. So can a
    stop between signs, or beside a word that denies: *f, g*, *5. 3*, *zero, not one*.

    >>> wording("The slope  is ZERO, there.") == wording("the slope is zero there")
    True
    >>> wording("x > y") == wording("x < y"), wording("F(x) is 0") == wording("f(x) is 0")
    (False, False)
    >>> wording("zero, not one") == wording("zero not, one")
    False
    """
    # NFC and not NFKC, to which x\u00b2 is x2
    typed = _QUOTES.sub("", unicodedata.normalize("NFC", text).replace("\u2019", "'")).split()
    bare = [word.rstrip(_STOPS) for word in typed]
    found = []
    for place, (word, own) in enumerate(zip(typed, bare, strict=True)):
        after = bare[place + 1] if place + 1 < len(bare) else None
        counts = after is not None and (_denies(own) or _denies(after) or (_is_sign(own) and _is_sign(after)))
        found.append(_LETTERS.sub(_folded, word if counts else own))
    return tuple(word for word in found if word)


def _denies(word: str) -> bool:
    return word.casefold() in _TURNS


def _is_sign(word: str) -> bool:
    """Whether it is a letter or a number rather than a word: nothing in it is two letters long."""
    return all(len(letters) < 2 for letters in _LETTERS.findall(word))


def _folded(letters: re.Match[str]) -> str:
    """A word without its case; single letters keep it, and so does ``dX``."""
    word = letters[0]
    return word if len(word) == 1 or not (word.islower() or word.isupper() or word.istitle()) else word.casefold()


def shared(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many different words two texts have in common, and how many they have together.

    >>> shared(("the", "slope", "is", "zero"), ("the", "slope", "vanishes"))
    (2, 5)
    """
    mine, theirs = set(one), set(other)
    return len(mine & theirs), len(mine | theirs)


def in_order_of_likeness(texts: Sequence[Sequence[str]]) -> list[int]:
    """The places of the texts in an order in which each is followed by the one most like it among those still to come.

    Words that few texts have count more than those that all have. A text that is like none of the rest is followed by
    the longest, so that the order is the same each time.

    >>> in_order_of_likeness([("a", "b"), ("x", "y"), ("a", "b", "c"), ("x", "z")])
    [2, 0, 1, 3]
    """
    sets = [frozenset(text) for text in texts]
    seen = Counter(word for one in sets for word in one)
    weight = {word: log(1 + len(sets) / count) for word, count in seen.items()}
    size = [sum(weight[word] for word in one) for one in sets]
    left = set(range(len(sets)))
    order: list[int] = []
    here: int | None = None
    while left:
        best = max(left, key=lambda place: (_likeness(here, place, sets, size, weight), len(sets[place]), -place))
        left.remove(best)
        order.append(best)
        here = best
    return order


def _likeness(
    here: int | None, there: int, sets: Sequence[frozenset[str]], size: Sequence[float], weight: dict[str, float]
) -> float:
    """The share of the weight of two texts' words that is in both; from 0 to 1."""
    if here is None:
        return 0.0
    common = sum(weight[word] for word in sets[here] & sets[there])
    together = size[here] + size[there] - common
    return common / together if together else 0.0
