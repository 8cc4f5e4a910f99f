"""Writes the pages, each to a temporary file and then renamed. A page that cannot be drawn is a page that says so."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from autograder.model import Run
from autograder.report import pages
from autograder.report.names import display_name, page_names
from autograder.report.pages import plain
from autograder.report.table import write_atomically
from autograder.untrusted import guarded


def write_pages(run: Run, folder: Path, *, similarity: bool = True, language: str = "en") -> tuple[str, ...]:
    """Write ``report.html`` and ``feedback/<key>.html`` into ``folder``; of group work a page for each.

    Returns:
        A line for each page that could not be drawn, and so only says that and the score.

    Raises:
        UsageError: a file cannot be written.
    """
    undrawn: list[str] = []

    def write(name: str, whose: str, draw: Callable[[], str], instead: Callable[[], str]) -> None:
        def say_so(why: str) -> str:
            undrawn.append(f"{name}: the page of {whose} could not be drawn ({why}); please report it")
            return instead()

        page = guarded(draw, otherwise=say_so)
        write_atomically(folder / name, page.encode(errors="replace"))

    for result in run.results:
        for name in page_names(result):
            write(
                name,
                plain(display_name(result)),
                partial(pages.student_page, run, result, language=language),
                partial(pages.undrawn_page, run, result, language=language),
            )
    write(
        "report.html",
        "the class",
        partial(pages.class_page, run, similarity=similarity, language=language),
        partial(pages.undrawn_page, run, language=language),
    )
    return tuple(undrawn)


def write_course(
    runs: Sequence[Run], folder: Path, *, homes: Sequence[Path] = (), language: str = "en"
) -> tuple[str, ...]:
    """Write ``course.html`` for several assignments into ``folder``, with links into ``homes``, each run's folder.

    Returns:
        A line where the page could not be drawn, and so only says that.

    Raises:
        UsageError: the file cannot be written.
    """
    near = [Path(os.path.relpath(home, folder)).as_posix() for home in homes]
    undrawn: list[str] = []

    def say_so(why: str) -> str:
        undrawn.append(f"course.html could not be drawn ({why}); please report it")
        return pages.undrawn_page(runs[0], language=language)

    page = guarded(partial(pages.course_page, runs, homes=near, language=language), otherwise=say_so)
    write_atomically(folder / "course.html", page.encode(errors="replace"))
    return tuple(undrawn)


def schema_json() -> str:
    """The JSON schema of ``results.json``, made from the records that are written into it."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Run)), indent=2).decode()
