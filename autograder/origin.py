"""Where this package was installed from, what of it lies where, how to install more of it or pass it on; what it keeps.

A name alone is right only where an index has it: whoever registers a name that is free there runs code on every
machine that asks for it.
"""

import base64
import hashlib
import json
import logging
import os
import shlex
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from autograder.errors import UsageError

__all__ = [
    "DISTRIBUTION",
    "PACKAGE",
    "alone",
    "digest_of",
    "install_line",
    "installed",
    "own_cache",
    "package_files",
    "shipped",
    "write_wheel",
]

DISTRIBUTION = "nabla-autograder"
_log = logging.getLogger("autograder")
PACKAGE = Path(__file__).resolve().parent
"""The folder in which it lies."""
_WITH_THE_WHEEL = {"solutions": "course/solutions", "docs": "manual"}
"""Folder of a checkout → where a wheel has it, inside the package."""
_WHEEL = b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def own_cache(name: str) -> Path | None:
    """A folder of this user's for what only saves time, made if need be; None where nothing can be kept.

    What is in it may be run: so nobody else may be able to write there.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        folder = (Path(home) if home else Path.home() / ".cache") / "autograder" / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.stat()
    except (OSError, RuntimeError):  # a home that cannot be written, or none
        return None
    return None if found.st_uid != os.getuid() or found.st_mode & 0o022 else folder


@contextmanager
def alone(place: Path | None) -> Iterator[None]:
    """Hold the lock of a folder, or of a file that is made for it; where none can be had, each process goes on."""
    lock = None
    try:
        if place is not None:
            import fcntl  # which Windows has not

            lock = os.open(place, os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
    except (ImportError, OSError):
        _log.debug("locking %s", place, exc_info=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def install_line(extra: str = "") -> str:
    """The command that installs this package, with an extra, from the place that it came from.

    >>> _line({"url": "https://example.org/nabla_autograder-0.1.0-py3-none-any.whl"}, "grade")
    "pip install 'nabla-autograder[grade] @ https://example.org/nabla_autograder-0.1.0-py3-none-any.whl'"
    >>> _line({"url": "file:///home/ann/nabla", "dir_info": {"editable": True}}, "grade")
    "pip install -e '/home/ann/nabla[grade]'"
    >>> _line(None, "grade")
    'install nabla-autograder[grade] from where your course has it'
    """
    try:
        told = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        told = None
    return _line(json.loads(told) if told else None, extra)


def _line(told: dict[str, object] | None, extra: str) -> str:
    """From what an installer notes of an address (PEP 610).

    There is no note where an index was asked, or a folder of wheels: then no line is given that would ask an index.
    """
    bracket = f"[{extra}]" if extra else ""
    if told is None:
        return f"install {DISTRIBUTION}{bracket} from where your course has it"
    address = str(told["url"])
    folder = told.get("dir_info")
    if isinstance(folder, dict):
        path = unquote(urlsplit(address).path)
        editable = "-e " if folder.get("editable") else ""
        return f"pip install {editable}{shlex.quote(path + bracket)}"
    return f"pip install {shlex.quote(f'{DISTRIBUTION}{bracket} @ {address}')}"


def shipped(folder: str) -> Path:
    """Where ``solutions`` (the course's sources) or ``docs`` (the manual) lies: in a wheel, or in the checkout.

    Raises:
        UsageError: this is a student's wheel, which has neither.
    """
    for path in (PACKAGE / _WITH_THE_WHEEL[folder], PACKAGE.parent / folder):
        if path.is_dir():
            return path
    raise UsageError(f"{folder} did not come with this installation: {install_line('grade')} from the full wheel")


def package_files() -> Iterator[tuple[str, bytes]]:
    """Every file that runs, by its path in a wheel; the course's sources and the manual are not among them."""
    apart = tuple(_WITH_THE_WHEEL.values())
    for path in sorted(PACKAGE.rglob("*")):
        relative = path.relative_to(PACKAGE)
        ours = "__pycache__" not in relative.parts and not path.name.startswith(".")
        if path.is_file() and ours and not relative.as_posix().startswith(apart):
            yield f"autograder/{relative.as_posix()}", path.read_bytes()


def write_wheel(folder: Path) -> Path:
    """Write this package as students get it into a folder: a wheel of what runs, without a course's solutions.

    Raises:
        UsageError: the package is not installed, so that nothing says what it needs, or the folder cannot be written.
    """
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError as error:
        raise UsageError(f"{DISTRIBUTION} is not installed here: pip install . in its folder, then again") from error
    stem = f"{DISTRIBUTION.replace('-', '_')}-{installed.version}"
    about = f"{stem}.dist-info"
    contents = dict(package_files())
    told = installed.read_text("METADATA") or installed.read_text("PKG-INFO")  # the second in an old checkout
    contents[f"{about}/METADATA"] = (told or "").encode()
    contents[f"{about}/entry_points.txt"] = (installed.read_text("entry_points.txt") or "").encode()
    contents[f"{about}/WHEEL"] = _WHEEL
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in contents.items())
    contents[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    target = folder / f"{stem}-py3-none-any.whl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                # with the zip format's first day as its date: the same bytes every time
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from error
    return target


def _digest(content: bytes) -> str:
    """As a wheel's RECORD has it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


@cache
def digest_of(*patterns: str) -> str:
    """Digest of those files of this package that fit one of the patterns, such as ``"otter/*.py"``."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in PACKAGE.glob(pattern)}):
        if path.is_file() and path.suffix != ".pyc":
            content = path.read_bytes()
            digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def installed() -> str:
    """Digest of this package's files and of the name and version of everything that is installed."""
    digest = hashlib.sha256(f"{sys.version} {digest_of('**/*')}".encode())
    for entry in sys.path:
        digest.update("\0".join(sorted(found.name for found in Path(entry).glob("*.dist-info"))).encode())
    return digest.hexdigest()
