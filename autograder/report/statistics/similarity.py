"""Pairs of submissions whose code is alike beyond what the class shares: a hint for a person, never a verdict.

Winnowing (Schleimer, Wilkerson & Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003) over
code whose names and comments were blanked by `copydetect`. Fingerprints that many submissions share are the starter
code or the common solution and do not count. An index from fingerprint to submissions keeps it linear in the class,
and ``LONGEST`` keeps what one notebook can cost small.
"""

import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, combinations
from typing import Any

from autograder.model import Record, Run, SubmissionResult
from autograder.modules import without_init
from autograder.untrusted import guarded

K = 24  # characters of blanked code; shorter runs are alike by chance (an import line, a lambda)
WINDOW = 8
COMMON_SHARE = 0.1  # what a tenth of the class wrote is not a sign of copying…
FEWEST_COMMON = 3  # …nor is what three people wrote in a small one
LONGEST = 100_000  # characters of one submission's code that are compared: far more than a homework has
LONGEST_LINE = 2_000
LEAST_SHARED = 12  # fingerprints; below that two short answers are alike because the task is


class Similar(Record, frozen=True, kw_only=True):
    """Two submissions that share code which hardly anybody else has."""

    left: str
    """``Submission.key``"""
    right: str
    shared: int
    """Fingerprints in common."""
    share: float
    """``shared`` over the smaller side's own fingerprints, 0…1."""
    left_lines: tuple[str, ...]
    """The shared lines as written, for a person to compare; at most 40."""
    right_lines: tuple[str, ...]


class _Prints(Record, frozen=True, kw_only=True):
    places: dict[int, int]
    """Fingerprint → offset in the code as written."""
    code: str


def _fingerprints(cells: Sequence[str]) -> _Prints:
    # Blank lines are no code, and the lexer takes the square of their number.
    lines = (line.rstrip()[:LONGEST_LINE] for cell in cells for line in cell.split("\n") if line.strip())
    code = "\n".join(lines)[:LONGEST]
    nothing = _Prints(places={}, code="")
    return guarded(lambda: _prints(code), of=code, longest=LONGEST, otherwise=lambda why: nothing)


def blanked(code: str) -> tuple[str, Any]:
    """Code without comments, its names replaced, and an array of where that shifted it: (place, by how much)."""
    with without_init("copydetect"):  # here, because a page that shows what was found needs none of it
        from copydetect.utils import filter_code

    text, offsets = filter_code(code, "cell.py", "python")
    return str(text), offsets


def _prints(code: str) -> _Prints:
    import numpy as np

    with without_init("copydetect"):
        from copydetect.utils import winnow

    text, offsets = blanked(code)
    if len(text) <= K:
        return _Prints(places={}, code=code)
    # crc32, not hash(): the report of the same class must be the same file every time
    hashes = np.array([zlib.crc32(text[i : i + K].encode()) for i in range(len(text) - K + 1)])
    chosen, where = winnow(hashes, WINDOW)
    starts = offsets[:, 0]
    shift = offsets[np.maximum(np.searchsorted(starts, where, side="right") - 1, 0), 1]
    places = dict(zip((int(h) for h in chosen), (int(p) for p in where + shift), strict=True))
    return _Prints(places=places, code=code)


def _lines(prints: _Prints, shared: set[int]) -> tuple[str, ...]:
    lines = prints.code.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    numbers = sorted({bisect_right(starts, prints.places[h]) - 1 for h in shared})
    return tuple(lines[n][:200] for n in numbers if n < len(lines) and lines[n].strip())[:40]


def similar(results: Sequence[SubmissionResult], *, starter: Sequence[str] = (), most: int = 50) -> list[Similar]:
    """Rank pairs by the share of rare code that they have in common.

    Args:
        results: graded submissions; their ``code`` is compared.
        starter: code cells that everybody was given: two who answered nothing are not alike.
        most: how many pairs to return.

    Returns:
        Pairs with at least ``LEAST_SHARED`` rare fingerprints in common, most alike first. Short assignments have
        little code that can differ: read a pair before believing it.
    """
    prints = {result.submission.key: _fingerprints(result.code) for result in results if result.code}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for key in sorted(prints):
        for h in prints[key].places:
            holders[h].append(key)
    common = max(FEWEST_COMMON, int(COMMON_SHARE * len(prints)) + 1)
    given = _fingerprints(starter).places
    rare = {h: keys for h, keys in holders.items() if len(keys) < common and h not in given}
    own = Counter(key for keys in rare.values() for key in keys)
    # Only how many at first: what the most alike share is looked up for them alone.
    shared = Counter(pair for keys in rare.values() for pair in combinations(keys, 2))
    shares = {
        (left, right): round(count / min(own[left], own[right]), 3)
        for (left, right), count in shared.items()
        if count >= LEAST_SHARED
    }
    first = sorted(shares, key=lambda pair: (-shares[pair], -shared[pair], pair))[:most]
    return [
        Similar(
            left=left,
            right=right,
            shared=shared[left, right],
            share=shares[left, right],
            left_lines=_lines(prints[left], both),
            right_lines=_lines(prints[right], both),
        )
        for left, right in first
        for both in [prints[left].places.keys() & prints[right].places.keys() & rare.keys()]
    ]


def similar_pairs(run: Run) -> list[Similar]:
    """The pairs of a run, each work once."""
    works = [result for result in run.results if result.submission.part_of is None]
    return similar(works, starter=run.starter)
