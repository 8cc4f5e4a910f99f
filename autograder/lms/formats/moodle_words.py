"""What Moodle's columns are called: ``moodle.toml`` read and asked."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Headings", "View", "all_words", "heading", "headings", "note", "value_of", "view_of", "words"]

_TAG = re.compile(r"<[^<>]*>")
_GRADE = re.compile(r"^(?P<name>.+?)\s*\((?P<view>[^()]*)\)$", re.DOTALL)
_WIDE = str.maketrans("：（）", ":()")
_VIEWS = ("feedback", "points", "percentage", "letter")


class Headings(NamedTuple):
    """The columns of one file."""

    language: str | None
    """In which most of them are; None: in none that is known here."""
    columns: dict[str, int]
    """Field of ``moodle.toml`` → index."""


class View(NamedTuple):
    """A column of the gradebook."""

    title: str
    """As people know it, without the kind of activity."""
    view: str | None
    """``points``, ``percentage``, ``letter`` or ``feedback``; None: in no language that is known here."""
    named: bool
    """The kind of activity stands before the title."""


@cache
def _data() -> dict[str, dict[str, tuple[str, ...]]]:
    text = files("autograder.lms.formats").joinpath("moodle.toml").read_text(encoding="utf-8")
    return {
        language: {field: (value,) if isinstance(value, str) else tuple(value) for field, value in entry.items()}
        for language, entry in tomllib.loads(text).items()
    }


def heading(text: str) -> str:
    r"""A heading in the form in which headings are compared.

    Without markup, no-break spaces, marks of direction and full-width forms, which differ from one release to the next.

    >>> heading("Aufgabe:\xa0hw01") == heading("aufgabe: HW01"), heading("作业：hw01（分数）")
    (True, '作业:hw01(分数)')
    """
    shown = unicodedata.normalize("NFKC", _TAG.sub(" ", text))
    shown = "".join(c for c in shown if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", shown).casefold().split()).rstrip(" .")


@cache
def words(language: str, field: str) -> frozenset[str]:
    """The wordings of a field in one language, as :func:`heading` gives them."""
    return frozenset(map(heading, _data().get(language, {}).get(field, ())))


@cache
def all_words(field: str) -> frozenset[str]:
    """The wordings of a field in every language."""
    return frozenset(word for language in _data() for word in words(language, field))


def note(language: str | None) -> str:
    """What to know of Moodle in a language; empty where there is nothing."""
    return " ".join(_data().get(language or "", {}).get("note", ()))


def headings(header: Sequence[str], fields: Sequence[str]) -> Headings:
    """Which column is which.

    Args:
        header: the cells of the header row.
        fields: what to look for, the most telling first.
    """
    cells = [heading(cell) for cell in header]

    def found(language: str) -> dict[str, int]:
        columns: dict[str, int] = {}
        for field in fields:
            places = (at for at, cell in enumerate(cells) if cell in words(language, field))
            at = next((at for at in places if at not in columns.values()), None)
            if at is not None:
                columns[field] = at
        return columns

    by_language = {language: found(language) for language in _data()}
    language = max(by_language, key=lambda one: len(by_language[one]))
    columns = by_language[language]
    known = bool(columns)
    # a regional pack words some of them otherwise
    for field in fields:
        if field not in columns:
            places = (at for at, cell in enumerate(cells) if cell in all_words(field))
            at = next((at for at in places if at not in columns.values()), None)
            if at is not None:
                columns[field] = at
    return Headings(language if known else None, columns)


def view_of(cell: str) -> View | None:
    r"""The gradebook's column of this heading: ``Assignment: hw01 (Real)``; None when it is none.

    >>> view_of("Devoir\xa0hw01 (Brut)")
    View(title='hw01', view='points', named=True)
    >>> view_of("作业：hw01（反馈）").view, view_of("Room (3)")
    ('feedback', None)
    """
    matched = _GRADE.match(cell.strip().translate(_WIDE))
    if not matched:
        return None
    view = next((one for one in _VIEWS if heading(matched["view"]) in all_words(one)), None)
    name = " ".join(matched["name"].split())
    # French has only a no-break space after the kind of activity
    kind, _, rest = matched["name"].replace("\u202f", "\xa0").partition("\xa0")
    if rest.strip() and heading(kind) in _unmarked():
        return View(" ".join(rest.split()), view, True)
    kind, colon, rest = name.partition(":")
    if colon and kind.strip() and rest.strip():
        return View(rest.strip(), view, True)
    return None if view is None else View(name, view, False)


@cache
def _unmarked() -> frozenset[str]:
    """The word for assignment in the languages that put no mark between it and the title."""
    return frozenset(
        word for language in _data() if "" in words(language, "separator") for word in words(language, "assignment")
    )


def value_of(text: str, language: str | None, field: str) -> str | None:
    """What stands in the place of ``{}`` when a text is one of a field's sentences; None when it is none.

    >>> value_of("30 mins late", "en", "late")
    '30 mins'
    >>> value_of("Extension granted until: Monday", "en", "extension")
    'monday'
    """
    for sentence in all_words(field) if language is None else words(language, field):
        before, _, after = sentence.partition("{}")
        plain = heading(text)
        if plain.startswith(before) and plain.endswith(after) and len(plain) > len(before) + len(after):
            return plain[len(before) : len(plain) - len(after)].strip(" '\"")
    return None
