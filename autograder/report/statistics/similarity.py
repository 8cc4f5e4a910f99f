"""Pairs of submissions whose code is alike beyond what the class shares: a hint for a person, never a verdict.

Winnowing (Schleimer, Wilkerson & Aiken, "Winnowing: local algorithms for document fingerprinting", SIGMOD 2003) over
code whose names and comments were blanked by `copydetect`. Fingerprints that many submissions share are the starter
code or the common solution and do not count. An index from fingerprint to submissions keeps it linear in the class,
and ``LONGEST`` keeps what one notebook can cost small.

Where everybody has other numbers, numbers are blanked as well: two who have the same version are not alike for having
the same numbers, and whoever puts their own into a neighbour's code is. A pair is stronger where one has left the
other's numbers in the code that both share.
"""

import re
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
from autograder.report.names import version
from autograder.untrusted import guarded

K = 24  # characters of blanked code; shorter runs are alike by chance (an import line, a lambda)
WINDOW = 8
COMMON_SHARE = 0.1  # what a tenth of the class wrote is not a sign of copying…
FEWEST_COMMON = 3  # …nor is what three people wrote in a small one
LONGEST = 100_000  # characters of one submission's code that are compared: far more than a homework has
LONGEST_LINE = 2_000
FOREIGN = 2.0  # bits: what a quarter of those write whose version lacks it is nobody's number
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w.])")
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
    left_foreign: tuple[str, ...] = ()
    """Numbers in the left side's shared lines that the right one's version has and its own has not, nor hardly anybody
    else without them."""
    right_foreign: tuple[str, ...] = ()


class _Prints(Record, frozen=True, kw_only=True):
    places: dict[int, int]
    """Fingerprint → line of the code as written."""
    lines: tuple[str, ...]


class _Versions(Record, frozen=True, kw_only=True):
    """Whose numbers are which, where everybody has other ones."""

    own: dict[str, frozenset[str]]
    """Submission → numbers that its prompts say and not everybody's."""
    bits: dict[str, float]
    """Number → how much it surprises in code of somebody whose prompts do not say it: log2 of how many such people
    there are for each who has written it."""


def _fingerprints(cells: Sequence[str], *, drawn: bool = False) -> _Prints:
    """Of one notebook, cell by cell: what stands in neighbouring cells by chance is no piece of code.

    Args:
        cells: its code.
        drawn: whether everybody has other numbers, which are blanked then.
    """
    places: dict[int, int] = {}
    lines: list[str] = []
    room = LONGEST
    for cell in cells:
        # Blank lines are no code, and the lexer takes the square of their number.
        own = [read for line in cell.split("\n") if (read := line[:LONGEST_LINE].rstrip())]
        code = "\n".join(own)[:room]
        room -= len(code)
        # no number goes over two lines, so a place is in the same line as before
        for fingerprint, line in _of_cell(_NUMBER.sub("0", code) if drawn else code):
            places.setdefault(fingerprint, len(lines) + line)
        lines += own
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
    shift = offsets[np.searchsorted(offsets[:, 0], where, side="right") - 1, 1]  # the first row is (0, 0)
    begins = list(accumulate((len(line) + 1 for line in code.split("\n")), initial=0))
    return tuple((int(h), bisect_right(begins, int(p)) - 1) for h, p in zip(chosen, where + shift, strict=True))


def _shown(prints: _Prints, shared: set[int]) -> tuple[str, ...]:
    numbers = sorted({prints.places[h] for h in shared})
    return tuple(prints.lines[n][:200] for n in numbers)[:40]


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


def _numbers_of(
    results: Sequence[SubmissionResult], versions: Sequence[Mapping[str, str]], starter: Sequence[str]
) -> _Versions:
    said = [frozenset(_NUMBER.findall(_spaced("\n".join(each.values())))) for each in versions]
    everybodys = frozenset.intersection(*said) if said else frozenset()
    everybodys |= frozenset(_NUMBER.findall("\n".join(starter)))
    own: dict[str, frozenset[str]] = {}
    lacking: Counter[str] = Counter()
    written: Counter[str] = Counter()
    every = frozenset().union(*said) - everybodys
    for result in results:
        number = version(result)
        if number is None or number >= len(said) or not result.code:
            continue
        own[result.submission.key] = said[number] - everybodys
        without = every - said[number]
        lacking.update(without)
        written.update(without & set(_NUMBER.findall("\n".join(result.code))))
    return _Versions(own=own, bits={each: log2(lacking[each] / count) for each, count in written.items()})


