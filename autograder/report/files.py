"""Writes the pages, each to a temporary file and then renamed. A page that cannot be drawn is a page that says so."""

import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec

from autograder.model import Record, Run, SubmissionResult
from autograder.report import pages
from autograder.report.names import display_name, page_names
from autograder.report.pages import plain
from autograder.report.statistics import Similar, similar_pairs
from autograder.report.table import write_atomically
from autograder.untrusted import guarded

CLASS_PAGE = "report.html"
Figures = Callable[[SubmissionResult], Mapping[str, Sequence[str]]]


def write_pages(
    run: Run, folder: Path, *, similarity: bool = True, language: str = "en", figures: "Figures" = lambda result: {}
) -> tuple[str, ...]:
    """Write ``report.html`` and ``feedback/<key>.html`` into ``folder``; of group work a page for each.

    Args:
        figures: question → addresses of its figures, for each submission.

    Returns:
        A line for each page that could not be drawn, and so only says that and the score.

    Raises:
        UsageError: a file cannot be written.
    """
    undrawn = [
        line
        for result in run.results
        for line in write_student(run, result, folder, language=language, figures=figures(result))
    ]
    pairs = similar_pairs(run) if similarity else []
    return (*undrawn, *write_class_page(run, folder, similar=pairs, language=language))


def write_student(
    run: Run,
    result: SubmissionResult,
    folder: Path,
    *,
    language: str = "en",
    figures: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[str, ...]:
    """Write the page of one submission, of group work the same for each member: see :func:`write_pages`."""
    drawn = _Drawn(
        whose=plain(display_name(result)),
        draw=partial(pages.student_page, run, result, language=language, figures=figures),
        instead=partial(pages.undrawn_page, run, result, language=language),
    )
    return drawn.write(folder, page_names(result))


def write_class_page(
    run: Run, folder: Path, *, similar: Sequence[Similar] = (), language: str = "en"
) -> tuple[str, ...]:
    """Write ``report.html``: see :func:`write_pages`."""
    drawn = _Drawn(
        whose="the class",
        draw=partial(pages.class_page, run, similar=similar, language=language),
        instead=partial(pages.undrawn_page, run, language=language),
    )
    return drawn.write(folder, [CLASS_PAGE])


class _Drawn(Record, frozen=True, kw_only=True):
    whose: str
    draw: Callable[[], str]
    instead: Callable[[], str]
    """Where it cannot be drawn."""

    def write(self, folder: Path, names: Sequence[str]) -> tuple[str, ...]:
        undrawn: list[str] = []

        def say_so(why: str) -> str:
            undrawn.append(f"{names[0]}: the page of {self.whose} could not be drawn ({why}); please report it")
            return self.instead()

        page = guarded(self.draw, otherwise=say_so).encode(errors="replace")
        for name in names:
            write_atomically(folder / name, page)
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
    schema = msgspec.json.schema(Run)
    for record in schema["$defs"].values():
        if "description" in record:
            record["description"] = inspect.cleandoc(record["description"])  # as Python 3.13 does while it compiles
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()
