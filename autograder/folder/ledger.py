"""What each file of a folder was made from, so that none is made twice.

A file's entry is taken out before the file is written and put back after it, so that whatever stops the run, an entry
never tells of bytes that are not there; a file that somebody changed or removed is made again.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from autograder.folder.kept import HIDDEN
from autograder.report import write_atomically

_DRAWING = ("report", "feedback", "mistakes", "locale", "folder", "model", "untrusted.py")
"""Rooms whose files say what a page looks like."""
_LIBRARIES = ("jinja2", "pygments", "markdown-it-py", "mdit-py-plugins", "latex2mathml")

Entry = tuple[str, int, int]
"""Digest of what it was made from; size and time of the file."""


class Ledger:
    """The entries of one folder.

    Args:
        folder: which the files' names are relative to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / HIDDEN / "made.json"
        try:
            self._entries = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Entry])
        except (OSError, msgspec.MsgspecError):
            self._entries = {}

    def stale(self, wanted: Mapping[str, str]) -> list[str]:
        """Names whose file is not the one made from ``wanted``: name → digest."""
        return [name for name, digest in wanted.items() if self._entries.get(name) != (digest, *self._seen(name))]

    def made_from(self, name: str) -> str | None:
        """The digest of what the file was made from; None where that is not known."""
        entry = self._entries.get(name)
        return None if entry is None or entry[1:] != self._seen(name) else entry[0]

    def forget(self, names: Iterable[str]) -> None:
        """Before these files are written."""
        held = [name for name in names if self._entries.pop(name, None) is not None]
        if held:
            self._write()

    def remember(self, made: Mapping[str, str]) -> None:
        """After these files were written: name → digest."""
        self._entries |= {name: (digest, *self._seen(name)) for name, digest in made.items()}
        self._write()

    def _seen(self, name: str) -> tuple[int, int]:
        try:
            found = os.stat(self._folder / name)
        except OSError:
            return -1, -1
        return found.st_size, found.st_mtime_ns

    def _write(self) -> None:
        write_atomically(self._path, msgspec.json.encode(self._entries))


def digest(*parts: object) -> str:
    """Of what a file is made from: records and plain values, and of what makes it."""
    whole = hashlib.sha256(_drawing())
    whole.update(msgspec.msgpack.encode(parts))
    return whole.hexdigest()


@cache
def _drawing() -> bytes:
    """Which version of the package and of its libraries draws, told by names, sizes and times of files."""
    root = Path(__file__).resolve().parent.parent
    rooms = [root / name for name in _DRAWING]
    files = [path for room in rooms for path in (room.rglob("*") if room.is_dir() else [room])]
    seen = [
        (path.relative_to(root).as_posix(), found.st_size, found.st_mtime_ns)
        for path in sorted(files)
        if path.suffix in (".py", ".j2", ".css", ".js", ".mo") and (found := path.stat())
    ]
    libraries = [(name, version(name)) for name in _LIBRARIES]
    return hashlib.sha256(msgspec.msgpack.encode([seen, libraries])).digest()
