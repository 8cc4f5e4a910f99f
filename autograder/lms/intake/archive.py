"""Unpack a zip that nobody vouches for.

Nothing of an archive is trusted: files are written under numbers of our own, a name is only ever text, sizes are
counted while reading. An entry that cannot be taken is refused by name and the others are unpacked.
"""

import errno
import hashlib
import lzma
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

from autograder.errors import NotebookError, UsageError
from autograder.lms.intake.places import MOST_LEVELS, path_text
from autograder.lms.records import Item

__all__ = ["BULK", "ONE_STUDENT", "Limits", "Unpacked", "ignored", "safe_part", "unpack"]

MB = 1024 * 1024


class Limits(NamedTuple):
    """How much one archive may hold."""

    entries: int
    total: int
    """Bytes unpacked."""
    entry: int
    """Bytes of one file unpacked."""
    ratio: int = 100
    """Unpacked over packed, for files above ``ratio_from`` bytes: a notebook's text packs 10–30 times."""
    ratio_from: int = 64 * MB
    """Below this nothing is a bomb: a loop that prints leaves 40 MB of outputs that pack a thousandfold."""


BULK = Limits(entries=100_000, total=8192 * MB, entry=512 * MB)
ONE_STUDENT = Limits(entries=2_000, total=300 * MB, entry=200 * MB)


class Unpacked(NamedTuple):
    """What came out of an archive."""

    items: list[Item]
    """An entry that was refused is here too, with its problem: its name tells whose it was."""
    folders: list[tuple[str, ...]]
    """Folders named by the archive itself, so that an empty one can be told."""


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What :mod:`zipfile` raises for bytes that are no zip, or no longer."""
_ENTRY = 400
"""Bytes of the list for one file: its record, a long name and what zip programs add."""
_TAIL = 22 + 65_535 + 76
"""The last record of a zip with the longest comment, and the two before it of a large one."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EACCES, errno.EPERM)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?\Z")
_ILLEGAL = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\/\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffe\uffff]')


