"""The list of mutants that no test kills and that somebody has looked at: ``survivors.toml``."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Survivor:
    """One change. ``before`` and ``after`` are the changed line, so that the entry outlives moves within the file."""

    path: str
    before: str
    after: str
    equivalent: bool
    """Nothing that anybody can see changes; else a test could be written and ``reason`` says why there is none."""
    reason: str


def survivors(file: Path) -> dict[tuple[str, str, str], Survivor]:
    with file.open("rb") as handle:
        entries = [Survivor(**entry) for entry in tomllib.load(handle).get("survivor", [])]
    return {(entry.path, entry.before, entry.after): entry for entry in entries}


def key(path: str, diff: str) -> tuple[str, str, str]:
    """What an entry is found by, from a diff without context."""
    changed = diff.splitlines()[2:]
    return path, _side(changed, "-"), _side(changed, "+")


def _side(lines: list[str], mark: str) -> str:
    return "\n".join(_stripped(lines, mark))


def _stripped(lines: list[str], mark: str) -> Iterator[str]:
    return (line[1:].strip() for line in lines if line.startswith(mark))