def _spaced(prompt: str) -> str:
    """A prompt in which a number that touches a letter, as in ``3x``, stands by itself."""
    return re.sub(r"(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z_^])(?=\d)", " ", prompt)


def _foreign(
    numbers: _Versions, one: str, other: str, prints: Mapping[str, _Prints], both: set[int]
) -> dict[str, float]:
    """Numbers that one side has in the shared lines and that are the other's: number → bits that it surprises."""
    if one not in numbers.own or other not in numbers.own:
        return {}
    in_lines = []
    for side in (one, other):
        lines, begins = prints[side].lines, {prints[side].places[h] for h in both}
        # what begins in a short line goes on in the next
        texts = [text for n in begins for text in lines[n : n + 2]]
        in_lines.append({each for text in texts for each in _NUMBER.findall(text)})
    foreign = in_lines[0] & in_lines[1] & (numbers.own[other] - numbers.own[one])
    return {each: bits for each in foreign if (bits := numbers.bits.get(each, 0.0)) >= FOREIGN}


def similar(
    results: Sequence[SubmissionResult],
    *,
    starter: Sequence[str] = (),
    versions: Sequence[Mapping[str, str]] = (),
    most: int = 50,
) -> list[Similar]:
    """Rank pairs by how surprising the rare code is that they have in common.

    Args:
        results: graded submissions; their ``code`` is compared.
        starter: code cells that everybody was given: two who answered nothing are not alike.
        versions: where everybody has other numbers, the prompts of each version.
        most: how many pairs to return.

    Returns:
        Pairs with at least ``LEAST_SHARED`` rare fingerprints in common, most surprising first. Short assignments
        have little code that can differ: read a pair before believing it.
    """
    drawn = bool(versions)
    prints = {result.submission.key: _fingerprints(result.code, drawn=drawn) for result in results if result.code}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for key in sorted(prints):
        for h in prints[key].places:
            holders[h].append(key)
    common = max(FEWEST_COMMON, int(COMMON_SHARE * len(prints)) + 1)
    given = _fingerprints(starter, drawn=drawn).places
    rare = {h: keys for h, keys in holders.items() if len(keys) < common and h not in given}
    own = Counter(key for keys in rare.values() for key in keys)
    shared = Counter(pair for keys in rare.values() for pair in combinations(keys, 2))
    numbers = _numbers_of(results, versions, starter)
    found = []
    for (left, right), count in shared.items():
        if count < LEAST_SHARED:
            continue
        both = prints[left].places.keys() & prints[right].places.keys() & rare.keys()
        # the side on which it is fewer lines: a line broken in two is no second agreement
        surprise = min(_surprise(prints[side], both, holders, len(prints)) for side in (left, right))
        foreign = [_foreign(numbers, one, other, prints, both) for one, other in ((left, right), (right, left))]
        surprise += sum(bits for each in foreign for bits in each.values())
        found.append((-round(surprise, 3), -count, left, right, both, foreign))
    return [
        Similar(
            left=left,
            right=right,
            shared=len(both),
            share=round(len(both) / min(own[left], own[right]), 3),
            surprise=-less,
            left_lines=_shown(prints[left], both),
            right_lines=_shown(prints[right], both),
            left_foreign=tuple(sorted(foreign[0], key=float)),
            right_foreign=tuple(sorted(foreign[1], key=float)),
        )
        for less, _, left, right, both, foreign in sorted(found, key=lambda one: one[:4])[:most]
    ]


def similar_pairs(run: Run) -> list[Similar]:
    """The pairs of a run, each work once."""
    works = [result for result in run.results if result.submission.part_of is None]
    return similar(works, starter=run.starter, versions=run.versions)
