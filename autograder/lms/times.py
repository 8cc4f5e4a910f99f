"""Dates with a time of day as LMSs write them, in the languages of ``times.toml``.

A time that could be meant in two ways is not read: to be late by a guess is worse than to be asked about.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["day_first", "read_time"]

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*(z|utc|[+-]\d\d:?\d\d)?", re.ASCII)
# 7:27, 19_27, 19h27, 19.27, 7:27:30, 7时27分
_CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2})(?:[:_.]|\s?[hu]\s?|\s?[时點点時시]\s?)(\d\d)(?:[:_.](\d\d))?(?![\d:])\s?[分분]?"
)
# Brightspace drops the colon: 959, 2145
_SQUEEZED = re.compile(r"(?<!\d)(\d{1,2})(\d\d)(?!\d)")
_NUMBERED = re.compile(r"(\d{1,2})\s?[月월]")
_NUMBER = re.compile(r"\d+")
_DATE = re.compile(r"(?<!\d)(?:\d{4}([./_-])\s?\d{1,2}\1\s?\d{1,2}|\d{1,2}([./_-])\s?\d{1,2}\2\s?\d{4})(?!\d)")
_DOTTED = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}")
_HALF = re.compile(r"\b([apπμ])[.\s]{1,2}([mμ])(?:\.|\b)")
_WORD = re.compile(r"[^\W\d_]+")
_EAST = "\u3000"
"""Characters above stand for words, and between them are no blanks."""
_LONGEST = 200
_UTC = re.compile(r"\b(?:utc|gmt|z)\b")


class _Words(NamedTuple):
    months: dict[str, int]
    am: frozenset[str]
    pm: frozenset[str]


@cache
def _words() -> _Words:
    data = tomllib.loads(files("autograder.lms").joinpath("times.toml").read_text(encoding="utf-8"))
    months = {_plain(word): number for number, words in enumerate(data["months"], start=1) for word in words}
    return _Words(months, frozenset(map(_plain, data["am"])), frozenset(map(_plain, data["pm"])))


def _plain(text: str) -> str:
    shown = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    # folding takes ΐ apart
    return " ".join(unicodedata.normalize("NFC", shown.casefold()).split())


def read_time(text: str, *, day_first: bool | None = None) -> datetime | None:
    """The moment that a text names; without a zone where the text has none.

    Args:
        text: a date with a time of day, in any language that is known here.
        day_first: how 3/4/2025 is meant; None: not known, so it is not read.

    Returns:
        None where the text is no date with a time of day, or more than one could be meant.

    >>> read_time("Sunday, 29 November 2026, 7:27 PM"), read_time("3 mars 2025 2145")
    (datetime.datetime(2026, 11, 29, 19, 27), datetime.datetime(2025, 3, 3, 21, 45))
    >>> read_time("3/4/2025 9:59 AM")
    """
    plain = _plain(text[:_LONGEST])
    if matched := _ISO.fullmatch(plain):
        return _iso(*matched.groups())
    rest = _HALF.sub(r" \1\2 ", plain)
    clock, rest = _clock_of(rest)
    if clock is None:
        return None
    hour, minute, second = clock
    half = _half_of(rest)
    # some languages write "19:27 PM" and "00:05 AM"
    if half == "both" or (half == "pm" and hour == 0):
        return None
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    date = _date_of(rest, day_first)
    if date is None:
        return None
    try:
        return datetime(*date, hour, minute, second, tzinfo=UTC if _UTC.search(rest) else None)
    except ValueError:
        return None


def day_first(texts: Iterable[str]) -> bool | None:
    """How 3/4/2025 is meant in one download, by those of its dates that can be meant in one way only."""
    seen = {
        first
        for text in texts
        for first in (True, False)
        if read_time(text, day_first=first) and not read_time(text, day_first=not first)
    }
    return seen.pop() if len(seen) == 1 else None


def _iso(day: str, clock: str, fraction: str | None, zone: str | None) -> datetime | None:
    offset = {"z": "+00:00", "utc": "+00:00"}.get(zone or "", zone or "")
    try:
        return datetime.fromisoformat(f"{day}T{clock}{'.' + fraction[:6].ljust(6, '0') if fraction else ''}{offset}")
    except ValueError:
        return None


def _clock_of(text: str) -> tuple[tuple[int, int, int] | None, str]:
    """The time of day, and the text without it."""
    dates = [match.span() for match in _DATE.finditer(text)]
    found = [one for one in _CLOCK.finditer(text) if not any(start <= one.start() < end for start, end in dates)]
    if not found:
        # the year, which has four digits too, stands before the time
        found = list(_SQUEEZED.finditer(text))[1:][-1:]
    if len(found) != 1:
        return None, text
    matched = found[0]
    second = matched[3] if matched.re is _CLOCK else None
    rest = f"{text[: matched.start()]} {text[matched.end() :]}"
    return (int(matched[1]), int(matched[2]), int(second or 0)), rest


def _half_of(text: str) -> str:
    words = set(_WORD.findall(text))
    # 上午 and 午後 stand without a blank beside other characters
    found = {
        name
        for name, known in (("am", _words().am), ("pm", _words().pm))
        if words & known or any(word in text for word in known if word >= _EAST)
    }
    return "both" if len(found) > 1 else next(iter(found), "")


def _date_of(text: str, day_first: bool | None) -> tuple[int, int, int] | None:
    words = _WORD.findall(text)
    months = [_words().months[word] for word in words if word in _words().months]
    if len(set(months)) > 1 and words[0] in _words().months and text.lstrip().startswith(words[0]):
        # "mar. 4 nov": a weekday that is a month elsewhere
        months = months[1:]
    if numbered := _NUMBERED.search(text):
        months = [int(numbered[1])]
        text = f"{text[: numbered.start()]} {text[numbered.end() :]}"
    numbers = [int(number) for number in _NUMBER.findall(text)]
    years = [number for number in numbers if 1990 <= number < 2100]
    if len(years) != 1 or len(set(months)) > 1:
        return None
    year = years[0]
    others = [number for number in numbers if number != year]
    if months:
        return (year, months[0], others[0]) if len(others) == 1 else None
    if len(others) != 2:
        return None
    one, two = others
    if numbers[0] == year:
        return year, one, two
    if numbers[-1] != year:
        return None
    if day_first is None and max(one, two) > 12:
        day_first = one > 12
    if _DOTTED.search(text) or day_first:
        return year, two, one
    return None if day_first is None else (year, one, two)
