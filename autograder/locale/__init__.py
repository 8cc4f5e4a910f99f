"""Which language a person reads, and the sentences in it.

One folder per language; a new one is one ``.po`` file (``CONTRIBUTING.md`` says how). The English sentences are the
keys, so English needs no file.
"""

import gettext as _gettext
import os
from functools import lru_cache
from pathlib import Path

DOMAIN = "autograder"
FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def available() -> tuple[str, ...]:
    """Codes of the languages that can be chosen.

    >>> {"de", "en"} <= set(available())
    True
    """
    return tuple(sorted({"en", *(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))}))


_preferred: str | None = None


def prefer(language: str | None) -> None:
    """From now on the language of this process, where nobody asks for another: a course's, for its notebook."""
    global _preferred
    _preferred = language


def chosen(language: str | None = None) -> str:
    """The language to use: the first of the argument, ``AUTOGRADER_LANGUAGE``, the course's, the machine's, English.

    The course's is set by :func:`prefer`; the machine's is in ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``, in this order,
    as POSIX has it. A language that has no file reads as English; so does ``C``.

    >>> chosen("de_AT.UTF-8")
    'de'
    >>> chosen("xx")
    'en'
    """
    if language in available():  # as nearly always, and for every sentence
        return language
    wanted = language or os.environ.get("AUTOGRADER_LANGUAGE") or _preferred or _machines()
    code = wanted.replace("-", "_").split(".")[0].split("_")[0].lower()
    return code if code in available() else "en"


def _machines() -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((found for name in names if (found := os.environ.get(name))), "en")


@lru_cache(maxsize=16)
def _translations(code: str) -> _gettext.NullTranslations:
    return _gettext.translation(DOMAIN, FOLDER, languages=[code], fallback=True)


def translate(message: str, language: str | None = None) -> str:
    """The sentence in the chosen language; the English one where nobody has translated it.

    >>> translate("Correct.", "de")
    'Richtig.'
    """
    # gettext("") is the header of the file
    return _translations(chosen(language)).gettext(message) if message else ""


def catalogue(language: str | None = None) -> _gettext.NullTranslations:
    """Every sentence of one language, for a template engine."""
    return _translations(chosen(language))
