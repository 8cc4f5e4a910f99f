"""``autograder grade --watch``: grade what arrives in a drop folder, until somebody stops it.

Each round is the same call as without ``--watch``: what was graded before is in the journal. Between two rounds only
the workers stay, with what they have imported and loaded: a notebook that arrives does not wait for their start, not
even the first one.
"""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import click
import msgspec

from autograder.batch import LOCAL, standing_workers
from autograder.batch.journal import Order
from autograder.cli.class_run import make_ready
from autograder.errors import UsageError

LOOK_SECONDS = 0.5
"""Between two looks into the folder; what is the same at both has been copied to its end."""

State = dict[str, tuple[int, int, int]]
"""Path of a file → its size, when it was written, and which file it is: of two that were unpacked from one zip, all but
that may be the same."""


class Run(Protocol):
    """One round: ``run`` of :mod:`autograder.cli.commands.grade`."""

    def __call__(self, order: Order, *, workers: Executor | None) -> int: ...


def watch_folders(order: Order, run: Run) -> int:
    """Grade now, and again whenever a file has come, gone or changed; at Ctrl-C return the last exit status.

    Raises:
        UsageError: before the first round and in it. Later ones are told, and the next change is waited for: somebody
            may just be copying into the folder.
    """
    status, before, graded = 0, State(), State()
    with _workers(order) as workers, suppress(KeyboardInterrupt):
        if workers is not None:
            make_ready(order, workers)
        click.echo(f"watching {', '.join(order.submissions)}; Ctrl-C ends it", err=True)
        while True:
            now = state(order.submissions)
            if now == before and now != graded:
                try:
                    status = run(order, workers=workers)
                except UsageError as error:
                    if not graded:
                        raise
                    click.echo(f"{error}; waiting for the next change", err=True)
                graded = now
                order = msgspec.structs.replace(order, force=False, only=())
            before = now
            time.sleep(LOOK_SECONDS)
    return status


def state(paths: Iterable[str]) -> State:
    """Every file below the paths, as it is now; hidden ones, which programs write while they copy, are left out."""
    found = State()
    for path in (file for given in paths for file in _files(Path(given))):
        with suppress(OSError):  # it has just gone
            about = path.stat()
            found[str(path)] = about.st_size, about.st_mtime_ns, about.st_ino
    return found


def _files(given: Path) -> Iterator[Path]:
    if given.is_file():
        yield given
    for path in given.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(given).parts):
            yield path


@contextmanager
def _workers(order: Order) -> Iterator[Executor | None]:
    """Processes for all rounds; those of a Dask scheduler stay by themselves."""
    if order.executor != LOCAL:
        yield None
        return
    workers = standing_workers(order.limits, order.jobs)
    try:
        yield workers
    except BaseException:
        workers.kill()
        raise
    workers.shutdown()