def ignored(parts: tuple[str, ...]) -> bool:
    """Whether the operating system or Jupyter put this file there, not the student."""
    return any(
        part in ("__MACOSX", ".DS_Store", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini", ".git", "__pycache__")
        or part.startswith("._")
        for part in parts
    )


def safe_part(part: str) -> str:
    r"""One name of a path as it is valid on every file system: NFC, no control characters, no Windows names.

    >>> safe_part("a:b\x00.ipynb"), safe_part("nul.txt"), safe_part("hw01.ipynb. ")
    ('a_b_.ipynb', '_nul.txt', 'hw01.ipynb')
    """
    text = "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else "_" for c in unicodedata.normalize("NFC", part))
    text = _ILLEGAL.sub("_", text).rstrip(". ") or "_"
    if _RESERVED.match(text):
        text = f"_{text}"
    if len(text.encode()) > 230:
        # 255 bytes is the limit of most file systems; the ending says what the file is, so it stays
        stem, dot, ending = text.rpartition(".")
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        ending = dot + ending if 0 < len(ending.encode()) <= 10 and stem else ""
        text = text.encode()[: 210 - len(ending)].decode(errors="ignore") + f"~{mark}{ending}"
    return text


def _name(info: zipfile.ZipInfo) -> str:
    # macOS and some LMSs write UTF-8 without setting the flag that says so; zipfile then reads code page 437
    if not info.flag_bits & 0x800:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            return info.filename
    return info.filename


def _climbs(name: str) -> bool:
    path = name.replace("\\", "/")
    return path.startswith("/") or bool(re.match(r"[A-Za-z]:", path)) or ".." in path.split("/")


def _split(name: str) -> tuple[str, ...]:
    path = re.sub(r"^[A-Za-z]:(?=[\\/])", "", name).replace("\\", "/")
    return tuple(safe_part(part) for part in path.split("/") if part not in ("", ".", ".."))


def unpack(archive: Path, into: Path, *, limits: Limits, source: str) -> Unpacked:
    """Unpack into numbered files under ``into``.

    Args:
        archive: the zip.
        into: folder of ours; created.
        limits: how much is too much.
        source: the archive's name for messages.

    Raises:
        NotebookError: the zip as a whole cannot be read; ``reason`` is ``bad-zip``, ``empty`` or ``zip-bomb``.
    """
    try:
        if _directory_bytes(archive) > limits.entries * _ENTRY:
            raise NotebookError("zip-bomb", f"{source} holds more than {limits.entries:,} files: look at it by hand")
        with zipfile.ZipFile(archive) as opened:
            return _unpack(opened, into, limits, source)
    except _DAMAGE as error:
        what = "is empty (0 bytes)" if archive.stat().st_size == 0 else f"is not a complete zip file ({error})"
        raise NotebookError("bad-zip", f"{source} {what}: download it again, or ask for a new upload") from error
    except OSError as error:
        raise NotebookError(
            "unreadable", f"{source} cannot be read ({error.strerror}): check its permissions"
        ) from error


def _directory_bytes(archive: Path) -> int:
    """How long the archive says that its list of files is: :mod:`zipfile` makes an object of each when it opens one.

    Source: APPNOTE.TXT 6.3.10 §4.3.14–4.3.16, and where CPython's ``zipfile`` looks for the three records.
    """
    with archive.open("rb") as file:
        file.seek(-min(_TAIL, file.seek(0, 2)), 2)
        tail = file.read()
    at = len(tail) - 22 if tail[-22:-18] == b"PK\5\6" and tail[-2:] == b"\0\0" else tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        return 0  # no zip, which its reader says
    whole = tail[max(0, at - 76) : at - 20]
    if tail[max(0, at - 20) : at - 16] == b"PK\6\7" and whole[:4] == b"PK\6\6":
        return int.from_bytes(whole[40:48], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _unpack(opened: zipfile.ZipFile, into: Path, limits: Limits, source: str) -> Unpacked:
    infos = opened.infolist()
    if not infos:
        raise NotebookError("empty", f"{source} is a zip with nothing in it: ask for a new upload")
    if len(infos) > limits.entries:
        raise NotebookError(
            "zip-bomb", f"{source} holds {len(infos):,} files, more than {limits.entries:,}: look at it by hand"
        )
    into.mkdir(parents=True, exist_ok=True)
    unpacked = Unpacked([], [])
    seen: dict[str, str] = {}
    total = 0
    for number, info in enumerate(infos):
        name = _name(info)
        parts = _split(name)
        if ignored(parts):
            continue
        if name.endswith(("/", "\\")) and not _climbs(name):
            unpacked.folders.append(parts[:MOST_LEVELS])
            continue
        named = f"{source}: {path_text(parts)}"
        folded = "/".join(parts).casefold()
        problem = _refusal(info, name, limits, named)
        if problem is None and folded in seen:
            problem = ("duplicate-name", f"{named} is there twice (as {seen[folded]} too): only the first was taken")
        if problem is None:
            seen[folded] = path_text(parts)
            target = into / f"{number:05d}{Path(parts[-1]).suffix.lower()[:10] if parts[-1].isascii() else ''}"
            size, problem = _write(opened, info, target, min(limits.entry, limits.total - total), named)
            total += size
            unpacked.items.append(Item(parts, target, problem))
        else:
            unpacked.items.append(Item(parts[:MOST_LEVELS] or ("_",), into, problem))
    return unpacked


def _refusal(info: zipfile.ZipInfo, name: str, limits: Limits, named: str) -> tuple[str, str] | None:
    if _climbs(name) or not _split(name):
        return "zip-slip", f"{named} has a path that leaves the archive: not unpacked; ask for a zip made by Jupyter"
    if len(_split(name)) > MOST_LEVELS:
        return "misplaced", f"{named} lies {len(_split(name)):,} folders deep: not unpacked"
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "symlink", f"{named} is a link or a device, not a file: not unpacked; ask for the file itself"
    if info.flag_bits & 0x1:
        return "encrypted", f"{named} is encrypted: ask for it without a password"
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        return "zip-bomb", (
            f"{named} unpacks {info.file_size // max(info.compress_size, 1):,} times its size "
            f"({info.file_size // MB:,} MB): not unpacked; look at it by hand"
        )
    return None


def _write(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: int, named: str
) -> tuple[int, tuple[str, str] | None]:
    """Bytes written, and why the entry was given up; what the header says about the size is not believed."""
    size = 0
    try:
        with opened.open(info) as source, target.open("wb") as out:
            while block := source.read(1 << 20):
                size += len(block)
                if size > room:
                    break
                out.write(block)
    except (*_DAMAGE, OSError) as error:
        target.unlink(missing_ok=True)
        # the rest is the archive's own: an offset that cannot be sought, data that bz2 does not know
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise UsageError(f"cannot write to {target.parent} ({error.strerror}): free some space") from error
        return 0, ("bad-zip", f"{named} is damaged in the zip ({error}): ask for a new upload")
    if size > room:
        target.unlink(missing_ok=True)
        return 0, ("zip-bomb", f"{named} is too large ({room // MB:,} MB were left for it): look at it by hand")
    return size, None
