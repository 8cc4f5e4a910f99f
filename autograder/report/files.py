"""Writes the pages, each to a temporary file and then renamed."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.model import Run
from autograder.report import pages
from autograder.report.names import page_name
from autograder.report.table import write_atomically


def write_pages(run: Run, folder: Path, *, similarity: bool = True, language: str = "en") -> None:
    """Write ``report.html`` and ``feedback/<key>.html`` into ``folder``.

    Raises:
        UsageError: a file cannot be written.
    """
    for result in run.results:
        page = pages.student_page(run, result, language=language)
        write_atomically(folder / page_name(result), page.encode())
    write_atomically(folder / "report.html", pages.class_page(run, similarity=similarity, language=language).encode())


def write_course(runs: Sequence[Run], folder: Path, *, homes: Sequence[Path] = (), language: str = "en") -> None:
    """Write ``course.html`` for several assignments into ``folder``, with links into ``homes``, each run's folder.

    Raises:
        UsageError: the file cannot be written.
    """
    near = [Path(os.path.relpath(home, folder)).as_posix() for home in homes]
    write_atomically(folder / "course.html", pages.course_page(runs, homes=near, language=language).encode())


def schema_json() -> str:
    """The JSON schema of ``results.json``, made from the records that are written into it."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Run)), indent=2).decode()
