"""The call that made a folder: what ``autograder grade`` was asked for, kept in the journal to be repeated."""

from pathlib import Path
from typing import Any

import msgspec

from autograder.batch.journal.database import Journal
from autograder.errors import UsageError
from autograder.model import Record
from autograder.sandbox.limits import Limits
from autograder.untrusted import whole_in

LOCAL = "local"
_ORDER = "order"
"""Under this name the journal keeps it."""


class Order(Record, frozen=True, kw_only=True):
    """What one call of ``autograder grade`` asks for; the options of the same names say what each means."""

    assignment: str
    submissions: tuple[str, ...]
    out: Path
    rosters: tuple[Path, ...] = ()
    lms: tuple[str, ...] = ()
    id_column: str | None = None
    name_column: str | None = None
    column: str | None = None
    scale: bool = False
    missing: str = "blank"
    policy: Path | None = None
    groups: Path | None = None
    replace: tuple[tuple[str, Path], ...] = ()
    swap: tuple[tuple[str, str], ...] = ()
    executor: str = LOCAL
    jobs: int | None = None
    sandbox: str = "bwrap"
    limits: Limits = Limits()
    seed: int = 0
    force: bool = False
    only: tuple[str, ...] = ()
    similarity: bool = True
    dry_run: bool = False
    solution: Path | None = None
    as_otter: bool = False
    language: str | None = None
    command: str = ""


def order_as_kept(order: Order) -> tuple[str, str]:
    """Name and text under which the journal keeps the same call from any folder, for all of the class."""

    def full(path: Path | None) -> Path | None:
        return None if path is None else path.resolve()

    whole_class = msgspec.structs.replace(
        order,
        assignment=str(Path(order.assignment).resolve()) if Path(order.assignment).exists() else order.assignment,
        submissions=tuple(str(Path(path).resolve()) for path in order.submissions),
        rosters=tuple(path.resolve() for path in order.rosters),
        policy=full(order.policy),
        groups=full(order.groups),
        replace=tuple((who, path.resolve()) for who, path in order.replace),
        solution=full(order.solution),
        force=False,
        only=(),
        dry_run=False,
    )
    return _ORDER, msgspec.json.encode(whole_in(msgspec.to_builtins(whole_class, enc_hook=str))).decode()


def order_in(journal: Journal) -> Order | None:
    """The call that an open journal holds; None without one."""
    held = journal.fact(_ORDER)
    return None if held is None else msgspec.json.decode(held, type=Order, dec_hook=_path)


def order_of(out: Path) -> Order | None:
    """The call that the journal of this folder holds; None without one."""
    if not (out / "journal.db").is_file():
        return None
    with Journal(out / "journal.db") as journal:
        return order_in(journal)


def remembered(out: Path) -> Order:
    """The call of ``autograder grade`` that wrote this folder, to be made again.

    Raises:
        UsageError: there was none, or its files have moved.
    """
    order = order_of(out)
    if order is None:
        raise UsageError(f"{out} does not say how it was graded: give the command of `autograder grade` again")
    files = (*map(Path, order.submissions), *order.rosters, *(path for _, path in order.replace))
    gone = [path for path in (*files, *_if_any(order.policy), *_if_any(order.groups)) if not path.exists()]
    if gone:
        raise UsageError(
            f"{gone[0]} is not there any more: give the command of `autograder grade` again with its new place"
        )
    return msgspec.structs.replace(order, out=out)


def _if_any(path: Path | None) -> list[Path]:
    return [] if path is None else [path]


def _path(kind: type, value: Any) -> Path:
    """Paths were written as text."""
    return Path(str(value))
