"""A sandbox with small limits that the sandbox's tests share, and notebooks for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import msgspec
import pytest

from autograder.errors import SandboxError
from autograder.sandbox import Cell, Limits, Program, Sandbox, Student
from autograder.sandbox.jail import bubblewrap as jail
from tests import SUBMISSIONS

HOSTILE = SUBMISSIONS / "hostile"

SMALL = Limits(
    cpu_seconds=300,
    wall_seconds=600,
    cell_seconds=300,
    call_seconds=120,
    grace_seconds=30,
    memory_mb=600,
    processes=32,
    open_files=128,
    output_mb=60,
)
"""Small in space, which is the same on every machine; so wide in time that no limit strikes on a slow or busy one."""


def but(**limits: float) -> Limits:
    """``SMALL`` with other limits: small are only those that a test wants to strike."""
    return msgspec.structs.replace(SMALL, **limits)


@cache
def why_no_jail() -> str | None:
    """Why this machine cannot build the jail; None when it can."""
    try:
        jail.find()
    except SandboxError as error:
        return str(error)
    return None


needs_jail = pytest.mark.skipif(why_no_jail() is not None, reason="this machine has no user namespaces")


def program(*cells: str, checks: tuple[str, ...] = (), files: dict[str, str] | None = None) -> Program:
    """Cells numbered from 0; ``checks`` belong to the last."""
    last = len(cells) - 1
    numbered = (Cell(source, place, checks if place == last else ()) for place, source in enumerate(cells))
    return Program(tuple(numbered), files or {})


def notebook(name: str) -> Program:
    """The code cells of a notebook under ``submissions/hostile``."""
    content = json.loads((HOSTILE / f"{name}.ipynb").read_text())
    cells = [
        Cell("".join(cell["source"]), place)
        for place, cell in enumerate(content["cells"])
        if cell["cell_type"] == "code"
    ]
    return Program(tuple(cells))


@contextmanager
def ran(sandbox: Sandbox, *cells: str, limits: Limits | None = None) -> Iterator[Student]:
    """A submission whose cells have been run, no check answered."""
    with sandbox.start(program(*cells), limits) as student:
        for asked in student.run():
            student.answer(asked, "")
        yield student
