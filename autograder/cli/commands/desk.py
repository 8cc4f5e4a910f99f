"""``autograder desk``: decide by hand in a browser."""

import asyncio
import getpass
import signal
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.errors import GradedAgainError, UsageError
from autograder.locale import available

if TYPE_CHECKING:
    from autograder.batch.journal import Order
    from autograder.desk import Desk, Place


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("grades"))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of this machine [default: any that is free].")
@click.option("--no-open", is_flag=True, help="Print the address and open no browser.")
@click.option("--who", default=None, help="Whose decisions these are [default: your account's name].")
@click.option(
    "--rubric",
    "rubric_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where comments are kept [default: rubric.json with the assignment].",
)
@click.option("--language", default=None, metavar="|".join(available()), help="Of the pages; default: as the run's.")
def desk(
    folder: Path, port: int, no_open: bool, who: str | None, rubric_file: Path | None, language: str | None
) -> int:
    """Decide in a browser what the machine cannot, and anything else: question by question, equal answers at once.

    The page is on this machine only. Every decision is in FOLDER's journal the moment it is made, and that student's
    page is drawn anew; Ctrl-C ends the desk and writes table, class page and the LMS's files.
    """
    from autograder.batch.journal import order_of
    from autograder.desk import Desk, Painter, Place, serve
    from autograder.locale import chosen

    order = order_of(folder)
    if order is None:
        raise UsageError(f"{folder} does not say how it was graded: give the command of `autograder grade` again")
    place_of_rubric = rubric_file or _rubric_file(order, folder)
    whose = who or getpass.getuser()

    def opened() -> Desk:
        return Desk(folder, who=whose, rubric_file=place_of_rubric)

    first = opened()
    painter = Painter(folder, lambda: _assignment(order), order.sandbox, order.limits, failed=_say)
    place = Place(first, painter, chosen(language or first.folder.run.facts.language or None), reopened=opened)

    def started(address: str) -> None:
        click.echo(f"the desk: {address}")
        click.echo(f"comments are kept in {place_of_rubric}; Ctrl-C ends the desk and writes all files")
        if not no_open:
            webbrowser.open(address)

    async def run() -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        await serve(place, port, started, stopped)

    try:
        asyncio.run(run())
    finally:
        painter.close()
        place.desk.close()
    return _end(place, folder)


def _write(opened: "Desk") -> int:
    """Bring every file up to what was decided; how many answers are still open."""
    if opened.book.overrides or opened.book.rulings:
        opened.write()
    return sum(one.open for one in opened.progress())


def _say(line: str) -> None:
    from autograder.report.pages import plain

    click.echo(plain(line), err=True)


def _end(place: "Place", folder: Path) -> int:
    from autograder.cli import NEEDS_A_PERSON

    try:
        try:
            left = _write(place.desk)
        except GradedAgainError:
            place.reopen()
            left = _write(place.desk)
            place.desk.close()
    except UsageError as error:
        raise UsageError(f"{error}; what was decided is kept, and whoever grades into the folder writes it") from error
    if place.desk.book.overrides or place.desk.book.rulings:
        click.echo(f"wrote {folder / 'grades.csv'}, the class page and the LMS's files")
    if left:
        click.echo(f"{left} still open: autograder desk {folder}")
    return NEEDS_A_PERSON if left else 0


def _assignment(order: "Order") -> Path | None:
    """Where the tests lie; None where they are not there any more."""
    from autograder.cli.class_run import find_assignment

    try:
        return find_assignment(order.assignment).path
    except UsageError:
        return None


def _rubric_file(order: "Order", folder: Path) -> Path:
    """With the assignment, so that next year has it: beside its source, or beside its zip or folder.

    Never in such a folder: everything there is part of the assignment, and another file makes it another one.
    """
    from autograder.build import assignment_meant, in_course

    given = Path(order.assignment)
    if given.exists() and in_course(given) is None:
        return given.with_name(f"{given.stem}.rubric.json")
    try:
        root, name = assignment_meant(order.assignment)
        source = root / "solutions" / name
    except UsageError:
        source = folder
    return (source if source.is_dir() else folder) / "rubric.json"
