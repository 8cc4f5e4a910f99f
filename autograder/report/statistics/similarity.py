"""Pairs of submissions whose code is alike beyond what the class shares: a hint for a person, never a verdict.

Winnowing (Schleimer, Wilkerson & Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003) over
code whose names and comments were blanked by `copydetect`. Fingerprints that many submissions share are the starter
code or the common solution and do not count. An index from fingerprint to submissions keeps it linear in the class,
and ``LONGEST`` keeps what one notebook can cost small.
"""

import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, combinations
from math import log2
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
    surprise: float
    """Bits: log2 of how many in the class there are for each who has a shared line, summed over the lines."""
    left_lines: tuple[str, ...]
    """The shared lines as written, for a person to compare; at most 40."""
    right_lines: tuple[str, ...]


class _Prints(Record, frozen=True, kw_only=True):
    places: dict[int, int]
    """Fingerprint → line of the code as written."""
    lines: tuple[str, ...]


def _fingerprints(cells: Sequence[str]) -> _Prints:
    """Of one notebook, cell by cell: what stands in neighbouring cells by chance is no piece of code."""
    places: dict[int, int] = {}
    lines: list[str] = []
    room = LONGEST
    for cell in cells:
        # Blank lines are no code, and the lexer takes the square of their number.
        own = [line.rstrip()[:LONGEST_LINE] for line in cell.split("\n") if line.strip()]
        code = "\n".join(own)[:room]
        room -= len(code)
        for fingerprint, line in _of_cell(code):
            places.setdefault(fingerprint, len(lines) + line)
        lines += own
        if room <= 0:
            break
    return _Prints(places=places, lines=tuple(lines))


@lru_cache(maxsize=20_000)  # most cells of a class are the starter's
def _of_cell(code: str) -> tuple[tuple[int, int], ...]:
    """Fingerprints of one cell and the line of it in which each begins."""
    return guarded(lambda: _prints(code), of=code, longest=LONGEST, otherwise=lambda why: ())


def blanked(code: str) -> tuple[str, Any]:
    """Code without comments, its names replaced, and an array of where that shifted it: (place, by how much)."""
    with without_init("copydetect"):  # here, because a page that shows what was found needs none of it
        from copydetect.utils import filter_code

    text, offsets = filter_code(code, "cell.py", "python")
    return str(text), offsets


def _prints(code: str) -> tuple[tuple[int, int], ...]:
    import numpy as np

    with without_init("copydetect"):
        from copydetect.utils import winnow

    text, offsets = blanked(code)
    if len(text) <= K:
        return ()
    # crc32, not hash(): the report of the same class must be the same file every time
    hashes = np.array([zlib.crc32(text[i : i + K].encode()) for i in range(len(text) - K + 1)])
    chosen, where = winnow(hashes, WINDOW)
    starts = offsets[:, 0]
    shift = offsets[np.maximum(np.searchsorted(starts, where, side="right") - 1, 0), 1]
    begins = list(accumulate((len(line) + 1 for line in code.split("\n")), initial=0))
    return tuple((int(h), bisect_right(begins, int(p)) - 1) for h, p in zip(chosen, where + shift, strict=True))


def _shown(prints: _Prints, shared: set[int]) -> tuple[str, ...]:
    numbers = sorted({prints.places[h] for h in shared})
    return tuple(prints.lines[n][:200] for n in numbers if n < len(prints.lines) and prints.lines[n].strip())[:40]


def _surprise(prints: _Prints, shared: set[int], holders: Mapping[int, Sequence[str]], class_: int) -> float:
    """How much two who share this have in common that others have not: log2(class / holders) of each line, summed.

    A line counts once, by its rarest piece: its pieces come together. So a function of nine lines that two have is
    worth nine times what two equal short answers are, whatever else the two wrote.
    """
    rarest: dict[int, int] = {}
    for h in shared:
        line, having = prints.places[h], len(holders[h])
        rarest[line] = min(rarest.get(line, having), having)
    return round(sum(log2(class_ / having) for having in rarest.values()), 3)


def similar(results: Sequence[SubmissionResult], *, starter: Sequence[str] = (), most: int = 50) -> list[Similar]:
    """Rank pairs by how surprising the rare code is that they have in common.

    Args:
        results: graded submissions; their ``code`` is compared.
        starter: code cells that everybody was given: two who answered nothing are not alike.
        most: how many pairs to return.

    Returns:
        Pairs with at least ``LEAST_SHARED`` rare fingerprints in common, most surprising first. Short assignments
        have little code that can differ: read a pair before believing it.
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
    shared = Counter(pair for keys in rare.values() for pair in combinations(keys, 2))
    found = []
    for (left, right), count in shared.items():
        if count < LEAST_SHARED:
            continue
        both = prints[left].places.keys() & prints[right].places.keys() & rare.keys()
        # the side on which it is fewer lines: a line broken in two is no second agreement
        surprise = min(_surprise(prints[side], both, holders, len(prints)) for side in (left, right))
        found.append((-surprise, -count, left, right, both))
    return [
        Similar(
            left=left,
            right=right,
            shared=len(both),
            share=round(len(both) / min(own[left], own[right]), 3),
            surprise=-less,
            left_lines=_shown(prints[left], both),
            right_lines=_shown(prints[right], both),
        )
        for less, _, left, right, both in sorted(found, key=lambda one: one[:4])[:most]
    ]


def similar_pairs(run: Run) -> list[Similar]:
    """The pairs of a run, each work once."""
    works = [result for result in run.results if result.submission.part_of is None]
    return similar(works, starter=run.starter)
