"""Every sentence that a student can read, and the words of the pages, for translators.

``python -m autograder.feedback.translations`` writes the template (``autograder.pot``), brings every language's ``.po``
up to date with it and compiles the ``.mo`` files. It needs Babel, which the test requirements bring. A new language is
one file: copy the template to ``autograder/locale/<language>/LC_MESSAGES/autograder.po``, translate, run this.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.feedback import notebook, sentences
from autograder.feedback.figures import FIGURES
from autograder.locale import DOMAIN, FOLDER
from autograder.mistakes import MISTAKES
from autograder.mistakes import sentences as hints

TEMPLATE = FOLDER / f"{DOMAIN}.pot"


PAGES = FOLDER.parent / "report"
POLICY = FOLDER.parent / "lms" / "policy" / "words.py"
BUNDLE = FOLDER.parent / "bundle"
DESK = FOLDER.parent / "desk"
JOURNAL = FOLDER.parent / "batch" / "journal"
PARSER = FOLDER.parent / "expressions"
_RAISED = {"fault": None, "error": None, "ParseError": None, "ExpressionError": None}
_MARKED = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
"""How the pages mark a sentence for translation."""


def messages() -> list[str | tuple[str, str]]:
    """Every English sentence that a student reads or a page shows, once, in the files' order; a pair has a plural."""
    found: dict[str | tuple[str, str], None] = {}
    for row in (*sentences.STUDENT.values(), *sentences.GRADED.values()):
        found.update(dict.fromkeys(row))
    found.update(dict.fromkeys(sentences.TRY.values()))
    found.update(dict.fromkeys(sentences.OTHERS))
    found.update(dict.fromkeys(sentences.WORDS))
    found.update(dict.fromkeys(sentences.FOR_THE_TA))
    for figure in FIGURES.values():
        found.update(dict.fromkeys(figure))
    found.update(dict.fromkeys(notebook.SENTENCES))
    found.update(dict.fromkeys(hints()))
    found.update(dict.fromkeys(_of_the_parser()))
    found.update(dict.fromkeys(entry.title for entry in MISTAKES.values()))
    found.update(dict.fromkeys(_on_pages()))
    return list(found)


def _of_the_parser() -> Iterator[str]:
    """Why text is no formula: the first argument of each call that raises."""
    from babel.messages.extract import extract_from_file

    for name in (
        "text/lexer",
        "text/parser",
        "text/calls",
        "text/factors",
        "text/latex",
        "text/environments",
        "text/made",
        "text/vectors",
        "text/sides",
        "text/brackets",
        "build",
    ):
        for _, message, _, _ in extract_from_file("python", PARSER / f"{name}.py", keywords=_RAISED):
            assert isinstance(message, str)
            yield message


def _on_pages() -> Iterator[str | tuple[str, str]]:
    """What the pages and a policy's words mark: read as files, because that room may import this one only."""
    from babel.messages.extract import extract_from_file
    from jinja2.ext import babel_extract

    templates = [path for room in (PAGES / "pages", DESK) for path in sorted((room / "templates").glob("*.j2"))]
    sources: list[tuple[Any, Path]] = [(babel_extract, path) for path in templates]
    modules = [path for room in (PAGES, BUNDLE, DESK, JOURNAL) for path in sorted(room.rglob("*.py"))]
    sources += [("python", path) for path in (*modules, POLICY)]
    for method, path in sources:
        for _, message, _, _ in extract_from_file(method, path, keywords=_MARKED):
            yield message if isinstance(message, str) else (message[0], message[1])


def template() -> bytes:
    """The ``.pot`` file."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    catalog = Catalog(project="nabla-autograder", header_comment="# Sentences that students read.", fuzzy=False)
    for message in messages():
        catalog.add(message)
    return _without_dates(_written(write_po, catalog))


def updated(po: bytes, language: str) -> bytes:
    """A language's file with every message of the template, in its order; what is gone is left out.

    The language is its folder's: a file that was begun as a copy of the template does not name one, and the plural's
    forms follow from it.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    old = read_po(io.BytesIO(po), locale=language)
    new = Catalog(locale=language, project="nabla-autograder", header_comment=old.header_comment, fuzzy=False)
    for message in messages():
        before = old.get(message if isinstance(message, str) else message[0])
        new.add(message, before.string if before is not None else "")
    return _without_dates(_written(write_po, new))


def compiled(po: bytes) -> bytes:
    """The ``.mo`` file of a ``.po`` file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalog = read_po(io.BytesIO(po))
    # Babel writes the time of day into the header otherwise
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _written(write: object, catalog: object) -> bytes:
    buffer = io.BytesIO()
    assert callable(write)
    write(buffer, catalog, width=100, omit_header=False)
    return buffer.getvalue()


def _without_dates(po: bytes) -> bytes:
    """The same bytes for the same sentences, whenever they are written."""
    drop = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Generated-By', b'"Last-Translator', b'"Language-Team')
    return b"".join(line for line in po.splitlines(keepends=True) if not line.startswith(drop))


def files() -> list[Path]:
    """The ``.po`` file of each language."""
    return sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def main() -> None:
    """Write the template and bring all languages up to date."""
    TEMPLATE.write_bytes(template())
    for path in files():
        path.write_bytes(updated(path.read_bytes(), path.parent.parent.name))
        path.with_suffix(".mo").write_bytes(compiled(path.read_bytes()))


if __name__ == "__main__":
    main()
