"""What decides a result, as digests: while they stay the same, nothing is graded again."""

import hashlib
import zipfile
import zlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.errors import UsageError

DECIDING_PACKAGES = ("sympy", "jax", "numpy", "otter-grader", "python-flint", "mpmath")
"""Packages whose version can change a verdict."""


def files_of(path: Path) -> dict[str, bytes]:
    """The files of an assignment by their relative name: a zip as it is, a folder file by file."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    files = sorted(found for found in path.rglob("*") if found.is_file() and "__pycache__" not in found.parts)
    return {found.relative_to(path).as_posix(): found.read_bytes() for found in files}


def assignment_digest(path: Path) -> str:
    """SHA-256 over an assignment's files; zipping the same files again does not change it.

    Raises:
        UsageError: there is no such file, or it is not a zip.
    """
    try:
        if not path.is_file():
            return digest_of(files_of(path.resolve(strict=True)))
        with zipfile.ZipFile(path) as archive:
            return digest_of({info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()})
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file or folder") from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise UsageError(f"{path} is not a zip that can be read: {error}") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def file_digest(path: Path) -> bytes:
    """SHA-256 of one file, which is never in memory as a whole.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def digest_of(files: dict[str, bytes]) -> str:
    """SHA-256 over names and contents, whatever their order."""
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{len(name.encode())} {len(content)} {name}".encode())
        whole.update(content)
    return whole.hexdigest()


@cache
def package_digest() -> str:
    """SHA-256 over this package's source files and the versions of what decides verdicts."""
    root = Path(__file__).resolve().parent.parent
    # What runs before a notebook is graded or after it cannot change a result.
    quiet = ("build", "bundle", "cli", "lms", "locale", "report", "simulate.py")
    sources = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] not in quiet
    }
    return digest_of(sources | {name: number.encode() for name, number in versions().items()})


@cache
def versions() -> dict[str, str]:
    """Installed versions of Python and of :data:`DECIDING_PACKAGES`, without importing them."""
    import platform

    found = {"python": platform.python_version()}
    for name in DECIDING_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
